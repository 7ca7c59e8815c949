//! The report for people: what changed upstream, what that means here, and what was or would be written.

use super::RefreshReport;
use crate::base::number_of;

/// Names of one kind that are shown before the rest is counted, and where nothing is to be left out.
const SHOWN: [usize; 2] = [12, usize::MAX];

/// Lines at the end of what a failed gate of the workspace's own said.
const SAID: usize = 5;

impl RefreshReport {
    /// The report for a terminal, with whole lists where `is_whole`.
    pub fn human(&self, is_whole: bool) -> String {
        let most = SHOWN[usize::from(is_whole)];
        let list = |names: &[String]| list(names, most);
        let mut out = String::new();
        let what = match self.action.as_str() {
            "drop" => "dropped",
            "stubs" => "stubs of the union up to CPython",
            _ => "CPython",
        };
        line!(out, "{what} {}{}", self.release.as_deref().unwrap_or(&self.series), self.history());
        if self.action == "refresh" {
            let by = self.verified_by.as_deref().unwrap_or("nobody");
            let digest = self.sha256.as_deref().unwrap_or("-");
            line!(out, "  source     {}", self.source);
            // that a digest is the one in the lock is no more than that
            if by == "lock" {
                line!(out, "  checked    sha256 {digest} (same as in the lock)");
            } else {
                line!(out, "  verified   sha256 {digest} ({by})");
            }
            if let Some(it) = &self.signed {
                line!(out, "  signed     {it}");
            }
            if let Some(it) = self.lock_says.as_ref().filter(|_| self.signed.is_none()) {
                line!(out, "  lock says  {it} (not checked by this run)");
            }
        }
        if self.is_empty() {
            out.push_str("  nothing to do: the workspace is in step, and no byte was changed\n");
            self.notes.iter().for_each(|note| line!(out, "  note: {note}"));
            return out;
        }
        self.looked_for.iter().for_each(|it| line!(out, "  besides    {it}"));
        self.upstream(&mut out, most.saturating_mul(2));
        if let Some(it) = &self.impact {
            it.human(&mut out, most.saturating_mul(2));
        }
        for row in &self.union {
            let change = if row.before == row.after { String::new() } else { format!(" (was {})", row.before) };
            line!(out, "  union      {} {}{change}", row.after, row.what);
        }
        for (label, names) in self.stub_rows() {
            line!(out, "  stubs      {} {label}: {}", names.len(), list(names));
        }
        line!(out, "  gates      {} (before: {})", number_of(self.gates_after.len(), "finding"), self.gates_before);
        self.gates_after.iter().take(most).for_each(|it| line!(out, "    {it}"));
        for it in &self.external {
            line!(out, "  own gate   {}: {}", it.name, it.state);
            let said: Vec<&str> = it.output.lines().filter(|it| !it.trim().is_empty()).collect();
            let shown = if it.state.starts_with("failed") { said.len().min(SAID) } else { 0 };
            said[said.len() - shown..].iter().for_each(|it| line!(out, "    {it}"));
        }
        if let Some(growth) = &self.growth {
            let unread = match growth.unreadable {
                0 => String::new(),
                unread => format!(" ({unread} cannot be read)"),
            };
            line!(
                out,
                "  ratchet    {} intrinsic-partial (before: {}){unread}, budget {} (before: {})",
                growth.partial_after,
                growth.partial_before,
                growth.budget_after,
                growth.budget_before
            );
            let (before, after) = self.stub_modules;
            let work = growth.partial_after.saturating_sub(after as u64);
            line!(out, "             {after} of them are stubs (before: {before}), {work} in work");
            growth.sign_off.iter().for_each(|it| line!(out, "    signed off by {it}"));
        }
        if let Some(it) = self.board() {
            line!(out, "  scoreboard {it}");
        }
        self.docs.iter().for_each(|it| line!(out, "  document   {}: {} {}", it.path, it.block, it.state));
        let verb = if self.applied { "files" } else { "would be" };
        for (word, paths) in &self.files {
            line!(out, "  {verb:<10} {} {word}: {}", paths.len(), list(paths));
        }
        for (path, why) in &self.not_importable {
            line!(out, "  left out   {path}: {why}");
        }
        if !self.for_a_person.is_empty() {
            line!(out, "  left for a person: {}", number_of(self.for_a_person.len(), "place"));
            self.for_a_person.iter().for_each(|it| line!(out, "    {it}"));
        }
        self.commit.iter().for_each(|it| line!(out, "  commit     {it}"));
        self.notes.iter().for_each(|note| line!(out, "  note: {note}"));
        out
    }

    /// The scoreboard's figures of the tree that change, and how many do not; none where they were not looked at.
    fn board(&self) -> Option<String> {
        let changed = self.figures.iter().filter(|(_, (before, after))| before != after);
        let words: Vec<String> =
            changed.map(|(id, (before, after))| format!("{id} {after} (before: {before})")).collect();
        let rest = self.figures.len() - words.len();
        match (self.figures.is_empty(), words.is_empty()) {
            (true, _) => None,
            (_, true) => Some(format!("{} of the tree stay as they are", number_of(rest, "figure"))),
            _ if rest == 0 => Some(words.join(", ")),
            _ => Some(format!("{}; {rest} more stay as they are", words.join(", "))),
        }
    }

    fn history(&self) -> String {
        match &self.before {
            Some(before) => format!(", before: {before}"),
            None if self.is_new_series => ", a new series".into(),
            None => String::new(),
        }
    }

    fn upstream(&self, out: &mut String, most: usize) {
        let against = self.nearest.as_ref().map_or(String::new(), |it| format!(" against {it}"));
        if self.action == "drop" || (self.is_new_series && self.nearest.is_none()) {
            line!(out, "  upstream   {}", number_of(self.delta.0.len(), "name"));
            return;
        }
        line!(out, "  upstream   {}{against}", number_of(self.delta.0.len(), "change"));
        for it in self.delta.0.iter().take(most) {
            line!(out, "    {}: {}", it.name(), it.words());
        }
        if let Some(more) = self.delta.0.len().checked_sub(most).filter(|it| *it > 0) {
            line!(out, "    and {more} more");
        }
    }

    pub(super) fn stub_rows(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        let rows = [
            ("created", &self.stubs.created),
            ("moved into packages", &self.stubs.moved),
            ("retired", &self.stubs.retired),
            ("left alone although their names are gone", &self.stubs.kept),
        ];
        rows.into_iter().filter(|(_, names)| !names.is_empty())
    }
}

fn list(names: &[String], most: usize) -> String {
    let shown = names.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(most) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
