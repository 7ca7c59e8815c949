//! Names in a python.org-style mirror to releases.
//!
//! A folder is named by the base version and holds the pre-releases too (`3.15.0/Python-3.15.0rc1.tgz`), and folders
//! exist before anything is released, so only a source archive counts as a release.

use std::fmt;

use crate::base::Version;

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

/// What a file name is to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtifactOf {
    /// An archive that is published of it.
    Published(Artifact),
    /// What no mirror has: `source-tree`, `interpreter`, or another program's `.zip`.
    Local,
    /// Nothing of that release: an archive of another one, or no archive at all.
    Foreign(Option<Version>),
}

impl ArtifactOf {
    /// What `name` is to `version`.
    pub fn new(name: &str, version: Version) -> Self {
        let is_zip = name.strip_suffix(".zip").is_some_and(|it| !it.is_empty() && !it.contains(['/', '\\']));
        match Artifact::parse(name) {
            Some(it) if it.version == version => Self::Published(it),
            Some(it) => Self::Foreign(Some(it.version)),
            None if is_zip || matches!(name, "source-tree" | "interpreter") => Self::Local,
            None => Self::Foreign(None),
        }
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
}
