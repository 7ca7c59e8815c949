//! What a user can name, read into memory with its digest, and the look inside that comes later.

use std::{io, path::Path};

use crate::{
    archive::{self, Limits},
    base::{Files as _, RelPath, Sha256, Version, printable, shell_word},
    command::support::failure::{Exit, Failure, collected, refused},
    host::{self, Disk},
    impact::api,
    release::{
        SBOM_LIMIT, Sbom, Suffix,
        sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    },
    stdlib::{Answer, Collector, QUERY, ReleaseFacts, SourceKind},
};

/// The largest file that is read for the names and the interface at once, in bytes: neither of them opens a larger one for both.
const LARGEST: u64 = 8 << 20;

const TREE: &str = "source-tree";
const INTERPRETER: &str = "interpreter";

/// What was read, before anybody believes it.
pub(in crate::command) struct UnverifiedSource {
    pub(in crate::command) kind: SourceKind,
    pub(in crate::command) artifact: String,
    pub(in crate::command) sha256: Sha256,
    pub(in crate::command) size: u64,
    pub(in crate::command) content: SourceContent,
    /// The signature bundle beside it.
    pub(in crate::command) bundle: Option<Vec<u8>>,
    /// The file name of that bundle, whether or not it is there; none for what is never signed.
    pub(in crate::command) bundle_name: Option<String>,
    /// The bytes of the SBOM that lies beside an archive.
    pub(in crate::command) sbom: Option<Vec<u8>>,
}

pub(in crate::command) enum SourceContent {
    Archive(Vec<u8>),
    Tree(Vec<(String, Vec<u8>)>),
    Answer(Box<Answer>),
}

pub(super) fn archive_read(artifact: String, bytes: Vec<u8>, sha256: Sha256) -> UnverifiedSource {
    // an archive has limits of its own, and several of them are read one after the other
    crate::host::begin_anew();
    let kind = SourceKind::ReleaseArchive;
    UnverifiedSource {
        kind,
        artifact,
        sha256,
        size: bytes.len() as u64,
        content: SourceContent::Archive(bytes),
        bundle: None,
        bundle_name: None,
        sbom: None,
    }
}

/// Refuses an address where a file is named: nothing is got from there.
pub(in crate::command) fn refuse_address(text: &str) -> Result<(), Failure> {
    if !["http://", "https://", "ftp://", "file://"].iter().any(|it| text.starts_with(it)) {
        return Ok(());
    }
    let message = format!("cannot read {}: it is an address, and not a file", host::shown_address(text));
    let hint = match host::folder_of_address(text) {
        Some(path) => format!("a file is named by its path: {}", shell_word(&path)),
        None => "download it and name that file; a mirror is named with --mirror".to_owned(),
    };
    Err(Failure::new(Exit::Usage, message, hint))
}

pub(super) fn read_path(path: &Path) -> Result<UnverifiedSource, Failure> {
    read_with(path, &NAMES)
}

/// The same, with what the interface of a release follows from.
pub(super) fn read_whole(path: &Path) -> Result<UnverifiedSource, Failure> {
    read_with(path, &WHOLE)
}

/// What is read of a source tree: the folders, and which files in them.
struct TreePart {
    folders: &'static [&'static str],
    wants: fn(&str) -> bool,
}

/// What the names of modules follow from.
const NAMES: TreePart = TreePart { folders: &["Include", "Lib", "Python"], wants: Collector::wants };
/// What the interface does too.
const WHOLE: TreePart = TreePart {
    folders: &["Doc", "Include", "Lib", "Modules", "Objects", "Python"],
    wants: |path| Collector::wants(path) || api::ApiCollector::wants(path),
};

fn read_with(path: &Path, part: &TreePart) -> Result<UnverifiedSource, Failure> {
    refuse_address(&path.to_string_lossy())?;
    if host::is_folder(path).map_err(|error| Failure::io("read", path, &error))? {
        return read_tree(path, part);
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
    let beside = |ending: &str, limit: u64| {
        let path = path.with_file_name(format!("{name}{ending}"));
        match host::read_plain(&path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io("read", &path, &error)),
        }
    };
    let (bundle, sbom) = (beside(BUNDLE_SUFFIX, BUNDLE_LIMIT)?, beside(SBOM_SUFFIX, SBOM_LIMIT)?);
    let bundle_name = Some(format!("{name}{BUNDLE_SUFFIX}"));
    Ok(UnverifiedSource { bundle, bundle_name, sbom, ..archive_read(name, bytes, sha256) })
}

