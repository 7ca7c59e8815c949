//! Each input of a workspace, damaged in each way, and each command that reads it: the file is named, in the same words by all of them, and
//! nothing false is said beside it.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::support::{
    Sandbox,
    papers::commit,
    tree::{ATTESTATION, BINDINGS, LANE, MANIFEST, RATCHET, TABLE as GENERATED, UNION},
};

const HISTORY: &str = "docs/scoreboard/history.jsonl";
const SIGN_OFF: &str = "docs/scoreboard/exceptions/refresh-3.13.5-older-release.toml";
const INDEX: &str = "tests/differential/COVERAGE_INDEX.yaml";
const CHECKER: &str = "tools/check_stdlib_intrinsics.py";
const TARGETS: &str = "src/molt/target_python.py";
const TABLE: &str = "docs/spec/areas/compat/0015_STDLIB_COMPATIBILITY_MATRIX.md";
const PLAN: &str = "docs/spec/areas/compat/0028_STDLIB_INTRINSICS_EXECUTION_PLAN.md";
const STUB: &str = "tools/molt-sync/stubs/stub.py.j2";
const BLOCK: &str = "tools/molt-sync/docs-templates/stdlib-status.md.j2";
const HANDBOOK: &str = "docs/OPERATIONS.md";

const GATES: &[&str] = &["gates"];
const SINCE: &[&str] = &["gates", "--base", "HEAD", "--new-only"];
const CHECK: &[&str] = &["docs", "check"];
const SYNC: &[&str] = &["docs", "sync", "--dry-run"];
/// A refresh waits for a person here, who has to know that a sign-off is damaged.
const REFRESH: &[&str] = &["refresh", "3.13", "--source", "bundled", "--dry-run"];
/// The same plan, of which nothing comes in a workspace that is whole.
const PLANNED: &[&str] = &["stubs", "sync", "--dry-run"];
const STUBS: &[&str] = &["stubs", "check"];
const DROP: &[&str] = &["baseline", "drop", "3.12", "--dry-run"];
const SHOW: &[&str] = &["ratchet", "show"];
const RISE: &[&str] = &["ratchet", "check", "--base", "HEAD"];
const BOARD: &[&str] = &["scoreboard", "check", "--base", "HEAD"];
const RECORD: &[&str] = &["scoreboard", "record", "--date", "2026-11-10", "--dry-run"];
const ROWS: &[&str] = &["scoreboard", "show"];
const ORDER: &[&str] = &["plan"];
const LANDED: &[&str] = &["landed", "--since", "HEAD"];
const ACCEPT: &[&str] = &["accept", "json"];
const OVERVIEW: &[&str] = &[];

/// What reads an input, and which of its damages are none to a reader of another form.
struct Input {
    path: &'static str,
    readers: &'static [&'static [&'static str]],
    /// Whether any text is one, so that only what is no file, is no text or has both sides of a merge is damaged.
    is_any_text: bool,
}

const fn input(path: &'static str, readers: &'static [&'static [&'static str]]) -> Input {
    Input { path, readers, is_any_text: false }
}

const fn text(path: &'static str, readers: &'static [&'static [&'static str]]) -> Input {
    Input { path, readers, is_any_text: true }
}

