//! Text templates that fail rather than guess: an unknown name is an error, and only strings and whole numbers print.
//!
//! Templates and expressions come from workspaces, which nobody vouches for. Each has a number of steps, and so have all
//! templates of a run together. The engine takes a step for each instruction, for each 64 bytes that are made and for
//! every other item that is looked at, and it refuses what the steps that are left cannot pay for before it allocates.

mod comparison;
mod flat;

use std::{cell::Cell, io};

use minijinja::{
    Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig, value::ValueKind,
};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// The longest template, in bytes.
const LONGEST: usize = 256 << 10;
/// The most lines of a template, and the most bytes of one of them: the lexer counts both in 16 bits.
const MOST_PLACES: usize = 60_000;
/// The longest text that a template gives, in bytes.
const LARGEST: usize = 4 << 20;
/// The steps of one template. The largest that is built in takes some 1,000. To compare texts costs none, so that what so many
/// steps can make must not take long to be compared as often as they allow.
const STEPS: u64 = 60_000;
/// The steps of a template that is rendered once for each module.
const FEW_STEPS: u64 = 2_000;
/// The steps of all templates that share a [`StepMeter`].
const SHARED_STEPS: u64 = 300_000;
/// Bytes of a template that are parsed for a step: 2 MB in all.
const PARSED: u64 = 8;
/// The longest expression, in bytes.
const LONGEST_EXPRESSION: usize = 4 << 10;
/// The steps of one expression.
const EXPRESSION_STEPS: u64 = 10_000;
/// Bytes of facts that all expressions that share an [`ExpressionMeter`] may be given: each is given a copy of those that it names.
const SEEN: usize = 128 << 20;

/// One parsed template.
pub struct Template {
    name: String,
    env: Environment<'static>,
    steps: u64,
}

/// The steps that are left to the templates of one run.
#[derive(Debug)]
pub struct StepMeter(Cell<u64>);

impl Default for StepMeter {
    fn default() -> Self {
        Self(Cell::new(SHARED_STEPS))
    }
}

/// The bytes of facts that are left to the expressions of one run; none once they were too many.
#[derive(Debug)]
pub struct ExpressionMeter(Cell<Option<usize>>);

impl Default for ExpressionMeter {
    fn default() -> Self {
        Self(Cell::new(Some(SEEN)))
    }
}

impl ExpressionMeter {
    /// Takes what it costs to hand a value to an expression.
    fn see(&self, value: &Json) -> Result<(), String> {
        let left = self.0.get().and_then(|it| it.checked_sub(size(value)));
        self.0.set(left);
        self.is_enough()
    }

    /// Stops where an expression was not given what it names.
    fn is_enough(&self) -> Result<(), String> {
        let why = || format!("all expressions of a run may look at {SEEN} bytes of facts together, and they name more");
        self.0.get().map(drop).ok_or_else(why)
    }
}

