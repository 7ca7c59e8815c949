//! A workspace of a stranger: what it names is read inside of it alone, is a regular file, and has a size.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::support::{
    Sandbox,
    papers::{PAPER, PHRASES, SETTINGS, cart_with, configure},
    program,
    tree::{ATTESTATION, BINDINGS, DOCUMENT, LANE, MANIFEST, RATCHET, STD, TABLE, UNION},
};

const SECRET: &str = "hush-hush-4711";

/// What a workspace names or contains, with what stands in the secret file so that a report would show it: as a value, as a
/// template, or as a place of an error.
fn places() -> Vec<(&'static str, String)> {
    let python = format!("{SECRET} = (\n");
    let value = format!("{{\"wheels\": \"{SECRET}\"}}");
    [
        ("tools/numbers.json", value.as_str()),
        ("tools/numbers.toml", &format!("wheels = {SECRET}\n")),
        ("tools/numbers.py", &python),
        ("docs/block.j2", SECRET),
        ("docs/file.j2", &format!("{{{{ {SECRET} }}}}")),
        (PHRASES, &format!("[[bind]]\nphrase = {SECRET}\n")),
        (PAPER, &format!("# {SECRET}\n\nThe cart has 7 wheels and {SECRET}.\n")),
        (SETTINGS, &format!("{SECRET} = \"{SECRET}\"\n")),
        (UNION, &python),
        (RATCHET, &format!("{{\"{SECRET}\": ")),
        (ATTESTATION, &python),
        (MANIFEST, &format!("def {SECRET}(\n")),
        (BINDINGS, &format!("def {SECRET}(x: Any) -> Any: ...\n")),
        (TABLE, SECRET),
        (LANE, SECRET),
        ("tests/differential/basic/one.py", &python),
        (DOCUMENT, &format!("# {SECRET}\n")),
        ("baselines/3.14.json", &format!("{{\"{SECRET}\": 1}}")),
        ("baselines/releases.lock.toml", &format!("[[release]]\nversion = \"{SECRET}\"\n")),
        ("docs/scoreboard/history.jsonl", &format!("{{\"date\": \"{SECRET}\"}}\n")),
        ("tools/molt-sync/stubs/stub.py.j2", &format!("{{{{ {SECRET} }}}}")),
        ("tools/molt-sync/docs-templates/roadmap.j2", &format!("{{{{ {SECRET} }}}}")),
        ("tools/check_stdlib_intrinsics.py", &python),
        (&format!("{STD}/json/tool.py"), &format!("import {SECRET}\n")),
    ]
    .map(|(path, text)| (path.to_owned().leak() as &str, text.to_owned()))
    .into()
}

/// A workspace that names all of them.
fn workspace() -> Sandbox {
    let box_ = cart_with(&["has {cart.wheels} wheels"], "# Cart\n\nThe cart has 12 wheels.\n");
    configure(
        &box_,
        "[docs.facts.\"own.toml\"]\nsource = \"toml:tools/numbers.toml#/wheels\"\n\
         [docs.facts.\"own.python\"]\nsource = \"python:tools/numbers.py#WHEELS\"\n\
         [docs.blocks.own]\ntemplate = \"docs/block.j2\"\n[docs.files.\"docs/MADE.md\"]\ntemplate = \"docs/file.j2\"\n",
    );
    box_.write("docs/block.j2", "x\n");
    box_.write("docs/file.j2", "x\n");
    box_.write("tools/numbers.toml", "wheels = 12\n");
    box_.write("tools/numbers.py", "WHEELS = 12\n");
    box_
}

fn take_away(path: &Path) {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path).unwrap();
    } else if path.is_symlink() || path.exists() {
        fs::remove_file(path).unwrap();
    }
}

