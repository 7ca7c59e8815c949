//! The gates: one file each, and what several of them share.

pub(super) mod attestation;
pub(super) mod audit_document;
pub(super) mod baseline;
pub(super) mod bindings_stub;
pub(super) mod bindings_table;
pub(super) mod bootstrap_closure;
pub(super) mod bootstrap_modules;
pub(super) mod bootstrap_roots;
pub(super) mod collision;
pub(super) mod contract;
pub(super) mod core_lane;
pub(super) mod coverage;
pub(super) mod fallback;
pub(super) mod forbidden_import;
pub(super) mod host_fallback;
pub(super) mod import_chain;
pub(super) mod known_intrinsics;
pub(super) mod loader_import;
pub(super) mod manifest;
pub(super) mod non_intrinsic;
pub(super) mod package_kind;
pub(super) mod pass_fallback;
pub(super) mod policy_gates;
pub(super) mod python_only_imports;
pub(super) mod ratchet;
pub(super) mod readable;
pub(super) mod recorded_union;
pub(super) mod registry_access;
pub(super) mod stdlib_root;
pub(super) mod strict_roots;
pub(super) mod surface_kept;

pub use core_lane::closure as core_lane_closure;
pub use fallback::{FallbackShape, counted, shapes};
pub use manifest::symbol;
pub use surface_kept::ID as SURFACE_KEPT;
