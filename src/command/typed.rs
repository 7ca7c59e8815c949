//! The command line of a run, as somebody types it, and the same with what resolves its obstacles.

use std::path::Path;

use super::{acquire::Source, context::Options, deliver::Output, obstacles::Way, refresh::Refresh, regions::Side};
use crate::base::Series;

/// A command line: what comes before what is asked for, that, and the options behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    before: Vec<String>,
    asked: String,
    /// What resolves obstacles.
    added: Vec<(&'static str, Option<String>)>,
    options: Vec<(&'static str, Option<String>)>,
}

impl Typed {
    /// That of a refresh.
    pub(super) fn refresh(options: &Options, refresh: &Refresh) -> Self {
        let mut res = Self::new(&["refresh"], refresh.request.to_string());
        let source = match &refresh.source {
            Source::Mirror => None,
            Source::Path(it) => Some(words(it)),
            Source::Interpreter(it) => Some(format!("interpreter:{}", words(it))),
            Source::Bundled => Some("bundled".to_owned()),
        };
        res.value("--source", source);
        res.flag("--pre", refresh.pre);
        if let Some(sign_off) = &refresh.sign_off {
            res.value("--sign-off", Some(sign_off.name.clone()));
            res.value("--reason", Some(sign_off.reason.clone()));
            sign_off.gates.iter().for_each(|it| res.value("--allow-gate", Some(it.clone())));
        }
        for (side, path) in &refresh.take {
            res.value("--take", Some(format!("{}={path}", side_word(*side))));
        }
        res.output(&refresh.output);
        res.global(options);
        res
    }

    /// That of dropping a series.
    pub(super) fn drop(options: &Options, series: Series, output: &Output) -> Self {
        let mut res = Self::new(&["baseline", "drop"], series.to_string());
        res.output(output);
        res.global(options);
        res
    }

    fn new(command: &[&str], asked: String) -> Self {
        let mut res = Self { before: vec!["molt-sync".to_owned()], asked, added: Vec::new(), options: Vec::new() };
        res.before.extend(command.iter().map(|it| (*it).to_owned()));
        res
    }

    /// What every command takes.
    fn global(&mut self, options: &Options) {
        self.value("--mirror", options.releases_from.clone());
        self.flag("--offline", options.offline);
        self.value("--root", options.root.as_deref().map(words));
        self.value("--config", options.config.as_deref().map(words));
        self.value("--cache-dir", options.cache_dir.as_deref().map(words));
        self.value("--trusted-root", options.trusted_root.as_deref().map(words));
    }

    /// Nothing of a dry run: who has seen the change wants to have it.
    fn output(&mut self, output: &Output) {
        self.value("--patch", output.patch.as_deref().map(words));
        self.value("--plan", output.plan.as_deref().map(words));
        self.value("--report", output.report.as_deref().map(words));
        output.own_gates.env.iter().for_each(|it| self.value("--allow-gate-env", Some(it.clone())));
        output.allow_dirty.iter().for_each(|it| self.value("--allow-dirty", Some(it.clone())));
        self.flag("--commit", output.commit && output.branch.is_none());
        self.value("--branch", output.branch.clone());
        self.flag("--worktree", output.worktree);
    }

    fn flag(&mut self, name: &'static str, is_set: bool) {
        if is_set {
            self.options.push((name, None));
        }
    }

    fn value(&mut self, name: &'static str, value: Option<String>) {
        if value.is_some() {
            self.options.push((name, value));
        }
    }

    /// Whether the command has what resolves an obstacle.
    pub(super) fn takes(&self, way: &Way) -> bool {
        let is_drop = self.before.iter().any(|it| it == "drop");
        match way {
            Way::Options(options) => !is_drop || options.iter().all(|(name, _)| *name == "--allow-dirty"),
            Way::Exact(_) => !is_drop,
            Way::First(_) => true,
            Way::Hand => false,
        }
    }

    /// The same with what resolves each obstacle.
    pub(super) fn with<'a>(mut self, ways: impl Iterator<Item = &'a Way>) -> String {
        let mut first = String::new();
        for way in ways {
            match way {
                Way::Options(options) => options.iter().for_each(|(name, value)| self.add(name, value)),
                Way::Exact(version) => {
                    self.asked = version.to_string();
                    self.add("--sign-off", "NAME");
                    self.add("--reason", "TEXT");
                }
                Way::First(command) => first += &format!("{command} && "),
                Way::Hand => {}
            }
        }
        let mut res = first + &self.before.join(" ");
        res += &format!(" {}", word(&self.asked));
        for (name, value) in self.added.iter().chain(&self.options) {
            res += &format!(" {name}");
            res += &value.as_ref().map_or(String::new(), |it| format!(" {}", word(it)));
        }
        res
    }

    /// Adds an option, where it is not there already. Who accepts something is one person for all of it.
    fn add(&mut self, name: &'static str, value: &str) {
        let is_once = matches!(name, "--sign-off" | "--reason");
        let is_there = self
            .options
            .iter()
            .chain(&self.added)
            .any(|(it, known)| *it == name && (is_once || known.as_deref() == Some(value)));
        if !is_there {
            self.added.push((name, Some(value.to_owned())));
        }
    }
}

fn words(path: &Path) -> String {
    path.display().to_string()
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::Theirs => "theirs",
        Side::Merge => "merge",
    }
}

/// A text as one word of a POSIX shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/.:_-+=@%,".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
