//! A refresh and the documents: what it makes untrue is rewritten in the same changeset, or stops it before anything is
//! written; what was wrong before is left alone and said.

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox};

const REFRESH: [&str; 8] = ["refresh", "3.14", "--mirror", "../mirror", "--sign-off", "me", "--reason", "more"];
const GUIDE: &str = "docs/guide.md";

/// A workspace, and a release that brings one name.
fn sandbox(bindings: &str, guide: &str) -> Sandbox {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.99").with("json.newer", ModuleKind::Module);
    box_.publish("3.14.99", "tgz", &release.tgz());
    box_.write("docs/bindings.toml", bindings);
    box_.write(GUIDE, guide);
    box_
}

fn submodules(box_: &Sandbox) -> i64 {
    let said = box_.sync(&["docs", "facts", "union.submodules", "--format", "json"]).succeeds();
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    value["facts"][0]["value"].as_i64().unwrap()
}

const BINDING: &str = "[[bind]]\ndoc = \"docs/guide.md\"\nphrase = \"has {union.submodules} parts\"\n";

#[test]
fn a_statement_that_a_release_makes_untrue_is_rewritten_with_it() {
    let box_ = sandbox(BINDING, "");
    let before = submodules(&box_);
    box_.write(GUIDE, format!("# Guide\r\n\r\nThe library\r\nhas **{before}** parts,\ttoday"));
    box_.sync(&["docs", "check"]).succeeds();
    let report = box_.sync(&REFRESH).succeeds();
    assert!(report.out.contains("docs/guide.md"), "{}", report.out);
    let text = box_.read(GUIDE);
    assert_eq!(text, format!("# Guide\r\n\r\nThe library\r\nhas **{}** parts,\ttoday", before + 1));
    box_.sync(&["docs", "check"]).succeeds();
    let seen = box_.snapshot();
    box_.sync(&REFRESH).succeeds().says("no byte was changed");
    assert!(seen == box_.snapshot());
}

#[test]
fn the_other_numbers_of_what_is_rewritten_are_a_persons() {
    let box_ = sandbox(BINDING, "");
    let before = submodules(&box_);
    let row = |name: &str| format!("| {name} | {before} |\n");
    let guide = [
        format!("The library has {before} parts, and {before} pages, in version 3.{before}.\n"),
        format!("The other sentence has {before} of them.\n"),
        format!("| what | count |\n|---|---|\n| it has {before} parts | now |\n{}", row("sum")),
        format!("| other | count |\n|---|---|\n{}", row("sum")),
        format!("- it has {before} parts\n- the sum is {before}, and was {before} before\n- 12 of them\n"),
    ];
    box_.write(GUIDE, guide.join("\n"));
    let told = box_.sync(&REFRESH).succeeds().out;
    let said = |line: usize| {
        let words = format!("docs/guide.md:{line}: {before} stands beside a value that was written, and union.");
        told.matches(&words).count()
    };
    assert_eq!([1, 3, 7, 8, 12, 14, 15, 16].map(said), [1, 0, 0, 1, 0, 0, 1, 0], "{told}");
    assert!(told.contains(&format!("and union.submodules is {} now", before + 1)), "{told}");
    // what is told stays as it is
    let text = box_.read(GUIDE);
    assert!(text.contains(&format!("has {} parts, and {before} pages", before + 1)), "{text}");
}

#[test]
fn the_sum_of_what_is_rewritten_is_a_persons() {
    let box_ = sandbox(BINDING, "");
    let before = submodules(&box_);
    let partial = box_.sync(&["docs", "facts", "stdlib.intrinsic-partial"]).out;
    let partial: i64 = partial.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    let sum = before + partial;
    box_.write(
        GUIDE,
        format!(
            "There are {partial} intrinsic-partial modules, the library has {before} parts, {sum} in all.\n\nElsewhere {sum}.\n"
        ),
    );
    let told = box_.sync(&REFRESH).succeeds().out;
    let words = format!(
        "docs/guide.md:1: {sum} stands beside a value that was written, and was the sum of {partial} and {before}"
    );
    assert!(told.contains(&words) && !told.contains("docs/guide.md:3"), "{words}: {told}");
}

#[test]
fn a_statement_that_only_a_person_can_change_stops_the_refresh() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("docs/bindings.toml", "[[bind]]\ndoc = \"docs/guide.md\"\nphrase = \"in step with {series} here\"\n");
    // a list with a remark in it is a person's
    box_.write(GUIDE, "# Guide\n\nWe are in step with `3.13` (the old one) here.\n");
    box_.sync(&["docs", "check"]).succeeds();
    box_.publish("3.14.99", "tgz", &Release::based_on("3.14", "3.14.99").tgz());
    box_.refuses(&REFRESH, 3, &["docs/guide.md:3", "only a person can change"]);
}

#[test]
fn an_unbound_sentence_that_only_a_person_can_change_is_listed() {
    let box_ = sandbox("", "");
    let before = submodules(&box_);
    let text = format!("The union has at most {before} submodules.\n");
    box_.write(GUIDE, &text);
    box_.sync(&["docs", "check"]).succeeds();
    box_.sync(&REFRESH).succeeds().says("docs/guide.md:1: ");
    assert_eq!(box_.read(GUIDE), text);
    assert_eq!(box_.sync(&["docs", "check"]).code, 3);
}

#[test]
fn what_was_wrong_before_does_not_stop_a_refresh_and_stays() {
    let box_ = sandbox(BINDING, "The library has 7 parts.\n");
    box_.sync(&REFRESH).succeeds().says("documents were wrong in 1 place before");
    assert_eq!(box_.read(GUIDE), "The library has 7 parts.\n");
}

#[test]
fn a_new_series_is_written_into_lists_of_versions() {
    let box_ = Sandbox::with_series("3.13");
    box_.write(GUIDE, "For the currently 3.13 union. When 3.12/3.13 diverge, say so.\n");
    box_.write("docs/bindings.toml", "[[bind]]\ndoc = \"docs/guide.md\"\nphrase = \"the currently {series} union\"\n");
    let release = Release::based_on("3.14", "3.14.99");
    box_.publish("3.14.99", "tgz", &release.tgz());
    box_.sync(&REFRESH).succeeds();
    // the second list was wrong before
    assert_eq!(box_.read(GUIDE), "For the currently 3.13/3.14 union. When 3.12/3.13 diverge, say so.\n");
}