/// About how many bytes a value has.
fn size(value: &Json) -> usize {
    let of = |it: &Json| size(it) + 8;
    match value {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(of).sum(),
        Json::Object(fields) => fields.iter().map(|(key, it)| key.len() + of(it)).sum(),
        _ => 8,
    }
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

impl StepMeter {
    /// Takes the steps that it costs to parse a template.
    pub fn parse(&self, name: &str, text: &str) -> Result<(), TemplateError> {
        let left = self.0.get().checked_sub(text.len() as u64 / PARSED).ok_or_else(|| TemplateError {
            name: name.to_owned(),
            line: None,
            reason: format!(
                "all templates of a run may take {SHARED_STEPS} steps together, and there are too many of them"
            ),
        })?;
        self.0.set(left);
        Ok(())
    }
}

impl Template {
    /// Parses `text`.
    pub fn new(name: &str, text: &str) -> Result<Self, TemplateError> {
        Self::with_steps(name, text, STEPS)
    }

    /// The same for one that is rendered once for each module, and may take few steps.
    pub fn small(name: &str, text: &str) -> Result<Self, TemplateError> {
        Self::with_steps(name, text, FEW_STEPS)
    }

    fn with_steps(name: &str, text: &str, steps: u64) -> Result<Self, TemplateError> {
        if text.len() > LONGEST {
            let reason = format!("it has {} bytes, and more than {LONGEST} are not used", text.len());
            return Err(TemplateError { name: name.to_owned(), line: None, reason });
        }
        let longest = text.lines().enumerate().find(|(at, line)| *at >= MOST_PLACES || line.len() > MOST_PLACES);
        if let Some((at, _)) = longest {
            let reason = format!("more than {MOST_PLACES} lines, or bytes of a line, are not read");
            return Err(TemplateError { name: name.to_owned(), line: Some(at + 1), reason });
        }
        let mut env = Environment::new();
        let syntax = SyntaxConfig::builder().keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true).build();
        let syntax = syntax.map_err(|error| fail(name, &error))?;
        env.set_syntax(syntax.clone());
        flat::restrict(&mut env);
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_formatter(print);
        env.set_fuel(Some(steps));
        if let Some(reason) = flat::too_deep(text, syntax.clone()) {
            return Err(TemplateError { name: name.to_owned(), line: None, reason });
        }
        env.add_template_owned(name.to_owned(), text.to_owned()).map_err(|error| fail(name, &error))?;
        if let Some(reason) = flat::template(name, text, syntax) {
            return Err(TemplateError { name: name.to_owned(), line: None, reason });
        }
        Ok(Self { name: name.to_owned(), env, steps })
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
        self.rendered(&self.env, facts, self.steps).map(|(text, _)| text)
    }

    /// The same with the steps that other templates have left.
    pub fn render_within(&self, meter: &StepMeter, facts: impl Serialize) -> Result<String, TemplateError> {
        let left = meter.0.get();
        if left >= self.steps {
            let rendered = self.rendered(&self.env, facts, self.steps);
            meter.0.set(left - rendered.as_ref().map_or(self.steps, |(_, taken)| *taken));
            return rendered.map(|(text, _)| text);
        }
        let mut env = self.env.clone();
        env.set_fuel(Some(left));
        let rendered = self.rendered(&env, facts, left);
        meter.0.set(left - rendered.as_ref().map_or(left, |(_, taken)| *taken));
        rendered.map(|(text, _)| text).map_err(|error| TemplateError {
            reason: format!("{}; all templates of a run may take {SHARED_STEPS} together", error.reason),
            ..error
        })
    }

    /// The text, and the steps that it took.
    fn rendered(
        &self,
        env: &Environment<'_>,
        facts: impl Serialize,
        steps: u64,
    ) -> Result<(String, u64), TemplateError> {
        let failed = |error: Error| match error.kind() {
            ErrorKind::OutOfFuel => self.refused(error.line(), format!("it takes more than {steps} steps")),
            ErrorKind::WriteFailure => {
                self.refused(error.line(), format!("it gives more than {LARGEST} bytes, which no document has"))
            }
            _ => fail(&self.name, &error),
        };
        let template = env.get_template(&self.name).map_err(failed)?;
        let mut text = Bounded(Vec::new());
        let taken = {
            let done = template.render_captured_to(Value::from(minijinja::value::Serde(facts)), &mut text);
            done.map_err(failed)?.state().fuel_levels().map_or(0, |(taken, _)| taken)
        };
        let text = String::from_utf8(text.0).map_err(|error| self.refused(None, error.to_string()))?;
        Ok((text, taken.min(steps)))
    }

    fn refused(&self, line: Option<usize>, reason: String) -> TemplateError {
        TemplateError { name: self.name.clone(), line, reason }
    }
}

/// What a template gives, up to [`LARGEST`] bytes.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether an expression can be understood, whatever facts there are.
///
/// # Errors
/// Why not, in words.
pub fn understand(expression: &str) -> Result<(), String> {
    let words = |error: Error| error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    if expression.len() > LONGEST_EXPRESSION {
        return Ok(());
    }
    Environment::new().compile_expression(expression).map(drop).map_err(words)
}

