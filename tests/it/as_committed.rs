//! Attributes that come with a commit have git check files out with other bytes than are committed, and say that nothing has changed:
//! what would be judged is not what a forge shows.

use std::fs;

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

const PAPER: &str = "docs/T.md";
const LOCKS: &str = "src/molt/stdlib/asyncio/locks.py";
const TEXT: &str = "# Paper\n\nWords of a paper. $Id: words $\n";

/// Something that is done to a workspace.
type Step<'a> = &'a dyn Fn(&Sandbox);

/// A committed workspace with a document.
fn with_paper() -> Sandbox {
    let box_ = committed();
    box_.write(PAPER, TEXT);
    commit(&box_);
    box_
}

fn commit(box_: &Sandbox) {
    git(box_, &["add", "-A"]);
    git(box_, &["commit", "-q", "-m", "more"]);
}

/// Commits attributes, and has git check a file out anew.
fn give(box_: &Sandbox, place: &str, attributes: &str, file: &str) {
    box_.write(place, attributes);
    git(box_, &["add", place]);
    git(box_, &["commit", "-q", "-m", "attributes"]);
    check_out(box_, file);
}

fn check_out(box_: &Sandbox, file: &str) {
    box_.remove(file);
    git(box_, &["checkout", "--", file]);
}

/// Stages a file with these bytes whatever attributes say, and in this mode.
fn stage(box_: &Sandbox, mode: &str, path: &str, bytes: &str) {
    fs::write(box_.root().join("staged"), bytes).unwrap();
    let object = git(box_, &["hash-object", "-w", "--no-filters", "../staged"]);
    git(box_, &["update-index", "--add", "--cacheinfo", &format!("{mode},{},{path}", object.trim())]);
}

