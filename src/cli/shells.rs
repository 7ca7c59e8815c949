//! What is made from the command line's own description: completions for shells, manual pages, and schemas.

use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

use super::{
    described::{ManArgs, SchemaArgs, ShellArg},
    examples::examples,
    formats,
    help::{EXIT_CODES, in_order},
};
use crate::command::{Context, Exit, Failure, run_schema, write_pages};

/// Prints what a shell reads.
pub(super) fn completions(context: &Context, shell: ShellArg) -> Result<Exit, Failure> {
    let shell = match shell {
        ShellArg::Bash => Shell::Bash,
        ShellArg::Zsh => Shell::Zsh,
        ShellArg::Fish => Shell::Fish,
        ShellArg::PowerShell => Shell::PowerShell,
    };
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut formats::command(), "molt-sync", &mut out);
    // for bash, the hyphen of the program's name is written in one way where a command is looked up, and in another where its
    // words are listed (clap_complete 4.6), so that no command below the program would be completed
    let text = String::from_utf8_lossy(&out).replace("molt__subcmd__sync", "molt__sync");
    let text = if matches!(shell, Shell::Zsh) { by_command(&text) } else { text };
    context.text(&text).map(|()| Exit::Done)
}

/// Has zsh ask a command itself for what stands behind its name: `clap_complete` 4.6 has the program complete the values of `--format` there,
/// of which a command takes some.
fn by_command(script: &str) -> String {
    const CALL: &str = "_arguments \"${_arguments_options[@]}\" : \\\n";
    // no options of its own behind the first word that is none
    const BEFORE_COMMANDS: &str = "_arguments \"${_arguments_options[@]}\" -A \"-*\" : \\\n";
    let mut parts = script.split(CALL);
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let own = part.split("&& ret=0").next().unwrap_or(part);
        res += if own.contains(": :->") { BEFORE_COMMANDS } else { CALL };
        res += part;
    }
    res
}

/// Prints the manual page, or writes those of all commands.
pub(super) fn man(context: &Context, args: &ManArgs) -> Result<Exit, Failure> {
    let mut root = in_order(formats::command());
    root.build();
    let mut all = Vec::new();
    pages(&root, "molt-sync", &mut all)?;
    all[0].1 += &exit_status();
    match &args.dir {
        None => context.text(&all[0].1)?,
        Some(dir) => write_pages(context, dir, &all)?,
    }
    Ok(Exit::Done)
}

/// Prints a schema.
pub(super) fn schema(context: &Context, args: &SchemaArgs) -> Result<Exit, Failure> {
    run_schema(context, &args.name).map(|()| Exit::Done)
}

/// The section of the main page that says what the exit codes mean.
fn exit_status() -> String {
    let mut res = Roff::new();
    res.control("SH", ["EXIT STATUS"]);
    for (code, what) in EXIT_CODES.iter().enumerate() {
        res.control("TP", []).text([bold(code.to_string())]).text([roman(*what)]);
    }
    res.render()
}

/// The pages of a command and of those below it, by file name.
fn pages(command: &Command, name: &str, res: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let words = name.trim_start_matches("molt-sync").trim_start_matches('-').replace('-', " ");
    let own = examples(&words).into_iter().map(|(line, what)| format!("{what}:\n\n    {line}\n"));
    let examples: Vec<String> = own.collect();
    let page = command.clone().display_name(name.to_owned());
    let page = page.mut_subcommands(|it| if it.get_name() == "help" { it.hide(true) } else { it });
    let page =
        if examples.is_empty() { page } else { page.after_long_help(format!("Examples\n\n{}", examples.join("\n"))) };
    let mut out = Vec::new();
    let date = env!("CARGO_PKG_VERSION").to_owned();
    let man = clap_mangen::Man::new(page).title(name.to_uppercase()).source(format!("molt-sync {date}"));
    man.render(&mut out).map_err(|error| Failure::io("make the page", Path::new(name), &error))?;
    res.push((format!("{name}.1"), String::from_utf8_lossy(&out).into_owned()));
    for it in command.get_subcommands().filter(|it| it.get_name() != "help") {
        pages(it, &format!("{name}-{}", it.get_name()), res)?;
    }
    Ok(())
}
