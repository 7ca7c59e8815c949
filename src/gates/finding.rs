//! One violation of one gate.

use std::collections::BTreeSet;

use crate::{
    audit::Record,
    base::{RelPath, Sha256, printable},
    python::Span,
};

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The gate's id.
    pub gate: &'static str,
    /// The module that it is about, where it is about one.
    pub module: Option<String>,
    /// The file that has to change.
    pub path: Option<RelPath>,
    /// Where in the file.
    pub place: Place,
    /// What is wrong, in words.
    pub message: String,
    /// The names that it is about besides: what is imported, missing or not known.
    pub related: Vec<String>,
    /// How much it is, where the same finding can grow.
    pub weight: u64,
    /// The digests of the words that are wrong, where the finding does not tell them one by one: of lines, or of a whole file of which
    /// nothing is judged. With another one it is another finding.
    pub words: BTreeSet<Sha256>,
    /// The first line of Molt's checker, where it depends on what was found.
    pub headline: Option<String>,
    /// Whether Molt's checker does not look there: it would not have stopped at it.
    pub is_ours: bool,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The file as a whole.
    #[default]
    File,
    /// A line, one-based.
    Line(usize),
    /// A line and a column, one-based.
    Point(usize, usize),
    /// Bytes of the decoded text.
    Span(Span),
}

/// What makes two findings the same although the file has changed around them.
pub type Identity<'a> = (&'static str, Option<&'a str>, Option<&'a RelPath>, &'a [String]);

impl Finding {
    /// The same of what Molt's checker does not look at.
    #[must_use]
    pub(super) fn ours(mut self) -> Self {
        self.is_ours = true;
        self
    }

    /// A finding about the workspace.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            gate: "",
            module: None,
            path: None,
            place: Place::File,
            message: printable(&message.into()),
            related: Vec::new(),
            weight: 0,
            words: BTreeSet::new(),
            headline: None,
            is_ours: false,
        }
    }

    /// A finding about a module of the tree.
    pub(super) fn of(record: &Record, message: impl Into<String>) -> Self {
        Self::new(message).module(&record.name).at(&record.path)
    }

    pub(super) fn module(mut self, name: &str) -> Self {
        self.module = Some(name.to_owned());
        self
    }

    pub(super) fn at(mut self, path: &RelPath) -> Self {
        self.path = Some(path.clone());
        self
    }

    pub(super) fn place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(super) fn span(self, span: Span) -> Self {
        self.place(Place::Span(span))
    }

    pub(super) fn related<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.related = names.into_iter().map(Into::into).collect();
        self
    }

    pub(super) fn weight(mut self, weight: u64) -> Self {
        self.weight = weight;
        self
    }

    /// The same about these words.
    pub(super) fn words<'w>(mut self, words: impl IntoIterator<Item = &'w str>) -> Self {
        self.words = words.into_iter().map(|it| Sha256::of(it.as_bytes())).collect();
        self
    }

    /// The same about the whole of a file with this digest.
    pub(super) fn file(mut self, digest: Option<&Sha256>) -> Self {
        self.words.extend(digest);
        self
    }

    pub(super) fn headline(mut self, line: impl Into<String>) -> Self {
        self.headline = Some(printable(&line.into()));
        self
    }

    /// Same gate, same module, same file, same names: the words and the line may change.
    pub fn identity(&self) -> Identity<'_> {
        (self.gate, self.module.as_deref(), self.path.as_ref(), &self.related)
    }
}
