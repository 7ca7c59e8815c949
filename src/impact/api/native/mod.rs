//! What C code says about the names of the modules that it makes: every file is read by itself, and then types, tables and
//! documentation are put together, wherever they stand.

mod added;
mod calls;
mod expand;
mod file;
mod functions;
mod lex;
mod modules;
mod names;
mod scan;
mod types;
mod whole;

pub(super) use modules::{Native, NativePart, read};
pub(super) use names::{NAMELESS, NativeNames};
