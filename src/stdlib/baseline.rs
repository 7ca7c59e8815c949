//! The recorded facts of one series: `baselines/3.14.json`. Stable order, one name a line, no clock and no host in it,
//! so that its diff is the review.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::facts::{ModuleKind, ReleaseFacts, StdlibModule};
use crate::base::{
    Series, Sha256, Version,
    limits::{self, too_long},
};

const SCHEMA: u32 = 1;

/// Facts with where they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// The series.
    pub series: Series,
    /// Where the facts came from.
    pub provenance: Provenance,
    /// The facts.
    pub facts: ReleaseFacts,
}

/// Where facts came from and what was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The kind of source.
    pub source: SourceKind,
    /// The name of the file they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
    /// Its digest, or for a tree and an interpreter the digest of what was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// What the digest was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<String>,
    /// What a reader has to know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The kinds of source that facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A published source archive.
    ReleaseArchive,
    /// An unpacked source tree.
    SourceTree,
    /// A running interpreter.
    Interpreter,
    /// Put together from several places, none of which is a release.
    Assembled,
    /// A release that molt-sync built from a recorded baseline.
    Reconstructed,
    /// Read from a workspace's union file.
    Imported,
}

/// Why a text is not a baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not the JSON that is expected.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// One-based.
        line: usize,
        /// One-based.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Written by another version of the tool.
    #[error("it has schema {0}, and this molt-sync reads schema 1")]
    Schema(u32),
    /// Its parts contradict each other.
    #[error("{0}")]
    Contradiction(String),
}

/// What the last line begins with: the digest of everything before it.
const DIGEST: &str = ",\n  \"digest\": \"";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    schema: u32,
    series: Series,
    release: Option<Version>,
    provenance: Provenance,
    top_level: Vec<String>,
    modules: std::collections::BTreeMap<String, StdlibModule>,
    #[serde(default)]
    test_only: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    not_importable: std::collections::BTreeMap<String, String>,
    /// Of the form that this tool writes.
    #[serde(default)]
    digest: Option<Sha256>,
}

