//! What was the matter with a request: one sentence for people in place of the chain of errors that libraries give, and what
//! gets further.

use std::{error::Error, fmt, io};

use reqwest::Url;
use rustls::CertificateError;

use super::proxy;

/// Why no answer came, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    words: String,
    /// What gets further.
    pub hint: &'static str,
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.words)
    }
}

const NETWORK: &str = "check the network, or name another mirror with --mirror";
const NAME: &str =
    "check the name and the network; where a proxy is needed, HTTPS_PROXY names it; --mirror names another mirror";
const PORT: &str = "check the host and the port of the address, or name another mirror with --mirror";
const CERTIFICATE: &str = "check the address and this machine's clock; where the network has a certificate authority of its own, SSL_CERT_FILE names its root";
const NO_TLS: &str = "check the port of the address; a server of this machine that speaks no TLS has an address that begins with http://";
const PROXY: &str = "check the address of the proxy in that variable; NO_PROXY lists hosts that are asked without it";
const SLOW: &str = "check the network, give it more time with --timeout SECONDS, or name another mirror with --mirror";
const OFTEN: &str = "the server was asked too often: run it again later, or name another mirror with --mirror";
const BUSY: &str = "the trouble is the server's: run it again later, or name another mirror with --mirror";

impl Cause {
    /// A trouble of the network, in words.
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), hint: NETWORK }
    }

    /// An answer that says that the server cannot answer now.
    pub(super) fn busy(status: reqwest::StatusCode) -> Self {
        let hint = if status == reqwest::StatusCode::TOO_MANY_REQUESTS { OFTEN } else { BUSY };
        Self { words: format!("the server answered {status}"), hint }
    }

    /// Something that took longer than a run waits for.
    pub(super) fn slow(words: impl Into<String>) -> Self {
        Self { words: words.into(), hint: SLOW }
    }

    /// What an error of a request to `address` means.
    pub(super) fn of(error: &(dyn Error + 'static), address: &Url) -> Self {
        let host = address.host_str().unwrap_or_default();
        let place = address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let chain = chain(error);
        let of = |words: String, hint| Self { words, hint };
        let kind = find(error, &|it| it.downcast_ref::<io::Error>().map(io::Error::kind).filter(|it| is_telling(*it)));
        let is_unresolved = chain.contains("dns error") || chain.contains("error resolving DNS");
        if let Some(reason) = proxy_words(&chain) {
            let what = match kind {
                _ if is_unresolved => "its name could not be resolved",
                Some(io::ErrorKind::ConnectionRefused) => "it refused the connection",
                Some(io::ErrorKind::TimedOut) => "it did not answer in time",
                _ => reason,
            };
            let variable = proxy::variable().unwrap_or("HTTPS_PROXY");
            return of(format!("the proxy that {variable} names did not lead to {place}: {what}"), PROXY);
        }
        if is_unresolved {
            return of(format!("the name of the host `{host}` could not be resolved"), NAME);
        }
        match find(error, &|it| it.downcast_ref::<rustls::Error>().cloned()) {
            Some(rustls::Error::InvalidCertificate(why)) => {
                let why = certificate_words(&why);
                return of(format!("the certificate of {place} is not trusted: {why}"), CERTIFICATE);
            }
            Some(rustls::Error::InvalidMessage(_)) => {
                return of(format!("what answers at {place} does not speak TLS"), NO_TLS);
            }
            Some(other) => return of(format!("no TLS connection to {place} was made: {other}"), NO_TLS),
            None => {}
        }
        let is_timeout =
            find(error, &|it| it.downcast_ref::<reqwest::Error>().filter(|it| it.is_timeout()).map(|_| ()));
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => of(format!("{place} refused the connection"), PORT),
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown) => {
                of(format!("there is no way to {place} through the network"), NAME)
            }
            Some(io::ErrorKind::TimedOut) => Self::slow(format!("{place} did not answer in time")),
            _ if is_timeout.is_some() => Self::slow(format!("{place} did not answer in time")),
            _ if is_cut(kind, &chain) => {
                Self::new(format!("{place} closed the connection before its answer was complete"))
            }
            _ => Self::new(last_words(&chain)),
        }
    }
}

impl From<&str> for Cause {
    fn from(words: &str) -> Self {
        Self::new(words)
    }
}

/// The first error of a chain that `pick` takes. The source of an io error is not what it wraps, but that one's source.
fn find<T>(error: &(dyn Error + 'static), pick: &dyn Fn(&(dyn Error + 'static)) -> Option<T>) -> Option<T> {
    let wrapped = || error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).and_then(|it| find(it, pick));
    pick(error).or_else(wrapped).or_else(|| error.source().and_then(|it| find(it, pick)))
}

/// Whether a kind says more than that something failed.
fn is_telling(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::ConnectionRefused
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
            | Kind::TimedOut
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::BrokenPipe
            | Kind::UnexpectedEof
    )
}

fn is_cut(kind: Option<io::ErrorKind>, chain: &str) -> bool {
    use io::ErrorKind as Kind;
    matches!(kind, Some(Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof))
        || chain.contains("end of file before message length")
        || chain.contains("connection closed before message completed")
}

/// What a proxy did in place of leading on, where it was one: these errors have no type that could be asked for.
fn proxy_words(chain: &str) -> Option<&'static str> {
    let is_proxy = ["tunnel error", "SOCKS error", "socks proxy"].into_iter().any(|it| chain.contains(it));
    let said = [
        ("proxy authorization required", "it wants a name and a password, or others"),
        ("tunnel error: unsuccessful", "it refused to lead there"),
        ("unexpected end of file", "it closed the connection"),
        ("failed to create underlying connection", "it could not be reached"),
    ];
    let words =
        said.into_iter().find(|(part, _)| chain.contains(part)).map_or("it did not answer as a proxy", |it| it.1);
    is_proxy.then_some(words)
}

fn certificate_words(why: &CertificateError) -> String {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet".into(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".into()
        }
        CertificateError::UnknownIssuer => "this system does not know who issued it".into(),
        CertificateError::Revoked => "it was revoked".into(),
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "it is that of an authority and not of a server".into()
        }
        other => other.to_string(),
    }
}

/// The last link of a chain: what is before it only says that a request failed.
fn last_words(chain: &str) -> String {
    chain.rsplit(": ").next().unwrap_or(chain).to_owned()
}

/// An error with everything that caused it: the last part is what helps.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut causes = vec![error.to_string()];
    let mut at = error.source();
    while let Some(cause) = at {
        causes.push(cause.to_string());
        at = cause.source();
    }
    causes.dedup();
    causes.join(": ")
}
