//! Any bytes as a signature bundle: none that is made up is believed.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use molt_sync::{
    base::Sha256,
    release::{
        sigstore::{Root, claimed_digest},
        signer,
    },
};

static ROOT: LazyLock<Root> = LazyLock::new(|| Root::embedded().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let Ok(sha256) = claimed_digest(bytes) else { return };
    let signer = signer("3.13.5".parse().unwrap()).unwrap();
    assert!(ROOT.verify(bytes, Sha256::of(b"other"), &signer).is_err());
    // the seeds are real, and their signatures are about themselves only: 3.13.5 and 3.12.8 have the same signer
    if ROOT.verify(bytes, sha256, &signer).is_ok() {
        assert!(["93e583f2", "5978435c"].contains(&&sha256.to_string()[..8]));
    }
});
