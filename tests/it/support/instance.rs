//! A Sigstore instance: an authority, a log of certificates, a log of signatures and a clock, with keys that are known to
//! everybody; the trusted root that says so; and the bundles that they give to whoever asks.

use jiff::Timestamp;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256 as Hash};

use super::der::{base64, bits, integer, octets, oid, pem, sequence, set, value};

/// 2026-01-15, 12:00:00 UTC, in seconds.
pub const NOON: i64 = 1_768_478_400;

const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// A private key that everybody knows.
pub struct Key(SigningKey);

/// Who has which key. Instances of other numbers have other keys.
pub struct Instance {
    pub authority: Key,
    pub certificates: Key,
    pub log: Key,
    pub clock: Key,
    person: Key,
}

/// What is asked of an instance.
#[derive(Clone, Copy)]
pub struct Request {
    /// The version of the bundle: 1, 2 or 3 (of 0.1, 0.2 and 0.3).
    pub form: u8,
    /// The version of the log: 1 or 2.
    pub log: u8,
    pub identity: &'static str,
    pub issuer: &'static str,
    /// When the certificate begins, for ten minutes.
    pub from: i64,
    /// When it is signed.
    pub at: i64,
}

impl Key {
    fn new(number: u8) -> Self {
        Self(SigningKey::from_slice(&[number; 32]).unwrap())
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(bytes);
        signature.to_der().as_bytes().to_vec()
    }

    /// The public one, with its kind.
    fn public(&self) -> Vec<u8> {
        let kind = sequence(&[&oid("1.2.840.10045.2.1"), &oid("1.2.840.10045.3.1.7")]);
        sequence(&[&kind, &bits(self.0.verifying_key().to_sec1_point(false).as_bytes())])
    }

    fn id(&self) -> [u8; 32] {
        digest(&self.public())
    }
}

/// A certificate, and what of it is signed.
struct Certificate {
    signed: Vec<u8>,
    whole: Vec<u8>,
}

impl Certificate {
    fn new(subject: &[u8], key: &Key, [from, until]: [i64; 2], extensions: &[Vec<u8>], by: &Key) -> Self {
        let algorithm = sequence(&[&oid(ECDSA_WITH_SHA256)]);
        let extensions: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
        let signed = sequence(&[
            &value(0xa0, &[&integer(2)]),
            &integer(7),
            &algorithm,
            &name("authority"),
            &sequence(&[&day(from), &day(until)]),
            subject,
            &key.public(),
            &value(0xa3, &[&sequence(&extensions)]),
        ]);
        let whole = sequence(&[&signed, &algorithm, &bits(&by.sign(&signed))]);
        Self { signed, whole }
    }
}

fn name(of: &str) -> Vec<u8> {
    sequence(&[&set(&[&sequence(&[&oid("2.5.4.3"), &value(0x0c, &[of.as_bytes()])])])])
}

fn day(at: i64) -> Vec<u8> {
    let text = Timestamp::from_second(at).unwrap().strftime("%y%m%d%H%M%SZ").to_string();
    value(0x17, &[text.as_bytes()])
}

fn extension(id: &str, is_critical: bool, bytes: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid(id), critical, &octets(bytes)])
}

