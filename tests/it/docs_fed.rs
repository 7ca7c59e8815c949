//! What another tool of the workspace fills from the audit document is written with it, or neither of them is.

use crate::support::{
    Sandbox,
    papers::{PAPER, cart_with, configure, wrong},
    tree::{DOCUMENT, LOAD, RATCHET, STD},
};

const TOOL: &str = "tools/update_status_blocks.py";

/// The number of a line of the audit document.
fn count(box_: &Sandbox, label: &str) -> u64 {
    let document = box_.read(DOCUMENT);
    let line = document.lines().find_map(|it| it.strip_prefix(&format!("- {label}: `"))).unwrap();
    line.trim_end_matches('`').parse().unwrap()
}

fn block(total: u64, partial: u64, python: u64) -> String {
    format!(
        "# Cart\n\n<!-- GENERATED:summary:start -->\n- Audit: `{total}` modules audited; `{partial}` intrinsic-partial; `{python}` python-only.\n<!-- GENERATED:summary:end -->\n"
    )
}

/// A workspace whose paper is filled from the audit document, and whose tree has moved: one more module, and one without any
/// intrinsic, which the paper does not count.
fn moved() -> (Sandbox, (u64, u64)) {
    let box_ = cart_with(&[], "# Cart\n");
    let (total, partial) = (count(&box_, "Modules"), count(&box_, "`intrinsic-partial`"));
    box_.write(PAPER, block(total, partial, 0));
    assert_eq!(wrong(&box_, &[]), (0, vec![]));
    box_.write(&format!("{STD}/extra.py"), LOAD);
    box_.write(&format!("{STD}/probe.py"), "from _intrinsics import require_intrinsic\n");
    box_.write(RATCHET, "{\"max_intrinsic_partial\": 40}\n");
    (box_, (total, partial))
}

#[test]
fn the_audit_document_and_what_is_filled_from_it_are_written_together() {
    for args in [&["docs", "sync"][..], &["docs", "sync", "--take", "source"]] {
        let (box_, (total, partial)) = moved();
        let before = count(&box_, "Modules");
        box_.sync(args);
        let (now, partial_now) = (count(&box_, "Modules"), count(&box_, "`intrinsic-partial`"));
        assert!(before == total && now == total + 2 && partial_now > partial, "{}", box_.read(DOCUMENT));
        assert_eq!(box_.read(PAPER), block(now, partial_now, 1));
        assert_eq!(wrong(&box_, &[]), (0, vec![]));
    }
}

#[test]
fn without_what_is_filled_from_it_the_audit_document_is_not_written() {
    let (box_, _) = moved();
    box_.write(TOOL, "print()\n");
    let before = box_.snapshot();
    // not asked for
    let ended = box_.sync(&["docs", "sync", DOCUMENT]);
    assert_eq!(ended.code, 3, "{}", ended.out);
    for words in [
        "docs/PAPER.md:4 is filled from it, and would stay at ",
        "let `docs sync` write docs/PAPER.md too, or update the document yourself and run `python3 tools/update_status_blocks.py --write`",
    ] {
        assert!(ended.out.contains(words), "{words} is not in:\n{}", ended.out);
    }
    assert!(before == box_.snapshot());
    // waived
    configure(&box_, "[[docs.waiver]]\nclaim = \"phrase:docs/PAPER.md:*\"\nwhy = \"later\"\n");
    let before = box_.snapshot();
    assert_eq!(box_.sync(&["docs", "sync"]).code, 3);
    assert!(before == box_.snapshot());
    // a block that did not agree with it before stays behind nothing
    box_.write(PAPER, block(777, 5, 0));
    box_.sync(&["docs", "sync"]);
    assert!(before != box_.snapshot());
}
