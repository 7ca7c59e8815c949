//! The names of a module in C.

use std::collections::BTreeMap;

use crate::impact::api::name::Name;

/// Stands for the module of types that no module has as a name, and that functions give instances of.
pub(in crate::impact::api) const NAMELESS: &str = "<nameless>";

/// All names of a module in C, dotted below classes.
pub(in crate::impact::api) type NativeNames = BTreeMap<String, Name>;
