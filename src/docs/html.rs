//! What a block of HTML says: its text, parted where an element begins or ends one of its own. Nothing is drawn, and what
//! nobody sees is not said: comments, scripts, templates, hidden elements.

use std::ops::Range;

/// A part of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HtmlPart {
    /// Text as it stands.
    Text,
    /// A character that a tag stands for.
    Mark(&'static str),
    /// A character that stands there by its name or its number.
    Char(char),
    /// The end of a paragraph.
    Break,
    /// A row of a table begins.
    Row,
    RowEnd,
    TableEnd,
    /// A cell begins; whether it is one of a head.
    Cell(bool),
    CellEnd,
}

/// What a tag inside of a line stands for in a text.
fn inline(tag: &str) -> &'static str {
    let (is_end, name) = name(tag);
    match name.as_str() {
        "br" | "wbr" => " ",
        "del" | "s" | "strike" => "~~",
        "code" | "tt" | "kbd" | "samp" => "`",
        // what is raised or lowered is no further digit
        "sup" | "sub" if !is_end => "^",
        _ => "",
    }
}

/// The element that hides what stands in it, and what is open of it. A block of HTML ends at an empty line, and its element
/// does not.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Whether what it hides is read all the same: not every page hides it.
    is_read: bool,
    name: String,
    /// How many elements of that name are open.
    depth: usize,
    /// Whether it stands in a line, with which it ends.
    is_inline: bool,
    /// How many elements are open that a page folds.
    folded: usize,
}

/// Elements that nobody sees, or sees only where others do not work.
const UNSEEN: [&str; 13] = [
    "script", "style", "template", "title", "noscript", "noframes", "noembed", "iframe", "object", "video", "audio",
    "canvas", "datalist",
];
/// Elements without an end.
const VOID: [&str; 11] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"];
/// Elements that show what is not text.
const PICTURES: [&str; 4] = ["img", "input", "embed", "svg"];
/// Classes of elements that are read aloud at most.
const CLASSES: [&str; 5] = ["hidden", "d-none", "sr-only", "visually-hidden", "invisible"];
/// Styles that draw nothing, without blanks.
const STYLES: [&str; 8] = [
    "display:none",
    "visibility:hidden",
    "visibility:collapse",
    "content-visibility:hidden",
    "color:transparent",
    "text-indent:-",
    "clip:rect(",
    "clip-path:inset(",
];
/// Properties of which nothing is left at zero.
const SIZES: [&str; 7] = ["opacity", "font-size", "width", "height", "max-width", "max-height", "zoom"];

impl Hidden {
    /// One that hides nothing from the reader, and tells what may be hidden.
    pub(super) fn read() -> Self {
        Self { is_read: true, ..Self::default() }
    }

    /// Whether what follows is not read, because it is hidden.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0 && !self.is_read
    }

    /// Whether a page may not show what follows, or not before somebody asks for it.
    pub(super) fn is_apart(&self) -> bool {
        self.depth > 0 || self.folded > 0
    }

    /// Follows a tag; whether it belongs to what is hidden.
    pub(super) fn step(&mut self, tag: &str, is_inline: bool) -> bool {
        let (is_end, name) = name(tag);
        if name == "details" {
            self.folded = if is_end { self.folded.saturating_sub(1) } else { self.folded + 1 };
        }
        if self.depth > 0 {
            if name == self.name {
                self.depth = if is_end { self.depth - 1 } else { self.depth + 1 };
            }
            return !self.is_read;
        }
        if !is_end && !name.is_empty() && !VOID.contains(&name.as_str()) && hides(&name, tag) {
            (self.name, self.depth, self.is_inline) = (name, 1, is_inline);
        }
        self.is_open()
    }

    /// What a tag inside of a line stands for; where all is read, a picture is a mark.
    pub(super) fn mark(&self, tag: &str) -> &'static str {
        match inline(tag) {
            "" if PICTURES.contains(&name(tag).1.as_str()) => self.image(),
            mark => mark,
        }
    }

    /// What an image stands for in a text.
    pub(super) fn image(&self) -> &'static str {
        if self.is_read { "!" } else { "" }
    }

    /// The end of a line of text: what was opened in it is closed.
    pub(super) fn end_line(&mut self) {
        if self.is_inline {
            self.depth = 0;
        }
    }
}

