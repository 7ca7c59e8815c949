//! From the arguments to the command that they ask for.

use std::ffi::OsString;

use clap::error::ErrorKind;

use super::args::{Args, ColorArg, Command, Global};
use super::{formats, guarded, help, shells, usage};
use crate::{
    command::{self, Context, Exit, Failure, Format, Options},
    host::{Terminal, Verbosity, left_behind},
};

/// Runs the tool with the arguments of this process and returns its exit code.
pub fn main() -> u8 {
    let words: Vec<OsString> = crate::host::words();
    if let [_, word] = &words[..]
        && let Some(is_long) = version_asked(word)
    {
        return show_version(is_long);
    }
    guarded::expect_defects(usage::wants_json(&words));
    let args = match usage::parsed(&words) {
        Ok(args) => args,
        Err(error) => return not_understood(error, words.get(1..).unwrap_or_default()),
    };
    crate::host::with_deep_stack(|| perform(args)).unwrap_or_else(|error| {
        let hint = "free some memory, or raise the limit of address space (ulimit -v)";
        Terminal::new(Verbosity::Normal, None).error(&format!("cannot run: {error}"), &[], Some(hint));
        Exit::Io as u8
    })
}

/// Does what a command line asks for.
fn perform(args: Args) -> u8 {
    let context = context(&args.global);
    if let Err(failure) = guarded::start(&context, &args.global) {
        failure.show(&context.terminal);
        return failure.exit as u8;
    }
    let ended = match args.command {
        Some(command) => run(&context, command),
        None => command::run_overview(&context),
    };
    for place in left_behind() {
        context
            .terminal
            .warn(&format!("{} is left behind, because it could not be removed: remove it", place.display()));
    }
    match ended {
        Ok(exit) => exit as u8,
        Err(failure) => {
            let failure = failure.located(&context);
            failure.show(&context.terminal);
            let is_told = failure.in_result || has_result(&context);
            if let Some(text) = failure.in_form(context.options.format).filter(|_| !is_told) {
                // a stdout that is closed leaves nobody to tell
                drop(context.terminal.result(&text));
            }
            failure.exit as u8
        }
    }
}

/// Whether the result was printed, in a form that tells of findings whatever ended the run behind it.
fn has_result(context: &Context) -> bool {
    context.options.format != Format::Json && crate::host::has_printed()
}

/// Whether a word asks for the version, and if so, for the long form. Programs ask for it often, and alone: what is understood besides
/// takes longer to put together than the answer.
fn version_asked(word: &std::ffi::OsStr) -> Option<bool> {
    [("-V", false), ("--version", true)].into_iter().find(|it| word == it.0).map(|it| it.1)
}

/// Says the version, and in the long form behind it where the program comes from, where it knows; `-V` is for scripts.
fn show_version(is_long: bool) -> u8 {
    let mut text = concat!("molt-sync ", env!("CARGO_PKG_VERSION"), "\n").to_owned();
    if let Some(origin) = command::known_origin().filter(|_| is_long) {
        text += &format!("from {} at {}\n", origin.url, origin.revision);
    }
    // a stdout that is closed leaves nobody to tell
    drop(Terminal::new(Verbosity::Normal, None).result(&text));
    Exit::Done as u8
}

/// Says what is wrong with the command line, or the help or the version that it asks for.
fn not_understood(error: clap::Error, words: &[OsString]) -> u8 {
    let (is_json, mut root) = (usage::wants_json(words), formats::command());
    let terminal = Terminal::new(Verbosity::Normal, usage::wants_color(words));
    match error.kind() {
        ErrorKind::DisplayVersion if is_json => {
            let value = serde_json::json!({ "schema": 1, "version": env!("CARGO_PKG_VERSION") });
            drop(terminal.result(&format!("{value:#}\n")));
            return Exit::Done as u8;
        }
        ErrorKind::DisplayHelp => {
            help::print(&help::asked(words, &mut root), &terminal);
            return Exit::Done as u8;
        }
        ErrorKind::DisplayVersion => return show_version(words.iter().any(|it| it == "--version")),
        _ => {}
    }
    let help = usage::without_command(&error, &mut root, words).map(|it| help::page(&it, &root, false).to_string());
    let error = usage::plain(error, &mut root, words);
    // a stream that is closed leaves nobody to tell
    match help.filter(|_| !is_json) {
        Some(help) => terminal.aside().result(&help).unwrap_or_default(),
        None if terminal.colors_messages() => Terminal::own_text(&error.render().ansi().to_string()),
        None => Terminal::own_text(&error.render().to_string()),
    }
    if is_json {
        drop(terminal.result(&usage::failure(&error, &root, words).json()));
    }
    Exit::Usage as u8
}

fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let done = |()| Exit::Done;
    match command {
        Command::Refresh(it) => command::run_refresh(context, *it),
        Command::Baseline(it) => command::run_baseline(context, it),
        Command::Api(it) => command::run_api(context, &it),
        Command::Impact(it) => command::run_impact(context, &it),
        Command::Surface(it) => command::run_surface(context, &it),
        Command::Gates(it) => command::run_gates(context, *it),
        Command::Accept(it) => command::run_accept(context, &it),
        Command::Landed(it) => command::run_landed(context, &it),
        Command::Stubs(it) => command::run_stubs(context, it),
        Command::Plan(it) => command::run_plan(context, &it),
        Command::Ratchet(it) => command::run_ratchet(context, &it),
        Command::Scoreboard(it) => command::run_scoreboard(context, &it),
        Command::Docs(it) => command::run_docs(context, &it),
        Command::Differential(it) => command::run_differential(context, &it),
        Command::Init(it) => command::run_init(context, it),
        Command::Demo { keep } => command::run_demo(context, keep).map(done),
        Command::Watch(it) => command::run_watch(context, it),
        Command::Verify(it) => command::run_verify(context, &it).map(done),
        Command::AuditUpstream { download } => command::run_audit_upstream(context, download),
        Command::Trust(it) => command::run_trust(context, it).map(done),
        Command::Apply(it) => command::run_apply(context, it).map(done),
        Command::Undo(it) => command::run_undo(context, &it).map(done),
        Command::Config(it) => command::run_config(context, &it),
        Command::Doctor => command::run_doctor(context),
        Command::Completions { shell } => shells::completions(context, shell),
        Command::Man(it) => shells::man(context, &it),
        Command::Schema(it) => shells::schema(context, &it),
        Command::Recover(it) => command::run_recover(context, &it).map(done),
    }
}

/// Whether a command line, without the program's name, is one of ours. What stands for a value is not looked at.
fn understands(words: &[&str]) -> Result<(), String> {
    // documents have many of them, and to put together what is understood takes longer than to understand
    thread_local!(static COMMAND: std::cell::RefCell<clap::Command> = std::cell::RefCell::new(formats::command()));
    let words = std::iter::once("molt-sync").chain(words.iter().copied());
    let Err(error) = COMMAND.with_borrow_mut(|it| it.try_get_matches_from_mut(words)) else { return Ok(()) };
    match error.kind() {
        ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            let error = COMMAND.with_borrow_mut(|it| usage::plain(error, it, &[]));
            let text = error.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            Err(format!("{}{}", first.trim_start_matches("error: "), usage::tip(&error)))
        }
        _ => Ok(()),
    }
}

/// A date, at its beginning in UTC, or a moment, in seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    let moment = text.parse::<jiff::Timestamp>().or_else(|_| format!("{text}T00:00:00Z").parse());
    moment.ok().map(jiff::Timestamp::as_second)
}

fn context(global: &Global) -> Context {
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    };
    let color = match global.color {
        ColorArg::Auto => None,
        ColorArg::Always => Some(true),
        ColorArg::Never => Some(false),
    };
    Context {
        terminal: Terminal::new(verbosity, color),
        command_line: understands,
        reading: std::sync::Arc::default(),
        given: None,
        options: Options {
            root: global.root.clone(),
            config: global.config.clone(),
            format: global.format,
            offline: global.offline,
            releases_from: global.releases_from.clone(),
            follows_settings: false,
            cache_dir: global.cache_dir.clone(),
            cache_limit: global.cache_limit,
            trusted_root: global.trusted_root.clone(),
            now: global.now.as_deref().and_then(moment),
            today: global.now.as_ref().map(|it| it.chars().take(10).collect()),
            timeout: std::time::Duration::from_secs(global.timeout),
            total_timeout: global.total_timeout.map(std::time::Duration::from_secs),
            attempts: global.attempts,
        },
    }
}
