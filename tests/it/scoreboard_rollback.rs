//! How an exception is taken back: what its plan says, and the reverts where those are all of it.

use crate::{
    changes::git,
    scoreboard::{FOLDER, FULL, commit, module, repository},
    support::{
        Sandbox,
        tree::{LOAD, STD},
    },
};

/// Writes the exception for what has worsened since `main`, with these commits to be reverted, and commits it. Its name.
fn signed(sandbox: &Sandbox, reverts: &[&str]) -> String {
    let mut except = [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03"][..], &FULL].concat();
    except.extend(reverts.iter().flat_map(|it| ["--revert", *it]));
    sandbox.sync(&except).succeeds();
    commit(sandbox, "allowed");
    let name = std::fs::read_dir(sandbox.ws(FOLDER)).unwrap().next().unwrap().unwrap().file_name();
    name.to_str().unwrap().trim_end_matches(".toml").to_owned()
}

fn head(sandbox: &Sandbox) -> String {
    git(sandbox, &["rev-parse", "HEAD"]).trim().to_owned()
}

#[test]
fn a_plan_that_is_a_revert_is_carried_out_on_a_branch_of_its_own() {
    let sandbox = repository();
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    module(&sandbox, "copy.py", "x = 1\n");
    commit(&sandbox, "worse");
    let bad = git(&sandbox, &["rev-parse", "HEAD"]).trim().to_owned();
    let except =
        [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03", "--revert", &bad][..], &FULL].concat();
    sandbox.sync(&except).succeeds();
    commit(&sandbox, "allowed");
    let name = std::fs::read_dir(sandbox.ws(FOLDER)).unwrap().next().unwrap().unwrap().file_name();
    let name = name.to_str().unwrap().trim_end_matches(".toml");
    let told = sandbox.sync(&["scoreboard", "rollback", name]).succeeds().out;
    assert!(told.contains("plan: revert the merge commit") && told.contains(&bad[..9]), "{told}");
    // whose words are not put into a person's commit
    let path = format!("{FOLDER}/{name}.toml");
    let hostile = "revert \\u001b[31m\\nFixes #12, @team [skip ci]\\nVerified-By: reviewed\\n";
    sandbox.write(&path, sandbox.read(&path).replace("plan = \"revert", &format!("plan = \"{hostile}")));
    commit(&sandbox, "words");
    let before = sandbox.snapshot();
    sandbox.sync(&["scoreboard", "rollback", name, "--worktree", "--branch", "back"]).succeeds();
    assert_eq!(
        sandbox.snapshot().keys().filter(|it| !it.starts_with(".git/")).count(),
        before.keys().filter(|it| !it.starts_with(".git/")).count()
    );
    assert_eq!(git(&sandbox, &["show", "back:src/molt/stdlib/copy.py"]), LOAD);
    assert_eq!(git(&sandbox, &["diff", "--name-only", "main", "back"]), "");
    let message = git(&sandbox, &["log", "-1", "--format=%B", "back"]);
    assert_eq!(message.trim(), format!("Take back what {name}.toml allows\n\nThis reverts commit {bad}."));
    sandbox.refuses(&["scoreboard", "rollback", "other"], 2, &["there is no exception other"]);
    // a plan in words is a person's to carry out
    let words = sandbox.read(&path).replace(&format!("\"{bad}\""), "");
    sandbox.write(&path, words);
    let refused = sandbox.sync(&["scoreboard", "rollback", name, "--worktree", "--branch", "again"]);
    assert!(refused.code == 3 && refused.err.contains("names no commits to revert"), "{}", refused.err);
}

#[test]
fn merges_and_several_commits_are_taken_back_in_their_order_and_a_persons_work_stays() {
    let sandbox = repository();
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    let mut commits = Vec::new();
    for text in ["x = 1\n", "x = 2\n"] {
        module(&sandbox, "copy.py", text);
        commit(&sandbox, text);
        commits.push(head(&sandbox));
    }
    git(&sandbox, &["switch", "-q", "-c", "side", "main"]);
    let before = sandbox.read(&format!("{STD}/this.py"));
    module(&sandbox, "this.py", "x = 3\n");
    commit(&sandbox, "side");
    git(&sandbox, &["switch", "-q", "work"]);
    git(&sandbox, &["merge", "-q", "--no-ff", "-m", "merged", "side"]);
    commits.push(head(&sandbox));
    // whatever the order is in which they are named
    let name = signed(&sandbox, &[&commits[0], &commits[2], &commits[1]]);
    sandbox.write("mine.txt", "not committed\n");
    module(&sandbox, "json/tool.py", &format!("{LOAD}# at work\n"));
    let there = |it: &Sandbox| git(it, &["status", "--porcelain", "--branch"]);
    let status = there(&sandbox);
    sandbox
        .sync(&["scoreboard", "rollback", &name, "--worktree", "--branch", "back"])
        .succeeds()
        .says("3 commits reverted");
    assert_eq!(git(&sandbox, &["show", &format!("back:{STD}/copy.py")]), LOAD);
    assert_eq!(git(&sandbox, &["show", &format!("back:{STD}/this.py")]), before);
    assert_eq!(git(&sandbox, &["diff", "--name-only", "main", "back"]), "");
    assert_eq!(there(&sandbox), status);
    let told = git(&sandbox, &["log", "-1", "--format=%B", "back"]);
    assert!(commits.iter().all(|it| told.contains(&format!("This reverts commit {it}."))), "{told}");
    // the branch is there, and another one of that name is not made over it
    let refused = sandbox.sync(&["scoreboard", "rollback", &name, "--worktree", "--branch", "back"]);
    assert!(refused.code > 1 && refused.err.contains("back"), "{}", refused.err);
    assert_eq!(there(&sandbox), status);
}

#[test]
fn what_cannot_be_taken_back_is_refused_and_leaves_nothing_behind() {
    let sandbox = repository();
    git(&sandbox, &["switch", "-q", "-c", "work"]);
    module(&sandbox, "copy.py", "x = 1\n");
    commit(&sandbox, "worse");
    let name = signed(&sandbox, &[&head(&sandbox)]);
    let rollback = |branch: &str, code: i32, words: &[&str]| {
        let branches = git(&sandbox, &["branch", "--list"]);
        let ended = sandbox.sync(&["scoreboard", "rollback", &name, "--worktree", "--branch", branch]);
        assert_eq!(ended.code, code, "{}", ended.err);
        assert!(words.iter().all(|it| ended.err.contains(it)) && ended.err.contains("hint: "), "{}", ended.err);
        assert_eq!(git(&sandbox, &["branch", "--list"]), branches);
        assert_eq!(git(&sandbox, &["worktree", "list"]).lines().count(), 1);
    };
    rollback("no..name", 2, &["no..name"]);
    // what it did was changed since
    module(&sandbox, "copy.py", "y = 1\n");
    commit(&sandbox, "since");
    rollback("one", 3, &["cannot take the commit", "was changed since"]);
    // it is part of another branch
    git(&sandbox, &["switch", "-q", "main"]);
    git(&sandbox, &["checkout", "-q", "work", "--", FOLDER]);
    rollback("two", 3, &["not part of what is checked out here", "check out a branch that has them"]);
    // a commit that there is not
    let path = format!("{FOLDER}/{name}.toml");
    let text = sandbox.read(&path);
    let bad = git(&sandbox, &["rev-parse", "work~2"]);
    sandbox.write(&path, text.replace(bad.trim(), "0123456789abcdef"));
    rollback("three", 2, &["0123456789abcdef"]);
    // what leads to another commit tomorrow is not what was signed for
    sandbox.write(&path, text.replace(bad.trim(), "main"));
    rollback("four", 2, &["`main`, which is not a commit by its digits"]);
    let digits = bad[..9].to_uppercase();
    git(&sandbox, &["branch", &digits, "main"]);
    sandbox.write(&path, text.replace(bad.trim(), &digits));
    rollback("five", 2, &["looks like the first digits of a commit"]);
}