fn usage(of: &str) -> Vec<u8> {
    extension("2.5.29.37", false, &sequence(&[&oid(of)]))
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Hash::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// A hash of two nodes of a tree, or of a leaf.
fn node(kind: u8, parts: &[&[u8]]) -> [u8; 32] {
    digest(&[&[kind], &parts.concat()[..]].concat())
}

impl Instance {
    pub fn new(number: u8) -> Self {
        let key = |it| Key::new(number * 16 + it);
        Self { authority: key(1), certificates: key(2), log: key(3), clock: key(4), person: key(5) }
    }

    /// The trusted root that names its keys.
    pub fn root(&self) -> Value {
        let log = |url: &str, key: &Key| {
            json!({
                "baseUrl": url,
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": base64(&key.public()),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": { "start": "2020-01-01T00:00:00Z" },
                },
                "logId": { "keyId": base64(&key.id()) },
            })
        };
        let authority = |chain: &[Vec<u8>]| {
            let chain: Vec<Value> = chain.iter().map(|it| json!({ "rawBytes": base64(it) })).collect();
            json!({
                "subject": { "organization": "example.org", "commonName": "authority" },
                "uri": "https://authority.example.org",
                "certChain": { "certificates": chain },
                "validFor": { "start": "2020-01-01T00:00:00Z" },
            })
        };
        json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log("https://log.example.org", &self.log)],
            "certificateAuthorities": [authority(&[self.own_certificate()])],
            "ctlogs": [log("https://certificates.example.org", &self.certificates)],
            "timestampAuthorities": [authority(&[self.certificate_of_clock(), self.own_certificate()])],
        })
    }

    fn own_certificate(&self) -> Vec<u8> {
        let is_authority = extension("2.5.29.19", true, &sequence(&[&[1, 1, 0xff]]));
        let years = [NOON - 200_000_000, NOON + 200_000_000];
        Certificate::new(&name("authority"), &self.authority, years, &[is_authority], &self.authority).whole
    }

    fn certificate_of_clock(&self) -> Vec<u8> {
        let years = [NOON - 200_000_000, NOON + 200_000_000];
        Certificate::new(&name("clock"), &self.clock, years, &[usage(TIME_STAMPING)], &self.authority).whole
    }

    /// A certificate for ten minutes that was published.
    fn certificate_of_person(&self, request: &Request) -> Vec<u8> {
        let [identity, issuer] = [request.identity, request.issuer].map(str::as_bytes);
        let mut extensions = vec![
            extension("2.5.29.15", true, &[3, 2, 7, 0x80]),
            usage(CODE_SIGNING),
            extension("2.5.29.17", true, &sequence(&[&value(0x81, &[identity])])),
            extension("1.3.6.1.4.1.57264.1.8", false, &value(0x0c, &[issuer])),
        ];
        let times = [request.from, request.from + 600];
        let make =
            |extensions: &[Vec<u8>]| Certificate::new(&sequence(&[]), &self.person, times, extensions, &self.authority);
        let before = make(&extensions).signed;
        let moment = u64::try_from(request.from * 1000).unwrap().to_be_bytes();
        let length = u32::try_from(before.len()).unwrap().to_be_bytes();
        let promise = [&[0, 0][..], &moment, &[0, 1], &self.authority.id(), &length[1..], &before, &[0, 0]].concat();
        let signature = self.certificates.sign(&promise);
        let one = [&[0][..], &self.certificates.id(), &moment, &[0, 0, 4, 3], &short(&signature)].concat();
        extensions.push(extension("1.3.6.1.4.1.11129.2.4.2", false, &octets(&short(&short(&one)))));
        make(&extensions).whole
    }

    /// A bundle for these bytes.
    pub fn sign(&self, bytes: &[u8], request: &Request) -> Value {
        let certificate = self.certificate_of_person(request);
        let (signature, sha256) = (self.person.sign(bytes), digest(bytes));
        let body = match request.log {
            1 => json!({
                "apiVersion": "0.0.1",
                "kind": "hashedrekord",
                "spec": {
                    "data": { "hash": { "algorithm": "sha256", "value": hex(&sha256) } },
                    "signature": {
                        "content": base64(&signature),
                        "publicKey": { "content": base64(pem(&certificate).as_bytes()) },
                    },
                },
            }),
            _ => json!({
                "apiVersion": "0.0.2",
                "kind": "hashedrekord",
                "spec": { "hashedRekordV002": {
                    "data": { "algorithm": "SHA2_256", "digest": base64(&sha256) },
                    "signature": {
                        "content": base64(&signature),
                        "verifier": {
                            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                            "x509Certificate": { "rawBytes": base64(&certificate) },
                        },
                    },
                } },
            }),
        };
        let mut material = json!({ "tlogEntries": [self.entry(body.to_string().as_bytes(), request)] });
        let media_type = match request.form {
            3 => "application/vnd.dev.sigstore.bundle.v0.3+json".to_owned(),
            form => format!("application/vnd.dev.sigstore.bundle+json;version=0.{form}"),
        };
        let certificate = json!({ "rawBytes": base64(&certificate) });
        match request.form {
            3 => material["certificate"] = certificate,
            _ => material["x509CertificateChain"] = json!({ "certificates": [certificate] }),
        }
        if request.log == 2 {
            let token = base64(&self.timestamp(&signature, request.at));
            material["timestampVerificationData"] = json!({ "rfc3161Timestamps": [{ "signedTimestamp": token }] });
        }
        json!({
            "mediaType": media_type,
            "verificationMaterial": material,
            "messageSignature": {
                "messageDigest": { "algorithm": "SHA2_256", "digest": base64(&sha256) },
                "signature": base64(&signature),
            },
        })
    }

    /// The second of two entries of the log.
    fn entry(&self, body: &[u8], request: &Request) -> Value {
        // the first log counts on from older trees, so that its entries have two numbers
        let index = if request.log == 1 { 1001 } else { 1 };
        let first = node(0, &[b"another entry"]);
        let root = base64(&node(1, &[&first, &node(0, &[body])]));
        let head = format!("log.example.org\n2\n{root}\n");
        let signature = base64(&[&self.log.id()[..4], &self.log.sign(head.as_bytes())].concat());
        let mut res = json!({
            "logIndex": index.to_string(),
            "logId": { "keyId": base64(&self.log.id()) },
            "kindVersion": { "kind": "hashedrekord", "version": format!("0.0.{}", request.log) },
            "inclusionProof": {
                "logIndex": "1",
                "rootHash": root,
                "treeSize": "2",
                "hashes": [base64(&first)],
                "checkpoint": { "envelope": format!("{head}\n— log.example.org {signature}\n") },
            },
            "canonicalizedBody": base64(body),
        });
        if request.log == 1 {
            let id = hex(&self.log.id());
            // keys in order, without blanks
            let promise = json!({
                "body": base64(body), "integratedTime": request.at, "logID": id, "logIndex": index,
            });
            res["integratedTime"] = json!(request.at.to_string());
            let signature = base64(&self.log.sign(promise.to_string().as_bytes()));
            res["inclusionPromise"] = json!({ "signedEntryTimestamp": signature });
        }
        res
    }

    /// What the clock answers (RFC 3161) when it is shown a signature.
    fn timestamp(&self, signature: &[u8], at: i64) -> Vec<u8> {
        let algorithm = sequence(&[&oid(SHA256)]);
        let moment = Timestamp::from_second(at).unwrap().strftime("%Y%m%d%H%M%SZ").to_string();
        let info = sequence(&[
            &integer(1),
            &oid("1.3.6.1.4.1.57264.2"),
            &sequence(&[&algorithm, &octets(&digest(signature))]),
            &integer(9),
            &value(0x18, &[moment.as_bytes()]),
        ]);
        let attributes = [
            sequence(&[&oid("1.2.840.113549.1.9.3"), &set(&[&oid(TST_INFO)])]),
            sequence(&[&oid("1.2.840.113549.1.9.4"), &set(&[&octets(&digest(&info))])]),
        ]
        .concat();
        let signer = sequence(&[
            &integer(1),
            &sequence(&[&name("authority"), &integer(7)]),
            &algorithm,
            &value(0xa0, &[&attributes]),
            &sequence(&[&oid(ECDSA_WITH_SHA256)]),
            &octets(&self.clock.sign(&set(&[&attributes]))),
        ]);
        let signed = sequence(&[
            &integer(3),
            &set(&[&algorithm]),
            &sequence(&[&oid(TST_INFO), &value(0xa0, &[&octets(&info)])]),
            &set(&[&signer]),
        ]);
        let token = sequence(&[&oid("1.2.840.113549.1.7.2"), &value(0xa0, &[&signed])]);
        sequence(&[&sequence(&[&integer(0)]), &token])
    }
}

/// With its length in two bytes before it.
fn short(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}
