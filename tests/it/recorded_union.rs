//! The union file against the recorded baselines: a name is not taken out of the one while the others have it.

use molt_sync::stdlib::Baseline;

use crate::{
    gates_command::json,
    support::{
        Sandbox,
        papers::{SETTINGS, commit, git_on},
        tree::{RATCHET, STD, UNION, mini},
    },
};

const GATE: &str = "recorded-union";
const DAY: &str = "2026-01-10";

/// Something that is done to a workspace.
type Change<'a> = &'a dyn Fn(&Sandbox);

fn edit(box_: &Sandbox, path: &str, change: impl Fn(String) -> String) {
    let (old, new) = (box_.read(path), change(box_.read(path)));
    assert!(old != new, "{path} stays as it is");
    box_.write(path, new);
}

/// What the gate says: its state, and its findings or why it was not judged.
fn state(box_: &Sandbox) -> (String, String) {
    let (_, report) = json(box_, &["gates"]);
    let gate = report["gates"].as_array().unwrap().iter().find(|it| it["id"] == GATE).unwrap();
    let found = gate["findings"].as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap().to_owned());
    let why = gate["not_judged"].as_str().map(str::to_owned);
    (gate["state"].as_str().unwrap().to_owned(), why.into_iter().chain(found).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_name_that_is_recorded_does_not_go_from_the_union() {
    let name = "    \"zipapp\",\n";
    let rows: [(&str, Change<'_>, &str); 6] = [
        (
            "from the whole file",
            &|it| edit(it, UNION, |text| text.replace(name, "").replace("\"zipapp\", ", "")),
            "`zipapp` of 3.13, 3.14 is recorded",
        ),
        (
            "from what Molt's tools read",
            &|it| {
                edit(it, UNION, |text| {
                    let at = text.find("STDLIB_MODULE_UNION").unwrap();
                    let (head, rest) = text.split_at(at);
                    format!("{head}{}", rest.replacen(name, "", 1))
                });
            },
            "differs from its parts in 1 name, the first of which is `zipapp`",
        ),
        (
            "a name that no release has",
            &|it| edit(it, UNION, |text| text.replace(name, "    \"zipapp\",\n    \"zipaqq\",\n")),
            "`zipaqq` of 3.13, 3.14 is in the union file",
        ),
        (
            "from a baseline",
            &|it| {
                edit(it, "baselines/3.14.json", |text| {
                    let lines = text.lines().filter(|it| !it.contains("\"zipapp\""));
                    lines.map(|it| format!("{it}\n")).collect()
                });
            },
            "it is not as it was written",
        ),
        (
            "a series that the union lacks",
            &|it| {
                let other = Sandbox::with_whole_series("3.12");
                it.write("baselines/3.12.json", other.read("baselines/3.12.json"));
            },
            "3.12 is recorded, and the union file does not have that series",
        ),
        (
            "the baselines lie elsewhere",
            &|it| {
                it.write(SETTINGS, "[paths]\nbaselines = \"facts\"\n");
                std::fs::rename(it.ws("baselines"), it.ws("facts")).unwrap();
                edit(it, UNION, |text| text.replace(name, ""));
            },
            "`zipapp` of",
        ),
    ];
    for (what, change, words) in rows {
        let box_ = Sandbox::with_whole_series("3.13,3.14");
        assert_eq!(state(&box_), ("passed".into(), String::new()), "{what}");
        change(&box_);
        let (state, found) = state(&box_);
        assert!(state == "failed" && found.contains(words), "{what}: {state}: {found}");
    }
}

#[test]
fn a_baseline_that_is_none_is_one_finding() {
    let box_ = Sandbox::with_series("3.13,3.14");
    let path = "baselines/3.14.json";
    for (text, words) in
        [("{}".to_owned(), "missing field"), (box_.read("baselines/3.13.json"), "it holds series 3.13")]
    {
        box_.write(path, text);
        let ended = box_.sync(&["gates"]);
        assert!(
            ended.code == 1 && ended.out.contains(&format!("  {path}: cannot read {path}: ")),
            "{}\n{}",
            ended.out,
            ended.err
        );
        assert!(ended.out.contains(words) && ended.out.contains("1 failed with 1 finding"), "{}", ended.out);
    }
}

#[test]
fn what_is_not_recorded_is_left_alone() {
    let box_ = Sandbox::of(&mini());
    let (state, why) = state(&box_);
    assert!(state == "not-judged" && why == "no baseline is recorded in baselines", "{state}: {why}");
    // one of two series is not recorded
    let box_ = Sandbox::with_series("3.13,3.14");
    box_.remove("baselines/3.13.json");
    assert_eq!(self::state(&box_), ("passed".into(), String::new()));
}

#[test]
fn a_name_that_the_same_change_takes_out_of_the_union_is_no_progress() {
    let name = "    \"zipapp\",\n";
    let module = format!("{STD}/zipapp.py");
    let rows: [(&str, Change<'_>); 3] = [
        ("the union", &|it| edit(it, UNION, |text| text.replace(name, ""))),
        ("the union and the baselines", &|it| {
            edit(it, UNION, |text| text.replace(name, ""));
            for series in ["3.13", "3.14"] {
                let lines = |text: String| {
                    text.lines().filter(|it| !it.contains("\"zipapp\"")).map(|it| format!("{it}\n")).collect()
                };
                edit(it, &format!("baselines/{series}.json"), lines);
            }
        }),
        ("the baselines go", &|it| {
            edit(it, UNION, |text| text.replace(name, ""));
            it.remove("baselines/3.13.json");
            it.remove("baselines/3.14.json");
        }),
    ];
    for (what, change) in rows {
        let box_ = Sandbox::with_whole_series("3.13,3.14");
        commit(&box_, DAY, "Start");
        git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
        let before = box_.read(RATCHET);
        box_.remove(&module);
        change(&box_);
        let ended = box_.sync(&["ratchet", "lower", "--base", "main"]);
        assert!(ended.code == 1 && ended.err.contains("  zipapp\n"), "{what}: {}{}", ended.out, ended.err);
        assert_eq!(box_.read(RATCHET), before);
    }
}

#[test]
fn a_name_that_a_recorded_release_has_dropped_is_gone() {
    let box_ = Sandbox::with_series("3.14");
    let without = crate::support::release::Release::based_on("3.14", "3.14.98").without("zipapp");
    commit(&box_, DAY, "Start");
    let bytes = without.tgz();
    box_.publish("3.14.98", "tgz", &bytes);
    let mirror = box_.root().join("mirror");
    let mirror = mirror.to_str().unwrap();
    let ended = box_.sync(&["--mirror", mirror, "refresh", "3.14.98"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(state(&box_), ("passed".into(), String::new()));
    box_.sync(&["ratchet", "lower", "--base", "main"]).succeeds().says("  zipapp: gone\n");
}

#[test]
fn a_record_that_a_branch_takes_away_is_missed() {
    let rows: [(&str, Change<'_>); 4] = [
        ("deleted", &|it| it.remove("baselines/3.13.json")),
        ("under another name", &|it| {
            std::fs::rename(it.ws("baselines/3.13.json"), it.ws("baselines/3.13.JSON")).unwrap();
        }),
        ("all of them", &|it| {
            it.remove("baselines/3.13.json");
            it.remove("baselines/3.14.json");
        }),
        ("the folder is another one", &|it| it.write(SETTINGS, "[paths]\nbaselines = \"none\"\n")),
    ];
    for (what, change) in rows {
        let box_ = Sandbox::with_series("3.13,3.14");
        commit(&box_, DAY, "Start");
        git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
        box_.sync(&["gates", "--base", "main", "--new-only"]).succeeds();
        change(&box_);
        let ended = box_.sync(&["gates", "--base", "main", "--new-only"]);
        let says = ended.out.contains("3.13 was recorded, and its baseline is not there");
        assert!(ended.code == 1 && says, "{what}: {}{}", ended.out, ended.err);
    }
    // the lock knows it without a base
    let box_ = Sandbox::with_series("3.13,3.14");
    let digest = "a".repeat(64);
    let add = ["trust", "add", "3.13.77", "--artifact", "Python-3.13.77.tgz", "--sha256", &digest, "--by", "A. Tester"];
    box_.sync(&add).succeeds();
    assert_eq!(state(&box_).0, "passed", "{:?}", state(&box_));
}

#[test]
fn a_record_without_its_digest_is_not_believed() {
    let box_ = Sandbox::with_series("3.13");
    edit(&box_, "baselines/3.13.json", |text| {
        let at = text.find(",\n  \"digest\"").unwrap();
        format!("{}\n}}\n", &text[..at])
    });
    let (state, why) = state(&box_);
    assert!(state == "failed" && why.contains("it has no digest"), "{state}: {why}");
}

type Forgery = fn(&mut Baseline);

/// Changes a baseline, and gives it the digest of its new words.
fn forge(box_: &Sandbox, path: &str, change: impl Fn(&mut Baseline)) {
    let mut baseline = Baseline::parse(&box_.read(path)).unwrap();
    change(&mut baseline);
    box_.write(path, baseline.render());
}

fn without_zipapp(it: &mut Baseline) {
    assert!(it.facts.modules.remove("zipapp").is_some() && it.facts.top_level.remove("zipapp"));
}

/// Takes a name out of everything that has it.
fn take_out(box_: &Sandbox) {
    edit(box_, UNION, |text| text.replace("    \"zipapp\",\n", ""));
    box_.remove(&format!("{STD}/zipapp.py"));
}

const RECORD: &str = "baselines/3.13.json";

#[test]
fn a_record_that_is_forged_with_its_digest_is_told() {
    let rows: [(&str, Forgery, bool, &str); 8] = [
        (
            "a name goes",
            without_zipapp,
            true,
            "other facts of 3.13.5 than those that come with molt-sync: without `zipapp`",
        ),
        (
            "a name comes",
            |it| {
                let like = it.facts.modules["zipapp"].clone();
                it.facts.top_level.insert("zipaqq".into());
                it.facts.modules.insert("zipaqq".into(), like);
            },
            true,
            "with `zipaqq`",
        ),
        (
            "another kind",
            |it| it.facts.modules.get_mut("zipapp").unwrap().kind = molt_sync::stdlib::ModuleKind::Alias,
            true,
            "otherwise `zipapp`",
        ),
        (
            "another release of the same archive",
            |it| it.facts.release = Some("3.13.99".parse().unwrap()),
            true,
            "it records 3.13.99 from the archive whose facts come with molt-sync as 3.13.5",
        ),
        (
            "another release and archive",
            |it| {
                it.facts.release = Some("3.13.99".parse().unwrap());
                it.provenance.sha256 = Some(molt_sync::base::Sha256::of(b"x"));
            },
            false,
            "has 3.13.5, and the lock has no archive of 3.13.99 with its digest",
        ),
        (
            "no release",
            |it| {
                without_zipapp(it);
                it.facts.release = None;
                it.provenance.sha256 = None;
            },
            false,
            "it records 3.13.x",
        ),
        (
            "an archive that nobody has",
            |it| {
                without_zipapp(it);
                it.provenance.sha256 = Some(molt_sync::base::Sha256::of(b"x"));
            },
            true,
            "without `zipapp`",
        ),
        (
            "put together",
            |it| {
                without_zipapp(it);
                it.provenance.source = molt_sync::stdlib::SourceKind::Assembled;
                (it.provenance.artifact, it.provenance.sha256, it.provenance.verified_by) = (None, None, None);
            },
            true,
            "without `zipapp`",
        ),
    ];
    for (what, change, is_alone, words) in rows {
        let box_ = Sandbox::with_whole_series("3.13");
        commit(&box_, DAY, "Start");
        git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
        box_.sync(&["gates", "--base", "main", "--new-only"]).succeeds();
        box_.sync(&["ratchet", "check", "--base", "main"]).succeeds();
        forge(&box_, RECORD, change);
        take_out(&box_);
        let ended = box_.sync(&["gates", "--base", "main", "--new-only"]);
        assert!(ended.code == 1 && ended.out.contains(words), "{what}: {}{}", ended.out, ended.err);
        if is_alone {
            let (state, found) = state(&box_);
            assert!(state == "failed" && found.contains(words), "{what}: {state}: {found}");
        }
        // the other commands ask the same
        if !["a name goes", "another release of the same archive", "no release"].contains(&what) {
            continue;
        }
        box_.refuses(&["ratchet", "check", "--base", "main"], 1, &["not what was recorded", words]);
        let docs = box_.sync(&["docs", "check", "--base", "main"]);
        assert!(docs.code == 2 && docs.out.contains(words), "{what}: {}{}", docs.out, docs.err);
        box_.refuses(&["ratchet", "lower", "--base", "main"], 1, &["deleting 1 module", "  zipapp\n"]);
        if is_alone {
            box_.write(SETTINGS, "mirror = \"none\"\n");
            let watched = box_.sync(&["watch", "--offline", "--series", "3.13"]).err;
            let is_told = watched.contains("baselines/3.13.json is not what was recorded: ") && watched.contains(words);
            assert!(is_told, "{what}: {watched}");
        }
        // one that both have is no matter of the branch
        commit(&box_, DAY, "Forge");
        git_on(&box_, DAY, &["switch", "-q", "-c", "next"]);
        box_.sync(&["ratchet", "check", "--base", "branch"]).succeeds();
    }
}

#[test]
fn a_record_of_a_refresh_is_held_against_that_of_the_base_and_the_lock() {
    let box_ = Sandbox::with_whole_series("3.14");
    commit(&box_, DAY, "Start");
    git_on(&box_, DAY, &["switch", "-q", "-c", "branch"]);
    let release = crate::support::release::Release::whole("3.14", "3.14.98").without("zipapp");
    box_.publish("3.14.98", "tgz", &release.tgz());
    let mirror = box_.root().join("mirror");
    box_.sync(&["--mirror", mirror.to_str().unwrap(), "refresh", "3.14.98"]).succeeds();
    // whoever reads a pull request is told that no gate reads an archive
    for format in ["human", "json", "github"] {
        let told = box_.sync(&["gates", "--base", "main", "--new-only", "--format", format]).succeeds().out;
        let words = "whether CPython 3.14.98 has the facts that baselines/3.14.json newly records";
        assert!(told.contains(words), "{format}: {told}");
    }
    let told = box_.sync(&["gates"]).succeeds().out;
    assert!(!told.contains("newly records"), "{told}");
    // an honest refresh passes
    for args in [&["gates", "--base", "main", "--new-only"][..], &["ratchet", "check", "--base", "main"]] {
        box_.sync(args).succeeds();
    }
    commit(&box_, DAY, "Refresh");
    git_on(&box_, DAY, &["switch", "-q", "-c", "next"]);
    let path = "baselines/3.14.json";
    let rows: [(&str, Forgery, &str); 3] = [
        (
            "a name below",
            |it| _ = it.facts.modules.remove("zoneinfo._zoneinfo").unwrap(),
            "than those that are recorded in ",
        ),
        (
            "a name at the top",
            |it| assert!(it.facts.modules.remove("this").is_some() && it.facts.top_level.remove("this")),
            "without `this`",
        ),
        ("an older release", |it| it.facts.release = Some("3.14.97".parse().unwrap()), "from the archive whose facts"),
    ];
    let before = box_.read(path);
    for (what, change, words) in rows {
        box_.write(path, &before);
        forge(&box_, path, change);
        let ended = box_.sync(&["gates", "--base", "branch", "--new-only"]);
        assert!(ended.code == 1 && ended.out.contains(words), "{what}: {}{}", ended.out, ended.err);
        box_.refuses(&["ratchet", "check", "--base", "branch"], 1, &[words]);
    }
    // an archive that the base has in its lock does not go from it while its record stays
    box_.write(path, &before);
    let lock = "baselines/releases.lock.toml";
    let kept = box_.read(lock);
    let without = kept.split("[[release]]").next().unwrap().to_owned();
    for text in [&without, ""] {
        box_.write(lock, text);
        let ended = box_.sync(&["gates", "--base", "branch", "--new-only", "--only", GATE]);
        let words = "releases.lock.toml: the archive of 3.14.98 was in it, and is in it no more";
        assert!(ended.code == 1 && ended.out.contains(words), "{}{}", ended.out, ended.err);
    }
    // nor does it have another digest than molt-sync, whatever vouches for the record
    let other = "a".repeat(64);
    let entry = format!(
        "\n[[release]]\nversion = \"3.13.5\"\nartifact = \"Python-3.13.5.tgz\"\nsha256 = \"{other}\"\nverified_by = \"pinned\"\n"
    );
    box_.write(lock, format!("{kept}{entry}"));
    let (state_now, found) = state(&box_);
    let words = "its digest of Python-3.13.5.tgz is another than the one that molt-sync comes with";
    assert!(state_now == "failed" && found.contains(words), "{state_now}: {found}");
    box_.write(lock, &kept);
    // the entry of the lock is whoever's who can edit it, and molt-sync comes with the digests of most releases
    box_.write(lock, kept.replace("3.14.98", "3.14.0"));
    box_.write(path, &before);
    forge(&box_, path, |it| it.facts.release = Some("3.14.0".parse().unwrap()));
    for args in [&["gates", "--base", "branch", "--new-only"][..], &["gates"]] {
        let ended = box_.sync(args);
        assert!(ended.code == 1 && ended.out.contains("the digests of 3.14.0 that come with molt-sync are others"));
    }
    box_.write(lock, kept);
    // without a base, the lock still has the digest of the names at the top, and which release was the last
    for (change, words) in
        [(rows[1].1, "another digest of the top-level names"), (rows[2].1, "last refresh recorded 3.14.98")]
    {
        box_.write(path, &before);
        forge(&box_, path, change);
        let (state, found) = state(&box_);
        assert!(state == "failed" && found.contains(words), "{state}: {found}");
    }
}

#[test]
fn a_bundled_record_over_another_one_says_what_a_base_wants() {
    let box_ = Sandbox::with_whole_series("3.14");
    let mut older = Baseline::parse(&box_.read("baselines/3.14.json")).unwrap();
    older.facts.release = Some("3.14.9".parse().unwrap());
    box_.write("baselines/3.14.json", older.render());
    commit(&box_, DAY, "Start");
    let words = "refresh 3.14 from a verified archive (`molt-sync refresh 3.14`) before it is compared with a base";
    box_.sync(&["refresh", "3.14", "--source", "bundled"]).succeeds().says(words);
    let archive = "`--source bundled` took the place of another record";
    for args in [
        &["gates", "--base", "HEAD"][..],
        &["docs", "check", "--base", "HEAD"],
        &["ratchet", "check", "--base", "HEAD"],
    ] {
        let ended = box_.sync(args);
        assert!(ended.code != 0 && (ended.out + &ended.err).contains(archive), "{args:?}: {}", ended.code);
    }
    // the same record again takes no other one's place
    let again = box_.sync(&["refresh", "3.14", "--source", "bundled"]).succeeds();
    assert!(!again.out.contains(words), "{}", again.out);
}