const INPUTS: &[Input] = &[
    input(UNION, &[OVERVIEW, GATES, SINCE, CHECK, SYNC, PLANNED, STUBS, DROP, BOARD, RECORD]),
    input(RATCHET, &[OVERVIEW, GATES, SINCE, CHECK, SYNC, PLANNED, STUBS, DROP, SHOW, RISE, BOARD, RECORD, ACCEPT]),
    input(ATTESTATION, &[OVERVIEW, GATES, SINCE, CHECK, PLANNED, STUBS, DROP, SHOW, BOARD, RECORD, ORDER, ACCEPT]),
    input("baselines/3.13.json", &[OVERVIEW, GATES, SINCE, CHECK, PLANNED, STUBS, DROP, SHOW, RISE, ORDER, LANDED]),
    input("baselines/releases.lock.toml", &[OVERVIEW, GATES, SINCE, CHECK, PLANNED, STUBS, DROP, SHOW, RISE, ORDER]),
    input(HISTORY, &[CHECK, ROWS, BOARD, RECORD]),
    input(SIGN_OFF, &[SINCE, REFRESH, RISE, BOARD]),
    input(INDEX, &[PLANNED, ORDER, LANDED, ACCEPT, &["scoreboard", "html", "x.html"]]),
    input(CHECKER, &[CHECK, PLANNED, SHOW, ORDER, LANDED]),
    input(TARGETS, &[DROP]),
    text(MANIFEST, &[GATES, SINCE, PLANNED]),
    text(BINDINGS, &[GATES, SINCE, PLANNED]),
    text(GENERATED, &[GATES, SINCE, PLANNED]),
    text(LANE, &[GATES, SINCE, PLANNED]),
    text(TABLE, &[PLANNED]),
    text(PLAN, &[ORDER, &["scoreboard", "html", "x.html"]]),
    text(STUB, &[OVERVIEW, GATES, CHECK, PLANNED, STUBS, SHOW, BOARD, RECORD, ORDER, LANDED]),
    text(BLOCK, &[OVERVIEW, CHECK, SYNC, PLANNED, STUBS]),
    text(HANDBOOK, &[CHECK, SYNC, PLANNED]),
];

/// A repository of a workspace with all of them, in which each reader has something to say.
fn whole() -> Sandbox {
    let box_ = Sandbox::with_series("3.12,3.13");
    let checker = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\nSTDLIB_FULLY_COVERED_MODULES = STDLIB_MODULE_UNION = None\n";
    let head = "\n| Date | intrinsic-backed | intrinsic-partial |\n|---|---|---|\n";
    box_.write(HANDBOOK, box_.read(HANDBOOK) + head);
    box_.write(
        "docs/bindings.toml",
        format!("[[bind]]\ndoc = \"{HANDBOOK}\"\nphrase = \"has {{stdlib.total}} modules\"\n"),
    );
    for (path, text) in [
        (CHECKER, checker),
        (INDEX, "stdlib:\n  json:\n    tests: []\n"),
        (TARGETS, "SUPPORTED_VERSIONS = (\"3.13\",)\n"),
        (TABLE, "| Module | it |\n|---|---|\n| json | yes |\n"),
        (PLAN, "# Plan\n\n## Execution order\n\n1. Tools: `json`\n"),
        (STUB, include_str!("../../stubs/stub.py.j2")),
        (BLOCK, include_str!("../../docs-templates/stdlib-status.md.j2")),
        (
            SIGN_OFF,
            "gate = \"older-release\"\nrelease = \"3.13.5\"\nbefore = \"3.13.6\"\nsigned_off_by = \"Ann\"\nreason = \"it is so\"\n",
        ),
    ] {
        box_.write(path, text);
    }
    crate::changes::git(&box_, &["init", "-q", "-b", "main"]);
    commit(&box_, "2026-11-01", "Begin");
    box_.sync(&["scoreboard", "record", "--date", "2026-11-02"]).succeeds();
    let total = box_.sync(&["docs", "facts", "stdlib.total"]).succeeds().out;
    let total = total.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    box_.write(HANDBOOK, box_.read(HANDBOOK) + &format!("\nIt has {total} modules.\n"));
    box_.sync(&["docs", "sync"]).succeeds();
    commit(&box_, "2026-11-03", "Record");
    box_
}

/// A way in which a file is damaged, and what it is to whoever reads it.
struct Damage {
    what: &'static str,
    /// Whether it is one where any text is an input.
    is_of_any: bool,
    /// Whether it is told where files are opened, so that few readers are enough.
    is_of_disk: bool,
    make: fn(&Path, &[u8]),
}

