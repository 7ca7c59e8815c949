//! Which intrinsics a changed file is about: what it defines or binds now or did before. None is said where that cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::rust::Runtime;
use crate::{
    audit::{Attestation, Manifest, bindings},
    base::RelPath,
    gates::functions_of,
};

/// Intrinsics, or why it cannot be told which.
pub type Concerned = Result<BTreeSet<String>, &'static str>;

/// The intrinsics that a source of the runtime is about, by its text before and now.
pub fn of_source(old: &str, new: &str) -> Concerned {
    let changed = changed_lines(old, new);
    let all = || old.lines().chain(new.lines()).map(str::trim);
    let is_module = |it: &str| it.ends_with(';') && it.split_whitespace().any(|it| it == "mod");
    let has_modules = all().any(is_module);
    // what can put the lines behind it away
    let hides = |it: &str| {
        let opens = |marks: &[u8]| it.bytes().filter(|byte| marks.contains(byte)).count();
        let is_open_macro =
            ["!(", "! (", "!{", "! {", "!["].iter().any(|mark| it.contains(mark)) && opens(b"({[") > opens(b")}]");
        ["/*", "*/", "r#", "\"#"].iter().any(|mark| it.contains(mark)) || opens(b"\"") % 2 == 1 || is_open_macro
    };
    let decides = |it: &&str| {
        is_module(it)
            || has_modules && hides(it)
            || it.contains("macro_rules!")
            || it.contains("include!")
            || has_modules && it.contains("cfg")
    };
    // where one stands, and before what, counts as well
    let ordered = |text: &str| {
        let lines: Vec<String> = text.lines().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        let at = (0..lines.len()).filter(|at| decides(&lines[*at].as_str()));
        at.map(|at| (lines[at].clone(), lines.get(at + 1).cloned())).collect::<Vec<_>>()
    };
    if changed.iter().any(decides) || has_modules && ordered(old) != ordered(new) {
        return Err("it decides what else is compiled");
    }
    let mut res: BTreeSet<String> = functions_of(old.as_bytes()).into_iter().collect();
    res.extend(functions_of(new.as_bytes()));
    if res.is_empty() { Err("it defines no intrinsic itself") } else { Ok(res) }
}

/// The intrinsics whose definitions in the manifest, or in the stub file that is generated from it, are not as they were.
pub fn of_manifest(old: &str, new: &str) -> Concerned {
    let (old, new) = (Manifest::parse(old.to_owned()), Manifest::parse(new.to_owned()));
    let faults = |it: &Manifest| it.faults.iter().map(|it| it.1.clone()).collect::<Vec<_>>();
    if faults(&old) != faults(&new) {
        return Err("parts of it cannot be read");
    }
    let of = |it: &Manifest| {
        let mut res: BTreeMap<String, Vec<usize>> = it.names.iter().map(|it| (it.clone(), Vec::new())).collect();
        for one in &it.definitions {
            res.entry(one.name.clone()).or_default().push(one.arity);
        }
        res
    };
    Ok(differing(&of(&old), &of(&new)))
}

/// The intrinsics that the generated Rust binds otherwise than before, by their names and the functions behind them.
pub fn of_bindings(old: &str, new: &str) -> Concerned {
    let of = |text: &str| {
        let (bound, arms) = bindings(text).ok()?;
        let mut res: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for it in bound {
            res.entry(it.name).or_default().push(format!("{} {}", it.symbol, it.arity));
        }
        for it in arms {
            res.entry(it.symbol).or_default().push(it.function.unwrap_or_default());
        }
        Some(res)
    };
    match (of(old), of(new)) {
        (Some(_), Some(_)) if around_bindings(old) != around_bindings(new) => {
            Err("its code around the entries is not as it was")
        }
        (Some(old), Some(new)) => Ok(differing(&old, &new)),
        _ => Err("it cannot be read"),
    }
}

/// The lines of the generated Rust that are of no entry and of no arm.
fn around_bindings(text: &str) -> Vec<&str> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "_:()*, ".contains(it);
    let is_address = |it: &str| {
        let path = it.strip_prefix("Some(").unwrap_or(it);
        path.starts_with("crate::") && path.chars().all(is_part)
    };
    let is_arm = |it: &str| {
        let arm = it.strip_prefix('"').and_then(|it| it.split_once("\" => "));
        arm.is_some_and(|(name, value)| {
            let is_name = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
            is_name && (matches!(value, "{" | "Some(" | "None,") || is_address(value))
        })
    };
    let mut is_entry = false;
    let is_around = |line: &&str| match *line {
        "" | "{" | "}" | "}," | ")" | ")," | "Some(" => {
            is_entry = false;
            false
        }
        line if line.starts_with("IntrinsicSpec {") => {
            is_entry = !line.ends_with("},");
            false
        }
        line => !(is_entry || is_arm(line) || is_address(line)),
    };
    text.lines().map(str::trim).filter(is_around).collect()
}

/// The modules that are attested otherwise than before; none where one side cannot be read.
pub fn of_attestation(old: &Attestation, new: &Attestation) -> BTreeSet<String> {
    let attested = old.modules.symmetric_difference(&new.modules).cloned();
    attested.chain(differing(&old.contracts, &new.contracts)).collect()
}

