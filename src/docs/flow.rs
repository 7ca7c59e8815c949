//! What a Markdown document says, block by block, as one line of text each: a paragraph that is wrapped otherwise, quoted
//! or indented reads the same. Every byte knows its place in the document.

use std::{cell::OnceCell, ops::Range, rc::Rc};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub(super) use super::title::{QUOTE, Title, is_note};
use super::{
    html,
    shown::{front_matter, has_blanks, has_wide_blanks, is_invisible},
    text::time::Times,
    title::led,
};

/// What kind of block it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// A paragraph or the text of a list item.
    Prose,
    /// A heading.
    Heading,
    /// A row of a table; its cells are parted by ` | `.
    Row,
    /// Code, with the info string of its fence.
    Code(String),
}

#[cfg(test)]
thread_local! {
    /// How many bytes were read for what all of a block or a heading says; a test asks for it.
    pub(super) static READ: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// One block.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) kind: BlockKind,
    /// Blanks are single; code spans keep one backtick on either side; emphasis is left out. Code is as it stands.
    pub(super) text: String,
    /// The headings that it stands below, outermost first.
    pub(super) headings: Rc<[Rc<Title>]>,
    /// The date of a `molt-sync:as-of` comment above it.
    pub(super) as_of: Option<String>,
    /// Whether a `molt-sync:ignore` comment stands above it.
    pub(super) is_ignored: bool,
    /// The cells of a row, in its text.
    pub(super) cells: Vec<Range<usize>>,
    /// Whether the row is its table's head.
    pub(super) is_head: bool,
    /// Whether a page may not show it where it stands: a footnote, HTML, what is folded or hidden.
    pub(super) is_apart: bool,
    /// The number of its table; zero outside of one.
    pub(super) table: usize,
    /// The number of the innermost list; zero outside of one.
    pub(super) list: usize,
    /// What introduces the lists and the table that it is in, innermost last.
    pub(super) leads: Rc<[Rc<str>]>,
    /// What [`super::tense`] found out about it.
    pub(super) day: OnceCell<Option<String>>,
    /// The same.
    pub(super) is_record: OnceCell<bool>,
    /// What all of its text says of time, for a long block that is read in parts.
    pub(super) times: OnceCell<Times>,
    /// Where runs of the text begin, and where they stand in the document; sorted.
    places: Vec<(usize, usize)>,
}

impl Flow {
    /// Where a part of the text stands in the document.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        let of = |byte: usize| {
            let run = self.places.partition_point(|(start, _)| *start <= byte);
            run.checked_sub(1).map_or(0, |run| self.places[run].1 + (byte - self.places[run].0))
        };
        let start = of(part.start);
        start..part.end.checked_sub(1).map_or(start, |last| (of(last) + 1).max(start))
    }

    /// Whether the text shows what stands at a byte of the document.
    pub(super) fn shows(&self, byte: usize) -> bool {
        let run = self.places.partition_point(|(_, place)| *place <= byte).checked_sub(1);
        run.is_some_and(|run| {
            let end = self.places.get(run + 1).map_or(self.text.len(), |(start, _)| *start);
            byte < self.places[run].1 + (end - self.places[run].0)
        })
    }
}

/// The longest part of a document between two characters of a text, in bytes: quote marks, indentation, an entity.
const SKIPPED: usize = 1024;
/// How much is kept of what introduces a list, in bytes.
const LEAD: usize = 300;

/// All blocks of a document.
pub(super) fn flows(source: &str) -> Vec<Flow> {
    blocks(FlowReader { source, ..FlowReader::default() }, Options::ENABLE_TABLES)
}

/// All blocks of a document, those in footnotes and in elements that some pages hide as well. An image is a mark.
pub(super) fn flows_of_all(source: &str) -> Vec<Flow> {
    let reader = FlowReader { source, hidden: html::Hidden::read(), ..FlowReader::default() };
    blocks(reader, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
}

fn blocks(mut reader: FlowReader<'_>, options: Options) -> Vec<Flow> {
    let (source, start) = (reader.source, front_matter(reader.source));
    for (event, range) in Parser::new_ext(&source[start..], options).into_offset_iter() {
        reader.event(event, start + range.start..start + range.end);
    }
    reader.flush();
    reader.done
}

#[derive(Default)]
struct FlowReader<'a> {
    source: &'a str,
    done: Vec<Flow>,
    text: String,
    places: Vec<(usize, usize)>,
    headings: Vec<(usize, Rc<Title>)>,
    /// The titles of those.
    above_it: Rc<[Rc<Title>]>,
    level: usize,
    code: Option<String>,
    in_row: bool,
    as_of: Option<String>,
    is_ignored: bool,
    /// How many lists, quotes and tables are open.
    depth: usize,
    /// The cells of the row so far.
    cells: Vec<Range<usize>>,
    cell: usize,
    is_head: bool,
    table: usize,
    /// How many tables and lists there were.
    count: usize,
    /// The open lists.
    lists: Vec<usize>,
    leads: Vec<Rc<[Rc<str>]>>,
    /// Where an open block of HTML begins.
    html: Option<usize>,
    /// The element that hides what is read.
    hidden: html::Hidden,
    /// How many images are open, whose words stand for them where they cannot be shown.
    images: usize,
    /// How much is open that a page may show elsewhere: a footnote, a block of HTML.
    apart: usize,
    /// What a comment above one of them says of all that is in it, and how deep that one is.
    above: Option<(usize, Option<String>, bool)>,
    /// Where the last run ends in the document.
    end: usize,
}

