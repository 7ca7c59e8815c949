//! What the runtime's Rust sources define. A pattern finds the files and the items, and only an item that was asked for is
//! parsed: to parse the whole runtime takes too long.

mod body;
mod cfg;
mod depth;
mod outline;
mod runtime;

pub(super) use body::Body;
pub(super) use runtime::Definition;
pub use runtime::Runtime;
