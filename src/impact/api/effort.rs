//! How much work the names of a release may make: what hands them on from module to module can be written so that it never ends.

use std::cell::Cell;

/// How many steps are taken for all modules together: a star that is looked at for a name, and a name that is handed on. Those of
/// 3.13.5 take some 70,000.
const STEPS: usize = 500_000;

/// What is said of a module that needs more.
pub(super) const CUT: &str = "its names come from other modules by more steps than are followed";

/// The steps that are left.
pub(in crate::impact) struct Effort {
    left: Cell<usize>,
    /// Whether something was asked for that needed more, since this was asked last.
    is_cut: Cell<bool>,
}

impl Effort {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(STEPS), is_cut: Cell::new(false) }
    }

    /// Takes steps; whether there are as many.
    pub(super) fn takes(&self, steps: usize) -> bool {
        match self.left.get().checked_sub(steps) {
            Some(left) => self.left.set(left),
            None => self.is_cut.set(true),
        }
        !self.is_cut.get()
    }

    /// Says that something was not followed to its end.
    pub(super) fn cut(&self) {
        self.is_cut.set(true);
    }

    /// What is asked for from here on is a matter of its own; whether what was asked for before was not followed to its end.
    pub(in crate::impact) fn was_cut(&self) -> bool {
        self.is_cut.replace(false)
    }

    /// Whether what is being asked for was not followed to its end.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.get()
    }
}
