//! Symbolic links, which a few releases have where nothing is read (`Misc/mypy/_colorize.py` of 3.14.0a7 leads to
//! `Lib/_colorize.py`). None is ever followed. One is passed over as long as no reader could be led astray by it:
//! it leads from outside of what is read to a place below the same top folder, not by way of another link.

use std::collections::BTreeMap;

use super::{Limits, Refusal, limits::check, path::odd_part};

/// What facts are read from. A link in the place of one of these, or below a folder of them, would be a file that one
/// reader has and another has not.
const READ: [&str; 3] = ["include", "lib", "python"];
/// The same of single files.
const READ_FILES: [&str; 1] = ["modules/pyexpat.c"];

/// The links seen so far: path and target, both with the top folder.
#[derive(Default)]
pub(super) struct ArchiveLinks(BTreeMap<String, String>);

impl ArchiveLinks {
    /// Takes note of the link at `raw`, whose path below the top folder `top` is `below`.
    pub(super) fn accept(&mut self, raw: &[u8], below: &str, top: &str, target: &[u8]) -> Result<(), Refusal> {
        let folded = below.to_ascii_lowercase();
        let first = folded.split('/').next().unwrap_or_default();
        let hides_file =
            |file: &&str| file.strip_prefix(folded.as_str()).is_some_and(|it| it.is_empty() || it.starts_with('/'));
        if below.is_empty() || READ.contains(&first) || READ_FILES.iter().any(hides_file) {
            return Err(Refusal::entry(raw, "is a symbolic link where files are read"));
        }
        let path = format!("{top}/{below}");
        let target = resolve(&path, target).map_err(|what| Refusal::entry(raw, what))?;
        self.0.insert(path, target);
        Ok(())
    }

    /// After the last entry: no link may lead to or through another one. Gives the targets by path, both below the top
    /// folder.
    pub(super) fn finish(self) -> Result<BTreeMap<String, String>, Refusal> {
        let folded: std::collections::BTreeSet<String> = self.0.keys().map(|it| it.to_ascii_lowercase()).collect();
        for (path, target) in &self.0 {
            let target = target.to_ascii_lowercase();
            let ends = target.match_indices('/').map(|(at, _)| at).chain([target.len()]);
            if ends.into_iter().any(|end| folded.contains(&target[..end])) {
                return Err(Refusal::entry(path.as_bytes(), "is a symbolic link that leads to or through another one"));
            }
        }
        let below = |path: &str| path.split_once('/').map_or(String::new(), |(_, below)| below.to_owned());
        Ok(self.0.iter().map(|(path, target)| (below(path), below(target))).collect())
    }
}

/// Checks the length of a target before its bytes are taken.
pub(super) fn check_target(size: u64, limits: &Limits) -> Result<(), Refusal> {
    check("the length of a link's target", size, limits.path)
}

/// Where a link at `path` leads to, below the same top folder: `..` only at the start, so that no link on the way could
/// give it another meaning.
fn resolve(path: &str, target: &[u8]) -> Result<String, &'static str> {
    let text = std::str::from_utf8(target).map_err(|_| "is a symbolic link whose target is not UTF-8")?;
    if text.is_empty() {
        return Err("is a symbolic link without a target");
    }
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    let mut parts = text.split('/').peekable();
    while parts.next_if_eq(&"..").is_some() {
        // the top folder itself is no place to go up from
        if folders.len() < 2 {
            return Err("is a symbolic link that leads out of the top folder");
        }
        folders.pop();
    }
    let depth = folders.len();
    for part in parts {
        if let Some(what) = odd_part(part) {
            return Err(match what {
                _ if text.starts_with('/') || part == ".." => "is a symbolic link that leads out of the top folder",
                _ => "is a symbolic link with a target that no release has",
            });
        }
        folders.push(part);
    }
    if folders.len() == depth && depth < 2 {
        return Err("is a symbolic link to the top folder");
    }
    Ok(folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_below_the_top_folder_or_refused() {
        let to = |target: &str| resolve("P/Misc/mypy/x.py", target.as_bytes());
        for (target, expected) in [
            ("../../Lib/x.py", "P/Lib/x.py"),
            ("../../Lib/_pyrepl", "P/Lib/_pyrepl"),
            ("y.py", "P/Misc/mypy/y.py"),
            ("d/y.py", "P/Misc/mypy/d/y.py"),
            ("..", "P/Misc"),
        ] {
            assert_eq!(to(target).as_deref(), Ok(expected), "{target}");
        }
        for target in [
            "",
            "/etc/passwd",
            "/",
            "../../../x",
            "../../../P/x",
            "../..",
            "../../../..",
            "d/../../../../x",
            "d/../y",
            "./y",
            "a//b",
            "y/",
            "y.",
            "a\\b",
            "a:b",
            "a\nb",
            "caf\u{e9}",
            "C:/x",
            "a\0b",
        ] {
            assert!(to(target).is_err(), "{target:?}: {:?}", to(target));
        }
        assert!(resolve("P/x", b"..").is_err() && resolve("P/x", b"../P/y").is_err());
        assert!(resolve("P/x", b"\xff").is_err());
    }
}
