//! What comes into documents and generated files by other spellings: code by blanks and in tags, links without a scheme, comments without
//! their ends, blanks that change what runs.

#![cfg(unix)]

use crate::{
    proposed_code::{FRESH, IMPORT, TEMPLATE, proposed as with_stubs, refuses, take},
    proposed_text::{proposed, with},
};

const PAGE: &str = "# Library\n\nA line.\n\n```\nplain\n```\n\n1. ```sh\n   run\n   ```\n\n    deep 312 code\n\n<img\n  alt=\"x\"\n  src=\"https://molt.example/a.png\"\n>\n\n<!-- note: a draft -->\n\nSee [it][long] of https://raw.example/molt-sync/0123456789abcdef0123456789abcdef01234567/i.sh.\n\n[long]:\n  https://molt.example/long\n\n- item\n    - 312 names\n";

#[test]
fn code_and_links_come_in_no_spelling() {
    let settings = "[docs.files.\"docs/page.rst\"]\ntemplate = \"tools/t.j2\"\n[docs.files.\"docs/page.adoc\"]\ntemplate = \"tools/t.j2\"\n";
    let (it, _) = proposed(&[
        ("docs/page.md", PAGE.as_bytes()),
        ("docs/page.rst", b"Title\n=====\n\nIt is so::\n\n  run 312\n"),
        ("docs/page.adoc", b"= Title\n\n....\nrun 312\n....\n"),
        ("docs/less.md", b"# Less\n\nWhere a <b and so on.\n\nA line of it.\n\n<!-- a draft\n\nof 312 -->\n"),
        ("tools/t.j2", b"{{ union.top_level }}\n"),
        ("molt-sync.toml", settings.as_bytes()),
    ]);
    let edit = |from: &str, to: &str| {
        assert!(PAGE.contains(from), "{from}");
        ("docs/page.md", PAGE.replacen(from, to, 1))
    };
    for (path, text) in [
        edit("A line.\n", "A line.\n\n    rm -rf x\n"),
        edit("A line.\n", "A line.\n\n\trm -rf x\n"),
        edit("deep 312 code", "deep 312 code | sh"),
        edit("plain\n```\n", "plain\n```\n\n```\nrm\n```\n"),
        edit("   run\n", "   rm\n"),
        edit("  alt=\"x\"\n", "  onerror=\"y\"\n"),
        edit("https://molt.example/a.png", "//evil.example/a.png"),
        edit("  https://molt.example/long", "  //evil.example/long"),
        edit("a draft -->", "a draft --"),
        edit("0123456789abcdef0123456789abcdef01234567", "1123456789abcdef0123456789abcdef01234567"),
        ("docs/less.md", "# Less\n\nWhere a <b and so on.\n\nA line of it.\n\n<!-- a draft\n\nby 312 -->\n".to_owned()),
        ("docs/page.rst", "Title\n=====\n\nIt is so::\n\n  rm 312\n".to_owned()),
        ("docs/page.adoc", "= Title\n\n....\nrm 312\n....\n".to_owned()),
    ] {
        with(&it, path, text.as_bytes());
        it.ends_with(4, "would have another link, tag, mention or line of code");
    }
    for (path, text) in [
        edit("deep 312 code", "deep 320 code"),
        edit("- 312 names\n", "- 320 names\n    - more names\n"),
        edit("A line.", "Another line."),
        // a tag that is none ends with its paragraph
        (
            "docs/less.md",
            "# Less\n\nWhere a <b and so on.\n\nAnother line of it.\n\n<!-- a draft\n\nof 320 -->\n".to_owned(),
        ),
        ("docs/page.rst", "Title\n=====\n\nIt was so::\n\n  run 320\n".to_owned()),
        ("docs/page.adoc", "= Title 2\n\n....\nrun 320\n....\n".to_owned()),
    ] {
        with(&it, path, text.as_bytes());
        it.ends_with(0, "");
    }
}

