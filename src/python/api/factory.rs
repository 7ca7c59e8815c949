//! What a function gives to every class that it makes or changes: the special methods that its body writes as texts.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, StmtFunctionDef,
    visitor::{Visitor, walk_expr},
};
use ruff_text_size::Ranged as _;

use super::{
    super::{factories::FACTORIES, string},
    lines::LineStarts,
};

/// How many special methods are taken from one of them; Python has some hundred altogether.
const MOST: usize = 200;

/// What makes a class, or changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factory {
    /// A named tuple.
    NamedTuple,
    /// A data class.
    DataClass,
}

impl Factory {
    /// The module that has the function which does so, and the name of that function.
    pub fn function(self) -> (&'static str, &'static str) {
        match self {
            Self::NamedTuple => ("collections", FACTORIES[0]),
            Self::DataClass => ("dataclasses", FACTORIES[1]),
        }
    }
}

/// Keeps the special methods that a function gives, each with its line, if it is known to make classes.
pub(super) fn learn(all: &mut BTreeMap<String, BTreeMap<String, u32>>, def: &StmtFunctionDef, lines: &LineStarts) {
    if FACTORIES.contains(&def.name.as_str()) {
        let mut found = GivenMethods { lines, all: BTreeMap::new() };
        found.visit_body(&def.body);
        all.insert(def.name.to_string(), found.all);
    }
}

struct GivenMethods<'a> {
    lines: &'a LineStarts,
    all: BTreeMap<String, u32>,
}

impl GivenMethods<'_> {
    fn take(&mut self, expr: &Expr) {
        if self.all.len() < MOST
            && let Some(name) = string(expr).filter(|it| it.len() > 4 && it.starts_with("__") && it.ends_with("__"))
        {
            self.all.entry(name.to_owned()).or_insert_with(|| self.lines.of(expr.start().to_u32()));
        }
    }
}

impl<'a> Visitor<'a> for GivenMethods<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            // the namespace of the class
            Expr::Dict(it) => it.items.iter().filter_map(|it| it.key.as_ref()).for_each(|it| self.take(it)),
            // `set_attribute(cls, "__replace__", f)`
            Expr::Call(it) if it.arguments.args.len() > 2 => self.take(&it.arguments.args[1]),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use crate::python::{Scope, api, parse};

    fn of(text: &str) -> Scope {
        api(&parse(text).unwrap(), text)
    }

    #[test]
    fn what_a_function_gives_to_its_classes_is_known() {
        let filler = "x = [1, 2, 3]; y = 'a long body that nothing else is asked of'; del x, y";
        for (body, given) in [
            ("type(n, (tuple,), {'__replace__': f, '_replace': f})", vec!["__replace__"]),
            ("put(cls, '__replace__', f)", vec!["__replace__"]),
            ("put(cls, '__x', f)", vec![]),
            ("has(cls, '__replace__')", vec![]),
        ] {
            for (name, is_known) in [("namedtuple", true), ("_process_class", true), ("other", false)] {
                let found = of(&format!("def {name}(cls):\n    {filler}\n    {body}\n"));
                let all: Vec<&str> = found.gives.get(name).into_iter().flatten().map(|it| it.0.as_str()).collect();
                assert_eq!(all, if is_known { given.clone() } else { vec![] }, "{name} {body}");
            }
        }
    }
}
