//! What is said of an archive that nothing vouches for, and of one that something does.

use std::fs;

use molt_sync::base::Sha256;

use crate::support::{Release, Sandbox, archives::zeros, run::Ended};

const REAL: &str = "a bundle";

fn workspace() -> (Sandbox, Release) {
    (Sandbox::with_series("3.14"), Release::based_on("3.14", "3.14.91"))
}

#[track_caller]
fn refused(ended: &Ended, code: i32, words: &[&str], others: &[&str]) {
    assert_eq!(ended.code, code, "{}\n{}", ended.out, ended.err);
    for it in words {
        assert!(ended.err.contains(it), "`{it}` is not in: {}", ended.err);
    }
    for it in others {
        assert!(!ended.err.contains(it), "`{it}` is in: {}", ended.err);
    }
}

#[test]
fn a_file_of_another_name_is_reviewed_under_its_published_one() {
    let (box_, release) = workspace();
    for (name, bytes, published) in [
        ("download", release.tgz(), "Python-3.14.91.tgz"),
        ("cpython.tar.xz", release.tar_xz(), "Python-3.14.91.tar.xz"),
        // what it is called says nothing of its form
        ("source.tgz", release.tar_xz(), "Python-3.14.91.tar.xz"),
    ] {
        let file = box_.file(&format!("files/{name}"), &bytes);
        let sought = format!("no signature: there is no {name}.sigstore beside it");
        let hint = format!("molt-sync trust add 3.14.91 --artifact {published} --sha256 HEX --by NAME");
        for args in [["refresh", "3.14.91", "--source", &file], ["verify", &file, "--as", "3.14.91"]] {
            refused(&box_.sync(&args), 4, &[&sought, &hint], &[]);
        }
        refused(&box_.sync(&["verify", &file]), 4, &["nothing says which release it is", "--as VERSION"], &[]);
        // the hint works as it is given
        let digest = Sha256::of(&bytes).to_string();
        let words = hint.replace("HEX", &digest).replace("NAME", "me");
        box_.sync(&words.split(' ').skip(1).collect::<Vec<_>>()).succeeds();
        box_.sync(&["verify", &file]).succeeds().says("(reviewed by me)");
        box_.remove("baselines/releases.lock.toml");
    }
}

#[test]
fn a_bundle_that_is_there_is_not_said_to_be_missing() {
    let (box_, release) = workspace();
    let file = box_.file("files/download", &release.tgz());
    box_.file("files/download.sigstore", REAL.as_bytes());
    let not_missing = ["there is no"];
    refused(&box_.sync(&["verify", &file]), 4, &["its signature cannot be checked", "--as VERSION"], &not_missing);
    let damaged = ["the signature of Python-3.14.91.tgz is not believed", "the bundle is damaged"];
    refused(&box_.sync(&["verify", &file, "--as", "3.14.91"]), 4, &damaged, &not_missing);
    refused(&box_.sync(&["refresh", "3.14.91", "--source", &file]), 4, &damaged, &not_missing);
}

#[test]
fn what_is_no_release_is_called_that() {
    let (box_, release) = workspace();
    for (name, bytes, words) in [
        ("notes.txt", &b"hello"[..], "it is not a .tgz, .tar.xz or .zip archive"),
        ("Python-3.14.91.tgz", b"<html>log in</html>", "it is not a .tgz, .tar.xz or .zip archive"),
        ("Python-3.14.91.tar.xz", b"", "it is empty"),
        ("Python-3.14.91.tgz.sigstore", b"{}", "it is a signature bundle"),
    ] {
        let file = box_.file(&format!("files/{name}"), bytes);
        box_.refuses(&["verify", &file], 2, &[&format!("{name} is not a release of CPython"), words]);
        box_.refuses(&["refresh", "3.14.91", "--source", &file], 2, &[words]);
    }
    for (what, words) in [
        ("3.14", "is not an exact release"),
        ("latest", "is not an exact release"),
        ("nothing.tgz", "there is no such file"),
        ("Python-3.14.91.tgz", "molt-sync verify 3.14.91"),
        ("", "cannot verify what has no name"),
    ] {
        box_.refuses(&["verify", what], 2, &[words]);
    }
    // a file of that name is not what a version means
    for name in ["3.14", "latest", "3.14.91"] {
        box_.write(name, b"hello");
    }
    for what in ["3.14", "latest"] {
        box_.refuses(&["verify", what], 2, &["is not an exact release"]);
    }
    let ended = box_.sync(&["verify", "3.14.91", "--mirror", "../nothing"]);
    assert!(ended.code != 0 && !ended.err.contains("not a release of CPython"), "{}", ended.err);
    box_.refuses(&["verify", "./3.14.91"], 2, &["3.14.91 is not a release of CPython"]);
    for name in ["3.14", "latest", "3.14.91"] {
        box_.remove(name);
    }
    // where its bytes could be a release, somebody has to vouch for them first
    let file = box_.file("files/zeros.tgz", &crate::support::release::gzip(&zeros(1)));
    box_.refuses(&["verify", &file, "--as", "3.14.91"], 4, &["has no reviewed digest"]);
    drop(release);
}

