//! The public names of releases that are only partly at hand: what can be looked at is told, and nothing else counts as looked at.

use std::{fs, path::PathBuf};

use molt_sync::{
    base::Sha256,
    stdlib::{Baseline, SourceKind, bundled},
};
use serde_json::Value;

use crate::{
    interfaces::packed,
    support::{Release, Sandbox, run::Ended},
};

/// The releases that are bundled, each with its series.
fn releases() -> Vec<(String, String)> {
    let of = |it: Baseline| (it.series.to_string(), it.facts.release.unwrap().to_string());
    bundled().into_iter().map(of).collect()
}

/// A workspace whose union file names modules and no release.
fn workspace() -> Sandbox {
    let sandbox = crate::pinned::workspace();
    for (series, _) in releases() {
        let path = format!("baselines/{series}.json");
        if sandbox.ws(&path).exists() {
            sandbox.remove(&path);
        }
    }
    sandbox.write("src/molt/stdlib/copy.py", "def copy(x): pass\n");
    sandbox
}

const COPY: (&str, &[u8]) = ("Lib/copy.py", b"def copy(x): pass\ndef deepcopy(x): pass\n");

/// Puts a release into the mirror.
fn publish(sandbox: &Sandbox, (series, version): (&str, &str)) {
    let release = Release::based_on(series, version);
    sandbox.publish(version, "tgz", &packed(&release, version, &[COPY]));
}

/// The files of public names that the cache has.
fn kept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let folders = fs::read_dir(sandbox.root().join("cache")).unwrap().map(|it| it.unwrap().path());
    let folder = folders.filter(|it| it.file_name().unwrap().to_str().unwrap().starts_with("names-"));
    folder.flat_map(|it| fs::read_dir(it).unwrap()).map(|it| it.unwrap().path()).collect()
}

/// Puts the names of a bundled release into the cache, as reading its archive does: nobody can make one with its digest.
fn read(sandbox: &Sandbox, (series, version): &(String, String), this: &str) {
    let bytes = packed(&Release::based_on(series, version), version, &[COPY, ("Lib/this.py", this.as_bytes())]);
    let archive = sandbox.file("a.tgz", &bytes);
    sandbox.sync(&["surface", "--source", &archive]).succeeds();
    let digest = bundled().into_iter().find_map(|it| it.provenance.sha256.filter(|_| it.series.to_string() == *series));
    let key = digest.unwrap_or_else(|| Sha256::of(format!("the public names of CPython {version}").as_bytes()));
    let own = Sha256::of(&bytes).to_string();
    let file = kept(sandbox).into_iter().find(|it| it.file_name().unwrap().to_str().unwrap() == own).unwrap();
    fs::rename(&file, file.with_file_name(key.to_string())).unwrap();
}

fn parsed(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
}

