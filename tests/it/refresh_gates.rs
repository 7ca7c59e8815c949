//! Gates inside of a refresh: what passed before must pass afterwards, the workspace's own commands included.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
};

use molt_sync::stdlib::ModuleKind;

use crate::{
    changes::{committed, git as git_here},
    support::{Release, Sandbox},
};

const REFRESH: [&str; 8] = ["refresh", "3.14", "--mirror", "../mirror", "--sign-off", "me", "--reason", "more"];

/// 3.14.99 is published, and brings `json.newer`.
fn sandbox() -> Sandbox {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.99").with("json.newer", ModuleKind::Module);
    box_.publish("3.14.99", "tgz", &release.tgz());
    box_
}

/// The same with a command of the workspace's own, which shell code stands for.
fn with_command(code: &str, more: &str) -> Sandbox {
    let box_ = sandbox();
    box_.write(
        "molt-sync.toml",
        format!("[[external-gates]]\nname = \"own check\"\ncommand = [\"sh\", \"-c\", '''{code}''']\n{more}"),
    );
    box_
}

const HAS_NEWER: &str = "test -f src/molt/stdlib/json/newer.py";

#[test]
fn a_refresh_that_would_break_a_gate_stops() {
    let box_ = sandbox();
    let stub = "from _intrinsics import require_intrinsic\ntry:\n    import sys\nexcept ImportError:\n    sys = None\nrequire_intrinsic(\"molt_capabilities_has\")\n# {{ name }}\n";
    box_.write("tools/molt-sync/stubs/stub.py.j2", stub);
    box_.refuses(&REFRESH, 1, &["would break the gates in 1 place", "stdlib-fallback: a `try` imports"]);
    box_.refuses(&[&REFRESH[..], &["--allow-gate", "nope"]].concat(), 2, &["there is no gate `nope`"]);
    let allowed = [&REFRESH[..], &["--allow-gate", "stdlib-fallback", "--now", "2026-11-23"]].concat();
    let ended = box_.sync(&[&allowed[..], &["--dry-run"]].concat()).succeeds();
    assert!(ended.err.contains("note: me accepts that `stdlib-fallback` breaks: more"), "{}", ended.err);
    assert!(
        ended.out.contains("+++ b/docs/scoreboard/exceptions/refresh-3.14.99-stdlib-fallback.toml"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("+signed_off_by = \"me\"\n+reason = \"more\"\n+date = \"2026-11-23\"\n"),
        "{}",
        ended.out
    );
    // a finding that is there already is not the refresh's
    box_.write(
        "tools/molt-sync/stubs/stub.py.j2",
        "from _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_capabilities_has\")\n# {{ name }}\n",
    );
    box_.write("src/molt/stdlib/colorsys.py", "x = 1\n");
    let ended = box_.sync(&REFRESH).succeeds().says("gates      1 finding (before: 2)");
    assert!(ended.out.contains("zero-non-intrinsic: `colorsys` is python-only"), "{}", ended.out);
    assert_eq!(box_.sync(&["gates"]).code, 1);
}

#[test]
fn after_a_refresh_every_gate_passes() {
    let box_ = sandbox();
    box_.sync(&REFRESH).succeeds().says("gates      0 findings (before: 0)");
    box_.sync(&["gates"]).succeeds();
}

#[test]
fn own_commands_see_the_change_and_never_the_workspace() {
    let box_ = with_command(
        &format!("{HAS_NEWER} && touch made && echo x >> ROADMAP.md && rm -r tools && test ! -e ../ws"),
        "",
    );
    let json =
        box_.sync(&[&REFRESH[..], &["--dry-run", "--run-external-gates", "--format", "json"]].concat()).succeeds();
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["external"][0]["state"], "passed");
    box_.sync(&REFRESH).succeeds().says("own gate   own check: passed");
    assert!(!box_.ws("made").exists() && box_.ws("tools").is_dir() && !box_.read("ROADMAP.md").ends_with("x\n"));
    box_.sync(&REFRESH).succeeds().says("no byte was changed");
}

