//! Mirrors over HTTP that misbehave: success with the right bytes, or a named error.

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
    server.hits()
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
