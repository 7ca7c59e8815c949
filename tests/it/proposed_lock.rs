//! What a proposed change says in the lock: the job that may push lets through what is about its own series alone, however the rest is
//! spelt. The lock is compared by lines, so that nothing may make one line look like another.

#![cfg(unix)]

use std::fs;

use crate::{
    proposals::Proposal,
    support::workflow::{git_at, git_in},
};

const LOCK: &str = "baselines/releases.lock.toml";

/// Recorded before: an entry of another series and a signer, as a person writes them.
const OTHERS: &str = r#"
[[release]]
version = "3.12.9" # agreed on the call
artifact = "Python-3.12.9.tgz"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
verified_by = "reviewed"
reviewed_by = 'A "quick" Person'

[[signer]]
series = "3.12"
identity = "a@example.org"
issuer = "https://example.org"
reviewed_by = "B Person"
reason = """
[the old one left]
# for good"""

[last_refresh."3.11"]
added = []
changed = []
order = 1
release = "3.11.2"
removed = []
retired = []
stubs = []
series = "3.11"
"#;

/// The repository behind a change that is fine, and the lock that it makes.
fn proposed() -> (Proposal, String) {
    proposed_on("")
}

/// The same where the lock says more before.
fn proposed_on(more: &str) -> (Proposal, String) {
    let it = Proposal::of(|box_| {
        let old = fs::read_to_string(box_.ws(LOCK)).unwrap_or_else(|_| "schema = 1\n".into());
        box_.write(LOCK, format!("{old}{OTHERS}{more}"));
    });
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    let lock = fs::read_to_string(place.join(LOCK)).unwrap();
    (it, lock)
}

/// Makes the change the one with this lock.
fn with_lock(it: &Proposal, lock: &str) {
    let place = it.box_.root().join("other");
    fs::write(place.join(LOCK), lock).unwrap();
    fs::write(it.artefact("patch"), git_at(&place, &["diff", "HEAD"]).stdout).unwrap();
}

#[test]
fn no_spelling_hides_what_the_lock_says_of_others() {
    let (it, lock) = proposed();
    let own = r#"version = "3.13.77""#;
    let release = "\n[[release]]\nversion = '3.12.10'\nartifact = \"Python-3.12.10.tgz\"\nverified_by = \"reviewed\"\n";
    let signer = "\n[[signer]]\nseries = '3.12'\nidentity = \"eve@example.org\"\n";
    let swallowed = |from: &str, to: &str| {
        let (head, rest) = lock.split_once("schema = 1\n").unwrap();
        format!("{head}schema = 1\n\n{from}{rest}{to}")
    };
    for (what, text) in [
        ("a text of several lines", format!("{lock}{signer}reason = '''\n{own}\n'''\n")),
        ("the other text of several lines", format!("{lock}{signer}reason = \"\"\"\n{own}\n\"\"\"\n")),
        ("an entry with such a text", format!("{lock}{release}reviewed_by = '''A\n{own}\n'''\n")),
        ("a list of several lines", format!("{lock}{release}checked = [\n{own}\n]\n")),
        ("a table of several lines", format!("{lock}{release}more = {{\n{own}\n}}\n")),
        ("a signer with a version", format!("{lock}{signer}{own}\n")),
        ("a table of another name", format!("{lock}\n[[more]]\n{own}\n")),
        ("an end of line that is none", format!("{lock}{release}reviewed_by = \"A\"\r{own}\n")),
        (
            "an own entry that swallows the rest",
            swallowed(
                &format!("[[release]]\n{own}\nreviewed_by = '''\n"),
                &format!("\n[[release]]\n{own}\nreviewed_by = '''x'''\n"),
            ),
        ),
        ("a series that swallows the rest", swallowed("[last_refresh.\"3.13\"]\nseries = '''\n", "#'''\n")),
        (
            "a comment that swallows the rest",
            swallowed(&format!("[[release]]\n{own}\nreviewed_by = \"\"\"\n"), "# \"\"\"\n"),
        ),
        ("a number that stands for nothing", swallowed("0\n", "")),
        ("another one", swallowed("-0\n", "")),
        ("a third one", swallowed("0e5\n", "")),
        ("a table of a heading alone", format!("{lock}\n[[signer]]\n")),
        ("another schema", lock.replace("\n[[signer]]", "\nschema = 1\n[[signer]]")),
        ("the series of another table", lock.replace("series = \"3.11\"", "series = \"3.12\"")),
        ("the series of another table, taken out", lock.replace("series = \"3.11\"\n", "")),
        ("a text that ends sooner", lock.replace("# for good", "# for\"\"\"\n#")),
        ("another order", {
            let (head, signer) = lock.split_once("[[signer]]").unwrap();
            let (signer, rest) = signer.split_once("# for good\"\"\"\n").unwrap();
            format!("{}\n[[signer]]{signer}# for good\"\"\"\n{}{rest}", &head[..11], &head[11..])
        }),
    ] {
        assert_ne!(text, lock, "{what}");
        with_lock(&it, &text);
        it.ends_with(4, "refused: the lock ");
        assert!(!it.forge.has("molt-sync/3.13"), "{what}");
    }
}