/// Whether an element is one that nobody sees.
fn hides(name: &str, tag: &str) -> bool {
    let attributes = attributes(tag);
    let has = |wanted: &str| attributes.iter().any(|(it, _)| it == wanted);
    let is_style = |value: &str| {
        let mut style: String = value.to_lowercase().chars().filter(|it| !it.is_whitespace()).collect();
        while let (Some(start), Some(end)) = (style.find("/*"), style.find("*/"))
            && start < end
        {
            style.replace_range(start..end + 2, "");
        }
        style.split(';').any(|it| {
            let zero = |property: &str| {
                let value = it.strip_prefix(property).and_then(|it| it.strip_prefix(':')).unwrap_or_default();
                let number =
                    value.trim_end_matches("!important").trim_end_matches(|it: char| it.is_alphabetic() || it == '%');
                number.parse::<f64>().is_ok_and(|it| it == 0.0)
            };
            STYLES.iter().any(|style| it.starts_with(style)) || SIZES.iter().any(|it| zero(it))
        })
    };
    UNSEEN.contains(&name)
        || has("hidden")
        || (name == "dialog" && !has("open"))
        || attributes.iter().any(|(name, value)| match name.as_str() {
            "style" => is_style(value),
            "class" => value.split_whitespace().any(|it| CLASSES.contains(&it)),
            _ => false,
        })
}

/// The attributes of a tag, their names in lower case.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let inner = tag.trim_start_matches(['<', '/']).trim_end_matches(['>', '/']);
    let mut rest = inner.trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '-');
    let mut res = Vec::new();
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || it == '/');
        // a name has at least one character, which may be an equals sign
        let Some(first) = rest.chars().next().map(char::len_utf8) else { return res };
        let is_end = |it: char| it.is_whitespace() || matches!(it, '=' | '/');
        let end = rest[first..].find(is_end).map_or(rest.len(), |it| first + it);
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|it| matches!(it, '"' | '\''));
            (value, rest) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
        }
        res.push((name, value));
    }
}

/// The parts of a block that are seen, with their places.
pub(super) fn parts(source: &str, hidden: &mut Hidden) -> Vec<(HtmlPart, Range<usize>)> {
    let mut res = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        let length = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |it| it + 3)
        } else if is_tag(rest) {
            let length = tag_length(rest);
            let tag = &rest[..length];
            if !hidden.step(tag, false) {
                let (is_end, name) = name(tag);
                res.extend(part(is_end, &name, hidden.mark(tag)).map(|it| (it, at..at + length)));
            }
            length
        } else if let Some((it, length)) = entity(rest) {
            if !hidden.is_open() {
                res.push((HtmlPart::Char(it), at..at + length));
            }
            length
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let length = rest[first..].find(['<', '&']).map_or(rest.len(), |it| it + first);
            if !hidden.is_open() {
                res.push((HtmlPart::Text, at..at + length));
            }
            length
        };
        at += length;
    }
    res
}

/// The character that a text begins with by its name or its number, and how long that is. One that is not known is a
/// character that nothing is made of.
pub(super) fn entity(rest: &str) -> Option<(char, usize)> {
    let name = rest.strip_prefix('&')?;
    let end = name.bytes().take(NAME).position(|it| !(it.is_ascii_alphanumeric() || it == b'#'))?;
    let name = name[..end].strip_prefix('&').unwrap_or(&name[..end]);
    if end == 0 || !rest[end + 1..].starts_with(';') {
        return None;
    }
    let of = |digits: &str, radix: u32| {
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|it| *it != '\0').unwrap_or('\u{fffd}')
    };
    let it = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => of(digits, 16),
            None => of(number, 10),
        },
        None => NAMED.iter().find(|(it, _)| *it == name).map_or('\u{fffd}', |(_, it)| *it),
    };
    Some((it, end + 2))
}

/// The longest name of a character, in bytes.
const NAME: usize = 34;
/// Characters that stand beside numbers and words.
const NAMED: [(&str, char); 30] = [
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("hairsp", '\u{200a}'),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("NoBreak", '\u{2060}'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("minus", '−'),
    ("plus", '+'),
    ("times", '×'),
    ("equals", '='),
    ("colon", ':'),
    ("comma", ','),
    ("period", '.'),
    ("rarr", '→'),
];

/// The longest tag, in bytes.
const TAG: usize = 1000;

/// How long a tag is: what stands in quotes is no end of it.
fn tag_length(rest: &str) -> usize {
    let rest_of_it = &rest[..rest.floor_char_boundary(TAG)];
    let mut quote = None;
    let mut before = ' ';
    for (at, it) in rest_of_it.char_indices() {
        match quote {
            Some(open) if it == open => quote = None,
            None if it == '>' => return at + 1,
            None if matches!(it, '"' | '\'') && before == '=' => quote = Some(it),
            Some(_) | None => {}
        }
        if !it.is_whitespace() {
            before = it;
        }
    }
    rest_of_it.find('>').map_or(rest_of_it.len(), |it| it + 1)
}

fn is_tag(rest: &str) -> bool {
    let mut after = rest.strip_prefix('<').unwrap_or_default().chars();
    after.next().is_some_and(|it| it == '/' || it == '!' || it == '?' || it.is_ascii_alphabetic())
}

/// Whether a tag ends its element, and the element's name.
fn name(tag: &str) -> (bool, String) {
    let inner = tag.trim_start_matches('<');
    let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |it| (true, it));
    let end = inner.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(inner.len());
    (is_end, inner[..end.min(16)].to_ascii_lowercase())
}

