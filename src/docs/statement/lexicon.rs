//! The words that facts go by: "`intrinsic-partial` modules", "required `.py` submodule names", "the ratchet budget".

use std::ops::Range;

use super::{
    super::fact::{Facts, Value},
    token::{TextToken, TokenKind},
};

/// The statuses, as facts and documents call them.
pub(super) const STATUSES: [&str; 6] =
    ["intrinsic-backed", "intrinsic-partial", "intrinsic-support", "policy-gate", "probe-only", "python-only"];

/// What a subject is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The modules of a status.
    Status,
    /// All modules.
    Total,
    /// Names of the union.
    Union,
    /// Names that the tree lacks.
    Missing,
    /// Another count, by its name alone: what stands before it is no number of it.
    Named,
    /// A budget.
    Budget,
}

/// Words for a fact.
#[derive(Debug, Clone)]
pub(super) struct FactWords {
    pub(super) fact: String,
    pub(super) about: About,
    /// Its tokens.
    pub(super) at: Range<usize>,
    /// Whether no noun follows that it merely describes, as in "intrinsic-backed readers".
    pub(super) is_closed: bool,
}

/// What a status is called where the others are named too.
pub(super) fn short(word: &str) -> Option<&'static str> {
    Some(match word {
        "backed" => "intrinsic-backed",
        "partial" => "intrinsic-partial",
        "support" => "intrinsic-support",
        "policy" | "gated" | "gate" => "policy-gate",
        "probe" => "probe-only",
        "python" => "python-only",
        _ => return None,
    })
}

/// The status that a word is.
pub(super) fn status(word: &str) -> Option<&'static str> {
    let word = word.strip_prefix("stdlib.").unwrap_or(word);
    match word {
        "policy-gated" => Some("policy-gate"),
        _ => STATUSES.into_iter().find(|it| *it == word),
    }
}

const NOUNS: &[&str] = &[
    "module",
    "modules",
    "stdlib",
    "file",
    "files",
    "entry",
    "entries",
    "count",
    "counts",
    "bucket",
    "buckets",
    "class",
    "classes",
    "list",
    "lists",
    "tally",
    "number",
    "total",
    "totals",
    "status",
    "statuses",
    "ones",
    "category",
    "categories",
    "audited",
];
const NAMES: &[&str] = &["name", "names", "entry", "entries", "modules", "module"];
const DESCRIBES_NAMES: &[&str] = &["required", "stdlib", "cpython", "module", "union"];

/// Marks between two counts of names.
const JOINTS: &[char] = &[',', '/', '&', '+', ';'];

/// Words that follow a noun and begin something else.
const AFTER: &[&str] = &[
    "and",
    "or",
    "is",
    "are",
    "was",
    "were",
    "remain",
    "remains",
    "remaining",
    "left",
    "stay",
    "stays",
    "stands",
    "in",
    "on",
    "under",
    "with",
    "while",
    "but",
    "at",
    "of",
    "for",
    "to",
    "as",
    "by",
    "across",
    "today",
    "now",
    "currently",
    "overall",
    "so",
    "each",
    "both",
    "all",
    "has",
    "have",
    "had",
    "must",
    "should",
    "counted",
    "per",
    "after",
    "before",
    "since",
    "plus",
    "versus",
    "vs",
    "that",
    "which",
    "when",
    "if",
    "because",
    "out",
    "from",
    "still",
    "already",
    "any",
    "only",
    "equals",
    "then",
    "than",
    "within",
    "will",
];

/// What is read, and what is known.
pub(super) struct LexiconWords<'a> {
    pub(super) tokens: &'a [TextToken<'a>],
    pub(super) facts: &'a Facts,
    /// Whether the block speaks of the union of names.
    pub(super) is_about_names: bool,
}

