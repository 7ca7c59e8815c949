//! Two branches that each refresh another series are merged by git itself: the lock, the baselines and the union go together,
//! and what cannot is told as a conflict with what settles it.

use molt_sync::stdlib::ModuleKind;

use crate::{
    changes::git,
    support::{Release, Sandbox},
};

const RATCHET: &str = "tools/stdlib_intrinsics_ratchet.json";
const LOCK: &str = "baselines/releases.lock.toml";
const SIGN: [&str; 5] = ["--mirror", "../mirror", "--sign-off", "A. Owner", "--reason"];

/// A workspace of two series with releases of both that are newer; those of `trusted` are in the lock already, and
/// each brings so many new names.
fn two_series(trusted: &[&str], adds: [usize; 2]) -> Sandbox {
    let sandbox = Sandbox::with_series("3.13,3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    for ((version, _), adds) in RELEASES.into_iter().zip(adds) {
        let bytes = release(version, adds).tgz();
        sandbox.file(&format!("mirror/{version}/Python-{version}.tgz"), &bytes);
        if trusted.contains(&version) {
            sandbox.trust(version, &format!("Python-{version}.tgz"), &bytes);
        }
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    for ((version, branch), adds) in RELEASES.into_iter().zip(adds) {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        if !trusted.contains(&version) {
            sandbox.trust(version, &format!("Python-{version}.tgz"), &release(version, adds).tgz());
            git(&sandbox, &["commit", "-q", "-a", "-m", "trust"]);
        }
        sandbox.sync(&[&["refresh", version][..], &SIGN, &["x", "--commit"]].concat()).succeeds();
    }
    sandbox
}

const RELEASES: [(&str, &str); 2] = [("3.13.50", "of-3.13"), ("3.14.50", "of-3.14")];

fn release(version: &str, adds: usize) -> Release {
    // one name that both bring would be one file that both add
    let name = |at: usize| format!("json.only{}{}", &version[2..4], "x".repeat(at));
    (0..adds).fold(Release::based_on(&version[..4], version), |it, at| it.with(&name(at), ModuleKind::Module))
}

fn is_document(path: &str) -> bool {
    path.rsplit('.').next() == Some("md")
}

/// Merges one branch into the other and gives the files that conflict.
fn merged(sandbox: &Sandbox, into: &str, from: &str) -> Vec<String> {
    git(sandbox, &["switch", "-q", "--detach", into]);
    let status = std::process::Command::new("git")
        .args(["merge", "-q", "--no-edit", from])
        .current_dir(sandbox.ws(""))
        .output()
        .unwrap()
        .status;
    let left = git(sandbox, &["diff", "--name-only", "--diff-filter=U"]);
    let left: Vec<String> = left.lines().map(str::to_owned).collect();
    assert_eq!(status.success(), left.is_empty());
    left
}

#[test]
fn the_records_of_two_series_are_merged_in_both_orders() {
    // what the lock has of both at the point where they part decides whether what they add lies side by side
    for (trusted, orders) in [(&["3.13.50"][..], 0..1), (&[], 0..2)] {
        let sandbox = two_series(trusted, [0, 0]);
        for (into, from) in &[("of-3.13", "of-3.14"), ("of-3.14", "of-3.13")][orders] {
            let left = merged(&sandbox, into, from);
            // the digest in a region's marker is of all of it, and both have changed it
            assert!(left.iter().all(|it| is_document(it)), "{trusted:?}, {from} into {into}: {left:?}");
            let lock = sandbox.read(LOCK);
            for (version, _) in RELEASES {
                assert_eq!(lock.matches(&format!("version = \"{version}\"")).count(), 1, "{lock}");
            }
            // what is told is the conflict, once for each document, and not the markers that it has doubled
            let ended = sandbox.sync(&["docs", "check"]);
            assert!(ended.code != 0 && !ended.out.contains("malformed markers"), "{}", ended.out);
            assert_eq!(ended.out.matches("DOC020 conflict markers").count(), left.len(), "{}", ended.out);
            let hint = [
                "cannot read docs/spec/STATUS.md: a merge left a conflict at line",
                "docs resolve docs/spec/STATUS.md",
            ];
            sandbox.refuses(&["baseline", "drop", "3.13"], 3, &hint);
            let resolve: Vec<&str> = ["docs", "resolve"].into_iter().chain(left.iter().map(String::as_str)).collect();
            sandbox.sync(&resolve).succeeds();
            git(&sandbox, &["add", "-A"]);
            git(&sandbox, &["commit", "-q", "--no-edit"]);
            let args = ["refresh", "3.13", "--mirror", "../mirror"];
            sandbox.sync(&args).succeeds().says("no byte was changed");
        }
    }
}

#[test]
fn what_both_have_counted_is_a_conflict_that_says_how_it_is_settled() {
    let sandbox = two_series(&["3.13.50", "3.14.50"], [1, 1]);
    let left = merged(&sandbox, "of-3.13", "of-3.14");
    assert!(!left.contains(&LOCK.to_owned()) && !left.iter().any(|it| it.starts_with("baselines/")), "{left:?}");
    let is_region = |it: &&String| is_document(it) && !it.ends_with("0016_STDLIB_INTRINSICS_AUDIT.md");
    // records are read before documents
    let mut others: Vec<&String> = left.iter().filter(|it| !is_region(it)).collect();
    others.sort_by_key(|it| is_document(it));
    for path in others {
        if is_document(path) {
            // the last that is looked at
            let resolve: Vec<&str> =
                ["docs", "resolve"].into_iter().chain(left.iter().filter(is_region).map(String::as_str)).collect();
            sandbox.sync(&resolve).succeeds();
        }
        let words = [&format!("cannot read {path}: a merge left a conflict"), "git checkout --ours"];
        sandbox.refuses(&["refresh", "3.14", "--mirror", "../mirror"], 3, &words.map(|it| it as &str));
        git(&sandbox, &["checkout", "-q", "--ours", path]);
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "--no-edit"]);
    // the other side's series once more, as the hint says
    sandbox.sync(&[&["refresh", "3.14.50"][..], &SIGN, &["x"]].concat()).succeeds();
    // both branches raised the budget by one, to the same number: git sees no conflict, and the gate does
    let ended = sandbox.sync(&["gates"]);
    assert!(ended.code == 1 && ended.out.contains("1 failed with 1 finding"), "{}", ended.out);
    assert!(
        ended.out.contains("a merge joined two raises that were each signed for, write the count"),
        "{}",
        ended.out
    );
    let shown = sandbox.sync(&["ratchet", "show", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&shown["room"], shown["lowers_to"].is_null()), (&serde_json::json!(-1), true));
    let count = &shown["intrinsic_partial"];
    sandbox.write("tools/stdlib_intrinsics_ratchet.json", format!("{{\"max_intrinsic_partial\": {count}}}\n"));
    sandbox.sync(&["docs", "sync"]);
    sandbox.sync(&["gates"]).succeeds();
    sandbox.sync(&["ratchet", "check", "--base", "main"]).succeeds().says("and that is signed for");
}

