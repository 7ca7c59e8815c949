//! Real signature bundles of CPython releases against their digests, offline, and every way to damage them.

use std::collections::BTreeMap;

use molt_sync::{
    base::{Sha256, Version},
    release::{
        Signer, signer,
        sigstore::{Promise, Refusal, Root, Signed},
    },
};
use serde_json::Value;

use crate::support::Sandbox;

const BUNDLES: [(&str, &str, u64); 4] = [
    ("3.11.2", "tgz", 12_821_070),
    ("3.12.8", "tgz", 153_132_205),
    ("3.13.5", "tar.xz", 235_130_253),
    ("3.14.0", "tgz", 588_221_397),
];

struct Real {
    version: Version,
    bundle: Value,
    sha256: Sha256,
    index: u64,
}

/// The real bundles with the digests that were published with the archives.
fn real() -> Vec<Real> {
    let Ok(shared) = std::env::var("MOLT_SYNC_SHARED") else {
        eprintln!("skipped: MOLT_SYNC_SHARED names no folder with real bundles");
        return Vec::new();
    };
    let read = |path: &str| std::fs::read_to_string(format!("{shared}/data/{path}")).unwrap();
    let digests: BTreeMap<String, BTreeMap<String, Sha256>> =
        serde_json::from_str(&read("cpython-release-digests.json")).unwrap();
    let one = |(version, suffix, index): (&str, &str, u64)| {
        let name = format!("Python-{version}.{suffix}");
        Real {
            version: version.parse().unwrap(),
            bundle: serde_json::from_str(&read(&format!("sigstore/{name}.sigstore"))).unwrap(),
            sha256: digests[version][&name],
            index,
        }
    };
    BUNDLES.map(one).into()
}

fn verify(bundle: &Value, sha256: Sha256, signer: &Signer) -> Result<Signed, Refusal> {
    Root::embedded().unwrap().verify(bundle.to_string().as_bytes(), sha256, signer)
}

#[test]
fn real_releases_are_believed() {
    for it in real() {
        let signer = signer(it.version).unwrap();
        let signed = verify(&it.bundle, it.sha256, &signer).unwrap();
        assert_eq!((signed.identity.as_str(), signed.log_index), (signer.identity, it.index), "{}", it.version);
        assert!(signed.signed_at.as_str() > signer.since && signed.signed_at.ends_with('Z'), "{}", signed.signed_at);
    }
}

#[test]
fn another_file_signer_issuer_or_time_is_refused_with_both_values() {
    for it in real() {
        let right = signer(it.version).unwrap();
        let other = Sha256::of(b"other");
        for (sha256, signer, promise, words) in [
            (other, right, Promise::Artifact, vec![other.to_string(), it.sha256.to_string()]),
            (
                it.sha256,
                Signer { identity: "m@example.org", ..right },
                Promise::Identity,
                vec!["m@example.org".into(), right.identity.into()],
            ),
            (
                it.sha256,
                Signer { issuer: "https://example.org", ..right },
                Promise::Issuer,
                vec!["https://example.org".into(), right.issuer.into()],
            ),
            (it.sha256, Signer { since: "2100-01-01", ..right }, Promise::Time, vec!["2100-01-01".into()]),
        ] {
            let refusal = verify(&it.bundle, sha256, &signer).unwrap_err();
            assert_eq!(refusal.promise, promise, "{}: {refusal}", it.version);
            assert!(words.iter().all(|word| refusal.why.contains(word)), "{refusal}");
        }
    }
}

const ENTRY: &str = "/verificationMaterial/tlogEntries/0";

