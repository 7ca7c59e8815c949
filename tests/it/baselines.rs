//! `baseline`: show, diff, verify, and the bundled records themselves.

use molt_sync::{
    archive::{Limits, scan},
    stdlib::{Collector, ModuleKind, bundled, reconstruct},
};

use crate::support::{Release, Sandbox, recorded_whole};

#[test]
fn a_reconstructed_release_has_exactly_the_recorded_facts() {
    for baseline in bundled() {
        let bytes = reconstruct(&baseline).unwrap();
        assert!(bytes == reconstruct(&baseline).unwrap(), "the same baseline always gives the same bytes");
        let mut collector = Collector::default();
        scan(&bytes, &Limits::default(), |entry| Ok(collector.offer(entry.path, entry.size, entry.bytes)?)).unwrap();
        let facts = collector.finish(baseline.facts.release).unwrap();
        for (name, module) in &baseline.facts.modules {
            assert_eq!(facts.modules.get(name), Some(module), "{} {name}", baseline.series);
        }
        assert!(facts == baseline.facts, "{}", baseline.series);
    }
}

#[test]
fn the_bundled_records_hold_what_is_known_of_cpython() {
    let counts: Vec<_> = bundled()
        .iter()
        .map(|it| {
            (
                it.series.to_string(),
                it.facts.top_level.len(),
                it.count(ModuleKind::Package),
                it.count(ModuleKind::Alias),
            )
        })
        .collect();
    assert_eq!(counts, [("3.12".into(), 301, 45, 7), ("3.13".into(), 290, 44, 6), ("3.14".into(), 297, 49, 6)]);
    let real = recorded_whole("3.13", "3.13.5").facts;
    for (name, kind) in [
        ("os.path", ModuleKind::Alias),
        ("collections.abc", ModuleKind::Alias),
        ("xml.parsers.expat.model", ModuleKind::Alias),
        ("xml.parsers.expat.errors", ModuleKind::Alias),
        ("pyexpat.errors", ModuleKind::Alias),
        ("pyexpat.model", ModuleKind::Alias),
        ("os", ModuleKind::Module),
        ("xml.dom", ModuleKind::Package),
        ("_socket", ModuleKind::Extension),
    ] {
        assert_eq!(real.modules[name].kind, kind, "{name}");
    }
    assert_eq!(real.modules["_scproxy"].platforms, ["darwin"]);
    assert_eq!(real.modules["asyncio.windows_events"].platforms, ["win32"]);
    assert!(real.test_only.contains_key("idlelib.idle_test") && !real.modules.contains_key("test"));
    assert!(real.not_importable.contains_key("Lib/test/audit-tests.py"));
}

/// The aliases below `pyexpat` and `typing` of a release with these files instead of its own.
fn made(release: &Release, changed: &[(&str, Option<&str>)]) -> Vec<String> {
    let mut files = release.files();
    for (path, text) in changed {
        match text {
            Some(text) => drop(files.insert((*path).into(), text.as_bytes().to_vec())),
            None => drop(files.remove(*path)),
        }
    }
    let mut collector = Collector::default();
    for (path, bytes) in files {
        collector.offer(&path, bytes.len() as u64, &mut bytes.as_slice()).unwrap();
    }
    let facts = collector.finish(None).unwrap();
    let is_made = |name: &str| name.starts_with("pyexpat.") || name.starts_with("typing.");
    facts
        .modules
        .into_iter()
        .filter(|(name, it)| is_made(name) && it.kind == ModuleKind::Alias)
        .map(|it| it.0)
        .collect()
}

#[test]
fn names_that_no_file_has_are_found_where_they_are_made() {
    const C: &str = "Modules/pyexpat.c";
    const BOTH: [&str; 2] = ["pyexpat.errors", "pyexpat.model"];
    let real = "#define MODULE_NAME \"pyexpat\"\n  add_submodule(mod, MODULE_NAME \".errors\");\n  add_submodule(mod, MODULE_NAME \".model\");\n";
    let typing = "import sys\nclass io:\n    pass\nio.__name__ = __name__ + '.io'\nsys.modules[io.__name__] = io\n";
    let plain = "import sys\nio = sys.modules[__name__]\n";
    let both_of = |it: &str| [BOTH[0], BOTH[1], it].map(str::to_owned).to_vec();
    for series in ["3.13.5", "3.14.10", "3.15.0"] {
        let release = Release::whole(if series == "3.15.0" { "3.14" } else { &series[..4] }, series);
        assert_eq!(made(&release, &[(C, Some(real))]), BOTH, "{series}: the C file says so");
        assert_eq!(made(&release, &[(C, None)]), BOTH, "{series}: a tree without it");
        assert_eq!(made(&release, &[(C, Some("add_submodule(mod, \"pyexpat.errors\");"))]), BOTH[..1], "{series}");
        assert!(made(&release, &[(C, Some("no names, no model"))]).is_empty(), "{series}: none is invented");
        assert_eq!(made(&release, &[("Lib/typing.py", Some(typing))]), both_of("typing.io"), "{series}");
        assert_eq!(made(&release, &[("Lib/typing.py", Some(plain))]), BOTH, "{series}");
        assert!(made(&release.without("pyexpat"), &[(C, Some(real))]).is_empty(), "{series}: no pyexpat at all");
    }
    let old = Release::whole("3.12", "3.12.0");
    assert_eq!(made(&old, &[]), [&BOTH[..], &["typing.io", "typing.re"]].concat());
    assert_eq!(made(&old, &[("Lib/typing.py", Some(plain))]), BOTH);
}

