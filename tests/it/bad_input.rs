//! Bad input: one clear sentence, a hint, the right exit code, and not one byte of the workspace changed.

use std::fs;

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox, release::gzip};

fn next() -> Release {
    Release::based_on("3.14", "3.14.99").with("json.newer", ModuleKind::Module)
}

/// A workspace with a mirror that has 3.14.99, whatever its bytes are, and its digest in the lock.
fn with_mirror(bytes: &[u8]) -> Sandbox {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.14.99", "tgz", bytes);
    box_
}

const REFRESH: [&str; 4] = ["refresh", "3.14.99", "--mirror", "../mirror"];

#[test]
fn unknown_versions() {
    let box_ = with_mirror(&next().tgz());
    for (version, hint) in [
        ("3.15rc1", "write 3.15.0rc1"),
        ("2.7", "3.14.10"),
        ("v3.14", "write 3.14"),
        ("next", "latest"),
        ("", "latest"),
    ] {
        box_.refuses(&["refresh", version, "--mirror", "../mirror"], 2, &["is not a CPython version", hint]);
    }
    box_.refuses(&["refresh", "3.99", "--mirror", "../mirror"], 2, &["has no release of 3.99"]);
    box_.refuses(&["refresh", "3.13.5", "--mirror", "../mirror"], 2, &["has no source archive of CPython 3.13.5"]);
    box_.refuses(&["refresh", "3.14", "--mirror", "../nowhere"], 2, &["cannot read ../nowhere"]);
    box_.refuses(&["refresh", "3.14", "--mirror", "ftp://x"], 2, &["only http and https"]);
    box_.refuses(&["refresh", "3.14.98", "--offline"], 2, &["is in the cache, and this run is offline"]);
    let words = "no release that can be used is in the cache, and this run is offline";
    box_.refuses(&["refresh", "latest", "--offline"], 2, &[words]);
    box_.refuses(&["refresh", "3.14", "--source", "nowhere.tgz"], 2, &["cannot read nowhere.tgz"]);
}

#[test]
fn a_release_without_a_reviewed_digest() {
    let box_ = Sandbox::with_series("3.14");
    box_.file("mirror/3.14.99/Python-3.14.99.tgz", &next().tgz());
    box_.refuses(
        &REFRESH,
        4,
        &["has no reviewed digest", "the newest release of 3.14 with a reviewed digest is 3.14.6", "trust add 3.14.99"],
    );
}

#[test]
fn what_is_there_is_told_apart_from_what_is_known() {
    let box_ = Sandbox::with_series("3.14");
    let release = next();
    box_.file("mirror/3.14.99/Python-3.14.99.tar.xz", b"packed");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &release.tgz());
    for asked in ["3.14.99", "3.14"] {
        let args = ["refresh", asked, "--mirror", "../mirror"];
        let words = "there is a reviewed digest of Python-3.14.99.tgz; it is not at ../mirror";
        box_.refuses(&args, 4, &["Python-3.14.99.tar.xz of CPython 3.14.99 has no reviewed digest", words]);
        assert!(!box_.sync(&args).err.contains("the newest release"), "{}", box_.sync(&args).err);
    }
    // archives that lie side by side are no mirror
    box_.file("flat/Python-3.14.99.tgz", &release.tgz());
    for asked in ["3.14.99", "3.14", "latest"] {
        let words = ["lie side by side", "3.14.99/Python-3.14.99.tgz", "--source ../flat/Python-3.14.99.tgz"];
        box_.refuses(&["refresh", asked, "--mirror", "../flat"], 2, &words);
    }
}

#[test]
fn a_wrong_digest() {
    let box_ = with_mirror(&next().tgz());
    box_.file("mirror/3.14.99/Python-3.14.99.tgz", &Release::based_on("3.14", "3.14.99").tgz());
    box_.refuses(&REFRESH, 4, &["Python-3.14.99.tgz has digest", "and should have"]);
    let contradiction =
        ["trust", "add", "3.13.5", "--artifact", "Python-3.13.5.tgz", "--sha256", &"0".repeat(64), "--by", "me"];
    box_.refuses(&contradiction, 4, &["disagree", "pinned"]);
    box_.refuses(
        &["trust", "add", "3.13.5", "--artifact", "x", "--sha256", "12", "--by", "me"],
        2,
        &["is not a SHA-256 digest"],
    );
}

