//! What a Python file offers to who imports it, as far as its syntax says: the names that running it binds, with what they
//! are bound to, the modules whose names it takes over, and what it says about its exports.
//!
//! What depends on the platform is read as on Linux; what only other platforms get keeps its condition.

mod branch;
mod class;
mod deprecated;
mod effect;
mod exports;
mod given;
mod lines;
mod scope;
mod setters;
mod signature;
mod takes;
mod value;

use std::collections::BTreeMap;

use ruff_python_ast::StmtImportFrom;

use self::takes::Takes;
use super::Module;

pub use deprecated::Deprecated;
pub use exports::{Export, Filter};
pub use signature::{Parameter, ParameterKind, Signature, text_signature};

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
    pub answered: Vec<String>,
    /// What binds names in a way that syntax does not show, in words.
    pub computed: Vec<String>,
    /// Attributes that it gives to classes of other modules: by the name of the class here, and their own.
    pub given: BTreeMap<String, BTreeMap<String, Bound>>,
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
        bound.map(|it| 1 + of_class(it)).sum::<usize>() + given + self.takes.len() + self.answered.len()
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

/// A module, as a `from` names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImportOrigin {
    /// Dots before the name.
    pub level: u32,
    /// The name behind them.
    pub module: String,
}

impl ImportOrigin {
    fn of(it: &StmtImportFrom) -> Self {
        Self { level: it.level, module: it.module.as_ref().map(ToString::to_string).unwrap_or_default() }
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

/// Reads what a file binds; `text` is its text.
pub fn api(module: &Module, text: &str) -> Scope {
    scope::of_file(module.body(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    pub(super) fn of(text: &str) -> Scope {
        api(&parse(text).unwrap(), text)
    }

    fn names(text: &str) -> Vec<String> {
        of(text).names.into_keys().collect()
    }

    fn shown(text: &str, name: &str) -> String {
        match &of(text).names[name].binding {
            NameBinding::Function(it) => it.signature.as_ref().map_or("?".into(), ToString::to_string),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_running_a_file_binds_is_found() {
        assert_eq!(names("def f(): pass\nclass C: pass\nx = 1\ny: int\nz: int = 2\n"), ["C", "f", "x", "z"]);
        assert_eq!(names("a, (b, *c) = x\nfor d in e: pass\nwith f as g: pass\n(h := 1)\n"), ["a", "b", "c", "d", "g"]);
        assert_eq!(names("x = 1\ndel x\n"), Vec::<String>::new());
        assert_eq!(names("if x:\n    a = 1\nelse:\n    b = 1\n"), ["a", "b"]);
        assert_eq!(names("type X = int\nimport a.b, c.d as e\n"), ["X", "a", "e"]);
        assert_eq!(names("if __name__ == '__main__':\n    a = 1\n"), Vec::<String>::new());
    }

    #[test]
    fn the_import_that_succeeds_comes_before_its_fallback() {
        let tried = "try:\n    from _x import f\nexcept ImportError:\n    def f(): pass\n";
        assert!(
            matches!(&of(tried).names["f"].binding, NameBinding::From(from, name) if from.module == "_x" && name == "f")
        );
        let later = "def f(): pass\ntry:\n    from _x import f\nexcept ImportError:\n    pass\n";
        assert!(matches!(&of(later).names["f"].binding, NameBinding::From(..)));
    }

    #[test]
    fn functions_that_code_makes_of_methods_are_known() {
        let made = "N = ['a', 'b']\nclass C:\n    def a(self, x): pass\ndef make(names, of, more):\n    for name in names:\n        m = getattr(of, name)\n        exec(more.format(name), globals())\nmake(N, C, 'x')\n";
        let found = of(made);
        assert_eq!(found.names["b"].binding, NameBinding::Method("C.b".into()));
        assert!(found.computed.is_empty());
        for (old, new) in [("getattr(of, name)", "getattr(of, more)"), ("make(N, C", "make(M, C"), (", globals()", "")]
        {
            assert!(!of(&made.replace(old, new)).names.contains_key("b"), "{new}");
        }
    }

    #[test]
    fn other_platforms_are_told_apart() {
        for (test, is_here) in [
            ("sys.platform == 'win32'", false),
            ("sys.platform != 'win32'", true),
            ("sys.platform.startswith('linux')", true),
            ("os.name == 'nt'", false),
            ("_mswindows", false),
            ("not TYPE_CHECKING", true),
            ("'posix' in _names", true),
            ("hasattr(os, 'fork')", true),
            ("'nt' in _names", false),
        ] {
            let bound = of(&format!("if {test}:\n    a = 1\nelse:\n    b = 1\n"));
            let here = |name: &str| {
                bound
                    .names
                    .get(name)
                    .is_some_and(|it| !it.condition.as_deref().is_some_and(|it| it.starts_with("only")))
            };
            assert_eq!((here("a"), here("b") && !here("a")), (is_here, !is_here), "{test}: {:?}", bound.names);
        }
    }

    #[test]
    fn signatures_have_kinds_and_defaults() {
        for (written, expected) in [
            ("a, b = 1", "(a, b=1)"),
            ("a, /, b, *c, d=None, e, **f", "(a, /, b, *c, d=None, e, **f)"),
            ("*, a: int = f( x )", "(*, a=f( x ))"),
            ("a=1, /", "(a=1, /)"),
            ("", "()"),
        ] {
            assert_eq!(shown(&format!("def f({written}): pass\n"), "f"), expected);
        }
        assert_eq!(shown("@decorated\ndef f(a): pass\n", "f"), "?");
        assert_eq!(shown("@functools.lru_cache(maxsize=1)\ndef f(a): pass\n", "f"), "(a)");
        assert_eq!(shown("f = lambda a, *b: 1\n", "f"), "(a, *b)");
    }

    #[test]
    fn deprecations_have_their_version() {
        let version = |text: &str| match of(text).names.remove("f").unwrap().binding {
            NameBinding::Function(it) => it.deprecated.map(|it| it.removal.unwrap_or_default()),
            NameBinding::Class(it) => it.deprecated.map(|it| it.removal.unwrap_or_default()),
            _ => None,
        };
        assert_eq!(version("def f():\n    warnings._deprecated('f', remove=(3, 15))\n").unwrap(), "3.15");
        assert_eq!(version("def f():\n    warnings.warn('f', DeprecationWarning, stacklevel=2)\n").unwrap(), "");
        assert_eq!(version("def f():\n    if x:\n        warnings.warn('f', DeprecationWarning)\n"), None);
        assert_eq!(version("@warnings.deprecated('why')\nclass f: pass\n").unwrap(), "");
        let whole = of("import warnings\nwarnings._deprecated(__name__, remove=(3, 13))\n");
        assert_eq!(whole.deprecated.unwrap().removal.unwrap(), "3.13");
    }
}
