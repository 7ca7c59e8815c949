//! What documents announce to be removed, by the series: the lists of `Doc/deprecations` and those in What's New.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::roles::first_role;

/// One announcement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removal {
    /// The series in which it is to be removed.
    pub version: String,
    /// The module under which it is listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The objects that its words link to, as they are written.
    pub targets: Vec<String>,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub place: String,
}

impl Removal {
    /// Whether it is about a module or something in it.
    pub fn concerns(&self, module: &str) -> bool {
        let is_below = |it: &String| it.strip_prefix(module).is_some_and(|it| it.is_empty() || it.starts_with('.'));
        self.module.as_deref() == Some(module) || self.targets.iter().any(is_below)
    }
}

/// The longest words that are kept, in characters.
const WORDS: usize = 400;

/// Reads one document.
pub(super) fn read(path: &str, text: &str) -> Vec<Removal> {
    let file = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rst");
    let of_file = file.strip_prefix("pending-removal-in-").filter(|it| is_series(it)).map(str::to_owned);
    let is_list = of_file.is_some();
    let mut version = of_file;
    let mut res: Vec<Removal> = Vec::new();
    // the bullets around this one: indentation, and the module that each is about
    let mut around: Vec<(usize, Option<String>)> = Vec::new();
    let mut now: Option<(usize, Removal)> = None;
    let mut before = "";
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        if !is_list && is_underline(line) && indent == 0 {
            let title = before.to_ascii_lowercase();
            let series = title.split_once("pending removal in ").map(|(_, it)| it.trim_start_matches("python ").trim());
            version = series.filter(|it| is_series(it)).map(str::to_owned);
            res.extend(now.take().map(|it| it.1));
        }
        before = line;
        let Some(series) = &version else { continue };
        if let Some(words) = trimmed.strip_prefix("* ").or_else(|| trimmed.strip_prefix("- ")) {
            res.extend(now.take().map(|it| it.1));
            while around.last().is_some_and(|(it, _)| *it >= indent) {
                around.pop();
            }
            let own = module_of(words);
            let module = own.clone().or_else(|| around.iter().rev().find_map(|(_, it)| it.clone()));
            if around.len() < 20 {
                around.push((indent, own));
            }
            let removal = Removal {
                version: series.clone(),
                module,
                targets: Vec::new(),
                text: words.to_owned(),
                place: format!("{path}:{}", at + 1),
            };
            now = Some((indent, removal));
        } else if let Some((from, removal)) = &mut now {
            if trimmed.is_empty() {
                continue;
            }
            if indent > *from && removal.text.len() < WORDS * 4 {
                removal.text.push(' ');
                removal.text.push_str(trimmed.trim_end());
            } else if indent <= *from {
                res.extend(now.take().map(|it| it.1));
            }
        }
    }
    res.extend(now.map(|it| it.1));
    for it in &mut res {
        it.targets = targets(&it.text);
        it.text = it.text.chars().take(WORDS).collect();
    }
    // a bullet that only heads others
    res.retain(|it| !(it.text.trim_end().ends_with(':') && it.text.len() < 60));
    res
}

fn is_series(text: &str) -> bool {
    text.split_once('.').is_some_and(|(major, minor)| {
        [major, minor].iter().all(|it| !it.is_empty() && it.len() < 4 && it.bytes().all(|it| it.is_ascii_digit()))
    })
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3
        && ["-", "=", "~", "^", "\"", "*"]
            .iter()
            .any(|it| line.trim_matches(it.chars().next().unwrap_or('-')).is_empty())
}

/// The module that a bullet begins with: `` :mod:`x`: ``.
fn module_of(words: &str) -> Option<String> {
    let rest = [":mod:`", ":class:`"].iter().find_map(|it| words.strip_prefix(it))?;
    let (name, rest) = rest.split_once('`')?;
    rest.starts_with(':').then(|| name.trim_start_matches(['!', '~']).to_owned())
}

/// What the roles in a text link to, in its order, behind the module that it begins with.
fn targets(text: &str) -> Vec<String> {
    let mut res = Vec::new();
    let mut rest = without_module(text);
    while let Some((before, behind)) = rest.split_once(":`") {
        let role = before.rsplit(|it: char| !it.is_ascii_lowercase()).next().unwrap_or_default();
        let (inside, next) = behind.split_once('`').unwrap_or((behind, ""));
        rest = next;
        if !ROLES.contains(&role) || !before[..before.len() - role.len()].ends_with(':') {
            continue;
        }
        let target = inside.rsplit_once('<').map_or(inside, |(_, it)| it.trim_end_matches('>'));
        let target = target.trim_start_matches(['!', '~', '.']).trim_end_matches("()");
        if !target.is_empty() && target.len() < 200 && res.len() < 20 {
            res.push(target.to_owned());
        }
    }
    res
}

/// The roles of objects.
const ROLES: &[&str] = &["func", "class", "meth", "attr", "data", "exc", "mod", "const"];

