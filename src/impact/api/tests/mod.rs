//! Releases of a few files, for the tests of the whole folder.

mod native;
mod python;

use super::*;
use crate::stdlib::{ModuleKind, ReleaseFacts, StdlibModule};

/// The interface of a release of these files.
pub(in crate::impact) fn api_of(files: &[(&str, &str)]) -> Api {
    let mut facts = ReleaseFacts { release: Some("3.13.5".parse().unwrap()), ..ReleaseFacts::default() };
    let mut collector = ApiCollector::default();
    for (path, text) in files {
        assert!(ApiCollector::wants(path), "{path}");
        collector.offer(path, text.len() as u64, &mut text.as_bytes()).unwrap();
        let name =
            path.trim_start_matches("Lib/").trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
        let kind = ModuleKind::Module;
        if path.starts_with("Lib/") {
            facts.modules.insert(name, StdlibModule { kind, path: Some((*path).to_owned()), platforms: Vec::new() });
        }
    }
    collector.interface(&facts)
}
