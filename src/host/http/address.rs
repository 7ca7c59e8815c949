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

/// An address without the name and the password that somebody may have written into it, and without the values of its query that are
/// like one: what is shown, and what is kept.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{}", without_secrets(path))
}

/// What the names of values in a query have in them that are like a password.
const SECRETS: [&str; 10] = ["token", "key", "sig", "secret", "pass", "auth", "credential", "pwd", "session", "code"];
/// A value of so many bytes is one, whatever it is called.
const LONG: usize = 20;

/// A path with its query, without values that are like a password.
fn without_secrets(path: &str) -> String {
    let Some((path, rest)) = path.split_once('?') else { return path.to_owned() };
    let (query, end) = rest.find('#').map_or((rest, ""), |at| rest.split_at(at));
    let shown = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => {
            let name_is = name.to_ascii_lowercase();
            let is_secret = SECRETS.iter().any(|it| name_is.contains(it)) || value.len() >= LONG;
            format!("{name}={}", if is_secret { "…" } else { value })
        }
        None if pair.len() >= LONG => "…".to_owned(),
        None => pair.to_owned(),
    };
    let query: Vec<String> = query.split('&').map(shown).collect();
    format!("{path}?{}{end}", query.join("&"))
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
            ("https://h.example/a?is_published=true&page=2#b", "https://h.example/a?is_published=true&page=2#b"),
            ("https://h.example/a?X-Amz-Signature=00&n=1", "https://h.example/a?X-Amz-Signature=…&n=1"),
            ("https://h.example?sv=2024&sig=a%2Bb#c", "https://h.example?sv=2024&sig=…#c"),
            ("https://h.example/?0123456789012345678901234", "https://h.example/?…"),
            ("https://h.example/?v=01234567890123456789", "https://h.example/?v=…"),
            ("no address", "no address"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