const DAMAGES: [Damage; 5] = [
    Damage {
        what: "garbage",
        is_of_any: false,
        is_of_disk: false,
        make: |it, _| fs::write(it, "%&( \0 {{{ garbage\n").unwrap(),
    },
    Damage {
        what: "both sides of a merge",
        is_of_any: true,
        is_of_disk: false,
        make: |it, old| {
            fs::write(it, [b"<<<<<<< a\n", old, b"=======\n", old, b">>>>>>> b\n"].concat()).unwrap();
        },
    },
    Damage {
        what: "a folder",
        is_of_any: true,
        is_of_disk: false,
        make: |it, _| {
            fs::remove_file(it).unwrap();
            fs::create_dir(it).unwrap();
        },
    },
    Damage {
        what: "not UTF-8",
        is_of_any: true,
        is_of_disk: true,
        make: |it, old| {
            fs::write(it, [&old[..old.len() / 2], b"\xff\xfe", &old[old.len() / 2..]].concat()).unwrap();
        },
    },
    Damage {
        what: "a link that leads out",
        is_of_any: true,
        is_of_disk: true,
        make: |it, _| {
            fs::remove_file(it).unwrap();
            symlink("/etc/hostname", it).unwrap();
        },
    },
];

/// What one command says of a damage; why that is wrong, where it is.
fn wrong(box_: &Sandbox, path: &str, args: &[&str], what: &str) -> Option<String> {
    let ended = box_.sync(args);
    let said = format!("{}{}", ended.out, ended.err);
    let told = format!("cannot read {path}: ");
    let conflict = format!("{told}a merge left a conflict at line 1");
    // documents have a code of their own for that
    let is_told = said.contains(&told) || (path == HANDBOOK && said.contains("DOC020 conflict markers"));
    let why = if ended.code == 0 {
        "it ends as if nothing was wrong"
    } else if !said.contains(path) {
        "the file is not named"
    } else if args == ACCEPT && said.contains(&format!("{path} cannot be read")) {
        return None;
    } else if what.starts_with("both") && said.contains("cannot read") && !said.contains(&conflict) {
        "a conflict is told as something else"
    } else if path == HANDBOOK && (said.contains("no document is called") || said.contains("the document is gone")) {
        "a document that cannot be read counts as gone"
    } else if !is_told && !said.contains(&format!("{path} is a link")) {
        if said.contains("nothing was written, because something has to be repaired first") {
            return None;
        }
        "it is told in other words"
    } else if args.first() == Some(&"gates") && ended.code == 1 && !said.contains(" with 1 finding") {
        "there are findings besides"
    } else {
        return None;
    };
    Some(format!("{path}: {what}: {args:?}: {why} ({}):\n{said}", ended.code))
}

#[test]
fn a_damaged_input_is_named_in_the_same_words_by_every_command_that_reads_it() {
    let box_ = whole();
    for args in
        [OVERVIEW, GATES, SINCE, CHECK, SYNC, PLANNED, STUBS, DROP, SHOW, RISE, BOARD, RECORD, ROWS, ORDER, LANDED]
    {
        let ended = box_.sync(args);
        assert_eq!(ended.code, 0, "{args:?}: {}{}", ended.out, ended.err);
    }
    let mut all = Vec::new();
    for it in INPUTS {
        let (place, old) = (box_.ws(it.path), fs::read(box_.ws(it.path)).unwrap());
        for damage in &DAMAGES {
            // a document that is a link is looked at nowhere, and that is told apart
            if (it.is_any_text && !damage.is_of_any) || (it.path == HANDBOOK && damage.what.contains("link")) {
                continue;
            }
            (damage.make)(&place, &old);
            let few = if damage.is_of_disk { 3 } else { usize::MAX };
            all.extend(it.readers.iter().take(few).filter_map(|args| wrong(&box_, it.path, args, damage.what)));
            if fs::symlink_metadata(&place).unwrap().is_dir() {
                fs::remove_dir(&place).unwrap();
            } else {
                fs::remove_file(&place).unwrap();
            }
            fs::write(&place, &old).unwrap();
        }
    }
    assert!(all.is_empty(), "{} of them:\n{}", all.len(), all.join("\n"));
}
