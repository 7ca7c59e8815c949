//! The SBOM beside an archive: every file has the digest that it states, or the archive is refused.

use molt_sync::{
    archive::{Limits, scan, scan_stated},
    base::Sha256,
    release::Sbom,
};
use serde_json::{Value, json};

use crate::support::{Release, Sandbox, archives::Tar};

const NAME: &str = "Python-3.14.99.tgz";

fn next() -> Release {
    Release::based_on("3.14", "3.14.99")
}

/// What the release tools would write for an archive: their own package besides others, and every regular file.
fn sbom(name: &str, archive: &[u8]) -> Value {
    let mut files = Vec::new();
    scan(archive, &Limits::default(), |entry| {
        let mut bytes = Vec::new();
        entry.bytes.read_to_end(&mut bytes)?;
        files.push(stated(entry.path, &bytes));
        Ok(())
    })
    .unwrap();
    json!({
        "SPDXID": "SPDXRef-DOCUMENT",
        "spdxVersion": "SPDX-2.3",
        "packages": [
            { "name": "expat", "checksums": [{ "algorithm": "SHA256", "checksumValue": Sha256::of(b"expat") }] },
            package(name, archive),
        ],
        "files": files,
        "relationships": [],
    })
}

fn package(name: &str, archive: &[u8]) -> Value {
    json!({
        "name": "CPython",
        "packageFileName": name,
        "checksums": [{ "algorithm": "SHA256", "checksumValue": Sha256::of(archive) }],
    })
}

fn stated(path: &str, bytes: &[u8]) -> Value {
    let sums = json!([
        { "algorithm": "SHA1", "checksumValue": "0".repeat(40) },
        { "algorithm": "SHA256", "checksumValue": Sha256::of(bytes) },
    ]);
    json!({ "fileName": path, "checksums": sums })
}

/// The line of a file.
fn line<'a>(sbom: &'a mut Value, path: &str) -> &'a mut Value {
    sbom["files"].as_array_mut().unwrap().iter_mut().find(|it| it["fileName"] == path).unwrap()
}

fn damage(sbom: &mut Value, path: &str) {
    line(sbom, path)["checksums"][1]["checksumValue"] = json!(Sha256::of(b"something else"));
}

/// A workspace and an archive outside of a mirror, with its digest locked.
fn with_source(archive: &[u8]) -> (Sandbox, String) {
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", NAME, archive);
    let path = box_.file(NAME, archive);
    (box_, path)
}

#[test]
fn a_refresh_says_that_each_file_was_checked() {
    let archive = next().tgz();
    let sbom = sbom(NAME, &archive).to_string();
    let files = next().files().len();
    let says = format!("sbom: all of {files} files have the digests that {NAME}.spdx.json states");
    let (box_, path) = with_source(&archive);
    box_.file(&format!("{NAME}.spdx.json"), sbom.as_bytes());
    box_.sync(&["refresh", "3.14.99", "--source", &path]).succeeds().says(&says);
    // what is written down is the same with an SBOM and without
    let with = box_.snapshot();
    let (bare, path) = with_source(&archive);
    let ended = bare.sync(&["refresh", "3.14.99", "--source", &path]).succeeds();
    assert!(!ended.out.contains("sbom") && !ended.err.contains("spdx"), "{}\n{}", ended.out, ended.err);
    assert_eq!(with, bare.snapshot());
    // a mirror has it beside the archive
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.14.99", "tgz", &archive);
    box_.file(&format!("mirror/3.14.99/{NAME}.spdx.json"), sbom.as_bytes());
    box_.sync(&["refresh", "3.14.99", "--mirror", "../mirror"]).succeeds().says(&says);
}

