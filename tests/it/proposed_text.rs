//! What a proposed change says to its reader, and to whoever reads the record afterwards: text alone, in a record that can be read, with a
//! message about that release, and nothing that a forge would put into what other people write.

#![cfg(unix)]

use std::{fs, path::PathBuf};

use crate::{
    proposals::Proposal,
    support::workflow::{git_at, git_in},
};

const RECORD: &str = "baselines/3.13.json";
const PLAN: &str = "docs/plan.md";

/// A change, and a clone in which it is made, for further ones.
fn proposed(more: &[(&str, &[u8])]) -> (Proposal, PathBuf) {
    let it = Proposal::of(|box_| more.iter().for_each(|(path, bytes)| box_.write(path, bytes)));
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    (it, place)
}

/// Makes the change one that has this file besides.
fn with(it: &Proposal, path: &str, bytes: &[u8]) {
    let place = it.box_.root().join("other");
    let before = fs::read(place.join(path)).ok();
    fs::write(place.join(path), bytes).unwrap();
    git_in(&place, &["add", "--intent-to-add", "."]);
    fs::write(it.artefact("patch"), git_at(&place, &["diff", "--text", "HEAD"]).stdout).unwrap();
    match before {
        Some(before) => fs::write(place.join(path), before).unwrap(),
        None => fs::remove_file(place.join(path)).unwrap(),
    }
}

#[test]
fn what_is_no_text_is_not_proposed_and_what_was_none_may_stay() {
    let latin = b"caf\xe9\n";
    let (it, _) = proposed(&[
        ("docs/old.md", latin),
        ("docs/zero.md", b"a\0b\n"),
        ("docs/family.md", "A family: \u{1f468}\u{200d}\u{1f469}.\n".as_bytes()),
    ]);
    let stub = "src/molt/stdlib/made.py";
    for (path, bytes) in [
        (PLAN, &b"A plan.\0\nRun this.\n"[..]),
        (PLAN, b"A plan.\nRun \x1b[2Jthis.\n"),
        (PLAN, b"A plan \xff.\n"),
        (PLAN, "A \u{202e}nalp.\n".as_bytes()),
        (PLAN, "A \u{2066}plan.\n".as_bytes()),
        (PLAN, "A \u{9b}2Jplan.\n".as_bytes()),
        (PLAN, "A plan.\u{e0041}\u{e0042}\n".as_bytes()),
        (PLAN, "A \u{200b}plan.\n".as_bytes()),
        (PLAN, b"A plan.\rRun this.\n"),
        (stub, b"# a comment\rprint('run')\n"),
        ("docs/family.md", "A family: \u{1f468}\u{200d}\u{1f469}, and \u{200d}more.\n".as_bytes()),
        ("docs/old.md", b"caf\xe9\0\n"),
        (stub, b"x = 1\0\n"),
        (stub, b"x = '\xff'\n"),
        // UTF-8 of old went on beyond Unicode
        (PLAN, b"A plan \xf5\x80\x80\x80.\n"),
        (PLAN, b"A plan \xf4\x90\x80\x80.\n"),
        (PLAN, b"A plan \xed\xa0\x80.\n"),
    ] {
        with(&it, path, bytes);
        it.ends_with(4, "would have characters that its reader does not see");
        assert!(!it.forge.has("molt-sync/3.13"), "{path} {bytes:?}");
    }
    with(&it, "docs/family.md", "More of a family: \u{1f468}\u{200d}\u{1f469}.\n".as_bytes());
    it.ends_with(0, "");
    with(&it, "docs/old.md", b"caf\xe9, more\n");
    it.ends_with(0, "");
    with(&it, "docs/zero.md", b"a\0b, more\n");
    it.ends_with(0, "");
    with(&it, PLAN, "A plan,\tin \u{e4}ll l\u{f6}ters \u{1f680}.\r\n\x0c\n".as_bytes());
    it.ends_with(0, "");
}

/// A text of a record with its own digest, so that nothing but what was changed in it is wrong.
fn sealed(text: &str) -> String {
    let Some((body, rest)) = text.rsplit_once(",\n  \"digest\": \"") else { return text.to_owned() };
    let digest = molt_sync::base::Sha256::of(format!("{body}\n}}\n").as_bytes());
    format!("{body},\n  \"digest\": \"{digest}{}", &rest[64..])
}

