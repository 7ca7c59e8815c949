//! Downloads into memory: retried, resumed where the server can, bounded in size and in time. The digest, which the
//! caller knows beforehand, is the only proof that what arrived is complete.
//!
//! Certificates are judged by rustls against the roots of the system; on Linux these are the distribution's, or those
//! that `SSL_CERT_FILE` and `SSL_CERT_DIR` name instead. `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` hold for every other
//! machine, proxies over SOCKS included; this one is always asked directly.

mod address;
mod attempt;
mod cause;
mod client;
mod coding;
mod document;
mod error;
mod options;
mod partial;
mod proxy;
mod redirect;
mod retry;
mod start;
mod transfer;

pub(super) use self::address::is_loopback;
use self::cause::Cause;
pub use self::{
    address::{folder_of_address, shown},
    client::Client,
    document::{HttpDocument, Validator},
    error::FetchError,
    options::NetworkOptions,
    redirect::is_of_own_network,
};
