//! Signature bundles against digests, offline, and every way to damage them: those of real CPython releases, and those of an
//! instance that is made here, in all forms.

use std::{collections::BTreeMap, rc::Rc};

use molt_sync::{
    base::Sha256,
    release::{
        Signer, signer,
        sigstore::{Requirement, Root, SignatureRefusal, Signed},
    },
    stdlib::ModuleKind,
};
use serde_json::{Value, json};

use crate::support::{
    Release, Sandbox,
    feeds::feeds,
    instance::{Instance, NOON, Request},
};

const BUNDLES: [(&str, &str, u64); 4] = [
    ("3.11.2", "tgz", 12_821_070),
    ("3.12.8", "tgz", 153_132_205),
    ("3.13.5", "tar.xz", 235_130_253),
    ("3.14.0", "tgz", 588_221_397),
];

/// A bundle, the digest that it is about, and who can tell.
struct Case {
    name: String,
    bundle: Value,
    sha256: Sha256,
    index: u64,
    signer: Signer,
    root: Rc<Root>,
}

impl Case {
    fn verify(&self, bundle: &Value, sha256: Sha256, signer: &Signer) -> Result<Signed, SignatureRefusal> {
        self.root.verify(bundle.to_string().as_bytes(), sha256, signer)
    }
}

/// The real bundles with the digests that were published with the archives.
fn real() -> Vec<Case> {
    let Ok(shared) = std::env::var("MOLT_SYNC_SHARED") else {
        eprintln!("skipped: MOLT_SYNC_SHARED names no folder with real bundles");
        return Vec::new();
    };
    let read = |path: &str| std::fs::read_to_string(format!("{shared}/data/{path}")).unwrap();
    let digests: BTreeMap<String, BTreeMap<String, Sha256>> =
        serde_json::from_str(&read("cpython-release-digests.json")).unwrap();
    let root = Rc::new(Root::embedded().unwrap());
    let one = |(version, suffix, index): (&str, &str, u64)| {
        let name = format!("Python-{version}.{suffix}");
        Case {
            bundle: serde_json::from_str(&read(&format!("sigstore/{name}.sigstore"))).unwrap(),
            sha256: digests[version][&name],
            index,
            signer: signer(version.parse().unwrap()).unwrap(),
            root: root.clone(),
            name,
        }
    };
    BUNDLES.map(one).into()
}

/// Who signs 3.13, at noon.
const REQUEST: Request = Request {
    form: 3,
    log: 1,
    identity: "thomas@python.org",
    issuer: "https://accounts.google.com",
    from: NOON,
    at: NOON + 60,
};

fn parsed(root: &Value) -> Rc<Root> {
    Rc::new(Root::parse(&root.to_string()).unwrap())
}

/// Bundles of every form, from an instance made here.
fn made() -> Vec<Case> {
    let instance = Instance::new(1);
    let root = parsed(&instance.root());
    let one = |(form, log): (u8, u8)| Case {
        name: format!("bundle 0.{form} of log {log}"),
        bundle: instance.sign(b"bytes", &Request { form, log, ..REQUEST }),
        sha256: Sha256::of(b"bytes"),
        index: if log == 1 { 1001 } else { 1 },
        signer: signer("3.13.5".parse().unwrap()).unwrap(),
        root: root.clone(),
    };
    [(1, 1), (2, 1), (3, 1), (3, 2)].map(one).into()
}

fn all() -> Vec<Case> {
    let mut res = real();
    res.extend(made());
    res
}

#[test]
fn releases_of_every_form_are_believed() {
    for it in all() {
        let signed =
            it.verify(&it.bundle, it.sha256, &it.signer).unwrap_or_else(|error| panic!("{}: {error}", it.name));
        assert_eq!((signed.identity.as_str(), signed.log_index), (&*it.signer.identity, it.index), "{}", it.name);
        assert!(
            signed.signed_at.as_str() > &*it.signer.since && signed.signed_at.ends_with('Z'),
            "{}",
            signed.signed_at
        );
    }
}

#[test]
fn who_is_in_no_root_is_not_believed() {
    let embedded = Root::embedded().unwrap();
    for it in made() {
        let text = it.bundle.to_string();
        let refusal = embedded.verify(text.as_bytes(), it.sha256, &it.signer).unwrap_err();
        assert_eq!(refusal.requirement, Requirement::Root, "{}: {refusal}", it.name);
    }
    for it in real() {
        let refusal = made()[0].verify(&it.bundle, it.sha256, &it.signer).unwrap_err();
        assert_eq!(refusal.requirement, Requirement::Root, "{}: {refusal}", it.name);
    }
}

