//! A signature bundle of a release against its bytes, offline: signature, certificate and its publication, identity and issuer,
//! entry, inclusion and head of the log, and the time of signing. All of them have to hold; what is not known is refused.

mod crypto;
mod form;
mod refusal;
mod root;

pub use refusal::{Requirement, SignatureRefusal};
pub use root::{BUNDLE_LIMIT, BUNDLE_SUFFIX, Root, Signed, claimed_digest, claimed_time};
