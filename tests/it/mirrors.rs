//! Mirrors over HTTP: what they are asked, and by which way. Those that misbehave are in `bad_server.rs`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use molt_sync::{
    base::Sha256,
    host::{
        Cache, Client, FeedAnswer, FetchError, HttpDocument, Mirror, NetworkOptions, Terminal, Validator, Verbosity,
        feed,
    },
};

use crate::support::{
    Release, Sandbox,
    run::Ended,
    server::{Act, Reply, Script, Server, wait, well},
    tls::Certificate,
};

const PATH: &str = "3.14.99/Python-3.14.99.tgz";

/// A workspace that believes a release, and its archive.
fn scene() -> (Sandbox, Arc<Vec<u8>>) {
    let bytes = Release::based_on("3.14", "3.14.99").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    (box_, Arc::new(bytes))
}

/// The program with these variables in its environment.
fn run_with(box_: &Sandbox, variables: &[(&str, &str)], args: &[&str]) -> Ended {
    let mut command = box_.command(&box_.ws(""), args);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn client() -> Client {
    let options = NetworkOptions { stall: Duration::from_secs(5), total: Duration::from_secs(20), attempts: 2 };
    Client::new(options, Terminal::new(Verbosity::Quiet, None))
}

#[test]
fn what_was_downloaded_once_is_not_asked_for_again() {
    let (box_, bytes) = scene();
    let server = Server::start(Script::new(PATH, &bytes));
    let args = ["refresh", "3.14", "--mirror", &server.url()];
    box_.sync(&args).succeeds().says("CPython 3.14.99");
    box_.sync(&args).succeeds().says("no byte was changed");
    box_.sync(&["refresh", "3.14.99", "--offline"]).succeeds().says("no byte was changed");
    assert_eq!(server.hits(), 1);
}

/// Half of it to the first request and then silence; to all others what they ask for.
fn half_and_silence(it: &mut Reply<'_>) -> std::io::Result<()> {
    it.half_first(well)?;
    if it.hit == 1 { wait(it) } else { Ok(()) }
}

#[test]
fn a_later_run_goes_on_where_one_was_cut_off() {
    let (box_, bytes) = scene();
    let server = Server::start(Script { archive: half_and_silence, ..Script::new(PATH, &bytes) });
    let args = ["verify", "3.14.99", "--mirror", &server.url(), "--attempts", "1", "--timeout", "1"];
    // a part counts as progress, so that only the time in all ends this one
    box_.refuses(&[&args[..], &["--total-timeout", "1"]].concat(), 5, &["cannot download"]);
    let digest = Sha256::of(&bytes).to_string();
    let partial = box_.root().join("cache/partial").join(&digest);
    assert!(partial.is_file() && !box_.root().join("cache/sha256").join(&digest).exists());
    box_.refuses(&["refresh", "3.14.99", "--offline"], 2, &["in the cache"]);
    box_.sync(&args).succeeds();
    let last = server.asked().into_iter().rfind(|it| it.starts_with(&format!("GET /{PATH} "))).unwrap().to_lowercase();
    let half = format!("range: bytes={}-", bytes.len() / 2);
    assert!(last.contains(&half) && last.contains("if-range: \"v1\""), "{last}");
    assert!(!partial.exists());
    assert_eq!(fs::read(box_.root().join("cache/sha256").join(&digest)).unwrap(), **bytes);
}

#[test]
fn a_part_that_was_damaged_on_disk_costs_one_restart() {
    let (box_, bytes) = scene();
    let server = Server::start(Script { archive: half_and_silence, ..Script::new(PATH, &bytes) });
    let args = ["verify", "3.14.99", "--mirror", &server.url(), "--attempts", "2", "--timeout", "1"];
    box_.refuses(&[&args[..], &["--total-timeout", "1"]].concat(), 5, &["cannot download"]);
    let partial = box_.root().join("cache/partial").join(Sha256::of(&bytes).to_string());
    let mut damaged = fs::read(&partial).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&partial, damaged).unwrap();
    box_.sync(&args).succeeds();
    assert_eq!(server.hits(), 3, "half, the other half, and all of it");
    assert!(!partial.exists());
}