#[test]
fn archives_that_are_none() {
    let good = next().tgz();
    let mut crc = good.clone();
    let at = crc.len() - 6;
    crc[at] ^= 1;
    let evil = {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "Python-3.14.99/Lib/evil.py", "/etc/passwd").unwrap();
        gzip(&tar.into_inner().unwrap())
    };
    for (what, bytes, code, word) in [
        ("truncated", &good[..good.len() / 2], 4, "its data is damaged"),
        ("flipped", &crc[..], 4, "its checksum is wrong"),
        ("trailing", &[&good[..], b"x"].concat(), 4, "after its end"),
        ("not an archive", b"<html>not found</html>", 2, "it is not a .tgz, .tar.xz or .zip archive"),
        ("empty", b"", 2, "it is not a .tgz"),
        ("another version", &Release::based_on("3.14", "3.14.98").tgz(), 4, "it holds release 3.14.98, not 3.14.99"),
        ("hostile", &evil, 4, "is a symbolic link where files are read"),
    ] {
        let box_ = with_mirror(bytes);
        box_.refuses(&REFRESH, code, &["cannot use Python-3.14.99.tgz: ", word]);
        assert!(!box_.root().join("evil").exists(), "{what}");
    }
}

#[test]
fn a_release_without_its_headers() {
    let repack = |drop: &str, change: &dyn Fn(&str, Vec<u8>) -> Vec<u8>| {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in next().files().into_iter().filter(|(path, _)| path != drop) {
            let bytes = change(&path, bytes);
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_entry_type(tar::EntryType::Regular);
            tar.append_data(&mut header, format!("Python-3.14.99/{path}"), &bytes[..]).unwrap();
        }
        gzip(&tar.into_inner().unwrap())
    };
    let same = |_: &str, bytes: Vec<u8>| bytes;
    with_mirror(&repack("Python/stdlib_module_names.h", &same)).refuses(
        &REFRESH,
        2,
        &["it has no Python/stdlib_module_names.h"],
    );
    with_mirror(&repack("Include/patchlevel.h", &same)).refuses(&REFRESH, 2, &["it has no Include/patchlevel.h"]);
    let damaged =
        |path: &str, bytes: Vec<u8>| if path.ends_with("names.h") { bytes[..bytes.len() / 2].to_vec() } else { bytes };
    with_mirror(&repack("", &damaged)).refuses(&REFRESH, 4, &["its Python/stdlib_module_names.h is not as expected"]);
}

#[test]
fn an_archive_larger_than_the_limits() {
    let box_ = Sandbox::with_series("3.14");
    let path = box_.file("huge.tgz", b"");
    fs::File::options().write(true).open(&path).unwrap().set_len(97 << 20).unwrap();
    box_.refuses(
        &["refresh", "3.14.99", "--source", &path],
        4,
        &["101711872 bytes", "more than 100663296 are not read"],
    );
}

#[test]
fn a_folder_that_is_no_workspace() {
    let box_ = Sandbox::empty();
    fs::create_dir(box_.root().join("ws")).unwrap();
    box_.refuses(&["refresh", "3.14"], 2, &["is not a molt-sync workspace", "molt-sync init DIR"]);
    box_.refuses(&["-C", "../nowhere", "refresh", "3.14"], 2, &["is not a folder"]);
    box_.refuses(&["-C", ".", "refresh", "3.14"], 2, &["is not a molt-sync workspace"]);
    box_.refuses(&["-C", ".", "baseline", "show"], 2, &["is not a molt-sync workspace"]);
}

