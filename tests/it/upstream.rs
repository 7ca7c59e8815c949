//! Reviewed entries of the lock against what a mirror has now, in every way in which that can differ.

use std::{fs, sync::Arc};

use crate::support::{
    Release, Sandbox,
    server::{Act, Script, Server, well},
};

const PATH: &str = "3.14.91/Python-3.14.91.tgz";
const AUDIT: [&str; 3] = ["audit-upstream", "--mirror", "../mirror"];

/// A workspace that has refreshed a reviewed release from its folder, and the archive.
fn reviewed() -> (Sandbox, Arc<Vec<u8>>) {
    let (box_, bytes) = (Sandbox::with_series("3.14"), Release::based_on("3.14", "3.14.91").tgz());
    box_.publish("3.14.91", "tgz", &bytes);
    box_.sync(&["refresh", "3.14.91", "--mirror", "../mirror"]).succeeds();
    (box_, Arc::new(bytes))
}

#[test]
fn a_folder_is_compared_byte_by_byte() {
    let (box_, bytes) = reviewed();
    box_.sync(&AUDIT).succeeds().says("Python-3.14.91.tgz same\n");
    let file = box_.root().join("mirror").join(PATH);
    let mut changed = bytes.to_vec();
    *changed.last_mut().unwrap() ^= 1;
    let mut longer = bytes.to_vec();
    longer.push(0);
    for (what, now) in [("changed", changed), ("longer", longer), ("empty", Vec::new())] {
        fs::write(&file, now).unwrap();
        let ended = box_.sync(&AUDIT);
        assert_eq!(ended.code, 4, "{what}: {}", ended.out);
        assert!(ended.out.contains("Python-3.14.91.tgz uploaded-anew: it has digest"), "{}", ended.out);
    }
    fs::remove_file(&file).unwrap();
    let gone = |what: &str| {
        let ended = box_.sync(&AUDIT);
        assert_eq!(ended.code, 3, "{what}: {}", ended.out);
        assert!(ended.out.contains("Python-3.14.91.tgz gone"), "{what}: {}", ended.out);
    };
    gone("the file");
    fs::remove_dir(file.parent().unwrap()).unwrap();
    gone("the folder");
    fs::remove_dir(box_.root().join("mirror")).unwrap();
    box_.refuses(&AUDIT, 2, &["cannot read ../mirror"]);
}

