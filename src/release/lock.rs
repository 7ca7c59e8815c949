//! `releases.lock.toml`: what was verified, digests that a person reviewed, and what the last refresh changed.
//!
//! People may add entries and comments, so the file is patched and never written anew. What is added goes to the part of its
//! series (`places.rs`), so that two branches that refresh two series can be merged.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::{
    ReviewedSigner, Signer,
    ground::{PINNED, RECONSTRUCTED, REVIEWED, REVIEWED_SIGNER, SIGSTORE},
    places, signer,
};
use crate::base::{
    Series, Sha256, Version,
    limits::{self, too_large_toml},
    printable,
};

/// The file as it stands.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    text: DocumentMut,
    /// Every entry, in the order of the file.
    pub releases: Vec<Locked>,
    /// The signers that the workspace names.
    pub signers: Vec<ReviewedSigner>,
    /// What is written down of the last refresh of each series that had one.
    pub last_refresh: BTreeMap<Series, toml::Table>,
}

/// One archive with its digest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// The release.
    pub version: Version,
    /// The file name, or `source-tree` or `interpreter`.
    pub artifact: String,
    /// Its digest; for a tree and an interpreter, of what was read.
    pub sha256: Sha256,
    /// Its length in bytes, where it is known.
    pub size: Option<u64>,
    /// What it is said to stand on: one of [`WORDS`].
    #[serde(deserialize_with = "ground")]
    pub verified_by: String,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// Who signed it.
    pub identity: Option<String>,
    /// Who vouched for the signer.
    pub issuer: Option<String>,
    /// The signature's number in the transparency log.
    pub log_index: Option<u64>,
    /// When it was signed, in UTC.
    pub signed_at: Option<String>,
    /// What was held against each other.
    #[serde(default, deserialize_with = "checks")]
    pub checked: Vec<String>,
    /// The digest of the release's `sys.stdlib_module_names`: sorted, one a line.
    pub names_sha256: Option<Sha256>,
}

/// What an entry can be said to stand on.
const WORDS: &[&str] = &[SIGSTORE, REVIEWED_SIGNER, PINNED, REVIEWED, RECONSTRUCTED];

/// What an entry can be said to have been held against.
const CHECKS: &[&str] = &["sha256", PINNED, "lock", SIGSTORE, REVIEWED_SIGNER];

fn ground<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    known(String::deserialize(from)?, WORDS)
}

fn checks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Vec::<String>::deserialize(from)?.into_iter().map(|it| known(it, CHECKS)).collect()
}

fn known<E: serde::de::Error>(word: String, words: &[&str]) -> Result<String, E> {
    if words.contains(&word.as_str()) {
        return Ok(word);
    }
    Err(E::custom(format!("unknown word `{}`, expected one of `{}`", printable(&word), words.join("`, `"))))
}

/// What the lock says of an entry. It is the word of whoever wrote the file: nothing of it was checked when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct LockClaim {
    /// What it is said to stand on.
    pub verified_by: String,
    /// Who is said to have reviewed it.
    pub reviewed_by: Option<String>,
    /// Who is said to have signed it.
    pub identity: Option<String>,
    /// Who is said to have vouched for the signer.
    pub issuer: Option<String>,
    /// The number that its signature is said to have in the log.
    pub log_index: Option<u64>,
    /// When it is said to have been signed.
    pub signed_at: Option<String>,
}

impl std::fmt::Display for LockClaim {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.verified_by)?;
        if let Some(name) = &self.reviewed_by {
            write!(out, " by {}", printable(name))?;
        }
        if let Some(identity) = &self.identity {
            write!(out, ", signed by {}", printable(identity))?;
        }
        Ok(())
    }
}

impl Locked {
    /// An entry with nothing but its digest and where that comes from.
    pub fn new(version: Version, artifact: impl Into<String>, sha256: Sha256, verified_by: impl Into<String>) -> Self {
        Self {
            version,
            artifact: artifact.into(),
            sha256,
            size: None,
            verified_by: verified_by.into(),
            reviewed_by: None,
            identity: None,
            issuer: None,
            log_index: None,
            signed_at: None,
            checked: Vec::new(),
            names_sha256: None,
        }
    }