#[test]
fn what_git_changes_at_the_checkout_is_judged_by_nobody() {
    let encoded = "docs/T.md working-tree-encoding=UTF-7\n";
    let filter = |it: &Sandbox| {
        git(it, &["config", "filter.odd.smudge", "sed s/paper/book/"]);
        git(it, &["config", "filter.odd.clean", "sed s/book/paper/"]);
    };
    let ways: [(&str, Step<'_>, &str); 7] = [
        (
            "encoding",
            &|it| give(it, ".gitattributes", encoded, PAPER),
            "(working-tree-encoding=UTF-7 by .gitattributes line 1)",
        ),
        (
            "macro",
            &|it| {
                let text = "# what is odd\n[attr]odd working-tree-encoding=UTF-7\n*.md odd\n";
                give(it, ".gitattributes", text, PAPER);
            },
            "(working-tree-encoding=UTF-7 by .gitattributes line 2)",
        ),
        (
            "beside",
            &|it| give(it, "docs/.gitattributes", "T.md ident\n", PAPER),
            "(ident by docs/.gitattributes line 1)",
        ),
        (
            "filter",
            &|it| {
                filter(it);
                give(it, ".gitattributes", "docs/** filter=odd\n", PAPER);
            },
            "(filter=odd by .gitattributes line 1)",
        ),
        (
            "two of them",
            &|it| give(it, ".gitattributes", "docs/** filter=none\ndocs/T.md working-tree-encoding=UTF-7\n", PAPER),
            "(working-tree-encoding=UTF-7 by .gitattributes line 2)",
        ),
        (
            "a link",
            &|it| {
                // git reads what a link says for lines
                stage(it, "120000", ".gitattributes", encoded.trim_end());
                git(it, &["commit", "-q", "-m", "a link"]);
                check_out(it, PAPER);
            },
            "working-tree-encoding=UTF-7",
        ),
        (
            "another encoding of the attributes",
            &|it| {
                stage(
                    it,
                    "100644",
                    ".gitattributes",
                    &format!("{encoded}.gitattributes working-tree-encoding=UTF-16LE-BOM\n"),
                );
                git(it, &["commit", "-q", "-m", "attributes"]);
                // as a clone does it
                git(it, &["rm", "-q", "-r", "--cached", "."]);
                it.remove(PAPER);
                git(it, &["reset", "-q", "--hard"]);
                assert!(!it.read(PAPER).contains('$') && fs::read(it.ws(".gitattributes")).unwrap().contains(&0));
            },
            "working-tree-encoding=UTF-7",
        ),
    ];
    for (name, change, words) in ways {
        let box_ = with_paper();
        change(&box_);
        assert_ne!(box_.read(PAPER), TEXT, "{name}");
        box_.refuses(&["docs", "check"], 2, &["git changes 1 file between the commit and the checkout", words, PAPER]);
    }
}

#[test]
fn an_encoding_whose_bytes_are_all_ascii_is_one_as_well() {
    // what of them is known differs from one machine to the next
    for encoding in ["UCS-2LE", "UCS-4", "UTF-16BE", "ISO-2022-KR"] {
        let box_ = with_paper();
        box_.write(".gitattributes", format!("{LOCKS} text working-tree-encoding={encoding}\n"));
        git(&box_, &["add", ".gitattributes"]);
        git(&box_, &["commit", "-q", "-m", "attributes"]);
        let before = box_.read(LOCKS);
        box_.remove(LOCKS);
        let ended = std::process::Command::new("git").args(["checkout", "--", LOCKS]).current_dir(box_.ws("")).output();
        if !ended.unwrap().status.success() || fs::read(box_.ws(LOCKS)).unwrap() == before.as_bytes() {
            assert!(encoding != "UTF-16BE");
            continue;
        }
        for args in [&["scoreboard", "check", "--base", "HEAD~1"][..], &["accept", "--changed", "--base", "HEAD~1"]] {
            box_.refuses(args, 2, &["git changes 1 file between", &format!("working-tree-encoding={encoding}"), LOCKS]);
        }
    }
}

#[test]
fn every_command_that_judges_refuses_it() {
    let box_ = with_paper();
    give(&box_, ".gitattributes", &format!("{LOCKS} working-tree-encoding=UTF-16LE-BOM\n"), LOCKS);
    assert_eq!(git(&box_, &["status", "--short"]), "", "git says that nothing has changed");
    let words = ["git changes 1 file between", LOCKS, "in .gitattributes"];
    for args in [
        &["gates"][..],
        &["gates", "--base", "HEAD~1"],
        &["docs", "check"],
        &["docs", "check", "--base", "HEAD~1"],
        &["docs", "sync"],
        &["scoreboard", "check", "--base", "HEAD~1"],
        &["ratchet", "check", "--base", "HEAD~1"],
        &["accept", "--changed", "--base", "HEAD~1"],
        &refresh(&["--dry-run"]),
    ] {
        box_.refuses(args, 2, &words);
    }
}

#[test]
fn a_workspace_in_a_folder_has_the_attributes_above_it() {
    let box_ = with_paper();
    fs::remove_dir_all(box_.ws(".git")).unwrap();
    let inner = box_.root().join("inner");
    fs::rename(box_.ws(""), &inner).unwrap();
    fs::create_dir(box_.ws("")).unwrap();
    fs::rename(&inner, box_.ws("compiler")).unwrap();
    git(&box_, &["init", "-q", "-b", "main"]);
    let check = ["--root", "compiler", "docs", "check"];
    box_.write("other/.gitattributes", "* ident\n");
    commit(&box_);
    box_.sync(&check).succeeds();
    // in its fourth version the index shortens the names, so that git is asked
    for version in ["2", "4"] {
        git(&box_, &["update-index", "--index-version", version]);
        give(&box_, ".gitattributes", "compiler/docs/* ident\n", "compiler/docs/T.md");
        box_.refuses(&check, 2, &["ident", ".gitattributes line 1", PAPER]);
        git(&box_, &["rm", "-q", ".gitattributes"]);
        commit(&box_);
        check_out(&box_, "compiler/docs/T.md");
        box_.sync(&check).succeeds();
    }
}

#[test]
fn what_changes_nothing_that_is_looked_at_disturbs_nobody() {
    let ways: [(&str, &str, Step<'_>); 6] = [
        // a large file that a filter brings, as Git LFS does
        ("*.bin filter=large\n", "model.bin", &|it| {
            drop(git(it, &["config", "filter.large.smudge", "cat; echo more"]));
        }),
        // no program is set up for it
        ("*.md filter=large\n", PAPER, &|_| {}),
        ("*.md filter=large\n", PAPER, &|it| drop(git(it, &["config", "filter.large.smudge", "cat"]))),
        ("* text eol=crlf working-tree-encoding=UTF-8\n", PAPER, &|_| {}),
        ("# no filter, no ident\n*.md -filter !ident\n", PAPER, &|_| {}),
        // a person's edit is no change of git's
        ("*.py ident\n", LOCKS, &|it| it.write(LOCKS, format!("{}# more\n", it.read(LOCKS)))),
    ];
    for (attributes, file, prepare) in ways {
        let box_ = with_paper();
        box_.write("model.bin", "a model");
        commit(&box_);
        prepare(&box_);
        give(&box_, ".gitattributes", attributes, file);
        prepare(&box_);
        for args in [["docs", "check"].as_slice(), &["gates"]] {
            let ended = box_.sync(args);
            assert!(ended.code < 2, "{attributes}: {}", ended.err);
        }
    }
}

#[test]
fn what_a_person_has_edited_is_theirs_whatever_attributes_it_has() {
    let clean = |box_: &Sandbox| {
        for args in [["docs", "check"].as_slice(), &["gates"], &["refresh", "3.13", "--source", "bundled", "--dry-run"]]
        {
            let ended = box_.sync(args);
            assert!(!ended.err.contains("between the commit and the checkout"), "{args:?}: {}", ended.err);
        }
    };
    let edit = |box_: &Sandbox| box_.write(LOCKS, format!("{}# more\n", box_.read(LOCKS)));
    let box_ = with_paper();
    give(&box_, ".gitattributes", "*.py working-tree-encoding=ISO-8859-1\n*.md ident\n", LOCKS);
    box_.write(PAPER, "# Paper\n\nWords of a paper. $Id$\n");
    commit(&box_);
    edit(&box_);
    box_.write(PAPER, "# Paper\n\nOther words. $Id$\n");
    clean(&box_);
    git(&box_, &["add", "-A"]);
    clean(&box_);
    box_.write("docs/new.md", "# New\n\n$Id$\n");
    git(&box_, &["add", "-N", "docs/new.md"]);
    clean(&box_);
    // what a program of the user's makes of a file is not known: what is edited is told what to do with
    let box_ = with_paper();
    git(&box_, &["config", "filter.strip.clean", "cat"]);
    give(&box_, ".gitattributes", "*.py filter=strip\n", LOCKS);
    clean(&box_);
    edit(&box_);
    box_.refuses(&["gates"], 2, &["filter=strip by .gitattributes line 1", "commit what you have edited yourself"]);
    commit(&box_);
    clean(&box_);
}

#[test]
fn a_clone_that_lacks_what_is_not_checked_out_is_judged() {
    let box_ = with_paper();
    box_.write("third/.gitattributes", "*.bin ident\n");
    box_.write("third/a.bin", "bytes");
    commit(&box_);
    git(&box_, &["config", "uploadpack.allowfilter", "true"]);
    let source = format!("file://{}", box_.ws("").display());
    let clone = box_.root().join("clone");
    let at = |args: &[&str]| {
        let ended = std::process::Command::new("git").current_dir(&clone).args(args).output().unwrap();
        assert!(ended.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
    };
    fs::create_dir(&clone).unwrap();
    at(&["clone", "-q", "--no-checkout", "--filter=blob:none", &source, "."]);
    at(&["sparse-checkout", "set", "--no-cone", "/*", "!/third/"]);
    at(&["checkout", "-q", "main"]);
    // nothing can be fetched any more
    at(&["config", "remote.origin.url", "file:///nowhere"]);
    assert!(!clone.join("third").exists());
    let ended = box_.run(&["-C", "clone", "gates"]);
    assert!(!ended.err.contains("third"), "{}{}", ended.out, ended.err);
    assert_eq!(ended.code, box_.sync(&["gates"]).code, "{}{}", ended.out, ended.err);
}

#[test]
fn many_lines_of_attributes_cost_little() {
    let box_ = with_paper();
    let mut lines = "*.py ident\n".to_owned();
    lines.extend((0..30_000).map(|it| format!("x{it} ident\n")));
    box_.write(".gitattributes", lines);
    commit(&box_);
    let ended = box_.sync(&["gates", "--memory-limit", "200M", "--work-limit", "20"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
}

#[test]
fn more_lines_of_attributes_than_git_compares_in_time_are_refused() {
    let box_ = with_paper();
    let many = (0..4000).map(|it| format!("src/molt/stdlib/x{it}.py"));
    many.for_each(|it| box_.write(&it, ""));
    box_.write("src/.gitattributes", "a ident\n".to_owned() + &"b\n".repeat(20_000));
    commit(&box_);
    box_.refuses(
        &["gates"],
        2,
        &[".gitattributes files have 20002 lines, for each of 4", "take lines out of .gitattributes"],
    );
}
