//! The interface of a release, from its archive: verified as everything that counts is, or looked into.

use std::path::Path;

use super::{
    at_hand::at_hand,
    mirror,
    read::{SourceContent, UnverifiedSource, look_inside, read_whole},
};
use crate::{
    base::{Request, Sha256, Version},
    command::support::{
        context::{Context, Options},
        failure::{Exit, Failure},
        public_names::keep_names,
    },
    host,
    impact::api::{self, Api},
    release::{Ground, Recalls},
    stdlib::{Baseline, ReleaseFacts},
};

/// The interface, and what it was read from.
pub(in crate::command) struct Interface {
    /// The artifact, with its label.
    pub(in crate::command) artifact: String,
    /// Whether its digest was verified.
    pub(in crate::command) is_verified: bool,
    /// Whether it was by what no workspace says: a signature by a built-in signer, or a digest that is compiled in.
    pub(in crate::command) is_known_anywhere: bool,
    pub(in crate::command) version: Version,
    pub(in crate::command) facts: ReleaseFacts,
    pub(in crate::command) api: Api,
}

/// What is kept, in the line before the interface.
#[derive(serde::Serialize, serde::Deserialize)]
struct InterfaceHead {
    form: u32,
    facts: ReleaseFacts,
}

/// The interface of a release, whose archive the cache or the mirror has.
pub(in crate::command) fn interface_of(context: &Context, request: Request) -> Result<Interface, Failure> {
    module_of(context, request, None)
}

/// What it has of one module; of all of them where none is named.
pub(in crate::command) fn module_of(
    context: &Context,
    request: Request,
    module: Option<&str>,
) -> Result<Interface, Failure> {
    let (lock, config) = at_hand(context)?;
    let believed = mirror::find(context, &lock, &config, request, false, &Recalls::none())?;
    let is_known_anywhere = matches!(believed.vouched.stated.by, Ground::Sigstore | Ground::Pinned);
    let found = interface(context, &believed.read, (Some(believed.version), module))?;
    Ok(Interface { is_verified: true, is_known_anywhere, ..found })
}

/// The same, where nobody has to be asked for it.
pub(in crate::command) fn interface_at_hand(context: &Context, request: Request) -> Result<Interface, Failure> {
    let options = Options { offline: true, ..context.options.clone() };
    interface_of(&Context { options, ..context.clone() }, request)
}

/// The interface that the cache has of the archive that a record was made from.
pub(in crate::command) fn interface_known(context: &Context, baseline: &Baseline) -> Option<Interface> {
    let (facts, api) = kept(context, baseline.provenance.sha256?, None)?;
    let version = facts.release.filter(|it| Some(*it) == baseline.facts.release)?;
    let artifact = baseline.provenance.artifact.clone().unwrap_or_default();
    Some(Interface { artifact, is_verified: true, is_known_anywhere: false, version, facts, api })
}

/// The interface of an archive or of a source tree, believed or not.
fn interface_in(context: &Context, path: &Path) -> Result<Interface, Failure> {
    interface_read(context, &read_whole(path)?)
}

/// The interface of what was read, believed by nobody.
pub(super) fn interface_read(context: &Context, read: &UnverifiedSource) -> Result<Interface, Failure> {
    interface(context, read, (None, None))
}

/// What it has of one module; of all of them where none is named.
pub(in crate::command) fn module_in(
    context: &Context,
    path: &Path,
    module: Option<&str>,
) -> Result<Interface, Failure> {
    interface(context, &read_whole(path)?, (None, module))
}

fn kept(context: &Context, digest: Sha256, module: Option<&str>) -> Option<(ReleaseFacts, Api)> {
    let text = context.cache().interface(digest)?;
    let (head, text) = text.split_once('\n')?;
    let InterfaceHead { facts, .. } =
        serde_json::from_str::<InterfaceHead>(head).ok().filter(|it| it.form == api::FORM)?;
    let api = module.map_or_else(|| Api::of_text(text), |it| Api::of_text_of(text, it))?;
    Some((facts, api))
}

/// Keeps what an archive was found to have, and its public names apart.
pub(super) fn keep(context: &Context, digest: Sha256, facts: &ReleaseFacts, api: &Api) {
    let cache = context.cache();
    if cache.root().is_none() {
        return;
    }
    let head = serde_json::to_string(&InterfaceHead { form: api::FORM, facts: facts.clone() }).unwrap_or_default();
    if let Err(error) = cache.put_interface(digest, &format!("{head}\n{}", api.text())) {
        context.terminal.detail(&format!("the interface was not cached: {error}"));
    }
    keep_public_names(context, digest, api);
}

fn keep_public_names(context: &Context, digest: Sha256, api: &Api) {
    if let Err(error) = keep_names(&context.cache(), digest, api) {
        context.terminal.detail(&format!("the public names were not cached: {error}"));
    }
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
            super::read::refuse_address(text)?;
            let message = format!("cannot read {text}: it is neither a release nor a file that is there");
            Err(Failure::new(Exit::Usage, message, "name a series (3.14), a release (3.14.10) or an archive"))
        }
    }
}

/// What was read, before anybody vouches for it.
fn interface(
    context: &Context,
    read: &UnverifiedSource,
    (wanted, module): (Option<Version>, Option<&str>),
) -> Result<Interface, Failure> {
    let known = kept(context, read.sha256, module).filter(|(facts, _)| wanted.is_none() || facts.release == wanted);
    let (facts, api) = if let Some((facts, api)) = known {
        if module.is_none() {
            keep_public_names(context, read.sha256, &api);
        }
        (facts, api)
    } else {
        if let SourceContent::Answer(_) = &read.content {
            let message = "an interpreter has no sources to read an interface from";
            return Err(Failure::new(Exit::Usage, message, "name a source archive"));
        }
        let mut collector = api::ApiCollector::default();
        let facts = look_inside(read, wanted, None, Some(&mut collector))?;
        let api = collector.interface(&facts);
        keep(context, read.sha256, &facts, &api);
        (facts, api)
    };
    let version = facts.release.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("{} names no release", read.artifact), "name a release's source archive")
    })?;
    Ok(Interface { artifact: read.artifact.clone(), is_verified: false, is_known_anywhere: false, version, facts, api })
}
