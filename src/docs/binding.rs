//! Phrases: sentences with holes for facts, in a file beside the documents, so that these stay free of markup.
//!
//! ```toml
//! [[bind]]
//! doc = "docs/spec/STATUS.md"
//! phrase = "`{union.top-level}` top-level required names"
//! ```

use globset::{Glob, GlobMatcher};
use memchr::memmem::{self, Finder};
use regex::Regex;
use serde::Deserialize;

use super::{
    fact::{Facts, Value},
    flow::{BlockKind, Flow},
    form,
    text::{
        day::is_date,
        whole::{WholeValue, whole},
    },
};
use crate::base::{
    Lines, RelPath,
    limits::{SETTINGS, too_large_toml},
    only_file, says_something,
    text::position,
};

/// The bindings that come with the tool.
const DEFAULTS: &str = include_str!("../../docs-templates/bindings.toml");

/// A file of bindings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BindingError {
    /// One-based.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

/// What a sentence speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tense {
    /// The present.
    #[default]
    Now,
    /// A day, `2026-02-12`.
    AsOf(String),
    /// What is aimed at; not compared.
    Goal,
}

/// One phrase.
#[derive(Debug)]
pub struct Binding {
    /// As it was written.
    pub phrase: String,
    /// How often it has to stand in its document; any number of times for one that comes with the tool.
    pub times: Option<usize>,
    /// What it speaks of.
    pub tense: Tense,
    /// Its line in the file.
    pub line: usize,
    doc: Option<String>,
    document: Option<String>,
    by: Option<String>,
    glob: GlobMatcher,
    within: Option<String>,
    fences: Vec<String>,
    /// Its longest literal part, to be looked for before anything else.
    longest: Finder<'static>,
    /// Literal parts and holes by turns; a literal first.
    literals: Vec<String>,
    holes: Vec<String>,
}