impl LexiconWords<'_> {
    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|it| it.is(words))
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).filter(|it| it.kind == TokenKind::Word).map_or("", |it| it.word.as_ref())
    }

    /// Skips any of `words`.
    fn skip(&self, mut at: usize, words: &[&str]) -> usize {
        while self.is(at, words) {
            at += 1;
        }
        at
    }

    fn count(&self, id: &str) -> Option<String> {
        matches!(self.facts.get(id)?.value, Value::Int(_)).then(|| id.to_owned())
    }

    fn is_closed(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|it| it.kind != TokenKind::Word || it.is(AFTER))
    }

    fn subject(&self, id: &str, about: About, at: Range<usize>) -> Option<FactWords> {
        let is_closed = self.is_closed(at.end);
        Some(FactWords { fact: self.count(id)?, about, at, is_closed })
    }

    /// The subject that begins at a token.
    pub(super) fn subject_at(&self, at: usize) -> Option<FactWords> {
        let word = self.word(at);
        if word.is_empty() {
            return None;
        }
        let (name, after) = match word {
            "intrinsic" if self.is(at + 1, &["backed", "partial", "support"]) => {
                (status(&format!("intrinsic-{}", self.word(at + 1))), at + 2)
            }
            _ => (status(word), at + 1),
        };
        if let Some(name) = name {
            return self.of_status(name, at, after);
        }
        if matches!(word, "missing" | "missing-top-level" | "missing-submodules" | "missing-submodule") {
            return self.missing(at);
        }
        match word {
            "max-intrinsic-partial" => return self.subject("ratchet.max", About::Budget, at..at + 1),
            "ratchet" => {
                let end = self.skip(at + 1, &["budget", "ceiling", "maximum", "max", "cap", "limit", "value"]);
                // there are other ratchets
                let near = &self.tokens[at.saturating_sub(40)..(at + 40).min(self.tokens.len())];
                let is_ours = near.iter().any(|it| it.is(&["intrinsic-partial", "max-intrinsic-partial", "stdlib"]));
                // "the ratchet stands at 873"
                let is_said =
                    self.is(end, &["stands", "sits"]) || (self.is(end, &["is"]) && self.is(end + 1, &["at", "now"]));
                let is_budget = is_ours && (end > at + 1 || is_said);
                return is_budget.then(|| self.subject("ratchet.max", About::Budget, at..end))?;
            }
            "audited" => {
                let end = self.skip(self.skip(at + 1, &["stdlib"]), &["modules", "files"]);
                return self.is(end.saturating_sub(1), &["modules", "files"]).then(|| self.total(at..end))?;
            }
            "modules" | "files" if self.is(at + 1, &["audited"]) => return self.total(at..at + 2),
            "modules" if self.is(at + 1, &["are"]) => {
                let end = self.skip(at + 2, &["now", "currently", "being"]);
                return self.is(end, &["audited"]).then(|| self.total(at..end + 1))?;
            }
            "stubs" | "stub-only" => {
                let near = &self.tokens[at.saturating_sub(40)..(at + 40).min(self.tokens.len())];
                let is_about_modules = near.iter().any(|it| it.is(&["intrinsic-partial"]));
                let end = self.skip(at + 1, &["modules", "files"]);
                return is_about_modules.then(|| self.subject("stdlib.stubs", About::Named, at..end))?;
            }
            _ => {}
        }
        if word.contains('.')
            && let Some(fact) = self.count(word)
        {
            return Some(FactWords { fact, about: About::Named, at: at..at + 1, is_closed: true });
        }
        self.names(at)
    }

    /// "The union of CPython 3.12/3.13 has 541 submodules": whether the sentence is about the union, and a verb gives it the number.
    fn is_of_the_union(&self, at: usize) -> bool {
        let verb = at.checked_sub(2).filter(|it| self.tokens[it + 1].number().is_some());
        verb.is_some_and(|verb| {
            let before = self.tokens[verb.saturating_sub(20)..verb].iter().rev();
            self.is(verb, &["has", "have", "requires", "counts", "contains", "covers", "lists"])
                && before.take_while(|it| it.kind != TokenKind::End).any(|it| it.is(&["union"]))
        })
    }

    /// "312 top-level, 521 submodules": whether what begins at a token is the second of such a pair.
    fn is_behind_top_level(&self, at: usize) -> bool {
        let Some(number) = at.checked_sub(1).filter(|it| self.tokens[*it].number().is_some()) else { return false };
        let Some(joint) = number.checked_sub(1) else { return false };
        let is_joined = self.is(joint, &["and"]) || self.tokens[joint].is_mark(JOINTS);
        let first = joint.saturating_sub(3)..joint;
        is_joined && first.into_iter().any(|it| self.is(it, &["top-level"]))
    }

    fn total(&self, at: Range<usize>) -> Option<FactWords> {
        self.subject("stdlib.total", About::Total, at)
    }

    fn of_status(&self, name: &str, at: usize, after: usize) -> Option<FactWords> {
        const BUDGET: &[&str] = &["budget", "ceiling", "maximum", "max", "cap", "limit"];
        let ratchet = self.skip(after, &["ratchet"]);
        let budget = self.skip(ratchet, BUDGET);
        if name == "intrinsic-partial" && budget > ratchet {
            return self.subject("ratchet.max", About::Budget, at..budget);
        }
        if ratchet > after {
            return None;
        }
        self.subject(&format!("stdlib.{name}"), About::Status, at..self.skip(after, NOUNS))
    }

    fn missing(&self, at: usize) -> Option<FactWords> {
        let word = self.word(at);
        let (what, start) = if let Some(what) = word.strip_prefix("missing-") {
            (what, at)
        } else {
            let at = self.skip(at + 1, DESCRIBES_NAMES);
            (self.word(self.skip(at, &[".py"])), self.skip(at, &[".py"]))
        };
        let id = match what {
            "top-level" => "stdlib.missing-top-level",
            "submodule" | "submodules" => "stdlib.missing-submodules",
            _ => return None,
        };
        self.subject(id, About::Missing, at..self.skip(start + 1, &[DESCRIBES_NAMES, NAMES, &["count"]].concat()))
    }

    /// Names of the union.
    fn names(&self, at: usize) -> Option<FactWords> {
        let has_py = self.is(at, &[".py"]);
        let core = at + usize::from(has_py);
        let word = self.word(core);
        // what begins no name is not read on from, or a long run of such words would be read from each of them
        let begins =
            matches!(word, "top-level" | "submodule" | "submodules" | "subpackage" | "subpackages" | "packages")
                || (has_py && matches!(word, "names" | "modules" | "module"));
        if !begins {
            return None;
        }
        let tail = self.skip(core + 1, DESCRIBES_NAMES);
        let end = self.skip(tail, NAMES);
        let is_named = self.is(end.saturating_sub(1), NAMES) && end > core + 1;
        let is_required = || {
            self.is(at.wrapping_sub(1), &["required"]) || self.tokens[core..end].iter().any(|it| it.is(&["required"]))
        };
        let id = match word {
            // "321 top-level and 541 submodule names"
            "top-level" if !has_py && !is_named => {
                let next = core + 1;
                let is_joined = self.is(next, &["and"]) || self.tokens.get(next).is_some_and(|it| it.is_mark(JOINTS));
                let shares = is_joined
                    && self.tokens.get(next + 1).is_some_and(|it| it.number().is_some())
                    && (next + 2..next + 5).any(|it| self.is(it, &["submodule", "submodules"]));
                if !shares || !self.is_about_names {
                    return None;
                }
                "union.top-level"
            }
            "top-level" if !has_py => "union.top-level",
            "submodule" if is_named => "union.submodules",
            "submodules" if has_py || is_required() || self.is_behind_top_level(at) || self.is_of_the_union(at) => {
                "union.submodules"
            }
            "subpackage" if is_named => "union.subpackages",
            "subpackages" if is_required() => "union.subpackages",
            "names" | "modules" | "module" => "union.py-modules",
            "packages" if is_required() => "union.packages",
            _ => return None,
        };
        let is_known = self.is_about_names || is_required();
        is_known.then(|| self.subject(id, About::Union, at..end.max(core + 1)))?
    }
}
