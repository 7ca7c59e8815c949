//! Imports of what only a host interpreter has: modules whose name has a part that begins with `_py_`.

use ruff_python_ast::{ExprCall, Stmt};

use super::{Span, calls::callee, span_of, string};
use crate::base::Dialect;

/// One such import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFallback {
    /// What is imported.
    pub name: Box<str>,
    /// The function that is called for it; none for a statement.
    pub by: Option<Box<str>>,
    /// Where.
    pub span: Span,
}

/// `_py_…` as the whole name or behind a dot.
fn is_host_name(name: &str) -> bool {
    name.starts_with("_py_") || name.contains("._py_")
}

/// What a statement imports: of `from` only the module part is looked at.
pub(super) fn of_statement(stmt: &Stmt) -> Option<HostFallback> {
    let (name, span) = match stmt {
        Stmt::Import(it) => {
            let alias = it.names.iter().find(|alias| is_host_name(&alias.name))?;
            (alias.name.as_str(), span_of(alias))
        }
        Stmt::ImportFrom(it) => (it.module.as_ref().filter(|it| is_host_name(it))?.as_str(), span_of(it)),
        _ => return None,
    };
    Some(HostFallback { name: name.into(), by: None, span })
}

/// What a call imports. In February that is `__import__` by its plain name and `import_module` as an attribute, with a
/// positional name; later either of both, with `name=` too (since 2026-02-18, commit 0151bfbe1).
pub(super) fn of_call(call: &ExprCall, dialect: Dialect) -> Option<HostFallback> {
    let by = callee(call);
    let is_either = dialect.traits().keyword_imports;
    let is_import = match by {
        "__import__" => is_either || call.func.is_name_expr(),
        "import_module" => is_either || !call.func.is_name_expr(),
        _ => false,
    };
    if !is_import {
        return None;
    }
    let positional = call.arguments.args.first().and_then(string);
    let keyword = || call.arguments.find_keyword("name").and_then(|it| string(&it.value));
    let name = if is_either { positional.or_else(keyword) } else { positional };
    let name = name.filter(|it| is_host_name(it))?;
    Some(HostFallback { name: name.into(), by: Some(by.into()), span: span_of(call) })
}
