//! A mirror on the loopback interface, for the demonstration: a fixed set of files over HTTP/1.1.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// Serves until the process ends.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub url: String,
}

impl Server {
    /// Serves `files` by path; folders are listed.
    pub fn start(files: BTreeMap<String, Vec<u8>>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let url = format!("http://{}", listener.local_addr()?);
        let files = Arc::new(files);
        thread::Builder::new().name("mirror".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                // a client that goes away is its own trouble
                drop(answer(stream, &files));
            }
        })?;
        Ok(Self { url })
    }
}

fn answer(mut stream: TcpStream, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or("/").trim_matches('/');
    let listing;
    let body: Option<&[u8]> = if let Some(bytes) = files.get(path) {
        Some(bytes)
    } else {
        listing = list(path, files);
        listing.as_deref().map(str::as_bytes)
    };
    let (status, body) = body.map_or(("404 Not Found", &b""[..]), |body| ("200 OK", body));
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)
}

fn list(folder: &str, files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let below = files.keys().filter_map(|path| path.strip_prefix(&prefix)?.split('/').next());
    let mut names: Vec<&str> = below.collect();
    names.dedup();
    (!names.is_empty()).then(|| names.iter().map(|name| format!("<a href=\"{name}\">{name}</a>\n")).collect())
}
