//! A workspace can be anybody's pull request: what it makes a command do ends, with an answer that says what is too much.
//! Nothing here is timed; each of these would take minutes or gigabytes without its limit.

use serde_json::Value;

use crate::support::{
    Sandbox,
    papers::{PAPER, SETTINGS, bind, cart, cart_with, check, configure, only, text, why, wrong},
    tree::LANE,
};

const UNION: &str = "tools/stdlib_module_union.py";
const TEMPLATE: &str = "docs/t.j2";

/// A cart with a block of this template, and a second one.
fn templated(template: &str) -> Sandbox {
    let box_ = cart_with(&[], "# Cart\n");
    configure(&box_, "[docs.facts.\"cart.names\"]\nsource = \"json:tools/names.json#/names\"\n");
    configure(&box_, "[docs.blocks.t]\ntemplate = \"docs/t.j2\"\n");
    let names = serde_json::json!({ "names": vec!["x".repeat(100); 2000] });
    box_.write("tools/names.json", names.to_string());
    box_.write(TEMPLATE, template);
    box_
}

#[test]
fn a_template_without_an_end_is_a_finding() {
    let names = "{% for a in cart.names %}{% for b in cart.names %}";
    let ends = "{% endfor %}{% endfor %}";
    let box_ = templated("");
    let twice = "{% set x = [x, x] %}".repeat(40);
    let constants = "a list or a table in a template is made of constants";
    for (template, words) in [
        (format!("{{% set x = [1] %}}{twice}{{{{ x | string | length }}}}\n"), constants),
        (format!("{}{{{{ x ~ '' }}}}\n", twice.replace("[x, x]", "{'a': x, 'b': x}")), constants),
        ("{{ [0, 0] | map('default', cart.names, true) | string }}\n".to_owned(), "`map` takes one"),
        ("{{ cart.names | batch(2, cart.names) | string }}\n".to_owned(), "filter batch is unknown"),
        ("{% set x = namespace(y=cart.names) %}x\n".to_owned(), "there is no fact `namespace`"),
        (format!("{names}{{{{ b }}}}{ends}"), "more than 60000 steps"),
        (format!("{names}{{% for c in cart.names %}}{{% endfor %}}{ends}"), "more than 60000 steps"),
        ("{{ '%1000000000d' | format(cart.wheels) }}\n".to_owned(), "more than 60000 steps"),
        ("{{ 'a' * 90000000 }}\n".to_owned(), "more than 60000 steps"),
        ("{{ (cart.names | join('\\n')) | indent(100000) }}\n".to_owned(), "more than 60000 steps"),
        (format!("{{% set x %}}{names}{{{{ b }}}}{ends}{{% endset %}}x\n"), "more than 60000 steps"),
        ("{% for a in cart.names %}{{ cart.names | sort | length }}{% endfor %}\n".to_owned(), "60000 steps"),
        (format!("{}{{{{ cart.wheels }}}}\n", "x".repeat(256 << 10)), "and more than 262144 are not used"),
        ("(".repeat(1000).replace('(', "{% if cart.wheels %}"), "recursion"),
    ] {
        box_.write(TEMPLATE, &template);
        let claim = only(&box_, 2, &[]);
        assert_eq!(text(&claim, "path"), TEMPLATE, "{claim:#}");
        assert!(why(&claim).contains(words), "{claim:#}");
        box_.refuses(&["docs", "sync"], 2, &["nothing was written", words]);
    }
    box_.write(TEMPLATE, "{% for a in cart.names %}{{ a }}\n{% endfor %}");
    assert_eq!(wrong(&box_, &[]).0, 0);
}

#[test]
fn templates_together_are_bounded_too() {
    let box_ = templated("{% for a in cart.names %}{% for b in cart.names[:5] %}{% endfor %}{% endfor %}x\n");
    assert_eq!(wrong(&box_, &[]).0, 0);
    configure(&box_, &(0..40).map(|it| format!("[docs.blocks.t{it}]\ntemplate = \"docs/t.j2\"\n")).collect::<String>());
    let (code, claims) = check(&box_, &[]);
    assert_eq!(code, 2);
    assert!(claims.iter().any(|it| why(it).contains("all templates of a run may take 300000")), "{claims:#?}");
}

