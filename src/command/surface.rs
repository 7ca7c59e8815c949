//! `molt-sync surface`: what the workspace's modules lack of the public names that CPython has.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::{Files as _, RelPath, Staged, most_like, number_of},
    changeset::Changeset,
    command::{
        acquire::{NamesReach, names_in, recorded_names},
        support::{
            checked_out::{WorkspaceReach, whole},
            context::{Context, Format},
            failure::{Exit, Failure},
            public_names::PublicNamesHere,
            workspace::Workspace,
        },
    },
    config::{FILE, with_max_missing},
    impact::{PublicNames, Shims, SurfaceRow, SurfaceTotals, is_family},
    report::{SurfaceReport, Tightened},
    workspace::attestation,
};

/// What is asked for.
#[derive(Debug, Args)]
pub struct Surface {
    /// Modules, each with its private siblings; all of them by default
    #[arg(value_parser = Text::new())]
    pub modules: Vec<String>,
    /// Fail where a module that is attested as fully covered lacks a name, and show those modules alone
    #[arg(long)]
    pub attested: bool,
    /// Require the names of this archive or unpacked source tree, unverified, in place of the recorded releases
    #[arg(long, value_name = "SOURCE")]
    pub source: Vec<PathBuf>,
    /// Lower `surface.max_missing` in molt-sync.toml to the names that are missing now; where it is not set, set it
    #[arg(long, conflicts_with_all = ["modules", "attested", "source"])]
    pub tighten: bool,
    /// With --tighten, show the change as a patch and write nothing
    #[arg(long, requires = "tighten")]
    pub dry_run: bool,
}

/// Runs it.
pub fn run(context: &Context, request: &Surface) -> Result<Exit, Failure> {
    let workspace = if request.tighten { context.workspace_for(!request.dry_run)? } else { context.tree()? };
    whole(&workspace, WorkspaceReach::Tree, true)?;
    let paths = &workspace.config.paths;
    let attested = attestation(&workspace.disk, paths)?.modules;
    let (names, shims) =
        rayon::join(|| names(context, &request.source), || Shims::read(&workspace.disk, &paths.stdlib));
    let (mut names, shims) = (names?, shims?);
    let failure = names.failure.take();
    known(&request.modules, &names, &shims)?;
    let mut rows = names.rows(&shims, &attested, &request.modules);
    let tightened = if request.tighten { Some(tighten(context, &workspace, request, (&rows, &names))?) } else { None };
    let totals = SurfaceTotals::of(&rows);
    let of_all = |count: usize| request.modules.is_empty().then_some(count as u64);
    let (missing_in_all, uncounted_in_all) = (of_all(totals.missing), of_all(totals.uncounted));
    if request.attested {
        rows.retain(|it| it.attested);
    }
    let report = SurfaceReport {
        rows,
        releases: names.releases,
        absent: names.absent,
        missing_in_all,
        uncounted_in_all,
        is_attested_only: request.attested,
        max_missing: workspace.config.surface.max_missing,
        tightened,
    };
    let text = match context.options.format {
        Format::Json => report.json(),
        _ => report.human(context.terminal.is_verbose() || !request.modules.is_empty()),
    };
    context.print(&text)?;
    if request.attested && report.findings().next().is_some() {
        return Ok(Exit::No);
    }
    let uncounted = report.uncounted();
    if !uncounted.is_empty() {
        context
            .terminal
            .warn(&format!("which names these attested modules lack was not looked at: {}", uncounted.join(", ")));
    }
    // what was not looked at is no pass: nor is the list whole where a mirror did not answer
    let is_whole = report.absent.is_empty() || !request.attested;
    let exit = match failure {
        Some(it) if it.exit == Exit::Io || !is_whole => it.exit,
        None if !is_whole => Exit::Usage,
        _ if uncounted.is_empty() => return Ok(Exit::Done),
        _ => return Ok(Exit::Usage),
    };
    let series: Vec<String> = report.absent.keys().map(ToString::to_string).collect();
    context.terminal.warn(&format!("what {} requires was not looked at", series.join(" and ")));
    Ok(exit)
}

