//! `molt-sync baseline`: the recorded facts, what differs between two of them, and whether an interpreter agrees.

use std::path::{Path, PathBuf};

use clap::{Subcommand, builder::NonEmptyStringValueParser as Text};
use serde::Serialize;

use crate::{
    base::{Request, Series, line, number_of, printable},
    command::{
        acquire::{acquire, at_hand, look, refuse_address},
        drop_series::{self, DropArgs},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            known_baselines::{find, recorded},
            source::Source,
        },
        verify_interpreter,
    },
    host,
    release::Recalls,
    stdlib::{Baseline, Delta, ModuleKind, bundled_series},
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Show the recorded facts of a series, or the facts of any source, unverified
    Show {
        /// The series; all of them by default
        #[arg(conflicts_with = "source")]
        series: Option<String>,
        /// Show what this archive, unpacked source tree or `interpreter:PATH` holds instead
        #[arg(long, value_name = "SOURCE", value_parser = Text::new())]
        source: Option<String>,
    },
    /// Show what changed from one series or release to another
    Diff {
        /// The older side: a series (3.13), a release (3.13.5), a baseline file or an archive
        old: String,
        /// The newer side: a series, a release, a baseline file or an archive
        new: String,
    },
    /// Compare the recorded names with those of a live interpreter
    Verify {
        /// The CPython interpreter to ask
        #[arg(long, value_name = "PATH")]
        python: PathBuf,
        /// The recorded series to compare with; the interpreter's own by default
        #[arg(long, value_name = "SERIES")]
        series: Option<String>,
    },
    /// Stop supporting a series
    Drop(Box<DropArgs>),
}

/// Runs it.
pub fn run(context: &Context, command: BaselineCommand) -> Result<Exit, Failure> {
    let parsed = |text: Option<String>| text.map(|text| text.parse::<Series>()).transpose();
    match command {
        BaselineCommand::Show { source: Some(source), .. } => {
            show(context, &[look(&source.parse().unwrap_or(Source::Mirror))?])
        }
        BaselineCommand::Show { series, .. } => {
            let series = parsed(series)?;
            let all = recorded(context)?;
            let wanted: Vec<Baseline> = match series {
                Some(series) => vec![find(all, series)?],
                None => all,
            };
            show(context, &wanted)
        }
        BaselineCommand::Diff { old, new } => diff(context, &named(context, &old)?, &named(context, &new)?),
        BaselineCommand::Verify { python, series } => verify_interpreter::run(context, &python, parsed(series)?),
        BaselineCommand::Drop(it) => drop_series::run(context, &it.request()?).map(|_| Exit::Done),
    }
}

/// What may be named to be compared.
const NAMES: &str = "name a series (3.14), a release (3.14.10), a baseline file or an archive";

/// Whether a text that names no file can have been meant as one.
fn looks_like_a_path(text: &str) -> bool {
    const ENDINGS: [&str; 6] = [".json", ".tgz", ".xz", ".gz", ".zip", ".toml"];
    text.contains(['/', '\\']) || text.starts_with(['.', '~']) || ENDINGS.iter().any(|it| text.ends_with(it))
}

/// What a user names: a series or a release, else a file. What a workspace holds does not decide what a version means.
fn named(context: &Context, text: &str) -> Result<Baseline, Failure> {
    let path = Path::new(text);
    let request = text.parse::<Request>();
    if request.is_err() && host::is_there(path).map_err(|error| Failure::io("read", path, &error))? {
        let is_baseline = path.extension().is_some_and(|it| it == "json");
        if !is_baseline {
            return look(&Source::Path(path.into()));
        }
        let bytes = context.read_named(path, 64 << 20)?;
        let parsed = Baseline::parse(&String::from_utf8_lossy(&bytes));
        return parsed.map_err(|error| {
            Failure::new(
                Exit::Usage,
                format!("cannot read {text}: {error}"),
                "name a baseline that molt-sync wrote, or an archive",
            )
        });
    }
    refuse_address(text)?;
    if looks_like_a_path(text) {
        let message = format!("cannot read {text}: there is no such file");
        return Err(Failure::new(
            Exit::Usage,
            message,
            "check the path, or name a series (3.14) or a release (3.14.10)",
        ));
    }
    let request = request.map_err(|error| {
        let hint = if error.hint.contains("latest") { NAMES.to_owned() } else { format!("write {}", error.hint) };
        Failure { hint: Some(hint), ..error.into() }
    })?;
    match request {
        Request::Series(series) => find(recorded(context)?, series),
        Request::Exact(version) => {
            let all = recorded(context)?.into_iter().chain(bundled_series(version.series));
            if let Some(known) = all.into_iter().find(|it| it.facts.release == Some(version)) {
                return Ok(known);
            }
            let (lock, config) = at_hand(context)?;
            let how = (true, &Recalls::none());
            acquire(context, &lock, &config, &Source::Mirror, Request::Exact(version), how).map(|it| it.baseline)
        }
        Request::Latest => Err(Failure::new(Exit::Usage, "`latest` is not a baseline", NAMES)),
    }
}

