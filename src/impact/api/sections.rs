//! The sections of a page: what is dated in one without a word is about all of it.

/// The section that is being read.
#[derive(Default)]
pub(super) struct Sections {
    title: String,
    /// Whether it is that of a module, which has a word for itself.
    is_of_a_module: bool,
}

/// The longest title that is shown, in characters.
const TITLE: usize = 100;

impl Sections {
    /// Takes a line without indentation, and the one behind it, which underlines a title.
    pub(super) fn see(&mut self, line: &str, next: Option<&str>) {
        let next = next.unwrap_or_default().trim_end();
        let first = next.chars().next().unwrap_or(' ');
        let is_line = |it: &str| it.len() > 2 && first.is_ascii_punctuation() && it.chars().all(|it| it == first);
        let title = line.trim_end();
        let is_title = title.starts_with(|it: char| it.is_alphanumeric() || matches!(it, ':' | '`' | '*' | '"'));
        if is_title && is_line(next) && next.len() >= title.chars().count() {
            *self = Self { title: plain(title), is_of_a_module: false };
        }
    }

    /// Takes a directive that says which module the section is about.
    pub(super) fn is_of_a_module(&mut self) {
        self.is_of_a_module = true;
    }

    /// The section in words, where it is not a module's own.
    pub(super) fn title(&self) -> Option<String> {
        let is_part = !self.is_of_a_module && !self.title.is_empty();
        is_part.then(|| format!("section \"{}\"", self.title))
    }
}

/// A title without its markup.
fn plain(title: &str) -> String {
    let mut res = String::new();
    for (at, part) in title.split('`').enumerate() {
        // what stands before a backtick may be the word of a role
        let role = part.rfind(':').and_then(|end| Some((part[..end].rfind(':')?, end)));
        match role.filter(|(_, end)| at % 2 == 0 && *end + 1 == part.len()) {
            Some((start, _)) => res.push_str(&part[..start]),
            None => res.push_str(part.trim_start_matches(['!', '~'])),
        }
    }
    res.chars().take(TITLE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_told_from_text() {
        for (line, next, expected) in [
            ("Use", "---", Some("section \"Use\"")),
            ("The :mod:`!m` module", "====================", Some("section \"The m module\"")),
            ("``X`` and more", "~~~~~~~~~~~~~~", Some("section \"X and more\"")),
            ("Longer than its line", "---", None),
            ("Use", "--x", None),
            ("Use", "", None),
            ("===", "===", None),
        ] {
            let mut sections = Sections::default();
            sections.see(line, Some(next));
            assert_eq!(sections.title().as_deref(), expected, "{line}");
            sections.is_of_a_module();
            assert_eq!(sections.title(), None);
        }
    }
}
