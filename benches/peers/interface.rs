//! The public names of releases and what changed between two, beside griffe doing the same.

use std::{fs, path::Path, process::Command, time::Duration};

use crate::{
    facts::{tgz, xz},
    measure::{command, ours, program, text},
    results::{absent, beside, beside_after, beyond, part},
};

/// Loads the library of one release; of two, it lists what breaks between them.
const GRIFFE: &str = "
import logging, pathlib, sys, griffe
logging.disable(logging.CRITICAL)
LEFT_OUT = {'test', 'idlelib', 'turtledemo', 'lib2to3', 'this', 'antigravity'}
def load(lib):
    loader, res = griffe.GriffeLoader(search_paths=[lib], allow_inspection=False), {}
    for it in sorted(pathlib.Path(lib).iterdir()):
        is_module = it.suffix == '.py' or (it / '__init__.py').exists()
        if is_module and it.stem.isidentifier() and it.stem not in LEFT_OUT:
            try:
                res[it.stem] = loader.load(it.stem)
            except Exception:
                pass
    return res
libraries = [load(it) for it in sys.argv[1:]]
assert all(len(it) > 150 for it in libraries)
if len(libraries) == 2:
    old, new = libraries
    found = [it for name in old.keys() & new.keys() for it in griffe.find_breaking_changes(old[name], new[name])]
    assert len(found) > 100
";

pub(crate) fn run(corpus: &Path) {
    part("The public names of a release");
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    for archive in [tgz(corpus), xz(corpus)] {
        let unpacked = Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(here).status();
        assert!(unpacked.is_ok_and(|it| it.success()), "tar unpacks nothing");
    }
    let (old, new) = (here.join("Python-3.11.2/Lib"), here.join("Python-3.13.5/Lib"));
    let (cache, root) = (here.join("cache"), here.join("new"));
    assert!(
        Command::new(program()).arg("init").arg(&root).args(["--series", "3.13"]).output().unwrap().status.success()
    );
    let cold = || _ = fs::remove_dir_all(&cache);
    let with_cache = |args: &[&str]| ours(&[args, &["--cache-dir", text(&cache)]].concat());
    let (from, to) = (tgz(corpus), xz(corpus));
    let names = with_cache(&["api", "show", "--source", text(&to), "json"]);
    let facts = with_cache(&["baseline", "show", "--source", text(&to)]);
    let goal = Duration::from_millis(500);
    beyond("names of the archive", &names, "its facts alone", &facts, (&root, &cold), goal);
    let Some(griffe) = griffe() else {
        absent("names of the source tree", "griffe is not installed", "at most 0.05");
        return absent("`impact` of two archives", "griffe is not installed", "at most 0.05");
    };
    let griffe = |libraries: &[&Path]| {
        let words: Vec<&str> = ["-c", GRIFFE].into_iter().chain(libraries.iter().map(|it| text(it))).collect();
        command(&griffe, &words)
    };
    let tree = with_cache(&["api", "show", "--source", text(new.parent().unwrap()), "json"]);
    let goal = ["griffe", "at most 0.05"];
    beside_after("names of the source tree", &tree, goal, &griffe(&[&new]), (&root, &cold), 0.05);
    let impact = with_cache(&["impact", text(&from), text(&to)]);
    let both = griffe(&[&old, &new]);
    let goal = ["griffe", "at most 0.25"];
    beside_after("`impact` of two archives that are read", &impact, goal, &both, (&root, &cold), 0.25);
    let goal = ["griffe", "at most 0.05"];
    beside("`impact` of two archives that were read", &impact, goal, &both, &root, 0.05);
}

/// A Python that has griffe.
fn griffe() -> Option<String> {
    let has = |it: &&str| {
        let asked = Command::new(it).args(["-c", "import griffe"]).output();
        asked.is_ok_and(|it| it.status.success())
    };
    ["python3", "python3.12"].into_iter().find(has).map(str::to_owned)
}
