//! What python.org's API states of an archive is held against it, where it answers.

use molt_sync::{base::Sha256, release::Artifact};
use serde_json::{Value, json};

use crate::support::{
    Release, Sandbox,
    site::{Files, Site},
};

const NAME: &str = "Python-3.13.90.tgz";
const RELEASE: &str = "/api/release/?name=Python%203.13.90";
const FILES: &str = "/api/release_file/?release=7";

struct Setting {
    box_: Sandbox,
    site: Site,
    archive: Vec<u8>,
}

/// A workspace in which the release is reviewed, and a host with the archive and its API.
fn setting() -> Setting {
    let (box_, archive) = (Sandbox::with_series("3.13"), Release::based_on("3.13", "3.13.90").tgz());
    box_.trust("3.13.90", NAME, &archive);
    let artifact = Artifact::parse(NAME).unwrap();
    let site = Site::start(Files::from([
        (format!("/mirror/{}", artifact.path()), archive.clone()),
        (RELEASE.into(), releases().to_string().into_bytes()),
    ]));
    let (mirror, api) = (format!("{}/mirror", site.url), format!("{}/api", site.url));
    box_.write("molt-sync.toml", format!("mirror = \"{mirror}\"\n\n[feeds]\napi = \"{api}\"\n"));
    let res = Setting { box_, site, archive };
    res.states(&json!({ "sha256_sum": Sha256::of(&res.archive), "filesize": res.archive.len() }));
    res
}

fn releases() -> Value {
    json!([
        { "name": "Python install manager 26.0", "version": 100, "resource_uri": "http://x/release/6/" },
        { "name": "Python 3.13.90", "version": 3, "is_published": true, "resource_uri": "http://x/release/7/" },
    ])
}

impl Setting {
    /// The API's row of the archive.
    fn states(&self, what: &Value) {
        let mut row = json!({ "url": format!("https://example.org/{NAME}"), "name": "Gzipped source tarball" });
        for (key, value) in what.as_object().unwrap() {
            row[key] = value.clone();
        }
        let other = json!({ "url": "https://example.org/Python-3.13.90.tar.xz", "sha256_sum": Sha256::of(b"") });
        self.site.put(FILES, json!([other, row]).to_string().as_bytes());
    }

    /// Forgets what was downloaded.
    fn forget(&self) {
        drop(std::fs::remove_dir_all(self.box_.root().join("cache")));
    }
}

#[test]
fn the_same_digest_is_told_and_asked_for_once() {
    let it = setting();
    let refresh = ["refresh", "3.13.90"];
    it.box_.sync(&refresh).succeeds().says("api: python.org's API states the same digest");
    let asked = it.site.asked();
    let calls: Vec<&String> = asked.iter().filter(|it| it.starts_with("/api/")).collect();
    assert_eq!(calls, [RELEASE, FILES], "two calls for a download");
    it.box_.sync(&refresh).succeeds().says("no byte was changed");
    assert!(!it.site.asked().iter().any(|it| it.starts_with("/api/")), "none for what is there");
    it.forget();
    it.box_
        .sync(&["verify", "3.13.90", "--config", "molt-sync.toml"])
        .succeeds()
        .says("agree      sha256, lock, api\n");
    // the lock is the same with and without
    let lock = it.box_.read("baselines/releases.lock.toml");
    it.forget();
    it.site.put(RELEASE, b"[]");
    it.box_.sync(&refresh).succeeds().says("no byte was changed");
    assert_eq!(it.box_.read("baselines/releases.lock.toml"), lock);
}

#[test]
fn another_digest_or_length_stops_the_run_with_both_values() {
    let it = setting();
    let (found, other) = (Sha256::of(&it.archive).to_string(), Sha256::of(b"other"));
    it.states(&json!({ "sha256_sum": other }));
    it.box_.refuses(&["refresh", "3.13.90"], 4, &[NAME, &found, &other.to_string(), "python.org's API"]);
    it.states(&json!({ "filesize": 7 }));
    let length = it.archive.len().to_string();
    it.box_.refuses(&["refresh", "3.13.90"], 4, &[NAME, &length, "python.org's API states 7"]);
    // what was refused is not taken from the cache afterwards
    it.states(&json!({ "sha256_sum": other }));
    it.box_.refuses(&["refresh", "3.13.90"], 4, &[&other.to_string()]);
}

#[test]
fn its_silence_stops_nothing() {
    let it = setting();
    let throttled = br#"{"detail": "Request was throttled. Expected available in 42578 seconds."}"#;
    for (path, bytes) in [
        (RELEASE, &b"[]"[..]),
        (RELEASE, throttled),
        (RELEASE, b"<html>sign in</html>"),
        (FILES, b"[]"),
        (FILES, b"{"),
        (FILES, br#"[{"url": "https://example.org/Python-3.13.90.tgz", "md5_sum": "0c59", "sha256_sum": ""}]"#),
    ] {
        it.site.put(RELEASE, releases().to_string().as_bytes());
        it.site.put(path, bytes);
        it.forget();
        it.box_.sync(&["verify", "3.13.90", "--config", "molt-sync.toml"]).succeeds().says("agree      sha256, lock\n");
    }
    // another host is not asked: it says nothing about this one's files
    let mirror = format!("{}/mirror", it.site.url);
    for api in ["", "http://127.0.0.1:9/api"] {
        it.box_.write("molt-sync.toml", format!("mirror = \"{mirror}\"\n\n[feeds]\napi = \"{api}\"\n"));
        it.forget();
        it.box_.sync(&["verify", "3.13.90", "--config", "molt-sync.toml"]).succeeds().says("agree      sha256, lock\n");
    }
}

/// Two workspaces of one user, which share a cache and download the same archive at the same time.
#[test]
fn two_that_download_the_same_at_once_both_have_it() {
    let (one, two) = (setting(), setting());
    let artifact = Artifact::parse(NAME).unwrap();
    two.box_.write("molt-sync.toml", one.box_.read("molt-sync.toml"));
    for round in 0..3 {
        one.forget();
        one.site.serve_together(&format!("/mirror/{}", artifact.path()), 2);
        let cache = one.box_.root().join("cache");
        let start = |box_: &Sandbox| {
            let mut command = box_.command(&box_.ws(""), &["refresh", "3.13.90"]);
            command.env("MOLT_SYNC_CACHE_DIR", &cache).stdout(std::process::Stdio::null());
            command.stderr(std::process::Stdio::piped()).spawn().unwrap()
        };
        for child in [start(&one.box_), start(&two.box_)] {
            let ended = child.wait_with_output().unwrap();
            assert!(ended.status.success(), "{round}: {}", String::from_utf8_lossy(&ended.stderr));
        }
        let from_cache = ["verify", "3.13.90", "--offline"];
        one.box_.sync(&from_cache).succeeds().says(&Sha256::of(&one.archive).to_string());
        assert_eq!(one.box_.read("baselines/3.13.json"), two.box_.read("baselines/3.13.json"));
    }
}
