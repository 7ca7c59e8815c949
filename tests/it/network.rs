//! Mirrors over HTTP that misbehave: success with the right bytes, or a named error.

use molt_sync::base::Sha256;

use crate::support::{
    Release, Sandbox,
    server::{Mode, Server},
};

fn run(mode: Mode, expected: Result<(), (i32, &str)>) -> usize {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes, mode);
    let args = ["refresh", "3.14", "--mirror", &server.url, "--timeout", "1", "--attempts", "2"];
    match expected {
        Ok(()) => {
            box_.sync(&args).succeeds().says("CPython 3.14.99");
            let hits = server.hits();
            // the facts are cached by the digest now: the archive is not asked for again
            box_.sync(&args).succeeds().says("no byte was changed");
            box_.sync(&["refresh", "3.14.99", "--offline"]).succeeds().says("no byte was changed");
            assert_eq!(server.hits(), hits, "{mode:?}");
        }
        Err((code, words)) => box_.refuses(&args, code, &[words]),
    }
    cache_is_clean(&box_);
    server.hits()
}

/// The same of the download alone.
fn get(mode: Mode, expected: Result<(), (i32, &str)>) -> usize {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes, mode);
    let args = ["verify", "3.14.99", "--mirror", &server.url, "--timeout", "1", "--attempts", "2"];
    match expected {
        Ok(()) => {
            box_.sync(&args).succeeds().says("Python-3.14.99.tgz is CPython 3.14.99");
            let hits = server.hits();
            box_.sync(&["verify", "3.14.99", "--offline"]).succeeds();
            assert_eq!(server.hits(), hits, "{mode:?}");
        }
        Err((code, words)) => {
            box_.refuses(&args, code, &[words]);
            box_.refuses(&["verify", "3.14.99", "--offline"], 2, &["no release of 3.14.99 is in the cache"]);
        }
    }
    cache_is_clean(&box_);
    server.hits()
}

/// Whatever arrived: what the cache has under a digest has that digest.
fn cache_is_clean(box_: &Sandbox) {
    let Ok(entries) = std::fs::read_dir(box_.root().join("cache/sha256")) else { return };
    for entry in entries.map(Result::unwrap) {
        let digest = Sha256::of(&std::fs::read(entry.path()).unwrap()).to_string();
        assert_eq!(entry.file_name().to_str(), Some(digest.as_str()));
    }
}

#[test]
fn servers_that_come_to_their_senses_are_waited_for() {
    for mode in [
        Mode::Answers("429 Too Many Requests", "", 1),
        Mode::Answers("429 Too Many Requests", "Retry-After: 0\r\n", 1),
        Mode::Answers("429 Too Many Requests", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", 1),
        Mode::Answers("408 Request Timeout", "", 1),
        Mode::Answers("425 Too Early", "", 1),
        Mode::Answers("502 Bad Gateway", "Retry-After: 0\r\n", 1),
        Mode::Answers("503 Busy", "Retry-After: soon\r\n", 1),
        Mode::Answers("504 Gateway Timeout", "Retry-After: 0\r\n", 1),
    ] {
        assert_eq!(get(mode, Ok(())), 2, "{mode:?}");
    }
}

#[test]
fn odd_answers_that_bring_the_right_bytes_are_taken() {
    for mode in [
        Mode::Headers("Content-Encoding: gzip\r\nContent-Length: LENGTH\r\nConnection: close\r\n"),
        Mode::Headers("Content-Type: text/html\r\nContent-Length: LENGTH\r\nConnection: close\r\n"),
        Mode::Headers("Connection: close\r\n"),
        Mode::WeakTag,
        Mode::WrongPart,
        Mode::UnaskedPart,
    ] {
        get(mode, Ok(()));
    }
}

#[test]
fn answers_that_no_patience_mends_are_named_at_once() {
    for (line, words) in [
        ("400 Bad Request", "answered 400"),
        ("401 Unauthorized", "answered 401"),
        ("407 Proxy Authentication Required", "answered 407"),
        ("418 I'm a teapot", "answered 418"),
        ("451 Unavailable For Legal Reasons", "answered 451"),
        ("300 Multiple Choices", "answered 300"),
        ("304 Not Modified", "answered 304"),
    ] {
        assert_eq!(get(Mode::Answers(line, "", 9), Err((5, words))), 1, "{line}");
    }
    let later = Mode::Answers("429 Too Many Requests", "Retry-After: 42578\r\n", 9);
    assert_eq!(get(later, Err((5, "wants to be asked again in 42578 seconds"))), 1);
    assert_eq!(get(Mode::Answers("410 Gone", "", 9), Err((2, "has no source archive of CPython 3.14.99"))), 1);
}

#[test]
fn other_bytes_are_never_taken() {
    get(Mode::Gzipped, Err((4, "and should have")));
    get(Mode::Answers("204 No Content", "", 9), Err((4, "and should have")));
    get(Mode::Answers("200 OK", "", 9), Err((4, "and should have")));
    get(Mode::Portal, Err((4, "and should have")));
    get(Mode::Headers("Content-Length: 10\r\nConnection: close\r\n"), Err((4, "and should have")));
}

#[test]
fn servers_that_never_get_it_done_are_given_up() {
    get(Mode::AlwaysHalf, Err((5, "end of file before message length reached")));
}

#[test]
fn servers_that_say_nothing_are_given_up() {
    get(Mode::Silence, Err((5, "the server did not answer in time")));
    get(Mode::Close, Err((5, "cannot download")));
}

#[test]
fn servers_that_speak_another_language_are_given_up() {
    get(Mode::HeaderBomb, Err((5, "cannot download")));
    get(Mode::Headers("Content-Length: banana\r\n"), Err((5, "cannot download")));
    get(Mode::Headers("Content-Length: 5\r\nContent-Length: 6\r\n"), Err((5, "cannot download")));
}

#[test]
fn a_server_that_drips_is_given_up() {
    get(Mode::Drip, Err((5, "it took too long in all")));
}

#[test]
fn where_tls_is_off_nothing_is_taken() {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes, Mode::Fine);
    let url = server.url.replace("http://", "https://");
    box_.refuses(&["refresh", "3.14", "--mirror", &url, "--timeout", "2", "--attempts", "1"], 5, &["cannot download"]);
    assert_eq!(server.hits(), 0);
}

