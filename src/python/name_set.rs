//! A set of names that a Python file holds as a constant: `NAME = frozenset({"a", "b"})`, or a set, tuple or list of texts.

use ruff_python_ast::{Expr, Stmt};

use super::parse_data;
use crate::base::alone::{LARGE_PYTHON, alone};

/// The texts of the last assignment of `name` at the top of a file; none where there is none, and where it is anything but
/// plain texts.
pub fn name_set(text: &str, name: &str) -> Option<Vec<String>> {
    memchr::memmem::find(text.as_bytes(), name.as_bytes())?;
    let _alone = alone(text.len() > LARGE_PYTHON);
    let module = parse_data(text).ok()?;
    let is_it = |it: &Expr| it.as_name_expr().is_some_and(|it| it.id == name);
    let value = module.body().iter().rev().find_map(|stmt| match stmt {
        Stmt::Assign(it) if it.targets.iter().any(is_it) => Some(&*it.value),
        Stmt::AnnAssign(it) if is_it(&it.target) => it.value.as_deref(),
        _ => None,
    })?;
    texts(value)
}

fn texts(value: &Expr) -> Option<Vec<String>> {
    let of = |items: &[Expr]| {
        items.iter().map(|it| it.as_string_literal_expr().map(|it| it.value.to_str().to_owned())).collect()
    };
    match value {
        Expr::Set(it) => of(&it.elts),
        Expr::Tuple(it) => of(&it.elts),
        Expr::List(it) => of(&it.elts),
        Expr::Call(it) if it.arguments.keywords.is_empty() => {
            let makes =
                it.func.as_name_expr().is_some_and(|it| ["frozenset", "set", "tuple"].contains(&it.id.as_str()));
            match &*it.arguments.args {
                _ if !makes => None,
                [] => Some(Vec::new()),
                [Expr::Call(_)] => None,
                [one] => texts(one),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_texts_is_read_in_the_usual_forms() {
        for (text, wanted) in [
            ("A: frozenset[str] = frozenset({'b', 'a.c'})\n", Some("b a.c")),
            ("A = frozenset()\n", Some("")),
            ("A = {'b'}\nA = frozenset(('d',))\n", Some("d")),
            ("A = ('b',)\n", Some("b")),
            ("A = frozenset({B})\n", None),
            ("A = make({'b'})\n", None),
            ("A = frozenset({'b'}, {'c'})\n", None),
            ("B = {'b'}  # A\n", None),
            ("A = (", None),
        ] {
            assert_eq!(name_set(text, "A").map(|it| it.join(" ")).as_deref(), wanted, "{text}");
        }
    }
}
