//! Names that exist only because a module puts them into `sys.modules` while it is imported (`os.path`).

use std::collections::HashSet;

use ruff_python_ast::{Expr, Stmt};

use super::{Module, at_module_level, string};

/// Every dotted literal name that module-level code of `module` assigns to in `sys.modules`, in order. `sys` may be
/// imported under another name, and `modules` may be imported from it.
pub fn aliases(module: &Module) -> Vec<String> {
    let mut search = Search::default();
    search.body(module.body());
    search.found
}

#[derive(Default)]
struct Search<'a> {
    sys_names: HashSet<&'a str>,
    table_names: HashSet<&'a str>,
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
            Stmt::Assign(it) => it.targets.iter().for_each(|target| self.target(target)),
            // without a value it assigns nothing
            Stmt::AnnAssign(it) if it.value.is_some() => self.target(&it.target),
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
        if let Some(name) = string(&target.slice).filter(|name| is_table && name.contains('.')) {
            self.found.push(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> Vec<String> {
        aliases(&parse(text).unwrap())
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
    fn text_functions_other_tables_and_computed_names_do_not() {
        for text in [
            "\"\"\"\nimport sys\nsys.modules['a.b'] = x\n\"\"\"\n",
            "import sys\n# sys.modules['a.b'] = x\n",
            "import sys\ndef f():\n    sys.modules['a.b'] = x\n",
            "import sys\nclass C:\n    sys.modules['a.b'] = x\n",
            "import sys\nsys.modules[__name__ + '.b'] = x\n",
            "import sys\nsys.modules[f'a.b'] = x\n",
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