    /// What it says, as no more than that.
    pub fn claim(&self) -> LockClaim {
        LockClaim {
            verified_by: self.verified_by.clone(),
            reviewed_by: self.reviewed_by.clone(),
            identity: self.identity.clone(),
            issuer: self.issuer.clone(),
            log_index: self.log_index,
            signed_at: self.signed_at.clone(),
        }
    }

    /// Whether a refresh has recorded it; one that a person only reviewed waits to be.
    pub fn is_recorded(&self) -> bool {
        self.names_sha256.is_some() || self.verified_by != REVIEWED
    }

    pub(super) fn signature(&self) -> Option<(&str, &str, u64)> {
        Some((self.identity.as_deref()?, self.issuer.as_deref()?, self.log_index?))
    }

    /// Its keys with their values, but for the first ones, which every entry has.
    fn details(&self) -> Vec<(&'static str, Value)> {
        let number = |it: u64| i64::try_from(it).ok().map(Value::from);
        let mut res: Vec<(&str, Option<Value>)> = vec![
            ("size", self.size.and_then(number)),
            ("verified_by", Some(self.verified_by.as_str().into())),
            ("reviewed_by", self.reviewed_by.as_deref().map(Value::from)),
            ("identity", self.identity.as_deref().map(Value::from)),
            ("issuer", self.issuer.as_deref().map(Value::from)),
            ("log_index", self.log_index.and_then(number)),
            ("signed_at", self.signed_at.as_deref().map(Value::from)),
            ("names_sha256", self.names_sha256.map(|it| it.to_string().into())),
        ];
        if !self.checked.is_empty() {
            let names: toml_edit::Array = self.checked.iter().map(String::as_str).collect();
            res.push(("checked", Some(names.into())));
        }
        res.into_iter().filter_map(|(key, it)| Some((key, it?))).collect()
    }
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Not the TOML that is expected.
    #[error("line {line}, column {column}: {message}")]
    Toml {
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LockFile {
    #[serde(default = "one")]
    schema: u32,
    #[serde(default)]
    release: Vec<Locked>,
    #[serde(default)]
    signer: Vec<ReviewedSigner>,
    #[serde(default)]
    last_refresh: toml::Table,
}

impl LockFile {
    /// The tables of the series, and the one table that locks had before each series had one.
    fn last_refreshes(&self) -> BTreeMap<Series, toml::Table> {
        let mut res = BTreeMap::new();
        let mut only = self.last_refresh.clone();
        for (key, it) in &self.last_refresh {
            if let (Ok(series), toml::Value::Table(table)) = (key.parse::<Series>(), it) {
                only.remove(key);
                // a table with nothing but its name waits for the first refresh
                if table.keys().any(|it| it != SERIES) {
                    res.insert(series, table.clone());
                }
            }
        }
        let series = only.get(SERIES).and_then(toml::Value::as_str).and_then(|it| it.parse().ok());
        if let Some(series) = series {
            res.entry(series).or_insert(only);
        }
        res
    }
}

/// The last key of each table of `last_refresh`.
const SERIES: &str = "series";

fn one() -> u32 {
    1
}

impl Lock {
    /// Reads the text of a lock file; an empty text is an empty lock.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let fail = |message: &str, at: Option<usize>| {
            let (line, column) = crate::base::text::position(text, at.unwrap_or(0));
            LockError::Toml { line, column, message: message.lines().next().unwrap_or_default().to_owned() }
        };
        if let Some(why) = too_large_toml(text, limits::LOCK) {
            return Err(fail(&why, None));
        }
        let file: LockFile =
            toml::from_str(text).map_err(|error| fail(error.message(), error.span().map(|it| it.start)))?;
        if file.schema != 1 {
            return Err(LockError::Schema(file.schema));
        }
        // entries are added as tables, and nothing can be added to an array in one line
        for key in ["release", "signer"] {
            let at = text.find(&format!("{key} = [")).filter(|at| *at == 0 || text[..*at].ends_with('\n'));
            if let Some(at) = at {
                let message = format!("`{key}` is an array in one line; write each entry as [[{key}]]");
                return Err(fail(&message, Some(at)));
            }
        }
        let document = text.parse::<DocumentMut>();
        let document = document.map_err(|error| fail(error.message(), error.span().map(|it| it.start)))?;
        let last_refresh = file.last_refreshes();
        Ok(Self { text: document, releases: file.release, signers: file.signer, last_refresh })
    }

