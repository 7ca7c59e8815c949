//! The pages of the library's documentation: which objects they describe, and the dated directives about each with their words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{roles::first_role, sections::Sections};

/// What a dated directive says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// `versionadded`
    Added,
    /// `versionchanged`
    Changed,
    /// `deprecated` and `deprecated-removed`
    Deprecated,
    /// `versionremoved`
    Removed,
}

/// One dated directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The module.
    pub module: String,
    /// The object of it, dotted; empty for the module itself.
    pub name: String,
    /// What it says.
    pub kind: NoteKind,
    /// Since when.
    pub version: String,
    /// When it is to be removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub place: String,
}

/// One object that is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) module: String,
    pub(super) name: String,
    pub(super) place: String,
}

/// What one page says.
#[derive(Debug, Default)]
pub(super) struct DocumentPage {
    pub(super) objects: Vec<Described>,
    /// Constants that tables list.
    pub(super) listed: Vec<Described>,
    pub(super) notes: Vec<Note>,
    /// What of it was left out, where it has too much.
    pub(super) left_out: Option<String>,
}

impl DocumentPage {
    /// How many objects and dated words it has.
    pub(super) fn len(&self) -> usize {
        self.objects.len() + self.listed.len() + self.notes.len()
    }
}

/// The most objects and dated words that are read of a page, and the most forms of an object; the most of 3.13.5 are some 1,000 and 40.
const MOST: usize = 10_000;
const FORMS: usize = 200;

/// Pages about what needs no import.
const BUILTIN: [&str; 4] = ["functions.rst", "stdtypes.rst", "exceptions.rst", "constants.rst"];

const OBJECTS: &[&str] = &[
    "function",
    "class",
    "method",
    "attribute",
    "data",
    "exception",
    "classmethod",
    "staticmethod",
    "property",
    "decorator",
    "decoratormethod",
    "coroutinefunction",
    "coroutinemethod",
    "awaitablefunction",
    "awaitablemethod",
    "abstractmethod",
    "py:function",
    "py:class",
    "py:method",
    "py:attribute",
    "py:data",
    "py:exception",
];

/// Those that are of modules, and not of classes.
const OF_MODULES: &[&str] = &["function", "class", "exception", "data", "decorator"];

/// Directives about something else than a module's names: what is dated in them is not about those either.
const ASIDE: &[&str] = &["opcode", "describe", "audit-event", "c:function", "token"];

/// Directives about what a module offers besides its names, with the word for it: what is dated in them is about the module.
const OFFERS: &[(&str, &str)] =
    &[("option", "option"), ("cmdoption", "option"), ("pdbcommand", "command"), ("envvar", "environment variable")];

/// What a directive is about that others are inside of.
enum Enclosing {
    /// These names of the module.
    Names(Vec<String>),
    /// Something else that the module offers, in words.
    Offer(String),
    /// Nothing of a module.
    Aside,
}

impl Enclosing {
    fn names(&self) -> Option<&Vec<String>> {
        if let Self::Names(it) = self { Some(it) } else { None }
    }
}

/// How deep blocks nest, and the longest words that are kept, in characters.
const DEEPEST: usize = 40;
const WORDS: usize = 600;

