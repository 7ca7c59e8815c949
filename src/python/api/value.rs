//! What names are bound to: by a value, and by a function with its decorators.

use std::collections::BTreeSet;

use ruff_python_ast::{Decorator, Expr};

use super::{
    Class, Flavour, Function, NameBinding, class, deprecated::last, exports::dotted, lines::LineStarts, signature,
};

/// What a name is bound to by the value that it is assigned.
pub(super) fn binding_of(value: &Expr, text: &str, lines: &LineStarts) -> NameBinding {
    match value {
        Expr::Name(_) | Expr::Attribute(_) => dotted(value).map_or(NameBinding::Value, NameBinding::Same),
        Expr::Lambda(it) => {
            let signature = it.parameters.as_ref().map(|it| signature::of(it, text)).unwrap_or_default();
            NameBinding::Function(Function { signature: Some(signature), flavour: Flavour::Plain, deprecated: None })
        }
        Expr::Call(call) => {
            if let Some(class) = class::named_tuple(call, text, lines) {
                return NameBinding::Class(Box::new(class));
            }
            // a descriptor that is made by a call, and a function wrapped in one
            match (last(&call.func), &*call.arguments.args) {
                ("property" | "_property", _) => {
                    NameBinding::Function(Function { signature: None, flavour: Flavour::Property, deprecated: None })
                }
                (word @ ("classmethod" | "staticmethod"), _) => NameBinding::Function(Function {
                    signature: None,
                    flavour: if word == "classmethod" { Flavour::Class } else { Flavour::Static },
                    deprecated: None,
                }),
                ("type", [_]) => NameBinding::Class(Box::new(Class { bases: vec![String::new()], ..Class::default() })),
                ("POINTER", _) => {
                    let base = dotted(&call.func).map(|it| it.replace("POINTER", "_Pointer")).unwrap_or_default();
                    NameBinding::Class(Box::new(Class { bases: vec![base], ..Class::default() }))
                }
                _ => dotted(&call.func).map_or(NameBinding::Value, NameBinding::Made),
            }
        }
        _ => NameBinding::Value,
    }
}

/// What decorators make of a function: how it is called, whether its parameters are those that are written, and whether it is
/// no function any more.
pub(super) fn decorated(decorators: &[Decorator], keepers: &BTreeSet<String>) -> (Flavour, bool, bool) {
    let (mut flavour, mut keeps, mut is_value) = (Flavour::Plain, true, false);
    for decorator in decorators {
        let expr = &decorator.expression;
        let word = expr.as_call_expr().map_or_else(|| last(expr), |it| last(&it.func));
        match word {
            "classmethod" | "abstractclassmethod" => flavour = Flavour::Class,
            "staticmethod" | "abstractstaticmethod" => flavour = Flavour::Static,
            "property"
            | "cached_property"
            | "abstractproperty"
            | "DynamicClassAttribute"
            | "setter"
            | "getter"
            | "deleter"
            | "_magic_enum_property" => flavour = Flavour::Property,
            "abstractmethod"
            | "lru_cache"
            | "cache"
            | "contextmanager"
            | "asynccontextmanager"
            | "recursive_repr"
            | "override"
            | "final"
            | "overload"
            | "deprecated"
            | "coroutine"
            | "singledispatch"
            | "wraps"
            | "runtime_checkable"
            | "_deprecate"
            | "set_module" => {}
            _ if keepers.contains(word) => {}
            _ if word.trim_start_matches('_').starts_with(|it: char| it.is_ascii_uppercase()) => is_value = true,
            _ => keeps = false,
        }
    }
    (flavour, keeps, is_value)
}