/// One place where a phrase stands.
pub(super) struct Match {
    /// The whole phrase, in the flow's text.
    pub(super) whole: std::ops::Range<usize>,
    /// Each hole's fact and place in the flow's text.
    pub(super) holes: Vec<(String, std::ops::Range<usize>)>,
    /// The holes whose value is but a part of what stands there, which is their place then.
    pub(super) parts: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BindingsFile {
    #[serde(default)]
    bind: Vec<toml::Spanned<BindingEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct BindingEntry {
    doc: Option<String>,
    phrase: String,
    times: Option<usize>,
    within: Option<String>,
    #[serde(default)]
    fences: Vec<String>,
    kind: Option<String>,
    as_of: Option<String>,
    by: Option<String>,
}

/// The bindings that come with the tool.
pub fn defaults() -> Result<Vec<Binding>, BindingError> {
    parse(DEFAULTS, true)
}

/// Reads a workspace's file.
pub fn bindings(text: &str) -> Result<Vec<Binding>, BindingError> {
    parse(text, false)
}

fn parse(text: &str, is_default: bool) -> Result<Vec<Binding>, BindingError> {
    if let Some(what) = too_large_toml(text, SETTINGS) {
        return Err(BindingError { line: 1, what });
    }
    let file: BindingsFile = toml::from_str(text).map_err(|error| BindingError {
        line: position(text, error.span().map_or(0, |it| it.start)).0,
        what: error.message().lines().collect::<Vec<_>>().join(", "),
    })?;
    let lines = Lines::new(text);
    if file.bind.len() > MOST {
        let line = lines.line(file.bind[MOST].span().start);
        return Err(BindingError {
            line,
            what: format!("there are {} bindings, and more than {MOST} are not used", file.bind.len()),
        });
    }
    let mut holes = 0;
    file.bind
        .into_iter()
        .map(|entry| {
            let line = lines.line(entry.span().start);
            let fail = |what: String| BindingError { line, what };
            let binding = Binding::new(entry.into_inner(), line, is_default).map_err(fail)?;
            holes += binding.holes.len();
            if holes > MOST_OF_ALL {
                return Err(fail(format!("the phrases have more than {MOST_OF_ALL} holes together")));
            }
            Ok(binding)
        })
        .collect()
}

/// The most bindings of a workspace.
const MOST: usize = 2000;
/// The longest phrase, in bytes.
const LONGEST: usize = 2000;
/// The longest pattern of documents, in bytes.
const LONGEST_DOC: usize = 500;
/// The most holes of a phrase.
const MOST_HOLES: usize = 16;

/// The most holes of all phrases of a workspace.
const MOST_OF_ALL: usize = 4000;

/// How far apart two versions of a list may be, in bytes: each can be a link.
const NEAR: usize = 300;

impl Binding {
    fn new(entry: BindingEntry, line: usize, is_default: bool) -> Result<Self, String> {
        if entry.phrase.len() > LONGEST {
            let length = entry.phrase.len();
            return Err(format!("the phrase has {length} bytes, and more than {LONGEST} are not looked for"));
        }
        if let Some(doc) = entry.doc.as_ref().filter(|it| it.len() > LONGEST_DOC) {
            return Err(format!("its doc has {} bytes, and more than {LONGEST_DOC} are not used", doc.len()));
        }
        let (literals, holes) = split(&entry.phrase)?;
        if holes.len() > MOST_HOLES {
            return Err(format!("the phrase has {} holes, and more than {MOST_HOLES} are not filled", holes.len()));
        }
        if holes.is_empty() {
            return Err("the phrase has no hole, such as {union.top-level}".into());
        }
        if !literals.iter().any(|it| it.chars().any(char::is_alphanumeric)) {
            return Err("the phrase has no word beside its holes".into());
        }
        let tense = match (entry.kind.as_deref(), entry.as_of) {
            (None | Some("now"), None) => Tense::Now,
            (None | Some("as-of"), Some(date)) if is_date(&date) => Tense::AsOf(date),
            (_, Some(date)) => return Err(format!("`{date}` with this kind is not a day such as 2026-02-12")),
            (Some("as-of"), None) => return Err("kind = \"as-of\" needs as-of = \"2026-02-12\"".into()),
            (Some("goal"), None) => Tense::Goal,
            (Some(other), None) => return Err(format!("`{other}` is none of now, as-of and goal")),
        };
        if !is_default && entry.doc.is_none() {
            return Err("the binding names no doc".into());
        }
        let pattern = entry.doc.as_deref().unwrap_or("**");
        let glob = Glob::new(pattern).map_err(|error| error.to_string())?.compile_matcher();
        let longest = literals.iter().max_by_key(|it| it.len()).map_or("", String::as_str);
        Ok(Self {
            longest: Finder::new(longest.as_bytes()).into_owned(),
            phrase: entry.phrase,
            times: (!is_default).then_some(entry.times.unwrap_or(1)),
            tense,
            line,
            document: entry.doc.as_deref().and_then(only_file),
            doc: entry.doc,
            by: entry.by,
            glob,
            within: entry.within.map(|it| it.trim_start_matches('#').trim().to_owned()),
            fences: entry.fences,
            literals,
            holes,
        })
    }

    /// Who says that what it binds is not of the present.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref().map(str::trim).filter(|it| says_something(it))
    }

    /// Whether it comes with the tool.
    pub fn is_default(&self) -> bool {
        self.times.is_none()
    }

    /// The document or the pattern that it names.
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// The document that it names, where it names that one alone.
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// Whether it is about this document.
    pub fn applies_to(&self, path: &RelPath) -> bool {
        self.glob.is_match(path.as_str())
    }

    /// The longest part without a hole or a blank: a document without it has no such sentence.
    pub fn anchor(&self) -> &str {
        let words = self.literals.iter().flat_map(|it| it.split(' '));
        words.max_by_key(|it| it.len()).unwrap_or_default()
    }

    /// Whether all of its words stand in one paragraph, item or row: no sentence goes over the end of one.
    pub(super) fn may_stand_in(&self, text: &str) -> bool {
        let anchor = self.anchor();
        let finder = memmem::Finder::new(anchor);
        let (bytes, mut from) = (text.as_bytes(), 0);
        while let Some(at) = finder.find(&bytes[from..]).map(|it| from + it) {
            let is_border = |it: &usize| matches!(bytes.get(it + 1), None | Some(b'\n' | b'|' | b'-' | b'*' | b'#'));
            let start = memchr::memrchr_iter(b'\n', &bytes[from..at]).map(|it| from + it).find(is_border);
            let start = start.unwrap_or(from);
            let end = memchr::memchr_iter(b'\n', &bytes[at..]).map(|it| at + it).find(is_border);
            let end = end.unwrap_or(bytes.len());
            if anchor.is_empty() || self.has_words(&bytes[start..end]) {
                return true;
            }
            from = end;
        }
        false
    }

    /// The words around a list of versions are common ones, so that two versions near each other are looked for too.
    fn has_words(&self, paragraph: &[u8]) -> bool {
        let is_version = |it: &usize| paragraph.get(it + 2).is_some_and(u8::is_ascii_digit);
        let versions = || memmem::find_iter(paragraph, b"3.").filter(is_version);
        let has_versions = || versions().zip(versions().skip(1)).any(|(a, b)| b - a < NEAR);
        let mut words = self.literals.iter().flat_map(|it| it.split(' ')).filter(|it| it.len() > 1);
        words.all(|it| memmem::find(paragraph, it.as_bytes()).is_some())
            && (self.holes.iter().all(|it| it != "series") || has_versions())
    }

    /// The facts of its holes, in order.
    pub fn facts(&self) -> &[String] {
        &self.holes
    }

    /// The first of its facts that there is none of.
    pub(super) fn unknown(&self, facts: &Facts) -> Option<&str> {
        self.holes.iter().map(String::as_str).find(|it| facts.get(it).is_none())
    }

    /// The regular expression that finds it, where every fact is known.
    ///
    /// # Errors
    /// The first id that is not a fact.
    pub(super) fn compile(&self, facts: &Facts) -> Result<Regex, &str> {
        let mut pattern = String::new();
        for (at, literal) in self.literals.iter().enumerate() {
            pattern += &regex::escape(literal);
            if let Some(hole) = self.holes.get(at) {
                let fact = facts.get(hole).ok_or(hole.as_str())?;
                pattern += &format!("({})", form::pattern(&fact.value, !self.is_default()));
            }
        }
        Regex::new(&pattern).map_err(|_| self.phrase.as_str())
    }

    /// Where it stands in a block.
    pub(super) fn find(&self, regex: &Regex, flow: &Flow, facts: &Facts) -> Vec<Match> {
        let is_wanted = match &flow.kind {
            BlockKind::Code(info) => self.fences.iter().any(|it| it == info.split(' ').next().unwrap_or_default()),
            _ => self.within.as_ref().is_none_or(|title| flow.headings.iter().any(|it| it.text == *title)),
        };
        if !is_wanted || self.longest.find(flow.text.as_bytes()).is_none() {
            return Vec::new();
        }
        let holes = |found: &regex::Captures<'_>| {
            let places = (1..found.len()).filter_map(|it| found.get(it));
            let mut parts = Vec::new();
            let holes = places.zip(&self.holes).enumerate().map(|(at, (place, fact))| {
                let value = facts.get(fact).map(|it| &it.value);
                let place = match value {
                    Some(Value::List(_)) | None => place.range(),
                    Some(value) => match whole(&flow.text, place.range(), matches!(value, Value::Int(_))) {
                        WholeValue::Yes(place) => place,
                        WholeValue::PartOf(place) => {
                            parts.push(at);
                            place
                        }
                    },
                };
                (fact.clone(), place)
            });
            (holes.collect(), parts)
        };
        let all = regex.captures_iter(&flow.text);
        all.filter_map(|found| {
            let whole = found.get(0)?.range();
            let before = flow.text[..whole.start].chars().next_back();
            let after = flow.text[whole.end..].chars().next();
            let starts = self.literals.first().is_some_and(String::is_empty);
            let ends = self.literals.last().is_some_and(String::is_empty);
            // a hole at either end must not be a part of a longer number or word
            let inside = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '.' | '-'));
            let cut = (starts && inside(before)) || (ends && after.is_some_and(|it| it.is_alphanumeric() || it == '_'));
            if cut {
                return None;
            }
            let (holes, parts) = holes(&found);
            Some(Match { whole, holes, parts })
        })
        .collect()
    }
}

