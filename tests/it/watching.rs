//! The watcher as a program: what it says, how it ends, what it leaves.

use std::{fs, path::PathBuf, sync::Arc};

use serde_json::Value;

use crate::{
    changes::git,
    support::{
        Sandbox,
        feeds::feeds,
        instance::{Instance, NOON, Request},
        recorded_whole,
        server::{Script, Server},
        site::{Files, Site},
    },
};

const NOW: &str = "2025-06-12T05:23:00Z";

/// A workspace in which 3.13.4 is recorded, a real mirror that has 3.13.5, and somebody who announces it.
struct Behind {
    box_: Sandbox,
    _server: Server,
}

fn behind() -> Option<Behind> {
    let Ok(corpus) = std::env::var("MOLT_SYNC_CORPUS") else {
        eprintln!("skipped: MOLT_SYNC_CORPUS names no mirror with real releases");
        return None;
    };
    let box_ = Sandbox::with_whole_series("3.13");
    box_.write("baselines/3.13.json", recorded_whole("3.13", "3.13.4").render());
    let announcement = Arc::new(br#"{"versions": {"3.13.5": {}}}"#.to_vec());
    let server = Server::start(Script::new("api/python.json", &announcement));
    settings(&box_, &corpus, &format!("{}/api/python.json", server.url()));
    Some(Behind { box_, _server: server })
}

fn settings(box_: &Sandbox, mirror: &str, endoflife: &str) {
    let feeds = feeds(&[("endoflife", endoflife)]);
    box_.write("molt-sync.toml", format!("mirror = \"{mirror}\"\n\n{feeds}"));
}

fn watch<'a>(more: &[&'a str]) -> Vec<&'a str> {
    // what only looks goes outside of the workspace, and to this machine, where who runs it names the settings
    let named: &[&str] = if more.contains(&"--refresh") { &[] } else { &["--config", "molt-sync.toml"] };
    [&["watch", "--now", NOW][..], named, more].concat()
}

#[test]
fn a_release_that_waits_is_told_and_brought_in_where_that_is_asked_for() {
    let Some(Behind { box_, .. }) = behind() else { return };
    let before = box_.snapshot();
    let ended = box_.sync(&watch(&[])).succeeds();
    assert!(
        ended.out.starts_with("3.13.5 announced: archive there, signature there, named by endoflife\n"),
        "{}",
        ended.out
    );
    let ended = box_.sync(&watch(&["--check", "--format", "json"]));
    assert_eq!(ended.code, 1, "{}", ended.err);
    let value: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((value["outcome"].as_str(), value["releases"][0]["verdict"].as_str()), (Some("new"), Some("announced")));
    assert!(box_.snapshot() == before, "who only looks changes nothing");
    // and who asks where one stands is told what waits
    let standing = box_.sync(&[]).succeeds().out;
    assert!(standing.contains("\nwaiting    CPython 3.13.5\n"), "{standing}");
    assert!(standing.contains("molt-sync refresh 3.13 --dry-run"), "{standing}");
    let beat = box_.root().join("beat");
    let args = watch(&["--refresh", "--check", "--heartbeat", beat.to_str().unwrap()]);
    let ended = box_.sync(&args).succeeds();
    assert!(ended.out.contains("3.13.5 brought in\n"), "{}", ended.out);
    assert!(box_.read("baselines/releases.lock.toml").contains("identity = \"thomas@python.org\""));
    assert_eq!(fs::read_to_string(&beat).unwrap(), format!("{NOW} new\n"));
    let ended = box_.sync(&watch(&["--refresh", "--check"])).succeeds();
    assert!(ended.out.starts_with("0 releases waiting"), "{}", ended.out);
    assert!(!box_.sync(&[]).succeeds().out.contains("\nwaiting "));
    box_.sync(&["gates"]).succeeds();
}

#[test]
fn each_series_has_one_change_as_a_patch() {
    let Some(Behind { box_, .. }) = behind() else { return };
    let before = box_.snapshot();
    let (summary, output) = (box_.file("summary", b""), box_.file("output", b""));
    let out = box_.root().join("out");
    let args = watch(&["--refresh", "--out", out.to_str().unwrap(), "--github"]);
    for _ in 0..2 {
        let env = [("GITHUB_OUTPUT", output.as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_ref())];
        let ended = box_.sync_with(&env, &args);
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert!(box_.snapshot() == before);
    }
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    assert!(read(out.join("3.13.patch")).starts_with("diff --git a/"));
    assert!(read(out.join("3.13.message")).starts_with("Refresh to CPython 3.13.5\n\n"));
    assert!(read(out.join("3.13.md")).contains("- Signed: `by thomas@python.org"));
    assert_eq!(read(output.into()), "outcome=new\nseries=[\"3.13\"]\nnotices=[]\n".repeat(2));
    assert!(read(summary.into()).contains("- 3.13.5 is announced"));
    git(&box_, &["init", "-q"]);
    git(&box_, &["apply", "--check", out.join("3.13.patch").to_str().unwrap()]);
}

