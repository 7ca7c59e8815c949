//! What a user can name, read into memory with its digest, and the look inside that comes later.

use std::{io::Read as _, path::Path};

use super::super::failure::{Exit, Failure, collected, refused};
use crate::{
    archive::{self, Limits},
    base::{Files as _, RelPath, Sha256, Version},
    host::{self, Disk},
    release::sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    stdlib::{Answer, Collector, Facts, QUERY, SourceKind},
};

const TREE: &str = "source-tree";
const INTERPRETER: &str = "interpreter";

/// What was read, before anybody believes it.
pub(in crate::command) struct Read {
    pub(in crate::command) kind: SourceKind,
    pub(in crate::command) artifact: String,
    pub(in crate::command) sha256: Sha256,
    pub(in crate::command) size: u64,
    pub(in crate::command) content: Content,
    /// The signature bundle beside it.
    pub(in crate::command) bundle: Option<Vec<u8>>,
}

pub(in crate::command) enum Content {
    Archive(Vec<u8>),
    Tree(Vec<(String, Vec<u8>)>),
    Answer(Box<Answer>),
}

pub(super) fn archive_read(artifact: String, bytes: Vec<u8>, sha256: Sha256) -> Read {
    let kind = SourceKind::ReleaseArchive;
    Read { kind, artifact, sha256, size: bytes.len() as u64, content: Content::Archive(bytes), bundle: None }
}

pub(super) fn read_path(path: &Path) -> Result<Read, Failure> {
    if path.is_dir() {
        return read_tree(path);
    }
    let (bytes, sha256) =
        host::read_hashed(path, Limits::default().compressed).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => Failure::new(
                Exit::Trust,
                format!("cannot use {}: {error}", path.display()),
                "no CPython release is that large: name a source archive",
            ),
            _ => Failure::io("read", path, &error),
        })?;
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let mut beside = path.as_os_str().to_owned();
    beside.push(BUNDLE_SUFFIX);
    let bundle = match host::read_file(Path::new(&beside), BUNDLE_LIMIT) {
        Ok(bundle) => Some(bundle),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::io("read", beside.as_ref(), &error)),
    };
    Ok(Read { bundle, ..archive_read(name, bytes, sha256) })
}

/// Reads the files of a tree that count. Their digest is that of one line a file, its path and its digest.
fn read_tree(root: &Path) -> Result<Read, Failure> {
    let limits = Limits::default();
    let disk = Disk::new(root);
    let mut files = Vec::new();
    let mut index = String::new();
    let mut size = 0;
    for top in ["Include", "Lib", "Python"] {
        let folder =
            RelPath::new(top).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))?;
        for path in disk.list(&folder, "")?.into_iter().filter(|path| Collector::wants(path.as_str())) {
            let on_disk = disk.locate(&path);
            let bytes =
                host::read_file(&on_disk, limits.file).map_err(|error| Failure::io("read", &on_disk, &error))?;
            size += bytes.len() as u64;
            if size > limits.total || files.len() as u64 > limits.entries {
                let message = format!("{} is larger than any source tree of CPython", root.display());
                return Err(Failure::new(Exit::Trust, message, "name the folder that has Include, Lib and Python"));
            }
            index += &format!("{} {path}\n", Sha256::of(&bytes));
            files.push((path.to_string(), bytes));
        }
    }
    if files.is_empty() {
        let message = format!("{} is no source tree of CPython: it has no Lib/*.py", root.display());
        return Err(Failure::new(Exit::Usage, message, "name the folder that has Include, Lib and Python"));
    }
    let sha256 = Sha256::of(index.as_bytes());
    let (kind, artifact, content) = (SourceKind::SourceTree, TREE.into(), Content::Tree(files));
    Ok(Read { kind, artifact, sha256, size, content, bundle: None })
}

pub(super) fn read_interpreter(path: &Path) -> Result<Read, Failure> {
    let (answer, text) = ask(path)?;
    let (sha256, size) = (Sha256::of(text.as_bytes()), text.len() as u64);
    Ok(Read {
        kind: SourceKind::Interpreter,
        artifact: INTERPRETER.into(),
        sha256,
        size,
        content: Content::Answer(Box::new(answer)),
        bundle: None,
    })
}

/// One query to an interpreter.
pub(in crate::command) fn ask(path: &Path) -> Result<(Answer, String), Failure> {
    let text = host::run_query(path, QUERY, std::time::Duration::from_mins(1))?;
    let text = text.trim().to_owned();
    let answer = serde_json::from_str(&text).map_err(|error| {
        let message = format!("{} did not answer the query: {error}", path.display());
        Failure::new(Exit::Usage, message, "name a CPython interpreter, 3.10 or newer")
    })?;
    Ok((answer, text))
}

pub(super) fn tree_version(files: &[(String, Vec<u8>)]) -> Option<Version> {
    let mut collector = Collector::default();
    let (path, bytes) = files.iter().find(|(path, _)| path.ends_with("patchlevel.h"))?;
    collector.offer(path, bytes.len() as u64, &mut bytes.as_slice()).ok()?;
    collector.version().ok()
}

/// Looks inside. Whether that may be believed is the caller's business.
pub(super) fn facts_of(read: &Read, wanted: Option<Version>) -> Result<Facts, Failure> {
    let name = &read.artifact;
    let mut collector = Collector::default();
    match &read.content {
        Content::Answer(answer) => {
            let facts = answer.facts().map_err(|error| collected(name, &error))?;
            return Ok(facts);
        }
        Content::Tree(files) => {
            for (path, bytes) in files {
                let offered = collector.offer(path, bytes.len() as u64, &mut bytes.as_slice());
                offered.map_err(|error| {
                    Failure::new(Exit::Usage, format!("cannot read {path} of {name}: {error}"), "check the file")
                })?;
            }
        }
        Content::Archive(bytes) => {
            let summary = archive::scan(bytes, &Limits::default(), |entry| {
                Ok(collector.offer(entry.path, entry.size, &mut entry.bytes.take(entry.size))?)
            });
            let summary = summary.map_err(|refusal| refused(name, &refusal))?;
            let version = collector.version().map_err(|error| collected(name, &error))?;
            let is_zip = bytes.starts_with(b"PK");
            if !is_zip && summary.top != version.stem() {
                let message =
                    format!("cannot use {name}: its top folder is `{}`, not `{}`", summary.top, version.stem());
                return Err(Failure::new(
                    Exit::Trust,
                    message,
                    "get the archive again, from python.org if this was a mirror",
                ));
            }
        }
    }
    collector.finish(wanted).map_err(|error| collected(name, &error))
}
