//! What a block of HTML says: its text, parted where an element begins or ends one of its own. Nothing is drawn, and what
//! is hidden in comments, scripts and styles is not said.

use std::ops::Range;

/// A part of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Text as it stands.
    Text,
    /// A character that a tag stands for.
    Mark(&'static str),
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
pub(super) fn inline(tag: &str) -> &'static str {
    match name(tag).1.as_str() {
        "br" | "wbr" => " ",
        "del" | "s" | "strike" => "~~",
        "code" | "tt" | "kbd" | "samp" => "`",
        _ => "",
    }
}

/// The parts of a block, with their places.
pub(super) fn parts(source: &str) -> Vec<(Part, Range<usize>)> {
    let mut res = Vec::new();
    let mut at = 0;
    let mut hidden: Option<String> = None;
    while at < source.len() {
        let rest = &source[at..];
        let length = if rest.starts_with("<!--") {
            rest.find("-->").map_or(rest.len(), |it| it + 3)
        } else if is_tag(rest) {
            let length = rest.find('>').map_or(rest.len(), |it| it + 1);
            let (is_end, name) = name(&rest[..length]);
            match &hidden {
                Some(it) if is_end && *it == name => hidden = None,
                None if matches!(name.as_str(), "script" | "style" | "pre") && !is_end => hidden = Some(name),
                Some(_) => {}
                None => res.extend(part(is_end, &name, &rest[..length]).map(|it| (it, at..at + length))),
            }
            length
        } else if rest.starts_with("&nbsp;") {
            if hidden.is_none() {
                res.push((Part::Mark(" "), at..at + 6));
            }
            6
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let length = rest[first..].find(['<', '&']).map_or(rest.len(), |it| it + first);
            if hidden.is_none() {
                res.push((Part::Text, at..at + length));
            }
            length
        };
        at += length;
    }
    res
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

fn part(is_end: bool, name: &str, tag: &str) -> Option<Part> {
    Some(match (name, is_end) {
        ("tr", false) => Part::Row,
        ("tr", true) => Part::RowEnd,
        ("table", true) => Part::TableEnd,
        ("th", false) => Part::Cell(true),
        ("td", false) => Part::Cell(false),
        ("th" | "td", true) => Part::CellEnd,
        (
            "p" | "div" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "table" | "thead" | "tbody" | "details" | "summary"
            | "blockquote" | "section" | "article" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" | "figcaption",
            _,
        ) => Part::Break,
        _ => match inline(tag) {
            "" => return None,
            mark => Part::Mark(mark),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::flow::flows;

    #[test]
    fn the_text_of_html_is_read_as_its_blocks() {
        let texts = |source: &str| flows(source).into_iter().map(|it| it.text).collect::<Vec<_>>();
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
}
