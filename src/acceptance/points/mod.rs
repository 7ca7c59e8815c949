//! One file a point of the template.

mod bindings;
mod implementation;
mod lanes;
mod manifest;
mod parity;
mod surface;
mod targeted_tests;
mod thin_shim;

pub(super) use bindings::bindings;
pub(super) use implementation::implementation;
pub(super) use lanes::{critical_lane, fallback_lane};
pub(super) use manifest::manifest;
pub(super) use parity::parity;
pub(super) use surface::surface;
pub(super) use targeted_tests::targeted_tests;
pub(super) use thin_shim::thin_shim;
