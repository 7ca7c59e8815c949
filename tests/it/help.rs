//! What the program says of itself: help, completions, manual pages, schemas, settings, and where one stands.

use std::process::Command;

use serde_json::Value;

use crate::support::{Sandbox, tree::mini};

#[test]
fn the_main_page_has_groups_and_exit_codes_and_the_others_have_examples() {
    let sandbox = Sandbox::empty();
    let main = sandbox.run(&["--help"]).succeeds().out;
    for part in ["\nStart:\n", "\nTrust:\n", "\nExit codes:\n", "\nGlobal options:\n", "  refresh "] {
        assert!(main.contains(part), "{part}: {main}");
    }
    assert!(main.lines().all(|it| it.chars().count() <= 100), "{main}");
    for (words, is_long) in [
        (&["refresh", "--help"][..], true),
        (&["help", "docs", "check"], true),
        (&["-C", "x", "docs", "check", "--help"], true),
        (&["refresh", "-h"], false),
    ] {
        let page = sandbox.run(words).succeeds().out;
        assert_eq!(page.contains("\nExamples:\n"), is_long, "{words:?}: {page}");
        assert!(!page.contains("--cache-dir") && page.contains("`molt-sync --help`"), "{words:?}: {page}");
        assert!(page.contains(if words.contains(&"docs") { "molt-sync docs check" } else { "molt-sync refresh" }));
    }
    // a command that is named without one of its own shows them, and the options of every command stay on the main page
    for name in ["docs", "trust", "baseline", "ratchet", "scoreboard", "stubs", "differential", "config"] {
        // a variable counts as an option, with which the same is found out in another way
        for is_set in [true, false] {
            let mut command = sandbox.command(sandbox.root(), &[name]);
            if !is_set {
                command.env_remove("MOLT_SYNC_CACHE_DIR");
            }
            let shown = command.output().unwrap();
            let err = String::from_utf8(shown.stderr).unwrap();
            assert_eq!((shown.status.code(), shown.stdout), (Some(2), Vec::new()), "{name}");
            assert!(err.contains("\nCommands:\n") && !err.contains("--cache-dir"), "{name}: {err}");
        }
    }
}

