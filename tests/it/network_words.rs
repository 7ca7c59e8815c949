//! What is said of a network that fails: one sentence, and what gets further.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
};

use crate::support::{
    Release, Sandbox,
    run::Ended,
    server::{Act, Script, Server, wait},
    tls::Certificate,
};

const PATH: &str = "3.14.99/Python-3.14.99.tgz";

/// The program with these variables in its environment, against `mirror`.
fn verify(box_: &Sandbox, variables: &[(&str, &str)], mirror: &str) -> Ended {
    let args = ["verify", "3.14.99", "--mirror", mirror, "--attempts", "1", "--timeout", "1"];
    let mut command = box_.command(&box_.ws(""), &args);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Ends with 5, these words and this hint, and without a word of a library.
#[track_caller]
fn says(what: &str, ended: &Ended, words: &str, hint: &str) {
    assert_eq!(ended.code, 5, "{what}: {}", ended.err);
    assert!(ended.err.contains(words), "{what}: `{words}` is not in: {}", ended.err);
    let said = ended.err.split("\nhint: ").nth(1).unwrap_or_default();
    assert!(said.contains(hint), "{what}: `{hint}` is not in: {said}");
    for word in ["error sending request", "client error", "os error", "tcp connect", "dns error", "tunnel", "peer cert"]
    {
        assert!(!ended.err.contains(word), "{what}: `{word}` is in: {}", ended.err);
    }
}

fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn without_a_network_the_built_in_record_is_named_where_it_is_newer() {
    let box_ = Sandbox::with_series("3.13");
    let mirror = format!("http://127.0.0.1:{}", nobody());
    for (request, is_named) in [("3.14", true), ("3.14.2", false), ("3.13", false), ("latest", false)] {
        for more in [&["--dry-run"][..], &[]] {
            let ended = box_.sync(&[&["refresh", request, "--mirror", &mirror, "--attempts", "1"][..], more].concat());
            let is_told = ended.err.contains("without a network, --source bundled takes the built-in record of 3.14.");
            assert_eq!((ended.code, is_told), (5, is_named), "{request} {more:?}: {}", ended.err);
        }
    }
}

#[test]
fn each_cause_has_one_sentence_and_its_hint() {
    let box_ = Sandbox::with_series("3.14");
    let bytes = Arc::new(Release::based_on("3.14", "3.14.99").tgz());
    let start = |others: Act, tls: Option<Arc<rustls::ServerConfig>>| {
        Server::start(Script { archive: others, others: Some(others), tls, ..Script::new(PATH, &bytes) })
    };
    let port = nobody();
    let refused = format!("127.0.0.1:{port} refused the connection (tried once)");
    for scheme in ["http", "https"] {
        says(scheme, &verify(&box_, &[], &format!("{scheme}://127.0.0.1:{port}")), &refused, "the host and the port");
    }
    let name = verify(&box_, &[], "https://nobody.invalid/python");
    let words = "the name of the host `nobody.invalid` could not be resolved";
    says("a name", &name, words, "HTTPS_PROXY names it; --mirror names another mirror");
    let silent = start(wait, None);
    says("silence", &verify(&box_, &[], &silent.url()), "the server did not answer in time", "--timeout SECONDS");
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", plain.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
            drop(stream.read_to_end(&mut Vec::new()));
        }
    });
    says("no TLS", &verify(&box_, &[], &url), "does not speak TLS", "check the port of the address");
    let cut = start(|it| it.head("200 OK", "Content-Length: 99"), None);
    says("cut off", &verify(&box_, &[], &cut.url()), "closed the connection before", "check the network");
    let busy = start(|it| it.status("503 Busy", ""), None);
    says("busy", &verify(&box_, &[], &busy.url()), "answered 503", "the trouble is the server's");
    let often = start(|it| it.status("429 Too Many Requests", ""), None);
    says("too often", &verify(&box_, &[], &often.url()), "answered 429", "asked too often");
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_with_what_is_wrong_with_it() {
    let box_ = Sandbox::with_series("3.14");
    let bytes = Arc::new(Vec::new());
    for (host, until, is_known, words) in [
        ("127.0.0.1", "491231", false, "this system does not know who issued it"),
        ("127.0.0.1", "210101", true, "it has expired"),
        ("mirror.example", "491231", true, "it is for another host"),
    ] {
        let certificate = Certificate::new(host, until);
        let other = Certificate::new("127.0.0.2", "491231");
        let pem = box_.file("root.pem", if is_known { certificate.pem() } else { other.pem() }.as_bytes());
        let server = Server::start(Script { tls: Some(certificate.server()), ..Script::new(PATH, &bytes) });
        let ended = verify(&box_, &[("SSL_CERT_FILE", &pem)], &server.url());
        says(words, &ended, &format!("is not trusted: {words}"), "SSL_CERT_FILE names its root");
    }
}

#[test]
fn a_proxy_that_fails_is_not_taken_for_the_mirror() {
    let box_ = Sandbox::with_series("3.14");
    let bytes = Arc::new(Vec::new());
    let (port, mirror) = (nobody(), "https://mirror.example/python");
    let no = Server::start(Script { others: Some(|it| it.status("403 Forbidden", "")), ..Script::new(PATH, &bytes) });
    let login = "407 Proxy Authentication Required";
    let asks = Server::start(Script { others: Some(|it| it.status("407 Who", "")), ..Script::new(PATH, &bytes) });
    for (variable, proxy, words) in [
        ("HTTPS_PROXY", format!("http://127.0.0.1:{port}"), "it refused the connection"),
        ("https_proxy", "http://nobody.invalid:3128".into(), "its name could not be resolved"),
        ("ALL_PROXY", format!("socks5h://127.0.0.1:{port}"), "it "),
        ("HTTPS_PROXY", no.url(), "it refused to lead there"),
        ("HTTPS_PROXY", asks.url(), "it wants a name and a password"),
    ] {
        let ended = verify(&box_, &[(variable, &proxy)], mirror);
        let words = format!("the proxy that {variable} names did not lead to mirror.example: {words}");
        says(login, &ended, &words, "check the address of the proxy");
    }
}
