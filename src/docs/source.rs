//! Facts of a workspace's own: a value in a JSON, TOML or Python file, a count of files, a sum, an expression. A document
//! is never a source.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    fact::{Fact, Facts, Probe, Value},
    options::{FactOptions, patterns},
};
use crate::{
    base::{
        Files, RelPath,
        limits::{FACT_SOURCE, FACT_SOURCES, too_large_toml, too_long},
        template::{self, ExpressionMeter},
        text::position,
    },
    python,
};

/// What sources are read from.
pub struct FactSources<'a> {
    /// The workspace.
    pub files: &'a dyn Files,
    /// The files that git knows, for counts: also those whose names no path here can have.
    pub index: &'a dyn Fn() -> Result<Vec<String>, String>,
}

/// A source that gives no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fact `{id}` has no value: {why}")]
pub struct SourceError {
    /// The fact.
    pub id: String,
    /// Why.
    pub why: String,
}

/// The file that a fact of the workspace's own is read from, if it is read from one.
pub fn source_file(source: &str) -> Option<RelPath> {
    let (kind, rest) = source.split_once(':')?;
    let path = rest.split_once('#')?.0;
    matches!(kind, "json" | "toml" | "python").then(|| RelPath::new(path).ok()).flatten()
}

/// The most items of a list that is a fact.
const MOST_ITEMS: usize = 10_000;
/// Bytes of the longest text or list that is a fact.
const LONGEST: usize = 256 << 10;
/// Bytes of all facts that are configured.
const ALL_FACTS: usize = 16 << 20;
/// How much work all counts may be: the bytes of each path times those of each pattern that it is held against.
const MOST_COUNTED: usize = 2_000_000_000;

/// What was read for the facts before.
struct SourceReading<'a> {
    from: &'a FactSources<'a>,
    /// The files that git knows, and the bytes of their paths.
    index: Option<(Vec<String>, usize)>,
    counted: usize,
    /// The last file.
    last: Option<(String, RelPath, ParsedSource)>,
    /// Bytes of all files.
    bytes: usize,
    /// All facts so far, as expressions see them; none before the first expression.
    tables: Option<serde_json::Value>,
    /// What expressions may still look at.
    expressions: ExpressionMeter,
    /// Bytes of the values that are left to the other facts.
    left: usize,
}

/// A file that facts come from.
enum ParsedSource {
    Json(serde_json::Value),
    Python(python::Constants),
}

/// Adds the configured facts; those without a value are returned.
pub fn configured(
    facts: &mut Facts,
    options: &BTreeMap<String, FactOptions>,
    from: &FactSources<'_>,
) -> Vec<SourceError> {
    let mut errors = Vec::new();
    // sums and expressions see what is read from files
    let is_derived = |it: &FactOptions| it.source.starts_with("sum:") || it.source.starts_with("expr:");
    let (derived, mut read): (Vec<_>, Vec<_>) = options.iter().partition(|(_, it)| is_derived(it));
    // each file is read once
    read.sort_by_key(|(_, it)| it.source.split('#').next());
    let mut reading = SourceReading {
        from,
        index: None,
        counted: 0,
        last: None,
        bytes: 0,
        tables: None,
        expressions: ExpressionMeter::default(),
        left: ALL_FACTS,
    };
    for (id, option) in read.into_iter().chain(derived) {
        if facts.get(id).is_some() {
            errors.push(SourceError { id: id.clone(), why: "molt-sync has a fact of that name already".into() });
            continue;
        }
        let found = value(facts, &option.source, &mut reading);
        match found.and_then(|it| fits(&it.0, &mut reading.left).map(|()| it)) {
            Ok((value, path, probe)) => {
                let source = path.as_ref().map_or_else(|| "molt-sync.toml".to_owned(), ToString::to_string);
                let mut fact = Fact::new(id, value, source, option.source.clone());
                if let Some((path, probe)) = path.zip(probe) {
                    fact = fact.with_history(&path, probe);
                }
                if let Some(tables) = reading.tables.as_mut().filter(|_| !id.starts_with("module.")) {
                    fact.put_into(tables);
                }
                facts.add(fact);
            }
            Err(why) => errors.push(SourceError { id: id.clone(), why }),
        }
    }
    let is_last = |it: &SourceError| options.get(&it.id).is_some_and(is_derived);
    errors.sort_by(|a, b| (is_last(a), &a.id).cmp(&(is_last(b), &b.id)));
    errors
}

/// Whether a value is short enough to be stated, compared and handed to templates. Takes its bytes from those that are `left`.
fn fits(value: &Value, left: &mut usize) -> Result<(), String> {
    let (items, bytes) = match value {
        Value::Int(_) => (0, 0),
        Value::Text(text) => (0, text.len()),
        Value::List(items) => (items.len(), items.iter().map(String::len).sum()),
    };
    if items > MOST_ITEMS {
        return Err(format!("it is a list of {items} items, and a fact has at most {MOST_ITEMS}"));
    }
    if bytes > LONGEST {
        return Err(format!("it has {bytes} bytes, and a fact has at most {LONGEST}"));
    }
    *left = left
        .checked_sub(bytes + items * size_of::<String>())
        .ok_or_else(|| format!("all facts of the workspace have at most {ALL_FACTS} bytes together"))?;
    Ok(())
}

