//! The findings of the doc check, for any reader.

use similar::{ChangeTag, TextDiff};

use super::excerpt::has_lines;
use crate::{
    base::{self, number_of, shortened},
    docs::{Claim, Code, CodeClass},
    report::other_settings,
};

/// One run of the doc check.
pub struct DocsReport {
    /// What was run: `docs`, or `census`.
    pub check: &'static str,
    /// Every claim, in the order of the documents.
    pub claims: Vec<Claim>,
    /// How many documents were looked at.
    pub documents: usize,
    /// How many facts there are.
    pub facts: usize,
    /// How many claims the workspace itself has bound: by a phrase, a link, a region or a template.
    pub bound: usize,
    /// What claims were held against, for those that are lost.
    pub compared: HistoryComparison,
    /// Whether only what that revision does not have counts.
    pub new_only: bool,
    /// Documents that are not looked at, and why.
    pub unread: Vec<String>,
}

/// Whether it was looked for statements that are made no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryComparison {
    /// It is no matter of this list.
    Unasked,
    /// There is nothing to compare with, and why.
    Not(&'static str),
    /// With this revision.
    With {
        /// Its name.
        revision: String,
        /// The settings that decide what is judged and that it has otherwise.
        settings: Vec<String>,
    },
}

impl DocsReport {
    /// Whether this is the list of what is bound to nothing, all of which is a note.
    pub(super) fn is_census(&self) -> bool {
        self.check == "census"
    }

    /// What is wrong, waived or not.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|it| it.is_wrong())
    }

    /// What counts.
    fn counted(&self) -> impl Iterator<Item = &Claim> {
        self.wrong().filter(|it| self.is_listed(it))
    }

    /// What is wrong, the worst first, for forms of which only the head may be shown.
    pub(super) fn worst_first(&self) -> Vec<&Claim> {
        let mut all: Vec<&Claim> = self.wrong().collect();
        // what a person sees in a document comes before what stands behind it elsewhere
        let is_behind = |it: &Claim| it.class() == CodeClass::Note || it.code == Some(Code::Source);
        all.sort_by_key(|it| (is_behind(it), std::cmp::Reverse(it.class())));
        all
    }

    /// Whether a claim belongs into a list of findings.
    fn is_listed(&self, claim: &Claim) -> bool {
        self.is_census() || claim.class() > CodeClass::Note
    }

    /// Whether a claim is told in every form: what counts, and what a branch excuses by itself.
    pub(super) fn is_told(&self, claim: &Claim) -> bool {
        self.is_listed(claim) || claim.code == Some(Code::OwnExcuse)
    }

    /// The worst of what counts: a note where nothing does.
    pub fn class(&self) -> CodeClass {
        self.counted().map(Claim::class).max().unwrap_or(CodeClass::Note)
    }

    /// What no finding tells and every form says: the settings of the base, and what was not looked at, of which `most` are named.
    pub(super) fn remarks(&self, most: usize) -> Vec<String> {
        let settings = match &self.compared {
            HistoryComparison::With { settings, .. } => other_settings(settings),
            HistoryComparison::Unasked | HistoryComparison::Not(_) => None,
        };
        let named = self.unread.iter().take(most).map(|it| format!("not looked at: {}", printable(it)));
        let more = self.unread.len().checked_sub(most).filter(|it| *it > 0);
        let more = more.map(|it| format!("not looked at: {it} more; --format json names them all"));
        settings.into_iter().chain(named).chain(more).collect()
    }

    /// How many claims there are of a class.
    fn count(&self, class: CodeClass) -> usize {
        self.counted().filter(|it| it.class() == class).count()
    }

    /// How many statements are made no longer.
    pub(super) fn lost(&self) -> usize {
        self.counted().filter(|it| it.code == Some(Code::Lost)).count()
    }

    /// `3 stale, 2 need a person; 64 claims in 143 documents, 12 bound; 1 lost since HEAD`
    pub fn summary(&self) -> String {
        if self.is_census() {
            let found = number_of(self.claims.len(), "place");
            return format!("{found} in {} without a binding", number_of(self.documents, "document"));
        }
        let stale = self.count(CodeClass::Repair);
        let people = self.count(CodeClass::Person);
        let broken = self.count(CodeClass::Broken);
        let waived = self.wrong().filter(|it| it.waived.is_some()).count();
        let old = self.wrong().filter(|it| it.is_old && it.waived.is_none()).count();
        let mut words =
            vec![format!("{stale} stale"), format!("{people} {} a person", if people == 1 { "needs" } else { "need" })];
        if broken > 0 {
            words.push(format!("{broken} could not be judged"));
        }
        let is_plain = |it: &&Claim| it.waived.is_none() && !it.is_old && it.class() == CodeClass::Note;
        let notes = self.wrong().filter(is_plain).count();
        if notes > 0 {
            words.push(number_of(notes, "note"));
        }
        let unknown = self.claims.iter().filter(|it| it.is_before_all && it.code.is_none()).count();
        if unknown > 0 {
            words.push(format!("{unknown} not compared, of a day that no tree tells of"));
        }
        if waived > 0 {
            words.push(format!("{waived} waived"));
        }
        if old > 0 {
            words.push(format!("{old} old"));
        }
        let all = self.claims.len();
        let (claims, documents) = (number_of(all, "claim"), number_of(self.documents, "document"));
        let lost = self.lost();
        let since = match &self.compared {
            HistoryComparison::Unasked => String::new(),
            HistoryComparison::Not(why) => format!("; not looked at is what was lost: {why}"),
            HistoryComparison::With { revision, .. } => format!("; {lost} lost since {revision}"),
        };
        format!("{}; {claims} in {documents}, {} bound{since}", words.join(", "), self.bound)
    }
}

