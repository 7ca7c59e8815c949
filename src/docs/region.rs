//! Managed regions: the text between a pair of markers, each alone on its line.
//!
//! ```text
//! <!-- molt-sync:begin block=NAME sum=1-0123456789ab -->
//!
//! (content)
//!
//! <!-- molt-sync:end block=NAME -->
//! ```
//!
//! Only markers that Markdown itself sees as HTML blocks count: one in a fence, in indented code or in a code span is
//! text. `sum` is the digest of the content as it was last written; content with another digest is a person's edit.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::canonical::sum;
use crate::base::Lines;

/// One region of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its block's name.
    pub name: String,
    /// The digest in its begin marker.
    pub sum: Option<String>,
    /// One-based line of the begin marker.
    pub line: usize,
    begin: Range<usize>,
    content: Range<usize>,
    end: Range<usize>,
    is_legacy: bool,
}

impl Region {
    /// The bytes from the begin marker to the end of the end marker.
    pub(super) fn whole(&self) -> Range<usize> {
        self.begin.start..self.end.end
    }

    /// What stands between the markers.
    pub fn content<'a>(&self, text: &'a str) -> &'a str {
        &text[self.content.clone()]
    }

    /// Whether its words are those that were written last.
    pub fn is_as_written(&self, text: &str) -> bool {
        self.sum.as_deref() == Some(&sum(self.content(text)))
    }

    /// Whether it was last written as `wanted`.
    pub(super) fn was_written_as(&self, wanted: &str) -> bool {
        self.sum.as_deref() == Some(&sum(wanted))
    }
}

/// Markers that do not make regions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct RegionError {
    /// One-based.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

/// How a region stands to what it should say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionState {
    /// It says what it should.
    Current,
    /// It is as it was written; the facts have moved.
    Stale,
    /// Somebody changed it.
    HandEdited,
    /// It has no digest, so nobody can tell.
    Unstamped,
}

/// One marker: what it says, and where it is.
struct Marker {
    is_begin: bool,
    name: String,
    sum: Option<String>,
    is_legacy: bool,
    range: Range<usize>,
    line: usize,
}

/// Finds every region of `text`.
pub fn regions(text: &str) -> Result<Vec<Region>, RegionError> {
    regions_with(text, &[])
}

/// The same, with regions between `GENERATED:NAME:start` and `GENERATED:NAME:end` for the names in `legacy`.
pub(super) fn regions_with(text: &str, legacy: &[String]) -> Result<Vec<Region>, RegionError> {
    let mut res: Vec<Region> = Vec::new();
    let mut lines: HashMap<String, usize> = HashMap::new();
    let mut open: Option<Region> = None;
    for marker in markers_of(text, legacy)? {
        let Marker { name, line, range, .. } = marker;
        let fail = |what: String| RegionError { line, what };
        // what is written between them would end the list or the quote
        if range.start > 0 && !text[..range.start].ends_with('\n') {
            return Err(fail(format!("the marker of block `{name}` stands in a list or a quote")));
        }
        match (marker.is_begin, open.take()) {
            (true, None) => {
                if let Some(first) = lines.insert(name.clone(), line) {
                    return Err(fail(format!("block `{name}` begins again (first on line {first})")));
                }
                let (at, is_legacy) = (range.end, marker.is_legacy);
                open =
                    Some(Region { name, sum: marker.sum, line, begin: range, content: at..at, end: at..at, is_legacy });
            }
            (true, Some(outer)) => {
                let what = format!("block `{name}` begins inside block `{}` of line {}", outer.name, outer.line);
                return Err(fail(what));
            }
            (false, Some(mut region)) if region.name == name && region.is_legacy == marker.is_legacy => {
                region.content.end = range.start;
                region.end = range;
                region.sum = region.sum.or(marker.sum);
                res.push(region);
            }
            (false, Some(region)) => {
                return Err(fail(format!("block `{name}` ends where `{}` is open", region.name)));
            }
            (false, None) => return Err(fail(format!("block `{name}` ends and never began"))),
        }
    }
    match open {
        Some(region) => Err(RegionError { line: region.line, what: format!("block `{}` never ends", region.name) }),
        None => Ok(res),
    }
}

