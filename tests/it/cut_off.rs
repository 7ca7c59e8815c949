//! Runs that are killed, that meet each other, and that happen elsewhere: the workspace is wholly old or wholly new, and the
//! same everywhere. `MOLT_SYNC_ROUNDS` says how often (100 in CI), and `MOLT_SYNC_BINARY` names a faster program.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use molt_sync::stdlib::ModuleKind;

use crate::{
    changes::{git, refresh},
    support::{Release, Sandbox},
};

fn rounds(by_default: u32) -> u32 {
    std::env::var("MOLT_SYNC_ROUNDS").map_or(by_default, |it| it.parse().unwrap())
}

/// A workspace of about a thousand files in a repository, and a release with 150 modules more.
fn large() -> Sandbox {
    let box_ = Sandbox::with_whole_series("3.12,3.13,3.14");
    let mut release = Release::whole("3.13", "3.13.77");
    for number in 0..150 {
        release = release.with(&format!("json.more{number}"), ModuleKind::Module);
    }
    box_.publish("3.13.77", "tgz", &release.tgz());
    for number in 0..250 {
        box_.write(&format!("notes/{number}.txt"), "mine");
    }
    git(&box_, &["init", "-q"]);
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "start"]);
    box_
}

fn start(box_: &Sandbox, args: &[&str]) -> Child {
    let mut command = box_.command(box_.root(), args);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Numbers that look random and are the same each time.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_the_workspace_old_or_new() {
    let box_ = large();
    let txn = box_.ws(".git/molt-sync/tree/txn");
    let old = box_.snapshot();
    assert!(old.len() > 1000, "{}", old.len());
    let args = refresh(&["-C", "ws"]);
    let args: Vec<&str> = args.into_iter().map(|it| if it == "../mirror" { "mirror" } else { it }).collect();
    let began = Instant::now();
    let first = start(&box_, &args).wait_with_output().unwrap();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let whole = u64::try_from(began.elapsed().as_micros()).unwrap();
    let new = box_.snapshot();
    assert!(new.len() >= old.len() + 150);
    box_.sync(&["undo"]).succeeds();
    assert!(box_.snapshot() == old);
    let (mut random, mut olds, mut news, mut finished) = (88_172_645_463_325_252, 0, 0, 0);
    let rounds = rounds(9);
    for round in 0..rounds {
        let mut child = start(&box_, &args);
        // at any moment, while new files are made durable, and while files change places
        let (waits_for, span) = match round % 3 {
            0 => (None, whole),
            1 => (Some(txn.clone()), 150_000),
            _ => (Some(txn.join("journal")), 40_000),
        };
        while waits_for.as_ref().is_some_and(|it| !it.exists()) && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        std::thread::park_timeout(Duration::from_micros(next(&mut random) % span));
        child.kill().unwrap();
        let code = child.wait().unwrap().code();
        let was_cut = txn.join("journal").exists();
        // whatever is run next finds it
        let next: &[&str] = [&["recover"][..], &["ratchet", "show"]][usize::try_from(round % 2).unwrap()];
        let said = box_.sync(next).succeeds();
        if was_cut && next[0] == "ratchet" {
            assert!(said.err.contains("had been cut off; its change of "), "{}", said.err);
            finished += 1;
        }
        // a run that only reads leaves alone what has not begun
        assert!(!txn.join("journal").exists() && (next[0] == "ratchet" || !txn.exists()));
        let now = box_.snapshot();
        assert!(now == old || now == new, "round {round}: a torn tree");
        if now == old {
            olds += 1;
            assert_ne!(code, Some(0));
        } else {
            news += 1;
            box_.sync(&["undo"]).succeeds();
            assert!(box_.snapshot() == old, "round {round}: undo");
        }
    }
    eprintln!("killed {} times: {olds} old, {news} new, 0 torn, {finished} finished by the next run", olds + news);
    assert!(rounds < 24 || (olds > 0 && news > 0), "{olds} old, {news} new");
}

#[test]
fn of_two_runs_at_once_one_waits_for_nobody_and_the_other_says_why() {
    let box_ = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    box_.publish("3.13.77", "tgz", &release.tgz());
    let old = box_.snapshot();
    let args = refresh(&["-C", "ws"]);
    let args: Vec<&str> = args.into_iter().map(|it| if it == "../mirror" { "mirror" } else { it }).collect();
    let mut refused = 0;
    for round in 0..rounds(6).min(50) {
        // the cache is shared, and empty at first
        let cache = format!("cache-{round}");
        let args = [&args[..], &["--cache-dir", &cache]].concat();
        let both = [start(&box_, &args), start(&box_, &args)].map(|it| it.wait_with_output().unwrap());
        let codes = both.each_ref().map(|it| it.status.code().unwrap());
        assert!(codes.contains(&0) && codes.iter().all(|it| [0, 6].contains(it)), "{codes:?}");
        for output in both.iter().filter(|it| it.status.code() == Some(6)) {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("another run is at work in this workspace: pid "), "{said}");
            refused += 1;
        }
        box_.sync(&["undo"]).succeeds();
        assert!(box_.snapshot() == old);
    }
    assert!(refused > 0);
}

#[test]
fn a_reader_is_not_kept_out_by_a_writer() {
    let box_ = Sandbox::with_series("3.13");
    let (writer, _) = molt_sync::host::Writer::open(&box_.ws(""), "a long run").unwrap();
    box_.sync(&["ratchet", "show"]).succeeds();
    box_.sync(&["gates"]).succeeds();
    box_.refuses(&["undo"], 6, &["another run is at work in this workspace: pid ", "a long run"]);
    drop(writer);
}