/// Lowers the ratchet to what is missing, together with what may be. One that was not looked at in whole is not tightened by.
fn tighten(
    context: &Context,
    workspace: &Workspace,
    request: &Surface,
    (rows, names): (&[SurfaceRow], &PublicNamesHere),
) -> Result<Tightened, Failure> {
    if let Some(path) = &context.options.config {
        let message = format!("cannot tighten surface.max_missing: the settings are those of {}", path.display());
        return Err(Failure::new(Exit::Usage, message, "leave --config out, or write the number there by hand"));
    }
    if let Some((series, why)) = names.absent.first_key_value() {
        let message = format!("cannot tighten surface.max_missing: {series} was not looked at: {why}");
        return Err(Failure::new(Exit::Usage, message, "name a mirror that has the release, or refresh the series"));
    }
    let totals = SurfaceTotals::of(rows);
    let (missing, uncounted) = (totals.missing as u64, totals.uncounted as u64);
    // what nobody can count may be missing
    let after = missing + uncounted;
    let before = workspace.config.surface.max_missing;
    if let Some(most) = before.filter(|most| missing > *most) {
        let over = number_of(missing - most, "name");
        let message =
            format!("cannot tighten surface.max_missing: {missing} names are missing, {over} more than {most}");
        return Err(Failure::new(Exit::No, message, "bind them; `molt-sync surface` lists them by module"));
    }
    if let Some(most) = before.filter(|most| after > *most) {
        let message = format!(
            "cannot tighten surface.max_missing: {} missing, and {uncounted} more could not be counted, {} more together than {most}",
            number_of(missing, "name"),
            after - most
        );
        let hint =
            "let the modules show what they bind; `molt-sync surface` lists the names that are unknown by module";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    let mut patch = None;
    if before != Some(after) {
        let path =
            RelPath::new(FILE).map_err(|error| Failure::new(Exit::Io, error.to_string(), "install molt-sync again"))?;
        let text = workspace.disk.text(&path)?.unwrap_or_default();
        let new = with_max_missing(&text, after).map_err(|why| {
            let hint = format!("write max_missing = {after} below [surface] by hand");
            Failure::new(Exit::Person, format!("cannot change {path}: {why}"), hint)
        })?;
        let mut staged = Staged::new(&workspace.disk);
        staged.write(&path, new)?;
        let changeset = Changeset { edits: staged.into_edits() };
        if request.dry_run {
            patch = Some(context.for_git(&changeset.diff())?);
        } else {
            workspace.apply(&changeset.edits)?;
        }
    }
    Ok(Tightened { before, after, uncounted, patch })
}

/// The names that the modules have to bind: of the sources that are named, else of the recorded releases.
fn names(context: &Context, sources: &[PathBuf]) -> Result<PublicNamesHere, Failure> {
    if sources.is_empty() {
        return recorded_names(context, NamesReach::Mirror)?.any();
    }
    names_in(context, sources)
}

/// Refuses a module that neither a release nor the tree has.
fn known<'a>(wanted: &[String], names: &'a PublicNamesHere, shims: &Shims) -> Result<(), Failure> {
    let of_release = |it: &'a PublicNames| it.modules.keys().chain(it.not_looked_at.keys()).map(String::as_str);
    let all: BTreeSet<&str> = names.by_series.values().flat_map(of_release).collect();
    for name in wanted {
        if all.contains(name.as_str()) || all.iter().any(|it| is_family(name, it)) {
            continue;
        }
        let message = match shims.path(name) {
            Some(path) => format!("no release that was looked at has a module `{name}`, although there is {path}"),
            None => format!("there is no module `{name}`"),
        };
        let hint = match most_like(name, all.iter().copied(), 0.75) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`molt-sync baseline show` lists the modules of a release".to_owned(),
        };
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    Ok(())
}
