//! The blocks of a document around some places, each read by itself: where few places matter, the rest of a document need not be
//! parsed to know whether one of them does.

use std::{cell::LazyCell, ops::Range};

use super::flow::{Flow, flows};

/// How far from a place the lines around it are looked at, in bytes.
const AROUND: usize = 16 << 10;

/// The blocks around some places, which are in order, as they stand; all of the document, as the last one, where what a block says
/// is known from there alone.
pub(super) fn blocks(text: &str, places: impl Iterator<Item = usize>) -> impl Iterator<Item = &str> {
    // what a link is called is known from the whole document
    let has_links = LazyCell::new(move || text.contains("\n[") && text.contains("]: "));
    let mut end = 0;
    places.filter_map(move |place| {
        if place < end {
            return None;
        }
        let part = block_around(text, place);
        let is_linked = text[part.clone()].contains('[') && *has_links;
        end = if is_linked { text.len() } else { part.end };
        Some(if is_linked { text } else { &text[part] })
    })
}

/// What a block of `text` says, at least as it does in its document.
pub(super) fn flows_of(block: &str, text: &str) -> Vec<Flow> {
    if block.len() == text.len() { flows(text) } else { flows(&by_itself(block)) }
}

/// The lines around a place up to the empty ones.
fn block_around(text: &str, place: usize) -> Range<usize> {
    const EMPTY: [&str; 2] = ["\n\n", "\n\r\n"];
    let first = text.floor_char_boundary(place.saturating_sub(AROUND));
    let last = text.ceil_char_boundary(place.saturating_add(AROUND).min(text.len()));
    let start = EMPTY.iter().filter_map(|it| text[first..place].rfind(it).map(|at| first + at + it.len())).max();
    let end = EMPTY.iter().filter_map(|it| text[place..last].find(it)).min();
    start.unwrap_or(first)..end.map_or(last, |it| place + it)
}

/// A block without what makes it a part of a list or of code.
fn by_itself(block: &str) -> String {
    let line = |it: &str| {
        let it = it.trim_start();
        if it.starts_with("```") || it.starts_with("~~~") { "\n".to_owned() } else { format!("{it}\n") }
    };
    block.lines().map(line).collect()
}
