//! Text templates that fail rather than guess: an unknown name is an error, and only strings and whole numbers print.

use minijinja::{
    Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::ValueKind,
};
use serde::Serialize;

/// One parsed template.
pub struct Template {
    name: String,
    env: Environment<'static>,
}

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the template {name}{}: {reason}", line.map(|it| format!(", line {it}")).unwrap_or_default())]
pub struct TemplateError {
    /// Its file name.
    pub name: String,
    /// One-based, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl Template {
    /// Parses `text`.
    pub fn new(name: &str, text: &str) -> Result<Self, TemplateError> {
        let mut env = Environment::new();
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true).build();
        env.set_syntax(syntax.map_err(|error| fail(name, &error))?);
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_formatter(print);
        env.add_template_owned(name.to_owned(), text.to_owned()).map_err(|error| fail(name, &error))?;
        Ok(Self { name: name.to_owned(), env })
    }

    /// The names that it reads, `stdlib.total` and the like, sorted.
    pub fn names(&self) -> Vec<String> {
        let names = self.env.get_template(&self.name).map(|it| it.undeclared_variables(true)).unwrap_or_default();
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort();
        names
    }

    /// The text that it gives for `facts`.
    pub fn render(&self, facts: impl Serialize) -> Result<String, TemplateError> {
        let template = self.env.get_template(&self.name).map_err(|error| fail(&self.name, &error))?;
        template.render(Value::from(minijinja::value::Serde(facts))).map_err(|error| fail(&self.name, &error))
    }
}

/// What an expression over `facts` gives.
///
/// # Errors
/// Why it gives nothing, in words.
pub fn evaluate(expression: &str, facts: &serde_json::Value) -> Result<serde_json::Value, String> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let words = |error: Error| error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let compiled = env.compile_expression(expression).map_err(words)?;
    let value = compiled.eval(Value::from(minijinja::value::Serde(facts))).map_err(words)?;
    if value.is_undefined() {
        return Err(format!("`{expression}` is undefined"));
    }
    serde_json::to_value(&value).map_err(|error| error.to_string())
}

fn print(out: &mut Output<'_>, _state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String => {}
        ValueKind::Number if value.is_integer() => {}
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        kind => {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("only text and whole numbers can be printed, not {kind}"),
            ));
        }
    }
    write!(out, "{value}").map_err(Error::from)
}

fn fail(name: &str, error: &Error) -> TemplateError {
    let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    TemplateError { name: name.to_owned(), line: error.line(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_no_text_and_no_whole_number_is_an_error() {
        let facts: BTreeMap<&str, Value> = [
            ("n", Value::from(3)),
            ("s", Value::from("x")),
            ("none", Value::from(())),
            ("f", Value::from(1.5)),
            ("list", Value::from(vec![1])),
        ]
        .into();
        let render =
            |text: &str| Template::new("t", text).and_then(|it| it.render(&facts)).map_err(|error| error.to_string());
        assert_eq!(render("{{ n }}{{ s }}\n").unwrap(), "3x\n");
        assert_eq!(render("{% for it in list %}\n- {{ it }}\n{% endfor %}\n").unwrap(), "- 1\n");
        assert!(render("\n{{ unknown }}").unwrap_err().contains("line 2: "));
        for bad in ["{{ none }}", "{{ f }}", "{{ list }}", "{{ n == 3 }}", "{% if %}"] {
            assert!(render(bad).is_err(), "{bad}");
        }
    }
}
