//! The diagnostics of the doc check: a number that is a contract, what it asks for, and its page.

use crate::base::{RelPath, path_word};

/// What can be wrong; the numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Code {
    /// A region is stale.
    StaleBlock = 1,
    /// A region or file was edited by hand.
    EditedBlock = 2,
    /// A value is stale.
    StaleValue = 3,
    /// A value was never right.
    Contradicted = 4,
    /// A sentence is gone.
    Lost = 5,
    /// A sentence stands more or less often than it should.
    Count = 6,
    /// A number looks like a fact and is bound to none.
    Unbound = 7,
    /// There is no such fact or block.
    Unknown = 8,
    /// A marker stands where it would show.
    Hazard = 9,
    /// Markers that do not make regions.
    Malformed = 10,
    /// No document cites the fact.
    Uncited = 11,
    /// A rule over facts does not hold.
    Invariant = 12,
    /// A dated statement was not right on its day, or a waiver is over.
    AsOf = 13,
    /// A generated file is stale.
    StaleFile = 14,
    /// A command line that no longer works, or names what is gone.
    Command = 15,
    /// A waiver that nothing needs.
    UnusedWaiver = 16,
    /// The source of a fact is missing or unusable.
    Source = 17,
    /// A fact link without its definition.
    Definition = 18,
    /// What would be written does not read back.
    Fixpoint = 19,
    /// Conflict markers.
    Conflict = 20,
    /// Fewer documents or claims than there have to be.
    Floor = 21,
    /// An expression or a template that gives nothing.
    Unusable = 22,
    /// A record that its own rule wants more often.
    Overdue = 23,
    /// Something that a branch excuses by itself.
    OwnExcuse = 24,
}

/// What a code asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeClass {
    /// To be told.
    Note,
    /// `docs sync` repairs it: exit code 1.
    Repair,
    /// A person decides: exit code 3.
    Person,
    /// The check could not do its work: exit code 2.
    Broken,
}

impl Code {
    /// Every code, in order.
    pub const ALL: [Self; 24] = [
        Self::StaleBlock,
        Self::EditedBlock,
        Self::StaleValue,
        Self::Contradicted,
        Self::Lost,
        Self::Count,
        Self::Unbound,
        Self::Unknown,
        Self::Hazard,
        Self::Malformed,
        Self::Uncited,
        Self::Invariant,
        Self::AsOf,
        Self::StaleFile,
        Self::Command,
        Self::UnusedWaiver,
        Self::Source,
        Self::Definition,
        Self::Fixpoint,
        Self::Conflict,
        Self::Floor,
        Self::Unusable,
        Self::Overdue,
        Self::OwnExcuse,
    ];

    /// `DOC005`
    pub fn id(self) -> String {
        format!("DOC{:03}", self as u8)
    }

    /// What it asks for.
    pub fn class(self) -> CodeClass {
        match self {
            Self::Uncited | Self::Unbound | Self::Overdue | Self::OwnExcuse => CodeClass::Note,
            Self::StaleBlock | Self::StaleValue | Self::StaleFile | Self::Definition => CodeClass::Repair,
            Self::Unknown | Self::Source | Self::Floor | Self::Unusable => CodeClass::Broken,
            _ => CodeClass::Person,
        }
    }

