//! The command line of a run, as somebody typed it, and the same with what resolves its obstacles.

use crate::{
    base::{Request, Series, shell_word},
    command::support::{
        command_line::{located, shown},
        context::Context,
        source::Source,
        way::Way,
    },
    host,
};

/// A command line: its words, and which of them is what was asked for.
#[derive(Debug, Clone)]
pub(in crate::command) struct Typed {
    words: Vec<String>,
    asked: usize,
    /// Of a program that was called by another one: its settings are not among the words.
    settings: Option<Context>,
}

impl Typed {
    /// That of a refresh; one with the same settings where another command asked for it.
    pub(in crate::command) fn refresh(context: &Context, request: Request, source: &Source, pre: bool) -> Self {
        let asked = request.to_string();
        Self::found(&host::arguments(), "refresh", &asked).unwrap_or_else(|| {
            let path = |it: &std::path::Path| it.display().to_string();
            let source = match source {
                Source::Mirror => None,
                Source::Path(it) => Some(path(it)),
                Source::Interpreter(it) => Some(format!("interpreter:{}", path(it))),
                Source::Bundled => Some("bundled".to_owned()),
            };
            let mut words = vec!["refresh".to_owned(), asked];
            words.extend(source.into_iter().flat_map(|it| ["--source".to_owned(), it]));
            words.extend(pre.then(|| "--pre".to_owned()));
            Self { words, asked: 1, settings: Some(context.clone()) }
        })
    }

    /// That of dropping a series.
    pub(in crate::command) fn drop(context: &Context, series: Series) -> Self {
        let found = Self::found(&host::arguments(), "drop", &series.to_string());
        let words = || ["baseline".to_owned(), "drop".to_owned(), series.to_string()].into();
        found.unwrap_or_else(|| Self { words: words(), asked: 2, settings: Some(context.clone()) })
    }

    /// That of bringing the stubs in step.
    pub(in crate::command) fn stubs(context: &Context) -> Self {
        let found = Self::found(&host::arguments(), "stubs", "sync");
        let words = || ["stubs".to_owned(), "sync".to_owned()].into();
        found.unwrap_or_else(|| Self { words: words(), asked: 1, settings: Some(context.clone()) })
    }

    /// What was typed, but for a dry run: who has seen the change wants to have it.
    fn found(arguments: &[String], verb: &str, asked: &str) -> Option<Self> {
        let words: Vec<String> = arguments.iter().filter(|it| *it != "--dry-run").map(|it| shown(it)).collect();
        let verb = words.iter().position(|it| it == verb)?;
        let asked = verb + 1 + words[verb + 1..].iter().position(|it| it == asked)?;
        Some(Self { words, asked, settings: None })
    }

    /// The same as a run that writes nothing.
    pub(in crate::command) fn look(&self) -> String {
        let (before, after) = self.words.split_at(self.asked + 1);
        let line = [&["molt-sync".to_owned()], before, &["--dry-run".to_owned()], after].concat();
        let line = line.iter().map(|it| shell_word(it)).collect::<Vec<_>>().join(" ");
        self.settings.as_ref().map_or(line.clone(), |context| located(&line, context))
    }

    /// The same with what resolves each obstacle.
    pub(in crate::command) fn with<'a>(mut self, ways: impl Iterator<Item = &'a Way>) -> String {
        let (mut first, mut added) = (String::new(), Vec::new());
        for way in ways {
            match way {
                Way::Options(options) => options.iter().for_each(|(name, value)| self.add(&mut added, name, value)),
                Way::Exact(version) => {
                    self.words[self.asked] = version.to_string();
                    self.add(&mut added, "--sign-off", "NAME");
                    self.add(&mut added, "--reason", "TEXT");
                }
                Way::First(command) => first += &format!("{command} && "),
                Way::Hand => {}
            }
        }
        let (before, after) = self.words.split_at(self.asked + 1);
        let line = [&["molt-sync".to_owned()], before, &added, after].concat();
        let line = first + &line.iter().map(|it| shell_word(it)).collect::<Vec<_>>().join(" ");
        self.settings.as_ref().map_or(line.clone(), |context| located(&line, context))
    }

    /// Adds an option, where it is not there already. Who accepts something is one person for all of it.
    fn add(&self, added: &mut Vec<String>, name: &str, value: &str) {
        let is_once = matches!(name, "--sign-off" | "--reason");
        let is_there = |words: &[String]| {
            words.iter().any(|it| is_once && (it == name || it.starts_with(&format!("{name}="))))
                || words.windows(2).any(|it| it[0] == name && it[1] == value)
                || words.contains(&format!("{name}={value}"))
        };
        if !is_there(&self.words) && !is_there(added) {
            // a value that looks like an option is one, where it is a word of its own
            let is_apart = !value.starts_with('-');
            added.extend(if is_apart {
                vec![name.to_owned(), value.to_owned()]
            } else {
                vec![format!("{name}={value}")]
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_given_again_with_what_resolves_its_obstacles() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, ways, again) in [
            ("refresh 3.14 --dry-run", vec![Way::sign_off()], "molt-sync refresh 3.14 --sign-off NAME --reason TEXT"),
            (
                "-C w refresh 3.14 --sign-off A --reason=B --commit",
                vec![Way::Exact("3.14.9".parse().unwrap()), Way::allow(["x", "x"].into_iter())],
                "molt-sync -C w refresh 3.14.9 --allow-gate x --sign-off A --reason=B --commit",
            ),
            (
                "refresh --mirror it's 3.14",
                vec![Way::take("theirs", ["a b"].into_iter()), Way::First("molt-sync trust add".into()), Way::Hand],
                "molt-sync trust add && molt-sync refresh --mirror 'it'\\''s' 3.14 --take 'theirs=a b'",
            ),
            (
                "refresh 3.14 --allow-gate=-y",
                vec![Way::allow(["-x", "-y"].into_iter())],
                "molt-sync refresh 3.14 --allow-gate=-x --sign-off NAME --reason TEXT --allow-gate=-y",
            ),
        ] {
            let typed = Typed::found(&words(line), "refresh", "3.14").unwrap();
            assert_eq!(typed.with(ways.iter()), again, "{line}");
        }
        assert!(Typed::found(&words("watch --refresh --series 3.14"), "refresh", "3.14").is_none());
    }
}
