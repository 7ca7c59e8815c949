//! The ratchet of public names that are missing, and how it is written down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Table, value};

/// What the tree may lack of CPython's public names.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SurfaceOptions {
    /// The most public names that may be missing; the gate `surface-kept` is off where it is not set.
    #[serde(alias = "max-missing")]
    pub max_missing: Option<u64>,
}

/// The text of the settings with another number of names that may be missing, every other byte of it as it was.
///
/// # Errors
/// Why the text cannot be changed, in words.
pub fn with_max_missing(text: &str, most: u64) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let most = i64::try_from(most).map_err(|error| error.to_string())?;
    let table = document.entry("surface").or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = table.as_table_like_mut() else { return Err("surface is not a table".to_owned()) };
    let key = if table.contains_key("max-missing") { "max-missing" } else { "max_missing" };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = most.into();
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(key, value(most))),
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_alone_changes() {
        for (before, after) in [
            ("", "[surface]\nmax_missing = 7\n"),
            (
                "# mine\n[paths]\nstdlib = \"lib\" # here\n",
                "# mine\n[paths]\nstdlib = \"lib\" # here\n\n[surface]\nmax_missing = 7\n",
            ),
            ("[surface]\nmax_missing = 12 # may shrink\n[docs]\n", "[surface]\nmax_missing = 7 # may shrink\n[docs]\n"),
            ("surface.max-missing=9\n", "surface.max-missing=7\n"),
            ("surface = { max_missing = 9 }\n", "surface = { max_missing = 7 }\n"),
        ] {
            assert_eq!(with_max_missing(before, 7).unwrap(), after);
        }
        assert!(with_max_missing("surface = 1\n", 7).is_err());
        assert!(with_max_missing("[surface\n", 7).is_err());
    }
}
