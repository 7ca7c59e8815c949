//! The form of a bundle, read strictly: what nothing else looks at has to be what it should be too, so that no byte of a
//! bundle can be changed unseen.
//!
//! Known are the media types of versions 0.1, 0.2 and 0.3 with one signature of a message, one certificate or a chain, and one
//! entry of kind `hashedrekord` in a log: 0.0.1 (Rekor 1) or 0.0.2 (Rekor 2).

use serde::Deserialize;

use super::refusal::{Requirement, SignatureRefusal};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bundle {
    #[serde(rename = "mediaType")]
    _media_type: String,
    verification_material: Material,
    message_signature: MessageSignature,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MessageSignature {
    message_digest: Digest,
    #[serde(rename = "signature")]
    _signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Digest {
    algorithm: String,
    #[serde(rename = "digest")]
    _digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Material {
    #[serde(rename = "certificate")]
    _certificate: Option<Certificate>,
    #[serde(rename = "x509CertificateChain")]
    _chain: Option<CertificateChain>,
    tlog_entries: Vec<LogEntry>,
    #[serde(rename = "timestampVerificationData")]
    _timestamps: Option<Timestamps>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    #[serde(rename = "rawBytes")]
    _raw: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateChain {
    #[serde(rename = "certificates")]
    _certificates: Vec<Certificate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Timestamps {
    #[serde(rename = "rfc3161Timestamps")]
    _tokens: Option<Vec<TimestampToken>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimestampToken {
    #[serde(rename = "signedTimestamp")]
    _token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LogEntry {
    log_index: String,
    #[serde(rename = "logId")]
    _log: LogId,
    kind_version: LogEntryKind,
    integrated_time: Option<String>,
    #[serde(rename = "inclusionPromise")]
    inclusion_promise: Option<SignedTime>,
    inclusion_proof: Proof,
    #[serde(rename = "canonicalizedBody")]
    _body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogId {
    #[serde(rename = "keyId")]
    _key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogEntryKind {
    kind: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedTime {
    #[serde(rename = "signedEntryTimestamp")]
    _signature: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Proof {
    log_index: String,
    root_hash: String,
    tree_size: String,
    #[serde(rename = "hashes")]
    _hashes: Vec<String>,
    checkpoint: Checkpoint,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    envelope: String,
}

/// Refuses what has another form.
pub(super) fn check(text: &str) -> Result<(), SignatureRefusal> {
    let odd = |why: String| SignatureRefusal::new(Requirement::Form, why);
    let bundle: Bundle = serde_json::from_str(text).map_err(|error| odd(error.to_string()))?;
    let algorithm = &bundle.message_signature.message_digest.algorithm;
    if algorithm != "SHA2_256" {
        return Err(odd(format!("its digest is made by {algorithm}, and SHA2_256 is known")));
    }
    let [entry] = bundle.verification_material.tlog_entries.as_slice() else {
        return Err(odd(format!(
            "it has {} entries of a log, and one is known",
            bundle.verification_material.tlog_entries.len()
        )));
    };
    match (entry.kind_version.kind.as_str(), entry.kind_version.version.as_str()) {
        ("hashedrekord", "0.0.1") if entry.inclusion_promise.is_none() => {
            return Err(SignatureRefusal::new(
                Requirement::EntryTimestamp,
                "the log has not signed when it took the entry",
            ));
        }
        // the second version of the log signs neither: what nobody signed has to say nothing
        ("hashedrekord", "0.0.2")
            if entry.inclusion_promise.is_some() || entry.integrated_time.as_deref().is_some_and(|it| it != "0") =>
        {
            return Err(odd("its entry states a time that no log has signed".into()));
        }
        ("hashedrekord", "0.0.2") if entry.log_index != entry.inclusion_proof.log_index => {
            let (one, other) = (&entry.log_index, &entry.inclusion_proof.log_index);
            return Err(odd(format!("its entry has the number {one}, and the proof says {other}")));
        }
        ("hashedrekord", "0.0.1" | "0.0.2") => {}
        (kind, version) => {
            let why = format!("an entry of kind {kind} {version} is not known; a newer molt-sync may know it");
            return Err(odd(why));
        }
    }
    checkpoint(&entry.inclusion_proof)
}

/// When the log says that it took the entry; none where it says nothing.
pub(super) fn time(text: &str) -> Option<i64> {
    let bundle: Bundle = serde_json::from_str(text).ok()?;
    let [entry] = bundle.verification_material.tlog_entries.as_slice() else { return None };
    entry.integrated_time.as_deref()?.parse().ok().filter(|it| *it > 0)
}

/// A signed head of a log: its name with the number of its key, its size, its root, more lines, and signatures each by a name.
fn checkpoint(proof: &Proof) -> Result<(), SignatureRefusal> {
    let refuse = |why: String| SignatureRefusal::new(Requirement::Checkpoint, why);
    let text = &proof.checkpoint.envelope;
    let (head, signatures) = text.split_once("\n\n").ok_or_else(|| refuse("it has no signature".to_owned()))?;
    let mut lines = head.lines();
    let (name, size, root) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""), lines.next().unwrap_or(""));
    let differs =
        |what: &str, one: &str, other: &str| Err(refuse(format!("its {what} is {one}, and the proof says {other}")));
    if size != proof.tree_size {
        return differs("size", size, &proof.tree_size);
    }
    if root != proof.root_hash {
        return differs("root", root, &proof.root_hash);
    }
    let log = name.split(" - ").next().unwrap_or("");
    let is_signed = signatures.lines().any(|it| it.strip_prefix("— ").and_then(|it| it.split(' ').next()) == Some(log));
    if is_signed { Ok(()) } else { Err(refuse(format!("no signature on it is by {log}"))) }
}
