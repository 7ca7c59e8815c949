//! Names that exist only because a module puts them into `sys.modules` while it is imported (`os.path`).

use std::collections::{HashMap, HashSet};

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Operator, Stmt};

use super::{Module, at_module_level, string};

/// Every dotted name that module-level code of `module` assigns to in `sys.modules`, in order. `sys` may be imported under
/// another name, and `modules` may be imported from it. A name is literal, or it is put together from literals and from
/// `__name__`, which is `dotted`, perhaps by way of a variable or of another object's `__name__`.
pub fn aliases(module: &Module, dotted: &str) -> Vec<String> {
    let mut search = Search::default();
    search.texts.insert("__name__".to_owned(), dotted.to_owned());
    search.body(module.body());
    search.found
}

/// The longest text that is put together, in bytes, and how many steps that may take.
const LONGEST: usize = 255;
const DEEPEST: u8 = 8;

#[derive(Default)]
struct Search<'a> {
    sys_names: HashSet<&'a str>,
    table_names: HashSet<&'a str>,
    /// Variables, and `__name__` of variables, whose text is known.
    texts: HashMap<String, String>,
    found: Vec<String>,
}

impl<'a> Search<'a> {
    fn body(&mut self, body: &'a [Stmt]) {
        at_module_level(body, &mut |stmt| self.statement(stmt));
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(it) => {
                for alias in it.names.iter().filter(|alias| alias.name.as_str() == "sys") {
                    self.sys_names.insert(alias.asname.as_ref().map_or("sys", |name| name.as_str()));
                }
            }
            Stmt::ImportFrom(it) if it.level == 0 && it.module.as_deref() == Some("sys") => {
                for alias in it.names.iter().filter(|alias| alias.name.as_str() == "modules") {
                    self.table_names.insert(alias.asname.as_ref().map_or("modules", |name| name.as_str()));
                }
            }
            Stmt::Assign(it) => {
                it.targets.iter().for_each(|target| self.target(target));
                it.targets.iter().for_each(|target| self.note(target, &it.value));
            }
            // without a value it assigns nothing
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    self.target(&it.target);
                    self.note(&it.target, value);
                }
            }
            // the walk over statements does not enter these
            Stmt::Match(it) => it.cases.iter().for_each(|case| self.body(&case.body)),
            _ => {}
        }
    }

    fn target(&mut self, target: &Expr) {
        let target = match target {
            Expr::Tuple(it) => return it.elts.iter().for_each(|it| self.target(it)),
            Expr::List(it) => return it.elts.iter().for_each(|it| self.target(it)),
            Expr::Subscript(it) => it,
            _ => return,
        };
        let is_table = match &*target.value {
            Expr::Attribute(it) if it.attr.as_str() == "modules" => {
                it.value.as_name_expr().is_some_and(|name| self.sys_names.contains(name.id.as_str()))
            }
            Expr::Name(name) => self.table_names.contains(name.id.as_str()),
            _ => false,
        };
        if is_table && let Some(name) = self.text(&target.slice, DEEPEST).filter(|name| name.contains('.')) {
            self.found.push(name);
        }
    }

    /// Keeps what a variable or its `__name__` is, or forgets it.
    fn note(&mut self, target: &Expr, value: &Expr) {
        let Some(place) = place(target) else { return };
        match self.text(value, DEEPEST) {
            Some(text) => self.texts.insert(place, text),
            None => self.texts.remove(&place),
        };
    }

    /// The text of an expression, as long as a module's name may be and not deeper than one is ever written.
    fn text(&self, value: &Expr, depth: u8) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let text = match value {
            Expr::BinOp(it) if it.op == Operator::Add => self.text(&it.left, depth)? + &self.text(&it.right, depth)?,
            Expr::FString(it) => {
                let mut res = String::new();
                for part in &it.value {
                    match part {
                        FStringPart::Literal(it) => res.push_str(it),
                        FStringPart::FString(it) => self.interpolated(&it.elements, depth, &mut res)?,
                    }
                }
                res
            }
            Expr::Name(_) | Expr::Attribute(_) => self.texts.get(&place(value)?)?.clone(),
            _ => string(value)?.to_owned(),
        };
        (text.len() <= LONGEST).then_some(text)
    }

    fn interpolated(&self, elements: &[InterpolatedStringElement], depth: u8, res: &mut String) -> Option<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(it) => res.push_str(&it.value),
                InterpolatedStringElement::Interpolation(it) => {
                    let is_plain = it.conversion.is_none() && it.format_spec.is_none();
                    res.push_str(&self.text(&it.expression, depth).filter(|_| is_plain)?);
                }
            }
        }
        (res.len() <= LONGEST).then_some(())
    }
}

