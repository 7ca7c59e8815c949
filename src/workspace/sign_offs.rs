//! The folder of sign-offs: what a person accepts of a release, of the budget, of the scoreboard. Each file is read in one way, whatever
//! it signs for.

use serde::Deserialize;

use super::damage::{Damage, Input, Reading};
use crate::{
    base::{
        Files, RelPath, Version,
        limits::{SETTINGS, too_large_toml, too_long},
        says_something,
        text::{conflict, position},
    },
    config::Paths,
    release::AcceptedDoubts,
    scoreboard::Exception,
};

/// The word for an older release in a sign-off.
pub const OLDER: &str = "older-release";
/// The word for one that the calendar says something against.
pub const RECALLED: &str = "recalled-release";

/// The most files of sign-offs that are read. A refresh writes one where the budget grows, so that this is many years of them.
pub const MOST_SIGN_OFFS: usize = 10_000;
/// The most bytes of one: that of a whole tree that falls back has fewer.
const LONGEST: usize = 256 << 10;
/// The most bytes of all.
const ALL: usize = 4 << 20;

/// A sign-off that is on file for a release that a refresh does not take unasked.
#[derive(Debug, Deserialize)]
pub struct OnFile {
    /// What it is for.
    pub gate: String,
    /// The release that was taken.
    pub release: Version,
    /// The release that it was taken in place of.
    pub before: Option<Version>,
    /// What was said against it, in the words of the run that asked for this.
    why: Option<String>,
    signed_off_by: String,
    reason: String,
}

/// The text of every sign-off in a folder, by its path. One that cannot be read is a damage: what it allows is not known.
pub fn sign_offs(files: &dyn Files, folder: &RelPath) -> Reading<Vec<(RelPath, String)>> {
    let old = |name: &RelPath, why: String| Damage {
        repair: "delete those that were needed long ago; git keeps them".into(),
        ..Damage::text(Input::SignOff, name.as_str(), "", why)
    };
    let paths = files.list(folder, ".toml")?;
    if paths.len() > MOST_SIGN_OFFS {
        let why = format!("there are {} sign-offs in it, and more than {MOST_SIGN_OFFS} are not read", paths.len());
        return Err(old(folder, why));
    }
    let (mut res, mut left) = (Vec::new(), ALL);
    for path in paths {
        let text = files.text(&path)?.unwrap_or_default();
        let why = too_long(text.len(), LONGEST).or_else(|| {
            let is_over = text.len() > left;
            is_over.then(|| format!("all sign-offs together have more than {ALL} bytes, and that is not read"))
        });
        if let Some(why) = why {
            return Err(old(&path, why));
        }
        left -= text.len();
        res.push((path, text));
    }
    Ok(res)
}

/// What a sign-off for `gate` says; none where it is for something else.
pub fn signed_for<T: for<'a> Deserialize<'a>>(path: &RelPath, text: &str, gates: &[&str]) -> Reading<Option<T>> {
    let damage = |why: String| Damage::text(Input::SignOff, path.as_str(), text, why);
    if let Some(why) = too_large_toml(text, SETTINGS) {
        return Err(damage(why));
    }
    let table = toml::from_str::<toml::Table>(text).map_err(|error| {
        let (line, _) = position(text, error.span().map_or(0, |it| it.start));
        damage(format!("line {line}: {}", error.message()))
    })?;
    if !table.get("gate").and_then(toml::Value::as_str).is_some_and(|it| gates.contains(&it)) {
        return Ok(None);
    }
    table.try_into().map(Some).map_err(|error: toml::de::Error| damage(error.message().to_owned()))
}

/// The sign-offs for releases that a refresh does not take unasked. One without a name or a reason accepts nothing.
pub fn on_file(files: &dyn Files, paths: &Paths) -> Reading<Vec<OnFile>> {
    let mut res = Vec::new();
    for (path, text) in sign_offs(files, &paths.exceptions)? {
        let found: Option<OnFile> = signed_for(&path, &text, &[OLDER, RECALLED])?;
        res.extend(found.filter(|it| says_something(&it.signed_off_by) && says_something(&it.reason)));
    }
    Ok(res)
}

