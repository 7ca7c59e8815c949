//! The budget of intrinsic-partial modules: one number in a JSON object, changed in place.

use crate::base::{
    FileError, Files, RelPath, Staged,
    limits::{SETTINGS, too_long},
    text::BYTE_ORDER_MARK,
};

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
    /// It cannot be read, or is not JSON.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is another kind of JSON.
    #[error(transparent)]
    Object(FileError),
    /// It holds no budget.
    #[error(transparent)]
    Shape(FileError),
}

impl RatchetError {
    fn shape(path: &RelPath) -> Self {
        Self::Shape(FileError::unusable(path, "", format!("it has no whole number {KEY} of at least 0")))
    }
}

impl From<RatchetError> for FileError {
    fn from(error: RatchetError) -> Self {
        match error {
            RatchetError::File(error) | RatchetError::Object(error) | RatchetError::Shape(error) => error,
        }
    }
}

impl Ratchet {
    /// Reads the file; none where there is none. Python counts `true` as 1, and so does Molt's checker.
    pub fn read(files: &dyn Files, path: &RelPath) -> Result<Option<Self>, RatchetError> {
        let Some(bytes) = files.read(path)? else { return Ok(None) };
        // Molt's tools read it as JSON, which has none
        let mark = bytes.starts_with(BYTE_ORDER_MARK.as_bytes()).then(|| "it begins with a byte order mark".to_owned());
        if let Some(why) = mark.or_else(|| too_long(bytes.len(), SETTINGS)) {
            return Err(FileError::unusable(path, "", why).into());
        }
        let Some(text) = files.text(path)? else { return Ok(None) };
        let value: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| FileError::unusable(path, &text, format!("it is not JSON: {error}")))?;
        if !value.is_object() {
            return Err(RatchetError::Object(FileError::unusable(path, "", "it is not a JSON object")));
        }
        let budget = match value.get(KEY) {
            Some(serde_json::Value::Bool(it)) => Some(u64::from(*it)),
            // Python's whole numbers have no end
            Some(it) => it.as_u64().or_else(|| is_whole(&text).then_some(u64::MAX)),
            None => None,
        };
        budget.map(|budget| Some(Self { budget })).ok_or_else(|| RatchetError::shape(path))
    }

    /// Makes the file say `self`, leaving every other byte of it alone.
    pub fn write(self, staged: &mut Staged<'_>, path: &RelPath) -> Result<(), RatchetError> {
        let text = staged.text(path)?.unwrap_or_else(|| format!("{{\n  \"{KEY}\": 0\n}}\n"));
        let start = value_start(&text).ok_or_else(|| RatchetError::shape(path))?;
        let length = text[start..].find([',', '}', '\n', '\r']).unwrap_or(0);
        let new = format!("{}{}{}", &text[..start], self.budget, &text[start + length..]);
        staged.write(path, new)?;
        match Self::read(staged, path)? {
            Some(it) if it == self => Ok(()),
            _ => Err(RatchetError::shape(path)),
        }
    }
}

/// Whether the value is written in digits alone.
fn is_whole(text: &str) -> bool {
    let value = value_start(text).map_or("", |at| &text[at..]);
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && value[digits..].trim_start().starts_with([',', '}'])
}

/// Where the value of the top-level key begins; the last one where it is there twice, as a parser takes it.
fn value_start(text: &str) -> Option<usize> {
    let key = format!("\"{KEY}\"");
    let (mut depth, mut in_string, mut found) = (0, false, None);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if in_string => drop(bytes.next()),
            b'"' => {
                in_string = !in_string;
                let behind = text[at..].strip_prefix(&key).map(str::trim_start).and_then(|it| it.strip_prefix(':'));
                if let Some(behind) = behind.filter(|_| in_string && depth == 1) {
                    found = Some(text.len() - behind.trim_start().len());
                }
            }
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    found
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
        let huge = read("{\"max_intrinsic_partial\": 99999999999999999999}").unwrap();
        assert_eq!(huge, Some(Ratchet { budget: u64::MAX }));
        for bad in ["{\"max_intrinsic_partial\": 873.0}", "{\"max_intrinsic_partial\": -1}", "[]", "{}", "{"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(Ratchet::read(&Memory::default(), &path()).unwrap(), None);
    }

    #[test]
    fn a_new_budget_changes_the_number_alone() {
        for (text, expected) in [
            ("{\n  \"max_intrinsic_partial\": 873\n}\n", "{\n  \"max_intrinsic_partial\": 880\n}\n"),
            (
                "{\"max_intrinsic_partial\": 873, \"was\": {\"max_intrinsic_partial\": 1}}",
                "{\"max_intrinsic_partial\": 880, \"was\": {\"max_intrinsic_partial\": 1}}",
            ),
            ("{\"a\":1,\"max_intrinsic_partial\" :873,\"b\":2}", "{\"a\":1,\"max_intrinsic_partial\" :880,\"b\":2}"),
        ] {
            let files = Memory([(path(), text.into())].into());
            let mut staged = Staged::new(&files);
            Ratchet { budget: 880 }.write(&mut staged, &path()).unwrap();
            assert_eq!(staged.text(&path()).unwrap().unwrap(), expected);
        }
    }
}
