//! One run of the `git` program: what it is given and what it says, all at once, within a time and a size.

use std::{
    io::{self, Read as _, Write as _},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::error::GitError;
use crate::host::{guard, leftovers};

/// How long git is given to answer a question. It answers at once, but for a disk that is slow.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// The longest answer that is read, in bytes: all documents of a commit, with room for what stands around them. Molt's whole tree is
/// listed in 3 MB.
const LONGEST: u64 = 160 << 20;

/// Runs a git that is told everything itself, and that has no input.
pub(super) fn run_told(program: &mut Command, what: &str) -> Result<Output, GitError> {
    run(program, what, None, Some(PATIENCE))
}

/// Writes what git is given and reads what it says, all at once, so that none of them waits for another.
pub(super) fn run(
    program: &mut Command,
    what: &str,
    input: Option<Vec<u8>>,
    patience: Option<Duration>,
) -> Result<Output, GitError> {
    run_with(program, what, input, patience, None)
}

/// Runs a git that lists something, each with a zero behind it. More than `most` are no answer.
pub(super) fn run_listing(program: &mut Command, what: &str, most: usize) -> Result<Output, GitError> {
    run_with(program, what, None, Some(PATIENCE), Some(most))
}

fn run_with(
    program: &mut Command,
    what: &str,
    input: Option<Vec<u8>>,
    patience: Option<Duration>,
    most: Option<usize>,
) -> Result<Output, GitError> {
    let program = program
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // only a question can be cut off without harm; whatever else git does is done, and this run with it
    let (asked, _undisturbed) = match patience {
        Some(_) => (Some(leftovers::started(program).map_err(GitError::Start)?), None),
        None => (None, Some(guard::undisturbed())),
    };
    let (mut child, _noted) = match asked {
        Some((child, noted)) => {
            guard::restrain(&child);
            (child, Some(noted))
        }
        None => (program.spawn().map_err(GitError::Start)?, None),
    };
    let (sender, receiver) = mpsc::channel();
    let deadline = patience.map(|it| Instant::now() + it);
    let started = [
        child.stdout.take().map(|it| hear(it, sender.clone(), (false, most))),
        child.stderr.take().map(|it| hear(it, sender, (true, None))),
        child.stdin.take().zip(input).map(|(mut stdin, input)| {
            // a git that stops reading says why on stderr
            thread::Builder::new().spawn(move || drop(stdin.write_all(&input))).map(drop)
        }),
    ];
    let mut said = started.into_iter().flatten().collect::<io::Result<()>>().map(|()| [Vec::new(), Vec::new()]);
    let mut is_late = false;
    for _ in 0..2 {
        let Ok(texts) = &mut said else { break };
        let heard = match deadline {
            Some(it) => receiver.recv_timeout(it.saturating_duration_since(Instant::now())),
            None => receiver.recv().map_err(mpsc::RecvTimeoutError::from),
        };
        match heard {
            Ok((is_error, Ok(bytes))) => {
                if bytes.len() as u64 > LONGEST {
                    drop(child.kill());
                    said = Err(io::Error::other(format!("git says more than {LONGEST} bytes, and that is not read")));
                    break;
                }
                texts[usize::from(is_error)] = bytes;
            }
            Ok((_, Err(error))) => {
                drop(child.kill());
                said = Err(error);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                is_late = true;
                drop(child.kill());
                break;
            }
            Err(error) => said = Err(io::Error::other(error)),
        }
    }
    // where it cannot be heard it is waited for all the same: nothing is done beside a git that is at work
    if patience.is_some() {
        guard::count(&child);
    }
    let status = child.wait().map_err(GitError::Start)?;
    if let (true, Some(patience)) = (is_late, patience) {
        return Err(GitError::failed(what, format!("it did not answer within {} seconds", patience.as_secs())));
    }
    let [stdout, stderr] = said.map_err(|error| match error.downcast::<TooMany>() {
        Ok(many) => GitError::failed(what, many.to_string()),
        Err(error) => GitError::failed("read the answer", error.to_string()),
    })?;
    Ok(Output { status, stdout, stderr })
}

type Heard = (bool, io::Result<Vec<u8>>);

/// Says that a listing is longer than any tree is: a few folders that stand in each other under many names are millions.
#[derive(Debug, thiserror::Error)]
#[error("there are more than {0} files, and so many are not read")]
struct TooMany(usize);

/// Reads a pipe to its end in a thread: what git started can hold it open when git is gone.
fn hear(
    pipe: impl io::Read + Send + 'static,
    sender: mpsc::Sender<Heard>,
    (is_error, most): (bool, Option<usize>),
) -> io::Result<()> {
    let all = move || drop(sender.send((is_error, read_all(pipe.take(LONGEST + 1), most))));
    thread::Builder::new().spawn(all).map(drop)
}

fn read_all(mut pipe: impl io::Read, most: Option<usize>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Some(most) = most else { return pipe.read_to_end(&mut bytes).map(|_| bytes) };
    let mut count = 0;
    loop {
        let before = bytes.len();
        // as it comes in, so that nothing is held that is refused in the end
        if pipe.by_ref().take(PART).read_to_end(&mut bytes)? == 0 {
            return Ok(bytes);
        }
        count += memchr::memchr_iter(0, &bytes[before..]).count();
        if count > most {
            return Err(io::Error::other(TooMany(most)));
        }
    }
}

/// So much of a listing is read before it is counted.
const PART: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_that_does_not_end_is_ended() {
        for script in ["exec sleep 60", "sleep 3 & exec sleep 60"] {
            let limit = Some(Duration::from_millis(20));
            let error = run(Command::new("sh").args(["-c", script]), "ask", None, limit).unwrap_err();
            assert!(
                error.to_string().contains("did not answer within") && error.hint().contains("git status"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_listing_that_does_not_end_is_ended_where_it_is_too_long() {
        let listing = |script: &str| run_listing(Command::new("sh").args(["-c", script]), "list the files", 1000);
        let error = listing("while :; do printf 'a\\0'; done").unwrap_err().to_string();
        assert!(error.contains("more than 1000 files"), "{error}");
        assert_eq!(listing("printf 'a\\0b\\0'; sleep 0").unwrap().stdout, b"a\0b\0");
    }
}
