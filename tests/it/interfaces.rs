//! What a release offers, what another one changes of it, and what a workspace lacks: the program on archives made in code.

use serde_json::Value;

use crate::support::{
    Release, Sandbox,
    archives::Tar,
    tree::{Tree as _, mini},
};

/// A release of the small library with these files over its own.
fn archive(version: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    packed(&Release::small("3.13", version), version, files)
}

/// The same of texts.
pub(crate) fn packed_with(version: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    archive(version, &files)
}

/// A release with these files over its own.
pub(crate) fn packed(release: &Release, version: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let top = format!("Python-{version}");
    let mut all = release.files();
    all.extend(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())));
    let tar = Tar::default().entry(&format!("{top}/"), b'5', b"", |_| {});
    all.iter().fold(tar, |tar, (path, bytes)| tar.file(&format!("{top}/{path}"), bytes)).gz()
}

const COPY: &str = "__all__ = ['copy', 'Error', 'X']\n__all__.append('more')\nfrom _copy import *\ndef copy(x, /, memo=None, *, deep=False): pass\nclass Base:\n    def inherited(self, a): pass\nclass X(Base):\n    def __init__(self, size=1): pass\n    @property\n    def length(self): pass\ndef more():\n    import warnings\n    warnings._deprecated('more', remove=(3, 15))\n";
pub(crate) const TIME: &str = "PyDoc_STRVAR(sleep_doc, \"sleep($module, seconds, /)\\n--\\n\\nSleep.\");\nstatic PyMethodDef time_methods[] = {\n    {\"sleep\", time_sleep, METH_O, sleep_doc},\n    TIME_TICK_METHODDEF\n#ifdef MS_WINDOWS\n    {\"foreign\", f, METH_NOARGS, NULL},\n#endif\n    {NULL, NULL}\n};\nstatic int exec(PyObject *m) { return PyModule_AddIntConstant(m, \"ZONE\", 1); }\nstatic struct PyModuleDef timemodule = { PyModuleDef_HEAD_INIT, .m_name = \"time\", .m_methods = time_methods };\nPyMODINIT_FUNC PyInit_time(void) { return 0; }\n";
const CLINIC: &str = "PyDoc_STRVAR(time_tick__doc__,\n\"tick($module, /, count=1)\\n\"\n\"--\\n\"\n\"\\n\"\n\"Tick.\");\n#define TIME_TICK_METHODDEF    \\\n    {\"tick\", (PyCFunction)time_tick, METH_O, time_tick__doc__},\n";
const PAGE: &str = ".. module:: copy\n\n.. function:: copy(x)\n\n   .. versionchanged:: 3.13\n      It copies more.\n";

fn files() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("Lib/copy.py", COPY.as_bytes()),
        ("Lib/types.py", b"def kept(): pass\ndef old(a, b=1): pass\nclass Gone: pass\n"),
        ("Modules/timemodule.c", TIME.as_bytes()),
        ("Modules/clinic/timemodule.c.h", CLINIC.as_bytes()),
        ("Doc/library/copy.rst", PAGE.as_bytes()),
    ]
}

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    let ended = sandbox.run(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
}

fn shown(names: &Value) -> Vec<String> {
    let show = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}{}", text("kind"), text("name"), text("signature"))
    };
    names.as_array().unwrap().iter().map(show).collect()
}

