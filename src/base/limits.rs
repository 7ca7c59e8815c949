//! How much of what a workspace holds is looked at. A workspace may be anybody's pull request, so that everything in it has
//! an end: what is over a limit is an error or a finding, and never a part that is passed over. Each limit is ten times or
//! more what the largest workspace that is known has. Where a limit belongs to one algorithm alone, it stands beside that.

/// Bytes of the settings, and of the bindings.
pub const SETTINGS: usize = 1 << 20;
/// Bytes of a baseline.
pub const RECORD: usize = 2 << 20;
/// Bytes of the lock: half of what the second job of the workflow takes, so that there is room for what a refresh adds.
pub const LOCK: usize = 1 << 19;
/// Bytes of a Python file that is read as data: the union, the attestation, Molt's checker.
pub const PYTHON_DATA: usize = 2 << 20;
/// Bytes of the file that a fact comes from.
pub const FACT_SOURCE: usize = 4 << 20;
/// Bytes of all files that facts come from.
pub const FACT_SOURCES: usize = 32 << 20;
/// Files whose older versions are read.
pub const HISTORIES: usize = 64;
/// Versions of all of them.
pub const VERSIONS: usize = 10_000;
/// Bytes of all those versions.
pub const HISTORY: usize = 64 << 20;
/// Bytes of a document.
pub const DOCUMENT: usize = 8 << 20;
/// Lines of a document.
pub const DOCUMENT_LINES: usize = 100_000;
/// Marks of a document, such as may mean something in Markdown: each takes a hundred times its memory while it is parsed.
pub const DOCUMENT_MARKS: usize = 600_000;
/// Bytes of all documents.
pub const DOCUMENTS: usize = 128 << 20;
/// Lines of all documents.
pub const LINES: usize = 1_500_000;
/// Files that a commit has in the places that are asked for.
pub const ENTRIES: usize = 500_000;
/// Templates in a folder of the workspace's own.
pub const TEMPLATES: usize = 64;
/// CPython series that a workspace knows.
pub const SERIES: usize = 16;
/// Names of one series.
pub const NAMES: usize = 50_000;
/// Tokens of a Python file.
pub const TOKENS: usize = 2_000_000;
/// What is allowed together: so much of a few files, more where there are many ordinary ones, and at most so much of any.
#[derive(Debug, Clone, Copy)]
pub struct Together {
    /// However few files there are.
    pub least: usize,
    /// For each file.
    pub each: usize,
    /// However many there are.
    pub most: usize,
}

impl Together {
    /// What so many files may have.
    pub fn of(self, files: usize) -> usize {
        files.saturating_mul(self.each).clamp(self.least, self.most)
    }
}

/// Bytes of all modules, and of the tests of the core lane: a module of Molt's has two kilobytes in the mean.
pub const ALL_PYTHON: Together = Together { least: 128 << 20, each: 4 << 10, most: 256 << 20 };
/// Tokens of the same, where the mean is four hundred: a hundred times Molt's tree is read, and a few large files are not.
pub const ALL_TOKENS: Together = Together { least: 12_000_000, each: 500, most: 48_000_000 };

/// The most signs of one TOML file that can make tables and values, each of which takes up to a kilobyte while it is read: the lock of ten
/// years has 20,000.
const TOML_MARKS: usize = 200_000;

/// Why a TOML text is not parsed, where it is longer than `limit` bytes, or has too many signs that make tables and values.
pub fn too_large_toml(text: &str, limit: usize) -> Option<String> {
    let is_mark = |it: &u8| matches!(it, b'.' | b'=' | b'[' | b'{' | b',');
    too_long(text.len(), limit).or_else(|| {
        let marks = text.bytes().filter(is_mark).count();
        let why = format!("it has {marks} signs such as `=`, `.` and `,`, and more than {TOML_MARKS} are not read");
        (marks > TOML_MARKS).then_some(why)
    })
}

/// Why a text of so many bytes is not read, where it is too long.
pub fn too_long(bytes: usize, limit: usize) -> Option<String> {
    (bytes > limit).then(|| format!("it has {bytes} bytes, and more than {limit} are not read"))
}