type SourceValue = (Value, Option<RelPath>, Option<Probe>);

fn value(facts: &Facts, source: &str, reading: &mut SourceReading<'_>) -> Result<SourceValue, String> {
    let (kind, rest) = source.split_once(':').ok_or_else(|| format!("`{source}` names no kind of source"))?;
    match kind {
        "json" | "toml" | "python" => in_file(kind, rest, reading),
        "count" => {
            let set = patterns([&rest.to_owned()])?;
            if reading.index.is_none() {
                let all = (reading.from.index)()?;
                let bytes = all.iter().map(String::len).sum();
                reading.index = Some((all, bytes));
            }
            let (index, bytes) = reading.index.get_or_insert_default();
            if index.is_empty() {
                return Err("git lists no files here".into());
            }
            reading.counted = reading.counted.saturating_add(bytes.saturating_mul(rest.len()));
            if reading.counted > MOST_COUNTED {
                return Err(format!(
                    "the patterns of all counts are too much for the {} files that git lists, whose paths have {bytes} bytes",
                    index.len()
                ));
            }
            let count = index.par_iter().filter(|it| set.is_match(it)).count();
            Ok((Value::Int(i64::try_from(count).unwrap_or(i64::MAX)), None, None))
        }
        "sum" => {
            let prefix = rest.strip_suffix('*').ok_or("a sum ends in `*`")?;
            let parts: Vec<i64> = facts
                .iter()
                .filter(|it| it.id.starts_with(prefix))
                .filter_map(|it| if let Value::Int(count) = it.value { Some(count) } else { None })
                .collect();
            if parts.is_empty() {
                return Err(format!("no fact begins with `{prefix}`"));
            }
            let sum = parts.iter().try_fold(0_i64, |sum, it| sum.checked_add(*it)).ok_or("the sum is too large")?;
            Ok((Value::Int(sum), None, None))
        }
        "expr" => {
            let tables = reading.tables.get_or_insert_with(|| facts.tables());
            let result = template::evaluate(rest, tables, &reading.expressions)?;
            plain(&result).map(|it| (it, None, None)).ok_or_else(|| format!("`{rest}` gives {result}"))
        }
        other => Err(format!("`{other}` is none of json, toml, python, count, sum and expr")),
    }
}

fn in_file(kind: &str, rest: &str, reading: &mut SourceReading<'_>) -> Result<SourceValue, String> {
    let (path, key) = rest.split_once('#').ok_or("the source needs a file and, behind `#`, a place in it")?;
    let path = RelPath::new(path).map_err(|error| error.to_string())?;
    if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("md")) {
        return Err(format!("{path} is a document, and a document is never the source of a fact"));
    }
    let nowhere = || format!("{path} has no {key}");
    let nothing = || format!("{key} in {path} is not a number, text or list of texts");
    let value = match reading.file(kind, &path)? {
        ParsedSource::Python(constants) => match &constants.get(key).ok_or_else(nowhere)?.value {
            python::Literal::Int(it) => Value::Int(*it),
            python::Literal::Str(it) => Value::Text(it.clone()),
            python::Literal::Tuple(items) | python::Literal::List(items) => {
                let text =
                    |it: &python::Literal| if let python::Literal::Str(it) = it { Some(it.clone()) } else { None };
                Value::List(items.iter().map(text).collect::<Option<_>>().ok_or_else(nowhere)?)
            }
            _ => return Err(nothing()),
        },
        ParsedSource::Json(json) => plain(json.pointer(key).ok_or_else(nowhere)?).ok_or_else(nothing)?,
    };
    let probe = (kind == "json").then(|| Probe::Json(key.to_owned()));
    Ok((value, Some(path), probe))
}

impl SourceReading<'_> {
    /// A file, parsed once as long as it is asked for in a row.
    fn file(&mut self, kind: &str, path: &RelPath) -> Result<&ParsedSource, String> {
        if self.last.as_ref().is_none_or(|(last, of, _)| last != kind || of != path) {
            self.last = None;
            let parsed = self.parse(kind, path)?;
            self.last = Some((kind.to_owned(), path.clone(), parsed));
        }
        self.last.as_ref().map(|(.., it)| it).ok_or_else(|| format!("there is no {path}"))
    }

    fn parse(&mut self, kind: &str, path: &RelPath) -> Result<ParsedSource, String> {
        let text = self.from.files.text(path).map_err(|error| error.to_string())?;
        let text = text.ok_or_else(|| format!("there is no {path}"))?;
        self.bytes += text.len();
        let why = too_long(text.len(), FACT_SOURCE).or_else(|| {
            let all = (self.bytes > FACT_SOURCES).then_some(FACT_SOURCES);
            all.map(|it| format!("the files that facts come from have more than {it} bytes together"))
        });
        if let Some(why) = why {
            return Err(format!("cannot read {path}: {why}"));
        }
        Ok(match kind {
            "python" => {
                let constants = python::constants(&text).map_err(|error| format!("cannot read {path}: {error}"))?;
                ParsedSource::Python(constants)
            }
            "json" => {
                ParsedSource::Json(serde_json::from_str(&text).map_err(|error| format!("cannot read {path}: {error}"))?)
            }
            _ => {
                if let Some(why) = too_large_toml(&text, usize::MAX) {
                    return Err(format!("cannot read {path}: {why}"));
                }
                let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
                    // its own words show the whole line, which can be the whole file
                    let line = position(&text, error.span().map_or(0, |it| it.start)).0;
                    format!("cannot read {path}: line {line}: {}", error.message())
                })?;
                drop(text);
                ParsedSource::Json(serde_json::to_value(table).map_err(|error| error.to_string())?)
            }
        })
    }
}