fn value_of(facts: &Value, id: &str) -> Value {
    facts["facts"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id}: {facts:#}"))["value"]
        .clone()
}

fn row(sandbox: &Sandbox) -> Value {
    let rows = sandbox.read("docs/scoreboard/history.jsonl");
    serde_json::from_str(rows.lines().last().unwrap()).unwrap()
}

#[test]
fn where_no_release_is_recorded_the_facts_are_those_of_the_bundled_ones() {
    let sandbox = workspace();
    let all = releases();
    let (last, others) = all.split_last().unwrap();
    for it in others {
        read(&sandbox, it, "d = 1\n");
    }
    // one of them is nowhere: a number of the others would be another one on each machine
    let surface = || parsed(&sandbox.sync(&["surface", "--offline", "--format", "json"]).succeeds());
    let partly = surface();
    assert_eq!(partly["releases"].as_array().unwrap().len(), others.len(), "{partly:#}");
    assert_eq!(partly["not_looked_at"][0]["series"], last.0);
    let ended = sandbox.sync(&["docs", "facts", "api"]);
    assert!(ended.code == 2 && ended.err.contains(&format!("{} are not at hand", last.1)), "{}", ended.err);
    let ended = sandbox.sync(&["scoreboard", "record", "--date", "2026-03-02"]).succeeds();
    assert!(ended.err.contains("the row has no number of public names"), "{}", ended.err);
    assert!(row(&sandbox)["public-names"].is_null(), "what was not looked at has no number: {}", row(&sandbox));
    read(&sandbox, last, "d = e = 1\n");
    let found = surface();
    assert_eq!(found["not_looked_at"].as_array().unwrap().iter().find(|it| it["series"].is_string()), None);
    let facts = parsed(&sandbox.sync(&["docs", "facts", "api", "--format", "json"]).succeeds());
    for what in ["required", "present", "missing", "unknown"] {
        assert_eq!(value_of(&facts, &format!("api.names.{what}")), found["totals"][what], "{what}");
    }
    for (module, required, present) in [("copy", 2, 1), ("this", 2, 0)] {
        let id = format!("module.{module}.names");
        let facts = parsed(&sandbox.sync(&["docs", "facts", &id, "--format", "json"]).succeeds());
        assert_eq!(value_of(&facts, &format!("{id}.required")), required, "{module}");
        assert_eq!(value_of(&facts, &format!("{id}.present")), present, "{module}");
    }
    sandbox.sync(&["scoreboard", "record", "--date", "2026-03-09"]).succeeds();
    assert_eq!(row(&sandbox)["public-names"]["required"], found["totals"]["required"]);
    assert_eq!(row(&sandbox)["public-names"]["present"], found["totals"]["present"]);
}

#[test]
fn what_was_read_of_a_release_serves_a_record_that_names_no_archive() {
    let sandbox = Sandbox::with_series("3.14");
    publish(&sandbox, ("3.14", "3.14.80"));
    sandbox.sync(&["refresh", "3.14", "--mirror", "../mirror"]).succeeds();
    let mut record = Baseline::parse(&sandbox.read("baselines/3.14.json")).unwrap();
    (record.provenance.source, record.provenance.sha256, record.provenance.artifact) =
        (SourceKind::Assembled, None, None);
    sandbox.write("baselines/3.14.json", record.render());
    let facts = || sandbox.sync(&["--offline", "docs", "facts", "api.names.required"]);
    facts().succeeds();
    let first = sandbox.sync(&["surface", "--mirror", "../mirror", "--format", "json"]).succeeds();
    fs::remove_dir_all(sandbox.root().join("mirror")).unwrap();
    let again = sandbox.sync(&["surface", "--offline", "--format", "json"]).succeeds();
    assert_eq!(parsed(&again), parsed(&first));
    facts().succeeds();
    // an archive that the lock does not name serves no other record
    let path = "baselines/releases.lock.toml";
    let lock = sandbox.read(path);
    assert!(lock.contains("3.14.80"), "{lock}");
    sandbox.write(path, lock.replace("3.14.80", "3.14.79"));
    assert_eq!(facts().code, 2);
}

#[test]
fn a_mirror_that_does_not_answer_takes_nothing_from_what_is_at_hand() {
    let sandbox = workspace();
    let all = releases();
    let nowhere = ["--mirror", "http://127.0.0.1:1", "--attempts", "1", "--timeout", "1"];
    let surface = |args: &[&str]| sandbox.sync(&[&["surface", "--format", "json"], args].concat());
    let ended = surface(&nowhere);
    assert_eq!(ended.code, 5, "{}{}", ended.out, ended.err);
    read(&sandbox, &all[1], "d = 1\n");
    let ended = surface(&nowhere);
    let found = parsed(&ended);
    assert_eq!(ended.code, 5, "{}", ended.err);
    assert_eq!(found["releases"][0]["release"], all[1].1);
    let unseen: Vec<&Value> = found["not_looked_at"].as_array().unwrap().iter().map(|it| &it["series"]).collect();
    assert_eq!(unseen[..2], [&Value::from(all[0].0.as_str()), &Value::from(all[2].0.as_str())]);
    let words = format!("what {} and {} requires was not looked at", all[0].0, all[2].0);
    assert!(ended.err.contains(&words), "{}", ended.err);
    // who asks whether the attested modules are whole is not told that they are
    assert_eq!(surface(&["--offline"]).code, 0);
    assert_eq!(surface(&["--offline", "--attested"]).code, 2);
    sandbox.refuses(&["surface", "--tighten", "--offline"], 2, &["was not looked at"]);
}

#[test]
fn the_scoreboard_has_no_figure_of_a_release_that_is_gone_or_damaged() {
    let sandbox = Sandbox::with_series("3.14");
    publish(&sandbox, ("3.14", "3.14.80"));
    sandbox.sync(&["refresh", "3.14", "--mirror", "../mirror"]).succeeds();
    let record = |date: &str| {
        let ended = sandbox.sync(&["scoreboard", "record", "--date", date]).succeeds();
        (row(&sandbox)["public-names"].clone(), ended.err)
    };
    assert!(record("2026-03-02").0["required"].is_u64());
    let whole: Vec<_> = kept(&sandbox).into_iter().map(|it| (fs::read(&it).unwrap(), it)).collect();
    for folder in ["mirror", "cache"] {
        fs::remove_dir_all(sandbox.root().join(folder)).unwrap();
    }
    fs::create_dir_all(whole[0].1.parent().unwrap()).unwrap();
    let words = "the public names of CPython 3.14.80 are not at hand; `molt-sync surface` reads them where the release can be had";
    for (at, (what, damage)) in [
        ("gone", None),
        ("damaged", Some(b"\xff".to_vec())),
        ("another release's", Some(whole[0].0.iter().map(|it| if *it == b'8' { b'7' } else { *it }).collect())),
    ]
    .into_iter()
    .enumerate()
    {
        if let Some(it) = &damage {
            fs::write(&whole[0].1, it).unwrap();
        }
        let (figure, said) = record(&format!("2026-03-{:02}", 16 + 7 * at));
        assert!(figure.is_null(), "{what}: {figure}");
        assert!(said.contains(words), "{what}: {said}");
    }
    fs::write(&whole[0].1, &whole[0].0).unwrap();
    assert!(record("2026-04-06").0["required"].is_u64());
    // another archive in the place of the recorded one says nothing about it
    let mut other = Baseline::parse(&sandbox.read("baselines/3.14.json")).unwrap();
    other.provenance.sha256 = Some(Sha256::of(b"another"));
    sandbox.write("baselines/3.14.json", other.render());
    let (figure, said) = record("2026-04-13");
    assert!(figure.is_null() && said.contains(words), "{figure} {said}");
}

#[test]
fn what_one_workspace_vouches_for_says_nothing_of_a_release_in_another_one() {
    let (series, version) = releases().pop().unwrap();
    let (honest, hostile) = (workspace(), workspace());
    let shared = honest.root().join("cache");
    let sync =
        |sandbox: &Sandbox, args: &[&str]| sandbox.sync(&[&["--cache-dir", shared.to_str().unwrap()], args].concat());
    // an archive under the name of a release that is bundled, and a lock that says that somebody reviewed it
    let made_up = ("Lib/this.py", &b"def made_up(): pass\n"[..]);
    let bytes = packed(&Release::based_on(&series, &version), &version, &[COPY, made_up]);
    hostile.publish(&version, "tgz", &bytes);
    let (artifact, digest) = (format!("Python-{version}.tgz"), Sha256::of(&bytes).to_string());
    let reviewed = ["trust", "add", &version, "--artifact", &artifact, "--sha256", &digest, "--by", "Ann"];
    hostile.sync(&reviewed).succeeds();
    let surface =
        |sandbox: &Sandbox, more: &[&str]| sync(sandbox, &[&["surface", "this", "--format", "json"], more].concat());
    let there = surface(&hostile, &["--mirror", "../mirror"]);
    assert!(there.out.contains("made_up"), "where somebody vouches for it, it counts: {}{}", there.out, there.err);
    assert!(surface(&hostile, &["--offline"]).out.contains("made_up"), "and does so without the mirror");
    let here = surface(&honest, &["--offline"]);
    assert!(!here.out.contains("made_up"), "{}", here.out);
    assert!(here.out.contains(&format!("{version} is not in the cache")) || here.code != 0, "{}{}", here.out, here.err);
}