#[test]
fn the_cache_lets_go_of_what_was_not_used_for_long() {
    let (box_, bytes) = scene();
    let server = Server::start(Script::new(PATH, &bytes));
    let old = box_.file(&format!("cache/sha256/{}", Sha256::of(b"old")), b"old");
    let own = box_.file("cache/sha256/notes.txt", b"a person's");
    for path in [&old, &own] {
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    let args = ["verify", "3.14.99", "--mirror", &server.url()];
    box_.sync(&[&args[..], &["--cache-limit", "1K"]].concat()).succeeds();
    assert!(!fs::exists(old).unwrap() && fs::exists(own).unwrap());
    box_.sync(&["verify", "3.14.99", "--offline"]).succeeds();
}

#[test]
fn a_busy_server_is_asked_again() {
    let (box_, bytes) = scene();
    let busy: Act = |it| if it.hit < 3 { it.status("503 Busy", "Retry-After: 0") } else { well(it) };
    let server = Server::start(Script { archive: busy, ..Script::new(PATH, &bytes) });
    box_.sync(&["verify", "3.14.99", "--mirror", &server.url(), "--attempts", "3"]).succeeds();
    assert_eq!(server.hits(), 3);
}

#[test]
fn roots_come_from_the_environment() {
    let (box_, bytes) = scene();
    let own = Certificate::new("127.0.0.1", "491231");
    let pem = box_.file("roots/own.pem", own.pem().as_bytes());
    // a folder of roots has them under the digests of their names
    box_.file("folder/0a1b2c3d.0", own.pem().as_bytes());
    let folder = box_.root().join("folder").to_str().unwrap().to_owned();
    let server = Server::start(Script { tls: Some(own.server()), ..Script::new(PATH, &bytes) });
    let args = ["verify", "3.14.99", "--mirror", &server.url(), "--attempts", "4"];
    for believed in [("SSL_CERT_FILE", pem.as_str()), ("SSL_CERT_DIR", folder.as_str())] {
        run_with(&box_, &[believed], &args).succeeds();
        fs::remove_dir_all(box_.root().join("cache")).unwrap();
    }
    assert_eq!(server.hits(), 2);
    let before = server.connections();
    let other = box_.file("roots/other.pem", Certificate::new("127.0.0.2", "491231").pem().as_bytes());
    let ended = run_with(&box_, &[("SSL_CERT_FILE", other.as_str())], &args);
    assert!(ended.code == 5 && ended.err.contains("certificate"), "{}", ended.err);
    let ended = run_with(&box_, &[], &args);
    assert!(ended.code == 5 && ended.err.contains("certificate") && ended.err.contains("tried once"), "{}", ended.err);
    assert_eq!((server.hits(), server.connections()), (2, before + 2), "nobody tries twice");
}

#[test]
fn a_certificate_of_another_host_or_time_is_refused_at_once() {
    let (box_, bytes) = scene();
    let mut code = Vec::new();
    for (host, until) in [("127.0.0.1", "210101"), ("127.0.0.2", "491231"), ("mirror.example", "491231")] {
        let certificate = Certificate::new(host, until);
        let pem = box_.file("root.pem", certificate.pem().as_bytes());
        let server = Server::start(Script { tls: Some(certificate.server()), ..Script::new(PATH, &bytes) });
        let args = ["verify", "3.14.99", "--mirror", &server.url(), "--attempts", "4"];
        let ended = run_with(&box_, &[("SSL_CERT_FILE", pem.as_str())], &args);
        assert!(ended.err.contains("certificate") && ended.err.contains("tried once"), "{}", ended.err);
        code.push((ended.code, server.hits(), server.connections()));
    }
    assert_eq!(code, [(5, 0, 1); 3]);
}

#[test]
fn a_server_that_does_not_speak_tls_is_not_asked_without_it() {
    let (box_, bytes) = scene();
    let server = Server::start(Script::new(PATH, &bytes));
    let url = server.url().replace("http://", "https://");
    box_.refuses(&["refresh", "3.14", "--mirror", &url, "--attempts", "1", "--timeout", "2"], 5, &["cannot download"]);
    assert!(server.hits() == 0 && server.connections() > 0);
}

#[test]
fn a_redirect_never_leads_away_from_https() {
    let (box_, bytes) = scene();
    let certificate = Certificate::new("127.0.0.1", "491231");
    let pem = box_.file("root.pem", certificate.pem().as_bytes());
    let away: Act = |it| {
        let host = it.header("host").unwrap().to_owned();
        it.status("302 Found", &format!("Location: http://{host}/{PATH}"))
    };
    let script = Script { archive: away, tls: Some(certificate.server()), ..Script::new(PATH, &bytes) };
    let server = Server::start(script);
    let args = ["verify", "3.14.99", "--mirror", &server.url()];
    let ended = run_with(&box_, &[("SSL_CERT_FILE", pem.as_str())], &args);
    assert!(ended.code == 5 && ended.err.contains("answered 302"), "{}", ended.err);
    assert_eq!(server.hits(), 1);
}

/// Where the servers of these tests lead to.
static ELSEWHERE: AtomicU16 = AtomicU16::new(0);

fn to_elsewhere(it: &mut Reply<'_>) -> std::io::Result<()> {
    it.status("302 Found", &format!("Location: https://127.0.0.1:{}/{PATH}", ELSEWHERE.load(Ordering::SeqCst)))
}

#[test]
fn a_file_with_a_digest_comes_from_another_host_too_and_a_password_does_not_go_there() {
    let (box_, bytes) = scene();
    let certificate = Certificate::new("127.0.0.1", "491231");
    let pem = box_.file("root.pem", certificate.pem().as_bytes());
    let store =
        |archive: Act| Server::start(Script { archive, tls: Some(certificate.server()), ..Script::new(PATH, &bytes) });
    let (far, near) = (store(half_then_the_rest), store(to_elsewhere));
    ELSEWHERE.store(far.port, Ordering::SeqCst);
    let url = near.url().replace("https://", "https://me:s3cret@");
    let args = ["verify", "3.14.99", "--mirror", &url, "-v"];
    let ended = run_with(&box_, &[("SSL_CERT_FILE", pem.as_str())], &args);
    assert!(ended.code == 0 && !ended.err.contains("s3cret"), "{}", ended.err);
    assert_eq!((near.hits(), far.hits()), (2, 2), "a part is asked for by the same way");
    let told =
        |server: &Server| server.asked().iter().filter(|it| it.to_lowercase().contains("authorization:")).count();
    assert!(told(&near) == near.asked().len() && told(&far) == 0, "{:?}", far.asked());
    assert!(!far.asked().join("\n").to_lowercase().contains("referer:"));
    let last = far.asked().pop().unwrap().to_lowercase();
    assert!(last.contains("range: bytes=") && last.contains("if-range:"), "{last}");

    // other bytes are no more believed for where they come from
    let wrong = store(|it| it.full("200 OK", "", b"other bytes"));
    ELSEWHERE.store(wrong.port, Ordering::SeqCst);
    let args = ["verify", "3.14.99", "--mirror", &url, "--cache-dir", "../other"];
    let ended = run_with(&box_, &[("SSL_CERT_FILE", pem.as_str())], &args);
    assert!(ended.code == 4 && ended.err.contains("has digest"), "{}", ended.err);

    // a refused password is not shown either
    let shut = store(|it| it.status("401 Who", "WWW-Authenticate: Basic"));
    let url = shut.url().replace("https://", "https://me:s3cret@");
    let args = ["refresh", "3.14", "--mirror", &url, "--cache-dir", "../third", "-v"];
    let ended = run_with(&box_, &[("SSL_CERT_FILE", pem.as_str())], &args);
    assert!(ended.code == 5 && ended.err.contains("answered 401") && !ended.err.contains("s3cret"), "{}", ended.err);
}

fn half_then_the_rest(it: &mut Reply<'_>) -> std::io::Result<()> {
    it.half_first(well)
}

/// A proxy over SOCKS 5 that leads everybody to this port; gives its port and what it was asked for.
fn socks(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap().port();
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let log = asked.clone();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let log = log.clone();
            thread::spawn(move || -> std::io::Result<()> {
                let mut methods = [0; 2];
                client.read_exact(&mut methods)?;
                let mut offered = vec![0; methods[1].into()];
                client.read_exact(&mut offered)?;
                // RFC 1929 where a password is offered
                let wants_password = offered.contains(&2);
                client.write_all(&[5, if wants_password { 2 } else { 0 }])?;
                let word = |client: &mut TcpStream| -> std::io::Result<String> {
                    let mut length = [0];
                    client.read_exact(&mut length)?;
                    let mut text = vec![0; length[0].into()];
                    client.read_exact(&mut text)?;
                    Ok(String::from_utf8_lossy(&text).into_owned())
                };
                let mut who = String::new();
                if wants_password {
                    client.read_exact(&mut [0])?;
                    who = format!("{}:{}@", word(&mut client)?, word(&mut client)?);
                    client.write_all(&[1, 0])?;
                }
                let mut head = [0; 4];
                client.read_exact(&mut head)?;
                let host = if head[3] == 3 { word(&mut client)? } else { "an address".to_owned() };
                client.read_exact(&mut [0; 2])?;
                log.lock().unwrap().push(format!("{who}{host}"));
                let mut server = TcpStream::connect(("127.0.0.1", port))?;
                client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
                let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
                thread::spawn(move || drop(std::io::copy(&mut from, &mut to)));
                std::io::copy(&mut server, &mut client)?;
                client.shutdown(std::net::Shutdown::Both)
            });
        }
    });
    (own, asked)
}