#[derive(Serialize)]
struct BaselineListing<'a> {
    schema: u32,
    baselines: Vec<ShownBaseline<'a>>,
}

#[derive(Serialize)]
struct ShownBaseline<'a> {
    series: Series,
    provenance: &'a crate::stdlib::Provenance,
    /// What the provenance says was checked when it was recorded; to show it checks nothing.
    checked_by_this_run: bool,
    #[serde(flatten)]
    facts: &'a crate::stdlib::ReleaseFacts,
}

fn show(context: &Context, all: &[Baseline]) -> Result<Exit, Failure> {
    if context.options.format == Format::Json {
        let row = |it| ShownBaseline::new(it);
        let shown = BaselineListing { schema: 1, baselines: all.iter().map(row).collect() };
        return context.print(&(serde_json::to_string_pretty(&shown).unwrap_or_default() + "\n")).map(|()| Exit::Done);
    }
    let mut out = String::new();
    for baseline in all {
        let facts = &baseline.facts;
        out += &line(&format!("CPython {}{}", baseline.release_text(), baseline.label()));
        let provenance = &baseline.provenance;
        for (label, value) in [
            ("artifact", provenance.artifact.clone()),
            ("sha256", provenance.sha256.map(|it| it.to_string())),
            ("record says", provenance.verified_by.as_deref().map(|it| format!("verified by {}", printable(it)))),
            ("note", provenance.note.clone()),
        ] {
            if let Some(value) = value {
                out += &line(&format!("  {label:<12} {value}"));
            }
        }
        let below = |kind| facts.modules.iter().filter(|(name, it)| name.contains('.') && it.kind == kind).count();
        out += &line(&format!("  top level    {}", number_of(facts.top_level.len(), "name")));
        for kind in [ModuleKind::Module, ModuleKind::Package, ModuleKind::Alias, ModuleKind::Extension] {
            out +=
                &line(&format!("  {:<12} {} ({} below the top level)", plural(kind), facts.count(kind), below(kind)));
        }
        let limited = facts.modules.values().filter(|it| !it.platforms.is_empty()).count();
        out += &line(&format!("  limited      {limited} to some platforms"));
        out += &line(&format!("  test-only    {}", facts.test_only.len()));
        for (path, why) in &facts.not_importable {
            out += &line(&format!("  left out     {path}: {why}"));
        }
        if all.len() == 1 {
            list_names(&mut out, baseline);
        }
    }
    context.print(&out).map(|()| Exit::Done)
}

impl<'a> ShownBaseline<'a> {
    fn new(it: &'a Baseline) -> Self {
        Self { series: it.series, provenance: &it.provenance, checked_by_this_run: false, facts: &it.facts }
    }
}

fn list_names(out: &mut String, baseline: &Baseline) {
    out.push('\n');
    for (name, module) in &baseline.facts.modules {
        let platforms =
            if module.platforms.is_empty() { String::new() } else { format!("  [{}]", module.platforms.join(", ")) };
        let path = module.path.as_deref().map(|it| format!("  {it}")).unwrap_or_default();
        *out += &line(&format!("{:<10} {name}{path}{platforms}", module.kind.word()));
    }
}

fn plural(kind: ModuleKind) -> String {
    if kind == ModuleKind::Alias { "aliases".into() } else { format!("{}s", kind.word()) }
}

#[derive(Serialize)]
struct BaselineComparison<'a> {
    schema: u32,
    old: String,
    new: String,
    delta: &'a Delta,
}

fn diff(context: &Context, old: &Baseline, new: &Baseline) -> Result<Exit, Failure> {
    let delta = Delta::between(&old.facts, &new.facts);
    let label = |it: &Baseline| format!("{}{}", it.release_text(), it.label());
    if context.options.format == Format::Json {
        let compared = BaselineComparison { schema: 1, old: label(old), new: label(new), delta: &delta };
        return context
            .print(&(serde_json::to_string_pretty(&compared).unwrap_or_default() + "\n"))
            .map(|()| Exit::Done);
    }
    let mut out = format!("from {} to {}: {}\n", label(old), label(new), number_of(delta.0.len(), "change"));
    for it in &delta.0 {
        out += &line(&format!("  {}: {}", it.name(), it.words()));
    }
    context.print(&out).map(|()| Exit::Done)
}
