//! One name of a module, with what is known of it and where that stands.

use serde::{Deserialize, Serialize};

use crate::python::{Deprecated, Signature};

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A function of a module.
    Function,
    /// A class.
    Class,
    /// A method of a class, of its instances or of itself.
    Method,
    /// A property, a slot or another attribute that a class computes.
    Property,
    /// Any other value.
    Data,
    /// A module.
    Module,
}

impl Kind {
    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Class => "class",
            Self::Method => "method",
            Self::Property => "property",
            Self::Data => "data",
            Self::Module => "module",
        }
    }
}

/// One name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// What it is.
    pub kind: Kind,
    /// What it takes, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Each place that says so: the letter of its source, the file and the line.
    pub provenance: Vec<String>,
    /// Where it is defined, if not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// What it depends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// That it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecated>,
    /// Whether the documentation alone says that it is public.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub described: bool,
}

/// Special methods that C code can only state in the table of its methods, so that syntax shows them of every class: what a class can
/// do by them is a part of its interface. Those that have a slot, as `__iter__` has, are not seen in C code.
const SPECIAL: &[&str] = &[
    "__aenter__",
    "__aexit__",
    "__bytes__",
    "__ceil__",
    "__class_getitem__",
    "__complex__",
    "__copy__",
    "__deepcopy__",
    "__enter__",
    "__exit__",
    "__floor__",
    "__fspath__",
    "__length_hint__",
    "__replace__",
    "__reversed__",
    "__round__",
    "__trunc__",
];

/// What begins the words about members of a class that syntax does not show: they are no names of the module.
pub(in crate::impact) const MEMBERS_OF: &str = "members of ";

/// Whether what a class has under this name is a part of its interface.
pub(super) fn is_member(name: &str) -> bool {
    !name.starts_with('_') || SPECIAL.contains(&name)
}

impl Name {
    /// One of which nothing else is known.
    pub(super) fn new(kind: Kind, provenance: String) -> Self {
        Self {
            kind,
            signature: None,
            provenance: vec![provenance],
            origin: None,
            condition: None,
            deprecated: None,
            described: false,
        }
    }

    /// Whether it is there in a usual build for Linux.
    pub fn is_usual(&self) -> bool {
        !self.condition.as_deref().is_some_and(|it| it.starts_with("only"))
    }
}
