//! What a refresh does not do unasked: take an older release than the recorded one, or one that was recalled.

use std::path::PathBuf;

use crate::support::{
    Release, Sandbox,
    feeds::feeds,
    recorded,
    site::{Files, Site},
};

const SIGN: [&str; 4] = ["--sign-off", "A. Person", "--reason", "the newer one is broken"];
const LOCK: &str = "baselines/releases.lock.toml";

/// A workspace that stands at 3.13.99, and a mirror that only has an older release, which is believed as well.
fn ahead() -> (Sandbox, PathBuf) {
    let box_ = Sandbox::with_series("3.13");
    box_.publish("3.13.99", "tgz", &Release::based_on("3.13", "3.13.99").tgz());
    box_.sync(&["refresh", "3.13.99", "--mirror", "../mirror"]).succeeds();
    let older = Release::based_on("3.13", "3.13.70").tgz();
    let file = box_.file("old/3.13.70/Python-3.13.70.tgz", &older);
    box_.trust("3.13.70", "Python-3.13.70.tgz", &older);
    (box_, file.into())
}

#[test]
fn an_older_release_is_a_persons_to_take() {
    let (box_, file) = ahead();
    let file = file.to_str().unwrap();
    let old = ["--mirror", "../old"];
    let again = format!("--sign-off NAME --reason TEXT --source {file}");
    for (args, words) in [
        (vec!["refresh", "3.13", "--mirror", "../old"], "3.13.70 is older than 3.13.99, which is recorded"),
        (vec!["refresh", "latest", "--mirror", "../old"], "3.13.70 is older than 3.13.99"),
        (vec!["refresh", "3.13", "--mirror", "../old"], "--sign-off NAME --reason TEXT --mirror ../old"),
        (vec!["refresh", "3.13", "--source", file], &again),
        (vec!["refresh", "3.13.70", "--mirror", "../old"], "3.13.70 is older than 3.13.99"),
        (vec!["refresh", "3.13", "--source", file], "3.13.70 is older than 3.13.99"),
        (vec!["refresh", "latest", "--source", file], "3.13.70 is older than 3.13.99"),
        (vec!["refresh", "3.13.70", "--source", file], "3.13.70 is older than 3.13.99"),
    ] {
        box_.refuses(&args, 3, &[words, "refresh 3.13.70 --sign-off NAME --reason TEXT"]);
    }
    // whoever only looks sees the change all the same
    let looked = box_.sync(&[&["refresh", "3.13.70", "--dry-run"], &old[..]].concat());
    assert!(looked.code == 3 && looked.out.contains("+++ b/baselines/3.13.json"), "{}", looked.err);
    // a series that is signed for names no release; what was typed is kept
    let signed = [&["refresh", "3.13"], &old[..], &SIGN].concat();
    let again = "molt-sync refresh 3.13.70 --mirror ../old --sign-off 'A. Person' --reason 'the newer one is broken'";
    box_.refuses(&signed, 3, &["3.13.70 is older than 3.13.99", again]);
    let own = ["--config", "molt-sync.toml", "-C", ".", "refresh", "3.13", "--mirror", "../old", "--report", "../r"];
    let again = "molt-sync --config molt-sync.toml -C . refresh 3.13.70 --sign-off NAME --reason TEXT --mirror ../old --report ../r\n";
    box_.write("molt-sync.toml", "");
    box_.refuses(&own, 3, &[again]);
    box_.remove("molt-sync.toml");
    // a candidate is older than its final release
    let candidate = Release::based_on("3.13", "3.13.99rc1").tgz();
    box_.publish("3.13.99rc1", "tgz", &candidate);
    box_.refuses(&["refresh", "3.13.99rc1", "--mirror", "../mirror"], 3, &["3.13.99rc1 is older than 3.13.99"]);
    // the record went back by hand, and the lock did not
    let record = box_.read("baselines/3.13.json");
    box_.write("baselines/3.13.json", recorded("3.13", "3.13.6").render());
    box_.refuses(&["refresh", "3.13", "--mirror", "../old"], 3, &["3.13.99, which the lock has"]);
    // or the other way round
    box_.write("baselines/3.13.json", record);
    let lock = box_.read(LOCK);
    let own = lock.split("[[release]]").find(|it| it.contains("version = \"3.13.99\"")).unwrap();
    let without = lock.replace(&format!("[[release]]{own}"), "");
    let (entries, _) = without.split_once("[last_refresh.").unwrap_or((&without, ""));
    box_.write(LOCK, entries);
    box_.refuses(&["refresh", "3.13", "--mirror", "../old"], 3, &["3.13.99, which is recorded"]);
    box_.write(LOCK, lock);
    // by its exact number, a name and a reason
    box_.sync(&[&["refresh", "3.13.70"], &old[..], &SIGN].concat())
        .succeeds()
        .says("A. Person accepts that CPython 3.13.70");
    let file = box_.read("docs/scoreboard/exceptions/refresh-3.13.70-older-release.toml");
    assert!(file.contains("before = \"3.13.99\"\n") && file.contains("signed_off_by = \"A. Person\"\n"), "{file}");
    for request in ["3.13.70", "3.13"] {
        box_.sync(&[&["refresh", request], &old[..]].concat()).succeeds().says("no byte was changed");
    }
}

