//! Words of the workspace command nobody: neither a terminal nor a runner that reads a log, and in Markdown nobody is called and
//! nothing is closed. Every source of a word, in every form of a result and on stderr.

use serde_json::json;

use crate::support::{
    Release, Sandbox,
    papers::{NUMBERS, PAPER, PHRASES, SETTINGS, cart_with, commit, configure, git_on},
    tree::{ATTESTATION, LANE, LOAD, MANIFEST, RATCHET, STD, UNION},
};

/// What begins lines, clears screens, turns the direction of writing, hides, calls people and closes issues.
const WORD: &str = "pwned\n::error file=a::pwned\n  ::add-mask::pwned\r##[error]pwned\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\u{2028}\u{feff}\u{34f}\u{600}\u{2800}\u{e000}\u{fffe}\u{10ffff}\n# pwned @pwned Fixes #1 <img src=x> [pwned](https://pwned.example)";

/// The same on one line, for what is a line already.
fn one_line() -> String {
    format!("::error::pwned {}", WORD.replace(['\n', '\r'], " "))
}

/// As a basic string of TOML, which is one of JSON too.
fn text() -> String {
    json!(WORD).to_string().replace('\u{7f}', "")
}

fn is_odd(it: char) -> bool {
    (it.is_control() && it != '\n' && it != '\t')
        || "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\u{200b}\u{200c}\u{200d}\u{2028}\u{2029}\u{feff}\u{34f}\u{600}\u{2800}\u{e000}\u{fffe}\u{10ffff}".contains(it)
}

/// What is left of Markdown without its code spans.
fn without_code(line: &str) -> String {
    let mut res = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        res += &rest[..at];
        rest = &rest[at..];
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let inside = &rest[ticks..];
        let runs = inside.match_indices('`').map(|(at, _)| at).filter(|at| !inside[..*at].ends_with('`'));
        let end = runs.into_iter().find(|at| {
            let run = &inside[*at..];
            run.len() - run.trim_start_matches('`').len() == ticks
        });
        if let Some(end) = end {
            rest = &inside[end + ticks..];
        } else {
            res += &rest[..ticks];
            rest = inside;
        }
    }
    res + rest
}

/// Whether a printed text commands nobody; `format` is none for stderr.
#[track_caller]
fn is_quoted(said: &str, format: Option<&str>, what: &str) {
    assert!(!said.contains("panicked"), "{what}: {said}");
    // what closes an issue is parted in code too: such a text can become the message of a commit
    let parted = said.replace("Fixes #\u{200b}1", "Fixes #1");
    let said = if format == Some("markdown") { &*parted } else { said };
    if let Some(odd) = said.chars().find(|it| is_odd(*it)) {
        panic!("{what}: {odd:?} in {format:?}:\n{said:?}");
    }
    assert!(!said.contains("##["), "{what}: an old command in {format:?}:\n{said}");
    for line in said.lines() {
        let is_own = format == Some("github") && (line.starts_with("::error ") || line.starts_with("::notice "));
        let is_command = line.trim_start().starts_with("::");
        assert!(
            !is_command || (is_own && !line.starts_with("::error file=a::")),
            "{what}: a command in {format:?}:\n{line}"
        );
        if format == Some("markdown") {
            let words = without_code(line);
            for bad in ["@pwned", "Fixes #1", "<img", "](https://pwned"] {
                assert!(!words.contains(bad), "{what}: {bad} in Markdown:\n{line}");
            }
            assert!(!line.starts_with("# pwned"), "{what}: a heading:\n{line}");
        }
    }
    if let Some("json" | "sarif") = format.filter(|_| !said.is_empty()) {
        let parsed = serde_json::from_str::<serde_json::Value>(said);
        assert!(parsed.is_ok(), "{what}: {format:?} is no JSON:\n{said}");
    }
}

/// Runs a command in each form; returns whether the word was told at all.
fn is_quoted_in(box_: &Sandbox, command: &[&str], formats: &[&str], what: &str) -> bool {
    let mut is_told = false;
    for format in formats {
        let ended = box_.sync(&[command, &["--format", format]].concat());
        // the bytes of a patch are those of the files
        if *format != "patch" && !(*format == "human" && command.contains(&"--dry-run")) {
            is_quoted(&ended.out, Some(format), what);
        }
        is_quoted(&ended.err, None, what);
        // what stands behind a line feed of a name begins no line
        assert!(
            !ended.err.lines().any(|it| it.starts_with("pwned") || it.starts_with("# pwned")),
            "{what}: {}",
            ended.err
        );
        is_told |= ended.out.contains("pwned") || ended.err.contains("pwned");
    }
    is_told
}

