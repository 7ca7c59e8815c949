//! What the words of a header mean for a comparison: what is made equal before it, and which part of stderr counts.

/// What is made equal in every text before it is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Normalize {
    /// A carriage return before a line feed is dropped.
    pub newlines: bool,
    /// A backslash is a slash.
    pub paths: bool,
}

impl Normalize {
    /// `newlines`, `paths` or `all`
    pub(super) fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "newlines" => Some(Self { newlines: true, paths: false }),
            "paths" => Some(Self { newlines: false, paths: true }),
            "all" => Some(Self { newlines: true, paths: true }),
            _ => None,
        }
    }

    /// The text in the form that is compared.
    pub fn apply(self, text: &[u8]) -> Vec<u8> {
        let mut res = Vec::with_capacity(text.len());
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'\r' if self.newlines && text.get(at + 1) == Some(&b'\n') => {}
                b'\\' if self.paths => res.push(b'/'),
                other => res.push(*other),
            }
        }
        res
    }
}

/// Which part of stderr has to agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stderr {
    /// None.
    #[default]
    Ignore,
    /// All of it.
    Exact,
    /// The type and the message of the exception that ended the program.
    Exception,
}

impl Stderr {
    /// Any other word means that all of it has to agree, as in Molt's runner.
    pub(super) fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "" | "ignore" => Self::Ignore,
            "traceback" | "exception" | "exception_signature" => Self::Exception,
            _ => Self::Exact,
        }
    }

    pub(super) fn is_known(word: &str) -> bool {
        Self::of(word) != Self::Exact || matches!(word.to_ascii_lowercase().as_str(), "match" | "exact")
    }

    /// The word of a header.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Exact => "exact",
            Self::Exception => "exception",
        }
    }
}