    /// The digests that are locked for an artifact of a release.
    pub fn find(&self, version: Version, artifact: &str) -> impl Iterator<Item = &Locked> {
        self.releases.iter().filter(move |it| it.version == version && it.artifact == artifact)
    }

    /// Who may have signed a release: the table's signer first, then those that the workspace names.
    pub fn signers_of(&self, version: Version) -> Vec<Signer> {
        let own = self.signers.iter().filter(|it| it.signs(version)).map(ReviewedSigner::signer);
        signer(version).into_iter().chain(own).collect()
    }

    /// Adds a signer that a person reviewed, unless it is there. Says whether it was added.
    pub fn add_signer(&mut self, it: ReviewedSigner) -> bool {
        if self.signers.contains(&it) {
            return false;
        }
        let mut table = Table::new();
        table["series"] = value(it.series.to_string());
        for (key, end) in [("from", it.from), ("until", it.until)] {
            if let Some(end) = end {
                table[key] = value(end.to_string());
            }
        }
        for (key, text) in [
            ("identity", &it.identity),
            ("issuer", &it.issuer),
            ("reviewed_by", &it.reviewed_by),
            ("reason", &it.reason),
        ] {
            table[key] = value(text);
        }
        self.push("signer", table);
        self.signers.push(it);
        true
    }

    /// Adds an entry, unless the same artifact with the same digest is there. One that stands on less learns of a signature, and
    /// one that was only reviewed learns that it is recorded.
    pub fn record(&mut self, entry: Locked) {
        let is_same =
            |it: &Locked| (it.version, &it.artifact, it.sha256) == (entry.version, &entry.artifact, entry.sha256);
        if let Some(at) = self.releases.iter().position(is_same) {
            let known = &self.releases[at];
            let signer =
                |it: &Locked| it.signature().map(|(identity, issuer, _)| (identity.to_owned(), issuer.to_owned()));
            let is_signed = entry.signature().is_some() && signer(known) != signer(&entry);
            if is_signed || (known.names_sha256.is_none() && entry.names_sha256.is_some()) {
                self.learn(at, entry);
            }
            return;
        }
        let mut table = Table::new();
        table["version"] = value(entry.version.to_string());
        table["artifact"] = value(&entry.artifact);
        table["sha256"] = value(entry.sha256.to_string());
        for (key, it) in entry.details() {
            table[key] = value(it);
        }
        self.stamp();
        let series = entry.version.series;
        let mut one = ArrayOfTables::new();
        one.push(table.clone());
        let mut alone = DocumentMut::new();
        alone.insert("release", Item::ArrayOfTables(one));
        let text = places::with_entry(&self.text.to_string(), series, &alone.to_string());
        match Self::parse(&text) {
            Ok(new) if new.releases.len() == self.releases.len() + 1 && new.releases.contains(&entry) => *self = new,
            // lines that look like headings and are none
            _ => {
                self.push("release", table);
                self.releases.push(entry);
            }
        }
    }

    fn push(&mut self, key: &str, table: Table) {
        self.stamp();
        let all = self.text.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if let Some(all) = all.as_array_of_tables_mut() {
            all.push(table);
        }
    }

