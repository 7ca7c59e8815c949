//! A loopback server that answers each request for a release's archive as a script says.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What the server does with one request.
pub type Act = fn(&mut Reply<'_>) -> io::Result<()>;

/// What can be read and written, and waited for.
trait Wire: Read + Write {
    /// Says that nothing more comes.
    fn close(&mut self) {}
}

impl Wire for TcpStream {}

impl Wire for rustls::StreamOwned<rustls::ServerConnection, TcpStream> {
    fn close(&mut self) {
        self.conn.send_close_notify();
        drop(self.flush());
    }
}

/// A request that waits for its answer.
pub struct Reply<'a> {
    to: BufReader<Box<dyn Wire>>,
    /// The file.
    pub bytes: &'a [u8],
    /// Which request for the file it is, from 1.
    pub hit: usize,
    /// The method and the path.
    pub asked: String,
    headers: Vec<String>,
}

impl Reply<'_> {
    /// The value of a header of the request.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|it| {
            let (key, value) = it.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether what is asked for lies beside an archive: a signature, a list of files.
    pub fn is_beside(&self) -> bool {
        [".sigstore ", ".spdx.json "].iter().any(|it| self.asked.contains(it))
    }

    /// The offset that is asked for, 0 where none is.
    pub fn from(&self) -> usize {
        let range = self.header("range").and_then(|it| it.strip_prefix("bytes="));
        range.and_then(|it| it.split('-').next()?.parse().ok()).unwrap_or(0)
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.to.get_mut().write_all(bytes)?;
        self.to.get_mut().flush()
    }

    /// A status and headers, a line each.
    pub fn head(&mut self, status: &str, headers: &str) -> io::Result<()> {
        let lines: String = headers.lines().map(|it| format!("{}\r\n", it.trim())).collect();
        self.raw(format!("HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\n").as_bytes())
    }

    /// An answer with a body.
    pub fn full(&mut self, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
        self.head(status, &format!("Content-Length: {}\n{headers}", body.len()))?;
        self.raw(body)
    }

    /// A status and nothing else.
    pub fn status(&mut self, status: &str, headers: &str) -> io::Result<()> {
        self.full(status, headers, b"")
    }

    /// What is asked for, as a good server sends it, up to the byte before `until`.
    pub fn part(&mut self, until: usize) -> io::Result<()> {
        let (from, total, bytes) = (self.from(), self.bytes.len(), self.bytes);
        if from == 0 {
            self.head("200 OK", &format!("ETag: \"v1\"\nContent-Length: {total}"))?;
        } else {
            let range = format!("Content-Range: bytes {from}-{}/{total}", total - 1);
            let headers = format!("ETag: \"v1\"\nContent-Length: {}\n{range}", total - from);
            self.head("206 Partial Content", &headers)?;
        }
        self.raw(&bytes[from..until])
    }

    /// The first half to the first request, and what `then` does to all others.
    pub fn half_first(&mut self, then: Act) -> io::Result<()> {
        if self.hit == 1 { self.part(self.bytes.len() / 2) } else { then(self) }
    }

    /// The file, with these headers instead of the usual ones, to whoever asks for a part; all of it to the others.
    pub fn part_with(&mut self, headers: impl Fn(usize, usize) -> String) -> io::Result<()> {
        let (from, bytes) = (self.from(), self.bytes);
        if from == 0 {
            return well(self);
        }
        self.full("206 Partial Content", &headers(from, bytes.len()), &bytes[from..])
    }

    /// One byte a tenth of a second, until the client goes away. Nobody sends on this channel: it is a clock.
    pub fn drip(&mut self) -> io::Result<()> {
        let (_sender, clock) = std::sync::mpsc::channel::<()>();
        for byte in self.bytes {
            self.raw(&[*byte])?;
            let _ = clock.recv_timeout(Duration::from_millis(100));
        }
        Ok(())
    }
}

/// Sends all that is asked for.
pub fn well(it: &mut Reply<'_>) -> io::Result<()> {
    it.part(it.bytes.len())
}

/// Waits until the client goes away.
pub fn wait(it: &mut Reply<'_>) -> io::Result<()> {
    it.to.read_to_end(&mut Vec::new()).map(drop)
}

/// Serves until the process ends.
pub struct Server {
    pub port: u16,
    is_tls: bool,
    hits: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What a server does.
#[derive(Clone)]
pub struct Script {
    /// Where the file is, such as `3.14.99/Python-3.14.99.tgz`.
    pub path: &'static str,
    pub bytes: Arc<Vec<u8>>,
    pub archive: Act,
    /// What it does with every other request, unless that is to list the one file.
    pub others: Option<Act>,
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl Script {
    /// A server without a fault.
    pub fn new(path: &'static str, bytes: &Arc<Vec<u8>>) -> Self {
        Self { path, bytes: bytes.clone(), archive: well, others: None, tls: None }
    }
}

impl Server {
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let res = Self {
            port: listener.local_addr().unwrap().port(),
            is_tls: script.tls.is_some(),
            hits: Arc::default(),
            connections: Arc::default(),
            asked: Arc::default(),
        };
        let (hits, connections, asked) = (res.hits.clone(), res.connections.clone(), res.asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (script, hits, asked) = (script.clone(), hits.clone(), asked.clone());
                thread::spawn(move || {
                    let wire: Box<dyn Wire> = match &script.tls {
                        None => Box::new(stream),
                        Some(config) => {
                            let tls = rustls::ServerConnection::new(config.clone()).unwrap();
                            Box::new(rustls::StreamOwned::new(tls, stream))
                        }
                    };
                    drop(answer(BufReader::new(wire), &script, &hits, &asked));
                });
            }
        });
        res
    }

    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.is_tls { "https" } else { "http" }, self.port)
    }

    /// Requests for the file so far.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Requests so far, each with its headers.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(
    mut reader: BufReader<Box<dyn Wire>>,
    script: &Script,
    hits: &AtomicUsize,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let Some(first) = lines.first() else { return Ok(()) };
    asked.lock().unwrap().push(lines.join("\n"));
    let path = first.split(' ').nth(1).unwrap_or("/").trim_matches('/').to_owned();
    let is_file = path.split('?').next() == Some(script.path);
    let (folder, file) = script.path.split_once('/').unwrap();
    let hit = if is_file { hits.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
    let mut reply = Reply { to: reader, bytes: &script.bytes, hit, asked: first.clone(), headers: lines };
    let res = match (is_file, script.others, path.as_str()) {
        (true, ..) => (script.archive)(&mut reply),
        (false, Some(act), _) => act(&mut reply),
        (false, None, "") => reply.full("200 OK", "", format!("<a href=\"{folder}/\">x</a>").as_bytes()),
        (false, None, it) if it == folder => reply.full("200 OK", "", format!("<a href=\"{file}\">x</a>").as_bytes()),
        _ => reply.status("404 Not Found", ""),
    };
    reply.to.get_mut().close();
    res
}