impl Baseline {
    /// Reads the text of a baseline file.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        Self::parse_with_digest(text).map(|(baseline, _)| baseline)
    }

    fn parse_with_digest(text: &str) -> Result<(Self, Option<Sha256>), BaselineError> {
        if let Some(message) = too_long(text.len(), limits::RECORD) {
            return Err(BaselineError::Json { line: 1, column: 1, message });
        }
        let file: BaselineFile = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            BaselineError::Json { line: error.line(), column: error.column(), message }
        })?;
        if file.schema != SCHEMA {
            return Err(BaselineError::Schema(file.schema));
        }
        let facts = ReleaseFacts {
            release: file.release,
            top_level: file.top_level.into_iter().collect(),
            modules: file.modules,
            test_only: file.test_only,
            not_importable: file.not_importable,
        };
        let res = Self { series: file.series, provenance: file.provenance, facts };
        res.check().map_err(BaselineError::Contradiction)?;
        Ok((res, file.digest))
    }

    fn check(&self) -> Result<(), String> {
        if let Some(release) = self.facts.release.filter(|it| it.series != self.series) {
            return Err(format!("release {release} is not of series {}", self.series));
        }
        if let Some(name) = self.facts.top_level.iter().find(|name| !self.facts.modules.contains_key(*name)) {
            return Err(format!("top-level name `{name}` has no entry in `modules`"));
        }
        for name in self.facts.modules.keys() {
            let top = name.split('.').next().unwrap_or(name);
            if !self.facts.top_level.contains(top) {
                return Err(format!("`{name}` is not below a top-level name"));
            }
            if !name.split('.').all(super::facts::is_identifier) {
                return Err(format!("`{}` is not a module name", name.escape_debug()));
            }
        }
        Ok(())
    }

    /// The release in words: its number, or the series where no release is known.
    pub fn release_text(&self) -> String {
        self.facts.release.map_or_else(|| format!("{}.x", self.series), |it| it.to_string())
    }

    /// What to say of the facts wherever they are shown; empty for a verified release archive.
    pub fn label(&self) -> &'static str {
        match (self.provenance.source, &self.provenance.verified_by) {
            (SourceKind::Reconstructed, _) => " [reconstructed from the bundled baseline]",
            (SourceKind::Assembled, _) => " [assembled, not from a release]",
            (SourceKind::Imported, _) => " [imported from the union file]",
            (_, None) => " [unverified]",
            (SourceKind::Interpreter, _) => " [from an interpreter]",
            (SourceKind::SourceTree, _) => " [from a source tree]",
            (SourceKind::ReleaseArchive, _) => "",
        }
    }

    /// The text of the file; the same facts always give the same bytes.
    pub fn render(&self) -> String {
        let json = |value: &dyn erased::Json| value.json();
        let mut out = String::from("{\n");
        let _ = writeln!(out, "  \"schema\": {SCHEMA},");
        let _ = writeln!(out, "  \"series\": {},", json(&self.series));
        let _ = writeln!(out, "  \"release\": {},", json(&self.facts.release));
        let provenance = serde_json::to_string_pretty(&self.provenance).unwrap_or_default().replace('\n', "\n  ");
        let _ = writeln!(out, "  \"provenance\": {provenance},");
        let names = self.facts.top_level.iter().map(|name| json(name)).collect::<Vec<_>>();
        block(&mut out, "top_level", '[', &names, ']');
        out.push_str(",\n");
        let entry = |name: &String, value: &dyn erased::Json| format!("{}: {}", json(name), json(value));
        let modules = self.facts.modules.iter().map(|(name, it)| entry(name, it)).collect::<Vec<_>>();
        block(&mut out, "modules", '{', &modules, '}');
        for (key, map) in [("test_only", &self.facts.test_only), ("not_importable", &self.facts.not_importable)] {
            if key == "test_only" || !map.is_empty() {
                out.push_str(",\n");
                let lines = map.iter().map(|(name, why)| entry(name, why)).collect::<Vec<_>>();
                block(&mut out, key, '{', &lines, '}');
            }
        }
        out.push_str("\n}\n");
        let digest = Sha256::of(out.as_bytes());
        out.truncate(out.len() - "\n}\n".len());
        let _ = write!(out, "{DIGEST}{digest}\"\n}}\n");
        out
    }

    /// Whether a file still says what was written, in whatever layout. One without a digest is of an older molt-sync, and
    /// nobody knows.
    pub fn is_as_written(text: &str) -> bool {
        let is_same = |(baseline, digest): (Self, Option<Sha256>)| match digest {
            None => true,
            Some(_) => Self::digest_in(&baseline.render()) == digest,
        };
        // an older molt-sync may have laid it out otherwise than this one does
        Self::has_its_digest(text) || Self::parse_with_digest(text).is_ok_and(is_same)
    }

    /// Reads a file, with whether its digest is that of what was written; none where it has no digest, as every one has that is
    /// written now.
    pub(super) fn parse_recorded(text: &str) -> Result<(Self, Option<bool>), BaselineError> {
        let (res, digest) = Self::parse_with_digest(text)?;
        let is_as_written = digest.map(|it| Self::has_its_digest(text) || Self::digest_in(&res.render()) == Some(it));
        Ok((res, is_as_written))
    }

    fn digest_in(rendered: &str) -> Option<Sha256> {
        rendered.rsplit_once(DIGEST)?.1.get(..64)?.parse().ok()
    }

    fn has_its_digest(text: &str) -> bool {
        let text = text.replace('\r', "");
        let Some((body, digest)) = text.rsplit_once(DIGEST) else { return false };
        let digest = digest.strip_suffix("\"\n}\n");
        digest.is_some_and(|it| it == Sha256::of(format!("{body}\n}}\n").as_bytes()).to_string())
    }

    /// Names of one kind, for reports.
    pub fn count(&self, kind: ModuleKind) -> usize {
        self.facts.count(kind)
    }
}

fn block(out: &mut String, key: &str, open: char, lines: &[String], close: char) {
    let _ = write!(out, "  \"{key}\": {open}");
    if !lines.is_empty() {
        let _ = write!(out, "\n    {}\n  ", lines.join(",\n    "));
    }
    out.push(close);
}

