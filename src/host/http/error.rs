//! Why a file did not arrive.

use std::time::Duration;

use reqwest::StatusCode;

use super::Cause;
use crate::base::Sha256;

fn tried(tries: u32) -> String {
    if tries == 1 { "tried once".into() } else { format!("tried {tries} times") }
}

/// Why a file did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none, or none that is asked.
    #[error("cannot use the address `{url}`: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server refuses for good.
    #[error("{url} answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The answer.
        status: StatusCode,
    },
    /// The server leads to where nothing is taken from.
    #[error("{url} answered {status} and leads to {to}, and that redirect is not followed: {reason}")]
    Redirect {
        /// The address.
        url: String,
        /// The answer.
        status: StatusCode,
        /// Where it leads.
        to: String,
        /// What is wrong with that.
        reason: &'static str,
        /// What gets further.
        hint: &'static str,
    },
    /// The environment names a proxy that is none, or of a kind that is not known. What it names is not repeated, because
    /// there may be a password in it.
    #[error("cannot use the proxy that {variable} names: {reason}")]
    Proxy {
        /// The environment variable.
        variable: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The server wants to be left alone for longer than a run waits.
    #[error("{url} wants no request for another {} seconds", wait.as_secs())]
    Throttled {
        /// The address.
        url: String,
        /// For how long.
        wait: Duration,
    },
    /// More than the limit.
    #[error("{url} is larger than {limit} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// It is wrapped in something that was not asked for.
    #[error("{url} came encoded as `{encoding}`, and only the bytes themselves are taken")]
    Encoded {
        /// The address.
        url: String,
        /// The answer's `Content-Encoding`.
        encoding: String,
    },
    /// It is wrapped in gzip, and that cannot be taken off.
    #[error("{url} came in gzip that is damaged or holds more than {limit} bytes")]
    Wrapped {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// Somebody in between answered instead, as networks with a login do.
    #[error("{url} answered with a web page instead of the file with digest {expected}")]
    Page {
        /// The address.
        url: String,
        /// The digest of the file.
        expected: Sha256,
    },
    /// Something else is there, such as a page.
    #[error("{url} answers, and what is there does not begin as an archive does")]
    NoArchive {
        /// The address.
        url: String,
    },
    /// It arrived, and it is something else.
    #[error("{url} has digest {found} and should have {expected}")]
    Digest {
        /// The address.
        url: String,
        /// What arrived.
        found: Sha256,
        /// What should have.
        expected: Sha256,
    },
    /// It did not arrive.
    #[error("cannot download {url}: {cause} ({})", tried(*tries))]
    Network {
        /// The address.
        url: String,
        /// The last trouble.
        cause: Cause,
        /// Requests made.
        tries: u32,
    },
}