const GATES: [&str; 5] = ["human", "json", "sarif", "junit", "github"];
const DOCS: [&str; 7] = ["human", "json", "sarif", "junit", "github", "markdown", "patch"];
const PLAIN: [&str; 2] = ["human", "json"];

fn workspace() -> Sandbox {
    cart_with(&["has {cart.wheels} wheels"], "# Cart\n\nThe cart has 12 wheels.\n")
}

/// Each source of a word in documents and settings, with what is written where.
fn sources_of_documents() -> Vec<(&'static str, &'static str, String)> {
    let text = text();
    let fact = |source: &str| format!("[docs.facts.\"own.fact\"]\nsource = {source}\n");
    vec![
        ("an unknown key", SETTINGS, format!("{text} = 1\n")),
        ("a damaged key", SETTINGS, format!("[paths]\nunion = 1 {}\n", one_line())),
        ("a path", SETTINGS, format!("[paths]\nunion = {text}\n")),
        ("a root", SETTINGS, format!("[docs]\nroots = [{text}]\n")),
        ("a pattern", SETTINGS, format!("[docs]\narchival = [{}]\n", text.replace("pwned", "pwned["))),
        ("a source", SETTINGS, fact(&text)),
        ("a file of a source", SETTINGS, fact(&text.replacen("pwned", "json:pwned#", 1))),
        ("a key of a source", SETTINGS, fact(&text.replacen("pwned", "json:tools/numbers.json#/pwned", 1))),
        ("an expression", SETTINGS, fact(&text.replacen("pwned", "expr:pwned", 1))),
        ("the name of a fact", SETTINGS, format!("[docs.facts.{text}]\nsource = \"json:none.json#/x\"\n")),
        ("the name of a block", SETTINGS, format!("[docs.blocks.{text}]\ntemplate = \"none.j2\"\n")),
        ("a waiver", SETTINGS, format!("[[docs.waiver]]\nclaim = {text}\nwhy = {text}\n")),
        ("the day of a waiver", SETTINGS, format!("[[docs.waiver]]\nclaim = \"x\"\nwhy = \"x\"\nuntil = {text}\n")),
        ("an invariant", SETTINGS, format!("[[docs.invariant]]\nid = \"x\"\nrule = {text}\nwhy = {text}\n")),
        (
            "the value of a fact",
            NUMBERS,
            format!("{{\"wheels\": {text}, \"spokes\": 1, \"crew\": [], \"colour\": \"\"}}"),
        ),
        ("a file of facts", NUMBERS, format!("{{\"pwned\": {}\n", one_line())),
        ("a damaged file of facts", "tools/numbers.toml", format!("x = 1\ny = pwned {}\n", one_line())),
        ("a binding", PHRASES, format!("[[bind]]\nphrase = {text}\n")),
        ("a fact of a binding", PHRASES, "[[bind]]\nphrase = '''x {WORD} y'''\n".replace("WORD", &one_line())),
        (
            "the document of a binding",
            PHRASES,
            format!("[[bind]]\ndoc = {text}\nphrase = \"{{cart.wheels}} wheels\"\n"),
        ),
        ("a damaged binding", PHRASES, format!("[[bind]]\nphrase = 1 {}\n", one_line())),
        ("a sentence", PAPER, format!("{} The cart has 7 wheels, pwned {}\n", one_line(), one_line())),
        ("a marker", PAPER, format!("<!-- molt-sync:begin block=pwned{} -->\n", one_line())),
        ("a link of a fact", PAPER, format!("It has [7][f:pwned{}] wheels.\n", one_line())),
        ("a template", "docs/own.j2", format!("{{{{ pwned {} }}}}", one_line())),
        ("the text of a template", "docs/own.j2", WORD.to_owned()),
    ]
}

