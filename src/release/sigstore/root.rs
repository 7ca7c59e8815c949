//! The roots that bundles are checked against, and what a bundle has shown.

use sigstore_verify::{
    Error, VerificationPolicy, Verifier,
    trust_root::{SigstoreInstance, TrustedRoot},
    types::{Bundle, Sha256Hash, SignatureContent},
};

use super::super::{Ground, Signer};
use super::{Requirement, SignatureRefusal, crypto, form};
use crate::base::{Sha256, printable};

/// The longest bundle that is read, in bytes; real ones have 5 to 11 kB.
pub const BUNDLE_LIMIT: u64 = 1 << 20;

/// The ending of a bundle's name behind its artifact's.
pub const BUNDLE_SUFFIX: &str = ".sigstore";

/// Whose word counts in the end: the authorities and the logs.
pub struct Root {
    verifier: Verifier,
    logs: Vec<Vec<u8>>,
}

/// What a bundle has shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Signed {
    /// Who signed.
    pub identity: String,
    /// Who vouched for them.
    pub issuer: String,
    /// The number of the entry in the log.
    pub log_index: u64,
    /// When, as the log or an authority has signed it: RFC 3339, in UTC.
    pub signed_at: String,
    /// Who reviewed the signer, where it is one that the workspace names and not one of the built-in table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer_reviewed_by: Option<String>,
}

impl std::fmt::Display for Signed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "by {} ({}), log entry {}, {}", self.identity, self.issuer, self.log_index, self.signed_at)?;
        match &self.signer_reviewed_by {
            Some(name) => write!(
                out,
                "; this signer is not built in, the workspace's lock names it (reviewed by {})",
                printable(name)
            ),
            None => Ok(()),
        }
    }
}

impl Signed {
    /// What a digest that it is about stands on.
    pub fn ground(&self) -> Ground {
        if self.signer_reviewed_by.is_some() { Ground::ReviewedSigner } else { Ground::Sigstore }
    }
}

impl Root {
    /// The root of the public instance that is compiled in.
    pub fn embedded() -> Result<Self, SignatureRefusal> {
        Self::new(TrustedRoot::from_embedded(SigstoreInstance::PublicGood))
    }

    /// Another root, as JSON (`trusted_root.json`).
    pub fn parse(text: &str) -> Result<Self, SignatureRefusal> {
        Self::new(TrustedRoot::from_json(text))
    }

    fn new(root: Result<TrustedRoot, sigstore_verify::trust_root::Error>) -> Result<Self, SignatureRefusal> {
        crypto::install();
        let bad = |why: String| SignatureRefusal::new(Requirement::Root, why);
        let root = root.map_err(|error| bad(error.to_string()))?;
        let logs = root.tlogs.iter().map(|it| it.log_id.key_id.as_bytes().to_vec()).collect();
        let verifier = Verifier::new(&root).map_err(|error| bad(error.to_string()))?;
        Ok(Self { verifier, logs })
    }