/// What an expression over `facts` gives.
///
/// # Errors
/// Why it gives nothing, in words.
pub fn evaluate(expression: &str, facts: &Json, meter: &ExpressionMeter) -> Result<Json, String> {
    if expression.len() > LONGEST_EXPRESSION {
        return Err(format!(
            "the expression has {} bytes, and more than {LONGEST_EXPRESSION} are not evaluated",
            expression.len()
        ));
    }
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(EXPRESSION_STEPS));
    let words = |error: Error| match error.kind() {
        ErrorKind::OutOfFuel => format!("the expression takes more than {EXPRESSION_STEPS} steps"),
        _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    flat::restrict(&mut env);
    let compiled = env.compile_expression(expression).map_err(words)?;
    if let Some(why) = flat::expression(expression) {
        return Err(why);
    }
    // most facts are not in it
    let seen = part(facts, compiled.undeclared_variables(true), meter)?;
    let value = compiled.eval(Value::from(minijinja::value::Serde(seen))).map_err(words)?;
    match value.kind() {
        ValueKind::Undefined => Err(format!("`{expression}` is undefined")),
        // a list can be made of itself over and over in a few steps, and is as long as it is written out
        _ if !is_plain(&value) && !is_flat(&value) => {
            Err(format!("`{expression}` gives no number, text or list of them"))
        }
        _ => serde_json::to_value(&value).map_err(|error| error.to_string()),
    }
}

/// Whether a rule over `facts` holds: an expression that speaks of facts that there are, compares what can be compared, and is
/// true or false.
///
/// # Errors
/// Why it says nothing, in words.
pub fn holds(expression: &str, facts: &Json, meter: &ExpressionMeter) -> Result<bool, String> {
    let holds = match evaluate(expression, facts, meter)? {
        Json::Bool(holds) => holds,
        other => return Err(format!("it gives {other}, which is not true or false")),
    };
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(EXPRESSION_STEPS));
    flat::restrict(&mut env);
    let named = |text: &str| -> Option<Vec<String>> {
        let names = env.compile_expression(text).ok()?.undeclared_variables(true);
        let is_function = |it: &String| env.globals().any(|(name, _)| name == it);
        let mut names: Vec<String> = names.into_iter().filter(|it| !is_function(it)).collect();
        names.sort();
        Some(names)
    };
    let names = named(expression).unwrap_or_default();
    if names.is_empty() {
        return Err("it names no fact, so it says nothing of any".to_owned());
    }
    // a part that is skipped, or is asked only whether it is there, would hide it
    let is_known = |name: &str| facts.pointer(&format!("/{}", name.replace('.', "/"))).is_some();
    if let Some(name) = names.iter().find(|it| !is_known(it)) {
        return Err(format!("there is no fact `{name}`"));
    }
    let value = |text: &str| {
        let seen = part(facts, named(text)?, meter).ok()?;
        env.compile_expression(text).ok()?.eval(Value::from(minijinja::value::Serde(seen))).ok()
    };
    if let Some(why) = comparison::mixed(expression, &value) {
        return Err(why);
    }
    // a part that was not looked at may compare what cannot be compared
    meter.is_enough().map(|()| holds)
}

fn is_plain(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Number | ValueKind::String | ValueKind::Bool | ValueKind::None)
}

/// Whether a value is a list of numbers, texts and the like.
fn is_flat(value: &Value) -> bool {
    let most = usize::try_from(EXPRESSION_STEPS).unwrap_or(usize::MAX);
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
        && value.len().is_none_or(|it| it <= most)
        && value.try_iter().is_ok_and(|mut it| it.by_ref().take(most).all(|it| is_plain(&it)) && it.next().is_none())
}

