//! What says that this user's molt-sync wrote something for this workspace: a last line with an HMAC-SHA256 under the
//! user's key over the kind of text, the paths of workspace and store, and the text.
//!
//! A text that was copied from another workspace, that came with a checkout or an archive, that another user wrote or a
//! version that knew no seals, has no such line or a wrong one. What one cannot tell is an old text of this very workspace,
//! brought back to the same path: it could only decide once more what this user's molt-sync decided there.

use std::{path::PathBuf, sync::OnceLock};

use ring::hmac;

use super::{journal_dir, state_dir};
use crate::base::Sha256;

/// What the line begins with.
const HEAD: &str = "hmac-sha256 ";

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sealed {
    /// A changeset.
    Journal,
    /// A commit that is still to come.
    PendingCommit,
    /// A work tree that a run makes for itself.
    Worktree,
}

/// The seals of one workspace and one store.
#[derive(Debug)]
pub(super) struct Seal {
    root: PathBuf,
    store: PathBuf,
    key: OnceLock<hmac::Key>,
}

impl Seal {
    /// For the tree at `root`, whose path is a full one.
    pub(super) fn new(root: PathBuf, store: PathBuf) -> Self {
        Self { root, store, key: OnceLock::new() }
    }

    /// The text with its seal. Where no key can be kept it is one that this process alone knows.
    pub(super) fn seal(&self, kind: Sealed, text: Vec<u8>) -> Vec<u8> {
        let make = || state_dir::load_or_create(&self.outside()).or_else(|_| state_dir::random()).ok();
        let made = if self.key.get().is_none() { make() } else { None };
        let made = made.map(|it| self.key.get_or_init(|| hmac::Key::new(hmac::HMAC_SHA256, &it)));
        // whoever finds it is told that it is not signed
        let Some(key) = made.or_else(|| self.key.get()) else { return text };
        let tag = hmac::sign(key, self.message(kind, &text).as_bytes());
        let tag: String = tag.as_ref().iter().map(|it| format!("{it:02x}")).collect();
        [&text[..], HEAD.as_bytes(), tag.as_bytes(), b"\n"].concat()
    }

    /// The text without its seal, and why it is not to be believed, as the end of a sentence.
    pub(super) fn open<'a>(&self, kind: Sealed, bytes: &'a [u8]) -> (&'a [u8], Result<(), String>) {
        let ended = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let at = memchr::memrchr(b'\n', ended).map_or(0, |it| it + 1);
        let (text, line) = ended.split_at(at);
        let Some(tag) = line.strip_prefix(HEAD.as_bytes()).and_then(unhex) else {
            return (bytes, Err("it is not signed: an earlier version of molt-sync wrote it, or someone else".into()));
        };
        let key = match self.key.get() {
            Some(it) => it,
            None => match state_dir::load(&self.outside()) {
                Ok(Some(bytes)) => self.key.get_or_init(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes)),
                Ok(None) => return (text, Err("this user's molt-sync has signed nothing yet".into())),
                Err(why) => return (text, Err(format!("whether it is yours cannot be told: {why}"))),
            },
        };
        let why = "your molt-sync did not sign it for this folder: it comes from another user, another folder or someone else";
        let verdict = hmac::verify(key, self.message(kind, text).as_bytes(), &tag);
        (text, verdict.map_err(|_| why.to_owned()))
    }

    /// What is signed: the digest of all parts, each behind its length, so that no two messages are the same bytes.
    fn message(&self, kind: Sealed, text: &[u8]) -> String {
        let kind: &[u8] = match kind {
            Sealed::Journal => b"molt-sync journal 1",
            Sealed::PendingCommit => b"molt-sync pending commit 1",
            Sealed::Worktree => b"molt-sync work tree 1",
        };
        let paths = [&self.root, &self.store].map(|it| it.as_os_str().as_encoded_bytes());
        let parts = [kind, paths[0], paths[1], text];
        let lengths = parts.map(|it| (it.len() as u64).to_be_bytes());
        let both = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]);
        Sha256::of_parts(both).to_string()
    }

    fn outside(&self) -> Vec<&std::path::Path> {
        [Some(self.root.as_path()), journal_dir::work_tree(&self.root)].into_iter().flatten().collect()
    }

    /// One with a key of its own.
    #[cfg(test)]
    pub(super) fn of_a_test() -> &'static Self {
        static SEAL: std::sync::LazyLock<Seal> = std::sync::LazyLock::new(|| {
            let res = Seal::new(PathBuf::from("/root"), PathBuf::from("/store"));
            res.key.get_or_init(|| hmac::Key::new(hmac::HMAC_SHA256, b"a key"));
            res
        });
        &SEAL
    }
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok().filter(|it| it.len() == 64 && it.is_ascii())?;
    (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_one_text_of_one_kind_in_one_place() {
        let seal = |root: &str, store: &str, key: &[u8]| {
            let res = Seal::new(PathBuf::from(root), PathBuf::from(store));
            res.key.get_or_init(|| hmac::Key::new(hmac::HMAC_SHA256, key));
            res
        };
        let own = seal("/a", "/a/s", b"mine");
        let sealed = own.seal(Sealed::Journal, b"text\n".to_vec());
        assert_eq!(own.open(Sealed::Journal, &sealed), (&b"text\n"[..], Ok(())));
        for (what, other) in [
            ("another workspace", seal("/b", "/a/s", b"mine")),
            ("another store", seal("/a", "/a/t", b"mine")),
            ("another cut between the two", seal("/a/", "a/s", b"mine")),
            ("another user", seal("/a", "/a/s", b"yours")),
        ] {
            assert!(other.open(Sealed::Journal, &sealed).1.is_err(), "{what}");
        }
        assert!(own.open(Sealed::PendingCommit, &sealed).1.is_err());
        for at in 0..sealed.len() - 1 {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert!(own.open(Sealed::Journal, &other).1.is_err(), "changed at {at}");
            assert!(own.open(Sealed::Journal, &sealed[..at]).1.is_err(), "cut at {at}");
        }
    }
}
