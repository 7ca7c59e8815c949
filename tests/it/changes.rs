//! What becomes of a changeset: plans, undo, commits, branches, work trees, and files with changes of their own.

use std::process::Command;

use molt_sync::stdlib::ModuleKind;
use serde_json::Value;

use crate::support::{Release, Sandbox};

const STD: &str = "src/molt/stdlib";
const SIGN: [&str; 4] = ["--sign-off", "A. Owner", "--reason", "upstream grew"];

/// A workspace of 3.13, and a mirror with a release that has one module more.
fn behind() -> Sandbox {
    let box_ = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    box_.publish("3.13.77", "tgz", &release.tgz());
    box_
}

pub fn refresh<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["refresh", "3.13", "--mirror", "../mirror", "--now", "2026-11-23"][..], &SIGN, more].concat()
}

pub fn git(box_: &Sandbox, args: &[&str]) -> String {
    let name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(name).args(args).current_dir(box_.ws("")).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same in a repository with everything committed.
pub fn committed() -> Sandbox {
    let box_ = behind();
    git(&box_, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&box_, &["config", key, value]);
    }
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "start"]);
    box_
}

#[test]
fn a_plan_is_carried_out_later_and_elsewhere() {
    let (here, there) = (behind(), behind());
    let before = here.snapshot();
    here.sync(&refresh(&["--plan", "../plan.json"])).succeeds().says("3.13.77");
    assert!(here.snapshot() == before, "a plan writes nothing");
    let plan = std::fs::read(here.root().join("plan.json")).unwrap();
    there.sync(&refresh(&["--plan", "../plan.json"])).succeeds();
    assert!(std::fs::read(there.root().join("plan.json")).unwrap() == plan, "the same run gives the same bytes");
    here.sync(&refresh(&[])).succeeds();
    let patch = there.sync(&["apply", "../plan.json", "--dry-run"]).succeeds().out;
    assert!(patch.contains("+++ b/src/molt/stdlib/json/newer.py\n"), "{patch}");
    assert!(there.snapshot() == before);
    there.sync(&["apply", "../plan.json"]).succeeds().says("Refresh to CPython 3.13.77: ").says("newer.py: created\n");
    assert!(there.snapshot() == here.snapshot());
    let after = there.snapshot();
    let again = there.sync(&["apply", "../plan.json"]).succeeds().says(": 0 files written");
    assert!(again.err.contains("../plan.json was applied already"), "{}", again.err);
    assert!(there.snapshot() == after);
    // one that was carried out in part is neither
    there.remove("src/molt/stdlib/json/newer.py");
    let words = [
        "cannot apply ../plan.json: ",
        " changed since it was made",
        "(already as the plan makes it)",
        "hint: make the plan again",
    ];
    there.refuses(&["apply", "../plan.json"], 6, &words);
}

#[test]
fn a_plan_for_other_files_or_of_another_form_is_refused() {
    let box_ = behind();
    box_.sync(&refresh(&["--plan", "../plan.json"])).succeeds();
    let plan = std::fs::read_to_string(box_.root().join("plan.json")).unwrap();
    let union = box_.read("tools/stdlib_module_union.py");
    box_.write("tools/stdlib_module_union.py", format!("{union}# mine\n"));
    box_.refuses(&["apply", "../plan.json"], 6, &["1 file of it changed since", "tools/stdlib_module_union.py"]);
    box_.write("tools/stdlib_module_union.py", union);
    for (from, to, words) in [
        ("\"src/molt/stdlib/json/newer.py\"", "\"../newer.py\"", "is not a clean relative path"),
        ("\"src/molt/stdlib/json/newer.py\"", "\".git/hooks/pre-commit\"", "is not a file of the workspace"),
        ("\"schema\": 1", "\"schema\": 9", "its schema is 9"),
        ("\"title\"", "\"name\"", "unknown field"),
    ] {
        assert!(plan.contains(from), "{from}");
        let other = box_.file("other.json", plan.replace(from, to).as_bytes());
        box_.refuses(&["apply", &other], 2, &["as a plan: ", words]);
    }
    let cut = box_.file("other.json", &plan.as_bytes()[..plan.len() / 2]);
    box_.refuses(&["apply", &cut], 2, &["as a plan: "]);
    box_.refuses(&["apply", "../nowhere.json"], 2, &["cannot read ../nowhere.json"]);
    // a link in the way is found before anything is written
    #[cfg(unix)]
    {
        let outside = box_.root().join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::fs::rename(box_.ws("src/molt/stdlib/json"), outside.join("json")).unwrap();
        std::os::unix::fs::symlink(outside.join("json"), box_.ws("src/molt/stdlib/json")).unwrap();
        let ended = box_.sync(&["apply", "../plan.json"]);
        assert!(
            ended.code == 2 && ended.err.contains("a symbolic link on the way leads out of the workspace"),
            "{}",
            ended.err
        );
        assert!(!outside.join("json/newer.py").exists());
    }
}