#[test]
fn a_file_that_is_not_as_stated_is_refused_by_name() {
    let archive = next().tgz();
    let good = sbom(NAME, &archive);
    let other = Sha256::of(b"something else").to_string();
    let header = Sha256::of(&next().files()["Include/patchlevel.h"]).to_string();
    let (box_, path) = with_source(&archive);
    let refuses = |change: &dyn Fn(&mut Value), words: &[&str]| {
        let mut sbom = good.clone();
        change(&mut sbom);
        box_.file(&format!("{NAME}.spdx.json"), sbom.to_string().as_bytes());
        box_.refuses(&["refresh", "3.14.99", "--source", &path], 4, words);
        let looked = box_.sync(&["baseline", "show", "--source", &path]);
        assert_eq!(looked.code, 4, "{}", looked.err);
    };
    refuses(&|it| damage(it, "Include/patchlevel.h"), &["`Include/patchlevel.h` has digest", &other, &header]);
    refuses(&|it| line(it, "Lib/os.py")["fileName"] = json!("Lib/so.py"), &["`Lib/os.py` is not among those"]);
    refuses(
        &|it| it["files"].as_array_mut().unwrap().push(stated("Lib/zzz.py", b"something else")),
        &["`Lib/zzz.py` is missing", &other],
    );
    refuses(&|it| it["files"].as_array_mut().unwrap().push(stated("Lib/os.py", b"")), &["`Lib/os.py` twice"]);
    refuses(&|it| line(it, "Lib/os.py")["checksums"] = json!([]), &["`Lib/os.py` has no SHA-256"]);
    refuses(&|it| it["packages"][1] = package(NAME, b"another"), &["is about Python-3.14.99.tgz with digest"]);
    refuses(&|it| it["packages"] = json!([]), &["0 packages named CPython"]);
    // the name counts where the digest is believed under one
    let mut sbom = good.clone();
    sbom["packages"][1] = package("Python-3.14.98.tgz", &archive);
    box_.file(&format!("{NAME}.spdx.json"), sbom.to_string().as_bytes());
    box_.refuses(&["refresh", "3.14.99", "--source", &path], 4, &["is about Python-3.14.98.tgz"]);
    box_.file(&format!("{NAME}.spdx.json"), b"<html>not found</html>");
    box_.refuses(
        &["refresh", "3.14.99", "--source", &path],
        4,
        &["cannot use Python-3.14.99.tgz.spdx.json", "not an SPDX"],
    );
    box_.file(&format!("{NAME}.spdx.json"), good.to_string().as_bytes());
    box_.sync(&["refresh", "3.14.99", "--source", &path]).succeeds();
    // facts that are known already do not stand in for a look
    let mut sbom = good;
    damage(&mut sbom, "Lib/os.py");
    box_.file(&format!("{NAME}.spdx.json"), sbom.to_string().as_bytes());
    box_.refuses(&["refresh", "3.14.99", "--source", &path], 4, &["`Lib/os.py` has digest"]);
}

#[test]
fn a_link_may_be_stated_with_the_digest_of_its_target() {
    let archive =
        Tar::base().file("P/Lib/x.py", b"pass").link("P/Misc/x.py", "../Lib/x.py").link("P/Doc/n", "none").gz();
    let outcome = |more: &[(&str, &[u8])]| {
        let mut stated = Sbom::parse(sbom("P.tgz", &archive).to_string().as_bytes()).unwrap().files;
        stated.extend(more.iter().map(|(path, bytes)| ((*path).to_owned(), Sha256::of(bytes))));
        scan_stated(&archive, &Limits::default(), &stated, |_| Ok(())).map(drop).map_err(|it| it.to_string())
    };
    assert_eq!((outcome(&[]), outcome(&[("Misc/x.py", b"pass")])), (Ok(()), Ok(())));
    for (path, bytes) in [("Misc/x.py", &b"other"[..]), ("Doc/n", b"pass"), ("Misc/y.py", b"pass")] {
        let said = outcome(&[(path, bytes)]).unwrap_err();
        assert!(said.contains(&format!("`{path}` is missing")), "{said}");
    }
}