/// A text without the module that it begins with: `` :mod:`x`: ``.
pub(super) fn without_module(text: &str) -> &str {
    let rest = text.strip_prefix(":mod:`").and_then(|it| it.split_once("`:"));
    rest.filter(|(name, _)| !name.contains('`')).map_or(text, |(_, it)| it.trim_start())
}

impl Removal {
    /// The objects that its words are about as a whole: those that they begin with. What they say of a part of one, or of a use, is told
    /// of its module.
    pub fn subjects(&self) -> Vec<&str> {
        let text = without_module(&self.text);
        let is_plain = text.starts_with(':');
        let mut rest = if is_plain { text } else { behind_article(text).unwrap_or_default() };
        let mut count = 0;
        while let Some((_, behind)) = first_role(rest) {
            count += 1;
            rest = behind.trim_start();
            let next =
                [", and ", ", ", "and ", "or "].iter().find_map(|it| behind.trim_start_matches(' ').strip_prefix(it));
            match next.filter(|it| it.starts_with(':')) {
                Some(it) => rest = it,
                None => break,
            }
        }
        let is_said = || {
            let verbs = ["has been deprecated", "have been deprecated", "is deprecated", "are deprecated"];
            let noun = rest.split_once(' ').map_or("", |(_, it)| it);
            let noun = noun.strip_prefix("function ").unwrap_or(noun);
            verbs.iter().any(|it| rest.starts_with(it) || noun.starts_with(it))
        };
        let is_about = is_plain || is_said();
        self.targets.iter().take(if is_about { count } else { 0 }).map(String::as_str).collect()
    }
}

/// What stands behind "The" and a few words that describe what follows.
fn behind_article(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("The ")?;
    let (words, _) = rest.split_once(':')?;
    let is_other = |it: &str| {
        let part = ["of", "for", "in", "to", "argument", "parameter", "syntax", "flag", "option", "code", "format"];
        part.contains(&it) || !it.bytes().all(|it| it.is_ascii_lowercase() || it == b',')
    };
    (words.split_whitespace().count() < 6 && !words.split_whitespace().any(is_other)).then_some(&rest[words.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_with_their_module() {
        let text = "Pending Removal in Python 3.15\n---\n\n* :mod:`a`:\n\n  * :func:`~a.f` is gone\n    soon.\n\n  * The *x* argument of :meth:`!C.m()`.\n\n* :class:`b.D` goes.\n";
        let all = read("Doc/deprecations/pending-removal-in-3.15.rst", text);
        let shown: Vec<String> = all
            .iter()
            .map(|it| {
                format!("{}|{}|{}|{}", it.version, it.module.as_deref().unwrap_or("-"), it.targets.join(","), it.text)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "3.15|a|a.f|:func:`~a.f` is gone soon.",
                "3.15|a|C.m|The *x* argument of :meth:`!C.m()`.",
                "3.15|-|b.D|:class:`b.D` goes.",
            ]
        );
    }

    #[test]
    fn an_announcement_is_about_what_its_words_begin_with() {
        for (text, expected) in [
            (":func:`a.f` is gone soon.", "a.f"),
            (":func:`a.f`, :func:`~a.g`, and :meth:`!C.m` are deprecated.", "a.f a.g C.m"),
            (":mod:`a`: :func:`a.f` is deprecated.", "a.f"),
            (":mod:`a`: The default of :func:`a.f` changes.", ""),
            ("The :func:`~a.f` function has been deprecated; use :func:`a.g`.", "a.f"),
            ("The obsolete and rarely used :class:`~a.C` has been deprecated.", "a.C"),
            ("The *x* argument of :func:`a.f` has been deprecated.", ""),
            ("The keyword argument syntax for creating :class:`a.C` classes has been deprecated.", ""),
            ("The :meth:`~a.f` method of something is deprecated.", ""),
            ("``f()``: use :func:`a.f`.", ""),
        ] {
            let page = format!("* {text}\n");
            let all = read("Doc/deprecations/pending-removal-in-3.16.rst", &page);
            assert_eq!(all[0].subjects().join(" "), expected, "{text}");
        }
        let all = read("Doc/deprecations/pending-removal-in-3.16.rst", "* :meth:`.C.m` goes. Use :func:`b.f`.\n");
        assert_eq!(all[0].targets, ["C.m", "b.f"]);
    }

    #[test]
    fn only_announcements_of_a_document_count() {
        let text = "New\n===\n\n* :func:`a.f`\n\nPending Removal in Python 3.14\n------------------------------\n\n* :func:`a.g`\n\nMore\n----\n\n* :func:`a.h`\n";
        let all = read("Doc/whatsnew/3.12.rst", text);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].version.as_str(), all[0].targets[0].as_str()), ("3.14", "a.g"));
        assert!(read("Doc/deprecations/pending-removal-in-future.rst", "* x\n").is_empty());
    }
}
