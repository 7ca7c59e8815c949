//! What stands around a value: the sentence behind it, a caption, a footnote, the head of its document.

use super::{
    super::super::fact::{Fact, Value},
    synced, with_facts, wrong,
};

const PLAIN: &str = "836 intrinsic-partial modules";

fn is_written(text: &str) -> bool {
    synced(text) == text.replace("836", "837")
}

#[test]
fn what_another_sentence_makes_one_of_another_time_is_told_and_left_alone() {
    for text in [
        "There are 836 intrinsic-partial modules. That was in March.",
        "There are 836 intrinsic-partial modules. These were counted before the merge.",
        "There are 836 intrinsic-partial modules. Nothing else is known. It was measured in 2026-02.",
        "Back then we looked at the tree. There are 836 intrinsic-partial modules.",
        "In March we looked at the tree. There are 836 intrinsic-partial modules.",
        "There are 836 intrinsic-partial modules.\n\nThat was in March.",
        "There are 836 intrinsic-partial modules; that was in March.",
        "There are 836 intrinsic-partial modules. Those are from 0.4.",
        "There are 836 intrinsic-partial modules. That is no longer true.",
        "There are 836 intrinsic-partial modules? No.",
        "There are 836 intrinsic-partial modules. That was two weeks ago.",
        "There are 836 intrinsic-partial modules. That was on Sunday.",
        "There are 836 intrinsic-partial modules. It used to be so.",
        "There are 836 intrinsic-partial modules. This was the state of the previous release.",
        "As of the last audit. There are 836 intrinsic-partial modules.",
        "There are 836 intrinsic-partial modules.\n\nThose were counted in March by Ann, and since then we have looked at each of them again, one after the \
         other, with a list in our hands, so that nobody has to say that it was not done as it should be done.",
        "> [![b](x.svg)](y)\n> There are 836 intrinsic-partial modules",
        "Take the tree of March. There are 836 intrinsic-partial modules.",
        "This page is a snapshot from March.\n\nThere are 836 intrinsic-partial modules.",
        "There are 836 intrinsic-partial modules.\n\n\u{2014} Bob, March 2026",
        "**Counts of March**\n\nSome words.\n\nThere are 836 intrinsic-partial modules.",
        // a sentence beside it that is not understood
        "There are 836 intrinsic-partial modules. That was 900 in March.",
        "There are 836 intrinsic-partial modules. The tests are slow in the evening.",
        "There are 836 intrinsic-partial modules. The check takes 1.5 seconds, see section 4.2.",
        "There are 836 intrinsic-partial modules. The old script is no longer needed.",
        "Before you push, run the checks. There are 836 intrinsic-partial modules.",
        "There are 836 intrinsic-partial modules. They run after the others. Copyright 2026 by all.",
        "There are 836 intrinsic-partial modules. One. Two. Three. That was in March.",
        "There are 836 intrinsic-partial modules. Stubs of 3.14 are excluded.",
        "There are 836 intrinsic-partial modules. It leaves out the stubs.",
        "There are 836 intrinsic-partial modules. The badge shows 836, too.",
        "The aim is simple. There are 836 intrinsic-partial modules.",
        "On wasm things differ. There are 836 intrinsic-partial modules.",
    ] {
        assert_eq!((synced(text).as_str(), wrong(text).len()), (text, 1), "{text}");
    }
    for text in [
        "There are 836 intrinsic-partial modules. The union has 320 top-level names.",
        "There are 836 intrinsic-partial modules. See docs/audit.md for the list.",
        "There are 836 intrinsic-partial modules.\n\nThe list was generated.",
        "There are 836 intrinsic-partial modules.\n\nThat is not hard to see any time, used or more.",
        "> [!NOTE]\n> There are 836 intrinsic-partial modules.",
        "## Getting started\n\nThere are 836 intrinsic-partial modules.",
        "**Counts of March**\n\nNone.\n\n**Counts**\n\nThere are 836 intrinsic-partial modules.",
        "**Counts of March**\n\nNone.\n\n## Status\n\nThere are 836 intrinsic-partial modules.",
        "Last updated: 2026-03-01\n\nThere are 836 intrinsic-partial modules.",
    ] {
        assert!(is_written(text), "{text}: {}", synced(text));
    }
}