#[test]
fn names_that_no_file_has_ask_for_no_stub() {
    let box_ = Sandbox::with_whole_series("3.12");
    box_.sync(&["refresh", "3.12", "--source", "bundled"]).succeeds();
    let recorded = std::fs::read_to_string(box_.ws("baselines/3.12.json")).unwrap();
    let union = std::fs::read_to_string(box_.ws("tools/stdlib_module_union.py")).unwrap();
    for name in ["pyexpat.errors", "pyexpat.model", "typing.io", "typing.re"] {
        assert!(recorded.contains(&format!("\"{name}\": {{\"kind\":\"alias\"")), "{name}");
        assert!(!union.contains(&format!("\"{name}\"")), "{name}");
    }
    assert!(!box_.ws("src/molt/stdlib/pyexpat").exists() && !box_.ws("src/molt/stdlib/typing").exists());
}

#[test]
fn show_looks_into_anything_and_says_that_it_is_unverified() {
    let box_ = Sandbox::empty();
    let release = Release::whole("3.14", "3.15.0").with("newmod", ModuleKind::Module);
    for (name, bytes) in [("a.tgz", release.tgz()), ("a.tar.xz", release.tar_xz()), ("a.zip", release.zip())] {
        let file = box_.file(name, &bytes);
        box_.run(&["baseline", "show", "--source", &file])
            .succeeds()
            .says("CPython 3.15.0 [unverified]")
            .says("module     newmod  Lib/newmod.py");
    }
    box_.run(&["baseline", "show"])
        .succeeds()
        .says("CPython 3.13.5\n")
        .says("CPython 3.12.0 [assembled, not from a release]");
    box_.run(&["baseline", "show", "3.13"]).succeeds().says("alias      os.path  Lib/os.py");
    let json = box_.run(&["baseline", "show", "3.13", "--format", "json"]).succeeds().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["baselines"][0]["modules"]["os.path"]["kind"], "alias");
    // what is recorded says what was checked, and to show it checks nothing
    assert_eq!(json["baselines"][0]["provenance"]["verified_by"], "sigstore");
    assert_eq!(json["baselines"][0]["checked_by_this_run"], false);
    let unknown = box_.run(&["baseline", "show", "3.11"]);
    assert!(unknown.code == 2 && unknown.err.contains("nothing is recorded of 3.11"), "{}", unknown.err);
}

#[test]
fn diff_tells_each_change_between_series_releases_and_files() {
    let box_ = Sandbox::empty();
    // what lies here does not decide what a version means
    for name in ["3.13", "3.13.5/Lib", "3.12/Lib"] {
        box_.file(&format!("{name}/os.py"), b"import json\n");
    }
    let same = box_.run(&["baseline", "diff", "3.13", "3.13.5"]).succeeds();
    assert_eq!(same.out, "from 3.13.5 to 3.13.5: 0 changes\n");
    box_.run(&["baseline", "diff", "3.12", "3.13"])
        .succeeds()
        .says("  msilib: removed (was package)\n")
        .says("  _colorize: added (module)\n")
        .says("  collections.abc: lost its file and lives on as an alias\n");
    box_.run(&["baseline", "diff", "3.13", "3.14"]).succeeds().says("  string: module became package\n");
    let new = Release::whole("3.14", "3.14.11").with("os.path", ModuleKind::Module).without("wave");
    let mut new = new;
    new.0.facts.modules.remove("ast");
    new.0.facts.top_level.remove("ast");
    new.0.facts.test_only.insert("ast".into(), "for the test".into());
    let new_file = box_.file("new.json", new.0.render().as_bytes());
    let old_file = box_.file("old.tgz", &Release::whole("3.14", "3.14.10").tgz());
    let json = box_.run(&["baseline", "diff", &old_file, &new_file, "--format", "json"]).succeeds().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let changes: Vec<_> = json["delta"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["name"].as_str().unwrap(), it["change"].as_str().unwrap()))
        .collect();
    assert_eq!(changes, [("ast", "became-test-only"), ("os.path", "kind"), ("wave", "removed")]);
    box_.run(&["baseline", "diff", &new_file, &old_file])
        .succeeds()
        .says("ast: stopped being test-only")
        .says("os.path: lost its file");
    box_.run(&["baseline", "diff", &old_file, &new_file]).succeeds().says("os.path: alias gained a file (now module)");
    let path = box_.run(&["baseline", "diff", "./3.12", "3.13"]);
    assert!(path.code != 0 || !path.out.starts_with("from 3.12 "), "{} {}", path.out, path.err);
    let bad = box_.file("bad.json", b"{}");
    let refused = box_.run(&["baseline", "diff", &bad, "3.14"]);
    assert!(refused.code == 2 && refused.err.contains("bad.json: line 1"), "{}", refused.err);
}