/// One more entry of the release, as a refresh writes it.
fn own(verified: &str, more: &str) -> String {
    let sha256 = "a".repeat(64);
    format!(
        "\n[[release]]\nversion = \"3.13.77\"\nartifact = \"Python-3.13.77.tar.xz\"\nsha256 = \"{sha256}\"\nverified_by = \"{verified}\"\n{more}"
    )
}

#[test]
fn what_a_person_writes_into_an_own_entry_is_no_hindrance() {
    let (it, lock) = proposed();
    let more =
        "size = 7 # read by two\nchecked = [ # a\n  \"sha256\", # b\n  'pinned'\n] # c\n# d\nidentity = 'A \"B\" C'\n";
    with_lock(&it, &format!("{lock}{}", own("sigstore", more)));
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn a_reviewer_may_have_quotes_of_both_kinds() {
    for name in ["Pat O'Brien (\"Bob\")", "\"\"x\" y'", "DOM\\o'brien", "it's a\"\"\"b", "Pat O'Brien \"Bob\""] {
        let it = Proposal::of(|box_| {
            let digest = "c".repeat(64);
            let add =
                ["trust", "add", "3.13.77", "--artifact", "Python-3.13.77.tar.xz", "--sha256", &digest, "--by", name];
            box_.sync(&add).succeeds();
            let lock = box_.read(LOCK);
            assert!(lock.contains("\"\"\"") || lock.contains("= \'\'\'"), "{lock}");
        });
        it.ends_with(0, "");
        assert!(it.forge.has("molt-sync/3.13"), "{name}");
    }
}

#[test]
fn refreshes_are_counted_one_by_one() {
    let (it, lock) = proposed();
    let at = lock.find("[last_refresh.\"3.13\"]").unwrap();
    let counted = |number: &str| {
        let order = lock[at..].lines().find(|it| it.starts_with("order = ")).unwrap();
        format!("{}{}", &lock[..at], lock[at..].replacen(order, &format!("order = {number}"), 1))
    };
    for number in ["999999", "9999999", "3"] {
        with_lock(&it, &counted(number));
        it.ends_with(4, "would count refreshes that were not");
        assert!(!it.forge.has("molt-sync/3.13"), "{number}");
    }
    with_lock(&it, &counted("2"));
    it.ends_with(0, "");
    // one that counts to many already goes on
    let (it, lock) = proposed_on(&format!(
        "\n[last_refresh.\"3.10\"]\n{}",
        WHOLE.replace("SERIES", "3.10").replace("= 9", "= 999999")
    ));
    assert!(lock.contains("order = 1000000"), "{lock}");
    it.ends_with(0, "");
}

#[test]
fn nothing_is_reviewed_by_a_change_and_an_own_entry_can_be_read() {
    let (it, lock) = proposed();
    let last = "[last_refresh.\"3.13\"]";
    assert!(lock.contains(last), "{lock}");
    let with = |verified: &str, more: &str| format!("{lock}{}", own(verified, more));
    for (what, text) in [
        ("a review", with("sigstore", "reviewed_by = \"Alice\"\n")),
        ("a reviewed digest", with("reviewed", "")),
        ("a reviewed digest in other quotes", with("pinned", "").replace("\"pinned\"", "'reviewed'")),
        (
            "a later release",
            with("pinned", "")
                .replace("3.13.77.tar", "3.13.78.tar")
                .replace("\"3.13.77\"\nartifact = \"Python-3.13.78", "\"3.13.78\"\nartifact = \"Python-3.13.78"),
        ),
        ("an unknown key", with("pinned", "x = 1\n")),
        ("a double key", with("pinned", "artifact = \"x\"\n")),
        ("a text for a number", with("pinned", "size = \"big\"\n")),
        ("a number without an end", with("pinned", "size = 99999999999999999999\n")),
        ("an unknown ground", with("magic", "")),
        ("an unknown word", with("pinned", "checked = [\"magic\"]\n")),
        ("a short digest", with("pinned", "names_sha256 = \"ab\"\n")),
        ("an escape that is none", with("pinned", "identity = \"\\q\"\n")),
        ("two tables", format!("{lock}\n{last}\nadded = []\n")),
        (
            "a table twice, in other quotes",
            format!("{lock}\n[ last_refresh.'3.13' ]\n{}", WHOLE.replace("SERIES", "3.13")),
        ),
        ("a key twice, in quotes", with("pinned", "\"artifact\" = \"x\"\n")),
        ("a review under a key in quotes", with("sigstore", "'reviewed_by' = \"Alice\"\n")),
        ("a table of another series in other quotes", lock.replace("[last_refresh.\"3.11\"]", "[last_refresh.'3.11']")),
        ("a table of another series", lock.replace(last, &format!("{last}\nseries = \"3.12\" # x"))),
        ("a table with an unknown key", lock.replace(last, &format!("{last}\nx = \"y\""))),
        ("names that are none", lock.replace(last, &format!("{last}\nbefore = \"x\"\nadded = [\"a b\"]"))),
        ("an entry without a digest", with("pinned", "").replace("sha256 = \"aaaa", "size = 1 # aaaa")),
        ("a table twice, with a comment", format!("{lock}\n{last} # again\n{}", WHOLE.replace("SERIES", "3.13"))),
        ("a table of another series twice", format!("{lock}\n[last_refresh.\"3.11\"]\n")),
        ("its series twice", lock.replace(last, &format!("{last}\nseries = \"3.13\"\nseries = \"3.13\""))),
        ("items without a comma", with("pinned", "checked = [\n  \"sha256\"\n  \"pinned\"\n]\n")),
        ("a list that is none", with("pinned", "size = 3 # = [\n]\n")),
        ("another digest under a person's name", {
            let (head, rest) = lock.split_once("version = \"3.13.77\"").unwrap();
            let (artifact, rest) = rest.split_once("sha256 = \"").unwrap();
            assert!(
                rest[64..].starts_with("\"\nverified_by = \"reviewed\"\nreviewed_by = \"A. Tester\"\nsize = "),
                "{rest}"
            );
            format!("{head}version = \"3.13.77\"{artifact}sha256 = \"{}{}", "b".repeat(64), &rest[64..])
        }),
    ] {
        assert_ne!(text, lock, "{what}");
        with_lock(&it, &text);
        it.ends_with(4, "other releases");
        assert!(!it.forge.has("molt-sync/3.13"), "{what}");
    }
    for (what, more, words) in [
        ("a control character in a comment", "# \u{1b}[2J\n".to_owned(), "characters that are none of a text"),
        ("a return that ends no line", "# a\rb\n".to_owned(), "characters that are none of a text"),
        ("a return at the end", "# a\r".to_owned(), "characters that are none of a text"),
        ("a long comment", format!("# {}\n", "a".repeat(1_100_000)), "too large"),
        ("a comment of dots", format!("# {}\n", ".".repeat(11_000)), "too large"),
    ] {
        with_lock(&it, &format!("{lock}{more}"));
        it.ends_with(4, words);
        assert!(!it.forge.has("molt-sync/3.13"), "{what}");
    }
}

/// The lines of a table of the last refresh, and what stands for its series.
const WHOLE: &str =
    "added = []\nchanged = []\norder = 9\nremoved = []\nretired = []\nstubs = []\nseries = \"SERIES\"\n";

#[test]
fn what_is_recorded_of_the_release_stays_and_learns_what_was_found_out() {
    let text = own("pinned", "");
    let (it, lock) = proposed_on(&text);
    let beside = format!(
        "{text}{}",
        text.replace("aaaa", "bbbb").replace("\"Python-3.13.77.tar.xz\"", "'Python-3.13.77.tar.xz' # again")
    );
    for changed in [text.replace("aaaa", "bbbb"), text.replace("tar.xz", "tgz"), String::new(), beside] {
        with_lock(&it, &lock.replace(&text, &changed));
        it.ends_with(4, "something else of CPython 3.13.77");
    }
    with_lock(&it, &lock.replace(&text, &format!("{text}size = 7\nnames_sha256 = \"{}\"\n", "b".repeat(64))));
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

#[test]
fn what_was_found_out_of_a_release_stays_as_it_is() {
    let text = own("sigstore", "size = 7\nidentity = \"a@example.org\"\nlog_index = 8\n");
    let (it, lock) = proposed_on(&text);
    for (from, to) in [("size = 7", "size = 8"), ("a@example.org", "b@example.org"), ("log_index = 8\n", "")] {
        with_lock(&it, &lock.replace(&text, &text.replace(from, to)));
        it.ends_with(4, "something else of CPython 3.13.77");
    }
    // nor may the release of the record be one that the lock has not
    let (head, rest) =
        lock.split_once("[[release]]\nversion = \"3.13.77\"\nartifact = \"Python-3.13.77.tgz\"").unwrap();
    let rest = rest.split_once("\n\n").unwrap().1;
    with_lock(&it, &format!("{head}{rest}"));
    it.ends_with(4, "refused: ");
    with_lock(&it, &lock);
    it.ends_with(0, "");
}

#[test]
fn a_series_that_was_refreshed_before_is_refreshed_again() {
    let it = Proposal::of(|box_| {
        let old = fs::read_to_string(box_.ws(LOCK)).unwrap();
        let table = "[last_refresh.\"3.13\"]\n";
        assert!(old.contains(table), "{old}");
        let before = "added = []\nbefore = \"3.13.3\"\nchanged = []\norder = 1\nrelease = \"3.13.4rc1\"\nremoved = []\nretired = []\nstubs = []\n";
        box_.write(LOCK, old.replace(table, &format!("{table}{before}")));
    });
    it.ends_with(0, "");
    assert!(it.forge.has("molt-sync/3.13"));
}

/// A formatter lines the signs up, and an editor has its own quotes.
#[test]
fn a_table_that_is_laid_out_otherwise_is_refreshed_all_the_same() {
    let laid_out: [fn(&str) -> String; 8] = [
        |it| it.replace("series = ", "series  = "),
        |it| it.replace("series = ", "series\t=\t"),
        |it| it.replace("series = \"3.13\"", "series = '3.13'"),
        |it| it.replace("series = \"3.13\"", "series = \"3.13\" # the newest"),
        |it| it.replace("series = ", "\"series\" = "),
        |it| it.replace("\"3.13\"]", "\"3.13\"]  # the newest"),
        |it| it.replace("last_refresh.\"3.13\"", " 'last_refresh' . '3.13' "),
        |it| it.lines().map(|it| it.replacen(" = ", "   = ", 1).replace('"', "'") + "\n").collect(),
    ];
    for was_refreshed in [false, true] {
        for (number, change) in laid_out.iter().enumerate() {
            let it = Proposal::of(|box_| {
                let old = fs::read_to_string(box_.ws(LOCK)).unwrap();
                let at = old.find("[last_refresh.\"3.13\"]").unwrap();
                assert!(old[at..].contains("series = \"3.13\""), "{old}");
                let before = "before = \"3.13.3\"\norder = 1\nrelease = \"3.13.4\"\nadded = []\nchanged = []\nremoved = []\nretired = []\nstubs = []\n";
                let table = old[at..].replacen("]\n", &format!("]\n{}", if was_refreshed { before } else { "" }), 1);
                let table = change(&table);
                assert_ne!(table, old[at..]);
                box_.write(LOCK, format!("{}{table}", &old[..at]));
            });
            it.ends_with(0, "");
            assert!(it.forge.has("molt-sync/3.13"), "{number}");
        }
    }
}

/// A path that git would take for a pattern is one file like any other.
#[test]
fn a_lock_whose_name_begins_with_a_colon_is_compared_too() {
    const COLON: &str = ":locks/releases.toml";
    let it = Proposal::of(|box_| {
        let old = fs::read_to_string(box_.ws(LOCK)).unwrap_or_else(|_| "schema = 1\n".into());
        box_.remove(LOCK);
        box_.write(COLON, format!("{old}{OTHERS}"));
        box_.write("molt-sync.toml", format!("[paths]\nlock = \"{COLON}\"\n"));
    });
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    let lock = fs::read_to_string(place.join(COLON)).unwrap();
    let zeros = "0".repeat(64);
    assert!(lock.contains(&zeros));
    fs::write(place.join(COLON), lock.replace(&zeros, &"1".repeat(64))).unwrap();
    git_in(&place, &["add", "--intent-to-add", "."]);
    let honest = fs::read(it.artefact("patch")).unwrap();
    fs::write(it.artefact("patch"), git_at(&place, &["diff", "HEAD"]).stdout).unwrap();
    it.ends_with(4, "refused: the lock would say something else of other releases");
    fs::write(it.artefact("patch"), honest).unwrap();
    it.ends_with(0, "");
}