#[test]
fn the_latest_release_is_no_older_than_what_is_known() {
    let box_ = Sandbox::with_whole_series("3.12,3.13");
    for version in ["3.11.90", "3.12.90"] {
        let bytes = Release::whole("3.13", version).tgz();
        box_.file(&format!("mirror/{version}/Python-{version}.tgz"), &bytes);
        box_.trust(version, &format!("Python-{version}.tgz"), &bytes);
    }
    // the newest of this mirror is of a series that is kept in step, and older than all that is known of the other
    box_.refuses(
        &["refresh", "latest", "--mirror", "../mirror"],
        3,
        &["CPython 3.12.90 is older than 3.13.5, the newest that is recorded, and `latest` never goes back"],
    );
    std::fs::remove_dir_all(box_.root().join("mirror/3.12.90")).unwrap();
    box_.refuses(&["refresh", "latest", "--mirror", "../mirror"], 3, &["CPython 3.11.90 is older than 3.13.5"]);
    // a series that is named is another thing
    box_.sync(&["refresh", "3.12.90", "--dry-run", "--mirror", "../mirror"]).says("");
}

/// A workspace at 3.13.98 and a mirror that has 3.13.99 too, with a calendar of its own.
fn noted(note: &str) -> (Sandbox, Site) {
    let box_ = Sandbox::with_series("3.13");
    for version in ["3.13.98", "3.13.99"] {
        box_.publish(version, "tgz", &Release::based_on("3.13", version).tgz());
    }
    let site = Site::start(Files::new());
    box_.write(
        "molt-sync.toml",
        format!("mirror = \"../mirror\"\n\n{}", feeds(&[("calendar", &format!("{}/calendar", site.url))])),
    );
    say(&site, note);
    (box_, site)
}

fn say(site: &Site, note: &str) {
    let row = |version: &str, note: &str| {
        format!("{{\"stage\": \"{version}\", \"state\": \"actual\", \"date\": \"2026-10-06\", \"note\": \"{note}\"}}")
    };
    let rows = [row("3.13.98", "hotfix"), row("3.13.99", note)].join(",");
    site.put("/calendar", format!("{{\"releases\": {{\"3.13\": [{rows}]}}}}").as_bytes());
}

#[test]
fn a_recalled_release_is_not_taken_in_silence() {
    for (note, series) in [
        ("recalled due to gh-1", Ok("CPython 3.13.98")),
        ("Yanked: broken build", Ok("CPython 3.13.98")),
        // nobody knows what this means, so neither is taken
        ("binned", Err("a note that is not understood: \"binned\"")),
        ("final bugfix release", Ok("CPython 3.13.99")),
    ] {
        let (box_, _site) = noted(note);
        match series {
            Ok(words) => drop(
                box_.sync(&["refresh", "3.13", "--config", "molt-sync.toml", "--dry-run", "--format", "json"])
                    .succeeds()
                    .says(words.trim_start_matches("CPython ")),
            ),
            Err(words) => box_.refuses(&["refresh", "3.13"], 3, &[words]),
        }
        let exact = ["refresh", "3.13.99"];
        if note.starts_with("final") {
            box_.sync(&exact).succeeds();
            continue;
        }
        box_.refuses(&exact, 3, &[note, "refresh 3.13.99 --sign-off NAME --reason TEXT"]);
        box_.sync(&[&exact[..], &SIGN].concat()).succeeds();
        let file = box_.read("docs/scoreboard/exceptions/refresh-3.13.99-recalled-release.toml");
        assert!(file.contains(note) && file.contains("signed_off_by = \"A. Person\"\n"), "{file}");
        // it is on file who takes it, and it is not asked again
        box_.sync(&exact).succeeds().says("no byte was changed");
        box_.sync(&["audit-upstream", "--config", "molt-sync.toml"]).succeeds();
        box_.sync(&["watch", "--config", "molt-sync.toml", "--now", "2026-10-10"]).succeeds();
    }
}

