//! However much a workspace makes a run take, it ends: by memory and by processor time, and never as a pass.

use std::time::{Duration, Instant};

use crate::{scoreboard::repository, support::Sandbox};

/// Takes some hundred megabytes and some seconds where nothing ends it.
fn large() -> Sandbox {
    let sandbox = repository();
    let text = "x = [\n".to_owned() + &"(1, 'a', [2, {3: 4}]),\n".repeat(60_000) + "]\n";
    for at in 0..8 {
        sandbox.write(&format!("src/molt/stdlib/large_{at}.py"), format!("{text}def f_{at}(): pass\n"));
    }
    sandbox
}

#[test]
fn a_run_that_takes_too_much_memory_ends_with_the_limit_in_words() {
    let sandbox = large();
    for command in [&["gates"][..], &["docs", "check"], &["surface"], &["accept", "colorsys"]] {
        let ended = sandbox.sync(&[&["--memory-limit", "24M"], command].concat());
        assert_eq!(ended.code, 2, "{command:?}: {}{}", ended.out, ended.err);
        assert!(ended.out.is_empty(), "{command:?}: {}", ended.out);
        for part in ["more than 24 MiB of memory, and was ended", "--memory-limit 96M", "MOLT_SYNC_MEMORY_LIMIT=96M"] {
            assert!(ended.err.contains(part), "{command:?}: {part}: {}", ended.err);
        }
    }
    let ended = sandbox.sync(&["gates", "--memory-limit", "24M", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert!(ended.code == 2 && told["error"]["exit"] == 2, "{}", ended.out);
}

#[test]
fn a_run_that_works_too_long_ends_with_the_limit_in_words() {
    let sandbox = large();
    let start = Instant::now();
    let ended = sandbox.sync(&["gates", "--work-limit", "1"]);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("more than 1 second of processor time, and was ended"), "{}", ended.err);
    assert!(ended.err.contains("--work-limit 4, or MOLT_SYNC_WORK_LIMIT=4"), "{}", ended.err);
    assert!(ended.out.is_empty() && start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_workspace_cannot_allow_itself_more() {
    let sandbox = repository();
    for line in ["memory-limit = \"64G\"", "memory_limit = 64", "work-limit = 600"] {
        sandbox.write("molt-sync.toml", format!("{line}\n"));
        assert_eq!(sandbox.sync(&["gates"]).code, 2, "{line}");
    }
}