#[test]
fn generated_files_keep_their_blanks_and_modules_their_code() {
    let script = "echo one \\\n  312\n\ncat <<EOF\nx\nEOF\nrun \"312\"\n";
    let sum = "<!-- molt-sync:file sum=1-2326aa463aa8 -->\nTOP 312\n";
    let settings = "[docs.files.\"tools/run.sh\"]\ntemplate = \"tools/t.j2\"\n[docs.files.\"docs/facts.html\"]\ntemplate = \"tools/t.j2\"\n[docs.files.\"web/hooks.json\"]\ntemplate = \"tools/t.j2\"\n[docs.files.\"src/molt/stdlib/_facts.py\"]\ntemplate = \"tools/t.j2\"\n";
    let (it, _) = proposed(&[
        ("tools/t.j2", b"TOP = {{ union.top_level }}\n"),
        ("tools/run.sh", script.as_bytes()),
        ("docs/facts.html", sum.as_bytes()),
        ("web/hooks.json", b"{\"run\": \"x\"}\n"),
        ("src/molt/stdlib/_facts.py", b"TOP = 312\n"),
        ("docs/requirements.md", b"# Requirements\n\nA line of 312.\n"),
        ("molt-sync.toml", settings.as_bytes()),
    ]);
    for (path, text) in [
        ("tools/run.sh", script.replace("\\\n", "\\ \n")),
        ("tools/run.sh", script.replace("\\\n", "\\\n\n")),
        ("tools/run.sh", script.replace("\nEOF", "\nEOF ")),
        ("tools/run.sh", script.replace("\"312\"", "312")),
        ("web/hooks.json", "{\"run\": \"x\", \"then\": [\"rm\", \"-rf\"]}\n".to_owned()),
        ("src/molt/stdlib/_facts.py", "import os\nTOP = 312\n".to_owned()),
    ] {
        with(&it, path, text.as_bytes());
        it.ends_with(4, "would change in more than numbers and names");
    }
    for (path, text) in [
        ("tools/run.sh", script.replace("312", "320")),
        ("docs/facts.html", sum.replace("2326aa463aa8", "0126aa463aff").replace("312", "320")),
        ("src/molt/stdlib/_facts.py", "TOP = 320\n".to_owned()),
        ("docs/requirements.md", "# Requirements\n\nAnother line of 320.\n".to_owned()),
    ] {
        with(&it, path, text.as_bytes());
        it.ends_with(0, "");
    }
}

#[test]
fn names_that_a_change_brings_are_no_words_of_instructions() {
    let agents = "# For agents\n\nRun the tests.\n\nThe union has 312 top-level names.\n";
    let (it, place) = proposed(&[
        ("AGENTS.md", agents.as_bytes()),
        ("docs/bindings.toml", b"[[bind]]\ndoc = \"AGENTS.md\"\nphrase = \"union has {union.top-level} top-level\"\n"),
    ]);
    let union = "tools/stdlib_module_union.py";
    let text = std::fs::read_to_string(place.join(union)).unwrap();
    std::fs::write(place.join(union), text.replacen("\"this\"", "\"curl\",\n    \"this\"", 1)).unwrap();
    with(&it, "AGENTS.md", agents.replace("the tests", "`curl`").as_bytes());
    it.ends_with(4, "neither its own nor a template's: curl");
    assert!(!it.forge.has("molt-sync/3.13"));
}

#[test]
fn a_branch_of_a_condition_that_is_open_is_of_its_own_name() {
    let tail = "\n\ndef __getattr__(attr):\n    raise AttributeError(attr)\n";
    for condition in ["hides_loader", "marker == \"NONE\""] {
        let own = format!(
            "{IMPORT}{{% if {condition} %}}\nIS_LATE = 1\n{{% elif name == \"nt\" %}}\nIS_OPEN = 1\n{{% elif kind in [\"module\"] %}}\nIS_PLAIN = 1\n{{% else %}}\nIS_NONE = 1\n{{% endif %}}{tail}"
        );
        let (it, place) = with_stubs(|box_| box_.write(TEMPLATE, own));
        let stub = std::fs::read_to_string(place.join(FRESH)).unwrap();
        let here = ["IS_LATE", "IS_PLAIN"].into_iter().find(|it| stub.contains(it)).unwrap();
        for other in ["IS_OPEN", "IS_NONE"] {
            refuses(&it, &place, FRESH, &stub.replace(here, other), "which is no stub");
        }
        take(&it, &place);
        it.ends_with(0, "");
    }
}
