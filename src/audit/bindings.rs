//! The table of intrinsics in the generated Rust file, read as text: each entry's name, symbol and number of parameters,
//! and the arms of the function that resolves them. Only what the generator writes is understood.

/// One entry of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableBinding {
    /// The intrinsic.
    pub name: String,
    /// The function that it is.
    pub symbol: String,
    /// Its parameters.
    pub arity: usize,
    /// Where the entry begins, one-based.
    pub line: usize,
}

/// One arm that gives a symbol its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The symbol that is asked for.
    pub symbol: String,
    /// The function whose address is given, without its path; none where the arm names none.
    pub function: Option<String>,
    /// Where the arm begins, one-based.
    pub line: usize,
}

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BindingTableError {
    /// One-based.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// The entries and the arms in order; there are no arms where another file resolves the symbols.
pub fn bindings(text: &str) -> Result<(Vec<TableBinding>, Vec<Arm>), BindingTableError> {
    let mut table = Vec::new();
    let mut arms: Vec<Arm> = Vec::new();
    let mut entry: Option<(usize, Vec<(&str, &str)>)> = None;
    let mut is_table = false;
    // what is commented out or never compiled is not there
    let (mut is_comment, mut is_off) = (false, false);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let number = index + 1;
        if is_comment || line.starts_with("/*") {
            is_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("#[") {
            is_off |= matches!(line, "#[cfg(any())]" | "#[cfg(false)]" | "#[cfg(not(all()))]");
            continue;
        }
        if std::mem::take(&mut is_off) && line.starts_with(['"', 'I']) {
            continue;
        }
        let fail = |message: &str| BindingTableError { line: number, message: message.into() };
        if !is_table {
            is_table = line.ends_with("&[") && line.contains(" INTRINSICS:");
            let arm = line.strip_prefix('"').and_then(|it| it.split_once("\" =>"));
            arms.extend(arm.map(|(symbol, _)| Arm { symbol: symbol.to_owned(), function: None, line: number }));
            if let Some(open) = arms.last_mut().filter(|it| it.function.is_none()) {
                open.function = arm.map_or(Some(line), |(_, rest)| Some(rest)).and_then(function);
            }
        } else if line == "];" {
            is_table = false;
        } else if let Some(rest) = line.strip_prefix("IntrinsicSpec {") {
            let inside = rest.trim_end_matches("},");
            entry = Some((number, inside.split(',').filter_map(field).collect()));
            if line.ends_with("},") {
                table.extend(entry.take().map(|it| bound(&it)).transpose()?);
            }
        } else if line == "}" || line == "}," {
            table.push(bound(&entry.take().ok_or_else(|| fail("an entry ends that did not begin"))?)?);
        } else if let Some((_, fields)) = &mut entry {
            fields.extend(field(line.trim_end_matches(',')));
        }
    }
    match entry {
        Some((line, _)) => Err(BindingTableError { line, message: "an entry does not end".into() }),
        None => Ok((table, arms)),
    }
}

/// The last name of the first path that begins at the crate's root.
fn function(text: &str) -> Option<String> {
    let (_, path) = text.split_once("crate::")?;
    let is_path = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == ':';
    let path = &path[..path.find(|it| !is_path(it)).unwrap_or(path.len())];
    path.rsplit(':').next().filter(|it| !it.is_empty()).map(str::to_owned)
}

/// `name: value`
fn field(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.trim().split_once(':')?;
    Some((name, value.trim_start()))
}

fn bound((line, fields): &(usize, Vec<(&str, &str)>)) -> Result<TableBinding, BindingTableError> {
    let field = |name: &str| fields.iter().find(|(it, _)| *it == name).map(|(_, value)| value.trim_matches('"'));
    let fail = |name: &str| BindingTableError { line: *line, message: format!("an entry has no usable {name}") };
    Ok(TableBinding {
        name: field("name").ok_or_else(|| fail("name"))?.to_owned(),
        symbol: field("symbol").ok_or_else(|| fail("symbol"))?.to_owned(),
        arity: field("arity").and_then(|it| it.parse().ok()).ok_or_else(|| fail("arity"))?,
        line: *line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_symbols_are_read_in_either_layout() {
        let text = "pub(crate) const INTRINSICS: &[IntrinsicSpec] = &[\n    IntrinsicSpec {\n        name: \"molt_a\",\n        symbol: \"molt_b\",\n        arity: 2,\n        defaults: &[],\n    },\n    IntrinsicSpec { name: \"molt_c\", symbol: \"molt_c\", arity: 0 },\n];\nfn resolve(symbol: &str) {\n    match symbol {\n        \"molt_b\" => {\n            Some(crate::molt_b as usize as u64)\n        }\n        \"molt_c\" => Some(crate::b::molt_d as usize as u64),\n        \"molt_e\" => None,\n        _ => None,\n    }\n}\n";
        let (table, arms) = bindings(text).unwrap();
        let found: Vec<_> = table.iter().map(|it| (it.name.as_str(), it.symbol.as_str(), it.arity, it.line)).collect();
        assert_eq!(found, [("molt_a", "molt_b", 2, 2), ("molt_c", "molt_c", 0, 8)]);
        let arms: Vec<_> = arms.iter().map(|it| (it.symbol.as_str(), it.function.as_deref(), it.line)).collect();
        assert_eq!(arms, [("molt_b", Some("molt_b"), 12), ("molt_c", Some("molt_d"), 15), ("molt_e", None, 16)]);
    }

    #[test]
    fn what_is_not_compiled_is_not_there() {
        let text = "const INTRINSICS: &[IntrinsicSpec] = &[\n    /*\n    IntrinsicSpec { name: \"molt_a\", symbol: \"molt_a\", arity: 0 },\n    */\n    #[cfg(any())]\n    IntrinsicSpec { name: \"molt_b\", symbol: \"molt_b\", arity: 0 },\n    #[cfg(feature = \"x\")]\n    IntrinsicSpec { name: \"molt_c\", symbol: \"molt_c\", arity: 0 },\n];\nfn resolve(symbol: &str) {\n    match symbol {\n        /* \"molt_a\" => Some(crate::molt_a), */\n        #[cfg(feature = \"x\")]\n        \"molt_c\" => Some(crate::molt_c),\n        #[cfg(any())]\n        \"molt_b\" => Some(crate::molt_b),\n    }\n}\n";
        let (table, arms) = bindings(text).unwrap();
        assert_eq!(table.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["molt_c"]);
        assert_eq!(arms.iter().map(|it| it.symbol.as_str()).collect::<Vec<_>>(), ["molt_c"]);
    }

    #[test]
    fn a_broken_entry_has_its_line() {
        let text = "const INTRINSICS: &[IntrinsicSpec] = &[\n    IntrinsicSpec {\n        name: \"molt_a\",\n        arity: x,\n    },\n];\n";
        assert_eq!(bindings(text).unwrap_err().to_string(), "line 2: an entry has no usable symbol");
        assert!(bindings(&text[..text.len() - 10]).is_err());
    }
}
