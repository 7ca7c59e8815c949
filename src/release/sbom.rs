//! The SBOM that lies beside a source archive (`Python-X.Y.Z.tgz.spdx.json`, SPDX 2.3, since 3.12.2 and 3.13.0a3): the
//! archive's own digest, and one for each regular file in it.
//!
//! It has no signature, so it vouches for nothing by itself: it has to agree with what is believed already. The release
//! tools state every regular file of the archive in it, and no other, by its path below the top folder.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::base::{RelPath, Sha256};

/// What an SBOM states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sbom {
    /// The archive that it is about, such as `Python-3.14.10.tgz`.
    pub artifact: String,
    /// The digest of that archive.
    pub sha256: Sha256,
    /// The digest of each of its files, by the path below the top folder.
    pub files: BTreeMap<String, Sha256>,
}

/// Why an SBOM is not used.
#[derive(Debug, thiserror::Error)]
pub enum SbomError {
    /// Not JSON, or without what SPDX has.
    #[error("it is not an SPDX document: {0}")]
    Json(#[from] serde_json::Error),
    /// Another version of SPDX.
    #[error("it is of `{0}`, not of SPDX 2")]
    Spdx(String),
    /// The package CPython has to be there once.
    #[error("it has {0} packages named CPython, not one")]
    Packages(usize),
    /// The package does not say of which file it speaks.
    #[error("its package CPython names no file")]
    Unnamed,
    /// The package or a file has no SHA-256, more than one, or one that is none.
    #[error("{what} {why}")]
    Digest {
        /// `its package CPython` or the file.
        what: String,
        /// What is wrong.
        why: String,
    },
    /// A path that no archive may have.
    #[error("it states a file `{0}`, which is not a clean path")]
    Path(String),
    /// A file with two lines.
    #[error("it states file `{0}` twice")]
    Twice(String),
    /// It is about another archive.
    #[error("it is about {stated_for} with digest {stated}, and {artifact} has digest {found}")]
    Other {
        /// Whom it speaks of.
        stated_for: String,
        /// The digest that it states.
        stated: Sha256,
        /// The archive that it lies beside.
        artifact: String,
        /// The digest of that.
        found: Sha256,
    },
}

/// The largest SBOM that is read, in bytes; that of 3.13 has 3 MB.
pub const SBOM_LIMIT: u64 = 32 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SbomDocument {
    spdx_version: String,
    packages: Vec<Package>,
    files: Vec<SbomFile>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(rename = "packageFileName")]
    artifact: Option<String>,
    #[serde(default)]
    checksums: Vec<Checksum>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SbomFile {
    file_name: String,
    #[serde(default)]
    checksums: Vec<Checksum>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: String,
    checksum_value: String,
}

impl Sbom {
    /// Reads an SBOM. What is not about digests is passed over; a digest that is in doubt is an error.
    pub fn parse(text: &[u8]) -> Result<Self, SbomError> {
        let document: SbomDocument = serde_json::from_slice(text)?;
        if !document.spdx_version.starts_with("SPDX-2.") {
            return Err(SbomError::Spdx(shown(&document.spdx_version)));
        }
        // the libraries and the wheels inside have packages of their own
        let mut own = document.packages.iter().filter(|it| it.name == "CPython");
        let package = match (own.next(), own.count()) {
            (Some(package), 0) => package,
            (first, more) => return Err(SbomError::Packages(usize::from(first.is_some()) + more)),
        };
        let artifact = package.artifact.as_deref().filter(|it| !it.is_empty()).ok_or(SbomError::Unnamed)?;
        let sha256 = digest(&package.checksums, || "its package CPython".into())?;
        let mut files = BTreeMap::new();
        for SbomFile { file_name, checksums } in &document.files {
            RelPath::new(file_name).map_err(|_| SbomError::Path(shown(file_name)))?;
            let digest = digest(checksums, || format!("file `{}`", shown(file_name)))?;
            if files.insert(file_name.clone(), digest).is_some() {
                return Err(SbomError::Twice(shown(file_name)));
            }
        }
        Ok(Self { artifact: shown(artifact), sha256, files })
    }

