//! A change of the attestation: modules more, each in its place, with what its file loads as its contract. Every other byte stays.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::python::{Constants, Literal, constants};

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The whole text of the attestation with the modules.
    pub text: String,
    /// The modules that are attested already, sorted.
    pub attested: Vec<String>,
}

/// The two constants of the attestation.
const MODULES: &str = "STDLIB_FULLY_COVERED_MODULES";
const CONTRACTS: &str = "STDLIB_REQUIRED_INTRINSICS_BY_MODULE";

/// The attestation with these modules, each with what it loads; the reason where the text has another form.
///
/// # Errors
/// When the text is not Python or has not both constants as literals over lines.
pub fn propose(text: &str, wanted: &BTreeMap<&str, Vec<&str>>) -> Result<Proposal, String> {
    let found = constants(text).map_err(|error| error.to_string())?;
    let of = |name: &str| found.get(name).ok_or_else(|| format!("it has no {name}"));
    let (modules, contracts) = (of(MODULES)?, of(CONTRACTS)?);
    let known: BTreeSet<&str> = modules.value.tuple_of_str().into_iter().flatten().collect();
    let (attested, new): (Vec<_>, Vec<_>) = wanted.iter().partition(|(name, _)| known.contains(*name));
    let attested = attested.into_iter().map(|(name, _)| (*name).to_owned()).collect();
    if new.is_empty() {
        return Ok(Proposal { text: text.to_owned(), attested });
    }
    let entries: Vec<_> = new.iter().map(|(name, _)| (**name, format!("\"{name}\","))).collect();
    let mut inserts = inserts(text, &modules.range, &entries, ('(', ')'))?;
    let entries: Vec<_> = new.iter().map(|(name, loads)| (**name, contract(name, loads))).collect();
    inserts.extend(self::inserts(text, &contracts.range, &entries, ('{', '}'))?);
    // what goes to the same place keeps its order
    inserts.sort_by_key(|(at, _)| at.start);
    let (mut res, mut done) = (String::new(), 0);
    for (at, new) in inserts {
        res.push_str(&text[done..at.start]);
        res.push_str(&new);
        done = at.end;
    }
    res.push_str(&text[done..]);
    Ok(Proposal { text: res, attested })
}

/// Our attestation with the modules that theirs has besides, each with its contract; `base` is what both sides began with.
///
/// # Errors
/// Why they are a person's to join, in a few words.
pub fn join_attested(base: &str, ours: &str, theirs: &str) -> Result<String, String> {
    let read = |text: &str| constants(text).map_err(|error| error.to_string());
    let (then, there) = (read(base)?, read(theirs)?);
    let known: BTreeSet<&str> =
        then.get(MODULES).and_then(|it| it.value.tuple_of_str()).into_iter().flatten().collect();
    let names = there.get(MODULES).and_then(|it| it.value.tuple_of_str()).ok_or("theirs has no list of modules")?;
    let new = names.into_iter().filter(|it| !known.contains(it)).map(|it| (it, contract_in(&there, it)));
    let new: BTreeMap<&str, Vec<&str>> = new.collect();
    // of a module that both attested, one of two contracts would be lost
    let here = read(ours)?;
    let mine = here.get(MODULES).and_then(|it| it.value.tuple_of_str()).unwrap_or_default();
    let is_other = |name: &str| mine.contains(&name) && contract_in(&here, name) != contract_in(&there, name);
    if let Some(name) = new.keys().find(|it| is_other(it)) {
        return Err(format!("both sides attest {name}, with other intrinsics"));
    }
    // what it changes besides would be lost
    if propose(base, &new)?.text != theirs {
        return Err("theirs changes more than it adds".into());
    }
    propose(ours, &new).map(|it| it.text)
}

/// The intrinsics that a module has to load, in an attestation.
fn contract_in<'a>(found: &'a Constants, name: &str) -> Vec<&'a str> {
    let Some(Literal::Dict(contracts)) = found.get(CONTRACTS).map(|it| &it.value) else { return Vec::new() };
    let row = contracts.iter().rfind(|(key, _)| key.as_str() == Some(name));
    row.and_then(|(_, value)| value.tuple_of_str()).unwrap_or_default()
}

