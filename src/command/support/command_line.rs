//! Command lines in hints: each is the one that works as it is given, in the workspace and with the settings of this run.

use std::path::Path;

use crate::{
    base::shell_word,
    command::support::{context::Context, failure::Failure},
    host::{self},
};

/// A word as it may be shown: a name and a password in an address are not.
pub(in crate::command) fn shown(text: &str) -> String {
    host::shown_address(text)
}

/// What works on a workspace; those of the second list get releases too.
const VERBS: [&str; 16] = [
    "accept",
    "apply",
    "baseline",
    "differential",
    "docs",
    "gates",
    "landed",
    "plan",
    "ratchet",
    "recover",
    "refresh",
    "scoreboard",
    "stubs",
    "trust",
    "undo",
    "watch",
];
const GETTERS: [&str; 7] = ["api", "audit-upstream", "impact", "refresh", "surface", "verify", "watch"];

impl Context {
    /// A text whose command lines name the workspace and the settings that this run was given.
    pub(in crate::command) fn located(&self, text: &str) -> String {
        located(text, self)
    }

    /// Says something that is not a result; its command lines work as they stand.
    pub(in crate::command) fn note(&self, text: &str) {
        self.terminal.note(&self.located(text));
    }

    /// Warns of something; its command lines work as they stand.
    pub(in crate::command) fn warn(&self, text: &str) {
        self.terminal.warn(&self.located(text));
    }

    /// The folder that commands of git have to be told: none where the run is in it. Paths in them count from there.
    fn folder_for_git(&self) -> Option<String> {
        let shown = |it: &Path| shell_word(&it.display().to_string());
        if let Some(root) = &self.options.root {
            return Some(shown(root));
        }
        // a command line without the folder is as right, and longer to type
        let (root, here) = (self.root().ok()?, host::current_dir().ok()?);
        (host::full_path(&root) != host::full_path(&here)).then(|| shown(&host::full_path(&root)))
    }
}

/// A text whose command lines name the workspace and the settings that this run was given: those of this program, and those of git
/// that stand between backticks.
pub(in crate::command) fn located(text: &str, context: &Context) -> String {
    if let Some(given) = &context.given {
        // a work tree of its own is gone when somebody reads it
        return located(text, &Context { options: (**given).clone(), given: None, ..context.clone() });
    }
    let Some((text, quoted)) = QuotedWords::taken_out(text) else { return text.to_owned() };
    quoted.put_back(&in_folder(&own_located(&text, context), || context.folder_for_git()))
}

/// The quoted words of command lines: what stands in them is a name, whatever it looks like.
struct QuotedWords(Vec<String>);

/// What stands in the place of a quoted word, with its number between the two.
const MARKS: [char; 2] = ['\u{1}', '\u{2}'];

impl QuotedWords {
    /// A text with a mark in the place of each; none where it has such marks already.
    fn taken_out(text: &str) -> Option<(String, Self)> {
        if text.contains(MARKS) {
            return None;
        }
        let (mut res, mut words, mut rest) = (String::new(), Vec::new(), text);
        while let Some(at) = rest.find('\'') {
            let (before, from) = rest.split_at(at);
            res += before;
            // one behind a letter is an apostrophe
            let begins = !res.ends_with(|it: char| it.is_alphanumeric());
            let Some(end) = quoted_end(from).filter(|_| begins) else {
                res.push('\'');
                rest = &from[1..];
                continue;
            };
            // whether it is a path from the root is asked of it
            let root = if from[1..].starts_with('/') { "/" } else { "" };
            res += &format!("{root}{}{}{}", MARKS[0], words.len(), MARKS[1]);
            words.push(from[..end].to_owned());
            rest = &from[end..];
        }
        res += rest;
        Some((res, Self(words)))
    }

    fn put_back(&self, text: &str) -> String {
        let mut res = text.to_owned();
        for (at, word) in self.0.iter().enumerate() {
            let mark = format!("{}{at}{}", MARKS[0], MARKS[1]);
            let mark = if word[1..].starts_with('/') { format!("/{mark}") } else { mark };
            res = res.replacen(&mark, word, 1);
        }
        res
    }
}

/// Where a quoted word ends that begins a text, with the quotes inside of it.
fn quoted_end(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find('\'')?;
        match text[at..].strip_prefix("'\\''") {
            Some(_) => at += 4,
            None => return Some(at + 1),
        }
    }
}

/// Programs whose first word that is not an option is a file of the workspace.
const TAKE_A_FILE: [&str; 2] = ["`python3 ", "`rm "];