#[test]
fn a_patch_for_another_job_has_the_line_ends_of_the_index() {
    let Some(Behind { box_, .. }) = behind() else { return };
    let text = "A line.\nCPython 3.13 stands at 3.13.4 here.\nAnother.\n";
    for name in ["crlf", "auto", "lf"] {
        box_.write(&format!("docs/{name}.md"), text);
    }
    box_.write("docs/raw.md", (text.to_owned() + "The end.\n").replace('\n', "\r\n"));
    let bound = "[[bind]]\ndoc = \"docs/*.md\"\nphrase = \"3.13 stands at {release.3.13}\"\n";
    box_.write("docs/bindings.toml", bound);
    box_.write(".gitattributes", "docs/crlf.md text eol=crlf\ndocs/raw.md -text\ndocs/lf.md text eol=lf\n");
    commit_all(&box_);
    let out = box_.root().join("out");
    for set in ["false", "true"] {
        git(&box_, &["config", "core.autocrlf", set]);
        for name in ["crlf", "auto", "raw", "lf"] {
            fs::remove_file(box_.ws(&format!("docs/{name}.md"))).unwrap();
        }
        git(&box_, &["checkout", "-q", "--", "docs"]);
        for (name, is_with) in [("crlf", true), ("auto", set == "true"), ("raw", true), ("lf", false)] {
            assert_eq!(box_.read(&format!("docs/{name}.md")).contains('\r'), is_with, "{set} {name}");
        }
        box_.sync(&watch(&["--refresh", "--out", out.to_str().unwrap()])).succeeds();
        let patch = box_.root().join("change.patch");
        box_.sync(&["refresh", "3.13", "--patch", patch.to_str().unwrap()]).succeeds();
        git(&box_, &["apply", "--cached", "--check", "--whitespace=nowarn", patch.to_str().unwrap()]);
        git(&box_, &["apply", "--cached", "--whitespace=nowarn", out.join("3.13.patch").to_str().unwrap()]);
        for (name, returns) in [("crlf", 0), ("auto", 0), ("raw", 2), ("lf", 0)] {
            let text = git(&box_, &["show", &format!(":docs/{name}.md")]);
            assert!(text.contains("3.13.5 here"), "{set} {name}: {text:?}");
            assert_eq!(text.matches(".\r\n").count() >= 2, returns > 0, "{set} {name}: {text:?}");
        }
        git(&box_, &["reset", "-q"]);
    }
}

/// Makes the workspace a repository of one commit.
fn commit_all(box_: &Sandbox) {
    git(box_, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(box_, &["config", key, value]);
    }
    git(box_, &["add", "-A"]);
    git(box_, &["commit", "-q", "-m", "start"]);
}

#[test]
fn a_branch_that_somebody_committed_to_is_theirs() {
    let Some(Behind { box_, .. }) = behind() else { return };
    commit_all(&box_);
    let args = watch(&["--refresh", "--branches"]);
    box_.sync(&args).succeeds().says("3.13.5 committed to molt-sync/3.13\n");
    let first = git(&box_, &["rev-parse", "molt-sync/3.13"]);
    box_.sync(&args).succeeds().says("3.13.5 is on molt-sync/3.13 already\n");
    assert_eq!(git(&box_, &["rev-parse", "molt-sync/3.13"]), first);
    assert_eq!(git(&box_, &["status", "--short"]), "");
    // another release is on it now, by this program: it makes room
    git(&box_, &["switch", "-q", "molt-sync/3.13"]);
    box_.write("baselines/3.13.json", recorded_whole("3.13", "3.13.3").render());
    git(&box_, &["commit", "-q", "-a", "--amend", "--no-edit"]);
    git(&box_, &["update-ref", "refs/molt-sync/own/molt-sync/3.13", "HEAD"]);
    git(&box_, &["switch", "-q", "main"]);
    box_.sync(&args).succeeds().says("3.13.5 committed to molt-sync/3.13\n");
    git(&box_, &["switch", "-q", "molt-sync/3.13"]);
    box_.write("mine.txt", "mine");
    git(&box_, &["add", "mine.txt"]);
    git(&box_, &["commit", "-q", "-m", "mine"]);
    git(&box_, &["switch", "-q", "main"]);
    let theirs = git(&box_, &["rev-parse", "molt-sync/3.13"]);
    let ended = box_.sync(&args);
    assert!(ended.code == 3 && ended.err.contains("molt-sync/3.13 has commits of another author"), "{}", ended.err);
    // it waits before it tries again, whoever starts it
    let ended = box_.sync(&args);
    let words = "3.13.5 failed before (exit code 3) and is tried again from 2025-06-12T07:23:00Z\n";
    assert!(ended.code == 3 && ended.out.contains(words), "{}", ended.out);
    assert_eq!(git(&box_, &["rev-parse", "molt-sync/3.13"]), theirs);
}

