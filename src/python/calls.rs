//! Calls of the functions that load intrinsics.

use ruff_python_ast::{Expr, ExprCall};

use super::string;
use crate::base::Dialect;

/// The functions that load an intrinsic, by plain name or as an attribute (a fact of Molt's checker at 2026-02-13).
const LOADERS: &[&str] = &[
    "load_intrinsic",
    "require_intrinsic",
    "require_optional_intrinsic",
    "_load_intrinsic",
    "_intrinsic_load",
    "_intrinsics_require",
    "_intrinsic_require",
    "_require_intrinsic",
    "_require_callable_intrinsic",
];

/// Those that return nothing where the intrinsic is missing, instead of failing.
const OPTIONAL: &[&str] = &["load_intrinsic", "_load_intrinsic", "require_optional_intrinsic"];

/// The name that is called, alone or as an attribute.
pub(super) fn callee(call: &ExprCall) -> &str {
    match &*call.func {
        Expr::Name(it) => it.id.as_str(),
        Expr::Attribute(it) => it.attr.as_str(),
        _ => "",
    }
}

/// The intrinsic that a call loads. In August there is one more loader, and `name=` counts where nothing is positional.
pub(super) fn load(call: &ExprCall, dialect: Dialect) -> Option<&str> {
    if !dialect.traits().lazy_loads {
        return positional_load(call);
    }
    let is_loader = LOADERS.contains(&callee(call)) || callee(call) == "_lazy_intrinsic";
    let name = match call.arguments.args.first() {
        Some(first) => string(first),
        None => call.arguments.find_keyword("name").and_then(|it| string(&it.value)),
    };
    name.filter(|name| is_loader && name.starts_with("molt_"))
}

/// The intrinsic that a call loads by its first positional argument.
pub(super) fn positional_load(call: &ExprCall) -> Option<&str> {
    let name = call.arguments.args.first().and_then(string);
    name.filter(|name| name.starts_with("molt_") && LOADERS.contains(&callee(call)))
}

/// Whether a call asks for something that may be missing, whatever its arguments.
pub(super) fn is_optional_load(call: &ExprCall) -> bool {
    OPTIONAL.contains(&callee(call))
}