#[test]
fn a_proxy_over_socks_is_used_and_an_unknown_one_is_refused_at_once() {
    let (box_, bytes) = scene();
    let certificate = Certificate::new("mirror.example", "491231");
    let pem = box_.file("root.pem", certificate.pem().as_bytes());
    let server = Server::start(Script { tls: Some(certificate.server()), ..Script::new(PATH, &bytes) });
    let (port, asked) = socks(server.port);
    let run = |variable: &str, proxy: &str, more: &[(&str, &str)]| {
        let _ = fs::remove_dir_all(box_.root().join("cache"));
        let args = ["verify", "3.14.99", "--mirror", "https://mirror.example", "--attempts", "1", "--timeout", "5"];
        let all = [&[("SSL_CERT_FILE", pem.as_str()), (variable, proxy)], more].concat();
        run_with(&box_, &all, &args)
    };
    for (variable, proxy, expected) in [
        ("ALL_PROXY", format!("socks5h://127.0.0.1:{port}"), "mirror.example"),
        ("https_proxy", format!("socks5h://me:s%33cret@127.0.0.1:{port}"), "me:s3cret@mirror.example"),
    ] {
        run(variable, &proxy, &[]).succeeds();
        assert!(std::mem::take(&mut *asked.lock().unwrap()).iter().all(|it| it == expected), "{proxy}");
    }
    let before = server.connections();
    for (variable, proxy, words) in [
        ("HTTPS_PROXY", "ftp://me:s3cret@127.0.0.1:1", "proxies of the kind `ftp` are not known"),
        ("https_proxy", "socks://me:s3cret@127.0.0.1:1", "proxies of the kind `socks` are not known"),
        ("ALL_PROXY", "quic://127.0.0.1:1", "proxies of the kind `quic` are not known"),
        ("all_proxy", "http://me:s3 cret@127.0.0.1:1", "it is not an address"),
    ] {
        let ended = run(variable, proxy, &[]);
        let named = format!("cannot use the proxy that {variable} names: {words}");
        assert!(ended.code == 2 && ended.err.contains(&named), "{proxy}: {}", ended.err);
        assert!(ended.err.contains("hint: ") && !ended.err.contains("s3"), "{proxy}: {}", ended.err);
    }
    assert_eq!(server.connections(), before, "nobody was asked in another way");
    // what no proxy is used for needs none
    let near = Server::start(Script::new(PATH, &bytes));
    let args = ["verify", "3.14.99", "--mirror", &near.url(), "--cache-dir", "../near"];
    run_with(&box_, &[("ALL_PROXY", "ftp://127.0.0.1:1")], &args).succeeds();
    let silent = format!("socks5://me:s3cret@127.0.0.1:{}", nobody());
    let ended = run("ALL_PROXY", &silent, &[]);
    assert!(ended.code == 5 && !ended.err.contains("s3cret"), "{}", ended.err);
}

