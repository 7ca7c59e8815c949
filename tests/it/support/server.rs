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
    /// Something that is not HTTP.
    Garbage,
    /// No listing; files only.
    NoListing,
}

pub struct Server {
    pub url: String,
    hits: Arc<AtomicUsize>,
}

impl Server {
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
        write!(to, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n{more}\r\n")
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
        Mode::Fine | Mode::Busy | Mode::NoListing => part(&mut to, from, length, bytes),
        Mode::Cut => part(&mut to, from, length.min(from + length / 3 + 1), bytes),
        Mode::NoRange => part(&mut to, 0, if hit == 1 { length / 2 } else { length }, bytes),
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
        Mode::Garbage => to.write_all(b"\x16\x03\x01 not http\r\n\r\n"),
    }
}