    /// Holds a bundle against the digest of the bytes that it should be about, and against who should have signed them.
    ///
    /// # Errors
    /// The first requirement that does not hold.
    pub fn verify(&self, bundle: &[u8], sha256: Sha256, signer: &Signer) -> Result<Signed, SignatureRefusal> {
        let form = |why: String| SignatureRefusal::new(Requirement::Form, why);
        let text = std::str::from_utf8(bundle).map_err(|error| form(error.to_string()))?;
        form::check(text)?;
        let bundle = Bundle::from_json(text).map_err(|error| form(error.to_string()))?;
        let stated = stated(&bundle)?;
        if stated != sha256 {
            return Err(SignatureRefusal::new(
                Requirement::Artifact,
                format!("it is about {stated}, and these bytes have {sha256}"),
            ));
        }
        let digest = Sha256Hash::from_hex(&sha256.to_string()).map_err(|error| form(error.to_string()))?;
        let policy = VerificationPolicy::new(&*signer.identity, &*signer.issuer);
        let entry = bundle.verification_material.tlog_entries.first().ok_or_else(|| form("it is in no log".into()))?;
        let log = &entry.log_id.key_id;
        if !self.logs.iter().any(|it| it == log.as_bytes()) {
            let why = format!("the log {log} is not in it; a newer molt-sync, or --trusted-root, may know it");
            return Err(SignatureRefusal::new(Requirement::Root, why));
        }
        let verify = |policy: &VerificationPolicy| self.verifier.verify(digest, &bundle, policy);
        let result = verify(&policy).map_err(|error| {
            // the same bundle for whoever signed it, to say who vouched for them
            let identity = match &error {
                Error::IdentityMismatch { actual, .. } => actual.as_ref().map(|it| it.as_str().to_owned()),
                Error::IssuerMismatch { .. } => Some(signer.identity.to_string()),
                _ => None,
            };
            let found = identity.and_then(|it| match verify(&VerificationPolicy::new(&*it, &*signer.issuer)) {
                Ok(_) => Some((it, signer.issuer.to_string())),
                Err(Error::IssuerMismatch { actual, .. }) => Some((it, actual?)),
                Err(_) => None,
            });
            SignatureRefusal { found: found.map(Box::new), ..SignatureRefusal::of(&error, signer) }
        })?;
        for (holds, requirement) in [
            (result.certificate_verified(), Requirement::Certificate),
            (result.sct_verified(), Requirement::CertificateLog),
            (result.tlog_verified(), Requirement::LogInclusion),
            (result.identity_policy_checked(), Requirement::Identity),
        ] {
            if !holds {
                return Err(SignatureRefusal::new(requirement, "it was not looked at"));
            }
        }
        let signed_at = result.verified_timestamps().iter().min().map(ToString::to_string).unwrap_or_default();
        // both begin with the year
        if signed_at.as_str() < &*signer.since {
            let why = format!("it was signed on {signed_at}, before work on the series began on {}", signer.since);
            return Err(SignatureRefusal::new(Requirement::Time, why));
        }
        Ok(Signed {
            identity: signer.identity.clone().into_owned(),
            issuer: signer.issuer.clone().into_owned(),
            log_index: entry.log_index.get(),
            signed_at,
            signer_reviewed_by: signer.reviewed_by.clone(),
        })
    }

    /// The same against each of those who may have signed them.
    ///
    /// # Errors
    /// The first requirement that does not hold for the first of them.
    pub fn verify_any(&self, bundle: &[u8], sha256: Sha256, signers: &[Signer]) -> Result<Signed, SignatureRefusal> {
        let mut first = None;
        for signer in signers {
            match self.verify(bundle, sha256, signer) {
                Ok(signed) => return Ok(signed),
                Err(refusal) => {
                    let is_somebody_else = matches!(refusal.requirement, Requirement::Identity | Requirement::Issuer);
                    let first = first.get_or_insert(refusal);
                    if !is_somebody_else {
                        return Err(first.clone());
                    }
                }
            }
        }
        Err(first.unwrap_or_else(|| SignatureRefusal::new(Requirement::Identity, "no signer is known for this series")))
    }
}

/// The digest that a bundle says it is about. Nothing of it has been verified: good for finding bytes, not for believing them.
pub fn claimed_digest(bundle: &[u8]) -> Result<Sha256, SignatureRefusal> {
    let form = |why: String| SignatureRefusal::new(Requirement::Form, why);
    let text = std::str::from_utf8(bundle).map_err(|error| form(error.to_string()))?;
    form::check(text)?;
    stated(&Bundle::from_json(text).map_err(|error| form(error.to_string()))?)
}

/// The second at which a log says that it took the signature, where that stands in a bundle. Nothing of it has been verified.
pub fn claimed_time(bundle: &[u8]) -> Option<i64> {
    form::time(std::str::from_utf8(bundle).ok()?)
}

fn stated(bundle: &Bundle) -> Result<Sha256, SignatureRefusal> {
    let SignatureContent::MessageSignature(message) = &bundle.content else {
        return Err(SignatureRefusal::new(Requirement::Form, "it is not a signature of a file"));
    };
    let digest = message.message_digest.as_ref().map(|it| it.digest.as_bytes());
    let hex: String = digest.unwrap_or_default().iter().map(|it| format!("{it:02x}")).collect();
    hex.parse().map_err(|_| SignatureRefusal::new(Requirement::Form, "its digest has another length than a SHA-256"))
}
