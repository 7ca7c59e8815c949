//! What a look at a program comes to.

use std::time::Duration;

/// What goes on too long to be left to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    OutOfMemory,
    TooManyProcesses,
}

/// The figures of a program that is gone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Figures {
    pub(super) program_kb: Option<u64>,
    pub(super) charged_kb: Option<u64>,
    pub(super) cpu: Duration,
    pub(super) is_out_of_memory: bool,
}

/// How soon to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Nothing happens.
    Slower,
    /// What changes can hide what is looked for.
    Fast,
    /// Not before this time, because the look took long.
    After(Duration),
}
