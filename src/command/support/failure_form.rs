//! What ended a run, in the form in which its result was asked for.

use super::{context::Format, failure::Failure};
use crate::{
    base::text::{Allowed, quoted_json, quoted_lines},
    report::NotRun,
};

impl Failure {
    /// The document in this form, for the programs that read it; none where people read what is said beside the result, and where a text
    /// would be taken for the result.
    pub fn in_form(&self, format: Format) -> Option<String> {
        let ended = NotRun {
            exit: self.exit as u8,
            message: &self.message,
            details: &self.details,
            hint: self.hint.as_deref(),
        };
        match format {
            Format::Json => Some(self.json()),
            Format::Sarif => Some(quoted_json(&ended.sarif())),
            Format::Github => Some(quoted_lines(&ended.github(), Allowed { colors: false, commands: true })),
            Format::Junit => {
                // a report that cannot be written leaves what was said of the run
                let Ok(text) = ended.junit() else { return None };
                Some(quoted_lines(&text, Allowed::default()))
            }
            Format::Human | Format::Markdown | Format::Patch | Format::Dot | Format::Mermaid => None,
        }
    }
}