#[test]
fn the_names_of_a_module_have_kinds_signatures_and_places() {
    let sandbox = Sandbox::empty();
    let path = sandbox.file("a.tgz", &archive("3.13.80", &files()));
    let copy = json(&sandbox, &["api", "show", "copy", "--source", &path]);
    assert_eq!(
        shown(&copy["names"]),
        [
            "data Error",
            "class X(size=1)",
            "method X.inherited(a)",
            "property X.length",
            "function copy(x, /, memo=None, *, deep=False)",
            "function more()",
        ]
    );
    let of = |name: &str| copy["names"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(of("copy")["provenance"], serde_json::json!(["P Lib/copy.py:4", "D Doc/library/copy.rst:3"]));
    assert_eq!(of("more")["deprecated"]["removal"], "3.15");
    assert_eq!(of("X.inherited")["origin"], "copy.Base.inherited");
    let time = json(&sandbox, &["api", "show", "time", "--source", &path]);
    assert_eq!(
        shown(&time["names"]),
        ["data ZONE", "function foreign()", "function sleep(seconds, /)", "function tick(count=1)"]
    );
    assert_eq!(time["names"][1]["condition"], "only if defined(MS_WINDOWS)");
    assert_eq!(time["names"][3]["provenance"][0], "C Modules/clinic/timemodule.c.h:7");
    // from the cache it is the same
    assert_eq!(json(&sandbox, &["api", "show", "time", "--source", &path]), time);
}

#[test]
fn what_no_source_shows_is_not_an_absence() {
    let sandbox = Sandbox::empty();
    let path = sandbox.file("a.tgz", &archive("3.13.80", &[("Lib/copy.py", b"globals().update(f())\nx = 1\n")]));
    let copy = json(&sandbox, &["api", "show", "copy", "--source", &path]);
    assert_eq!(copy["not_looked_at"][0]["why"], "names that globals().update() gives");
    let time = json(&sandbox, &["api", "show", "time", "--source", &path]);
    assert_eq!(time["not_looked_at"][0]["module"], "time");
    let ended = sandbox.run(&["api", "show", "tims", "--source", &path]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("hint: did you mean `time`?"), "{}", ended.err);
}

#[test]
fn files_that_are_no_sources_are_named_and_do_no_harm() {
    let deep = format!("static PyMethodDef a[] = {}", "{(".repeat(200_000));
    let huge = [b".. module:: copy\n".as_slice(), &b"x\n".repeat(1_100_000)].concat();
    let nested: String = (0..2_000).map(|it| format!("{}.. class:: C\n", " ".repeat(it % 900))).collect();
    let macros = format!("#define A(x) {}\nA(1)\n", "A(x) B(x) ".repeat(500));
    for (path, bytes, module, why) in [
        ("Doc/library/copy.rst", huge, "copy", "are not read"),
        ("Doc/library/copy.rst", b".. module:: copy\xff\n".to_vec(), "copy", "it is not UTF-8"),
        ("Modules/clinic/timemodule.c.h", b"\x7fELF\0\0\xff\xfe".to_vec(), "time", "it is not UTF-8"),
        ("Modules/clinic/timemodule.c.h", b"\"a\0b\"".to_vec(), "time", "it is not text"),
        ("Lib/copy.py", b"x = (\n".to_vec(), "copy", "does not parse"),
        ("Lib/copy.py", "x = ".bytes().chain(b"(".repeat(40_000)).collect(), "copy", "does not parse"),
        ("Modules/timemodule.c", deep.into_bytes(), "time", "no C file"),
        ("Modules/timemodule.c", macros.into_bytes(), "time", "no C file"),
        ("Modules/timemodule.c", b"PyModule_AddIntConstant(m, \"a\", ".repeat(60_000), "time", "no C file"),
        ("Doc/library/types.rst", nested.into_bytes(), "types", ""),
        ("Doc/library/types.rst", b".. module:: types\n\0\x01".to_vec(), "types", "it is not text"),
        ("Doc/library/types.rst", b"| .. data:: ".repeat(150_000), "types", ""),
        ("Doc/whatsnew/3.13.rst", b"\x7fELF\xff".to_vec(), "copy", ""),
        ("Doc/deprecations/pending-removal-in-3.16.rst", b"* :func:`copy.copy`: ".repeat(90_000), "copy", ""),
        ("Modules/clinic/timemodule.c.h", b"/* x */\n".repeat(300_000), "time", "are not read"),
        ("Modules/clinic/timemodule.c.h", b"\"{([\" {([".repeat(100_000), "time", "no C file"),
        ("Modules/clinic/timemodule.c.h", b"#if A\n#define B(x) {\n".repeat(80_000), "time", "no C file"),
        ("Modules/clinic/timemodule.c.h", b"PyDoc_STRVAR(a, \"\xe9\");".repeat(10), "time", "no C file"),
        ("Lib/copy.py", b"def f():\n  x = '''\n".repeat(99_999), "copy", "does not parse"),
    ] {
        let sandbox = Sandbox::empty();
        let archive = sandbox.file("a.tgz", &archive("3.13.80", &[(path, &bytes)]));
        let ended = sandbox.run(&["api", "show", module, "--source", &archive]);
        assert_eq!(ended.code, 0, "{path}: {}", ended.err);
        assert!(ended.out.contains(why), "{path}: {}", ended.out);
    }
}

/// The newer side: one change of each kind.
fn newer() -> Vec<(&'static str, &'static [u8])> {
    let mut res = files();
    res[0].1 = b"__all__ = ['copy', 'Error', 'X', 'more', 'added']\nfrom _copy import *\ndef copy(x, /, memo=None, *, deep=True): pass\nclass Base:\n    def inherited(self, a): pass\nclass X(Base):\n    def __init__(self, size=1): pass\n    length = 1\n    def grown(self): pass\ndef more():\n    import warnings\n    warnings._deprecated('more', remove=(3, 15))\ndef added(): pass\n";
    res[1].1 = b"class kept: pass\ndef old(a, b=1, *, c):\n    import warnings\n    warnings.warn('old', DeprecationWarning)\n";
    res.push(("Lib/abc.py", b"class Gone: pass\n"));
    res[4].1 = b".. module:: copy\n\n.. function:: copy(x)\n\n   .. versionchanged:: 3.13.81\n      It copies more.\n";
    res.push((
        "Doc/deprecations/pending-removal-in-3.16.rst",
        b"Pending\n---\n\n* :mod:`types`:\n\n  * :func:`types.kept` goes.\n",
    ));
    res
}

#[test]
fn what_a_release_changes_is_told_by_kind() {
    let sandbox = Sandbox::empty();
    let old = sandbox.file("old.tgz", &archive("3.13.80", &files()));
    let new = sandbox.file("new.tgz", &archive("3.13.81", &newer()));
    let found = json(&sandbox, &["impact", &old, &new]);
    let show = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        format!("{} {}.{}", text("kind"), text("module"), text("name"))
    };
    let mut changes: Vec<String> = found["changes"].as_array().unwrap().iter().map(show).collect();
    changes.sort();
    assert_eq!(
        changes,
        [
            "added copy.X.grown",
            "added copy.added",
            "behaviour copy.copy",
            "deprecated types.kept",
            "deprecated types.old",
            "kind types.kept",
            "moved types.Gone",
            "signature copy.copy",
            "signature types.old",
        ]
    );
    let text = |kind: &str, name: &str| {
        let all = found["changes"].as_array().unwrap();
        let it = all.iter().find(|it| it["kind"] == kind && it["name"] == name).unwrap();
        it["text"].as_str().unwrap().to_owned()
    };
    assert!(text("moved", "Gone").contains("`abc.Gone`"));
    assert!(text("signature", "copy").ends_with("the default of `deep` is True and was False"));
    assert!(text("behaviour", "copy").contains("It copies more."));
    assert!(found["changes"].as_array().unwrap().iter().all(|it| !it["provenance"].as_array().unwrap().is_empty()));
    // the same release changes nothing
    assert_eq!(json(&sandbox, &["impact", &new, &new])["changes"], serde_json::json!([]));
    let ended = sandbox.run(&["impact", &new, &old]);
    assert_eq!(ended.code, 2);
    let markdown = sandbox.run(&["impact", &old, &new, "--format", "markdown"]).succeeds().out;
    assert!(markdown.contains("\n### Removals, by date (2)\n"), "{markdown}");
}

