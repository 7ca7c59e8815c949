//! How the lines of a new file end where git would check it out: in a checkout that has carriage returns, a file without them
//! is one that `core.safecrlf` refuses.

use std::path::Path;

use super::{GitError, ask, git};
use crate::base::RelPath;

/// Those of `paths` that git would check out with a carriage return at the end of each line, by attributes and settings.
pub fn with_carriage_returns(root: &Path, paths: &[&RelPath]) -> Result<Vec<RelPath>, GitError> {
    let what = "ask how lines end";
    let set = ask(root, what, &["config", "-z", "--get-regexp", "^core\\.(autocrlf|eol)$"])?.unwrap_or_default();
    let set = String::from_utf8_lossy(&set).to_lowercase();
    let setting = |key: &str| {
        // what stands last counts, and a key without a value is set
        let mut entries = set.rsplit('\0').map(|it| it.split_once('\n').unwrap_or((it, "true")));
        entries.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let (autocrlf, eol) = (setting("core.autocrlf"), setting("core.eol"));
    let is_auto = matches!(autocrlf.as_str(), "true" | "yes" | "on" | "1");
    // what a file has that is known to be text
    let of_text = is_auto || autocrlf != "input" && (eol == "crlf" || eol != "lf" && cfg!(windows));
    let names: Vec<u8> = paths.iter().flat_map(|it| [it.as_str().as_bytes(), b"\0"].concat()).collect();
    let said = git(root, what, &["check-attr", "-z", "--stdin", "text", "eol"], Some(names))?;
    let said: Vec<_> = said.split(|it| *it == 0).map(String::from_utf8_lossy).collect();
    let value = |path: &RelPath, name: &str| {
        let found = said.chunks_exact(3).find(|it| it[0] == path.as_str() && it[1] == name);
        found.map_or(String::new(), |it| it[2].to_string())
    };
    let has_returns = |path: &RelPath| match (value(path, "text").as_str(), value(path, "eol").as_str()) {
        ("unset", _) | (_, "lf") => false,
        (_, "crlf") => true,
        ("set" | "auto", _) => of_text,
        ("input", _) => false,
        _ => is_auto,
    };
    Ok(paths.iter().filter(|it| has_returns(it)).map(|it| (*it).clone()).collect())
}
