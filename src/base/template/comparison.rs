//! What an expression compares. A number is never equal to a text, and always before or behind it: a comparison of such two says
//! nothing of the values, and would hold, or not, for ever.

use std::ops::Range;

use minijinja::{Value, machinery::parse_expr, value::ValueKind};
use serde_json::Value as Json;

/// The most comparisons of an expression that are looked at; what has more is refused.
const MOST: usize = 100;

/// Why an expression is not used, if it compares what cannot be compared. `value` gives what a part of it is worth; a part that
/// gives nothing is told elsewhere.
pub(super) fn mixed(text: &str, value: &dyn Fn(&str) -> Option<Value>) -> Option<String> {
    let parsed = parse_expr(text).ok()?;
    let parsed = serde_json::to_value(&parsed).unwrap_or_default();
    let mut pairs = Vec::new();
    pairs_of(&parsed, &mut pairs);
    if pairs.len() > MOST {
        return Some(format!("an expression has at most {MOST} comparisons, and this one has {}", pairs.len()));
    }
    pairs.into_iter().find_map(|(is_in, left, right)| {
        let part = |it: &Json| part(text, it).map(str::trim);
        let (left, right) = (part(left)?, part(right)?);
        let (a, b) = (value(left)?, value(right)?);
        let fits = if is_in { is_in_kind(&a, &b) } else { is_like(&a, &b) };
        let what = || format!("`{left}` is {} and `{right}` is {}, which cannot be compared", kind(&a), kind(&b));
        (!fits).then(what)
    })
}

/// The pairs that are compared: whether the second should hold the first, and both.
fn pairs_of<'j>(node: &'j Json, out: &mut Vec<(bool, &'j Json, &'j Json)>) {
    match node {
        Json::Array(items) => items.iter().for_each(|it| pairs_of(it, out)),
        Json::Object(fields) => {
            let about = &node["inner"][0];
            let is_compared = |op: &Json| matches!(op.as_str(), Some("Eq" | "Ne" | "Lt" | "Lte" | "Gt" | "Gte"));
            let is_in = |op: &Json| matches!(op.as_str(), Some("In" | "NotIn"));
            match node["expr"].as_str() {
                Some("BinOp") if is_compared(&about["op"]) || is_in(&about["op"]) => {
                    out.push((is_in(&about["op"]), &about["left"], &about["right"]));
                }
                // "a < b < c"
                Some("Compare") => {
                    let mut before = &about["expr"];
                    for it in about["ops"].as_array().into_iter().flatten() {
                        out.push((is_in(&it["op"]), before, &it["expr"]));
                        before = &it["expr"];
                    }
                }
                _ => {}
            }
            fields.values().for_each(|it| pairs_of(it, out));
        }
        _ => {}
    }
}

/// The words of a part of an expression: the parts of it know where they stand, and not the brackets around them.
fn part<'t>(text: &'t str, node: &Json) -> Option<&'t str> {
    let mut whole = text.len()..0;
    widen(node, &mut whole);
    let mut open = unmatched(text.get(whole.clone())?);
    for (at, it) in text[..whole.start].char_indices().rev() {
        match it {
            '(' if open.0 > 0 => (whole.start, open.0) = (at, open.0 - 1),
            it if it.is_whitespace() => {}
            _ => break,
        }
    }
    let end = whole.end;
    for (at, it) in text[end..].char_indices() {
        match it {
            ')' if open.1 > 0 => (whole.end, open.1) = (end + at + 1, open.1 - 1),
            it if it.is_whitespace() => {}
            _ => break,
        }
    }
    text.get(whole)
}

/// Everything that stands in a part.
fn widen(node: &Json, whole: &mut Range<usize>) {
    match node {
        Json::Array(items) => items.iter().for_each(|it| widen(it, whole)),
        Json::Object(fields) => {
            let at = |key: &str| fields.get(key).and_then(Json::as_u64).and_then(|it| usize::try_from(it).ok());
            if let (Some(start), Some(end)) = (at("start_offset"), at("end_offset")) {
                *whole = whole.start.min(start)..whole.end.max(end);
            }
            fields.values().for_each(|it| widen(it, whole));
        }
        _ => {}
    }
}

/// How many brackets a text closes that it does not open, and opens that it does not close.
fn unmatched(text: &str) -> (usize, usize) {
    let (mut closed, mut open, mut quote) = (0, 0, None);
    for it in text.chars() {
        match (quote, it) {
            (Some(mark), it) if it == mark => quote = None,
            (None, '"' | '\'') => quote = Some(it),
            (None, '(') => open += 1,
            (None, ')') if open > 0 => open -= 1,
            (None, ')') => closed += 1,
            _ => {}
        }
    }
    (closed, open)
}

fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
}

/// Whether two values can be equal, and one can be more than the other.
fn is_like(a: &Value, b: &Value) -> bool {
    if is_list(a) && is_list(b) {
        let first = |it: &Value| it.try_iter().ok().and_then(|mut it| it.next());
        return match (first(a), first(b)) {
            (Some(a), Some(b)) => is_like(&a, &b),
            _ => true,
        };
    }
    a.kind() == b.kind() && a.kind() != ValueKind::Map
}

/// Whether a value can be in another one.
fn is_in_kind(a: &Value, b: &Value) -> bool {
    match b.kind() {
        ValueKind::String => a.kind() == ValueKind::String,
        _ if is_list(b) => b.try_iter().ok().and_then(|mut it| it.next()).is_none_or(|first| is_like(a, &first)),
        _ => false,
    }
}

fn kind(value: &Value) -> &'static str {
    match value.kind() {
        ValueKind::Number => "a number",
        ValueKind::String => "a text",
        ValueKind::Bool => "true or false",
        ValueKind::Seq | ValueKind::Iterable => {
            match value.try_iter().ok().and_then(|mut it| it.next()).map(|it| it.kind()) {
                Some(ValueKind::String) => "a list of texts",
                Some(ValueKind::Number) => "a list of numbers",
                _ => "a list",
            }
        }
        ValueKind::None => "none",
        _ => "no value",
    }
}
