//! The one rule for names inside an archive: printable ASCII, relative, no part that any system treats specially, all
//! below one top folder, and no two that differ in case only.

use std::collections::HashSet;

use super::{Limits, Refusal, limits::check};

/// The names seen so far.
#[derive(Default)]
pub(super) struct Names {
    pub(super) top: Option<String>,
    folded: HashSet<String>,
}

impl Names {
    /// Checks one entry's raw path and returns the part below the top folder, empty for the top folder itself.
    pub(super) fn accept(&mut self, raw: &[u8], limits: &Limits) -> Result<String, Refusal> {
        let fail = |what: &str| Refusal::entry(raw, what);
        check("the length of a path", raw.len() as u64, limits.path)?;
        let text = std::str::from_utf8(raw).map_err(|_| fail("has a name that is not UTF-8"))?;
        let text = text.strip_suffix('/').unwrap_or(text);
        check("the depth of a path", text.split('/').count() as u64, limits.depth)?;
        for part in text.split('/') {
            if matches!(part, "" | "." | "..") || part.ends_with(['.', ' ']) {
                return Err(fail("has a path part that is empty, `.`, `..` or ends in a dot or a blank"));
            }
            if !part.bytes().all(|it| matches!(it, 0x20..=0x7e) && !br#"\:*?"<>|"#.contains(&it)) {
                return Err(fail("has a character that no release has in a name"));
            }
        }
        if !self.folded.insert(text.to_ascii_lowercase()) {
            return Err(fail("comes twice (names that differ in case only count as one)"));
        }
        let (top, rest) = text.split_once('/').unwrap_or((text, ""));
        match &self.top {
            None => self.top = Some(top.to_owned()),
            Some(known) if known == top => {}
            Some(known) => return Err(fail(&format!("is outside the top folder `{known}`"))),
        }
        Ok(rest.to_owned())
    }
}
