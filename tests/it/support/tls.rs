//! Certificates that are made here, and servers that show them.

use std::sync::Arc;

use rustls::{
    ServerConfig, SignatureScheme,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SigningKey},
};

/// A private key (PKCS #8, P-256) that is used for nothing else.
const KEY: &str = "\
    308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420db92c637d2cb7289379267caa835\
    f8057d3b4c92eec101ba1872b1e1067fff51a14403420004ef85d4510b36a93eeda04bb729d5291cd29d309b568398b1b899\
    860d322b0908b489979bdb61064311462f19e6cf9b488685e63ef1e3eeb38155114e3826ba62";

const ECDSA_WITH_SHA256: [u8; 10] = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const COMMON_NAME: [u8; 5] = [6, 3, 0x55, 4, 3];
const ALTERNATIVE_NAME: [u8; 5] = [6, 3, 0x55, 0x1d, 0x11];

/// A certificate for one host that vouches for itself.
pub struct Certificate {
    der: Vec<u8>,
    key: Arc<dyn SigningKey>,
}

#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl rustls::server::ResolvesServerCert for Shown {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

impl Certificate {
    /// For a name or an IPv4 address, until a day such as `491231`.
    pub fn new(host: &str, until: &str) -> Self {
        let provider = rustls::crypto::ring::default_provider();
        let digits: Vec<u8> = KEY.bytes().collect();
        let bytes = digits.chunks(2).map(|it| u8::from_str_radix(str::from_utf8(it).unwrap(), 16).unwrap());
        let key = PrivateKeyDer::Pkcs8(bytes.collect::<Vec<u8>>().into());
        let key = provider.key_provider.load_private_key(key).unwrap();
        let algorithm = value(0x30, &[&ECDSA_WITH_SHA256]);
        let name = value(0x30, &[&COMMON_NAME, &value(0x0c, &[host.as_bytes()])]);
        let name = value(0x30, &[&value(0x31, &[&name])]);
        let day = |day: &str| value(0x17, &[format!("{day}000000Z").as_bytes()]);
        let alternative = match host.parse::<std::net::Ipv4Addr>() {
            Ok(address) => value(0x87, &[&address.octets()]),
            Err(_) => value(0x82, &[host.as_bytes()]),
        };
        let alternative = value(4, &[&value(0x30, &[&alternative])]);
        let extension = value(0x30, &[&ALTERNATIVE_NAME, &alternative]);
        let signed = value(
            0x30,
            &[
                &value(0xa0, &[&value(2, &[&[2]])]),
                &value(2, &[&[1]]),
                &algorithm,
                &name,
                &value(0x30, &[&day("200101"), &day(until)]),
                &name,
                &key.public_key().unwrap(),
                &value(0xa3, &[&value(0x30, &[&extension])]),
            ],
        );
        let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).unwrap();
        let signature = value(3, &[&[0], &signer.sign(&signed).unwrap()]);
        Self { der: value(0x30, &[&signed, &algorithm, &signature]), key }
    }

    /// What a server needs to show it.
    pub fn server(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let shown = CertifiedKey::new(vec![CertificateDer::from(self.der.clone())], self.key.clone());
        Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(Shown(Arc::new(shown)))))
    }

    /// As text.
    pub fn pem(&self) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut res = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for (at, three) in self.der.chunks(3).enumerate() {
            let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
            for digit in 0..4 {
                let it = if digit > three.len() { b'=' } else { DIGITS[bits >> (18 - 6 * digit) & 63] };
                res.push(it.into());
            }
            if at % 16 == 15 {
                res.push('\n');
            }
        }
        res + "\n-----END CERTIFICATE-----\n"
    }
}

/// One value of ASN.1: a tag, the length, and what is in it.
fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, 0..128) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], length, &body].concat()
}
