//! Whose words count where a person edited what the tool writes.

/// Whose words count in a file that a person edited although the tool writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person's: they stay as they are.
    Ours,
    /// The tool's: they are written over the person's.
    Theirs,
    /// Both: the person's changes are carried over to the new words, where git knows the old ones.
    Merge,
}
