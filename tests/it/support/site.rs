//! A web server that has some files and nothing else.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// Paths with their queries, and what is there.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A server at an address of this machine, for as long as the process lives.
pub struct Site {
    pub url: String,
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    files: Mutex<Files>,
    /// What is at all other paths; nothing where it is empty.
    elsewhere: Vec<u8>,
    asked: Mutex<Vec<String>>,
    /// A path, and how many have to be in the middle of it before any of them gets the rest.
    together: Mutex<(String, usize)>,
    came: Condvar,
}

impl Site {
    pub fn start(files: Files) -> Self {
        Self::run(Inside { files: Mutex::new(files), ..Inside::default() })
    }

    /// One that has the same at every path.
    pub fn everywhere(bytes: &[u8]) -> Self {
        Self::run(Inside { elsewhere: bytes.into(), ..Inside::default() })
    }

    fn run(inside: Inside) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inside = Arc::new(inside);
        let its = inside.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let its = its.clone();
                // who hangs up early is not answered
                std::thread::spawn(move || drop(its.answer(stream)));
            }
        });
        Self { url, inside }
    }

    /// Lets nobody have the second half of this before so many are there, for as long as that takes within reason.
    pub fn serve_together(&self, path: &str, number: usize) {
        *self.inside.together.lock().unwrap() = (path.into(), number);
    }

    /// From now on.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        self.inside.files.lock().unwrap().insert(path.into(), bytes.into());
    }

    /// The paths that were asked for since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inside.asked.lock().unwrap())
    }
}

impl Inside {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|it| !it.is_empty()) {}
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let elsewhere = Some(&self.elsewhere).filter(|it| !it.is_empty()).cloned();
        let found = self.files.lock().unwrap().get(&path).cloned().or(elsewhere);
        self.asked.lock().unwrap().push(path.clone());
        let (status, bytes) = found.map_or(("404 Not Found", Vec::new()), |it| ("200 OK", it));
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len())?;
        let (half, rest) = bytes.split_at(bytes.len() / 2);
        stream.write_all(half)?;
        let mut together = self.together.lock().unwrap();
        if together.0 == path {
            together.1 = together.1.saturating_sub(1);
            self.came.notify_all();
            let patience = Duration::from_secs(5);
            drop(self.came.wait_timeout_while(together, patience, |it| it.1 > 0).unwrap());
        }
        stream.write_all(rest)
    }
}