/// Whose a commit is is not known where git fails; the next look finds out, and takes it for nobody else's.
#[cfg(unix)]
#[test]
fn a_git_that_fails_at_last_makes_no_person_of_the_program() {
    for word in ["write-tree", "rev-list --parents"] {
        let Some(Behind { box_, .. }) = behind() else { return };
        commit_all(&box_);
        let args = watch(&["--refresh", "--branches"]);
        let script =
            format!("case \" $* \" in *' {word} '*) echo 'fatal: disk' >&2; exit 128 ;; esac; exec \"$real\" \"$@\"");
        let path = crate::half_done::wrapped(&box_, &script);
        let ended = box_.sync_with(&[("PATH", std::path::Path::new(&path))], &args);
        assert!(ended.code != 0 && ended.err.contains("finds out whether it is this run's"), "{word}: {}", ended.err);
        // without the wait after a failure
        drop(fs::remove_dir_all(box_.root().join("cache/watch")));
        box_.sync(&args).succeeds().says("3.13.5 is on molt-sync/3.13 already\n");
        let worktrees = git(&box_, &["worktree", "list", "--porcelain"]);
        assert_eq!(worktrees.matches("worktree ").count(), 1, "{worktrees}");
    }
}

/// What a person does to the branch while the release is brought in is not noted as the program's.
#[cfg(unix)]
#[test]
fn a_person_who_comes_while_a_release_is_brought_in_is_not_taken_for_the_program() {
    for at in ["check-ref-format", "commit", "worktree remove"] {
        let Some(Behind { box_, .. }) = behind() else { return };
        commit_all(&box_);
        let args = watch(&["--refresh", "--branches"]);
        let path = crate::places::person_at(&box_, at, "molt-sync/3.13", true);
        let first = box_.sync_with(&[("PATH", std::path::Path::new(&path))], &args);
        let theirs = fs::read_to_string(box_.root().join("person"));
        let theirs = theirs.unwrap_or_else(|_| panic!("{at}: nobody came; {}", first.err));
        // without the wait after a failure
        drop(fs::remove_dir_all(box_.root().join("cache/watch")));
        let ended = box_.sync(&args);
        assert!(
            ended.code == 3 && ended.err.contains("molt-sync/3.13 has commits of another author"),
            "{at}: {}",
            ended.err
        );
        let count = git(&box_, &["rev-list", "--count", theirs.trim(), "^refs/heads/molt-sync/3.13"]);
        assert_eq!(count, "0\n", "{at}");
    }
}

