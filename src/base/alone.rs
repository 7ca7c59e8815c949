//! Inputs that take much memory, one at a time. A limit bounds one input, and threads look at as many inputs as there are
//! cores: what they take together is bounded only where the large ones wait for each other.

use std::{
    cell::Cell,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// From how many bytes on a Python file is a large one. A syntax tree takes up to 140 times the bytes of its text; Molt's
/// longest module has 50 kB.
pub const LARGE_PYTHON: usize = 1 << 17;

/// From how many marks and lines on a document is a large one. Each takes up to 250 bytes while a document is parsed; Molt's
/// largest document has 58,000.
pub const LARGE_DOCUMENT: usize = 1 << 16;

static ONE: Mutex<()> = Mutex::new(());

thread_local! {
    static HOLDS: Cell<bool> = const { Cell::new(false) };
}

/// Nobody else looks at a large input as long as it is there.
pub struct Alone(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

impl Drop for Alone {
    fn drop(&mut self) {
        HOLDS.set(false);
    }
}

/// Waits until no other thread looks at a large input, where this one is large. A thread does not wait for itself.
#[must_use = "it is held while the input is looked at"]
pub fn alone(is_large: bool) -> Option<Alone> {
    if !is_large || HOLDS.get() {
        return None;
    }
    let res = Alone(ONE.lock().unwrap_or_else(PoisonError::into_inner));
    HOLDS.set(true);
    Some(res)
}

/// From how many bytes on it is one, whatever it holds: each word can have a place of its own. Molt's largest has 600 kB.
const LONG_DOCUMENT: usize = 1 << 20;

/// Whether a byte is a mark that can have a meaning in Markdown.
const IS_MARK: [bool; 256] = {
    let marks = b"*_`[]<>!&\\|~+-";
    let mut res = [false; 256];
    let mut at = 0;
    while at < marks.len() {
        res[marks[at] as usize] = true;
        at += 1;
    }
    res
};

/// How many marks a text has that can have a meaning in Markdown, the numbers of lists included.
pub fn marks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let marks = bytes.iter().filter(|it| IS_MARK[usize::from(**it)]).count();
    let is_number = |at: &usize| *at > 0 && bytes[*at - 1].is_ascii_digit();
    marks + memchr::memchr2_iter(b'.', b')', bytes).filter(is_number).count()
}

/// Whether a document is a large one.
pub fn is_large_document(text: &str) -> bool {
    let lines = || memchr::memchr_iter(b'\n', text.as_bytes()).count();
    text.len() > LONG_DOCUMENT || (text.len() > LARGE_DOCUMENT && marks(text) + lines() > LARGE_DOCUMENT)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn one_thread_has_a_large_input_at_a_time() {
        let (now, most, small) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let held = alone(true);
                        assert!(held.is_some() && alone(true).is_none(), "it does not wait for itself");
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(1, Ordering::SeqCst);
                        drop(held);
                        small.fetch_add(usize::from(alone(false).is_none()), Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!((most.into_inner(), small.into_inner()), (1, 400));
    }

    #[test]
    fn words_do_not_make_a_document_large() {
        assert!(!is_large_document(&"word word\n".repeat(10_000)));
        assert!(is_large_document(&"word ".repeat(LONG_DOCUMENT / 5 + 1)));
        assert!(is_large_document(&"\n".repeat(LARGE_DOCUMENT + 1)) && !is_large_document(&"*".repeat(LARGE_DOCUMENT)));
        assert!(is_large_document(&"*a_ ".repeat(LARGE_DOCUMENT / 2 + 1)));
    }
}
