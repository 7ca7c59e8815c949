//! What a branch excuses by itself: it counts with the name of whoever accepts it, and every report tells it.

use crate::support::{
    Sandbox,
    papers::{PAPER, SETTINGS, cart_with, check, commit, configure, git_on, why, wrong},
};

const WHEELS: &str = "the cart has {cart.wheels} wheels";
const DAY: &str = "2026-01-10";
const BASE: [&str; 2] = ["--base", "main"];

/// A cart with these settings, everything in it right, and a branch of it.
fn branch(settings: &str) -> Sandbox {
    let box_ = cart_with(&[WHEELS], "# Cart\n\nToday the cart has 12 wheels.\n\n`json` is intrinsic-partial.\n");
    box_.sync(&["docs", "sync"]);
    if !settings.is_empty() {
        configure(&box_, settings);
    }
    commit(&box_, DAY, "Build the cart");
    git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
    box_
}

fn waiver(more: &str) -> String {
    format!("\n[[docs.waiver]]\nclaim = \"phrase:docs/PAPER.md:*\"\nwhy = \"being rebuilt\"\n{more}")
}

fn lie(box_: &Sandbox) {
    box_.write(PAPER, box_.read(PAPER).replace("12 wheels", "7 wheels"));
}

#[test]
fn a_waiver_of_the_branch_s_own_counts_with_a_name_and_is_told() {
    let rows = [
        ("", 3, "says not by whom"),
        ("by = \"  \"\n", 3, "says not by whom"),
        ("by = \"\u{200b}\u{2800}\"\n", 3, "says not by whom"),
        ("by = \"A. Tester\"\n", 0, "A. Tester excuses 1 claim, the first of which is phrase:docs/PAPER.md"),
    ];
    for (by, wanted, words) in rows {
        let box_ = branch("");
        lie(&box_);
        configure(&box_, &waiver(by));
        for args in [&BASE[..], &["--base", "main", "--new-only"]] {
            let (code, claims) = check(&box_, args);
            let found = claims.iter().find(|it| it["path"] == SETTINGS && why(it).contains(words));
            let repair = found.map(|it| it["do"].as_str().unwrap().contains("add `by = "));
            assert!(code == wanted && repair == Some(wanted == 3), "{by}: {code} {claims:#?}");
        }
        for form in ["human", "json", "sarif", "github", "junit", "markdown"] {
            let ended = box_.sync(&["docs", "check", "--base", "main", "--format", form]);
            let named = if wanted == 0 { "A. Tester excuses 1 claim" } else { "which this branch brings" };
            assert!(ended.code == wanted && ended.out.contains(named), "{form}: {}", ended.out);
        }
        // against the last commit, the whole workspace is its own
        assert_eq!(check(&box_, &[]).0, 0);
    }
    // one that the base has counts as it did; in other words it is another one
    let box_ = branch(&(waiver("") + "[docs.floors]\nclaims = 0\n"));
    let line = box_.read(SETTINGS).lines().position(|it| it.starts_with("claim = ")).unwrap() + 1;
    assert_eq!(wrong(&box_, &BASE), (3, vec![format!("DOC016 molt-sync.toml:{line}")]));
    lie(&box_);
    assert_eq!(check(&box_, &BASE).0, 0);
    box_.write(SETTINGS, box_.read(SETTINGS).replace("docs/PAPER.md", "docs/*"));
    assert_eq!(check(&box_, &BASE).0, 3);
}

#[test]
fn a_drop_of_the_branch_s_own_counts_with_a_name_and_is_told() {
    for (by, wanted, words) in [
        ("", 3, "says not by whom"),
        (
            "by = \"A. Tester\"\n",
            0,
            "A. Tester excuses 1 statement, by the entry of docs.dropped for ** and *, which this branch brings, because: nobody asks",
        ),
    ] {
        let box_ = branch("");
        box_.write(PAPER, box_.read(PAPER).replace("\n`json` is intrinsic-partial.\n", ""));
        configure(&box_, &format!("\n[[docs.dropped]]\npath = \"**\"\n{by}reason = \"nobody asks\"\n"));
        let (code, claims) = check(&box_, &BASE);
        let found = claims.iter().any(|it| it["path"] == SETTINGS && why(it).contains(words));
        assert!(code == wanted && found, "{by}: {code} {claims:#?}");
        let github = box_.sync(&["docs", "check", "--base", "main", "--format", "github"]).out;
        assert!(github.contains("this branch brings"), "{github}");
    }
}
