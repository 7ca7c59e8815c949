//! Shapes that hide a missing intrinsic: an import that may fail quietly, and a call whose failure is passed over.

use std::collections::HashSet;

use ruff_python_ast::{
    ExceptHandler, Expr, ExprCall, Stmt, StmtTry,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use ruff_text_size::Ranged as _;

use super::{Span, calls, span_of};

/// Handlers of these take an import's failure (a fact of Molt's checker).
const IMPORT_FAILURES: &[&str] = &["ImportError", "ModuleNotFoundError", "Exception", "BaseException"];

/// Where a `try` (not with `except*`) imports in its body and handles the failure of an import; what the handler does
/// with it is not looked at. The place is the word `try`.
pub(super) fn import_fallback(stmt: &StmtTry) -> Option<Span> {
    let takes = |ExceptHandler::ExceptHandler(handler): &ExceptHandler| {
        handler.type_.as_deref().is_none_or(catches_import_failure)
    };
    if stmt.is_star || !stmt.handlers.iter().any(takes) || !has_import(&stmt.body) {
        return None;
    }
    let start = stmt.start().to_u32();
    Some(Span { start, end: start + 3 })
}

fn catches_import_failure(caught: &Expr) -> bool {
    match caught {
        Expr::Name(it) => IMPORT_FAILURES.contains(&it.id.as_str()),
        Expr::Attribute(it) => IMPORT_FAILURES.contains(&it.attr.as_str()),
        Expr::Tuple(it) => it.elts.iter().any(catches_import_failure),
        _ => false,
    }
}

/// Names that hold a loaded intrinsic: `x = load("molt_…")`, annotated or chained.
pub(super) fn bound_names<'a>(stmt: &'a Stmt, names: &mut HashSet<&'a str>) {
    let (targets, value): (&[Expr], &Expr) = match stmt {
        Stmt::Assign(it) => (&it.targets, &it.value),
        Stmt::AnnAssign(it) => match &it.value {
            Some(value) => (std::slice::from_ref(&*it.target), value),
            None => return,
        },
        _ => return,
    };
    if value.as_call_expr().and_then(calls::positional_load).is_some() {
        names.extend(targets.iter().filter_map(Expr::as_name_expr).map(|it| it.id.as_str()));
    }
}

/// Where a `try` calls an intrinsic in its body and some handler only passes. The place is the call's.
pub(super) fn pass_fallback(stmt: &StmtTry, bound: &HashSet<&str>) -> Option<Span> {
    let passes = |ExceptHandler::ExceptHandler(handler): &ExceptHandler| {
        !handler.body.is_empty() && handler.body.iter().all(Stmt::is_pass_stmt)
    };
    if stmt.is_star || !stmt.handlers.iter().any(passes) {
        return None;
    }
    let mut calls = FirstCall { bound, found: None };
    calls.visit_body(&stmt.body);
    calls.found
}

struct FirstCall<'a> {
    bound: &'a HashSet<&'a str>,
    found: Option<Span>,
}

impl FirstCall<'_> {
    fn is_intrinsic(&self, call: &ExprCall) -> bool {
        match &*call.func {
            Expr::Name(it) => self.bound.contains(it.id.as_str()) || it.id.as_str().starts_with("_MOLT_"),
            Expr::Attribute(it) => it.attr.as_str().starts_with("molt_"),
            _ => false,
        }
    }
}

impl<'a> Visitor<'a> for FirstCall<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && self.found.is_none()
            && self.is_intrinsic(call)
        {
            self.found = Some(span_of(call));
        }
        walk_expr(self, expr);
    }
}

/// Whether an import stands in `body` at any depth, functions included.
fn has_import(body: &[Stmt]) -> bool {
    struct Any(bool);
    impl<'a> Visitor<'a> for Any {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            self.0 |= matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_));
            if !self.0 {
                walk_stmt(self, stmt);
            }
        }
        // no statement stands in an expression
        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut any = Any(false);
    any.visit_body(body);
    any.0
}
