//! Where the functions of certain names stand in a Rust source: a scan that knows strings, comments and braces, and nothing
//! else of the language.

use std::ops::Range;

/// One function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutlinedFunction<'t> {
    pub(super) name: &'t str,
    /// Where its `fn` stands.
    pub(super) at: usize,
    /// Attributes, signature and body.
    pub(super) item: Range<usize>,
    /// Whether it has a body; a declaration has none.
    pub(super) has_body: bool,
    /// What opens the blocks around it, outermost first: `#[cfg(test)] mod tests`.
    pub(super) scopes: Vec<Range<usize>>,
}

/// A block that is open.
struct OpenBlock {
    header: Range<usize>,
    /// The brackets that were open where it began.
    brackets: usize,
}

/// The function whose end is looked for.
struct OpenFunction<'t> {
    found: OutlinedFunction<'t>,
    /// How many blocks are around it.
    depth: usize,
    is_in_body: bool,
}

/// No item of a crate lies in more blocks than so many.
const DEEPEST: usize = 32;

struct OutlineScan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the item begins that is being read.
    item: usize,
    brackets: usize,
    scopes: Vec<OpenBlock>,
    open: Option<OpenFunction<'t>>,
    done: Vec<OutlinedFunction<'t>>,
    /// The number of brackets at which an inner attribute ends.
    inner: Option<usize>,
}

/// The functions whose names are wanted, in order.
pub(super) fn functions<'t>(text: &'t str, is_wanted: &dyn Fn(&str) -> bool) -> Vec<OutlinedFunction<'t>> {
    let mut scan = OutlineScan {
        text,
        bytes: text.as_bytes(),
        at: 0,
        item: 0,
        brackets: 0,
        scopes: Vec::new(),
        open: None,
        done: Vec::new(),
        inner: None,
    };
    while scan.at < scan.bytes.len() {
        scan.step(is_wanted);
    }
    scan.done
}

impl OutlineScan<'_> {
    fn step(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        let rest = &self.bytes[self.at..];
        match rest[0] {
            b'/' if rest.starts_with(b"//") => self.line_comment(),
            b'/' if rest.starts_with(b"/*") => self.block_comment(),
            b'"' => self.string(),
            b'\'' => self.character(),
            b'{' => self.begin(),
            b'}' => self.end(),
            b'(' | b'[' => {
                self.brackets += 1;
                self.at += 1;
            }
            b')' | b']' => {
                self.brackets = self.brackets.saturating_sub(1);
                self.at += 1;
                if self.inner == Some(self.brackets) {
                    self.inner = None;
                    self.item = self.at;
                }
            }
            b';' if self.brackets == 0 => self.semicolon(),
            b'#' if rest.starts_with(b"#![") => {
                self.inner = Some(self.brackets);
                self.at += 2;
            }
            it if it.is_ascii_alphabetic() || it == b'_' => self.word(is_wanted),
            it if it.is_ascii_digit() => self.at += word_length(rest),
            _ => self.at += 1,
        }
    }

    /// A comment about a whole file is not a part of its first item.
    fn line_comment(&mut self) {
        let is_inner = self.bytes[self.at..].starts_with(b"//!");
        let end = memchr::memchr(b'\n', &self.bytes[self.at..]);
        self.at = end.map_or(self.bytes.len(), |it| self.at + it + 1);
        if is_inner {
            self.item = self.at;
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            if rest.starts_with(b"/*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with(b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(skip) = memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += skip;
            if self.bytes[self.at] == b'"' {
                self.at += 1;
                return;
            }
            self.at += 2;
        }
        self.at = self.bytes.len();
    }

    /// A raw string of which `hashes` stand before the quote.
    fn raw_string(&mut self, hashes: usize) {
        let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
        let from = (self.at + hashes + 1).min(self.bytes.len());
        let found = memchr::memmem::find(&self.bytes[from..], &end);
        self.at = found.map_or(self.bytes.len(), |it| from + it + end.len());
    }

    /// A character, or a lifetime.
    fn character(&mut self) {
        let rest = &self.text[self.at + 1..];
        let mut letters = rest.chars();
        match letters.next() {
            Some('\\') => {
                let end = rest.char_indices().skip(2).find(|(_, it)| *it == '\'').map_or(rest.len(), |(at, _)| at + 1);
                self.at += 1 + end;
            }
            Some(letter) if letters.next() == Some('\'') => self.at += 2 + letter.len_utf8(),
            _ => self.at += 1,
        }
    }

    fn begin(&mut self) {
        if let Some(open) = self.open.as_mut().filter(|it| it.depth == self.scopes.len() && self.brackets == 0) {
            open.is_in_body = true;
        }
        self.scopes.push(OpenBlock { header: self.item..self.at, brackets: std::mem::take(&mut self.brackets) });
        self.at += 1;
        self.item = self.at;
    }

    fn end(&mut self) {
        self.at += 1;
        if let Some(scope) = self.scopes.pop() {
            self.brackets = scope.brackets;
        }
        if self.brackets == 0 {
            self.item = self.at;
        }
        if self.open.as_ref().is_some_and(|it| it.is_in_body && it.depth == self.scopes.len()) {
            self.close(true);
        }
    }

    fn semicolon(&mut self) {
        self.at += 1;
        self.item = self.at;
        if self.open.as_ref().is_some_and(|it| !it.is_in_body && it.depth == self.scopes.len()) {
            self.close(false);
        }
    }

    fn close(&mut self, has_body: bool) {
        if let Some(OpenFunction { mut found, .. }) = self.open.take() {
            found.item.end = self.at;
            found.has_body = has_body;
            self.done.push(found);
        }
    }

    fn word(&mut self, is_wanted: &dyn Fn(&str) -> bool) {
        let rest = &self.bytes[self.at..];
        let length = word_length(rest);
        let (word, behind) = rest.split_at(length);
        let hashes = behind.iter().take_while(|it| **it == b'#').count();
        let is_raw = matches!(word, b"r" | b"br" | b"cr") && behind.get(hashes) == Some(&b'"');
        self.at += length;
        if is_raw {
            return self.raw_string(hashes);
        }
        if word == b"fn" && self.open.is_none() {
            let name = self.text[self.at..].trim_start();
            let start = self.text.len() - name.len();
            let name = &name[..word_length(name.as_bytes())];
            if start > self.at && self.scopes.len() <= DEEPEST && is_wanted(name) {
                let item = self.item..self.item;
                let scopes = self.scopes.iter().map(|it| it.header.clone()).collect();
                let found = OutlinedFunction { name, at: self.at - length, item, has_body: false, scopes };
                self.open = Some(OpenFunction { found, depth: self.scopes.len(), is_in_body: false });
                self.at = start + name.len();
            }
        }
    }
}