#[test]
fn a_run_says_what_it_checked_and_what_the_lock_says_apart() {
    let (box_, release) = workspace();
    let bytes = release.tgz();
    let file = box_.file("files/Python-3.14.91.tgz", &bytes);
    box_.trust("3.14.91", "Python-3.14.91.tgz", &bytes);
    let said = box_.sync(&["verify", &file]).succeeds();
    let expected = format!(
        "Python-3.14.91.tgz is CPython 3.14.91\n  sha256     {}, {} bytes\n  agree      sha256, lock\n  this run   the digest agrees with the reviewed entry of the lock (reviewed by A. Tester)\n  not found  a signature: there is no Python-3.14.91.tgz.sigstore beside it\n  lock says  reviewed by A. Tester (not checked by this run)\n",
        Sha256::of(&bytes),
        bytes.len()
    );
    assert_eq!(said.out, expected);
    let said = box_.sync(&["--format", "json", "verify", &file]).succeeds();
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["verified_by"], "lock");
    assert_eq!(value["found"], "the digest agrees with the reviewed entry of the lock (reviewed by A. Tester)");
    assert_eq!(value["unsigned"], "a signature: there is no Python-3.14.91.tgz.sigstore beside it");
    // words of the lock are no words of this run
    for word in ["sigstore", "pinned", "reviewed-signer", "reconstructed"] {
        let lock = box_.read("baselines/releases.lock.toml");
        let other = lock.replace("verified_by = \"reviewed\"", &format!("verified_by = \"{word}\""));
        box_.write("baselines/releases.lock.toml", other);
        let said = box_.sync(&["verify", &file]).succeeds();
        let line = said.out.lines().find(|it| it.starts_with("  this run")).unwrap();
        assert_eq!(
            line,
            "  this run   the digest agrees with the entry of the lock, and nothing else was there to check"
        );
        assert!(said.out.contains(&format!("lock says  {word}")), "{}", said.out);
        box_.write("baselines/releases.lock.toml", lock);
    }
}

#[test]
fn a_reviewed_entry_records_what_a_signed_one_does() {
    let (box_, release) = workspace();
    let bytes = release.tgz();
    box_.publish("3.14.91", "tgz", &bytes);
    let before = box_.read("baselines/releases.lock.toml");
    box_.sync(&["refresh", "3.14.91", "--mirror", "../mirror"])
        .succeeds()
        .says("looked for and not found: a signature");
    let lock = box_.read("baselines/releases.lock.toml");
    let entry = &before[before.find("[[release]]").unwrap()..];
    let entry = entry.split("\n\n").next().unwrap().trim_end();
    assert!(lock.contains(entry), "what a person wrote stays: {lock}");
    for line in [&format!("size = {}\n", bytes.len()), "names_sha256 = \"", "checked = [\"sha256\", \"lock\"]\n"] {
        assert!(lock.contains(line), "`{line}` is not in: {lock}");
    }
    box_.sync(&["refresh", "3.14.91", "--mirror", "../mirror"]).succeeds().says("no byte was changed");
    assert_eq!(box_.read("baselines/releases.lock.toml"), lock);
    // a tree is reviewed too
    let box_ = Sandbox::with_series("3.14");
    let files = release.files();
    for (path, bytes) in &files {
        box_.file(&format!("tree/{path}"), bytes);
    }
    let refused = box_.sync(&["refresh", "3.14.91", "--source", "../tree"]);
    let digest = refused.err.split("has the digest ").nth(1).unwrap().split(',').next().unwrap();
    box_.sync(&["trust", "add", "3.14.91", "--artifact", "source-tree", "--sha256", digest, "--by", "me"]).succeeds();
    box_.sync(&["refresh", "3.14.91", "--source", "../tree"]).succeeds();
    let lock = box_.read("baselines/releases.lock.toml");
    for line in ["size = ", "names_sha256 = \"", "checked = [\"sha256\", \"lock\"]\n"] {
        assert!(lock.contains(line), "`{line}` is not in: {lock}");
    }
    fs::write(box_.root().join("tree/Lib/json/__init__.py"), "x = 1\n").unwrap();
    box_.refuses(
        &["refresh", "3.14.91", "--source", "../tree"],
        4,
        &["source-tree has", "replace the digest in the lock"],
    );
}

#[test]
fn a_digest_that_contradicts_another_does_not_enter_the_lock() {
    let (box_, release) = workspace();
    box_.sync(&["trust", "show"])
        .succeeds()
        .says("nothing is locked: baselines/releases.lock.toml has no entry\n")
        .says("`molt-sync trust add`");
    let add = |version: &str, artifact: &str| {
        let digest = "0".repeat(64);
        box_.sync(&["trust", "add", version, "--artifact", artifact, "--sha256", &digest, "--by", "me"])
    };
    let before = box_.read("baselines/releases.lock.toml");
    let ended = add("3.13.5", "Python-3.13.5.tgz");
    refused(&ended, 4, &["pinned in molt-sync itself", "nothing was added"], &["remove", "out of the lock"]);
    assert_eq!(box_.read("baselines/releases.lock.toml"), before);
    box_.trust("3.14.91", "Python-3.14.91.tgz", &release.tgz());
    let ended = add("3.14.91", "Python-3.14.91.tgz");
    refused(&ended, 4, &["the lock, which says: reviewed by A. Tester", "take that out first"], &[]);
    // one that stands in the lock already is the one to take out
    let name = "Python-3.13.5.tar.xz";
    let entry = format!(
        "[[release]]\nversion = \"3.13.5\"\nartifact = \"{name}\"\nsha256 = \"{}\"\nverified_by = \"reviewed\"\n",
        "0".repeat(64)
    );
    box_.write("baselines/releases.lock.toml", entry);
    box_.file(&format!("mirror/3.13.5/{name}"), b"");
    box_.refuses(&["verify", "3.13.5", "--mirror", "../mirror"], 4, &["disagree", "correct the entry in the lock"]);
}
