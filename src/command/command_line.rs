//! Command lines in hints: each is the one that works as it is given, in the workspace and with the settings of this run.

use super::context::Context;
use crate::host::{self, shell_word};

/// A word as it may be shown: a name and a password in an address are not.
pub(super) fn shown(text: &str) -> String {
    host::shown_address(text)
}

/// What works on a workspace; those of the second list get releases too.
const VERBS: [&str; 10] =
    ["apply", "baseline", "docs", "gates", "ratchet", "recover", "refresh", "trust", "undo", "watch"];
const GETTERS: [&str; 4] = ["audit-upstream", "refresh", "verify", "watch"];

/// A hint whose command lines name the workspace and the settings that this run was given.
pub(super) fn located(hint: &str, context: &Context) -> String {
    let options = &context.options;
    let path = |it: &std::path::PathBuf| it.display().to_string();
    let own = [("root", options.root.as_ref().map(path)), ("config", options.config.as_ref().map(path))];
    // what the environment names is there the next time too
    let unless_set =
        |value: Option<String>, variable: &str| value.filter(|it| host::environment(variable).as_ref() != Some(it));
    let getting = [
        ("mirror", unless_set(options.releases_from.clone(), "MOLT_SYNC_MIRROR").map(|it| host::shown_address(&it))),
        ("cache-dir", unless_set(options.cache_dir.as_ref().map(path), "MOLT_SYNC_CACHE_DIR")),
        ("trusted-root", options.trusted_root.as_ref().map(path)),
    ];
    let mut parts = hint.split("molt-sync ");
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let verb = part.split(|it: char| it != '-' && !it.is_ascii_alphabetic()).next().unwrap_or_default();
        let is_known = VERBS.contains(&verb) || GETTERS.contains(&verb);
        // what names a source needs no mirror
        let is_getter = GETTERS.contains(&verb) && !part.contains("--source");
        res += "molt-sync ";
        let wanted = own.iter().filter(|_| is_known).chain(getting.iter().filter(|_| is_getter));
        for (name, value) in wanted.filter(|(name, _)| !is_named(part, name)) {
            if let Some(value) = value {
                res += &format!("--{name} {} ", shell_word(value));
            }
        }
        if is_getter && options.offline && !is_named(part, "offline") {
            res += "--offline ";
        }
        res += part;
    }
    res
}

/// Whether a command line has a global option already.
fn is_named(part: &str, name: &str) -> bool {
    let long = format!("--{name}");
    part.split_whitespace()
        .any(|it| it == long || it.starts_with(&format!("{long}=")) || (name == "root" && it == "-C"))
}
