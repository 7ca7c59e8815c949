//! What stands in the way of a refresh: all of it is seen at once, with the whole change and what resolves it, before anybody
//! signs anything.

#![cfg(unix)]

use std::{fs, path::Path, process::Command};

use molt_sync::stdlib::ModuleKind;
use serde_json::Value;

use crate::{
    changes::git,
    support::{Release, Sandbox},
};

const REFRESH: [&str; 4] = ["refresh", "3.13", "--mirror", "../mirror"];
const STATUS: &str = "docs/spec/STATUS.md";
const RECORD: &str = "baselines/3.13.json";

/// A repository at 3.13, and a mirror with a release that has 30 modules more.
fn behind() -> Sandbox {
    let box_ = Sandbox::with_whole_series("3.13");
    let names: Vec<String> = (0..30).map(|it| format!("newer{it:02}")).collect();
    let release =
        names.iter().fold(Release::whole("3.13", "3.13.77"), |release, name| release.with(name, ModuleKind::Module));
    box_.publish("3.13.77", "tgz", &release.tgz());
    git(&box_, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&box_, &["config", key, value]);
    }
    commit(&box_);
    box_
}

fn commit(box_: &Sandbox) {
    git(box_, &["add", "-A"]);
    git(box_, &["commit", "-q", "-m", "a change"]);
}

/// Words of a person in a region, which git knows and which do not go together with the new ones.
fn edited_region(box_: &Sandbox) {
    box_.write(STATUS, box_.read(STATUS).replace("- CPython 3.13: release", "- Mine, and CPython 3.13: release"));
}

/// A workspace with an edited region, an edited record and a file that is not committed.
fn obstructed() -> Sandbox {
    let box_ = behind();
    edited_region(&box_);
    box_.write(RECORD, box_.read(RECORD).replace("\"abc\"", "\"abd\""));
    commit(&box_);
    box_.write("ROADMAP.md", box_.read("ROADMAP.md") + "\nMine.\n");
    box_
}

/// Runs a line that was printed, as somebody would who has copied it.
fn typed(box_: &Sandbox, line: &str) -> std::process::Output {
    let program = box_.command(&box_.ws(""), &[]).get_program().to_owned();
    let folder = box_.root().join("bin");
    fs::create_dir_all(&folder).unwrap();
    drop(std::os::unix::fs::symlink(program, folder.join("molt-sync")));
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    // what a run that only looks says before it
    let line = line.rsplit("this writes: ").next().unwrap();
    // a placeholder signs for nothing
    let line = &line.replace("NAME", "Ann").replace("TEXT", "agreed");
    let mut shell = Command::new("sh");
    shell.args(["-euc", line]).current_dir(box_.ws("")).env("PATH", path);
    for (name, value) in box_.command(&box_.ws(""), &[]).get_envs() {
        value.map(|value| shell.env(name, value));
    }
    shell.output().unwrap()
}

