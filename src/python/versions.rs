//! Lists of Python versions in a file that declares which ones a compiler supports: strings such as `"3.14"`, or calls
//! whose first two arguments are the major and the minor number. Nothing is evaluated.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, Number, Stmt};

use super::{SyntaxError, parse, string};
use crate::base::Series;

/// Every top-level list of versions whose name says that it is of supported versions, by the name of its constant.
///
/// A list that is computed from another one is left out: what it is computed from counts.
///
/// # Errors
/// When the text is not Python.
pub fn supported_versions(text: &str) -> Result<Vec<(String, BTreeSet<Series>)>, SyntaxError> {
    let module = parse(text)?;
    let mut res = Vec::new();
    for stmt in module.body() {
        let (target, value) = match stmt {
            Stmt::Assign(it) if it.targets.len() == 1 => (&it.targets[0], &*it.value),
            Stmt::AnnAssign(it) => match &it.value {
                Some(value) => (&*it.target, &**value),
                None => continue,
            },
            _ => continue,
        };
        let Some(name) = target.as_name_expr().map(|it| it.id.as_str()) else { continue };
        let words = name.to_ascii_uppercase();
        if !words.contains("SUPPORTED") || !words.contains("VERSION") {
            continue;
        }
        let items = match value {
            Expr::Tuple(it) => &it.elts,
            Expr::List(it) => &it.elts,
            Expr::Set(it) => &it.elts,
            _ => continue,
        };
        let series: Option<BTreeSet<Series>> = items.iter().map(version).collect();
        if let Some(series) = series.filter(|it| !it.is_empty()) {
            res.push((name.to_owned(), series));
        }
    }
    Ok(res)
}

/// `"3.14"`, `(3, 14)` or `Version(3, 14, 0)`.
fn version(item: &Expr) -> Option<Series> {
    let numbers = match item {
        Expr::StringLiteral(_) => return string(item)?.parse().ok(),
        Expr::Call(it) => &it.arguments.args[..],
        Expr::Tuple(it) => &it.elts[..],
        _ => return None,
    };
    let number = |at: usize| match numbers.get(at)? {
        Expr::NumberLiteral(it) => match &it.value {
            Number::Int(it) => it.as_u16(),
            _ => None,
        },
        _ => None,
    };
    format!("{}.{}", number(0)?, number(1)?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_strings_tuples_and_calls() {
        for text in [
            "SUPPORTED_VERSIONS = ('3.12', '3.13')\n",
            "_SUPPORTED_TARGET_VERSIONS: tuple[V, ...] = (V(3, 12, 0), V(3, 13, 0),)\n",
            "supported_python_versions = [(3, 13), (3, 12)]\n",
        ] {
            let found = supported_versions(text).unwrap();
            let series: Vec<String> = found[0].1.iter().map(ToString::to_string).collect();
            assert_eq!(series, ["3.12", "3.13"], "{text}");
        }
    }

    #[test]
    fn what_is_computed_or_about_something_else_is_left_out() {
        for text in [
            "SUPPORTED_VERSIONS = tuple(it.short for it in OTHER)\n",
            "SUPPORTED_VERSIONS = (latest(), '3.13')\n",
            "SUPPORTED_PLATFORMS = ('3.12',)\n",
            "SUPPORTED_VERSIONS = ()\n",
        ] {
            assert_eq!(supported_versions(text).unwrap(), [], "{text}");
        }
        assert!(supported_versions("(").is_err());
    }
}
