//! Names that are taken over from another module, and which of them, as far as the text says it.

use ruff_python_ast::{BoolOp, CmpOp, Expr, ExprCall, UnaryOp};
use ruff_text_size::Ranged as _;

use super::{super::string, exports::dotted};

/// Names that are taken over: those of a module, of an instance, or of the file itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Takes {
    /// The module or the instance, by its name here; none for the file itself.
    pub from: Option<String>,
    /// Which of them; none for all.
    pub test: Option<Test>,
}

/// What is asked of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// All of these hold.
    All(Vec<Self>),
    /// One of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// It begins with one of these.
    Begins(Vec<String>),
    /// It is one of these.
    Is(Vec<String>),
    /// It has no small letters.
    Upper,
    /// Something that syntax does not show.
    Unknown,
}

impl Takes {
    /// Whether a name is among them.
    pub fn fits(&self, name: &str) -> bool {
        self.test.as_ref().is_none_or(|it| it.passes(name).unwrap_or(true))
    }
}

impl Test {
    fn passes(&self, name: &str) -> Option<bool> {
        let decided = |all: &[Self], decisive: bool| {
            let all: Vec<Option<bool>> = all.iter().map(|it| it.passes(name)).collect();
            if all.contains(&Some(decisive)) { Some(decisive) } else { (!all.contains(&None)).then_some(!decisive) }
        };
        match self {
            Self::All(all) => decided(all, false),
            Self::Any(all) => decided(all, true),
            Self::Not(it) => it.passes(name).map(|it| !it),
            Self::Begins(all) => Some(all.iter().any(|it| name.starts_with(it.as_str()))),
            Self::Is(all) => Some(all.iter().any(|it| it == name)),
            Self::Upper => Some(!name.contains(|it: char| it.is_ascii_lowercase())),
            Self::Unknown => None,
        }
    }
}

/// How deep a test is looked into.
const DEEPEST: u8 = 20;

/// The constants that an enumeration is made of, which a function chooses.
pub(super) fn converted(call: &ExprCall) -> Takes {
    let from = call.arguments.find_keyword("source").and_then(|it| dotted(&it.value));
    let filter = call.arguments.args.get(2).or_else(|| call.arguments.find_keyword("filter").map(|it| &it.value));
    let test = match filter {
        Some(Expr::Lambda(it)) => Some(test(&it.body, DEEPEST)),
        Some(_) => Some(Test::Unknown),
        None => None,
    };
    Takes { from, test }
}

fn test(expr: &Expr, depth: u8) -> Test {
    let Some(depth) = depth.checked_sub(1) else { return Test::Unknown };
    match expr {
        Expr::BoolOp(it) => {
            let all = it.values.iter().map(|it| test(it, depth)).collect();
            if it.op == BoolOp::And { Test::All(all) } else { Test::Any(all) }
        }
        Expr::UnaryOp(it) if it.op == UnaryOp::Not => Test::Not(Box::new(test(&it.operand, depth))),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(it) if it.attr.as_str() == "isupper" => Test::Upper,
            Expr::Attribute(it) if it.attr.as_str() == "startswith" => {
                call.arguments.args.first().and_then(strings).map_or(Test::Unknown, Test::Begins)
            }
            _ => Test::Unknown,
        },
        Expr::Compare(it) => {
            let ([op], [right]) = (&*it.ops, &*it.comparators) else { return Test::Unknown };
            let all = strings(right).filter(|_| it.left.is_name_expr()).map(Test::Is);
            match (op, all) {
                (CmpOp::In | CmpOp::Eq, Some(it)) => it,
                (CmpOp::NotIn | CmpOp::NotEq, Some(it)) => Test::Not(Box::new(it)),
                _ => Test::Unknown,
            }
        }
        _ => Test::Unknown,
    }
}

fn strings(expr: &Expr) -> Option<Vec<String>> {
    let items = match expr {
        Expr::Tuple(it) => it.elts.as_slice(),
        Expr::List(it) => it.elts.as_slice(),
        Expr::Set(it) => it.elts.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().map(|it| string(it).map(str::to_owned)).collect()
}

/// `{k: v for k, v in vars(module).items() if …}` and `(name, getattr(instance, name)) for name in …`
pub(super) fn taken(argument: &Expr, text: &str) -> Option<Takes> {
    let text = &text[argument.range()];
    let of = |word: &str, end: &[char]| text.split_once(word)?.1.split(end).next();
    let inside = of("vars(", &[')']).or_else(|| of("getattr(", &[',']))?.trim();
    let is_name = !inside.is_empty() && inside.bytes().all(|it| it == b'_' || it == b'.' || it.is_ascii_alphanumeric());
    let test = Some(Test::Not(Box::new(Test::Begins(vec!["__".into()]))));
    is_name.then(|| Takes { from: Some(inside.to_owned()), test })
}

#[cfg(test)]
mod tests {
    use crate::python::api::{NameBinding, api};

    #[test]
    fn the_names_that_a_function_chooses_are_known() {
        let all = ["SIGINT", "SIG_DFL", "SIG_BLOCK", "CTRL_C", "SIGNAL_x", "AF_INET"];
        for (filter, expected) in [
            ("lambda n: n.startswith('AF_')", "AF_INET"),
            (
                "lambda n: n.isupper() and n.startswith('SIG') and not n.startswith('SIG_') or n.startswith('CTRL_')",
                "SIGINT CTRL_C",
            ),
            ("lambda n: n in ('SIG_DFL', 'SIG_IGN')", "SIG_DFL"),
            ("lambda n: n == 'SIGINT'", "SIGINT"),
            ("lambda n: n.startswith(('CTRL', 'AF')) and n != 'CTRL_C'", "AF_INET"),
            ("lambda n: f(n) and n.startswith('AF')", "AF_INET"),
        ] {
            let text = format!("E._convert_('C', __name__, {filter})\n");
            let NameBinding::Class(class) =
                api(&crate::python::parse(&text).unwrap(), &text).names.remove("C").unwrap().binding
            else {
                panic!()
            };
            let takes = class.members_of.unwrap();
            let found: Vec<&str> = all.into_iter().filter(|it| takes.fits(it)).collect();
            assert_eq!(found.join(" "), expected, "{filter}");
        }
    }
}
