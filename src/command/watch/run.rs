//! One look for releases, or one after the other.

use std::path::PathBuf;

use super::{
    args::WatchArgs, bring, exit::worse, moment::jiff_text, notices, recorded, report, request::Watch, sources, tell,
};
use crate::{
    base::{Sha256, Version},
    command::{
        acquire::{feeds_out_of_reach, out_of_reach},
        schedulers, scoreboard,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            workspace::Workspace,
        },
    },
    host,
    watch::{Polled, QueryOutcome, WatchState, poll_for},
};

/// Runs it, once or until it is told to stop.
pub fn run(context: &Context, args: WatchArgs) -> Result<Exit, Failure> {
    let request = &args.request()?;
    let Some(seconds) = request.every else { return once(context, request, None) };
    let stop = host::Stop::on_signals().map_err(|error| Failure::io("listen to", "signals".as_ref(), &error))?;
    loop {
        // a service goes on where one look failed
        match once(context, request, Some(&stop)) {
            Ok(exit) => context.terminal.note(&format!("looked: exit code {}", exit as u8)),
            Err(failure) => {
                let failure = failure.located(context);
                failure.show(&context.terminal);
                if context.options.format == Format::Json {
                    // a stdout that is closed leaves nobody to tell
                    drop(context.terminal.result(&failure.json_line()));
                }
            }
        }
        if stop.within(std::time::Duration::from_secs(seconds)) {
            context.terminal.note("told to stop");
            return Ok(Exit::Done);
        }
    }
}

fn once(context: &Context, request: &Watch, stop: Option<&host::Stop>) -> Result<Exit, Failure> {
    host::stand_by();
    let workspace = context.workspace()?;
    if request.bring.is_none() {
        // what only looks goes nowhere that a checkout alone names
        out_of_reach(context, &workspace.config)?;
        feeds_out_of_reach(context, &workspace.config)?;
    }
    let path = state_file(context, request.state.as_ref(), &workspace)?;
    request.heartbeat.iter().try_for_each(|it| context.must_stay(it))?;
    let lock = path.with_extension("lock");
    context.must_stay(&lock)?;
    let held = host::hold(&lock).map_err(|error| Failure::io("write", &lock, &error))?;
    let Some(_held) = held else {
        let message = "another watcher of this workspace is looking just now";
        return Err(Failure::new(Exit::Changed, message, "wait for it, or name another file with --state"));
    };
    let mut state = remembered(context, &path)?.of_sources(&named_sources(&workspace).short(16));
    let now = context.now();
    let recorded::RecordedReleases { wanted, damages } = recorded::read(context, &workspace, request)?;
    let told = notices::ToldNotices::read(request.told.as_deref())?;
    let mut look = sources::WatchSources::new(context, &workspace.config)?
        .poll(|costs, ask| poll_for(&mut state, &wanted, now, costs, ask));
    // what was found is remembered before anything is done with it, and as told only when it was
    keep(&path, &state)?;
    let mut news = look.news();
    told.leave_out(&mut look);
    let is_outdated = request.github && is_outdated(context, &workspace);
    drop(workspace);
    let mut worst = damages.values().map(recorded::exit).fold(Exit::Done, worse);
    if let Some(command) = &request.on_new {
        let runs = tell::all(context, command, stop, &look);
        news.out.retain(|it| !runs.failed.contains(it));
        worst = worse(worst, runs.exit);
        // whatever becomes of the rest of this look, it was run
        state.note_called(&runs.done);
        keep(&path, &state)?;
    }
    let brought = match &request.bring {
        Some(_) if !damages.is_empty() => recorded::held_up(&look, &damages),
        Some(bring) => bring.all(context, &look, &mut state, now),
        None => bring::failed_before(&look, &state),
    };
    keep(&path, &state)?;
    // what was to take the place of a recalled one has not
    let is_brought = |version| brought.iter().all(|it| it.version != version || it.is_done());
    let waits = look.replaced_recalls.iter().filter(|(_, newer)| !is_brought(*newer)).map(|it| it.0);
    let waits: Vec<_> = waits.collect();
    look.recalled.extend(&waits);
    news.recalled.extend(&waits);
    worst = brought.iter().filter_map(bring::Brought::exit).fold(worst, worse);
    if request.scoreboard {
        worst = worse(worst, weekly(context));
    }
    let exit = worse(worst, exit_of(request, &look));
    let notices = told.news(notices::all(&look, &brought, &damages, is_outdated));
    let seen = report::WatchFindings { look: &look, brought: &brought, damages: &damages, notices };
    report::print(context, request, &seen, state.requests(now))?;
    state.note_told(&news);
    keep(&path, &state)?;
    if let (Some(path), false) = (&request.heartbeat, look.is_blind) {
        let text = format!("{} {}\n", jiff_text(now), report::outcome_name(look.outcome()));
        host::replace(path, text.as_bytes()).map_err(|error| Failure::io("write", path, &error))?;
    }
    Ok(exit)
}

