//! How a program ended and what it printed, as far as that is compared.

use serde::{Deserialize, Serialize};

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// With this code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// It was ended when its time was over.
    Timeout,
    /// The kernel ended a process of it for want of memory.
    OutOfMemory,
    /// It was ended because it went beyond this limit.
    Limit(String),
    /// It could not be started.
    NotStarted(String),
    /// What runs programs failed, which says nothing about this one.
    Lost(String),
}

impl End {
    /// Whether the program ended by itself, so that what it did can be compared.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Exit(_) | Self::Signal(_))
    }

    /// In words, behind "it".
    pub fn words(&self) -> String {
        match self {
            Self::Exit(code) => format!("ended with exit code {code}"),
            Self::Signal(number) => format!("was ended by signal {number}"),
            Self::Timeout => "took longer than it may".into(),
            Self::OutOfMemory => "ran out of memory".into(),
            Self::Limit(what) => format!("went beyond the limit of {what}"),
            Self::NotStarted(why) => format!("could not be started: {why}"),
            Self::Lost(why) => format!("could not be run: {why}"),
        }
    }
}

/// How a program ended and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said besides.
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Whether it ended with code 0.
    pub fn succeeded(&self) -> bool {
        self.end == End::Exit(0)
    }
}
