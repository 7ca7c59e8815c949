//! Data constants of a Python file: what its top-level assignments of literals would evaluate to, with the place of
//! each in the text. Anything that is not a literal is `Other`; nothing is ever evaluated.

use std::{collections::BTreeMap, ops::Range};

use ruff_python_ast::{Expr, Number, Stmt};
use ruff_text_size::Ranged;

use super::{SyntaxError, parse, string};

/// A literal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `"text"`
    Str(String),
    /// An integer that fits.
    Int(i64),
    /// `True` or `False`
    Bool(bool),
    /// A tuple; lists are told apart because Molt's tools insist on tuples.
    Tuple(Vec<Value>),
    /// A list.
    List(Vec<Value>),
    /// A dictionary in written order.
    Dict(Vec<(Value, Value)>),
    /// Anything else.
    Other,
}

/// One top-level assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// The value on the right.
    pub value: Value,
    /// Where the value stands in the text, in bytes, its own parentheses included.
    pub range: Range<usize>,
}

/// Top-level assignments by name; the last one of a name counts.
pub type Constants = BTreeMap<String, Constant>;

/// Reads the constants of a file.
pub fn constants(text: &str) -> Result<Constants, SyntaxError> {
    let module = parse(text)?;
    let mut res = Constants::new();
    for stmt in module.body() {
        let (names, value): (Vec<&Expr>, &Expr) = match stmt {
            Stmt::Assign(it) => (it.targets.iter().collect(), &it.value),
            Stmt::AnnAssign(it) => match &it.value {
                Some(value) => (vec![&*it.target], value),
                None => continue,
            },
            _ => continue,
        };
        for name in names.into_iter().filter_map(Expr::as_name_expr) {
            let constant = Constant { value: evaluate(value), range: value.range().into() };
            res.insert(name.id.to_string(), constant);
        }
    }
    Ok(res)
}

impl Value {
    /// The strings of a tuple, in order; members that are none are left out. None for anything else.
    pub fn tuple_of_str(&self) -> Option<Vec<&str>> {
        let Self::Tuple(items) = self else { return None };
        Some(items.iter().filter_map(Self::as_str).collect())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(text) = self { Some(text) } else { None }
    }
}

fn evaluate(expr: &Expr) -> Value {
    let all = |items: &[Expr]| items.iter().map(evaluate).collect();
    match expr {
        Expr::StringLiteral(_) => string(expr).map_or(Value::Other, |text| Value::Str(text.to_owned())),
        Expr::BooleanLiteral(it) => Value::Bool(it.value),
        Expr::NumberLiteral(it) => match &it.value {
            Number::Int(n) => n.as_i64().map_or(Value::Other, Value::Int),
            _ => Value::Other,
        },
        Expr::Tuple(it) => Value::Tuple(all(&it.elts)),
        Expr::List(it) => Value::List(all(&it.elts)),
        Expr::Dict(it) => {
            let pair = |item: &ruff_python_ast::DictItem| Some((evaluate(item.key.as_ref()?), evaluate(&item.value)));
            it.items.iter().map(pair).collect::<Option<_>>().map_or(Value::Other, Value::Dict)
        }
        _ => Value::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_and_nothing_else_is() {
        let text = "A = (\"x\", 'y' 'z',)\nB: dict = {\"k\": (), 'n': 1}\nC = f()\nD = [True]\nE = A + A\n";
        let all = constants(text).unwrap();
        assert_eq!(all["A"].value.tuple_of_str().unwrap(), ["x", "yz"]);
        assert_eq!(&text[all["A"].range.clone()], "(\"x\", 'y' 'z',)");
        let dict = vec![(Value::Str("k".into()), Value::Tuple(vec![])), (Value::Str("n".into()), Value::Int(1))];
        assert_eq!(all["B"].value, Value::Dict(dict));
        assert_eq!(all["C"].value, Value::Other);
        assert_eq!(all["D"].value, Value::List(vec![Value::Bool(true)]));
        assert_eq!(all["E"].value, Value::Other);
    }
}