/// The markers of a document, in order. Only what Markdown sees as HTML blocks counts.
fn markers_of(text: &str, legacy: &[String]) -> Result<Vec<Marker>, RegionError> {
    let mut res = Vec::new();
    let lines = Lines::new(text);
    let legacy: HashSet<&str> = legacy.iter().map(String::as_str).collect();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Html(html) = event else { continue };
        if !html.contains("molt-sync:") && !html.contains("GENERATED:") {
            continue;
        }
        let line = lines.line(range.start);
        let fail = |what: String| RegionError { line, what };
        // the line feed belongs to the marker, so that content begins on a line of its own
        let end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at + 1);
        let range = range.start..end;
        if let Some((is_begin, name, sum)) = legacy_marker(html.trim(), &legacy) {
            res.push(Marker { is_begin, name, sum, is_legacy: true, range, line });
            continue;
        }
        let Some(marker) = html.trim().strip_prefix("<!-- molt-sync:").and_then(|it| it.strip_suffix("-->")) else {
            if html.contains("<!-- molt-sync:begin") || html.contains("<!-- molt-sync:end") {
                return Err(fail("the marker does not stand alone on its line".into()));
            }
            continue;
        };
        let mut words = marker.split_whitespace();
        let is_begin = match words.next().unwrap_or_default() {
            "begin" => true,
            "end" => false,
            // what speaks of the block below it, or of the file
            "ignore" if words.next().is_none() => {
                return Err(fail("the marker gives no reason: <!-- molt-sync:ignore REASON -->".into()));
            }
            "as-of" | "ignore" | "file" => continue,
            verb => return Err(fail(format!("the marker is neither begin nor end but `{verb}`"))),
        };
        let (mut name, mut sum) = (None, None);
        for word in words {
            match word.split_once('=') {
                Some(("block", it)) if !it.is_empty() => name = Some(it.to_owned()),
                Some(("sum", it)) if is_begin => sum = Some(it.to_owned()),
                _ => return Err(fail(format!("the marker has an unknown part `{word}`"))),
            }
        }
        let name = name.ok_or_else(|| fail("the marker names no block".into()))?;
        res.push(Marker { is_begin, name, sum, is_legacy: false, range, line });
    }
    Ok(res)
}

/// `<!-- GENERATED:NAME:start -->`, and `<!-- GENERATED:NAME:end -->` with the digest in a comment behind it.
fn legacy_marker(html: &str, names: &HashSet<&str>) -> Option<(bool, String, Option<String>)> {
    let (name, rest) = html.strip_prefix("<!-- GENERATED:")?.split_once(':')?;
    let (verb, rest) = rest.split_once(" -->")?;
    let stamp = rest.trim().strip_prefix("<!-- molt-sync:sum ").and_then(|it| it.strip_suffix(" -->"));
    let is_begin = match verb {
        "start" => true,
        "end" => false,
        _ => return None,
    };
    let is_whole = rest.trim().is_empty() || (!is_begin && stamp.is_some());
    (is_whole && names.contains(name)).then(|| (is_begin, name.to_owned(), stamp.map(str::to_owned)))
}

/// The lines where a marker stands inside a line of prose: it does nothing there.
pub(super) fn hazards(text: &str) -> Vec<usize> {
    let mut res = Vec::new();
    let lines = Lines::new(text);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::InlineHtml(html) = event else { continue };
        if html.starts_with("<!-- molt-sync:begin") || html.starts_with("<!-- molt-sync:end") {
            res.push(lines.line(range.start));
        }
    }
    res
}

/// How `region` of `text` stands to `wanted`.
pub fn state(text: &str, region: &Region, wanted: &str) -> RegionState {
    let now = sum(&text[region.content.clone()]);
    match &region.sum {
        Some(stamp) if now == sum(wanted) && now == *stamp => RegionState::Current,
        Some(stamp) if now == *stamp => RegionState::Stale,
        // the same words as wanted, under a stamp of older ones: nothing of anybody's would be lost
        Some(_) if now == sum(wanted) => RegionState::Stale,
        Some(_) => RegionState::HandEdited,
        None => RegionState::Unstamped,
    }
}

