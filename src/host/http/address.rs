//! Which addresses are asked, and by which way.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use reqwest::{
    Url,
    blocking::Client as Http,
    header::{ACCEPT_ENCODING, HeaderMap, HeaderValue},
    redirect::Policy,
};

use super::{FetchError, NetworkOptions, transfer::chain};

/// An address that may be asked.
pub(super) fn address(url: &str) -> Result<Url, FetchError> {
    let unusable = |reason: String| FetchError::Address { url: url.into(), reason };
    let address: Url = url.parse().map_err(|error| unusable(format!("{error}")))?;
    match address.scheme() {
        "https" => Ok(address),
        "http" if is_loopback(&address) => Ok(address),
        "http" => Err(unusable("without https only this machine is asked, because a listing has no digest".into())),
        _ => Err(unusable("only http and https are known".into())),
    }
}

/// What makes the requests: https by way of the proxy that the environment names, plain http on this machine directly.
/// At most three redirects are followed, all of them on the same host and port and never away from https; they are
/// counted as the requests that they are.
pub(super) fn http(address: &Url, options: &NetworkOptions, requests: &Arc<AtomicU32>) -> Result<Http, FetchError> {
    // an error means that a provider is there already
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let requests = Arc::clone(requests);
    let builder = Http::builder()
        .user_agent(concat!("molt-sync/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(options.stall.min(Duration::from_secs(10)))
        .timeout(options.total)
        .redirect(Policy::custom(move |attempt| {
            let from = attempt.previous().last();
            let is_same = from.is_some_and(|it| it.origin() == attempt.url().origin());
            if !is_same || attempt.previous().len() > 3 {
                return attempt.stop();
            }
            requests.fetch_add(1, Ordering::Relaxed);
            attempt.follow()
        }));
    // nothing vouches for what comes without https, so it must not pass anybody
    let builder = if is_loopback(address) { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| FetchError::Address { url: address.to_string(), reason: chain(&error) })
}

/// Whether an address is on this machine. Elsewhere https is wanted although archives are verified: nothing vouches for
/// a listing, so whoever is in between could hide the newest release.
pub(in crate::host) fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}
