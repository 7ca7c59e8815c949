//! The job of the generated workflow that may write: what the first job left is data to it, and often hostile. Its script is run
//! in bash against a bare repository and a stub of the forge's command line.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use molt_sync::stdlib::ModuleKind;

use crate::support::{
    Release, Sandbox,
    tree::RATCHET,
    workflow::{Forge, git_at, git_in, said, step, tool, value},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const STEP: &str = "Apply allowed paths only, push one branch, open the pull request";
const BRANCH: &str = "molt-sync/3.13";

/// A workspace on a forge, and a change as the first job leaves it.
pub struct Proposal {
    pub box_: Sandbox,
    pub forge: Forge,
    script: String,
    allowed: String,
}

impl Proposal {
    fn new() -> Self {
        Self::of(|_| ())
    }

    /// With more in the workspace.
    pub fn of(more: impl FnOnce(&Sandbox)) -> Self {
        let box_ = Sandbox::with_series("3.13");
        box_.write("build.rs", "fn main() {}\n");
        box_.write(".github/CODEOWNERS", "* @org/owners\n");
        box_.write("docs/plan.md", "A plan.\n".repeat(20));
        let release = |it: &str| Release::based_on("3.13", it);
        box_.publish("3.13.77", "tgz", &release("3.13.77").tgz());
        box_.publish("3.13.78", "tgz", &release("3.13.78").without("this").tgz());
        more(&box_);
        box_.sync(&["init", "--github", "--install", "true"]).succeeds();
        git_in(&box_.ws(""), &["init", "-q"]);
        git_in(&box_.ws(""), &["add", "-A"]);
        git_in(&box_.ws(""), &["commit", "-q", "-m", "start"]);
        let forge = Forge::of(&box_.ws(""), box_.root().join("forge"));
        let text = box_.read(WATCH);
        let res = Self { script: step(&text, "propose", STEP), allowed: value(&text, "ALLOWED"), forge, box_ };
        res.forge.checkout();
        res.change_is("3.13.77");
        res
    }

    /// What the first job leaves for this release.
    pub fn change_is(&self, version: &str) {
        drop(fs::remove_dir_all(self.box_.root().join("changes")));
        fs::create_dir(self.box_.root().join("changes")).unwrap();
        let [patch, report] = ["patch", "md"].map(|it| format!("../changes/3.13.{it}"));
        self.box_
            .sync(&["refresh", version, "--mirror", "../mirror", "--patch", &patch, "--report", &report])
            .succeeds();
        let message = format!(
            "Refresh to CPython {version}\n\nIt changes.\n\nCPython-Release: {version}\nGenerated-By: molt-sync\n"
        );
        fs::write(self.artefact("message"), message).unwrap();
    }

    pub fn artefact(&self, ending: &str) -> PathBuf {
        self.box_.root().join(format!("changes/3.13.{ending}"))
    }

    /// Runs the job in the clone that is there, of which it changes nothing; see [`Forge::checkout`].
    fn run(&self) -> Output {
        let changes = self.box_.root().join("changes");
        let env =
            [("SERIES", "3.13"), ("BASE", "main"), ("ALLOWED", &self.allowed), ("CHANGES", changes.to_str().unwrap())];
        let place = self.forge.dir.join("runner");
        self.forge.run(&place, &self.script, &env)
    }

    #[track_caller]
    pub fn ends_with(&self, code: i32, words: &str) {
        let output = self.run();
        assert!(output.status.code() == Some(code) && said(&output).contains(words), "{output:?}");
    }

    fn tip(&self) -> String {
        self.forge.origin(&["rev-parse", BRANCH])
    }

    /// A clone in which a person works on the branch.
    fn persons(&self) -> PathBuf {
        let place = self.box_.root().join("person");
        drop(fs::remove_dir_all(&place));
        git_in(self.box_.root(), &["clone", "-q", "-b", BRANCH, "forge/origin", "person"]);
        place
    }
}

fn bash(place: &Path, script: &str) {
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(place);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A Person").env(format!("GIT_{role}_EMAIL"), "person@example.org");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
}

#[test]
fn one_branch_is_pushed_and_a_persons_is_left_alone() {
    let it = Proposal::new();
    it.ends_with(0, "");
    let tip = it.tip();
    assert_eq!(it.forge.read("prs/1/title"), "Refresh to CPython 3.13.77\n");
    assert!(it.forge.read("prs/1/body").contains("- Recorded before: "), "{}", it.forge.read("prs/1/body"));
    assert!(it.forge.read("log").contains(&format!("workflow run molt-sync-check.yml --ref {BRANCH}\n")));
    let message = it.forge.origin(&["log", "-1", "--format=%B", BRANCH]);
    assert!(message.contains("\nGenerated-By: molt-sync\nMolt-Sync-Change: "), "{message}");
    it.ends_with(0, "molt-sync/3.13 is as it should be");
    assert!(it.tip() == tip && it.forge.read("prs/2/title").is_empty());
    assert_eq!(it.forge.read("log").matches("workflow run").count(), 1);

    let as_bot =
        "export GIT_{AUTHOR,COMMITTER}_NAME=molt-sync GIT_{AUTHOR,COMMITTER}_EMAIL=molt-sync@users.noreply.github.com";
    let same_time = "export GIT_AUTHOR_DATE=$(git log -1 --format=%aI) GIT_COMMITTER_DATE=$(git log -1 --format=%cI)";
    let edit = "echo mine >> docs/plan.md; git add -A";
    for what in [
        format!("{edit}; git commit -qm mine"),
        format!("{as_bot}; {edit}; git commit -qm 'Refresh to CPython 3.13.77'"),
        format!("{as_bot}; {same_time}; {edit}; git commit -q --amend --no-edit"),
        format!("{as_bot}; {same_time}; git commit -q --amend -m \"$(git log -1 --format=%B | sed '1s/^/More: /')\""),
        "git commit -q --amend --no-edit --reset-author".to_owned(),
        format!(
            "{as_bot}; git switch -q main; {edit}; git commit -qm onward; git switch -q -; git merge -q --no-edit main"
        ),
        format!(
            "{as_bot}; {same_time}; git switch -q main; {edit}; git commit -qm onward; git switch -q -; git rebase -q main"
        ),
        format!("git rm -q ROADMAP.md; {as_bot}; git commit -qm 'x' -m \"$(git log -1 --format=%B | tail -n 1)\""),
    ] {
        let place = it.persons();
        bash(&place, &format!("git branch -q main origin/main; {what}"));
        git_in(&place, &["push", "-q", "--force", "origin", &format!("HEAD:{BRANCH}")]);
        let theirs = it.tip();
        assert_ne!(theirs, tip, "{what}");
        it.ends_with(3, "molt-sync/3.13 has commits of another author");
        assert_eq!(it.tip(), theirs, "{what}");
        it.forge.origin(&["update-ref", &format!("refs/heads/{BRANCH}"), &tip]);
    }
    // its own makes room for the next release, also where the base has moved
    let place = it.persons();
    bash(&place, &format!("git switch -q main; {edit}; git commit -qm onward; git push -q origin main"));
    it.change_is("3.13.78");
    it.forge.checkout();
    it.ends_with(0, "");
    assert_eq!(it.forge.read("prs/1/title"), "Refresh to CPython 3.13.78\n");
    assert_eq!(it.forge.origin(&["rev-list", "--count", &format!("main..{BRANCH}")]), "1");
    let changed = it.forge.origin(&["diff", "--name-status", &format!("main...{BRANCH}")]);
    assert!(changed.contains("D\tsrc/molt/stdlib/this.py") && !changed.contains("plan"), "{changed}");
}

#[test]
fn a_package_without_a_file_of_its_own_is_named_by_what_lies_in_it() {
    let it = Proposal::of(|box_| {
        let release = Release::based_on("3.13", "3.13.79").with("json.deep.leaf", ModuleKind::Module);
        box_.publish("3.13.79", "tgz", &release.tgz());
        box_.write(RATCHET, "{\"max_intrinsic_partial\": 999}\n");
        box_.sync(&["docs", "sync"]);
    });
    it.change_is("3.13.79");
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    assert!(patch.contains("src/molt/stdlib/json/deep/__init__.py"), "{patch}");
    it.ends_with(0, "");
    assert!(it.forge.has(BRANCH));
}

#[test]
fn a_module_that_only_another_series_has_becomes_a_package() {
    let it = Proposal::of(|box_| {
        let publish = |base: &str, version: &str, kind| {
            box_.publish(version, "tgz", &Release::based_on(base, version).with("json.moved", kind).tgz());
        };
        publish("3.12", "3.12.50", ModuleKind::Module);
        publish("3.13", "3.13.79", ModuleKind::Package);
        box_.write(RATCHET, "{\"max_intrinsic_partial\": 999}\n");
        box_.sync(&["docs", "sync"]);
        let sign = ["--sign-off", "A. Tester", "--reason", "the series before"];
        box_.sync(&[&["refresh", "3.12.50", "--mirror", "../mirror"][..], &sign].concat()).succeeds();
    });
    it.change_is("3.13.79");
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    assert!(patch.contains("src/molt/stdlib/json/moved/__init__.py"), "{patch}");
    it.ends_with(0, "");
    assert!(it.forge.has(BRANCH));
}

#[test]
fn a_runner_that_keeps_its_folder_pushes_nothing_of_another_run() {
    let it = Proposal::new();
    let runner = it.forge.dir.join("runner");
    git_in(&runner, &["update-ref", "refs/molt-sync/out/heads/molt-sync/3.12", "HEAD"]);
    it.ends_with(0, "");
    assert!(it.forge.has(BRANCH) && !it.forge.has("molt-sync/3.12"));
}

#[test]
fn a_request_that_a_person_closed_is_an_answer_about_its_release() {
    let it = Proposal::new();
    it.ends_with(0, "");
    let tip = it.tip();
    let place = it.persons();
    fs::write(it.forge.dir.join("prs/1/state"), "closed\n").unwrap();
    let opened = || fs::read_dir(it.forge.dir.join("prs")).unwrap().count();
    let onward = "git switch -q main; echo onward >> docs/plan.md; git commit -qam onward; git push -q origin main";
    let without = format!("git push -q origin :{BRANCH}");
    for what in ["true", onward, &without] {
        bash(&place, what);
        it.forge.checkout();
        it.ends_with(0, "which is left alone");
        assert_eq!(opened(), 1, "{what}");
        assert!(!it.forge.has(BRANCH) || it.tip() == tip, "{what}");
    }
    // what a fork calls the same says nothing of it, and the next release is another question
    fs::write(it.forge.dir.join("prs/1/fork"), "").unwrap();
    it.ends_with(0, "");
    assert_eq!(opened(), 2);
    fs::write(it.forge.dir.join("prs/2/state"), "closed\n").unwrap();
    it.change_is("3.13.78");
    it.ends_with(0, "");
    assert_eq!(it.forge.read("prs/3/title"), "Refresh to CPython 3.13.78\n");
    // one whose text is a person's was told in a comment what it is about
    let it = Proposal::new();
    it.ends_with(0, "");
    let body = it.forge.dir.join("prs/1/body");
    fs::write(&body, format!("Notes of mine.\n{}", fs::read_to_string(&body).unwrap())).unwrap();
    it.change_is("3.13.78");
    it.forge.checkout();
    it.ends_with(0, "a person has changed the text");
    fs::write(it.forge.dir.join("prs/1/state"), "closed\n").unwrap();
    it.forge.checkout();
    it.ends_with(0, "which is left alone");
    assert_eq!(fs::read_dir(it.forge.dir.join("prs")).unwrap().count(), 1);
}

#[test]
fn what_failed_behind_the_push_is_made_up_for() {
    let it = Proposal::new();
    let gh = it.forge.dir.join("bin/gh");
    let works = fs::read_to_string(&gh).unwrap();
    let stub = |what: &str| {
        fs::write(&gh, works.replace("set -euo pipefail", &format!("set -euo pipefail\n{what}"))).unwrap();
    };
    for (release, what) in [
        ("3.13.77", "pr create"),
        ("3.13.78", "pr edit"),
        ("3.13.77", "workflow run"),
        ("3.13.78", "pr list"),
        ("3.13.77", "auth"),
    ] {
        let before = it.forge.read("log").matches("workflow run").count();
        it.change_is(release);
        stub(&format!("if [[ \"$*\" == '{what}'* ]]; then exit 1; fi"));
        assert!(!it.run().status.success(), "{what}");
        stub("");
        it.forge.checkout();
        it.ends_with(0, "");
        assert_eq!(it.forge.read("prs/1/title"), format!("Refresh to CPython {release}\n"), "{what}");
        assert!(it.forge.read("prs/1/body").contains(&format!("<!-- molt-sync: CPython {release} -->")));
        assert_eq!(it.forge.read("log").matches("workflow run").count(), before + 1, "{what}");
        it.ends_with(0, "is as it should be");
        assert_eq!(it.forge.read("log").matches("workflow run").count(), before + 1, "{what}");
    }
    assert!(it.forge.read("prs/2/title").is_empty());
    // the answer of a push that was carried out is lost, or git fails in the middle of what the mark is made of
    let real = Command::new("bash").args(["-c", "type -P git"]).output().unwrap();
    let real = String::from_utf8(real.stdout).unwrap().trim().to_owned();
    for (when, what) in
        [("push", "\"$real\" \"$@\"; exit 128"), ("cat-file", "\"$real\" \"$@\" | head -c 30; exit 128")]
    {
        let release = if when == "push" { "3.13.78" } else { "3.13.77" };
        it.change_is(release);
        let body = format!(
            "real='{real}'\nfor word in \"$@\"; do if [[ $word == {when} ]]; then {what}; fi; done\nexec \"$real\" \"$@\""
        );
        tool(&it.forge.dir.join("bin"), "git", &body);
        it.ends_with(5, "::error::cannot ");
        fs::remove_file(it.forge.dir.join("bin/git")).unwrap();
        it.forge.checkout();
        it.ends_with(0, "");
        assert_eq!(it.forge.read("prs/1/title"), format!("Refresh to CPython {release}\n"), "{when}");
    }
}

#[test]
fn names_that_only_end_as_a_branch_does_are_others() {
    for other in ["refs/heads/refs/heads/", "refs/tags/refs/heads/", "refs/heads/refs/molt-sync/started/"] {
        let it = Proposal::new();
        let name = format!("{other}{}", if other.contains("started") { "3.13" } else { BRANCH });
        it.forge.origin(&["update-ref", &name, "main"]);
        let main = it.forge.origin(&["rev-parse", "main"]);
        it.ends_with(0, "");
        assert!(it.forge.has(BRANCH) && it.forge.origin(&["rev-parse", &name]) == main, "{name}");
        it.ends_with(0, "is as it should be");
    }
}

#[test]
fn what_a_person_has_to_know_is_told_once_each_whatever_becomes_of_the_others() {
    let it = Proposal::new();
    let text = it.box_.read(WATCH);
    let script = step(&text, "tell", "Open an issue for what was not told before");
    let tells = |notices: &str| it.forge.run(&it.forge.dir, &script, &[("NOTICES", notices)]).status.code().unwrap();
    let [new, late] = [
        "CPython 3.15 is a new series, of which nothing is recorded",
        "CPython 3.13.9 was planned for 2026-01-02, and nothing of it is there",
    ];
    fs::write(it.forge.dir.join("refuses"), "3.15").unwrap();
    assert_eq!(tells(&format!("[\"{new}\",\"{late}\"]")), 5);
    assert_eq!(it.forge.issues(), [late]);
    fs::remove_file(it.forge.dir.join("refuses")).unwrap();
    // a person gives one another title
    let issue = it.forge.read("issues/1");
    fs::write(it.forge.dir.join("issues/1"), issue.replacen("CPython", "[late] CPython", 1)).unwrap();
    assert_eq!(tells(&format!("[\"{new}\",\"{late}\"]")), 0);
    assert_eq!(it.forge.issues().len(), 2);
    let many: Vec<String> =
        (0..25).map(|it| format!("\"{}\"", new.replace("3.15", &format!("3.{}", 20 + it)))).collect();
    let many = format!("[{}]", many.join(","));
    assert_eq!(tells(&many), 5);
    assert_eq!(it.forge.issues().len(), 22);
    assert_eq!(tells(&many), 0);
    assert_eq!(it.forge.issues().len(), 27);
    let kinds = [
        "CPython 3.13.5 was recalled before it was recorded",
        "CPython 3.13.5 is out, and has a note that a person should read",
        "CPython 3.9.25 is out, and is not brought in: its series has ended",
        "CPython 3.13.9 is named as out, and the mirror lacks a part of it",
        "CPython 3.12 has a record that cannot be read",
    ];
    assert_eq!(tells(&format!("[\"{}\"]", kinds.join("\",\""))), 0);
    assert_eq!(it.forge.issues()[27..], kinds);
    for bad in [
        "CPython 3.12 was recalled before it was recorded",
        "CPython spam",
        "CPython 3.15 see www.example.org",
        &format!("{new}."),
        "",
        "-x",
    ] {
        assert_eq!(tells(&format!("[\"{bad}\"]")), 4, "{bad}");
    }
    assert_eq!(it.forge.issues().len(), 32);
}

#[test]
fn a_failure_is_not_a_branch_that_is_absent() {
    let it = Proposal::new();
    it.ends_with(0, "");
    let place = it.persons();
    bash(&place, "echo mine > mine; git add -A; git commit -qm mine; git push -q");
    let theirs = it.tip();
    let real = Command::new("bash").args(["-c", "type -P git"]).output().unwrap();
    let real = String::from_utf8(real.stdout).unwrap().trim().to_owned();
    let stub = |when: &str, what: &str| {
        tool(
            &it.forge.dir.join("bin"),
            "git",
            &format!("for word in \"$@\"; do if [[ $word == {when} ]]; then {what}; fi; done\nexec '{real}' \"$@\""),
        );
    };
    for (when, what) in [("ls-remote", "exit 128"), ("ls-remote", "exit 1"), ("fetch", "exit 128"), ("fetch", "exit 1")]
    {
        stub(when, what);
        it.ends_with(5, "::error::cannot ");
        assert_eq!(it.tip(), theirs, "{when}: {what}");
    }
    // a person who comes between the look and the push
    it.forge.origin(&["update-ref", &format!("refs/heads/{BRANCH}"), &format!("{theirs}^")]);
    it.change_is("3.13.78");
    let moves = format!("'{real}' --git-dir \"$FORGE/origin\" update-ref refs/heads/{BRANCH} {theirs}");
    stub("push", &moves);
    it.ends_with(5, "cannot push");
    assert_eq!(it.tip(), theirs);
    // or where there was no branch
    it.forge.origin(&["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
    it.ends_with(5, "cannot push");
    assert_eq!(it.tip(), theirs);
    // what cannot be asked is not a pull request that is absent
    fs::remove_file(it.forge.dir.join("bin/git")).unwrap();
    it.forge.origin(&["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
    let gh = fs::read_to_string(it.forge.dir.join("bin/gh")).unwrap();
    fs::write(it.forge.dir.join("bin/gh"), gh.replace("\"pr list\")", "\"pr list\") exit 1;;\n  \"pr other\")"))
        .unwrap();
    assert!(!it.run().status.success());
    assert!(it.forge.read("prs/2/title").is_empty());
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn both_sides_of_every_change_are_judged_in_the_tree_that_results() {
    let it = Proposal::of(|box_| {
        for name in ["docs/run.md", "src/molt/stdlib/run.py"] {
            box_.write(name, "# x\n");
            make_executable(box_, name);
        }
        box_.write("src/molt/stdlib/abc.py", "x = 1\n");
        box_.write("CHANGELOG.md", "# Changes\n");
        box_.write("docs/archive/a.md", "# Then\n");
        for name in ["Foo", "foo", "FOO"] {
            box_.write(&format!("src/molt/stdlib/case/{name}.py"), "x = 1\n");
        }
        // a submodule of which a setting says that nobody wants to hear
        box_.write(".gitmodules", "[submodule \"v\"]\n\tpath = v\n\turl = https://example.org/v\n\tignore = all\n");
        box_.write("v/x", "x\n");
        git_in(&box_.ws("v"), &["init", "-q"]);
        git_in(&box_.ws("v"), &["add", "-A"]);
        git_in(&box_.ws("v"), &["commit", "-q", "-m", "start"]);
    });
    let good = fs::read_to_string(it.artefact("patch")).unwrap();
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "author"]);
    let place = it.box_.root().join("author");
    let stub = "src/molt/stdlib/evil.py";
    for (what, words) in [
        ("git mv build.rs docs/x.md", "'build.rs'"),
        ("git mv .github/CODEOWNERS docs/x.md", "refused"),
        ("git mv .github/workflows/molt-sync-watch.yml src/molt/stdlib/watch.py", "refused"),
        ("git mv build.rs src/molt/stdlib/build.py", "'build.rs'"),
        ("git mv docs/plan.md docs/other.md", "refused"),
        ("git mv docs/plan.md src/molt/stdlib/plan.py", "'docs/plan.md' would go"),
        ("cp build.rs docs/x.md", "a new 'docs/x.md'"),
        ("git rm -q docs/plan.md", "'docs/plan.md' would go"),
        ("git rm -q baselines/3.13.json", "'baselines/3.13.json' would go"),
        ("git rm -q tools/stdlib_module_union.py", "would go"),
        ("echo >> baselines/3.12.json", "'baselines/3.12.json' is not about 3.13"),
        ("cp baselines/3.13.json baselines/3.99.json", "'baselines/3.99.json' is not about 3.13"),
        // the union of this workspace loads no other file
        ("echo > tools/stdlib_module_union_3_12.py", "refused: 'tools/stdlib_module_union_3_12.py'"),
        ("echo > tools/stdlib_module_union_3_13.py", "refused: 'tools/stdlib_module_union_3_13.py'"),
        // a refresh changes no module, and of records of the past what is bound there alone
        ("echo 'x = 2' >> src/molt/stdlib/abc.py", "refused: 'src/molt/stdlib/abc.py' would change"),
        ("echo >> src/molt/stdlib/json/__init__.py", "refused: 'src/molt/stdlib/json/__init__.py' would change"),
        ("echo x >> CHANGELOG.md", "refused: 'CHANGELOG.md'"),
        ("echo x >> docs/archive/a.md", "refused: 'docs/archive/a.md'"),
        ("chmod +x docs/plan.md", "mode"),
        ("chmod -x docs/run.md", "mode"),
        ("git rm -q src/molt/stdlib/run.py", "would go, and a record has it"),
        ("git mv src/molt/stdlib/run.py src/molt/stdlib/walk.py", "not a plain file"),
        // what not every checkout can hold
        ("echo x > src/molt/stdlib/ABC.py", "stdlib/abc"),
        ("mkdir src/molt/stdlib/JSON; echo x > src/molt/stdlib/JSON/new.py", "stdlib/json"),
        ("echo x > src/molt/stdlib/con.py", "stdlib/con"),
        ("mkdir src/molt/stdlib/Aux; echo x > src/molt/stdlib/Aux/x.py", "stdlib/aux"),
        ("echo x > src/molt/stdlib/json/LPT1.py", "json/lpt1"),
        ("mkdir src/molt/stdlib/abc; echo x > src/molt/stdlib/abc/__init__.py", "stdlib/abc"),
        ("echo x > src/molt/stdlib/json.py", "stdlib/json"),
        ("echo x > src/molt/stdlib/new.py; mkdir src/molt/stdlib/New; echo x > src/molt/stdlib/New/x.py", "stdlib/new"),
        ("chmod +x docs/plan.md; echo >> docs/plan.md", "mode"),
        ("rm docs/plan.md; ln -s ../.github/CODEOWNERS docs/plan.md", "not a plain file"),
        ("ln -s /proc/self/environ src/molt/stdlib/evil.py", "not a plain file"),
        ("printf x > src/molt/stdlib/evil.py; chmod +x src/molt/stdlib/evil.py", "not a plain file"),
        ("git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),src/molt/stdlib/evil.py", "not a plain file"),
        ("git update-index --cacheinfo 160000,$(git rev-parse HEAD),v", "'v'"),
        ("git update-index --force-remove v # 160000", "'v'"),
        ("printf '\\n[[release]]\\nversion = \"3.12.99\"\\n' >> baselines/releases.lock.toml", "other releases"),
        ("printf '\\n [[release]]\\nversion = \"3.12.99\"\\n' >> baselines/releases.lock.toml", "other releases"),
        (
            "printf '\\n[[release]]\\nversion = \"3.12.99\" # version = \"3.13.9\"\\n' >> baselines/releases.lock.toml",
            "other releases",
        ),
        (
            "printf '\\n[last_refresh.\"3.15\"] # \"3.13\"\\nadded = []\\n' >> baselines/releases.lock.toml",
            "other releases",
        ),
        ("sed -i '1i signer = []' baselines/releases.lock.toml", "other releases"),
        ("printf '\\n[[signer]]\\nseries = \"3.13\"\\n' >> baselines/releases.lock.toml", "other releases"),
        ("git mv src/molt/stdlib/case/Foo.py src/molt/stdlib/case/fOO.py", "or none had it"),
        ("mkdir src/molt/stdlib/Case; echo x > src/molt/stdlib/Case/x.py", "stdlib/case"),
        ("echo x > src/molt/stdlib/$(printf 'a%.0s' {1..250}).py", "too long"),
        ("d=src/molt/stdlib/$(printf 'a/%.0s' {1..200}); mkdir -p $d; echo x > ${d}x.py", "too long"),
        ("head -c 5000000 /dev/zero | tr '\\0' x > src/molt/stdlib/big.py", "too large"),
        ("head -c 60000000 /dev/zero > src/molt/stdlib/big.py", "not a patch of text"),
        ("mkdir .claude; echo x > .claude/x.md", "refused"),
        ("echo x > src/molt/stdlib/conftest.py", "refused: 'src/molt/stdlib/conftest.py'"),
        ("echo x > src/molt/stdlib/release.py", "a new 'src/molt/stdlib/release.py', which no record names"),
        ("mkdir src/molt/stdlib/made; echo x > src/molt/stdlib/made/__init__.py", "which no record names"),
        ("mkdir .GITHUB; echo > .GITHUB/CODEOWNERS", "refused"),
        ("mkdir -p docs/.github; echo > docs/.github/a.md", "refused"),
        ("echo '* text' > .gitattributes", "refused"),
        ("echo '* text' > src/molt/stdlib/.gitattributes", "refused"),
        ("echo > .gitmodules", "refused"),
        ("echo >> Cargo.toml", "refused"),
        ("echo 'x = 1' >> molt-sync.toml", "refused"),
        ("echo >> docs/bindings.toml", "refused"),
        ("mkdir -p tools/molt-sync/docs-templates; echo > tools/molt-sync/docs-templates/a.md", "refused"),
        ("sed -i 's/[0-9]/9&/' tools/stdlib_intrinsics_ratchet.json", "refused"),
        ("mkdir -p docs/scoreboard/exceptions; echo > docs/scoreboard/exceptions/x.toml", "refused"),
        ("printf x > $'docs/a\\nb.md'", "refused"),
        ("printf x > $'src/molt/stdlib/a\\nb.py'", "refused"),
        ("printf x > 'src/molt/stdlib/a\"b.py'", "refused"),
        ("printf x > $'src/molt/stdlib/\\xff.py'", "refused"),
        ("printf x > src/molt/stdlib/über.py", "refused"),
        ("printf x > src/molt/stdlib/evil.sh", "refused"),
        ("printf x > SRC_x; mkdir -p SRC/molt/stdlib; mv SRC_x SRC/molt/stdlib/x.py", "refused"),
    ] {
        bash(&place, &format!("git reset -q --hard; git clean -qfd; {what}; git add -A 2> /dev/null || true"));
        if what.contains("160000") {
            bash(&place, &format!("git reset -q; {what}"));
        }
        let diff = git_at(
            &place,
            &[
                "diff",
                "--cached",
                "--binary",
                "--ignore-submodules=none",
                "--find-renames=20%",
                "--find-copies-harder",
                "HEAD",
            ],
        );
        assert!(!diff.stdout.is_empty(), "{what}");
        fs::write(it.artefact("patch"), &diff.stdout).unwrap();
        it.ends_with(4, words);
        assert!(!it.forge.has(BRANCH), "{what}");
    }
    // what git itself would not have in a tree, or does not understand
    let new = |path: &str| {
        format!("diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n")
    };
    let paths =
        ["../evil.md", "docs/../build.rs", "/etc/x", ".git/config", ".Git/config", ".g\u{200c}it/config", "git~1/x.md"];
    let mut bad: Vec<String> = paths.map(new).into();
    bad.extend(["no patch at all\n".to_owned(), String::new(), new(stub).replace("100644", "100777")]);
    // git leaves it out of the tree without a word
    bad.push(new(".github/workflows/evil.yml").replace("100644", "040000"));
    bad.push(new(".github/workflows/evil.yml").replace("mode 100644", "mode 040000 mode 100644"));
    for bad in bad {
        fs::write(it.artefact("patch"), format!("{}{bad}", if bad.starts_with("diff") { &good } else { "" })).unwrap();
        assert!(!it.run().status.success(), "{bad}");
        assert!(!it.forge.has(BRANCH), "{bad}");
    }
    // of three names of which two were too many already, one goes: it is a person's, and the others are no matter of the change
    bash(&place, "git reset -q --hard; git clean -qfd; git rm -q src/molt/stdlib/case/Foo.py");
    let diff = git_at(&place, &["diff", "--cached"]);
    fs::write(it.artefact("patch"), [good.as_bytes(), &diff.stdout].concat()).unwrap();
    it.ends_with(4, "or none had it");
    fs::write(it.artefact("patch"), &good).unwrap();
    it.ends_with(0, "");
    assert!(it.forge.has(BRANCH));
    // a series of which nothing is recorded is a person's
    bash(&place, "git reset -q --hard; git rm -q baselines/3.13.json; git commit -qm x; git push -q origin HEAD:main");
    it.forge.checkout();
    it.ends_with(3, "nothing of 3.13 is recorded");
}

#[test]
fn a_message_speaks_of_the_release_that_is_recorded() {
    let it = Proposal::new();
    let message = fs::read_to_string(it.artefact("message")).unwrap();
    fs::write(it.artefact("message"), message.replace("CPython-Release: 3.13.77", "CPython-Release: 3.13.78")).unwrap();
    it.ends_with(4, "the message is about another release than the record, which is of 3.13.77");
    assert!(!it.forge.has(BRANCH));
    fs::write(it.artefact("message"), message).unwrap();
    // a record that says it in another way, twice, or not at all
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    let line = "+  \"release\": \"3.13.77\",\n";
    assert!(patch.contains(line));
    for other in [
        "+  \"release\":\"3.13.78\",\n",
        "+  \"release\": \"3.13.78\" ,\n",
        "+  \"\\u0072elease\": \"3.13.78\",\n",
        "+  \"x\": {\"release\": \"3.13.77\"}, \"release\": \"3.13.78\",\n",
        "+  \"x\": \"3.13.78\",\n",
    ] {
        fs::write(it.artefact("patch"), patch.replace(line, other)).unwrap();
        it.ends_with(4, "the record of 3.13 does not say which release it is about");
        assert!(!it.forge.has(BRANCH), "{other}");
    }
    fs::write(it.artefact("patch"), patch).unwrap();
    it.ends_with(0, "");
}

#[test]
fn the_text_of_a_request_that_a_person_has_changed_stays() {
    let it = Proposal::new();
    it.ends_with(0, "");
    let [title, body] = ["prs/1/title", "prs/1/body"].map(|it_| it.forge.dir.join(it_));
    it.change_is("3.13.78");
    it.forge.checkout();
    it.ends_with(0, "");
    assert_eq!(fs::read_to_string(&title).unwrap(), "Refresh to CPython 3.13.78\n");
    let notes = format!("Notes of mine.\n{}", fs::read_to_string(&body).unwrap());
    fs::write(&title, "WIP: refresh\n").unwrap();
    fs::write(&body, &notes).unwrap();
    for release in ["3.13.77", "3.13.78"] {
        it.change_is(release);
        it.forge.checkout();
        it.ends_with(0, "a person has changed the text");
        assert_eq!(fs::read_to_string(&title).unwrap(), "WIP: refresh\n");
        assert_eq!(fs::read_to_string(&body).unwrap(), notes);
    }
}

#[test]
fn a_request_that_a_person_opened_or_changed_is_theirs_whatever_failed() {
    let gh = |it: &Proposal| it.forge.dir.join("bin/gh");
    let fails = |it: &Proposal, what: &str| {
        let works = fs::read_to_string(gh(it)).unwrap();
        let stub = format!("set -euo pipefail\nif [[ \"$*\" == '{what}'* ]]; then exit 1; fi");
        fs::write(gh(it), works.replace("set -euo pipefail", &stub)).unwrap();
        works
    };
    // the branch is there, and who may open no request leaves that to a person
    let it = Proposal::new();
    let works = fails(&it, "pr create");
    it.ends_with(5, "cannot open the pull request");
    fs::write(gh(&it), &works).unwrap();
    let pr = it.forge.dir.join("prs/1");
    fs::create_dir(&pr).unwrap();
    for (name, text) in
        [("state", "open"), ("head", BRANCH), ("title", "Please look at os.py"), ("body", "Line 3 needs a look.")]
    {
        fs::write(pr.join(name), format!("{text}\n")).unwrap();
    }
    it.ends_with(0, "a person has changed the text");
    assert_eq!(it.forge.read("prs/1/body"), "Line 3 needs a look.\n");
    assert!(it.forge.read("prs/1/comments").contains("brings in CPython 3.13.77 now"));
    it.ends_with(0, "is as it should be");
    it.change_is("3.13.78");
    it.forge.checkout();
    it.ends_with(0, "a person has changed the text");
    assert!(it.forge.read("prs/1/comments").lines().last().unwrap().contains("3.13.78 now"));
    assert_eq!(it.forge.read("prs/1/comments").lines().count(), 2);
    // a report that is another one is about the same release
    fs::write(it.artefact("md"), "# Another report\n").unwrap();
    it.forge.checkout();
    it.ends_with(0, "a person has changed the text");
    assert_eq!(it.forge.read("prs/1/comments").lines().count(), 2);
    // what was opened is there, and what it looks like cannot be asked
    let it = Proposal::new();
    let works = fails(
        &it,
        "pr list --head molt-sync/3.13 --base main --limit 1000 --json number,isCrossRepository,state,title,body --state open --jq .[] | select(.isCrossRepository | not) | .title",
    );
    it.ends_with(5, "cannot list the pull requests");
    fs::write(gh(&it), &works).unwrap();
    let body = it.forge.dir.join("prs/1/body");
    let opened = fs::read_to_string(&body).unwrap();
    fs::write(&body, format!("Notes of mine.\n{opened}")).unwrap();
    it.forge.checkout();
    it.ends_with(0, "a person has changed the text");
    assert!(fs::read_to_string(&body).unwrap().starts_with("Notes of mine.\n"));
    // and where nobody has changed it, it goes on
    fs::write(&body, opened).unwrap();
    it.change_is("3.13.78");
    it.forge.checkout();
    it.ends_with(0, "");
    assert_eq!(it.forge.read("prs/1/title"), "Refresh to CPython 3.13.78\n");
    // the checks cannot be started, run after run
    let it = Proposal::new();
    fails(&it, "workflow run");
    it.ends_with(5, "cannot start the checks");
    let body = it.forge.dir.join("prs/1/body");
    let notes = format!("Notes of mine.\n{}", fs::read_to_string(&body).unwrap());
    fs::write(&body, &notes).unwrap();
    for release in ["3.13.77", "3.13.78"] {
        it.change_is(release);
        it.forge.checkout();
        it.ends_with(5, "cannot start the checks");
        assert_eq!(fs::read_to_string(&body).unwrap(), notes, "{release}");
    }
}

#[test]
fn a_change_of_which_a_page_shows_a_part_says_so() {
    let it = Proposal::new();
    it.ends_with(0, "");
    assert!(!it.forge.read("prs/1/body").contains("a forge does not show all of it"));
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    fs::write(place.join("ROADMAP.md"), "# Roadmap\n".to_owned() + &"x\n".repeat(20_100)).unwrap();
    git_in(&place, &["add", "--intent-to-add", "."]);
    fs::write(it.artefact("patch"), git_at(&place, &["diff", "HEAD"]).stdout).unwrap();
    it.ends_with(0, "");
    assert!(it.forge.read("prs/1/body").starts_with("This change has "), "{}", it.forge.read("prs/1/body"));
    // and one file alone, which is as large as it was
    let words = |word: &str| format!("{word}{}\n", " in a long line".repeat(60)).repeat(330);
    let it = Proposal::of(|box_| box_.write("docs/long.md", words("Old")));
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    for (text, is_told) in [(words("Old") + "One line.\n", false), (words("New"), true)] {
        fs::write(place.join("docs/long.md"), text).unwrap();
        fs::write(it.artefact("patch"), git_at(&place, &["diff", "HEAD"]).stdout).unwrap();
        fs::write(it.artefact("message"), "Refresh CPython 3.13\n").unwrap();
        it.ends_with(0, "");
        let body = it.forge.read("prs/1/body");
        assert_eq!(body.starts_with("This change has 1 file and "), is_told, "{body}");
    }
    // whatever the patch leaves out of what a page shows
    let lines = |every: &str| {
        (0..24_000).map(|it| format!("{}{it}\n", if it % 8 == 3 { every } else { "l" })).collect::<String>()
    };
    let it = Proposal::of(|box_| box_.write("docs/long.md", lines("l")));
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    fs::write(place.join("docs/long.md"), lines("L")).unwrap();
    let patch = git_at(&place, &["diff", "--unified=1", "HEAD"]).stdout;
    assert!(String::from_utf8_lossy(&patch).lines().count() < 19_000);
    fs::write(it.artefact("patch"), patch).unwrap();
    fs::write(it.artefact("message"), "Refresh CPython 3.13\n").unwrap();
    it.ends_with(0, "");
    let body = it.forge.read("prs/1/body");
    assert!(body.starts_with("This change has 1 file and "), "{body}");
    // nor are lines that it takes from another file fewer than they are
    let it = Proposal::of(|box_| box_.write("docs/long.md", "a\n".repeat(41_000)));
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    let copy = "diff --git a/docs/long.md b/src/molt/stdlib/brandnew.py\nsimilarity index 100%\ncopy from docs/long.md\ncopy to src/molt/stdlib/brandnew.py\n";
    fs::write(it.artefact("patch"), patch + copy).unwrap();
    it.ends_with(4, "refused: the patch has too many lines");
    assert!(!it.forge.has(BRANCH));
}

#[test]
fn what_is_not_a_plain_file_of_a_limited_size_is_not_read() {
    let it = Proposal::new();
    let secret = it.box_.file("secret", b"TOKEN_zq9\n");
    for ending in ["patch", "message", "md"] {
        let path = it.artefact(ending);
        let before = fs::read(&path).unwrap();
        let quoted = format!("'{}'", path.display());
        let all = [
            format!("ln -s '{secret}' {quoted}"),
            format!("mkfifo {quoted}"),
            "true".to_owned(),
            format!("truncate -s 20000000 {quoted}"),
            format!("ln -s /proc/self/environ {quoted}"),
            format!("ln -s /dev/zero {quoted}"),
            format!("mkdir {quoted}"),
        ];
        // of a report the head is shown, however long it is
        let is_refused = |at: usize| if ending == "md" { at != 3 } else { at < 4 };
        for what in (0..7).filter(|at| is_refused(*at)).map(|at| &all[at]) {
            bash(it.box_.root(), &format!("rm -rf {quoted}; {what}"));
            let output = it.run();
            assert_eq!(output.status.code(), Some(4), "{what}: {output:?}");
            assert!(!it.forge.has(BRANCH) && !said(&output).contains("TOKEN_zq9"), "{what}");
        }
        bash(it.box_.root(), &format!("rm -rf {quoted}"));
        fs::write(&path, before).unwrap();
    }
    let root = it.box_.root();
    fs::rename(root.join("changes"), root.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(root.join("elsewhere"), root.join("changes")).unwrap();
    it.ends_with(4, "not a plain file");
    assert!(it.forge.read("prs/1/title").is_empty());
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn words_of_the_first_job_call_nobody_and_close_nothing() {
    let it = Proposal::new();
    let unseen = [
        '\u{61c}',
        '\u{180e}',
        '\u{ad}',
        '\u{3164}',
        '\u{115f}',
        '\u{1160}',
        '\u{ffa0}',
        '\u{fe00}',
        '\u{fe0f}',
        '\u{e0100}',
        '\u{e01ef}',
        '\u{2028}',
        '\u{2029}',
        '\u{34f}',
        '\u{fff9}',
        '\u{e0041}',
    ];
    let unseen: String = unseen.into_iter().flat_map(|it| ['x', it]).collect();
    let hostile = &format!(
        "{}{unseen}\n",
        "Hello @octocat, @org/team, (@x) \\@y @@z &#64;q &commat;r; mail a.b@example.org\n\
        Fixes #1, closes owner/repo#2, resolved: GH-3 and https://github.com/o/r/issues/4 HTTPS://GitHub.com/o/r/pull/5\n\
        <!-- hidden --> <img src=x> ![x](http://t/x.png) [a](http://t) [b][c] \u{202e}gpj\u{2066} \u{1b}[2J\u{200b}\n\
        [b]: http://t\n\n::error::x\n/approve\n\t/merge\n> /close\n >\t/hold\n\u{61c}/lgtm\n\
        [skip ci] [ci skip] [No CI] [azp skip] [travis skip] [pre-commit.ci skip] [automerge] ***NO_CI***\nPROJ-12 #close, fixes ENG-123, Part of: ENG-4, closes: \"ENG-5\"\nFixes MY-PROJ-12, MOLT-RUNTIME-A2; related to ENG-6, [ENG-7] closes !8 https://linear.app/o/issue/ENG-9 \u{1d173}\u{fff2}\u{e01f1}\nRelease-As: 9.9.9\nCo-authored-by: E <e@x>\nfix(a(b))!: x\nfix(a)!: new (b): x\na.b!: x\nfeat,fix(a)!: x\n\u{e9}!: x\n+semver: major\nfeat!:/all\nfix(a)!:/all\nBEGIN_COMMIT_OVERRIDE\nfeat!: y\n\nBREAKING CHANGE: all\nBREAKING-CHANGE: all\nfeat(x)!: all\n> breaking  change: all\n```mermaid\ngraph TD\n```\n> ~~~ Math\n~~~\n"
    );
    let trailers = "Co-authored-by: Evil <evil@example.org>\nSigned-off-by: Evil <e@example.org>\n co-Authored-By : X <x@y>\n\
        skip-checks: true\nCPython-Release: 3.13.77\n Co-authored-by: folded <x@y>\nGenerated-By: molt-sync\n";
    fs::write(
        it.artefact("message"),
        format!("Refresh @octocat [skip ci] #7 {}\n\n{hostile}\n{trailers}", "long ".repeat(99)),
    )
    .unwrap();
    fs::write(it.artefact("md"), format!("# Refresh\n\n{hostile}\n{}", "- a row\n".repeat(20_000))).unwrap();
    it.ends_with(0, "");
    let message = it.forge.origin(&["log", "-1", "--format=%B", BRANCH]);
    let (title, body) = (it.forge.read("prs/1/title"), it.forge.read("prs/1/body"));
    let acts = [
        r"(^|[^A-Za-z0-9])@[A-Za-z0-9_]",
        r"#[0-9]",
        r"(?i)gh-[0-9]",
        r"(?i)github\.com",
        r"(?i)/(issues?|pull)/",
        r"\b[A-Z][A-Z0-9_]+-[0-9]",
        r"RUNTIME-A2",
        r"![0-9]",
        "[\u{1d173}\u{fff2}\u{e01f1}]",
        r"<[A-Za-z!?/]",
        r"!\[",
        r"\][(\[:]",
        r"&[#A-Za-z]",
        r"(?i)\[(skip|ci|no|azp skip|travis skip|pre-commit.ci|automerge)",
        r"(?i)no_ci",
        r"#close",
        r#"(?i)(fixes|part of:|closes: ")[ ]?ENG-[0-9]"#,
        r"(?i)skip-checks",
        "[\u{202e}\u{2066}\u{1b}]",
        "[\u{61c}\u{180e}\u{ad}\u{3164}\u{115f}\u{1160}\u{ffa0}\u{fe00}-\u{fe0f}\u{e0000}-\u{e01ef}\u{2028}\u{2029}\u{34f}\u{fff9}]",
        r"(?im)^[ \t>]*/",
        r"(?i)BREAKING[ -]+CHANGE",
        r"BEGIN_COMMIT_OVERRIDE",
        r"(?m)^(Release-As|Co-authored-by|[a-z]+(\(.*\))?!?) *:",
        r"(?m)^[^ ():\n]+(\([^)]*\))?!:",
        r"(?i)\+semver",
        r"(?i)(```|~~~) *(mermaid|math)",
    ];
    let own = body.rfind("<!-- molt-sync: ").unwrap();
    for text in [&message[..], &title, &body[..own]] {
        for act in acts {
            let act = regex::Regex::new(act).unwrap();
            assert!(!act.is_match(text), "{act}: {:?} in {text:?}", act.find(text).map(|it| it.as_str()));
        }
    }
    assert!(title.lines().count() == 1 && title.chars().count() <= 110, "{title}");
    let mark = "\n\n<!-- molt-sync: CPython 3.13.77 -->\n";
    let body = body.strip_suffix(mark).unwrap();
    assert!(body.len() < 65_000 && body.ends_with("(cut off here; the whole report is in the run)\n"));
    // and people still can read it
    let shown = body.replace('\u{200b}', "");
    for words in [
        "Hello @octocat, @org/team",
        "mail a.b@example.org",
        "Fixes #1, closes owner/repo#2",
        "<!-- hidden -->",
        "::error::x",
    ] {
        assert!(shown.contains(words), "{words}: {shown:.900}");
    }
    assert!(body.contains("mail a.b@example.org"));
    let found = it.forge.origin(&["log", "-1", "--format=%(trailers:unfold,keyonly)", BRANCH]);
    let own = ["", "CPython-Release", "Generated-By", "Molt-Sync-Change"];
    assert!(found.lines().all(|it| own.contains(&it)), "{message}");
    it.ends_with(0, "is as it should be");
    for key in ["BREAKING", "feat"] {
        assert!(!message.lines().any(|it| it.starts_with(key) && it.contains(':')), "{message}");
    }
    // titles that a tool for releases would act on, and those that are none
    for (title, there) in [
        ("feat(x)!: all", "feat(x) - all"),
        ("feat(a(b))!: all", "feat(a(b)) - all"),
        ("feat_x!: all", "feat_x - all"),
        (" feat!: all", "feat - all"),
        ("fix: all", "fix - all"),
        ("!: all", "- all"),
        ("feat(a)!: new (b): all", "feat(a) - new (b) - all"),
        ("a.b!:all", "a.b - all"),
        ("Release-As: 9", "Release-As - 9"),
        ("chore(stdlib): all", "chore(stdlib): all"),
        ("chore!: all", "chore - all"),
    ] {
        it.forge.origin(&["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
        fs::write(it.artefact("message"), format!("{title}\n")).unwrap();
        it.ends_with(0, "");
        assert_eq!(it.forge.origin(&["log", "-1", "--format=%s", BRANCH]).trim(), there);
    }
    for title in ["", "\n\n", "\u{202e}\n", "=====\n"] {
        it.forge.origin(&["update-ref", "-d", &format!("refs/heads/{BRANCH}")]);
        fs::write(it.artefact("message"), title).unwrap();
        it.ends_with(0, "");
        assert!(it.forge.origin(&["log", "-1", "--format=%s", BRANCH]).starts_with("Refresh to CPython 3.13"));
    }
}

#[test]
fn all_that_a_refresh_writes_is_let_through_whatever_it_is_called() {
    let it = Proposal::of(|box_| {
        let phrase = "CPython 3.13 stands at {release.3.13}";
        let mut bindings = String::new();
        let names = ["My plan", "über", "C++", "a (x)", "$HOME", "d'ä\"", "x{2}|y^", ".gitbook/a", ".githooks", "run"];
        for name in names {
            box_.write(&format!("docs/{name}.md"), phrase.replace("{release.3.13}", "3.13.5") + " here.\n");
            bindings +=
                &format!("[[bind]]\ndoc = '''docs/{name}.md'''\nphrase = \"3.13 stands at {{release.3.13}}\"\n");
        }
        box_.write("docs/bindings.toml", bindings);
        make_executable(box_, "docs/run.md");
        for (from, to) in
            [("baselines", "ba se+"), ("src/molt/stdlib", "s.r.c"), ("docs/spec/STATUS.md", "STÄTUS (1).txt")]
        {
            fs::rename(box_.ws(from), box_.ws(to)).unwrap();
        }
        let paths = "[paths]\nbaselines = \"ba se+\"\nlock = \"ba se+/releases.lock.toml\"\nstdlib = \"s.r.c\"\nstatus = \"STÄTUS (1).txt\"\n";
        let files = "[docs.files.\"docs/$(x) `y` %41.txt\"]\ntemplate = \"builtin:facts\"\n";
        box_.write("molt-sync.toml", format!("{paths}{files}"));
        let synced = box_.sync(&["docs", "sync"]);
        assert!(box_.ws("docs/$(x) `y` %41.txt").exists(), "{}{}", synced.out, synced.err);
    });
    it.change_is("3.13.78");
    let patch = fs::read_to_string(it.artefact("patch")).unwrap();
    for name in [
        "My plan",
        "C++",
        "a (x)",
        "%41.txt",
        "s.r.c/this.py",
        "ba se+/3.13.json",
        "$HOME",
        ".gitbook/a.md",
        ".githooks.md",
    ] {
        assert!(patch.contains(name), "{name}");
    }
    it.ends_with(0, "");
    let names = it.forge.origin(&["-c", "core.quotePath=false", "diff", "--name-only", &format!("main..{BRANCH}")]);
    assert!(names.contains("docs/über.md") && names.contains("STÄTUS (1).txt"), "{names}");
    let modes = it.forge.origin(&["diff", "--raw", &format!("main..{BRANCH}"), "--", "docs/run.md"]);
    assert!(modes.starts_with(":100755 100755 "), "{modes}");
}

fn make_executable(box_: &Sandbox, name: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(box_.ws(name), fs::Permissions::from_mode(0o755)).unwrap();
}