/// `text` with the content of `region` replaced and stamped, in the line endings of the document.
pub fn replace(text: &str, region: &Region, wanted: &str) -> Result<String, RegionError> {
    replace_all(text, &[(region, wanted)])
}

/// The same for several regions, in order.
pub(super) fn replace_all(text: &str, all: &[(&Region, &str)]) -> Result<String, RegionError> {
    let mut new = String::with_capacity(text.len());
    let mut end = 0;
    for (region, wanted) in all {
        let (range, body) = replacement(text, region, wanted);
        new += &text[end..range.start];
        new += &body;
        end = range.end;
    }
    new += &text[end..];
    verify(&new, all).map(|()| new)
}

/// The bytes that are replaced, and what stands there then.
fn replacement(text: &str, region: &Region, wanted: &str) -> (Range<usize>, String) {
    if region.is_legacy {
        let end = format!("<!-- GENERATED:{}:end --><!-- molt-sync:sum {} -->\n", region.name, sum(wanted));
        let body = endings(&text[region.begin.clone()], &format!("{}\n{end}", wanted.trim_matches('\n')));
        return (region.begin.end..region.end.end, body);
    }
    let (begin, _) = markers(&region.name, wanted);
    let indent: String = text[region.begin.clone()].chars().take_while(|it| *it == ' ').collect();
    let body = format!("{indent}{begin}\n\n{}\n\n", wanted.trim_matches('\n'));
    (region.begin.start..region.content.end, endings(&text[region.begin.clone()], &body))
}

/// The same with a person's words in it, under the stamp of `wanted`: they stay a person's.
pub fn replace_by_hand(text: &str, region: &Region, words: &str, wanted: &str) -> Result<String, RegionError> {
    let new = replace(text, region, words)?;
    let (own, stamp) = (sum(words), sum(wanted));
    let begin = region.begin.start;
    let at = new[begin..].find(&own).map(|it| begin + it);
    Ok(at.map_or_else(|| new.clone(), |at| format!("{}{stamp}{}", &new[..at], &new[at + own.len()..])))
}

/// `text` with a new region, at its end or at the end of the section that `after`, a heading's text, begins. Every byte of
/// the text stays.
pub fn adopt(text: &str, name: &str, wanted: &str, after: Option<&str>) -> Result<String, RegionError> {
    let at = match after {
        None => text.len(),
        Some(heading) => section_end(text, heading)?,
    };
    let (begin, end) = markers(name, wanted);
    let (before, rest) = text.split_at(at);
    let mut ends = before.rsplit('\n').map(|line| line.trim_end_matches('\r'));
    let gap = match (ends.next(), ends.next()) {
        _ if before.is_empty() => "",
        (Some(""), Some("")) => "",
        (Some(""), _) => "\n",
        _ => "\n\n",
    };
    let region =
        format!("{gap}{begin}\n\n{}\n\n{end}\n{}", wanted.trim_matches('\n'), if rest.is_empty() { "" } else { "\n" });
    let new = format!("{before}{}{rest}", endings(text, &region));
    let region =
        Region { name: name.into(), sum: None, line: 1, begin: 0..0, content: 0..0, end: 0..0, is_legacy: false };
    verify(&new, &[(&region, wanted)]).map(|()| new)
}

fn markers(name: &str, wanted: &str) -> (String, String) {
    (
        format!("<!-- molt-sync:begin block={name} sum={} -->", sum(wanted)),
        format!("<!-- molt-sync:end block={name} -->"),
    )
}

