//! The generated parts of the audit document: the counts, the status of each queued module, a list of names for each
//! status. Everything else in it is the workspace's prose, which Molt's checker compares byte for byte and which stays.
//!
//! The parts are found by their structure, not by their wording: the summary is the section whose items end in a count,
//! the queue that of items `name: status`, and the `###` lists stand in the order of [`Status::of`].

use std::collections::BTreeMap;

use super::{Audit, Status};
use crate::base::{FileError, Files, RelPath};

/// A document that is not an audit document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DocumentError(String);

/// Where Molt keeps the document since 2026-02-23 (commit cf5e82e69).
const LATER: &str = "docs/spec/areas/compat/surfaces/stdlib/stdlib_intrinsics_audit.generated.md";

/// Where Molt keeps the document now.
pub fn later_document() -> RelPath {
    // a constant, and clean
    RelPath::new(LATER).unwrap_or_else(|error| unreachable!("{error}"))
}

/// Where the document is: at `configured`, or where Molt has moved it to if that is where it is.
///
/// # Errors
/// When neither yes nor no can be said.
pub fn document_path(files: &dyn Files, configured: &RelPath) -> Result<RelPath, FileError> {
    let later = later_document();
    // one that cannot be used is there, and has to be told of
    let is_missing = |path: &RelPath| match files.read(path) {
        Ok(bytes) => Ok(bytes.is_none()),
        Err(error) if error.is_about_the_file() => Ok(false),
        Err(error) => Err(error),
    };
    Ok(if is_missing(configured)? && !is_missing(&later)? { later } else { configured.clone() })
}

/// A list in a generated part of the document, with what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentList {
    /// The line of its heading, one-based.
    pub line: usize,
    /// Its heading, without the marks.
    pub title: String,
    /// The modules below it.
    pub names: Vec<String>,
    /// Whether it is one of the queues.
    pub is_queue: bool,
}

/// The queues and the lists of the document, in order.
pub fn document_lists(text: &str) -> Vec<DocumentList> {
    let mut res: Vec<DocumentList> = Vec::new();
    let mut section = Section::Other;
    for (at, line) in text.lines().enumerate() {
        let is_list = matches!(section, Section::Queue | Section::Lists);
        if line.starts_with("## ") {
            section = Section::of(line);
        } else if let (true, Some(title)) = (is_list, line.strip_prefix("### ")) {
            let is_queue = section == Section::Queue;
            res.push(DocumentList { line: at + 1, title: title.trim_end().to_owned(), names: Vec::new(), is_queue });
        } else if let (true, Some(rest), Some(list)) = (is_list, line.strip_prefix("- `"), res.last_mut()) {
            list.names.extend(rest.split_once('`').map(|(name, _)| name.to_owned()));
        }
    }
    res
}

/// The modules of each queue, as the document lists them.
pub fn document_queues(text: &str) -> Vec<Vec<String>> {
    document_lists(text).into_iter().filter(|it| it.is_queue).map(|it| it.names).collect()
}

/// The lines of the document that are nobody's but its writer's, each with its number: not its generated parts, and not blank.
pub fn document_prose(text: &str) -> Vec<(usize, &str)> {
    let mut section = Section::Other;
    let mut res = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("## ") {
            section = Section::of(line);
        }
        let is_generated = match section {
            Section::Other => false,
            Section::Summary | Section::Queue | Section::Lists => line.starts_with("- "),
        };
        if !is_generated && !line.trim().is_empty() {
            res.push((at + 1, line.trim_end()));
        }
    }
    res
}

/// `text` with the generated parts as `audit` has them. Every other line keeps its bytes, its ending included.
pub fn patch_document(text: &str, audit: &Audit) -> Result<String, DocumentError> {
    let known = Status::of(audit.dialect);
    let all = audit.counts();
    let mut out: Vec<String> = Vec::new();
    let mut section = Section::Other;
    let (mut lists, mut counts) = (0, 0);
    for raw in text.split('\n') {
        let (line, ending) = raw.strip_suffix('\r').map_or((raw, ""), |line| (line, "\r"));
        if line.starts_with("## ") {
            section = Section::of(line);
        }
        match section {
            Section::Summary if line.starts_with("- ") => {
                out.push(summary_line(line, audit, &all)? + ending);
                counts += 1;
            }
            Section::Queue if line.starts_with("- ") => out.push(queue_line(line, audit)? + ending),
            Section::Lists if line.starts_with("### ") => {
                let status = known.get(lists).copied();
                let status = status
                    .ok_or_else(|| DocumentError(format!("its audit section has more than {} lists", known.len())))?;
                out.push(raw.to_owned());
                out.extend(names(audit, status).map(|name| name + ending));
                out.push(ending.to_owned());
                lists += 1;
            }
            // what the lists held before
            Section::Lists if lists > 0 && (line.is_empty() || is_list_item(line)) => {}
            Section::Lists if lists > 0 => {
                return Err(DocumentError(format!("its audit section has a line that is not a list item: `{line}`")));
            }
            _ => out.push(raw.to_owned()),
        }
    }
    let wanted = (known.len() + 1, known.len());
    if (counts, lists) != wanted {
        return Err(DocumentError(format!(
            "it has {counts} generated counts and {lists} generated lists where there should be {} and {}",
            wanted.0, wanted.1
        )));
    }
    Ok(out.join("\n"))
}

