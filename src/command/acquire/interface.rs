//! The interface of a release, from its archive: verified as everything that counts is, or looked into.

use std::path::Path;

use super::{
    at_hand, mirror,
    read::{Content, Read, named_so, read_whole},
};
use crate::{
    archive::{self, Limits},
    base::{Request, Sha256, Version},
    command::support::{
        context::{Context, Options},
        failure::{Exit, Failure, collected, refused},
        public_names::keep_names,
    },
    host,
    impact::api::{self, Api},
    release::Recalls,
    stdlib::{Baseline, Collector, Facts},
};

/// The interface, and what it was read from.
pub(in crate::command) struct Interface {
    /// The artifact, with its label.
    pub(in crate::command) artifact: String,
    /// Whether its digest was verified.
    pub(in crate::command) is_verified: bool,
    pub(in crate::command) version: Version,
    pub(in crate::command) facts: Facts,
    pub(in crate::command) api: Api,
}

/// What is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    form: u32,
    facts: Facts,
    api: Api,
}

/// The interface of a release, whose archive the cache or the mirror has.
pub(in crate::command) fn interface_of(context: &Context, request: Request) -> Result<Interface, Failure> {
    let (lock, config) = at_hand(context)?;
    let believed = mirror::find(context, &lock, &config, request, false, &Recalls::none())?;
    interface(context, &believed.read, Some(believed.version), true)
}

/// The same, where nobody has to be asked for it.
pub(in crate::command) fn interface_at_hand(context: &Context, request: Request) -> Result<Interface, Failure> {
    let options = Options { offline: true, ..context.options.clone() };
    interface_of(&Context { options, ..context.clone() }, request)
}

/// The interface that the cache has of the archive that a record was made from.
pub(in crate::command) fn interface_known(context: &Context, baseline: &Baseline) -> Option<Interface> {
    let kept = kept(context, baseline.provenance.sha256?)?;
    let version = kept.facts.release.filter(|it| Some(*it) == baseline.facts.release)?;
    let artifact = baseline.provenance.artifact.clone().unwrap_or_default();
    Some(Interface { artifact, is_verified: true, version, facts: kept.facts, api: kept.api })
}

/// The interface of an archive or of a source tree, believed or not.
pub(in crate::command) fn interface_in(context: &Context, path: &Path) -> Result<Interface, Failure> {
    interface(context, &read_whole(path)?, None, false)
}

fn kept(context: &Context, digest: Sha256) -> Option<Kept> {
    let text = context.cache().interface(digest)?;
    serde_json::from_str::<Kept>(&text).ok().filter(|it| it.form == api::FORM)
}

/// What a user names: an archive or a tree, a release, or the newest release of a series.
pub(in crate::command) fn interface_named(context: &Context, text: &str) -> Result<Interface, Failure> {
    let path = Path::new(text);
    let request = text.parse::<Request>();
    let is_there = request.is_err() && host::is_there(path).map_err(|error| Failure::io("read", path, &error))?;
    match request {
        Ok(request) => interface_of(context, request),
        Err(_) if is_there => interface_in(context, path),
        Err(_) => {
            super::refuse_address(text)?;
            let message = format!("cannot read {text}: it is neither a release nor a file that is there");
            Err(Failure::new(Exit::Usage, message, "name a series (3.14), a release (3.14.10) or an archive"))
        }
    }
}

fn interface(context: &Context, read: &Read, wanted: Option<Version>, is_verified: bool) -> Result<Interface, Failure> {
    let kept = match kept(context, read.sha256) {
        Some(kept) if wanted.is_none() || kept.facts.release == wanted => kept,
        _ => {
            let (facts, api) = look(read, wanted)?;
            let kept = Kept { form: api::FORM, facts, api };
            let text = serde_json::to_string(&kept).unwrap_or_default();
            if let Err(error) = context.cache().put_interface(read.sha256, &text) {
                context.terminal.detail(&format!("the interface was not cached: {error}"));
            }
            kept
        }
    };
    let version = kept.facts.release.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("{} names no release", read.artifact), "name a release's source archive")
    })?;
    if let Err(error) = keep_names(&context.cache(), read.sha256, &kept.api) {
        context.terminal.detail(&format!("the public names were not cached: {error}"));
    }
    Ok(Interface { artifact: read.artifact.clone(), is_verified, version, facts: kept.facts, api: kept.api })
}

/// Looks inside, in one pass.
fn look(read: &Read, wanted: Option<Version>) -> Result<(Facts, Api), Failure> {
    let name = &read.artifact;
    let (mut names, mut interface) = (Collector::default(), api::Collector::default());
    let mut buffer = Vec::new();
    let mut offer = |path: &str, size: u64, bytes: &mut dyn std::io::Read| match (
        Collector::wants(path),
        api::Collector::wants(path),
    ) {
        (true, true) => {
            buffer.clear();
            bytes.read_to_end(&mut buffer)?;
            names.offer(path, size, &mut buffer.as_slice())?;
            interface.offer(path, size, &mut buffer.as_slice())
        }
        (true, false) => names.offer(path, size, bytes),
        (false, true) => interface.offer(path, size, bytes),
        (false, false) => Ok(()),
    };
    match &read.content {
        Content::Answer(_) => {
            let message = "an interpreter has no sources to read an interface from";
            return Err(Failure::new(Exit::Usage, message, "name a source archive"));
        }
        Content::Tree(files) => {
            for (path, bytes) in files {
                offer(path, bytes.len() as u64, &mut bytes.as_slice()).map_err(|error| {
                    Failure::new(Exit::Usage, format!("cannot read {path} of {name}: {error}"), "check the file")
                })?;
            }
        }
        Content::Archive(bytes) => {
            let scanned = archive::scan(bytes, &Limits::default(), |it| Ok(offer(it.path, it.size, it.bytes)?));
            let summary = scanned.map_err(|refusal| refused(name, &refusal))?;
            let version = names.version().map_err(|error| collected(name, &error))?;
            named_so(name, bytes, &summary, version)?;
        }
    }
    let facts = names.finish(wanted).map_err(|error| collected(name, &error))?;
    let api = interface.interface(&facts);
    Ok((facts, api))
}
