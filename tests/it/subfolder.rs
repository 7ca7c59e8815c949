//! A workspace that is a folder of its repository: services show findings beside lines of files of the repository.

use std::process::Command;

use crate::support::Sandbox;

/// A repository at the top of the sandbox with a workspace in `ws`, of which a module and a document are wrong.
fn repository(is_repository: bool) -> Sandbox {
    let sandbox = Sandbox::with_series("3.14");
    sandbox.write("src/molt/stdlib/abc.py", "def f(:\n");
    let status = sandbox.read("docs/spec/STATUS.md");
    sandbox.write("docs/spec/STATUS.md", status + "\nThere are `1` top-level required names.\n");
    if is_repository {
        for arguments in [&["init", "-q"][..], &["add", "-A"]] {
            let status = Command::new("git").arg("-C").arg(sandbox.root()).args(arguments).status();
            assert!(status.unwrap().success());
        }
    }
    sandbox
}

fn uris(sarif: &str) -> Vec<String> {
    let log: serde_json::Value = serde_json::from_str(sarif).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let uri = |it: &serde_json::Value| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    results.iter().map(|it| uri(it).as_str().unwrap().to_owned()).collect()
}

#[test]
fn paths_count_from_the_root_of_the_repository() {
    for (is_repository, prefix) in [(true, "ws/"), (false, "")] {
        let sandbox = repository(is_repository);
        let run = |check: &[&str], format: &str| sandbox.sync(&[check, &["--format", format]].concat()).out;
        for (check, file) in [(&["gates"][..], "src/molt/stdlib/abc.py"), (&["docs", "check"], "docs/spec/STATUS.md")] {
            let uris = uris(&run(check, "sarif"));
            assert!(uris.contains(&format!("{prefix}{file}")), "{check:?}: {uris:?}");
            assert!(uris.iter().all(|it| it.starts_with(prefix)), "{check:?}: {uris:?}");
            assert!(
                run(check, "github").contains(&format!("file={prefix}{file}")),
                "{check:?}: {}",
                run(check, "github")
            );
            let junit = run(check, "junit");
            assert!(junit.contains(&format!("{prefix}{file}:")), "{check:?}: {junit}");
            // people and scripts name files from the workspace's root, where they run it
            assert!(!run(check, "human").contains(&format!("ws/{file}")), "{check:?}");
        }
    }
}

#[test]
fn the_logs_of_two_checks_of_one_commit_can_be_told_apart() {
    let sandbox = repository(false);
    let ids: Vec<String> = [&["gates"][..], &["docs", "check"], &["docs", "census"]]
        .iter()
        .map(|check| {
            let out = sandbox.sync(&[check, &["--format", "sarif"][..]].concat()).out;
            let log: serde_json::Value = serde_json::from_str(&out).unwrap();
            log["runs"][0]["automationDetails"]["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids, ["molt-sync/gates/", "molt-sync/docs/", "molt-sync/census/"]);
}
