//! Command lines that are not understood: what is said of them, for people and as JSON. Nothing of it depends on variables of
//! the environment, and a word is taken for a slip of the pen only where it is near to one that there is.

use std::ffi::OsString;

use clap::{
    Command, Error, FromArgMatches as _,
    builder::Resettable,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{args::Args, formats};
use crate::{
    base::most_like,
    command::{Exit, Failure},
    host,
};

/// How alike a word and the one that was meant have to be.
const NEAR: f32 = 0.75;

/// The options that a variable of the environment can set, by their names here and on a command line.
const VARIABLES: [(&str, &str, &str); 5] = [
    ("releases_from", "--mirror", "MOLT_SYNC_MIRROR"),
    ("cache_dir", "--cache-dir", "MOLT_SYNC_CACHE_DIR"),
    ("cache_limit", "--cache-limit", "MOLT_SYNC_CACHE_LIMIT"),
    ("memory_limit", "--memory-limit", "MOLT_SYNC_MEMORY_LIMIT"),
    ("work_limit", "--work-limit", "MOLT_SYNC_WORK_LIMIT"),
];

/// What a command line says. A variable that is set to nothing counts as one that is not set.
pub(super) fn parsed(words: &[OsString]) -> Result<Args, Error> {
    let command = VARIABLES.iter().filter(|(_, _, name)| host::is_set_to_nothing(name));
    let mut command = command.fold(formats::command(), |it, (id, _, _)| it.mut_arg(id, |it| it.env(Resettable::Reset)));
    let mut found = command.try_get_matches_from_mut(words)?;
    formats::check(&found, &mut command)?;
    Args::from_arg_matches_mut(&mut found).map_err(|error| error.format(&mut command))
}

/// Whether a command line asks for JSON, as far as one that is not understood does.
pub(super) fn wants_json(words: &[OsString]) -> bool {
    last_value(words, "--format") == Some("json")
}

/// Whether such a command line asks for colours, or for none; where it says neither, the terminal decides.
pub(super) fn wants_color(words: &[OsString]) -> Option<bool> {
    match last_value(words, "--color") {
        Some("always") => Some(true),
        Some("never") => Some(false),
        _ => None,
    }
}

/// The value of an option that is given last.
fn last_value<'a>(words: &'a [OsString], option: &str) -> Option<&'a str> {
    let words: Vec<&str> = words.iter().map_while(|it| it.to_str()).take_while(|it| *it != "--").collect();
    let behind = |at: usize| words[at].strip_prefix(option)?.strip_prefix('=');
    let value = |at: usize| behind(at).or_else(|| words.get(at + 1).filter(|_| words[at] == option).copied());
    (0..words.len()).filter_map(value).next_back()
}

/// The command that an error is about: the usage line in it begins with its name, and where it has none, the words of the command
/// line name it.
fn about<'a>(error: &Error, root: &'a Command, words: &[OsString]) -> &'a Command {
    let mut res = root;
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return named(root, words) };
    let usage = usage.to_string();
    for word in usage.split_whitespace().skip_while(|it| *it != root.get_name()).skip(1) {
        match res.find_subcommand(word) {
            Some(it) => res = it,
            None => break,
        }
    }
    res
}

/// The command that words name, which options of any command may stand between.
pub(super) fn named<'a>(root: &'a Command, words: &[OsString]) -> &'a Command {
    let mut res = root;
    let mut words = words.iter().map(|it| it.to_string_lossy()).take_while(|it| *it != "--");
    while let Some(word) = words.next() {
        let is_it = |it: &&clap::Arg| match word.strip_prefix("--") {
            Some(name) => it.get_long() == Some(name),
            None => it.get_short().is_some_and(|it| word == format!("-{it}")),
        };
        if word.starts_with('-') {
            let option = res.get_arguments().find(is_it);
            option.filter(|it| it.get_action().takes_values()).and_then(|_| words.next());
        } else if let Some(it) = res.find_subcommand(&*word) {
            res = it;
        } else {
            break;
        }
    }
    res
}

/// The command that was named without one of its own commands.
pub(super) fn without_command(error: &Error, root: &mut Command, words: &[OsString]) -> Option<Command> {
    if !matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        return None;
    }
    root.build();
    Some(about(error, root, words).clone())
}

