//! The parameters of a function: names, kinds and defaults as they are written.

use std::fmt;

use ruff_python_ast::{Expr, Parameters, Stmt};
use ruff_text_size::Ranged as _;
use serde::{Deserialize, Serialize};

use super::super::parse;

/// How a parameter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKind {
    /// By its place alone.
    PositionalOnly,
    /// By its place or by its name.
    Plain,
    /// `*args`
    Variadic,
    /// By its name alone.
    KeywordOnly,
    /// `**kwargs`
    Keywords,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How it is given.
    pub kind: ParameterKind,
    /// The text of its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// The parameters in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(pub Vec<Parameter>);

/// The longest default that is kept, in bytes; of a longer one, its beginning.
const LONGEST: usize = 80;

pub(super) fn of(parameters: &Parameters, text: &str) -> Signature {
    let written = |expr: &Expr| {
        let words: Vec<&str> = text[expr.range()].lines().map(str::trim).collect();
        let mut res = words.join(" ");
        if res.len() > LONGEST {
            let end = (0..=LONGEST).rev().find(|at| res.is_char_boundary(*at)).unwrap_or(0);
            res.truncate(end);
            res.push('…');
        }
        res
    };
    let with = |it: &ruff_python_ast::ParameterWithDefault, kind| Parameter {
        name: it.parameter.name.to_string(),
        kind,
        default: it.default.as_deref().map(written),
    };
    let plain = |it: &ruff_python_ast::Parameter, kind| Parameter { name: it.name.to_string(), kind, default: None };
    let mut res: Vec<Parameter> = Vec::new();
    res.extend(parameters.posonlyargs.iter().map(|it| with(it, ParameterKind::PositionalOnly)));
    res.extend(parameters.args.iter().map(|it| with(it, ParameterKind::Plain)));
    res.extend(parameters.vararg.iter().map(|it| plain(it, ParameterKind::Variadic)));
    res.extend(parameters.kwonlyargs.iter().map(|it| with(it, ParameterKind::KeywordOnly)));
    res.extend(parameters.kwarg.iter().map(|it| plain(it, ParameterKind::Keywords)));
    Signature(res)
}

/// The longest text signature that is looked at, in bytes.
const TEXT: usize = 4 << 10;

/// The signature that a C function states in the first lines of its documentation, `name($module, x, /, y=1)`: without its
/// first parameter where that is bound, and with what cannot be written as Python as `...`.
pub fn text_signature(text: &str) -> Option<Signature> {
    let open = text.find('(')?;
    let inside = text[open..].trim_end().trim_end_matches(|it: char| it.is_whitespace());
    if inside.len() > TEXT || !inside.ends_with(')') {
        return None;
    }
    let (is_bound, inside) = match inside.strip_prefix("($") {
        Some(rest) => (true, format!("({rest}")),
        None => (false, inside.to_owned()),
    };
    let mut code = String::new();
    let mut rest = inside.as_str();
    while let Some(at) = rest.find("=<") {
        code.push_str(&rest[..at]);
        code.push_str("=...");
        rest = &rest[at..];
        rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
    }
    code.push_str(rest);
    let code = format!("def f{}: pass\n", code.replace('$', ""));
    let module = parse(&code).ok()?;
    let [Stmt::FunctionDef(def)] = module.body() else { return None };
    let mut res = of(&def.parameters, &code);
    if is_bound && !res.0.is_empty() {
        res.0.remove(0);
    }
    Some(res)
}

impl Signature {
    /// The same without what a call through an instance or a class gives.
    #[must_use]
    pub fn bound(&self) -> Self {
        let takes =
            self.0.first().is_some_and(|it| matches!(it.kind, ParameterKind::PositionalOnly | ParameterKind::Plain));
        Self(self.0[usize::from(takes)..].to_vec())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let mut was = ParameterKind::PositionalOnly;
        let mut is_starred = false;
        for (at, it) in self.0.iter().enumerate() {
            if at > 0 && was == ParameterKind::PositionalOnly && it.kind != was {
                words.push("/".into());
            }
            if it.kind == ParameterKind::KeywordOnly && !is_starred {
                words.push("*".into());
            }
            is_starred |= matches!(it.kind, ParameterKind::KeywordOnly | ParameterKind::Variadic);
            was = it.kind;
            let star = match it.kind {
                ParameterKind::Variadic => "*",
                ParameterKind::Keywords => "**",
                _ => "",
            };
            let default = it.default.as_ref().map_or(String::new(), |it| format!("={it}"));
            words.push(format!("{star}{}{default}", it.name));
        }
        if was == ParameterKind::PositionalOnly && !self.0.is_empty() {
            words.push("/".into());
        }
        write!(out, "({})", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_signatures_are_read() {
        for (text, expected) in [
            ("ceil($module, x, /)", Some("(x, /)")),
            ("f($self, a, b=<unrepresentable>, *, c=1)", Some("(a, b=..., *, c=1)")),
            ("list(iterable=(), /)", Some("(iterable=(), /)")),
            ("f($module, /, a, b=sys.maxsize)", Some("(a, b=sys.maxsize)")),
            ("f($self)", Some("()")),
            ("f(a, [b])", None),
            ("f(", None),
            ("f", None),
        ] {
            assert_eq!(text_signature(text).map(|it| it.to_string()).as_deref(), expected, "{text}");
        }
        assert_eq!(text_signature(&format!("f({})", "(".repeat(100_000))), None);
    }
}
