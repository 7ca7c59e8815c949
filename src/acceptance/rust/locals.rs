//! The names that are bound where a body is read, found at once however many there are.

use std::collections::HashMap;

use super::value::RustValue;

/// A name that is bound.
pub(super) struct Local {
    name: String,
    pub(super) value: RustValue,
}

/// All of them, the latest last.
#[derive(Default)]
pub(super) struct Locals {
    all: Vec<Local>,
    /// Where each name is, the latest last.
    places: HashMap<String, Vec<usize>>,
}

impl Locals {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn push(&mut self, name: String, value: RustValue) {
        self.places.entry(name.clone()).or_default().push(self.all.len());
        self.all.push(Local { name, value });
    }

    /// Forgets what came after the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        while self.all.len() > length {
            let gone = self.all.pop();
            if let Some(places) = gone.and_then(|it| self.places.get_mut(&it.name)) {
                places.pop();
            }
        }
    }

    /// What a name is bound to.
    pub(super) fn last(&self, name: &str) -> Option<&Local> {
        self.all.get(*self.places.get(name)?.last()?)
    }

    pub(super) fn last_mut(&mut self, name: &str) -> Option<&mut Local> {
        self.all.get_mut(*self.places.get(name)?.last()?)
    }
}