#[test]
fn bash_completes_commands_their_commands_options_and_values() {
    let sandbox = Sandbox::empty();
    let script = sandbox.run(&["completions", "bash"]).succeeds().out;
    for (line, wanted) in [
        ("do", &["docs", "doctor"][..]),
        ("docs ch", &["check"]),
        ("audit-upstream --off", &["--offline"]),
        ("docs check --new-", &["--new-only"]),
        ("scoreboard merge", &["merge-driver"]),
        ("gates --color ", &["auto", "always", "never"]),
        ("help tr", &["trust"]),
        ("completions ", &["bash", "zsh", "fish", "powershell"]),
    ] {
        let words: Vec<&str> = std::iter::once("molt-sync").chain(line.split(' ')).collect();
        let (last, before) = (words.len() - 1, words[words.len() - 2]);
        let array = words.iter().map(|it| format!("'{it}'")).collect::<Vec<_>>().join(" ");
        let call = format!(
            "{script}\nCOMP_WORDS=({array}); COMP_CWORD={last}\n_molt__sync molt-sync '{}' '{before}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            words[last]
        );
        let file = sandbox.file("complete.bash", call.as_bytes());
        // a shell that is not installed completes nothing
        let Ok(output) = Command::new("bash").arg(file).output() else { return };
        let all = String::from_utf8(output.stdout).unwrap();
        let found: Vec<&str> = all.lines().filter(|it| !it.starts_with('-') || line.contains(" --")).collect();
        assert!(
            wanted.iter().all(|it| found.contains(it)),
            "{line}: {found:?} {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn fish_completes_commands_their_commands_options_and_values() {
    let sandbox = Sandbox::empty();
    let script = sandbox.file("c.fish", sandbox.run(&["completions", "fish"]).succeeds().out.as_bytes());
    for (line, wanted) in [
        ("do", &["docs", "doctor"][..]),
        ("docs ch", &["check"]),
        ("docs check --new-", &["--new-only"]),
        ("gates --format ", &["github", "human", "json", "junit", "sarif"]),
    ] {
        let call = format!("source {script}; complete -C 'molt-sync {line}'");
        // a shell that is not installed completes nothing
        let Ok(output) = Command::new("fish").args(["--no-config", "-c", &call]).output() else { return };
        let all = String::from_utf8(output.stdout).unwrap();
        let found: Vec<&str> = all.lines().map(|it| it.split('\t').next().unwrap()).collect();
        assert_eq!(found, wanted, "{line}");
    }
}

#[test]
fn in_zsh_a_command_is_asked_for_what_stands_behind_its_name() {
    let script = Sandbox::empty().run(&["completions", "zsh"]).succeeds().out;
    let calls: Vec<&str> = script.split("_arguments \"${_arguments_options[@]}\"").skip(1).collect();
    assert!(calls.len() > 50, "{}", calls.len());
    for call in calls {
        let own = call.split("&& ret=0").next().unwrap();
        assert_eq!(own.starts_with(" -A \"-*\" : "), own.contains(": :->"), "{own}");
    }
}

#[test]
fn every_shell_gets_completions_that_it_can_read() {
    let sandbox = Sandbox::empty();
    for (shell, program) in [("bash", Some("bash")), ("zsh", Some("zsh")), ("fish", Some("fish")), ("powershell", None)]
    {
        let script = sandbox.run(&["completions", shell]).succeeds().out;
        for word in ["refresh", "audit-upstream", "scoreboard", "--mirror"] {
            assert!(script.contains(word.trim_start_matches('-')), "{shell}: {word}");
        }
        let Some(program) = program else { continue };
        let file = sandbox.root().join(shell);
        std::fs::write(&file, script).unwrap();
        // a shell that is not installed reads nothing
        let Ok(read) = Command::new(program).arg("-n").arg(&file).output() else { continue };
        assert!(read.status.success(), "{shell}: {}", String::from_utf8_lossy(&read.stderr));
    }
    assert_eq!(sandbox.run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let sandbox = Sandbox::empty();
    let main = sandbox.run(&["man"]).succeeds().out;
    assert!(main.contains(".TH MOLT-SYNC 1") && main.contains("refresh"), "{main}");
    let codes = main.split(".SH \"EXIT STATUS\"").nth(1).unwrap_or_else(|| panic!("{main}"));
    assert!(codes.contains("A person has to decide") && !main.contains("molt\\-sync\\-help(1)"), "{main}");
    let at = |name: &str| main.find(&format!("molt\\-sync\\-{name}(1)")).unwrap();
    assert!(at("demo") < at("refresh") && at("refresh") < at("verify"), "in the order of the help");
    let folder = sandbox.root().join("man1");
    let folder = folder.to_str().unwrap();
    sandbox.run(&["man", "--dir", folder]).succeeds();
    // once more, they are replaced
    sandbox.run(&["man", "--dir", folder]).succeeds();
    let pages = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let pages: Vec<String> = pages.collect();
    assert!(pages.len() > 50 && pages.iter().any(|it| it == "molt-sync-docs-check.1"), "{pages:?}");
    let page = std::fs::read_to_string(format!("{folder}/molt-sync-docs-check.1")).unwrap();
    assert!(page.contains("new\\-only") && page.contains("Examples"), "{page}");
    // what somebody else wrote stays
    std::fs::write(format!("{folder}/molt-sync.1"), "mine").unwrap();
    let ended = sandbox.run(&["man", "--dir", folder]);
    assert_eq!((ended.code, std::fs::read_to_string(format!("{folder}/molt-sync.1")).unwrap().as_str()), (5, "mine"));
}

#[test]
fn settings_are_shown_with_who_says_so_and_have_a_schema() {
    let sandbox = Sandbox::of(&mini());
    sandbox.write("molt-sync.toml", "[paths]\n# elsewhere\nstatus = \"docs/spec/STATUS.md\"\n\n[watch]\nbudget = 7\n");
    let shown = sandbox.sync(&["config", "show", "--origin"]).succeeds().out;
    for line in [
        "paths.status = \"docs/spec/STATUS.md\"  # molt-sync.toml:3\n",
        "watch.budget = 7  # molt-sync.toml:6\n",
        "watch.patience = 3  # default\n",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    // what is shown can be used
    let file = sandbox.root().join("shown.toml");
    std::fs::write(&file, &shown).unwrap();
    let again = sandbox.sync(&["--config", file.to_str().unwrap(), "config", "show"]).succeeds().out;
    assert_eq!(again, sandbox.sync(&["config", "show"]).succeeds().out);
    let json: Value =
        serde_json::from_str(&sandbox.sync(&["config", "show", "--format", "json"]).succeeds().out).unwrap();
    let budget = json["settings"].as_array().unwrap().iter().find(|it| it["key"] == "watch.budget").unwrap();
    assert_eq!((&budget["value"], &budget["line"]), (&Value::from(7), &Value::from(6)));

    let schema: Value = serde_json::from_str(&sandbox.run(&["schema", "settings"]).succeeds().out).unwrap();
    assert!(schema["properties"]["watch"].is_object() && schema["$schema"].is_string(), "{schema}");
}

#[test]
fn alone_it_says_where_one_stands_and_what_comes_next() {
    let nowhere = Sandbox::empty();
    let told = nowhere.run(&[]).succeeds().out;
    assert!(told.contains("there is no workspace here") && told.contains("molt-sync demo"), "{told}");

    let sandbox = Sandbox::with_whole_series("3.13");
    let told = sandbox.sync(&[]).succeeds().out;
    for part in ["releases   CPython 3.13.5", "\nunion ", "\ngates ", "\ndocuments ", "\nnext       `molt-sync "] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(told.contains("next       `molt-sync watch --check`"), "{told}");
    // something to be done comes first
    let before = sandbox.read("src/molt/stdlib/json/__init__.py");
    sandbox.remove("src/molt/stdlib/json/__init__.py");
    let told = sandbox.sync(&[]).succeeds().out;
    assert!(told.contains("fail with") && told.contains("next       `molt-sync gates`"), "{told}");
    sandbox.write("src/molt/stdlib/json/__init__.py", before);
    let json: Value = serde_json::from_str(&sandbox.sync(&["--format", "json"]).succeeds().out).unwrap();
    assert_eq!(json["next"], "molt-sync watch --check");
    // to record a release comes before findings that may need a person for long
    sandbox.remove("src/molt/stdlib/json/__init__.py");
    sandbox.remove("baselines");
    let told = sandbox.sync(&[]).succeeds().out;
    assert!(told.contains("releases   none is recorded; the union file has CPython 3.13\n"), "{told}");
    assert!(told.contains("fail with") && told.contains("next       `molt-sync refresh latest --dry-run`"), "{told}");
    let told = sandbox.sync(&["docs", "adopt", "--dry-run"]).succeeds().err;
    assert!(told.contains("of releases, none is recorded; the union file has CPython 3.13: "), "{told}");
    let told = sandbox.sync(&["doctor", "--offline"]).out;
    assert!(
        told.contains("records        optional       none is recorded; the union file has CPython 3.13\n"),
        "{told}"
    );
    // a file that cannot be read is told, and is no success
    sandbox.write("molt-sync.toml", "[paths\n");
    assert_eq!(sandbox.sync(&[]).code, 2);
}

#[test]
fn the_doctor_finds_what_is_missing_and_how_it_is_mended() {
    let sandbox = Sandbox::with_series("3.13");
    let mirror = sandbox.root().join("mirror");
    std::fs::create_dir_all(&mirror).unwrap();
    sandbox.publish("3.13.98", "tgz", b"x");
    let mirror = mirror.to_str().unwrap();
    let well = sandbox.sync(&["doctor", "--mirror", mirror]).succeeds().out;
    for line in ["workspace      ok", "records        ok", "cache          ok", "source         ok"] {
        assert!(well.contains(line), "{line}: {well}");
    }
    let ended = sandbox.sync(&["doctor", "--mirror", "../nowhere"]);
    assert!(ended.code == 1 && ended.out.contains("source         missing"), "{}{}", ended.out, ended.err);
    let file = sandbox.root().join("a-file");
    std::fs::write(&file, "").unwrap();
    let cache = file.join("cache");
    let ended =
        sandbox.sync(&["doctor", "--mirror", mirror, "--cache-dir", cache.to_str().unwrap(), "--format", "json"]);
    let json: Value = serde_json::from_str(&ended.out).unwrap();
    assert!(ended.code == 1 && json["is_well"] == false, "{json}");
    let outside = Sandbox::empty().run(&["doctor", "--mirror", mirror]);
    assert!(outside.code == 1 && outside.out.contains("molt-sync init DIR"), "{}", outside.out);
}

#[test]
fn the_doctor_names_the_setting_that_is_wrong() {
    let sandbox = Sandbox::with_series("3.13");
    let path = |sandbox: &Sandbox| sandbox.write("molt-sync.toml", "[paths]\nstdlib = \"src/nowhere\"\n");
    path(&sandbox);
    let ended = sandbox.sync(&["doctor", "--offline"]);
    assert!(ended.code == 1 && ended.out.contains("there is no src/nowhere"), "{}", ended.out);
    assert!(ended.out.contains("set `paths.stdlib` in molt-sync.toml"), "{}", ended.out);
    for args in [&[][..], &["plan"], &["docs", "check"]] {
        sandbox.refuses(args, 2, &["is a workspace without modules", "set `paths.stdlib` in molt-sync.toml"]);
    }
    // whoever has no settings has no workspace
    std::fs::remove_file(sandbox.ws("molt-sync.toml")).unwrap();
    std::fs::rename(sandbox.ws("src"), sandbox.ws("other")).unwrap();
    sandbox.sync(&[]).succeeds().says("there is no workspace here");
    std::fs::rename(sandbox.ws("other"), sandbox.ws("src")).unwrap();
    sandbox.write("molt-sync.toml", "[lanes.foo]\nlike = \"nope\"\n");
    let ended = sandbox.sync(&["doctor", "--offline"]);
    assert!(ended.code == 1, "{}", ended.out);
    assert!(ended.out.contains("lane `foo`: it is like `nope`, and there is no such ready-made lane"), "{}", ended.out);
    sandbox.write("molt-sync.toml", "[lanes.foo]\nreference = [\"a\"]\ncandidate = [\"b\"]\n");
    let ended = sandbox.sync(&["doctor", "--offline"]);
    assert!(ended.out.lines().any(|it| it.starts_with("lanes ") && it.ends_with("foo")), "{}", ended.out);
}

#[cfg(unix)]
#[test]
fn the_doctor_starts_the_interpreters_that_it_names() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::with_series("3.13");
    std::fs::create_dir_all(sandbox.root().join("mirror")).unwrap();
    let script = |name: &str, text: &str| {
        let path = sandbox.file(&format!("bin/{name}"), format!("#!/bin/sh\n{text}\n").as_bytes());
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    // as a version manager leaves it in the place of one that is not installed
    script("python3.11", "echo 'manager: python3.11: command not found' >&2; exit 127");
    // and goes by a file of the current folder, which may be anybody's
    script("python3.12", "pwd > \"$0.pwd\"; echo 3.12");
    script("python3.13", "echo 3.9");
    let path = format!("{}:/usr/bin:/bin", sandbox.root().join("bin").display());
    let mirror = sandbox.root().join("mirror").display().to_string();
    let ended = sandbox.sync_with(&[("PATH", path.as_ref())], &["doctor", "--mirror", &mirror]);
    let line = ended.out.lines().find(|it| it.starts_with("interpreters")).unwrap_or_default().to_owned();
    assert!(line.starts_with("interpreters   optional") && line.contains(" python3.12"), "{line}");
    assert!(line.contains("; python3.11 does not start: manager: python3.11: command not found"), "{line}");
    assert!(line.contains("; python3.13 does not start: it says that it is 3.9"), "{line}");
    assert_eq!(std::fs::read_to_string(sandbox.root().join("bin/python3.12.pwd")).unwrap(), "/\n");
    assert!(ended.out.contains("install it, or have the path name one that starts"), "{}", ended.out);
}
