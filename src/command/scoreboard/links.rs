//! Where the page's links to files of the workspace lead.

use std::path::Path;

use super::args::Html;
use crate::{command::support::workspace::Workspace, host};

/// What a link to a file of the workspace begins with: the address that was named, or the way from the page's folder.
pub(super) fn links(workspace: &Workspace, request: &Html) -> String {
    if let Some(it) = &request.links {
        return format!("{}/", it.trim_end_matches('/'));
    }
    let folder = request.file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (from, to) = (host::full_path(folder), host::full_path(&workspace.root));
    let same = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(same).map(|_| "..".to_owned());
    let down = to.components().skip(same).map(|it| encoded(&it.as_os_str().to_string_lossy()));
    up.chain(down).map(|it| it + "/").collect()
}

/// A path as a part of an address.
pub(super) fn encoded(path: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~/".contains(&it);
    path.bytes().map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}
