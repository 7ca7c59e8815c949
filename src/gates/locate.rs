//! Findings with the line, the column and the text that they are about, for people and editors.

use std::cell::Cell;

use super::finding::{Finding, Place};
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
    /// One behind the last character, on the same line; none where that is too far to be shown.
    pub end_column: Option<usize>,
    /// The line's text; none where it is too long to be shown.
    pub excerpt: Option<String>,
}

/// Locates every finding. Each file is read once; one that cannot be read any more leaves its findings without a line.
pub fn locate<'a>(files: &dyn Files, findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Located> {
    let findings: Vec<&Finding> = findings.into_iter().collect();
    let mut res = vec![Located::default(); findings.len()];
    // file by file, so that one text is held at a time
    let mut order: Vec<(&RelPath, usize)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        order.extend(finding.path.as_ref().filter(|_| finding.place != Place::File).map(|path| (path, at)));
    }
    order.sort();
    for of_file in order.chunk_by(|a, b| a.0 == b.0) {
        let Some((path, _)) = of_file.first() else { continue };
        let text = LineIndex::read(files, path);
        for (_, at) in of_file {
            let place = findings[*at].place;
            res[*at] = text.as_ref().map_or_else(|| unread(place), |text| text.locate(place));
        }
    }
    res
}

fn unread(place: Place) -> Located {
    let (line, column) = match place {
        Place::Line(line) => (Some(line), None),
        Place::Point(line, column) => (Some(line), Some(column)),
        Place::File | Place::Span(_) => (None, None),
    };
    Located { line, column, ..Located::default() }
}

struct LineIndex {
    text: String,
    starts: Vec<usize>,
    /// The place whose column was counted last, and that column, so that a long line with many findings is counted once.
    counted: Cell<(usize, usize)>,
}

/// The longest line that is shown, in bytes.
const SHOWN: usize = 1000;

impl LineIndex {
    fn read(files: &dyn Files, path: &RelPath) -> Option<Self> {
        // the gates have read it, and told of it where it cannot be: without a place a finding stands at the file
        let bytes = files.read(path).ok()??;
        let text = match decode(bytes) {
            Ok(source) => source.text,
            // what is not text still has lines that are
            Err(_) => String::from_utf8_lossy(&files.read(path).ok()??).into_owned(),
        };
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Some(Self { text, starts, counted: Cell::new((0, 1)) })
    }

    /// A line without its end; empty where there is none.
    fn line(&self, line: usize) -> &str {
        let Some(start) = self.starts.get(line - 1) else { return "" };
        &self.text[*start..self.end(line)]
    }

    /// Where the text of a line ends.
    fn end(&self, line: usize) -> usize {
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        end - usize::from(self.text[..end].ends_with('\r'))
    }

    fn excerpt(&self, line: usize) -> Option<String> {
        let text = self.line(line);
        (text.len() <= SHOWN).then(|| text.to_owned())
    }

    /// One-based, of a place in the line that begins at `start`.
    fn column(&self, start: usize, place: usize) -> usize {
        let (from, column) =
            Some(self.counted.get()).filter(|(at, _)| (start..=place).contains(at)).unwrap_or((start, 1));
        let column = column + self.text[from..place].chars().count();
        self.counted.set((place, column));
        column
    }

    fn locate(&self, place: Place) -> Located {
        match place {
            Place::File => Located::default(),
            Place::Line(line) => Located { excerpt: self.excerpt(line.max(1)), ..unread(place) },
            Place::Point(line, column) => {
                Located { end_column: Some(column + 1), excerpt: self.excerpt(line.max(1)), ..unread(place) }
            }
            Place::Span(span) => {
                let offset = |it: u32| self.text.floor_char_boundary((it as usize).min(self.text.len()));
                let (start, end) = (offset(span.start), offset(span.end));
                let line = self.starts.partition_point(|it| *it <= start);
                let column = self.column(self.starts[line - 1], start);
                // what goes over lines is shown to the end of its first one
                let end = end.min(self.end(line)).max(start);
                let width = (end - start <= SHOWN).then(|| self.text[start..end].chars().count().max(1));
                Located {
                    line: Some(line),
                    column: Some(column),
                    end_column: width.map(|it| column + it),
                    excerpt: self.excerpt(line),
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

    #[test]
    fn a_long_line_with_many_findings_is_counted_once_and_not_copied() {
        let path = RelPath::new("a.py").unwrap();
        let files = Memory([(path.clone(), "é = f()\n".to_owned().into_bytes())].into());
        assert!(locate(&files, [&Finding::new("x").at(&path).place(Place::Line(1))])[0].excerpt.is_some());
        let files = Memory([(path.clone(), format!("{}\n", "é();".repeat(400_000)).into_bytes())].into());
        let place = |number: u32| Place::Span(Span { start: number * 5, end: number * 5 + 2 });
        let findings: Vec<Finding> =
            (0..400_000).map(|number| Finding::new("x").at(&path).place(place(number))).collect();
        let found = locate(&files, &findings);
        assert!(found.iter().all(|it| it.excerpt.is_none()));
        assert!(found.iter().enumerate().all(|(number, it)| it.column == Some(number * 4 + 1)));
        assert_eq!(locate(&files, findings.iter().rev().take(2))[1].column, Some(399_998 * 4 + 1));
        // what goes on beyond what is shown has no end
        let rest = |number: u32| Place::Span(Span { start: number * 5, end: 2_000_000 });
        let findings: Vec<Finding> =
            (0..400_000).map(|number| Finding::new("x").at(&path).place(rest(number))).collect();
        let found = locate(&files, &findings);
        assert!(found[399_000].column == Some(399_000 * 4 + 1) && found[399_000].end_column.is_none());
        assert_eq!(found[399_900].end_column, Some(400_000 * 4 + 1));
    }
}
