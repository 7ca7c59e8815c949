//! Annotations of a workflow on GitHub, which shows ten of a kind and step: at most nine claims, and a summary.

use super::{DocsReport, NAMED};
use crate::{
    docs::{Claim, CodeClass},
    report::gates::{data, property},
};

const SHOWN: usize = 9;

impl DocsReport {
    /// One workflow command a line. The workspace lies at `prefix` in its repository.
    pub fn github(&self, prefix: &str) -> String {
        let all: Vec<&Claim> = self.worst_first().into_iter().filter(|it| self.is_told(it)).collect();
        let mut out = String::new();
        for claim in all.iter().take(SHOWN) {
            let title = claim.code.map_or(String::new(), |it| format!("{} {}", it.id(), it.title()));
            let repair = if claim.waived.is_some() { String::new() } else { format!("\ndo: {}", claim.repair) };
            out += &format!(
                "::{} file={},line={},col={},title={}::{}\n",
                if claim.class() > CodeClass::Note { "error" } else { "notice" },
                property(&format!("{prefix}{}", claim.path)),
                claim.line,
                claim.column,
                property(&title),
                data(&format!("{}{repair}", claim.message_and_why("; ")))
            );
        }
        let rest = all.len().saturating_sub(SHOWN);
        let more = if rest == 0 { String::new() } else { format!("; {rest} more, see the summary") };
        let level = if self.class() > CodeClass::Note { "error" } else { "notice" };
        out += &format!("::{level} title={}::{}\n", self.check, data(&format!("{}{more}", self.summary())));
        for it in self.remarks(NAMED) {
            out += &format!("::notice title={}::{}\n", self.check, data(&it));
        }
        out
    }
}
