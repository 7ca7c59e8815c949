//! Units for systemd: the files in the workspace are the same on every machine, and what the printed steps make of them holds on
//! this one. The steps are run in bash with stubs of the programs that would change this machine.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{
    Sandbox,
    feeds::feeds,
    workflow::{git_at, git_in, said, tool},
};

const SERVICE: &str = "systemd/molt-sync-watch.service";
const TIMER: &str = "systemd/molt-sync-watch.timer";

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What a printed script leaves: the folder of units, and the commands that it gave to the service manager.
fn carried_out(box_: &Sandbox, out: &str) -> (PathBuf, String) {
    let units = box_.root().join("config/systemd/user");
    let script = out.split_once("\n\n").unwrap().1.replace("/etc/systemd/system", units.to_str().unwrap());
    let bin = box_.root().join("bin");
    for name in ["systemctl", "loginctl"] {
        tool(&bin, name, &format!("echo {name} \"$@\" >> \"$LOG\""));
    }
    tool(&bin, "sudo", "exec \"$@\"");
    drop(fs::remove_dir_all(&units));
    drop(fs::remove_file(box_.root().join("log")));
    let output = Command::new("sh")
        .args(["-euc", &script])
        .current_dir(box_.root())
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
        .env("XDG_CONFIG_HOME", box_.root().join("config"))
        .env("LOG", box_.root().join("log"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    (units, fs::read_to_string(box_.root().join("log")).unwrap())
}

/// Lets systemd judge the units, where it is here.
fn verified(units: &Path, manager: &str) {
    let mut command = Command::new("systemd-analyze");
    command.args(["verify", manager]).args([SERVICE, TIMER].map(|it| units.join(it.trim_start_matches("systemd/"))));
    // a user's manager has to have a folder of its own
    match command.env("XDG_RUNTIME_DIR", units).output() {
        Ok(output) => {
            assert!(output.status.success() && said(&output).trim().is_empty(), "{manager}: {}", said(&output));
        }
        Err(error) => eprintln!("skipped: systemd-analyze does not start ({error})"),
    }
}

/// The paths between quotation marks behind a key, as systemd reads them.
fn paths(unit: &str, key: &str) -> Vec<String> {
    let line = unit.lines().filter_map(|it| it.strip_prefix(key)).next_back().unwrap_or_default();
    let mut res: Vec<String> = Vec::new();
    let (mut rest, mut is_in) = (line.chars().peekable(), false);
    while let Some(it) = rest.next() {
        match it {
            '"' => {
                is_in = !is_in;
                if is_in {
                    res.push(String::new());
                }
            }
            _ if !is_in => {}
            '\\' => res.last_mut().unwrap().extend(rest.next()),
            '%' => match rest.next() {
                Some('%') => res.last_mut().unwrap().push('%'),
                // a folder of the manager's
                Some(known @ ('C' | 'S')) => res.last_mut().unwrap().extend(['%', known]),
                other => panic!("{other:?} in {line}"),
            },
            '$' if key.starts_with("ExecStart") => {
                assert_eq!(rest.next(), Some('$'), "{line}");
                res.last_mut().unwrap().push('$');
            }
            other => res.last_mut().unwrap().push(other),
        }
    }
    res
}

#[test]
fn the_units_hold_nothing_of_this_machine_and_the_steps_all_of_it() {
    let box_ = Sandbox::empty();
    let odd = "my $HOME %h (x) 'y' \"z\" \\q";
    for (folder, is_repository) in [("plain", true), (odd, true), ("bare of git", false)] {
        box_.run(&["init", folder, "--series", "3.13"]).succeeds();
        let root = fs::canonicalize(box_.root().join(folder)).unwrap();
        if is_repository {
            git_in(&root, &["init", "-q"]);
        }
        let mut before = Vec::new();
        for system in [None, Some(user())] {
            let mut args = vec!["-C", folder, "init", "--systemd"];
            args.extend(system.iter().flat_map(|it| ["--system", it]));
            let ended = box_.run(&args).succeeds();
            let texts = [SERVICE, TIMER].map(|it| fs::read_to_string(root.join(it)).unwrap());
            for text in &texts {
                let machine = [box_.root().to_str().unwrap(), env!("CARGO_BIN_EXE_molt-sync"), "User=", "/home/"];
                assert!(machine.iter().all(|it| !text.contains(it)), "{text}");
            }
            assert!(before.is_empty() || before == texts, "both kinds share them");
            before = texts.to_vec();

            let (units, log) = carried_out(&box_, &ended.out);
            let manager = if system.is_some() { "systemctl" } else { "systemctl --user" };
            let mut expected = format!("{manager} daemon-reload\n{manager} enable --now molt-sync-watch.timer\n");
            if system.is_none() {
                expected += "loginctl enable-linger\n";
            }
            assert_eq!(log, expected);
            let drop_in = fs::read_to_string(units.join("molt-sync-watch.service.d/workspace.conf")).unwrap();
            let command = paths(&drop_in, "ExecStart=");
            let place = drop_in.lines().find_map(|it| it.strip_prefix("WorkingDirectory=")).unwrap();
            assert_eq!(place.replace("%%", "%"), root.to_str().unwrap());
            assert_eq!(command[1], root.to_str().unwrap(), "{drop_in}");
            assert!(Path::new(&command[0]).is_file(), "{drop_in}");
            let writable = paths(&drop_in, "ReadWritePaths=");
            assert_eq!(writable, [root.to_str().unwrap()], "{drop_in}");
            let is_system = drop_in.contains("\nUser=") && drop_in.contains("\nEnvironment=\"XDG_STATE_HOME=%S\"");
            assert_eq!(is_system, system.is_some(), "{drop_in}");
            // a user's manager cannot take capabilities away, and a service that asks for it does not start
            let needs_root =
                ["Capability", "PrivateDevices", "ProtectClock", "ProtectKernelModules", "ProtectKernelLogs"];
            let found = |text: &str| needs_root.iter().any(|it| text.contains(it));
            assert!(!found(&texts[0]) && found(&drop_in) == system.is_some());
            verified(&units, if system.is_some() { "--system" } else { "--user" });
        }
        for key in ["CacheDirectory=molt-sync", "StateDirectory=molt-sync"] {
            assert!(before[0].contains(&format!("\n{key}\n")) && !before[0].contains("ReadWritePaths"), "{key}");
        }
    }
}

#[test]
fn all_that_a_run_writes_to_can_be_written_wherever_gits_folder_is() {
    let box_ = Sandbox::with_series("3.13");
    let root = fs::canonicalize(box_.root()).unwrap();
    let init = |folder: &str| {
        let ended = box_.run(&["-C", folder, "init", "--systemd"]).succeeds();
        paths(&ended.out, "ReadWritePaths=")
    };
    let full = |names: &[&str]| names.iter().map(|it| root.join(it).to_str().unwrap().to_owned()).collect::<Vec<_>>();
    git_in(&box_.ws(""), &["init", "-q"]);
    git_in(&box_.ws(""), &["add", "-A"]);
    git_in(&box_.ws(""), &["commit", "-q", "-m", "start"]);
    assert_eq!(init("ws"), full(&["ws"]));
    git_in(&box_.ws(""), &["worktree", "add", "-q", "../tree"]);
    assert_eq!(init("tree"), full(&["tree", "ws/.git/worktrees/tree", "ws/.git"]));
    // a workspace that is a folder of its repository
    fs::create_dir(root.join("mono")).unwrap();
    git_in(&root.join("mono"), &["init", "-q"]);
    box_.run(&["init", "mono/compiler", "--series", "3.13"]).succeeds();
    assert_eq!(init("mono/compiler"), full(&["mono/compiler", "mono/.git"]));
}

#[test]
fn the_cache_and_the_key_of_a_service_lie_in_the_folders_that_are_made_for_it() {
    let box_ = Sandbox::with_series("3.13");
    let ended = box_.sync(&["init", "--systemd", "--system", &user()]).succeeds();
    let (state, cache) = (box_.root().join("lib"), box_.root().join("caches"));
    let text = ended.out.replace("%S", state.to_str().unwrap()).replace("%C", cache.to_str().unwrap());
    let value = |key: &str| text.lines().filter_map(|it| it.strip_prefix(key)).next_back().unwrap();
    let environment = value("Environment=").trim_matches('"').split_once('=').unwrap();
    fs::create_dir(box_.root().join("mirror")).unwrap();
    // as the manager does it
    for folder in [state.join("molt-sync"), cache.join("molt-sync")] {
        fs::create_dir_all(folder).unwrap();
    }
    box_.write("molt-sync.toml", format!("mirror = \"../mirror\"\n{}", feeds(&[])));
    let output = Command::new("sh")
        .args(["-c", value("ExecStart=")])
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env(environment.0, environment.1)
        .current_dir(value("WorkingDirectory="))
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|it| it != 2), "{}", said(&output));
    assert!(cache.join("molt-sync/watch").is_dir(), "what was seen is remembered there: {}", said(&output));
}

