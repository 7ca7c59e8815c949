//! Which lanes are meant: those of the settings, ready-made ones, and Molt's own in a workspace of Molt.

use std::time::Duration;

use super::place::RunPlace;
use crate::{
    base::Dialect,
    command::support::failure::{Exit, Failure},
    differential::{Lane, LaneSettings, READY_MADE, ready_made},
    workspace::dialect,
};

/// The lanes of these names, or the one that is meant where none is named.
pub(super) fn lanes(place: &RunPlace, names: &[String]) -> Result<Vec<Lane>, Failure> {
    let configured = &place.config.lanes;
    let names: Vec<String> = match (names, configured.len()) {
        ([], 1) => configured.keys().cloned().collect(),
        ([], 0) if place.is_molt => vec!["native".into()],
        ([], 0) => {
            let hint = "add to molt-sync.toml: [lanes.native] with reference = [\"python3.12\"] and candidate = [\"python3.13\"], or name a ready-made lane with --lane";
            return Err(Failure::new(Exit::Usage, "cannot tell which lane to run: none is configured", hint));
        }
        ([], _) => {
            let known: Vec<&str> = configured.keys().map(String::as_str).collect();
            let hint = format!("name one or more with --lane: {}", known.join(", "));
            return Err(Failure::new(Exit::Usage, "cannot tell which lane to run: several are configured", hint));
        }
        (names, _) => names.to_vec(),
    };
    let mut seen = std::collections::BTreeSet::new();
    names.iter().filter(|it| seen.insert(*it)).map(|name| lane(place, name)).collect()
}

fn lane(place: &RunPlace, name: &str) -> Result<Lane, Failure> {
    let settings = match place.config.lanes.get(name) {
        Some(it) => it.clone(),
        None => usual(place, name)?,
    };
    let lane = settings.lane(name, place.launcher(), place.variables.timeout);
    let mut lane = lane.map_err(|why| {
        let hint = "a lane has a reference and either a candidate or run, and build where there is something to build; `molt-sync differential run --help` has an example";
        Failure::new(Exit::Usage, format!("cannot use lane `{name}`: it {why}"), hint)
    })?;
    if let Some(seconds) = place.variables.build_timeout {
        lane.build_timeout = Duration::try_from_secs_f64(seconds).unwrap_or(lane.build_timeout);
    }
    Ok(lane)
}

/// A lane that nobody configured: a ready-made one, or Molt's own in a workspace of Molt.
fn usual(place: &RunPlace, name: &str) -> Result<LaneSettings, Failure> {
    if let Some(it) = ready_made(name) {
        return Ok(it);
    }
    let molts = if place.is_molt { Some(dialect(&place.disk(), &place.config)?) } else { None };
    let own = match (molts, name) {
        (Some(Dialect::August), "native") => Some("molt-native-2026-08"),
        (Some(_), "native") => Some("molt-native-2026-02"),
        (Some(Dialect::August), "wasm") => Some("molt-wasm-2026-08"),
        _ => None,
    };
    own.and_then(ready_made).ok_or_else(|| {
        let known = place.config.lanes.keys().map(String::as_str).chain(READY_MADE.iter().map(|it| it.0));
        let hint = format!(
            "write [lanes.{name}] into molt-sync.toml, or name one of {}",
            known.collect::<Vec<_>>().join(", ")
        );
        Failure::new(Exit::Usage, format!("there is no lane `{name}`"), hint)
    })
}