/// How many of the documents that are not looked at are named.
pub(super) const NAMED: usize = 7;

/// How much of a value is shown, in characters.
pub(super) const SHOWN: usize = 2000;

/// The sentence of a claim with what would change in it: `[-743-]{+540+}`, or the same in colours.
pub(super) fn marked(claim: &Claim, color: bool) -> Option<String> {
    let wanted = claim.wanted.as_deref().filter(|_| !has_lines(claim))?;
    let in_sentence = claim.sentence.get(claim.at..).filter(|it| it.starts_with(&claim.stated));
    let (before, after) = match in_sentence {
        Some(rest) => (&claim.sentence[..claim.at], &rest[claim.stated.len()..]),
        None => ("", ""),
    };
    let (stated, wanted) = (shortened(&claim.stated, SHOWN), shortened(wanted, SHOWN));
    let (stated, wanted) = (printable(&stated), printable(&wanted));
    let paint = |tag: ChangeTag, text: &str| match (tag, color) {
        (ChangeTag::Equal, _) => text.to_owned(),
        (ChangeTag::Delete, true) => format!("\u{1b}[31;9m{text}\u{1b}[0m"),
        (ChangeTag::Insert, true) => format!("\u{1b}[32m{text}\u{1b}[0m"),
        (ChangeTag::Delete, false) => format!("[-{text}-]"),
        (ChangeTag::Insert, false) => format!("{{+{text}+}}"),
    };
    let diff = TextDiff::from_words(stated.as_str(), wanted.as_str());
    let mut out = keep_blanks(before);
    let mut run: Option<(ChangeTag, String)> = None;
    for change in diff.iter_all_changes() {
        match &mut run {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => {
                out += &run.take().map_or(String::new(), |(tag, text)| paint(tag, &text));
                run = Some((change.tag(), change.value().to_owned()));
            }
        }
    }
    out += &run.map_or(String::new(), |(tag, text)| paint(tag, &text));
    out += &keep_blanks(after);
    Some(out)
}

/// A part of a sentence: a blank at either end is kept.
fn keep_blanks(text: &str) -> String {
    let blank = |is: bool| if is { " " } else { "" };
    let inner = printable(text);
    if inner.is_empty() {
        return blank(!text.is_empty()).into();
    }
    format!("{}{inner}{}", blank(text.starts_with(' ')), blank(text.ends_with(' ')))
}

/// A text on one line, without anything that a terminal would take for a command.
pub(super) fn printable(text: &str) -> String {
    base::printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
