//! Command line to requests, no logic.

mod args;
mod described;
mod examples;
mod guarded;
mod help;
mod release;
mod shells;
mod usage;

use std::ffi::OsString;

use clap::{CommandFactory as _, error::ErrorKind};

use crate::{
    command::{
        self, Accepted, Adopt, Apply, BaselineCommand, Bind, Census, Check, Context, Drop, Exit, Failure, Format,
        Gates, Init, Options, Output, OwnGates, RatchetCommand, Refresh, ScoreboardCommand, SignOff, Source,
        StubsCommand, Sync, Take, TrustCommand,
    },
    gates::Mode,
    host::{Settling, Terminal, Verbosity},
};
use args::{
    AcceptArgs, Args, BaselineArgs, ColorArg, Command, DocsArgs, DocsCheckArgs, DropArgs, FormatArg, GatesArgs,
    GatesCommand, GitArgs, Global, OutputArgs, RatchetArgs, StubsArgs, TakeArg, TrustArgs,
};

/// Runs the tool with the arguments of this process and returns its exit code.
pub fn main() -> u8 {
    let words: Vec<OsString> = crate::host::words();
    let args = match usage::parsed(&words) {
        Ok(args) => args,
        Err(error) => return not_understood(error, words.get(1..).unwrap_or_default()),
    };
    let context = context(&args.global);
    if let Err(failure) = guarded::start(&context, &args.global) {
        failure.show(&context.terminal);
        return failure.exit as u8;
    }
    let ended = match args.command {
        Some(command) => run(&context, command),
        None => command::run_overview(&context),
    };
    match ended {
        Ok(exit) => exit as u8,
        Err(failure) => {
            let failure = failure.located(&context);
            failure.show(&context.terminal);
            if context.options.format == Format::Json && !failure.in_result {
                // a stdout that is closed leaves nobody to tell
                drop(context.terminal.result(&failure.json()));
            }
            failure.exit as u8
        }
    }
}

/// Says behind the version where the program comes from, where it knows; `-V` is for scripts.
fn show_origin() {
    let is_long = crate::host::command_line().split(' ').any(|it| it == "--version");
    if let Some(origin) = command::known_origin().filter(|_| is_long) {
        let text = format!("from {} at {}\n", origin.url, origin.revision);
        drop(Terminal::new(Verbosity::Normal, None).result(&text));
    }
}

/// Says what is wrong with the command line, or the help or the version that it asks for.
fn not_understood(error: clap::Error, words: &[OsString]) -> u8 {
    let (is_json, mut root) = (usage::wants_json(words), Args::command());
    let terminal = Terminal::new(Verbosity::Normal, None);
    match error.kind() {
        ErrorKind::DisplayVersion if is_json => {
            let value = serde_json::json!({ "schema": 1, "version": env!("CARGO_PKG_VERSION") });
            drop(terminal.result(&format!("{value:#}\n")));
            return Exit::Done as u8;
        }
        ErrorKind::DisplayHelp => {
            help::print(&help::asked(words, &mut root));
            return Exit::Done as u8;
        }
        ErrorKind::DisplayVersion => {
            drop(error.print());
            show_origin();
            return Exit::Done as u8;
        }
        _ => {}
    }
    let help = usage::without_command(&error, &mut root).map(|it| help::page(&it, &root, false).to_string());
    let error = usage::plain(error, &mut root, words);
    // a stream that is closed leaves nobody to tell
    match help.filter(|_| !is_json) {
        Some(help) => terminal.aside().result(&help).unwrap_or_default(),
        None => drop(error.print()),
    }
    if is_json {
        drop(terminal.result(&usage::failure(&error, &root, words).json()));
    }
    Exit::Usage as u8
}

fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let done = |()| Exit::Done;
    check_format(context.options.format, &command)?;
    match command {
        Command::Refresh(it) => {
            let request = Refresh {
                request: it.version.parse()?,
                source: it.source.map_or(Source::Mirror, |text| text.parse().unwrap_or(Source::Mirror)),
                pre: it.pre,
                accepted: it.accepted.into(),
                output: it.output.into(),
            };
            command::run_refresh(context, &request).map(|_| Exit::Done)
        }
        Command::Baseline(it) => command::run_baseline(context, &baseline(it)?),
        Command::Api(it) => command::run_api(context, &it),
        Command::Impact(it) => command::run_impact(context, &it),
        Command::Surface(it) => command::run_surface(context, &it),
        Command::Gates(it) => gates(context, *it),
        Command::Accept(it) => command::run_accept(context, &it),
        Command::Landed(it) => command::run_landed(context, &it),
        Command::Stubs(it) => {
            let request = match it {
                StubsArgs::Check => StubsCommand::Check,
                StubsArgs::Sync(it) => {
                    StubsCommand::Sync { accepted: it.accepted.into(), output: Box::new(it.output.into()) }
                }
            };
            command::run_stubs(context, &request)
        }
        Command::Plan(it) => command::run_plan(context, &it),
        Command::Ratchet(it) => {
            let request = match it {
                RatchetArgs::Show => RatchetCommand::Show,
                RatchetArgs::Lower { base, dry_run } => RatchetCommand::Lower { base, dry_run },
                RatchetArgs::Check { base } => RatchetCommand::Check { base },
            };
            command::run_ratchet(context, &request)
        }
        Command::Scoreboard(it) => command::run_scoreboard(context, &it),
        Command::Docs(it) => docs(context, it),
        Command::Differential(it) => command::run_differential(context, &it),
        Command::Init(it) => {
            if let Some(schedulers) = it.schedulers()? {
                let mut context = context.clone();
                context.options.root = it.dir.or(context.options.root);
                return command::run_schedulers(&context, &schedulers).map(done);
            }
            let series = it.series.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
            command::run_init(context, &Init { dir: it.dir.unwrap_or_default(), series }).map(done)
        }
        Command::Demo { keep } => command::run_demo(context, keep).map(done),
        Command::Watch(it) => command::run_watch(context, &it.request()?),
        Command::Verify(it) => command::run_verify(context, &it.request()?).map(done),
        Command::AuditUpstream { download } => command::run_audit_upstream(context, download),
        Command::Trust(it) => command::run_trust(context, &trust(it)?).map(done),
        Command::Apply { plan, dry_run, git } => {
            command::run_apply(context, &Apply { plan, output: Output { dry_run, ..git.into() } }).map(done)
        }
        Command::Undo { dry_run, unverified } => command::run_undo(context, dry_run, unverified).map(done),
        Command::Config(it) => command::run_config(context, &it),
        Command::Doctor => command::run_doctor(context),
        Command::Completions { shell } => shells::completions(context, shell),
        Command::Man(it) => shells::man(context, &it),
        Command::Schema(it) => shells::schema(context, &it),
        Command::Recover { abort, unverified } => {
            let settling = match (abort, unverified) {
                (true, _) => Settling::TakeBack,
                (_, true) => Settling::FinishUnverified,
                _ => Settling::Finish,
            };
            command::run_recover(context, settling).map(done)
        }
    }
}

/// Every command has a result for people and in JSON; some have more.
fn check_format(format: Format, command: &Command) -> Result<(), Failure> {
    let (fits, name) = match format {
        Format::Human | Format::Json => (true, ""),
        Format::Dot | Format::Mermaid => (matches!(command, Command::Plan(_)), "that form"),
        Format::Patch => (matches!(command, Command::Docs(DocsArgs::Check(_) | DocsArgs::Sync { .. })), "that form"),
        Format::Markdown => {
            let is_report = matches!(
                command,
                Command::Docs(DocsArgs::Check(_) | DocsArgs::Census { .. } | DocsArgs::Sync { .. })
                    | Command::Refresh(_)
                    | Command::Impact(_)
                    | Command::Demo { .. }
                    | Command::Plan(_)
                    | Command::Stubs(StubsArgs::Sync(_))
                    | Command::Landed(_)
                    | Command::Accept(_)
                    | Command::Baseline(BaselineArgs::Drop(_))
                    | Command::Scoreboard(ScoreboardCommand::Show(_) | ScoreboardCommand::Check(_))
            );
            (is_report, "Markdown")
        }
        other if matches!(command, Command::Differential(it) if it.has(other)) => (true, ""),
        Format::Sarif | Format::Junit | Format::Github => {
            let is_docs =
                matches!(command, Command::Docs(DocsArgs::Check(_) | DocsArgs::Census { .. } | DocsArgs::Sync { .. }));
            let is_board =
                matches!(command, Command::Scoreboard(ScoreboardCommand::Show(_) | ScoreboardCommand::Check(_)));
            let is_run = is_docs
                || (is_board && format == Format::Github)
                || (format == Format::Junit && matches!(command, Command::Accept(_)))
                || matches!(command, Command::Baseline(BaselineArgs::Verify { .. }))
                || matches!(command, Command::Gates(it) if it.command.is_none() && !it.molt_order && it.compare.is_none());
            (is_run, "that form")
        }
    };
    if fits {
        return Ok(());
    }
    let message = format!("this command has no result in {name}");
    Err(Failure::new(
        Exit::Usage,
        message,
        "leave --format out, or use --format json; `molt-sync --help` lists which has what",
    ))
}

