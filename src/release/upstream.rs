//! What was locked against what is published now. The digest of a release never changes; a signature bundle may be written
//! anew (it was, in 2023 and 2024), but not for other bytes and not by somebody else.

use super::{
    Locked, Signer,
    sigstore::{Root, claimed_digest},
};
use crate::base::{Sha256, printable};

/// What is published of a locked artifact.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// Whether the archive is there.
    pub archive: bool,
    /// Its digest, where it was read.
    pub sha256: Option<Sha256>,
    /// Its length in bytes, where that is known.
    pub size: Option<u64>,
    /// Its signature bundle, where there is one.
    pub bundle: Option<Vec<u8>>,
}

/// How a locked release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it was locked.
    Same,
    /// There was no signature, and now there is one.
    NewSignature,
    /// The archive is not published any more.
    Gone,
    /// The signature is not published any more.
    SignatureGone,
    /// The signature is another one, which is not believed.
    SignatureChanged,
    /// Another archive is published under the name.
    Uploaded,
}

impl Standing {
    /// Its name, as reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::NewSignature => "new-signature",
            Self::Gone => "gone",
            Self::SignatureGone => "signature-gone",
            Self::SignatureChanged => "signature-changed",
            Self::Uploaded => "uploaded-anew",
        }
    }
}

/// Compares one entry of the lock with what is published. Returns how it stands, and why in words.
pub fn compare(locked: &Locked, published: &Published, root: &Root, signers: &[Signer]) -> (Standing, String) {
    let uploaded = |what: String| (Standing::Uploaded, what);
    if let Some(found) = published.sha256.filter(|it| *it != locked.sha256) {
        return uploaded(format!("it has digest {found}, and {} is locked", locked.sha256));
    }
    if let (Some(found), Some(size)) = (published.size, locked.size)
        && found != size
    {
        return uploaded(format!("it has {found} bytes, and {size} are locked"));
    }
    let is_signed = locked.log_index.is_some();
    let Some(bundle) = &published.bundle else {
        return match (published.archive, is_signed) {
            (false, _) => (Standing::Gone, "neither archive nor signature is there".into()),
            (true, true) => (Standing::SignatureGone, "the lock says that it was signed".into()),
            (true, false) => (Standing::Same, String::new()),
        };
    };
    if let Ok(stated) = claimed_digest(bundle)
        && stated != locked.sha256
    {
        return uploaded(format!("its signature is about {stated}, and {} is locked", locked.sha256));
    }
    let signed = root.verify_any(bundle, locked.sha256, signers);
    match signed {
        Err(refusal) => (Standing::SignatureChanged, refusal.to_string()),
        Ok(_) if !published.archive => (Standing::Gone, "its signature is there, and the archive is not".into()),
        Ok(signed) if !is_signed => (Standing::NewSignature, signed.to_string()),
        Ok(signed) if locked.identity.as_deref() != Some(signed.identity.as_str()) => {
            let said = locked.identity.as_deref().map_or_else(|| "nobody".to_owned(), printable);
            (Standing::SignatureChanged, format!("it is signed {signed}, and the lock says by {said}"))
        }
        Ok(signed) if locked.log_index != Some(signed.log_index) => (Standing::Same, format!("signed again, {signed}")),
        Ok(signed) if signed.signer_reviewed_by.is_some() => (Standing::Same, format!("signed {signed}")),
        Ok(_) => (Standing::Same, String::new()),
    }
}