fn patch_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn all_obstacles_are_told_at_once_beside_the_whole_change() {
    let box_ = obstructed();
    let before = box_.snapshot();
    let seen = box_.sync(&[&REFRESH[..], &["--dry-run", "--format", "json"]].concat());
    assert_eq!(seen.code, 3, "{}", seen.err);
    assert!(box_.snapshot() == before, "a dry run writes nothing");
    let report: Value = serde_json::from_str(&seen.out).unwrap();
    let obstacles = report["obstacles"].as_array().unwrap();
    let messages: Vec<&str> = obstacles.iter().map(|it| it["message"].as_str().unwrap()).collect();
    let wanted = ["a recorded baseline was edited", "over the budget", "a person's words", "uncommitted changes"];
    assert_eq!(messages.len(), wanted.len(), "{messages:#?}");
    for (message, words) in messages.iter().zip(wanted) {
        assert!(message.contains(words), "{messages:#?}");
    }
    assert!(obstacles.iter().all(|it| it["exit"] == 3 && it["hint"].is_string()), "{obstacles:#?}");
    // nothing is cut in data
    assert_eq!(obstacles[1]["details"].as_array().unwrap().len(), 30);
    let stubs = report["stubs"]["created"].as_array().unwrap();
    assert_eq!(stubs.len(), 30);
    let patch = report["patch"].as_str().unwrap();
    for part in ["+++ b/src/molt/stdlib/newer29.py", "+++ b/baselines/3.13.json", "+++ b/ROADMAP.md"] {
        assert!(patch.contains(part), "{part}");
    }
    assert!(patch.starts_with("# This change waits for a person.\n"), "{patch}");
    // the sign-off has its place in the change, and accepts nothing
    assert!(patch.contains("+signed_off_by = \"\"\n+reason = \"\"\n"), "{patch}");

    // a run that is to write tells the same
    let run = box_.sync(&REFRESH);
    assert_eq!((run.code, run.out.as_str()), (3, ""), "{}", run.err);
    assert!(box_.snapshot() == before);
    for words in wanted.iter().chain(&["error: 4 things stand in the way", "and 10 more", "--verbose"]) {
        assert!(run.err.contains(words), "{words} is not in {}", run.err);
    }
    let verbose = box_.sync(&[&REFRESH[..], &["--verbose"]].concat());
    assert!(verbose.err.contains("new stub: newer29"), "{}", verbose.err);

    // and the one command line that it names passes, and does what was seen
    let line = run.err.lines().find_map(|it| it.strip_prefix("hint: ")).unwrap();
    let passes = report["passes"].as_str().unwrap();
    assert_eq!(passes.replace(" --format json", ""), line, "a look names the run that writes");
    let ended = typed(&box_, line);
    assert!(ended.status.success(), "{line}\n{}", String::from_utf8_lossy(&ended.stderr));
    assert!(box_.read(STATUS).contains("Mine, and "), "nobody's words are lost");
    assert!(box_.read("ROADMAP.md").ends_with("\nMine.\n"));
    assert!(box_.read("docs/scoreboard/exceptions/refresh-3.13.77-ratchet.toml").contains("signed_off_by = \"Ann\""));
}