    /// What is wrong, in a few words.
    pub fn title(self) -> &'static str {
        self.page().0
    }

    /// The title, what it means, and what to do.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub fn page(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::StaleBlock => (
                "stale block",
                "The region is as it was last written, and the facts have moved since.",
                "run `molt-sync docs sync`",
            ),
            Self::EditedBlock => (
                "hand-edited block",
                "The region's words are not those that its digest was taken over: a person changed them. Nothing overwrites them.",
                "move the words out of the region, or give them up with `molt-sync docs sync --take source FILE`",
            ),
            Self::StaleValue => (
                "stale value",
                "The value was right once, and the fact has moved since. Where it stands in words that no tool writes, such as what is targeted, a person does (3).",
                "run `molt-sync docs sync`",
            ),
            Self::Contradicted => (
                "contradicted value",
                "The fact never had this value, as far as its history tells: either the document or the source is wrong, and no tool can know which. Or it had it, and words beside it or a title above it may make it the value of something else.",
                "correct the source, or the document with `molt-sync docs sync --take source FILE`",
            ),
            Self::Lost => (
                "statement lost",
                "What a document stated, or the sentence that a phrase binds, is gone or was reworded, so that nothing compares its value any longer.",
                "restore the sentence, or change or delete the phrase in the bindings file",
            ),
            Self::Count => (
                "phrase stands another number of times",
                "A phrase has to stand exactly as often as `times` says, so that no copy goes unnoticed.",
                "correct the document, or set `times` in the bindings file",
            ),
            Self::Unbound => (
                "unbound number",
                "A number stands beside words that belong to a fact, and nothing compares the two.",
                "bind it with `molt-sync docs bind FILE:LINE FACT`, or put a `<!-- molt-sync:ignore REASON -->` above its block",
            ),
            Self::Unknown => (
                "unknown fact or block",
                "A binding, link, template or marker names a fact or a block that there is none of.",
                "correct the name; `molt-sync docs facts` lists the facts",
            ),
            Self::Hazard => (
                "marker would show",
                "A marker of molt-sync stands inside a line, where it does nothing.",
                "put the marker on a line of its own with a blank line on either side",
            ),
            Self::Malformed => (
                "malformed markers",
                "The markers of a document do not make regions: one is missing, nested, repeated or misspelt. Nothing in the document is written.",
                "repair the markers at that line",
            ),
            Self::Uncited => ("fact cited nowhere", "No document states the fact.", "cite it, or leave it"),
            Self::Invariant => (
                "invariant broken",
                "A rule over the facts does not hold, so that what documents would say contradicts itself. Nothing is written until it does.",
                "repair the source that is wrong",
            ),
            Self::AsOf => (
                "wrong on its own date",
                "The statement speaks of a day, and the fact had another value on that day.",
                "correct the value or the date",
            ),
            Self::StaleFile => (
                "stale file",
                "A generated file is as it was last written, and the facts have moved since.",
                "run `molt-sync docs sync`",
            ),
            Self::Command => (
                "command line no longer works",
                "A command line names a subcommand, an option or a script that there is none of.",
                "correct the command line",
            ),
            Self::UnusedWaiver => (
                "unused waiver",
                "A waiver in the configuration waives nothing, or nothing any longer, and would hide the next drift.",
                "delete it from molt-sync.toml",
            ),
            Self::Source => (
                "source missing",
                "The file that a fact comes from is missing, cannot be read, or is denied by the records beside it.",
                "restore the file, or correct the fact's source in molt-sync.toml",
            ),
            Self::Definition => (
                "link definition missing",
                "A fact link without its definition shows its brackets to the reader.",
                "run `molt-sync docs sync`",
            ),
            Self::Fixpoint => (
                "does not read back",
                "What would be written is not what would be read again, so nothing is written.",
                "correct the template",
            ),
            Self::Conflict => (
                "conflict markers",
                "The document holds an unresolved merge. Nothing in it is written.",
                "resolve the merge; `molt-sync docs resolve FILE` settles what lies in regions",
            ),
            Self::Floor => (
                "less was looked at than has to be",
                "Fewer documents or claims were found than the configuration demands: a check that looks at nothing always passes.",
                "correct `docs.roots`, or lower `docs.floors` in molt-sync.toml",
            ),
            Self::Unusable => (
                "unusable expression or template",
                "An expression or a template of the workspace gives no value, so that nothing can be compared with it.",
                "correct it; `molt-sync docs facts` lists the facts that it can use",
            ),
            Self::OwnExcuse => (
                "excused by this branch",
                "The branch brings a waiver, an entry of `docs.dropped`, or a binding as a goal, that its base does not have, and that excuses what the branch itself does.",
                "see in the review whether that is accepted",
            ),
            Self::Overdue => (
                "overdue",
                "A table that is to be kept weekly has no row of this week. It is a note: nothing in it is false.",
                "add a row, or say there that the table is no longer kept",
            ),
        }
    }

    /// What gets further with a document.
    pub(super) fn repair_of(self, path: &RelPath) -> String {
        self.page().2.replace("FILE", &path_word(path.as_str()))
    }

    /// The code of that name, `DOC005`.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.id().eq_ignore_ascii_case(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_its_place_and_has_a_page() {
        let body = include_str!("code.rs").split("pub enum Code {").nth(1).and_then(|it| it.split('}').next()).unwrap();
        assert_eq!(body.matches(" = ").count(), Code::ALL.len(), "a code is not in `ALL`");
        for (at, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code.id(), format!("DOC{:03}", at + 1));
            assert_eq!(Code::by_id(&code.id().to_lowercase()), Some(code));
            let (title, meaning, repair) = code.page();
            assert!(!title.is_empty() && meaning.ends_with('.') && !repair.is_empty(), "{code:?}");
        }
        assert_eq!(Code::by_id(&format!("DOC{:03}", Code::ALL.len() + 1)), None);
    }
}
