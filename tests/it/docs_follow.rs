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