#[test]
fn an_own_command_that_fails_now_stops_the_run_and_one_that_failed_before_does_not() {
    let box_ = with_command(&format!("echo first; echo second >&2; ! {HAS_NEWER}"), "");
    box_.refuses(
        &REFRESH,
        1,
        &[
            "would break the workspace's own gate `own check`: it ended with exit status: 1",
            "first\n  second",
            "whole output is in",
            "accept that it breaks with --allow-gate 'own check' --sign-off NAME --reason TEXT: molt-sync refresh",
        ],
    );
    let box_ = with_command("echo no; exit 3", "");
    box_.sync(&REFRESH).succeeds().says("own check: failed, as it did before: it ended with exit status: 3");
    let box_ = with_command(&format!("! {HAS_NEWER}"), "");
    let allowed = [&REFRESH[..], &["--allow-gate", "own check"]].concat();
    let done = box_.sync(&allowed).succeeds();
    assert!(done.out.contains("own check: failed, and that is accepted: it ended"), "{}", done.out);
    // it is written down who lets it fail
    let file = "docs/scoreboard/exceptions/refresh-3.14.99-own-own-check.toml";
    let text = box_.read(file);
    for words in ["gate = \"own check\"", "signed_off_by = \"", "reason = \"", "it ended with exit status: 1"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(done.out.contains(file), "{}", done.out);
}

#[test]
fn own_commands_have_limits() {
    let endless = format!("if {HAS_NEWER}; then while :; do :; done; fi");
    with_command(&endless, "timeout = 1\n").refuses(&REFRESH, 1, &["it took more than 1 second"]);
    let greedy = format!("if {HAS_NEWER}; then x=$(head -c 300000000 /dev/zero | tr '\\0' x); echo ${{#x}}; fi");
    with_command(&greedy, "memory = 64\n").refuses(&REFRESH, 1, &["own gate `own check`: it ended with"]);
    // what is left behind does not keep the run waiting
    let behind = "(while :; do :; done) & exit 0";
    with_command(behind, "").sync(&REFRESH).succeeds().says("own check: passed");
    with_command("exit 0", "memory = 9223372036854775807\n").sync(&REFRESH).succeeds().says("own check: passed");
    let box_ = sandbox();
    box_.write("molt-sync.toml", "[[external-gates]]\nname = \"x\"\ncommand = [\"/no/such/program\"]\nmemory = 0\n");
    box_.refuses(&REFRESH, 2, &["cannot start the gate `x` (/no/such/program)", "external-gates"]);
    box_.write("molt-sync.toml", "[[external-gates]]\nname = \"x\"\ncommand = [\"no-such-program\"]\n");
    box_.refuses(&REFRESH, 2, &["cannot start the gate `x` (no-such-program)", "external-gates"]);
}

#[test]
fn own_commands_end_with_the_run() {
    let box_ = sandbox();
    let fifo = box_.file("fifo", b"");
    fs::remove_file(&fifo).unwrap();
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    // the pipe is open for as long as the command lives
    let code = format!("exec 3> {fifo}; echo started >&3; sleep 20; echo survived >&3");
    box_.write("molt-sync.toml", format!("[[external-gates]]\nname = \"x\"\ncommand = [\"sh\", \"-c\", '{code}']\n"));
    let mut run = box_.command(&box_.ws(""), &REFRESH).stderr(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(fs::File::open(fifo).unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    said.read_to_string(&mut line).unwrap();
    assert_eq!(line, "started\n");
}

fn git(dir: &Path, args: &[&str]) {
    let name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").args(name).args(args).current_dir(dir).status().unwrap();
    assert!(status.success(), "{args:?}");
}

#[test]
fn own_commands_see_files_that_git_ignores_where_the_change_is_about_them() {
    let box_ = with_command(&format!("{HAS_NEWER} && test -f baselines/3.14.json && test ! -e left-out"), "");
    git(&box_.ws(""), &["init", "-q"]);
    box_.write(".gitignore", "/baselines\n/left-out\n");
    box_.write("left-out", "");
    git(&box_.ws(""), &["add", "-A"]);
    git(&box_.ws(""), &["commit", "-q", "-m", "start"]);
    box_.sync(&REFRESH).succeeds().says("own gate   own check: passed");
    // a workspace in a folder that git ignores as a whole
    let box_ = with_command(&format!("{HAS_NEWER} && test -f ROADMAP.md"), "");
    git(box_.root(), &["init", "-q"]);
    box_.file(".gitignore", b"*\n");
    box_.sync(&REFRESH).succeeds().says("own gate   own check: passed");
}

#[test]
fn nothing_is_written_through_a_link_out_of_the_copy() {
    let box_ = with_command("exit 0", "");
    git(&box_.ws(""), &["init", "-q"]);
    box_.write("kept/file", "precious");
    git(&box_.ws(""), &["add", "-A"]);
    git(&box_.ws(""), &["commit", "-q", "-m", "start"]);
    fs::rename(box_.ws("kept"), box_.root().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(box_.root().join("elsewhere"), box_.ws("kept")).unwrap();
    box_.sync(&REFRESH).succeeds().says("own gate   own check: passed");
    assert_eq!(fs::read_to_string(box_.root().join("elsewhere/file")).unwrap(), "precious");
}

#[test]
fn room_is_told_where_the_change_made_it_and_in_the_words_of_ratchet_show() {
    let box_ = committed();
    let ratchet = "tools/stdlib_intrinsics_ratchet.json";
    let show = |box_: &Sandbox| -> serde_json::Value {
        serde_json::from_str(&box_.sync(&["ratchet", "show", "--format", "json"]).out).unwrap()
    };
    let shown = show(&box_);
    let budget = shown["budget"].as_u64().unwrap();
    // what was free before is not the doing of this change
    box_.write(ratchet, format!("{{\"max_intrinsic_partial\": {}}}\n", budget + 38));
    git_here(&box_, &["commit", "-q", "-am", "room"]);
    let ended = box_.sync(&["refresh", "3.13", "--mirror", "../mirror"]).succeeds();
    assert!(!ended.out.contains("ratchet lower") && !ended.out.contains("uses 38"), "{}", ended.out);
    git_here(&box_, &["reset", "-q", "--hard"]);
    git_here(&box_, &["clean", "-qfd"]);
    // and what it made is no advice where the budget cannot be lowered
    let release = Release::based_on("3.13", "3.13.78").without("this");
    box_.publish("3.13.78", "tgz", &release.tgz());
    box_.write("src/molt/stdlib/colorsys.py", "x = 1\n");
    git_here(&box_, &["commit", "-q", "-am", "lost"]);
    let ended = box_.sync(&["refresh", "3.13.78", "--mirror", "../mirror"]).succeeds();
    let words = "once this is applied, the budget of ";
    let line = ended.out.lines().find(|it| it.contains(words)).unwrap_or_else(|| panic!("{}", ended.out));
    assert!(line.contains("`molt-sync ratchet lower` refuses: no intrinsic is left in 1 module"), "{line}");
    assert_eq!(ended.out.matches("ratchet lower").count(), 1, "{}", ended.out);
}
