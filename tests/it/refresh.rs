//! `refresh`: what changes, what does not, and what it takes for growth.

use std::process::Command;

use molt_sync::{
    base::{Edit, RelPath},
    changeset::Changeset,
    stdlib::ModuleKind,
};

use crate::support::{Release, Sandbox};

const SIGN: [&str; 4] = ["--sign-off", "A. Owner", "--reason", "upstream grew"];
const STD: &str = "src/molt/stdlib";

/// 3.15 with a module, a package with a subpackage, a module that became a package, and one that vanished.
fn next_series() -> Release {
    Release::based_on("3.14", "3.15.0")
        .with("newmod", ModuleKind::Module)
        .with("newpkg", ModuleKind::Package)
        .with("newpkg.core", ModuleKind::Module)
        .with("newpkg.sub", ModuleKind::Package)
        .with("newpkg.sub.leaf", ModuleKind::Module)
        .with("_newc", ModuleKind::Extension)
        .with("abc", ModuleKind::Package)
        .with("abc.extra", ModuleKind::Module)
        .with("json.alias", ModuleKind::Alias)
        .without("wave")
}

fn refresh<'a>(version: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["refresh", version, "--mirror", "../mirror"];
    args.extend(more);
    args
}

#[test]
fn a_second_refresh_changes_no_byte() {
    let box_ = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    box_.publish("3.13.77", "tgz", &release.tgz());
    box_.sync(&refresh("3.13", &SIGN)).succeeds().says("json.newer: added (module)");
    assert!(box_.read(&format!("{STD}/json/newer.py")).contains("`json.newer`"));
    let before = box_.snapshot();
    box_.sync(&refresh("3.13", &[])).succeeds().says("no byte was changed");
    box_.sync(&refresh("3.13.77", &[])).succeeds().says("no byte was changed");
    assert!(before == box_.snapshot());
}