/// Its own commit is known again whatever became of it when it was made; and whatever became of it later is a person's.
#[cfg(unix)]
#[test]
fn a_branch_is_its_own_as_it_left_it_and_no_longer() {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(Behind { box_, .. }) = behind() else { return };
    commit_all(&box_);
    let args = watch(&["--refresh", "--branches"]);
    let looks = || {
        // without the wait after a failure
        drop(fs::remove_dir_all(box_.root().join("cache/watch")));
        let mut command = box_.command(&box_.ws(""), &args);
        command.envs([("GIT_AUTHOR_DATE", "2001-02-03T04:05:06Z"), ("GIT_AUTHOR_EMAIL", "other@example.org")]);
        command.output().unwrap()
    };
    let hook = |name: &str, body: &str| {
        let path = box_.ws(&format!(".git/hooks/{name}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    git(&box_, &["config", "trailer.separators", "="]);
    git(&box_, &["config", "commit.cleanup", "scissors"]);
    for (name, body) in [
        ("commit-msg", "printf '\\n\\nSigned-off-by: b <b@example.org>\\n' >> \"$1\""),
        ("prepare-commit-msg", "echo '[ABC-1] a title of its own' > \"$1\""),
        ("post-commit", "[ -n \"$AGAIN\" ] || AGAIN=1 git commit -q --amend --no-edit --author 'C <c@example.org>'"),
    ] {
        hook(name, body);
        let first = looks();
        assert!(first.status.success(), "{name}: {first:?}");
        let again = String::from_utf8_lossy(&looks().stdout).into_owned();
        assert!(again.contains("3.13.5 is on molt-sync/3.13 already"), "{name}: {again}");
        git(&box_, &["branch", "-q", "-D", "molt-sync/3.13"]);
        fs::remove_file(box_.ws(&format!(".git/hooks/{name}"))).unwrap();
    }
    assert!(looks().status.success());
    let tip = git(&box_, &["rev-parse", "molt-sync/3.13"]);
    let tip = tip.trim();
    let dates = "GIT_AUTHOR_DATE=$(git log -1 --format=%aI) GIT_COMMITTER_DATE=$(git log -1 --format=%cI)";
    for what in [
        format!("echo >> README; git add README; {dates} git commit -q --amend --no-edit"),
        "git commit -q --amend --no-edit --reset-author".to_owned(),
        "git commit -q --allow-empty -m more".to_owned(),
        "git switch -q -c side main; git commit -q --allow-empty -m side; git switch -q -; git merge -q --no-edit side"
            .to_owned(),
    ] {
        let script = format!(
            "git switch -q molt-sync/3.13; {what}; git switch -q main; git branch -q -D side 2> /dev/null || true"
        );
        let done = std::process::Command::new("bash").args(["-ec", &script]).current_dir(box_.ws("")).status().unwrap();
        assert!(done.success(), "{what}");
        let theirs = git(&box_, &["rev-parse", "molt-sync/3.13"]);
        let ended = looks();
        assert_eq!(ended.status.code(), Some(3), "{what}: {ended:?}");
        assert_eq!(git(&box_, &["rev-parse", "molt-sync/3.13"]), theirs, "{what}");
        git(&box_, &["update-ref", "refs/heads/molt-sync/3.13", tip]);
    }
}

#[cfg(unix)]
#[test]
fn a_command_is_told_once_of_each_release() {
    let Some(Behind { box_, .. }) = behind() else { return };
    let log = box_.root().join("log");
    let command =
        format!("echo $MOLT_SYNC_VERSION $MOLT_SYNC_SERIES $MOLT_SYNC_VERDICT >> '{}'; echo told", log.display());
    for _ in 0..3 {
        let ended = box_.sync(&watch(&["--on-new", &command, "--format", "json"])).succeeds();
        assert!(serde_json::from_str::<Value>(&ended.out).is_ok(), "{}", ended.out);
    }
    assert_eq!(fs::read_to_string(log).unwrap(), "3.13.5 3.13 announced\n");
}

/// A command that fails has told nobody, and so has a run that ends before it does: both come again.
#[cfg(unix)]
#[test]
fn what_could_not_be_told_is_told_the_next_time() {
    let box_ = Sandbox::with_whole_series("3.13");
    let site = announced(&box_);
    let log = box_.root().join("log");
    let told = || fs::read_to_string(&log).unwrap_or_default().lines().count();
    let command = |end: &str| format!("echo $MOLT_SYNC_VERSION >> '{}'; {end}", log.display());
    for (end, code) in [("exit 7", 5), ("exit 127", 2), ("kill -9 $$", 5), ("true", 0), ("exit 7", 0)] {
        let ended = box_.sync(&watch(&["--on-new", &command(end)]));
        assert_eq!(ended.code, code, "{end}: {}", ended.err);
        assert!(code == 0 || ended.err.contains("cannot tell --on-new of 3.13.5"), "{end}: {}", ended.err);
        assert!(ended.out.contains("3.13.5 announced"), "{end}: {}", ended.out);
    }
    assert_eq!(told(), 4, "and no more after it was told");
    // nobody reads what is printed
    let state = box_.root().join("state.json");
    let (full, cut) = (command("true"), command("kill -9 $PPID"));
    for (command, place) in [(&cut, "/dev/null"), (&full, "/dev/full"), (&full, "/dev/null"), (&full, "/dev/null")] {
        let args = watch(&["--state", state.to_str().unwrap(), "--on-new", command]);
        let mut child = box_.command(&box_.ws(""), &args);
        let place = fs::OpenOptions::new().write(true).open(place).unwrap();
        child.stdout(place).stderr(std::process::Stdio::null()).status().unwrap();
    }
    // it was run, whatever became of the report
    assert_eq!(told(), 6);
    drop(site);
}

/// A mirror that has 3.13.5, and somebody who announces it; 3.13.4 is recorded.
fn announced(box_: &Sandbox) -> Site {
    let site = Site::start(Files::new());
    box_.write("baselines/3.13.json", recorded_whole("3.13", "3.13.4").render());
    box_.file("mirror/3.13.5/Python-3.13.5.tgz", b"x");
    let instance = Instance::new(1);
    let request = Request { form: 3, log: 1, identity: "a@example.org", issuer: "i", from: NOON, at: NOON + 60 };
    let bundle = instance.sign(b"x", &request).to_string();
    box_.file("mirror/3.13.5/Python-3.13.5.tgz.sigstore", bundle.as_bytes());
    site.put("/python.json", br#"{"versions": {"3.13.5": {}}}"#);
    settings(box_, "../mirror", &format!("{}/python.json", site.url));
    site
}

/// One record that cannot be read keeps its series from being looked for, and no other; it is never taken for none.
#[cfg(unix)]
#[test]
fn one_record_that_cannot_be_read_does_not_keep_the_others() {
    let box_ = Sandbox::with_whole_series("3.12,3.13,3.14");
    let site = announced(&box_);
    site.put("/python.json", br#"{"versions": {"3.13.5": {}, "3.14.99": {}}}"#);
    let (path, out) = (box_.ws("baselines/3.14.json"), box_.root().join("out"));
    let good = fs::read_to_string(&path).unwrap();
    for (kind, why) in [
        ("conflict", "a merge left a conflict"),
        ("cut", "cannot read baselines/3.14.json"),
        ("empty", "cannot read baselines/3.14.json"),
        ("other", "cannot read baselines/3.14.json"),
        ("binary", "3.14.json"),
        ("folder", "3.14.json"),
        ("link", "it is a link to nothing"),
    ] {
        drop(fs::remove_file(&path).or_else(|_| fs::remove_dir(&path)));
        match kind {
            "conflict" => fs::write(&path, format!("<<<<<<< a\n{good}=======\n{good}>>>>>>> b\n")).unwrap(),
            "cut" => fs::write(&path, &good[..3000]).unwrap(),
            "empty" => fs::write(&path, "").unwrap(),
            "other" => fs::write(&path, good.replace("\"series\": \"3.14\"", "\"series\": \"3.13\"")).unwrap(),
            "binary" => fs::write(&path, b"\xff\xfe").unwrap(),
            "folder" => fs::create_dir(&path).unwrap(),
            _ => std::os::unix::fs::symlink("nowhere", &path).unwrap(),
        }
        let (summary, output) = (box_.file("summary", b""), box_.file("output", b""));
        let env = [("GITHUB_OUTPUT", output.as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_ref())];
        let ended = box_.sync_with(&env, &watch(&["--refresh", "--out", out.to_str().unwrap(), "--github"]));
        assert_eq!(ended.code, 2, "{kind}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(why), "{kind}: {}", ended.err);
        for words in [
            "3.14 was not looked for: its record cannot be read\n",
            "3.13.5 announced: ",
            "3.13.5 waits until the record of 3.14 can be read\n",
        ] {
            assert!(ended.out.contains(words), "{kind}: {}", ended.out);
        }
        let told = fs::read_to_string(&output).unwrap();
        let notice = "notices=[\"CPython 3.14 has a record that cannot be read\"]\n";
        assert!(told.contains(notice) && told.contains("series=[]\n"), "{kind}: {told}");
        assert!(!ended.out.contains("3.14.99"), "{kind}: {}", ended.out);
    }
    let ended = box_.sync(&watch(&["--series", "3.13", "--check"]));
    assert!(ended.code == 2 && ended.out.contains("3.13.5 announced: "), "{}{}", ended.out, ended.err);
    let ended = box_.sync(&watch(&["--series", "3.14"]));
    assert!(ended.code == 2 && ended.err.contains("cannot read baselines/3.14.json"), "{}", ended.err);
}

/// Where the only record cannot be read nothing can be looked for, and the workflow says so like anything else.
#[test]
fn the_only_record_that_cannot_be_read_is_told() {
    let box_ = Sandbox::with_whole_series("3.13");
    announced(&box_);
    fs::write(box_.ws("baselines/3.13.json"), "").unwrap();
    let (summary, output) = (box_.file("summary", b""), box_.file("output", b""));
    let env = [("GITHUB_OUTPUT", output.as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_ref())];
    let out = box_.root().join("out");
    let ended = box_.sync_with(&env, &watch(&["--refresh", "--out", out.to_str().unwrap(), "--github"]));
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    let told = fs::read_to_string(&output).unwrap();
    let notice = "series=[]\nnotices=[\"CPython 3.13 has a record that cannot be read\"]\n";
    assert!(told.contains(notice), "{told}");
    let ended = box_.sync(&watch(&[]));
    assert!(ended.code == 2 && ended.err.contains("cannot read baselines/3.13.json"), "{}", ended.err);
}

/// What a branch proposes was out: a runner that is new for each look knows it from there.
#[test]
fn what_a_branch_proposes_and_nobody_names_is_told() {
    let box_ = Sandbox::with_whole_series("3.13");
    let site = announced(&box_);
    site.put("/api/release/?is_published=true", b"[]");
    let feeds = feeds(&[("endoflife", &format!("{}/python.json", site.url)), ("api", &format!("{}/api", site.url))]);
    box_.write("molt-sync.toml", format!("mirror = \"../mirror\"\n\n{feeds}"));
    commit_all(&box_);
    box_.write("baselines/3.13.json", recorded_whole("3.13", "3.13.9").render());
    git(&box_, &["commit", "-qam", "Propose"]);
    git(&box_, &["update-ref", "refs/remotes/origin/molt-sync/3.13", "HEAD"]);
    git(&box_, &["reset", "-q", "--hard", "HEAD~1"]);
    let told = |args: &[&str]| {
        let (summary, output) = (box_.file("summary", b""), box_.file("output", b""));
        let env = [("GITHUB_OUTPUT", output.as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_ref())];
        let ended = box_.sync_with(&env, &watch(args));
        (ended.code, fs::read_to_string(&output).unwrap(), ended.err)
    };
    let (code, output, err) = told(&["--github"]);
    assert!(output.contains("[\"CPython 3.13.9 was out, and nobody names it any more\"]"), "{code} {output} {err}");
    assert_eq!(code, 3);
    // one that was merged was no proposal any more
    git(&box_, &["reset", "-q", "--hard", "refs/remotes/origin/molt-sync/3.13"]);
    assert!(told(&["--github"]).1.contains("notices=[]"));
}

/// Sources that send a byte now and then hold up no look for longer than all of them together may take.
#[test]
fn a_look_ends_whoever_takes_his_time() {
    let box_ = Sandbox::with_whole_series("3.12,3.13,3.14");
    let bytes = Arc::new(vec![b' '; 4000]);
    let script = Script {
        archive: |reply| {
            reply.head("200 OK", "Content-Length: 4000")?;
            reply.drip()
        },
        ..Script::new("feed/drip", &bytes)
    };
    let server = Server::start(script);
    let url = server.url();
    let drip = format!("{url}/feed/drip");
    let feeds = feeds(&["calendar", "cycle", "endoflife", "tags"].map(|it| (it, drip.as_str())));
    box_.write("molt-sync.toml", format!("mirror = \"{url}/mirror\"\n\n{feeds}"));
    let start = std::time::Instant::now();
    let ended = box_.sync(&watch(&["--total-timeout", "1", "--timeout", "1"]));
    assert_eq!(ended.code, 5, "{}{}", ended.out, ended.err);
    // the calendar, the lives of series, endoflife data and the tags of one series, and no more
    assert!(server.hits() == 4 && start.elapsed().as_secs() < 120, "{} {:?}", server.hits(), start.elapsed());
    for words in
        ["calendar was silent: cannot download", "it took too long in all", "listing was silent: it was not asked: "]
    {
        assert!(ended.out.contains(words), "{}", ended.out);
    }
}

#[test]
fn who_cannot_look_says_so_and_a_state_that_is_no_state_is_told() {
    let box_ = Sandbox::with_whole_series("3.13");
    settings(&box_, "http://127.0.0.1:9", "");
    let (state, beat) = (box_.file("state.json", b"{\"schema\": 9}"), box_.root().join("beat"));
    let args = watch(&["--state", &state, "--check", "--heartbeat", beat.to_str().unwrap(), "--timeout", "2"]);
    let ended = box_.sync(&args);
    assert_eq!(ended.code, 5, "{}", ended.err);
    assert!(ended.err.contains("state.json is not used: it is not a state of a watcher"), "{}", ended.err);
    assert!(ended.out.contains("listing was silent: cannot download http://127.0.0.1:9/"), "{}", ended.out);
    assert!(!beat.exists(), "a heart that cannot see does not beat");
    assert!(fs::read_to_string(&state).unwrap().contains("\"schema\": 1"));
    fs::remove_dir_all(box_.ws("baselines")).unwrap();
    box_.refuses(&watch(&[]), 2, &["no release is recorded here"]);
    box_.refuses(&watch(&["--every", "soon"]), 2, &["`soon` is not a length of time"]);
}

#[test]
fn a_folder_costs_no_requests_and_a_budget_that_is_used_up_names_its_setting() {
    let box_ = Sandbox::with_whole_series("3.13");
    box_.file("mirror/3.13.5/Python-3.13.5.tgz", b"");
    settings(&box_, "../mirror", "");
    let text = box_.read("molt-sync.toml") + "\n[watch]\nbudget = 1\n";
    box_.write("molt-sync.toml", text);
    for _ in 0..2 {
        box_.sync(&watch(&[])).succeeds().says("0 releases waiting; 0 requests, 0 today\n");
    }
    // a run that is offline makes none either
    let mut feed = box_.read("molt-sync.toml").replace("cycle = \"\"", "cycle = \"http://127.0.0.1:9/cycle\"");
    box_.write("molt-sync.toml", &feed);
    box_.sync(&watch(&["--offline"])).says("cycle was silent: this run is offline\n").says("0 requests, 0 today\n");
    feed = feed.replace("calendar = \"\"", "calendar = \"http://127.0.0.1:9/calendar\"");
    box_.write("molt-sync.toml", &feed);
    let words = "cycle was silent: the day's budget of 1 request is used up; `budget` in [watch] of molt-sync.toml says how many";
    let ended = box_.sync(&watch(&["--attempts", "1", "--timeout", "1"])).says(words).says("1 request, 1 today\n");
    assert_eq!(ended.code, 5, "{}", ended.out);
    assert!(!ended.out.contains("listing was silent"), "a folder is looked into all the same: {}", ended.out);
    // what is switched off is not said to want to be left alone
    box_.file("mirror/3.13.99/Python-3.13.99.tgz", b"");
    settings(&box_, "../mirror", "");
    let words = "api was silent: [feeds] of molt-sync.toml switches it off\n";
    box_.sync(&watch(&[])).says(words).says("tag was silent: [feeds] of molt-sync.toml switches it off\n");
}

#[test]
fn nothing_waits_where_nothing_is_newer() {
    let box_ = Sandbox::with_whole_series("3.13");
    fs::create_dir_all(box_.root().join("mirror/3.13.5")).unwrap();
    settings(&box_, "../mirror", "");
    box_.sync(&watch(&["--check"])).succeeds().says("0 releases waiting; ");
    // files that nobody has announced
    box_.file("mirror/3.13.6/Python-3.13.6.tgz", b"x");
    box_.sync(&watch(&["--check"])).says("3.13.6 staged: archive there, signature missing");
}

#[cfg(unix)]
#[test]
fn of_two_that_look_at_once_one_says_why_it_does_not() {
    let box_ = Sandbox::with_whole_series("3.13");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    settings(&box_, "../mirror", &format!("http://{}/python.json", listener.local_addr().unwrap()));
    fs::create_dir_all(box_.root().join("mirror/3.13.5")).unwrap();
    let mut first = box_.command(&box_.ws(""), &watch(&["--timeout", "20"]));
    let mut first = first.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    // whoever asks holds the state, and waits for an answer
    let waiting = listener.accept().unwrap();
    let ended = box_.sync(&watch(&[]));
    assert!(ended.code == 6 && ended.err.contains("another watcher of this workspace is looking"), "{}", ended.err);
    first.kill().unwrap();
    first.wait().unwrap();
    drop(waiting);
    settings(&box_, "../mirror", "");
    box_.sync(&watch(&[])).succeeds();
}

#[cfg(unix)]
#[test]
fn a_service_looks_again_and_stops_when_it_is_told() {
    let box_ = Sandbox::with_whole_series("3.13");
    fs::create_dir_all(box_.root().join("mirror/3.13.5")).unwrap();
    settings(&box_, "../mirror", "");
    let beat = box_.root().join("beat");
    let args = watch(&["--every", "1s", "--format", "json", "--heartbeat", beat.to_str().unwrap()]);
    let said = box_.root().join("said");
    let mut child = box_.command(&box_.ws(""), &args).stdout(fs::File::create(&said).unwrap()).spawn().unwrap();
    for _ in 0..2 {
        let start = std::time::Instant::now();
        while !beat.exists() {
            assert!(child.try_wait().unwrap().is_none() && start.elapsed().as_secs() < 60, "it goes on");
            std::thread::yield_now();
        }
        fs::remove_file(&beat).unwrap();
    }
    let status = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // a line for each look, which is a document of its own
    let said = fs::read_to_string(&said).unwrap();
    let looks: Vec<Value> = said.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert!(looks.len() >= 2 && looks.iter().all(|it| it["schema"] == 1 && it["outcome"].is_string()), "{said}");
}

/// What a source says is told, and commands nothing: no terminal, and no runner that reads what is printed.
#[test]
fn words_of_a_source_are_no_commands() {
    let box_ = Sandbox::with_whole_series("3.13");
    let page = b"{\"detail\": \"no\\n::error::no\\u001b[2J\\u202ebelow\"}";
    let site = Site::start(Files::new());
    for path in ["/mirror/", "/calendar", "/endoflife"] {
        site.put(path, page);
    }
    site.put("/cycle", b"{\"no\\n::error::no\\u001b[2J\\u202ebelow\": {}}");
    let of = |name: &str| format!("{}/{name}", site.url);
    let feeds = feeds(&[("calendar", &of("calendar")), ("cycle", &of("cycle")), ("endoflife", &of("endoflife"))]);
    box_.write("molt-sync.toml", format!("mirror = \"{}/mirror\"\n\n{feeds}", site.url));
    let bundle = b"{\"no\\n::error::no\\u001b[2J\": 1}";
    site.put("/mirror/3.13.99/Python-3.13.99.tgz.sigstore", bundle);
    let ended = box_.sync(&watch(&[]));
    let verified = box_.sync(&["verify", "3.13.99", "--config", "molt-sync.toml"]);
    assert_eq!((ended.code, verified.code), (5, 4), "{}{}", ended.out, verified.err);
    assert!(ended.out.contains("below has no status") && verified.err.contains("unknown field"), "{}", ended.out);
    for text in [ended.out, ended.err, verified.out, verified.err] {
        let is_odd = |it: char| (it.is_control() && it != '\n') || it == '\u{202e}';
        assert!(!text.contains(is_odd) && !text.lines().any(|it| it.starts_with("::")), "{text:?}");
    }
}

#[test]
fn a_mirror_that_is_behind_what_is_recorded_shows_nothing_new() {
    for (folders, more, code) in [
        (&["3.13.4"][..], &[][..], 5),
        (&["3.11.2"], &[], 5),
        (&["3.13.4", "3.12.10"], &[], 5),
        // it has what is recorded of a series, and need not have every other, unless that is asked for
        (&["3.12.10"], &[], 0),
        (&["3.12.10"], &["--series", "3.13"], 5),
        (&["3.12.10", "3.13.5"], &["--series", "3.13"], 0),
        (&["3.12.99", "3.13.99"], &[], 0),
    ] {
        let box_ = Sandbox::with_whole_series("3.12,3.13");
        for it in folders {
            fs::create_dir_all(box_.root().join("mirror").join(it)).unwrap();
        }
        settings(&box_, "../mirror", "");
        box_.write("baselines/3.12.json", recorded_whole("3.12", "3.12.10").render());
        let ended = box_.sync(&watch(more));
        assert_eq!(ended.code, code, "{folders:?} {more:?}: {}{}", ended.out, ended.err);
        assert_eq!(ended.out.contains("which is recorded, and cannot show"), code == 5, "{folders:?}: {}", ended.out);
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let box_ = Sandbox::with_whole_series("3.13");
    fs::create_dir_all(box_.root().join("mirror/3.13.5")).unwrap();
    settings(&box_, "../mirror", "");
    let (pipe, folder) = (box_.root().join("pipe"), box_.root().join("folder"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::create_dir(&folder).unwrap();
    for option in ["--told", "--state"] {
        for path in [&pipe, &folder] {
            box_.refuses(&watch(&[option, path.to_str().unwrap()]), 2, &["cannot read"]);
        }
    }
}

#[test]
fn what_other_sources_said_is_no_answer_of_those_that_the_settings_name() {
    let Some(Behind { box_, .. }) = behind() else { return };
    let corpus = std::env::var("MOLT_SYNC_CORPUS").unwrap();
    let own = box_.read("molt-sync.toml");
    let state = box_.root().join("state.json").display().to_string();
    for kept in [&[][..], &["--state", &state]] {
        // another branch names a source that makes a release up
        let announcement = Arc::new(br#"{"versions": {"3.13.99": {}}}"#.to_vec());
        let server = Server::start(Script::new("api/python.json", &announcement));
        settings(&box_, &corpus, &format!("{}/api/python.json", server.url()));
        let theirs = box_.sync(&watch(kept)).out;
        assert!(theirs.contains("3.13.99"), "{theirs}");
        box_.write("molt-sync.toml", &own);
        let ours = box_.sync(&watch(&[kept, &["--format", "json"]].concat())).out;
        let look: Value = serde_json::from_str(&ours).unwrap();
        assert!(!ours.contains("3.13.99"), "{ours}");
        // nor do their requests count, or keep these from being asked
        assert_eq!((&look["requests"], &look["requests_today"]), (&Value::from(1), &Value::from(1)), "{ours}");
    }
}

#[test]
fn a_server_that_says_of_everything_that_it_is_there_shows_nothing() {
    let box_ = Sandbox::with_whole_series("3.13");
    let page: &[u8] = b"<html>Please log in</html>";
    let site = Site::everywhere(page);
    let of = |name: &str| format!("{}/{name}", site.url);
    let beat = box_.root().join("beat");
    let look = |box_: &Sandbox| box_.sync(&watch(&["--check", "--heartbeat", beat.to_str().unwrap()]));
    // all of it, and the mirror alone, whose listing is no listing then
    let all = ["calendar", "cycle", "endoflife", "api"].map(|it| (it, of(it)));
    for feeds_ in [feeds(&all.each_ref().map(|(name, url)| (*name, url.as_str()))), feeds(&[])] {
        box_.write("molt-sync.toml", format!("mirror = \"{}/mirror\"\n\n{feeds_}", site.url));
        let ended = look(&box_);
        assert!(ended.code == 5 && ended.out.contains("mirror was silent"), "{}{}", ended.out, ended.err);
        assert!(!beat.exists());
    }
    // what begins as an archive does is one
    site.put("/mirror/3.13.5/Python-3.13.5.tgz", b"\x1f\x8b and so on");
    assert_eq!(look(&box_).code, 0);
}

#[test]
fn a_folder_that_cannot_be_read_is_not_an_empty_one() {
    let box_ = Sandbox::with_whole_series("3.13");
    let site = Site::start(Files::new());
    site.put("/mirror/", b"<pre><a href=\"3.13.5/\">3.13.5/</a><a href=\"3.13.99/\">3.13.99/</a>");
    let of = |name: &str| format!("{}/{name}", site.url);
    site.put("/endoflife", br#"{"versions": {"3.13.99": {}}}"#);
    box_.write(
        "molt-sync.toml",
        format!("mirror = \"{}/mirror\"\n\n{}", site.url, feeds(&[("endoflife", &of("endoflife"))])),
    );
    // a page in place of the folder: nobody knows what it has, in which form
    site.put("/mirror/3.13.99/", b"<html>maintenance</html>");
    let ended = box_.sync(&watch(&["--check"]));
    assert!(ended.code == 5 && !ended.out.contains("partial"), "{}{}", ended.out, ended.err);
    // one that is there and has nothing of it
    site.put("/mirror/3.13.99/", b"<pre><a href=\"../\">..</a><a href=\"amd64/\">amd64/</a>");
    let ended = box_.sync(&watch(&["--check"]));
    assert!(ended.code == 3 && ended.out.contains("partial"), "{}{}", ended.out, ended.err);
}

#[test]
fn nobody_who_announces_is_not_nothing_announced() {
    let box_ = Sandbox::with_whole_series("3.13");
    let site = Site::start(Files::new());
    site.put("/mirror/", b"<pre><a href=\"3.13.5/\">3.13.5/</a>");
    let of = |name: &str| format!("{}/{name}", site.url);
    let look = |names: &[&str]| {
        let urls: Vec<_> = names.iter().map(|it| (*it, of(it))).collect();
        let urls: Vec<_> = urls.iter().map(|(name, url)| (*name, url.as_str())).collect();
        box_.write("molt-sync.toml", format!("mirror = \"{}/mirror\"\n\n{}", site.url, feeds(&urls)));
        box_.sync(&watch(&["--check"])).code
    };
    assert_eq!(look(&["calendar", "endoflife"]), 5);
    // one alone says nothing, and none is nobody's silence
    assert_eq!([look(&["endoflife"]), look(&[])], [0, 0]);
    site.put("/endoflife", br#"{"versions": {"3.13.5": {}}}"#);
    assert_eq!(look(&["calendar", "endoflife"]), 0);
}
