//! The arithmetic behind signatures: what TLS brings already for whole messages, and the same curves in Rust for what was
//! hashed before. What is not listed is refused.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use ring::signature::{self as algorithms, UnparsedPublicKey, VerificationAlgorithm};
use sha2::Digest;
use sigstore_verify::{
    crypto::{CryptoProvider, Error, HashContext, Result, SigningScheme as Scheme},
    types::HashAlgorithm,
};

/// Makes it the one that signatures are checked with.
pub(super) fn install() {
    // an error means that it is there already
    let _ = sigstore_verify::crypto::install_default_provider(&Crypto);
}

#[derive(Debug)]
struct Crypto;

struct Hash<D>(D);

impl<D: Digest + Send> HashContext for Hash<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

impl CryptoProvider for Crypto {
    fn hash(&self, algorithm: HashAlgorithm) -> Result<Box<dyn HashContext>> {
        Ok(match algorithm {
            HashAlgorithm::Sha2256 => Box::new(Hash(sha2::Sha256::new())),
            HashAlgorithm::Sha2384 => Box::new(Hash(sha2::Sha384::new())),
            HashAlgorithm::Sha2512 => Box::new(Hash(sha2::Sha512::new())),
            other => return Err(Error::UnsupportedAlgorithm(other.to_string())),
        })
    }

    fn verify_raw(&self, scheme: Scheme, key: &[u8], data: &[u8], signature: &[u8]) -> Result<()> {
        let algorithm: &dyn VerificationAlgorithm = match scheme {
            Scheme::EcdsaP256Sha256 => &algorithms::ECDSA_P256_SHA256_ASN1,
            Scheme::EcdsaP256Sha384 => &algorithms::ECDSA_P256_SHA384_ASN1,
            Scheme::EcdsaP384Sha256 => &algorithms::ECDSA_P384_SHA256_ASN1,
            Scheme::EcdsaP384Sha384 => &algorithms::ECDSA_P384_SHA384_ASN1,
            Scheme::Ed25519 => &algorithms::ED25519,
            Scheme::RsaPkcs1Sha256 => &algorithms::RSA_PKCS1_2048_8192_SHA256,
            Scheme::RsaPkcs1Sha384 => &algorithms::RSA_PKCS1_2048_8192_SHA384,
            Scheme::RsaPkcs1Sha512 => &algorithms::RSA_PKCS1_2048_8192_SHA512,
            other => return Err(Error::UnsupportedAlgorithm(other.name().to_owned())),
        };
        UnparsedPublicKey::new(algorithm, key).verify(data, signature).map_err(|_| wrong(scheme))
    }

    fn verify_prehashed(&self, scheme: Scheme, key: &[u8], digest: &[u8], signature: &[u8]) -> Result<()> {
        let is_good = match scheme {
            Scheme::EcdsaP256Sha256 | Scheme::EcdsaP256Sha384 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| wrong(scheme))?;
                let signature = p256::ecdsa::Signature::from_der(signature).map_err(|_| wrong(scheme))?;
                key.verify_prehash(digest, &signature).is_ok()
            }
            Scheme::EcdsaP384Sha256 | Scheme::EcdsaP384Sha384 => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| wrong(scheme))?;
                let signature = p384::ecdsa::Signature::from_der(signature).map_err(|_| wrong(scheme))?;
                key.verify_prehash(digest, &signature).is_ok()
            }
            other => return Err(Error::UnsupportedAlgorithm(other.name().to_owned())),
        };
        if is_good { Ok(()) } else { Err(wrong(scheme)) }
    }
}

fn wrong(scheme: Scheme) -> Error {
    Error::Verification(format!("the {} signature is wrong", scheme.name()))
}