fn word_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|it| it.is_ascii_alphanumeric() || **it == b'_').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool, String, Vec<String>)> {
        let all = functions(text, &|it| it.starts_with("molt_"));
        let scope = |it: &Range<usize>| text[it.clone()].trim().to_owned();
        all.iter()
            .map(|it| {
                let scopes = it.scopes.iter().map(scope).collect();
                (it.name.to_owned(), it.has_body, text[it.item.clone()].trim().to_owned(), scopes)
            })
            .collect()
    }

    #[test]
    fn an_item_has_its_attributes_and_its_whole_body() {
        let text = "//! file\n#![allow(x)]\n/// doc\n#[cfg(unix)]\npub extern \"C\" fn molt_a(x: [u8; 2]) -> u64 {\n  g!(p, { if x { '{' } else { \"}\" } })\n}\nfn other() {}\nunsafe extern \"C\" { fn molt_b(a: u64) -> u64; }\n";
        let all = found(text);
        assert_eq!(all.len(), 2);
        let (name, has_body, item, scopes) = &all[0];
        assert!((name.as_str(), *has_body) == ("molt_a", true) && scopes.is_empty());
        assert!(item.starts_with("/// doc\n#[cfg(unix)]") && item.ends_with("})\n}"), "{item}");
        assert_eq!((all[1].0.as_str(), all[1].1), ("molt_b", false));
        assert_eq!(all[1].3, ["unsafe extern \"C\""]);
    }

    #[test]
    fn what_is_quoted_or_commented_out_is_not_there() {
        let text = "// fn molt_a() {}\n/* fn molt_b() {} /* } */ */\nconst X: &str = r#\"fn molt_c() { \"#;\nconst Y: char = '\\'';\nconst Z: &[u8] = b\"\\\"fn molt_d() {}\";\nfn f<'a>(x: &'a str) -> char { '\"' }\nxfn molt_e() {}\nfn molt_f() {}\n";
        let names: Vec<String> = found(text).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["molt_f"]);
    }

    #[test]
    fn blocks_around_it_are_told_and_a_broken_text_ends() {
        let text = "use a;\n#[cfg(test)]\nmod tests {\n  use b;\n  fn molt_a() -> u64 { 0 }\n}\nfn molt_b() {";
        let all = found(text);
        assert_eq!(all.len(), 1, "what does not end is not there");
        assert_eq!(all[0].3, ["#[cfg(test)]\nmod tests"]);
        for text in ["fn molt_a(", "\"", "'", "r#\"", "/*", "}}}", "fn", "fn molt_a() { '\\"] {
            found(text);
        }
    }
}
