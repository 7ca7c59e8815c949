//! A loopback server that misbehaves on purpose, one mode a server.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What goes wrong with the archive; listings are always served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Fine,
    /// 404 for everything.
    Absent,
    /// 503 to the first two requests.
    Busy,
    /// 500 always.
    Broken,
    /// 403 always.
    Forbidden,
    /// A third of what is missing, then the connection is closed.
    Cut,
    /// Half of it, with no range accepted later.
    NoRange,
    /// Half of it, and another file's second half.
    Changed,
    /// The headers, and silence.
    Stall,
    /// Another byte in the middle.
    Corrupt,
    /// Without a length, ending early the first time.
    ShortWithoutLength,
    /// A length of a hundred gigabytes.
    Huge,
    /// Chunks without an end.
    Endless,
    /// To another host.
    Redirect,
    /// To another port.
    RedirectToPort,
    /// To itself.
    RedirectLoop,
    /// Half of it, 503, and the rest to whoever still has the half.
    BusyBetween,
    /// Half of it, 416 to whoever has the half, and then all of it.
    NoSuchRange,
    /// Half of it, and 416 to whoever has the half, always.
    NeverARange,
    /// Something that is not HTTP.
    Garbage,
    /// No listing; files only.
    NoListing,
    /// This status with these headers and no body to so many requests; then all is well.
    Answers(&'static str, &'static str, usize),
    /// These headers after the status, and the bytes, whatever the headers say.
    Headers(&'static str),
    /// A page that wants a login, for everything.
    Portal,
    /// Compressed, and said to be.
    Gzipped,
    /// Half of it without a tag, always.
    AlwaysHalf,
    /// Half of it under a weak tag, and all of it to whoever begins again.
    WeakTag,
    /// A part that begins elsewhere than was asked for, once half is there.
    WrongPart,
    /// A part that nobody asked for.
    UnaskedPart,
    /// Half of it, then a closed connection, and then the rest to whoever has the half.
    HalfThenResume,
    /// A byte at a time, for ever.
    Drip,
    /// Nothing at all after the request.
    Silence,
    /// The connection is closed at once.
    Close,
    /// A megabyte of headers.
    HeaderBomb,
}

pub struct Server {
    pub url: String,
    hits: Arc<AtomicUsize>,
}

/// Signs anything with nothing: a client looks at the certificate first.
#[derive(Debug)]
struct NoKey;

impl rustls::sign::SigningKey for NoKey {
    fn choose_scheme(&self, offered: &[rustls::SignatureScheme]) -> Option<Box<dyn rustls::sign::Signer>> {
        offered.contains(&rustls::SignatureScheme::ECDSA_NISTP256_SHA256).then(|| Box::new(Self) as _)
    }

    fn algorithm(&self) -> rustls::SignatureAlgorithm {
        rustls::SignatureAlgorithm::ECDSA
    }
}

impl rustls::sign::Signer for NoKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(vec![0; 64])
    }

    fn scheme(&self) -> rustls::SignatureScheme {
        rustls::SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

impl rustls::server::ResolvesServerCert for NoKey {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
        let certificate = rustls::pki_types::CertificateDer::from(&b"nobody vouches for this"[..]);
        Some(Arc::new(rustls::sign::CertifiedKey::new(vec![certificate], Arc::new(Self))))
    }
}

impl Server {
    /// Speaks TLS with a certificate that nobody believes.
    pub fn with_bad_certificate() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = Arc::new(config.unwrap().with_no_client_auth().with_cert_resolver(Arc::new(NoKey)));
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let hits = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&hits);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                // until the client refuses
                while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
            }
        });
        Self { url, hits }
    }

    /// Serves `bytes` at `path`.
    pub fn start(path: &str, bytes: Vec<u8>, mode: Mode) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let hits = Arc::new(AtomicUsize::new(0));
        let (count, path) = (Arc::clone(&hits), path.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (path, bytes, count) = (path.clone(), bytes.clone(), Arc::clone(&count));
                thread::spawn(move || drop(answer(stream, &path, &bytes, mode, &count)));
            }
        });
        Self { url, hits }
    }

    /// Requests for the archive so far.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