/// A port at which nobody listens.
fn nobody() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// A proxy that leads everybody to this port, and counts them.
fn proxy(port: u16) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let is_tunnel = line.starts_with("CONNECT mirror.example:443 ");
            while reader.read_line(&mut line).unwrap_or(0) > 2 {}
            if !is_tunnel {
                drop(client.write_all(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                continue;
            }
            let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            client.write_all(b"HTTP/1.1 200 Here you are\r\n\r\n").unwrap();
            let (mut to_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || drop(std::io::copy(&mut reader, &mut to_server)));
            thread::spawn(move || {
                drop(std::io::copy(&mut server, &mut to_client));
                drop(to_client.shutdown(std::net::Shutdown::Both));
            });
        }
    });
    (url, asked)
}

#[test]
fn a_proxy_is_asked_for_other_machines_alone() {
    let (box_, bytes) = scene();
    let certificate = Certificate::new("mirror.example", "491231");
    let pem = box_.file("root.pem", certificate.pem().as_bytes());
    let server = Server::start(Script { tls: Some(certificate.server()), ..Script::new(PATH, &bytes) });
    let (url, asked) = proxy(server.port);
    let roots = ("SSL_CERT_FILE", pem.as_str());
    let far = ["verify", "3.14.99", "--mirror", "https://mirror.example", "--attempts", "1"];
    run_with(&box_, &[roots, ("HTTPS_PROXY", &url)], &far).succeeds();
    assert!(asked.load(Ordering::SeqCst) > 0 && server.hits() == 1);

    let before = asked.load(Ordering::SeqCst);
    let plain = Server::start(Script::new(PATH, &bytes));
    let near = ["verify", "3.14.99", "--mirror", &plain.url(), "--cache-dir", "../other"];
    let all = [("HTTP_PROXY", url.as_str()), ("HTTPS_PROXY", &url), ("ALL_PROXY", &url), ("http_proxy", &url)];
    run_with(&box_, &all, &near).succeeds();
    assert_eq!((plain.hits(), asked.load(Ordering::SeqCst)), (1, before), "this machine is asked directly");

    let named = format!("https://mirror.localhost:{}", server.port);
    let excepted = ["verify", "3.14.99", "--mirror", &named, "--attempts", "1", "--cache-dir", "../third"];
    run_with(&box_, &[roots, ("HTTPS_PROXY", &url), ("NO_PROXY", "mirror.localhost")], &excepted);
    assert_eq!(asked.load(Ordering::SeqCst), before, "nor for what is excepted");
    run_with(&box_, &[roots, ("HTTPS_PROXY", &url)], &excepted);
    assert_eq!(asked.load(Ordering::SeqCst), before + 1);
}