/// The same for those of git alone. What git is told about no repository, or about one that is named, stays.
fn in_folder(text: &str, folder: impl FnOnce() -> Option<String>) -> String {
    const GIT: &str = "`git ";
    let has_command = || TAKE_A_FILE.iter().chain([&GIT]).any(|it| text.contains(it));
    let Some(folder) = has_command().then(folder).flatten() else { return text.to_owned() };
    let text = &TAKE_A_FILE.iter().fold(text.to_owned(), |text, program| with_files_in(&text, program, &folder));
    let mut parts = text.split(GIT);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |res, part| {
        let stays = part.starts_with("-C ") || part.starts_with("config --global ");
        // a command can go on with another one of git
        let end = part.find('`').unwrap_or(part.len());
        let more = part[..end].replace("&& git ", &format!("&& git -C {folder} "));
        let at = if stays { String::new() } else { format!("-C {folder} ") };
        format!("{res}{GIT}{at}{more}{}", &part[end..])
    })
}

/// A text whose calls of a program name their file by the folder that it is in.
fn with_files_in(text: &str, program: &str, folder: &str) -> String {
    let mut parts = text.split(program);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |res, part| {
        let end = part.find('`').unwrap_or(part.len());
        let mut has_file = false;
        let words = part[..end].split(' ').map(|it| {
            let stays = has_file || it.is_empty() || it.starts_with('-');
            has_file |= !stays;
            // one that is quoted goes on in its quotes
            if stays || it.trim_start_matches('\'').starts_with('/') { it.to_owned() } else { format!("{folder}/{it}") }
        });
        format!("{res}{program}{}{}", words.collect::<Vec<_>>().join(" "), &part[end..])
    })
}

fn own_located(hint: &str, context: &Context) -> String {
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
        // without one of these, `init` makes a workspace somewhere else
        let command = part.split('`').next().unwrap_or_default();
        let is_here = verb == "init" && ["--github", "--systemd"].iter().any(|it| command.contains(it));
        let is_known = VERBS.contains(&verb) || GETTERS.contains(&verb) || is_here;
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

impl Failure {
    /// The same, whose hints name the workspace and the settings of this run where they have a command line.
    #[must_use]
    pub fn located(mut self, context: &Context) -> Self {
        self.hint = self.hint.map(|it| context.located(&it));
        // the details of more than one are those of all
        let are_details = self.obstacles.len() > 1;
        self.obstacles.iter_mut().for_each(|it| it.hint = it.hint.as_deref().map(|it| context.located(it)));
        if are_details {
            self.details = self.obstacles.iter().flat_map(|it| it.lines(usize::MAX)).collect();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_stays_whatever_it_looks_like() {
        for text in [
            "`molt-sync docs bind 'docs/a molt-sync docs ;touch x;.md:3' it`, the workspace's own",
            "run `git add 'a`git ;touch x;.md'` and `rm '/x y'`, it's done",
            "`git add 'it'\\''s `git b'`",
            "a rest 'that is open",
        ] {
            let (taken, words) = QuotedWords::taken_out(text).unwrap();
            assert!(!taken.contains("touch") && words.put_back(&taken) == text, "{taken}");
            let folder = || Some("'p q'".to_owned());
            let located = words.put_back(&in_folder(&taken, folder));
            words.0.iter().for_each(|it| assert!(located.contains(it.as_str()), "{located}"));
        }
        assert!(QuotedWords::taken_out("a \u{1}").is_none());
    }

    #[test]
    fn commands_of_git_are_told_the_folder_of_the_workspace() {
        let folder = || Some("'a b'".to_owned());
        for (text, there) in [
            ("`git switch -` goes back", "`git -C 'a b' switch -` goes back"),
            (
                "`git add x && git commit`, or `git reset`",
                "`git -C 'a b' add x && git -C 'a b' commit`, or `git -C 'a b' reset`",
            ),
            ("`git -C w apply p` applies it", "`git -C w apply p` applies it"),
            ("`git config --global --add x`", "`git config --global --add x`"),
            ("restore it from git", "restore it from git"),
            ("run `python3 tools/x.py --fix y`, which", "run `python3 'a b'/tools/x.py --fix y`, which"),
            ("run `python3 -B tools/x.py`", "run `python3 -B 'a b'/tools/x.py`"),
            ("run `python3 '/a b/x.py'`", "run `python3 '/a b/x.py'`"),
            ("with `rm 'x y' z` before `git merge b`", "with `rm 'a b'/'x y' z` before `git -C 'a b' merge b`"),
        ] {
            assert_eq!(in_folder(text, folder), there);
            assert_eq!(in_folder(text, || None), text);
        }
    }
}
