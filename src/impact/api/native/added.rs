//! What C code gives to modules and to types while it runs.

/// Where a name is added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum NameTarget {
    /// The module that the file makes.
    #[default]
    Own,
    /// Another module, by its dotted name.
    Module(String),
    /// A type, by its variable.
    Type(String),
}

/// What a file adds to a module.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    /// Its name; none for a type, which has one.
    pub(super) name: Option<String>,
    pub(super) target: NameTarget,
    /// The variable that holds the target.
    pub(super) variable: String,
    /// The type that it is, among those that are made.
    pub(super) made: Option<usize>,
    /// The words of the value.
    pub(super) words: Vec<String>,
    pub(super) line: u32,
    pub(super) condition: Option<String>,
}

/// An attribute of a type.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    /// The variable of the type.
    pub(super) of: String,
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) condition: Option<String>,
}

/// A type that is made while the program runs.
#[derive(Debug, Clone, Default)]
pub(super) struct RuntimeType {
    /// The variables that hold it.
    pub(super) variables: Vec<String>,
    /// Its name, where that is written there.
    pub(super) name: Option<String>,
    /// Words one of which is its description, or a list of types.
    pub(super) descriptions: Vec<String>,
    /// The variable of its base.
    pub(super) base: Option<String>,
    pub(super) line: u32,
}

/// Names that are added and not written there.
#[derive(Debug, Clone)]
pub(super) struct Used {
    /// The words of the function that does so.
    pub(super) words: Vec<String>,
    pub(super) target: NameTarget,
    /// The variable that holds the target.
    pub(super) variable: String,
}