#[test]
fn a_record_is_as_a_refresh_writes_it() {
    let (it, place) = proposed(&[]);
    let good = fs::read_to_string(place.join(RECORD)).unwrap();
    let series = "  \"series\": \"3.13\",\n";
    let json = good.lines().find(|it| it.starts_with("    \"json\": {")).unwrap();
    let digest = good.lines().find(|it| it.starts_with("  \"digest\"")).unwrap();
    assert!(good.contains(series) && digest.len() > 70);
    let swap = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    for (what, text) in [
        ("cut off", "{\n  \"release\": \"3.13.77\",\n".to_owned()),
        ("without its end", good.trim_end().strip_suffix('}').unwrap().to_owned()),
        ("another series", swap(series, "  \"series\": \"3.14\",\n")),
        ("another schema", swap("\"schema\": 1", "\"schema\": 9")),
        ("a key twice", swap(series, &series.repeat(2))),
        ("an unknown key", swap(series, &format!("{series}  \"more\": 1,\n"))),
        ("an unknown kind", swap(json, &json.replace("\"kind\":\"", "\"kind\":\"un"))),
        ("a module that is none", swap(json, &json.replace("json", "js-on"))),
        ("a module without its top", swap(json, &json.replace("\"json\"", "\"jason\""))),
        ("a module twice", swap(json, &format!("{json}\n{json}"))),
        ("no comma", swap(json, json.trim_end_matches(','))),
        ("a comma too many", swap(json, &format!("{json},"))),
        ("another digest", swap(digest, &digest.replace(": \"", ": \"0").replace("\",", ","))),
        ("a digest of something else", swap("Lib/json/__init__.py", "Lib/json/__init_.py")),
        ("without a digest", swap(&format!(",\n{digest}"), "")),
        ("a source that is none", swap("\"source\": \"", "\"source\": \"a-")),
        ("more behind its end", format!("{good}{{}}\n")),
    ] {
        assert_ne!(text, good, "{what}");
        let keeps_digest = ["another digest", "a digest of something else", "without a digest"].contains(&what);
        with(&it, RECORD, if keeps_digest { text } else { sealed(&text) }.as_bytes());
        it.ends_with(4, "refused: the record of 3.13 ");
        assert!(!it.forge.has("molt-sync/3.13"), "{what}");
    }
    with(&it, RECORD, good.as_bytes());
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn a_module_goes_with_its_name_alone() {
    let it = Proposal::of(|box_| {
        box_.write("src/molt/stdlib/made.py", "x = 1\n");
        box_.write("src/molt/stdlib/kept/__init__.py", "x = 1\n");
    });
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    let json = "src/molt/stdlib/json/__init__.py";
    let proposed = |it: &Proposal| fs::write(it.artefact("patch"), git_at(&place, &["diff", "HEAD"]).stdout).unwrap();
    let old = fs::read(place.join(json)).unwrap();
    fs::remove_file(place.join(json)).unwrap();
    proposed(&it);
    it.ends_with(4, "would go, and a record has it");
    assert!(!it.forge.has("molt-sync/3.13"));
    fs::write(place.join(json), old).unwrap();
    // a person's own, of which no record knows
    for path in ["src/molt/stdlib/made.py", "src/molt/stdlib/kept/__init__.py"] {
        let old = fs::read(place.join(path)).unwrap();
        fs::remove_file(place.join(path)).unwrap();
        proposed(&it);
        it.ends_with(4, "or none had it");
        fs::write(place.join(path), old).unwrap();
    }
    // one that the release has no more
    it.change_is("3.13.78");
    assert!(fs::read_to_string(it.artefact("patch")).unwrap().contains("deleted file mode"));
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn what_a_release_stands_on_is_said_by_the_record() {
    let it = Proposal::of(|_| ());
    let said = |words: &str| {
        fs::write(it.artefact("message"), format!("Refresh\n\nNews.\n\nCPython-Release: 3.13.77\n{words}\n")).unwrap();
        it.ends_with(0, "");
        let said = git_in(&it.forge.dir.join("origin"), &["log", "-1", "--format=%(trailers)", "molt-sync/3.13"]);
        git_in(&it.forge.dir.join("origin"), &["branch", "-qD", "molt-sync/3.13"]);
        said
    };
    for words in
        ["Verified-By: lock, reviewed by A. Tester", "Verified-By: A Maintainer, by hand", " verified-by: sigstore"]
    {
        let said = said(words);
        assert!(said.contains("Verified-By: reviewed\n") && !said.contains("Maintainer"), "{said}");
    }
}

#[test]
fn what_grows_beyond_any_refresh_is_refused() {
    let (it, place) = proposed(&[("docs/long.md", "A line of a long document.\n".repeat(20_000).as_bytes())]);
    let long = fs::read_to_string(place.join("docs/long.md")).unwrap();
    for (path, text, words) in [
        (PLAN, "*".repeat(300_000), "too large"),
        ("docs/long.md", long.clone() + &"*".repeat(300_000), "too large"),
        ("src/molt/stdlib/made.py", "x = 1 # ".to_owned() + &"*".repeat(300_000), "too large"),
        (PLAN, "\n".repeat(50_000), "too many lines"),
    ] {
        with(&it, path, text.as_bytes());
        it.ends_with(4, words);
        assert!(!it.forge.has("molt-sync/3.13"), "{path}");
    }
    with(&it, "docs/long.md", (long + "One more.\n").as_bytes());
    it.ends_with(0, "");
}

#[test]
fn a_record_keeps_the_ends_of_its_lines() {
    let it = Proposal::of(|box_| box_.write(RECORD, box_.read(RECORD).replace('\n', "\r\n")));
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    assert!(patch.contains("\"release\": \"3.13.77\",\r\n"), "{patch}");
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn a_message_names_no_other_release_archive_or_digest() {
    let it = Proposal::of(|_| ());
    let lock = fs::read_to_string(it.box_.ws("baselines/releases.lock.toml")).unwrap();
    let key = |key: &str| {
        let (_, rest) = lock.split_once("version = \"3.13.77\"").unwrap();
        rest.split_once(&format!("{key} = \"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let (artifact, sha256) = (key("artifact"), key("sha256"));
    let good = format!(
        "CPython-Release: 3.13.77\nCPython-Artifact: {artifact}\nCPython-SHA256: {sha256}\nGenerated-By: molt-sync\n"
    );
    for more in [
        "CPython-Release: 3.13.9",
        "CPython-Release: 3.14.9",
        "CPython-Release: 3.13.77 ",
        "CPython-Release : 3.13.9",
        " cpython-release: 3.13.9",
        "CPython_Release: 3.13.9",
        "CPython-Release:3.13.9",
        "CPython-Artifact: Python-3.13.9.tgz",
        "CPython-SHA256: 0000",
    ] {
        fs::write(it.artefact("message"), format!("Refresh\n\nIt changes.\n\n{good}{more}\n")).unwrap();
        it.ends_with(4, "the message is about another release than the record, which is of 3.13.77");
        assert!(!it.forge.has("molt-sync/3.13"), "{more}");
    }
    // a line that begins with a blank would go on with the one before
    let continued = good.replace("3.13.77\n", "3.13.77\n .9 instead\n");
    fs::write(it.artefact("message"), format!("Refresh\n\nCPython: news.\n\n{continued}")).unwrap();
    it.ends_with(0, "");
    let said = git_in(&it.forge.dir.join("origin"), &["log", "-1", "--format=%(trailers:unfold)", "molt-sync/3.13"]);
    assert!(!said.contains("3.13.77 "), "{said}");
    fs::write(it.artefact("message"), format!("Refresh\n\nCPython: news.\n\n{good}")).unwrap();
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn what_a_forge_puts_into_what_people_write_is_no_document() {
    let templates = [
        "docs/pull_request_template.md",
        "docs/PULL_REQUEST_TEMPLATE/fix.md",
        "PULL_REQUEST_TEMPLATE.md",
        "docs/Issue_Template.md",
        "ISSUE_TEMPLATE.md",
        "docs/merge_request_templates/a.md",
    ];
    let all = templates.map(|it| (it, &b"Say what it does.\n"[..]));
    let (it, _) = proposed(&all);
    for path in templates {
        with(&it, path, b"Say what it does.\nCloses everything.\n");
        it.ends_with(4, "refused: ");
        assert!(!it.forge.has("molt-sync/3.13"), "{path}");
    }
    with(&it, PLAN, b"A plan for the template of a pull request.\n");
    it.ends_with(0, "");
}
