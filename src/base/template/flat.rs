//! What a template may put together: lists and tables of constants, and nothing that holds them in each other. The engine counts
//! no steps while it writes a value out, and forty steps make a list of lists with more than a million million items in it.

use minijinja::{
    Environment,
    machinery::{Token, parse, parse_expr, tokenize},
    syntax::SyntaxConfig,
};
use serde_json::Value as Json;

/// Filters that put lists into lists, or one list behind another without counting its items.
const FILTERS: [&str; 5] = ["batch", "slice", "groupby", "zip", "chain"];
/// Functions that put anything into tables, or print all that there is.
const FUNCTIONS: [&str; 3] = ["dict", "namespace", "debug"];

/// Takes out of an environment what makes values that are not flat.
pub(super) fn restrict(env: &mut Environment<'_>) {
    for it in FILTERS {
        env.remove_filter(it);
    }
    for it in FUNCTIONS {
        env.remove_global(it);
    }
}

/// Signs and words of one tag. The engine calls itself for each that goes on with what is before it, however it is put.
const TAG: usize = 3_000;
/// Tags that go on with an `if`, wherever they are: each can lie in the one before it.
const ELIFS: usize = 1_000;

/// Why a template is not parsed, if that could take more stack than there is. One that has no such words is refused elsewhere.
pub(super) fn too_deep(text: &str, syntax: SyntaxConfig) -> Option<String> {
    let (mut tokens, mut elifs) = (0, 0);
    for token in tokenize(text, false, syntax).map_while(Result::ok) {
        match token.0 {
            Token::VariableStart | Token::BlockStart => tokens = 0,
            Token::Ident("elif") if tokens == 0 => elifs += 1,
            _ => {}
        }
        tokens += usize::from(!matches!(token.0, Token::VariableStart | Token::BlockStart));
        if tokens > TAG {
            return Some(format!("a tag of it has more than {TAG} words and signs"));
        }
        if elifs > ELIFS {
            return Some(format!("it has more than {ELIFS} tags with `elif`"));
        }
    }
    None
}

/// Why a template is not used, if it could make a value that is not flat. One that cannot be parsed is refused elsewhere.
pub(super) fn template(name: &str, text: &str, syntax: SyntaxConfig) -> Option<String> {
    let parsed = parse(text, name, syntax).ok()?;
    refused(&serde_json::to_value(&parsed).unwrap_or_default())
}

/// Values that are not constants and that the lists of an expression may have.
const MOST: usize = 16;

/// The same for an expression, which gives nothing a name: a list of a few facts cannot grow, unless it is repeated or put into
/// another one.
pub(super) fn expression(text: &str) -> Option<String> {
    let parsed = parse_expr(text).ok()?;
    let mut left = MOST;
    listed(&serde_json::to_value(&parsed).unwrap_or_default(), false, &mut left)
}

fn listed(node: &Json, is_inside: bool, left: &mut usize) -> Option<String> {
    match node {
        Json::Array(items) => items.iter().find_map(|it| listed(it, is_inside, left)),
        Json::Object(fields) => {
            let about = &node["inner"][0];
            let mut is_inside = is_inside;
            match node["expr"].as_str() {
                Some("List" | "Tuple" | "Map") if !is_constant(node) => {
                    let items = about["items"].as_array().or(about["values"].as_array()).map_or(0, Vec::len);
                    let Some(rest) = left.checked_sub(items).filter(|_| !is_inside) else {
                        return Some(format!(
                            "a list that is not made of constants has at most {MOST} items, is in no other and is not repeated"
                        ));
                    };
                    (*left, is_inside) = (rest, true);
                }
                Some("BinOp") if about["op"] == "Mul" => is_inside = true,
                Some("Filter") if about["name"] == "map" && !is_plain_map(&about["args"]) => {
                    return Some(MAP.to_owned());
                }
                _ => {}
            }
            fields.values().find_map(|it| listed(it, is_inside, left))
        }
        _ => None,
    }
}

const MAP: &str = "`map` takes one attribute or one filter without arguments here";

/// Walks the parsed form: an object for each node, with its kind as `expr`, and what it is about as the first of `inner`.
fn refused(node: &Json) -> Option<String> {
    match node {
        Json::Array(items) => items.iter().find_map(refused),
        Json::Object(fields) => {
            let about = &node["inner"][0];
            match node["expr"].as_str() {
                Some("List" | "Tuple" | "Map") if !is_constant(node) => {
                    return Some("a list or a table in a template is made of constants".to_owned());
                }
                Some("Filter") if about["name"] == "map" && !is_plain_map(&about["args"]) => {
                    return Some(MAP.to_owned());
                }
                _ => {}
            }
            if node["stmt"] == "ForLoop" {
                let rest = ["filter_expr", "body", "else_body"].iter().find_map(|it| refused(&about[*it]));
                return looped(&about["iter"], &about["target"]).or(rest);
            }
            // names that are given values look like lists of names
            fields.iter().filter(|(key, _)| *key != "target").find_map(|(key, value)| match (key.as_str(), value) {
                ("assignments", Json::Array(pairs)) => pairs.iter().find_map(|it| refused(&it[1])),
                _ => refused(value),
            })
        }
        _ => None,
    }
}

