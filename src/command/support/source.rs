//! Where facts are to come from.

use std::path::PathBuf;

/// Where the facts are to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Source {
    /// The mirror.
    Mirror,
    /// An archive or an unpacked tree.
    Path(PathBuf),
    /// A live interpreter.
    Interpreter(PathBuf),
    /// The recorded baseline of the binary.
    Bundled,
}

impl std::str::FromStr for Source {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("interpreter:") {
            Some(path) => Self::Interpreter(path.into()),
            None if text == "bundled" => Self::Bundled,
            None => Self::Path(text.into()),
        })
    }
}
