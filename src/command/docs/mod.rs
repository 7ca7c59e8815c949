//! `molt-sync docs`: the doc consistency check and its repairs.

mod adopt;
mod base;
mod bind;
mod brought;
mod census;
mod check;
mod command;
mod documents;
mod explain;
mod facts;
mod fed;
mod follow;
mod gates;
mod load;
mod lost;
mod names;
mod order;
mod past;
mod place;
mod records;
mod repairs;
mod resolve;
mod scripts;
mod settings;
mod stated;
mod stops;
mod subject;
mod sync;
mod trail;
mod tree;
mod unbelieved;
mod waivers;

pub(super) use check::{bound_documents, standing};
pub use command::{DocsCommand, run};
pub(super) use follow::EarlierClaims;
pub(super) use subject::Present;
