//! The execution order in a plan document: the numbered list below a heading with the words "execution order", as in Molt's
//! plans of 2026-02 and 2026-08. A module is a code span that is a name; a nested list parts a cluster into steps.

use std::collections::HashSet;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::Cluster;
use crate::base::Lines;

/// The most clusters that are read.
const MOST: usize = 200;
/// The most modules of all of them.
const MOST_MODULES: usize = 2000;

/// What the reader is in.
#[derive(Default)]
struct OrderReader {
    done: Vec<Cluster>,
    /// The text of the heading that is open.
    heading: Option<String>,
    is_below: bool,
    /// How many lists are open, those outside of the section left out.
    depth: usize,
    is_over: bool,
    title: String,
    /// How many modules were read.
    modules: usize,
    /// The modules of the cluster that is open.
    known: HashSet<String>,
}

/// The clusters that a document lists, in its order.
pub(super) fn clusters(text: &str) -> Vec<Cluster> {
    let lines = Lines::new(text);
    let mut reader = OrderReader::default();
    for (event, range) in Parser::new(text).into_offset_iter() {
        if reader.is_over || reader.done.len() > MOST {
            break;
        }
        reader.event(event, &|| lines.line(range.start));
    }
    reader.done.truncate(MOST);
    reader.done
}

impl OrderReader {
    fn event(&mut self, event: Event<'_>, line: &dyn Fn() -> usize) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                self.is_over = self.is_below && !self.done.is_empty();
                self.heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                let title = self.heading.take().unwrap_or_default().to_lowercase();
                self.is_below = title.contains("execution order");
            }
            Event::Text(it) | Event::Code(it) if self.heading.is_some() => {
                self.heading.as_mut().into_iter().for_each(|heading| heading.push_str(&it));
            }
            _ if !self.is_below => {}
            Event::Start(Tag::List(first)) if self.depth > 0 || first.is_some() => self.depth += 1,
            Event::End(TagEnd::List(_)) => {
                self.depth = self.depth.saturating_sub(1);
                self.is_over = self.depth == 0 && !self.done.is_empty();
            }
            Event::Start(Tag::Item) if self.depth == 1 => self.begin(line()),
            // what a nested item names is done after what stands before it
            Event::Start(Tag::Item) if self.depth > 1 => {
                let last = self.done.last_mut();
                last.into_iter()
                    .filter(|it| it.steps.last().is_none_or(|it| !it.is_empty()))
                    .for_each(|it| it.steps.push(Vec::new()));
            }
            Event::End(TagEnd::Item) if self.depth == 1 => self.end(),
            Event::Code(it) if self.depth > 0 => self.code(&it),
            Event::Text(it) if self.depth == 1 => self.title.push_str(&it),
            Event::SoftBreak | Event::HardBreak if self.depth == 1 => self.title.push(' '),
            _ => {}
        }
    }

    fn begin(&mut self, line: usize) {
        self.title.clear();
        self.known.clear();
        self.done.push(Cluster {
            id: String::new(),
            name: String::new(),
            order: self.done.len() + 1,
            steps: vec![Vec::new()],
            line: Some(line),
            is_final_gate: false,
        });
    }

    fn code(&mut self, text: &str) {
        let Some(cluster) = self.done.last_mut() else { return };
        cluster.is_final_gate |= text.split_whitespace().collect::<String>() == "intrinsic-partial==0";
        if !is_module(text) || self.modules >= MOST_MODULES {
            return;
        }
        let is_new = self.known.insert(text.to_owned());
        if let Some(step) = cluster.steps.last_mut().filter(|_| is_new) {
            self.modules += 1;
            step.push(text.to_owned());
        }
    }

    fn end(&mut self) {
        let Some(cluster) = self.done.last_mut() else { return };
        cluster.steps.retain(|it| !it.is_empty());
        let title = self.title.split(':').next().unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        title.trim_end_matches('.').clone_into(&mut cluster.name);
    }
}

/// Whether a text can be the name of a module.
fn is_module(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && part.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    };
    text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_clusters_and_code_spans_that_are_names_are_modules() {
        let text = "# Plan\n## Acceptance\n1. `not_this`.\n## Blocker-First Execution Order\nIn this order.\n\n\
            1. Importlib blocker: `TypeError: module name must be str` + more.\n\
            2. P2 fast close: `concurrent.futures`,\n   `pickle`, `pickle`.\n\
            3. Substrate in strict order:\n   - `socket` + `select`\n   - `threading`\n\
            4. Final hardening: set `intrinsic-partial == 0` once.\n\n## Next\n1. `os`\n";
        let found = clusters(text);
        let shown: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.order, it.steps.len(), it.line)).collect();
        assert_eq!(
            shown,
            [
                ("Importlib blocker", 1, 0, Some(7)),
                ("P2 fast close", 2, 1, Some(8)),
                ("Substrate in strict order", 3, 2, Some(10)),
                ("Final hardening", 4, 0, Some(13)),
            ]
        );
        assert_eq!(found[1].modules().collect::<Vec<_>>(), ["concurrent.futures", "pickle"]);
        assert_eq!(found[2].steps, [vec!["socket".to_owned(), "select".to_owned()], vec!["threading".to_owned()]]);
        assert_eq!(found.iter().map(|it| it.is_final_gate).collect::<Vec<_>>(), [false, false, false, true]);
    }

    #[test]
    fn a_list_without_numbers_and_a_document_without_such_a_heading_state_no_order() {
        assert!(clusters("## Execution order\n- `a`\n- `b`\n").is_empty());
        assert!(clusters("## Order\n1. `a`\n").is_empty());
        assert_eq!(clusters("## Execution Order\n- see below\n\n1. `a`\n").len(), 1);
    }
}
