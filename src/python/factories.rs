//! The functions of the standard library that make classes.

/// The function that makes a named tuple, and the one that makes a data class out of a class (`Lib/collections/__init__.py` and
/// `Lib/dataclasses.py` of 3.13.5).
pub(super) const FACTORIES: [&str; 2] = ["namedtuple", "_process_class"];
