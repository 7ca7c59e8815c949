//! Which files git checks out with other bytes than are committed, because attributes say so that came with a commit. Git takes
//! such a file for unchanged: that it says so does not mean that what is on disk is what a forge shows.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use super::{
    ask, changed,
    error::GitError,
    folder::repository,
    git, index_file,
    plain::{INDEX, is_absence},
    program::listed,
};
use crate::{base::RelPath, host::plain::read_plain};

/// Attributes by which more of a file is changed than how its lines end.
const CHANGING: [&str; 3] = ["working-tree-encoding", "ident", "filter"];

const WHAT: &str = "ask which files it changes at a checkout";

/// The most lines of attributes that git compares with names of files: it goes through those above a file anew for each file.
const MOST_COMPARED: usize = 50_000_000;

/// The attribute files in git's index.
pub struct AttributeLines {
    /// Each line that names a changing attribute: the attribute, and where it stands.
    changing: Vec<(&'static str, String)>,
    /// How many lines there are in all.
    count: usize,
}

impl AttributeLines {
    /// The lines that can have given an attribute, each as `.gitattributes line 3`; none where macros have, or lines of the user's own.
    pub fn places(&self, name: &str) -> impl Iterator<Item = &str> {
        self.changing.iter().filter(move |(it, _)| *it == name).map(|(_, place)| place.as_str())
    }
}

/// A file that attributes have git change between the commit and the checkout, if it holds what they change.
pub struct Conversion {
    /// The file.
    pub path: RelPath,
    /// The attribute.
    pub name: &'static str,
    /// The same with its value: `filter=lfs`.
    pub attribute: String,
    /// What is committed, or staged.
    pub committed: Vec<u8>,
}

/// The lines of all attribute files of the index by which git could change files; none where there are none. Those of the user's own
/// are not among them. They are read from the index, and not from disk: one that is a link, or that is changed at the checkout itself,
/// counts for git as it is committed.
pub fn attribute_lines(root: &Path) -> Result<Option<AttributeLines>, GitError> {
    let found = attribute_files(root)?;
    let named: Vec<(&str, &str)> = found.iter().map(|(object, name)| (object.as_str(), name.as_str())).collect();
    let (mut changing, mut count) = (Vec::new(), 0);
    for ((_, name), bytes) in named.iter().zip(changed::blobs(root, WHAT, &named)?) {
        for (number, line) in bytes.split(|it| *it == b'\n').enumerate() {
            let named = CHANGING.iter().filter(|it| memchr::memmem::find(line, it.as_bytes()).is_some());
            if !line.trim_ascii_start().starts_with(b"#") {
                changing.extend(named.map(|it| (*it, format!("{name} line {}", number + 1))));
            }
            count += 1;
        }
    }
    Ok(Some(AttributeLines { changing, count }).filter(|it| !it.changing.is_empty()))
}

/// The files of the index that attributes have git change, of those that are looked at. One that holds nothing which could be
/// changed, or whose filter is set up nowhere, is not among them.
pub fn conversions(
    root: &Path,
    lines: &AttributeLines,
    is_looked_at: &dyn Fn(&RelPath) -> bool,
) -> Result<Vec<Conversion>, GitError> {
    let listing = listed(root, WHAT, &["ls-files", "-z", "-t", "--stage", "--cached"])?;
    let mut objects: BTreeMap<RelPath, &str> = BTreeMap::new();
    for (object, name) in listing.split(|it| *it == 0).filter_map(entry) {
        // what cannot be named is looked at by nobody, which is told where it should be
        let path = std::str::from_utf8(name).ok().and_then(|it| RelPath::new(it).ok());
        objects.extend(path.filter(|it| is_looked_at(it)).map(|it| (it, object)));
    }
    if objects.len().saturating_mul(lines.count) > MOST_COMPARED {
        let why = format!("the .gitattributes files have {} lines, for each of {} files", lines.count, objects.len());
        return Err(GitError::failed(WHAT, why));
    }
    let names: Vec<u8> = objects.keys().flat_map(|it| [it.as_str().as_bytes(), b"\0"].concat()).collect();
    let mut given: BTreeSet<(RelPath, &'static str, String)> = BTreeSet::new();
    // those of the index count while git checks out, and those on disk from then on
    for from in [&["--cached"][..], &[]] {
        let asked = [&["check-attr", "-z", "--stdin"], from, &CHANGING].concat();
        let said = git(root, WHAT, &asked, Some(names.clone()))?;
        let said: Vec<&[u8]> = said.split(|it| *it == 0).collect();
        for it in said.chunks_exact(3) {
            let [path, name, value] = [it[0], it[1], it[2]].map(String::from_utf8_lossy);
            let name = CHANGING.into_iter().find(|it| *it == name);
            let is_plain = matches!(value.as_ref(), "unspecified" | "unset")
                || (name == Some("working-tree-encoding") && is_utf_8(&value));
            if let (Some(name), false, Ok(path)) = (name, is_plain, RelPath::new(path)) {
                given.insert((path, name, value.into_owned()));
            }
        }
    }
    if given.iter().any(|(_, name, _)| *name == "filter") {
        let drivers = drivers(root)?;
        given.retain(|(_, name, value)| *name != "filter" || drivers.contains(value));
    }
    let wanted: Vec<(&str, &str)> =
        given.iter().filter_map(|(path, ..)| Some((*objects.get(path)?, path.as_str()))).collect();
    let committed = changed::blobs(root, WHAT, &wanted)?;
    let res = given.iter().zip(committed).map(|((path, name, value), committed)| {
        let attribute = if value == "set" { (*name).to_owned() } else { format!("{name}={value}") };
        Conversion { path: path.clone(), name, attribute, committed }
    });
    Ok(res.collect())
}

/// The object and the name of an entry of the index with its tag; none for another repository in this one, and for a file that is not
/// to be on disk: a clone that is not whole need not have it.
fn entry(listed: &[u8]) -> Option<(&str, &[u8])> {
    let listed = listed.get(2..).filter(|_| !listed.starts_with(b"S "))?;
    let tab = memchr::memchr(b'\t', listed)?;
    let mut about = std::str::from_utf8(&listed[..tab]).ok()?.split(' ');
    let (mode, object) = (about.next()?, about.next()?);
    (mode != "160000").then_some((object, &listed[tab + 1..]))
}

fn is_utf_8(encoding: &str) -> bool {
    encoding.eq_ignore_ascii_case("utf-8") || encoding.eq_ignore_ascii_case("utf8")
}

/// The filters that are set up: of another one git knows no program, and leaves the files as they are.
fn drivers(root: &Path) -> Result<Vec<String>, GitError> {
    let asked = ["config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$"];
    let names = ask(root, WHAT, &asked)?.unwrap_or_default();
    let names = names.split(|it| *it == 0).map(String::from_utf8_lossy);
    Ok(names.filter_map(|it| Some(it.strip_prefix("filter.")?.rsplit_once('.')?.0.to_owned())).collect())
}

/// The attribute files of the index, each by the name of its object and its path from the top. A name in other letters is one where
/// the disk knows no difference.
fn attribute_files(root: &Path) -> Result<Vec<(String, String)>, GitError> {
    let Some(found) = repository(root)? else { return Ok(Vec::new()) };
    let place = found.folder.join("index");
    let bytes = match read_plain(&place, INDEX) {
        Ok(bytes) => bytes,
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(failed(&place, &error)),
    };
    if let Some(res) = index_file::entries(&bytes, |name| name.eq_ignore_ascii_case(b".gitattributes")) {
        return Ok(res);
    }
    let pattern = ":(top,glob,icase)**/.gitattributes";
    let listing =
        ["--no-literal-pathspecs", "ls-files", "-z", "-t", "--stage", "--cached", "--full-name", "--", pattern];
    let found = listed(root, WHAT, &listing)?;
    let found = found.split(|it| *it == 0).filter_map(entry);
    Ok(found.map(|(object, name)| (object.to_owned(), String::from_utf8_lossy(name).into_owned())).collect())
}

fn failed(place: &Path, error: &io::Error) -> GitError {
    GitError::failed(&format!("look at {}", place.display()), error.to_string())
}