/// The new document must have the regions, with exactly the content that was wanted: a template that renders a marker
/// or leaves a fence open is found here, before anything is written.
fn verify(new: &str, all: &[(&Region, &str)]) -> Result<(), RegionError> {
    let fail = |old: &Region, what: &str| RegionError { line: old.line, what: format!("block `{}` {what}", old.name) };
    let has_marker = |it: &str| it.contains("<!-- molt-sync:") || it.contains("<!-- GENERATED:");
    if let Some((old, _)) = all.iter().find(|(_, wanted)| has_marker(wanted)) {
        return Err(fail(old, "would contain a marker"));
    }
    let legacy: Vec<String> = all.iter().filter(|(it, _)| it.is_legacy).map(|(it, _)| it.name.clone()).collect();
    let found = regions_with(new, &legacy)?;
    let found: HashMap<&str, &Region> = found.iter().map(|it| (it.name.as_str(), it)).collect();
    for (old, wanted) in all {
        let region = found.get(old.name.as_str()).ok_or_else(|| fail(old, "would not be seen as a region there"))?;
        if state(new, region, wanted) != RegionState::Current {
            return Err(fail(old, "would not read back as it was written (an open fence?)"));
        }
    }
    Ok(())
}

/// `text` in the line endings that most lines of `like` have.
fn endings(like: &str, text: &str) -> String {
    let with_return = like.matches("\r\n").count();
    if 2 * with_return > like.matches('\n').count() { text.replace('\n', "\r\n") } else { text.to_owned() }
}