#[test]
fn a_patch_and_a_report_are_written_and_a_plan_is_not() {
    let box_ = behind();
    let before = box_.snapshot();
    let at = |name: &str| box_.root().join(name);
    let ended = box_.sync(&[&REFRESH[..], &["--patch", "../p", "--report", "../r", "--plan", "../plan"]].concat());
    assert_eq!(ended.code, 3, "{}", ended.err);
    assert!(ended.err.contains("no plan was written") && !at("plan").exists(), "{}", ended.err);
    let patch = patch_of(&at("p"));
    assert!(patch.starts_with("# This change waits for a person.\n# 766 intrinsic-partial modules"), "{patch}");
    git(&box_, &["apply", "--check", at("p").to_str().unwrap()]);
    let report = patch_of(&at("r"));
    assert!(report.contains("over the budget of") && report.contains("--sign-off NAME --reason TEXT"), "{report}");
    // a run that is to write leaves its report all the same
    fs::remove_file(at("r")).unwrap();
    let ended = box_.sync(&[&REFRESH[..], &["--report", "../r"]].concat());
    assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{}", ended.err);
    assert_eq!(
        patch_of(&at("r")).replace(" --report ../r", ""),
        report.replace(" --patch ../p --report ../r --plan ../plan", "")
    );
    assert!(box_.snapshot() == before);
    // signed, it is the same change and its sign-off
    let signed = [&REFRESH[..], &["--sign-off", "A. Owner", "--reason", "upstream grew"]].concat();
    box_.sync(&[&signed[..], &["--patch", "../p"]].concat()).succeeds();
    let after = patch_of(&at("p"));
    let files =
        |text: &str| text.lines().filter(|it| it.starts_with("diff --git")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(files(&after), files(&patch));
    assert!(after.starts_with("diff --git "), "{after}");
}

#[test]
fn the_exit_code_is_that_of_what_weighs_most() {
    let broken = "from _intrinsics import require_intrinsic\ntry:\n    import sys\nexcept ImportError:\n    sys = None\nrequire_intrinsic(\"molt_capabilities_has\")\n# {{ name }}\n";
    let box_ = behind();
    box_.write("tools/molt-sync/stubs/stub.py.j2", broken);
    commit(&box_);
    let signed = ["--sign-off", "A. Owner", "--reason", "upstream grew"];
    let one = box_.sync(&[&REFRESH[..], &signed, &["--dry-run"]].concat());
    assert_eq!(one.code, 1, "{}", one.err);
    assert!(one.out.contains("+++ b/src/molt/stdlib/newer00.py"), "{}", one.out);
    assert!(
        one.err.contains("--allow-gate stdlib-fallback --source") || one.err.contains("--allow-gate stdlib-fallback"),
        "{}",
        one.err
    );
    let both = box_.sync(&[&REFRESH[..], &["--dry-run"]].concat());
    assert_eq!(both.code, 3, "{}", both.err);
    let line = both.err.lines().find_map(|it| it.strip_prefix("hint: this writes: ")).unwrap();
    let ended = typed(&box_, line);
    assert!(ended.status.success(), "{line}\n{}", String::from_utf8_lossy(&ended.stderr));
    // what only a person can do by hand is said to be that
    let box_ = behind();
    box_.write(STATUS, box_.read(STATUS).replacen("<!-- molt-sync:end", "<!-- molt-sync:ended", 1));
    commit(&box_);
    let hand = box_.sync(&[&REFRESH[..], &["--dry-run"]].concat());
    assert_eq!(hand.code, 3, "{}", hand.err);
    let words =
        "hint: after what is to be done by hand: this writes: molt-sync refresh 3.13 --sign-off NAME --reason TEXT";
    assert!(hand.err.contains("cannot patch docs/spec/STATUS.md") && hand.err.contains(words), "{}", hand.err);
}

#[test]
fn what_molt_sync_wrote_and_nobody_touched_is_nobodys_work() {
    let series = ["3.12", "3.13"];
    let box_ = Sandbox::with_series("3.12,3.13");
    for (series, name) in series.iter().zip(["elder", "newer"]) {
        let version = format!("{series}.77");
        let release = Release::based_on(series, &version).with(name, ModuleKind::Module);
        box_.publish(&version, "tgz", &release.tgz());
    }
    git(&box_, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&box_, &["config", key, value]);
    }
    commit(&box_);
    let digest = "0".repeat(64);
    let refresh = |series: &'static str| {
        ["refresh", series, "--mirror", "../mirror", "--sign-off", "A. Owner", "--reason", "upstream grew"]
    };
    // one changeset on the other, none of them committed
    box_.sync(&["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"])
        .succeeds();
    box_.sync(&refresh("3.12")).succeeds();
    box_.sync(&refresh("3.13")).succeeds();
    let after = box_.snapshot();
    box_.sync(&["undo"]).succeeds();
    box_.sync(&refresh("3.13")).succeeds();
    assert!(box_.snapshot() == after);
    // a byte of somebody's is theirs
    box_.sync(&["undo"]).succeeds();
    let text = box_.read(STATUS);
    box_.write(STATUS, format!("{text}\nMine.\n"));
    box_.refuses(&refresh("3.13"), 3, &["uncommitted changes are in 1 file", STATUS]);
    // and stays theirs when a refresh has written to the file beside it
    box_.sync(&[&refresh("3.13")[..], &["--allow-dirty", STATUS]].concat()).succeeds();
    box_.sync(&["undo"]).succeeds();
    assert_eq!(box_.read(STATUS), format!("{text}\nMine.\n"));
    box_.refuses(&refresh("3.13"), 3, &["uncommitted changes are in 1 file", STATUS]);
    // so is what somebody has staged
    box_.write(STATUS, &text);
    git(&box_, &["add", STATUS]);
    box_.refuses(&refresh("3.13"), 3, &["uncommitted changes are in 1 file", STATUS]);
}