#[test]
fn a_first_lock_on_each_of_two_branches_is_joined_by_a_command() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    if sandbox.ws(LOCK).exists() {
        sandbox.remove(LOCK);
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    let branch = |name: &str, version: &str, bytes: &[u8]| {
        git(&sandbox, &["switch", "-q", "-c", name, "main"]);
        sandbox.trust(version, &format!("Python-{version}.tgz"), bytes);
        git(&sandbox, &["add", "-A"]);
        git(&sandbox, &["commit", "-q", "-m", name]);
    };
    branch("a", "3.13.50", b"a");
    branch("b", "3.14.50", b"b");
    branch("other", "3.13.50", b"another");
    for (into, from) in [("a", "b"), ("b", "a")] {
        assert_eq!(merged(&sandbox, into, from), [LOCK]);
        sandbox.refuses(
            &["refresh", "3.14", "--mirror", "../mirror"],
            3,
            &["hint: `molt-sync trust resolve` joins both sides"],
        );
        sandbox.sync(&["trust", "resolve"]).succeeds().says("1 entry of theirs came in");
        git(&sandbox, &["add", LOCK]);
        git(&sandbox, &["commit", "-q", "--no-edit"]);
        let lock = sandbox.read(LOCK);
        assert!(lock.contains("version = \"3.13.50\"") && lock.contains("version = \"3.14.50\""), "{lock}");
        sandbox.sync(&["trust", "resolve"]).succeeds().says("has no conflict");
        sandbox.sync(&["trust", "show"]).succeeds();
    }
    // which of two digests is right is a person's to find out
    assert_eq!(merged(&sandbox, "a", "other"), [LOCK]);
    let digests = "the two sides state different digests for Python-3.13.50.tgz";
    let hint = format!("hint: find out which of the two is right, and take the entry of the other out of {LOCK}");
    for args in [["trust", "resolve"], ["docs", "resolve"]] {
        sandbox.refuses(&args, 3, &[digests, &hint]);
    }
    // and what that person made of it is theirs, also where git was not told yet
    git(&sandbox, &["checkout", "-q", "--theirs", LOCK]);
    sandbox.write(LOCK, format!("# ours was wrong\n{}", sandbox.read(LOCK)));
    sandbox.refuses(&["docs", "resolve"], 2, &["no conflict is left", &format!("hint: `git add {LOCK}`")]);
}