#[test]
fn a_recall_after_the_fact_is_told_until_somebody_decides() {
    let (box_, site) = noted("");
    box_.sync(&["refresh", "3.13"]).succeeds().says("CPython 3.13.99");
    box_.sync(&["audit-upstream", "--config", "molt-sync.toml"]).succeeds();
    say(&site, "This release was withdrawn.");
    for _ in 0..2 {
        for args in [
            &["audit-upstream", "--config", "molt-sync.toml"][..],
            &["watch", "--config", "molt-sync.toml", "--now", "2026-10-10"],
            &["watch", "--refresh", "--now", "2026-10-11"],
        ] {
            let ended = box_.sync(args);
            assert!(
                ended.code == 3 && ended.out.contains("withdrawn"),
                "{args:?} {}: {}{}",
                ended.code,
                ended.out,
                ended.err
            );
        }
    }
    // going back is a person's decision too
    box_.refuses(&["refresh", "3.13"], 3, &["CPython 3.13.98 is older than 3.13.99"]);
    // who cannot hear has not looked
    site.put("/calendar", b"<html>sign in</html>");
    let ended = box_.sync(&["audit-upstream", "--config", "molt-sync.toml"]);
    assert!(ended.code == 5 && ended.out.contains("did not answer"), "{}{}", ended.out, ended.err);
    box_.sync(&["refresh", "3.13.99"]).succeeds().says("whether it was recalled is not known");
}

#[test]
fn a_mirror_that_is_not_there_is_never_the_same() {
    let (box_, site) = noted("");
    box_.sync(&["refresh", "3.13"]).succeeds();
    let gone = format!("{}/nothing", site.url);
    for (mirror, code) in [("../nowhere", 2), (gone.as_str(), 5), ("http://127.0.0.1:9", 5)] {
        for more in [&[][..], &["--download"]] {
            let ended = box_
                .sync(&[&["audit-upstream", "--mirror", mirror, "--attempts", "1", "--timeout", "2"], more].concat());
            assert!(
                ended.code == code && !ended.out.contains("same"),
                "{mirror}: {} {}{}",
                ended.code,
                ended.out,
                ended.err
            );
        }
    }
}

#[test]
fn the_locks_word_for_a_rebuilt_archive_hides_nothing() {
    let box_ = Sandbox::with_series("3.13");
    box_.publish("3.13.99", "tgz", &Release::based_on("3.13", "3.13.99").tgz());
    box_.write(LOCK, box_.read(LOCK).replace("verified_by = \"reviewed\"", "verified_by = \"reconstructed\""));
    let ended = box_.sync(&["refresh", "3.13.99", "--mirror", "../mirror"]).succeeds();
    assert!(!ended.out.contains("[reconstructed") && ended.out.contains("(same as in the lock)"), "{}", ended.out);
    let record = box_.read("baselines/3.13.json");
    assert!(record.contains("\"source\": \"release-archive\"") && !record.contains("reconstructed"), "{record}");
    let audit = ["audit-upstream", "--mirror", "../mirror"];
    box_.sync(&audit).succeeds().says("1 release compared");
    box_.file("mirror/3.13.99/Python-3.13.99.tgz", b"another");
    assert_eq!(box_.sync(&audit).code, 4, "it is compared as any other");
    // one that this program does rebuild is published nowhere, and nothing else is locked
    let demo = Sandbox::empty();
    demo.run(&["demo", "--keep", "ws"]).succeeds().says("[reconstructed from the bundled baseline]");
    std::fs::create_dir_all(demo.root().join("mirror/3.14.10")).unwrap();
    let ended = demo.sync(&audit);
    let words = "Python-3.14.10.tgz of CPython 3.14.10 is not compared: it was rebuilt";
    assert!(ended.code == 3 && ended.out.contains(words), "{} {}", ended.code, ended.out);
}

#[test]
fn a_mirror_with_nothing_but_a_recalled_release_has_one() {
    for (note, words) in [
        ("recalled due to gh-1", "the only release of 3.13 there, 3.13.99, was recalled: \"recalled due to gh-1\""),
        ("Withdrawn.", "the only release of 3.13 there, 3.13.99, was recalled: \"Withdrawn.\""),
    ] {
        let (box_, _site) = noted(note);
        std::fs::remove_dir_all(box_.root().join("mirror/3.13.98")).unwrap();
        let hint = "molt-sync refresh 3.13.99 --sign-off NAME --reason TEXT --mirror ../mirror";
        let named = ["--mirror", "../mirror"];
        box_.refuses(&[&["refresh", "3.13"], &named[..]].concat(), 3, &[words, hint]);
        box_.refuses(&[&["refresh", "latest"], &named[..]].concat(), 3, &["the only release there, 3.13.99", hint]);
        let typed = hint.replace("NAME", "me").replace("TEXT", "agreed");
        box_.sync(&typed.split(' ').skip(1).collect::<Vec<_>>()).succeeds();
        for request in ["3.13", "latest", "3.13.99"] {
            box_.sync(&["refresh", request]).succeeds().says("no byte was changed");
        }
    }
    let (box_, site) = noted("recalled");
    let row = |it: &str| {
        format!("{{\"stage\": \"{it}\", \"state\": \"actual\", \"date\": \"2026-10-06\", \"note\": \"recalled\"}}")
    };
    let rows = [row("3.13.98"), row("3.13.99")].join(",");
    site.put("/calendar", format!("{{\"releases\": {{\"3.13\": [{rows}]}}}}").as_bytes());
    box_.refuses(&["refresh", "3.13"], 3, &["every release of 3.13 there was recalled, the newest, 3.13.99"]);
}