/// The keys that only one side has, or that have other values.
pub fn differing<T: PartialEq>(old: &BTreeMap<String, T>, new: &BTreeMap<String, T>) -> BTreeSet<String> {
    let keys = old.keys().chain(new.keys());
    keys.filter(|it| old.get(*it) != new.get(*it)).cloned().collect()
}

/// Whether a file below the runtime's folder is a source of it.
pub fn is_source(folder: &RelPath, path: &RelPath) -> bool {
    path.as_str().strip_suffix(".rs").is_some() && Runtime::is_part(folder, path)
}

/// The lines, without their indents, that one side has more often than the other.
fn changed_lines<'a>(old: &'a str, new: &'a str) -> Vec<&'a str> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (text, step) in [(old, -1), (new, 1)] {
        for line in text.lines() {
            *counts.entry(line.trim()).or_default() += step;
        }
    }
    counts.into_iter().filter(|(_, count)| *count != 0).map(|(line, _)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_about_what_it_defines_or_binds_now_or_did_before() {
        let names = |it: Concerned| it.map(|it| it.into_iter().collect::<Vec<_>>().join(" "));
        let source = |old: &str, new: &str| names(of_source(old, new));
        assert_eq!(source("fn molt_a() { x() }", "fn molt_b() { x() }").unwrap(), "molt_a molt_b");
        assert!(source("fn help() {}", "").is_err());
        for (old, new) in [
            ("fn molt_a() {}\nmod b;", "fn molt_a() {}"),
            ("fn molt_a() {}\nmod b;", "fn molt_a() {}\n#[cfg(unix)]\nmod b;"),
            ("mod a;\nmod b;\nuse x;\nfn molt_a() {}", "/*\nmod a;\nmod b;\nuse x;\n*/\nfn molt_a() {}"),
            ("mod a;\nmod b;\nuse x;\nfn molt_a() {}", "off! {\nmod a;\nmod b;\nuse x;\n}\nfn molt_a() {}"),
            (
                "mod a;\nmod b;\nuse x;\nfn molt_a() {}",
                "const X: &str = \"\nmod a;\nmod b;\nuse x;\n\";\nfn molt_a() {}",
            ),
            (
                "mod a;\nmod b;\nuse x;\nfn molt_a() {}",
                "const X: &str = r#\"\nmod a;\nmod b;\nuse x;\n\"#;\nfn molt_a() {}",
            ),
            ("#[cfg(any())]\nmod a;\nfn molt_a() {}\nmod b;", "mod a;\nfn molt_a() {}\n#[cfg(any())]\nmod b;"),
            (
                "mod a;\n#[cfg(any())]\nfn molt_a() {}\nfn molt_b() {}",
                "mod a;\nfn molt_a() {}\n#[cfg(any())]\nfn molt_b() {}",
            ),
        ] {
            assert!(source(old, new).is_err(), "{new}");
        }
        let (one, two) = ("def molt_a(x: Any) -> Any: ...\n", "def molt_b(x: Any) -> Any: ...\n");
        assert_eq!(names(of_manifest(one, &format!("# x\n{one}{two}"))).unwrap(), "molt_b");
        assert_eq!(names(of_manifest(one, &one.replace("x: Any", ""))).unwrap(), "molt_a");
        let table = |arity: usize| {
            format!(
                "const INTRINSICS: &[IntrinsicSpec] = &[\n    IntrinsicSpec {{\n        name: \"molt_a\",\n        symbol: \"molt_a\",\n        arity: {arity},\n    }},\n];\n"
            )
        };
        assert_eq!(names(of_bindings(&table(1), &table(2))).unwrap(), "molt_a");
        assert_eq!(names(of_bindings(&table(1), &table(1))).unwrap(), "");
        let resolve = |before: &str, more: &str| {
            format!(
                "{}fn resolve(symbol: &str) -> Option<u64> {{\n{before}    match symbol {{\n        \"molt_a\" => {{\n            Some(crate::a::molt_a as *const () as usize as u64)\n        }}\n{more}        _ => None,\n    }}\n}}\n",
                table(1)
            )
        };
        let plain = resolve("", "");
        let laid_out = resolve(
            "",
            "        \"molt_b\" => Some(\n            crate::molt_b as *const () as usize as u64,\n        ),\n",
        );
        assert_eq!(names(of_bindings(&plain, &laid_out)).unwrap(), "molt_b");
        let more = resolve("", "        \"molt_b\" => Some(crate::molt_b as *const () as usize as u64),\n");
        assert_eq!(names(of_bindings(&plain, &more)).unwrap(), "molt_b");
        for other in [
            resolve("    if true {\n        return None;\n    }\n", ""),
            resolve("", "        it if it.len() > 1 => None,\n"),
            resolve("", "        \"molt_b\" => Some(crate::molt_b as *const () as usize as u64).and(None),\n"),
            resolve("", "        \"zzz\" | _ if true => None,\n"),
            format!("#[cfg(any())]\n{plain}"),
            plain.replace("        \"molt_a\" =>", "        #[cfg(any())]\n        \"molt_a\" =>"),
        ] {
            assert!(of_bindings(&plain, &other).is_err(), "{other}");
        }
    }
}