#[test]
fn what_one_side_cannot_show_is_neither_gone_nor_new() {
    let sandbox = Sandbox::empty();
    let whole = sandbox.file("old.tgz", &archive("3.13.80", &files()));
    let mut files = files();
    files[3].1 = b"\xff";
    let cut = sandbox.file("new.tgz", &archive("3.13.81", &files));
    let found = json(&sandbox, &["impact", &whole, &cut, "--module", "time"]);
    assert_eq!(found["changes"], serde_json::json!([]), "{found:#}");
    assert_eq!(found["not_looked_at"][0]["module"], "time");
    // nor is what an announcement says to go later
    let page = b"Pending\n---\n\n* :func:`types.old` goes.\n\n* The class :class:`types.kept` is what to use.\n";
    let mut later = self::files();
    later[1].1 = b"def kept(): pass\n";
    later.push(("Doc/deprecations/pending-removal-in-3.16.rst", page));
    let later = sandbox.file("later.tgz", &archive("3.13.82", &later));
    let found = json(&sandbox, &["impact", &whole, &later, "--module", "types"]);
    let show = |it: &Value| format!("{} {}", it["kind"].as_str().unwrap(), it["name"].as_str().unwrap());
    let mut all: Vec<String> = found["changes"].as_array().unwrap().iter().map(show).collect();
    all.sort();
    assert_eq!(all, ["deprecated ", "deprecated old", "removed Gone"], "{found:#}");
    let ended = sandbox.run(&["impact", &whole, &cut, "--module", "tims"]);
    assert!(ended.code == 2 && ended.err.contains("did you mean `time`?"), "{}", ended.err);
}