/// Commits a merge of which nothing is open any more.
fn commit_merge(sandbox: &Sandbox, left: &[String]) {
    for path in left {
        assert!(!sandbox.read(path).contains("<<<<<<<"), "{path}: {}", sandbox.read(path));
    }
    git(sandbox, &["add", "-A"]);
    git(sandbox, &["commit", "-q", "--no-edit"]);
}

#[test]
fn resolve_settles_records_and_documents_from_the_baselines_as_they_were_merged() {
    for (adds, into, from) in [([1, 1], "of-3.13", "of-3.14"), ([2, 1], "of-3.14", "of-3.13")] {
        let sandbox = two_series(&[], adds);
        let left = merged(&sandbox, into, from);
        for wanted in ["tools/stdlib_module_union.py", "docs/spec/STATUS.md"] {
            assert!(left.iter().any(|it| it == wanted), "{left:?}");
        }
        assert_eq!(left.contains(&RATCHET.to_owned()), adds == [2, 1], "{left:?}");
        let ended = sandbox.sync(&["docs", "resolve"]).succeeds();
        assert!(left.iter().all(|it| ended.out.contains(&format!("{it}: "))), "{}", ended.out);
        assert!(ended.err.contains("No line in .gitattributes is needed"), "{}", ended.err);
        commit_merge(&sandbox, &left);
        let union = sandbox.read("tools/stdlib_module_union.py");
        assert!(union.contains("json.only13") && union.contains("json.only14"));
        let lock = sandbox.read(LOCK);
        assert!(RELEASES.iter().all(|(version, _)| lock.contains(&format!("version = \"{version}\""))), "{lock}");
        if adds == [1, 1] {
            // both raised the budget to the same number, which is no conflict, and the gate tells
            let count = sandbox.read(RATCHET).bytes().filter(u8::is_ascii_digit).map(char::from).collect::<String>();
            let count = count.parse::<u32>().unwrap() + 1;
            sandbox.write(RATCHET, format!("{{\"max_intrinsic_partial\": {count}}}\n"));
            sandbox.sync(&["docs", "sync", "--allow-dirty", "**"]).succeeds();
        }
        sandbox.sync(&["gates"]).succeeds();
        sandbox.sync(&["docs", "check"]).succeeds();
        for series in ["3.13", "3.14"] {
            let args = ["refresh", series, "--mirror", "../mirror", "--allow-dirty", "**"];
            sandbox.sync(&args).succeeds().says("no byte was changed");
        }
    }
}

