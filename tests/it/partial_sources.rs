//! Trees that lack modules and interpreters, which know one platform: told, and a person's to accept.

use std::{fs, path::Path};

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox};

const SIGN: [&str; 4] = ["--sign-off", "A. Owner", "--reason", "known"];

/// A workspace, and beside it the tree of a release whose digest is reviewed.
fn with_tree(release: &Release, version: &str) -> Sandbox {
    let box_ = Sandbox::with_whole_series("3.14");
    for (path, bytes) in release.files() {
        box_.file(&format!("tree/{path}"), &bytes);
    }
    review(&box_, version);
    box_
}

fn review(box_: &Sandbox, version: &str) {
    let refused = box_.sync(&["refresh", version, "--source", "../tree"]);
    let digest = refused.err.split("has the digest ").nth(1).unwrap().split(',').next().unwrap();
    box_.sync(&["trust", "add", version, "--artifact", "source-tree", "--sha256", digest, "--by", "me"]).succeeds();
}

fn without_files(box_: &Sandbox, names: &[&str]) {
    for name in names {
        let path = box_.root().join("tree/Lib").join(name);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }
}

#[test]
fn a_tree_that_lacks_what_it_lists_is_a_persons_to_accept() {
    let next = Release::whole("3.14", "3.14.91");
    let new = Release::whole("3.14", "3.15.0").with("newmod", ModuleKind::Module);
    for (release, version, wanted, told) in [
        (
            next,
            "3.14.91",
            "3.14",
            &[
                "lacks 3 names that the record of CPython 3.14.10 has",
                "  json: a package in the record, and listed, but the tree has no file of it",
                "  tomllib: a package in the record",
                "  email.mime.audio: a module in the record, and the tree does not have it",
            ][..],
        ),
        (
            new,
            "3.15.0",
            "3.15",
            // of another series a module may be gone
            &["lacks 2 names that the record of CPython 3.14.10 has", "  json: a package", "  tomllib: a package"],
        ),
    ] {
        let box_ = Sandbox::with_whole_series("3.14");
        for (path, bytes) in release.files() {
            box_.file(&format!("tree/{path}"), &bytes);
        }
        without_files(&box_, &["json", "tomllib", "email/mime/audio.py"]);
        review(&box_, version);
        box_.refuses(&["refresh", wanted, "--source", "../tree"], 3, told);
        let refused = box_.sync(&["refresh", wanted, "--source", "../tree"]);
        let line = refused.err.rsplit("molt-sync ").next().unwrap().trim().to_owned();
        assert_eq!(line, format!("refresh {version} --sign-off NAME --reason TEXT --source ../tree"));
        let typed = box_.sync(&line.split(' ').collect::<Vec<_>>());
        assert!(typed.code == 2 && typed.err.contains("it is a placeholder"), "{}", typed.err);
        let line = line.replace("NAME", "Ann").replace("TEXT", "agreed");
        box_.sync(&line.split(' ').collect::<Vec<_>>()).succeeds().says("Ann accepts that the source tree");
        let file = box_.read(&format!("docs/scoreboard/exceptions/refresh-{version}-partial-source.toml"));
        assert!(file.contains("gate = \"partial-source\"") && file.contains("json, tomllib"), "{file}");
        box_.sync(&["refresh", wanted, "--source", "../tree"]).succeeds().says("no byte was changed");
    }
}

#[test]
fn a_tree_whose_list_has_forgotten_names_is_told_by_name() {
    let release = Release::whole("3.14", "3.14.91").without("_wmi").without("tomllib");
    let box_ = with_tree(&release, "3.14.91");
    box_.refuses(
        &["refresh", "3.14", "--source", "../tree"],
        3,
        &[
            "lacks 2 names",
            "  _wmi: Python/stdlib_module_names.h does not list it",
            "  tomllib: Python/stdlib_module_names.h",
        ],
    );
}

