//! What `gates --base --new-only` does not excuse: an input that was wrong at the base and says something else that is wrong now.

use crate::support::{
    Sandbox,
    papers::{commit, git_on},
    tree::{ATTESTATION, DOCUMENT, UNION, mini},
};

const DAY: &str = "2026-01-10";
const RECORD: &str = "baselines/3.14.json";
const CHECK: [&str; 4] = ["gates", "--base", "main", "--new-only"];

/// Something that is done to a text.
type Change = fn(&str) -> String;

fn edit(box_: &Sandbox, path: &str, change: impl Fn(&str) -> String) {
    let (old, new) = (box_.read(path), change(&box_.read(path)));
    assert!(old != new, "{path} stays as it is");
    box_.write(path, new);
}

/// The tree as the base, with a branch that is the same so far, whose gate fails.
fn branch(box_: Sandbox, gate: &str) -> Sandbox {
    commit(&box_, DAY, "Start");
    git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
    let ended = box_.sync(&CHECK[..3]);
    assert!(ended.code == 1 && ended.out.contains(gate), "{}{}", ended.out, ended.err);
    box_.sync(&CHECK).succeeds();
    box_
}

fn without_lists(text: &str) -> String {
    text.lines().filter(|it| !it.starts_with("- `")).map(|it| format!("{it}\n")).collect()
}

#[test]
fn an_audit_document_that_is_out_of_date_may_not_say_less_or_something_else_that_is_wrong() {
    let rows: [(&str, Change, bool); 6] = [
        ("a person's words", |it| format!("{it}\n## Notes\n\nMore words.\n"), false),
        ("it is brought in step", |it| it.replacen("25", "26", 1), false),
        ("its lists go", without_lists, true),
        ("it is emptied", |_| String::new(), true),
        ("the same number is wrong otherwise", |it| it.replacen("25", "1", 1), true),
        ("it has nothing that is generated", |_| "# Audit\n\nWords.\n".into(), true),
    ];
    for (name, change, is_new) in rows {
        let box_ = Sandbox::of(&mini());
        edit(&box_, DOCUMENT, |it| it.replacen("26", "25", 1));
        let box_ = branch(box_, "audit-document-current");
        edit(&box_, DOCUMENT, change);
        let ended = box_.sync(&CHECK);
        assert_eq!(ended.code, i32::from(is_new), "{name}: {}{}", ended.out, ended.err);
        assert_eq!(ended.out.contains("audit-document-current"), is_new, "{name}: {}", ended.out);
    }
    // one that cannot be brought in step is old as it was, and as nothing else
    let box_ = Sandbox::of(&mini());
    edit(&box_, DOCUMENT, |it| it.replacen("## ", "### ", 1));
    let box_ = branch(box_, "audit-document-current");
    edit(&box_, DOCUMENT, without_lists);
    assert_eq!(box_.sync(&CHECK).code, 1);
}

#[test]
fn a_record_that_vouches_for_nothing_may_not_be_falsified_further() {
    let name = "    \"zipapp\",\n";
    let without = |text: &str| {
        let lines = text.lines().filter(|it| !it.contains("\"zipapp\""));
        lines.map(|it| format!("{it}\n")).collect::<String>()
    };
    let damages: [(&str, Change); 3] = [
        ("its digest is that of other facts", |it| {
            it.replacen("\"xdrlib\"", "\"xdrlip\"", 1).replacen("\"abc\"", "\"abd\"", 1)
        }),
        ("it has no digest", |it| it.split_once(",\n  \"digest\"").unwrap().0.to_owned() + "\n}\n"),
        ("it cannot be read", |it| it.replacen("\"schema\": 1", "\"schema\": \"1", 1)),
    ];
    for (damage, change) in damages {
        let box_ = Sandbox::with_series("3.14");
        edit(&box_, RECORD, change);
        let box_ = branch(box_, "recorded-union");
        edit(&box_, RECORD, without);
        edit(&box_, UNION, |text| text.replace(name, ""));
        let ended = box_.sync(&CHECK);
        assert!(ended.code == 1 && ended.out.contains(RECORD), "{damage}: {}{}", ended.out, ended.err);
        assert!(ended.out.contains("[new]"), "{damage}: {}", ended.out);
    }
}

#[test]
fn a_file_of_which_nothing_is_judged_is_old_only_as_it_was() {
    let box_ = Sandbox::of(&mini());
    edit(&box_, ATTESTATION, |it| format!("{it}\ndef (\n"));
    let box_ = branch(box_, ATTESTATION);
    edit(&box_, ATTESTATION, |it| it.replacen("molt_", "molt_other_", 1) + "# words\n");
    let ended = box_.sync(&CHECK);
    assert!(ended.code == 1 && ended.out.contains("attestation-file"), "{}{}", ended.out, ended.err);
}