/// A variable, or the `__name__` of one.
fn place(target: &Expr) -> Option<String> {
    match target {
        Expr::Name(it) => Some(it.id.to_string()),
        Expr::Attribute(it) if it.attr.as_str() == "__name__" => {
            Some(format!("{}.__name__", it.value.as_name_expr()?.id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> Vec<String> {
        aliases(&parse(text).unwrap(), "pkg")
    }

    #[test]
    fn module_level_assignments_count_however_sys_is_called() {
        assert_eq!(of("import sys\nsys.modules['os.path'] = path\n"), ["os.path"]);
        assert_eq!(of("import sys as _sys\n_sys.modules['collections.abc'] = m\n"), ["collections.abc"]);
        assert_eq!(of("from sys import modules as m\nm['a.b'] = m['a.c'] = x\n"), ["a.b", "a.c"]);
        let branches = "import sys\ntry:\n    x\nexcept ImportError:\n    sys.modules['a.b'] = y\nelse:\n    if x:\n        pass\n    elif y:\n        sys.modules['a' '.c'] = y\n";
        assert_eq!(of(branches), ["a.b", "a.c"]);
        assert_eq!(of("import sys\nsys.modules['a.b']: object = m\n"), ["a.b"]);
        assert_eq!(of("import sys\nsys.modules['a.b'], [x, sys.modules['a.c']] = m, (1, n)\n"), ["a.b", "a.c"]);
        let matched = "import sys\nmatch x:\n    case 1:\n        sys.modules['a.b'] = m\n    case _:\n        if y:\n            sys.modules['a.c'] = m\n";
        assert_eq!(of(matched), ["a.b", "a.c"]);
    }

    #[test]
    fn a_name_may_be_put_together() {
        let typing = "import sys\nclass io: pass\nio.__name__ = __name__ + '.io'\nsys.modules[io.__name__] = io\n";
        assert_eq!(of(typing), ["pkg.io"]);
        for text in [
            "sys.modules[__name__ + '.b'] = x",
            "sys.modules[f'{__name__}.b'] = x",
            "sys.modules[f'pkg.b'] = x",
            "n = __name__ + '.b'\nsys.modules[n] = x",
            "n: str = f'{__name__}' '.b'\nsys.modules[n] = x",
            "m.__name__ = n = f'{__name__}.b'\nsys.modules[m.__name__] = m",
        ] {
            assert_eq!(of(&format!("import sys\n{text}\n")), ["pkg.b"], "{text}");
        }
    }

    #[test]
    fn text_functions_other_tables_and_computed_names_do_not() {
        for text in [
            "\"\"\"\nimport sys\nsys.modules['a.b'] = x\n\"\"\"\n",
            "import sys\n# sys.modules['a.b'] = x\n",
            "import sys\ndef f():\n    sys.modules['a.b'] = x\n",
            "import sys\nclass C:\n    sys.modules['a.b'] = x\n",
            "import sys\nsys.modules[name + '.b'] = x\n",
            "import sys\nsys.modules[f'{__name__!r}.b'] = x\n",
            "import sys\nsys.modules[f'{name}.b'] = x\n",
            "import sys\nn = 'a.b'\nn = f()\nsys.modules[n] = x\n",
            "import sys\nm.__name__ = f()\nsys.modules[m.__name__] = m\n",
            &format!("import sys\nn = 'a.b'\n{}sys.modules[n] = x\n", "n = n + n\n".repeat(99)),
            &format!("import sys\nsys.modules['a.b'{}] = x\n", " + 'b'".repeat(999)),
            "import sys\nsys.modules['plain'] = x\n",
            "import sys\nx = sys.modules['a.b']\n",
            "import sys\nsys.modules['a.b']: object\n",
            "import sys\ndel sys.modules['a.b']\n",
            "sys.modules['a.b'] = x\n",
            "import sysconfig as sys\nsys.modules['a.b'] = x\n",
            "modules = {}\nmodules['a.b'] = x\n",
        ] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
    }
}
