//! The nine figures as one table: documents, history, checks and pages take them from here.

use crate::audit::Status;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The more, the better.
    More,
    /// The fewer, the better.
    Fewer,
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureScope {
    /// Modules in a state.
    State(Status),
    /// Required top-level names without a file.
    MissingTop,
    /// Required names below them without a file.
    MissingBelow,
    /// Tests of a lane that pass, in percent of those that were compared.
    Lane(&'static str),
    /// Tests whose peak of memory grew.
    Memory,
}

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its id, for programs.
    pub id: &'static str,
    /// Its column in the table.
    pub title: &'static str,
    /// Which way is better.
    pub better: Better,
    /// What it counts.
    pub of: FigureScope,
}

/// All of them, in the order of the table's columns. `docs/OPERATIONS.md` of Molt has these columns, and the date before them.
pub const FIGURES: [Figure; 9] = [
    figure("intrinsic-backed", "intrinsic-backed", Better::More, FigureScope::State(Status::Backed)),
    figure("intrinsic-partial", "intrinsic-partial", Better::Fewer, FigureScope::State(Status::Partial)),
    figure("probe-only", "probe-only", Better::Fewer, FigureScope::State(Status::ProbeOnly)),
    figure("python-only", "python-only", Better::Fewer, FigureScope::State(Status::PythonOnly)),
    figure("missing-top-level", "missing top-level", Better::Fewer, FigureScope::MissingTop),
    figure("missing-submodules", "missing submodules", Better::Fewer, FigureScope::MissingBelow),
    figure("native-pass", "native parity pass %", Better::More, FigureScope::Lane("native")),
    figure("wasm-pass", "wasm parity pass %", Better::More, FigureScope::Lane("wasm")),
    figure("memory-regressions", "memory regressions", Better::Fewer, FigureScope::Memory),
];

const fn figure(id: &'static str, title: &'static str, better: Better, of: FigureScope) -> Figure {
    Figure { id, title, better, of }
}

/// The figure of an id.
pub fn by_id(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|it| it.id == id)
}

/// The figure that counts the modules in a state.
pub(super) fn of_state(status: Status) -> Option<&'static Figure> {
    FIGURES.iter().find(|it| it.of == FigureScope::State(status))
}

impl Figure {
    /// Whether a value is worse than another one.
    pub fn is_worse(&self, now: f64, before: f64) -> bool {
        match self.better {
            Better::More => now < before,
            Better::Fewer => now > before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_stays_is_not_worse() {
        for (id, worse, better) in [("intrinsic-backed", 40.0, 42.0), ("python-only", 42.0, 40.0)] {
            let figure = by_id(id).unwrap();
            assert!(
                figure.is_worse(worse, 41.0) && !figure.is_worse(better, 41.0) && !figure.is_worse(41.0, 41.0),
                "{id}"
            );
        }
    }
}
