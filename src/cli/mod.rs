//! Command line to requests, no logic.

mod args;

use clap::Parser as _;

use crate::{
    command::{
        self, Adopt, BaselineCommand, Context, Exit, Failure, Format, Init, Options, Output, Refresh, SignOff, Source,
        TrustCommand,
    },
    host::{Terminal, Verbosity},
};
use args::{Args, BaselineArgs, ColorArg, Command, DocsArgs, FormatArg, Global, OutputArgs, TrustArgs};

/// Runs the tool with the arguments of this process and returns its exit code.
pub fn main() -> u8 {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // clap's own exit codes are 0 for help and 2 for usage, as ours are
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            drop(error.print());
            return code;
        }
    };
    let context = context(&args.global);
    match run(&context, args.command) {
        Ok(exit) => exit as u8,
        Err(failure) => {
            context.terminal.error(&failure.message, &failure.details, failure.hint.as_deref());
            if context.options.format == Format::Json {
                // a stdout that is closed leaves nobody to tell
                drop(context.terminal.result(&failure.json()));
            }
            failure.exit as u8
        }
    }
}

fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let done = |()| Exit::Done;
    let reports =
        matches!(command, Command::Refresh(_) | Command::Demo { .. } | Command::Baseline(BaselineArgs::Drop { .. }));
    if context.options.format == Format::Markdown && !reports {
        let message = "this command has no result in Markdown";
        return Err(Failure::new(Exit::Usage, message, "leave --format out, or use --format json"));
    }
    match command {
        Command::Refresh(it) => {
            let request = Refresh {
                request: it.version.parse()?,
                source: it.source.map_or(Source::Mirror, |text| text.parse().unwrap_or(Source::Mirror)),
                pre: it.pre,
                sign_off: it.sign_off.zip(it.reason).map(|(name, reason)| SignOff { name, reason }),
                output: it.output.into(),
            };
            command::run_refresh(context, &request).map(done)
        }
        Command::Baseline(it) => command::run_baseline(context, &baseline(it)?),
        Command::Docs(DocsArgs::Adopt { blocks, after, dry_run }) => {
            command::run_docs_adopt(context, &Adopt { blocks, after, dry_run }).map(done)
        }
        Command::Init(it) => {
            let series = it.series.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
            command::run_init(context, &Init { dir: it.dir, series }).map(done)
        }
        Command::Demo { keep } => command::run_demo(context, keep).map(done),
        Command::Trust(it) => command::run_trust(context, &trust(it)?).map(done),
    }
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
        BaselineArgs::Drop { series, output } => {
            BaselineCommand::Drop { series: series.parse()?, output: output.into() }
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
    })
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
        options: Options {
            root: global.root.clone(),
            config: global.config.clone(),
            format: match global.format {
                FormatArg::Human => Format::Human,
                FormatArg::Json => Format::Json,
                FormatArg::Markdown => Format::Markdown,
            },
            offline: global.offline,
            releases_from: global.releases_from.clone(),
            cache_dir: global.cache_dir.clone(),
            today: global.now.as_ref().map(|it| it.chars().take(10).collect()),
            timeout: std::time::Duration::from_secs(global.timeout),
            attempts: global.attempts,
        },
    }
}

impl From<OutputArgs> for Output {
    fn from(it: OutputArgs) -> Self {
        Self { dry_run: it.dry_run, patch: it.patch, report: it.report }
    }
}
