//! Where the generated workflows get the program from. They run what they get, so that nobody but a person may choose it, and
//! what is chosen names the very bytes.

#![cfg(unix)]

use std::{
    fs,
    io::ErrorKind,
    path::Path,
    process::{Command, Output},
};

use crate::support::{
    Sandbox,
    run::Ended,
    workflow::{git_at, git_in, said, scripts, step, tool, value},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const CHECK: &str = ".github/workflows/molt-sync-check.yml";
const HASH: &str = "71c7f1cc33c9e24de93f2b3627433bed3ccbc3b3";
const FROM_GIT: &[&str] = &["init", "--github", "--from-git", "https://forge.example/o/r", "--rev", HASH];

/// The install steps of both workflows, which are the same.
fn install_step(box_: &Sandbox) -> String {
    let [watch, check] =
        [(WATCH, "detect"), (CHECK, "check")].map(|(file, job)| step(&box_.read(file), job, "Install molt-sync"));
    assert_eq!(watch, check);
    watch
}

/// A step as a runner runs it, with these programs before all others.
fn run(box_: &Sandbox, script: &str) -> Output {
    let path = format!("{}:{}", box_.root().join("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script]).current_dir(box_.ws(""));
    command.env("PATH", path).env("RUNNER_TEMP", box_.root().join("temp")).env("GITHUB_PATH", box_.root().join("path"));
    command.env("LOG", box_.root().join("log"));
    fs::create_dir_all(box_.root().join("temp")).unwrap();
    command.output().unwrap()
}

#[test]
fn without_a_source_each_run_stops_at_its_install_step_until_somebody_names_one() {
    let box_ = Sandbox::with_series("3.13");
    let ended = box_.sync(&["init", "--github"]);
    assert!(ended.out.contains(&format!("{WATCH} is written\n{CHECK} is written\n")), "{}", ended.out);
    let way = "molt-sync init --github --from-git URL --rev FULL_HASH";
    for words in ["it is not said where from", "is not published in the crate registry", way] {
        assert!(ended.code == 3 && ended.err.contains(words), "{words}: {}", ended.err);
    }
    let output = run(&box_, &install_step(&box_));
    let text = said(&output);
    assert!(output.status.code() == Some(3) && text.starts_with("::error::") && text.contains(way), "{text}");
    assert!([WATCH, CHECK].iter().all(|it| !box_.read(it).contains("cargo")), "nothing comes from a registry");

    // it is as it was, and so is what is said of it
    let before = box_.snapshot();
    let again = box_.sync(&["init", "--github"]);
    assert!(again.code == 3 && again.out.contains("is as it should be") && box_.snapshot() == before);
    box_.sync(&["init", "--github", "--format", "json"]).is_one_failure(3, way);
    assert_eq!(box_.sync(&["init", "--github", "--check"]).code, 3);
    assert!(box_.snapshot() == before);

    // one line of each file is another then, which stays
    let old = [box_.read(WATCH), box_.read(CHECK)];
    box_.sync(FROM_GIT).succeeds().says("they install molt-sync with `cargo install");
    for (old, name) in old.iter().zip([WATCH, CHECK]) {
        let new = box_.read(name);
        let others: Vec<_> = old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
        assert!(old.lines().count() == new.lines().count() && others.len() == 1, "{others:?}");
    }
    let after = box_.snapshot();
    for args in [&["init", "--github"][..], &["init", "--github", "--check"], FROM_GIT] {
        box_.sync(args).succeeds();
    }
    assert!(box_.snapshot() == after);
    tool(&box_.root().join("bin"), "cargo", "printf '%s\\n' \"$@\" > \"$LOG\"");
    assert!(run(&box_, &install_step(&box_)).status.success());
    let expected = format!("install\n--locked\n--git\nhttps://forge.example/o/r\n--rev\n{HASH}\nmolt-sync\n");
    assert_eq!(fs::read_to_string(box_.root().join("log")).unwrap(), expected);
    box_.sync(&["init", "--github", "--install", "./get"]).succeeds().says("`./get`, as you say");
    assert_eq!(install_step(&box_), "./get");
}

impl Ended {
    fn is_one_failure(&self, code: i32, hint: &str) {
        let value: serde_json::Value = serde_json::from_str(&self.out).unwrap();
        assert!(self.code == code && value["error"]["hint"].as_str().unwrap().contains(hint), "{value}");
    }
}

#[test]
fn what_a_person_wrote_into_a_workflow_is_not_written_over() {
    let box_ = Sandbox::with_series("3.13");
    let line = |name: &str| box_.read(name).lines().find(|it| it.contains("run: \"")).unwrap().to_owned();
    let start = |args: &[&str]| {
        drop(fs::remove_dir_all(box_.ws(".github")));
        box_.sync(args);
        [WATCH, CHECK].map(line)
    };
    for from in [FROM_GIT, &["init", "--github"]] {
        // anywhere but in the step, and in the step in a form that is not this program's
        for change in [
            "        run: cargo install --locked mine",
            "        run: |\n          ./mine",
            "        # mine\n        run: \"x\"",
        ] {
            let [_, step] = start(from);
            box_.write(CHECK, box_.read(CHECK).replacen(&step, change, 1));
            for args in [FROM_GIT, &["init", "--github"]] {
                box_.refuses(args, 3, &["molt-sync-check.yml is there already and says something else"]);
            }
        }
        start(from);
        box_.write(WATCH, box_.read(WATCH).replace("23 5,11,17,23", "0 1"));
        box_.refuses(FROM_GIT, 3, &["molt-sync-watch.yml is there already and says something else"]);
    }
    // a line in one of the two, in this program's form
    for name in [WATCH, CHECK] {
        start(FROM_GIT);
        box_.write(name, box_.read(name).replace(&line(name), "        run: \"./mine\""));
        box_.refuses(&["init", "--github"], 3, &["in different ways", "--from-git URL"]);
        box_.sync(&["init", "--github", "--install", "./mine"]).succeeds();
        assert_eq!(install_step(&box_), "./mine");
        // where the other names none, it is the one
        start(&["init", "--github"]);
        box_.write(name, box_.read(name).replace(&line(name), "        run: \"./mine\""));
        box_.sync(&["init", "--github"]).succeeds();
        assert_eq!(install_step(&box_), "./mine");
    }
}

#[test]
fn a_wheel_is_installed_only_if_it_has_its_digest() {
    let box_ = Sandbox::with_series("3.13");
    let digest = molt_sync::base::Sha256::of(b"a wheel").to_string();
    let name = "molt_sync-0.1.0-py3-none-any.whl";
    let url = format!("https://forge.example/{name}");
    box_.sync(&["init", "--github", "--from-wheel", &url, "--sha256", &digest.to_uppercase()]).succeeds();
    let bin = box_.root().join("bin");
    tool(
        &bin,
        "python3",
        "mkdir -p \"$3/bin\"; printf '#!/bin/sh\\necho \"$@\" >> \"$LOG\"\\n' > \"$3/bin/python\"; chmod +x \"$3/bin/python\"",
    );
    for (bytes, is_right) in [("a wheel", true), ("a wheel!", false), ("", false)] {
        drop(fs::remove_dir_all(box_.root().join("temp")));
        drop(fs::remove_file(box_.root().join("log")));
        // the address is the last word, and a file is named behind -o
        tool(
            &bin,
            "curl",
            &format!(
                "[[ ${{@: -1}} == {url} ]] || exit 9; while [[ $1 != -o ]]; do shift; done; printf '{bytes}' > \"$2\""
            ),
        );
        let output = run(&box_, &install_step(&box_));
        assert_eq!(output.status.success(), is_right, "{}", said(&output));
        let log = fs::read_to_string(box_.root().join("log")).unwrap_or_default();
        assert_eq!(log.contains(&format!("install --quiet --no-index --no-deps ./{name}\n")), is_right, "{log}");
    }
    let path = fs::read_to_string(box_.root().join("path")).unwrap();
    assert_eq!(path, format!("{}/bin\n", box_.root().join("temp/molt-sync").display()));
}

#[test]
fn a_source_is_one_and_whole_and_reaches_the_shell_as_it_was_written() {
    let box_ = Sandbox::with_series("3.13");
    let digest = "ab".repeat(32);
    for (args, words) in [
        (&["--from-git", "https://h/r"][..], "--rev <FULL_HASH>"),
        (&["--rev", HASH], "--from-git <URL>"),
        (&["--from-wheel", "https://h/a-1-b-c-d.whl"], "--sha256 <HEX>"),
        (&["--from-git", "https://h/r", "--rev", HASH, "--install", "x"], "cannot be used with"),
        (&["--from-git", "https://h/r", "--rev", HASH, "--sha256", &digest], "cannot be used with"),
    ] {
        let ended = box_.sync(&[&["init", "--github"], args].concat());
        assert!(ended.code == 2 && ended.err.contains(words), "{args:?}: {}", ended.err);
    }
    for (args, words) in [
        (&["--from-git", "https://h/r", "--rev", "main"][..], "is not the full hash"),
        (&["--from-git", "https://h/r", "--rev", &HASH[..12]], "is not the full hash"),
        (&["--from-git", "https://h/r", "--rev", &format!("{HASH}\n")], "is not the full hash"),
        (&["--from-git", "https://u:secret@h/r", "--rev", HASH], "a password"),
        (&["--from-git", "https://h/r${{ github.actor }}", "--rev", HASH], "characters other than"),
        (&["--from-wheel", "http://h/a-1-b-c-d.whl", "--sha256", &digest], "is not https"),
        (&["--install", "a\nb"], "it is not one line"),
        (&["--install", "echo ${{ github.actor }}"], "before the shell reads the line"),
    ] {
        box_.refuses(&[&["init", "--github"], args].concat(), 2, &[words]);
    }
    // what YAML, a shell or the form of the file could take in another way
    for (command, expected) in [
        ("printf '%s' \"a: 'b' #c\"", "a: 'b' #c"),
        ("printf %s \\\\ $'\\x41' %ALLOWED% '%FOLDER%'", "\\A%ALLOWED%%FOLDER%"),
        ("printf '%s' '- {x: [y, !!z *a &b | > @ `'", "- {x: [y, !!z *a &b | > @ `"),
        ("printf '%s' 'ü \u{202e}'", "ü \u{202e}"),
    ] {
        box_.sync(&["init", "--github", "--install", command]).succeeds();
        assert_eq!(install_step(&box_), command);
        assert_eq!(said(&run(&box_, &install_step(&box_))), expected);
        box_.sync(&["init", "--github", "--check"]).succeeds();
        assert!(box_.read(WATCH).is_ascii() && value(&box_.read(WATCH), "ALLOWED").starts_with("^("));
    }
    assert_eq!(scripts(&box_.read(CHECK)).len(), 5);
}

/// The program in a folder where cargo says that it installed it.
fn installed(box_: &Sandbox, source: &str, args: &[&str]) -> Ended {
    let program = box_.root().join("cargo/bin/molt-sync");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    let built = Path::new(env!("CARGO_BIN_EXE_molt-sync"));
    if !program.exists() && fs::hard_link(built, &program).is_err() {
        fs::copy(built, &program).unwrap();
    }
    let record = format!("[v1]\n\"molt-sync {} ({source})\" = [\"molt-sync\"]\n", env!("CARGO_PKG_VERSION"));
    fs::write(box_.root().join("cargo/.crates.toml"), record).unwrap();
    let mut command = Command::new(program);
    command.args(args).current_dir(box_.ws(""));
    command.env("XDG_STATE_HOME", box_.root().join("state")).env("MOLT_SYNC_CACHE_DIR", box_.root().join("cache"));
    let output = loop {
        match command.output() {
            // a process that another test was just starting has the copy open for writing until it is another program
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            it => break it.unwrap(),
        }
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_program_that_cargo_installed_from_a_forge_names_its_own_commit() {
    let box_ = Sandbox::with_series("3.13");
    let own = format!("git+https://forge.example/o/own?rev={HASH}#{HASH}");
    let version = format!("molt-sync {}\n", env!("CARGO_PKG_VERSION"));
    let from = format!("from https://forge.example/o/own at {HASH}\n");
    assert_eq!(installed(&box_, &own, &["--version"]).out, format!("{version}{from}"));
    assert_eq!(installed(&box_, &own, &["-V"]).out, version);
    for (source, code) in [
        ("path+file:///home/u/molt-sync".to_owned(), 3),
        (format!("git+file:///home/u/molt-sync#{HASH}"), 3),
        (own.replace('?', "$(x)?"), 3),
        (own.clone(), 0),
        // it names another one now, and what stands there stays
        (own.replace("own", "other"), 0),
    ] {
        let ended = installed(&box_, &source, &["init", "--github"]);
        assert_eq!(ended.code, code, "{source}: {}{}", ended.out, ended.err);
    }
    assert_eq!(
        install_step(&box_),
        format!("cargo install --locked --git https://forge.example/o/own --rev {HASH} molt-sync")
    );
    box_.remove(".github");
    installed(&box_, &own, &["init", "--github"]).succeeds().says("where this program comes from itself");
}

#[test]
fn a_build_names_its_commit_where_a_forge_has_it_and_never_fails() {
    let box_ = Sandbox::empty();
    let root = box_.root();
    let built = Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()))
        .args(["--edition", "2024", "-o"])
        .arg(root.join("build"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs"))
        .status();
    match built {
        Ok(status) => assert!(status.success()),
        Err(error) => return eprintln!("skipped: rustc does not start ({error})"),
    }
    let place = root.join("clone");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("Cargo.toml"), "").unwrap();
    let build = |profile: &str, path: &str| {
        let mut command = Command::new(root.join("build"));
        command.current_dir(&place).env("PROFILE", profile).env("GIT_CONFIG_GLOBAL", "/dev/null").env("PATH", path);
        command.env("GIT_CEILING_DIRECTORIES", root);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        for path in text.lines().filter_map(|it| it.strip_prefix("cargo::rerun-if-changed=")) {
            assert!(
                path == "build.rs" || place.join(path).exists(),
                "{path} is not there, so that it is run every time"
            );
        }
        text.lines()
            .filter_map(|it| it.strip_prefix("cargo::rustc-env=MOLT_SYNC_ORIGIN_"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let path = std::env::var("PATH").unwrap();
    assert!(build("release", &path).is_empty(), "no repository");
    git_in(&place, &["init", "-q"]);
    assert!(build("release", &path).is_empty(), "not in the repository");
    for args in [
        &["add", "-A"][..],
        &["commit", "-qm", "x"],
        &["remote", "add", "origin", "https://token:secret@forge.example/o/r.git"],
    ] {
        git_in(&place, args);
    }
    assert!(build("release", &path).is_empty(), "not at the forge");
    git_in(&place, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    fs::write(place.join(".cargo-ok"), "").unwrap();
    let revision = format!("REVISION={}", git_in(&place, &["rev-parse", "HEAD"]));
    for (url, shown) in [
        ("https://token:secret@forge.example/o/r.git", Some("https://forge.example/o/r.git")),
        ("ssh://git@forge.example/o/r", Some("ssh://git@forge.example/o/r")),
        ("git@forge.example:o/r.git", Some("ssh://git@forge.example/o/r.git")),
        ("ssh://git:secret@forge.example/o/r", None),
        ("/srv/git/r", None),
        ("../r", None),
        ("file:///srv/git/r", None),
        ("https://forge.example/o/r\ncargo::rustc-env=X=1", None),
    ] {
        git_in(&place, &["config", "remote.origin.url", url]);
        let expected = shown.map_or(Vec::new(), |it| vec![format!("URL={it}"), revision.clone()]);
        assert_eq!(build("release", &path), expected, "{url}");
    }
    git_in(&place, &["config", "remote.origin.url", "https://forge.example/o/r"]);
    assert!(build("debug", &path).is_empty() && build("release", "/nowhere").is_empty());
    fs::write(place.join("new.rs"), "").unwrap();
    assert!(build("release", &path).is_empty(), "changed since");
    assert!(git_at(&place, &["status"]).status.success());
}