impl FlowReader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(_) | Event::Code(_) if self.images > 0 || self.hidden.is_open() => {}
            Event::Text(text) => self.push_aligned(&text, range),
            Event::Code(text) => {
                self.push("`", range.start);
                let ticks = self.source[range.clone()].bytes().take_while(|it| *it == b'`').count();
                self.push_aligned(&text, range.start + ticks..range.end.saturating_sub(ticks));
                self.push("`", range.end.saturating_sub(1));
            }
            Event::SoftBreak | Event::HardBreak => self.push(" ", range.start),
            Event::Html(html) => self.comment(&html),
            Event::InlineHtml(tag) if self.hidden.step(&tag, true) => {}
            Event::InlineHtml(tag) => match self.hidden.mark(&tag) {
                " " => self.push(" ", range.start),
                "" => {}
                mark => self.run(mark, range.start),
            },
            Event::Start(Tag::HtmlBlock) => {
                self.flush();
                self.html = Some(range.start);
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some(start) = self.html.take() {
                    self.html(start..range.end);
                }
            }
            Event::Start(Tag::Image { .. }) => {
                self.push(self.hidden.image(), range.start);
                self.images += 1;
            }
            Event::Start(tag) => self.start(&tag, range.start),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) {
        if matches!(tag, Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_)) {
            self.flush();
            self.depth += 1;
            self.open(tag, at);
            if self.above.is_none() && (self.as_of.is_some() || self.is_ignored) {
                self.above = Some((self.depth, self.as_of.take(), std::mem::take(&mut self.is_ignored)));
            }
        }
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } => {}
            Tag::TableCell if self.in_row => {
                if !self.text.is_empty() {
                    self.push(" | ", self.end);
                }
                self.cell = self.text.len();
            }
            Tag::TableRow | Tag::TableHead => {
                self.flush();
                self.in_row = true;
                self.is_head = matches!(tag, Tag::TableHead);
            }
            Tag::Heading { level, .. } => {
                self.flush();
                self.level = *level as usize;
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.code = Some(match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                });
            }
            _ => self.flush(),
        }
        self.apart += usize::from(matches!(tag, Tag::FootnoteDefinition(_)));
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => {}
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::TableCell if self.in_row => self.cells.push(self.cell.min(self.text.len())..self.text.len()),
            TagEnd::TableRow | TagEnd::TableHead => {
                self.flush();
                self.in_row = false;
            }
            TagEnd::Heading(_) => {
                let level = self.level;
                self.headings.retain(|(it, _)| *it < level);
                let title = Rc::new(Title::new(&self.text, level));
                self.above_it = self.headings.iter().map(|(_, it)| Rc::clone(it)).collect();
                self.flush();
                self.headings.push((level, title));
                self.above_it = self.headings.iter().map(|(_, it)| Rc::clone(it)).collect();
                self.level = 0;
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.code = None;
            }
            _ => self.flush(),
        }
        self.apart -= usize::from(tag == TagEnd::FootnoteDefinition && self.apart > 0);
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
                self.leads.pop();
            }
            TagEnd::Table => {
                self.table = 0;
                self.leads.pop();
            }
            TagEnd::BlockQuote(_) => _ = self.leads.pop(),
            _ => {}
        }
        if matches!(tag, TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::Table) {
            self.above.take_if(|it| it.0 == self.depth);
            self.depth = self.depth.saturating_sub(1);
        }
    }

    /// A list or a table is introduced by the item that it is in, or by the words before it that end in a colon.
    fn open(&mut self, tag: &Tag<'_>, at: usize) {
        let leads = self.leads.last().cloned().unwrap_or_default();
        let is_lead = |it: &&Flow| it.kind == BlockKind::Prose && (!self.lists.is_empty() || it.text.ends_with(':'));
        let leads = match self.done.last().filter(is_lead) {
            Some(lead) => led(&leads, &lead.text[..lead.text.floor_char_boundary(LEAD)]),
            None => leads,
        };
        let is_quote = matches!(tag, Tag::BlockQuote(_))
            && !is_note(&self.source[at..])
            && leads.last().is_none_or(|it| **it != *QUOTE);
        self.leads.push(if is_quote { led(&leads, QUOTE) } else { leads });
        self.count += 1;
        match tag {
            Tag::List(_) => self.lists.push(self.count),
            Tag::Table(_) => self.table = self.count,
            _ => {}
        }
    }

    /// A block of HTML: its text, a block for each element that is one.
    fn html(&mut self, range: Range<usize>) {
        let source = self.source;
        self.apart += 1;
        for (part, place) in html::parts(&source[range.clone()], &mut self.hidden) {
            let at = range.start + place.start;
            match part {
                html::HtmlPart::Break => self.flush(),
                html::HtmlPart::Row => {
                    self.flush();
                    (self.in_row, self.is_head) = (true, false);
                    if self.table == 0 {
                        self.count += 1;
                        self.table = self.count;
                    }
                }
                html::HtmlPart::RowEnd => {
                    self.flush();
                    self.in_row = false;
                }
                html::HtmlPart::TableEnd => {
                    self.flush();
                    (self.in_row, self.table) = (false, 0);
                }
                html::HtmlPart::Cell(is_head) => {
                    if !self.text.is_empty() {
                        self.push(" | ", at);
                    }
                    self.is_head = is_head && (self.is_head || self.cells.is_empty());
                    self.cell = self.text.len();
                }
                html::HtmlPart::CellEnd => self.cells.push(self.cell.min(self.text.len())..self.text.len()),
                html::HtmlPart::Mark(" ") => self.push(" ", at),
                html::HtmlPart::Char(it) if it.is_whitespace() => self.push(" ", at),
                html::HtmlPart::Char(it) if is_invisible(it) => {}
                html::HtmlPart::Char(it) => self.run(it.encode_utf8(&mut [0; 4]), at),
                html::HtmlPart::Mark(mark) => self.run(mark, at),
                html::HtmlPart::Text => {
                    self.push_aligned(&source[at..range.start + place.end], at..range.start + place.end);
                }
            }
        }
        self.flush();
        (self.in_row, self.table) = (false, 0);
        self.apart -= 1;
    }

    fn comment(&mut self, html: &str) {
        let Some(words) = html.trim().strip_prefix("<!-- molt-sync:").and_then(|it| it.strip_suffix("-->")) else {
            return;
        };
        match words.trim().split_once(' ') {
            Some(("as-of", date)) => self.as_of = Some(date.trim().to_owned()),
            Some(("ignore", _)) => self.is_ignored = true,
            _ => {}
        }
    }

    fn push(&mut self, text: &str, at: usize) {
        let is_blank = text.is_empty() || text == " " && (self.text.is_empty() || self.text.ends_with(' '));
        if !is_blank || self.code.is_some() {
            self.run(text, at);
        }
    }

    /// Text that stands in the document as it is.
    fn run(&mut self, text: &str, at: usize) {
        if self.places.is_empty() || self.end != at {
            self.places.push((self.text.len(), at));
        }
        self.text.push_str(text);
        self.end = at + text.len();
    }

    /// Text with the part of the document that it was read from: escapes, entities, quote marks and indentation stand
    /// only in the latter.
    fn push_aligned(&mut self, text: &str, range: Range<usize>) {
        let is_same = self.source.get(range.clone()) == Some(text);
        if is_same && self.code.is_none() && !text.is_ascii() && text.contains(is_invisible) {
            let mut from = 0;
            for part in text.split(is_invisible) {
                self.push_aligned(part, range.start + from..range.start + from + part.len());
                from += part.len();
                from += text[from..].chars().next().map_or(0, char::len_utf8);
            }
            return;
        }
        if is_same && self.code.is_some() {
            return self.run(text, range.start);
        }
        // what stands behind a code span begins with a blank
        let words = text.strip_prefix(' ').filter(|it| !has_wide_blanks(it)).unwrap_or(text);
        if is_same && !has_blanks(words) {
            let is_led = words.len() < text.len();
            if is_led {
                self.push(" ", range.start);
            }
            if !is_led || !words.is_empty() {
                self.run(words, range.end - words.len());
            }
            return;
        }
        if is_same {
            return self.push_words(text, range.start);
        }
        let mut at = range.start;
        for it in text.chars().filter(|it| self.code.is_some() || !is_invisible(*it)).collect::<Vec<char>>() {
            let end = range.end.min(self.source.ceil_char_boundary(at.saturating_add(SKIPPED)));
            let rest = self.source.get(at..end).unwrap_or_default();
            let is_it = |other: char| other == it || (it == ' ' && matches!(other, '\n' | '\r' | '\t'));
            at = rest.find(is_it).map_or(at, |skipped| at + skipped);
            let is_blank = it.is_whitespace() && self.code.is_none();
            if !is_blank {
                self.run(it.encode_utf8(&mut [0; 4]), at);
            } else if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.run(" ", at);
            }
            at += self.source.get(at..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
            at = at.min(range.end.max(range.start));
        }
    }

    /// Text that stands in the document as it is but for its blanks, word by word.
    fn push_words(&mut self, text: &str, start: usize) {
        let mut from = 0;
        for (at, blank) in text.match_indices(char::is_whitespace) {
            if from < at {
                self.run(&text[from..at], start + from);
            }
            if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.run(" ", start + at);
            }
            from = at + blank.len();
        }
        if from < text.len() {
            self.run(&text[from..], start + from);
        }
    }

    fn flush(&mut self) {
        self.hidden.end_line();
        if self.text.trim().is_empty() {
            self.text.clear();
            self.places.clear();
            self.cells.clear();
            return;
        }
        let kind = match (&self.code, self.level, self.in_row) {
            (Some(info), _, _) => BlockKind::Code(info.clone()),
            (None, 0, true) => BlockKind::Row,
            (None, 0, false) => BlockKind::Prose,
            _ => BlockKind::Heading,
        };
        // the buffers are kept, and a block has no more room than it needs
        self.done.push(Flow {
            kind,
            text: self.text.as_str().to_owned(),
            headings: Rc::clone(&self.above_it),
            as_of: self.as_of.take().or_else(|| self.above.as_ref()?.1.clone()),
            is_ignored: std::mem::take(&mut self.is_ignored) || self.above.as_ref().is_some_and(|it| it.2),
            cells: self.cells.clone(),
            is_head: self.is_head && self.in_row,
            is_apart: self.apart > 0 || self.hidden.is_apart(),
            table: self.table,
            list: self.lists.last().copied().unwrap_or_default(),
            leads: self.leads.last().cloned().unwrap_or_default(),
            day: OnceCell::new(),
            is_record: OnceCell::new(),
            times: OnceCell::new(),
            places: self.places.clone(),
        });
        self.text.clear();
        self.places.clear();
        self.cells.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(source: &str) -> Vec<String> {
        flows(source).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn wrapping_quoting_and_emphasis_do_not_count() {
        let plain = texts("Of **12** modules, `a b` are done\\_now &amp; more.\n");
        assert_eq!(plain, ["Of 12 modules, `a b` are done_now & more."]);
        assert_eq!(texts("> Of *12*\n> modules, `a\n> b` are\n> done\\_now &amp;\n> more.\n"), plain);
        assert_eq!(texts("- Of 12\r\n  modules, ``a b``\r\n  are done\\_now &amp; more.\r\n"), plain);
    }

    #[test]
    fn a_part_is_found_in_the_document() {
        let source = "# T\n\n> one `two\n> 34` five &amp; 678 x\n\n| a | `9` |\n|---|---|\n| b | **10** |\n";
        let all = flows(source);
        for (flow, part) in [(1, "34"), (1, "678"), (2, "9"), (3, "10"), (3, "b")] {
            let at = all[flow].text.find(part).unwrap();
            assert_eq!(&source[all[flow].place(at..at + part.len())], part);
        }
        assert_eq!(all[3].text, "b | 10");
        assert_eq!(all[3].headings.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["T"]);
    }

    #[test]
    fn comments_speak_of_the_block_below_them() {
        let all =
            flows("<!-- molt-sync:as-of 2026-02-12 -->\nText 1.\n\n<!-- molt-sync:ignore why -->\n\n- x\n- y\n\nz\n");
        let all: Vec<_> = all.iter().map(|it| (it.text.as_str(), it.as_of.as_deref(), it.is_ignored)).collect();
        assert_eq!(
            all,
            [("Text 1.", Some("2026-02-12"), false), ("x", None, true), ("y", None, true), ("z", None, false)]
        );
        let all = flows("<!-- molt-sync:as-of 2026-02-12 -->\n\n| a |\n|---|\n| b |\n\n> c\n");
        let all: Vec<_> = all.iter().map(|it| (it.text.as_str(), it.as_of.as_deref())).collect();
        assert_eq!(all, [("a", Some("2026-02-12")), ("b", Some("2026-02-12")), ("c", None)]);
        assert_eq!(flows("<!-- molt-sync:as-of 2026-02-12 -->\n\nText.\n")[0].as_of.as_deref(), Some("2026-02-12"));
    }

    proptest! {
        #[test]
        fn every_place_is_in_the_document(source in "(\\PC|\n|`|&amp;|> |\\| |\t|\\*){0,80}") {
            for flow in flows(&source) {
                prop_assert!(flow.places.is_sorted());
                let whole = flow.place(0..flow.text.len());
                prop_assert!(whole.end <= source.len(), "{:?}", flow);
                prop_assert!(flow.places.iter().all(|(_, it)| *it <= source.len()));
            }
        }
    }
}