#[test]
fn a_caption_a_row_or_a_footnote_of_another_time_leaves_a_table_alone() {
    let table = |caption: &str, row: &str, note: &str| {
        format!("{caption}\n\n| what | count |\n|---|---|\n{row}| intrinsic-partial | 836{note} |\n")
    };
    for text in [
        table("Counts before the merge", "", ""),
        table("", "| Commit | 0e1ce9897 |\n", ""),
        table("", "| As of | spring |\n", ""),
        table("", "", "[^1]") + "\n[^1]: As of March.\n",
        table("", "", "") + "\n*Counts of March.*\n",
        format!("- {PLAIN}\n- Measured: 0e1ce98\n"),
        format!("- Date: 12 Feb\n- {PLAIN}\n"),
        format!("There are {PLAIN}[^note].\n\n[^note]: In March.\n"),
        format!("There are {PLAIN}[^note].\n\n[^note]:\n    In March.\n"),
        "| what | count | share |\n|---|---|---|\n| intrinsic-partial | 836 | 94.7 |\n".to_owned(),
        "| what | count | commit |\n|---|---|---|\n| intrinsic-partial | 836 | 0e1ce98 |\n".to_owned(),
        "| what | count | note |\n|---|---|---|\n| intrinsic-partial | 836 | as of March |\n".to_owned(),
        "| what | count |\n|---|---|\n| intrinsic-partial | 836 |\n| Total | 880 |\n".to_owned(),
        "- intrinsic-partial: 836\n- total: 880\n".to_owned(),
        "| what | count | then |\n|---|---|---|\n| intrinsic-partial | 836 | -12 |\n".to_owned(),
        "| what | count | Total |\n|---|---|---|\n| intrinsic-partial | 836 | 880 |\n".to_owned(),
        format!("There are {PLAIN}[^1].\n\n[^1]: The counts were made by the checker of\n    Ann in March.\n"),
        format!("{} There are {PLAIN}. That was in March.\n", "Words of no weight. ".repeat(900)),
    ] {
        assert_eq!((synced(&text).as_str(), wrong(&text).len()), (text.as_str(), 1), "{text}");
    }
    for text in [
        table("Counts of the tree", "", ""),
        table("", "| Commit | |\n", ""),
        table("", "", "[^2]") + "\n[^1]: As of March.\n\n[^2]: By the checker.\n",
        table("", "", "") + "\n*Counts of the tree.*\n",
        table("", "", "") + "\n## In March\n",
        "| what | count | note |\n|---|---|---|\n| intrinsic-partial | 836 | to convert |\n".to_owned(),
        format!("There are {PLAIN}. More[^note].\n\n[^note]: In March.\n"),
        format!("- Week 3: nothing\n\n## Status\n\n- {PLAIN}\n"),
    ] {
        assert!(is_written(&text), "{text}: {}", synced(&text));
    }
}

#[test]
fn the_head_of_a_record_leaves_all_of_it_alone() {
    for head in [
        "---\ndate: 2026-02-01\n---\n",
        "---\ntitle: x\nstatus: superseded\n---\n",
        "# X\n\n**Date:** 2026-02-01\n",
        "# X\n\n- Status: Archived, see y\n",
        "# X\n\n| Status | Accepted |\n|---|---|\n| a | b |\n",
        "> Commit: 0e1ce9897\n",
        "# X\n\nStatus: \u{274c} superseded\n",
        "# X\n\n```\n## build\n```\n\nStatus: superseded\n",
        "# X\n\nSuperseded by: y\n",
        "# X\n\nThis page is no longer maintained.\n",
    ] {
        let text = format!("{head}\n## Counts\n\nThere are {PLAIN}.\n");
        assert_eq!((synced(&text).as_str(), wrong(&text).len()), (text.as_str(), 1), "{text}");
    }
    for head in [
        "---\ntitle: x\nlast_updated: 2026-02-01\nstatus: living\n---\n",
        "# X\n\nDate:\n",
        "# X\n\n## Y\n\n**Date:** 2026-02-01\n",
        "# X\n\nStatus: active\n",
        "# X\n\nStatus: not archived\n",
        "# X\n\n- Commit: run `git commit`\n",
        "# X\n\n| Date | Passed |\n|---|---|\n| a | b |\n",
        "# X\n\nThe list in the wiki is superseded by this.\n",
        "# X\n\n```\nCommit: 0e1ce9897\n```\n",
    ] {
        let text = format!("{head}\n## Counts\n\nThere are {PLAIN}.\n");
        assert!(is_written(&text), "{text}: {}", synced(&text));
    }
}

#[test]
fn a_list_of_series_of_another_time_is_told_and_left_alone() {
    let series =
        || Fact::new("series", Value::List(["3.12", "3.13", "3.14"].map(str::to_owned).to_vec()), "src", "series");
    let is_left = |text: &str| {
        let (synced, wrong) = with_facts(vec![series()], || (synced(text), wrong(text)));
        let is_same = synced == text;
        assert!(!wrong.is_empty() && (is_same || synced == text.replace("3.13", "3.14")), "{text}: {synced}");
        is_same
    };
    for text in [
        "In 2026-01 the union covers CPython 3.12 through 3.13.",
        "Ann says that the union covers CPython 3.12 through 3.13.",
        "In the demo branch the union covers CPython 3.12 through 3.13.",
        "## Release notes\n\nThe union covers CPython 3.12 through 3.13.",
        "The union covers CPython 3.12 through 3.13. That was in March.",
        "The union covers CPython 3.12 through 3.13. By magic there are 319 top-level names.",
        // half of a sentence does not move
        "The union covers CPython 3.12 through 3.13, which by magic makes 319 top-level names.",
        "The union of CPython 3.12 through 3.13 has exactly 319 names.",
        "`annotationlib` is not in the union of CPython 3.12 through 3.13.",
        "No union of CPython 3.12 through 3.13 is needed.",
        "The union covers CPython 3.12 through 3.13; 3.14 is still missing.",
        "For CPython 3.12 and 3.13, there are 836 intrinsic-partial modules.",
    ] {
        assert!(is_left(text), "{text}");
    }
    for text in
        ["The union covers CPython 3.12 through 3.13.", "Names are enforced against the CPython 3.12-3.13 union."]
    {
        assert!(!is_left(text), "{text}");
    }
    // nor does it where the source is to be taken, if a part of it is not known
    let text = "## Release notes\n\nThe union of CPython 3.12 through 3.13 has by magic 319 top-level names.";
    assert_eq!(with_facts(vec![series()], || super::taken(text)), text);
    // nor does half of a table
    let table = "| metric | value |\n|---|---|\n| Python series | 3.12, 3.13 |\n| Required top-level names | 319 |\n";
    let left =
        with_facts(vec![series()], || (synced(table), synced(&table.replace("| Python series | 3.12, 3.13 |\n", ""))));
    assert_eq!((left.0.as_str(), left.1.contains("320")), (table, true));
}