/// Reads one page.
pub(super) fn read(path: &str, text: &str) -> DocumentPage {
    let lines: Vec<&str> = text.lines().collect();
    let is_builtin = BUILTIN.iter().any(|it| path.ends_with(&format!("/{it}")));
    let mut module = if is_builtin { "builtins".to_owned() } else { String::new() };
    let mut res = DocumentPage::default();
    // what is open: its indentation, and what it is about
    let mut open: Vec<(usize, Enclosing)> = Vec::new();
    let mut sections = Sections::default();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let here = at;
        at += 1;
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            continue;
        }
        if res.len() > MOST {
            res.left_out =
                Some(format!("what stands behind line {here}: more than {MOST} objects and dates are not read"));
            break;
        }
        let indent = line.len() - trimmed.len();
        while open.last().is_some_and(|(it, _)| *it >= indent) {
            open.pop();
        }
        if indent == 0 {
            sections.see(line, lines.get(at).copied());
        }
        let place = || format!("{path}:{}", here + 1);
        if let Some(name) = listed(trimmed).filter(|_| !module.is_empty()) {
            res.listed.push(Described { module: module.clone(), name: name.to_owned(), place: place() });
            continue;
        }
        let Some((word, argument)) = directive(trimmed) else { continue };
        let place = place();
        match word {
            "module" | "currentmodule" | "py:module" | "py:currentmodule" => {
                argument.clone_into(&mut module);
                sections.is_of_a_module();
            }
            _ if OBJECTS.contains(&word) => {
                let stated = forms(&lines, &mut at, argument, indent);
                let around = open.iter().rev().find_map(|(_, it)| it.names()?.first());
                let is_member = !OF_MODULES.contains(&word.trim_start_matches("py:"));
                let names = names_of(&stated, is_member, around, &module);
                if stated.len() == FORMS {
                    res.left_out = Some(format!("forms of an object beyond {FORMS}, in line {}", here + 1));
                }
                if !module.is_empty() {
                    let described =
                        |name: &String| Described { module: module.clone(), name: name.clone(), place: place.clone() };
                    res.objects.extend(names.iter().map(described));
                }
                if open.len() < DEEPEST {
                    open.push((indent, Enclosing::Names(names)));
                }
            }
            _ if ASIDE.contains(&word) && open.len() < DEEPEST => open.push((indent, Enclosing::Aside)),
            _ if offer(word).is_some() && open.len() < DEEPEST => {
                let what = format!("{} ``{argument}``", offer(word).unwrap_or_default());
                open.push((indent, Enclosing::Offer(what)));
            }
            "versionadded" | "versionchanged" | "deprecated" | "deprecated-removed" | "versionremoved" => {
                let about = open.last().map(|(_, it)| it);
                if module.is_empty() || matches!(about, Some(Enclosing::Aside)) {
                    continue;
                }
                let mut names = about.and_then(Enclosing::names).cloned().unwrap_or_default();
                let (version, removal, first) = versions(word, argument);
                let mut words = body(&lines, &mut at, first, indent);
                if words.trim().is_empty() && word == "versionchanged" && !names.is_empty() {
                    words = paragraph(&lines, &mut at, indent);
                }
                let kind = kind_of(word);
                let words = match about {
                    Some(Enclosing::Offer(what)) => dated(what, kind, &words),
                    None if words.trim().is_empty() => sections.title().map_or(words, |it| dated(&it, kind, "")),
                    _ => words,
                };
                let text: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDS).collect();
                meant(&mut names, word, &text);
                let name = names.first().cloned().unwrap_or_default();
                let note = Note {
                    module: module.clone(),
                    name,
                    kind,
                    version: version.to_owned(),
                    removal: removal.map(str::to_owned),
                    text,
                    place,
                };
                let others =
                    names.iter().skip(1).map(|name| Note { name: name.clone(), ..note.clone() }).collect::<Vec<_>>();
                res.notes.push(note);
                res.notes.extend(others);
            }
            _ => {}
        }
    }
    res
}

/// What a dated directive says.
fn kind_of(word: &str) -> NoteKind {
    match word {
        "versionadded" => NoteKind::Added,
        "versionchanged" => NoteKind::Changed,
        "versionremoved" => NoteKind::Removed,
        _ => NoteKind::Deprecated,
    }
}

/// The names in the forms of an object, of the class `around` where they are its members.
fn names_of(stated: &[String], is_member: bool, around: Option<&String>, module: &str) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    for it in stated {
        let Some(name) = name_of(it, module) else { continue };
        let name = match around.filter(|_| is_member) {
            Some(owner) if !name.contains('.') => format!("{owner}.{name}"),
            // a class may be called as its module: `datetime.now` is a method of it
            None if is_member && !name.contains('.') && is_qualified(it, module, &name) => format!("{module}.{name}"),
            _ => name,
        };
        if !res.contains(&name) {
            res.push(name);
        }
    }
    res
}

/// The words of a directive: those behind it, and those below it.
fn body(lines: &[&str], at: &mut usize, first: &str, indent: usize) -> String {
    let mut words = first.to_owned();
    while let Some(next) = lines.get(*at).filter(|it| it.trim().is_empty() || indent_of(it) > indent) {
        if words.len() < WORDS * 4 {
            words.push(' ');
            words.push_str(next.trim());
        }
        *at += 1;
    }
    words
}

/// The forms of an object: what its directive states, and those that stand below it.
fn forms(lines: &[&str], at: &mut usize, first: &str, indent: usize) -> Vec<String> {
    let mut res = vec![first.to_owned()];
    let (mut opened, mut closed) = (first.matches('(').count(), first.matches(')').count());
    while let Some(next) = lines.get(*at).filter(|it| indent_of(it) > indent) {
        let next = next.trim();
        if next.is_empty() || next.starts_with(':') || next.starts_with("..") {
            break;
        }
        // a form may go on in the next line
        let is_more = opened > closed;
        if !is_more {
            (opened, closed) = (0, 0);
        }
        opened += next.matches('(').count();
        closed += next.matches(')').count();
        let is_room = res.len() < FORMS;
        match res.last_mut().filter(|_| is_more) {
            Some(last) if last.len() < WORDS => *last = format!("{last} {next}"),
            None if is_room => res.push(next.to_owned()),
            _ => {}
        }
        *at += 1;
    }
    res
}