#[test]
fn a_template_of_the_tools_own_blocks_and_stubs_is_bounded() {
    let box_ = cart_with(&[], "# Cart\n");
    let block = "tools/molt-sync/docs-templates/stdlib-status.md.j2";
    box_.write(block, "{% for a in range(90000) %}{% for b in range(90000) %}{{ a }}{% endfor %}{% endfor %}");
    for command in ["check", "facts", "census"] {
        box_.refuses(&["docs", command], 2, &["the template stdlib-status.md.j2, line 1", "more than"]);
    }
    box_.remove(block);
    let stub = "tools/molt-sync/stubs/stub.py.j2";
    box_.write(stub, "{% for a in range(90000) %}{% endfor %}from _intrinsics import require_intrinsic\n");
    for command in [&["gates"][..], &["docs", "check"]] {
        box_.refuses(command, 2, &["stub.py.j2: line 1", "more than 2000 steps"]);
    }
    box_.remove(stub);
    for number in 0..65 {
        box_.write(&format!("tools/molt-sync/stubs/{number}.j2"), "x");
    }
    box_.refuses(&["gates"], 5, &["it has 65 templates, and more than 64 are not read"]);
}

#[test]
fn an_expression_without_an_end_is_a_finding() {
    let box_ = cart_with(&[], "# Cart\n");
    let settings = box_.read(SETTINGS);
    let many = format!("1{} == 1", " + 1".repeat(2000));
    for (rule, code, words) in [
        ("range(90000) | map('string') | join('x') | length == 1", 2, "more than 10000 steps"),
        ("'a' * 90000000 == 'a'", 2, "more than 10000 steps"),
        ("[[1] * 90000000] * 90000000", 2, "is in no other and is not repeated"),
        ("9 ** 999999999 == 1", 2, "unable to calculate"),
        (&many, 2, "the expression has 8006 bytes, and more than 4096 are not evaluated"),
    ] {
        box_.write(SETTINGS, format!("{settings}[[docs.invariant]]\nexpr = '''{rule}'''\n"));
        let claim = only(&box_, code, &[]);
        assert!(why(&claim).contains(words), "{claim:#}");
    }
    box_.write(SETTINGS, format!("{settings}[[docs.invariant]]\nexpr = '''{}'''\n", "(".repeat(4000)));
    box_.refuses(&["docs", "check"], 2, &["(((…` is not an expression: ", "recursion"]);
    box_.write(SETTINGS, format!("{settings}[docs.facts.\"cart.sum\"]\nsource = \"expr:range(90000) | sum\"\n"));
    assert!(why(&only(&box_, 2, &[])).contains("more than 10000 steps"));
}

#[test]
fn facts_and_their_files_have_a_size() {
    let box_ = cart_with(&[], "# Cart\n");
    let fact = |file: &str, key: &str| format!("[docs.facts.\"x.y\"]\nsource = \"{file}#{key}\"\n");
    let settings = box_.read(SETTINGS);
    let long = format!("{{\"a\": 1, \"b\": \"{}\"}}", "x".repeat(4 << 20));
    let list = serde_json::json!({ "l": vec!["a"; 10_001], "t": "x".repeat(300_000) }).to_string();
    box_.write("tools/long.json", long);
    box_.write("tools/list.json", list);
    box_.write("tools/deep.json", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)));
    box_.write("tools/long.py", format!("X = 1\nY = '{}'\n", "x".repeat(2 << 20)));
    for (source, key, words) in [
        ("json:tools/long.json", "/a", "bytes, and more than 4194304 are not read"),
        ("json:tools/list.json", "/l", "it is a list of 10001 items, and a fact has at most 10000"),
        ("json:tools/list.json", "/t", "it has 300000 bytes, and a fact has at most 262144"),
        ("json:tools/deep.json", "/0", "recursion limit"),
        ("python:tools/long.py", "X", "bytes, and more than 2097152 are not read"),
    ] {
        box_.write(SETTINGS, format!("{settings}{}", fact(source, key)));
        let claim = only(&box_, 2, &[]);
        assert!(why(&claim).contains(words), "{claim:#}");
    }
}