/// The part of `tables` that `names` are in, `stdlib.total` and the like.
fn part(tables: &Json, names: impl IntoIterator<Item = String>, meter: &ExpressionMeter) -> Result<Json, String> {
    let mut res = Json::Object(Map::new());
    for name in names {
        let (mut from, mut to) = (tables, &mut res);
        let mut rest = name.split('.').peekable();
        while let Some(step) = rest.next() {
            let (Some(next), Json::Object(table)) = (from.get(step), to) else { break };
            from = next;
            if !next.is_object() || rest.peek().is_none() {
                meter.see(next)?;
                table.insert(step.to_owned(), next.clone());
                break;
            }
            to = table.entry(step).or_insert_with(|| Json::Object(Map::new()));
        }
    }
    Ok(res)
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

    fn evaluate(expression: &str, facts: &Json) -> Result<Json, String> {
        super::evaluate(expression, facts, &ExpressionMeter::default())
    }

    fn holds(expression: &str, facts: &Json) -> Result<bool, String> {
        super::holds(expression, facts, &ExpressionMeter::default())
    }

    #[test]
    fn expressions_look_at_so_many_bytes_of_facts_and_say_so_where_they_would_look_at_more() {
        let facts = serde_json::json!({ "a": "x".repeat(SEEN / 4), "few": 3 });
        let meter = ExpressionMeter::default();
        let holds = |rule: &str| super::holds(rule, &facts, &meter);
        // once to evaluate it, and once for each side of what is compared
        assert_eq!(holds("a == a"), Ok(true));
        assert_eq!(holds("few == 3"), Ok(true));
        assert!(holds("a == a").unwrap_err().starts_with("all expressions of a run may look at 134217728 bytes"));
        // what was not looked at does not hold, whatever comes behind it
        assert!(holds("few == 3").is_err());
        assert!(super::evaluate("few + 1", &facts, &meter).is_err());
        assert_eq!(super::evaluate("few + 1", &facts, &ExpressionMeter::default()), Ok(4.into()));
    }

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

    #[test]
    fn a_rule_that_says_nothing_of_the_facts_is_an_error() {
        let facts = serde_json::json!({ "n": 3, "s": "3", "l": ["3.12", "3.13"], "t": { "m": 4 } });
        for (rule, wanted) in [
            ("n == 3", Ok(true)),
            ("n < t.m and t.m < 3", Ok(false)),
            ("1 < n < 3.5", Ok(true)),
            ("(n + 1) == t.m", Ok(true)),
            ("s == '3' and '3.12' in l and '.1' in l[0]", Ok(true)),
            ("l|length == n", Ok(false)),
            ("(l + ['a)'])|length == (n)", Ok(true)),
            ("((l + l)|length) > (n|abs)", Ok(true)),
            ("(l|first) != (n|abs)", Err("`l|first` is a text")),
            ("l == ['3.12', '3.13']", Ok(true)),
            ("n in range(5)", Ok(true)),
            ("n == '3'", Err("`n` is a number and `'3'` is a text, which cannot be compared")),
            ("n != s", Err("which cannot be compared")),
            ("s > 2", Err("`s` is a text and `2` is a number")),
            ("(n + 1) <= (s)", Err("which cannot be compared")),
            ("l|length != '2'", Err("`l|length` is a number and `'2'` is a text")),
            ("3.12 not in l", Err("`3.12` is a number and `l` is a list of texts")),
            ("n not in s", Err("")),
            ("l != [3.12]", Err("a list of texts and `[3.12]` is a list of numbers")),
            ("1 < n < s", Err("`n` is a number and `s` is a text")),
            ("n == none", Err("`none` is none")),
            ("n == 3 or n == s", Err("which cannot be compared")),
            ("true", Err("names no fact")),
            ("1 == 1", Err("names no fact")),
            ("", Err("")),
            ("  ", Err("")),
            ("n == 3 or m == 4", Err("there is no fact `m`")),
            ("t.x is undefined", Err("there is no fact `t.x`")),
            ("t.x|default(0) < 4", Err("there is no fact `t.x`")),
            ("n", Err("it gives 3, which is not true or false")),
        ] {
            match (holds(rule, &facts), wanted) {
                (Err(why), Err(part)) => assert!(why.contains(part), "{rule}: {why}"),
                (found, wanted) => assert_eq!(found, wanted.map_err(str::to_owned), "{rule}"),
            }
        }
    }

    #[test]
    fn a_template_ends_after_so_many_steps_and_bytes() {
        for text in ["{# ".repeat(40_000), "\n".repeat(70_000) + "{{ x"] {
            let told = Template::new("t", &text).err().unwrap().to_string();
            assert!(told.contains("60000 lines, or bytes of a line"), "{told}");
        }
        let facts = serde_json::json!({ "l": vec!["x".repeat(100); 2000] });
        let render = |text: &str| Template::new("t", text).unwrap().render(&facts).map_err(|error| error.to_string());
        let loops = "{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}";
        for (text, why) in [
            (loops, "more than 60000 steps"),
            ("{% for a in l %}{% for b in l %}{{ b }}{% endfor %}{% endfor %}", "more than 60000 steps"),
            ("{{ '%1000000000d' | format(1) }}", "steps"),
            ("{{ '{:>1000000000}'.format(1) }}", ""),
            ("{{ ('a\n' * 100000) | indent(100000) }}", "steps"),
            ("{{ 'a' * 90000000 }}", "steps"),
            ("{% set n = namespace(x='abcd') %}{% for i in l %}{% set n.x = n.x ~ n.x %}{% endfor %}x", "unknown"),
            (&format!("{{% set n = 'aa' %}}{}x", "{% set n = n | replace('a', 'aa') %}".repeat(40)), ""),
            (&format!("{{% set n = 'aa' %}}{}x", "{% set n = n ~ n %}".repeat(40)), "steps"),
            (&format!("{{% set n = 'aa' %}}{}x", "{% set n = l | join(n) %}".repeat(40)), "steps"),
            ("{% for i in l %}{{ l | sort | length }}{% endfor %}", "steps"),
            ("{% for i in l %}{% set x = l[::-1] | list %}{% endfor %}x", "steps"),
            ("{% set x %}{% for i in l %}{% for j in l %}{{ i }}{% endfor %}{% endfor %}{% endset %}x", "steps"),
            ("{% for a in [1] recursive %}{{ loop([1, 2]) }}{% endfor %}", ""),
        ] {
            let error = render(text).unwrap_err();
            assert!(error.starts_with("the template t") && error.contains(why), "{text}: {error}");
        }
        assert!(Template::new("t", &"x".repeat(LONGEST + 1)).is_err());
        assert_eq!(render("{% for a in l %}{{ a }}{% endfor %}").unwrap().len(), 200_000);
    }

    #[test]
    fn templates_of_a_run_share_their_steps() {
        let template = Template::new("t", "{% for a in range(10000) %}{% endfor %}x").unwrap();
        let meter = StepMeter::default();
        let done = (0..100).take_while(|_| template.render_within(&meter, ()).is_ok()).count();
        assert!((1..60).contains(&done), "{done}");
        let error = template.render_within(&meter, ()).unwrap_err().to_string();
        assert!(error.contains("all templates of a run may take 300000 together"), "{error}");
        let plain = Template::small("t", "x").unwrap();
        assert!(plain.render(()).is_ok() && plain.render_within(&StepMeter::default(), ()).is_ok());
        assert!(Template::small("t", "{% for a in range(90000) %}{% endfor %}").unwrap().render(()).is_err());
    }

    #[test]
    fn an_expression_sees_what_it_names_and_ends() {
        let facts = serde_json::json!({ "a": { "b": 1, "c": [1, 2] }, "d": 4 });
        for (text, wanted) in [
            ("a.b + d", serde_json::json!(5)),
            ("a['b'] == 1", serde_json::json!(true)),
            ("a.c | sum", serde_json::json!(3)),
            ("a.x is defined", serde_json::json!(false)),
            ("[a.b, 'x'] + [d]", serde_json::json!([1, "x", 4])),
        ] {
            assert_eq!(evaluate(text, &facts), Ok(wanted), "{text}");
        }
        for (text, why) in [
            ("a.b.c", "undefined"),
            ("e", "undefined"),
            ("range(90000) | map('string') | list | length", "more than 10000 steps"),
            ("'a' * 90000000", "more than 10000 steps"),
            ("[1] * 90000000", "gives no number"),
            ("a", "gives no number"),
            ("9 ** 999999999", ""),
        ] {
            assert!(evaluate(text, &facts).unwrap_err().contains(why), "{text}: {:?}", evaluate(text, &facts));
        }
        assert!(evaluate(&format!("1{}", " + 1".repeat(2000)), &facts).unwrap_err().contains("more than 4096"));
        assert!(evaluate(&"(".repeat(4000), &facts).is_err());
    }
}
