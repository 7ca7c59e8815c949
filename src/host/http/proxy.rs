//! The proxy that the environment names, looked at before anything is sent: one that is not understood would be passed by
//! in silence. Its text is never shown, for it may hold a password.

use super::super::workspace::environment;

const KNOWN: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The variable that names the proxy for https.
pub(super) fn variable() -> Option<&'static str> {
    let is_set = |it: &&'static str| environment(it).is_some_and(|value| !value.trim().is_empty());
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find(is_set)
}

/// Whether the proxy for https, if there is one, can be used; the variable that names one that cannot, and why.
pub(super) fn check() -> Result<(), (&'static str, String)> {
    let set = |names: [&'static str; 2]| names.into_iter().find_map(|it| environment(it).map(|value| (it, value)));
    if set(["NO_PROXY", "no_proxy"]).is_some_and(|(_, hosts)| hosts.trim() == "*") {
        return Ok(());
    }
    for (variable, value) in
        [set(["HTTPS_PROXY", "https_proxy"]), set(["ALL_PROXY", "all_proxy"])].into_iter().flatten()
    {
        if !value.trim().is_empty() {
            return judge(&value).map_err(|reason| (variable, reason));
        }
    }
    Ok(())
}

fn judge(value: &str) -> Result<(), String> {
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    let is_word = !scheme.is_empty() && scheme.len() <= 20 && scheme.bytes().all(|it| it.is_ascii_alphanumeric());
    if !is_word {
        return Err("it is not an address".into());
    }
    if !KNOWN.iter().any(|it| it.eq_ignore_ascii_case(scheme)) {
        return Err(format!("proxies of the kind `{scheme}` are not known"));
    }
    // what is stricter than a browser reads it: a blank or a backslash would make the client pass it by
    let is_plain = value.bytes().all(|it| it.is_ascii_graphic() && !br#"\"<>^`{|}"#.contains(&it));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let is_host = format!("http://{host}").parse::<reqwest::Url>().is_ok_and(|it| it.has_host());
    let after = host.rsplit(']').next().unwrap_or_default();
    let is_port = after.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
    if is_plain && is_host && is_port && !host.is_empty() { Ok(()) } else { Err("it is not an address".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_understood_or_refused() {
        for fine in [
            "http://proxy:3128",
            "proxy:3128",
            "proxy",
            "https://p.example",
            "http://us%20er:p%40ss@127.0.0.1:1/",
            "SOCKS5://127.0.0.1:1080",
            "socks5h://u:p@[::1]:1080",
            "socks4a://p",
        ] {
            assert_eq!(judge(fine), Ok(()), "{fine}");
        }
        for (bad, why) in [
            ("ftp://p:1", "`ftp` are not known"),
            ("socks://p:1", "`socks` are not known"),
            ("quic://p", "`quic` are not known"),
            ("http://us er:secret@p:1", "not an address"),
            ("http://", "not an address"),
            ("http://127.0.0.1:", "not an address"),
            ("socks5h://[::1]:", "not an address"),
            ("proxy:", "not an address"),
            ("http://p:99999999", "not an address"),
            ("://p", "not an address"),
            ("secret@x y://p", "not an address"),
        ] {
            let said = judge(bad).unwrap_err();
            assert!(said.contains(why) && !said.contains("secret"), "{bad}: {said}");
        }
    }
}
