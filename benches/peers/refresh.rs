//! A refresh from a mirror, with nothing at hand and with nothing to do, in a new workspace and in a copy of a checkout.

use std::{fs, path::Path, process::Command, time::Duration};

use crate::{
    gates::copy,
    measure::{Line, ours, program, text},
    results::{part, weigh, within_after},
};

pub(crate) fn run(corpus: &Path, checkout: Option<&Path>) {
    part("A refresh");
    let dir = tempfile::tempdir().unwrap();
    let (new, cache) = (dir.path().join("new"), dir.path().join("cache"));
    assert!(Command::new(program()).arg("init").arg(&new).output().unwrap().status.success());
    both("a new workspace", &new, corpus, &cache);
    if let Some(checkout) = checkout {
        let tree = dir.path().join("tree");
        copy(checkout, &tree);
        both("a copy of the checkout", &tree, corpus, &cache);
    }
}

fn both(what: &str, tree: &Path, corpus: &Path, cache: &Path) {
    let refresh = |more: &[&str]| -> Line {
        ours(&[&["refresh", "3.13", "--mirror", text(corpus), "--cache-dir", text(cache)], more].concat())
    };
    let cold = || _ = fs::remove_dir_all(cache);
    // nothing is written, so that each run finds the same
    let first = refresh(&["--dry-run"]);
    within_after(&format!("the first refresh of {what}"), &first, (tree, &cold), None);
    cold();
    weigh(&format!("memory of the first refresh of {what}"), &first, tree, [0, u64::MAX]);
    let again = refresh(&[]);
    let once = Command::new(&again[0]).args(&again[1..]).current_dir(tree).output().unwrap();
    assert!(once.status.success(), "{}", String::from_utf8_lossy(&once.stderr));
    let least = Duration::from_millis(100);
    within_after(&format!("a repeated refresh of {what}"), &again, (tree, &|| ()), Some(least));
}