/// The word for something that a module offers besides names.
fn offer(word: &str) -> Option<&'static str> {
    OFFERS.iter().find(|(it, _)| *it == word).map(|it| it.1)
}

/// What is said of something that is no object.
fn dated(what: &str, kind: NoteKind, words: &str) -> String {
    let said = match kind {
        _ if !words.trim().is_empty() => return format!("{what}: {words}"),
        NoteKind::Added => "is new",
        NoteKind::Changed => "changed",
        NoteKind::Deprecated => "is deprecated",
        NoteKind::Removed => "is gone",
    };
    format!("{what} {said}")
}

/// The words of a directive that stand beside it in place of below it.
fn paragraph(lines: &[&str], at: &mut usize, indent: usize) -> String {
    let mut res = String::new();
    while let Some(next) = lines.get(*at).filter(|it| !it.trim().is_empty() && indent_of(it) == indent) {
        if next.trim_start().starts_with([':', '.', '*', '-', '#']) || res.len() > WORDS * 4 {
            break;
        }
        res.push(' ');
        res.push_str(next.trim());
        *at += 1;
    }
    res
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The constant that the first cell of a row is: a `data` directive, or a literal.
fn listed(line: &str) -> Option<&str> {
    let cell = line.strip_prefix('|')?.split('|').next()?.trim();
    let literal = || cell.strip_prefix("``")?.strip_suffix("``");
    let name = cell.strip_prefix(".. data::").map(str::trim).or_else(literal)?;
    let is_letter = |it: u8| it == b'_' || it.is_ascii_uppercase() || it.is_ascii_digit();
    let is_constant = name.len() > 2 && name.as_bytes()[0].is_ascii_uppercase() && name.contains('_');
    (is_constant && name.bytes().all(is_letter)).then_some(name)
}

/// `.. word:: argument`
fn directive(line: &str) -> Option<(&str, &str)> {
    let (word, argument) = line.strip_prefix(".. ")?.split_once("::")?;
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == ':';
    (!word.is_empty() && word.chars().all(is_word)).then(|| (word, argument.trim()))
}

/// The name in a stated form, `class name(a, b)`, without the module.
fn name_of(stated: &str, module: &str) -> Option<String> {
    let mut rest = stated;
    for word in ["async ", "class ", "abstractmethod ", "classmethod ", "staticmethod ", "coroutine ", "@"] {
        rest = rest.trim_start().trim_start_matches(word);
    }
    let end = rest.find(|it: char| it != '.' && it != '_' && !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
    // `SO_*` is a pattern
    if rest[end..].starts_with('*') && rest[..end].ends_with('_') {
        return None;
    }
    let name = rest[..end].trim_matches('.');
    let name = name.strip_prefix(module).and_then(|it| it.strip_prefix('.')).unwrap_or(name);
    (!name.is_empty() && name.len() < 200).then(|| name.to_owned())
}

/// Keeps those of several objects that are described together which the words are about.
fn meant(names: &mut Vec<String>, word: &str, text: &str) {
    let last = |it: &str| it.rsplit('.').next().unwrap_or_default().to_owned();
    let first = first_role(text.strip_prefix("The ").unwrap_or(text)).map(|(it, _)| last(it));
    if let Some(first) = first.filter(|it| names.iter().any(|name| last(name) == *it)) {
        names.retain(|it| last(it) == first);
    }
    let is_named = |name: &String| text.contains(&format!("`{}`", last(name)));
    if matches!(word, "versionadded" | "versionchanged") && names.iter().any(is_named) {
        names.retain(is_named);
    }
}

/// Whether a form states a name with the module before it.
fn is_qualified(stated: &str, module: &str, name: &str) -> bool {
    !module.contains('.') && stated.contains(&format!("{module}.{name}"))
}

/// The versions of a directive, and what stands behind them.
fn versions<'a>(word: &str, argument: &'a str) -> (&'a str, Option<&'a str>, &'a str) {
    let (version, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    if word != "deprecated-removed" {
        return (version, None, rest.trim());
    }
    let rest = rest.trim_start();
    let (removal, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    (version, Some(removal).filter(|it| !it.is_empty()), rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let page = read("Doc/library/x.rst", text);
        page.notes
            .iter()
            .map(|it| {
                format!("{}|{}|{}|{}|{}", it.module, it.name, it.version, it.removal.as_deref().unwrap_or("-"), it.text)
            })
            .collect()
    }

    #[test]
    fn dated_directives_belong_to_the_object_around_them() {
        let text = ".. module:: a.b\n\n.. function:: f(x, y=1)\n              f2(x)\n\n   Does it.\n\n   .. versionchanged:: 3.12\n      Takes *y*,\n      too.\n\n   .. deprecated-removed:: 3.13 3.15\n\n.. class:: C(x)\n\n   .. method:: m()\n\n      .. versionadded:: 3.11.4\n\n   .. versionadded:: 3.9 Words.\n\n.. method:: C.n()\n\n   .. deprecated:: 3.12 No.\n\n.. versionchanged:: 3.8\n   All of it.\n";
        assert_eq!(
            shown(text),
            [
                "a.b|f|3.12|-|Takes *y*, too.",
                "a.b|f2|3.12|-|Takes *y*, too.",
                "a.b|f|3.13|3.15|",
                "a.b|f2|3.13|3.15|",
                "a.b|C.m|3.11.4|-|",
                "a.b|C|3.9|-|Words.",
                "a.b|C.n|3.12|-|No.",
                "a.b||3.8|-|All of it.",
            ]
        );
    }

    #[test]
    fn a_name_is_that_of_its_object_and_no_pattern() {
        let text = ".. module:: d\n\n.. classmethod:: d.now()\n\n   .. deprecated:: 3.12 No.\n\n.. function:: d.f()\n\n   .. deprecated:: 3.12 No.\n\n.. data:: SO_*\n\n   .. versionadded:: 3.12 Some.\n\n.. class:: A\n           B\n\n   .. deprecated:: 3.12\n      The :class:`B` class goes, use :class:`A`.\n\n.. data:: X\n          Y\n\n   .. versionchanged:: 3.12\n      Added :data:`Y`.\n";
        assert_eq!(
            shown(text),
            [
                "d|d.now|3.12|-|No.",
                "d|f|3.12|-|No.",
                "d||3.12|-|Some.",
                "d|B|3.12|-|The :class:`B` class goes, use :class:`A`.",
                "d|Y|3.12|-|Added :data:`Y`."
            ]
        );
    }

    #[test]
    fn what_a_module_offers_besides_names_is_told_of_it() {
        let text = ".. module:: m\n\n.. option:: -x\n\n   .. versionadded:: 3.12\n\n.. pdbcommand:: go [n]\n\n   .. versionchanged:: 3.13\n      Goes.\n\n.. opcode:: NOP\n\n   .. versionadded:: 3.13\n";
        assert_eq!(shown(text), ["m||3.12|-|option ``-x`` is new", "m||3.13|-|command ``go [n]``: Goes."]);
    }

    #[test]
    fn a_date_without_words_is_about_its_section() {
        let text = "The m\n=====\n\n.. module:: m\n\n.. versionadded:: 3.9\n\n.. _label:\n\n``m`` on the :term:`line`\n--------------------------\n\n.. versionadded:: 3.12\n\nMore\n----\n\n.. versionchanged:: 3.13\n   Words.\n\n.. function:: f()\n\n   .. versionadded:: 3.13\n\n   .. versionchanged:: 3.13.1\n\n   Faster\n   now.\n";
        assert_eq!(
            shown(text),
            [
                "m||3.9|-|",
                "m||3.12|-|section \"m on the line\" is new",
                "m||3.13|-|Words.",
                "m|f|3.13|-|",
                "m|f|3.13.1|-|Faster now.",
            ]
        );
    }

    #[test]
    fn options_and_pages_without_a_module_are_not_about_names() {
        assert!(shown(".. function:: f()\n\n   .. versionadded:: 3.1\n").is_empty());
        assert!(shown(".. module:: m\n\n.. opcode:: X\n\n   .. versionadded:: 3.1\n").is_empty());
        assert_eq!(read("Doc/library/functions.rst", ".. function:: abs(x)\n").objects[0].module, "builtins");
    }

    #[test]
    fn constants_that_tables_list_are_told_apart() {
        let rows = "+---+---+\n| .. data:: KEY_UP | Up |\n| ``KEY_DOWN``  | Down |\n| ``KEY_Fn`` | n |\n| ``'r'`` | r |\n| .. data:: x | y |\n|\n||\n";
        let page = read("Doc/library/m.rst", &format!(".. module:: m\n\n{rows}"));
        let names: Vec<&str> = page.listed.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["KEY_UP", "KEY_DOWN"]);
        assert!(page.objects.is_empty() && page.listed[0].place == "Doc/library/m.rst:4");
        assert!(read("Doc/library/m.rst", rows).listed.is_empty(), "of no module");
    }

    #[test]
    fn odd_pages_do_no_harm() {
        let deep: String = (0..3000).map(|it| format!("{}.. class:: C\n", " ".repeat(it))).collect();
        drop(read("x", &format!(".. module:: m\n{deep}")));
        drop(shown(".. module::\n.. class::\n.. method:: é(\n.. versionadded::\n.. deprecated-removed:: 3.1\n"));
    }
}
