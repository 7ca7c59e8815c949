//! ASN.1 values (DER) and base64, as far as certificates and timestamps need them.

/// One value: a tag, the length, and what is in it.
pub fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, 0..128) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], length, &body].concat()
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(0x30, parts)
}

pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    value(0x31, parts)
}

pub fn integer(number: u8) -> Vec<u8> {
    value(2, &[&[number]])
}

pub fn octets(bytes: &[u8]) -> Vec<u8> {
    value(4, &[bytes])
}

/// Bits that fill whole bytes.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    value(3, &[&[0], bytes])
}

/// An object identifier, such as `1.2.840.10045.4.3.2`.
pub fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u32> = dotted.split('.').map(|it| it.parse().unwrap()).collect();
    let mut body = vec![u8::try_from(40 * numbers[0] + numbers[1]).unwrap()];
    for number in &numbers[2..] {
        let digits = (0..5).rev().map(|it| (number >> (7 * it) & 0x7f) as u8);
        let digits: Vec<u8> = digits.skip_while(|it| *it == 0).collect();
        let last = digits.len().saturating_sub(1);
        body.extend(digits.iter().enumerate().map(|(at, digit)| digit | if at < last { 0x80 } else { 0 }));
        if digits.is_empty() {
            body.push(0);
        }
    }
    value(6, &[&body])
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut res = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let it = if digit > three.len() { b'=' } else { DIGITS[bits >> (18 - 6 * digit) & 63] };
            res.push(it.into());
        }
    }
    res
}

/// A certificate as text.
pub fn pem(der: &[u8]) -> String {
    let lines = base64(der).into_bytes();
    let lines: Vec<&str> = lines.chunks(64).map(|it| str::from_utf8(it).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