/// One JSON value on one line.
mod erased {
    pub(super) trait Json {
        fn json(&self) -> String;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> String {
            serde_json::to_string(self).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Baseline {
        let module = |kind, path: &str| StdlibModule { kind, path: Some(path.into()), platforms: Vec::new() };
        let mut winreg = module(ModuleKind::Extension, "");
        winreg.path = None;
        winreg.platforms = vec!["win32".into()];
        let facts = ReleaseFacts {
            release: Some("3.14.1".parse().unwrap()),
            top_level: ["os".into(), "winreg".into()].into(),
            modules: [
                ("os".into(), module(ModuleKind::Module, "Lib/os.py")),
                ("os.path".into(), module(ModuleKind::Alias, "Lib/os.py")),
                ("winreg".into(), winreg),
            ]
            .into(),
            test_only: [("test".into(), "tests".into())].into(),
            ..ReleaseFacts::default()
        };
        let provenance = Provenance {
            source: SourceKind::ReleaseArchive,
            artifact: Some("Python-3.14.1.tgz".into()),
            sha256: Some(Sha256::of(b"")),
            verified_by: Some("pinned".into()),
            note: None,
        };
        Baseline { series: "3.14".parse().unwrap(), provenance, facts }
    }

    #[test]
    fn a_baseline_reads_back_and_has_one_name_a_line() {
        let text = sample().render();
        assert_eq!(Baseline::parse(&text).unwrap(), sample());
        assert_eq!(Baseline::parse(&text).unwrap().render(), text);
        assert!(text.contains("\n    \"os.path\": {\"kind\":\"alias\",\"path\":\"Lib/os.py\"},\n"), "{text}");
    }

    #[test]
    fn a_baseline_that_somebody_edited_is_known() {
        let text = sample().render();
        assert!(Baseline::is_as_written(&text) && Baseline::is_as_written(&text.replace('\n', "\r\n")));
        let (body, _) = text.rsplit_once(DIGEST).unwrap();
        assert!(Baseline::is_as_written(&format!("{body}\n}}\n")), "one from before there were digests");
        for (from, to) in [("os.path", "os.pfad"), ("\"pinned\"", "\"me\""), ("  \"digest\": \"", "  \"digest\": \"0")]
        {
            assert!(!Baseline::is_as_written(&text.replace(from, to)), "{from}");
        }
    }

    #[test]
    fn a_file_that_an_older_program_laid_out_otherwise_is_as_written() {
        let laid_out = sample().render().replace("\"schema\": 1", "\"schema\" : 1");
        let (body, _) = laid_out.rsplit_once(DIGEST).unwrap();
        let digest = Sha256::of(format!("{body}\n}}\n").as_bytes());
        let older = format!("{body}{DIGEST}{digest}\"\n}}\n");
        assert_ne!(Baseline::digest_in(&sample().render()), Some(digest));
        assert!(Baseline::is_as_written(&older) && Baseline::is_as_written(&older.replace('\n', "\r\n")));
        assert!(!Baseline::is_as_written(&older.replace("Lib/os.py", "Lib/of.py")));
    }

    #[test]
    fn a_formatter_changes_no_fact() {
        let text = sample().render();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        // one key a line in the order of the alphabet, and all of it on one line
        for laid_out in [serde_json::to_string_pretty(&value).unwrap(), value.to_string()] {
            assert_ne!(laid_out, text);
            assert!(Baseline::is_as_written(&laid_out), "{laid_out}");
            assert_eq!(Baseline::parse(&laid_out).unwrap(), sample());
            for (from, to) in [("Lib/os.py", "Lib/so.py"), ("pinned", "me"), ("win32", "win64")] {
                assert!(!Baseline::is_as_written(&laid_out.replacen(from, to, 1)), "{from}");
            }
        }
    }

    #[test]
    fn a_damaged_baseline_is_refused_with_its_place() {
        let text = sample().render();
        let error = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert_eq!(error("{\n  \"schema\": 1,\n  oops"), "line 3, column 3: key must be a string");
        assert!(error(&text.replace("\"schema\": 1", "\"schema\": 9")).contains("schema 9"));
        assert!(error(&text.replace("3.14.1\"", "3.13.1\"")).contains("not of series"));
        assert!(error(&text.replace("    \"winreg\": {", "    \"winregs\": {")).contains("`winreg` has no entry"));
        assert!(error(&text.replace("alias", "elias")).contains("unknown variant"));
    }
}