#[test]
fn what_was_applied_last_is_taken_back_unless_somebody_went_on() {
    Sandbox::with_whole_series("3.13").refuses(
        &["undo"],
        2,
        &["there is no changeset to take back", "`git revert` takes back"],
    );
    let box_ = behind();
    let before = box_.snapshot();
    box_.sync(&refresh(&[])).succeeds();
    let after = box_.snapshot();
    let patch = box_.sync(&["undo", "--dry-run"]).succeeds().out;
    assert!(patch.contains("--- a/src/molt/stdlib/json/newer.py\n+++ /dev/null\n"), "{patch}");
    assert!(box_.snapshot() == after);
    box_.sync(&["undo"])
        .succeeds()
        .says("Take back `molt-sync refresh 3.13 ")
        .says(" --sign-off 'A. Owner' ")
        .says("newer.py: deleted");
    assert!(box_.snapshot() == before);
    box_.sync(&["undo"]).succeeds();
    assert!(box_.snapshot() == after, "what was taken back can be taken back");
    box_.write("tools/stdlib_module_union.py", "mine\n");
    box_.refuses(&["undo"], 6, &["tools/stdlib_module_union.py was changed since"]);
    let (code, value) = {
        let ended = box_.sync(&["recover", "--format", "json"]);
        (ended.code, serde_json::from_str::<Value>(&ended.out).unwrap())
    };
    assert_eq!((code, value["recovered"].as_str()), (0, Some("nothing")));
}

#[test]
fn targets_with_changes_that_are_not_committed_are_refused_and_other_files_are_not() {
    let box_ = committed();
    let path = "docs/spec/STATUS.md";
    let text = box_.read(path);
    box_.write(path, format!("{text}\nMine.\n"));
    box_.write("notes.txt", "mine");
    box_.refuses(&refresh(&[]), 3, &["uncommitted changes are in 1 file", path, "--allow-dirty docs/spec"]);
    git(&box_, &["add", path]);
    box_.refuses(&refresh(&[]), 3, &[path]);
    // what git was told not to look at may be anything
    git(&box_, &["reset", "-q"]);
    git(&box_, &["update-index", "--assume-unchanged", path]);
    box_.refuses(&refresh(&["--commit"]), 3, &[path]);
    git(&box_, &["update-index", "--no-assume-unchanged", path]);
    // whoever only looks is told as well
    let looked = box_.sync(&refresh(&["--dry-run"]));
    assert!(looked.code == 3 && looked.out.contains("+++ b/src/molt/stdlib/json/newer.py\n"), "{}", looked.err);
    box_.sync(&refresh(&["--dry-run", "--allow-dirty", path])).succeeds();
    box_.sync(&refresh(&["--allow-dirty", path])).succeeds();
    assert!(box_.read(path).ends_with("\nMine.\n"));
}

/// A change that is here is not looked for on another branch that has the same one.
#[test]
fn a_change_that_another_branch_has_too_is_here() {
    let box_ = committed();
    box_.sync(&refresh(&[])).succeeds();
    git(&box_, &["switch", "-q", "-c", "other"]);
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "there"]);
    git(&box_, &["switch", "-q", "main"]);
    box_.sync(&refresh(&[])).succeeds();
    let path = "docs/spec/STATUS.md";
    let own = box_.read(path);
    box_.write(path, own.clone() + "\nMine.\n");
    let ended = box_.sync(&["undo"]);
    assert!(ended.code != 0 && ended.err.contains(path) && !ended.err.contains("branch -D"), "{}", ended.err);
    box_.write(path, own);
    box_.sync(&["undo"]).succeeds();
    assert_eq!(git(&box_, &["status", "--short"]), "");
}

/// What this program wrote over what it had written before is its own, whenever a person committed in between.
#[test]
fn what_was_committed_between_two_changes_is_no_persons_change() {
    let box_ = committed();
    for version in ["3.13.78", "3.13.79"] {
        box_.publish(version, "tgz", &Release::based_on("3.13", version).tgz());
    }
    let to = |version| [&["refresh", version, "--mirror", "../mirror"][..], &SIGN].concat();
    box_.sync(&to("3.13.77")).succeeds();
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "the first"]);
    box_.sync(&to("3.13.78")).succeeds();
    let path = "docs/spec/STATUS.md";
    let own = box_.read(path);
    // what a person wrote in between is theirs
    box_.write(path, own.clone() + "\nMine.\n");
    box_.refuses(&to("3.13.79"), 3, &["uncommitted changes are in 1 file", path]);
    box_.write(path, own);
    box_.sync(&to("3.13.79")).succeeds();
}