#[test]
fn files_of_the_workspace_that_are_damaged() {
    for (path, text, words) in [
        (
            "molt-sync.toml",
            "[paths]\nstdlb = \"x\"\n",
            &["molt-sync.toml: line 2, column 1: unknown field `stdlb`"][..],
        ),
        ("molt-sync.toml", "[paths\n", &["molt-sync.toml: line 1"]),
        ("molt-sync.toml", "[paths]\nstdlib = \"../up\"\n", &["line 2, column 10", "not a clean relative path"]),
        (
            "tools/stdlib_module_union.py",
            "x = (\n",
            &["cannot read tools/stdlib_module_union.py: it does not parse: line"],
        ),
        ("tools/stdlib_module_union.py", "x = 1\n", &["has no tuple BASELINE_PYTHON_VERSIONS"]),
        ("tools/stdlib_module_union.py", "import os\n", &["line 1: it does more than state constants"]),
        ("baselines/3.14.json", "{\n  \"schema\": 1,", &["baselines/3.14.json: line 2"]),
        ("baselines/releases.lock.toml", "[[release]]\nversion = \"x\"\n", &["releases.lock.toml: line 2, column 11"]),
        ("tools/stdlib_intrinsics_ratchet.json", "{\"max_intrinsic_partial\": 1.5}", &["no whole number"]),
        ("tools/stdlib_full_coverage_manifest.py", "STDLIB_FULLY_COVERED_MODULES = [", &["does not parse"]),
        (
            "tools/stdlib_full_coverage_manifest.py",
            "X = 1\n",
            &["no tuple of plain literals STDLIB_FULLY_COVERED_MODULES"],
        ),
    ] {
        let box_ = with_mirror(&next().tgz());
        box_.write(path, text);
        box_.refuses(&REFRESH, 2, words);
    }
}

