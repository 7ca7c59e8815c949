//! The names that a file or a class binds.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    deprecated::Deprecated,
    exports::Export,
    factory::Factory,
    origin::ImportOrigin,
    signature::{Parameter, Signature},
    takes::Takes,
};

/// The names of a file or of a class.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Each name with the last thing that it is bound to.
    pub names: BTreeMap<String, Bound>,
    /// Modules whose public names are taken over, in order, each with its line.
    pub stars: Vec<(ImportOrigin, u32)>,
    /// What `__all__` is put together from; none without one.
    pub exports: Option<Vec<Export>>,
    /// Names of another module that are taken over by a function, which syntax shows.
    pub takes: Vec<Takes>,
    /// Names that a module-level `__getattr__` answers to.
    pub answered: BTreeSet<String>,
    /// What binds names in a way that syntax does not show, in words.
    pub computed: Vec<String>,
    /// Attributes that it gives to classes of other modules: by the name of the class here, and their own.
    pub given: BTreeMap<String, BTreeMap<String, Bound>>,
    /// Special methods that a function gives to every class that it makes: by the function, each with its line.
    pub gives: BTreeMap<String, BTreeMap<String, u32>>,
    /// Names that it binds and deletes again, which others may be the same as.
    pub past: BTreeMap<String, Bound>,
    /// Modules whose names it takes where an import fails.
    pub fallbacks: Vec<ImportOrigin>,
    /// The module as a whole is deprecated.
    pub deprecated: Option<Deprecated>,
}

impl Scope {
    /// How many names it binds, those of its classes among them.
    pub fn len(&self) -> usize {
        let of_class = |it: &Bound| if let NameBinding::Class(class) = &it.binding { class.scope.len() } else { 0 };
        let bound = self.names.values().chain(self.past.values());
        let given = self.given.values().map(BTreeMap::len).sum::<usize>();
        let gives = self.gives.values().map(BTreeMap::len).sum::<usize>();
        bound.map(|it| 1 + of_class(it)).sum::<usize>() + given + gives + self.takes.len() + self.answered.len()
    }

    /// Whether it binds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the file states every name that it exports, each by itself.
    pub fn has_literal_exports(&self) -> bool {
        let is_literal = |it: &Export| matches!(it, Export::Names(_) | Export::Without(_));
        self.exports.as_ref().is_some_and(|it| it.iter().all(is_literal))
    }
}

/// One name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// What it is.
    pub binding: NameBinding,
    /// The one-based line where it is bound.
    pub line: u32,
    /// What it depends on, where that is more than the import of the file.
    pub condition: Option<String>,
    /// Whether the file goes on where binding it fails.
    pub is_tried: bool,
}

/// What a name is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameBinding {
    /// A `def`, or a lambda.
    Function(Function),
    /// A `class`, or a named tuple.
    Class(Box<Class>),
    /// A module, by `import`.
    Module(String),
    /// Something of another module, by `from … import`.
    From(ImportOrigin, String),
    /// The same as another name, perhaps an attribute of one.
    Same(String),
    /// An instance of what has this name.
    Made(String),
    /// A function that does what this method of a class does.
    Method(String),
    /// A slot, or a field of a tuple.
    Field,
    /// Anything else.
    Value,
}

/// How a function of a class is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// A plain function, or a method of an instance.
    Plain,
    /// `@classmethod`
    Class,
    /// `@staticmethod`
    Static,
    /// `@property` and what works as one.
    Property,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its parameters, `self` included; none where a decorator may change them.
    pub signature: Option<Signature>,
    /// How it is called.
    pub flavour: Flavour,
    /// That it is deprecated.
    pub deprecated: Option<Deprecated>,
}

impl Function {
    /// What a call through an instance or the class takes.
    pub fn bound_signature(&self) -> Option<Signature> {
        match self.flavour {
            Flavour::Property => None,
            Flavour::Static => self.signature.clone(),
            Flavour::Plain | Flavour::Class => self.signature.as_ref().map(Signature::bound),
        }
    }
}

/// A class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Class {
    /// Its bases as dotted names; an empty one where it is no name.
    pub bases: Vec<String>,
    /// What its body binds.
    pub scope: Scope,
    /// The parameters of its constructor where no method says them: fields of a named tuple or of a data class.
    pub fields: Option<Vec<Parameter>>,
    /// What else makes it, which gives it more methods.
    pub made_by: Option<Factory>,
    /// Whether the members of an enumeration become names of the module too.
    pub is_global: bool,
    /// The constants that it is an enumeration of, where it is made of those.
    pub members_of: Option<Takes>,
    /// Whether it has fields which syntax does not show, so that its constructor is not that of its bases.
    pub takes_unknown: bool,
    /// Whether it has a metaclass, which may take other parameters.
    pub has_metaclass: bool,
    /// That it is deprecated.
    pub deprecated: Option<Deprecated>,
}
