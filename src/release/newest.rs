//! Which of the versions that a mirror has answers a request.

use super::recalls::Recalls;
use crate::base::{Request, Version};

/// The versions among `names` that can answer `request`, newest first; pre-releases only with `pre`, and what was recalled only
/// when it is named exactly.
pub fn newest(request: Request, names: impl IntoIterator<Item = String>, pre: bool, recalls: &Recalls) -> Vec<Version> {
    let mut res: Vec<Version> = names.into_iter().filter_map(|name| name.parse::<Version>().ok()).collect();
    res.retain(|version| match request {
        Request::Exact(wanted) => *version == wanted,
        _ if recalls.is_recalled(*version) || version.is_pre() && !pre => false,
        _ => request.series().is_none_or(|series| version.series == series),
    });
    res.sort_unstable_by(|a, b| b.cmp(a));
    res.dedup();
    res
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::parse_listing;

    #[test]
    fn a_listing_gives_its_folders_newest_first() {
        let html = "<a href=\"../\">up</a><a href='3.14.2/'>x</a> <a href=\"3.14.10/\">y</a><a href=\"3.13.9/\">z</a>\
                    <a href=\"3.9.8/\"></a><a href=\"doc/\"></a><a href=\"?C=M\"></a><a href=\"/abs/\"></a><a href=3.15.0/>";
        let folders = parse_listing(html);
        let text = |request: &str, pre: bool| -> Vec<String> {
            newest(request.parse().unwrap(), folders.clone(), pre, &Recalls::known())
                .iter()
                .map(ToString::to_string)
                .collect()
        };
        assert_eq!(text("3.14", false), ["3.14.10", "3.14.2"]);
        assert_eq!(text("latest", false), ["3.15.0", "3.14.10", "3.14.2", "3.13.9"]);
        assert_eq!(text("3.8", false), Vec::<String>::new());
        assert_eq!(
            text("3.9", true),
            Vec::<String>::new(),
            "a recalled release is not an answer, with pre-releases or without"
        );
        assert_eq!(text("3.9.8", false), ["3.9.8"]);
        assert_eq!(text("3.14.1", false), Vec::<String>::new());
        let known = ["3.15.0rc1", "3.14.10", "3.15.0b2"].map(str::to_owned);
        assert_eq!(newest(Request::Latest, known.clone(), true, &Recalls::known())[0].to_string(), "3.15.0rc1");
        assert_eq!(newest(Request::Latest, known, false, &Recalls::known())[0].to_string(), "3.14.10");
    }
}