    /// Adds to an entry what was found out since. That a person reviewed it stays.
    fn learn(&mut self, at: usize, mut entry: Locked) {
        let known = &self.releases[at];
        entry.size = known.size.or(entry.size);
        if entry.signature().is_none() {
            // what this run has not seen stays as it was written
            let checked = if known.checked.is_empty() { entry.checked } else { known.checked.clone() };
            entry = Locked { names_sha256: entry.names_sha256, size: entry.size, checked, ..known.clone() };
        } else if known.reviewed_by.is_some() || known.verified_by == REVIEWED {
            // what a person has looked at stays a person's
            entry.reviewed_by = known.reviewed_by.clone().or(entry.reviewed_by);
            entry.verified_by.clone_from(&known.verified_by);
        }
        let tables = self.text.get_mut("release").and_then(Item::as_array_of_tables_mut);
        if let Some(table) = tables.and_then(|it| it.get_mut(at)) {
            for (key, it) in entry.details() {
                match table.get_mut(key).and_then(Item::as_value_mut) {
                    Some(old) if old.as_str().is_some() && old.as_str() == it.as_str() => {}
                    Some(old) => {
                        let decor = old.decor().clone();
                        *old = it;
                        *old.decor_mut() = decor;
                    }
                    None => table[key] = value(it),
                }
            }
        }
        self.releases[at] = entry;
    }

    /// Gives each series its part of a lock that is new: one that gets its part later could get it on two branches at once.
    pub fn begin(&mut self, series: impl IntoIterator<Item = Series>) {
        if !self.text.is_empty() {
            return;
        }
        self.stamp();
        let text = series.into_iter().fold(self.text.to_string(), |text, it| places::with_table(&text, it));
        if let Ok(new) = Self::parse(&text) {
            *self = new;
        }
    }

    /// Makes the table of the last refresh of `series` say `last`, with what people wrote around its keys kept.
    pub fn set_last_refresh(&mut self, series: Series, last: &toml::Table) {
        self.stamp();
        if self.last_refresh.get(&series) == Some(last) {
            return;
        }
        let has_only = |item: &Item| item.get(SERIES).and_then(Item::as_str) == Some(&series.to_string());
        let is_only = self.text.get("last_refresh").is_some_and(has_only);
        if !is_only {
            let text = places::with_table(&self.text.to_string(), series);
            if let Ok(new) = Self::parse(&text) {
                *self = new;
            }
        }
        let all = self.text.entry("last_refresh").or_insert_with(|| Item::Table(Table::new()));
        let Some(all) = all.as_table_like_mut() else { return };
        let table = if is_only {
            Some(all)
        } else {
            // in a table that is one line, another one can only be in the same line
            all.entry(&series.to_string()).or_insert_with(|| value(InlineTable::new())).as_table_like_mut()
        };
        let Some(table) = table else { return };
        let before = self.last_refresh.remove(&series).unwrap_or_default();
        before.keys().filter(|key| !last.contains_key(*key)).for_each(|key| drop(table.remove(key)));
        for (key, it) in last.iter().filter(|(key, it)| before.get(*key) != Some(it)) {
            let mut new = written(it);
            match table.get_mut(key) {
                // somebody's comments are around the old value
                Some(Item::Value(old)) => {
                    *new.decor_mut() = old.decor().clone();
                    *old = new;
                }
                _ => drop(table.insert(key, Item::Value(new))),
            }
        }
        if !is_only && let Some(name) = table.remove(SERIES) {
            table.insert(SERIES, name);
        }
        self.last_refresh.insert(series, last.clone());
    }

    fn stamp(&mut self) {
        if !self.text.contains_key("schema") {
            self.text.insert("schema", value(1));
        }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        self.text.to_string()
    }
}

