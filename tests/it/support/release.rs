//! Source releases built in code, in every form.

use std::{collections::BTreeMap, io::Write as _};

use molt_sync::stdlib::{Baseline, ModuleKind, SourceKind, StdlibModule, bundled_series, reconstruct};

/// The names of CPython that a made workspace and the releases for it have: a small library of every kind of module, so that a run
/// takes a tenth of the time that all of them take.
const KEPT: &[&str] = &[
    "_aix_support",
    "_android_support",
    "_compression",
    "_json",
    "_wmi",
    "abc",
    "antigravity",
    "asyncio",
    "builtins",
    "collections",
    "colorsys",
    "copy",
    "imghdr",
    "importlib",
    "json",
    "math",
    "nt",
    "operator",
    "os",
    "pwd",
    "pyexpat",
    "this",
    "time",
    "tomllib",
    "types",
    "wave",
    "winreg",
    "zipapp",
    "typing",
    "xml",
    "posix",
    "sys",
    "_pyrepl",
];

/// The bundled baseline of a series with a small library, as another release of it or of another series.
pub fn recorded(series: &str, release: &str) -> Baseline {
    let mut baseline = recorded_whole(series, release);
    let facts = &mut baseline.facts;
    facts.modules.retain(|it, _| is_kept(it));
    facts.top_level.retain(|it| is_kept(it));
    facts.test_only.retain(|it, _| is_kept(it));
    facts.not_importable.retain(|it, _| is_kept(it));
    baseline
}

/// Whether the small library has a module of this name.
pub fn is_kept(name: &str) -> bool {
    name.split('.').next().is_some_and(|it| KEPT.contains(&it))
}

/// The bundled baseline of a series, as another release of it or of another series.
pub fn recorded_whole(series: &str, release: &str) -> Baseline {
    let mut baseline = bundled_series(series.parse().unwrap()).unwrap();
    let version: molt_sync::base::Version = release.parse().unwrap();
    baseline.series = version.series;
    baseline.facts.release = Some(version);
    // no other release is of that archive
    let of_its_own = molt_sync::base::Sha256::of(release.as_bytes());
    baseline.provenance.sha256 = baseline.provenance.sha256.map(|_| of_its_own);
    baseline
}

/// Changes to a recorded baseline, and then its archive.
pub struct Release(pub Baseline);

/// What a module of the small tree is called, and nothing else that CPython has.
const SMALL: &[&str] = &["abc", "copy", "colorsys", "this", "time", "types", "json", "json.decoder", "json.tool"];

impl Release {
    /// A release of a small standard library: the names of the small tree that CPython has.
    pub fn small(series: &str, version: &str) -> Self {
        let mut res = Self(recorded_whole(series, version));
        let facts = &mut res.0.facts;
        facts.modules.retain(|it, _| SMALL.contains(&it.as_str()));
        facts.top_level.retain(|it| SMALL.contains(&it.as_str()));
        facts.test_only.clear();
        facts.not_importable.clear();
        res.0.provenance.source = SourceKind::ReleaseArchive;
        res
    }

    pub fn based_on(series: &str, release: &str) -> Self {
        Self(recorded(series, release))
    }

    /// One with all that the bundled baseline names.
    pub fn whole(series: &str, release: &str) -> Self {
        Self(recorded_whole(series, release))
    }

    pub fn with(mut self, name: &str, kind: ModuleKind) -> Self {
        let suffix = if kind == ModuleKind::Package { "/__init__.py" } else { ".py" };
        let path = match kind {
            ModuleKind::Extension => None,
            ModuleKind::Alias => Some(format!("Lib/{}.py", name.rsplit_once('.').unwrap().0.replace('.', "/"))),
            _ => Some(format!("Lib/{}{suffix}", name.replace('.', "/"))),
        };
        if !name.contains('.') {
            self.0.facts.top_level.insert(name.into());
        }
        self.0.facts.modules.insert(name.into(), StdlibModule { kind, path, platforms: Vec::new() });
        self
    }

    /// Takes a name out, with everything below it.
    pub fn without(mut self, name: &str) -> Self {
        let below = format!("{name}.");
        self.0.facts.modules.retain(|it, _| it != name && !it.starts_with(&below));
        self.0.facts.top_level.remove(name);
        self
    }

    pub fn tgz(&self) -> Vec<u8> {
        reconstruct(&self.0).unwrap()
    }

    /// The files below the top folder.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut res = BTreeMap::new();
        let limits = molt_sync::archive::Limits::default();
        molt_sync::archive::scan(&self.tgz(), &limits, |entry| {
            let mut bytes = Vec::new();
            entry.bytes.read_to_end(&mut bytes)?;
            res.insert(entry.path.to_owned(), bytes);
            Ok(())
        })
        .unwrap();
        res
    }

    pub fn tar(&self) -> Vec<u8> {
        let mut tar = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&self.tgz()[..]), &mut tar).unwrap();
        tar
    }

    pub fn tar_xz(&self) -> Vec<u8> {
        let options = lzma_rust2::XzOptions::with_preset(0);
        let mut xz = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        xz.write_all(&self.tar()).unwrap();
        xz.finish().unwrap()
    }

    pub fn zip(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (path, bytes) in self.files() {
            zip.start_file(format!("cpython-main/{path}"), options).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

/// gzip, as any tool writes it.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}