/// The error with the usage line of its command as its help has it, and with a tip only where one is near.
pub(super) fn plain(mut error: Error, root: &mut Command, words: &[OsString]) -> Error {
    root.build();
    let command = about(&error, root, words);
    if error.get(ContextKind::Usage).is_some() {
        let usage = command.clone().render_usage();
        error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    }
    // that everything can be meant as a value leads nobody on
    let is_of_dashes = |it: &clap::builder::StyledStr| it.to_string().starts_with("to pass ");
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|it| !is_of_dashes(it));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    let (kind, given, known): (_, _, Vec<String>) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let names = command.get_subcommands().map(|it| it.get_name().to_owned());
            (ContextKind::SuggestedSubcommand, ContextKind::InvalidSubcommand, names.collect())
        }
        ErrorKind::UnknownArgument => {
            let names = command.get_arguments().filter_map(|it| it.get_long()).map(|it| format!("--{it}"));
            (ContextKind::SuggestedArg, ContextKind::InvalidArg, names.collect())
        }
        ErrorKind::InvalidValue => {
            let values = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(values)) => values.clone(),
                _ => Vec::new(),
            };
            (ContextKind::SuggestedValue, ContextKind::InvalidValue, values)
        }
        _ => return from_variable(error, words),
    };
    let given = match error.get(given) {
        Some(ContextValue::String(given)) => given.clone(),
        _ => String::new(),
    };
    let bare = |it: &str| it.trim_start_matches('-').split('=').next().unwrap_or_default().to_owned();
    let bares: Vec<String> = known.iter().map(|it| bare(it)).collect();
    let near = most_like(&bare(&given), bares.iter().map(String::as_str), NEAR);
    let near = near.and_then(|near| known.into_iter().find(|it| bare(it) == near));
    error.remove(kind);
    if let Some(near) = near.filter(|it| given.starts_with('-') == it.starts_with('-')) {
        error.insert(kind, ContextValue::String(near));
    }
    from_variable(error, words)
}

/// Names the variable that a value comes from which is in no word of the command line.
fn from_variable(mut error: Error, words: &[OsString]) -> Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg).cloned() else { return error };
    let is_value = matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue | ErrorKind::NoEquals);
    let option = argument.split(' ').next().unwrap_or_default();
    let is_given = words.iter().any(|it| it.to_str().is_some_and(|it| it.split('=').next() == Some(option)));
    if let Some((_, _, name)) = VARIABLES.iter().find(|(_, it, _)| *it == option).filter(|_| is_value && !is_given) {
        let tip = format!("the value comes from the variable {name}").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// The same as a failure of this program, for JSON.
pub(super) fn failure(error: &Error, root: &Command, words: &[OsString]) -> Failure {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim_end);
    let message = lines.next().unwrap_or_default().trim_start_matches("error: ").trim_end_matches(':').to_owned();
    let details: Vec<String> = lines.by_ref().take_while(|it| !it.is_empty()).map(|it| it.trim().to_owned()).collect();
    let tip = lines.find_map(|it| it.trim().strip_prefix("tip: ").map(str::to_owned));
    let name = about(error, root, words).get_bin_name().unwrap_or("molt-sync").to_owned();
    let hint = tip.unwrap_or_else(|| format!("`{name} --help` lists what it takes"));
    Failure::new(Exit::Usage, message, hint).with_details(details)
}

/// What is near to a word that is not a command or option, as a part of a sentence.
pub(super) fn tip(error: &Error) -> String {
    let text = error.render().to_string();
    let tip = text.lines().find_map(|it| it.trim().strip_prefix("tip: "));
    tip.map_or(String::new(), |it| format!("; {it}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(command: &Command, path: &str, res: &mut Vec<String>) {
        let name = format!("{path} {}", command.get_name());
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        res.push(format!("{name}: {about}"));
        for it in command.get_arguments().filter(|it| !["help", "version"].contains(&it.get_id().as_str())) {
            let help = it.get_help().map(ToString::to_string).unwrap_or_default();
            res.push(format!("{name} {}: {help}", it.get_id()));
        }
        command.get_subcommands().filter(|it| it.get_name() != "help").for_each(|it| told(it, &name, res));
    }

    #[test]
    fn every_description_says_something() {
        let mut all = Vec::new();
        told(&formats::command(), "", &mut all);
        assert!(all.len() > 100);
        for line in all {
            let (name, help) = line.split_once(": ").unwrap();
            // one word, or one that only points elsewhere, leaves the reader with the name
            assert!(help.split(' ').count() >= 3, "too short to say more than the name: {name}: {help}");
            for vague in ["The same", "Which", "Where ", "Why "] {
                assert!(!help.starts_with(vague), "{name}: {help}");
            }
            assert!(!help.ends_with('.'), "{name}: {help}");
        }
    }

    #[test]
    fn colours_are_as_the_last_word_on_them_says() {
        for (line, wanted) in [
            ("--color never gates --nope", Some(false)),
            ("gates --color=always --nope", Some(true)),
            ("--color never gates --color auto", None),
            ("gates -- --color never", None),
            ("gates", None),
        ] {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            assert_eq!(wants_color(&words), wanted, "{line}");
        }
    }

    #[test]
    fn the_last_format_counts_and_words_behind_two_dashes_do_not() {
        for (line, is_json) in [
            ("gates --format json", true),
            ("--format=json gates --onyl", true),
            ("--format json gates --format human", false),
            ("gates -- --format json", false),
            ("gates json --format", false),
        ] {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            assert_eq!(wants_json(&words), is_json, "{line}");
        }
    }
}