/// The ending of an SBOM's name behind its artifact's.
const SBOM_SUFFIX: &str = ".spdx.json";

/// The name of the SBOM beside an artifact.
pub(super) fn sbom_name(artifact: &str) -> String {
    format!("{artifact}{SBOM_SUFFIX}")
}

/// What the SBOM beside an archive states, which has to be about that archive. `published` is the name under which its
/// digest is believed; a file that somebody only looks into has none.
pub(super) fn sbom_of(read: &UnverifiedSource, published: Option<&str>) -> Result<Option<Sbom>, Failure> {
    let Some(bytes) = &read.sbom else { return Ok(None) };
    let sbom = Sbom::parse(bytes).and_then(|sbom| {
        sbom.is_about(published.unwrap_or(&read.artifact), published.is_some(), read.sha256)?;
        Ok(sbom)
    });
    sbom.map(Some).map_err(|error| {
        let message = format!("cannot use {}: {error}", sbom_name(&read.artifact));
        Failure::new(Exit::Trust, message, "get it again, from python.org if this was a mirror, or go without it")
    })
}

/// Reads the files of a tree that count. Their digest is that of one line a file, its path and its digest.
fn read_tree(root: &Path, part: &TreePart) -> Result<UnverifiedSource, Failure> {
    let limits = Limits::default();
    let disk = Disk::new(root);
    let mut files = Vec::new();
    let mut index = String::new();
    let mut size = 0;
    for top in part.folders {
        let folder =
            RelPath::new(*top).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))?;
        for path in disk.list(&folder, "")?.into_iter().filter(|path| (part.wants)(path.as_str())) {
            let on_disk = disk.locate(&path);
            let bytes =
                host::read_plain(&on_disk, limits.file).map_err(|error| Failure::io("read", &on_disk, &error))?;
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
        let message = format!("{} is not a source tree of CPython: it has no Lib/*.py", root.display());
        let hint = "name the folder that has Include, Lib and Python; a folder of releases is named with --mirror";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    let sha256 = Sha256::of(index.as_bytes());
    let (kind, artifact, content) = (SourceKind::SourceTree, TREE.into(), SourceContent::Tree(files));
    Ok(UnverifiedSource { kind, artifact, sha256, size, content, bundle: None, bundle_name: None, sbom: None })
}

/// The form of an archive, by its first bytes; none where it is not one.
pub(super) fn form(bytes: &[u8]) -> Option<Suffix> {
    const FORMS: [(&[u8], Suffix); 3] =
        [(b"\x1f\x8b", Suffix::Tgz), (b"\xfd7zXZ\0", Suffix::TarXz), (b"PK", Suffix::Zip)];
    FORMS.into_iter().find(|(first, _)| bytes.starts_with(first)).map(|it| it.1)
}

pub(super) fn read_interpreter(path: &Path) -> Result<UnverifiedSource, Failure> {
    let (answer, text) = ask(path)?;
    let (sha256, size) = (Sha256::of(text.as_bytes()), text.len() as u64);
    Ok(UnverifiedSource {
        kind: SourceKind::Interpreter,
        artifact: INTERPRETER.into(),
        sha256,
        size,
        content: SourceContent::Answer(Box::new(answer)),
        bundle: None,
        bundle_name: None,
        sbom: None,
    })
}

/// One query to an interpreter.
pub(in crate::command) fn ask(path: &Path) -> Result<(Answer, String), Failure> {
    let text = host::run_query(path, QUERY, std::time::Duration::from_mins(1))?;
    let text = text.trim().to_owned();
    let answer = serde_json::from_str(&text).map_err(|_| no_answer(path, &text))?;
    Ok((answer, text))
}

/// The characters of a foreign answer that are shown.
const ANSWER_SHOWN: usize = 60;

