//! `docs check --new-only`: what a branch brings, and what was wrong where it left the other.

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{PAPER, cart_with, check, commit, git_on, numbers, text},
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";
const RIGHT: &str = "# Cart\n\nToday the cart has 12 wheels.\n";
const OLD: &str = "docs/OLD.md";

/// Something that is done to a workspace.
type Change<'a> = &'a dyn Fn(&Sandbox);

/// A branch of a base with one wrong statement.
fn branch() -> Sandbox {
    let box_ = cart_with(&[WHEELS], RIGHT);
    box_.write(OLD, "# Old\n\n`json` is intrinsic-backed.\n");
    commit(&box_, "2026-01-10", "Build the cart");
    git_on(&box_, "2026-01-10", &["switch", "-q", "-c", "branch"]);
    box_
}

/// What counts, as `CODE path`, with the exit code.
fn new(box_: &Sandbox) -> (i32, Vec<String>) {
    let (code, claims) = check(box_, &["--base", "main", "--new-only"]);
    let counted = claims.iter().filter(|it| !it["code"].is_null() && it["old"] == false);
    (code, counted.map(|it| format!("{} {}", text(it, "code"), text(it, "path"))).collect())
}

#[test]
fn what_was_wrong_before_does_not_fail_and_what_the_branch_brings_does() {
    let more = "\n`this` is intrinsic-backed.\n";
    let rename = |it: &Sandbox| {
        it.write("docs/ELDER.md", it.read(OLD));
        it.remove(OLD);
    };
    let rows: [(&str, Change<'_>, &[&str]); 10] = [
        ("nothing", &|_| (), &[]),
        ("lines move", &|it| it.write(OLD, format!("# Old\n\nMore words.\n\n{}", &it.read(OLD)[7..])), &[]),
        ("another wrong statement", &|it| it.write(OLD, it.read(OLD) + more), &["DOC003 docs/OLD.md"]),
        (
            "the same once more",
            &|it| it.write(OLD, it.read(OLD) + "\nAnd `json` is intrinsic-backed.\n"),
            &["DOC003 docs/OLD.md"],
        ),
        ("in another document", &|it| it.write("docs/NEW.md", more), &["DOC003 docs/NEW.md"]),
        ("the truth moves", &|it| numbers(it, 7), &["DOC003 docs/PAPER.md"]),
        ("it is repaired", &|it| it.write(OLD, it.read(OLD).replace("backed", "partial")), &[]),
        ("it gets another name", &rename, &[]),
        (
            "and another wrong statement",
            &|it| {
                rename(it);
                it.write("docs/ELDER.md", it.read("docs/ELDER.md") + more);
            },
            &["DOC003 docs/ELDER.md"],
        ),
        ("a statement goes", &|it| it.write(PAPER, "# Cart\n"), &["DOC005 docs/PAPER.md"]),
    ];
    for (name, change, wanted) in rows {
        for is_committed in [false, true] {
            let box_ = branch();
            change(&box_);
            if is_committed {
                git_on(&box_, "2026-01-11", &["add", "-A"]);
                git_on(&box_, "2026-01-11", &["commit", "-q", "--allow-empty", "-m", "Change"]);
            }
            let (code, found) = new(&box_);
            let found: Vec<String> = found.into_iter().map(|it| it.replace("DOC004", "DOC003")).collect();
            assert_eq!(
                (code == 0, found),
                (wanted.is_empty(), wanted.iter().map(|it| (*it).to_owned()).collect()),
                "{name}"
            );
        }
    }
}

#[test]
fn what_is_old_is_shown_as_old() {
    let box_ = branch();
    let args = ["docs", "check", "--base", "main", "--new-only"];
    let human = box_.sync(&args).succeeds();
    assert!(human.out.starts_with("0 stale, 0 need a person, 1 old; "), "{}", human.out);
    let verbose = box_.sync(&[&["-v"], &args[..]].concat()).succeeds();
    assert!(verbose.out.contains("module.json.status [old]"), "{}", verbose.out);
    let sarif = box_.sync(&[&args[..], &["--format", "sarif"]].concat()).succeeds();
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!((&result["baselineState"], &result["level"]), (&"unchanged".into(), &"note".into()), "{result:#}");
    assert_ne!(box_.sync(&args[..4]).code, 0);
    // a base that cannot be read is no pass
    box_.refuses(&["docs", "check", "--base", "none", "--new-only"], 2, &["there is no such commit"]);
    let ended = box_.sync(&["docs", "check", "--new-only"]);
    assert!(ended.code == 2 && ended.err.contains("--base"), "{}", ended.err);
}

#[test]
fn a_finding_is_short_however_long_its_text_is() {
    let box_ = branch();
    box_.sync(&["docs", "adopt", "--block", "stdlib-status"]).succeeds();
    let path = "docs/spec/STATUS.md";
    let long = "word ".repeat(4000);
    for text in [
        box_.read(path).replace("- Union of", &format!("- {long}\n- Union of")),
        box_.read(path).replace("- Union of", &format!("- {long} Union of")),
    ] {
        box_.write(path, text);
        for format in ["human", "json", "sarif", "github", "junit", "markdown"] {
            let ended = box_.sync(&["docs", "check", "--format", format]);
            assert!(ended.code != 0 && ended.out.contains("DOC002"), "{format}: {}", ended.out);
            let longest = ended.out.lines().map(str::len).max().unwrap_or_default();
            assert!(longest < 2500, "{format}: a line of {longest} bytes");
        }
        let human = box_.sync(&["docs", "check", path]);
        assert!(human.out.contains("   - - word word") && !human.out.contains("Modules audited"), "{}", human.out);
    }
    // a page that was never written is not there yet, and is not shown whole
    let box_ = branch();
    box_.write("docs/LINK.md", "See [3450][f:cart.spokes].\n");
    let ended = box_.sync(&["docs", "check"]);
    assert!(
        ended.out.contains("docs/FACTS.md:1:1  DOC014") && ended.out.contains("it is not there yet"),
        "{}",
        ended.out
    );
    assert!(ended.out.len() < 5000, "{}", ended.out);
    box_.sync(&["docs", "sync", "--allow-dirty", "**"]);
    assert!(box_.read("docs/FACTS.md").contains("## cart spokes"));
    assert!(box_.read("docs/LINK.md").contains("[f:cart.spokes]: FACTS.md#cart-spokes"));
    // a page of a person's own is theirs
    let box_ = branch();
    box_.write("docs/LINK.md", "See [3450][f:cart.spokes].\n\n[f:cart.spokes]: FACTS.md#x\n");
    box_.write("docs/FACTS.md", "# Mine\n");
    let ended = box_.sync(&["docs", "check"]);
    assert!(!ended.out.contains("docs/FACTS.md"), "{}", ended.out);
}

#[test]
fn what_no_check_needs_may_be_missing_in_a_clone() {
    let box_ = branch();
    git_on(&box_, "2026-01-11", &["switch", "-q", "main"]);
    // there are no facts of the workspace's own, so that none of their files is asked for
    box_.write("molt-sync.toml", "");
    box_.write("models/large.onnx", "weights");
    commit(&box_, "2026-01-12", "Add a model");
    let object = git_on(&box_, "2026-01-12", &["rev-parse", "HEAD:models/large.onnx"]);
    let (folder, name) = object.trim().split_at(2);
    std::fs::remove_file(box_.ws(&format!(".git/objects/{folder}/{name}"))).unwrap();
    git_on(&box_, "2026-01-12", &["switch", "-q", "-c", "other"]);
    for args in [
        &["docs", "check", "--base", "main", "--new-only"][..],
        &["gates", "--base", "main"],
        &["scoreboard", "check", "--base", "main"],
        &["accept", "--changed", "--base", "main"],
        &["plan", "--since", "main"],
        &["landed", "--since", "main"],
    ] {
        let ended = box_.sync(args);
        assert!(ended.code != 2 && !ended.err.contains("large.onnx"), "{args:?}: {} {}", ended.code, ended.err);
    }
}