/// Copies a tree file by file, the last one first.
fn copy_backwards(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries: Vec<_> = fs::read_dir(from).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for entry in entries.into_iter().rev() {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copy_backwards(&entry, &target) } else { fs::copy(&entry, &target).map(drop).unwrap() }
    }
}

#[cfg(unix)]
#[test]
fn the_same_run_elsewhere_gives_the_same_bytes() {
    let box_ = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    box_.publish("3.13.77", "tgz", &release.tgz());
    let other = Sandbox::empty();
    copy_backwards(&box_.ws(""), &other.ws(""));
    copy_backwards(&box_.root().join("mirror"), &other.root().join("mirror"));
    let run = |box_: &Sandbox, zone: &str, language: &str, mask: &str, output: &[&str]| {
        let args = [&refresh(output)[..], &["--format", "json"]].concat();
        let program = box_.command(&box_.ws(""), &args);
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("umask {mask}; exec \"$0\" \"$@\"")).arg(program.get_program());
        shell.args(program.get_args()).current_dir(box_.ws("")).env("TZ", zone).env("LC_ALL", language);
        shell.envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // what a note tells to type names where this one is
        let place = box_.root().display().to_string();
        String::from_utf8(output.stdout).unwrap().replace(&place, "PLACE")
    };
    for output in [&["--plan", "../plan.json", "--report", "../report.md"][..], &[]] {
        let first = run(&box_, "Pacific/Kiritimati", "tr_TR.UTF-8", "022", output);
        let second = run(&other, "America/Anchorage", "C", "077", output);
        assert!(first == second, "{first}\n{second}");
    }
    for name in ["plan.json", "report.md"] {
        assert!(fs::read(box_.root().join(name)).unwrap() == fs::read(other.root().join(name)).unwrap(), "{name}");
    }
    assert!(box_.snapshot() == other.snapshot());
}

/// Kills the run at the call of git that has this word, before it or behind it.
#[cfg(target_os = "linux")]
fn killed_at(word: &str, when: &str) -> Sandbox {
    use std::os::unix::fs::PermissionsExt as _;
    let box_ = crate::changes::committed();
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|it| it.join("git")).find(|it| it.is_file()).unwrap();
    let real = real.display();
    let kill = "kill -9 $PPID";
    let script = match when {
        "before" => format!("#!/bin/sh\ncase \" $* \" in *' {word} '*) {kill}; exit 1;; esac\nexec {real} \"$@\"\n"),
        "locked" => format!(
            "#!/bin/sh\ncase \" $* \" in *' {word} '*) touch .git/index.lock; {kill}; exit 1;; esac\nexec {real} \"$@\"\n"
        ),
        _ => format!(
            "#!/bin/sh\ncase \" $* \" in *' {word} '*) {real} \"$@\"; {kill}; exit 1;; esac\nexec {real} \"$@\"\n"
        ),
    };
    let program = box_.file("bin/git", script.as_bytes());
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", box_.root().join("bin").display());
    let mut command = box_.command(&box_.ws(""), &refresh(&["--branch", "sync/x"]));
    let status = command.env("PATH", path).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), None, "{word} {when}: it was killed");
    box_
}

#[cfg(target_os = "linux")]
#[test]
fn whatever_became_of_a_run_that_was_killed_in_git_there_is_a_way_out() {
    const NEWER: &str = "src/molt/stdlib/json/newer.py";
    for (word, when, then, steps) in [
        ("switch", "after", "nothing", &[("recover", 0)][..]),
        ("add", "locked", "nothing", &[("recover", 6), ("unlock", 0), ("recover", 0)]),
        ("commit", "before", "reset --hard", &[("recover", 0)]),
        ("commit", "before", "stash -u", &[("recover", 0)]),
        ("commit", "before", "switch main", &[("recover --abort", 0)]),
        ("add", "before", "checkout .", &[("recover", 0)]),
        ("add", "before", "edit", &[("recover", 6), ("undo", 6), ("recover --abort", 0)]),
        ("add", "before", "commit --allow-empty -m mine", &[("recover", 0), ("undo", 0)]),
        ("commit", "after", "nothing", &[("recover", 0)]),
    ] {
        let what = format!("{word} {when}, then {then}");
        let box_ = killed_at(word, when);
        match then {
            "nothing" => {}
            "edit" => box_.write(NEWER, "mine\n"),
            other => drop(git(&box_, &other.split(' ').collect::<Vec<_>>())),
        }
        for (step, code) in steps {
            if *step == "unlock" {
                fs::remove_file(box_.ws(".git/index.lock")).unwrap();
                continue;
            }
            let ended = box_.sync(&step.split(' ').collect::<Vec<_>>());
            assert_eq!(ended.code, *code, "{what}: {step}: {}{}", ended.out, ended.err);
            let word = if when == "locked" { "/.git/index.lock" } else { "recover --abort" };
            assert!(*code == 0 || ended.err.contains(word), "{what}: {}", ended.err);
        }
        let branches = git(&box_, &["branch", "--format=%(refname:short)"]);
        let is_kept = when == "after" && word == "commit" || then.starts_with("commit");
        assert_eq!(branches, if is_kept { "main\nsync/x\n" } else { "main\n" }, "{what}");
        let left = git(&box_, &["status", "--short"]);
        assert_eq!(left, if then == "edit" { format!("?? {NEWER}\n") } else { String::new() }, "{what}");
        assert!(then != "edit" || box_.read(NEWER) == "mine\n", "{what}");
        box_.sync(&["recover"]).succeeds().says("nothing was cut off");
    }
}