/// A program that starts and ends well, and that does not say what an interpreter says.
pub(in crate::command) fn no_answer(path: &Path, text: &str) -> Failure {
    let line = text.lines().find(|it| !it.trim().is_empty()).map(str::trim);
    let what = match line {
        None => "nothing".to_owned(),
        Some(line) => {
            let end = line.char_indices().nth(ANSWER_SHOWN).map(|(at, _)| at);
            let more = if end.is_some() { "…" } else { "" };
            format!("`{}{more}`", printable(&line[..end.unwrap_or(line.len())]))
        }
    };
    let message =
        format!("cannot use {} as an interpreter: asked for its standard library, it answered {what}", path.display());
    Failure::new(Exit::Usage, message, "name a CPython interpreter, 3.10 or newer")
}

pub(super) fn tree_version(files: &[(String, Vec<u8>)]) -> Option<Version> {
    let mut collector = Collector::default();
    let (path, bytes) = files.iter().find(|(path, _)| path.ends_with("patchlevel.h"))?;
    collector.offer(path, bytes.len() as u64, &mut bytes.as_slice()).ok()?;
    collector.version().ok()
}

/// Refuses an archive whose top folder is not called as its release is.
pub(super) fn named_so(
    name: &str,
    bytes: &[u8],
    summary: &archive::ArchiveSummary,
    version: Version,
) -> Result<(), Failure> {
    if bytes.starts_with(b"PK") || summary.top == version.stem() {
        return Ok(());
    }
    let message = format!("cannot use {name}: its top folder is `{}`, not `{}`", summary.top, version.stem());
    Err(Failure::new(Exit::Trust, message, "get the archive again, from python.org if this was a mirror"))
}

/// Looks inside. Whether that may be believed is the caller's business.
pub(super) fn facts_of(
    read: &UnverifiedSource,
    wanted: Option<Version>,
    sbom: Option<&Sbom>,
) -> Result<ReleaseFacts, Failure> {
    look_inside(read, wanted, sbom, None)
}

/// The same, and in the same pass what the interface follows from, where that is asked for.
pub(super) fn look_inside(
    read: &UnverifiedSource,
    wanted: Option<Version>,
    sbom: Option<&Sbom>,
    mut interface: Option<&mut api::ApiCollector>,
) -> Result<ReleaseFacts, Failure> {
    let name = &read.artifact;
    let mut collector = Collector::default();
    let mut buffer = Vec::new();
    let mut offer = |path: &str, size: u64, bytes: &mut dyn io::Read| {
        let Some(interface) = interface.as_deref_mut().filter(|_| api::ApiCollector::wants(path)) else {
            return collector.offer(path, size, bytes);
        };
        if !Collector::wants(path) {
            return interface.offer(path, size, bytes);
        }
        if size > LARGEST {
            collector.offer(path, size, bytes)?;
            return interface.offer(path, size, bytes);
        }
        buffer.clear();
        bytes.read_to_end(&mut buffer)?;
        collector.offer(path, size, &mut buffer.as_slice())?;
        interface.offer(path, size, &mut buffer.as_slice())
    };
    match &read.content {
        SourceContent::Answer(answer) => return answer.facts().map_err(|error| collected(name, &error)),
        SourceContent::Tree(files) => {
            for (path, bytes) in files {
                offer(path, bytes.len() as u64, &mut bytes.as_slice()).map_err(|error| {
                    Failure::new(Exit::Usage, format!("cannot read {path} of {name}: {error}"), "check the file")
                })?;
            }
        }
        SourceContent::Archive(bytes) => {
            let limits = Limits::default();
            let offer = |entry: archive::Entry<'_>| Ok(offer(entry.path, entry.size, entry.bytes)?);
            let summary = match sbom {
                Some(sbom) => archive::scan_stated(bytes, &limits, &sbom.files, offer),
                None => archive::scan(bytes, &limits, offer),
            };
            let summary = summary.map_err(|refusal| refused(name, &refusal))?;
            let version = collector.version().map_err(|error| collected(name, &error))?;
            named_so(name, bytes, &summary, version)?;
        }
    }
    collector.finish(wanted).map_err(|error| collected(name, &error))
}