#[test]
fn each_part_that_is_changed_is_refused_for_its_own_reason() {
    for it in real() {
        let signer = signer(it.version).unwrap();
        let certificate = if it.bundle.pointer("/verificationMaterial/certificate").is_some() {
            "/verificationMaterial/certificate/rawBytes"
        } else {
            "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes"
        };
        let at = |rest: &str| format!("{ENTRY}{rest}");
        for (place, promises) in [
            ("/messageSignature/messageDigest/digest".to_owned(), vec![Promise::Artifact]),
            ("/messageSignature/signature".into(), vec![Promise::Signature, Promise::LogEntry]),
            (certificate.into(), vec![Promise::Certificate, Promise::Form]),
            (at("/canonicalizedBody"), vec![Promise::LogInclusion, Promise::LogEntry, Promise::EntryTimestamp]),
            (at("/inclusionPromise/signedEntryTimestamp"), vec![Promise::EntryTimestamp]),
            (at("/inclusionProof/hashes/0"), vec![Promise::LogInclusion]),
            (at("/inclusionProof/rootHash"), vec![Promise::Checkpoint]),
            (at("/inclusionProof/treeSize"), vec![Promise::Checkpoint]),
            (at("/inclusionProof/logIndex"), vec![Promise::LogInclusion, Promise::Form]),
            (at("/inclusionProof/checkpoint/envelope"), vec![Promise::Checkpoint]),
            (at("/integratedTime"), vec![Promise::EntryTimestamp, Promise::Validity]),
            (at("/logId/keyId"), vec![Promise::Root]),
            (at("/logIndex"), vec![Promise::EntryTimestamp]),
            (at("/kindVersion/version"), vec![Promise::Form]),
            ("/mediaType".into(), vec![Promise::Form]),
        ] {
            let mut bundle = it.bundle.clone();
            let field = bundle.pointer_mut(&place).unwrap();
            let mut text = field.as_str().unwrap().as_bytes().to_vec();
            // in the middle, so that base64 changes for certain
            let middle = text.len() / 2;
            text[middle] = other(text[middle]);
            *field = Value::String(String::from_utf8(text).unwrap());
            let refusal = verify(&bundle, it.sha256, &signer).unwrap_err();
            assert!(promises.contains(&refusal.promise), "{} {place}: {refusal}", it.version);
        }
        for gone in ["/inclusionPromise", "/inclusionProof", "/inclusionProof/checkpoint", "/integratedTime"] {
            let mut bundle = it.bundle.clone();
            let (above, key) = gone.rsplit_once('/').unwrap();
            bundle.pointer_mut(&at(above)).unwrap().as_object_mut().unwrap().remove(key).unwrap();
            assert!(verify(&bundle, it.sha256, &signer).is_err(), "{} without {gone}", it.version);
        }
    }
}

fn other(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        b'+' => b'/',
        _ => b'+',
    }
}

#[test]
fn no_character_can_be_changed_unseen() {
    let step = std::env::var("MOLT_SYNC_ROUNDS").map_or(23, |_| 1);
    let root = Root::embedded().unwrap();
    let (mut tried, mut unseen) = (0, Vec::new());
    for it in real() {
        let signer = signer(it.version).unwrap();
        let text = it.bundle.to_string().into_bytes();
        for at in (0..text.len()).step_by(step) {
            let mut changed = text.clone();
            changed[at] = other(changed[at]);
            tried += 1;
            if root.verify(&changed, it.sha256, &signer).is_ok() {
                let around = &text[at.saturating_sub(40)..(at + 10).min(text.len())];
                unseen.push(format!("{} {at}: {}", it.version, String::from_utf8_lossy(around)));
            }
        }
    }
    eprintln!("{tried} changed bundles, {} believed", unseen.len());
    assert!(unseen.is_empty(), "{unseen:#?}");
}

#[test]
fn what_is_no_bundle_is_refused() {
    let root = Root::embedded().unwrap();
    let signer = signer("3.13.5".parse().unwrap()).unwrap();
    for text in ["", "{}", "[]", "null", "<html>sign in</html>", "{\"mediaType\":\"x\"}", "\u{feff}{}"] {
        let refusal = root.verify(text.as_bytes(), Sha256::of(b""), &signer).unwrap_err();
        assert_eq!(refusal.promise, Promise::Form, "{text}");
    }
    assert_eq!(root.verify(&[0xff], Sha256::of(b""), &signer).unwrap_err().promise, Promise::Form);
    assert_eq!(Root::parse("{}").err().unwrap().promise, Promise::Root);
}