fn plain(value: &serde_json::Value) -> Option<Value> {
    match value {
        serde_json::Value::Number(it) => it.as_i64().map(Value::Int),
        serde_json::Value::String(it) => Some(Value::Text(it.clone())),
        serde_json::Value::Array(all) => {
            all.iter().map(|it| it.as_str().map(str::to_owned)).collect::<Option<_>>().map(Value::List)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    #[test]
    fn all_facts_together_have_so_many_bytes_and_those_beyond_them_have_no_value() {
        let text = format!("{{\"x\": \"{}\"}}", "a".repeat(LONGEST));
        let files = Memory([(RelPath::new("a.json").unwrap(), text.into())].into());
        let option = || FactOptions { source: "json:a.json#/x".to_owned() };
        let options: BTreeMap<String, FactOptions> = (100..200).map(|it| (format!("own.n{it}"), option())).collect();
        let mut facts = Facts::default();
        let index = || Ok(Vec::new());
        let errors = configured(&mut facts, &options, &FactSources { files: &files, index: &index });
        let most = ALL_FACTS / LONGEST;
        assert_eq!((facts.iter().count(), errors.len()), (most, 100 - most));
        assert!(errors[0].why.starts_with("all facts of the workspace have at most 16777216 bytes"), "{}", errors[0]);
    }

    #[test]
    fn every_kind_of_source_gives_a_value_or_says_why_not() {
        let path = |it: &str| RelPath::new(it).unwrap();
        let files = Memory(
            [
                ("a.json", "{\"x\": {\"y\": 3}}"),
                ("a.toml", "[x]\ny = [\"p\", \"q\"]\n"),
                ("a.py", "Y = ('p',)\nZ = f()\n"),
                ("a.md", "3"),
            ]
            .map(|(name, text)| (path(name), text.into()))
            .into(),
        );
        let index = || Ok(["t/a.py", "t/u/b.py", "t/c.md"].map(str::to_owned).into());
        let read = |source: &str| {
            let mut facts = Facts::default();
            facts.add(Fact::new("p.one", Value::Int(1), "x", "y"));
            facts.add(Fact::new("p.two", Value::Int(2), "x", "y"));
            let options = BTreeMap::from([("it".to_owned(), FactOptions { source: source.to_owned() })]);
            let errors = configured(&mut facts, &options, &FactSources { files: &files, index: &index });
            match errors.first() {
                Some(error) => Err(error.why.clone()),
                None => Ok(facts.get("it").unwrap().value.to_string()),
            }
        };
        for (source, wanted) in [
            ("json:a.json#/x/y", "3"),
            ("toml:a.toml#/x/y", "p, q"),
            ("python:a.py#Y", "p"),
            ("count:t/**/*.py", "2"),
            ("sum:p.*", "3"),
            ("expr:p.one + p.two * 2", "5"),
        ] {
            assert_eq!(read(source).as_deref(), Ok(wanted), "{source}");
        }
        for (source, why) in [
            ("json:none.json#/x", "there is no none.json"),
            ("json:a.json#/z", "has no /z"),
            ("json:a.md#/x", "never the source"),
            ("python:a.py#Z", "is not a number"),
            ("sum:q.*", "no fact begins"),
            ("expr:p.three", "undefined"),
            ("cmd:date", "is none of"),
            ("date", "names no kind"),
        ] {
            assert!(read(source).unwrap_err().contains(why), "{source}: {:?}", read(source));
        }
    }

    #[test]
    fn counts_are_bounded_by_the_bytes_that_they_look_at() {
        let long = "a/".repeat(1000);
        let index = || Ok((0..2000).map(|it| format!("{long}{it}")).collect());
        let pattern = format!("count:**/{}", "b".repeat(200));
        let options = ["a", "b", "c"].map(|it| (format!("x.{it}"), FactOptions { source: pattern.clone() }));
        let mut facts = Facts::default();
        let files = Memory::default();
        let errors = configured(&mut facts, &options.into(), &FactSources { files: &files, index: &index });
        assert_eq!(facts.get("x.b").map(|it| it.value.clone()), Some(Value::Int(0)));
        let errors: Vec<_> = errors.into_iter().map(|it| (it.id, it.why)).collect();
        assert!(
            matches!(&errors[..], [(id, why)] if id == "x.c" && why.contains("too much for the 2000 files")),
            "{errors:?}"
        );
    }
}
