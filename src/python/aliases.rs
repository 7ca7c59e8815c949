//! Names that exist only because a module puts them into `sys.modules` while it is imported (`os.path`).

use std::collections::HashSet;

use ruff_python_ast::{Expr, Stmt};

use super::{Module, at_module_level, string};

/// Every dotted literal name that module-level code of `module` assigns to in `sys.modules`, in order. `sys` may be
/// imported under another name, and `modules` may be imported from it.
pub fn aliases(module: &Module) -> Vec<String> {
    let mut sys_names = HashSet::new();
    let mut table_names = HashSet::new();
    let mut found = Vec::new();
    at_module_level(module.body(), &mut |stmt| match stmt {
        Stmt::Import(it) => {
            for alias in it.names.iter().filter(|alias| alias.name.as_str() == "sys") {
                sys_names.insert(alias.asname.as_ref().map_or("sys", |name| name.as_str()));
            }
        }
        Stmt::ImportFrom(it) if it.level == 0 && it.module.as_deref() == Some("sys") => {
            for alias in it.names.iter().filter(|alias| alias.name.as_str() == "modules") {
                table_names.insert(alias.asname.as_ref().map_or("modules", |name| name.as_str()));
            }
        }
        Stmt::Assign(it) => {
            for target in &it.targets {
                let Expr::Subscript(target) = target else { continue };
                let is_table = match &*target.value {
                    Expr::Attribute(it) if it.attr.as_str() == "modules" => {
                        it.value.as_name_expr().is_some_and(|name| sys_names.contains(name.id.as_str()))
                    }
                    Expr::Name(name) => table_names.contains(name.id.as_str()),
                    _ => false,
                };
                if let Some(name) = string(&target.slice).filter(|name| is_table && name.contains('.')) {
                    found.push(name.to_owned());
                }
            }
        }
        _ => {}
    });
    found
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
            "import sys\ndel sys.modules['a.b']\n",
            "sys.modules['a.b'] = x\n",
            "import sysconfig as sys\nsys.modules['a.b'] = x\n",
            "modules = {}\nmodules['a.b'] = x\n",
        ] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
    }
}