/// The real archives with their bundles, as a mirror.
fn corpus() -> Option<std::path::PathBuf> {
    let corpus = std::env::var("MOLT_SYNC_CORPUS").ok();
    if corpus.is_none() {
        eprintln!("skipped: MOLT_SYNC_CORPUS names no mirror with real releases");
    }
    corpus.map(Into::into)
}

#[test]
fn verify_says_what_a_release_stands_on() {
    let Some(corpus) = corpus() else { return };
    let box_ = Sandbox::empty();
    std::fs::create_dir_all(box_.ws("")).unwrap();
    for (version, suffix, signer) in
        [("3.13.5", "tar.xz", "thomas@python.org"), ("3.11.2", "tgz", "pablogsal@python.org")]
    {
        let file = corpus.join(format!("{version}/Python-{version}.{suffix}"));
        let said = box_.sync(&["verify", file.to_str().unwrap(), "--offline"]).succeeds().out;
        assert!(said.starts_with(&format!("Python-{version}.{suffix} is CPython {version}\n")), "{said}");
        assert!(said.contains(&format!("signed     by {signer} (https://accounts.google.com), log entry ")), "{said}");
        assert!(said.ends_with("agree      sha256, pinned, sigstore\n  stands on  sigstore\n"), "{said}");
    }
    let said =
        box_.sync(&["verify", "3.13.5", "--mirror", corpus.to_str().unwrap(), "--format", "json"]).succeeds().out;
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (value["verified_by"].as_str(), value["signed"]["log_index"].as_u64()),
        (Some("sigstore"), Some(235_130_253))
    );
}

#[test]
fn what_does_not_agree_is_refused_and_changes_nothing() {
    let Some(corpus) = corpus() else { return };
    let box_ = Sandbox::with_series("3.13");
    let name = "Python-3.13.5.tar.xz";
    let bundle = std::fs::read(corpus.join(format!("3.13.5/{name}.sigstore"))).unwrap();
    let other = std::fs::read(corpus.join("3.11.2/Python-3.11.2.tgz.sigstore")).unwrap();
    let archive = std::fs::read(corpus.join(format!("3.13.5/{name}"))).unwrap();
    box_.file(&format!("mirror/3.13.5/{name}"), &archive);
    let refresh = ["refresh", "3.13.5", "--mirror", "../mirror"];
    let changed = |at: usize| {
        let mut bytes = bundle.clone();
        bytes[at] = self::other(bytes[at]);
        bytes
    };
    let signature = bundle.windows(13).position(|it| it == b"\"signature\":\"" || it == b"\"signature\": ").unwrap();
    for (bytes, words) in [
        (other, "its artifact does not hold: it is about 2411c74b"),
        (changed(signature + 40), "is not believed: its "),
        (b"<html>sign in first</html>".to_vec(), "its form does not hold"),
        (bundle[..bundle.len() / 2].to_vec(), "its form does not hold"),
        (Vec::new(), "its form does not hold"),
    ] {
        box_.file(&format!("mirror/3.13.5/{name}.sigstore"), &bytes);
        box_.refuses(&refresh, 4, &["the signature of Python-3.13.5.tar.xz is not believed", words]);
    }
    // a file that was changed, under its own signature
    box_.file(&format!("mirror/3.13.5/{name}.sigstore"), &bundle);
    let mut bytes = archive.clone();
    bytes[archive.len() / 2] ^= 1;
    box_.file(&format!("mirror/3.13.5/{name}"), &bytes);
    box_.refuses(&refresh, 4, &["has digest", "should have 93e583f2", "(pinned)"]);
    let file = box_.root().join(format!("mirror/3.13.5/{name}"));
    let said = box_.sync(&["verify", file.to_str().unwrap(), "--format", "json"]);
    assert_eq!(said.code, 4, "{}", said.err);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert!(
        value["error"]["message"].as_str().unwrap().contains("has digest") && value["verified_by"].is_null(),
        "{value}"
    );
    box_.file(&format!("mirror/3.13.5/{name}"), &archive);
    let root = box_.file("root.json", b"{}");
    box_.refuses(&[&refresh[..], &["--trusted-root", &root]].concat(), 2, &["as a trusted root"]);
    box_.sync(&refresh).succeeds().says("(sigstore)").says("log entry 235130253");
    let lock = box_.read("baselines/releases.lock.toml");
    assert!(lock.contains("identity = \"thomas@python.org\"\n") && lock.contains("log_index = 235130253\n"), "{lock}");
    assert!(lock.contains("checked = [\"sha256\", \"pinned\", \"sigstore\"]\n"), "{lock}");
    // a mirror that lost the signature changes nothing of what is known
    std::fs::remove_file(box_.root().join(format!("mirror/3.13.5/{name}.sigstore"))).unwrap();
    box_.sync(&refresh).succeeds().says("(sigstore)").says("no byte was changed");
    box_.sync(&["trust", "show"]).succeeds().says("sigstore, signed by thomas@python.org");
}

