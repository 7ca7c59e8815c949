//! The interface of a release: what its files say about the names of its modules. Each name has the places that say so, under the
//! letter of their source: **P** the syntax of `Lib/`, **C** the tables and text signatures of C code, **D** the dated directives
//! of the documentation, **W** the lists of what is to be removed. What no source shows is named, and never taken for an absence.

mod build;
mod classes;
mod collect;
mod deprecate;
mod documents;
mod effort;
mod exported;
mod facts;
mod given;
mod interface;
mod kept;
mod members;
mod name;
mod native;
mod public;
mod removals;
mod resolve;
mod roles;
mod sections;
mod stars;
#[cfg(test)]
pub(in crate::impact) mod tests;

pub use collect::ApiCollector;
pub use documents::{Note, NoteKind};
pub use facts::{Api, FORM, ModuleApi};
pub(in crate::impact) use name::MEMBERS_OF;
pub use name::{Kind, Name};
pub use removals::Removal;
pub(in crate::impact) use resolve::{ModuleSource, ReleaseModules};
