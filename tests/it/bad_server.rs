//! A server that misbehaves in every way that is listed here: the program ends with the right code and the right words,
//! the workspace stays as it is, and neither the cache nor what is left of the download gives wrong bytes afterwards.

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use molt_sync::{
    base::Sha256,
    host::{Cache, Client, NetworkOptions, Terminal, Verbosity},
};

use crate::support::{
    Release, Sandbox,
    release::gzip,
    server::{Act, Reply, Script, Server, wait, well},
};

/// How a run has to end.
#[derive(Debug, Clone, Copy)]
enum Ends {
    /// With the right bytes, after so many requests for the archive.
    Well(usize),
    /// With an exit code and words, after so many.
    Badly(i32, &'static str, usize),
}
use Ends::{Badly, Well};

struct Row {
    name: &'static str,
    ends: Ends,
    archive: Act,
    others: Option<Act>,
}

const fn archive(name: &'static str, ends: Ends, archive: Act) -> Row {
    Row { name, ends, archive, others: None }
}

const fn listing(name: &'static str, ends: Ends, others: Act) -> Row {
    Row { name, ends, archive: well, others: Some(others) }
}

const PATH: &str = "3.14.99/Python-3.14.99.tgz";

const DIGEST: &str = "and should have";

/// Answers that another try, or another part, makes good.
const PASSING: &[Row] = &[
    archive("nothing", Well(1), well),
    archive("a third at a time", Well(3), |it| it.part(it.bytes.len().min(it.from() + it.bytes.len() / 3 + 1))),
    archive("no answer, once", Well(2), |it| if it.hit == 1 { Ok(()) } else { well(it) }),
    archive("silence in the body, once", Well(2), |it| {
        it.half_first(well)?;
        if it.hit == 1 { wait(it) } else { Ok(()) }
    }),
    archive("silence before the answer, once", Well(2), |it| if it.hit == 1 { wait(it) } else { well(it) }),
    archive("408, once", Well(2), |it| if it.hit == 1 { it.status("408 Slow", "") } else { well(it) }),
    archive("425, once", Well(2), |it| if it.hit == 1 { it.status("425 Too Early", "") } else { well(it) }),
    archive("502, once", Well(2), |it| {
        if it.hit == 1 { it.full("502 Bad Gateway", "Retry-After: 0", b"<html>") } else { well(it) }
    }),
    archive("504, once", Well(2), |it| {
        if it.hit == 1 { it.status("504 Gateway Timeout", "Retry-After: 0") } else { well(it) }
    }),
    archive("429 without a time, once", Well(2), |it| if it.hit == 1 { it.status("429 Stop", "") } else { well(it) }),
    archive("429 with no time to wait, once", Well(2), |it| {
        if it.hit == 1 { it.status("429 Stop", "Retry-After: 0") } else { well(it) }
    }),
    archive("429 until a time that has passed, once", Well(2), |it| {
        let passed = "Retry-After: Mon, 06 Jan 2020 10:00:00 GMT";
        if it.hit == 1 { it.status("429 Stop", passed) } else { well(it) }
    }),
    archive("503 with a time that is none, once", Well(2), |it| {
        if it.hit == 1 { it.status("503 Busy", "Retry-After: soon") } else { well(it) }
    }),
    archive("503 between two parts", Well(3), |it| match it.hit {
        2 => it.status("503 Busy", "Retry-After: 0"),
        3 if it.from() == 0 => it.status("403 The half was thrown away", ""),
        _ => it.half_first(well),
    }),
    archive("no ranges", Well(2), |it| it.half_first(|it| it.full("200 OK", "ETag: \"v1\"", it.bytes))),
    archive("the part from the start", Well(3), |it| {
        it.half_first(|it| it.part_with(|from, total| format!("Content-Range: bytes 0-{}/{total}", total - from - 1)))
    }),
    archive("the part one byte further", Well(3), |it| {
        it.half_first(|it| {
            it.part_with(|from, total| format!("Content-Range: bytes {}-{total}/{}", from + 1, total + 1))
        })
    }),
    archive("a part of something longer", Well(3), |it| {
        it.half_first(|it| {
            it.part_with(|from, total| format!("Content-Range: bytes {from}-{}/{}", total - 1, total + 1))
        })
    }),
    archive("a part of unknown length", Well(3), |it| {
        it.half_first(|it| it.part_with(|from, total| format!("Content-Range: bytes {from}-{}/*", total - 1)))
    }),
    archive("a part that does not say which", Well(3), |it| it.half_first(|it| it.part_with(|_, _| String::new()))),
    archive("a part with another tag", Well(3), |it| {
        it.half_first(|it| {
            it.part_with(|from, total| format!("ETag: \"v2\"\nContent-Range: bytes {from}-{}/{total}", total - 1))
        })
    }),
    archive("a part of another file with the same tag", Well(3), |it| {
        it.half_first(|it| {
            let (from, total) = (it.from(), it.bytes.len());
            if from == 0 {
                return well(it);
            }
            let other: Vec<u8> = it.bytes[from..].iter().map(|byte| !byte).collect();
            let headers = format!("ETag: \"v1\"\nContent-Range: bytes {from}-{}/{total}", total - 1);
            it.full("206 Partial Content", &headers, &other)
        })
    }),
    archive("a part that nobody asked for, once", Well(2), |it| {
        let total = it.bytes.len();
        let range = format!("Content-Range: bytes 9-{}/{total}", total - 1);
        if it.hit == 1 { it.full("206 Partial Content", &range, &it.bytes[9..]) } else { well(it) }
    }),
    archive("416 for the rest, once", Well(3), |it| {
        it.half_first(|it| if it.from() > 0 { it.status("416 No", "") } else { well(it) })
    }),
    archive("half, with a weak tag", Well(2), |it| unresumable(it, "ETag: W/\"v1\"")),
    archive("half, without a tag", Well(2), |it| unresumable(it, "")),
    archive("half, without a length", Well(2), |it| {
        let until = if it.hit == 1 { it.bytes.len() / 2 } else { it.bytes.len() };
        it.head("200 OK", "")?;
        it.raw(&it.bytes[..until])
    }),
    archive("all of it, without a length", Well(1), |it| {
        it.head("200 OK", "")?;
        it.raw(it.bytes)
    }),
    archive("all of it, as a web page", Well(1), |it| it.full("200 OK", "Content-Type: text/html", it.bytes)),
    archive("chunks that are cut off, once", Well(2), |it| {
        it.head("200 OK", "Transfer-Encoding: chunked")?;
        it.raw(format!("{:x}\r\n", it.bytes.len()).as_bytes())?;
        if it.hit == 1 {
            return it.raw(&it.bytes[..99]);
        }
        it.raw(it.bytes)?;
        it.raw(b"\r\n0\r\n\r\n")
    }),
    archive("more than it said", Well(1), |it| {
        well(it)?;
        it.raw(b"and something else")
    }),
    archive("hints before the answer", Well(1), |it| {
        it.raw(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")?;
        well(it)
    }),
    archive("a file that is called gzip", Well(1), |it| it.full("200 OK", "Content-Encoding: gzip", it.bytes)),
    archive("a file that is called x-gzip", Well(1), |it| it.full("200 OK", "Content-Encoding: x-gzip", it.bytes)),
    archive("a file that is called both", Well(1), |it| it.full("200 OK", "Content-Encoding: x-gzip, gzip", it.bytes)),
    archive("a file that is called itself", Well(1), |it| it.full("200 OK", "Content-Encoding: identity", it.bytes)),
    archive("gzip around it", Well(1), |it| it.full("200 OK", "Content-Encoding: gzip", &gzip(it.bytes))),
    archive("gzip around it, in two parts", Well(2), |it| {
        let body = gzip(it.bytes);
        let headers = "ETag: \"g\"\nContent-Encoding: gzip";
        match it.from() {
            0 => {
                it.head("200 OK", &format!("{headers}\nContent-Length: {}", body.len()))?;
                it.raw(&body[..body.len() / 2])
            }
            from => {
                let range = format!("{headers}\nContent-Range: bytes {from}-{}/{}", body.len() - 1, body.len());
                it.full("206 Partial Content", &range, &body[from..])
            }
        }
    }),
    listing("a listing in gzip", Well(1), |it| {
        let page = format!(
            "<a href=\"{}\">x</a>",
            if it.asked.contains("/3.14.99") { "Python-3.14.99.tgz" } else { "3.14.99/" }
        );
        if it.is_beside() {
            return it.status("404 Not Found", "");
        }
        it.full("200 OK", "Content-Encoding: gzip", &gzip(page.as_bytes()))
    }),
    listing("a listing that is called gzip", Well(1), |it| {
        let page = format!(
            "<a href=\"{}\">x</a>",
            if it.asked.contains("/3.14.99") { "Python-3.14.99.tgz" } else { "3.14.99/" }
        );
        if it.is_beside() {
            return it.status("404 Not Found", "");
        }
        it.full("200 OK", "Content-Encoding: x-gzip", page.as_bytes())
    }),
    archive("three redirects", Well(4), |it| {
        let to = format!("Location: /{PATH}?{}", it.hit);
        if it.hit <= 3 { it.status("302 Found", &to) } else { well(it) }
    }),
    listing("a listing that is none", Well(1), |it| {
        if it.is_beside() { it.status("404 Not Found", "") } else { it.full("200 OK", "", &[0xff, 0, b'<', 0xfe]) }
    }),
    listing("no listing", Well(1), |it| it.status("404 Not Found", "")),
];

/// Answers that stay a no.
const LASTING: &[Row] = &[
    archive("404", Badly(2, "has no source archive of CPython 3.14.99", 1), |it| it.status("404 Not Found", "")),
    archive("410", Badly(2, "has no source archive of CPython 3.14.99", 1), |it| it.status("410 Gone", "")),
    archive("204", Badly(5, "answered 204", 1), |it| it.head("204 No Content", "")),
    archive("304 that nobody asked for", Badly(5, "answered 304", 1), |it| it.head("304 Not Modified", "")),
    archive("300", Badly(5, "answered 300", 1), |it| it.status("300 Multiple Choices", "")),
    archive("400", Badly(5, "answered 400", 1), |it| it.status("400 Bad Request", "")),
    archive("401", Badly(5, "answered 401", 1), |it| it.status("401 Who", "WWW-Authenticate: Basic")),
    archive("403", Badly(5, "answered 403", 1), |it| it.status("403 Forbidden", "")),
    archive("407", Badly(5, "answered 407", 1), |it| it.status("407 Who, Says a Proxy", "")),
    archive("418", Badly(5, "answered 418", 1), |it| it.status("418 Teapot", "")),
    archive("451", Badly(5, "answered 451", 1), |it| it.status("451 Unavailable For Legal Reasons", "")),
    archive("500", Badly(5, "answered 500", 2), |it| it.status("500 Oops", "Retry-After: 0")),
    archive("502", Badly(5, "answered 502", 2), |it| it.full("502 Bad Gateway", "", b"<html>")),
    archive("429", Badly(5, "answered 429", 2), |it| it.status("429 Stop", "Retry-After: 0")),
    archive("429 for an hour", Badly(5, "wants no request for another 3600 seconds", 1), |it| {
        it.status("429 Stop", "Retry-After: 3600")
    }),
    archive("429 until a day far away", Badly(5, "wants no request for another", 1), |it| {
        it.status("429 Stop", "Retry-After: Sun, 06 Jan 2999 10:00:00 GMT")
    }),
    archive("429 with the time in the body", Badly(5, "for another 42578 seconds", 1), |it| {
        let body = br#"{"detail":"Request was throttled. Expected available in 42578 seconds."}"#;
        it.full("429 Too Many Requests", "Content-Type: application/json", body)
    }),
    archive("503 for a day", Badly(5, "for another 86400 seconds", 1), |it| {
        it.status("503 Maintenance", "Retry-After: 86400")
    }),
    archive("a part that nobody asked for", Badly(5, "another part than was asked for", 2), |it| {
        let headers = format!("Content-Range: bytes 0-{}/{}", it.bytes.len() - 1, it.bytes.len());
        it.full("206 Partial Content", &headers, it.bytes)
    }),
    archive("416 for the rest", Badly(5, "answered 416", 4), |it| {
        if it.from() > 0 { it.status("416 No", "") } else { it.part(it.bytes.len() / 2) }
    }),
    archive("a redirect to another host without https", Badly(5, "is not followed: that is not https", 1), |it| {
        it.status("302 Found", "Location: http://cdn.example/elsewhere")
    }),
    archive("a redirect to the same file without https", Badly(5, "http://127.0.0.2.example/", 1), |it| {
        it.status("308 Moved", "Location: //127.0.0.2.example/")
    }),
    archive("a redirect to nobody", Badly(5, "cannot download", 2), |it| {
        it.status("307 Elsewhere", "Location: http://127.0.0.1:1/elsewhere")
    }),
    archive("a redirect with a password", Badly(5, "leads to http://cdn.example/x, and", 1), |it| {
        it.status("302 Found", "Location: http://me:secret@cdn.example/x")
    }),
    archive("a redirect to a script", Badly(5, "that is not an address of http or https", 1), |it| {
        it.status("302 Found", "Location: javascript:alert(1)")
    }),
    archive("a redirect to a file", Badly(5, "that is not an address of http or https", 1), |it| {
        it.status("301 Moved", "Location: file:///etc/passwd")
    }),
    archive("a redirect to nowhere", Badly(5, "answered 302", 1), |it| it.status("302 Found", "")),
    archive("redirects without an end", Badly(5, "it is the fourth redirect in a row", 4), |it| {
        it.status("302 Found", &format!("Location: /{PATH}"))
    }),
    Row {
        name: "404, whatever is asked for",
        ends: Badly(2, "has no release of 3.14", 1),
        archive: |it| it.status("404 Not Found", ""),
        others: Some(|it| it.status("404 Not Found", "")),
    },
    Row {
        name: "a redirect to a page to log in, whatever is asked for",
        ends: Badly(5, "answered 302", 0),
        archive: |it| it.status("302 Found", "Location: http://portal.example/"),
        others: Some(|it| it.status("302 Found", "Location: http://portal.example/")),
    },
    listing("a listing elsewhere", Badly(5, "another host, and nothing vouches", 0), |it| {
        it.status("302 Found", "Location: http://localhost:1/")
    }),
    listing("a listing elsewhere over https", Badly(5, "another host, and nothing vouches", 0), |it| {
        it.status("302 Found", "Location: https://cdn.example/")
    }),
    listing("500 for the listing", Badly(5, "answered 500", 0), |it| it.status("500 Oops", "")),
];

/// Answers that say yes and do not bring it.
const BROKEN: &[Row] = &[
    archive("no answer", Badly(5, "cannot download", 2), |_| Ok(())),
    archive("silence before the answer", Badly(5, "the server did not answer in time", 2), wait),
    archive("silence in the body", Badly(5, "the server stopped sending", 2), |it| {
        it.head("200 OK", "Content-Length: 100")?;
        wait(it)
    }),
    archive("a byte a tenth of a second", Badly(5, "it took too long in all", 1), |it| {
        it.head("200 OK", &format!("Content-Length: {}", it.bytes.len()))?;
        it.drip()
    }),
    archive("half, without a tag, each time", Badly(5, "cannot download", 3), |it| {
        it.head("200 OK", &format!("Content-Length: {}", it.bytes.len()))?;
        it.raw(&it.bytes[..it.bytes.len() / 2])
    }),
    archive("half, without a length, each time", Badly(4, DIGEST, 2), |it| {
        it.head("200 OK", "")?;
        it.raw(&it.bytes[..it.bytes.len() / 2])
    }),
    archive("too large a length", Badly(5, "cannot download", 3), |it| {
        it.head("200 OK", &format!("Content-Length: {}", it.bytes.len() + 10))?;
        it.raw(it.bytes)
    }),
    archive("too small a length", Badly(4, DIGEST, 1), |it| it.full("200 OK", "", &it.bytes[..it.bytes.len() - 10])),
    archive("a length below zero", Badly(5, "cannot download", 2), |it| {
        it.head("200 OK", "Content-Length: -5")?;
        it.raw(it.bytes)
    }),
    archive("a length that is no number", Badly(5, "cannot download", 2), |it| {
        it.head("200 OK", "Content-Length: banana")?;
        it.raw(it.bytes)
    }),
    archive("two lengths", Badly(5, "cannot download", 2), |it| {
        it.head("200 OK", "Content-Length: 5\nContent-Length: 6")?;
        it.raw(it.bytes)
    }),
    archive("nothing, with success", Badly(4, DIGEST, 1), |it| it.status("200 OK", "")),
    archive("another byte in the middle", Badly(4, DIGEST, 1), |it| {
        let mut other = it.bytes.to_vec();
        other[it.bytes.len() / 2] ^= 1;
        it.full("200 OK", "ETag: \"v1\"", &other)
    }),
    archive("a hundred gigabytes, it says", Badly(4, "is larger than 100663296 bytes", 1), |it| {
        it.head("200 OK", "ETag: \"v1\"\nContent-Length: 100000000000")
    }),
    archive("chunks without an end", Badly(4, "is larger than 100663296 bytes", 1), |it| {
        it.head("200 OK", "ETag: \"v1\"\nTransfer-Encoding: chunked")?;
        let chunk = [&b"100000\r\n"[..], &[b'x'; 0x10_0000], b"\r\n"].concat();
        loop {
            it.raw(&chunk)?;
        }
    }),
    archive("a chunk of no size", Badly(5, "cannot download", 2), |it| {
        it.head("200 OK", "Transfer-Encoding: chunked")?;
        it.raw(b"many\r\nbytes\r\n")
    }),
    archive("brotli around it", Badly(5, "came encoded as `br`", 1), |it| {
        it.full("200 OK", "Content-Encoding: br", it.bytes)
    }),
    archive("zstd around it", Badly(5, "came encoded as `zstd`", 1), |it| {
        it.full("200 OK", "Content-Encoding: zstd", it.bytes)
    }),
    archive("gzip and brotli around it", Badly(5, "came encoded as `gzip, br`", 1), |it| {
        it.full("200 OK", "Content-Encoding: gzip\nContent-Encoding: br", it.bytes)
    }),
    archive("gzip around it twice", Badly(4, DIGEST, 1), |it| {
        let body = gzip(&gzip(it.bytes));
        it.full("200 OK", "Content-Encoding: gzip, gzip", &body)
    }),
    archive("gzip around something else", Badly(4, DIGEST, 1), |it| {
        it.full("200 OK", "Content-Encoding: gzip", &gzip(&it.bytes[1..]))
    }),
    archive("headers without an end", Badly(5, "cannot download", 2), |it| {
        it.raw(b"HTTP/1.1 200 OK\r\n")?;
        (0..100_000).try_for_each(|at| it.raw(format!("X-{at}: {}\r\n", "x".repeat(100)).as_bytes()))
    }),
    archive("something that is not HTTP", Badly(5, "cannot download", 2), |it| it.raw(b"\x16\x03\x01 hello\r\n\r\n")),
    Row {
        name: "a page to log in, whatever is asked for",
        ends: Badly(4, "answered with a web page instead of the file", 1),
        archive: log_in,
        others: Some(log_in),
    },
    listing("a listing without an end", Badly(4, "is larger than 8388608 bytes", 0), |it| {
        it.head("200 OK", "")?;
        loop {
            it.raw(&[b'x'; 0x10_0000])?;
        }
    }),
    listing("silence instead of a listing", Badly(5, "the server did not answer in time", 0), wait),
    listing("a listing in brotli", Badly(5, "came encoded as `br`", 0), |it| {
        it.full("200 OK", "Content-Encoding: br", b"x")
    }),
    listing(
        "a listing in gzip that is cut off",
        Badly(5, "in gzip that is damaged or holds more than 8388608", 0),
        |it| {
            let body = gzip(b"<a href=\"3.14.99/\">x</a>");
            it.full("200 OK", "Content-Encoding: gzip", &body[..body.len() - 9])
        },
    ),
    listing(
        "a listing in far too much gzip",
        Badly(5, "in gzip that is damaged or holds more than 8388608", 0),
        |it| it.full("200 OK", "Content-Encoding: gzip", &gzip(&vec![b'x'; (8 << 20) + 1])),
    ),
];

/// The first half, and then everything to whoever does not ask for a part.
fn unresumable(it: &mut Reply<'_>, headers: &str) -> std::io::Result<()> {
    if it.header("range").is_some() {
        return it.status("403 Nothing promises that it is the same file", "");
    }
    let until = if it.hit == 1 { it.bytes.len() / 2 } else { it.bytes.len() };
    it.head("200 OK", &format!("Content-Length: {}\n{headers}", it.bytes.len()))?;
    it.raw(&it.bytes[..until])
}

fn log_in(it: &mut Reply<'_>) -> std::io::Result<()> {
    it.full("200 OK", "Content-Type: text/html; charset=utf-8", b"<html><a href=\"/login\">Log in</a>")
}

/// One row: everything that it must leave behind is looked at.
fn hold(box_: &Sandbox, bytes: &Arc<Vec<u8>>, row: &Row) -> Result<(), String> {
    let server = Server::start(Script { archive: row.archive, others: row.others, ..Script::new(PATH, bytes) });
    let cache = tempfile::tempdir().unwrap();
    let url = server.url();
    // the archive alone is cheaper than all that is done with it, and needs no listing
    let what: &[&str] = if row.others.is_some() { &["refresh", "3.14", "--dry-run"] } else { &["verify", "3.14.99"] };
    let mut args = [what, &["--mirror", &url, "--attempts", "2", "--timeout", "1"]].concat();
    args.extend(["--total-timeout", if row.name.starts_with("a byte") { "1" } else { "20" }]);
    args.extend(["--cache-dir", cache.path().to_str().unwrap()]);
    let ended = box_.sync(&args);
    let (code, words, hits) = match row.ends {
        Well(hits) => (0, "", hits),
        Badly(code, words, hits) => (code, words, hits),
    };
    let told = format!("ended with {}:\n{}", ended.code, ended.err);
    if ended.code != code || !ended.err.contains(words) || ended.err.contains("panicked") {
        return Err(told);
    }
    if code != 0 && !(ended.err.contains("error: ") && ended.err.contains("\nhint: ") && ended.out.is_empty()) {
        return Err(told);
    }
    if server.hits() != hits {
        return Err(format!("{} requests\n{told}", server.hits()));
    }
    let digest = Sha256::of(bytes);
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(cache.path().join(folder)).into_iter().flatten().flatten();
        entries.map(|it| it.file_name().into_string().unwrap()).collect()
    };
    let whole = Cache::new(cache.path()).archive(digest, u64::MAX >> 1);
    let is_right = match row.ends {
        Well(_) => names("sha256") == [digest.to_string()] && names("partial").is_empty() && whole.is_some(),
        Badly(..) => names("sha256").is_empty() && whole.is_none(),
    };
    if !is_right || whole.is_some_and(|it| it != **bytes) {
        return Err(format!("the cache has {:?} and {:?}\n{told}", names("sha256"), names("partial")));
    }
    // whatever is left of the download does not spoil the next one
    let good = Server::start(Script::new(PATH, bytes));
    let options = NetworkOptions { stall: Duration::from_secs(5), total: Duration::from_secs(20), attempts: 2 };
    let client = Client::new(options, Terminal::new(Verbosity::Quiet, None)).resuming(Cache::new(cache.path()));
    match client.archive(&format!("{}/{PATH}", good.url()), 99 << 20, digest) {
        Ok(Some(found)) if found == **bytes => Ok(()),
        other => Err(format!("the next run got {:?}", other.map(|it| it.map(|it| it.len())))),
    }
}

fn hold_all(rows: &[Row]) {
    let bytes = Arc::new(Release::based_on("3.14", "3.14.99").tgz());
    let box_ = Sandbox::with_series("3.14");
    box_.trust("3.14.99", "Python-3.14.99.tgz", &bytes);
    let before = box_.snapshot();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        // they wait for most of the time
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(what) = hold(&box_, &bytes, row) {
                        wrong.lock().unwrap().push(format!("`{}` {what}", row.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} misbehaviours:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(box_.snapshot() == before, "the workspace changed");
    eprintln!("{} misbehaviours, each with the right end", rows.len());
}

#[test]
fn what_passes_is_overcome() {
    hold_all(PASSING);
}

#[test]
fn what_lasts_is_named() {
    hold_all(LASTING);
}

#[test]
fn what_is_broken_is_named() {
    hold_all(BROKEN);
}