#[test]
fn each_module_with_changes_gets_a_work_item() {
    let sandbox = Sandbox::empty();
    let old = sandbox.file("old.tgz", &archive("3.13.80", &files()));
    let new = sandbox.file("new.tgz", &archive("3.13.81", &newer()));
    sandbox.run(&["impact", &new, &new, "--issues", "none"]).succeeds();
    assert!(!sandbox.root().join("none").exists(), "no change needs no folder");
    sandbox.run(&["impact", &old, &new, "--issues", "items"]).succeeds();
    sandbox.file("items/other.md", b"mine");
    let item = std::fs::read_to_string(sandbox.root().join("items/copy.md")).unwrap();
    assert!(item.starts_with("# copy: what changes from CPython 3.13.80 to 3.13.81\n"), "{item}");
    assert!(item.contains("- [ ] added: "), "{item}");
    // again it replaces its own, and nothing else
    sandbox.run(&["impact", &old, &new, "--issues", "items"]).succeeds();
    sandbox.file("items/copy.md", b"mine");
    let ended = sandbox.run(&["impact", &old, &new, "--issues", "items"]);
    assert_ne!(ended.code, 0);
    assert_eq!(std::fs::read(sandbox.root().join("items/copy.md")).unwrap(), b"mine");
}

/// The small tree, in which `copy` is attested.
fn workspace() -> Sandbox {
    let mut tree = mini();
    let load = "from _intrinsics import require_intrinsic\n_copy = require_intrinsic('molt_json_dumps', globals())\n";
    tree.module("copy.py", &format!("{load}copy = _copy\nclass Error: pass\n"));
    tree.attest("'copy', ", "'copy': ('molt_json_dumps',), ");
    Sandbox::of(&tree)
}

#[test]
fn an_attested_module_that_lacks_a_name_is_a_finding() {
    let sandbox = workspace();
    let path = sandbox.file("a.tgz", &archive("3.13.80", &files()));
    let ended = sandbox.sync(&["surface", "--source", &path, "--attested", "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    let row = &found["modules"][0];
    assert_eq!((&row["module"], &row["required"], &row["attested"]), (&"copy".into(), &4.into(), &true.into()));
    assert_eq!(row["present"], serde_json::json!(["Error", "copy"]));
    assert_eq!(row["missing"], serde_json::json!(["X", "more"]));
    assert_eq!(found["totals"]["missing"], 2);
    // however many names may be missing
    for (most, words) in
        [(0, "is 0, and 8 more names"), (7, "is 7, and 1 more name is"), (8, "is 8: no room"), (5000, "lowers it to 8")]
    {
        sandbox.write("molt-sync.toml", format!("[surface]\nmax_missing = {most}\n"));
        let ended = sandbox.sync(&["surface", "--source", &path, "--attested"]);
        assert_eq!(ended.code, 1, "{}", ended.err);
        assert!(ended.out.contains("finding: copy is attested as fully covered and lacks 2 names"), "{}", ended.out);
        let is_told = |it: &str| it.contains("surface.max_missing, which is about all modules, ") && it.contains(words);
        assert!(ended.out.lines().any(is_told), "{words}: {}", ended.out);
    }
    sandbox.remove("molt-sync.toml");
    let human = sandbox.sync(&["surface", "copy", "--source", &path]).succeeds().out;
    assert!(human.contains("finding: copy is attested as fully covered and lacks 2 names"), "{human}");
    assert_eq!(sandbox.sync(&["surface", "copi", "--source", &path]).code, 2);
}

#[test]
fn what_a_module_on_intrinsics_lacks_comes_first() {
    let sandbox = workspace();
    let old = sandbox.file("old.tgz", &archive("3.13.80", &files()));
    let new = sandbox.file("new.tgz", &archive("3.13.81", &newer()));
    let ended = sandbox.sync(&["impact", &old, &new, "--format", "json"]).succeeds();
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    let first = &found["changes"][0];
    assert_eq!(
        (&first["concern"], &first["module"], &first["attested"]),
        (&"lacks-name".into(), &"copy".into(), &true.into())
    );
}

#[test]
fn what_is_required_is_what_the_workspace_records() {
    let sandbox = Sandbox::with_series("3.12");
    // the bundled records are of newer series, which this workspace does not support
    sandbox.refuses(&["surface", "--offline"], 2, &["no release of 3.12."]);
    sandbox.refuses(&["api", "show", "json", "--offline"], 2, &["no release of 3.12."]);
}

#[test]
fn a_source_tree_says_what_its_archive_says() {
    let sandbox = Sandbox::empty();
    let archive = sandbox.file("a.tgz", &archive("3.13.80", &newer()));
    let mut all = Release::small("3.13", "3.13.80").files();
    all.extend(newer().into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())));
    for (path, bytes) in &all {
        sandbox.file(&format!("tree/{path}"), bytes);
    }
    sandbox.file("tree/Doc/library/copy.txt", b"nothing of this is read");
    let tree = sandbox.root().join("tree").display().to_string();
    for module in ["copy", "time", "types", "abc"] {
        let [a, b] = [&archive, &tree].map(|it| {
            let mut value = json(&sandbox, &["api", "show", module, "--source", it]);
            value.as_object_mut().unwrap().remove("artifact");
            value
        });
        assert_eq!(a, b);
        assert!(module != "time" || a["names"].as_array().unwrap().len() == 4, "the C files of the tree are read");
        assert!(module != "copy" || a["notes"].as_array().unwrap().len() == 1, "and its documentation");
    }
    for [old, new] in [[&archive, &tree], [&tree, &archive]] {
        assert_eq!(json(&sandbox, &["impact", old, new])["changes"], serde_json::json!([]));
    }
}

