//! Which addresses are asked, and by which way.

use std::{net::IpAddr, time::Duration};

use reqwest::{
    Url,
    blocking::Client as Http,
    header::{ACCEPT_ENCODING, HeaderMap, HeaderValue},
    redirect::Policy,
};

use super::{FetchError, NetworkOptions, cause::chain, proxy};

/// An address that may be asked.
pub(super) fn address(url: &str) -> Result<Url, FetchError> {
    let unusable = |reason: String| FetchError::Address { url: shown(url), reason };
    let address: Url = url.parse().map_err(|error| unusable(format!("{error}")))?;
    match address.scheme() {
        "https" => Ok(address),
        "http" if is_loopback(&address) => Ok(address),
        "http" => Err(unusable("without https only this machine is asked, because a listing has no digest".into())),
        _ => Err(unusable("only http and https are known".into())),
    }
}

/// An address without the name and the password that somebody may have written into it: what is shown, and what is kept.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => url.to_owned(),
    }
}

/// The path of a file or a folder that is named by an address; none where the address is of something else.
pub fn folder_of_address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|it| it.scheme() == "file")?;
    Some(url.to_file_path().ok()?.display().to_string())
}

/// What makes the requests: https by way of the proxy that the environment names, plain http on this machine directly. It
/// follows no redirect by itself.
pub(super) fn http(address: &Url, options: &NetworkOptions) -> Result<Http, FetchError> {
    // an error means that a provider is there already
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let builder = Http::builder()
        .user_agent(concat!("molt-sync/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(options.stall.min(Duration::from_secs(10)))
        .timeout(options.total)
        .redirect(Policy::none());
    // nothing vouches for what comes without https, so it must not pass anybody
    let builder = if is_loopback(address) {
        builder.no_proxy()
    } else {
        proxy::check().map_err(|(variable, reason)| FetchError::Proxy { variable, reason })?;
        builder
    };
    builder.build().map_err(|error| FetchError::Address { url: shown(address.as_str()), reason: chain(&error) })
}

/// Whether an address is on this machine. Elsewhere https is wanted although archives are verified: nothing vouches for
/// a listing, so whoever is in between could hide the newest release.
pub(in crate::host) fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, expected) in [
            ("https://me:pw@h.example/a@b", "https://h.example/a@b"),
            ("https://me:p@w@h.example", "https://h.example"),
            ("https://me@h.example?x", "https://h.example?x"),
            ("ftp://me:pw@h/x", "ftp://h/x"),
            ("https://h.example/a@b", "https://h.example/a@b"),
            ("no address", "no address"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