#[test]
fn growth_is_refused_until_somebody_signs_for_exactly_it() {
    let box_ = Sandbox::with_series("3.13,3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    let budget =
        |text: &str| -> u64 { text.split(": ").nth(1).unwrap().trim_end_matches(['}', '\n']).parse().unwrap() };
    let before = budget(&box_.read("tools/stdlib_intrinsics_ratchet.json"));
    box_.refuses(&refresh("3.15", &[]), 3, &["would be 7 over the budget", "new stub: newpkg.sub.leaf", "--sign-off"]);
    let unsigned = box_.sync(&refresh("3.15", &["--sign-off", "A. Owner"]));
    assert!(unsigned.code == 2 && unsigned.err.contains("--reason <TEXT>"), "{}", unsigned.err);
    box_.sync(&refresh("3.15", &[&SIGN[..], &["--now", "2026-11-23"]].concat()))
        .succeeds()
        .says("signed off by A. Owner");
    assert_eq!(budget(&box_.read("tools/stdlib_intrinsics_ratchet.json")), before + 7);
    let signed = box_.read("docs/scoreboard/exceptions/refresh-3.15.0-ratchet.toml");
    for line in [
        "signed_off_by = \"A. Owner\"\n",
        "reason = \"upstream grew\"\n",
        "date = \"2026-11-23\"\n",
        &format!("budget_before = {before}\n"),
        "    \"newpkg.sub.leaf\",\n",
        "[rollback]\nplan = \"Revert",
    ] {
        assert!(signed.contains(line), "{line} is not in {signed}");
    }
}

#[test]
fn an_earlier_sign_off_stays() {
    let box_ = Sandbox::with_series("3.13,3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    box_.write("docs/scoreboard/exceptions/refresh-3.15.0-ratchet.toml", "# somebody's\n");
    box_.sync(&refresh("3.15", &SIGN)).succeeds();
    assert_eq!(box_.read("docs/scoreboard/exceptions/refresh-3.15.0-ratchet.toml"), "# somebody's\n");
    assert!(box_.read("docs/scoreboard/exceptions/refresh-3.15.0-ratchet-2.toml").contains("signed_off_by"));
}

#[test]
fn a_tree_over_its_budget_answers_for_its_own_growth_alone() {
    let box_ = Sandbox::with_whole_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    box_.write("tools/stdlib_intrinsics_ratchet.json", "{\"max_intrinsic_partial\": 700}");
    box_.refuses(
        &refresh("3.15", &[]),
        3,
        &["would be 7 over the budget of 700", "besides 63 that are over it already"],
    );
    box_.sync(&refresh("3.15", &SIGN)).succeeds().says("the ratchet stays broken: 63 modules");
    assert_eq!(box_.read("tools/stdlib_intrinsics_ratchet.json"), "{\"max_intrinsic_partial\": 707}");
}

#[test]
fn stubs_are_created_moved_and_retired() {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    box_.sync(&refresh("3.15", &SIGN)).succeeds().says("1 moved into packages: abc");
    for path in [
        "newmod.py",
        "newpkg/__init__.py",
        "newpkg/sub/__init__.py",
        "newpkg/sub/leaf.py",
        "_newc.py",
        "abc/__init__.py",
    ] {
        assert!(box_.ws(STD).join(path).is_file(), "{path}");
    }
    assert!(!box_.ws(STD).join("abc.py").exists() && !box_.ws(STD).join("json/alias.py").exists());
    // 3.14 still has it
    assert!(box_.ws(STD).join("wave.py").exists());
    box_.sync(&["baseline", "drop", "3.14"]).succeeds().says("1 retired: wave");
    assert!(!box_.ws(STD).join("wave.py").exists() && !box_.ws("baselines/3.14.json").exists());
    assert!(box_.read("tools/stdlib_module_union.py").contains("BASELINE_PYTHON_VERSIONS = (\"3.15\",)\n"));
    box_.refuses(&["baseline", "drop", "3.15"], 2, &["only supported series"]);
    box_.refuses(&["baseline", "drop", "3.14"], 2, &["not a supported series"]);
}

#[test]
fn a_persons_file_is_never_touched() {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().without("wave").tgz());
    let mine = "VALUE = 1\n";
    box_.write(&format!("{STD}/abc.py"), mine);
    box_.refuses(&refresh("3.15", &SIGN), 3, &["src/molt/stdlib/abc.py: `abc` is a package in CPython now"]);
    box_.write(&format!("{STD}/abc.py"), "");
    std::fs::remove_file(box_.ws(STD).join("abc.py")).unwrap();
    box_.write(&format!("{STD}/abc/__init__.py"), mine);
    box_.write(&format!("{STD}/wave.py"), mine);
    box_.sync(&refresh("3.15", &SIGN)).succeeds();
    box_.sync(&["baseline", "drop", "3.14"])
        .succeeds()
        .says("left alone although their names are gone: src/molt/stdlib/wave.py");
    assert_eq!(
        (box_.read(&format!("{STD}/abc/__init__.py")).as_str(), box_.read(&format!("{STD}/wave.py")).as_str()),
        (mine, mine)
    );
}

#[test]
fn an_alias_keeps_a_name_that_had_a_file() {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.99").with("json.scanner", ModuleKind::Alias);
    let mut release = release;
    release.0.facts.modules.get_mut("json.scanner").unwrap().path = Some("Lib/json/__init__.py".into());
    box_.publish("3.14.99", "tgz", &release.tgz());
    box_.sync(&refresh("3.14", &[])).succeeds().says("json.scanner: lost its file and lives on as an alias");
    assert!(box_.ws(STD).join("json/scanner.py").is_file());
    assert!(box_.read("tools/stdlib_module_union.py").contains("\"json.scanner\""));
    assert!(
        !box_.read("tools/stdlib_module_union.py").contains("\"os.path\""),
        "an alias that never had a file is no file"
    );
}

#[test]
fn a_dry_run_writes_nothing_and_its_patch_is_what_a_run_would_do() {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    let before = box_.snapshot();
    let args = [&SIGN[..], &["--now", "2026-11-23"]].concat();
    let shown = box_.sync(&refresh("3.15", &[&args[..], &["--dry-run"]].concat())).succeeds();
    assert!(shown.err.contains("would be"), "{}", shown.err);
    box_.sync(&refresh("3.15", &[&args[..], &["--patch", "../a.patch", "--report", "../a.md"]].concat())).succeeds();
    assert!(before == box_.snapshot(), "neither run may write");
    let patch = std::fs::read_to_string(box_.root().join("a.patch")).unwrap();
    assert!(patch == shown.out, "--patch and --dry-run show the same");
    assert!(
        std::fs::read_to_string(box_.root().join("a.md"))
            .unwrap()
            .starts_with("# Add CPython 3.15, recorded from 3.15.0\n")
    );
    box_.sync(&refresh("3.15", &args)).succeeds();
    let applied = box_.snapshot();

    let other = Sandbox::with_series("3.14");
    other.publish("3.15.0", "tgz", &next_series().tgz());
    let git = |args: &[&str]| {
        let done = Command::new("git").args(args).current_dir(other.ws("")).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "-q"]);
    let patch = box_.root().join("a.patch");
    git(&["apply", "--check", "--whitespace=error", patch.to_str().unwrap()]);
    git(&["apply", patch.to_str().unwrap()]);
    std::fs::remove_dir_all(other.ws(".git")).unwrap();
    let patched = other.snapshot();
    let differs: Vec<_> =
        applied.iter().filter(|(path, bytes)| patched.get(*path) != Some(bytes)).map(|it| it.0).collect();
    assert!(differs.is_empty() && applied.len() == patched.len(), "{differs:?}");
}