#[test]
fn what_is_deprecated_in_part_is_told_as_that_and_once() {
    let sandbox = Sandbox::empty();
    let lib = "import warnings\nfrom __future__ import annotations\ndef copy(x): pass\ndef part(x=None): pass\ndef whole(): pass\nclass A: pass\nclass B: pass\nclass copied: pass\nKEPT = 1\n__all__ = ['copy', 'part', 'whole', 'A', 'B', 'copied']\n";
    let uses = lib.replace(
        "part(x=None): pass",
        "part(x=None):\n    if x:\n        warnings._deprecated('part', remove=(3, 15))",
    );
    let page = ".. module:: copy\n\n.. function:: part(x)\n\n   .. deprecated-removed:: 3.13.81 3.15\n      The *x* parameter.\n\n.. function:: whole()\n\n   .. deprecated:: 3.13.81\n\n.. class:: A\n           B\n\n   .. deprecated-removed:: 3.13.81 3.16\n      The :class:`B` class is going.\n\n.. data:: KEPT\n\n.. data:: SO_*\n\n   .. versionadded:: 3.13.81\n      More of them.\n\n.. data:: TWICE\n\n   .. versionadded:: 3.13.81\n\n   .. versionadded:: 3.13.81\n\n.. method:: copy.now()\n\n   .. versionchanged:: 3.13.81\n      Later.\n\n.. deprecated-removed:: 3.13.81 3.15\n\n   Strange calls.\n";
    let list = "* :mod:`copy`:\n\n  * :func:`copy.whole` and :func:`copy.copy` are deprecated.\n\n  * The *x* argument of :func:`copy.part` goes. Use :func:`types.f`.\n";
    let old = sandbox.file("old.tgz", &packed_with("3.13.80", &[("Lib/copy.py", lib)]));
    let all = [
        ("Lib/copy.py", uses.as_str()),
        ("Doc/library/copy.rst", page),
        ("Doc/deprecations/pending-removal-in-3.16.rst", list),
    ];
    let new = sandbox.file("new.tgz", &packed_with("3.13.81", &all));
    let found = json(&sandbox, &["impact", &old, &new, "--module", "copy"]);
    let show = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap_or("-").to_owned();
        format!("{} {}|{}|{}", text("kind"), text("name"), text("removal"), text("text"))
    };
    let mut all: Vec<String> = found["changes"].as_array().unwrap().iter().map(show).collect();
    all.sort();
    assert_eq!(
        all,
        [
            "added TWICE|-|new in the documentation: `TWICE`",
            "behaviour copy.now|-|`copy.now`: Later.",
            "behaviour |-|More of them.",
            "deprecated B|3.16|`B` is deprecated, to be removed in 3.16: The :class:`B` class is going.",
            "deprecated copy|3.16|announced for 3.16: :func:`copy.whole` and :func:`copy.copy` are deprecated.",
            "deprecated part|3.15|`part` is deprecated in part, with effect in 3.15: The *x* parameter.",
            "deprecated whole|3.16|`whole` is deprecated; announced for 3.16: :func:`copy.whole` and :func:`copy.copy` are deprecated.",
            "deprecated |3.15|Strange calls.",
            "deprecated |3.16|announced for 3.16: The *x* argument of :func:`copy.part` goes. Use :func:`types.f`.",
            "kind KEPT|-|data `KEPT` is documented now, and was there before",
        ]
    );
}