fn docs(context: &Context, args: DocsArgs) -> Result<Exit, Failure> {
    let check =
        |it: DocsCheckArgs| Check { files: it.files, base: it.base, new_only: it.new_only, exit_zero: it.exit_zero };
    let done = |()| Exit::Done;
    match args {
        DocsArgs::Adopt { blocks, after, dry_run } => {
            command::run_docs_adopt(context, &Adopt { blocks, after, dry_run }).map(done)
        }
        DocsArgs::Check(it) => command::run_docs_check(context, &check(it)),
        DocsArgs::Sync { check: it, dry_run, take, dirty } => {
            let take = take.map(|TakeArg::Source| Take::Source);
            command::run_docs_sync(context, &Sync { check: check(it), dry_run, take, allow_dirty: dirty.allow_dirty })
        }
        DocsArgs::Facts { id } => command::run_docs_facts(context, id.as_deref()).map(done),
        DocsArgs::Explain { what } => command::run_docs_explain(context, &what).map(done),
        DocsArgs::Census { files, uncited } => command::run_docs_census(context, &Census { files, uncited }).map(done),
        DocsArgs::Bind { place, fact, dry_run } => {
            command::run_docs_bind(context, &Bind { place, fact, dry_run }).map(done)
        }
        DocsArgs::Resolve { files, driver } => command::run_docs_resolve(context, &files, &driver),
    }
}

/// Whether a command line, without the program's name, is one of ours. What stands for a value is not looked at.
fn understands(words: &[&str]) -> Result<(), String> {
    // documents have many of them, and to put together what is understood takes longer than to understand
    thread_local!(static COMMAND: std::cell::RefCell<clap::Command> = std::cell::RefCell::new(Args::command()));
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

fn gates(context: &Context, args: GatesArgs) -> Result<Exit, Failure> {
    if let Some(GatesCommand::Explain { id }) = &args.command {
        return command::explain_gates(context, id.as_deref()).map(|()| Exit::Done);
    }
    let dialect = args.dialect.map(|text| text.parse()).transpose();
    let dialect = dialect.map_err(|error: crate::base::DialectError| {
        Failure::new(Exit::Usage, error.to_string(), "leave --dialect out to have it found out from the tree")
    })?;
    let request = Gates {
        mode: Mode {
            fallback_backed_only: args.fallback_intrinsic_backed_only,
            critical: args.critical_allowlist,
            allowlist: args.allowlist_modules,
        },
        only: args.only,
        skip: args.skip,
        molt_order: args.molt_order,
        base: args.base,
        new_only: args.new_only,
        compare: args.compare,
        dialect,
    };
    command::run_gates(context, &request)
}

fn baseline(args: BaselineArgs) -> Result<BaselineCommand, Failure> {
    let series = |text: Option<String>| text.map(|text| text.parse()).transpose();
    Ok(match args {
        BaselineArgs::Show { series: text, source } => BaselineCommand::Show {
            series: series(text)?,
            source: source.map(|text| text.parse().unwrap_or(Source::Mirror)),
        },
        BaselineArgs::Diff { old, new } => BaselineCommand::Diff { old, new },
        BaselineArgs::Verify { python, series: text } => BaselineCommand::Verify { python, series: series(text)? },
        BaselineArgs::Drop(it) => {
            let DropArgs { series, accepted, output } = *it;
            let request = Drop { series: series.parse()?, accepted: accepted.into(), output: output.into() };
            BaselineCommand::Drop(Box::new(request))
        }
    })
}

fn trust(args: TrustArgs) -> Result<TrustCommand, Failure> {
    Ok(match args {
        TrustArgs::Show => TrustCommand::Show,
        TrustArgs::Add { version, artifact, sha256, by } => TrustCommand::Add {
            version: version.parse()?,
            artifact,
            sha256: sha256.parse().map_err(|error: crate::base::digest::DigestError| {
                Failure::new(Exit::Usage, error.to_string(), "copy it from where you reviewed it")
            })?,
            by,
        },
        TrustArgs::Resolve => TrustCommand::Resolve,
        TrustArgs::Signer(it) => TrustCommand::Signer(it.signer()?),
    })
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
            format: match global.format {
                FormatArg::Human => Format::Human,
                FormatArg::Json => Format::Json,
                FormatArg::Markdown => Format::Markdown,
                FormatArg::Sarif => Format::Sarif,
                FormatArg::Junit => Format::Junit,
                FormatArg::Github => Format::Github,
                FormatArg::Patch => Format::Patch,
                FormatArg::Dot => Format::Dot,
                FormatArg::Mermaid => Format::Mermaid,
            },
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

impl From<AcceptArgs> for Accepted {
    fn from(it: AcceptArgs) -> Self {
        let sign_off = it.sign_off.zip(it.reason);
        let sign_off = sign_off.map(|(name, reason)| SignOff { name, reason, gates: it.allow_gates });
        Self { sign_off, take: it.take }
    }
}

impl From<OutputArgs> for Output {
    fn from(it: OutputArgs) -> Self {
        Self {
            dry_run: it.dry_run,
            patch: it.patch,
            plan: it.plan,
            report: it.report,
            own_gates: OwnGates { in_dry_run: it.run_external_gates, env: it.allow_gate_env },
            is_looked_at: true,
            worktree: it.worktree,
            ..it.git.into()
        }
    }
}

impl From<GitArgs> for Output {
    fn from(it: GitArgs) -> Self {
        Self { allow_dirty: it.dirty.allow_dirty, commit: it.commit, branch: it.branch, ..Self::default() }
    }
}