fn part(is_end: bool, name: &str, mark: &'static str) -> Option<HtmlPart> {
    Some(match (name, is_end) {
        ("tr", false) => HtmlPart::Row,
        ("tr", true) => HtmlPart::RowEnd,
        ("table", true) => HtmlPart::TableEnd,
        ("th", false) => HtmlPart::Cell(true),
        ("td", false) => HtmlPart::Cell(false),
        ("th" | "td", true) => HtmlPart::CellEnd,
        (
            "p" | "div" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "table" | "thead" | "tbody" | "details" | "summary"
            | "blockquote" | "section" | "article" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "figcaption",
            _,
        ) => HtmlPart::Break,
        _ if mark.is_empty() => return None,
        _ => HtmlPart::Mark(mark),
    })
}

#[cfg(test)]
mod tests {
    use super::super::flow::flows;

    fn texts(source: &str) -> Vec<String> {
        flows(source).into_iter().map(|it| it.text.trim().to_owned()).collect()
    }

    #[test]
    fn the_text_of_html_is_read_as_its_blocks() {
        assert_eq!(
            texts("<p>Of <b>12</b> <code>a=3</code>\n are <!-- not 5 -->done.</p>\n<div>And&nbsp;more</div>\n"),
            ["Of 12 `a=3` are done.", "And more"]
        );
        assert_eq!(texts("<script>\nlet x = 3;\n</script>\n\nText.\n"), ["Text."]);
        assert_eq!(texts("Of <del>12</del> 13\n"), ["Of ~~12~~ 13"]);
        let rows = flows("<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr></table>\n");
        let rows: Vec<_> = rows.iter().map(|it| (it.text.as_str(), it.is_head, it.cells.len())).collect();
        assert_eq!(rows, [("a | b", true, 2), ("1 | 2", false, 2)]);
    }

    #[test]
    fn what_nobody_sees_is_not_said() {
        for (source, wanted) in [
            ("<template>\n\nSeen 1.\n\n</template>\n\nText.\n", &["Text."][..]),
            ("<div hidden>\n\n- Seen 1.\n\n<div>x</div>\n\n</div>\n\nText.\n", &["Text."]),
            ("<div class='a sr-only'>Seen 1.</div>\n\nText.\n", &["Text."]),
            ("<p STYLE=\"color: red; Display : /* x */ none\">Seen 1.</p>\n\nText.\n", &["Text."]),
            ("<p style='opacity:0.0'>Seen 1.</p>\n\nText.\n", &["Text."]),
            ("<p style='font-size: 0px !important'>Seen 1.</p>\n\nText.\n", &["Text."]),
            ("<p style='width:0%'>Seen 1.</p>\n\nText.\n", &["Text."]),
            ("<p style='width:20%; font-size: 10px'>Text.</p>\n", &["Text."]),
            ("Text<span hidden>Seen 1</span>.\n", &["Text."]),
            ("Text <span hidden>Seen 1.\n\nText.\n", &["Text", "Text."]),
            ("Text ![Seen 1](a.png \"Seen 2\")[.](b.md \"Seen 3\")\n\n[x]: y \"Seen 4\"\n", &["Text ."]),
            ("---\ntitle: Seen 1\nx:\n  - Seen 2\n---\n\nText.\n", &["Text."]),
            // these are seen
            ("<details>\n<summary>a</summary>\n\nText.\n\n</details>\n", &["a", "Text."]),
            ("<div data-hidden=\"hidden\" title=\"hidden > x\">\n\nText.\n\n</div>\n", &["Text."]),
            ("<input hidden>\n\nText.\n", &["Text."]),
            ("<p \u{e9}=1 \u{2713} \u{201c}b\u{201d} =x =>Text.</p>\n", &["Text."]),
            ("<p>\nBy <J\u{fc}rgen M\u{fc}ller>.\n</p>\n", &["By ."]),
            ("<p class=\"a\" \u{201c}b\u{201d} hidden>Seen 1.</p>\n\nText.\n", &["Text."]),
            ("<p style=\"opacity:0.5; width: 100%\">Text.</p>\n", &["Text."]),
            ("---\n\nText.\n\n---\n", &["Text."]),
            ("---\nA text: it is one.\nIt goes on.\n\n---\n", &["A text: it is one. It goes on."]),
            ("<dialog open>Text.</dialog>\n", &["Text."]),
        ] {
            assert_eq!(texts(source), wanted, "{source}");
        }
    }
}
