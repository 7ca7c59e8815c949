//! What a proposed change may bring as code: stubs as the built-in or the own template gives them, and names in the union; and what goes
//! is a stub, however the records are laid out.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    proposals::Proposal,
    refresh::facade,
    support::{
        Release, Sandbox,
        tree::RATCHET,
        workflow::{git_at, git_in},
    },
};

pub const TEMPLATE: &str = "tools/molt-sync/stubs/stub.py.j2";
const UNION: &str = "tools/stdlib_module_union.py";
pub const THIS: &str = "src/molt/stdlib/this.py";
pub const FRESH: &str = "src/molt/stdlib/json/fresh.py";
pub const IMPORT: &str =
    "from _intrinsics import require_intrinsic\n\nrequire_intrinsic(\"molt_capabilities_has\", globals())\n";

/// A change that brings `json.fresh` and takes `this` away, and a clone in which it is made.
pub fn proposed(prepare: impl FnOnce(&Sandbox)) -> (Proposal, PathBuf) {
    let it = Proposal::of(|box_| {
        let release = Release::based_on("3.13", "3.13.79")
            .with("json.fresh", molt_sync::stdlib::ModuleKind::Module)
            .without("this");
        box_.publish("3.13.79", "tgz", &release.tgz());
        box_.write(RATCHET, "{\"max_intrinsic_partial\": 999}\n");
        prepare(box_);
        box_.sync(&["docs", "sync"]);
    });
    it.change_is("3.13.79");
    git_in(it.box_.root(), &["clone", "-q", "forge/origin", "other"]);
    let place = it.box_.root().join("other");
    git_in(&place, &["apply", it.artefact("patch").to_str().unwrap()]);
    (it, place)
}

/// Makes the change the one that stands in the clone.
pub fn take(it: &Proposal, place: &Path) {
    git_in(place, &["add", "--all", "--intent-to-add", "."]);
    fs::write(it.artefact("patch"), git_at(place, &["diff", "--text", "HEAD"]).stdout).unwrap();
}

/// The change with another text of a file in it is refused.
pub fn refuses(it: &Proposal, place: &Path, path: &str, text: &str, words: &str) {
    let before = fs::read(place.join(path)).unwrap();
    fs::write(place.join(path), text).unwrap();
    take(it, place);
    it.ends_with(4, words);
    assert!(!it.forge.has("molt-sync/3.13"), "{text}");
    fs::write(place.join(path), before).unwrap();
}

