//! A recorded baseline back to a source archive with the same facts: what `bundled` serves.
//!
//! Its files hold no code of CPython, only what makes the facts come out again. The same baseline always gives the same
//! bytes, so that the archive has a digest to be checked against like any other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{self, Write as _},
};

use super::{
    baseline::Baseline,
    facts::{ModuleKind, ReleaseFacts},
    platforms,
};
use crate::base::{Pre, Version};

/// The bytes of `Python-X.Y.Z.tgz`.
///
/// # Errors
/// When the baseline has no release, or when memory fails.
pub fn reconstruct(baseline: &Baseline) -> io::Result<Vec<u8>> {
    let facts = &baseline.facts;
    let version = facts.release.ok_or_else(|| io::Error::other("the baseline names no release"))?;
    let top = version.stem();
    let gzip = flate2::GzBuilder::new().mtime(0).write(Vec::new(), flate2::Compression::fast());
    let mut tar = ::tar::Builder::new(gzip);
    for (path, text) in files(facts, version) {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_entry_type(::tar::EntryType::Regular);
        tar.append_data(&mut header, format!("{top}/{path}"), text.as_bytes())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    gzip.finish()
}

fn files(facts: &ReleaseFacts, version: Version) -> BTreeMap<String, String> {
    let mut res: BTreeMap<String, String> = facts
        .not_importable
        .keys()
        .filter(|it| it.starts_with("Lib/"))
        .map(|path| (path.clone(), String::new()))
        .collect();
    res.insert("Include/patchlevel.h".into(), patchlevel(version));
    res.insert("Python/stdlib_module_names.h".into(), names_header(&facts.top_level));
    let tests: BTreeSet<&str> = facts.test_only.keys().map(String::as_str).collect();
    for name in &tests {
        let is_package = tests.iter().any(|it| it.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        res.insert(path_of(name, is_package || *name == "test"), String::new());
    }
    for (name, module) in &facts.modules {
        if matches!(module.kind, ModuleKind::Module | ModuleKind::Package) {
            let path = module.path.clone().unwrap_or_else(|| path_of(name, module.kind == ModuleKind::Package));
            let text = res.entry(path).or_default();
            let top = name.split('.').next().unwrap_or(name);
            if module.platforms != platforms::of(top)
                && let Some((comparison, platform)) = platforms::guard_for(&module.platforms)
            {
                let _ =
                    write!(text, "import sys\n\nif sys.platform {comparison} \"{platform}\":\n    raise ImportError\n");
            }
        }
    }
    for (name, module) in facts.modules.iter().filter(|(_, it)| it.kind == ModuleKind::Alias) {
        if let Some(path) = &module.path {
            let _ = write!(res.entry(path.clone()).or_default(), "import sys\nsys.modules[\"{name}\"] = None\n");
        }
    }
    res
}

fn path_of(name: &str, is_package: bool) -> String {
    format!("Lib/{}{}", name.replace('.', "/"), if is_package { "/__init__.py" } else { ".py" })
}

fn names_header(names: &BTreeSet<String>) -> String {
    let lines: String = names.iter().map(|name| format!("\"{name}\",\n")).collect();
    format!("static const char* _Py_stdlib_module_names[] = {{\n{lines}}};\n")
}

fn patchlevel(version: Version) -> String {
    let (level, serial) = match version.pre {
        None => ("FINAL", 0),
        Some(Pre::Alpha(n)) => ("ALPHA", n),
        Some(Pre::Beta(n)) => ("BETA", n),
        Some(Pre::Candidate(n)) => ("GAMMA", n),
    };
    format!(
        "#define PY_MAJOR_VERSION {}\n#define PY_MINOR_VERSION {}\n#define PY_MICRO_VERSION {}\n\
         #define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_{level}\n#define PY_RELEASE_SERIAL {serial}\n\
         #define PY_VERSION \"{version}\"\n",
        version.series.major, version.series.minor, version.patch,
    )
}