/// What could not be read again is not written.
#[test]
fn nothing_is_written_that_is_longer_than_what_is_read() {
    let box_ = Sandbox::with_series("3.13");
    let lock = "baselines/releases.lock.toml";
    box_.write(lock, format!("schema = 1\n#{}\n", "x".repeat((1 << 19) - 20)));
    box_.sync(&["trust", "show"]).succeeds();
    let digest = "ab".repeat(32);
    let add = ["trust", "add", "3.13.99", "--artifact", "Python-3.13.99.tgz", "--sha256", &digest, "--by", "A. Person"];
    box_.refuses(&add, 2, &["releases.lock.toml", "bytes, and more than 524288"]);
    box_.sync(&["trust", "show"]).succeeds();
    // a document whose region would make it too long
    let box_ = cart_with(&[], "# Cart\n");
    box_.write(SETTINGS, box_.read(SETTINGS) + "[docs.blocks.wheels]\ntemplate = \"docs/w.j2\"\n");
    box_.write("docs/w.j2", "c {{ cart.wheels }}\n");
    let block = "<!-- molt-sync:begin block=wheels -->\n<!-- molt-sync:end block=wheels -->\n";
    box_.write("docs/LONG.md", block);
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    let lines = box_.read("docs/LONG.md").lines().count();
    box_.write("docs/LONG.md", box_.read("docs/LONG.md") + &"\n".repeat(100_000 - lines));
    box_.sync(&["docs", "check"]).succeeds();
    box_.write("docs/w.j2", "a\n\nb\n\nc {{ cart.wheels }}\n");
    box_.refuses(&["docs", "sync"], 2, &["docs/LONG.md", "lines, and more than 100000 are not read"]);
}

#[test]
fn settings_bindings_and_the_lock_have_a_size() {
    let box_ = cart_with(&[], "# Cart\n");
    let settings = box_.read(SETTINGS);
    let lists = |name: &str, count: usize| format!("[gates]\n{name} = [{}]\n", "\"a\",".repeat(count));
    let tables = |text: &str, count: usize| text.repeat(count);
    let long = "x".repeat(501);
    for (more, words) in [
        (format!("#{}\n", "x".repeat(1 << 20)), "bytes, and more than 1048576 are not read"),
        (lists("strict-roots", 10_001), "strict-roots has 10001 entries, and more than 10000 are not used"),
        (lists("exempt-prefixes", 101), "exempt-prefixes has 101 entries"),
        (tables("[[docs.invariant]]\nexpr = '1 == 1'\n", 1001), "docs.invariant has 1001 entries"),
        (tables("[[docs.waiver]]\nclaim = 'x'\nwhy = 'y'\n", 501), "docs.waiver has 501 entries"),
        (tables("[[external-gates]]\nname = 'x'\ncommand = ['x']\n", 101), "external-gates has 101 entries"),
        (format!("[docs]\nroots = ['{long}']\n"), "a pattern has 501 bytes, and more than 500 are not used"),
        (format!("x = {}1{}\n", "[".repeat(100_000), "]".repeat(100_000)), "recursion"),
    ] {
        box_.write(SETTINGS, format!("{settings}{more}"));
        for command in [&["gates"][..], &["docs", "check"], &["docs", "facts"]] {
            box_.refuses(command, 2, &["cannot read molt-sync.toml: line ", words]);
        }
    }
    box_.write(SETTINGS, settings);
    let bound = |phrase: &str| format!("[[bind]]\ndoc = \"{PAPER}\"\nphrase = \"{phrase}\"\n");
    for (text, words) in [
        (bound("of {cart.wheels} wheels").repeat(2001), "line 6001: there are 2001 bindings, and more than 2000"),
        (bound(&format!("{} {{cart.wheels}}", "of ".repeat(700))), "bytes, and more than 2000 are not looked for"),
        (bound(&"of {cart.wheels} ".repeat(17)), "the phrase has 17 holes, and more than 16 are not filled"),
        (format!("#{}\n", "x".repeat(1 << 20)), "bytes, and more than 1048576 are not read"),
    ] {
        box_.write("docs/bindings.toml", text);
        box_.refuses(&["docs", "check"], 2, &["cannot read docs/bindings.toml: line ", words]);
    }
    bind(&box_, &[]);
    box_.write("baselines/releases.lock.toml", format!("#{}\n", "x".repeat(2 << 20)));
    box_.refuses(&["docs", "check"], 2, &["cannot read baselines/releases.lock.toml", "bytes, and more than 524288"]);
}