#[test]
fn offline_asks_nobody() {
    let (box_, bytes) = scene();
    let server = Server::start(Script::new(PATH, &bytes));
    let url = server.url();
    let proxies = [("HTTPS_PROXY", url.as_str()), ("HTTP_PROXY", &url), ("ALL_PROXY", &url)];
    let feeds = ["api", "calendar", "cycle", "endoflife", "tags"].map(|it| format!("{it} = \"{url}/{it}\"\n")).concat();
    box_.write("molt-sync.toml", format!("[feeds]\n{feeds}"));
    for what in
        [&["refresh", "3.14"][..], &["refresh", "latest"], &["verify", "3.14.99"], &["audit-upstream"], &["watch"]]
    {
        for mirror in [url.as_str(), "https://mirror.example"] {
            let args = [what, &["--offline", "--mirror", mirror]].concat();
            assert_eq!(run_with(&box_, &proxies, &args).code, 2, "{args:?}");
        }
    }
    assert_eq!(run_with(&box_, &proxies, &["refresh", "3.14.99", "--offline"]).code, 2);
    let folder = box_.file("mirror/3.14.99/Python-3.14.99.tgz", &bytes).replace("/3.14.99/Python-3.14.99.tgz", "");
    let ended = run_with(&box_, &proxies, &["watch", "--offline", "--mirror", &folder]);
    assert!(ended.out.contains("this run is offline"), "{}\n{}", ended.out, ended.err);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_document_that_is_known_is_not_sent_again() {
    let script = Script {
        archive: |it| {
            let day = "Mon, 23 Nov 2026 10:00:00 GMT";
            let is_known = it.header("if-none-match") == Some("W/\"7\"") && it.header("if-modified-since") == Some(day);
            if is_known {
                return it.head("304 Not Modified", "");
            }
            it.full("200 OK", &format!("ETag: W/\"7\"\nLast-Modified: {day}"), b"feed")
        },
        ..Script::new("a/feed", &Arc::default())
    };
    let server = Server::start(script);
    let client = client();
    let url = format!("{}/a/feed", server.url());
    let HttpDocument::Fresh { bytes, validator } = client.document(&url, 99, None).unwrap() else {
        panic!("it is new")
    };
    assert_eq!(bytes, b"feed");
    assert_eq!(client.document(&url, 99, Some(&validator)).unwrap(), HttpDocument::NotModified);
    let older = Validator { etag: Some("\"6\"".into()), ..validator.clone() };
    assert_eq!(client.document(&url, 99, Some(&older)).unwrap(), HttpDocument::Fresh { bytes, validator });
    assert!(matches!(client.document(&url, 3, None), Err(FetchError::TooLarge { limit: 3, .. })));
    assert_eq!(client.document(&format!("{}/b", server.url()), 99, None).unwrap(), HttpDocument::Absent);
    assert_eq!((client.requests(), server.hits()), (5, 4));
}

#[test]
fn whether_something_exists_is_asked_without_its_content() {
    let heads: Act = |it| it.head("200 OK", "Content-Length: 99");
    let refused: Act = |it| match (it.asked.starts_with("HEAD"), it.header("range")) {
        (false, Some("bytes=0-0")) => it.full("206 Partial Content", "Content-Range: bytes 0-0/99", b"x"),
        _ => it.status("405 No", ""),
    };
    let empty: Act = |it| if it.asked.starts_with("HEAD") { it.status("501 No", "") } else { it.status("416 No", "") };
    let gone: Act = |it| it.status("410 Gone", "");
    let busy: Act = |it| if it.hit == 1 { it.status("503 Busy", "Retry-After: 0") } else { it.status("404 No", "") };
    for (archive, exists, requests) in
        [(heads, true, 1), (refused, true, 2), (empty, true, 2), (gone, false, 1), (busy, false, 2)]
    {
        let server = Server::start(Script { archive, ..Script::new("a/b", &Arc::default()) });
        let client = client();
        assert_eq!(client.exists(&format!("{}/a/b", server.url())).unwrap(), exists);
        assert_eq!(client.requests(), requests);
    }
    let archive: Act = |it| it.status("429 Stop", "Retry-After: 7200");
    let server = Server::start(Script { archive, ..Script::new("a/b", &Arc::default()) });
    let throttled = client().exists(&format!("{}/a/b", server.url()));
    assert!(matches!(throttled, Err(FetchError::Throttled { wait, .. }) if wait.as_secs() == 7200));
    let archive: Act = |it| it.status("403 No", "");
    let server = Server::start(Script { archive, ..Script::new("a/b", &Arc::default()) });
    assert!(matches!(client().exists(&format!("{}/a/b", server.url())), Err(FetchError::Status { .. })));
}

#[test]
fn a_length_is_asked_without_the_content() {
    let heads: Act = |it| it.head("200 OK", "Content-Length: 99");
    let refused: Act = |it| {
        let is_head = it.asked.starts_with("HEAD");
        if is_head { it.status("405 No", "") } else { it.full("206 Part", "Content-Range: bytes 0-0/99", b"x") }
    };
    let forbidden: Act = |it| it.status("403 No", "");
    let gone: Act = |it| it.status("404 No", "");
    let untold: Act = |it| it.head("200 OK", "");
    for (archive, length) in [(heads, Some(99)), (refused, Some(99)), (forbidden, None), (gone, None), (untold, None)] {
        let server = Server::start(Script { archive, ..Script::new("a/b", &Arc::default()) });
        let mirror = Mirror::Url(client(), server.url());
        assert_eq!(mirror.size("a/b").unwrap(), length);
    }
}

#[test]
fn a_feed_is_asked_for_twice_at_most_and_says_when_it_may_be_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::new(dir.path());
    let ask = |archive: Act| {
        let server = Server::start(Script { archive, ..Script::new("a/feed", &Arc::new(b"feed".to_vec())) });
        let answer = feed(&client(), &cache, &format!("{}/a/feed", server.url()), 99);
        let text = match answer {
            FeedAnswer::Found(bytes) => String::from_utf8(bytes).unwrap(),
            FeedAnswer::Absent => "absent".into(),
            FeedAnswer::Throttled(seconds) => format!("in {seconds} s"),
            FeedAnswer::Silent(why) => why,
        };
        (text, server.hits())
    };
    let body: Act = |it| it.full("429 Stop", "", b"Expected available in 42578 seconds.");
    assert_eq!(ask(body), ("in 42578 s".into(), 1));
    assert_eq!(ask(|it| it.status("429 Stop", "")), ("in 3600 s".into(), 1), "nothing is said of the time");
    assert_eq!(ask(|it| it.status("503 Busy", "Retry-After: 30")), ("in 30 s".into(), 1));
    let once: Act = |it| if it.hit == 1 { it.status("503 Busy", "Retry-After: 0") } else { well(it) };
    assert_eq!(ask(once), ("feed".into(), 2));
    let (why, hits) = ask(|it| it.status("500 Oops", "Retry-After: 0"));
    assert!(why.contains("answered 500") && hits == 2, "{why}");
    let (why, hits) = ask(|it| it.full("200 OK", "Content-Encoding: br", b"x"));
    assert!(why.contains("came encoded as `br`") && hits == 1, "{why}");
    assert_eq!(ask(|it| it.status("404 No", "")), ("absent".into(), 1));
}