#[test]
fn documents_and_settings_command_nobody() {
    let mut silent = Vec::new();
    for (what, path, text) in sources_of_documents() {
        let box_ = workspace();
        let own = "[docs.facts.\"own.toml\"]\nsource = \"toml:tools/numbers.toml#/y\"\n[docs.files.\"docs/OWN.md\"]\ntemplate = \"docs/own.j2\"\n";
        configure(&box_, own);
        box_.write("docs/own.j2", "x\n");
        box_.write("docs/OWN.md", "y\n");
        box_.write("tools/numbers.toml", "y = 1\n");
        box_.write(
            path,
            if path == SETTINGS && !text.starts_with("[docs]") { box_.read(SETTINGS) + &text } else { text },
        );
        let mut is_told = is_quoted_in(&box_, &["docs", "check"], &DOCS, what);
        for command in [
            &["docs", "facts"][..],
            &["docs", "facts", "cart.wheels"],
            &["docs", "explain", "docs/PAPER.md:1"],
            &["docs", "sync", "--dry-run"],
        ] {
            is_told |= is_quoted_in(&box_, command, &["human"], what);
        }
        is_told |= is_quoted_in(&box_, &["docs", "census"], &["github"], what);
        if !is_told {
            silent.push(what);
        }
    }
    // a parser says where it stopped, and not what stood there; a name that nobody asks for is not told
    assert!(silent.len() < 12, "nothing was said of {silent:?}");
}

#[test]
fn inputs_of_the_gates_command_nobody() {
    let module = format!("{STD}/json/tool.py");
    let python = format!("x = 1\n{} = (\n", one_line());
    let call = format!("{LOAD}require_intrinsic({}, globals())\n", json!(format!("molt_{WORD}")));
    for (what, path, text) in [
        ("a module", &module[..], python.clone()),
        ("the name of an intrinsic", &module, call),
        ("a comment", &module, format!("import _py_pwned  # {}\n", one_line())),
        ("the union", UNION, python.clone()),
        ("a damaged budget", RATCHET, format!("{{\"pwned{}\": ", one_line())),
        ("the attestation", ATTESTATION, python),
        ("what is attested", ATTESTATION, format!("STDLIB_FULLY_COVERED_MODULES = ({},)\n", json!(WORD))),
        ("the manifest", MANIFEST, format!("def molt_pwned{}(\n", one_line())),
        ("the core lane", LANE, format!("{}\n::error::pwned.py\n", one_line())),
        ("the settings of the gates", SETTINGS, format!("[gates]\nstrict-roots = [{}]\n", text())),
        ("the rules", SETTINGS, format!("[audit]\ndialect = {}\n", text())),
    ] {
        let box_ = workspace();
        box_.write(path, text);
        let mut is_told = is_quoted_in(&box_, &["gates"], &GATES, what);
        is_told |= is_quoted_in(&box_, &["-v", "gates"], &PLAIN, what);
        is_told |= is_quoted_in(&box_, &["gates", "--molt-order"], &PLAIN, what);
        is_told |= is_quoted_in(&box_, &["ratchet", "show"], &PLAIN, what);
        assert!(
            is_told || what.contains("damaged") || what == "a comment" || what == "what is attested",
            "nothing was said of {what}"
        );
    }
}

#[test]
fn records_command_nobody() {
    let text = text();
    let digest = "0".repeat(64);
    let release = |more: &str| {
        format!("[[release]]\nversion = \"3.14.9\"\nartifact = \"Python-3.14.9.tgz\"\nsha256 = \"{digest}\"\n{more}")
    };
    for (what, path, text) in [
        ("who verified", "baselines/releases.lock.toml", release(&format!("verified_by = {text}\n"))),
        (
            "who reviewed",
            "baselines/releases.lock.toml",
            release(&format!("verified_by = \"reviewed\"\nreviewed_by = {text}\n")),
        ),
        ("a version", "baselines/releases.lock.toml", format!("[[release]]\nversion = {text}\n")),
        ("a damaged lock", "baselines/releases.lock.toml", format!("[[release]]\nx = 1 pwned {}\n", one_line())),
        ("a damaged baseline", "baselines/3.14.json", format!("{{\"pwned\": {}", one_line())),
        ("a key of a baseline", "baselines/3.14.json", format!("{{\"schema\": 1, {text}: 1}}\n")),
    ] {
        let box_ = workspace();
        box_.write(path, text);
        let mut is_told = is_quoted_in(&box_, &["trust", "show"], &PLAIN, what);
        is_told |= is_quoted_in(&box_, &["baseline", "show"], &PLAIN, what);
        is_told |= is_quoted_in(&box_, &["docs", "check"], &PLAIN, what);
        is_told |= is_quoted_in(&box_, &["gates"], &PLAIN, what);
        assert!(is_told || what.contains("damaged"), "nothing was said of {what}");
    }
    let box_ = workspace();
    let plan =
        box_.file("plan.json", format!("{{\"schema\": 1, \"title\": {}, \"pwned\": {}", text, one_line()).as_bytes());
    assert!(!is_quoted_in(&box_, &["apply", &plan], &PLAIN, "a plan") || plan.contains("plan"));
}

