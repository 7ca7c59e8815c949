//! What stands in the way of a run. Each obstacle is noted with what resolves it, and the plan goes on as if it were resolved like that:
//! so all of them are seen at once, with the whole change, before anybody signs anything.

use crate::{
    command::support::{
        failure::{Exit, Failure},
        typed::Typed,
        way::Way,
    },
    report::Obstacle,
};

/// All that was met so far.
#[derive(Debug, Default)]
pub(in crate::command) struct Obstacles(Vec<(Failure, Way)>);

impl Obstacles {
    /// Notes one. Whoever notes it goes on as if it were resolved.
    pub(in crate::command) fn note(&mut self, failure: Failure, way: Way) {
        self.0.push((failure, way));
    }

    /// The same for what more than one part of the plan can meet.
    pub(in crate::command) fn note_once(&mut self, failure: Failure, way: Way) {
        if !self.0.iter().any(|(known, _)| known.message == failure.message) {
            self.note(failure, way);
        }
    }

    /// Puts others behind them.
    pub(in crate::command) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Each of them, with what resolves it.
    #[cfg(test)]
    pub(in crate::command) fn iter(&self) -> impl Iterator<Item = &(Failure, Way)> {
        self.0.iter()
    }

    /// What ends the run, if anything does: every obstacle, and the one command line that would pass. Whoever `only_looks` is told
    /// that it writes.
    pub(in crate::command) fn end(self, typed: Typed, only_looks: bool) -> Option<(Failure, String)> {
        let by_hand = self.0.iter().any(|(_, way)| matches!(way, Way::Hand));
        let passes = typed.with(self.0.iter().map(|(_, way)| way));
        let has_first = self.0.iter().any(|(_, way)| matches!(way, Way::First(_)));
        let mut all: Vec<Failure> = self.0.into_iter().map(|(failure, _)| failure).collect();
        let line = if only_looks { format!("this writes: {passes}") } else { passes.clone() };
        let joined = |words: &str| if only_looks { format!("{words}; {line}") } else { format!("{words}: {line}") };
        let by_hand_first = |line: &str| format!("after what is to be done by hand: {line}");
        let (passes, hint_of_all) =
            if by_hand { (by_hand_first(&passes), by_hand_first(&line)) } else { (passes, line.clone()) };
        if all.len() < 2 {
            let only = all.pop()?;
            // a command that comes first is part of the line already
            let words = only.hint.as_deref().filter(|_| !has_first).unwrap_or("once it is reviewed");
            let hint = joined(words);
            let obstacles = vec![told(&only)];
            // what a person does by hand is said already
            let hint = if by_hand { only.hint.clone() } else { Some(hint) };
            return Some((Failure { hint, obstacles, ..only }, passes));
        }
        let exit = all.iter().map(|it| it.exit).max_by_key(|it| *it as u8).unwrap_or(Exit::Person);
        let obstacles: Vec<Obstacle> = all.iter().map(told).collect();
        let details = obstacles.iter().flat_map(|it| it.lines(usize::MAX)).collect();
        let message = format!("{} things stand in the way", all.len());
        Some((Failure { details, obstacles, ..Failure::new(exit, message, hint_of_all) }, passes))
    }
}

fn told(failure: &Failure) -> Obstacle {
    Obstacle {
        exit: failure.exit as u8,
        message: failure.message.clone(),
        details: failure.details.clone(),
        hint: failure.hint.clone(),
    }
}