#[test]
fn what_people_wrote_on_both_branches_is_kept_or_left_to_a_person() {
    let sandbox = two_series(&["3.13.50", "3.14.50"], [1, 1]);
    let audit = "docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md";
    for (branch, words) in [("of-3.13", "Thirteen"), ("of-3.14", "Fourteen")] {
        git(&sandbox, &["switch", "-q", branch]);
        let at_end =
            |path: &str| sandbox.write(path, format!("{}\n## {words}\n\n{words} words.\n", sandbox.read(path)));
        at_end(audit);
        let status = sandbox.read("docs/spec/STATUS.md");
        sandbox.write("docs/spec/STATUS.md", status.replace("Where this workspace stands", &format!("{words} times")));
        git(&sandbox, &["commit", "-q", "-a", "-m", words]);
    }
    let left = merged(&sandbox, "of-3.13", "of-3.14");
    let ended = sandbox.sync(&["docs", "resolve"]);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    for path in [audit, "docs/spec/STATUS.md"] {
        let text = sandbox.read(path);
        assert!(left.iter().any(|it| it == path) && text.contains("Thirteen") && text.contains("Fourteen"), "{path}");
        // one conflict is left, and none in what is generated
        assert_eq!(text.matches("<<<<<<< ").count(), 1, "{text}");
        assert!(ended.out.contains(&format!("{path}: ")) && ended.out.contains("a person has to resolve this"));
    }
    assert!(!sandbox.read("tools/stdlib_module_union.py").contains("<<<<<<<"));
    sandbox.refuses(&["docs", "resolve", "none.md"], 2, &["there is no none.md"]);
}

#[test]
fn what_two_branches_attested_and_bound_is_there_after_the_merge() {
    const ATTESTED: &str = "tools/stdlib_full_coverage_manifest.py";
    const BINDINGS: &str = "docs/bindings.toml";
    let attested = |names: &[&str]| {
        let modules: String = names.iter().map(|it| format!("    \"{it}\",\n")).collect();
        let contracts: String = names.iter().map(|it| format!("    \"{it}\": (\"molt_{it}\",),\n")).collect();
        format!(
            "STDLIB_FULLY_COVERED_MODULES: tuple[str, ...] = (\n{modules})\n\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE: dict[str, tuple[str, ...]] = {{\n{contracts}}}\n"
        )
    };
    let bound = |names: &[&str]| {
        let one = |it: &&str| format!("[[bind]]\ndoc = \"docs/{it}.md\"\nphrase = \"has {{stdlib.total}} {it}\"\n");
        names.iter().map(one).collect::<Vec<_>>().join("\n")
    };
    let sandbox = Sandbox::with_whole_series("3.13");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    for (key, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
        git(&sandbox, &["config", key, value]);
    }
    let commit = |modules: &[&str], phrases: &[&str]| {
        sandbox.write(ATTESTED, attested(modules));
        sandbox.write(BINDINGS, bound(phrases));
        git(&sandbox, &["add", "-A"]);
        git(&sandbox, &["commit", "-q", "-m", "x"]);
    };
    commit(&["abc", "zlib"], &["wheels"]);
    for (branch, module, phrase) in [("left", "bisect", "doors"), ("right", "calendar", "seats")] {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        commit(&["abc", module, "zlib"], &["wheels", phrase]);
    }
    assert_eq!(merged(&sandbox, "left", "right"), [BINDINGS, ATTESTED]);
    sandbox.refuses(&["docs", "check"], 3, &["a merge left a conflict", "`molt-sync docs resolve "]);
    sandbox.sync(&["docs", "resolve"]).succeeds().says(&format!("{BINDINGS}: 1 settled, 0 left"));
    assert_eq!(sandbox.read(ATTESTED), attested(&["abc", "bisect", "calendar", "zlib"]));
    assert_eq!(sandbox.read(BINDINGS), bound(&["wheels", "doors", "seats"]));
    git(&sandbox, &["merge", "--abort"]);
    // what one side took out or changed is a person's
    git(&sandbox, &["switch", "-q", "-c", "other", "main"]);
    commit(&["abc", "copy"], &["doors", "seats"]);
    assert_eq!(merged(&sandbox, "left", "other"), [BINDINGS, ATTESTED]);
    let before = [ATTESTED, BINDINGS].map(|it| sandbox.read(it));
    sandbox.refuses(&["docs", "resolve"], 3, &["cannot join the two sides", "with what both sides added", "git add"]);
    assert_eq!([ATTESTED, BINDINGS].map(|it| sandbox.read(it)), before);
    git(&sandbox, &["merge", "--abort"]);
    // and of one module that both attest, one of two contracts would be lost
    git(&sandbox, &["switch", "-q", "-c", "same", "main"]);
    let text = attested(&["abc", "bisect", "zlib"]).replace("(\"molt_bisect\",)", "(\"molt_bisect\", \"molt_more\")");
    sandbox.write(ATTESTED, text);
    git(&sandbox, &["commit", "-q", "-a", "-m", "x"]);
    assert!(merged(&sandbox, "left", "same").contains(&ATTESTED.to_owned()));
    sandbox.refuses(&["docs", "resolve"], 3, &["both sides attest bisect, with other intrinsics"]);
}

