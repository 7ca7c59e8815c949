//! What a tree fills from its audit document: blocks between `GENERATED:NAME:start` and `GENERATED:NAME:end` that another
//! tool writes from the document's counts (STATUS, since 2026-02-23). When the document's counts change, a value there that
//! was taken from it changes in the same changeset, or that tool's check fails.

use std::{collections::BTreeMap, ops::Range};

/// The blocks of one document, and the counts that they were filled from.
pub struct AuditFed<'a> {
    counts: &'a BTreeMap<String, String>,
    blocks: Vec<Range<usize>>,
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
    /// The blocks in `text`, which were filled from `counts`.
    pub fn new(text: &str, counts: &'a BTreeMap<String, String>) -> Self {
        Self { counts, blocks: blocks(text) }
    }

    /// Whether there is no such block.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether the value of `fact` that stands at `place` was taken from the audit document.
    pub fn holds(&self, fact: &str, stated: &str, place: &Range<usize>) -> bool {
        self.counts.get(fact).is_some_and(|it| it == stated.trim_matches('`')) && is_inside(&self.blocks, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_agrees_with_the_document_inside_a_block_is_fed_by_it() {
        let document = "## Progress Summary (Generated)\n- All: `9`\n- `intrinsic-backed`: `2`\n\n## Rest\n- x: `5`\n";
        let counts = counts(document);
        assert_eq!(counts.len(), 2);
        let text = "9 before\n<!-- GENERATED:a:start -->\n9 and 2 and 8\n<!-- GENERATED:a:end -->\n9\n";
        let fed = AuditFed::new(text, &counts);
        let place = |at: usize| at..at + 1;
        let inside = text.find("9 and").unwrap();
        assert!(fed.holds("stdlib.total", "9", &place(inside)));
        assert!(fed.holds("stdlib.intrinsic-backed", "2", &place(inside + 6)));
        assert!(!fed.holds("stdlib.total", "8", &place(inside + 12)), "it never stood in the document");
        assert!(!fed.holds("stdlib.total", "9", &place(0)), "it stands outside");
        assert!(AuditFed::new("<!-- GENERATED:a:start -->\n9\n", &counts).blocks.is_empty(), "it has no end");
    }
}
