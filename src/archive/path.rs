//! The one rule for names inside an archive: printable ASCII, relative, no part that any system treats specially, all
//! below one top folder, and no two that differ in case only.

use std::collections::{HashMap, hash_map::Entry};

use super::{Limits, Refusal, limits::check};

/// The names seen so far.
#[derive(Default)]
pub(super) struct SeenNames {
    pub(super) top: Option<String>,
    /// By the path in lower case.
    known: HashMap<String, SeenPath>,
}

/// What is wrong with one part of a path.
pub(super) fn odd_part(part: &str) -> Option<&'static str> {
    if matches!(part, "" | "." | "..") || part.ends_with(['.', ' ']) {
        return Some("has a path part that is empty, `.`, `..` or ends in a dot or a blank");
    }
    let is_plain = part.bytes().all(|it| matches!(it, 0x20..=0x7e) && !br#"\:*?"<>|"#.contains(&it));
    (!is_plain).then_some("has a character that no release has in a name")
}

struct SeenPath {
    spelled: String,
    is_folder: bool,
    /// Has an entry of its own; other folders are only known from what is in them.
    is_entry: bool,
}

impl SeenNames {
    /// Checks one entry's raw path and returns the part below the top folder, empty for the top folder itself.
    pub(super) fn accept(&mut self, raw: &[u8], is_folder: bool, limits: &Limits) -> Result<String, Refusal> {
        let fail = |what: &str| Refusal::entry(raw, what);
        check("the length of a path", raw.len() as u64, limits.path)?;
        let text = std::str::from_utf8(raw).map_err(|_| fail("has a name that is not UTF-8"))?;
        let text = text.strip_suffix('/').unwrap_or(text);
        check("the depth of a path", text.split('/').count() as u64, limits.depth)?;
        if let Some(what) = text.split('/').find_map(odd_part) {
            return Err(fail(what));
        }
        self.enter(text, is_folder).map_err(fail)?;
        let (top, rest) = text.split_once('/').unwrap_or((text, ""));
        match &self.top {
            None => self.top = Some(top.to_owned()),
            Some(known) if known == top => {}
            Some(known) => return Err(fail(&format!("is outside the top folder `{known}`"))),
        }
        Ok(rest.to_owned())
    }

    /// Takes note of a path and of the folders that it is in.
    fn enter(&mut self, text: &str, is_folder: bool) -> Result<(), &'static str> {
        let folded = text.to_ascii_lowercase();
        for (at, _) in folded.match_indices('/') {
            match self.known.get(&folded[..at]) {
                Some(known) if !known.is_folder => return Err("is below what is a file or a link"),
                Some(known) if known.spelled != text[..at] => {
                    return Err(
                        "is in a folder that is spelled in two ways (names that differ in case only count as one)",
                    );
                }
                Some(_) => {}
                None => {
                    let folder = SeenPath { spelled: text[..at].to_owned(), is_folder: true, is_entry: false };
                    self.known.insert(folded[..at].to_owned(), folder);
                }
            }
        }
        match self.known.entry(folded) {
            Entry::Vacant(free) => drop(free.insert(SeenPath { spelled: text.to_owned(), is_folder, is_entry: true })),
            Entry::Occupied(mut known) => {
                if known.get().is_entry || !is_folder || known.get().spelled != text {
                    return Err("comes twice (names that differ in case only count as one)");
                }
                known.get_mut().is_entry = true;
            }
        }
        Ok(())
    }
}
