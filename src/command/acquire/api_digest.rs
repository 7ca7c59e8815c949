//! What python.org's API states about an archive, held against it. It is asked at the host that the archive came from, once for
//! each download, and never needed: it answers a stranger a hundred times a day, and states no digest of older releases. So its
//! silence is not a reason to stop, and another digest or length is.

use crate::{
    base::Sha256,
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    host::{FeedAnswer, Mirror, feed},
    release::{
        Artifact, TrustError,
        feed::{ApiFile, FEED_LIMIT, Feed, FeedError, files, releases},
    },
};

/// Who states it, in reports.
pub(super) const API: &str = "api";

/// Holds what was read of an artifact against the API at `api`; whether it states its digest.
pub(super) fn hold(
    context: &Context,
    api: &str,
    mirror: &Mirror,
    artifact: Artifact,
    (sha256, size): (Sha256, u64),
) -> Result<bool, Failure> {
    let Some(file) = ask(context, api, mirror, artifact) else { return Ok(false) };
    let (name, by) = (artifact.to_string(), "python.org's API");
    match file.sha256 {
        Some(expected) if expected != sha256 => {
            return Err(TrustError::Mismatch { artifact: name, found: sha256, expected, by: by.into() }.into());
        }
        _ => {}
    }
    match file.size {
        Some(stated) if stated != size => {
            let message = format!("{name} has {size} bytes, and {by} states {stated}");
            Err(Failure::new(Exit::Trust, message, "get the file again; if it stays so, one of the two was replaced"))
        }
        _ => Ok(file.sha256.is_some()),
    }
}

/// The row of an artifact, if the API has one.
fn ask(context: &Context, api: &str, mirror: &Mirror, artifact: Artifact) -> Option<ApiFile> {
    let Mirror::Url(client, _) = mirror else { return None };
    let api = api.trim_end_matches('/');
    if !mirror.is_at_host_of(api) {
        return None;
    }
    let silent = |why: &str| context.terminal.detail(&format!("python.org's API states nothing of {artifact}: {why}"));
    let rows = |path: String| match feed(client, &context.cache(), &format!("{api}/{path}"), FEED_LIMIT) {
        FeedAnswer::Found(bytes) => Some(bytes),
        FeedAnswer::Absent => None,
        FeedAnswer::Throttled(seconds) => {
            silent(&format!("it answers again in {seconds} s"));
            None
        }
        FeedAnswer::Silent(why) => {
            silent(&why);
            None
        }
    };
    let version = artifact.version;
    let release =
        one(releases(&rows(format!("release/?name=Python%20{version}"))?), &silent, |it| it.version == version)?;
    let id = release.id?;
    one(files(&rows(format!("release_file/?release={id}"))?), &silent, |it| it.artifact == artifact)
}

fn one<T>(feed: Result<Feed<T>, FeedError>, silent: &dyn Fn(&str), is_it: impl Fn(&T) -> bool) -> Option<T> {
    match feed {
        Ok(feed) => feed.rows.into_iter().find(|it| is_it(it)),
        Err(error) => {
            silent(&error.to_string());
            None
        }
    }
}