/// The commands that read.
const READING: [&[&str]; 9] = [
    &["-v", "gates"],
    &["gates", "--format", "json"],
    &["docs", "check", "--format", "json"],
    &["docs", "check"],
    &["docs", "facts"],
    &["docs", "explain", "docs/PAPER.md:3"],
    &["docs", "census"],
    &["baseline", "show"],
    &["trust", "show"],
];

/// Runs a command and makes sure that it says nothing of the secret and ends as a program does.
#[track_caller]
fn says_nothing(box_: &Sandbox, args: &[&str], what: &str) -> i32 {
    let ended = box_.sync(args);
    let said = format!("{}{}", ended.out, ended.err);
    assert!(!said.contains(SECRET) && !said.contains("root:x:0"), "{what}: {args:?}\n{said}");
    assert!((0..=6).contains(&ended.code) && !said.contains("panicked"), "{what}: {args:?}\n{said}");
    ended.code
}

#[test]
fn what_a_link_out_of_the_workspace_holds_is_never_shown() {
    let box_ = workspace();
    for (at, (path, text)) in places().iter().enumerate() {
        let secret = box_.file("outside/secret", text.as_bytes());
        let place = box_.ws(path);
        let kept = fs::read(&place).ok();
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        take_away(&place);
        match at % 3 {
            // a relative link, an absolute one, and one by way of a link that stays inside
            0 => {
                let up = "../".repeat(path.matches('/').count() + 1);
                symlink(format!("{up}outside/secret"), &place).unwrap();
            }
            1 => symlink(&secret, &place).unwrap(),
            _ => {
                take_away(&box_.ws("way"));
                symlink(&secret, box_.ws("way")).unwrap();
                symlink(format!("{}way", "../".repeat(path.matches('/').count())), &place).unwrap();
            }
        }
        let codes: Vec<i32> = READING.iter().map(|args| says_nothing(&box_, args, path)).collect();
        // a document that is a link is none of the workspace's; everything else is missed by a command that needs it
        assert!(*path == PAPER || codes.iter().any(|it| *it != 0), "{path}: {codes:?}");
        take_away(&place);
        if let Some(bytes) = kept {
            fs::write(&place, bytes).unwrap();
        }
    }
}

#[test]
fn what_a_folder_that_leads_out_holds_is_never_shown() {
    for folder in ["tools", "docs", "baselines", "tools/molt-sync/stubs", "src/molt", "runtime", "tests/differential"] {
        let box_ = workspace();
        for (path, text) in places() {
            let inside = Path::new(path).strip_prefix(folder);
            if let Ok(inside) = inside {
                box_.file(&format!("outside/{}", inside.display()), text.as_bytes());
            }
        }
        fs::create_dir_all(box_.ws(folder).parent().unwrap()).unwrap();
        take_away(&box_.ws(folder));
        symlink(box_.root().join("outside"), box_.ws(folder)).unwrap();
        for args in READING {
            says_nothing(&box_, args, folder);
        }
        let ended = box_.sync(&["gates"]);
        assert!(ended.code != 0 || folder == "docs" || folder.contains("stubs") || folder == "baselines", "{folder}");
    }
}

