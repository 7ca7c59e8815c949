//! How much Python one run parses: many files of an allowed size each are too much together.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Module, SyntaxError, parse};
use crate::base::limits::{ALL_PYTHON, ALL_TOKENS, Together};

/// What was parsed so far. Files are parsed on all cores, and share one.
#[derive(Debug, Default)]
pub struct ParseMeter {
    files: AtomicUsize,
    bytes: AtomicUsize,
    tokens: AtomicUsize,
    /// Whether it was too much once: what was left unread then stays unread, however many files come behind it.
    is_over: AtomicBool,
}

impl ParseMeter {
    /// Counts files that are to come, so that the limit does not depend on which of them are read first.
    pub fn add_files(&self, files: usize) {
        self.files.fetch_add(files, Ordering::Relaxed);
    }

    /// Counts the bytes of a file that was expected; whether it may still be parsed.
    pub fn admits(&self, bytes: usize) -> bool {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.excess().is_none()
    }

    /// Parses a file, and counts its tokens.
    ///
    /// # Errors
    /// When it cannot be parsed.
    pub fn parse(&self, text: &str) -> Result<Module, SyntaxError> {
        let parsed = parse(text);
        // how far a text that is not Python was read is not told
        let tokens = parsed.as_ref().map_or(text.len() / 4, |it| it.0.tokens().len());
        self.tokens.fetch_add(tokens, Ordering::Relaxed);
        parsed
    }

    /// Why no more is parsed, where it was too much.
    pub fn excess(&self) -> Option<String> {
        let files = self.files.load(Ordering::Relaxed);
        let over = |count: &AtomicUsize, limit: Together| {
            let limit = limit.of(files);
            (count.load(Ordering::Relaxed) > limit).then_some(limit)
        };
        let bytes = over(&self.bytes, ALL_PYTHON).map(|it| (it, "bytes"));
        let found = bytes.or_else(|| over(&self.tokens, ALL_TOKENS).map(|it| (it, "tokens")));
        let was_over = self.is_over.fetch_or(found.is_some(), Ordering::Relaxed);
        let (limit, what) = found.or_else(|| was_over.then(|| (ALL_TOKENS.of(files), "tokens")))?;
        Some(format!("the Python files have more than {limit} {what} together, and that is not read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_together() {
        let meter = ParseMeter::default();
        assert!(meter.admits(4) && meter.parse("a=1\n").is_ok());
        assert_eq!(meter.tokens.load(Ordering::Relaxed), 4);
        assert!(meter.parse("(((((((((((((((").is_err());
        assert_eq!(meter.tokens.load(Ordering::Relaxed), 7, "what does not parse counts as well");
        let bytes = ALL_PYTHON.least;
        assert!(meter.admits(bytes - 4) && !meter.admits(1));
        assert!(meter.excess().is_some_and(|it| it.contains(&format!("more than {bytes} bytes together"))));
        let meter = of_files(0, ALL_TOKENS.least);
        assert!(meter.admits(4) && meter.parse("a=1\n").is_ok() && !meter.admits(0));
        let words = format!("more than {} tokens together", ALL_TOKENS.least);
        assert!(meter.excess().is_some_and(|it| it.contains(&words)));
    }

    #[test]
    fn what_was_too_much_once_stays_it() {
        let meter = of_files(7, 13_000_000);
        assert!(!meter.admits(1));
        meter.add_files(87_300);
        assert!(!meter.admits(1) && meter.excess().is_some_and(|it| it.contains("tokens together")));
    }

    fn of_files(files: usize, tokens: usize) -> ParseMeter {
        ParseMeter { files: files.into(), tokens: tokens.into(), ..ParseMeter::default() }
    }

    #[test]
    fn many_ordinary_files_may_have_more_than_a_few_large_ones_up_to_an_end() {
        for (files, tokens, is_too_much) in [
            (7, 13_000_000, true),
            (87_300, 34_000_000, false),
            (87_300, 44_000_000, true),
            (1_000_000, 47_000_000, false),
            (1_000_000, 49_000_000, true),
        ] {
            assert_eq!(of_files(files, tokens).excess().is_some(), is_too_much, "{files} files, {tokens} tokens");
        }
    }
}
