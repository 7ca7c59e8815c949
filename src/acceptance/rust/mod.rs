//! What the runtime's Rust sources define. A pattern finds the files and the items, and only an item that was asked for is
//! parsed: to parse the whole runtime takes too long.

mod around;
mod body;
mod callees;
mod calls;
mod cfg;
mod crates;
mod depth;
mod expressions;
mod formula;
mod locals;
mod machines;
mod modules;
mod outline;
mod predicate;
mod reader;
mod runtime;
mod statements;
mod target;
mod value;

pub(super) use around::BodyVerdict;
pub use crates::SHARED_SETTINGS;
pub(super) use runtime::FunctionDefinition;
pub use runtime::Runtime;
