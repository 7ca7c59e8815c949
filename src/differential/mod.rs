//! Tests of the workspace run by Molt and by `CPython`, and what their outcomes come to.

pub mod run;