/// The entry of a contract as Molt's formatter lays it out.
fn contract(module: &str, names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_unstable();
    let short = match names.as_slice() {
        [] => "()".to_owned(),
        [one] => format!("(\"{one}\",)"),
        many => format!("({})", many.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ")),
    };
    let line = format!("\"{module}\": {short},");
    if line.len() + 4 <= 88 {
        return line;
    }
    let names: String = names.iter().map(|it| format!("        \"{it}\",\n")).collect();
    format!("\"{module}\": (\n{names}    ),")
}

/// Where entries go among the sorted ones between the brackets of a literal, and what is written there; the entries are sorted.
fn inserts(
    text: &str,
    value: &Range<usize>,
    entries: &[(&str, String)],
    (open, close): (char, char),
) -> Result<Vec<(Range<usize>, String)>, String> {
    let what = format!("the literal of {} entries", if open == '(' { "module" } else { "contract" });
    let broken = || format!("{what} is not written as it should be");
    let inside = &text[value.clone()];
    let start = value.start + inside.find(open).ok_or_else(broken)? + 1;
    let end = value.start + inside.rfind(close).ok_or_else(broken)?;
    if start > end {
        return Err(broken());
    }
    let body = &text[start..end];
    let lines =
        |entries: &[(&str, String)]| -> String { entries.iter().map(|(_, it)| format!("    {it}\n")).collect() };
    if body.trim().is_empty() {
        return Ok(vec![(start..end, format!("\n{}", lines(entries)))]);
    }
    if !body.starts_with('\n') && !body.starts_with("\r\n") {
        return Err(format!("{what} stands on one line; write one entry a line first"));
    }
    // an entry begins where a line has the indentation of one and a name in quotes; where they are not sorted, the first greater counts
    let mut known: Vec<(&str, usize)> = Vec::new();
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let is_entry = line.strip_prefix("    \"").or_else(|| line.strip_prefix("    '"));
        let name = is_entry.and_then(|it| it.split(['"', '\'']).next());
        if let Some(name) = name.filter(|name| known.last().is_none_or(|(greatest, _)| name > greatest)) {
            known.push((name, at));
        }
        at += line.len();
    }
    let place = |module: &str| known.get(known.partition_point(|(name, _)| *name <= module)).map(|(_, at)| *at);
    let first_behind = entries.partition_point(|(module, _)| place(module).is_some());
    let (among, behind) = entries.split_at(first_behind);
    let among = among.iter().filter_map(|(module, it)| place(module).map(|at| (at..at, format!("    {it}\n"))));
    let mut res: Vec<_> = among.collect();
    if !behind.is_empty() {
        let at = if text[..at].ends_with('\n') { at } else { start + body.trim_end().len() };
        let new_line = if text[..at].ends_with('\n') { "" } else { "\n" };
        res.push((at..at, format!("{new_line}{}", lines(behind))));
    }
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, module: &str, loads: &[&str]) -> Result<String, String> {
        propose(text, &[(module, loads.to_vec())].into()).map(|it| it.text)
    }

    const TEXT: &str = "\"\"\"Doc.\"\"\"\n\nSTDLIB_FULLY_COVERED_MODULES: tuple[str, ...] = (\n    \"abc\",\n    \"math\",\n)\n\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE: dict[str, tuple[str, ...]] = {\n    \"abc\": (\"molt_abc\",),\n    \"math\": (\n        \"molt_math_cos\",\n        \"molt_math_sin\",\n    ),\n}\n";

    #[test]
    fn a_module_comes_into_its_place_and_nothing_else_changes() {
        let now = one(TEXT, "json", &["molt_json_b", "molt_json_a"]).unwrap();
        let wanted = TEXT
            .replace("    \"math\",\n)", "    \"json\",\n    \"math\",\n)")
            .replace("    \"math\": (", "    \"json\": (\"molt_json_a\", \"molt_json_b\"),\n    \"math\": (");
        assert_eq!(now, wanted);
        let last = one(TEXT, "zlib", &["molt_zlib"]).unwrap();
        assert!(last.contains("    \"math\",\n    \"zlib\",\n)"), "{last}");
        assert!(last.ends_with("    ),\n    \"zlib\": (\"molt_zlib\",),\n}\n"), "{last}");
        assert_eq!(propose(TEXT, &[("math", Vec::new())].into()).unwrap().attested, ["math"]);
    }

    #[test]
    fn an_empty_attestation_gets_its_first_and_a_strange_one_is_refused() {
        let empty = "STDLIB_FULLY_COVERED_MODULES = ()\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n";
        let now = one(empty, "json", &[]).unwrap();
        assert_eq!(
            now,
            "STDLIB_FULLY_COVERED_MODULES = (\n    \"json\",\n)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\n    \"json\": (),\n}\n"
        );
        assert!(one("x = 1\n", "json", &[]).is_err());
        let line = "STDLIB_FULLY_COVERED_MODULES = (\"a\", \"b\")\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n";
        assert!(one(line, "json", &[]).is_err());
        let names: Vec<String> = (0..9).map(|it| format!("molt_json_function_{it}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(one(empty, "json", &names).unwrap().contains("    \"json\": (\n        \"molt_json_function_0\",\n"));
    }

    #[test]
    fn many_modules_at_once_come_where_each_would_alone() {
        let unsorted = TEXT.replace("    \"abc\",\n    \"math\",\n", "    \"math\",\n    \"abc\",\n");
        for text in [TEXT, &unsorted, &one(TEXT, "zlib", &["molt_zlib"]).unwrap()] {
            let modules = ["a", "aa", "json", "math", "re", "zlib", "zz"];
            let singly =
                modules.iter().fold(text.to_owned(), |text, it| one(&text, it, &["molt_b", "molt_a"]).unwrap());
            let all = modules.map(|it| (it, vec!["molt_b", "molt_a"])).into();
            assert_eq!(propose(text, &all).unwrap().text, singly);
        }
    }
}
