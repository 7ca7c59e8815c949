//! Names that a function takes over from another module, as far as its text says which.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged as _;

use super::{Takes, exports::dotted};

/// The constants that an enumeration is made of: the text of the function that chooses them says what they begin with.
pub(super) fn converted(call: &ExprCall, text: &str) -> Takes {
    let from = call.arguments.find_keyword("source").and_then(|it| dotted(&it.value));
    let mut res = Takes { from, ..Takes::default() };
    let Some(filter) = call.arguments.args.get(2) else { return res };
    let text = &text[filter.range()];
    let mut before = "";
    for part in text.split("startswith(") {
        if !before.is_empty() {
            let inside = part.split(')').next().unwrap_or_default().trim_matches(['(', ' ']);
            let all =
                inside.split(',').map(|it| it.trim().trim_matches(['\'', '"']).to_owned()).filter(|it| !it.is_empty());
            let is_not = before.trim_end().trim_end_matches("name.").trim_end().ends_with("not");
            if is_not { res.not.extend(all) } else { res.prefixes.extend(all) }
        }
        before = part;
    }
    res
}

/// `{k: v for k, v in vars(module).items() if …}`
pub(super) fn taken(argument: &Expr, text: &str) -> Option<Takes> {
    let text = &text[argument.range()];
    let inside = text.split_once("vars(")?.1.split(')').next()?;
    let is_name = !inside.is_empty() && inside.bytes().all(|it| it == b'_' || it == b'.' || it.is_ascii_alphanumeric());
    is_name.then(|| Takes { from: Some(inside.to_owned()), not: vec!["__".into()], ..Takes::default() })
}