#[test]
fn a_module_that_cannot_be_judged_is_reported_and_the_rest_goes_on() {
    let box_ = with_mirror(&next().tgz());
    box_.write("src/molt/stdlib/heapq.py", "def (\n");
    box_.write("src/molt/stdlib/bisect.py", b"\xff\xfe");
    box_.refuses(&REFRESH, 3, &["intrinsic-partial modules and 2 that cannot be read would be 1 over the budget"]);
    let run = [&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat();
    let json = box_.sync(&[&run[..], &["--dry-run", "--format", "json"]].concat()).succeeds();
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let (growth, partial) = (&report["growth"], &report["statuses"]["intrinsic-partial"]);
    assert_eq!((&growth["partial_before"], &growth["partial_after"]), (&partial[0], &partial[1]));
    assert_eq!(growth["unreadable"], 2);
    // a count of modules of which one has no state is written nowhere
    let documents = ["docs/spec/STATUS.md", "ROADMAP.md", "docs/OPERATIONS.md"].map(|it| (it, box_.read(it)));
    box_.sync(&run)
        .succeeds()
        .says(" (2 cannot be read), budget ")
        .says("the documents stay as they are: src/molt/stdlib/bisect.py cannot be judged")
        .says("as is so with 1 more module")
        .says("the reason `more` is vague, and `molt-sync scoreboard check` takes no such exception")
        .says("src/molt/stdlib/heapq.py cannot be judged: line 1")
        .says("src/molt/stdlib/bisect.py cannot be judged: line 1, column 1: byte 0xff is not UTF-8");
    assert_eq!(fs::read(box_.ws("src/molt/stdlib/bisect.py")).unwrap(), b"\xff\xfe");
    for (path, text) in documents {
        assert_eq!(box_.read(path), text, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn targets_behind_links_and_read_only_files() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sign = [&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat();
    let box_ = with_mirror(&next().tgz());
    fs::rename(box_.ws("baselines"), box_.root().join("elsewhere")).unwrap();
    symlink(box_.root().join("elsewhere"), box_.ws("baselines")).unwrap();
    // a plain snapshot does not follow links, so the folder behind it is compared by hand
    let outside = fs::read(box_.root().join("elsewhere/3.14.json")).unwrap();
    let ended = box_.sync(&sign);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("a symbolic link on the way leads out of the workspace"), "{}", ended.err);
    assert_eq!(fs::read(box_.root().join("elsewhere/3.14.json")).unwrap(), outside);

    let box_ = with_mirror(&next().tgz());
    let union = box_.ws("tools/stdlib_module_union.py");
    fs::set_permissions(&union, fs::Permissions::from_mode(0o444)).unwrap();
    box_.refuses(&sign, 5, &["cannot write tools/stdlib_module_union.py", "the file is read-only"]);
}

#[cfg(unix)]
#[test]
fn a_read_only_workspace() {
    use std::os::unix::fs::PermissionsExt as _;
    let box_ = with_mirror(&next().tgz());
    let folder = box_.ws("src/molt/stdlib/json");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        fs::remove_file(folder.join("probe")).unwrap();
        eprintln!("skipped: this user may write into read-only folders");
        return;
    }
    box_.refuses(
        &[&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat(),
        5,
        &["cannot write src/molt/stdlib/json/newer.py"],
    );
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_report_or_patch_that_cannot_be_written() {
    let box_ = with_mirror(&next().tgz());
    let signed = [&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat();
    let with = |more: &[&'static str]| [&signed[..], more].concat();
    box_.refuses(&with(&["--report", "../nowhere/r.md"]), 2, &["cannot write ../nowhere/r.md"]);
    box_.refuses(&with(&["--patch", "../nowhere/p"]), 2, &["cannot write ../nowhere/p"]);
    for target in ["ROADMAP.md", "src/molt/stdlib/json/__init__.py", "molt-sync.toml"] {
        let before = box_.read(target);
        let ended = box_.sync(&[&signed[..], &["--patch", target]].concat());
        assert!(ended.code == 2 && box_.read(target) == before, "{target}: {}", ended.err);
    }
    box_.refuses(&with(&["--report", "docs/spec/STATUS.md"]), 2, &["the run itself changes that file"]);
    box_.refuses(&with(&["--report", "src/molt/stdlib/json/newer.py"]), 2, &["the run itself changes that file"]);
    box_.refuses(&with(&["--report", "molt-sync.toml"]), 2, &["another file is there already"]);
    box_.refuses(&with(&["--patch", "-"]), 2, &["--dry-run prints the patch"]);
    // what is no file of its own, and what never ends
    std::os::unix::fs::symlink("/dev/zero", box_.ws("pr.md")).unwrap();
    std::os::unix::fs::symlink("notes.md", box_.ws("link.md")).unwrap();
    let pipe = box_.ws("pipe.md");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for name in ["pr.md", "link.md", "pipe.md"] {
        for option in ["--report", "--patch"] {
            box_.refuses(&with(&[option, name]), 2, &["another file is there already"]);
        }
    }
    box_.sync(&with(&["--patch", "../a.patch"])).succeeds();
    box_.sync(&with(&["--patch", "../a.patch", "--report", "../a.md"])).succeeds();
}

#[test]
#[cfg(unix)]
fn a_link_of_the_tree_does_not_choose_where_a_report_is_written() {
    let box_ = with_mirror(&next().tgz());
    let with = |more: &[&str]| box_.sync(&[&REFRESH[..], &["--sign-off", "me", "--reason", "more"], more].concat());
    for folder in ["outside/in", "ws/real", "ws/.molt-sync/x"] {
        fs::create_dir_all(box_.root().join(folder)).unwrap();
    }
    let full = box_.root().join("outside/full").to_str().unwrap().to_owned();
    for (link, target, path, is_refused) in [
        ("docs/o", "../../outside", "docs/o/a", true),
        ("o", "../outside", "o/in/a", true),
        ("o", "../outside/in", "docs/../o/../a", true),
        ("o", ".molt-sync/x", "o/a", true),
        ("o", "real", "o/a", false),
        ("o", "../outside", "../outside/a", false),
        ("o", "../outside", &full, false),
    ] {
        std::os::unix::fs::symlink(target, box_.ws(link)).unwrap();
        for option in ["--patch", "--report", "--plan"] {
            let ended = with(&[option, path, "--dry-run"][..if option == "--report" { 3 } else { 2 }]);
            let says = ended.err.contains("a link on the way leads out of the workspace");
            assert_eq!((ended.code, says), (if is_refused { 2 } else { 0 }, is_refused), "{path}: {}", ended.err);
            for it in ["outside/a", "outside/full", "outside/in/a", "ws/real/a", "ws/.molt-sync/x/a"] {
                assert!(fs::remove_file(box_.root().join(it)).is_err() || !is_refused, "{path}: {it}");
            }
        }
        fs::remove_file(box_.ws(link)).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_link_of_the_tree_does_not_choose_where_anything_else_is_written() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("t/a.py", "print(1)\n");
    fs::create_dir(box_.root().join("outside")).unwrap();
    std::os::unix::fs::symlink("../outside", box_.ws("o")).unwrap();
    let offline = ["--offline", "--mirror", "../mirror"];
    fs::create_dir(box_.root().join("mirror")).unwrap();
    for args in [
        &["init", "o"][..],
        &["init", "o/in"],
        &["watch", "--state", "o/state.json"],
        &["differential", "run", "t", "--lane", "cpython", "--report", "o/a"],
        &["differential", "run", "t", "--lane", "cpython", "--junit", "o/a"],
        &["differential", "run", "t", "--lane", "cpython", "--ledger", "o/a"],
        &["differential", "run", "t", "--lane", "cpython", "--work", "o"],
        &["differential", "vet", "t", "--lane", "cpython", "--work", "o/in"],
    ] {
        let ended = box_.sync(&[&offline[..], args].concat());
        let says = ended.err.contains("a link on the way leads out of the workspace");
        assert_eq!((ended.code, says), (2, true), "{args:?}: {}", ended.err);
    }
    assert_eq!(fs::read_dir(box_.root().join("outside")).unwrap().count(), 0);
}

#[test]
fn growth_without_a_ratchet_and_templates_that_molt_would_refuse() {
    let box_ = with_mirror(&next().tgz());
    let signed = [&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat();
    box_.write("tools/molt-sync/stubs/stub.py.j2", "print(\"hello\")\n");
    box_.refuses(&signed, 2, &["cannot read tools/molt-sync/stubs/stub.py.j2: ", "loads no intrinsic"]);
    fs::remove_file(box_.ws("tools/molt-sync/stubs/stub.py.j2")).unwrap();
    fs::remove_file(box_.ws("tools/stdlib_intrinsics_ratchet.json")).unwrap();
    box_.refuses(&signed, 2, &["there is no ratchet at tools/stdlib_intrinsics_ratchet.json to judge 1 new module by"]);
}

#[test]
fn a_digest_for_an_artifact_that_cannot_be() {
    let box_ = Sandbox::with_series("3.14");
    let digest = "0".repeat(64);
    for artifact in ["../../x", "Python-3.14.0.tgz", "Python-3.15.0.tar.gz", "a/b.zip", ""] {
        let args = ["trust", "add", "3.15.0", "--artifact", artifact, "--sha256", &digest, "--by", "me"];
        box_.refuses(&args, 2, &["is not an artifact of CPython 3.15.0"]);
    }
}

#[test]
fn a_verified_record_is_not_replaced_by_a_weaker_one() {
    let box_ = Sandbox::with_series("3.13");
    let mut other = crate::support::recorded("3.13", "3.13.5");
    other.facts.modules.remove("json.tool");
    box_.write("baselines/3.13.json", other.render());
    box_.refuses(&["refresh", "3.13", "--source", "bundled"], 3, &["is recorded from the verified release 3.13.5"]);
}

#[test]
fn errors_are_a_json_document_too() {
    let box_ = Sandbox::with_series("3.14");
    let ended = box_.sync(&["refresh", "3.99", "--mirror", "../ws", "--format", "json"]);
    let error: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, error["schema"].as_u64(), error["error"]["exit"].as_u64()), (2, Some(1), Some(2)));
    assert!(error["error"]["hint"].is_string() && ended.err.contains("error: "));
    let markdown = box_.sync(&["baseline", "show", "--format", "markdown"]);
    assert!(markdown.code == 2 && markdown.out.is_empty(), "{}", markdown.err);
}

#[test]
fn syntax_as_deep_as_it_gets() {
    let box_ = with_mirror(&next().tgz());
    let signed = [&REFRESH[..], &["--sign-off", "me", "--reason", "more"]].concat();
    let deep = |open: &str, close: &str| format!("x = {}1{}\n", open.repeat(20_000), close.repeat(20_000));
    for (path, text) in [
        ("zipapp", deep("1+", "")),
        ("colorsys", deep("(", ")")),
        ("copy", deep("not ", "")),
        ("tomllib", deep("[", "]")),
        ("antigravity", deep("-", "")),
        ("typing", format!("x = a{}\n", ".b".repeat(10_000))),
        ("this", "if x:\n".to_owned() + &(1..3000).map(|n| format!("{}if x:\n", " ".repeat(n))).collect::<String>()),
        ("wave", "x = 1\n".repeat(500_000)),
    ] {
        box_.write(&format!("src/molt/stdlib/{path}.py"), text);
    }
    box_.sync(&signed)
        .succeeds()
        .says("src/molt/stdlib/zipapp.py cannot be judged: line 1, column 1: it is nested more than 32768 levels deep")
        .says("zero-non-intrinsic: `wave` is python-only (src/molt/stdlib/wave.py)")
        .says("zero-non-intrinsic: `tomllib` is python-only");
}
