//! Modules that refuse to be imported elsewhere: `if sys.platform != "win32": raise ImportError` at module level, or the
//! other way round with `==`.

use ruff_python_ast::{CmpOp, Expr, Stmt};

use super::{Module, string};

/// What a module says of the platforms that it can be imported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// On this value of `sys.platform` alone.
    Only(String),
    /// On every other one.
    Except(String),
}

/// The guard of a module, where its own statements have one.
pub fn platform_guard(module: &Module) -> Option<Guard> {
    module.body().iter().find_map(|stmt| {
        let Stmt::If(it) = stmt else { return None };
        let [Stmt::Raise(raise)] = it.body.as_slice() else { return None };
        if !raises_import_error(raise.exc.as_deref()?) {
            return None;
        }
        let Expr::Compare(test) = &*it.test else { return None };
        let is_platform = test.left.as_attribute_expr().is_some_and(|left| {
            left.attr.as_str() == "platform" && left.value.as_name_expr().is_some_and(|name| name.id.as_str() == "sys")
        });
        let name = string(test.comparators.first()?).filter(|_| is_platform)?.to_owned();
        match &*test.ops {
            [CmpOp::NotEq] => Some(Guard::Only(name)),
            [CmpOp::Eq] => Some(Guard::Except(name)),
            _ => None,
        }
    })
}

fn raises_import_error(exc: &Expr) -> bool {
    let callee = exc.as_call_expr().map_or(exc, |call| &call.func);
    callee.as_name_expr().is_some_and(|name| name.id.as_str() == "ImportError")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    #[test]
    fn only_the_guard_counts() {
        let guard = |text: &str| platform_guard(&parse(text).unwrap());
        let windows = "import sys\nif sys.platform != 'win32':\n    raise ImportError('win32 only')\n";
        assert_eq!(guard(windows), Some(Guard::Only("win32".into())));
        assert_eq!(guard(&windows.replace("!=", "==")), Some(Guard::Except("win32".into())));
        assert_eq!(guard(&windows.replace("!=", ">")), None);
        assert_eq!(guard("import sys\nif sys.platform != 'win32':\n    x = 1\n"), None);
        assert_eq!(guard("def f():\n    if sys.platform != 'win32':\n        raise ImportError\n"), None);
    }
}
