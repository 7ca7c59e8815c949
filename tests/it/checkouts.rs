//! Checkouts that are not what the repository has, byte for byte and file for file: what is left out of one is not gone, and
//! how lines end is no change.

use std::fs;

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

const STD: &str = "src/molt/stdlib";
const LOCKS: &str = "src/molt/stdlib/asyncio/locks.py";
const NEWER: &str = "src/molt/stdlib/json/newer.py";
const BASELINE: &str = "baselines/3.13.json";

/// Something that is done to a workspace.
type Step<'a> = &'a dyn Fn(&Sandbox);

/// A committed workspace in which a person has written a module.
fn with_module() -> Sandbox {
    let box_ = committed();
    box_.write(LOCKS, "\"\"\"A person's.\"\"\"\nX = 1\n");
    git(&box_, &["commit", "-q", "-a", "-m", "locks"]);
    box_
}

/// Makes a folder of the workspace a submodule that is not checked out.
fn submodule(box_: &Sandbox, folder: &str) {
    git(box_, &["rm", "-q", "-r", "--cached", folder]);
    let head = git(box_, &["rev-parse", "HEAD"]);
    let entry = format!("160000,{},{folder}", head.trim());
    git(box_, &["update-index", "--add", "--cacheinfo", &entry]);
    git(box_, &["commit", "-q", "-m", "a submodule"]);
    box_.remove(folder);
    fs::create_dir(box_.ws(folder)).unwrap();
}

#[test]
fn what_is_not_checked_out_is_not_gone() {
    let all = format!("!/{STD}/asyncio/");
    let (left_out, as_it_is) = ("sparse-checkout add", "update-index --no-assume-unchanged");
    let ways: [(&str, Step<'_>, &str); 5] = [
        ("patterns", &|it| drop(git(it, &["sparse-checkout", "set", "--no-cone", "/*", &all])), left_out),
        (
            "folders",
            &|it| {
                let kept = ["baselines", "docs", "tools", "runtime", "src/molt/stdlib/json"];
                drop(git(it, &[&["sparse-checkout", "set", "--cone", "--sparse-index"], &kept[..]].concat()));
            },
            left_out,
        ),
        (
            "one file",
            &|it| {
                git(it, &["update-index", "--skip-worktree", LOCKS]);
                it.remove(LOCKS);
            },
            "update-index --no-skip-worktree",
        ),
        (
            "assumed",
            &|it| {
                git(it, &["update-index", "--assume-unchanged", LOCKS]);
                it.remove(LOCKS);
            },
            as_it_is,
        ),
        ("submodule", &|it| submodule(it, "src/molt/stdlib/asyncio"), "submodule update --init"),
    ];
    for (name, leave_out, hint) in ways {
        let box_ = with_module();
        leave_out(&box_);
        assert!(!box_.ws(LOCKS).exists(), "{name}");
        let words = ["the checkout leaves out", hint];
        box_.refuses(&refresh(&[]), 2, &words);
        for args in [&["gates"][..], &["docs", "sync"], &["ratchet", "lower"], &["surface"]] {
            box_.refuses(args, 2, &words);
        }
    }
}

#[test]
fn rows_that_are_not_checked_out_are_not_none() {
    let box_ = committed();
    box_.sync(&["scoreboard", "record"]).succeeds();
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "a row"]);
    for args in [&["scoreboard", "show"][..], &["scoreboard", "badge"]] {
        git(&box_, &["sparse-checkout", "set", "--no-cone", "/*", "!/docs/spec/"]);
        box_.sync(args).succeeds();
        git(&box_, &["sparse-checkout", "set", "--no-cone", "/*", "!/docs/scoreboard/"]);
        box_.refuses(args, 2, &["the checkout leaves out", "docs/scoreboard"]);
    }
}

#[cfg(unix)]
#[test]
fn what_is_not_here_is_told_whatever_it_is_called() {
    let odd = "src/molt/stdlib/json/a\\b.py";
    let box_ = with_module();
    box_.write(odd, "X = 1\n");
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "odd"]);
    git(&box_, &["update-index", "--skip-worktree", odd]);
    box_.remove(odd);
    box_.refuses(&["ratchet", "lower"], 2, &["the checkout leaves out", "src/molt/stdlib/json"]);
    // a merge that is open in such a file is not done
    let box_ = committed();
    let page = "docs/a\\b.md";
    box_.write(page, "One.\n");
    let step = |words: &str| {
        box_.write(page, words);
        git(&box_, &["add", "-A"]);
        git(&box_, &["commit", "-q", "-m", "page"]);
    };
    step("One.\n");
    git(&box_, &["switch", "-q", "-c", "other"]);
    step("Two.\n");
    git(&box_, &["switch", "-q", "main"]);
    step("Three.\n");
    let merge = ["-c", "user.name=A", "-c", "user.email=a@b.c", "merge", "-q", "other"];
    assert!(!std::process::Command::new("git").args(merge).current_dir(box_.ws("")).status().unwrap().success());
    box_.refuses(&["docs", "resolve"], 2, &["whose name no path here can have"]);
}

#[test]
fn what_a_run_does_not_need_may_be_left_out() {
    let box_ = with_module();
    box_.write("vendor/big.bin", "0");
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "big"]);
    git(&box_, &["sparse-checkout", "set", "--no-cone", "/*", "!/vendor/"]);
    assert!(!box_.ws("vendor").exists());
    box_.sync(&refresh(&["--commit"])).succeeds();
    assert_eq!(git(&box_, &["show", &format!("HEAD:{LOCKS}")]), box_.read(LOCKS));
    assert_eq!(git(&box_, &["show", "HEAD:vendor/big.bin"]), "0");
}