/// The literal parts and the holes of a phrase; `{{` is a brace.
fn split(phrase: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let phrase: Vec<&str> = phrase.split_whitespace().collect();
    let phrase = phrase.join(" ");
    let (mut literals, mut holes) = (vec![String::new()], Vec::new());
    let mut rest = phrase.as_str();
    while let Some(it) = rest.chars().next() {
        let last = literals.last_mut().ok_or("no part")?;
        if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            last.push(it);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('{') {
            let (id, after) = after.split_once('}').ok_or("a hole of the phrase has no end")?;
            holes.push(id.trim().to_owned());
            literals.push(String::new());
            rest = after;
        } else {
            last.push(it);
            rest = &rest[it.len_utf8()..];
        }
    }
    Ok((literals, holes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::{
        fact::{Fact, Value},
        flow::flows,
    };

    fn facts() -> Facts {
        let mut facts = Facts::default();
        facts.add(Fact::new("n", Value::Int(1), "src", "count"));
        facts.add(Fact::new("v", Value::List(vec!["3.12".into()]), "src", "list"));
        facts
    }

    fn count(phrase: &str, doc: &str) -> usize {
        let text = format!("[[bind]]\ndoc = \"*.md\"\nphrase = '''{phrase}'''\n");
        let binding = bindings(&text).unwrap().remove(0);
        let regex = binding.compile(&facts()).unwrap();
        flows(doc).iter().map(|it| binding.find(&regex, it, &facts()).len()).sum()
    }

    #[test]
    fn a_phrase_is_found_however_it_is_wrapped() {
        assert_eq!(count("`{n}` names of {v} here", "Of `12`\nnames of\n3.12/3.13 here, `7` names of 3.1 here."), 2);
        assert_eq!(count("{n} names", "12.5 names, x1 names and 1,234 names"), 1);
        assert_eq!(count("about {n}", "about 12 and about 12x"), 1);
        assert_eq!(count("{n} names", "```\n3 names\n```\n"), 0);
    }

    #[test]
    fn what_cannot_be_a_binding_is_refused_with_its_line() {
        for (text, what) in [
            ("[[bind]]\ndoc='a'\nphrase='no hole'\n", "line 1: the phrase has no hole"),
            ("\n[[bind]]\ndoc='a'\nphrase='{n}'\n", "line 2: the phrase has no word"),
            ("[[bind]]\nphrase='x {n}'\n", "names no doc"),
            ("[[bind]]\ndoc='a'\nphrase='x {n'\n", "has no end"),
            ("[[bind]]\ndoc='a'\nphrase='x {n}'\nkind='then'\n", "none of now"),
            ("[[bind]]\ndoc='a'\nphrase='x {n}'\nas-of='yesterday'\n", "is not a day"),
            ("[[bind]]\ndok='a'\n", "unknown field"),
        ] {
            let error = bindings(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn so_many_holes_are_filled_and_the_first_phrase_beyond_them_is_named() {
        let phrase = format!("[[bind]]\ndoc = \"a.md\"\nphrase = \"n{}\"\n", " {a.b}".repeat(MOST_HOLES));
        let most = MOST_OF_ALL / MOST_HOLES;
        assert_eq!(bindings(&phrase.repeat(most)).unwrap().len(), most);
        let error = bindings(&phrase.repeat(most + 1)).unwrap_err();
        assert_eq!((error.line, error.what.as_str()), (3 * most + 1, "the phrases have more than 4000 holes together"));
    }

    #[test]
    fn every_binding_of_the_tool_can_be_compiled() {
        let all = defaults().unwrap();
        assert!(all.len() > 5);
        let mut facts = Facts::default();
        for id in all.iter().flat_map(Binding::facts) {
            let is_list = id.starts_with("gates.") || matches!(id.as_str(), "series" | "stdlib.extras");
            let value = if is_list { Value::List(Vec::new()) } else { Value::Int(1) };
            facts.add(Fact::new(id, value, "src", "count"));
        }
        for binding in &all {
            assert!(binding.compile(&facts).is_ok(), "{}", binding.phrase);
        }
    }
}