fn exit_of(request: &Watch, look: &Polled) -> Exit {
    match look.outcome() {
        QueryOutcome::Person => Exit::Person,
        QueryOutcome::Blind => Exit::Io,
        QueryOutcome::New if request.check && request.bring.is_none() => Exit::No,
        QueryOutcome::New if look.is_blind => Exit::Io,
        QueryOutcome::New | QueryOutcome::Nothing => Exit::Done,
    }
}

/// Records the row of this week. What stands in its way is told, and keeps nothing else from being done.
fn weekly(context: &Context) -> Exit {
    match scoreboard::record_weekly(context) {
        Ok(Some(day)) => {
            context.note(&format!("the row of {day} is recorded on the scoreboard"));
            Exit::Done
        }
        Ok(None) => Exit::Done,
        Err(failure) => {
            let exit = failure.exit;
            failure.located(context).show(&context.terminal);
            exit
        }
    }
}

/// Whether the workflow that is in the workspace refuses what a refresh may write; where that cannot be said, why not is.
fn is_outdated(context: &Context, workspace: &Workspace) -> bool {
    let is_outdated = schedulers::is_outdated(context, workspace).unwrap_or_else(|failure| {
        failure.located(context).show(&context.terminal);
        false
    });
    if is_outdated {
        let hint = "molt-sync init --github";
        context.warn(&format!("the workflow lists other files than a refresh may write; renew it: {hint}"));
    }
    is_outdated
}

/// The releases that the last look saw to be out, and that were not recorded then. Nothing is asked for it.
pub(in crate::command) fn seen(context: &Context, workspace: &Workspace) -> Result<Vec<Version>, Failure> {
    let path = state_file(context, None, workspace)?;
    let state = remembered(context, &path)?.of_sources(&named_sources(workspace).short(16));
    Ok(state.out().collect())
}

/// The digest of the sources that the settings name.
fn named_sources(workspace: &Workspace) -> Sha256 {
    let config = &workspace.config;
    Sha256::of(format!("{:?}", (&config.releases_from, &config.feeds)).as_bytes())
}

/// The file that was named, or one in the cache for each workspace and its sources.
fn state_file(context: &Context, named: Option<&PathBuf>, workspace: &Workspace) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        context.must_stay(path)?;
        return Ok(path.clone());
    }
    // another branch may name other sources
    let key = Sha256::of(format!("{}\0{}", workspace.shown_root(), named_sources(workspace)).as_bytes());
    let cache = context.cache();
    let place = cache.root().map(|it| it.join("watch").join(format!("{}.json", key.short(16))));
    place.ok_or_else(|| {
        let message = "there is no folder to remember in what was seen";
        Failure::new(Exit::Usage, message, "name a file with --state, or a folder with --cache-dir")
    })
}

/// What was remembered; nothing where there is no file. One that cannot be read is not none: everything would be told again.
fn remembered(context: &Context, path: &std::path::Path) -> Result<WatchState, Failure> {
    let bytes = match host::read_plain(path, 1 << 20) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(WatchState::default()),
        Err(error) => return Err(Failure::io("read", path, &error)),
    };
    Ok(WatchState::parse(&String::from_utf8_lossy(&bytes)).unwrap_or_else(|error| {
        context.terminal.warn(&format!("{} is not used: {error}", path.display()));
        WatchState::default()
    }))
}

fn keep(path: &std::path::Path, state: &WatchState) -> Result<(), Failure> {
    host::replace(path, state.text().as_bytes()).map_err(|error| Failure::io("write", path, &error))
}
