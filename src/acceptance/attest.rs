//! A change of the attestation: one module more, in its place, with what its file loads as its contract. Every other byte stays.

use std::ops::Range;

use crate::python::constants;

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The whole text of the attestation with the module.
    pub text: String,
}

/// The two constants of the attestation.
const MODULES: &str = "STDLIB_FULLY_COVERED_MODULES";
const CONTRACTS: &str = "STDLIB_REQUIRED_INTRINSICS_BY_MODULE";

/// The attestation with one module more; none where it is attested already, the reason where the text has another form.
///
/// # Errors
/// When the text is not Python or has not both constants as literals over lines.
pub fn propose(text: &str, module: &str, loads: &[&str]) -> Result<Option<Proposal>, String> {
    let found = constants(text).map_err(|error| error.to_string())?;
    let of = |name: &str| found.get(name).ok_or_else(|| format!("it has no {name}"));
    let (modules, contracts) = (of(MODULES)?, of(CONTRACTS)?);
    if modules.value.tuple_of_str().is_some_and(|it| it.contains(&module)) {
        return Ok(None);
    }
    let mut names: Vec<&str> = loads.to_vec();
    names.sort_unstable();
    let inserts = [
        insert(text, &modules.range, module, &format!("\"{module}\","), ('(', ')'))?,
        insert(text, &contracts.range, module, &contract(module, &names), ('{', '}'))?,
    ];
    let mut inserts = inserts.to_vec();
    inserts.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    let mut res = text.to_owned();
    for (at, new) in inserts {
        res.replace_range(at, &new);
    }
    Ok(Some(Proposal { text: res }))
}

/// The entry of a contract as Molt's formatter lays it out.
fn contract(module: &str, names: &[&str]) -> String {
    let short = match names {
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

/// Where an entry goes among the sorted ones between the brackets of a literal, and what is written there.
fn insert(
    text: &str,
    value: &Range<usize>,
    module: &str,
    entry: &str,
    (open, close): (char, char),
) -> Result<(Range<usize>, String), String> {
    let broken = || {
        format!(
            "the literal of {} entries is not written as it should be",
            if open == '(' { "module" } else { "contract" }
        )
    };
    let inside = &text[value.clone()];
    let start = value.start + inside.find(open).ok_or_else(broken)? + 1;
    let end = value.start + inside.rfind(close).ok_or_else(broken)?;
    if start > end {
        return Err(broken());
    }
    let body = &text[start..end];
    if body.trim().is_empty() {
        return Ok((start..end, format!("\n    {entry}\n")));
    }
    if !body.starts_with('\n') && !body.starts_with("\r\n") {
        return Err(format!("{} stands on one line; write one entry a line first", broken()));
    }
    // an entry begins where a line has the indentation of one and a name in quotes
    let mut at = start;
    for line in body.split_inclusive('\n') {
        let is_entry = line.strip_prefix("    \"").or_else(|| line.strip_prefix("    '"));
        let name = is_entry.and_then(|it| it.split(['"', '\'']).next());
        if name.is_some_and(|it| it > module) {
            return Ok((at..at, format!("    {entry}\n")));
        }
        at += line.len();
    }
    let at = if text[..at].ends_with('\n') { at } else { start + body.trim_end().len() };
    let new_line = if text[..at].ends_with('\n') { "" } else { "\n" };
    Ok((at..at, format!("{new_line}    {entry}\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\"\"\"Doc.\"\"\"\n\nSTDLIB_FULLY_COVERED_MODULES: tuple[str, ...] = (\n    \"abc\",\n    \"math\",\n)\n\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE: dict[str, tuple[str, ...]] = {\n    \"abc\": (\"molt_abc\",),\n    \"math\": (\n        \"molt_math_cos\",\n        \"molt_math_sin\",\n    ),\n}\n";

    #[test]
    fn a_module_comes_into_its_place_and_nothing_else_changes() {
        let now = propose(TEXT, "json", &["molt_json_b", "molt_json_a"]).unwrap().unwrap().text;
        let wanted = TEXT
            .replace("    \"math\",\n)", "    \"json\",\n    \"math\",\n)")
            .replace("    \"math\": (", "    \"json\": (\"molt_json_a\", \"molt_json_b\"),\n    \"math\": (");
        assert_eq!(now, wanted);
        let last = propose(TEXT, "zlib", &["molt_zlib"]).unwrap().unwrap().text;
        assert!(last.contains("    \"math\",\n    \"zlib\",\n)"), "{last}");
        assert!(last.ends_with("    ),\n    \"zlib\": (\"molt_zlib\",),\n}\n"), "{last}");
        assert_eq!(propose(TEXT, "math", &[]).unwrap(), None);
    }

    #[test]
    fn an_empty_attestation_gets_its_first_and_a_strange_one_is_refused() {
        let empty = "STDLIB_FULLY_COVERED_MODULES = ()\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n";
        let now = propose(empty, "json", &[]).unwrap().unwrap().text;
        assert_eq!(
            now,
            "STDLIB_FULLY_COVERED_MODULES = (\n    \"json\",\n)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\n    \"json\": (),\n}\n"
        );
        assert!(propose("x = 1\n", "json", &[]).is_err());
        let line = "STDLIB_FULLY_COVERED_MODULES = (\"a\", \"b\")\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n";
        assert!(propose(line, "json", &[]).is_err());
        let names: Vec<String> = (0..9).map(|it| format!("molt_json_function_{it}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(
            propose(empty, "json", &names)
                .unwrap()
                .unwrap()
                .text
                .contains("    \"json\": (\n        \"molt_json_function_0\",\n")
        );
    }
}
