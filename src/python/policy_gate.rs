//! Modules that exist only to say that they cannot be imported.

use ruff_python_ast::{Expr, Stmt};

/// Whether a file is, behind an optional docstring and `__future__` imports, exactly one `raise ImportError`.
pub(super) fn is_policy_gate(body: &[Stmt]) -> bool {
    let is_doc = |stmt: &Stmt| stmt.as_expr_stmt().is_some_and(|it| it.value.is_string_literal_expr());
    let body = if body.first().is_some_and(is_doc) { &body[1..] } else { body };
    let is_future = |stmt: &&Stmt| {
        stmt.as_import_from_stmt().and_then(|it| it.module.as_deref()).is_some_and(|it| it == "__future__")
    };
    let futures = body.iter().take_while(is_future).count();
    let [Stmt::Raise(raise)] = &body[futures..] else { return false };
    let raised = match raise.exc.as_deref() {
        Some(Expr::Call(call)) => Some(&*call.func),
        other => other,
    };
    match raised {
        Some(Expr::Name(it)) => it.id.as_str() == "ImportError",
        Some(Expr::Attribute(it)) => it.attr.as_str() == "ImportError",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    #[test]
    fn nothing_else_may_stand_in_the_file() {
        for (text, expected) in [
            ("raise ImportError('no')\n", true),
            ("'''Doc.'''\nfrom __future__ import annotations\nraise builtins.ImportError\n", true),
            ("raise ModuleNotFoundError('no')\n", false),
            ("import x\nraise ImportError\n", false),
            ("raise ImportError\nx = 1\n", false),
            ("raise\n", false),
            ("", false),
        ] {
            assert_eq!(is_policy_gate(parse(text).unwrap().body()), expected, "{text}");
        }
    }
}
