//! The budget of intrinsic-partial modules: one number in a JSON object, changed in place.

use crate::base::{FileError, Files, RelPath, Staged};

const KEY: &str = "max_intrinsic_partial";

/// The workspace's budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratchet {
    /// Greatest number of intrinsic-partial modules.
    pub budget: u64,
}

/// Why the ratchet file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RatchetError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not JSON.
    #[error("{0} is not JSON: {1}")]
    Json(RelPath, serde_json::Error),
    /// It holds no budget.
    #[error("{0} has no whole number {KEY} of at least 0")]
    Shape(RelPath),
}

impl Ratchet {
    /// Reads the file; none where there is none. Python counts `true` as 1, and so does Molt's checker.
    pub fn read(files: &dyn Files, path: &RelPath) -> Result<Option<Self>, RatchetError> {
        let Some(text) = files.text(path)? else { return Ok(None) };
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| RatchetError::Json(path.clone(), error))?;
        let budget = match value.get(KEY) {
            Some(serde_json::Value::Bool(it)) => Some(u64::from(*it)),
            Some(it) => it.as_u64(),
            None => None,
        };
        budget.map(|budget| Some(Self { budget })).ok_or_else(|| RatchetError::Shape(path.clone()))
    }

    /// Makes the file say `self`, leaving every other byte of it alone.
    pub fn write(self, staged: &mut Staged<'_>, path: &RelPath) -> Result<(), RatchetError> {
        let text = staged.text(path)?.unwrap_or_else(|| format!("{{\n  \"{KEY}\": 0\n}}\n"));
        let key = format!("\"{KEY}\"");
        let after_key = text.rfind(&key).map(|at| at + key.len()).ok_or_else(|| RatchetError::Shape(path.clone()))?;
        let rest = &text[after_key..];
        let start = after_key + rest.len() - rest.trim_start_matches(|it: char| it == ':' || it.is_whitespace()).len();
        let length = text[start..].find([',', '}', '\n', '\r']).unwrap_or(0);
        let new = format!("{}{}{}", &text[..start], self.budget, &text[start + length..]);
        staged.write(path, new)?;
        match Self::read(staged, path)? {
            Some(it) if it == self => Ok(()),
            _ => Err(RatchetError::Shape(path.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    fn path() -> RelPath {
        RelPath::new("r.json").unwrap()
    }

    fn read(text: &str) -> Result<Option<Ratchet>, RatchetError> {
        Ratchet::read(&Memory([(path(), text.into())].into()), &path())
    }

    #[test]
    fn a_budget_is_a_whole_number() {
        assert_eq!(read("{\"max_intrinsic_partial\": 873}").unwrap(), Some(Ratchet { budget: 873 }));
        assert_eq!(read("{\"max_intrinsic_partial\": true}").unwrap(), Some(Ratchet { budget: 1 }));
        for bad in ["{\"max_intrinsic_partial\": 873.0}", "{\"max_intrinsic_partial\": -1}", "[]", "{}", "{"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(Ratchet::read(&Memory::default(), &path()).unwrap(), None);
    }

    #[test]
    fn a_new_budget_changes_the_number_alone() {
        for (text, expected) in [
            ("{\n  \"max_intrinsic_partial\": 873\n}\n", "{\n  \"max_intrinsic_partial\": 880\n}\n"),
            ("{\"a\":1,\"max_intrinsic_partial\" :873,\"b\":2}", "{\"a\":1,\"max_intrinsic_partial\" :880,\"b\":2}"),
        ] {
            let files = Memory([(path(), text.into())].into());
            let mut staged = Staged::new(&files);
            Ratchet { budget: 880 }.write(&mut staged, &path()).unwrap();
            assert_eq!(staged.text(&path()).unwrap().unwrap(), expected);
        }
    }
}
