//! A claim: one place of a document that states a fact, and how it stands to it.

use std::ops::Range;

use super::code::{Code, CodeClass};
use crate::base::{RelPath, Sha256, shortened};

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKind {
    /// A managed region.
    Block,
    /// A value in a sentence.
    Phrase,
    /// A value in a fact link.
    Link,
    /// A file that is generated as a whole.
    File,
    /// The generated parts of the audit document.
    Audit,
    /// A module with a status beside it.
    Status,
    /// A quoted message of a gate.
    Message,
    /// A command line.
    Command,
    /// A row or the head of the scoreboard.
    Scoreboard,
    /// A document as a whole.
    Document,
    /// A list of what Molt targets.
    Targets,
    /// A rule over facts.
    Invariant,
}

/// How it stands to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimState {
    /// It says what is so.
    Ok,
    /// It was right, and the truth has moved.
    Stale,
    /// A person changed it, or it was never right.
    HandEdited,
    /// A person changed it and the truth has moved.
    Conflict,
    /// It has no digest, so nobody can tell.
    Unstamped,
    /// It is not where it should be.
    Lost,
    /// It cannot be read.
    Broken,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that is known of a claim")]
pub struct Claim {
    /// What it is.
    pub kind: ClaimKind,
    /// Its document.
    pub path: RelPath,
    /// The bytes that state the value.
    pub span: Range<usize>,
    /// One-based.
    pub line: usize,
    /// One-based, in characters.
    pub column: usize,
    /// The facts that it states, by id.
    pub facts: Vec<String>,
    /// What binds it: a phrase, a block's name, a link's label.
    pub binding: String,
    /// What it says.
    pub stated: String,
    /// What it should say, in its own form; none where a tool cannot write that.
    pub wanted: Option<String>,
    /// The sentence around it.
    pub sentence: String,
    /// Where in the sentence the value stands, in bytes.
    pub at: usize,
    /// The day that it speaks of, where it does not speak of the present.
    pub as_of: Option<String>,
    /// Whether it speaks of a day of which nothing can be known: one before anything that it is about was written down.
    pub is_before_all: bool,
    /// Whether nothing but a binding that names nobody takes it out of the present, as a goal or as the record of a day.
    pub is_bound_aside: bool,
    /// Whether nothing but a binding calls it a goal.
    pub(super) is_goal: bool,
    /// Whether a person changes it when they come to it: it speaks of now below or beside a day, or of what Molt targets.
    pub holds_nothing_up: bool,
    /// What a record of the tree says of it, where it speaks of a day and the tree of that day has not been asked.
    pub record: Option<DayRecord>,
    /// How it stands to the truth.
    pub state: ClaimState,
    /// What is wrong; none where nothing is.
    pub code: Option<Code>,
    /// Why that is known, a sentence each.
    pub why: Vec<String>,
    /// What gets further.
    pub repair: String,
    /// Its number among the claims of its document that have the same kind, facts and binding.
    pub number: usize,
    /// What is written together with it: the claims of its document that have the same number; zero where there are none.
    pub(super) group: usize,
    /// Whether another tool of the workspace fills the place from the audit document: it is written as that tool would,
    /// whatever else stands there.
    pub is_fed: bool,
    /// Why it is not counted, where a waiver says so.
    pub waived: Option<String>,
    /// The digest of the words that it is about, where `stated` does not hold them all; empty where it does.
    pub(super) words: String,
    /// Whether the revision that this one is compared with has the same, and new ones alone count.
    pub is_old: bool,
}

/// What a record of the tree says of a value of a day. What the tree of that day was is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayRecord {
    /// The audit document says so at this commit.
    BearsOut(String),
    /// It speaks against it, at so many commits of that day; at none where it is no record of a day.
    Denies(usize),
    /// It says nothing of that day.
    Silent,
}

impl ClaimState {
    /// As users read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Stale => "stale",
            Self::HandEdited => "hand-edited",
            Self::Conflict => "conflict",
            Self::Unstamped => "unstamped",
            Self::Lost => "lost",
            Self::Broken => "broken",
        }
    }
}