#[test]
fn each_key_counts_for_its_own_promise() {
    let (ours, theirs) = (Instance::new(1), Instance::new(2));
    let right = signer("3.13.5".parse().unwrap()).unwrap();
    for (log, known, requirement) in [
        (1, &["tlogs"][..], Requirement::Certificate),
        (1, &["tlogs", "certificateAuthorities"], Requirement::CertificateLog),
        (2, &["tlogs", "certificateAuthorities", "ctlogs"], Requirement::Timestamp),
        (2, &["timestampAuthorities", "certificateAuthorities", "ctlogs"], Requirement::Root),
    ] {
        let mut root = theirs.root();
        for part in known {
            root[part] = ours.root()[part].clone();
        }
        let bundle = ours.sign(b"bytes", &Request { log, ..REQUEST }).to_string();
        let refusal = parsed(&root).verify(bundle.as_bytes(), Sha256::of(b"bytes"), &right).unwrap_err();
        assert_eq!(refusal.requirement, requirement, "{known:?}: {refusal}");
    }
    // a log under a known name, whose entries somebody else has signed
    let mut root = ours.root();
    root["tlogs"][0]["publicKey"] = theirs.root()["tlogs"][0]["publicKey"].clone();
    for (log, requirement) in [(1, Requirement::EntryTimestamp), (2, Requirement::Checkpoint)] {
        let bundle = ours.sign(b"bytes", &Request { log, ..REQUEST }).to_string();
        let refusal = parsed(&root).verify(bundle.as_bytes(), Sha256::of(b"bytes"), &right).unwrap_err();
        assert_eq!(refusal.requirement, requirement, "{refusal}");
    }
}

#[test]
fn what_is_signed_at_another_time_is_refused() {
    let instance = Instance::new(1);
    let root = parsed(&instance.root());
    let right = signer("3.13.5".parse().unwrap()).unwrap();
    let verify = |request: Request| {
        let bundle = instance.sign(b"bytes", &request).to_string();
        root.verify(bundle.as_bytes(), Sha256::of(b"bytes"), &right)
    };
    // before 2023-05-22, when there was no 3.13
    let years_ago = NOON - 100_000_000;
    let tomorrow = jiff::Timestamp::now().as_second() + 86_400;
    for log in [1, 2] {
        let form = Request { log, ..REQUEST };
        for (from, at) in [(NOON, NOON - 1), (NOON, NOON + 601)] {
            let refusal = verify(Request { from, at, ..form }).unwrap_err();
            assert!(
                [Requirement::Validity, Requirement::Certificate].contains(&refusal.requirement),
                "{log} {at}: {refusal}"
            );
        }
        let refusal = verify(Request { from: years_ago, at: years_ago, ..form }).unwrap_err();
        assert_eq!(refusal.requirement, Requirement::Time, "{refusal}");
        for (from, at) in [(NOON, NOON), (NOON, NOON + 600)] {
            verify(Request { from, at, ..form }).unwrap();
        }
    }
    assert_eq!(
        verify(Request { from: tomorrow, at: tomorrow, ..REQUEST }).unwrap_err().requirement,
        Requirement::Validity
    );
}

/// What a log of the second version does not sign says nothing: it is not there, or it repeats what is signed.
#[test]
fn what_nobody_signed_is_refused() {
    let case = made().pop().unwrap();
    for (place, key, value) in [
        (ENTRY, "integratedTime", json!((NOON + 60).to_string())),
        (ENTRY, "inclusionPromise", json!({ "signedEntryTimestamp": "AAAA" })),
        (&format!("{ENTRY}/inclusionProof"), "logIndex", json!("0")),
        (&format!("{ENTRY}/inclusionProof"), "treeSize", json!("3")),
        (&format!("{ENTRY}/inclusionProof"), "rootHash", json!("AAAA")),
        ("/verificationMaterial", "publicKey", json!({ "hint": "x" })),
        ("", "dsseEnvelope", json!({})),
    ] {
        let mut bundle = case.bundle.clone();
        bundle.pointer_mut(place).unwrap()[key] = value;
        let refusal = case.verify(&bundle, case.sha256, &case.signer).unwrap_err();
        assert!(
            [Requirement::Form, Requirement::Checkpoint].contains(&refusal.requirement),
            "{place} {key}: {refusal}"
        );
    }
    let mut bundle = case.bundle.clone();
    bundle.pointer_mut(ENTRY).unwrap()["integratedTime"] = json!("0");
    case.verify(&bundle, case.sha256, &case.signer).unwrap();
}

