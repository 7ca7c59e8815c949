//! The digest that says whether a region is as it was written. It is taken over the parsed Markdown, so that rewrapping
//! a paragraph, padding a table or another list marker do not count as an edit, and any other word does.

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::base::Sha256;

/// Version of the canonical form; written in front of the digest.
const VERSION: u8 = 1;

/// `1-` and the first 12 hex digits of the SHA-256 of the canonical form of `content`.
pub(super) fn sum(content: &str) -> String {
    format!("{VERSION}-{}", Sha256::of(canonical(content).as_bytes()).short(12))
}

/// What the text says, one event a line; inline text is joined and its blanks collapsed.
fn canonical(content: &str) -> String {
    let mut out = String::new();
    let mut inline = String::new();
    let mut in_fence = false;
    let parser = Parser::new_ext(content, Options::ENABLE_TABLES);
    // definitions are no events, and somebody may have written one
    let definitions = parser.reference_definitions().iter();
    let mut definitions: Vec<String> = definitions
        .map(|(label, it)| format!("[{label}]: {} {}\n", it.dest, it.title.as_deref().unwrap_or_default()))
        .collect();
    definitions.sort_unstable();
    out.extend(definitions);
    for event in parser {
        match event {
            Event::Text(text) if in_fence => out.push_str(&text),
            Event::Text(text) => inline.push_str(&quoted(&text)),
            Event::SoftBreak => inline.push(' '),
            Event::HardBreak => inline.push('\u{b}'),
            Event::Code(code) => {
                inline.push('`');
                inline.push_str(&quoted(&code));
                inline.push('`');
            }
            other => {
                flush(&mut out, &mut inline);
                match other {
                    Event::Start(tag) => {
                        in_fence = matches!(tag, Tag::CodeBlock(_));
                        out.push_str(&name(&tag));
                    }
                    Event::End(_) => {
                        in_fence = false;
                        out.push(')');
                    }
                    Event::Html(html) | Event::InlineHtml(html) => {
                        out.push_str("html ");
                        out.push_str(html.trim_end());
                    }
                    Event::Rule => out.push_str("rule"),
                    rest => out.push_str(&format!("{rest:?}")),
                }
                out.push('\n');
            }
        }
    }
    flush(&mut out, &mut inline);
    out
}

/// Inline text in which a backtick cannot be taken for one that begins or ends a code span. Text without any stays as it
/// is, and so does the digest of every region without one.
fn quoted(text: &str) -> String {
    text.replace('\0', "\0\0").replace('`', "\0`")
}

fn flush(out: &mut String, inline: &mut String) {
    for word in inline.split_whitespace() {
        out.push_str(word);
        out.push(' ');
    }
    inline.clear();
}

fn name(tag: &Tag<'_>) -> String {
    match tag {
        Tag::Paragraph => "(p".into(),
        Tag::Heading { level, .. } => format!("({level}"),
        Tag::BlockQuote(_) => "(quote".into(),
        Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(info)) => format!("(fence {info}"),
        Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Indented) => "(code".into(),
        Tag::List(start) => start.map_or_else(|| "(ul".into(), |start| format!("(ol {start}")),
        Tag::Item => "(li".into(),
        Tag::Table(_) => "(table".into(),
        Tag::TableHead => "(head".into(),
        Tag::TableRow => "(row".into(),
        Tag::TableCell => "(cell".into(),
        Tag::Emphasis => "(em".into(),
        Tag::Strong => "(strong".into(),
        Tag::Link { dest_url, title, .. } => format!("(link {dest_url} {title}"),
        Tag::Image { dest_url, title, .. } => format!("(image {dest_url} {title}"),
        _ => "(other".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_does_not_count_and_words_do() {
        let text =
            "## Title\n\n- one `two three` four\n- five\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nx  y\n```\n";
        let relaid = "Title\n-----\n\n* one `two\n  three` four\n* five\n\n\n|  a  |  b  |\n| --- | --- |\n|  1  |  2  |\n\n```sh\nx  y\n```";
        assert_eq!(sum(text), sum(relaid));
        for (from, to) in
            [("five", "six"), ("`two three`", "two three"), ("x  y", "x y"), ("| 2", "| 3"), ("## T", "# T")]
        {
            assert_ne!(sum(text), sum(&text.replace(from, to)), "{from}");
        }
        assert_ne!(sum(text), sum(&format!("{text}\n[mine]: https://example.org \"my link\"\n")));
        assert_ne!(sum("[a](b)"), sum("[a](b \"title\")"));
        for (code, text) in [("`x`", "\\`x\\`"), ("``a`b`c``", "`a`b`c`"), ("`` ` ``", "\\`")] {
            assert_ne!(sum(code), sum(text), "{code} is code, {text} is text");
        }
        // a digest that stands in documents already
        assert_eq!(sum("one `two` *three*\n\n| a |\n|---|\n| `b` |\n"), "1-cb0956995701");
        assert!(sum(text).starts_with("1-") && sum(text).len() == 14);
    }
}