#[test]
fn a_feed_that_is_known_comes_from_the_cache() {
    let known: Act = |it| match it.header("if-none-match") {
        None => it.full("200 OK", "ETag: \"7\"", b"feed"),
        Some(tag) => it.head(if tag == "\"7\"" { "304 Not Modified" } else { "400 No" }, ""),
    };
    let server = Server::start(Script { archive: known, ..Script::new("a/feed", &Arc::default()) });
    let (client, dir) = (client(), tempfile::tempdir().unwrap());
    for _ in 0..2 {
        let answer = feed(&client, &Cache::new(dir.path()), &format!("{}/a/feed", server.url()), 99);
        assert!(matches!(&answer, FeedAnswer::Found(bytes) if bytes == b"feed"), "{answer:?}");
    }
    assert_eq!(server.hits(), 2);
}

#[test]
fn a_mirror_is_asked_whether_it_has_a_file() {
    let limited: Act = |it| it.status("429 Stop", "Retry-After: 7200");
    let answers: [(Act, &str); 4] = [
        (|it| it.head("200 OK", "Content-Length: 99"), "Found([])"),
        (|it| it.status("404 No", ""), "Absent"),
        // stores of files answer so for what they do not have
        (|it| it.status("403 No", ""), "Absent"),
        (limited, "Throttled(7200)"),
    ];
    for (archive, answer) in answers {
        let server = Server::start(Script { archive, ..Script::new("a/b", &Arc::default()) });
        assert_eq!(format!("{:?}", Mirror::Url(client(), server.url()).has("a/b")), answer);
    }
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
    let server = Server::start(Script {
        others: Some(|it| it.status("404 Not Found", "")),
        ..Script::new("3.14.98/Python-3.14.98.tgz", &Arc::new(bytes))
    });
    box_.sync(&["refresh", "3.14", "--mirror", &server.url()]).succeeds().says("CPython 3.14.98");
    box_.refuses(&["refresh", "3.14.99", "--mirror", &server.url()], 2, &["has no source archive of CPython 3.14.99"]);
    box_.refuses(&["refresh", "3.14.99", "--offline"], 2, &["no release of 3.14.99 is in the cache"]);
}