#[test]
fn another_file_signer_issuer_or_time_is_refused_with_both_values() {
    for it in all() {
        let right = it.signer.clone();
        let other = Sha256::of(b"other");
        for (sha256, signer, requirement, words) in [
            (other, right.clone(), Requirement::Artifact, vec![other.to_string(), it.sha256.to_string()]),
            (
                it.sha256,
                Signer { identity: "m@example.org".into(), ..right.clone() },
                Requirement::Identity,
                vec!["m@example.org".into(), right.identity.to_string()],
            ),
            (
                it.sha256,
                Signer { issuer: "https://example.org".into(), ..right.clone() },
                Requirement::Issuer,
                vec!["https://example.org".into(), right.issuer.to_string()],
            ),
            (
                it.sha256,
                Signer { since: "2100-01-01".into(), ..right.clone() },
                Requirement::Time,
                vec!["2100-01-01".into()],
            ),
        ] {
            let refusal = it.verify(&it.bundle, sha256, &signer).unwrap_err();
            assert_eq!(refusal.requirement, requirement, "{}: {refusal}", it.name);
            assert!(words.iter().all(|word| refusal.why.contains(word)), "{refusal}");
        }
    }
}

const ENTRY: &str = "/verificationMaterial/tlogEntries/0";
const TOKEN: &str = "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp";

