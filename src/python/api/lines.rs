//! The line of a byte.

/// Where each line of a text begins.
pub(super) struct LineStarts(Vec<u32>);

impl LineStarts {
    pub(super) fn new(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Self(ends.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect())
    }

    /// The one-based line.
    pub(super) fn of(&self, at: u32) -> u32 {
        u32::try_from(self.0.partition_point(|it| *it <= at)).map_or(u32::MAX, |it| it.saturating_add(1))
    }
}
