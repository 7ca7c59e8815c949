//! Calls that say that what makes them is deprecated.

use std::collections::BTreeSet;

use ruff_python_ast::{
    Decorator, Expr, ExprCall, Number, Stmt, StmtImportFrom,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{super::string, ImportOrigin};

/// That something is deprecated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deprecated {
    /// The series in which it is to be removed, or takes effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// The series since which it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// True where only a use of it is, or it is under a condition; not there otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
}

/// What the statements of a function say about it: a call of `warnings._deprecated` wherever it stands, and a warning that is
/// given whatever the arguments are.
pub(super) fn in_body(body: &[Stmt]) -> Option<Deprecated> {
    let warns = body.iter().filter_map(call_of).find(|it| is_warning(it)).map(|_| Deprecated::default());
    let mut dated = Dated { found: None, is_conditional: false };
    dated.visit_body(body);
    dated.found.or(warns)
}

/// What the statements of a module say about it as a whole.
pub(super) fn of_module(stmt: &Stmt) -> Option<Deprecated> {
    let call = call_of(stmt)?;
    let names_it =
        call.arguments.args.first().is_some_and(|it| it.as_name_expr().is_some_and(|it| it.id.as_str() == "__name__"));
    if let Some(found) = dated(call).filter(|_| names_it) {
        return Some(found);
    }
    is_warning(call).then(Deprecated::default)
}

/// `@warnings.deprecated("…")`
pub(super) fn by_decorator(decorators: &[Decorator]) -> Option<Deprecated> {
    let is_it = |it: &Decorator| {
        it.expression.as_call_expr().is_some_and(|it| matches!(last(&it.func), "deprecated" | "_deprecated"))
    };
    decorators.iter().any(is_it).then(Deprecated::default)
}

/// The last part of a dotted name.
pub(super) fn last(expr: &Expr) -> &str {
    match expr {
        Expr::Name(it) => it.id.as_str(),
        Expr::Attribute(it) => it.attr.as_str(),
        _ => "",
    }
}

fn call_of(stmt: &Stmt) -> Option<&ExprCall> {
    stmt.as_expr_stmt()?.value.as_call_expr()
}

fn is_warning(call: &ExprCall) -> bool {
    let category = call.arguments.args.get(1).or_else(|| call.arguments.find_keyword("category").map(|it| &it.value));
    last(&call.func) == "warn" && category.is_some_and(|it| last(it) == "DeprecationWarning")
}

fn dated(call: &ExprCall) -> Option<Deprecated> {
    if last(&call.func) != "_deprecated" {
        return None;
    }
    let pair = call.arguments.find_keyword("remove")?.value.as_tuple_expr()?;
    let number = |it: &Expr| match &it.as_number_literal_expr()?.value {
        Number::Int(it) => it.as_u64(),
        _ => None,
    };
    let [major, minor] = pair.elts.as_slice() else { return None };
    let removal = Some(format!("{}.{}", number(major)?, number(minor)?));
    Some(Deprecated { removal, ..Deprecated::default() })
}

/// The first dated call, and whether it stands where it may not be reached.
struct Dated {
    found: Option<Deprecated>,
    is_conditional: bool,
}

impl<'a> Visitor<'a> for Dated {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.found.is_some() || matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            return;
        }
        let before = self.is_conditional;
        self.is_conditional |= matches!(stmt, Stmt::If(_) | Stmt::For(_) | Stmt::While(_) | Stmt::Match(_));
        walk_stmt(self, stmt);
        self.is_conditional = before;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let partly = self.is_conditional;
            self.found = self.found.take().or_else(|| Some(Deprecated { partly, ..dated(call)? }));
        }
        walk_expr(self, expr);
    }
}

/// The literals that a `__getattr__` of a module compares its parameter with.
pub(super) fn answered(body: &[Stmt], parameter: &str) -> BTreeSet<String> {
    struct VersionComparison<'a> {
        parameter: &'a str,
        found: BTreeSet<String>,
    }
    impl<'a> Visitor<'a> for VersionComparison<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Compare(it) = expr
                && it.left.as_name_expr().is_some_and(|it| it.id.as_str() == self.parameter)
            {
                for right in &it.comparators {
                    self.found.extend(string(right).map(str::to_owned));
                    let items = match right {
                        Expr::Tuple(it) => it.elts.as_slice(),
                        Expr::List(it) => it.elts.as_slice(),
                        Expr::Set(it) => it.elts.as_slice(),
                        _ => &[],
                    };
                    self.found.extend(items.iter().filter_map(string).map(str::to_owned));
                }
            }
            walk_expr(self, expr);
        }
    }
    let mut res = VersionComparison { parameter, found: BTreeSet::new() };
    res.visit_body(body);
    res.found.retain(|it| !it.starts_with('_'));
    res.found
}

/// The names that a `__getattr__` of a module imports where it is asked for them, with where they come from.
pub(super) fn imported(body: &[Stmt], answered: &BTreeSet<String>) -> Vec<(String, ImportOrigin)> {
    struct Imports<'a>(Vec<&'a StmtImportFrom>);
    impl<'a> Visitor<'a> for Imports<'a> {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::ImportFrom(it) => self.0.push(it),
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut found = Imports(Vec::new());
    found.visit_body(body);
    let names = found
        .0
        .into_iter()
        .flat_map(|it| it.names.iter().map(move |alias| (alias.name.to_string(), ImportOrigin::of(it))));
    names.filter(|(name, _)| answered.contains(name)).collect()
}

/// Whether a function returns a value anywhere.
pub(super) fn returns(body: &[Stmt]) -> bool {
    struct Returns(bool);
    impl<'a> Visitor<'a> for Returns {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Return(it) => self.0 |= it.value.is_some(),
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }

        fn visit_expr(&mut self, _: &'a Expr) {}
    }
    let mut res = Returns(false);
    res.visit_body(body);
    res.0
}