#[test]
fn a_recalled_release_is_not_said_to_be_missing_where_nothing_is_listed_or_nobody_asked() {
    let (box_, _site) = noted("recalled due to gh-1");
    std::fs::remove_dir_all(box_.root().join("mirror/3.13.98")).unwrap();
    let words = "the only release of 3.13 there, 3.13.99, was recalled: \"recalled due to gh-1\"";
    // a mirror without listings
    let path = "/3.13.99/Python-3.13.99.tgz";
    let bytes = std::fs::read(box_.root().join(format!("mirror{path}"))).unwrap();
    let unlisted = Site::start(Files::from([(path.to_owned(), bytes)]));
    let hint = format!("molt-sync refresh 3.13.99 --sign-off NAME --reason TEXT --mirror {}", unlisted.url);
    box_.refuses(&["refresh", "3.13", "--mirror", &unlisted.url], 3, &[words, &hint]);
    let nothing = Site::start(Files::new());
    box_.refuses(
        &["refresh", "3.13", "--mirror", &nothing.url],
        2,
        &["lists nothing, and has no release of 3.13 among"],
    );
    // the cache, and what the calendar said the last time
    box_.refuses(&["refresh", "3.13", "--offline"], 2, &["no release of 3.13 is in the cache"]);
    box_.sync(&["verify", "3.13.99", "--mirror", &unlisted.url]).succeeds();
    let hint = "molt-sync refresh 3.13.99 --sign-off NAME --reason TEXT --offline";
    box_.refuses(&["refresh", "3.13", "--offline"], 3, &[words, "in the cache", hint]);
}

#[test]
fn a_dry_run_looks_nowhere_because_the_workspace_says_so() {
    let site = Site::start(Files::new());
    let (box_, outside) = (Sandbox::with_series("3.13"), "lies outside of the workspace");
    let mirror = box_.root().join("mirror");
    box_.publish("3.13.98", "tgz", &Release::based_on("3.13", "3.13.98").tgz());
    let (url, own) = (format!("{}/mirror?x=1", site.url), "machine of the own network");
    for (mirror, calendar, why) in [
        ("../mirror", "", outside),
        (mirror.to_str().unwrap(), "", outside),
        ("linked", "", outside),
        (&url, "", own),
        ("https://169.254.169.254/latest", "", own),
        ("mirror", &format!("{}/calendar", site.url), own),
    ] {
        drop(std::os::unix::fs::symlink(box_.root().join("mirror"), box_.ws("linked")));
        box_.write("molt-sync.toml", format!("mirror = \"{mirror}\"\n\n{}", feeds(&[("calendar", calendar)])));
        for request in ["3.13", "3.13.98", "latest"] {
            let ended = box_.sync(&["refresh", request, "--dry-run"]);
            assert!(ended.code == 2 && ended.err.contains(why), "{mirror} {calendar}: {}", ended.err);
        }
        for request in [&["watch"][..], &["watch", "--check"], &["audit-upstream"]] {
            let ended = box_.sync(request);
            assert!(ended.code == 2 && ended.err.contains(why), "{request:?} {mirror}: {}", ended.err);
        }
    }
    for name in ["api", "cycle", "endoflife", "tags"] {
        box_.write("molt-sync.toml", feeds(&[(name, &format!("{}/{{series}}?x=", site.url))]));
        let ended = box_.sync(&["watch", "--check"]);
        assert!(ended.code == 2 && ended.err.contains(own) && ended.err.contains(name), "{name}: {}", ended.err);
    }
    assert!(site.asked().is_empty(), "it was asked");
    // the caller can name what the workspace cannot
    box_.write("molt-sync.toml", format!("mirror = \"../mirror\"\n\n{}", feeds(&[])));
    for more in [["--mirror", "../mirror"], ["--config", "molt-sync.toml"]] {
        let ended = box_.sync(&[&["refresh", "3.13", "--dry-run"], &more[..]].concat());
        assert!(!ended.err.contains("cannot look at"), "{}", ended.err);
    }
}