/// ``- `name` `` and nothing else: a remark behind it is a person's.
fn is_list_item(line: &str) -> bool {
    let name = line.strip_prefix("- `").and_then(|it| it.strip_suffix('`'));
    name.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it == b'.' || it == b'_' || it.is_ascii_alphanumeric()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Summary,
    Queue,
    Lists,
    Other,
}

impl Section {
    /// Generated sections say so in their heading.
    fn of(heading: &str) -> Self {
        let heading = heading.to_lowercase();
        match heading {
            _ if !heading.contains("(generated)") => Self::Other,
            _ if heading.contains("summary") => Self::Summary,
            _ if heading.contains("queue") => Self::Queue,
            _ => Self::Lists,
        }
    }
}

/// ``- `status`: `N` `` or any other item that ends in a count: the total.
fn summary_line(line: &str, audit: &Audit, all: &BTreeMap<Status, usize>) -> Result<String, DocumentError> {
    let odd = || DocumentError(format!("its summary has a line without a count: `{line}`"));
    let (label, value) = line.rsplit_once(": `").ok_or_else(odd)?;
    let digits = value.strip_suffix('`').filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    digits.ok_or_else(odd)?;
    let named = label.strip_prefix("- `").and_then(|it| it.strip_suffix('`'));
    let count = match named {
        None => audit.records.len(),
        Some(word) => {
            let status = Status::of(audit.dialect).into_iter().find(|it| it.word() == word);
            let status = status.ok_or_else(|| DocumentError(format!("its summary has an unknown status `{word}`")))?;
            all.get(&status).copied().unwrap_or_default()
        }
    };
    Ok(format!("{label}: `{count}`"))
}

/// ``- `module`: `status` ``
fn queue_line(line: &str, audit: &Audit) -> Result<String, DocumentError> {
    let odd = || DocumentError(format!("its queue has a line that names no module and status: `{line}`"));
    let (name, rest) = line.strip_prefix("- `").and_then(|it| it.split_once("`: `")).ok_or_else(odd)?;
    // a remark behind the status is a person's
    let status = rest.strip_suffix('`').ok_or_else(odd)?;
    if status != "not-audited" && Status::from_word(status).is_none() {
        return Err(odd());
    }
    Ok(format!("- `{name}`: `{}`", audit.get(name).and_then(|it| it.status).map_or("not-audited", Status::word)))
}

fn names(audit: &Audit, status: Status) -> impl Iterator<Item = String> {
    audit.records.iter().filter(move |it| it.status == Some(status)).map(|it| format!("- `{}`", it.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Record;

    fn audit(modules: &[(&str, Status)]) -> Audit {
        let record = |(name, status): &(&str, Status)| Record {
            name: (*name).to_owned(),
            path: RelPath::new(format!("{name}.py")).unwrap(),
            status: Some(*status),
            summary: Ok(Box::default()),
            oddity: None,
            is_stub: false,
        };
        Audit { records: modules.iter().map(record).collect(), dialect: crate::base::Dialect::February }
    }

    fn doc(total: usize, partial: usize, x: &str, list: &str) -> String {
        format!(
            "# T\n\n## Policy\n- `x`: `kept`\n\n## Summary (Generated)\n- All: `{total}`\n- `intrinsic-backed`: `0`\n- `intrinsic-partial`: `{partial}`\n- `probe-only`: `0`\n- `python-only`: `0`\n\n## Queue (Generated)\n### P0\n- `x`: `{x}`\n\n## Audit (Generated)\n### Done\n\n### Open\n{list}\n### Probe\n\n### Python\n\n## Rest\n- tail `5`\n"
        )
    }

    #[test]
    fn only_generated_values_change() {
        let old = doc(2, 2, "not-audited", "- `a`\n- `gone`\n");
        let new =
            patch_document(&old, &audit(&[("a", Status::Partial), ("b", Status::Partial), ("x", Status::Partial)]))
                .unwrap();
        assert_eq!(new, doc(3, 3, "intrinsic-partial", "- `a`\n- `b`\n- `x`\n"));
        let same = audit(&[("a", Status::Partial), ("b", Status::Partial), ("x", Status::Partial)]);
        assert_eq!(patch_document(&new, &same).unwrap(), new);
        assert_eq!(patch_document(&new.replace('\n', "\r\n"), &same).unwrap(), new.replace('\n', "\r\n"));
        let mixed = new.replace("## Policy\n", "## Policy\r\n");
        assert_eq!(patch_document(&mixed, &same).unwrap(), mixed);
    }

    #[test]
    fn a_document_of_another_shape_is_refused() {
        let good = doc(1, 1, "not-audited", "- `a`\n");
        let audit = audit(&[("a", Status::Partial)]);
        assert!(patch_document(&good, &audit).is_ok());
        for bad in [
            "# T\n".to_owned(),
            good.replace("`0`", "zero"),
            good.replace("### Python", "### Python\n\n### Fifth"),
            good.replace("- `a`\n", "- `a`\nsomebody's remark\n"),
            good.replace("- `a`\n", "- `a` (mine)\n"),
            good.replace("`not-audited`", "`not-audited` (owner: Ann)"),
            good.replace("`not-audited`", "`not-audited` or `so`"),
            good.replace("probe-only", "policy-gate"),
        ] {
            assert!(patch_document(&bad, &audit).is_err(), "{bad}");
        }
    }
}