#[test]
fn a_pre_release_that_is_known_promises_no_final_one() {
    let bytes = Release::based_on("3.14", "3.15.0rc1").tgz();
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.15.0rc1", "Python-3.15.0rc1.tgz", &bytes);
    let server = Server::start(Script {
        others: Some(|it| it.status("404 Not Found", "")),
        ..Script::new("3.15.0/Python-3.15.0rc1.tgz", &Arc::new(bytes))
    });
    box_.refuses(&["refresh", "3.15", "--mirror", &server.url()], 2, &["has no release of 3.15"]);
    box_.sync(&["refresh", "3.15", "--mirror", &server.url(), "--pre", "--dry-run"]).succeeds();
    assert_eq!(server.hits(), 1);
    box_.refuses(&["refresh", "3.15", "--offline"], 2, &["no release of 3.15 is in the cache"]);
    box_.sync(&["refresh", "3.15", "--offline", "--pre", "--dry-run"]).succeeds();
}

#[test]
fn nobody_listens() {
    let box_ = Sandbox::with_series("3.14");
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    box_.refuses(
        &["refresh", "3.14", "--mirror", &url, "--attempts", "1", "--timeout", "1"],
        5,
        &["cannot download", "refused the connection"],
    );
    box_.refuses(&["refresh", "3.14", "--mirror", &url, "--offline"], 2, &["this run is offline"]);
}