#[test]
fn what_nobody_vouches_for_is_shown_and_never_written() {
    let box_ = behind();
    let release = Release::whole("3.13", "3.13.78").with("json.newest", ModuleKind::Module).tgz();
    let file = box_.file("own/3.13.78/Python-3.13.78.tgz", &release);
    let digest = molt_sync::base::Sha256::of(&release).to_string();
    let before = box_.snapshot();
    for source in [["--source", file.as_str()], ["--mirror", "../own"]] {
        let args = [&["refresh", "3.13.78", "--dry-run"], &source[..]].concat();
        let seen = box_.sync(&args);
        assert_eq!(seen.code, 4, "{}", seen.err);
        assert!(
            seen.out.contains("+++ b/src/molt/stdlib/json/newest.py") && seen.out.contains("3.13.78"),
            "{}",
            seen.out
        );
        for words in
            ["2 things stand in the way", "molt-sync trust add 3.13.78 --artifact Python-3.13.78.tgz --sha256 HEX"]
        {
            assert!(seen.err.contains(words), "{words} is not in {}", seen.err);
        }
        // whoever reviews it takes the digest from elsewhere
        let patch = &seen.out[seen.out.find("diff --git").unwrap()..];
        assert!(!patch.contains(&digest), "{}", seen.out);
        assert!(!patch.contains("version = \"3.13.78\""), "the lock has no entry of it: {patch}");
        // who wants to write gets no look, and is told how to get one
        for output in [&[][..], &["--commit"], &["--branch", "x"]] {
            let run = box_.sync(&[&["refresh", "3.13.78"], &source[..], output].concat());
            let look = [&["molt-sync refresh 3.13.78 --dry-run"], &source[..], output].concat().join(" ");
            assert!(run.code == 4 && !run.err.contains("stand in the way"), "{}", run.err);
            assert!(run.err.contains(&format!("hint: `{look}` shows the whole change")), "{look}: {}", run.err);
        }
        let line = seen.err.lines().find_map(|it| it.strip_prefix("hint: this writes: ")).unwrap();
        let ended = typed(&box_, &line.replace("HEX", &digest).replace("refresh 3.13.78", "refresh 3.13.78 --dry-run"));
        assert!(ended.status.success(), "{line}\n{}", String::from_utf8_lossy(&ended.stderr));
        git(&box_, &["checkout", "-q", "--", "."]);
        git(&box_, &["clean", "-qfd"]);
        assert!(box_.snapshot().len() >= before.len());
    }
    // bytes that are contradicted are shown to nobody
    let other = box_.file("own/3.13.78/Python-3.13.78.tgz", &Release::whole("3.13", "3.13.78").tgz());
    let contradicted =
        box_.sync(&["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"]);
    assert_eq!(contradicted.code, 0, "{}", contradicted.err);
    let seen = box_.sync(&["refresh", "3.13.78", "--dry-run", "--source", &other]);
    assert!(seen.code == 4 && seen.out.is_empty(), "{}", seen.out);
}

/// A repository and beside it a release that nobody vouches for.
fn unreviewed() -> (Sandbox, String, String) {
    let box_ = behind();
    let release = Release::based_on("3.13", "3.13.78").tgz();
    let file = box_.file("own/Python-3.13.78.tgz", &release);
    (box_, file, molt_sync::base::Sha256::of(&release).to_string())
}

const LOCK: &str = "baselines/releases.lock.toml";

