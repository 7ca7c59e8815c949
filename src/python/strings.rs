//! Every text that a Python file holds, implicit concatenations joined: what the program can say.

use ruff_python_ast::{
    Expr,
    visitor::{Visitor, walk_expr},
};

use super::{Constants, Module, literals::constants_of, parse_data};
use crate::base::alone::{LARGE_PYTHON, alone};

/// The string constants of a file, in order; nothing where it does not parse. What an f-string fills in is left out.
pub fn strings(text: &str) -> Vec<String> {
    let _alone = alone(text.len() > LARGE_PYTHON);
    parse_data(text).map_or_else(|_| Vec::new(), |it| strings_of(&it))
}

/// The same, and the data constants of the file, of one parse.
pub fn strings_and_constants(text: &str) -> (Vec<String>, Constants) {
    let _alone = alone(text.len() > LARGE_PYTHON);
    parse_data(text).map_or_else(|_| Default::default(), |it| (strings_of(&it), constants_of(&it)))
}

fn strings_of(module: &Module) -> Vec<String> {
    let mut found = Strings(Vec::new());
    for stmt in module.body() {
        found.visit_stmt(stmt);
    }
    found.0
}

struct Strings(Vec<String>);

impl Visitor<'_> for Strings {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::StringLiteral(it) => self.0.push(it.value.to_str().to_owned()),
            Expr::FString(it) => {
                let parts = it.value.elements().filter_map(|it| it.as_literal()).map(|it| it.value.to_string());
                self.0.extend(parts);
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_joined_and_found_anywhere() {
        let text = "def f():\n    print('a ' 'b', f'c {x} d')\nY = {'k': ['v']}\n";
        assert_eq!(strings(text), ["a b", "c ", " d", "k", "v"]);
        assert!(strings("(").is_empty());
    }
}