#[test]
fn what_arrived_before_a_run_gave_up_is_continued_by_the_next() {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let args = |url: &str| ["refresh", "3.14", "--mirror", url, "--timeout", "1", "--attempts", "1"].map(str::to_owned);
    // half of it, and then nobody answers
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes.clone(), Mode::HalfThenResume);
    let args = args(&server.url);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    box_.refuses(&args, 5, &["cannot download"]);
    let partial = box_.root().join("cache/partial").join(Sha256::of(&bytes).to_string());
    assert!(partial.exists() && !box_.root().join("cache/sha256").join(Sha256::of(&bytes).to_string()).exists());
    box_.sync(&args).succeeds().says("CPython 3.14.99");
    assert!(!partial.exists());
    cache_is_clean(&box_);
    // one that was damaged meanwhile is begun anew
    std::fs::remove_dir_all(box_.root().join("cache")).unwrap();
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes.clone(), Mode::HalfThenResume);
    let args: Vec<&str> = args.iter().map(|it| if it.starts_with("http") { server.url.as_str() } else { it }).collect();
    box_.refuses(&args, 5, &["cannot download"]);
    let mut damaged = std::fs::read(&partial).unwrap();
    let end = damaged.len() - 1;
    damaged[end] ^= 1;
    std::fs::write(&partial, damaged).unwrap();
    box_.sync(&args).succeeds().says("CPython 3.14.99");
    cache_is_clean(&box_);
}

#[test]
fn a_proxy_of_the_environment_is_asked() {
    let box_ = Sandbox::with_series("3.14");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = [0; 200];
        let count = std::io::Read::read(&mut stream, &mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    });
    let mut command = box_
        .command(&box_.ws(""), &["refresh", "3.14", "--mirror", "https://mirror.example/python", "--attempts", "1"]);
    let output = command.env("HTTPS_PROXY", &proxy).env("NO_PROXY", "").env_remove("https_proxy").output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(asked.join().unwrap().starts_with("CONNECT mirror.example:443 HTTP/1.1\r\n"));
}

#[test]
fn what_goes_wrong_for_a_while_is_overcome() {
    assert_eq!(run(Mode::Fine, Ok(())), 1);
    assert!(run(Mode::Cut, Ok(())) >= 3, "each part is resumed where it ended");
    for mode in [Mode::NoRange, Mode::Changed, Mode::ShortWithoutLength, Mode::NoListing] {
        run(mode, Ok(()));
    }
}

#[test]
fn a_busy_server_is_asked_again() {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let server = Server::start("3.14.99/Python-3.14.99.tgz", bytes, Mode::Busy);
    box_.sync(&["refresh", "3.14", "--mirror", &server.url, "--attempts", "4"]).succeeds();
    assert_eq!(server.hits(), 3);
}

