//! What a body can come to, and what it is read by.

use std::collections::BTreeMap;

use super::{crates::Crate, target::RuntimeTarget};

/// What the body of a function comes to, from what says least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BodyVerdict {
    /// It returns nothing, a truth value or what it was given.
    Returns,
    /// It returns a constant, which says something where the function takes no argument.
    Constant,
    /// It ends the program, or never comes back.
    Ends,
    /// It raises an exception, or panics.
    Raises,
    /// It does something, be it to call what does.
    Works,
}

/// What a body is read by.
#[derive(Clone, Copy)]
pub(super) struct FunctionSurroundings<'r> {
    /// What it is compiled for.
    pub(super) target: RuntimeTarget,
    /// The crate that it is of.
    pub(super) package: &'r Crate,
    /// What functions of its source come to that do not work.
    pub(super) known: &'r BTreeMap<String, BodyVerdict>,
}
