//! Names in a python.org-style mirror to releases.
//!
//! A folder is named by the base version and holds the pre-releases too (`3.15.0/Python-3.15.0rc1.tgz`), and folders
//! exist before anything is released, so only a source archive counts as a release.

use std::fmt;

use super::Recalls;
use crate::base::{Request, Version};

/// The forms of a source archive, best first: `.tgz` decodes seven times cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suffix {
    /// gzip
    Tgz,
    /// xz
    TarXz,
    /// zip of a source tree; python.org has none
    Zip,
}

/// One source archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// The release that its name says.
    pub version: Version,
    /// Its form.
    pub suffix: Suffix,
}

impl Suffix {
    /// The forms that a mirror keeps.
    pub const PUBLISHED: [Self; 2] = [Self::Tgz, Self::TarXz];

    /// The ending of the file name, without the dot.
    pub fn text(self) -> &'static str {
        match self {
            Self::Tgz => "tgz",
            Self::TarXz => "tar.xz",
            Self::Zip => "zip",
        }
    }
}

impl Artifact {
    /// Reads a file name such as `Python-3.14.10.tgz`; anything else on a mirror is none.
    pub fn parse(file_name: &str) -> Option<Self> {
        let rest = file_name.strip_prefix("Python-")?;
        [Suffix::Tgz, Suffix::TarXz, Suffix::Zip].into_iter().find_map(|suffix| {
            let version = rest.strip_suffix(suffix.text())?.strip_suffix('.')?.parse().ok()?;
            Some(Self { version, suffix })
        })
    }

    /// Its path on a mirror.
    pub fn path(self) -> String {
        format!("{}/{self}", self.version.base())
    }
}

impl fmt::Display for Artifact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.version.stem(), self.suffix.text())
    }
}

/// The names that a folder listing links to: `href` values without path, query or trailing slash.
pub fn parse_listing(html: &str) -> Vec<String> {
    let mut res = Vec::new();
    for part in html.split("href=").skip(1) {
        let value = match part.chars().next() {
            Some(quote @ ('"' | '\'')) => part[1..].split(quote).next(),
            _ => part.split(['>', ' ']).next(),
        };
        let name = value.unwrap_or_default().trim_end_matches('/');
        if !name.is_empty() && !name.contains(['/', '?', '#', ':', '%']) {
            res.push(name.to_owned());
        }
    }
    res
}

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

    #[test]
    fn only_source_archives_are_releases() {
        let artifact = Artifact::parse("Python-3.15.0rc1.tar.xz").unwrap();
        assert_eq!(
            (artifact.to_string().as_str(), artifact.path().as_str()),
            ("Python-3.15.0rc1.tar.xz", "3.15.0/Python-3.15.0rc1.tar.xz")
        );
        for other in [
            "Python-3.14.0.tgz.sigstore",
            "Python-3.14.0-iOS-XCframework.tar.gz",
            "python-3.14.0-amd64.exe",
            "Python-3.14.tgz",
            "xPython-3.14.0.tgz",
            "Python-3.14.0tgz",
        ] {
            assert_eq!(Artifact::parse(other), None, "{other}");
        }
    }

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
            "a recalled release is no answer, with pre-releases or without"
        );
        assert_eq!(text("3.9.8", false), ["3.9.8"]);
        assert_eq!(text("3.14.1", false), Vec::<String>::new());
        let known = ["3.15.0rc1", "3.14.10", "3.15.0b2"].map(str::to_owned);
        assert_eq!(newest(Request::Latest, known.clone(), true, &Recalls::known())[0].to_string(), "3.15.0rc1");
        assert_eq!(newest(Request::Latest, known, false, &Recalls::known())[0].to_string(), "3.14.10");
    }
}