/// Where the section of a heading ends: before the next heading of the same or a higher level. A heading in a quote or in a
/// list neither begins nor ends a section of the document.
fn section_end(text: &str, heading: &str) -> Result<usize, RegionError> {
    let wanted = heading.trim().trim_start_matches('#').trim();
    let mut inside: Option<HeadingLevel> = None;
    let mut nested: Option<usize> = None;
    let mut current: Option<(HeadingLevel, usize, String)> = None;
    let mut depth = 0;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                // a heading can be indented, and its line is not to be cut
                let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
                current = Some((level, line, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((level, start, title)) = current.take() else { continue };
                let is_wanted = title.trim() == wanted;
                if depth > 0 {
                    nested = nested.or(is_wanted.then_some(start));
                } else if inside.is_some_and(|outer| level <= outer) {
                    return Ok(start);
                } else if inside.is_none() && is_wanted {
                    inside = Some(level);
                }
            }
            Event::Text(it) | Event::Code(it) => {
                if let Some((_, _, title)) = &mut current {
                    title.push_str(&it);
                }
            }
            // the tags inside a heading are all closed when it ends
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    match (inside, nested) {
        (Some(_), _) => Ok(text.len()),
        (None, Some(at)) => Err(RegionError {
            line: text[..at].matches('\n').count() + 1,
            what: format!("the heading `{heading}` stands in a quote or in a list, where no region can follow"),
        }),
        (None, None) => Err(RegionError { line: 1, what: format!("there is no heading `{heading}`") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DOC: &str = "# Title\n\nprose\n\n## One\n\ntext\n\n## Two\n\nmore";

    #[test]
    fn a_region_is_adopted_found_and_replaced() {
        let doc = adopt(DOC, "b", "old *words*\n", None).unwrap();
        assert!(doc.starts_with(DOC) && doc.ends_with("\n\n<!-- molt-sync:end block=b -->\n"), "{doc}");
        let region = regions(&doc).unwrap().remove(0);
        assert_eq!(state(&doc, &region, "old\n_words_"), RegionState::Current);
        assert_eq!(state(&doc, &region, "new words"), RegionState::Stale);
        let edited = doc.replace("old", "my");
        assert_eq!(state(&edited, &region, "new words"), RegionState::HandEdited);
        let unstamped = doc.replace(&format!(" sum={}", region.sum.clone().unwrap()), "");
        let region_without = regions(&unstamped).unwrap().remove(0);
        assert_eq!(state(&unstamped, &region_without, "new words"), RegionState::Unstamped);
        let new = replace(&doc, &region, "new words").unwrap();
        assert_eq!(state(&new, &regions(&new).unwrap()[0], "new words"), RegionState::Current);
        assert!(new.starts_with(DOC));
    }

    #[test]
    fn a_region_can_stand_at_the_end_of_a_section() {
        let doc = adopt(DOC, "b", "words", Some("## One")).unwrap();
        let (before, after) = doc.split_once("<!-- molt-sync:begin").unwrap();
        assert!(before.ends_with("text\n\n") && after.ends_with("-->\n\n## Two\n\nmore"), "{doc}");
        assert!(adopt(DOC, "b", "words", Some("Three")).is_err());
    }

    #[test]
    fn a_heading_in_a_quote_or_a_list_has_no_section() {
        for (doc, line) in [("# T\n\n> ## One\n> quoted\n", 3), ("# T\n\n- x\n\n  ## One\n\n  y\n", 5)] {
            let error = adopt(doc, "b", "words", Some("One")).unwrap_err();
            assert!(error.line == line && error.what.contains("in a quote or in a list"), "{error}");
            let doc = format!("{doc}\n## One\n\n> ## Quoted\n\ntext\n\n  ## Two\n");
            let new = adopt(&doc, "b", "words", Some("One")).unwrap();
            assert!(new.contains("text\n\n<!-- molt-sync:begin") && new.ends_with("-->\n\n  ## Two\n"), "{new}");
        }
    }

    #[test]
    fn every_byte_around_a_new_region_stays() {
        for (before, gap) in [
            ("# T\n\ntext", "\n\n"),
            ("# T\n\ntext\n", "\n"),
            ("# T\n\ntext\n\n", ""),
            ("# T\n\ntext\n\n\n\n", ""),
            ("", ""),
        ] {
            let new = adopt(before, "b", "words", None).unwrap();
            assert!(new.starts_with(&format!("{before}{gap}<!-- molt-sync:begin")), "{new:?}");
        }
        let doc = "# T\r\n\r\n## One\r\ntext\r\n\r\n\r\n## Two\r\n";
        let new = adopt(doc, "b", "words", Some("One")).unwrap();
        let (before, after) = new.split_once("<!-- molt-sync:begin").unwrap();
        assert!(before.ends_with("text\r\n\r\n\r\n") && after.ends_with("-->\r\n\r\n## Two\r\n"), "{new:?}");
    }

    #[test]
    fn markers_that_are_text_are_inert_and_broken_ones_are_errors() {
        let begin = "<!-- molt-sync:begin block=a -->";
        let end = "<!-- molt-sync:end block=a -->";
        for inert in [
            format!("```\n{begin}\n```\n"),
            format!("    {begin}\n"),
            format!("x `{begin}` y\n"),
            format!("text {begin}\n"),
        ] {
            assert_eq!(regions(&inert).unwrap(), [], "{inert}");
        }
        for (broken, what) in [
            (format!("{begin}\n"), "never ends"),
            (format!("{end}\n"), "never began"),
            (format!("{begin}\n\n{begin}\n\n{end}\n"), "begins inside"),
            (format!("{begin}\n\n{end}\n\n{begin}\n\n{end}\n"), "begins again"),
            (format!("{begin}\n\n{}\n", end.replace("=a", "=b")), "`a` is open"),
            (begin.replace("block=a", "blok=a"), "unknown part"),
        ] {
            let error = regions(&broken).unwrap_err();
            assert!(error.what.contains(what), "{error}");
        }
    }

    #[test]
    fn what_would_break_the_document_is_refused() {
        for bad in ["```\nopen", "<!-- molt-sync:end block=b -->", "<!-- open"] {
            assert!(adopt(DOC, "b", bad, None).is_err(), "{bad}");
        }
        assert!(adopt("# T\n\n```\nopen fence\n", "b", "words", None).is_err());
    }

    proptest! {
        #[test]
        fn bytes_outside_the_region_never_change(before in "(\\PC|\n){0,40}", after in "(\\PC|\n){0,40}", crlf: bool) {
            let mut doc = format!("{before}\n\n<!-- molt-sync:begin block=b sum=1-0 -->\nold\n<!-- molt-sync:end block=b -->\n{after}");
            if crlf {
                doc = doc.replace('\n', "\r\n");
            }
            let Ok(found) = regions(&doc) else { return Ok(()) };
            let Some(region) = found.first() else { return Ok(()) };
            let Ok(new) = replace(&doc, region, "new\nwords") else { return Ok(()) };
            prop_assert!(new.starts_with(&doc[..region.begin.start]));
            prop_assert!(new.ends_with(&doc[region.content.end..]));
            let again = regions(&new).unwrap();
            prop_assert_eq!(replace(&new, &again[0], "new\nwords").unwrap(), new);
        }
    }
}
