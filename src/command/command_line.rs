//! Command lines in hints: each is the one that works as it is given, in the workspace and with the settings of this run.

use super::{acquire::Source, context::Context};
use crate::{base::Version, host};

/// What takes `version` in place of what was asked for, accepted by a person: the command that was typed where it was a refresh,
/// and one with the same settings where another command asked for it.
pub(super) fn accepting(
    context: &Context,
    asked: &str,
    source: &Source,
    version: Version,
    is_signed_off: bool,
) -> String {
    let sign_off = if is_signed_off { "" } else { " --sign-off NAME --reason TEXT" };
    let wanted = format!("{version}{sign_off}");
    typed(&host::arguments(), asked, &wanted).unwrap_or_else(|| located(&written(source, &wanted), context))
}

/// The refresh that was typed, with `wanted` in place of the release that was asked for.
fn typed(arguments: &[String], asked: &str, wanted: &str) -> Option<String> {
    let verb = arguments.iter().position(|it| it == "refresh")?;
    let at = verb + 1 + arguments[verb + 1..].iter().position(|it| it == asked)?;
    let words = arguments.iter().enumerate().map(|(n, it)| if n == at { wanted.to_owned() } else { word(&shown(it)) });
    Some(std::iter::once("molt-sync".to_owned()).chain(words).collect::<Vec<_>>().join(" "))
}

/// A word as it may be shown: a name and a password in an address are not.
pub(super) fn shown(text: &str) -> String {
    host::shown_address(text)
}

fn written(source: &Source, wanted: &str) -> String {
    let path = |it: &std::path::Path| word(&it.display().to_string());
    match source {
        Source::Mirror => format!("molt-sync refresh {wanted}"),
        Source::Path(it) => format!("molt-sync refresh {wanted} --source {}", path(it)),
        Source::Interpreter(it) => format!("molt-sync refresh {wanted} --source interpreter:{}", path(it)),
        Source::Bundled => format!("molt-sync refresh {wanted} --source bundled"),
    }
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
                res += &format!("--{name} {} ", word(value));
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

/// A text as one word of a POSIX shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/.:_-+=@%,".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_given_again_with_the_exact_release() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let typed = |line: &str, asked: &str| typed(&words(line), asked, "3.14.9");
        for (line, asked, again) in [
            ("refresh 3.14", "3.14", Some("molt-sync refresh 3.14.9")),
            (
                "-C w refresh latest --commit --branch x",
                "latest",
                Some("molt-sync -C w refresh 3.14.9 --commit --branch x"),
            ),
            ("refresh --mirror it's 3.14", "3.14", Some("molt-sync refresh --mirror 'it'\\''s' 3.14.9")),
            ("refresh 3.14.9 --dry-run", "3.14.9", Some("molt-sync refresh 3.14.9 --dry-run")),
            ("watch --refresh --series 3.14", "3.14", None),
            ("refresh 3.14", "3.13", None),
        ] {
            assert_eq!(typed(line, asked).as_deref(), again, "{line}");
        }
    }
}
