//! The scoreboard's history as it lies in the workspace, or at a commit.

use super::damage::{Damage, Input, Reading};
use crate::{
    base::{Files, RelPath},
    docs::{Facts, last_row},
    scoreboard::History,
};

/// The history; an empty one where there is no file.
pub fn history(files: &dyn Files, path: &RelPath) -> Reading<History> {
    let text = text(files, path)?;
    History::parse(&text).map_err(|error| {
        let damage = Damage::text(Input::History, path.as_str(), &text, error.to_string());
        if error.is_newer {
            return Damage { repair: "a newer molt-sync wrote it: install that one".into(), ..damage };
        }
        damage
    })
}

/// Adds to the facts what its last week says, as the scoreboard shows it: of two branches that were merged the older row may stand last.
pub fn last_row_facts(facts: &mut Facts, files: &dyn Files, path: &RelPath) -> Reading<()> {
    match history(files, path)?.weeks().last() {
        Some(row) => last_row(facts, row, path).map_err(|why| Damage::text(Input::History, path.as_str(), "", why)),
        None => Ok(()),
    }
}

fn text(files: &dyn Files, path: &RelPath) -> Reading<String> {
    let text = files.text(path)?.unwrap_or_default();
    // the last line of one side is a row like any other
    Damage::conflict(Input::History, path.as_str(), &text).map_or(Ok(text), Err)
}
