//! Why a signature is not believed: which of its requirements does not hold.

use sigstore_verify::{CertificateError, Error, TimestampError, TransparencyLogError};

use super::super::Signer;
use crate::base::printable;

/// What has to hold, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// The bundle has the form that is known.
    Form,
    /// It is about these bytes.
    Artifact,
    /// It was signed with the certificate's key.
    Signature,
    /// The certificate comes from the authority.
    Certificate,
    /// The certificate was valid when it was used.
    Validity,
    /// The certificate was published.
    CertificateLog,
    /// It names the release manager.
    Identity,
    /// The right provider vouched for them.
    Issuer,
    /// The entry of the log is about this signature.
    LogEntry,
    /// The entry is in the log.
    LogInclusion,
    /// The log's head is signed by the log.
    Checkpoint,
    /// The log has signed when it took the entry.
    EntryTimestamp,
    /// A timestamp authority has signed when.
    Timestamp,
    /// It was signed when the series was alive.
    Time,
    /// The root knows the log and the authorities.
    Root,
}

impl Requirement {
    /// Its name, as reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Artifact => "artifact",
            Self::Signature => "signature",
            Self::Certificate => "certificate",
            Self::Validity => "validity",
            Self::CertificateLog => "certificate-log",
            Self::Identity => "identity",
            Self::Issuer => "issuer",
            Self::LogEntry => "log-entry",
            Self::LogInclusion => "log-inclusion",
            Self::Checkpoint => "checkpoint",
            Self::EntryTimestamp => "entry-timestamp",
            Self::Timestamp => "timestamp",
            Self::Time => "time",
            Self::Root => "root",
        }
    }
}

/// A requirement that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("its {} does not hold: {why}", requirement.name())]
pub struct SignatureRefusal {
    /// Which one.
    pub requirement: Requirement,
    /// What is wrong with it, with both values where two differ.
    pub why: String,
    /// Who signed, where that is somebody else, and who vouched for them, where that is known.
    pub found: Option<Box<(String, String)>>,
}

impl SignatureRefusal {
    pub(super) fn new(requirement: Requirement, why: impl Into<String>) -> Self {
        // a bundle can say anything, and errors repeat it
        Self { requirement, why: printable(&why.into()), found: None }
    }

    /// The verifier's answer, in these terms.
    pub(super) fn of(error: &Error, signer: &Signer) -> Self {
        let nobody = || "nobody".to_owned();
        let (requirement, why) = match error {
            Error::IdentityMismatch { actual, .. } => {
                let found = actual.as_ref().map_or_else(nobody, |it| it.as_str().to_owned());
                (Requirement::Identity, format!("it was signed by {found} and not by {}", signer.identity))
            }
            Error::IssuerMismatch { actual, .. } => {
                let found = actual.clone().unwrap_or_else(nobody);
                (Requirement::Issuer, format!("{found} vouched for the signer and not {}", signer.issuer))
            }
            Error::SignatureInvalid(why) => (Requirement::Signature, why.clone()),
            Error::ArtifactMismatch(why) | Error::UnsupportedArtifact(why) => (Requirement::Artifact, why.clone()),
            Error::Certificate(error) => (of_certificate(error), error.to_string()),
            Error::TransparencyLog(error) => return Self::of_log(error),
            Error::Timestamp(TimestampError::OutsideAuthorityValidity { .. }) => {
                (Requirement::Validity, error.to_string())
            }
            Error::Timestamp(_) => (Requirement::Timestamp, error.to_string()),
            Error::TrustRoot(_) | Error::InvalidTrustRoot(_) | Error::TrustedCertificate(_) => {
                (Requirement::Root, error.to_string())
            }
            Error::Crypto(_) => (Requirement::Certificate, error.to_string()),
            // whatever else there is, or will be
            _ => (Requirement::Form, error.to_string()),
        };
        Self::new(requirement, why)
    }

    fn of_log(error: &TransparencyLogError) -> Self {
        let requirement = match error {
            TransparencyLogError::UnknownLog { log_id } => {
                let why = format!(
                    "the log {log_id} is not in the trusted root; a newer molt-sync, or --trusted-root, may know it"
                );
                return Self::new(Requirement::Root, why);
            }
            TransparencyLogError::InclusionProof(_) => Requirement::LogInclusion,
            TransparencyLogError::Checkpoint(_) => Requirement::Checkpoint,
            TransparencyLogError::InclusionPromise(_) => Requirement::EntryTimestamp,
            TransparencyLogError::IntegratedTime(_) => Requirement::Validity,
            _ => Requirement::LogEntry,
        };
        Self::new(requirement, error.to_string())
    }
}

fn of_certificate(error: &CertificateError) -> Requirement {
    match error {
        CertificateError::NotYetValid { .. }
        | CertificateError::Expired { .. }
        | CertificateError::NoValidAuthority { .. } => Requirement::Validity,
        CertificateError::Sct(_) => Requirement::CertificateLog,
        _ => Requirement::Certificate,
    }
}