#[test]
fn a_name_that_is_shown_as_another_is_not_written_into_steps() {
    let box_ = Sandbox::empty();
    for odd in ["a\u{202e}b", "a\u{200b}b", "\u{feff}a", "a\tb"] {
        box_.run(&["init", odd, "--series", "3.13"]).succeeds();
        let ended = box_.run(&["-C", odd, "init", "--systemd"]);
        assert!(ended.code == 2 && ended.out.is_empty(), "{odd:?} {} {}", ended.out, ended.err);
        assert!(ended.err.contains("without invisible characters"), "{odd:?} {}", ended.err);
        assert!(!box_.root().join(odd).join(SERVICE).exists(), "{odd:?}");
    }
}

#[test]
fn a_service_that_could_not_work_is_refused_before_anything_is_written() {
    let box_ = Sandbox::with_series("3.13");
    git_in(&box_.ws(""), &["init", "-q"]);
    for (name, code, words) in [
        ("nobody", 3, "and the service would run as nobody"),
        ("no-such-user-here", 2, "there is none of that name here"),
        ("x y", 2, "there is none of that name here"),
        ("-n", 2, "there is none of that name here"),
        ("root\nExecStart=/bin/x", 2, "there is none of that name here"),
    ] {
        box_.refuses(&["init", "--systemd", &format!("--system={name}")], code, &[words]);
    }
    assert_eq!(box_.sync(&["init", "--system", "nobody", "x"]).code, 2);
    // a checkout of another owner
    if std::os::unix::fs::chown(box_.ws(""), Some(12_345), None).is_err() {
        return eprintln!("skipped: only root can give a folder away");
    }
    std::os::unix::fs::chown(box_.ws(".git"), Some(12_345), None).unwrap();
    assert!(!git_at(&box_.ws(""), &["status"]).status.success(), "git trusts everything here");
    let run = |trusted: &str| {
        let mut command = box_.command(&box_.ws(""), &["init", "--systemd"]);
        command.envs([
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", trusted),
        ]);
        command.output().unwrap()
    };
    let output = run("/elsewhere");
    assert!(!output.status.success() && said(&output).contains("safe.directory"), "{}", said(&output));
    assert!(!box_.ws("systemd").exists());
    assert!(!said(&run("*")).contains("dubious"));
}