/// A value as this file has it: names that do not fit into a line are one a line.
fn written(it: &toml::Value) -> Value {
    let names = match it {
        toml::Value::Array(names) => names,
        toml::Value::Integer(number) => return (*number).into(),
        other => return other.as_str().unwrap_or_default().into(),
    };
    let mut array: toml_edit::Array = names.iter().filter_map(|it| it.as_str()).collect();
    if names.len() > 3 {
        array.iter_mut().for_each(|it| it.decor_mut().set_prefix("\n    "));
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(by: &str) -> Locked {
        let version = "3.15.0".parse().unwrap();
        Locked { size: Some(3), ..Locked::new(version, "Python-3.15.0.tgz", Sha256::of(by.as_bytes()), by) }
    }

    #[test]
    fn a_lock_that_a_later_change_would_not_be_taken_to_is_none() {
        let with = |length: usize| format!("schema = 1\n# {}\n", "x".repeat(length));
        assert!(Lock::parse(&with(limits::LOCK - 100)).is_ok());
        assert!(Lock::parse(&with(limits::LOCK)).is_err());
    }

    #[test]
    fn entries_are_added_once_and_a_persons_text_stays() {
        let text = "# reviewed on the call\nschema = 1\n\n[[release]]\nversion = \"3.14.1\" # ours\nartifact = \"Python-3.14.1.tgz\"\nsha256 = \"".to_owned()
            + &Sha256::of(b"x").to_string()
            + "\"\nverified_by = \"reviewed\"\nreviewed_by = \"A. Person\"\n";
        let mut lock = Lock::parse(&text).unwrap();
        assert_eq!(lock.text(), text);
        lock.record(entry("pinned"));
        lock.record(entry("pinned"));
        assert!(lock.text().starts_with(&text));
        let again = Lock::parse(&lock.text()).unwrap();
        assert_eq!(again.releases.len(), 2);
        assert_eq!(again.releases[1], entry("pinned"));
        let last = toml::from_str("series = \"3.15\"\nadded = [\"a\", \"b\", \"c\", \"d\"]\nremoved = []\n").unwrap();
        let series: Series = "3.15".parse().unwrap();
        lock.set_last_refresh(series, &last);
        let text = lock.text();
        assert!(text.ends_with("removed = []\nseries = \"3.15\"\n"), "the last line never changes: {text}");
        lock.set_last_refresh(series, &last);
        assert_eq!(lock.text(), text);
        assert_eq!(Lock::parse(&text).unwrap().last_refresh, BTreeMap::from([(series, last)]));
    }

    #[test]
    fn an_entry_learns_of_a_signature_and_keeps_what_a_person_wrote() {
        let text = |by: &str| {
            let sha256 = Sha256::of(b"x");
            format!(
                "[[release]]\nversion = \"3.15.0\" # ours\nartifact = \"Python-3.15.0.tgz\"\nsha256 = \"{sha256}\"\nverified_by = {by}\n"
            )
        };
        let entry = Locked { sha256: Sha256::of(b"x"), ..entry("sigstore") };
        let signed = Locked {
            identity: Some("a@example.org".into()),
            issuer: Some("https://example.org".into()),
            log_index: Some(7),
            checked: vec!["sha256".into(), "sigstore".into()],
            ..entry.clone()
        };
        for (by, then) in [
            (
                "\"sigstore\"\nidentity = \"mallory@example.org\"\nissuer = \"https://example.org\"\nlog_index = 3",
                "\nidentity = \"a@example.org\"\n",
            ),
            ("\"pinned\" # noted", "verified_by = \"sigstore\" # noted\n"),
            ("\"reviewed\"\nreviewed_by = \"B\"", "verified_by = \"reviewed\"\nreviewed_by = \"B\"\n"),
            ("\"reviewed\"", "verified_by = \"reviewed\"\n"),
        ] {
            let mut lock = Lock::parse(&text(by)).unwrap();
            lock.record(entry.clone());
            assert_eq!(lock.text(), text(by), "nothing new");
            lock.record(signed.clone());
            lock.record(signed.clone());
            let now = lock.text();
            assert!(now.contains("# ours") && now.contains(then), "{now}");
            assert!(now.contains("log_index = 7\n") && now.contains("checked = [\"sha256\", \"sigstore\"]"), "{now}");
            let again = Lock::parse(&now).unwrap().releases;
            assert_eq!((again.len(), &again), (1, &lock.releases));
        }
    }

    #[test]
    fn comments_around_the_last_refresh_stay() {
        let text = "# mine\nschema = 1\n\n# before\n[last_refresh.\"3.14\"] # at\n# above\nrelease = \"3.14.1\" # beside\n# gone\nold = \"x\"\nadded = [\"a\"] # names\nseries = \"3.14\"\n\n# after\n";
        let series: Series = "3.14".parse().unwrap();
        let mut lock = Lock::parse(text).unwrap();
        let last =
            toml::from_str("release = \"3.14.2\"\nadded = [\"a\"]\nremoved = [\"b\"]\nseries = \"3.14\"\n").unwrap();
        lock.set_last_refresh(series, &last);
        let expected = text.replace("3.14.1", "3.14.2").replace("# gone\nold = \"x\"\n", "");
        assert_eq!(lock.text(), expected.replace("# names\n", "# names\nremoved = [\"b\"]\n"));
        assert_eq!(Lock::parse(&lock.text()).unwrap().last_refresh, BTreeMap::from([(series, last)]));
    }

    #[test]
    fn the_one_table_of_older_locks_is_read_and_stays_with_its_series() {
        let last: toml::Table = toml::from_str("series = \"3.15\"\nadded = [\"a\"]\nremoved = [\"b\"]\n").unwrap();
        let (old, new): (Series, Series) = ("3.14".parse().unwrap(), "3.15".parse().unwrap());
        for text in [
            "# mine\n[last_refresh]\nseries = \"3.14\" # here\nadded = []\n",
            "last_refresh = { series = \"3.14\", added = [] } # mine\n",
        ] {
            let mut lock = Lock::parse(text).unwrap();
            assert_eq!(lock.last_refresh.keys().collect::<Vec<_>>(), [&old]);
            let table: toml::Table = toml::from_str("series = \"3.14\"\nadded = [\"c\"]\n").unwrap();
            lock.set_last_refresh(old, &table);
            assert!(
                lock.text().contains("# mine") && !lock.text().contains("last_refresh.\"3.14\""),
                "{}",
                lock.text()
            );
            assert_eq!(Lock::parse(&lock.text()).unwrap().last_refresh, BTreeMap::from([(old, table)]));
        }
        for text in
            ["[last_refresh]\nseries = \"3.14\"\nadded = []\n", "last_refresh = { series = \"3.14\", added = [] }\n"]
        {
            let mut lock = Lock::parse(text).unwrap();
            lock.set_last_refresh(new, &last);
            let again = Lock::parse(&lock.text()).unwrap().last_refresh;
            assert_eq!((again.len(), again.get(&new)), (2, Some(&last)));
        }
    }

    fn entry_by(by: &str) -> String {
        let sha256 = Sha256::of(b"x");
        format!(
            "[[release]]\nversion = \"3.15.0\"\nartifact = \"Python-3.15.0.tgz\"\nsha256 = \"{sha256}\"\nverified_by = \"{by}\"\n"
        )
    }

    #[test]
    fn a_broken_lock_is_refused_with_its_place() {
        for (text, what) in [
            ("schema = 2\n", "schema 2"),
            ("x = 1\n", "line 1, column 1: unknown field `x`"),
            ("[[release]]\nversion = \"3\"\n", "line 2, column 11"),
            ("[[release]\n", "line 1"),
            (&entry_by("banana"), "line 5, column 15: unknown word `banana`, expected one of `sigstore`"),
            (&entry_by("Sigstore"), "line 5, column 15: unknown word `Sigstore`"),
            (&entry_by("\\u001bx"), "unknown word `\\u{1b}x`"),
            (&(entry_by("pinned") + "checked = [\"sha256\", \"luck\"]\n"), "line 6, column 11: unknown word `luck`"),
            (
                "[[signer]]\nseries = \"3.14\"\nidentity = \"a@b\"\nissuer = \"x\"\nreviewed_by = \"c\"\nreason = \"d\"\n",
                "line 1, column 1: the issuer of a signer",
            ),
            ("schema = 1\nrelease = []\n", "line 2, column 1: `release` is an array"),
        ] {
            let error = Lock::parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