#[test]
fn each_part_that_is_changed_is_refused_for_its_own_reason() {
    for it in all() {
        let certificate = if it.bundle.pointer("/verificationMaterial/certificate").is_some() {
            "/verificationMaterial/certificate/rawBytes"
        } else {
            "/verificationMaterial/x509CertificateChain/certificates/0/rawBytes"
        };
        let at = |rest: &str| format!("{ENTRY}{rest}");
        for (place, promises) in [
            ("/messageSignature/messageDigest/digest".to_owned(), vec![Requirement::Artifact]),
            (
                "/messageSignature/signature".into(),
                vec![Requirement::Signature, Requirement::LogEntry, Requirement::Timestamp],
            ),
            (certificate.into(), vec![Requirement::Certificate, Requirement::Form]),
            (
                at("/canonicalizedBody"),
                vec![Requirement::LogInclusion, Requirement::LogEntry, Requirement::EntryTimestamp],
            ),
            (at("/inclusionPromise/signedEntryTimestamp"), vec![Requirement::EntryTimestamp]),
            (at("/inclusionProof/hashes/0"), vec![Requirement::LogInclusion]),
            (at("/inclusionProof/rootHash"), vec![Requirement::Checkpoint]),
            (at("/inclusionProof/treeSize"), vec![Requirement::Checkpoint]),
            (at("/inclusionProof/logIndex"), vec![Requirement::LogInclusion, Requirement::Form]),
            (at("/inclusionProof/checkpoint/envelope"), vec![Requirement::Checkpoint]),
            (at("/integratedTime"), vec![Requirement::EntryTimestamp, Requirement::Validity]),
            (at("/logId/keyId"), vec![Requirement::Root]),
            (at("/logIndex"), vec![Requirement::EntryTimestamp, Requirement::Form]),
            (at("/kindVersion/version"), vec![Requirement::Form]),
            ("/mediaType".into(), vec![Requirement::Form]),
            (TOKEN.into(), vec![Requirement::Timestamp]),
        ] {
            let mut bundle = it.bundle.clone();
            let Some(field) = bundle.pointer_mut(&place) else { continue };
            let mut text = field.as_str().unwrap().as_bytes().to_vec();
            // in the middle, so that base64 changes for certain
            let middle = text.len() / 2;
            text[middle] = other(text[middle]);
            *field = Value::String(String::from_utf8(text).unwrap());
            let refusal = it.verify(&bundle, it.sha256, &it.signer).unwrap_err();
            assert!(promises.contains(&refusal.requirement), "{} {place}: {refusal}", it.name);
        }
        for gone in [
            at("/inclusionPromise"),
            at("/inclusionProof"),
            at("/inclusionProof/checkpoint"),
            at("/integratedTime"),
            TOKEN.into(),
            "/verificationMaterial/tlogEntries".into(),
            "/messageSignature".into(),
        ] {
            let mut bundle = it.bundle.clone();
            let (above, key) = gone.rsplit_once('/').unwrap();
            let Some(above) = bundle.pointer_mut(above).and_then(Value::as_object_mut) else { continue };
            if above.remove(key).is_none() {
                continue;
            }
            assert!(it.verify(&bundle, it.sha256, &it.signer).is_err(), "{} without {gone}", it.name);
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
    let (mut tried, mut unseen) = (0, Vec::new());
    for it in all() {
        let text = it.bundle.to_string();
        let token = it.bundle.pointer(TOKEN).and_then(Value::as_str).map(|token| {
            let from = text.find(token).unwrap();
            from..from + token.len()
        });
        let text = text.into_bytes();
        let believed = it.root.verify(&text, it.sha256, &it.signer).unwrap();
        for at in (0..text.len()).step_by(step) {
            let mut changed = text.clone();
            changed[at] = other(changed[at]);
            tried += 1;
            let Ok(signed) = it.root.verify(&changed, it.sha256, &it.signer) else { continue };
            // a timestamp has a wrapping (CMS) that nobody signs, and that says nothing
            let is_wrapping = token.as_ref().is_some_and(|it| it.contains(&at));
            if !is_wrapping || signed != believed {
                let around = &text[at.saturating_sub(40)..(at + 10).min(text.len())];
                unseen.push(format!("{} {at}: {}", it.name, String::from_utf8_lossy(around)));
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
        assert_eq!(refusal.requirement, Requirement::Form, "{text}");
    }
    assert_eq!(root.verify(&[0xff], Sha256::of(b""), &signer).unwrap_err().requirement, Requirement::Form);
    assert_eq!(Root::parse("{}").err().unwrap().requirement, Requirement::Root);
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
        let end = format!("agree      sha256, pinned, sigstore\n  this run   signature by {signer} checked\n");
        assert!(said.ends_with(&end), "{said}");
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
    let box_ = Sandbox::with_whole_series("3.13");
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
    box_.refuses(&refresh, 4, &["has digest", "should have 93e583f2", "(pinned in molt-sync itself)"]);
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
    let said = box_.sync(&refresh).succeeds().says("(pinned)").says("no byte was changed");
    assert!(
        said.out.contains("lock says  sigstore, signed by thomas@python.org (not checked by this run)"),
        "{}",
        said.out
    );
    box_.sync(&["trust", "show"])
        .succeeds()
        .says("the lock says: sigstore, signed by thomas@python.org; checked now: the built-in");
}

#[test]
fn what_is_locked_is_held_against_what_is_published() {
    let Some(corpus) = corpus() else { return };
    let box_ = Sandbox::with_whole_series("3.13");
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

/// A workspace and a mirror with a release that nobody has reviewed, signed by an instance whose root is `root.json`.
fn unreviewed() -> (Sandbox, Instance, Vec<u8>) {
    let (box_, instance) = (Sandbox::with_whole_series("3.13"), Instance::new(1));
    let archive = Release::whole("3.13", "3.13.90").tgz();
    box_.file("mirror/3.13.90/Python-3.13.90.tgz", &archive);
    box_.file("root.json", instance.root().to_string().as_bytes());
    (box_, instance, archive)
}

const UNREVIEWED: [&str; 6] = ["refresh", "3.13.90", "--mirror", "../mirror", "--trusted-root", "../root.json"];
const ITS_BUNDLE: &str = "mirror/3.13.90/Python-3.13.90.tgz.sigstore";

#[test]
fn a_signature_alone_lets_a_release_in() {
    let (box_, instance, archive) = unreviewed();
    box_.refuses(&UNREVIEWED, 4, &["3.13.90"]);
    box_.file(ITS_BUNDLE, instance.sign(&archive, &REQUEST).to_string().as_bytes());
    // the authority that is built in does not know it
    box_.refuses(&UNREVIEWED[..4], 4, &["the signature of Python-3.13.90.tgz is not believed"]);
    box_.sync(&UNREVIEWED).succeeds().says("(sigstore)");
    let lock = box_.read("baselines/releases.lock.toml");
    let own = lock.split("[[release]]").find(|it| it.contains("version = \"3.13.90\"")).unwrap();
    for line in [
        format!("sha256 = \"{}\"", Sha256::of(&archive)),
        "verified_by = \"sigstore\"".into(),
        "identity = \"thomas@python.org\"".into(),
        "issuer = \"https://accounts.google.com\"".into(),
        "log_index = 1001".into(),
        "checked = [\"sha256\", \"sigstore\"]".into(),
    ] {
        assert!(own.contains(&line), "`{line}` is not in {own}");
    }
    box_.sync(&UNREVIEWED).succeeds().says("no byte was changed");
    let file = box_.root().join("mirror/3.13.90/Python-3.13.90.tgz");
    let verify = ["verify", file.to_str().unwrap(), "--trusted-root", "../root.json"];
    box_.sync(&verify).succeeds().says("this run   signature by thomas@python.org checked\n");
    // a file with another content under the same name
    let other = Release::whole("3.13", "3.13.90").with("brand_new", ModuleKind::Module).tgz();
    std::fs::write(&file, &other).unwrap();
    std::fs::write(box_.root().join(ITS_BUNDLE), instance.sign(&other, &REQUEST).to_string()).unwrap();
    box_.refuses(&UNREVIEWED, 4, &[&Sha256::of(&archive).to_string(), &Sha256::of(&other).to_string()]);
}

#[test]
fn a_signature_that_is_not_the_release_managers_lets_nothing_in() {
    let (box_, instance, archive) = unreviewed();
    for (bytes, request, words) in [
        (
            &archive[..],
            Request { identity: "someone@example.org", ..REQUEST },
            "by someone@example.org and not by thomas",
        ),
        (&archive, Request { issuer: "https://example.org", ..REQUEST }, "https://example.org vouched"),
        (&archive, Request { at: NOON + 6000, ..REQUEST }, "is not believed"),
        (b"other", REQUEST, "its artifact does not hold"),
    ] {
        box_.file(ITS_BUNDLE, instance.sign(bytes, &request).to_string().as_bytes());
        box_.refuses(&UNREVIEWED, 4, &["the signature of Python-3.13.90.tgz is not believed", words]);
    }
    box_.file(ITS_BUNDLE, Instance::new(2).sign(&archive, &REQUEST).to_string().as_bytes());
    box_.refuses(&UNREVIEWED, 4, &["--trusted-root, may know it"]);
}

/// Writes a bundle of each form where the fuzz target can start from them: into a folder `bundle`.
#[test]
fn seeds_for_the_fuzz_target() {
    let Ok(folder) = std::env::var("MOLT_SYNC_FUZZ_SEEDS") else {
        eprintln!("skipped: MOLT_SYNC_FUZZ_SEEDS names no folder");
        return;
    };
    let folder = std::path::Path::new(&folder).join("bundle");
    std::fs::create_dir_all(&folder).unwrap();
    for it in all() {
        std::fs::write(folder.join(it.name), it.bundle.to_string()).unwrap();
    }
}

/// A signature is about bytes, and what they are is inside of them: another name on them is not believed.
#[test]
fn what_a_name_claims_is_held_against_the_bytes() {
    let (box_, instance, archive) = unreviewed();
    let signed = |bytes: &[u8]| instance.sign(bytes, &REQUEST).to_string();
    let zip = Release::whole("3.13", "3.13.90").zip();
    let root = ["--trusted-root", "../root.json"];
    // the next release, a candidate, another series of the same signer, and another form
    for (version, suffix, bytes) in [
        ("3.13.91", "tgz", &archive),
        ("3.13.90rc1", "tgz", &archive),
        ("3.12.90", "tgz", &archive),
        ("3.13.91", "zip", &zip),
    ] {
        let base: molt_sync::base::Version = version.parse().unwrap();
        let name = format!("Python-{version}.{suffix}");
        let file = box_.file(&format!("other/{}/{name}", base.base()), bytes);
        box_.file(&format!("other/{}/{name}.sigstore", base.base()), signed(bytes).as_bytes());
        let words = ["3.13.90"];
        box_.refuses(&[&["verify", &file], &root[..]].concat(), 4, &words);
        box_.refuses(&[&["refresh", version, "--source", &file], &root[..]].concat(), 4, &words);
        if suffix == "tgz" {
            for command in ["verify", "refresh"] {
                box_.refuses(&[&[command, version, "--mirror", "../other"], &root[..]].concat(), 4, &words);
            }
        }
    }
    // a digest that is known, under another name and in another entry
    let renamed = box_.file("Python-3.13.99.tgz", &archive);
    box_.trust("3.13.90", "Python-3.13.90.tgz", &archive);
    box_.refuses(&["verify", &renamed], 4, &["Python-3.13.99.tgz is named like CPython 3.13.99", "3.13.90"]);
    box_.refuses(&["refresh", "3.13", "--source", &renamed], 4, &["is named like CPython 3.13.99"]);
    box_.sync(&["verify", &box_.file("a.tgz", &archive)]).succeeds().says("Python-3.13.90.tgz is CPython 3.13.90\n");
    // a bundle that is named is looked at
    let bundle = box_.file("b.sigstore", signed(b"other").as_bytes());
    let plain = box_.file("b.tgz", &archive);
    box_.refuses(&[&["verify", &plain, "--bundle", &bundle], &root[..]].concat(), 4, &["its artifact does not hold"]);
}

#[test]
fn what_the_lock_says_is_told_apart_from_what_was_checked() {
    let (box_, _, archive) = unreviewed();
    box_.trust("3.13.90", "Python-3.13.90.tgz", &archive);
    let path = "baselines/releases.lock.toml";
    let lock = box_.read(path);
    let file = box_.root().join("mirror/3.13.90/Python-3.13.90.tgz");
    let verify = ["verify", file.to_str().unwrap()];
    let signed = "verified_by = \"sigstore\"\nidentity = \"thomas@python.org\"\nissuer = \"https://accounts.google.com\"\nlog_index = 7";
    for (claim, words) in [
        ("verified_by = \"sigstore\"", "sigstore by A. Tester"),
        (signed, "sigstore by A. Tester, signed by thomas@python.org"),
        ("verified_by = \"pinned\"", "pinned by A. Tester"),
        ("verified_by = \"reviewed\"", "reviewed by A. Tester"),
    ] {
        box_.write(path, lock.replace("verified_by = \"reviewed\"", claim));
        let said = box_.sync(&verify).succeeds().out;
        let checked = if claim.contains("\"reviewed\"") {
            "the digest agrees with the reviewed entry of the lock (reviewed by A. Tester)"
        } else {
            "the digest agrees with the entry of the lock, and nothing else was there to check"
        };
        assert!(said.contains(&format!("  this run   {checked}\n")), "{said}");
        assert!(said.ends_with(&format!("  lock says  {words} (not checked by this run)\n")), "{said}");
        assert!(!said.contains("  signed  "), "{said}");
        let said = box_.sync(&[&verify[..], &["--format", "json"]].concat()).succeeds().out;
        let value: Value = serde_json::from_str(&said).unwrap();
        assert!(
            value["verified_by"] == "lock" && value["signed"].is_null() && value["lock_says"].is_object(),
            "{said}"
        );
        let said =
            box_.sync(&["refresh", "3.13.90", "--mirror", "../mirror", "--dry-run", "--format", "json"]).succeeds().out;
        let value: Value = serde_json::from_str(&said).unwrap();
        assert!(
            value["verified_by"] == "lock" && value["signed"].is_null() && value["lock_says"].is_object(),
            "{said}"
        );
        // no record is made of a signature that nobody saw
        let record = value["patch"].as_str().unwrap();
        assert!(!record.contains("\n+    \"verified_by\": \"sigstore\""), "{record}");
        box_.sync(&["trust", "show"]).succeeds().says(&format!("the lock says: {words}; checked now: nothing"));
    }
    for word in ["banana", "Sigstore", ""] {
        box_.write(path, lock.replace("\"reviewed\"", &format!("\"{word}\"")));
        for args in [&verify[..], &["trust", "show"], &["refresh", "3.13"], &["audit-upstream"]] {
            box_.refuses(args, 2, &["releases.lock.toml: line ", "unknown word `"]);
        }
    }
}

#[test]
fn a_signer_that_a_workspace_names_is_told_as_such() {
    let (box_, instance, archive) = unreviewed();
    let request = Request { identity: "second@example.org", ..REQUEST };
    box_.file(ITS_BUNDLE, instance.sign(&archive, &request).to_string().as_bytes());
    box_.refuses(
        &UNREVIEWED,
        4,
        &["by second@example.org and not by thomas", "trust signer 3.13 --identity second@example.org --issuer https"],
    );
    let add = |from: &str, more: &[&str]| {
        let who = ["--identity", "second@example.org", "--issuer", "https://accounts.google.com"];
        let args = ["trust", "signer", "3.13", "--from", from, "--by", "A. Person", "--reason", "announced"];
        box_.sync(&[&args[..], &who, more].concat())
    };
    // for another part of the series
    add("3.13.91", &[]).succeeds();
    box_.refuses(&UNREVIEWED, 4, &["by second@example.org and not by thomas"]);
    add("3.13.90", &["--until", "3.13.95"])
        .succeeds()
        .says("second@example.org of 3.13 from 3.13.90 to 3.13.95 was added");
    let ended = box_.sync(&UNREVIEWED).succeeds().says("(reviewed-signer)");
    let words = "this signer is not built in, the workspace's lock names it (reviewed by A. Person)";
    assert!(ended.out.contains(words) && ended.err.contains(words), "{}{}", ended.out, ended.err);
    assert!(box_.read("baselines/releases.lock.toml").contains("verified_by = \"reviewed-signer\""));
    let said = box_.sync(&["verify", "3.13.90", "--mirror", "../mirror", "--trusted-root", "../root.json"]).succeeds();
    assert!(
        said.out.contains(words) && said.out.contains("a signer that the lock names and molt-sync does not know\n"),
        "{}",
        said.out
    );
    box_.sync(&["trust", "show"])
        .succeeds()
        .says("signer of 3.13 from 3.13.91: second@example.org (https://accounts.google.com), not built in");
    box_.sync(&["audit-upstream", "--mirror", "../mirror", "--trusted-root", "../root.json"]).succeeds().says(words);
    for (from, more, why) in
        [("3.12.1", &[][..], "a release of 3.13"), ("3.13.9", &["--until", "3.13.8"], "before it begins")]
    {
        let ended = add(from, more);
        assert!(ended.code == 2 && ended.err.contains(why), "{}", ended.err);
    }
}

/// Where an archive, its facts or its signature are expected, anything else is neither waited for nor believed.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let (box_, _, archive) = unreviewed();
    box_.trust("3.13.90", "Python-3.13.90.tgz", &archive);
    let digest = Sha256::of(&archive).to_string();
    let verify = ["refresh", "3.13.90", "--dry-run", "--mirror", "../mirror"];
    box_.sync(&verify).succeeds();
    let cache = box_.root().join("cache");
    let folders: Vec<_> =
        std::fs::read_dir(&cache).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()).collect();
    let names = folders.into_iter().chain(["sha256", "sigstore-1", "partial"].map(|it| cache.join(it)));
    for folder in names {
        std::fs::create_dir_all(&folder).unwrap();
        let place = folder.join(&digest);
        for make in ["rm -rf P; mkfifo P", "rm -rf P; ln -s /dev/zero P", "rm -rf P; mkdir P", "rm -rf P; ln -s P P"] {
            let script = make.replace('P', place.to_str().unwrap());
            assert!(std::process::Command::new("sh").args(["-c", &script]).status().unwrap().success());
            box_.sync(&verify).succeeds();
        }
        std::process::Command::new("rm").arg("-rf").arg(&place).status().unwrap();
    }
    // what somebody names, and what lies beside it
    let fifo = box_.root().join("mirror/3.13.90/Python-3.13.91.tgz");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    box_.refuses(&["verify", fifo.to_str().unwrap()], 2, &["it is not a regular file"]);
    assert!(std::process::Command::new("mkfifo").arg(box_.root().join(ITS_BUNDLE)).status().unwrap().success());
    box_.refuses(&["verify", "3.13.90", "--mirror", "../mirror"], 2, &["it is not a regular file"]);
    let state = box_.root().join("state.json");
    assert!(std::process::Command::new("mkfifo").arg(&state).status().unwrap().success());
    box_.write("molt-sync.toml", feeds(&[]));
    let ended = box_.sync(&["watch", "--mirror", "../mirror", "--state", state.to_str().unwrap()]);
    assert!(ended.code == 2 && ended.err.contains("state.json: it is not a regular file"), "{}", ended.err);
}
