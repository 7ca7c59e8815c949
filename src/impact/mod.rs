//! What upstream's interface is, and what a change of it means for the workspace: the names of a release with their kinds and
//! signatures, the differences between two releases, and what the workspace's modules lack.

pub mod api;
