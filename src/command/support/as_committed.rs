//! Files that git changes between the commit and the checkout: what was looked at would not be what is committed, and what a forge
//! shows, while git says that nothing is changed.

use crate::{
    base::{Files as _, RelPath, number_of},
    command::support::{
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    config::FILE,
    docs::{patterns, source_file},
    gates::whole_runtime,
    host::git::{self, Conversion},
};

/// Files that are named before the rest is counted.
const SHOWN: usize = 10;

/// Refuses a workspace in which a file that is looked at is another one than is committed, because attributes that came with a
/// commit say so (`working-tree-encoding`, `ident`, a `filter` that is set up here). How lines end is no difference. `wanted` gives
/// the files and folders of the tree that are looked at.
pub(super) fn as_committed(
    workspace: &Workspace,
    wanted: &dyn Fn() -> Result<Vec<RelPath>, Failure>,
) -> Result<(), Failure> {
    let root = workspace.root.as_path();
    let Some(lines) = git::attribute_lines(root)? else { return Ok(()) };
    let looked_at = LookedAt::new(workspace, wanted()?)?;
    let mut odd = Vec::new();
    for it in git::conversions(root, &lines, &|it| looked_at.has(it))? {
        let there = match workspace.disk.read(&it.path) {
            Err(error) if error.is_about_the_file() => None,
            other => other?,
        };
        // what is gone, and what cannot be read, is told of by that
        if there.is_some_and(|there| differs(&it, &there)) {
            odd.push(it);
        }
    }
    odd.dedup_by(|a, b| a.path == b.path);
    let Some(first) = odd.first() else { return Ok(()) };
    let mut places = lines.places(first.name);
    let lines = match (places.next(), places.next()) {
        (None, _) => "an attribute".to_owned(),
        (Some(only), None) => only.to_owned(),
        (Some(one), Some(_)) => format!("{one} and others"),
    };
    let message = format!(
        "git changes {} between the commit and the checkout ({} by {lines}), so that what is looked at is not what is committed",
        number_of(odd.len(), "file"),
        first.attribute
    );
    let hint = format!(
        "commit what you have edited yourself; take `{}` from {} in .gitattributes, and check it out again",
        first.attribute, first.path
    );
    let rest = odd.len().saturating_sub(SHOWN);
    let more = (rest > 0).then(|| format!("and {rest} more"));
    let names = odd.iter().take(SHOWN).map(|it| format!("{} ({})", it.path, it.attribute));
    Err(Failure::new(Exit::Usage, message, hint).with_details(names.chain(more)))
}

/// Whether a file is another one than is committed by what its attribute makes of it, and not because a person has edited it.
fn differs(it: &Conversion, there: &[u8]) -> bool {
    let is_changed_so = || match it.name {
        "ident" => is_same(&without_idents(&it.committed), &without_idents(there)),
        "working-tree-encoding" => !there.is_ascii() || !leaves_ascii(&it.attribute),
        // what a program makes of a file nobody can tell from what a person has edited
        _ => true,
    };
    !is_same(&it.committed, there) && is_changed_so()
}

/// Whether an encoding is known to leave ASCII as it is. In others the bytes of another text can all be ASCII: those of Unicode have zeros or
/// a `+`, and ISO 2022 has escapes.
fn leaves_ascii(attribute: &str) -> bool {
    const FAMILIES: [&str; 4] = ["iso8859", "latin", "windows125", "cp125"];
    const OTHERS: [&str; 12] =
        ["ascii", "usascii", "koi8r", "koi8u", "eucjp", "euckr", "euccn", "euctw", "gb2312", "gbk", "gb18030", "big5"];
    let value = attribute.split_once('=').map_or("", |(_, value)| value).to_ascii_lowercase();
    let name: String = value.chars().filter(|it| !matches!(it, '-' | '_')).collect();
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    FAMILIES.iter().any(|it| name.strip_prefix(it).is_some_and(is_number)) || OTHERS.contains(&name.as_str())
}

/// A text with what git writes between `$Id` and the next dollar of the line taken out.
fn without_idents(text: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"$Id";
    let mut res = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, MARK) {
        let (before, behind) = rest.split_at(at + MARK.len());
        res.extend_from_slice(before);
        let end = behind.iter().position(|it| matches!(it, b'$' | b'\n')).filter(|it| behind[*it] == b'$');
        rest = &behind[end.unwrap_or(0)..];
    }
    res.extend_from_slice(rest);
    res
}

/// Whether two texts are the same but for how their lines end.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
        text.split(|it| *it == b'\n').map(|it| it.strip_suffix(b"\r").unwrap_or(it))
    }
    a == b || lines(a).eq(lines(b))
}

/// What any command looks at.
struct LookedAt {
    places: Vec<RelPath>,
    /// Folders of which programs and their settings are read.
    programs: Vec<RelPath>,
    documents: globset::GlobSet,
}

impl LookedAt {
    fn new(workspace: &Workspace, mut places: Vec<RelPath>) -> Result<Self, Failure> {
        let config = &workspace.config;
        let docs = &config.docs;
        let documents = patterns(&docs.roots).map_err(|why| {
            let message = format!("cannot use the [docs] settings: {why}");
            Failure::new(Exit::Usage, message, "correct that key of molt-sync.toml")
        })?;
        let named = docs.files.values().map(|it| it.template.as_str()).chain([FILE]);
        places.extend(named.filter_map(|it| RelPath::new(it).ok()));
        places.extend(docs.files.keys().chain([&docs.bindings, &docs.page, &config.differential.tests]).cloned());
        places.extend(docs.blocks.values().map(|it| it.template.clone()));
        places.extend(docs.facts.values().filter_map(|it| source_file(&it.source)));
        let tools = RelPath::new("tools").ok();
        let mut programs = vec![whole_runtime(&config.paths.runtime)];
        programs.extend(tools.into_iter().chain(config.paths.core_lane.parent()));
        Ok(Self { places, programs, documents })
    }

    fn has(&self, path: &RelPath) -> bool {
        let lies_in = |places: &[RelPath]| places.iter().any(|it| path == it || path.below(it).is_some());
        lies_in(&self.places)
            || self.documents.is_match(path.as_str())
            || (matches!(path.extension(), Some("py" | "rs" | "toml")) && lies_in(&self.programs))
    }
}
