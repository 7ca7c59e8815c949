//! The documents that the settings name, as far as they are not too much to be read.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;

use super::settings::{settings, settings_error};
use crate::{
    base::{Below, FileError, Files, RelPath, alone::marks, limits},
    command::support::failure::{Exit, Failure},
    docs::{Claim, ClaimKind, ClaimState, Code, DocsOptions, Document, patterns},
    workspace::Damage,
};

/// The documents of a workspace.
pub(super) struct FoundDocuments {
    pub(super) documents: Vec<Document>,
    /// What is wrong with those that cannot be read.
    pub(super) odd: Vec<Claim>,
    /// What is a link, and not looked at: what it leads to is another document, or none of the workspace's.
    pub(super) unread: Vec<String>,
}

/// Every document that the roots name. One that is not text is a claim of its own.
pub(super) fn documents(files: &dyn Files, options: &DocsOptions) -> Result<FoundDocuments, Failure> {
    let wanted = patterns(&options.roots).map_err(|why| settings_error(&why))?;
    let (top, folders) = files.top_level()?;
    let mut paths: BTreeSet<RelPath> = top.into_iter().filter(|it| wanted.is_match(it.as_str())).collect();
    // only folders that a pattern can reach are walked
    let can_hold = |folder: &str| {
        let inner = |it: &'_ str| it.strip_prefix('{').and_then(|it| it.strip_suffix('}')).map(str::to_owned);
        let is_one_of = |it: &str| it == folder || inner(it).is_some_and(|it| it.split(',').any(|it| it == folder));
        let mut firsts = options.roots.iter().filter_map(|it| first_part(it));
        firsts.any(|it| is_one_of(it) || (it.contains(['*', '?', '[', '{']) && !folder.starts_with('.')))
    };
    let folders: Vec<&RelPath> = folders.iter().filter(|it| can_hold(it.as_str())).collect();
    let listed: Vec<Below> = folders.par_iter().map(|it| files.below(it, ".md")).collect::<Result<_, _>>()?;
    for below in &listed {
        paths.extend(below.files.iter().filter(|it| wanted.is_match(it.as_str())).cloned());
    }
    let mut odd = Vec::new();
    if options.roots != DocsOptions::default().roots {
        for root in &options.roots {
            let set = patterns([root]).map_err(|why| settings_error(&why))?;
            if !paths.iter().any(|it| set.is_match(it.as_str())) {
                let why = format!("the root `{root}` matches no document");
                odd.push(Claim::about(ClaimKind::Document, &settings(), ClaimState::Broken, Code::Floor, why));
            }
        }
    }
    let unnameable = |folder: &RelPath, it: &str| {
        let why = format!("{it:?} stands there, whose name is not clean UTF-8, so that nothing in it is judged");
        let mut claim = Claim::about(ClaimKind::Document, folder, ClaimState::Broken, Code::Source, why);
        claim.repair = "give it a name of clean UTF-8 without backslashes, control characters or a drive".into();
        claim
    };
    let top = files.top_odd(".md")?;
    for (name, is_folder) in &top.unnameable {
        if if *is_folder { can_hold(name) } else { wanted.is_match(name) } {
            odd.push(unnameable(&RelPath::root(), name));
        }
    }
    for (folder, below) in folders.iter().zip(&listed) {
        odd.extend(below.unnameable.iter().map(|it| unnameable(folder, it)));
    }
    let mut unread: Vec<String> = Vec::new();
    let mut is_a_link = |it: &RelPath| unread.push(format!("{it} is a link"));
    for link in &top.links {
        if if link.extension() == Some("md") { wanted.is_match(link.as_str()) } else { can_hold(link.as_str()) } {
            is_a_link(link);
        }
    }
    for below in &listed {
        below.unfollowed.iter().filter(|it| it.is_link).for_each(|it| is_a_link(&it.path));
    }
    let mut plain = Vec::with_capacity(paths.len());
    for path in paths {
        // what stands at the top is no link
        if listed.iter().any(|it| it.links.contains(&path)) {
            is_a_link(&path);
        } else {
            plain.push(path);
        }
    }
    let total = Total::default();
    let read = |path: &RelPath| {
        // what was read of too much is not used
        let text = if total.excess().is_some() { Ok(None) } else { files.text(path) };
        if let Ok(Some(text)) = &text {
            total.add(text);
        }
        (path.clone(), text)
    };
    let all: Vec<(RelPath, Result<Option<String>, FileError>)> = plain.par_iter().map(read).collect();
    if let Some(what) = total.excess() {
        let message = format!("the documents have more than {what} together, and that is not read");
        return Err(Failure::new(Exit::Usage, message, "name fewer of them in docs.roots of molt-sync.toml"));
    }
    let mut res = Vec::new();
    for (path, text) in all {
        match text {
            // UTF-16 of plain letters is clean UTF-8 too, of which nothing is found to be stated
            Ok(Some(text)) if memchr::memchr(0, text.as_bytes()).is_some() => {
                odd.push(unreadable(FileError::unusable(&path, "", "it has NUL characters, as text in UTF-16 does")));
            }
            Ok(Some(text)) => res.push(whole(path, text)?),
            Ok(None) => {}
            Err(error) if !error.is_about_the_file() => return Err(error.into()),
            Err(error) => odd.push(unreadable(error)),
        }
    }
    Ok(FoundDocuments { documents: res, odd, unread })
}

