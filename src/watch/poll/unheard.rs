//! Whether nobody who announces releases was heard: then nothing that is withheld, recalled or late can be seen.

use super::Poll;
use crate::{base::Series, watch::Query};

impl Poll<'_> {
    /// Whether none of all who announce answered when it was last asked: in this look, or, where it wanted to be left alone, before
    /// it. One that was heard a day ago may still be; of one source alone nothing follows.
    pub(super) fn is_unheard(&self) -> bool {
        let series = self.wanted.recorded.keys().next().copied().unwrap_or(Series { major: 3, minor: 0 });
        let all = [
            ("calendar", Query::Calendar),
            ("endoflife", Query::EndOfLife),
            ("api", Query::Releases),
            ("tag", Query::Tags(series)),
        ];
        // a mirror on this machine is looked at without a network, too
        if !(self.costs)(Query::Top) {
            return false;
        }
        // what is switched off, or not asked because the run is offline, is nobody's silence
        let asked: Vec<_> =
            all.into_iter().filter(|(name, what)| !self.off.contains(name) && (self.costs)(*what)).collect();
        let is_silent =
            |name: &str| self.state.throttled.contains(name) || self.res.silent.iter().any(|(it, _)| *it == name);
        asked.len() > 1 && asked.iter().all(|(name, _)| is_silent(name))
    }
}