#[test]
fn a_document_has_no_more_marks_than_can_be_parsed() {
    let box_ = cart_with(&["of {cart.wheels} wheels"], "of 12 wheels\n");
    for part in ["*a_ ", "- ", "> ", "1. ", "[a](b)", "&amp;"] {
        box_.write("docs/Long.md", part.repeat(600_001));
        let words = ["cannot read docs/Long.md", "marks of Markdown, and more than 600000 are not read"];
        for command in ["check", "census", "facts"] {
            box_.refuses(&["docs", command], 2, &words);
        }
    }
    // long texts of words are read
    box_.write("docs/Long.md", "word of words. (12), a: b\n".repeat(60_000));
    assert_eq!(wrong(&box_, &[]).0, 0);
}

#[test]
fn large_inputs_of_many_threads_wait_for_each_other() {
    let box_ = cart_with(&["of {cart.wheels} wheels"], "of 12 wheels\n");
    for number in 0..6 {
        let large = format!("of 13 wheels\n\n{}\n", "*a_ ".repeat(40_000));
        box_.write(&format!("docs/Large{number}.md"), large);
        box_.write(&format!("src/molt/stdlib/large{number}.py"), "a = 1\n".repeat(25_000));
    }
    let binding = "[[bind]]\ndoc = \"docs/Large*.md\"\nphrase = \"of {cart.wheels} wheels\"\n";
    box_.write("docs/bindings.toml", binding);
    let run = |threads: &str| {
        let ended = box_.sync_with(&[("RAYON_NUM_THREADS", threads.as_ref())], &["docs", "check", "--format", "json"]);
        assert_eq!(ended.out.matches("\"DOC003\"").count(), 6, "{}", ended.err);
        ended.out
    };
    assert_eq!(run("1"), run("64"));
}

#[test]
fn python_that_is_read_as_data_has_a_size() {
    let box_ = cart();
    let text = box_.read(UNION);
    let finding = |box_: &Sandbox| -> String {
        let ended = box_.sync(&["gates", "--only", "baseline", "--format", "json"]);
        let report: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(ended.code, 1, "{}", ended.err);
        report["gates"][0]["findings"][0]["message"].as_str().unwrap_or_default().to_owned()
    };
    box_.write(UNION, format!("{text}X = [{}]\n", "'a',".repeat(600_000)));
    assert!(finding(&box_).contains("bytes, and more than 2097152 are not read"), "{}", finding(&box_));
    box_.refuses(&["docs", "check"], 2, &["does not parse: line 1", "more than 2097152"]);
    box_.write(UNION, format!("{text}X = {}1{}\n", "[".repeat(200_000), "]".repeat(200_000)));
    assert!(finding(&box_).contains("nested more than"), "{}", finding(&box_));
    let versions: String = (3..20).map(|it| format!("\"3.{it}\", ")).collect();
    let (before, rest) = text.split_once("BASELINE_PYTHON_VERSIONS = (").unwrap();
    let rest = rest.split_once(")\n").unwrap().1;
    box_.write(UNION, format!("{before}BASELINE_PYTHON_VERSIONS = ({versions})\n{rest}"));
    box_.refuses(&["docs", "check"], 2, &["has more than 16 series in BASELINE_PYTHON_VERSIONS"]);
    // a module is a finding, and the others are judged
    box_.write(UNION, text);
    box_.write("src/molt/stdlib/large.py", format!("X = [{}]\n", "0,".repeat(1_100_000)));
    let ended = box_.sync(&["gates", "--only", "source"]);
    assert!(ended.code == 1 && ended.out.contains("it has more than 2000000 tokens"), "{}", ended.out);
}

