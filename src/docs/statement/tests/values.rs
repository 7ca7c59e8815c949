//! Which value a sentence states: one in odd characters, beside a former one, or in a sum.

use super::{synced, with_rules, wrong};
use crate::docs::check::check;

/// How many statements of a document are right.
fn held(document: &str) -> usize {
    with_rules(document, |documents, rules| check(documents, rules).iter().filter(|it| !it.is_wrong()).count())
}

#[test]
fn a_value_in_odd_characters_is_taken_for_what_a_person_sees_or_for_none() {
    // 837 is so; a person sees something else
    for value in [
        "3\u{200b}837",
        "3\u{2060}837",
        "3&shy;837",
        "3&#8203;837",
        "3\u{2009}837",
        "3\u{200a}837",
        "3&thinsp;837",
        "³837",
        "3\u{66c}837",
        "3\\837",
        "3·837",
        "3<sup>837</sup>",
        "3<wbr>837",
        "3`837`",
        "`3`837",
        "٣٨٣٧",
        "３８３７",
        "\u{202e}837",
        "3837 837",
    ] {
        for text in [
            format!("{value} intrinsic-partial modules are left.\n"),
            format!("- intrinsic-partial: {value}\n"),
            format!("<p>intrinsic-partial={value}</p>\n"),
            format!("| Status | Modules |\n|---|---|\n| intrinsic-partial | {value} |\n"),
        ] {
            assert_eq!(held(&text), 0, "{text}");
            assert_eq!(synced(&text), text);
        }
    }
    for value in ["8\u{200b}37", "８３７", "٨٣٧", "𝟖𝟑𝟕", "8&shy;37", "8<b>37</b>", "&#56;37"] {
        let text = format!("{value} intrinsic-partial modules are left.\n");
        assert_eq!(wrong(&text), Vec::<String>::new(), "{text}");
        // wrong, and nothing that a tool writes into
        let text = text.replacen(['7', '７', '٧', '𝟕'], "6", 1);
        assert_eq!(wrong(&text).len(), 1, "{text}");
        assert_eq!(synced(&text), text);
    }
}

#[test]
fn words_are_read_as_they_are_shown() {
    for words in [
        "intrinsic\\-partial",
        "intrinsic&#45;partial",
        "&#x69;ntrinsic\\-partial",
        "intrinsic-par\u{200b}tial",
        "intrinsic-par&shy;tial",
        "intrinsic-par<b>tial</b>",
        "intrinsic-<!-- no word -->partial",
    ] {
        for text in [format!("There are 312 {words} modules.\n"), format!("<p>There are 312 {words} modules.</p>\n")] {
            // in HTML a backslash is one
            if !text.starts_with('<') || !words.contains('\\') {
                assert_eq!(wrong(&text).len(), 1, "{text}");
                assert!(synced(&text).contains(words), "the words stay: {text}");
            }
        }
    }
    // in code an escape is none
    assert_eq!(wrong("There are `312 intrinsic\\-partial` modules.\n"), Vec::<String>::new());
}

#[test]
fn a_value_is_compared_and_not_the_one_that_it_has_replaced() {
    for (text, is_wrong) in [
        ("3 (was 837) intrinsic-partial modules.", true),
        ("`3` (was `837`) `intrinsic-partial` modules.", true),
        ("3, not 837, intrinsic-partial modules.", true),
        ("3, formerly 837, intrinsic-partial modules.", true),
        ("3 instead of 837 intrinsic-partial modules.", true),
        ("3 (previously 837) intrinsic-partial modules.", true),
        ("3 intrinsic-partial modules (previously 837).", true),
        ("3 rather than 837 intrinsic-partial modules.", true),
        ("~~837~~ 3 intrinsic-partial modules.", true),
        ("<del>837</del> 3 intrinsic-partial modules.", true),
        ("intrinsic-partial: 3 (was 837)", true),
        ("intrinsic-partial is 3, not 837.", true),
        ("intrinsic-partial = 3, down from 837", true),
        ("Not 837 but 3 intrinsic-partial modules.", true),
        ("Instead of 837, 3 modules are intrinsic-partial.", true),
        ("- 41 (was 40) intrinsic-backed / 3 (was 837) intrinsic-partial", true),
        ("837 (was 3) intrinsic-partial modules.", false),
        ("837, not 3, intrinsic-partial modules.", false),
        ("837 instead of 3 intrinsic-partial modules.", false),
        ("837 intrinsic-partial modules (previously 3).", false),
        ("~~3~~ 837 intrinsic-partial modules.", false),
        ("intrinsic-partial is 837, not 3.", false),
        ("intrinsic-partial: 837 (872 before the split)", false),
        ("Not 3 but 837 intrinsic-partial modules.", false),
        ("- 41 (was 40) intrinsic-backed / 837 (was 838) intrinsic-partial", false),
    ] {
        assert_eq!(wrong(text).len(), usize::from(is_wrong), "{text} {:?}", wrong(text));
        assert_eq!(synced(text), text);
    }
}

#[test]
fn a_part_of_a_sum_or_of_a_range_states_nothing() {
    for count in
        ["twice 3", "half of 3", "all but 3", "3 × 3", "3 plus 3", "2 or 3", "2 – 3", "between 2 and 3", "837 + 3"]
    {
        let text = format!("There are {count} intrinsic-partial modules.");
        assert_eq!(wrong(&text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(wrong("There are 3 intrinsic-partial modules.").len(), 1);
}
