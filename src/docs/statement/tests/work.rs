//! A long sentence takes as much work for each of its values as a short one. The work is counted, not timed.

use super::with_rules;
use crate::docs::{check::check, flow::READ, text::raw::WORK};

/// How much is done for a document: words that are compared, and bytes that are read for the whole of a block.
fn work(text: &str) -> (u64, u64) {
    // each thread counts for itself
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    alone.install(|| {
        WORK.set(0);
        READ.set(0);
        with_rules(text, |documents, rules| check(documents, rules).len());
        (WORK.take(), READ.take())
    })
}

#[test]
fn many_values_in_one_sentence_are_as_cheap_as_few() {
    for (before, value, after) in [
        ("", "intrinsic-partial=872, ", "."),
        ("", "872 intrinsic-partial modules, ", "."),
        ("- ", "`probe-only: 7`, ", ""),
        ("| a | b |\n|---|---|\n| intrinsic-partial modules | ", "intrinsic-backed is 40 and ", " |\n"),
        ("{", "\"stdlib.intrinsic-partial\": 870, ", "}"),
        ("Of all, ", "`intrinsic-partial` and ", "`probe-only` are 7."),
        ("Of all, ", "no probe-only modules and ", "7 python-only ones."),
        ("Of all, ", "7 partial / 8 backed / and so on it goes, ", "here."),
        ("The ", "coverage is complete and ", "so on for the stdlib."),
        ("The stdlib ", "coverage is complete by name and ", "so on."),
        ("Of intrinsic-partial, ", "stdlib ", "names"),
        ("`json` is ", "intrinsic-partial and so is `re` and ", "others"),
        ("strict roots: ", "`strict` `roots`, ", "`x`"),
        ("", "on 2026-02-12 there were 872 intrinsic-partial modules, ", ""),
        ("", "The core-lane gate is green and ", ""),
        ("", "3 (was 872) intrinsic-partial modules, ", ""),
        ("", "instead of 3, ", "4 intrinsic-partial modules"),
        ("", "twice 3 intrinsic-partial modules, ", ""),
        ("", "There are 836 intrinsic-partial modules, all of them. ", ""),
        ("", "836 intrinsic-partial modules which is the budget and ", "so on."),
    ] {
        let of = |count: usize| work(&format!("{before}{}{after}\n", value.repeat(count)));
        // a value is judged by some hundred words on either side, so that a few of them say nothing of many
        let (few, many) = (of(300), of(1500));
        for (few, many) in [(few.0, many.0), (few.1, many.1)] {
            assert!(many <= 8 * few + 10_000, "{value}: {few} for 300 and {many} for 1500");
        }
    }
}

#[test]
fn many_blocks_below_a_long_heading_are_as_cheap_as_below_a_short_one() {
    let of = |count: usize| {
        let heading = "intrinsic-partial ".repeat(count);
        work(&format!("## {heading}\n\n{}", "- intrinsic-partial=872\n".repeat(count))).1
    };
    let (few, many) = (of(200), of(2000));
    assert!(many <= 20 * few, "{few} for 200 and {many} for 2000");
}