impl ClaimKind {
    /// As users read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Phrase => "phrase",
            Self::Link => "link",
            Self::File => "file",
            Self::Audit => "audit",
            Self::Status => "status",
            Self::Message => "message",
            Self::Command => "command",
            Self::Scoreboard => "scoreboard",
            Self::Document => "document",
            Self::Targets => "targets",
            Self::Invariant => "invariant",
        }
    }
}

/// How much of a value is shown in a line of what is wrong, in characters.
const SHOWN: usize = 200;

/// How much of a sentence is kept on either side of a value, in bytes.
const NEAR: usize = 70;

/// The digest of words, however their lines end.
pub(super) fn digest_of(words: &str) -> String {
    Sha256::of(words.lines().collect::<Vec<_>>().join("\n").as_bytes()).to_string()
}

impl Claim {
    /// A claim that says what is so.
    pub(super) fn new(kind: ClaimKind, path: &RelPath, span: Range<usize>, stated: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.clone(),
            span,
            line: 1,
            column: 1,
            facts: Vec::new(),
            binding: String::new(),
            stated: stated.into(),
            wanted: None,
            sentence: String::new(),
            at: 0,
            as_of: None,
            is_before_all: false,
            is_bound_aside: false,
            is_goal: false,
            holds_nothing_up: false,
            record: None,
            state: ClaimState::Ok,
            code: None,
            why: Vec::new(),
            repair: String::new(),
            number: 1,
            group: 0,
            is_fed: false,
            waived: None,
            words: String::new(),
            is_old: false,
        }
    }

    /// Something wrong with a file as a whole.
    pub fn about(kind: ClaimKind, path: &RelPath, state: ClaimState, code: Code, why: impl Into<String>) -> Self {
        Self::new(kind, path, 0..0, "").wrong(state, code, why)
    }

    /// The same in a sentence, `whole`, of a block's text.
    #[must_use]
    pub(super) fn in_sentence(mut self, text: &str, whole: Range<usize>, part: Range<usize>) -> Self {
        // a sentence of many words is cut around the value, and no more of it is looked at
        let low = text.floor_char_boundary(part.start.saturating_sub(NEAR));
        let high = text.ceil_char_boundary((part.end + NEAR).min(text.len()));
        let from = text.floor_char_boundary(low.saturating_sub(2)).min(whole.start);
        let to = text.ceil_char_boundary((high + 2).min(text.len())).max(whole.end);
        let start = text[from..whole.start].rfind(". ").map_or(from, |it| from + it + 2);
        let end = text[whole.end..to].find(". ").map_or(to, |it| whole.end + it + 1);
        let (floor, ceiling) = (low.max(start), high.min(end));
        let (left, right) = (if floor > start { "… " } else { "" }, if ceiling < end { " …" } else { "" });
        self.sentence = format!("{left}{}{right}", text[floor..ceiling].trim_end());
        self.at = left.len() + part.start - floor;
        self
    }

    /// The same in a row of a table: the whole row, or the part around the value of a long one.
    #[must_use]
    pub(super) fn in_row(mut self, row: &str, part: Range<usize>) -> Self {
        if row.len() > 10 * NEAR {
            return self.in_sentence(row, part.clone(), part);
        }
        row.clone_into(&mut self.sentence);
        self
    }

    /// The same as something wrong.
    #[must_use]
    pub(super) fn wrong(mut self, state: ClaimState, code: Code, why: impl Into<String>) -> Self {
        self.state = state;
        self.code = Some(code);
        let why = why.into();
        if !why.is_empty() {
            self.why.push(why);
        }
        self.repair = code.repair_of(&self.path);
        self
    }

    /// What stays the same while the document around it changes.
    pub fn id(&self) -> String {
        let facts = self.facts.join("+");
        let binding = if self.binding.is_empty() || self.kind == ClaimKind::Phrase { "" } else { &self.binding };
        let parts = [self.kind.word(), self.path.as_str(), binding, &facts];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        if self.number > 1 { format!("{}#{}", parts.join(":"), self.number) } else { parts.join(":") }
    }

    /// What it asks for; a note where nothing is wrong, it is waived, or it is old and only what is new counts. A stale value in words
    /// that no tool writes is a person's.
    pub fn class(&self) -> CodeClass {
        match self.code {
            _ if self.waived.is_some() || self.is_old => CodeClass::Note,
            Some(Code::StaleValue) if self.wanted.is_none() => CodeClass::Person,
            code => code.map_or(CodeClass::Note, Code::class),
        }
    }

    /// The same after it was repaired: it says what is so.
    #[must_use]
    pub fn repaired(self) -> Self {
        // what is written as a whole states no value of its own
        let stated = match self.kind {
            ClaimKind::File => self.stated,
            ClaimKind::Audit => String::new(),
            _ => self.wanted.unwrap_or(self.stated),
        };
        Self { stated, code: None, state: ClaimState::Ok, wanted: None, why: Vec::new(), repair: String::new(), ..self }
    }

    /// Whether it is of a text of this program's in which a person has written, or somebody who cannot be told.
    pub fn is_by_hand(&self) -> bool {
        let is_edited = matches!(self.state, ClaimState::HandEdited | ClaimState::Conflict | ClaimState::Unstamped);
        is_edited && matches!(self.kind, ClaimKind::Block | ClaimKind::File)
    }

    /// Whether somebody has bound it to a fact, or a tool keeps it: it is not a sentence that was understood by its words alone.
    pub fn is_bound(&self) -> bool {
        match self.kind {
            ClaimKind::Phrase => self.binding.contains('{'),
            ClaimKind::Status | ClaimKind::Message | ClaimKind::Command => false,
            _ => true,
        }
    }

    /// Whether it is to be shown.
    pub fn is_wrong(&self) -> bool {
        self.code.is_some()
    }

    /// One line of what is wrong.
    pub fn message(&self) -> String {
        let Some(code) = self.code else { return format!("says {}", self.stated) };
        let facts = self.facts.join(", ");
        match (code, &self.wanted) {
            (Code::StaleValue | Code::Contradicted | Code::AsOf, Some(wanted)) => {
                format!("says {}, {facts} is {}", shortened(&self.stated, SHOWN), shortened(wanted, SHOWN))
            }
            (Code::StaleBlock | Code::EditedBlock, _) => format!("{}: {}", code.title(), self.binding),
            _ if self.why.is_empty() => code.title().to_owned(),
            // an annotation stands without its sentence
            (Code::Contradicted, None) if !self.stated.is_empty() => {
                format!("{}: says {}; {}", code.title(), shortened(&self.stated, SHOWN), self.why[0])
            }
            _ => format!("{}: {}", code.title(), self.why[0]),
        }
    }

    /// The message and why, each reason once.
    pub fn message_and_why(&self, separator: &str) -> String {
        let message = self.message();
        let why = self.why.iter().filter(|it| !message.ends_with(it.as_str())).cloned();
        let all = std::iter::once(message.clone()).chain(why).collect::<Vec<_>>().join(separator);
        shortened(&all, 5 * SHOWN).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_around_its_value() {
        let path = RelPath::new("a.md").unwrap();
        let of = |text: &str, value: &str| {
            let at = text.find(value).unwrap();
            let claim = Claim::new(ClaimKind::Phrase, &path, 0..0, value);
            claim.in_sentence(text, at..at + value.len(), at..at + value.len())
        };
        let long = "word ".repeat(40);
        for text in [
            "There are 873 of them.".to_owned(),
            format!("One. There are 873 of them. {long}."),
            format!("{long}873 {long}"),
            format!("{long}. Ä 873 of {long}"),
            format!("x. {long}873"),
        ] {
            let claim = of(&text, "873");
            assert_eq!(&claim.sentence[claim.at..claim.at + 3], "873", "{text}: {}", claim.sentence);
            assert!(claim.sentence.len() < 160, "{}", claim.sentence);
        }
        assert_eq!(of("One. There are 873 of them. Two.", "873").sentence, "There are 873 of them.");
        let cut = of(&format!("{long}873 {long}"), "873").sentence;
        assert!(cut.starts_with("… ") && cut.ends_with(" …"), "{cut}");
        let cut = of(&format!("A 873 {long}"), "873").sentence;
        assert!(cut.starts_with("A 873 ") && cut.ends_with(" …"), "{cut}");
    }
}
