//! Two branches that each refresh another series are merged by git itself: the lock, the baselines and the union go together,
//! and what cannot is told as a conflict with what settles it.

use molt_sync::stdlib::Kind;

use crate::{
    changes::git,
    support::{Release, Sandbox},
};

const LOCK: &str = "baselines/releases.lock.toml";
const SIGN: [&str; 5] = ["--mirror", "../mirror", "--sign-off", "A. Owner", "--reason"];

/// A workspace of two series with releases of both that are newer; those of `trusted` are in the lock already.
fn two_series(trusted: &[&str], adds: bool) -> Sandbox {
    let sandbox = Sandbox::with_series("3.13,3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    for (version, _) in RELEASES {
        let bytes = release(version, adds).tgz();
        sandbox.file(&format!("mirror/{version}/Python-{version}.tgz"), &bytes);
        if trusted.contains(&version) {
            sandbox.trust(version, &format!("Python-{version}.tgz"), &bytes);
        }
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    for (version, branch) in RELEASES {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        if !trusted.contains(&version) {
            sandbox.trust(version, &format!("Python-{version}.tgz"), &release(version, adds).tgz());
            git(&sandbox, &["commit", "-q", "-a", "-m", "trust"]);
        }
        sandbox.sync(&[&["refresh", version][..], &SIGN, &["x", "--commit"]].concat()).succeeds();
    }
    sandbox
}

const RELEASES: [(&str, &str); 2] = [("3.13.50", "of-3.13"), ("3.14.50", "of-3.14")];

fn release(version: &str, adds: bool) -> Release {
    let release = Release::based_on(&version[..4], version);
    // one name that both bring would be one file that both add
    if adds { release.with(&format!("json.only{}", &version[2..4]), Kind::Module) } else { release }
}

/// Merges one branch into the other and gives the files that conflict.
fn merged(sandbox: &Sandbox, into: &str, from: &str) -> Vec<String> {
    git(sandbox, &["switch", "-q", "--detach", into]);
    let status = std::process::Command::new("git")
        .args(["merge", "-q", "--no-edit", from])
        .current_dir(sandbox.ws(""))
        .output()
        .unwrap()
        .status;
    let left = git(sandbox, &["diff", "--name-only", "--diff-filter=U"]);
    let left: Vec<String> = left.lines().map(str::to_owned).collect();
    assert_eq!(status.success(), left.is_empty());
    left
}

#[test]
fn the_records_of_two_series_are_merged_in_both_orders() {
    for trusted in [&["3.13.50", "3.14.50"][..], &["3.14.50"], &["3.13.50"], &[]] {
        let sandbox = two_series(trusted, false);
        for (into, from) in [("of-3.13", "of-3.14"), ("of-3.14", "of-3.13")] {
            let left = merged(&sandbox, into, from);
            // the digest in a region's marker is of all of it, and both have changed it
            assert!(left.iter().all(|it| it.ends_with(".md")), "{trusted:?}, {from} into {into}: {left:?}");
            let lock = sandbox.read(LOCK);
            for (version, _) in RELEASES {
                assert_eq!(lock.matches(&format!("version = \"{version}\"")).count(), 1, "{lock}");
            }
            // what is told is the conflict, once for each document, and not the markers that it has doubled
            let ended = sandbox.sync(&["docs", "check"]);
            assert!(ended.code != 0 && !ended.out.contains("malformed markers"), "{}", ended.out);
            assert_eq!(ended.out.matches("DOC020 conflict markers").count(), left.len(), "{}", ended.out);
            let hint = ["cannot read docs/spec/STATUS.md: a merge left a conflict at line", "docs resolve docs/spec/STATUS.md"];
            sandbox.refuses(&["baseline", "drop", "3.13"], 3, &hint);
            let resolve: Vec<&str> = ["docs", "resolve"].into_iter().chain(left.iter().map(String::as_str)).collect();
            sandbox.sync(&resolve).succeeds();
            git(&sandbox, &["add", "-A"]);
            git(&sandbox, &["commit", "-q", "--no-edit"]);
            sandbox.sync(&["docs", "check"]).succeeds();
            sandbox.sync(&["gates"]).succeeds();
            for (version, _) in RELEASES {
                let args = ["refresh", version, "--mirror", "../mirror"];
                sandbox.sync(&args).succeeds().says("no byte was changed");
            }
        }
    }
}

#[test]
fn what_both_have_counted_is_a_conflict_that_says_how_it_is_settled() {
    let sandbox = two_series(&["3.13.50", "3.14.50"], true);
    let left = merged(&sandbox, "of-3.13", "of-3.14");
    assert!(!left.contains(&LOCK.to_owned()) && !left.iter().any(|it| it.starts_with("baselines/")), "{left:?}");
    for path in left.iter().filter(|it| !it.ends_with(".md")) {
        let words = [&format!("cannot read {path}: a merge left a conflict"), "git checkout --ours"];
        sandbox.refuses(&["refresh", "3.14", "--mirror", "../mirror"], 3, &words.map(|it| it as &str));
        git(&sandbox, &["checkout", "-q", "--ours", path]);
    }
    let resolve: Vec<&str> =
        ["docs", "resolve"].into_iter().chain(left.iter().map(String::as_str).filter(|it| it.ends_with(".md"))).collect();
    sandbox.sync(&resolve);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "--no-edit"]);
    // the other side's series once more, as the hint says
    sandbox.sync(&[&["refresh", "3.14.50"][..], &SIGN, &["x"]].concat()).succeeds();
    sandbox.sync(&["docs", "sync"]);
    sandbox.sync(&["gates"]).succeeds();
    assert_eq!(sandbox.sync(&["ratchet", "show"]).out.matches("no room").count(), 1);
}
