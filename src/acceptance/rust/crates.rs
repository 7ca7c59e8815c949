//! The crates that the sources of the runtime are of: which features and names one can be built with.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use crate::base::{FileError, Files, RelPath, limits::too_large_toml};

/// What one can be built with.
#[derive(Debug, Default)]
pub(super) struct Crate {
    /// Its folder; none where a source is of no crate.
    pub(super) folder: Option<RelPath>,
    /// Its features; none where its manifest does not say.
    features: Option<BTreeSet<String>>,
    /// Its own manifest and build script.
    own: CrateSettings,
    /// What is set for all.
    shared: Arc<CrateSettings>,
}

/// Texts in which a name can be set.
#[derive(Debug, Default)]
struct CrateSettings {
    text: String,
    words: HashSet<String>,
}

/// All crates.
pub(super) struct Crates<'f> {
    files: &'f dyn Files,
    known: HashMap<RelPath, Arc<Crate>>,
    shared: Option<Arc<CrateSettings>>,
    /// How many bytes of settings may still be held.
    left: usize,
}

/// The most bytes of all that sets names for one crate.
const LONGEST: usize = 256 << 10;
/// The most bytes of what the crates themselves set, all together. Molt has some ten of them.
const LONGEST_OF_ALL: usize = 4 << 20;
/// Names that the compiler sets by itself.
const OWN: [&str; 9] =
    ["unix", "windows", "debug_assertions", "overflow_checks", "ub_checks", "panic", "test", "doc", "sanitize"];
/// Where names are set for a whole workspace.
pub const SHARED_SETTINGS: [&str; 4] = ["Cargo.toml", ".cargo/config.toml", ".cargo/config", "runtime/Cargo.toml"];

impl Crate {
    /// Whether a source is where the crate itself begins.
    pub(super) fn is_root(&self, path: &RelPath) -> bool {
        let Some(folder) = &self.folder else { return false };
        let inside = path.below(folder).unwrap_or(path.as_str());
        matches!(inside, "src/lib.rs" | "src/main.rs") || {
            let quoted = format!("\"{inside}\"");
            self.own.text.contains(&quoted) || self.shared.text.contains(&quoted)
        }
    }

    /// Whether a name or pair can never hold in it.
    pub(super) fn is_never(&self, key: &str, value: Option<&str>) -> bool {
        match value {
            Some(value) if key == "feature" => self.features.as_ref().is_some_and(|it| !it.contains(value)),
            Some(_) => false,
            None if OWN.contains(&key) || self.folder.is_none() => false,
            None => !self.own.words.contains(key) && !self.shared.words.contains(key),
        }
    }
}

impl<'f> Crates<'f> {
    pub(super) fn new(files: &'f dyn Files) -> Self {
        Self { files, known: HashMap::new(), shared: None, left: LONGEST_OF_ALL }
    }

    /// The crate of a source: the one of the nearest manifest above it.
    pub(super) fn of(&mut self, path: &RelPath) -> Result<Arc<Crate>, FileError> {
        let Some(folder) = path.parent() else { return Ok(Arc::default()) };
        if let Some(it) = self.known.get(&folder) {
            return Ok(Arc::clone(it));
        }
        let manifest = folder.join("Cargo.toml");
        let res = match self.files.text(&manifest)? {
            Some(text) => Arc::new(self.read(&folder, &text)?),
            None => self.of(&folder)?,
        };
        self.known.insert(folder, Arc::clone(&res));
        Ok(res)
    }

    fn read(&mut self, folder: &RelPath, manifest: &str) -> Result<Crate, FileError> {
        if too_large_toml(manifest, LONGEST).is_some() {
            return Ok(Crate::default());
        }
        let features = features(manifest);
        let shared = self.shared()?;
        let script = self.files.text(&folder.join("build.rs"))?.unwrap_or_default();
        let own = format!("{manifest}\n{script}");
        // of one that nobody wrote by hand nothing is known
        if own.len() + shared.text.len() > LONGEST || own.len() > self.left {
            return Ok(Crate::default());
        }
        self.left -= own.len();
        // a workspace that is no crate has no sources
        let is_crate = features.is_some();
        Ok(Crate { folder: is_crate.then(|| folder.clone()), features, own: CrateSettings::of(own), shared })
    }

    /// What is set for all crates, read once.
    fn shared(&mut self) -> Result<Arc<CrateSettings>, FileError> {
        if let Some(it) = &self.shared {
            return Ok(Arc::clone(it));
        }
        let mut text = String::new();
        for path in SHARED_SETTINGS.iter().filter_map(|it| RelPath::new(*it).ok()) {
            text += &self.files.text(&path)?.unwrap_or_default();
            text.push('\n');
        }
        let res = Arc::new(if text.len() > LONGEST {
            CrateSettings { text, ..CrateSettings::default() }
        } else {
            CrateSettings::of(text)
        });
        self.shared = Some(Arc::clone(&res));
        Ok(res)
    }
}

impl CrateSettings {
    fn of(text: String) -> Self {
        Self { words: words(&text), text }
    }
}

/// The words of a text. One behind a backslash counts with and without its first letter, which may be that of an escape.
fn words(text: &str) -> HashSet<String> {
    let all = text.split(|it: char| !it.is_alphanumeric() && it != '_' && it != '\\').flat_map(|it| it.split('\\'));
    all.flat_map(|it| [it.to_owned(), it.chars().skip(1).collect()]).filter(|it| !it.is_empty()).collect()
}

/// The features of a manifest, with the dependencies that are features too; none where it is of no crate.
fn features(manifest: &str) -> Option<BTreeSet<String>> {
    let table: toml::Table = manifest.parse().ok()?;
    table.get("package")?;
    let own = table.get("features").and_then(toml::Value::as_table);
    let mut res: BTreeSet<String> = own.into_iter().flat_map(toml::Table::keys).cloned().collect();
    let optional = |table: &toml::Table| {
        let kinds = ["dependencies", "build-dependencies"];
        let all = kinds.iter().filter_map(|it| table.get(*it)?.as_table()).flatten();
        let is_optional = |it: &toml::Value| it.get("optional").and_then(toml::Value::as_bool) == Some(true);
        all.filter(|(_, it)| is_optional(it)).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    res.extend(optional(&table));
    let targets = table.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    res.extend(targets.filter_map(toml::Value::as_table).flat_map(optional));
    res.insert("default".into());
    Some(res)
}