#[test]
fn files_that_nobody_reads_are_checked_too() {
    let archive = Tar::base().file("P/b.bin", &vec![7; 100_000]).file("P/empty", b"").gz();
    let files = Sbom::parse(sbom("P.tgz", &archive).to_string().as_bytes()).unwrap().files;
    let limits = Limits::default();
    let mut seen = Vec::new();
    let summary = scan_stated(&archive, &limits, &files, |entry| {
        // one byte of it, and the rest is hashed all the same
        let _ = entry.bytes.read(&mut [0])?;
        seen.push(entry.path.to_owned());
        Ok(())
    });
    assert_eq!((summary.unwrap().files, seen), (3, vec!["a.py".into(), "b.bin".into(), "empty".into()]));
    for path in files.keys() {
        let mut wrong = files.clone();
        wrong.insert(path.clone(), Sha256::of(b"something else"));
        let said = scan_stated(&archive, &limits, &wrong, |_| Ok(())).unwrap_err().to_string();
        assert!(said.contains(&format!("file `{path}` has digest {}", files[path])), "{said}");
        wrong.remove(path);
        let said = scan_stated(&archive, &limits, &wrong, |_| Ok(())).unwrap_err().to_string();
        assert!(said.contains(&format!("file `{path}` is not among those")), "{said}");
    }
    let mut more = files.clone();
    more.insert("zzz".into(), Sha256::of(b"something else"));
    let said = scan_stated(&archive, &limits, &more, |_| Ok(())).unwrap_err().to_string();
    assert!(said.contains("file `zzz` is missing"), "{said}");
    // what is refused by itself is refused for that
    let hostile = Tar::base().file("P/../x", b"").gz();
    let said = scan_stated(&hostile, &limits, &files, |_| Ok(())).unwrap_err().to_string();
    assert!(said.contains("entry `P/../x`"), "{said}");
}

/// No SBOM of a release is at hand, but each release since 3.12.2 has the part of it that is about the libraries inside, from
/// which the release tools make the whole by adding their own package and all other files.
#[test]
fn an_sbom_made_from_a_real_release_fits_it() {
    let Ok(corpus) = std::env::var("MOLT_SYNC_CORPUS") else {
        eprintln!("skipped: MOLT_SYNC_CORPUS is not set");
        return;
    };
    let mut archives = Vec::new();
    for folder in std::fs::read_dir(corpus).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()) {
        archives.extend(std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()));
    }
    archives.retain(|it| it.extension().is_some_and(|it| it == "tgz" || it == "xz"));
    for path in archives {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let archive = std::fs::read(&path).unwrap();
        let mut part = None;
        let limits = Limits::default();
        scan(&archive, &limits, |entry| {
            if entry.path == "Misc/sbom.spdx.json" {
                part = Some(serde_json::from_reader::<_, Value>(entry.bytes)?);
            }
            Ok(())
        })
        .unwrap();
        let Some(mut part) = part else {
            eprintln!("skipped: {name} is from before there were SBOMs");
            continue;
        };
        let libraries = part["files"].as_array().unwrap().clone();
        assert!(libraries.len() > 50, "{name} states {} files of libraries", libraries.len());
        part["packages"].as_array_mut().unwrap().push(package(&name, &archive));
        let mut whole = sbom(&name, &archive);
        whole["files"]
            .as_array_mut()
            .unwrap()
            .retain(|it| !libraries.iter().any(|own| own["fileName"] == it["fileName"]));
        part["files"].as_array_mut().unwrap().extend(whole["files"].as_array().unwrap().clone());
        let sbom = Sbom::parse(part.to_string().as_bytes()).unwrap();
        sbom.is_about(&name, true, Sha256::of(&archive)).unwrap();
        let summary = scan_stated(&archive, &limits, &sbom.files, |_| Ok(())).unwrap();
        assert_eq!(summary.files, sbom.files.len() as u64, "{name}");
    }
}