#[cfg(unix)]
#[test]
fn names_of_files_command_nobody() {
    let hidden = "pwned\u{202e}\u{200b}\u{2028}##[error] @pwned.";
    let line = "pwned\n::error::pwned.";
    let box_ = workspace();
    for name in [hidden, line, "::error::pwned.", "\u{1b}[2Jpwned."] {
        box_.write(&format!("docs/{name}md"), "The cart has 7 wheels.\n\n<!-- molt-sync:begin -->\n");
        box_.write(&format!("{STD}/{name}py"), "import _py_x\n");
    }
    box_.write("docs/bindings.toml", "[[bind]]\ndoc = \"docs/**\"\nphrase = \"has {cart.wheels} wheels\"\n");
    assert!(is_quoted_in(&box_, &["docs", "check"], &DOCS, "the name of a document"));
    assert!(is_quoted_in(&box_, &["docs", "sync"], &PLAIN, "the name of a document"));
    is_quoted_in(&box_, &["docs", "census"], &["human", "github", "junit"], "the name of a document");
    assert!(is_quoted_in(&box_, &["gates"], &GATES, "the name of a module"));
    assert!(is_quoted_in(&box_, &["gates", "--molt-order"], &PLAIN, "the name of a module"));
}

#[cfg(unix)]
#[test]
fn a_refresh_commands_nobody() {
    let box_ = Sandbox::with_series("3.14");
    let release = Release::based_on("3.14", "3.14.99").with("json.newer", molt_sync::stdlib::ModuleKind::Module);
    box_.publish("3.14.99", "tgz", &release.tgz());
    let lock = box_.read("baselines/releases.lock.toml");
    box_.write("baselines/releases.lock.toml", lock.replace("\"A. Tester\"", &text()));
    box_.write(&format!("{STD}/bisect.py"), format!("x = (\n{}\n", one_line()));
    let says =
        "printf 'pwned\\n::error::pwned\\n\\033[2J##[group]pwned\\n' >&2; test ! -f src/molt/stdlib/json/newer.py";
    box_.write(
        SETTINGS,
        format!("[[external-gates]]\nname = {}\ncommand = [\"sh\", \"-c\", {}]\n", text(), json!(says)),
    );
    let words = text();
    let reason: String = serde_json::from_str(&words).unwrap();
    let refresh = ["refresh", "3.14", "--mirror", "../mirror", "--sign-off", &reason, "--reason", &reason];
    let dry = [&refresh[..], &["--dry-run"]].concat();
    let formats = ["human", "json", "markdown"];
    assert!(is_quoted_in(&box_, &dry, &formats, "a dry run"));
    assert!(is_quoted_in(&box_, &refresh, &formats, "a gate that fails"));
    let lenient = [&refresh[..], &["--allow-gate", &reason, "--report", "../report.md"]].concat();
    assert!(is_quoted_in(&box_, &lenient, &["markdown"], "a gate that is accepted"));
    let report = std::fs::read_to_string(box_.root().join("report.md")).unwrap();
    is_quoted(&report, Some("markdown"), "the report");
}