#[test]
fn a_module_that_somebody_deleted_is_not_made_anew_before_that_is_committed() {
    let ways: [Step<'_>; 2] = [&|it| it.remove(LOCKS), &|it| drop(git(it, &["rm", "-q", LOCKS]))];
    for delete in ways {
        let box_ = with_module();
        delete(&box_);
        box_.refuses(&refresh(&[]), 3, &["uncommitted changes", LOCKS]);
        box_.sync(&refresh(&["--allow-dirty", LOCKS])).succeeds();
        assert!(!box_.read(LOCKS).contains("A person's"));
    }
    let box_ = with_module();
    git(&box_, &["rm", "-q", LOCKS]);
    git(&box_, &["commit", "-q", "-m", "gone"]);
    box_.sync(&refresh(&[])).succeeds();
}

/// Writes every file anew as git would check it out now.
fn check_out(box_: &Sandbox) {
    git(box_, &["rm", "-q", "-r", "--cached", "."]);
    git(box_, &["reset", "-q", "--hard"]);
}

#[test]
fn carriage_returns_of_a_checkout_are_no_change() {
    let plain = with_module();
    let verdicts =
        |box_: &Sandbox| [&["gates"][..], &["docs", "check"]].map(|it| box_.sync(it)).map(|it| (it.code, it.out));
    let verdict = verdicts(&plain);
    plain.sync(&refresh(&["--commit"])).succeeds();
    let trees = |box_: &Sandbox| {
        ["src", "docs", "baselines", "tools"].map(|it| git(box_, &["rev-parse", &format!("HEAD:{it}")]))
    };
    let expected = trees(&plain);
    let ways: [(&[(&str, &str)], &str); 4] = [
        (&[("core.autocrlf", "true")], ""),
        (&[("core.autocrlf", "true"), ("core.safecrlf", "true")], ""),
        (&[("core.safecrlf", "true")], "* text eol=crlf\n"),
        (&[("core.eol", "crlf"), ("core.safecrlf", "true")], "*.py text\n*.md text\n*.json text eol=lf\n"),
    ];
    for (settings, attributes) in ways {
        let box_ = with_module();
        if !attributes.is_empty() {
            box_.write(".gitattributes", attributes);
            git(&box_, &["add", "-A"]);
            git(&box_, &["commit", "-q", "-m", "attributes"]);
        }
        for (key, value) in settings {
            git(&box_, &["config", key, value]);
        }
        check_out(&box_);
        assert!(box_.read(LOCKS).contains("\r\n"), "{settings:?}");
        assert_eq!(verdicts(&box_), verdict, "{settings:?}");
        box_.sync(&refresh(&["--commit"])).succeeds();
        assert_eq!(git(&box_, &["status", "--short"]), "", "{settings:?}");
        assert!(box_.read(NEWER).contains("\r\n"), "a new file as git would check it out");
        assert_eq!(trees(&box_), expected, "{settings:?}: git has the same files as without");
        let before = box_.snapshot();
        box_.sync(&refresh(&[])).succeeds();
        assert!(box_.snapshot() == before, "{settings:?}: a second run changes no byte");
    }
}

#[test]
fn a_byte_order_mark_is_kept_and_no_change() {
    let box_ = committed();
    let marked = [BASELINE, "baselines/releases.lock.toml", "docs/spec/STATUS.md"];
    for path in marked {
        box_.write(path, format!("\u{feff}{}", box_.read(path)));
    }
    git(&box_, &["commit", "-q", "-a", "-m", "marks"]);
    box_.sync(&["docs", "check"]).succeeds();
    box_.sync(&refresh(&["--commit"])).succeeds();
    for path in marked {
        assert_eq!(box_.read(path).matches('\u{feff}').count(), 1, "{path}");
        assert!(git(&box_, &["show", "--stat=200", "HEAD"]).contains(path), "{path}");
    }
    box_.sync(&["docs", "check"]).succeeds();
}

#[test]
fn a_recorded_baseline_is_known_by_its_facts() {
    let box_ = committed();
    box_.sync(&refresh(&["--commit"])).succeeds();
    let written = box_.read(BASELINE);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    for laid_out in
        [pretty.clone(), pretty.replace("  ", "\t") + "\n", value.to_string(), written.replace('\n', "\r\n")]
    {
        box_.write(BASELINE, &laid_out);
        git(&box_, &["commit", "-q", "-a", "-m", "formatted"]);
        box_.sync(&refresh(&[])).succeeds();
        assert_eq!(git(&box_, &["status", "--short"]), "", "neither a stop nor a change");
        assert_eq!(box_.read(BASELINE), laid_out);
        for (from, to) in [("\"Lib/abc.py\"", "\"Lib/abd.py\""), ("\"reviewed\"", "\"sigstore\"")] {
            assert!(laid_out.contains(from), "{from}");
            box_.write(BASELINE, laid_out.replacen(from, to, 1));
            git(&box_, &["commit", "-q", "-a", "-m", "edited"]);
            box_.refuses(&refresh(&[]), 3, &["a recorded baseline was edited by hand", BASELINE]);
        }
    }
}

#[test]
fn a_conflict_is_told_as_one() {
    let conflict = "<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n";
    let box_ = committed();
    for path in ["baselines/releases.lock.toml", BASELINE, "tools/stdlib_module_union.py", "molt-sync.toml"] {
        let old = box_.read(path);
        box_.write(path, conflict);
        box_.refuses(&refresh(&[]), 3, &[path, "a merge left a conflict at line 1"]);
        box_.refuses(&["docs", "check"], 3, &[path, "a merge left a conflict at line 1"]);
        box_.write(path, old);
    }
}
