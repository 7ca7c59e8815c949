//! The formats that each command has. Every command has a result for people and one as JSON; the table has those that have more, and
//! the help, the completions and what is refused follow from it.

use clap::{
    Arg, ArgMatches, Command, Error, ValueEnum as _,
    builder::{PossibleValuesParser, TypedValueParser as _},
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::args::Args;
use crate::command::Format;

/// What every command has.
const ALL: [Format; 2] = [Format::Human, Format::Json];

/// What some have besides, by the words that call them.
const MORE: &[(&str, &[Format])] = {
    use Format::{Dot, Github, Junit, Markdown, Mermaid, Patch, Sarif};
    &[
        ("accept", &[Markdown, Junit]),
        ("baseline drop", &[Markdown]),
        ("baseline verify", &[Sarif, Junit, Github]),
        ("demo", &[Markdown]),
        ("differential compare", &[Github]),
        ("differential merge", &[Junit, Github]),
        ("differential report", &[Junit, Github]),
        ("differential run", &[Junit, Github]),
        ("docs census", &[Markdown, Sarif, Junit, Github]),
        ("docs check", &[Markdown, Sarif, Junit, Github, Patch]),
        ("docs sync", &[Markdown, Sarif, Junit, Github, Patch]),
        ("gates", &[Sarif, Junit, Github]),
        ("impact", &[Markdown]),
        ("landed", &[Markdown]),
        ("plan", &[Markdown, Dot, Mermaid]),
        ("refresh", &[Markdown]),
        ("scoreboard check", &[Markdown, Github]),
        ("scoreboard show", &[Markdown, Github]),
        ("stubs sync", &[Markdown]),
    ]
};

/// The name of the option, here and on the command line.
const NAME: &str = "format";

/// The command line, in which the option of each command takes the formats of that command.
pub(super) fn command() -> Command {
    with_formats(<Args as clap::CommandFactory>::command(), "")
}

/// Refuses a format that was named before the command, which does not have it.
pub(super) fn check(found: &ArgMatches, root: &mut Command) -> Result<(), Error> {
    let (mut path, mut matches) = (Vec::new(), found);
    while let Some((name, below)) = matches.subcommand() {
        path.push(name);
        matches = below;
    }
    let known = formats(&path.join(" "));
    let Some(format) = matches.get_one::<Format>(NAME).filter(|it| !known.contains(it)) else { return Ok(()) };
    root.build();
    let own = path.iter().fold(&*root, |it, name| it.find_subcommand(name).unwrap_or(it));
    let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(own);
    error.insert(ContextKind::InvalidArg, ContextValue::String("--format <FORMAT>".into()));
    error.insert(ContextKind::InvalidValue, ContextValue::String(word(*format)));
    error.insert(ContextKind::ValidValue, ContextValue::Strings(known.into_iter().map(word).collect()));
    Err(error)
}

fn formats(path: &str) -> Vec<Format> {
    let more = MORE.iter().find(|it| it.0 == path).map_or(&[][..], |it| it.1);
    ALL.iter().chain(more).copied().collect()
}

fn with_formats(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        let below = format!("{path} {name}");
        command.mut_subcommand(name, |it| with_formats(it, below.trim_start()))
    });
    // the main page tells of all formats, and a group has no result of its own
    let is_group = !names.is_empty() && !MORE.iter().any(|it| it.0 == path);
    if path.is_empty() || is_group { command } else { command.arg(own(path)) }
}

/// The option of one command.
fn own(path: &str) -> Arg {
    let known = formats(path);
    let words: Vec<String> = known.iter().copied().map(word).collect();
    let (last, others) =
        words.split_last().map_or((String::new(), String::new()), |it| (it.0.clone(), it.1.join(", ")));
    let help = format!("The form of the result on stdout: {others} or {last}");
    let values = PossibleValuesParser::new(known.iter().filter_map(Format::to_possible_value));
    let parser = values.map(|it| Format::from_str(&it, false).unwrap_or(Format::Human));
    let arg = Arg::new(NAME).long(NAME).value_name("FORMAT").help(help).default_value("human").value_parser(parser);
    arg.hide_possible_values(true).hide_default_value(true)
}

fn word(format: Format) -> String {
    format.to_possible_value().map_or(String::new(), |it| it.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_command() {
        let root = command();
        for (path, more) in MORE {
            let own = path.split(' ').try_fold(&root, |it, name| it.find_subcommand(name));
            assert!(own.is_some() && !more.is_empty(), "{path}");
        }
    }

    #[test]
    fn a_format_counts_wherever_it_stands() {
        for (line, format) in [
            ("molt-sync plan", Format::Human),
            ("molt-sync plan --format dot", Format::Dot),
            ("molt-sync --format dot plan", Format::Dot),
            ("molt-sync --format dot plan --format json", Format::Json),
            ("molt-sync --format json gates explain", Format::Json),
            ("molt-sync docs --format patch check", Format::Patch),
            ("molt-sync --format json", Format::Json),
        ] {
            let mut root = command();
            let mut found = root.try_get_matches_from_mut(line.split(' ')).unwrap();
            check(&found, &mut root).unwrap();
            let args = <Args as clap::FromArgMatches>::from_arg_matches_mut(&mut found).unwrap();
            assert_eq!(args.global.format, format, "{line}");
        }
        for line in [
            "molt-sync gates --format dot",
            "molt-sync --format dot gates",
            "molt-sync --format sarif gates explain",
            "molt-sync docs --format patch facts",
            "molt-sync --format sarif",
        ] {
            let mut root = command();
            let error = match root.try_get_matches_from_mut(line.split(' ')) {
                Ok(found) => check(&found, &mut root).unwrap_err(),
                Err(error) => error,
            };
            let text = error.to_string();
            assert!(
                text.starts_with("error: invalid value '") && text.contains("[possible values: human, json"),
                "{line}: {text}"
            );
        }
    }
}
