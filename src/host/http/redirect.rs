//! Where an answer may lead to. Files that are held against a digest or a signature may come from another host, as mirrors
//! that keep them elsewhere send them; a listing, which nothing vouches for, may not. Three redirects are followed at most,
//! never away from https, and never from a public host into a network that only this machine can reach. What a user
//! wrote into the address of the mirror, a name and a password, goes to that host alone.

use std::net::IpAddr;

use reqwest::{Url, blocking::Response, header::LOCATION};

use super::{
    FetchError,
    address::{is_loopback, shown},
    attempt::FailedAttempt,
};

const MOST: usize = 3;

/// Why a redirect is not followed, and what gets further.
type RedirectReason = (&'static str, &'static str);

const NO_ADDRESS: RedirectReason =
    ("that is not an address of http or https", "check the mirror's address, or name another mirror");
const TOO_MANY: RedirectReason =
    ("it is the fourth redirect in a row", "check the mirror's address, or name another mirror");
const INSECURE: RedirectReason = ("that is not https", "name a mirror that serves its files over https");
const ANOTHER_HOST: RedirectReason = (
    "that is another host, and nothing vouches for what comes from there",
    "if that host is meant, name it with --mirror",
);
const PRIVATE: RedirectReason =
    ("a public host may not lead to a machine of the local network", "if that machine is meant, name it with --mirror");

/// The address that an answer to a request for `from` leads to; none where it leads nowhere. `is_verified` says that what
/// comes is held against a digest or a signature, `followed` how many redirects it took so far.
pub(super) fn next(
    from: &Url,
    response: &Response,
    is_verified: bool,
    followed: usize,
) -> Result<Option<Url>, FailedAttempt> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
    let Some(location) = location else { return Ok(None) };
    let to = from.join(&location);
    let why = match &to {
        Err(_) => Some(NO_ADDRESS),
        Ok(_) if followed >= MOST => Some(TOO_MANY),
        Ok(to) => refused(from, to, is_verified),
    };
    match (to, why) {
        (Ok(to), None) => Ok(Some(with_credentials_of(from, to))),
        (to, why) => {
            let (reason, hint) = why.unwrap_or(NO_ADDRESS);
            let to = shown(&to.map_or(location, |it| it.to_string()));
            let url = shown(from.as_str());
            Err(FailedAttempt::Final(FetchError::Redirect { url, status: response.status(), to, reason, hint }))
        }
    }
}

/// Whether an address names a machine that only this one or its network can reach.
pub fn is_of_own_network(url: &str) -> bool {
    url.parse::<Url>().is_ok_and(|it| is_local(&it))
}

fn refused(from: &Url, to: &Url, is_verified: bool) -> Option<RedirectReason> {
    match to.scheme() {
        _ if from.origin() == to.origin() => None,
        "http" if from.scheme() != "http" || !is_loopback(from) || !is_loopback(to) => Some(INSECURE),
        "http" | "https" if !is_verified => Some(ANOTHER_HOST),
        "http" | "https" => (is_local(to) && !is_local(from)).then_some(PRIVATE),
        _ => Some(NO_ADDRESS),
    }
}

/// Whether an address names a machine that only this one or its network can reach. A name that leads to such a machine is
/// not found out here; it would have to show a certificate for that name.
fn is_local(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default().trim_end_matches('.');
    let name = host.rsplit('.').next().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(it)) => is_local_v4(it),
        Ok(IpAddr::V6(it)) => {
            let first = it.segments()[0];
            it.is_loopback()
                || it.is_unspecified()
                || it.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || it.to_ipv4().is_some_and(is_local_v4)
        }
        Err(_) => matches!(name, "localhost" | "local" | "internal") || !host.contains('.'),
    }
}

fn is_local_v4(it: std::net::Ipv4Addr) -> bool {
    let [first, second, ..] = it.octets();
    it.is_private()
        || it.is_loopback()
        || it.is_link_local()
        || it.is_multicast()
        || it.is_broadcast()
        || first == 0
        || first >= 240
        // what providers keep for themselves (RFC 6598)
        || first == 100 && second & 0xc0 == 64
}

/// A redirect on one host keeps the name and the password that it was asked with; another host is told none.
fn with_credentials_of(from: &Url, mut to: Url) -> Url {
    let is_same = from.origin() == to.origin();
    let (name, password) = if is_same { (from.username(), from.password()) } else { ("", None) };
    // what has a host can have both
    let _ = to.set_username(name);
    let _ = to.set_password(password);
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_against_a_digest_may_come_from_another_public_host() {
        const MIRROR: &str = "https://mirror.example/python/x";
        let why =
            |from: &str, to: &str, is_verified| refused(&from.parse().unwrap(), &to.parse().unwrap(), is_verified);
        for (from, to, verified, listing) in [
            (MIRROR, "https://mirror.example/y", None, None),
            (MIRROR, "https://cdn.example/y", None, Some(ANOTHER_HOST)),
            (MIRROR, "https://mirror.example:8443/y", None, Some(ANOTHER_HOST)),
            (MIRROR, "http://mirror.example/y", Some(INSECURE), Some(INSECURE)),
            (MIRROR, "http://127.0.0.1/y", Some(INSECURE), Some(INSECURE)),
            (MIRROR, "file:///etc/passwd", Some(NO_ADDRESS), Some(NO_ADDRESS)),
            (MIRROR, "ftp://cdn.example/y", Some(NO_ADDRESS), Some(NO_ADDRESS)),
            (MIRROR, "https://169.254.169.254/latest", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://10.1.2.3/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://100.64.0.1/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://[::1]/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://[fd00::1]/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://[::ffff:10.0.0.1]/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://2130706433/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://localhost/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            (MIRROR, "https://metadata.google.internal/y", Some(PRIVATE), Some(ANOTHER_HOST)),
            ("https://10.0.0.1/x", "https://10.0.0.2/y", None, Some(ANOTHER_HOST)),
            ("https://10.0.0.1/x", "https://cdn.example/y", None, Some(ANOTHER_HOST)),
            ("http://127.0.0.1:1/x", "http://localhost:2/y", None, Some(ANOTHER_HOST)),
            ("http://127.0.0.1:1/x", "http://cdn.example/y", Some(INSECURE), Some(INSECURE)),
            ("http://127.0.0.1:1/x", "https://cdn.example/y", None, Some(ANOTHER_HOST)),
            ("https://127.0.0.1:1/x", "http://127.0.0.1:1/y", Some(INSECURE), Some(INSECURE)),
        ] {
            assert_eq!(why(from, to, true), verified, "{from} to {to}");
            assert_eq!(why(from, to, false), listing, "{from} to {to}, a listing");
        }
    }

    #[test]
    fn a_name_and_a_password_stay_at_their_host() {
        let to = |to: &str| with_credentials_of(&"https://me:pw@a.example/x".parse().unwrap(), to.parse().unwrap());
        assert_eq!(to("https://a.example/y").as_str(), "https://me:pw@a.example/y");
        assert_eq!(to("https://b.example/y").as_str(), "https://b.example/y");
        assert_eq!(to("https://a.example:444/y").as_str(), "https://a.example:444/y");
        assert_eq!(to("https://you:them@b.example/y").as_str(), "https://b.example/y");
    }
}
