//! The two C headers that a release states facts in. Both are read by their line format; nothing is compiled.
//!
//! `Python/stdlib_module_names.h` is written by CPython's `Tools/build/generate_stdlib_module_names.py`, one quoted name
//! a line; `Include/patchlevel.h` defines the five version macros.

use std::collections::BTreeSet;

use super::facts::is_identifier;
use crate::base::{Pre, Series, Version, VersionError};

/// The names of `sys.stdlib_module_names`, as `Python/stdlib_module_names.h` lists them.
///
/// # Errors
/// A sentence about the line that is not as that script writes it.
pub fn module_names(header: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut open = false;
    for (at, line) in header.lines().enumerate() {
        let line = line.trim();
        match (open, line) {
            (false, _) if line.contains("_Py_stdlib_module_names") && line.ends_with('{') => open = true,
            (true, "};") => return if names.is_empty() { Err("its list is empty".into()) } else { Ok(names) },
            (true, _) if line.is_empty() || line.starts_with("//") => {}
            (true, _) => {
                let name = line.strip_prefix('"').and_then(|it| it.strip_suffix("\","));
                let name = name.filter(|it| is_identifier(it));
                let name = name.ok_or_else(|| format!("line {} is not a quoted module name", at + 1))?;
                if !names.insert(name.to_owned()) {
                    return Err(format!("line {} names `{name}` again", at + 1));
                }
            }
            (false, _) => {}
        }
    }
    Err(if open { "its list has no end" } else { "it has no list `_Py_stdlib_module_names`" }.into())
}

/// The version that `patchlevel.h` defines; its text form must say the same as its numbers.
///
/// # Errors
/// A sentence about the macro that is missing or wrong.
pub fn patchlevel(header: &str) -> Result<Version, String> {
    let macro_value = |name: &str| {
        let mut lines = header.lines().filter_map(|line| line.trim().strip_prefix("#define"));
        let value = lines.find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix([' ', '\t']));
        let value = value.ok_or_else(|| format!("it does not define {name}"))?;
        Ok::<_, String>(value.split("/*").next().unwrap_or(value).trim().to_owned())
    };
    let number = |name: &str| {
        let value = macro_value(name)?;
        value.parse::<u16>().map_err(|_| format!("its {name} is `{value}`, not a number"))
    };
    let series = Series { major: number("PY_MAJOR_VERSION")?, minor: number("PY_MINOR_VERSION")? };
    let level = macro_value("PY_RELEASE_LEVEL")?;
    let serial = number("PY_RELEASE_SERIAL")?;
    let pre = match level.as_str() {
        "PY_RELEASE_LEVEL_ALPHA" | "0xA" => Some(Pre::Alpha(serial)),
        "PY_RELEASE_LEVEL_BETA" | "0xB" => Some(Pre::Beta(serial)),
        "PY_RELEASE_LEVEL_GAMMA" | "0xC" => Some(Pre::Candidate(serial)),
        "PY_RELEASE_LEVEL_FINAL" | "0xF" => None,
        _ => return Err(format!("its PY_RELEASE_LEVEL is `{level}`, which is not a level")),
    };
    let version = Version { series, patch: number("PY_MICRO_VERSION")?, pre };
    let text = macro_value("PY_VERSION")?;
    if text != format!("\"{version}\"") {
        return Err(format!("its PY_VERSION is {text} while its numbers say {version}"));
    }
    // numbers that fit are not yet a release: what reads such a version again would refuse it
    version.to_string().parse().map_err(|error: VersionError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_a_damaged_list_is_refused() {
        let header =
            |body: &str| format!("// by a script\n\nstatic const char* _Py_stdlib_module_names[] = {{\n{body}");
        let good = module_names(&header("\"_abc\",\n\n// others\n\"os\",\n};\n")).unwrap();
        assert_eq!(good.into_iter().collect::<Vec<_>>(), ["_abc", "os"]);
        for bad in ["\"os\",\n", "};\n", "\"os\"\n};\n", "\"o s\",\n};\n", "\"os\",\n\"os\",\n};\n", "os,\n};\n"] {
            assert!(module_names(&header(bad)).is_err(), "{bad:?}");
        }
        assert!(module_names("\"os\",\n").is_err());
    }

    #[test]
    fn the_version_is_what_all_macros_say() {
        let header = |level: &str, serial: u8, text: &str| {
            format!(
                "#define PY_MAJOR_VERSION 3\n#define PY_MINOR_VERSION\t15\n#define PY_MICRO_VERSION        0\n#define PY_RELEASE_LEVEL {level}\n#define PY_RELEASE_SERIAL {serial}\n\n/* v */\n#define PY_VERSION \"{text}\"\n"
            )
        };
        let read = |level, serial, text| patchlevel(&header(level, serial, text)).map(|it| it.to_string());
        assert_eq!(read("PY_RELEASE_LEVEL_FINAL", 0, "3.15.0").unwrap(), "3.15.0");
        assert_eq!(read("PY_RELEASE_LEVEL_GAMMA", 2, "3.15.0rc2").unwrap(), "3.15.0rc2");
        assert!(read("PY_RELEASE_LEVEL_FINAL", 0, "3.15.1").is_err());
        assert!(read("NONE", 0, "3.15.0").is_err());
        assert!(read("PY_RELEASE_LEVEL_FINAL", 0, "3.15.0\"\"").is_err());
        let other = header("PY_RELEASE_LEVEL_FINAL", 0, "6.15.0").replace("MAJOR_VERSION 3", "MAJOR_VERSION 6");
        assert!(patchlevel(&other).unwrap_err().contains("`6.15.0` is not a CPython version"));
        assert!(patchlevel("").is_err());
    }
}
