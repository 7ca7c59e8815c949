//! Every module of the workspace's tree with the state it is in, as Molt's checker classifies it: by the intrinsics that
//! it loads, its progress marker and the attestation; in the dialect of August also by what it imports.

mod attestation;
mod bindings;
mod dialect;
mod document;
mod graph;
mod manifest;
mod ratchet;
mod reach;
mod record;
mod status;
mod support;
mod tree;

pub use attestation::{Attestation, AttestationError, AttestationFault};
pub use bindings::{Arm, BindingTableError, TableBinding, bindings};
pub use dialect::{Spoken, reads, spoken};
pub use document::{
    DocumentError, DocumentList, document_lists, document_path, document_prose, document_queues, later_document,
    patch_document,
};
pub use graph::{ELIDED, Graph, Ways};
pub use manifest::{Definition, Manifest, ManifestError};
pub use ratchet::{Ratchet, RatchetError};
pub use reach::Marks;
pub use record::{Record, Rules, Unreadable};
pub use status::Status;
pub use tree::{Audit, too_much};