#[cfg(unix)]
#[test]
fn a_patch_keeps_its_bytes_and_commands_no_runner() {
    let box_ = workspace();
    box_.write(PAPER, "# Cart\r\n\r\nThe cart has [12][f:cart.wheels] wheels.\r\n\r\n ::error::x\r\n\u{1b}[1mx\r\n");
    let plain = box_.sync(&["docs", "sync", "--dry-run"]).out;
    let runner = box_.sync_with(&[("GITHUB_ACTIONS", "true".as_ref())], &["docs", "sync", "--dry-run"]).out;
    if plain.lines().any(|it| it.trim_start_matches(['+', '-', ' ']).starts_with("::")) {
        let lines: Vec<&str> = runner.lines().collect();
        assert!(lines[0].starts_with("::stop-commands::") && lines[lines.len() - 1].ends_with("::"), "{runner}");
        let word = lines[0].trim_start_matches("::stop-commands::");
        assert_eq!(lines[lines.len() - 1], format!("::{word}::"));
        assert!(runner.contains(&plain));
    } else {
        assert_eq!(plain, runner);
    }
}

#[cfg(unix)]
#[test]
fn a_patch_is_not_printed_to_a_runner_that_cannot_be_told_to_stop() {
    let box_ = workspace();
    box_.write(
        PAPER,
        "# Cart\n\nThe cart has [12][f:cart.wheels] wheels.\n\n###vso[task.setvariable variable=PATH]/tmp\n",
    );
    for name in ["TF_BUILD", "TEAMCITY_VERSION"] {
        for args in [&["docs", "sync", "--dry-run"][..], &["docs", "check", "--format", "patch"]] {
            let ended = box_.sync_with(&[(name, "1".as_ref())], args);
            assert!(ended.code == 2 && ended.out.is_empty(), "{}{}", ended.out, ended.err);
            assert!(ended.err.contains(name) && ended.err.contains("hint: "), "{}", ended.err);
        }
        let json = box_.sync_with(&[(name, "1".as_ref())], &["docs", "sync", "--dry-run", "--format", "json"]);
        assert!(json.out.starts_with('{') && !json.out.contains("##vso["), "{}", json.out);
    }
    // other odd characters command no such runner
    box_.write(PAPER, "# Cart\r\n\r\nThe cart has [12][f:cart.wheels] wheels.\r\n\r\n## [x] \u{1b}[1mx\r\n");
    let plain = box_.sync_with(&[("TF_BUILD", "True".as_ref())], &["docs", "sync", "--dry-run"]);
    assert!(plain.out.starts_with("diff --git"), "{}{}", plain.out, plain.err);
}

/// Every command line of ours or of git's that a text advises and that has the name `inside` in it.
fn advised<'a>(text: &'a str, inside: &str) -> Vec<&'a str> {
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter(|it| (it.starts_with("git ") || it.starts_with("molt-sync ")) && it.contains(inside)).collect()
}

#[test]
fn a_command_line_that_is_advised_runs_no_name_of_a_file() {
    const NAME: &str = "docs/a;touch x;.md";
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["docs", "sync"]);
    let said = |value: &str| format!("Of all, the union has {value} top-level names.\n");
    box_.write(NAME, said("312"));
    commit(&box_, "2026-01-10", "Begin");
    git_on(&box_, "2026-01-10", &["switch", "-q", "-c", "other"]);
    box_.write(NAME, said("313"));
    commit(&box_, "2026-01-11", "Say another");
    git_on(&box_, "2026-01-11", &["switch", "-q", "main"]);
    box_.write(NAME, said("314"));
    commit(&box_, "2026-01-11", "Say a third");
    let mut told = vec![box_.sync(&["docs", "check"])];
    std::process::Command::new("git").args(["merge", "-q", "other"]).current_dir(box_.ws("")).output().unwrap();
    told.push(box_.sync(&["docs", "check"]));
    told.push(box_.sync(&["docs", "resolve"]));
    box_.write(NAME, said("314"));
    told.push(box_.sync(&["docs", "resolve"]));
    told.push(box_.sync(&["docs", "resolve", NAME]));
    for (at, ended) in told.iter().enumerate().filter(|it| it.0 != 2) {
        let text = format!("{}{}", ended.out, ended.err);
        let advised = advised(&text, "touch x");
        let is_one_word = |it: &&str| it.contains(&format!(" '{NAME}'"));
        assert!(!advised.is_empty() && advised.iter().all(is_one_word), "{at}: {advised:?} in {text}");
    }
}
