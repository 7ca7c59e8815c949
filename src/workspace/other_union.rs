//! What the tree must have where no union file says so.

use std::sync::OnceLock;

use super::{
    damage::{Damage, Reading},
    records::baselines,
};
use crate::{
    base::Files,
    config::{Config, Paths},
    stdlib::{Union, bundled},
};

/// What the tree must have where no union file says so: the recorded baselines, else the bundled ones. That the file is
/// missing or unusable is a finding already; a baseline that cannot be used is an error, because every name that it has would
/// count as one too many.
pub struct OtherUnion<'a> {
    files: &'a dyn Files,
    paths: &'a Paths,
    damage: OnceLock<Damage>,
}

impl<'a> OtherUnion<'a> {
    /// That of `files`.
    pub fn new(files: &'a dyn Files, config: &'a Config) -> Self {
        Self { files, paths: &config.paths, damage: OnceLock::new() }
    }

    /// The union; an empty one beside a damage.
    pub fn get(&self) -> Union {
        match baselines(self.files, self.paths) {
            Ok(recorded) if recorded.is_empty() => Union::new(&bundled(), &Union::default(), &[]),
            Ok(recorded) => Union::new(recorded.values(), &Union::default(), &[]),
            Err(damage) => {
                // the first one is enough
                drop(self.damage.set(damage));
                Union::default()
            }
        }
    }

    /// Whether nothing was damaged.
    pub fn whole(self) -> Reading<()> {
        self.damage.into_inner().map_or(Ok(()), Err)
    }
}
