//! However much a workspace makes a run take, it ends: by memory and by processor time, and never as a pass.

use std::fs;

use crate::{half_done, scoreboard::repository, support::Sandbox};

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
    for command in [&["gates"][..], &["surface"], &["accept", "colorsys"]] {
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
    // several times what a fast machine does in that second; nothing is printed before all of it is read
    let sandbox = half_done::repository();
    sandbox.write("docs/OPERATIONS.md", "intrinsic-backed=870, ".repeat(200_000));
    let ended = sandbox.sync(&["docs", "check", "--work-limit", "1"]);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("more than 1 second of processor time, and was ended"), "{}", ended.err);
    assert!(ended.err.contains("--work-limit 4, or MOLT_SYNC_WORK_LIMIT=4"), "{}", ended.err);
    assert!(ended.out.is_empty(), "{}", ended.out);
}

#[test]
fn a_workspace_cannot_allow_itself_more() {
    let sandbox = repository();
    for line in ["memory-limit = \"64G\"", "memory_limit = 64", "work-limit = 600"] {
        sandbox.write("molt-sync.toml", format!("{line}\n"));
        assert_eq!(sandbox.sync(&["gates"]).code, 2, "{line}");
    }
}

#[test]
fn wherever_a_run_is_ended_nothing_is_left_of_it() {
    use half_done::{REFRESH, SIGN, git};
    let sandbox = half_done::repository();
    let temporary = sandbox.root().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let cache = sandbox.root().join("cache");
    let mut ended = 0;
    for (at, limit) in ["1K", "12M", "16M", "20M", "24M", "28M", "32M", "40M", "48M"].into_iter().enumerate() {
        for more in [&["--branch"][..], &["--worktree", "--branch"]] {
            let branch = format!("of-{at}-{}", more.len());
            let arguments = [&REFRESH[..], &SIGN, more, &[&branch, "--memory-limit", limit]].concat();
            let told = sandbox.sync_with(&[("TMPDIR", &temporary)], &arguments);
            let about = format!("{limit} {more:?}: {}{}", told.out, told.err);
            assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "{about}");
            assert_eq!(git(&sandbox, &["worktree", "list"]).lines().count(), 1, "{about}");
            assert_eq!(git(&sandbox, &["status", "--porcelain"]), "", "{about}");
            assert!(!sandbox.ws(".git/index.lock").exists(), "{about}");
            let has_branch = !git(&sandbox, &["branch", "--list", &branch]).is_empty();
            assert_eq!(has_branch, told.code == 0, "{about}");
            ended += usize::from(told.code == 2 && told.err.contains("of memory, and was ended"));
            assert!(matches!(told.code, 0 | 2), "{about}");
            git(&sandbox, &["switch", "-q", "main"]);
        }
        let kept: Vec<String> = files(&cache).into_iter().filter(|it| it.contains(".molt-sync-")).collect();
        assert_eq!(kept, [""; 0], "{limit}");
    }
    assert!(ended > 1, "{ended}");
    assert!(sandbox.sync(&["recover"]).succeeds().out.contains("nothing was cut off"));
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|it| it.unwrap().path());
    paths.flat_map(|it| if it.is_dir() { files(&it) } else { vec![it.display().to_string()] }).collect()
}

fn many_imports(sandbox: &Sandbox) {
    for at in 0..2500 {
        let imports: String = (0..120).map(|it| format!("import w{}\n", (at * 7 + it * 37 + 1) % 2500)).collect();
        sandbox.write(&format!("src/molt/stdlib/w{at}.py"), imports);
    }
}

#[test]
fn a_run_in_a_work_tree_of_its_own_is_ended_too() {
    use half_done::{REFRESH, SIGN, git};
    let sandbox = half_done::repository();
    let text = "x = [\n".to_owned() + &"(1, 'a', [2, {3: 4}]),\n".repeat(60_000) + "]\n";
    for at in 0..8 {
        sandbox.write(&format!("src/molt/stdlib/large_{at}.py"), &text);
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "large"]);
    let temporary = sandbox.root().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let arguments = [&REFRESH[..], &SIGN, &["--worktree", "--branch", "new", "--memory-limit", "64M"]].concat();
    let told = sandbox.sync_with(&[("TMPDIR", &temporary)], &arguments);
    assert!(
        told.code == 2 && told.err.contains("more than 64 MiB of memory, and was ended"),
        "{}{}",
        told.out,
        told.err
    );
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    assert_eq!(git(&sandbox, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&sandbox, &["branch", "--list", "new"]), "");
    assert!(sandbox.sync(&["recover"]).succeeds().out.contains("nothing was cut off"));
}

#[test]
fn every_module_of_a_large_tree_is_judged_in_time() {
    let sandbox = repository();
    let load = "from _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_capabilities_has\", globals())\n";
    for at in 0..6000 {
        sandbox.write(&format!("src/molt/stdlib/w{at}.py"), format!("{load}import _w{at}\n"));
    }
    let told = sandbox.sync(&["accept", "--all", "--work-limit", "20"]);
    assert!(told.code == 1 && told.out.contains("\nw5999: "), "{}", told.err);
}

#[test]
fn many_modules_that_import_many_are_planned_in_time() {
    let sandbox = repository();
    many_imports(&sandbox);
    let told = sandbox.sync(&["plan", "--work-limit", "40"]);
    assert!(told.code == 0, "{}", told.err);
}