#[test]
fn a_commit_has_the_change_and_nothing_else() {
    let box_ = committed();
    box_.write("notes.txt", "mine");
    git(&box_, &["add", "notes.txt"]);
    let said = box_.sync(&refresh(&["--branch", "sync/3.13.77"])).succeeds().out;
    assert!(said.contains(&format!("  commit     {}", git(&box_, &["rev-parse", "HEAD"]))), "{said}");
    assert_eq!(git(&box_, &["branch", "--show-current"]), "sync/3.13.77\n");
    assert_eq!(git(&box_, &["status", "--short"]), "A  notes.txt\n", "what was staged is staged");
    let files = git(&box_, &["show", "--format=", "--name-only"]);
    assert!(files.contains("src/molt/stdlib/json/newer.py\n") && !files.contains("notes.txt"), "{files}");
    let message = git(&box_, &["show", "--no-patch", "--format=%B"]);
    assert!(message.starts_with("Refresh to CPython 3.13.77\n\n"), "{message}");
    for trailer in [
        "CPython-Release: 3.13.77\n",
        "CPython-SHA256: ",
        "Verified-By: lock, reviewed by A. Tester\n",
        "Generated-By: molt-sync\n",
    ] {
        assert!(message.contains(trailer), "{trailer} is not in {message}");
    }
    let trailer = git(&box_, &["log", "-1", "--format=%(trailers:key=CPython-Release,valueonly)"]);
    assert_eq!(trailer.trim(), "3.13.77");
    // from no branch there is no branch to go back to
    let start = git(&box_, &["rev-parse", "main"]).trim().to_owned();
    git(&box_, &["switch", "-q", "--detach", "main"]);
    let ended = box_.sync(&refresh(&["--branch", "from-a-commit"])).succeeds();
    let words = format!("`git switch --detach {start}` goes back");
    assert!(ended.out.contains(&words) && !ended.out.contains("switch -`"), "{}", ended.out);
    git(&box_, &["switch", "-q", "--detach", &start]);
    // one that another work tree is on can neither be switched to nor thrown away here
    git(&box_, &["switch", "-q", "main"]);
    git(&box_, &["worktree", "add", "-q", "-b", "elsewhere", "../elsewhere"]);
    for more in [&[][..], &["--worktree"]] {
        let args = refresh(&[&["--branch", "elsewhere"][..], more].concat());
        box_.refuses(&args, 3, &["it is checked out in ", "/elsewhere: run it there with --commit"]);
        let said = box_.sync(&args).err;
        assert!(!said.contains("git switch") && !said.contains("recover"), "{said}");
    }
    // a branch that is there already is somebody's
    box_.refuses(
        &refresh(&["--branch", "sync/3.13.77"]),
        3,
        &["cannot make the branch sync/3.13.77: there is such a branch already", "git switch sync/3.13.77"],
    );
}

#[cfg(unix)]
#[test]
fn a_hook_that_says_no_leaves_everything_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let box_ = committed();
    let hook = box_.ws(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho not today >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let files = || -> Vec<_> { box_.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect() };
    let before = files();
    for more in [&["--commit"][..], &["--branch", "sync/x"]] {
        let ended = box_.sync(&refresh(more));
        assert!(ended.code != 0 && ended.err.contains("not today"), "{}", ended.err);
        assert!(ended.err.contains("hint: nothing was written"), "{}", ended.err);
        assert!(files() == before);
        assert_eq!(git(&box_, &["status", "--short"]), "");
        assert_eq!(git(&box_, &["branch", "--format=%(refname:short)"]), "main\n");
    }
}

#[test]
fn a_work_tree_of_its_own_leaves_this_one_alone() {
    let box_ = committed();
    box_.write("docs/spec/STATUS.md", "being rewritten\n");
    let files = || -> Vec<_> { box_.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect() };
    let before = files();
    let args = refresh(&["--worktree", "--branch", "sync/3.13"]);
    let args: Vec<&str> = args.into_iter().map(|it| if it == "../mirror" { "mirror" } else { it }).collect();
    box_.run(&[&["-C", "ws"][..], &args].concat()).succeeds();
    assert!(files() == before);
    assert_eq!(git(&box_, &["branch", "--show-current"]), "main\n");
    assert_eq!(git(&box_, &["worktree", "list", "--porcelain"]).matches("worktree ").count(), 1);
    let files_of = git(&box_, &["show", "--format=", "--name-only", "sync/3.13"]);
    assert!(files_of.contains("src/molt/stdlib/json/newer.py\n"), "{files_of}");
    let ended = box_.run(&[&["-C", "ws"][..], &args].concat());
    assert!(ended.code == 3 && ended.err.contains("sync/3.13"), "a branch that is there is somebody's: {}", ended.err);
    // a run that fails leaves no branch behind
    let args: Vec<&str> = args.iter().map(|it| if *it == "sync/3.13" { "sync/other" } else { it }).collect();
    let args: Vec<&str> = args.into_iter().map(|it| if it == "mirror" { "nowhere" } else { it }).collect();
    assert_ne!(box_.run(&[&["-C", "ws"][..], &args].concat()).code, 0);
    assert!(!git(&box_, &["branch", "--format=%(refname:short)"]).contains("sync/other"));
    assert!(box_.read(&format!("{STD}/json/__init__.py")).len() > 1);
}