#[test]
fn a_digest_that_was_just_reviewed_counts_in_a_work_tree_and_in_a_patch() {
    let (box_, file, digest) = unreviewed();
    let worktree = ["refresh", "3.13.78", "--source", &file, "--branch", "next", "--worktree"];
    box_.refuses(&worktree, 4, &["trust add 3.13.78"]);
    let add = ["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"];
    box_.sync(&add).succeeds();
    let patch = box_.root().join("p");
    let ended = box_.sync(&["refresh", "3.13.78", "--source", &file, "--patch", "../p"]).succeeds();
    let words = [
        format!("it also has what molt-sync wrote here before and is not committed ({LOCK})"),
        format!("git restore -- {LOCK}"),
    ];
    assert!(words.iter().all(|it| ended.out.contains(it)), "{}", ended.out);
    let dry = box_.sync(&["refresh", "3.13.78", "--source", &file, "--dry-run"]).succeeds();
    assert!(dry.err.contains("the printed patch fits this checkout"), "{}", dry.err);
    let before = box_.snapshot();
    let ended = box_.sync(&worktree).succeeds();
    let words = format!("take that away with `git restore {LOCK}` before `git merge next`");
    assert!(ended.err.contains(&words), "{}", ended.err);
    assert!(box_.read(LOCK).as_bytes() == before[LOCK], "the checkout stays as it is");
    assert_eq!(git(&box_, &["status", "--porcelain"]).trim(), format!("M {LOCK}"));
    let committed = git(&box_, &["show", &format!("next:{LOCK}")]);
    assert!(committed.contains("version = \"3.13.78\"") && committed.contains("release = \"3.13.78\""), "{committed}");
    // the patch makes the same of any checkout of that commit
    git(&box_, &["clone", "-q", ".", "../clone"]);
    git(&box_, &["-C", "../clone", "apply", "--index", patch.to_str().unwrap()]);
    let tree = git(&box_, &["-C", "../clone", "write-tree"]);
    assert_eq!(tree, git(&box_, &["rev-parse", "next^{tree}"]));
    // and what was printed is followed to the end
    git(&box_, &["restore", LOCK]);
    git(&box_, &["merge", "-q", "next"]);
    box_.sync(&["refresh", "3.13.78", "--source", &file]).succeeds().says("no byte was changed");
}

#[test]
fn what_a_person_wrote_into_the_lock_is_theirs_to_commit() {
    let (box_, file, digest) = unreviewed();
    let add = ["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"];
    let worktree = ["refresh", "3.13.78", "--source", &file, "--branch", "next", "--worktree"];
    box_.sync(&add).succeeds();
    let ours = box_.read(LOCK);
    for (text, is_staged) in [(format!("# mine\n{ours}"), false), (ours, true)] {
        box_.write(LOCK, text);
        if is_staged {
            git(&box_, &["add", LOCK]);
        }
        box_.refuses(&worktree, 4, &[&format!("git add {LOCK} && git commit -m 'Review a release' -- {LOCK}")]);
        assert_eq!(git(&box_, &["branch", "--list", "next"]), "");
    }
    git(&box_, &["commit", "-q", "-m", "Review a release", "--", LOCK]);
    box_.sync(&worktree).succeeds();
}

#[test]
fn a_series_is_dropped_on_a_branch_and_with_what_a_person_accepts() {
    let box_ = Sandbox::with_series("3.12,3.13");
    git(&box_, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&box_, &["config", key, value]);
    }
    edited_region(&box_);
    commit(&box_);
    let before = box_.snapshot();
    let seen = box_.sync(&["baseline", "drop", "3.12", "--dry-run"]);
    assert_eq!(seen.code, 3, "{}", seen.err);
    let line = seen.err.lines().find_map(|it| it.strip_prefix("hint: ")).unwrap();
    assert!(line.contains("this writes: molt-sync baseline drop 3.12 --take "), "{line}");
    let ended = typed(&box_, &format!("{line} --branch dropped --worktree"));
    assert!(ended.status.success(), "{line}\n{}", String::from_utf8_lossy(&ended.stderr));
    assert!(
        box_.snapshot()
            .iter()
            .filter(|it| !it.0.starts_with(".git/"))
            .eq(before.iter().filter(|it| !it.0.starts_with(".git/")))
    );
    assert!(!git(&box_, &["ls-tree", "--name-only", "dropped", "baselines/"]).contains("3.12.json"));
    // a gate that there is none of is a mistake, and a signature without a need is noted
    box_.refuses(&["baseline", "drop", "3.12", "--allow-gate", "nil", "--sign-off", "A", "--reason", "x"], 2, &["nil"]);
}
