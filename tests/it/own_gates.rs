//! The workspace's own gates are code that it brings: what they see of the environment, and when they are run.

#![cfg(unix)]

use std::process::Command;

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox, run::Ended};

const REFRESH: [&str; 8] = ["refresh", "3.14", "--mirror", "../mirror", "--sign-off", "me", "--reason", "more"];

/// 3.14.99 is published, and a gate writes what it sees to a file beside the workspace.
fn sandbox(more: &str) -> Sandbox {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.99").with("json.newer", ModuleKind::Module);
    box_.publish("3.14.99", "tgz", &release.tgz());
    let seen = box_.root().join("seen").display().to_string();
    let code = format!("env > {seen}; touch {seen}.ran");
    box_.write(
        "molt-sync.toml",
        format!("[[external-gates]]\nname = \"spy\"\ncommand = [\"sh\", \"-c\", '''{code}''']\n{more}"),
    );
    box_
}

/// Runs it with secrets in the environment.
fn with_secrets(box_: &Sandbox, args: &[&str]) -> Ended {
    let mut command: Command = box_.command(&box_.ws(""), args);
    for name in SECRETS {
        command.env(name, "tell-nobody");
    }
    command.env("LC_ALL", "C").env("MOLT_HOME", "/somewhere");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

const SECRETS: [&str; 8] = [
    "GITHUB_TOKEN",
    "MY_SECRET",
    "DB_PASSWORD",
    "API_KEY",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "GITHUB_ENV",
    "SSH_AUTH_SOCK",
    "UNREMARKABLE",
];

#[test]
fn a_gate_sees_little_of_the_environment() {
    let box_ = sandbox("env = [\"MOLT_HOME\"]\n");
    with_secrets(&box_, &REFRESH).succeeds().says("own gate   spy: passed");
    let seen = std::fs::read_to_string(box_.root().join("seen")).unwrap();
    assert!(!seen.contains("tell-nobody"), "{seen}");
    for name in ["PATH=", "LC_ALL=C\n", "MOLT_HOME=/somewhere\n"] {
        assert!(seen.contains(name), "{name}: {seen}");
    }
}

#[test]
fn what_may_be_a_secret_is_the_callers_to_give() {
    let box_ = sandbox("");
    let plain = box_.read("molt-sync.toml");
    for name in &SECRETS[..7] {
        box_.write("molt-sync.toml", format!("{plain}env = [\"{name}\"]\n"));
        let ended = with_secrets(&box_, &REFRESH);
        assert!(ended.code == 2 && ended.err.contains("may hold a secret"), "{name}: {}", ended.err);
        assert!(ended.err.contains(&format!("--allow-gate-env {name}")), "{}", ended.err);
        assert!(!box_.root().join("seen.ran").exists(), "{name}");
    }
    for bad in ["*", "MY_*", "A=B", ""] {
        box_.write("molt-sync.toml", format!("{plain}env = [\"{bad}\"]\n"));
        let ended = with_secrets(&box_, &REFRESH);
        assert!(ended.code == 2 && ended.err.contains("is not the name of one variable"), "{bad}: {}", ended.err);
    }
    box_.write("molt-sync.toml", format!("{plain}env = [\"GITHUB_TOKEN\"]\n"));
    with_secrets(&box_, &[&REFRESH[..], &["--allow-gate-env", "GITHUB_TOKEN"]].concat()).succeeds();
    let seen = std::fs::read_to_string(box_.root().join("seen")).unwrap();
    assert_eq!(seen.matches("tell-nobody").count(), 1, "{seen}");
}

#[test]
fn a_dry_run_runs_nothing_of_the_workspace_and_says_so() {
    let box_ = sandbox("");
    let dry = [&REFRESH[..], &["--dry-run"]].concat();
    let ended = with_secrets(&box_, &dry).succeeds();
    assert!(!box_.root().join("seen.ran").exists());
    assert!(ended.err.contains("gate was not run, and not passed: spy"), "{}", ended.err);
    assert!(ended.err.contains("own gate   spy: not run"), "{}", ended.err);
    let json = with_secrets(&box_, &[&dry[..], &["--format", "json"]].concat()).succeeds();
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(report["external"][0]["state"].as_str().unwrap().starts_with("not run"), "{report:#}");
    with_secrets(&box_, &[&dry[..], &["--format", "markdown"]].concat()).succeeds().says("`spy`: not run");
    assert!(!box_.root().join("seen.ran").exists());
    with_secrets(&box_, &[&dry[..], &["--run-external-gates"]].concat()).succeeds();
    assert!(box_.root().join("seen.ran").exists());
}

#[test]
fn commands_that_read_run_nothing_of_the_workspace() {
    let box_ = sandbox("");
    for args in [
        &["gates"][..],
        &["docs", "check"],
        &["docs", "facts"],
        &["docs", "explain", "DOC005"],
        &["docs", "census"],
        &["baseline", "show"],
        &["trust", "show"],
        &["ratchet", "show"],
    ] {
        with_secrets(&box_, args);
        assert!(!box_.root().join("seen.ran").exists(), "{args:?}");
    }
}

#[test]
fn gates_say_of_an_own_one_what_runs_it() {
    let box_ = sandbox("");
    let told = box_.sync(&["gates", "explain", "spy"]).succeeds().out;
    assert!(told.starts_with("spy: a command of molt-sync.toml\n\nruns: sh -c "), "{told}");
    assert!(told.contains("--run-external-gates` runs it and writes nothing"), "{told}");
    for args in [["gates", "--only", "spy"], ["gates", "--skip", "spy"]] {
        box_.refuses(&args, 2, &["`spy` is a command of molt-sync.toml, which `gates` does not run"]);
    }
    box_.refuses(&["gates", "--only", "spi"], 2, &["there is no gate `spi`"]);
    assert!(!box_.root().join("seen.ran").exists());
    // its words are words of the workspace
    box_.write(
        "molt-sync.toml",
        "[[external-gates]]\nname = \"spy\"\ncommand = [\"sh\", \"\\u001b[2J\\n::error::x\"]\n",
    );
    let told = box_.sync(&["gates", "explain", "spy"]).succeeds().out;
    assert!(!told.contains('\u{1b}') && !told.contains("\n::error"), "{told}");
}