/// Releases that a person took although the calendar says something against them.
pub fn accepted_recalls(files: &dyn Files, paths: &Paths) -> Reading<AcceptedDoubts> {
    Ok(doubts_on_file(&on_file(files, paths)?))
}

/// Those among these sign-offs.
pub fn doubts_on_file(on_file: &[OnFile]) -> AcceptedDoubts {
    let mut res = AcceptedDoubts::default();
    for it in on_file.iter().filter(|it| it.gate == RECALLED) {
        res.add(it.release, it.why.clone());
    }
    res
}

/// Older releases that a person took.
pub fn accepted_older(files: &dyn Files, paths: &Paths) -> Reading<Vec<Version>> {
    Ok(on_file(files, paths)?.into_iter().filter(|it| it.gate == OLDER).map(|it| it.release).collect())
}

/// Every exception of the scoreboard in a folder.
pub fn exceptions(files: &dyn Files, folder: &RelPath) -> Reading<Vec<Exception>> {
    let mut res = Vec::new();
    for (path, text) in sign_offs(files, folder)? {
        let damage = |why: String| Damage::text(Input::SignOff, path.as_str(), &text, why);
        // two sides without a mark of TOML between them could be read as one
        if conflict(&text).is_some() {
            return Err(damage(String::new()));
        }
        res.extend(Exception::parse(&path, &text).map_err(|error| damage(error.to_string()))?);
    }
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::Memory, release::feed::Doubt};

    #[test]
    fn a_sign_off_that_cannot_be_read_is_a_damage_to_whoever_looks_for_one_and_a_blank_one_accepts_nothing() {
        let paths = Paths::default();
        let place = paths.exceptions.join("x.toml");
        let at = |text: &str| Memory([(place.clone(), text.as_bytes().to_vec())].into());
        let by = |name: &str| {
            format!("gate = \"{RECALLED}\"\nrelease = \"3.13.5\"\nsigned_off_by = \"{name}\"\nreason = \"it is so\"\n")
        };
        let accepted = |text: &str| accepted_recalls(&at(text), &paths);
        let (release, doubt) =
            ("3.13.5".parse().unwrap(), |is_recalled| Doubt { is_recalled, note: "sources only".into() });
        let covers = |text: &str, is_recalled| accepted(text).unwrap().covers(release, &doubt(is_recalled));
        assert!(covers(&by("Ann"), true) && covers(&by("Ann"), false));
        // who took a note for harmless has not taken a release that was recalled
        let why = format!("{}why = '{}: CPython 3.13.5'\n", by("Ann"), doubt(false).words());
        assert!(covers(&why, false) && !covers(&why, true));
        let other = Doubt { is_recalled: false, note: "loses data".into() };
        assert!(!accepted(&why).unwrap().covers(release, &other), "another note is another one");
        let both = format!("{}why = '{}'\n", by("Ann"), doubt(true).words());
        assert!(covers(&both, false) && covers(&both, true));
        assert_eq!(accepted_older(&at(&by("Ann")), &paths), Ok(Vec::new()));
        assert_eq!(accepted(&by("")), Ok(AcceptedDoubts::default()));
        assert_eq!(accepted("gate = \"ratchet\"\n"), Ok(AcceptedDoubts::default()));
        for (text, why) in [
            ("gate = \n", "line 1: "),
            (&by("Ann").replace("3.13.5", "soon"), "soon"),
            (&format!("<<<<<<< a\n{}=======\n>>>>>>> b\n", by("Ann")), "a merge left a conflict at line 1"),
        ] {
            let damage = accepted(text).unwrap_err();
            assert!(damage.name == place.as_str() && damage.cause.contains(why), "{damage}");
            assert_eq!(
                exceptions(&at(text), &paths.exceptions).is_err(),
                text.contains("gate = \n") || text.contains('<')
            );
        }
    }
}