#[test]
fn links_that_stay_inside_are_followed() {
    let box_ = workspace();
    let before = (box_.sync(&["docs", "facts"]).succeeds().out, box_.sync(&["gates", "--format", "json"]).out);
    for (path, link) in
        [("tools/numbers.json", "../kept/numbers.json"), ("runtime", "kept/runtime"), ("tools", "kept/tools")]
    {
        let target = box_.ws("kept").join(Path::new(path).file_name().unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::rename(box_.ws(path), &target).unwrap();
        symlink(if path == "tools" { box_.ws("kept/tools") } else { link.into() }, box_.ws(path)).unwrap();
    }
    // a link in a folder that has moved leads from there
    fs::remove_file(box_.ws("kept/tools/numbers.json")).unwrap();
    symlink("../numbers.json", box_.ws("kept/tools/numbers.json")).unwrap();
    let after = (box_.sync(&["docs", "facts"]).succeeds().out, box_.sync(&["gates", "--format", "json"]).out);
    assert!(before == after, "{}\n{}", before.0, after.0);
}

#[test]
fn a_path_that_leads_up_or_is_absolute_is_refused() {
    let box_ = workspace();
    let settings = box_.read(SETTINGS);
    box_.file("secret.json", format!("{{\"a\": \"{SECRET}\"}}").as_bytes());
    let absolute = box_.root().join("secret.json").display().to_string();
    for path in
        ["../secret.json", "docs/../../secret.json", "./../secret.json", &absolute, "docs\\\\..\\\\..\\\\secret.json"]
    {
        for more in [
            format!("[docs.facts.up]\nsource = \"json:{path}#/a\"\n"),
            format!("[docs.files.\"docs/UP.md\"]\ntemplate = \"{path}\"\n"),
            format!("[docs.blocks.up]\ntemplate = \"{path}\"\n"),
            format!("[docs]\nbindings = \"{path}\"\n"),
            format!("[docs]\nroots = [\"{path}\", \"../*.json\", \"../**/*.md\"]\n"),
            format!("[paths]\nunion = \"{path}\"\n"),
            format!("[paths]\nmanifest = \"{path}\"\n"),
            format!("[paths]\nlock = \"{path}\"\n"),
        ] {
            box_.write(SETTINGS, if more.starts_with("[docs]") { more.clone() } else { format!("{settings}{more}") });
            let code = says_nothing(&box_, &["docs", "check", "--format", "json"], &more);
            assert_ne!(code, 0, "{more}");
            says_nothing(&box_, &["gates"], &more);
        }
    }
}

/// Puts something that is not a regular file of a fair size in the place of a file.
fn spoil(box_: &Sandbox, path: &str, kind: &str) {
    let place = box_.ws(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    take_away(&place);
    match kind {
        "pipe" => assert!(Command::new("mkfifo").arg(&place).status().unwrap().success()),
        "folder" => fs::create_dir(&place).unwrap(),
        "device" => symlink("/dev/zero", &place).unwrap(),
        "circle" => symlink(place.file_name().unwrap(), &place).unwrap(),
        "huge" => fs::File::create(&place).unwrap().set_len(10 << 30).unwrap(),
        "socket" => drop(std::os::unix::net::UnixListener::bind(&place).unwrap()),
        _ => unreachable!(),
    }
}

#[test]
fn what_is_not_a_regular_file_of_a_fair_size_is_refused_at_once() {
    let kinds = ["pipe", "folder", "device", "circle", "huge", "socket"];
    for (at, (path, _)) in places().iter().enumerate() {
        let box_ = workspace();
        let start = Instant::now();
        // a path of a socket has a hundred letters at most
        let kind = kinds[at % 5];
        spoil(&box_, path, kind);
        let codes: Vec<i32> =
            READING.iter().step_by(2).map(|args| says_nothing(&box_, args, &format!("{path}: {kind}"))).collect();
        assert!(*path == PAPER || codes.iter().any(|it| *it != 0), "{path}: {kind}: {codes:?}");
        assert!(start.elapsed() < Duration::from_mins(5), "{path}: {kind}");
    }
    for kind in kinds {
        let box_ = workspace();
        spoil(&box_, "docs/block.j2", kind);
        box_.refuses_as_it_is(&["docs", "sync"], 2, &["cannot read docs/block.j2: "]);
    }
}

#[test]
fn a_tree_without_an_end_is_refused() {
    let box_ = workspace();
    let mut deep = box_.ws("docs");
    for _ in 0..200 {
        deep.push("d");
        fs::create_dir(&deep).unwrap();
    }
    let ended = box_.sync(&["docs", "check"]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("nested more than 128 levels deep"), "{}", ended.err);
    fs::remove_dir_all(box_.ws("docs/d")).unwrap();
    // links to folders are not walked, wherever they lead
    for name in ["up", "here", "round.md"] {
        symlink(if name == "up" { "../.." } else { "." }, box_.ws("docs").join(name)).unwrap();
        symlink("..", box_.ws(STD).join(name)).unwrap();
    }
    box_.sync(&["docs", "facts"]).succeeds();
    let ended = box_.sync(&["gates", "--only", "source"]);
    assert_eq!(ended.code, 1, "what is behind them was not judged: {}", ended.err);
    assert_eq!(ended.out.matches("a link stands there that leads to no file").count(), 3, "{}", ended.out);
}

#[test]
fn a_document_whose_name_is_no_text_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let box_ = workspace();
    fs::write(box_.ws("docs").join(std::ffi::OsStr::from_bytes(b"\xff.md")), "The cart has 7 wheels.\n").unwrap();
    let ended = box_.sync(&["docs", "check"]);
    assert!(ended.code == 2 && ended.out.contains("whose name is not clean UTF-8"), "{}\n{}", ended.out, ended.err);
}

#[test]
fn a_document_at_the_top_whose_name_no_path_can_have_is_told() {
    use std::os::unix::ffi::OsStrExt as _;
    let box_ = workspace();
    let told = |name: &[u8], place: &[u8]| {
        let (name, place) = (std::ffi::OsStr::from_bytes(name), std::ffi::OsStr::from_bytes(place));
        let top = box_.ws("").join(name);
        if name == place {
            fs::write(&top, "Words.\n").unwrap();
        } else {
            fs::create_dir(&top).unwrap();
            fs::write(box_.ws("").join(place), "Words.\n").unwrap();
        }
        let ended = box_.sync(&["docs", "check"]);
        let removed = if name == place { fs::remove_file(&top) } else { fs::remove_dir_all(&top) };
        removed.unwrap();
        (ended.code, ended.out.matches("whose name is not clean UTF-8").count())
    };
    for name in [&b"a\\b.md"[..], b"\xff.md", b"a:x.md", b"a\nb.md"] {
        assert_eq!(told(name, name), (2, 1), "{name:?}");
    }
    assert_eq!(told(b"a\\b.txt", b"a\\b.txt").1, 0, "it is no document");
    assert_eq!(told(b"a\\b", b"a\\b/P.md").1, 0, "no root leads there");
    box_.write("molt-sync.toml", "[docs]\nroots = [\"**/*.md\"]\n");
    assert_eq!(told(b"a\\b", b"a\\b/P.md"), (2, 1));
    symlink("docs", box_.ws("a\\b.md")).unwrap();
    assert_eq!(box_.sync(&["docs", "check"]).code, 2, "a link too");
}

#[test]
fn a_mirror_that_the_settings_name_leads_nowhere_else() {
    let sandbox = Sandbox::with_series("3.14");
    let secret = sandbox.file("secret", b"a secret");
    let digest = molt_sync::base::Sha256::of(b"a secret").to_string();
    for is_folder in [false, true] {
        drop(std::fs::remove_dir_all(sandbox.ws("m")));
        let name = "Python-3.14.99.tgz";
        if is_folder {
            sandbox.file(&format!("outside/{name}"), b"a secret");
            std::fs::create_dir(sandbox.ws("m")).unwrap();
            std::os::unix::fs::symlink(sandbox.root().join("outside"), sandbox.ws("m/3.14.99")).unwrap();
        } else {
            std::fs::create_dir_all(sandbox.ws("m/3.14.99")).unwrap();
            std::os::unix::fs::symlink(&secret, sandbox.ws(&format!("m/3.14.99/{name}"))).unwrap();
        }
        sandbox.write("molt-sync.toml", "mirror = \"m\"\n");
        sandbox.trust("3.14.99", name, b"another file");
        for arguments in [&["refresh", "3.14.99", "--dry-run"][..], &["verify", "3.14.99"], &["audit-upstream"]] {
            let ended = sandbox.sync(arguments);
            assert!(ended.code != 0 && !(ended.out + &ended.err).contains(&digest), "{arguments:?}");
        }
        // who names a folder knows what it is
        let ended = sandbox.sync(&["verify", "3.14.99", "--mirror", "m"]);
        assert!(ended.code == 4 && ended.err.contains(&digest), "{}", ended.err);
    }
}

#[test]
fn what_is_gits_own_is_neither_read_nor_written() {
    let box_ = workspace();
    let settings = box_.read(SETTINGS);
    box_.write(".git/config", format!("[http]\nextraheader = {SECRET}\n"));
    box_.write(".molt-sync/kept", SECRET);
    box_.write("sub/.git/config", SECRET);
    symlink("../.git", box_.ws("docs/own")).unwrap();
    for path in [".git/config", ".GIT/config", "docs/own/config", "sub/.git/config", ".molt-sync/kept"] {
        for more in [
            format!("[docs.facts.own]\nsource = \"toml:{path}#/http/extraheader\"\n"),
            format!("[docs.files.\"docs/OWN.md\"]\ntemplate = \"{path}\"\n"),
            format!("[docs.blocks.own]\ntemplate = \"{path}\"\n"),
            format!("[paths]\nmanifest = \"{path}\"\n"),
            format!("[paths]\ncore-lane = \"{path}\"\n"),
        ] {
            box_.write(SETTINGS, format!("{settings}{more}"));
            let code = says_nothing(&box_, &["docs", "check", "--format", "json"], &more);
            assert!(code != 0 || more.starts_with("[paths]"), "{more}");
            says_nothing(&box_, &["gates"], &more);
        }
    }
    box_.write("docs/made.j2", "../elsewhere\n");
    for path in
        [".git/commondir", ".git/hooks/pre-commit", "docs/own/index.lock", "sub/.GIT/x", ".molt-sync/txn/journal"]
    {
        box_.write(SETTINGS, format!("{settings}[docs.files.\"{path}\"]\ntemplate = \"docs/made.j2\"\n"));
        let ended = box_.sync(&["docs", "sync"]);
        assert_ne!(ended.code, 0, "{path}: {}", ended.out);
        assert!(!box_.ws(path).exists(), "{path}");
    }
}

/// Every option and argument that names a file whose text is shown or judged.
const NAMED: [&[&str]; 12] = [
    &["differential", "report", "FILE"],
    &["differential", "compare", "FILE", "../good.json"],
    &["differential", "compare", "../good.json", "FILE"],
    &["differential", "merge", "FILE"],
    &["accept", "json", "--report", "FILE"],
    &["accept", "json", "--report", "wasm=FILE"],
    &["scoreboard", "record", "--dry-run", "--report", "FILE"],
    &["gates", "--compare", "FILE"],
    &["apply", "FILE"],
    &["baseline", "diff", "FILE", "3.14"],
    &["--config", "FILE", "gates"],
    &["--config", "FILE", "config", "show", "--origin"],
];

const GOOD: &[u8] =
    b"{\"schema\": 1, \"results\": [{\"test\": \"t/a.py\", \"lane\": \"native\", \"status\": \"pass\"}]}";

fn named(command: &[&str], file: &str) -> Vec<String> {
    command.iter().map(|it| it.replace("FILE", file)).collect()
}

#[test]
fn what_the_command_line_names_in_a_workspace_is_a_regular_file_of_it() {
    let box_ = workspace();
    box_.file("good.json", GOOD);
    let secret = box_.file("secret.json", format!("{SECRET} = \"{SECRET}\"\n").as_bytes());
    fs::create_dir(box_.ws("sub")).unwrap();
    symlink(&secret, box_.ws("out.json")).unwrap();
    symlink("..", box_.ws("sub/up")).unwrap();
    symlink("../..", box_.ws("sub/away")).unwrap();
    symlink("/proc/self/environ", box_.ws("environ.json")).unwrap();
    symlink("/dev/zero", box_.ws("zero.json")).unwrap();
    symlink("/dev/stdin", box_.ws("stdin.json")).unwrap();
    for pipe in [box_.ws("pipe.json"), box_.root().join("pipe.json")] {
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let begun = Instant::now();
    let full = box_.ws("out.json").to_string_lossy().into_owned();
    for file in [
        "out.json",
        "./sub/../out.json",
        "sub/up/out.json",
        "sub/away/secret.json",
        &full,
        "environ.json",
        "zero.json",
        "stdin.json",
        "pipe.json",
        "../pipe.json",
    ] {
        for command in NAMED {
            let arguments = named(command, file);
            let ended = box_.sync(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            let about = format!("{arguments:?}: {}{}", ended.out, ended.err);
            assert!(matches!(ended.code, 2 | 5) && !about.contains(SECRET), "{about}");
            assert!(ended.err.contains("leads out") || ended.err.contains("regular file"), "{about}");
        }
    }
    assert!(begun.elapsed() < Duration::from_mins(15), "{:?}", begun.elapsed());
}

#[test]
fn what_the_caller_has_opened_is_read() {
    let box_ = workspace();
    let file = box_.file("good.json", GOOD);
    let program = program().display().to_string();
    for script in [
        "\"$0\" differential report <(cat \"$1\")",
        "cat \"$1\" | \"$0\" differential report /dev/stdin",
        "\"$0\" differential report /dev/fd/3 3< \"$1\"",
        "\"$0\" differential report \"$1\"",
    ] {
        let ended =
            Command::new("bash").args(["-c", script, &program, &file]).current_dir(box_.ws("")).output().unwrap();
        let told = String::from_utf8_lossy(&ended.stdout);
        assert!(told.contains("1 of 1 compared pass"), "{script}: {told}{}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn what_the_command_line_has_written_stays_where_it_is_named() {
    let box_ = workspace();
    fs::create_dir(box_.root().join("away")).unwrap();
    fs::create_dir(box_.root().join("mirror")).unwrap();
    for (name, target) in [("gits", ".git"), ("away", "../away"), ("beat", ".git/config")] {
        symlink(target, box_.ws(name)).unwrap();
    }
    let git = Command::new("git").args(["init", "-q"]).current_dir(box_.ws("")).status().unwrap();
    assert!(git.success());
    let config = box_.read(".git/config");
    let full = box_.ws("gits/hooks/x").to_string_lossy().into_owned();
    for place in ["gits/hooks/x", "away/x", &full] {
        for command in [
            &["watch", "--mirror", "../mirror", "--heartbeat", place][..],
            &["watch", "--mirror", "../mirror", "--state", place],
            &["man", "--dir", place],
        ] {
            let ended = box_.sync(command);
            let about = format!("{command:?}: {}{}", ended.out, ended.err);
            assert!(ended.code != 0 && ended.err.contains("leads out of the workspace"), "{about}");
        }
    }
    // what is written beside a file that is named stays there too
    for (at, target) in ["../away/new", "other", ".git/new"].iter().enumerate() {
        let state = format!("state{at}.json");
        symlink(target, box_.ws(&format!("state{at}.lock"))).unwrap();
        let ended = box_.sync(&["watch", "--mirror", "../mirror", "--state", &state]);
        assert!(ended.code != 0 && ended.err.contains("state") && !box_.ws(&state).exists(), "{target}: {}", ended.err);
        assert!(!box_.ws("other").exists() && !box_.ws(".git/new").exists(), "{target}");
    }
    // a link in the file's own place gives way to the file
    box_.sync(&["watch", "--mirror", "../mirror", "--heartbeat", "beat"]);
    assert_eq!(box_.read(".git/config"), config);
    assert_eq!(fs::read_dir(box_.root().join("away")).unwrap().count(), 0);
    assert!(!box_.ws(".git/hooks/x").exists());
}
