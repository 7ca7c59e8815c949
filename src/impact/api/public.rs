//! Which names of a module are public, as it was found out.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashMap},
};

/// The public names of a module, and how sure they are.
#[derive(Default, Clone)]
pub(super) struct Public {
    pub(super) names: BTreeSet<String>,
    /// Whether the module says itself which they are.
    pub(super) is_stated: bool,
    /// What is not known of them, in words.
    pub(super) unknown: Vec<String>,
    /// Whether they were not followed to their end.
    pub(super) is_cut: bool,
}

/// What is public of each module that was asked for.
#[derive(Default)]
pub(super) struct KnownPublic {
    /// None while it is being found out.
    pub(super) all: RefCell<HashMap<String, Option<Public>>>,
    /// Behind how many other modules the one stands that is asked for.
    pub(super) depth: Cell<u32>,
}