/// A list that is written out to be looped over is given no name; no more are the rows of one whose columns are named.
fn looped(items: &Json, names: &Json) -> Option<String> {
    let is_list = |it: &Json| matches!(it["expr"].as_str(), Some("List" | "Tuple"));
    let parts = |it: &Json| it["inner"][0]["items"].as_array().cloned().unwrap_or_default();
    if !is_list(items) {
        return refused(items);
    }
    let in_row = |it: &Json| {
        if is_list(names) && is_list(it) { parts(it).iter().find_map(refused) } else { refused(it) }
    };
    parts(items).iter().find_map(in_row)
}

fn is_constant(node: &Json) -> bool {
    let about = &node["inner"][0];
    let all = |key: &str| about[key].as_array().is_none_or(|it| it.iter().all(is_constant));
    match node["expr"].as_str() {
        Some("Const") => true,
        Some("UnaryOp") => is_constant(&about["expr"]),
        Some("List" | "Tuple") => all("items"),
        Some("Map") => all("keys") && all("values"),
        _ => false,
    }
}

/// `map("upper")`, `map(attribute="name")`
fn is_plain_map(args: &Json) -> bool {
    let Some([only]) = args.as_array().map(Vec::as_slice) else { return false };
    only.get("Pos").is_some_and(is_constant)
        || only.get("Kwarg").is_some_and(|it| it[0] == "attribute" && is_constant(&it[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syntax() -> SyntaxConfig {
        SyntaxConfig::default()
    }

    #[test]
    fn what_goes_on_and_on_is_not_parsed() {
        let many = |part: &str| part.repeat(20_000);
        for text in [
            format!("{{{{ 1{} }}}}", many("+1")),
            format!("{{{{ a{} }}}}", many(".a")),
            format!("{{{{ {} a }}}}", many("not ")),
            format!("{{{{ {}1 }}}}", many("-")),
            format!("{{% set {}a = 1 %}}", many("(")),
            format!("{{% if a %}}{}{{% endif %}}", many("{% elif b %}")),
            format!("{{% if a %}}{{{{ endif }}}}{}{{% endif %}}", many("{%- elif b -%}")),
        ] {
            assert!(too_deep(&text, syntax()).is_some(), "{}", &text[..20]);
        }
        let beside = "{% if a %}{% elif b %}{% endif %}".repeat(900);
        assert_eq!(too_deep(&beside, syntax()), None);
        let list: Vec<String> = (0..1_000).map(|it| format!("'{it}'")).collect();
        let long = format!("{}{{% set a = [{}] %}}", many("{{ a.b }} text\n"), list.join(", "));
        assert_eq!(too_deep(&long, syntax()), None);
    }

    #[test]
    fn what_is_flat_passes() {
        for text in [
            "{% for a, b in t|items %}{{ a }}{% endfor %}",
            "{% set a, b = x %}{% with c, d = x %}{{ c }}{% endwith %}",
            "{% for a, b in [['x', y], ['z', w.v]] %}{% for c in [a, b, (d)] %}{{ c }}{% endfor %}{% endfor %}",
            "{{ [1, -2, 'a']|join(', ') }}{{ {'a': [1]}['a']|length }}",
            "{{ x|map('upper')|join }}{{ x|map(attribute='name')|join }}{{ (a + b)[0] }}",
        ] {
            assert_eq!(template("t", text, syntax()), None, "{text}");
        }
    }

    #[test]
    fn what_holds_values_in_each_other_does_not() {
        for text in [
            "{% set x = [x, x] %}",
            "{% for y in [[1, x]] %}{% endfor %}",
            "{% for y, z in [[1, [x]]] %}{% endfor %}",
            "{% for y in [[x, x]]|list %}{% endfor %}",
            "{% for y in z %}{% set a = [y, y] %}{% endfor %}",
            "{% for y in z if [y] %}{% endfor %}",
            "{% if {'a': x} %}{% endif %}",
            "{% set x = (x, 1) %}",
            "{% set y %}{{ ['a', x]|string }}{% endset %}",
            "{{ range(2)|map(attribute='a', default=x) }}",
            "{{ [0, 0]|map('default', x, true) }}",
            "{% with y = [x] %}{% endwith %}",
            "{% filter replace(x, [x]) %}{% endfilter %}",
        ] {
            assert!(template("t", text, syntax()).is_some(), "{text}");
        }
        for text in ["[a, [b]]", "[[1] * 300] * 300", "[a] * 300", "[a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]", "{'a': [b]}"]
        {
            assert!(expression(text).is_some(), "{text}");
        }
        for text in ["a + 1 in [1, 2]", "[a.b, 'x'] + [d]", "[[1, 2], [3]] * 3", "[a, b * 2]", "c|map('upper')|join"] {
            assert_eq!(expression(text), None, "{text}");
        }
    }
}
