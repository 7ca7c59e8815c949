//! Findings with the line, the column and the text that they are about, for people and editors.

use std::collections::BTreeMap;

use super::{Finding, Place};
use crate::{
    base::{Files, RelPath},
    python::decode,
};

/// Where a finding is, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// One-based.
    pub line: Option<usize>,
    /// One-based, in characters.
    pub column: Option<usize>,
    /// One behind the last character, on the same line.
    pub end_column: Option<usize>,
    /// The line's text.
    pub excerpt: Option<String>,
}

/// Locates every finding. Each file is read once; one that cannot be read any more leaves its findings without a line.
pub fn locate<'a>(files: &dyn Files, findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Located> {
    let mut texts: BTreeMap<&RelPath, Option<Text>> = BTreeMap::new();
    let of = |finding: &'a Finding| {
        let Some(path) = &finding.path else { return Located::default() };
        if finding.place == Place::File {
            return Located::default();
        }
        let text = texts.entry(path).or_insert_with(|| Text::read(files, path));
        text.as_ref().map_or_else(|| unread(finding.place), |text| text.locate(finding.place))
    };
    findings.into_iter().map(of).collect()
}

fn unread(place: Place) -> Located {
    let (line, column) = match place {
        Place::Line(line) => (Some(line), None),
        Place::Point(line, column) => (Some(line), Some(column)),
        Place::File | Place::Span(_) => (None, None),
    };
    Located { line, column, ..Located::default() }
}

struct Text {
    text: String,
    starts: Vec<usize>,
}

impl Text {
    fn read(files: &dyn Files, path: &RelPath) -> Option<Self> {
        if !files.is_inside(path) {
            return None;
        }
        let bytes = files.read(path).ok()??;
        let text = match decode(bytes) {
            Ok(source) => source.text,
            // what is no text still has lines that are
            Err(_) => String::from_utf8_lossy(&files.read(path).ok()??).into_owned(),
        };
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Some(Self { text, starts })
    }

    /// A line without its end; empty where there is none.
    fn line(&self, line: usize) -> &str {
        let Some(start) = self.starts.get(line - 1) else { return "" };
        self.text[*start..].lines().next().unwrap_or("")
    }

    fn locate(&self, place: Place) -> Located {
        match place {
            Place::File => Located::default(),
            Place::Line(line) => Located { excerpt: Some(self.line(line.max(1)).to_owned()), ..unread(place) },
            Place::Point(line, column) => Located {
                end_column: Some(column + 1),
                excerpt: Some(self.line(line.max(1)).to_owned()),
                ..unread(place)
            },
            Place::Span(span) => {
                let offset = |it: u32| self.text.floor_char_boundary((it as usize).min(self.text.len()));
                let (start, end) = (offset(span.start), offset(span.end));
                let line = self.starts.partition_point(|it| *it <= start);
                let excerpt = self.line(line);
                let column = self.text[self.starts[line - 1]..start].chars().count() + 1;
                // what goes over lines is shown to the end of its first one
                let width = self.text[start..end].lines().next().unwrap_or("").chars().count().max(1);
                Located {
                    line: Some(line),
                    column: Some(column),
                    end_column: Some(column + width),
                    excerpt: Some(excerpt.to_owned()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::Memory, python::Span};

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let path = RelPath::new("a.py").unwrap();
        let files = Memory([(path.clone(), "é = 1\r\nif é: f(\n 2)\n".into())].into());
        let at = |place| {
            let finding = Finding::new("x").at(&path).place(place);
            let found = locate(&files, [&finding]).remove(0);
            (found.line, found.column, found.end_column, found.excerpt)
        };
        let line = |text: &str| Some(text.to_owned());
        assert_eq!(at(Place::Span(Span { start: 15, end: 22 })), (Some(2), Some(7), Some(9), line("if é: f(")));
        assert_eq!(at(Place::Span(Span { start: 0, end: 2 })), (Some(1), Some(1), Some(2), line("é = 1")));
        assert_eq!(at(Place::Line(3)), (Some(3), None, None, line(" 2)")));
        assert_eq!(at(Place::Point(2, 4)), (Some(2), Some(4), Some(5), line("if é: f(")));
        assert_eq!(at(Place::Span(Span { start: 900, end: 901 })).0, Some(4));
        assert_eq!(at(Place::Line(90)), (Some(90), None, None, line("")));
        assert_eq!(at(Place::File), (None, None, None, None));
    }
}