#[test]
fn what_is_locked_is_held_against_what_is_published() {
    let Some(corpus) = corpus() else { return };
    let box_ = Sandbox::with_series("3.13");
    let name = "Python-3.13.5.tar.xz";
    let read = |path: &str| std::fs::read(corpus.join(path)).unwrap();
    let (archive, bundle) = (read(&format!("3.13.5/{name}")), read(&format!("3.13.5/{name}.sigstore")));
    box_.file(&format!("mirror/3.13.5/{name}"), &archive);
    let audit = ["audit-upstream", "--mirror", "../mirror"];
    box_.sync(&["refresh", "3.13.5", "--mirror", "../mirror"]).succeeds().says("(pinned)");
    let standing = |code: i32, words: &str| {
        for more in [&[][..], &["--download"]] {
            let ended = box_.sync(&[&audit[..], more].concat());
            assert!(
                ended.code == code && ended.out.contains(words),
                "{more:?} {}: {}{}",
                ended.code,
                ended.out,
                ended.err
            );
        }
    };
    standing(0, "Python-3.13.5.tar.xz same\n1 release compared with ");
    box_.file(&format!("mirror/3.13.5/{name}.sigstore"), &bundle);
    standing(0, "new-signature: by thomas@python.org");
    box_.sync(&["refresh", "3.13.5", "--mirror", "../mirror"]).succeeds().says("(sigstore)");
    standing(0, "Python-3.13.5.tar.xz same\n");
    box_.file(&format!("mirror/3.13.5/{name}.sigstore"), &read("3.11.2/Python-3.11.2.tgz.sigstore"));
    standing(4, "uploaded-anew: its signature is about 2411c74b");
    box_.file(&format!("mirror/3.13.5/{name}.sigstore"), b"{}");
    standing(4, "signature-changed: its form does not hold");
    std::fs::remove_file(box_.root().join(format!("mirror/3.13.5/{name}.sigstore"))).unwrap();
    standing(3, "signature-gone");
    box_.file(&format!("mirror/3.13.5/{name}.sigstore"), &bundle);
    box_.file(&format!("mirror/3.13.5/{name}"), &[&archive[..], b"x"].concat());
    standing(4, "uploaded-anew: it has ");
    std::fs::remove_file(box_.root().join(format!("mirror/3.13.5/{name}"))).unwrap();
    standing(3, "gone: its signature is there, and the archive is not");
    let said = box_.sync(&[&audit[..], &["--format", "json"]].concat()).out;
    let value: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["releases"][0]["standing"], "gone");
}
