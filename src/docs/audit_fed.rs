//! What a tree fills from its audit document: blocks between `GENERATED:NAME:start` and `GENERATED:NAME:end` that another
//! tool writes from the document's counts (STATUS, since 2026-02-23). When the document's counts change, a value there that
//! was taken from it changes in the same changeset, or that tool's check fails.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{claim::Claim, rules::Document};
use crate::base::RelPath;

/// The blocks of all documents, and the counts that they were filled from.
pub struct AuditFed<'a> {
    counts: &'a BTreeMap<String, String>,
    blocks: HashMap<&'a RelPath, Vec<Range<usize>>>,
}

/// The counts of an audit document as they stand in it, by the id of the fact.
pub fn counts(document: &str) -> BTreeMap<String, String> {
    let mut res = BTreeMap::new();
    let mut is_summary = false;
    for line in document.lines() {
        if line.starts_with("## ") {
            let title = line.to_lowercase();
            is_summary = title.contains("(generated)") && title.contains("summary");
        }
        let Some((label, value)) = line.strip_prefix("- ").filter(|_| is_summary).and_then(|it| it.rsplit_once(": `"))
        else {
            continue;
        };
        let Some(digits) = value.strip_suffix('`') else { continue };
        let id = label.strip_prefix('`').and_then(|it| it.strip_suffix('`')).unwrap_or("total");
        res.insert(format!("stdlib.{id}"), digits.to_owned());
    }
    res
}

/// The longest marker of a block, in bytes.
const MARKER: usize = 1000;
/// How a block of another tool begins.
const BEGINS: &str = "<!-- GENERATED:";

/// The blocks of a text that another tool fills.
pub(super) fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut from = 0;
    while let Some(start) = memchr::memmem::find(&text.as_bytes()[from..], BEGINS.as_bytes()).map(|at| from + at) {
        let head = &text[start..];
        // a name is a few letters, and is not looked for further
        let line = &head[..head.floor_char_boundary(MARKER)];
        let name = line.split_once(" -->").and_then(|(it, _)| it.strip_suffix(":start"));
        let Some(name) = name else {
            from = start + 1;
            continue;
        };
        let Some(end) = head.find(&format!("{name}:end -->")) else { break };
        blocks.push(start..start + end);
        from = start + end;
    }
    blocks
}

/// Whether a place is inside of one of the blocks, which stand one behind the other.
pub(super) fn is_inside(blocks: &[Range<usize>], place: &Range<usize>) -> bool {
    let before = blocks.partition_point(|it| it.start <= place.start);
    before.checked_sub(1).is_some_and(|it| place.end <= blocks[it].end)
}

impl<'a> AuditFed<'a> {
    /// The blocks in the documents, which were filled from `counts`.
    pub fn new(documents: &'a [Document], counts: &'a BTreeMap<String, String>) -> Self {
        let blocks = documents.iter().map(|it| (&it.path, blocks(&it.text)));
        Self { counts, blocks: blocks.filter(|(_, it)| !it.is_empty()).collect() }
    }

    /// Whether a document has such a block.
    pub fn has(&self, path: &RelPath) -> bool {
        self.blocks.contains_key(path)
    }

    /// Whether the value that a claim states for `fact` was taken from the audit document.
    pub fn holds(&self, fact: &str, claim: &Claim) -> bool {
        self.counts.get(fact).is_some_and(|it| it == claim.stated.trim_matches('`'))
            && self.blocks.get(&claim.path).is_some_and(|it| is_inside(it, &claim.span))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::claim::ClaimKind, *};

    #[test]
    fn only_what_agrees_with_the_document_inside_a_block_is_fed_by_it() {
        let document = "## Progress Summary (Generated)\n- All: `9`\n- `intrinsic-backed`: `2`\n\n## Rest\n- x: `5`\n";
        let counts = counts(document);
        assert_eq!(counts.len(), 2);
        let text = "9 before\n<!-- GENERATED:a:start -->\n9 and 2 and 8\n<!-- GENERATED:a:end -->\n9\n";
        let path = RelPath::new("docs/A.md").unwrap();
        let documents = [Document { path: path.clone(), text: text.into() }];
        let fed = AuditFed::new(&documents, &counts);
        let holds = |fact: &str, stated: &str, at: usize| {
            fed.holds(fact, &Claim::new(ClaimKind::Phrase, &path, at..at + 1, stated))
        };
        let inside = text.find("9 and").unwrap();
        assert!(holds("stdlib.total", "9", inside));
        assert!(holds("stdlib.intrinsic-backed", "2", inside + 6));
        assert!(!holds("stdlib.total", "8", inside + 12), "it never stood in the document");
        assert!(!holds("stdlib.total", "9", 0), "it stands outside");
        let open = [Document { path: path.clone(), text: "<!-- GENERATED:a:start -->\n9\n".into() }];
        assert!(!AuditFed::new(&open, &counts).has(&path), "it has no end");
    }
}