#[test]
fn undo_finds_the_commit_also_where_the_tree_has_moved_on() {
    type Step = fn(&Sandbox);
    fn head(box_: &Sandbox) -> String {
        git(box_, &["rev-parse", "HEAD"]).trim().to_owned()
    }
    fn more(box_: &Sandbox) {
        box_.write("ROADMAP.md", box_.read("ROADMAP.md") + "\nMore.\n");
        git(box_, &["commit", "-q", "-am", "more"]);
    }
    fn revert(box_: &Sandbox) {
        git(box_, &["revert", "--no-edit", "HEAD"]);
    }
    let cases: [(&[&str], Step, &[&str]); 6] = [
        (
            &["--branch", "b"],
            |it| _ = git(it, &["switch", "-q", "-"]),
            &["on the branch b and not checked out", "git switch b", "git branch -D b"],
        ),
        (&["--commit"], more, &["it was committed as {}\n", "hint: `git revert {}`"]),
        (&["--commit"], revert, &["it was committed as {}, and that was taken back since", "git log"]),
        (
            &["--commit"],
            |it| {
                revert(it);
                more(it);
            },
            &["it was committed as {}, and that was taken back since"],
        ),
        (&[], more, &["it was committed as {}\n", "hint: `git revert {}`"]),
        (
            &["--branch", "b"],
            |it| {
                more(it);
                git(it, &["switch", "-q", "--detach", "main"]);
            },
            &["which is on the branch b and"],
        ),
    ];
    for (how, then, words) in cases {
        let box_ = committed();
        box_.sync(&refresh(how)).succeeds();
        if how.is_empty() {
            git(&box_, &["add", "-A"]);
            git(&box_, &["commit", "-q", "-m", "by hand"]);
        }
        let made = head(&box_);
        then(&box_);
        let words: Vec<String> = words.iter().map(|it| it.replace("{}", &made)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        box_.refuses(&["undo"], 3, &words);
        box_.refuses(&["undo", "--dry-run"], 3, &words);
    }
    // what was made in a work tree of its own is not here, whatever was applied here before
    let box_ = committed();
    let digest = "0".repeat(64);
    let add = ["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"];
    let words = "changed nothing here: its commit ";
    for applies in [false, true] {
        if applies {
            box_.sync(&add).succeeds();
            assert!(!box_.sync(&["undo", "--dry-run"]).succeeds().err.contains(words), "something was applied since");
        }
        let branch = if applies { "after" } else { "before" };
        box_.sync(&refresh(&["--worktree", "--branch", branch])).succeeds();
        let ended = box_.sync(&["undo", "--dry-run"]);
        let way = format!("is on the branch {branch}, and `git branch -D {branch}` throws it away");
        assert!(ended.err.contains(words) && ended.err.contains(&way), "{}", ended.err);
        if applies {
            continue;
        }
        git(&box_, &["merge", "-q", branch]);
        assert!(!box_.sync(&["undo", "--dry-run"]).err.contains(words), "it is here now");
        git(&box_, &["reset", "-q", "--hard", "HEAD~1"]);
    }
    // what nobody committed is no commit
    let box_ = committed();
    box_.sync(&refresh(&[])).succeeds();
    box_.write("ROADMAP.md", "mine\n");
    box_.refuses(&["undo"], 6, &["ROADMAP.md was changed since"]);
    // without git a work tree of its own is told at once
    let bare = behind();
    bare.refuses(&["docs", "check", "--base", "x"], 2, &["is in no repository of git", "leave the revision out"]);
    let words = ["is in no repository of git", "leave --worktree and --branch out"];
    bare.refuses(&refresh(&["--worktree", "--branch", "x"]), 2, &words);
    git(&bare, &["init", "-q"]);
    bare.refuses(&refresh(&["--worktree", "--branch", "x"]), 2, &["nothing is committed in this repository yet"]);
}
