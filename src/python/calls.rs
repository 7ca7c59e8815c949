//! Which intrinsics a file loads: calls of a known loader with a literal `molt_…` name, anywhere in the file.

use std::collections::BTreeSet;

use ruff_python_ast::{
    Expr,
    visitor::{Visitor, walk_expr},
};

use super::{Module, string};

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

/// The names of all intrinsics that `module` loads, dead code included.
pub fn intrinsic_loads(module: &Module) -> BTreeSet<String> {
    let mut loads = Loads(BTreeSet::new());
    loads.visit_body(module.body());
    loads.0
}

struct Loads(BTreeSet<String>);

impl<'a> Visitor<'a> for Loads {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let callee = match &*call.func {
                Expr::Name(it) => it.id.as_str(),
                Expr::Attribute(it) => it.attr.as_str(),
                _ => "",
            };
            let name = call.arguments.args.first().and_then(string);
            if let Some(name) = name.filter(|name| name.starts_with("molt_") && LOADERS.contains(&callee)) {
                self.0.insert(name.to_owned());
            }
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    #[test]
    fn loads_are_found_wherever_they_stand() {
        let text = "
_require_intrinsic('molt_a', globals())
x = mod.load_intrinsic('molt_' 'b')
def dead():
    return [lambda: require_intrinsic('molt_c')]
require_intrinsic(name='molt_no')
require_intrinsic(f'molt_no')
require_intrinsic(b'molt_no')
require_intrinsic('other')
other('molt_no')
'require_intrinsic(\"molt_no\")'
";
        let found: Vec<String> = intrinsic_loads(&parse(text).unwrap()).into_iter().collect();
        assert_eq!(found, ["molt_a", "molt_b", "molt_c"]);
    }
}