#[test]
fn a_first_refresh_says_that_there_was_no_release_to_compare_with() {
    let sandbox = crate::pinned::workspace();
    let release = Release::based_on("3.13", "3.13.79");
    sandbox.publish("3.13.79", "tgz", &packed(&release, "3.13.79", &[("Lib/copy.py", b"def copy(x): pass\n")]));
    // the union file alone says what there was
    for it in ["3.12", "3.13", "3.14"] {
        let path = format!("baselines/{it}.json");
        if sandbox.ws(&path).exists() {
            sandbox.remove(&path);
        }
    }
    let ended = sandbox.sync(&["refresh", "3.13.79", "--mirror", "../mirror", "--dry-run", "--format", "json"]);
    let found: Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{}{}", ended.out, ended.err));
    let impact = &found["impact"];
    let why = impact["not_looked_at"].as_str().unwrap_or_else(|| panic!("{found:#}"));
    assert!(why.contains("names no release") && why.contains("of CPython 3.13.79 in "), "{why}");
    assert!(impact["command"].as_str().unwrap().ends_with(" impact OLDER 3.13.79"), "{impact}");
}

/// How many interfaces the cache has.
fn kept(sandbox: &Sandbox) -> usize {
    let folders = std::fs::read_dir(sandbox.root().join("cache")).unwrap().map(|it| it.unwrap().path());
    let is_ours = |it: &std::path::PathBuf| it.file_name().unwrap().to_str().unwrap().starts_with("interface-");
    folders.filter(is_ours).map(|it| std::fs::read_dir(it).unwrap().count()).sum()
}

#[test]
fn a_refresh_tells_what_its_release_changes_inside_of_modules() {
    let sandbox = Sandbox::with_series("3.13");
    let publish = |version: &str, copy: &str| {
        let release = Release::based_on("3.13", version);
        sandbox.publish(version, "tgz", &packed(&release, version, &[("Lib/copy.py", copy.as_bytes())]));
    };
    let refresh = |version: &str, more: &[&str]| {
        sandbox.sync(&[&["refresh", version, "--mirror", "../mirror"], more].concat()).succeeds()
    };
    publish("3.13.77", "def copy(x): pass\n");
    // of the release that was recorded before, nothing was ever read
    let first: Value = serde_json::from_str(&refresh("3.13.77", &["--format", "json"]).out).unwrap();
    let impact = &first["impact"];
    assert!(impact["not_looked_at"].as_str().unwrap().contains("was never read"), "{impact}");
    assert!(impact["command"].as_str().unwrap().ends_with(" 3.13.77"));
    assert_eq!(kept(&sandbox), 1, "the pass that reads a release keeps what it offers");
    publish("3.13.78", "def copy(x, deep=False): pass\ndef added(): pass\n");
    let shown = refresh("3.13.78", &["--dry-run"]);
    assert!(shown.err.contains("from 3.13.77 to 3.13.78: 2 changes inside of modules"), "{}", shown.err);
    let second: Value = serde_json::from_str(&refresh("3.13.78", &["--dry-run", "--format", "json"]).out).unwrap();
    let impact = &second["impact"];
    assert!(impact["not_looked_at"].is_null());
    let kinds: Vec<&str> =
        impact["changes"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 2, "{impact}");
    assert!(kinds.contains(&"added") && kinds.contains(&"signature"), "{impact}");
    refresh("3.13.78", &["--dry-run", "--format", "markdown"]).says("## What changes inside of modules");
    // what the cache has lost is read again, and what is nowhere stops no refresh
    std::fs::remove_dir_all(sandbox.root().join("cache")).unwrap();
    refresh("3.13.78", &["--dry-run"]);
    assert_eq!(kept(&sandbox), 2, "the pass that reads a release keeps what it offers");
    std::fs::remove_dir_all(sandbox.root().join("cache")).unwrap();
    std::fs::remove_dir_all(sandbox.root().join("mirror/3.13.77")).unwrap();
    refresh("3.13.78", &[]).says("not looked at: ");
    assert_eq!(kept(&sandbox), 1);
}