#[test]
fn git_takes_a_patch_whatever_else_ends_lines() {
    let box_ = Sandbox::empty();
    for (name, before, after) in [
        ("context", "a\rb\nc\nold\n", "a\rb\nc\nnew\n"),
        ("changed", "a\rb\r\nc", "a\rB\r\nc"),
        ("last", "a\nb\r", "a\nb\rc\r"),
    ] {
        box_.write(name, before);
        let edit = Edit {
            path: RelPath::new(name).unwrap(),
            before: Some(before.as_bytes().to_vec()),
            after: Some(after.as_bytes().to_vec()),
        };
        let patch = box_.file("a.patch", Changeset { edits: vec![edit] }.diff().as_bytes());
        for args in [&["apply", "--check"][..], &["apply"]] {
            let done = Command::new("git").args(args).arg(&patch).current_dir(box_.ws("")).output().unwrap();
            assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        }
        assert_eq!(box_.read(name), after);
    }
}

#[test]
fn every_source_gives_the_same_facts() {
    let release = next_series();
    let show = |box_: &Sandbox| {
        let text = box_.read("baselines/3.15.json");
        // the provenance is another one, and with it the digest
        text[text.find("\"top_level\"").unwrap()..text.find("\"digest\"").unwrap()].to_owned()
    };
    let mut seen: Option<String> = None;
    let mut check = |what: &str, facts: String| {
        let first = seen.get_or_insert_with(|| facts.clone());
        assert!(*first == facts, "{what} gives other facts");
    };
    for (what, name, bytes) in [
        ("tgz", "Python-3.15.0.tgz", release.tgz()),
        ("xz", "Python-3.15.0.tar.xz", release.tar_xz()),
        ("zip", "some-tree.zip", release.zip()),
    ] {
        let box_ = Sandbox::with_series("3.14");
        let file = box_.file(name, &bytes);
        box_.refuses(
            &["refresh", "3.15.0", "--source", &file],
            4,
            &["has no reviewed digest", "molt-sync trust add 3.15.0 --artifact"],
        );
        box_.trust("3.15.0", name, &bytes);
        box_.sync(&[&["refresh", "3.15", "--source", &file], &SIGN[..]].concat()).succeeds();
        check(what, show(&box_));
    }
    let box_ = Sandbox::with_series("3.14");
    for (path, bytes) in release.files() {
        box_.file(&format!("tree/{path}"), &bytes);
    }
    let refused = box_.sync(&["refresh", "3.15", "--source", "../tree"]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    let digest = refused.err.split("has the digest ").nth(1).unwrap().split(',').next().unwrap();
    let hint = refused.err.split("molt-sync ").last().unwrap().trim().replace("NAME", "me").replace("HEX", digest);
    box_.sync(&hint.split(' ').collect::<Vec<_>>()).succeeds();
    box_.sync(&[&["refresh", "3.15", "--source", "../tree"], &SIGN[..]].concat()).succeeds();
    check("tree", show(&box_));
    box_.file("tree/Lib/zzz.py", b"");
    box_.refuses(&["refresh", "3.15", "--source", "../tree"], 4, &["source-tree has digest"]);
}

#[test]
fn the_bundled_baseline_is_labelled_wherever_it_shows() {
    let box_ = Sandbox::with_series("3.12,3.13");
    let label = "[reconstructed from the bundled baseline]";
    box_.sync(&[&["refresh", "3.14", "--source", "bundled"], &SIGN[..]].concat()).succeeds().says(label);
    assert!(box_.read("docs/spec/STATUS.md").contains(label));
    assert!(box_.read("baselines/3.14.json").contains("\"source\": \"reconstructed\""));
    box_.sync(&["baseline", "show", "3.14"]).succeeds().says(label);
    assert!(
        !box_.ws("baselines/releases.lock.toml").exists()
            || !box_.read("baselines/releases.lock.toml").contains("[[release]]")
    );
    box_.refuses(&["refresh", "3.14.1", "--source", "bundled"], 2, &["is of release 3.14.10"]);
    box_.refuses(&["refresh", "3.9", "--source", "bundled"], 2, &["no bundled baseline for 3.9"]);
}

#[test]
fn a_workspace_with_a_union_file_alone_imports_what_is_not_refreshed() {
    let box_ = Sandbox::with_series("3.12,3.13");
    std::fs::remove_dir_all(box_.ws("baselines")).unwrap();
    let union = box_.read("tools/stdlib_module_union.py").replace("\"\"\"The names", "\"\"\"My own words. The names");
    box_.write("tools/stdlib_module_union.py", union.replace("\"abc\",\n", "\"abc\",\n        \"nowhere.to.be\",\n"));
    box_.refuses(&refresh("3.13", &[]), 2, &["stdlib_module_union.py: it lists `nowhere.to.be` for 3.12", "`nowhere`"]);
    box_.write("tools/stdlib_module_union.py", &union);
    let release = Release::based_on("3.13", "3.13.88");
    box_.publish("3.13.88", "tgz", &release.tgz());
    box_.sync(&refresh("3.13", &[])).succeeds().says("the facts of 3.12 are those of tools/stdlib_module_union.py");
    assert_eq!(box_.read("tools/stdlib_module_union.py"), union, "the same names leave the same file");
    assert!(box_.read("baselines/3.12.json").contains("\"source\": \"imported\""));
    let before = box_.snapshot();
    box_.sync(&refresh("3.13", &[])).succeeds().says("no byte was changed");
    assert!(before == box_.snapshot());
}

/// Makes the union of a workspace of one series a file that loads another one. Returned is the text of the other one.
pub fn facade(box_: &Sandbox, series: &str) -> String {
    let one = box_.read("tools/stdlib_module_union.py");
    let python = |name: &str| {
        let start = one.find(&format!("\n{name} = ")).unwrap() + name.len() + 4;
        one[start..start + one[start..].find("\n)\n").map_or_else(|| one[start..].find('\n').unwrap(), |at| at + 2)]
            .to_owned()
    };
    let mut sibling = format!("PYTHON_VERSION = \"{series}\"\n");
    let mut facade = format!("BASELINE_PYTHON_VERSIONS = (\"{series}\",)\n_STEMS_NOTE = 1\n");
    for (plural, union) in [
        ("STDLIB_MODULES", "STDLIB_MODULE_UNION"),
        ("STDLIB_PACKAGES", "STDLIB_PACKAGE_UNION"),
        ("STDLIB_PY_MODULES", "STDLIB_PY_MODULE_UNION"),
        ("STDLIB_PY_PACKAGES", "STDLIB_PY_PACKAGE_UNION"),
    ] {
        // with one series the table of that series is the union
        sibling += &format!("{plural} = {}\n", python(union));
        facade += &format!("{union} = {}\n", python(union));
    }
    for union in ["STDLIB_PY_SUBMODULE_UNION", "STDLIB_PY_SUBPACKAGE_UNION"] {
        facade += &format!("{union} = {}\n", python(union));
    }
    box_.write("tools/stdlib_module_union.py", &facade);
    box_.write(&format!("tools/stdlib_module_union_{}.py", series.replace('.', "_")), &sibling);
    sibling
}

#[test]
fn a_facade_with_siblings_stays_one() {
    let box_ = Sandbox::with_series("3.14");
    let sibling = facade(&box_, "3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    box_.sync(&refresh("3.15", &SIGN)).succeeds();
    assert!(box_.read("tools/stdlib_module_union_3_15.py").contains("    \"newpkg.sub.leaf\",\n"));
    assert_eq!(
        box_.read("tools/stdlib_module_union_3_14.py"),
        sibling,
        "a refresh of one series changes that series alone"
    );
    assert!(box_.read("tools/stdlib_module_union.py").contains("    \"newpkg.sub.leaf\",\n"));
    box_.sync(&["baseline", "drop", "3.14"]).succeeds();
    assert!(!box_.ws("tools/stdlib_module_union_3_14.py").exists());
}

#[test]
fn pre_releases_count_only_when_asked_for() {
    let box_ = Sandbox::with_series("3.14");
    let candidate = Release::based_on("3.14", "3.15.0rc1").with("newmod", ModuleKind::Module);
    box_.publish("3.15.0rc1", "tgz", &candidate.tgz());
    box_.refuses(&refresh("3.15", &[]), 2, &["has no release of 3.15"]);
    box_.refuses(&refresh("latest", &[]), 2, &["mirror has no release but pre-releases"]);
    box_.sync(&refresh("3.15", &[&SIGN[..], &["--pre", "--dry-run"]].concat())).succeeds();
    box_.sync(&refresh("3.15.0rc1", &SIGN)).succeeds().says("CPython 3.15.0rc1, a new series");
}

#[test]
fn the_workspaces_own_template_is_used() {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    box_.write("tools/molt-sync/stubs/stub.py.j2", "\"\"\"Ours: {{ nmae }}\"\"\"\n");
    box_.refuses(&refresh("3.15", &SIGN), 2, &["stub.py.j2: line 1"]);
    let own = "\"\"\"Ours: {{ name }}, {{ kind }}.\"\"\"\nfrom _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_capabilities_has\")\n";
    box_.write("tools/molt-sync/stubs/stub.py.j2", own);
    // `abc.py`, a stub of the built-in template, is still known as the tool's own
    box_.sync(&refresh("3.15", &SIGN)).succeeds();
    assert!(box_.read(&format!("{STD}/newmod.py")).starts_with("\"\"\"Ours: newmod, module.\"\"\"\n"));
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let box_ = Sandbox::with_series("3.14");
    box_.publish("3.15.0", "tgz", &next_series().tgz());
    let ended = box_.sync(&refresh("3.15", &[&SIGN[..], &["--format", "json", "--dry-run"]].concat())).succeeds();
    let report: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((report["schema"].as_u64(), report["release"].as_str()), (Some(1), Some("3.15.0")));
    assert_eq!(
        report["growth"]["budget_after"].as_u64().unwrap(),
        report["growth"]["budget_before"].as_u64().unwrap() + 7
    );
    assert!(report["patch"].as_str().unwrap().starts_with("diff --git a/"));
    assert_eq!(report["stubs"]["moved"][0], "abc");
}

#[test]
fn what_vouches_for_nothing_is_said_to_have_been_looked_for() {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.91");
    // a mirror that has one kind of archive alone is asked to have that one reviewed
    for (suffix, bytes) in [("tar.xz", release.tar_xz()), ("tgz", release.tgz())] {
        drop(std::fs::remove_dir_all(box_.root().join("mirror")));
        let name = format!("Python-3.14.91.{suffix}");
        box_.file(&format!("mirror/3.14.91/{name}"), &bytes);
        let digest = molt_sync::base::Sha256::of(&bytes).to_string();
        let ended = box_.sync(&refresh("3.14.91", &[]));
        assert_eq!(ended.code, 4, "{}", ended.err);
        for words in [
            format!(
                "{name} of CPython 3.14.91 has no reviewed digest, and no signature: there is no {name}.sigstore at ../mirror"
            ),
            format!(
                "put its signature bundle beside it; or once you have reviewed it: molt-sync trust add 3.14.91 --artifact {name} --sha256 HEX"
            ),
        ] {
            assert!(ended.err.contains(&words), "`{words}` is not in: {}", ended.err);
        }
        assert!(!ended.err.contains(&digest), "the file's own digest is no value to review: {}", ended.err);
        let file = box_.root().join(format!("mirror/3.14.91/{name}"));
        let ended = box_.sync(&["refresh", "3.14.91", "--source", file.to_str().unwrap()]);
        assert_eq!(ended.code, 4, "{}", ended.err);
        assert!(ended.err.contains(&format!("there is no {name}.sigstore beside it")), "{}", ended.err);
        assert!(ended.err.contains("--sha256 HEX"), "{}", ended.err);
    }
}
