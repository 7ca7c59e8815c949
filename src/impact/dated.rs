//! The versions that the documentation names, as they are compared.

use super::api::Note;
use crate::base::Version;

/// A version as it can be compared: the series, and the patch.
pub(super) type Rank = (u32, u32, u32);

pub(super) trait AsRank {
    fn as_rank(&self) -> Rank;
}

impl AsRank for (String, &str) {
    fn as_rank(&self) -> Rank {
        let (major, minor, _) = rank(&self.0).unwrap_or_default();
        let patch = rank(self.1).map_or(0, |it| it.2);
        (major, minor, patch)
    }
}

fn rank(text: &str) -> Option<Rank> {
    let mut parts = text.split('.').map(|it| it.trim_end_matches(|it: char| !it.is_ascii_digit()).parse::<u32>());
    let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let patch = parts.next().and_then(Result::ok).unwrap_or(0);
    Some((major, minor, patch))
}

pub(super) fn version(note: &Note) -> Option<Rank> {
    rank(&note.version)
}

/// Whether a note is of a release behind `old` and not behind `new`. What names a series alone came with its first release.
pub(super) fn is_between(note: &Note, old: Version, new: Version) -> bool {
    let of = |it: Version| (it.series.to_string(), it.to_string().as_str()).as_rank();
    version(note).is_some_and(|it| it > of(old) && it <= of(new))
}