#[expect(clippy::too_many_lines, reason = "one arm a mode")]
fn answer(mut to: TcpStream, path: &str, bytes: &[u8], mode: Mode, hits: &AtomicUsize) -> io::Result<()> {
    let mut reader = BufReader::new(to.try_clone()?);
    let (mut request, mut header, mut from) = (String::new(), String::new(), 0);
    reader.read_line(&mut request)?;
    while reader.read_line(&mut header)? > 2 {
        if let Some(range) = header.to_ascii_lowercase().strip_prefix("range: bytes=") {
            from = range.trim().trim_end_matches('-').parse().unwrap_or(0);
        }
        header.clear();
    }
    if mode == Mode::Portal {
        let page = "<html><body><a href=\"/login\">Sign in</a></body></html>";
        return write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    }
    let asked = request.split(' ').nth(1).unwrap_or("/").trim_matches('/').to_owned();
    if asked != path {
        let (folder, file) = path.split_once('/').unwrap();
        let listing = match asked.as_str() {
            "" => format!("<a href=\"{folder}/\">x</a>"),
            it if it == folder => format!("<a href=\"{file}\">x</a>"),
            _ => String::new(),
        };
        if listing.is_empty() || matches!(mode, Mode::Absent | Mode::NoListing) {
            return write!(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
        return write!(
            to,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{listing}",
            listing.len()
        );
    }
    let hit = hits.fetch_add(1, Ordering::SeqCst) + 1;
    let length = bytes.len();
    let status = |to: &mut TcpStream, status: &str, more: &str| {
        write!(to, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n")
    };
    let part = |to: &mut TcpStream, from: usize, until: usize, body: &[u8]| {
        let partial = format!("206 Partial Content\r\nContent-Range: bytes {from}-{}/{length}", length - 1);
        let status = if from > 0 { partial } else { "200 OK".into() };
        write!(
            to,
            "HTTP/1.1 {status}\r\nETag: \"v1\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            length - from
        )?;
        to.write_all(&body[from..until])
    };
    match mode {
        Mode::Absent => status(&mut to, "404 Not Found", ""),
        Mode::Broken => status(&mut to, "500 Oops", "Retry-After: 0\r\n"),
        Mode::Forbidden => status(&mut to, "403 Forbidden", ""),
        Mode::Busy if hit < 3 => status(&mut to, "503 Busy", "Retry-After: 0\r\n"),
        Mode::Answers(line, more, times) if hit <= times => status(&mut to, line, more),
        Mode::WrongPart if from > 0 => {
            let rest = length - from;
            write!(
                to,
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {}-{}/{length}\r\nContent-Length: {rest}\r\n\r\n",
                from + 1,
                length - 1
            )?;
            to.write_all(&bytes[from..])
        }
        Mode::Fine | Mode::Busy | Mode::NoListing | Mode::Answers(..) => part(&mut to, from, length, bytes),
        Mode::Cut => part(&mut to, from, length.min(from + length / 3 + 1), bytes),
        Mode::NoRange | Mode::WrongPart => part(&mut to, 0, if hit == 1 { length / 2 } else { length }, bytes),
        Mode::Changed => {
            let mut other = bytes.to_vec();
            if from > 0 {
                other.reverse();
            }
            part(&mut to, from, if hit == 1 { length / 2 } else { length }, &other)
        }
        Mode::Stall => {
            write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?;
            to.flush()?;
            // until the client gives up
            drop(to.read(&mut [0]));
            Ok(())
        }
        Mode::Corrupt => {
            let mut other = bytes.to_vec();
            other[length / 2] ^= 1;
            part(&mut to, 0, length, &other)
        }
        Mode::ShortWithoutLength => {
            write!(to, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            to.write_all(&bytes[..if hit == 1 { length / 2 } else { length }])
        }
        Mode::Huge => write!(to, "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"),
        Mode::Endless => {
            write!(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            loop {
                write!(to, "100000\r\n")?;
                to.write_all(&vec![b'x'; 0x10_0000])?;
                write!(to, "\r\n")?;
            }
        }
        Mode::Redirect => status(&mut to, "302 Found", "Location: http://localhost:1/elsewhere\r\n"),
        Mode::RedirectToPort => status(&mut to, "302 Found", "Location: http://127.0.0.1:1/elsewhere\r\n"),
        Mode::RedirectLoop => status(&mut to, "302 Found", &format!("Location: /{path}\r\n")),
        Mode::BusyBetween if hit == 2 => status(&mut to, "503 Busy", "Retry-After: 0\r\n"),
        Mode::BusyBetween if hit == 3 && from == 0 => status(&mut to, "403 Forbidden", ""),
        Mode::NoSuchRange | Mode::NeverARange if from > 0 => status(&mut to, "416 Range Not Satisfiable", ""),
        Mode::BusyBetween | Mode::NoSuchRange | Mode::NeverARange => {
            let is_cut = hit == 1 || mode == Mode::NeverARange;
            part(&mut to, from, if is_cut { length / 2 } else { length }, bytes)
        }
        Mode::Headers(head) => {
            write!(to, "HTTP/1.1 200 OK\r\n{}\r\n", head.replace("LENGTH", &length.to_string()))?;
            to.write_all(bytes)
        }
        Mode::Gzipped => {
            let packed = super::release::gzip(bytes);
            write!(to, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len())?;
            to.write_all(&packed)
        }
        Mode::AlwaysHalf => {
            write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
            to.write_all(&bytes[..length / 2])
        }
        Mode::WeakTag => {
            assert_eq!(from, 0, "a weak tag promises nothing");
            write!(to, "HTTP/1.1 200 OK\r\nETag: W/\"1\"\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
            to.write_all(&bytes[..if hit == 1 { length / 2 } else { length }])
        }
        Mode::HalfThenResume if hit == 2 => Ok(()),
        Mode::HalfThenResume => part(&mut to, from, if hit == 1 { length / 2 } else { length }, bytes),
        Mode::UnaskedPart if hit == 1 => {
            write!(
                to,
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 9-{}/{length}\r\nContent-Length: {}\r\n\r\n",
                length - 1,
                length - 9
            )?;
            to.write_all(&bytes[9..])
        }
        Mode::UnaskedPart => part(&mut to, 0, length, bytes),
        Mode::Drip => {
            write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?;
            for byte in bytes {
                to.write_all(&[*byte])?;
                to.flush()?;
                to.set_read_timeout(Some(std::time::Duration::from_millis(50)))?;
                if matches!(to.read(&mut [0]), Ok(0)) {
                    break;
                }
            }
            Ok(())
        }
        Mode::Silence => {
            drop(to.read(&mut [0]));
            Ok(())
        }
        Mode::Close | Mode::Portal => Ok(()),
        Mode::HeaderBomb => {
            write!(to, "HTTP/1.1 200 OK\r\n")?;
            for number in 0..20_000 {
                write!(to, "X-{number}: {}\r\n", "x".repeat(50))?;
            }
            write!(to, "\r\n")
        }
        Mode::Garbage => to.write_all(b"\x16\x03\x01 not http\r\n\r\n"),
    }
}