#[test]
fn a_record_with_both_sides_in_it_is_never_passed_over() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    sandbox.trust("3.14.50", "Python-3.14.50.tgz", b"x");
    let union = "tools/stdlib_module_union.py";
    let commands: [&[&str]; 5] = [
        &["gates"],
        &["ratchet", "show"],
        &["ratchet", "lower", "--dry-run"],
        &["gates", "--new-only", "--base", "HEAD"],
        &["watch", "--mirror", "../mirror"],
    ];
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "start"]);
    let open = |text: &str| format!("<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n");
    for (path, hint, asked) in [
        (LOCK, "`molt-sync trust resolve`", 5),
        (union, "`molt-sync docs resolve tools/stdlib_module_union.py`", 4),
        (RATCHET, "`molt-sync docs resolve tools/stdlib_intrinsics_ratchet.json`", 4),
        ("baselines/3.13.json", "`git checkout --ours baselines/3.13.json`", 4),
    ] {
        let whole = sandbox.read(path);
        sandbox.write(path, open(&whole));
        for command in &commands[..asked] {
            let words = [&format!("cannot read {path}: a merge left a conflict at line 1"), hint];
            sandbox.refuses(command, 3, &words);
        }
        if path == LOCK || path.ends_with("3.13.json") {
            // Molt's checker looks at neither
            let ended = sandbox.sync(&["gates", "--molt-order"]).succeeds();
            assert!(ended.err.contains("a merge left a conflict at line 1"), "{}", ended.err);
        }
        sandbox.write(path, whole);
    }
    let whole = sandbox.read(LOCK);
    sandbox.write(LOCK, "[[releases\n");
    for command in commands {
        if command[0] == "gates" {
            let ended = sandbox.sync(command);
            let finding = "baselines/releases.lock.toml: cannot read baselines/releases.lock.toml: line 1";
            assert!(ended.code == 1 && ended.out.contains(finding), "{}\n{}", ended.out, ended.err);
            assert!(ended.out.contains("1 failed with 1 "), "{}", ended.out);
            continue;
        }
        sandbox.refuses(command, 2, &["cannot read baselines/releases.lock.toml", "correct that line"]);
    }
    sandbox.write(LOCK, whole);
    sandbox.sync(&["gates"]).succeeds();
}