#[test]
fn an_expression_of_an_own_template_gives_no_code() {
    let head = "\"\"\"\n{{ name }}\n{{ \"=\" * (name | length) }}\n\"\"\"\n";
    let (it, place) =
        proposed(|box_| box_.write(TEMPLATE, format!("{head}{IMPORT}LENGTH = \"{{{{ name | length }}}}\"\n")));
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    assert!(stub.contains("\n==========\n") && stub.contains("LENGTH = \"10\""), "{stub}");
    for text in [
        format!("{stub}from os import system as __getattr__\n"),
        format!("{stub}raise SystemExit\n"),
        format!("{stub}while True: pass\n"),
        format!("{stub}a = b\n"),
        format!("from os import system\n{stub}"),
        stub.replace("LENGTH = \"10\"", "LENGTH = __getattr__ = exec"),
        stub.replace("LENGTH = \"10\"", "LENGTH = f\"{open}\""),
        stub.replace("LENGTH = \"10\"", "LENGTH = open(1)"),
        stub.replace("LENGTH = \"10\"", "LENGTH = a[b]"),
        stub.replace("LENGTH = \"10\"", "LENGTH = a.b"),
        stub.replace("LENGTH = \"10\"", "LENGTH = [[]for[a]in[[b]]]"),
        stub.replace("LENGTH = \"10\"", "LENGTH = [*a]"),
        stub.replace("LENGTH = \"10\"", "  LENGTH = \"10\""),
        stub.replace("LENGTH = \"10\"", "LENGTH = \"10\"\n\"\"\"\n\"\"\"; import os; \"\"\"\n\"\"\""),
        stub.replace("LENGTH = \"10\"\n", ""),
        stub.replace("\"\"\"\njson", "\"\"\"\\\"\"\"\"\njson"),
    ] {
        assert_ne!(text, stub);
        refuses(&it, &place, FRESH, &text, "refused: a new 'src/molt/stdlib/json/fresh.py', which is no stub");
    }
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn a_condition_of_an_own_template_has_one_of_its_branches() {
    let tail = "\n\ndef __getattr__(attr: str):\n    if attr[:2] == \"__\":\n        raise AttributeError(attr)\n    raise RuntimeError(\"{{ name }}\")\n";
    let path = "{% if kind == \"package\" %}\n__path__ = []\n{% else %}\n__file__ = \"\"\n{% endif %}\n";
    let (it, place) = proposed(|box_| box_.write(TEMPLATE, format!("{IMPORT}{path}{tail}")));
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    for text in [
        stub.replace("__file__ = \"\"\n", ""),
        stub.replace("__file__ = \"\"\n", "__path__ = []\n__file__ = \"\"\n"),
        stub.replace("__file__ = \"\"\n", "__file__ = \"\"\n__file__ = \"\"\n"),
        stub.replace("    raise RuntimeError", "        raise RuntimeError"),
        stub.split("\n\ndef").next().unwrap().to_owned() + "\n",
    ] {
        assert_ne!(text, stub);
        refuses(&it, &place, FRESH, &text, "refused: a new 'src/molt/stdlib/json/fresh.py', which is no stub");
    }
    let wide = stub.replace("    ", "\t");
    fs::write(place.join(FRESH), wide).unwrap();
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn a_comma_that_parts_two_things_stays_and_one_at_the_end_is_a_formatters() {
    let body = "\n\n_READERS = [\n    load,\n    {% if hides_loader or kind == \"module\" %}\n    (dump),\n    {% endif %}\n]\n_TEXTS = {\"a\": \"x\"}\n\n\ndef __getattr__(attr: str):\n    if attr in _TEXTS:\n        return _TEXTS[attr]\n    raise RuntimeError(\"{{ name }}\", attr)\n\n\ndef load(*args):\n    raise RuntimeError(\n        \"{{ name }}\",\n        {% if hides_loader or kind == \"module\" %}\n        *args\n        {% endif %}\n    )\n\n\ndump = load\n";
    let (it, place) = proposed(|box_| box_.write(TEMPLATE, format!("{IMPORT}{body}")));
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    for (old, new) in [
        ("    load,\n", "    load\n"),
        ("return _TEXTS[attr]", "return _TEXTS[attr,]"),
        ("    raise RuntimeError(\"json.fresh\", attr)", "    raise RuntimeError(\"json.fresh\"), attr"),
        ("_TEXTS = {\"a\": \"x\"}", "_TEXTS = {\"a\": \"x\"},"),
        ("\"json.fresh\",\n", "\"json.fresh\"\n"),
    ] {
        assert!(stub.contains(old), "{old}: {stub}");
        let text = stub.replacen(old, new, 1);
        refuses(&it, &place, FRESH, &text, "refused: a new 'src/molt/stdlib/json/fresh.py', which is no stub");
    }
    for (old, new) in [
        ("    (dump),\n", "    (dump)\n"),
        ("{\"a\": \"x\"}", "{\"a\": \"x\",}"),
        ("*args\n", "*args,\n"),
        ("\"json.fresh\", attr)", "\"json.fresh\", attr,)"),
    ] {
        assert!(stub.contains(old), "{old}: {stub}");
        fs::write(place.join(FRESH), stub.replacen(old, new, 1)).unwrap();
        take(&it, &place);
        it.ends_with(0, "");
    }
}

#[test]
fn whatever_a_stub_is_like_it_does_no_more_than_the_own_template() {
    let call = "str(__import__(\"os\").getpid())";
    let def = "\n\ndef __getattr__(attr):\n";
    for (template, pairs) in [
        // quotes in a text, in both of its spellings
        (
            format!("{IMPORT}X = '\"{{{{ name | upper }}}}\" it is'\n"),
            vec![
                ("'\"JSON.FRESH\" it is'", format!("\"\" + {call} + \" it is\"")),
                ("'\"JSON.FRESH\"", "f'\"JSON.FRESH\"".to_owned()),
            ],
        ),
        (
            format!("{IMPORT}X = \"\\\"{{{{ name | upper }}}}\\\" it is\"\n"),
            vec![("\"\\\"JSON.FRESH\\\" it is\"", format!("\"\" + {call} + \" it is\""))],
        ),
        // a formatted text of three quotes beside a docstring that is an expression
        (
            format!("\"\"\"{{{{ name | title }}}}\"\"\"\n{IMPORT}X = \"\"\"it is\"\"\"\n"),
            vec![("\"\"\"it is", format!("f\"\"\"{{{call}}}"))],
        ),
        // a body that always comes
        (
            format!("{IMPORT}{{% with x = 1 %}}{def}    raise OSError(attr)\n{{% endwith %}}\n"),
            vec![
                ("    raise OSError(attr)\n", "    pass\n".to_owned()),
                ("\ndef __getattr__(attr):\n    raise OSError(attr)\n", String::new()),
            ],
        ),
        (
            format!("{IMPORT}{{% for x in [\"a\"] %}}{def}    raise OSError(attr)\n{{% endfor %}}\n"),
            vec![("\ndef __getattr__(attr):\n    raise OSError(attr)\n", String::new())],
        ),
        // a line whose depth is told in two places
        (
            format!("{IMPORT}{def}    if attr:\n        raise OSError(attr)\n    raise OSError(attr)\n"),
            vec![("\n    raise OSError(attr)\n", "\n \\\n   raise OSError(attr)\n".to_owned())],
        ),
        // what a condition on the kind leaves is there
        (
            format!(
                "{IMPORT}{def}    if attr:\n        raise OSError(attr)\n{{% if kind == \"package\" %}}\n    raise OSError(\"p\")\n{{% elif kind == \"module\" %}}\n    raise OSError(\"m\")\n{{% endif %}}\n"
            ),
            vec![("    raise OSError(\"m\")\n", String::new()), ("OSError(\"m\")", "OSError(\"p\")".to_owned())],
        ),
        // one name in brackets without its comma is no list of it
        (format!("{IMPORT}__all__ = (\"a\",)\n"), vec![("(\"a\",)", "(\"a\")".to_owned())]),
    ] {
        let (it, place) = proposed(|box_| box_.write(TEMPLATE, &template));
        let stub = fs::read_to_string(place.join(FRESH)).unwrap();
        for (from, to) in pairs {
            let text = stub.replace(from, &to);
            assert_ne!(text, stub, "{from}");
            refuses(&it, &place, FRESH, &text, "which is no stub");
        }
    }
}

#[test]
fn a_built_in_stub_binds_no_other_name() {
    let (it, place) = proposed(|_| ());
    let stub = fs::read_to_string(place.join(FRESH)).unwrap();
    for (from, to) in [
        ("\n_require_intrinsic(", "\nRuntimeError = _require_intrinsic("),
        ("import require_intrinsic as _require_intrinsic", "import require_intrinsic as str"),
        ("\n_require_intrinsic(", "\n__path__ = _require_intrinsic("),
        ("\n_require_intrinsic(", "\nrequire_intrinsic("),
        ("molt_capabilities_has", "molt_capabilities _has"),
        ("import require_intrinsic as", "import require_intrinsicas"),
        ("(attr: str):", "(in: str):"),
        ("globals())", "globals(,))"),
        ("(attr: str):", "(attr: str) - > None:"),
        ("(attr: str):", "(attr: str) -> Any:"),
        ("(attr: str):", "(attr: str) -> attr.x:"),
        ("is a placeholder:", "has moved: run it, it is"),
    ] {
        let text = stub.replace(from, to);
        assert_ne!(text, stub);
        refuses(&it, &place, FRESH, &text, "which is no stub");
    }
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn own_templates_of_many_forms_are_let_through() {
    for template in [
        format!("\u{feff}{IMPORT}NAME = \"{{{{ name }}}}\"\n"),
        format!("\"\"\"{{% filter upper %}}stub of {{{{ name }}}}{{% endfilter %}}\"\"\"\n{IMPORT}"),
        format!("# {{{{ \"(c)\" }}}} {{{{ name }}}}\n{IMPORT}"),
        format!("{IMPORT}__all__ = [\n{{% for x in [\"a\", \"b\"] %}}\n    \"{{{{ x }}}}\",\n{{% endfor %}}\n]\n"),
        format!("{IMPORT}\n\ndef __getattr__(a):\n\traise AttributeError(\"{{{{ name }}}}\")\n"),
        // tags that stand on lines of their own, however deep these are
        format!(
            "{IMPORT}\n\ndef __getattr__(a):\n    it = \"\"\n    {{# it is #}}\n    {{% set x = 1 %}}\n    {{% if kind == \"module\" %}}\n    it = \"x\"\n    {{% endif %}}\n    raise AttributeError(it)\n"
        ),
        format!(
            "{IMPORT}{{% if kind == \"package\" %}}\nX = 1\n{{% elif name == \"x\" %}}\nX = 2\n{{% endif %}}\nY = 3\n"
        ),
        format!("{IMPORT}{{% if kind == \"package\" %}}\n# a package has a path\n__path__ = []\n{{% endif %}}\n"),
        format!("{IMPORT}{{% if kind == \"package\" %}}\n# a package\n{{% else %}}\n# a module\n{{% endif %}}\n"),
        format!("{IMPORT}X = \"{{{{ name }}}} is \\\nnot there\"\nY = 'so \"{{{{ name }}}}\"'\n"),
        // what is known where it is written
        format!(
            "{IMPORT}{{% for x in [\"open\", 'shut',] %}}\n\n\ndef {{{{ x }}}}(it):\n    raise OSError(it)\n{{% endfor %}}\n"
        ),
        format!(
            "{IMPORT}{{% set error = \"OSError\" %}}\n\n\ndef __getattr__(a):\n    raise {{{{ error }}}}(\"{{{{ name | title }}}}\")\n"
        ),
        format!("{IMPORT}X = {{% if kind == \"package\" %}}[]{{% else %}}None{{% endif %}}\n"),
        format!(
            "{IMPORT}{{% if kind == \"package\" %}}\nX = 1\n{{% elif \".\" in name %}}\nX = 2\n{{% else %}}\nX = 3\n{{% endif %}}\nY = 4\n"
        ),
        format!("{{% with x = \"a\" %}}\n{IMPORT}X = \"{{{{ x }}}}\"\n{{% endwith %}}\n"),
        format!("{IMPORT}\n\ndef __getattr__(a):\n    raise AttributeError(f\"{{a}} of {{{{ name }}}}\")\n"),
    ] {
        let (it, place) = proposed(|box_| box_.write(TEMPLATE, &template));
        assert!(place.join(FRESH).exists(), "{template}");
        it.ends_with(0, "");
    }
}

#[test]
fn an_own_template_with_an_expression_in_its_code_is_a_persons() {
    let def = "\n\ndef __getattr__(attr):\n";
    for template in [
        format!("{IMPORT}LENGTH = {{{{ name | length }}}}\n"),
        format!("{IMPORT}X = {{{{ \"None\" if kind == \"module\" else \"[]\" }}}}\n"),
        format!("{IMPORT}{def}    raise {{{{ \"OSError\" }}}}(\"{{{{ name | title }}}}\")\n"),
        format!("{IMPORT}{{% for x in [name | upper] %}}{{{{ x }}}} = 1\n{{% endfor %}}\n"),
        format!("{IMPORT}{def}    raise OSError(f\"{{attr + '{{{{ name | title }}}}'}}\")\n"),
        format!("{IMPORT}globals()[\"{{{{ name | title }}}}\"] = None\n"),
        format!("{IMPORT}__path__ = [\"{{{{ name | title }}}}\"]\n"),
        format!("import sys\n{IMPORT}X = \"{{{{ name | title }}}}\"\n"),
        format!("{IMPORT}X = str(\"{{{{ name | title }}}}\")\n"),
        format!("{IMPORT}{{% set x %}}\"\"\"Stub.\"\"\"{{% endset %}}\n{{{{ x }}}}\n"),
    ] {
        let (it, place) = proposed(|box_| box_.write(TEMPLATE, &template));
        assert!(place.join(FRESH).exists(), "{template}");
        it.ends_with(4, "no stub that can be told: the own template has an expression in its code");
    }
}

#[test]
fn a_stub_of_an_own_template_goes_in_any_layout_and_nothing_else_does() {
    let template = format!("{}NAMES = ['{{{{ name }}}}', \"{{{{ kind }}}}\", 1]\n", IMPORT.replace('"', "'"));
    let own = |rest: &str| format!("{IMPORT}NAMES = [\n    \"this\",\n    \"module\",\n    1,\n]\n{rest}");
    for (text, goes) in [
        (own(""), true),
        (format!("\u{feff}{}", own("").replace('\n', "\r\n")), true),
        (own("from _this import *\n"), false),
        (own("# measured twice\n"), false),
        (format!("\"\"\"Notes.\"\"\"\n{}", own("")), false),
        (format!("{}# {}\nimport os\n", own(""), "x".repeat(8100)), false),
        (own("").replace("NAMES", "poem = print\nNAMES"), false),
    ] {
        let (it, place) = proposed(|box_| {
            box_.write(TEMPLATE, &template);
            box_.write(THIS, &text);
        });
        if goes {
            assert!(!place.join(THIS).exists(), "{text}");
            it.ends_with(0, "");
            continue;
        }
        assert!(place.join(THIS).exists(), "{text}");
        fs::remove_file(place.join(THIS)).unwrap();
        take(&it, &place);
        it.ends_with(4, "refused: 'src/molt/stdlib/this.py' would go, and it is no stub");
    }
    // words of a person in the message of a built-in one
    let built_in = include_str!("../../stubs/stub.py.j2").split("{% if").next().unwrap();
    let stub = built_in.replace("{{ kind }}", "module").replace("{{ name }}", "this").replace("{{ marker }}", "TODO");
    let words = stub.replace("is a placeholder:", "waits for a decision of mine:");
    assert_ne!(stub, words);
    let (it, place) = proposed(|box_| box_.write(THIS, &words));
    fs::remove_file(place.join(THIS)).unwrap();
    take(&it, &place);
    it.ends_with(4, "would go, and it is no stub");
}

/// A union whose first list of names is another one.
fn shortest(union: &str, list: &str) -> String {
    let start = union.find(" = (\n").unwrap() + 3;
    let end = start + union[start..].find("\n)").unwrap() + 2;
    format!("{}{list}{}", &union[..start], &union[end..])
}

#[test]
fn of_the_union_nothing_changes_but_names() {
    for is_facade in [false, true] {
        let (it, place) = proposed(|box_| {
            if is_facade {
                drop(facade(box_, "3.13"));
            }
        });
        let path = if is_facade { "tools/stdlib_module_union_3_13.py" } else { UNION };
        let union = fs::read_to_string(place.join(path)).unwrap();
        for text in [
            format!("{union}__import__(\"os\").system(\"id\")\n"),
            format!("import os\n{union}"),
            format!("{union}X = 1\n"),
            format!("{union}X = (\"a\",)\n"),
            format!("{union}# words\n"),
            format!("{union}(\"a\")(\"b\")\n"),
            format!("\"\"\"\n{union}\"\"\"\n"),
            union.replacen("(\n", "sorted((\n", 1),
            union.replacen("(\n", "(\n    \"\"\"x\",\n", 1).replacen("\n)\n", "\n    \"x\"\"\",\n)\n", 2),
            format!("{union}\"words\"\n"),
            shortest(&union, "(\n    \"this_one\"\n)"),
            shortest(&union, "(\"this_one\")"),
            format!("{union}NAME = \"run.that\"\n"),
            union.replacen("(\n", "(\n    ,\n", 1),
            union.replacen("\",\n", "\",,\n", 1),
            union.replacen("\",\n", "\"\n", 1),
            union.replacen("(\n", "(  # run this first\n", 1),
            union.replacen("(\n", "(\n    # run this first\n", 1),
            union.replacen(" = (\n", ":() = (\n", 1),
        ] {
            assert_ne!(text, union);
            refuses(&it, &place, path, &text, &format!("refused: '{path}' would change in more than names"));
        }
        fs::write(place.join(path), shortest(&union, "(\"this_one\",)")).unwrap();
        take(&it, &place);
        it.ends_with(0, "");
    }
}

#[test]
fn a_union_of_any_layout_follows() {
    let (it, _) = proposed(|box_| {
        let union = box_.read(UNION);
        // what is said in a table goes, and nobody reads what it is annotated with
        let first = union.find(" = (\n").unwrap();
        let (head, tail) = union.split_at(first);
        let said = tail.replacen(" = (\n", ": \"tuple[str, ...]\" = (  # names\n    # of it\n", 1);
        box_.write(UNION, format!("{head}{said}"));
    });
    it.ends_with(0, "");
}

#[test]
fn which_file_a_series_is_in_stays() {
    let stems = "_STEMS = {\n    \"3.12\": \"union_3_12\",\n    \"3.13\": \"union_3_13\",\n}\n";
    let (it, place) = proposed(|box_| box_.write(UNION, box_.read(UNION) + stems));
    let union = fs::read_to_string(place.join(UNION)).unwrap();
    assert!(union.contains(stems), "{union}");
    for (from, to) in [
        ("\"union_3_12\"", "\"deploy\""),
        ("\"union_3_12\"", "\"union_3_13\""),
        ("    \"3.12\"", "    \"9.9\": \"deploy\",\n    \"3.12\""),
        ("    \"3.12\"", "    \"3.14\": \"deploy\",\n    \"3.12\""),
    ] {
        refuses(&it, &place, UNION, &union.replace(from, to), "would change in more than names");
    }
    fs::write(place.join(UNION), union.replace("    \"3.12\": \"", "    \"3.11\": \"union_3_11\",\n    \"3.12\": \""))
        .unwrap();
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn the_layout_of_a_record_hides_no_name() {
    let tabs = |text: &str| text.replace("    ", "\t\t").replace("  ", "\t");
    let flat = |text: &str| text.lines().map(str::trim_start).collect::<Vec<_>>().join("\n") + "\n";
    let one = |text: &str| text.lines().map(str::trim_start).collect::<String>() + "\n";
    for lay_out in [tabs, flat, one] {
        let (it, place) = proposed(|box_| {
            let record = "baselines/3.13.json";
            box_.write(record, lay_out(&box_.read(record)));
        });
        assert!(!place.join(THIS).exists());
        it.ends_with(0, "");
    }
}

#[test]
fn the_lock_tells_of_no_other_release_than_the_record() {
    let (it, place) = proposed(|_| ());
    let lock = "baselines/releases.lock.toml";
    let text = fs::read_to_string(place.join(lock)).unwrap();
    let other = text.replace("release = \"3.13.79\"", "release = \"3.13.9999\"");
    assert_ne!(text, other);
    refuses(&it, &place, lock, &other, "the lock would say of another release than 3.13.79 that it was refreshed");
    take(&it, &place);
    it.ends_with(0, "");
}

#[test]
fn a_message_is_no_patch_and_no_change_to_another_commit() {
    let it = Proposal::of(|_| ());
    let patch =
        "---\ndiff --git a/docs/x.yml b/x.yml\nsimilarity index 100%\nrename from docs/x.yml\nrename to x.yml\n";
    for title in [
        "fixup! Refresh to CPython 3.13.77",
        "squash! amend! Refresh to CPython 3.13.77",
        "[PATCH] [x] fixup! Refresh to CPython 3.13.77",
        "CPython 3\u{ff0e}13\u{ff0e}99",
        "CPython \u{1d7d1}.13.99",
    ] {
        fs::write(it.artefact("message"), format!("{title}\n\nIt changes.\n\n{patch}\nGenerated-By: molt-sync\n"))
            .unwrap();
        it.ends_with(0, "");
        let said = git_in(&it.forge.dir.join("origin"), &["log", "-1", "--format=%B", "molt-sync/3.13"]);
        assert!(said.starts_with("Refresh to CPython 3.13.77\n"), "{said}");
        for line in patch.lines() {
            assert!(!said.lines().any(|it| it == line), "{line} is in {said}");
        }
    }
}

#[test]
fn an_emoji_is_no_hidden_character() {
    let (it, place) = proposed(|box_| box_.write("docs/plan.md", "A plan.\n"));
    for (words, is_fine) in [
        ("\u{26a0}\u{fe0f} done", true),
        ("\u{1f469}\u{200d}\u{1f4bb} done", true),
        ("1\u{fe0f}\u{20e3} \u{a9}\u{fe0f} done", true),
        ("\u{25b6}\u{fe0f} \u{25fc}\u{fe0f} \u{2935}\u{fe0f} \u{24c2}\u{fe0f} done", true),
        ("\u{915}\u{94d}\u{200d}\u{937} done", true),
        ("\u{2500}\u{fe0f} done", false),
        ("\u{2211}\u{200d}\u{2211} done", false),
        ("\u{26a0}\u{fe0f}\u{fe0f} done", false),
        ("a\u{200d}b done", false),
        ("a\u{fe0f} done", false),
        ("\u{1f469}\u{fe0e} done", false),
    ] {
        let text = format!("A plan.\n{words}\n");
        if is_fine {
            fs::write(place.join("docs/plan.md"), text).unwrap();
            take(&it, &place);
            it.ends_with(0, "");
            git_in(&it.forge.dir.join("origin"), &["update-ref", "-d", "refs/heads/molt-sync/3.13"]);
            fs::write(place.join("docs/plan.md"), "A plan.\n").unwrap();
        } else {
            refuses(&it, &place, "docs/plan.md", &text, "characters that its reader does not see");
        }
    }
}
