//! A change of the workspace as a value: what a refresh does, what it must not do unasked, and what a person has to decide.

pub(super) mod accepted_breaches;
mod board;
pub(super) mod doubts;
pub(super) mod edited_regions;
mod files;
pub(super) mod follow_up;
pub(super) mod growth;
pub(super) mod judge;
pub(super) mod partial_source;
pub(super) mod pipeline;
pub(super) mod refresh_request;
pub(super) mod regions;
pub(super) mod series_lists;
pub(super) mod step;
mod supported;
