//! What a Python file offers to who imports it, as far as its syntax says: the names that running it binds, with what they
//! are bound to, the modules whose names it takes over, and what it says about its exports.
//!
//! What depends on the platform is read as on Linux; what only other platforms get keeps its condition.

mod branch;
mod class;
mod deprecated;
mod effect;
mod exports;
mod factory;
mod given;
mod lines;
mod names;
mod origin;
mod read;
mod scope;
mod setters;
mod signature;
mod stars;
mod takes;
mod value;

pub use deprecated::Deprecated;
pub use exports::{Export, Filter};
pub use factory::Factory;
pub use names::{Bound, Class, Flavour, Function, NameBinding, Scope};
pub use origin::ImportOrigin;
pub use read::api;
pub use signature::{Parameter, ParameterKind, Signature, text_signature};