    /// Whether it is about the archive with this digest; `artifact` is what that is called, where it has a name by which
    /// it was published.
    pub fn is_about(&self, artifact: &str, by_name: bool, sha256: Sha256) -> Result<(), SbomError> {
        if self.sha256 == sha256 && (!by_name || self.artifact == artifact) {
            return Ok(());
        }
        let (stated_for, artifact) = (self.artifact.clone(), artifact.to_owned());
        Err(SbomError::Other { stated_for, stated: self.sha256, artifact, found: sha256 })
    }
}

/// The one SHA-256; SPDX asks for a SHA-1 besides, which is worth nothing.
fn digest(checksums: &[Checksum], what: impl Fn() -> String) -> Result<Sha256, SbomError> {
    let fail = |why: String| SbomError::Digest { what: what(), why };
    let mut sha256 = checksums.iter().filter(|it| it.algorithm == "SHA256");
    match (sha256.next(), sha256.next()) {
        (Some(it), None) => it.checksum_value.parse().map_err(|error| fail(format!("has no digest: {error}"))),
        (Some(_), Some(_)) => Err(fail("has more than one SHA-256".into())),
        (None, _) => Err(fail("has no SHA-256".into())),
    }
}

/// What somebody else wrote, short and without anything that a terminal would obey.
fn shown(text: &str) -> String {
    text.escape_debug().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An SBOM with other packages and fields, as the release tools write it.
    fn document(package: &str, files: &str) -> String {
        format!(
            r#"{{"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "CPython SBOM", "files": [{files}],
            "packages": [{{"name": "expat", "checksums": [{{"algorithm": "SHA256", "checksumValue": "x"}}]}}{package}],
            "relationships": [{{"relationshipType": "DESCRIBES"}}]}}"#
        )
    }

    fn sums(sums: &[(&str, &str)]) -> String {
        let one = |(algorithm, value): &(&str, &str)| {
            format!(r#"{{"algorithm": "{algorithm}", "checksumValue": "{value}"}}"#)
        };
        sums.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn package(checksums: &[(&str, &str)]) -> String {
        let checksums = sums(checksums);
        format!(r#", {{"name": "CPython", "packageFileName": "Python-3.14.99.tgz", "checksums": [{checksums}]}}"#)
    }

    fn file(name: &str, checksums: &[(&str, &str)]) -> String {
        format!(r#"{{"SPDXID": "SPDXRef-FILE-x", "fileName": "{name}", "checksums": [{}]}}"#, sums(checksums))
    }

    #[test]
    fn the_archive_and_its_files_are_read() {
        let (one, two) = (Sha256::of(b"1").to_string(), Sha256::of(b"2").to_string().to_uppercase());
        let files = [file("Lib/os.py", &[("SHA1", "12"), ("SHA256", &one)]), file("LICENSE", &[("SHA256", &two)])];
        let text = document(&package(&[("SHA256", &one)]), &files.join(","));
        let sbom = Sbom::parse(text.as_bytes()).unwrap();
        assert_eq!((sbom.artifact.as_str(), sbom.sha256), ("Python-3.14.99.tgz", Sha256::of(b"1")));
        assert_eq!(sbom.files["LICENSE"], Sha256::of(b"2"));
        assert_eq!(sbom.files.len(), 2);
        assert!(sbom.is_about("Python-3.14.99.tgz", true, Sha256::of(b"1")).is_ok());
        assert!(sbom.is_about("mine.tgz", false, Sha256::of(b"1")).is_ok());
        assert!(sbom.is_about("Python-3.14.98.tgz", true, Sha256::of(b"1")).is_err());
        let said = sbom.is_about("Python-3.14.99.tgz", true, Sha256::of(b"2")).unwrap_err().to_string();
        assert!(said.contains(&one) && said.contains(&two.to_lowercase()), "{said}");
    }

    #[test]
    fn a_digest_that_is_in_doubt_is_told() {
        let hex = Sha256::of(b"1").to_string();
        let good = package(&[("SHA256", &hex)]);
        let of = |files: &[String]| document(&good, &files.join(","));
        let file_of = |checksums: &[(&str, &str)]| of(&[file("Lib/a.py", checksums)]);
        let sum = [("SHA256", hex.as_str())];
        for (text, says) in [
            ("<html>".to_owned(), "not an SPDX document"),
            ("{}".to_owned(), "not an SPDX document"),
            (of(&[]).replace("\"files\"", "\"Files\""), "missing field `files`"),
            (of(&[]).replace("\"files\"", "\"files\": [], \"files\""), "duplicate field `files`"),
            (of(&[]).replace("SPDX-2.3", "SPDX-3.0"), "`SPDX-3.0`, not of SPDX 2"),
            (document("", ""), "0 packages named CPython"),
            (document(&format!("{good}{good}"), ""), "2 packages named CPython"),
            (of(&[]).replace("packageFileName", "fileName"), "names no file"),
            (document(&package(&[]), ""), "its package CPython has no SHA-256"),
            (document(&package(&[("MD5", &hex)]), ""), "its package CPython has no SHA-256"),
            (file_of(&[]), "file `Lib/a.py` has no SHA-256"),
            (file_of(&[("SHA1", "12"), ("SHA512", "34")]), "file `Lib/a.py` has no SHA-256"),
            (file_of(&[sum[0], sum[0]]), "file `Lib/a.py` has more than one SHA-256"),
            (file_of(&[("SHA256", "12")]), "file `Lib/a.py` has no digest: `12` is not a SHA-256"),
            (of(&[file("Lib/a.py", &sum), file("Lib/a.py", &sum)]), "file `Lib/a.py` twice"),
            (of(&[file("./Lib/a.py", &sum)]), "`./Lib/a.py`, which is not a clean path"),
            (of(&[file("../a.py", &sum)]), "`../a.py`, which is not a clean path"),
            (of(&[file("/a.py", &sum)]), "`/a.py`, which is not a clean path"),
            (of(&[file("", &sum)]), "``, which is not a clean path"),
        ] {
            let said = Sbom::parse(text.as_bytes()).map_or_else(|it| it.to_string(), |_| "accepted".into());
            assert!(said.contains(says), "{says}: {said}");
        }
    }
}