#[test]
fn what_cannot_be_seen_of_one_archive_hides_nothing_of_the_others() {
    let (box_, bytes) = reviewed();
    box_.trust("3.14.90", "Python-3.14.90.tgz", &bytes);
    box_.trust("3.14.92", "Python-3.14.92.tgz", &bytes);
    // folders in the place of files: neither there nor gone
    for version in ["3.14.90", "3.14.92"] {
        fs::create_dir_all(box_.root().join(format!("mirror/{version}/Python-{version}.tgz"))).unwrap();
    }
    let unseen = |code: i32, standing: &str| {
        let ended = box_.sync(&AUDIT);
        assert_eq!(ended.code, code, "{}{}", ended.out, ended.err);
        for words in
            ["Python-3.14.90.tgz could not be looked at: ", "Python-3.14.92.tgz could not be looked at: ", standing]
        {
            assert!(ended.out.contains(words), "`{words}` is not in {}", ended.out);
        }
        let json = box_.sync(&[&AUDIT[..], &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["unseen"].as_array().unwrap().len(), 2);
    };
    unseen(5, "Python-3.14.91.tgz same\n");
    fs::write(box_.root().join("mirror").join(PATH), b"other").unwrap();
    unseen(4, "Python-3.14.91.tgz uploaded-anew");
}

#[test]
fn an_entry_that_names_no_archive_of_its_release_is_no_pass() {
    let (box_, bytes) = reviewed();
    let lock = "baselines/releases.lock.toml";
    let text = box_.read(lock);
    let digest = molt_sync::base::Sha256::of(&bytes);
    for (version, artifact, code, words) in [
        ("3.14.92", "Python-3.14.91.tgz", 3, "it is the archive of CPython 3.14.91"),
        ("3.14.91", "Python-3.14.91.tar.xz ", 3, "it is not the name of an archive"),
        ("3.14.91", "python-3.14.91.tgz", 3, "it is not the name of an archive"),
        ("3.14.91", "", 3, "it is not the name of an archive"),
        // what no mirror can have is told, and is beside what was compared
        ("3.14.91", "source-tree", 0, "it is not an archive that is published"),
        ("3.14.91", "interpreter", 0, "it is not an archive that is published"),
    ] {
        let entry = format!(
            "\n[[release]]\nversion = \"{version}\"\nartifact = \"{artifact}\"\nsha256 = \"{digest}\"\nverified_by = \"reviewed\"\nreviewed_by = \"Ann\"\n"
        );
        let at = text.find("\n[[release]]").unwrap();
        box_.write(lock, format!("{}{entry}{}", &text[..at], &text[at..]));
        let ended = box_.sync(&AUDIT);
        assert!(
            ended.code == code && ended.out.contains(words),
            "{artifact}: {} {}{}",
            ended.code,
            ended.out,
            ended.err
        );
        assert!(ended.out.contains("Python-3.14.91.tgz same\n"), "{}", ended.out);
    }
}

#[test]
fn a_server_is_never_taken_for_the_same_where_it_does_not_say_so() {
    let (box_, bytes) = reviewed();
    let audit = |act: Act, others: Option<Act>| {
        let server = Server::start(Script { archive: act, others, ..Script::new(PATH, &bytes) });
        box_.sync(&["audit-upstream", "--mirror", &server.url(), "--attempts", "1", "--timeout", "2"])
    };
    let listing: Option<Act> = None;
    let nothing: Option<Act> = Some(|it| it.status("404 Not Found", ""));
    let portal: Option<Act> = Some(|it| {
        if it.is_beside() {
            it.status("404 Not Found", "")
        } else {
            it.full("200 OK", "", b"<a href=\"login\">log in</a>")
        }
    });
    let refused: Option<Act> = Some(|it| it.status("403 Forbidden", ""));
    let other: Act = |it| {
        let bytes = vec![7; it.bytes.len()];
        it.full("200 OK", "", &bytes)
    };
    for (what, act, others, code, words) in [
        ("the same", well as Act, listing, 0, "Python-3.14.91.tgz same\n1 release compared"),
        ("of a mirror that lists nothing", well, nothing, 0, "Python-3.14.91.tgz same\n"),
        ("other bytes of the same length", other, listing, 4, "uploaded-anew: it has digest"),
        ("another length", |it| it.full("200 OK", "", b"short"), listing, 4, "uploaded-anew: it has 5 bytes"),
        ("an empty body", |it| it.full("200 OK", "", b""), listing, 4, "uploaded-anew: it has 0 bytes"),
        ("listed and not there", |it| it.status("404 Not Found", ""), listing, 3, "gone"),
        ("gone for good", |it| it.status("410 Gone", ""), listing, 3, "gone"),
        ("not let in", |it| it.status("403 Forbidden", ""), listing, 5, ""),
        ("a broken server", |it| it.status("500 Broken", ""), listing, 5, ""),
        ("a mirror that has moved", |it| it.status("404 Not Found", ""), nothing, 5, ""),
        ("a page instead of a listing", |it| it.status("404 Not Found", ""), portal, 5, ""),
        ("nobody is let in", |it| it.status("403 Forbidden", ""), refused, 5, ""),
    ] {
        let ended = audit(act, others);
        assert_eq!(ended.code, code, "{what}: {}{}", ended.out, ended.err);
        assert!(ended.out.contains(words), "{what}: `{words}` is not in: {}", ended.out);
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{nobody}");
    box_.refuses(&["audit-upstream", "--mirror", &url, "--attempts", "1"], 5, &["refused the connection"]);
}

#[test]
fn an_empty_lock_is_no_pass_of_a_mirror_that_is_not_there() {
    let box_ = Sandbox::with_series("3.14");
    box_.refuses(&AUDIT, 2, &["cannot read ../mirror"]);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{nobody}");
    box_.refuses(&["audit-upstream", "--mirror", &url, "--attempts", "1"], 5, &["refused the connection"]);
    let bytes = Arc::new(Vec::new());
    let server = Server::start(Script { others: Some(|it| it.status("404 No", "")), ..Script::new(PATH, &bytes) });
    box_.refuses(&["audit-upstream", "--mirror", &server.url()], 5, &["lists no releases"]);
    box_.file("mirror/3.14.91/notes", b"");
    box_.sync(&AUDIT).succeeds().says("no release is locked, so that there was nothing to compare");
}

/// What the lock does not have is not compared, and that is no pass.
#[test]
fn a_record_without_an_entry_of_the_lock_is_told() {
    let (box_, _) = reviewed();
    box_.sync(&AUDIT).succeeds();
    box_.remove("baselines/releases.lock.toml");
    let ended = box_.sync(&AUDIT);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    assert!(
        ended.out.contains("CPython 3.14.91 is recorded from Python-3.14.91.tgz, and is not compared"),
        "{}",
        ended.out
    );
    let ended = box_.sync(&[&AUDIT[..], &["--format", "json"]].concat());
    let value: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(value["unlocked"][0]["version"], "3.14.91", "{value}");
}