#[test]
fn a_whole_tree_and_an_archive_need_nobody() {
    let box_ = with_tree(&Release::whole("3.14", "3.14.91").with("collections.more", ModuleKind::Module), "3.14.91");
    box_.sync(&[&["refresh", "3.14", "--source", "../tree"][..], &SIGN].concat()).succeeds();
    assert!(!box_.ws("docs/scoreboard/exceptions/refresh-3.14.91-partial-source.toml").exists());
    // an archive is what was published
    let box_ = Sandbox::with_whole_series("3.14");
    box_.publish("3.14.91", "tgz", &Release::whole("3.14", "3.14.91").without("_wmi").tgz());
    box_.sync(&["refresh", "3.14", "--mirror", "../mirror"]).succeeds().says("_wmi: removed");
}

/// A program that answers the query as an interpreter of this release does, without these files.
#[cfg(unix)]
fn interpreter(box_: &Sandbox, release: &Release, version: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let facts = &release.0.facts;
    let files: Vec<_> = facts
        .modules
        .values()
        .filter(|it| matches!(it.kind, ModuleKind::Module | ModuleKind::Package))
        .filter_map(|it| it.path.as_deref()?.strip_prefix("Lib/"))
        .collect();
    let answer = serde_json::json!({
        "release": version, "platform": "linux", "top_level": facts.top_level, "files": files,
        "absent": ["_wmi"], "aliases": { "os.path": "posixpath.py" },
    });
    let path = box_.file("bin/python3", format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n").as_bytes());
    fs::set_permissions(Path::new(&path), fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
#[cfg(unix)]
fn an_interpreter_knows_one_platform_and_a_person_accepts_that() {
    let box_ = Sandbox::with_whole_series("3.14");
    let mut release = Release::whole("3.14", "3.14.91");
    release.0.facts.modules.retain(|name, _| name != "tkinter" && !name.starts_with("tkinter."));
    let source = format!("interpreter:{}", interpreter(&box_, &release, "3.14.91"));
    let args = ["refresh", "3.14", "--source", &source];
    let refused = box_.sync(&args);
    let digest = refused.err.split("has the digest ").nth(1).unwrap().split(',').next().unwrap();
    box_.sync(&["trust", "add", "3.14.91", "--artifact", "interpreter", "--sha256", digest, "--by", "me"]).succeeds();
    box_.refuses(
        &args,
        3,
        &[
            "an interpreter knows one platform only",
            "  asyncio.windows_events: limited to win32 in the record, which the interpreter does not know",
            "  tkinter: a package in the record, and listed, but the interpreter has no file of it",
            "refresh from the archive",
        ],
    );
    box_.sync(&[&args[..], &SIGN].concat()).succeeds().says("accepts that an interpreter knows one platform only");
    box_.sync(&args).succeeds().says("no byte was changed");
}

#[test]
#[cfg(unix)]
fn a_program_that_is_no_interpreter_is_told_by_what_it_answered() {
    use std::os::unix::fs::PermissionsExt as _;
    let box_ = Sandbox::with_whole_series("3.14");
    for (script, answered) in [
        ("exit 0", "it answered nothing"),
        ("echo; echo hello there; echo more", "it answered `hello there`"),
        ("echo '{\"release\": 1}'", "it answered `{\"release\": 1}`"),
        ("printf 'x%.0s' $(seq 200)", &format!("it answered `{}…`", "x".repeat(60))),
    ] {
        let path = box_.file("bin/other", format!("#!/bin/sh\n{script}\n").as_bytes());
        fs::set_permissions(Path::new(&path), fs::Permissions::from_mode(0o755)).unwrap();
        let words = [&format!("cannot use {path} as an interpreter: asked for its standard library, {answered}\n")];
        let words: Vec<&str> = words.iter().map(|it| it.as_str()).collect();
        box_.refuses(&["refresh", "3.14", "--source", &format!("interpreter:{path}")], 2, &words);
        let verify = |format| ["baseline", "verify", "--python", &path, "--format", format];
        box_.refuses(&verify("human"), 2, &words);
        for format in ["sarif", "junit", "github"] {
            let ended = box_.sync(&verify(format));
            assert_eq!(ended.code, 2, "{}", ended.err);
            assert!(ended.out.contains("interpreter: "), "{format}: {}", ended.out);
        }
    }
}
