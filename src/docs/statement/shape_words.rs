//! The words by which the shapes of counts are known.

/// Words before a number that counts what is not counted elsewhere.
pub(super) const OTHERS: &[&str] =
    &["other", "others", "further", "another", "additional", "remaining", "rest", "more"];
pub(super) const JOINS: &[&str] = &["and", "or", "plus"];
/// Words between a number and its noun.
pub(super) const FILLS: &[&str] = &[
    "currently",
    "now",
    "still",
    "already",
    "all",
    "total",
    "distinct",
    "unique",
    "exactly",
    "just",
    "only",
    "audited",
    "stdlib",
    "required",
    "union",
    "cpython",
    "remaining",
    "mandatory",
    "needed",
    "known",
    "importable",
];
pub(super) const VERBS: &[&str] =
    &["is", "are", "stands", "sits", "equals", "reads", "counts", "totals", "stays", "remains", "remain", "at", "of"];
pub(super) const VERB_FILLS: &[&str] =
    &["now", "currently", "still", "at", "today", "both", "all", "each", "exactly", "equal", "only", "presently"];
/// What may stand behind a number that is the whole of what is said.
pub(super) const AFTER_NUMBER: &[&str] = &[
    "modules",
    "files",
    "names",
    "entries",
    "total",
    "and",
    "or",
    "in",
    "on",
    "under",
    "with",
    "while",
    "but",
    "at",
    "as",
    "today",
    "now",
    "currently",
    "after",
    "of",
    "so",
    "for",
];
pub(super) const LINKS: &[&str] =
    &["are", "is", "remain", "remains", "stay", "stays", "as", "counted", "classified", "that", "which", "listed"];
pub(super) const LINK_FILLS: &[&str] =
    &["still", "currently", "now", "only", "being", "required", "all", "today", "marked", "reported", "presently"];
pub(super) const LINKED: &[&str] =
    &["modules", "module", "files", "entries", "names", "of", "the", "them", "stdlib", "audited", ".py"];

pub(super) const BUDGETS: &[&str] =
    &["budget", "ceiling", "limit", "cap", "ratchet", "maximum", "max-intrinsic-partial"];

/// Verbs of whatever sets one.
pub(super) const PERMITS: &[&str] = &["allows", "allow", "permits", "permit", "tolerates", "tolerate"];

/// What a budget does with the modules that it lets be.
pub(super) const ALLOWS: &[&str] = &[
    "allows",
    "allow",
    "permits",
    "permit",
    "tolerates",
    "tolerate",
    "admits",
    "accepts",
    "caps",
    "limits",
    "grants",
    "up",
    "to",
    "most",
    "no",
    "more",
    "than",
];