/// A document that cannot be read, as a claim of its own.
fn unreadable(error: FileError) -> Claim {
    let (path, damage) = (error.path.clone(), Damage::from(error));
    let mut claim = Claim::about(ClaimKind::Document, &path, ClaimState::Broken, Code::Malformed, damage.to_string());
    claim.repair = damage.repair;
    claim
}

/// A document of a size that is looked at.
///
/// # Errors
/// When it is too long: without it, what it states would count as right.
pub(super) fn whole(path: RelPath, text: String) -> Result<Document, Failure> {
    let why = limits::too_long(text.len(), limits::DOCUMENT).or_else(|| {
        let lines = lines(&text);
        let (limit, is_over) = (limits::DOCUMENT_LINES, lines > limits::DOCUMENT_LINES);
        is_over.then(|| format!("it has {lines} lines, and more than {limit} are not read"))
    });
    let why = why.or_else(|| {
        let limit = limits::DOCUMENT_MARKS;
        let marks = if text.len() > limit { marks(&text) } else { 0 };
        (marks > limit).then(|| format!("it has {marks} marks of Markdown, and more than {limit} are not read"))
    });
    match why {
        None => Ok(Document { path, text }),
        Some(why) => {
            let hint = "part it into several documents, or name others in docs.roots of molt-sync.toml";
            Err(Failure::new(Exit::Usage, format!("cannot read {path}: {why}"), hint))
        }
    }
}

/// A document has no more blocks than lines.
fn lines(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// How much all documents are together.
#[derive(Default)]
struct Total {
    bytes: AtomicUsize,
    lines: AtomicUsize,
}

impl Total {
    fn add(&self, text: &str) {
        self.bytes.fetch_add(text.len(), Ordering::Relaxed);
        self.lines.fetch_add(lines(text), Ordering::Relaxed);
    }

    /// What there is too much of.
    fn excess(&self) -> Option<String> {
        let over = |count: &AtomicUsize, limit: usize, what: &str| {
            (count.load(Ordering::Relaxed) > limit).then(|| format!("{limit} {what}"))
        };
        over(&self.bytes, limits::DOCUMENTS, "bytes").or_else(|| over(&self.lines, limits::LINES, "lines"))
    }
}

/// What a pattern says of the folders at the top: two stars cross folders, also where no slash follows.
fn first_part(pattern: &str) -> Option<&str> {
    pattern.split_once('/').map(|it| it.0).or(Some(pattern).filter(|it| it.contains("**")))
}