#[test]
fn thousands_of_markers_and_links_keep_their_places() {
    let paper: String = (0..3000)
        .map(|it| format!("<!-- molt-sync:as-of 2026-02-12 -->\n\ntext\n\n<!-- molt-sync:begin block=b{it} -->\n\nx\n\n<!-- molt-sync:end block=b{it} -->\n\n"))
        .collect();
    let box_ = cart_with(&[], &paper);
    let (code, claims) = check(&box_, &[]);
    assert_eq!(
        (code, claims.len()),
        (2, 3000 + claims.len() - claims.iter().filter(|it| it["kind"] == "block").count())
    );
    let last = claims.iter().rfind(|it| it["kind"] == "block").unwrap();
    assert_eq!((&last["line"], text(last, "binding")), (&Value::from(5 + 2999 * 10), "b2999"));
    // all on one line, where a column has to be counted
    box_.write(PAPER, format!("é {}\n", "[12][f:cart.wheels] [13][f:cart.wheels] ".repeat(2000)));
    let (code, claims) = check(&box_, &[PAPER]);
    let stale: Vec<_> = claims.iter().filter(|it| it["code"] == "DOC003").collect();
    assert_eq!((code, stale.len()), (1, 2000));
    assert_eq!(stale[1999]["column"], 3 + 1999 * 40 + 21);
    // names that there are none of get a hint, the first of them
    box_.write(PAPER, (0..300).map(|it| format!("[1][f:cart.wheel{it}]\n\n")).collect::<String>());
    let (_, claims) = check(&box_, &[PAPER]);
    let hints = claims.iter().filter(|it| why(it).contains("did you mean `cart.wheels`?")).count();
    assert_eq!((claims.iter().filter(|it| it["code"] == "DOC008").count(), hints), (300, 200));
}

#[test]
fn blocks_of_one_document_are_written_in_one_step() {
    let box_ = cart_with(&[], "# Cart\n");
    box_.write(TEMPLATE, "{{ cart.wheels }} wheels\n");
    configure(
        &box_,
        &(0..200).map(|it| format!("[docs.blocks.b{it}]\ntemplate = \"docs/t.j2\"\n")).collect::<String>(),
    );
    let paper: String = (0..200)
        .map(|it| format!("text {it}\n\n<!-- molt-sync:begin block=b{it} -->\n<!-- molt-sync:end block=b{it} -->\n\n"))
        .collect();
    box_.write(PAPER, paper);
    box_.sync(&["docs", "sync", "--take", "source"]).succeeds();
    let new = box_.read(PAPER);
    assert_eq!(new.matches("\n\n12 wheels\n\n<!-- molt-sync:end").count(), 200);
    assert!((0..200).all(|it| new.contains(&format!("text {it}\n\n<!-- molt-sync:begin block=b{it} sum="))));
    assert_eq!(wrong(&box_, &[]).0, 0);
    box_.write(TEMPLATE, "<!-- molt-sync:end block=b7 -->\n");
    box_.refuses(&["docs", "sync"], 3, &["nothing was written", "would contain a marker"]);
}

#[test]
fn bindings_that_name_too_much_are_not_looked_for() {
    let box_ = cart_with(&["of {cart.wheels} wheels"], "of 12 wheels\n");
    assert_eq!(wrong(&box_, &[]).0, 0);
    let patterns: String = (0..101)
        .map(|it| format!("[[bind]]\ndoc = \"docs/*{it}.md\"\nphrase = \"of {{cart.wheels}} wheels\"\n"))
        .collect();
    box_.write("docs/bindings.toml", patterns);
    let claim = only(&box_, 2, &[]);
    assert!(why(&claim).contains("more than 100 patterns"), "{claim:#}");
}

#[test]
fn a_test_of_the_lane_that_is_named_again_is_read_once() {
    let box_ = cart();
    box_.write("tests/differential/basic/a.py", "import json\n");
    let once = format!("{}tests/differential/basic/a.py\n", box_.read(LANE));
    box_.write(LANE, &once);
    let args = ["gates", "--only", "core-lane", "--format", "json"];
    let findings = |text: &str| -> Vec<Value> {
        let report: Value = serde_json::from_str(text).unwrap();
        report["gates"][0]["findings"].as_array().unwrap().clone()
    };
    let first = findings(&box_.sync(&args).out);
    box_.write(LANE, format!("{once}{}", "tests/differential/basic/a.py\n".repeat(5000)));
    assert_eq!(findings(&box_.sync(&args).out), first);
    // what is not there is told for each line
    box_.write(LANE, format!("{once}{}", "tests/differential/basic/none.py\n".repeat(3)));
    assert_eq!(findings(&box_.sync(&args).out).len(), first.len() + 3);
}