#[test]
fn a_part_that_arrived_is_kept_while_the_server_is_busy() {
    assert_eq!(run(Mode::BusyBetween, Ok(())), 3);
}

#[test]
fn a_part_that_cannot_be_continued_is_dropped_once() {
    assert_eq!(run(Mode::NoSuchRange, Ok(())), 3);
    assert_eq!(run(Mode::NeverARange, Err((5, "answered 416"))), 4);
}

#[test]
fn redirects_stay_on_the_port_and_end() {
    assert_eq!(run(Mode::RedirectToPort, Err((5, "answered 302"))), 1);
    assert_eq!(run(Mode::RedirectLoop, Err((5, "answered 302"))), 4);
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_at_once() {
    let box_ = Sandbox::with_series("3.14");
    let server = Server::with_bad_certificate();
    box_.refuses(
        &["refresh", "3.14", "--mirror", &server.url, "--attempts", "4"],
        5,
        &["certificate", "tried 1 times"],
    );
    assert_eq!(server.hits(), 1);
}

#[test]
fn without_https_only_this_machine_is_asked() {
    let box_ = Sandbox::with_series("3.14");
    for host in ["mirror.example", "192.0.2.1", "[2001:db8::1]", "localhost.example", "127.0.0.1.example"] {
        let url = format!("http://{host}/python");
        box_.refuses(
            &["refresh", "3.14", "--mirror", &url, "--attempts", "1"],
            2,
            &["without https only this machine"],
        );
    }
    for host in ["127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"] {
        let url = format!("http://{host}/python");
        box_.refuses(&["refresh", "3.14", "--mirror", &url, "--attempts", "1"], 5, &["cannot download"]);
    }
}

#[test]
fn a_mirror_without_a_listing_is_asked_for_the_next_release_that_is_known() {
    let bytes = Release::based_on("3.14", "3.14.98").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.98", "Python-3.14.98.tgz", &bytes);
    box_.trust("3.14.99", "Python-3.14.99.tgz", b"not there yet");
    let server = Server::start("3.14.98/Python-3.14.98.tgz", bytes, Mode::NoListing);
    box_.sync(&["refresh", "3.14", "--mirror", &server.url]).succeeds().says("CPython 3.14.98");
    box_.refuses(&["refresh", "3.14.99", "--mirror", &server.url], 2, &["has no source archive of CPython 3.14.99"]);
    box_.refuses(&["refresh", "3.14.99", "--offline"], 2, &["no release of 3.14.99 is in the cache"]);
}

#[test]
fn a_pre_release_that_is_known_promises_no_final_one() {
    let bytes = Release::based_on("3.14", "3.15.0rc1").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.15.0rc1", "Python-3.15.0rc1.tgz", &bytes);
    let server = Server::start("3.15.0/Python-3.15.0rc1.tgz", bytes, Mode::NoListing);
    box_.refuses(&["refresh", "3.15", "--mirror", &server.url], 2, &["has no release of 3.15"]);
    box_.sync(&["refresh", "3.15", "--mirror", &server.url, "--pre", "--dry-run"]).succeeds();
    assert_eq!(server.hits(), 1);
    box_.refuses(&["refresh", "3.15", "--offline"], 2, &["no release of 3.15 is in the cache"]);
    box_.sync(&["refresh", "3.15", "--offline", "--pre", "--dry-run"]).succeeds();
}

#[test]
fn what_stays_wrong_is_named() {
    run(Mode::Absent, Err((2, "has no release of 3.14")));
    run(Mode::Broken, Err((5, "answered 500")));
    run(Mode::Forbidden, Err((5, "answered 403")));
    run(Mode::Stall, Err((5, "the server stopped sending")));
    run(Mode::Corrupt, Err((4, "and should have")));
    run(Mode::Huge, Err((4, "is larger than 100663296 bytes")));
    run(Mode::Endless, Err((4, "is larger than 100663296 bytes")));
    run(Mode::Redirect, Err((5, "answered 302")));
    run(Mode::Garbage, Err((5, "cannot download")));
}

#[test]
fn nobody_listens() {
    let box_ = Sandbox::with_series("3.14");
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    box_.refuses(
        &["refresh", "3.14", "--mirror", &url, "--attempts", "1", "--timeout", "1"],
        5,
        &["cannot download", "Connection refused"],
    );
    box_.refuses(&["refresh", "3.14", "--mirror", &url, "--offline"], 2, &["this run is offline"]);
}
