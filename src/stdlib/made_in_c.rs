//! Names that C code puts into `sys.modules`, which no file has and which the Python code does not say.
//!
//! Source: `Modules/pyexpat.c` of CPython 3.11.2 and 3.13.5, where `add_submodule` is called for both, is the only file below
//! `Modules`, `Objects` and `Python` of 3.13.5 that makes a module with a dotted name; the interpreters 3.12.1 and 3.13.0 have
//! no others either, which `baseline verify --python` finds out. Where a release brings the C file, that file decides; a
//! tree without it and a release that is rebuilt from its record are taken to have what those releases have.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
};

/// The name, and the file that makes it.
const ROWS: [(&str, &str); 2] = [("pyexpat.errors", "Modules/pyexpat.c"), ("pyexpat.model", "Modules/pyexpat.c")];

/// The largest C file that is read; that of 3.13.5 has 70 KB.
const LARGEST: u64 = 1 << 20;

/// Whether a file is one that makes such names.
pub(super) fn is_maker(path: &str) -> bool {
    ROWS.iter().any(|(_, maker)| *maker == path)
}

/// The file that makes a name, where that is known.
pub(super) fn maker_of(name: &str) -> Option<String> {
    ROWS.iter().find(|(it, _)| *it == name).map(|(_, maker)| (*maker).to_owned())
}

/// The C files that were seen, each with the rows whose names it makes.
#[derive(Default)]
pub(super) struct Makers(BTreeMap<&'static str, BTreeSet<&'static str>>);

impl Makers {
    /// Takes one file.
    pub(super) fn offer(&mut self, path: &str, bytes: &mut dyn Read) -> io::Result<()> {
        let mut code = Vec::new();
        bytes.take(LARGEST).read_to_end(&mut code)?;
        for (name, maker) in ROWS.iter().filter(|(_, maker)| *maker == path) {
            let made = self.0.entry(maker).or_default();
            if makes(&code, name) {
                made.insert(name);
            }
        }
        Ok(())
    }

    /// Names below these top-level names, each with the file that makes it.
    pub(super) fn names(&self, top_level: &BTreeSet<String>) -> impl Iterator<Item = (&'static str, &'static str)> {
        ROWS.into_iter().filter(|(name, maker)| {
            let top = name.split('.').next().unwrap_or(name);
            top_level.contains(top) && self.0.get(maker).is_none_or(|made| made.contains(name))
        })
    }
}

/// Whether the code has a string that ends in the last part of the name; what is before it is a macro.
fn makes(code: &[u8], name: &str) -> bool {
    let last = name.rfind('.').map_or(name, |at| &name[at..]);
    ["\"", "'"].iter().any(|quote| memchr::memmem::find(code, format!("{last}{quote}").as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(top_level: &str, code: Option<&str>) -> Vec<&'static str> {
        let mut makers = Makers::default();
        if let Some(code) = code {
            makers.offer("Modules/pyexpat.c", &mut code.as_bytes()).unwrap();
        }
        makers.names(&[top_level.to_owned()].into()).map(|(name, _)| name).collect()
    }

    #[test]
    fn the_c_file_decides_where_there_is_one() {
        let both = "add_submodule(mod, MODULE_NAME \".errors\");\nadd_submodule(mod, MODULE_NAME \".model\");\n";
        assert_eq!(names("pyexpat", Some(both)), ["pyexpat.errors", "pyexpat.model"]);
        assert_eq!(names("pyexpat", Some("add_submodule(mod, \"pyexpat.model\");")), ["pyexpat.model"]);
        assert!(names("pyexpat", Some("/* the errors, and the model */")).is_empty());
        assert_eq!(names("pyexpat", None).len(), 2);
        assert!(names("os", None).is_empty() && names("os", Some(both)).is_empty());
    }
}
