//! The budget of intrinsic-partial modules in a refresh: new stubs count, and growth is somebody's decision.

use crate::{
    audit::{Audit, Ratchet},
    base::{Files as _, RelPath, Staged, day, number_of},
    command::support::{
        failure::{Exit, Failure},
        obstacles::Obstacles,
        state::WorkspaceState,
        way::Way,
    },
    config::Paths,
    report::{Growth, RefreshReport},
};

/// Who accepts a higher budget, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) struct SignOff {
    /// A person's name.
    pub name: String,
    /// The reason in their words.
    pub reason: String,
    /// Ids of the gates that may break.
    pub gates: Vec<String>,
}

impl SignOff {
    /// Of a change that is shown before anybody has signed it. What it writes down accepts nothing.
    pub(in crate::command) fn blank() -> Self {
        Self { name: String::new(), reason: String::new(), gates: Vec::new() }
    }
}

/// Holds the number of intrinsic-partial modules against the budget. Returns the budget afterwards.
pub(in crate::command) fn judge(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    (before, after): (&Audit, &Audit),
    (sign_off, today): (Option<&SignOff>, &str),
    report: &mut RefreshReport,
    obstacles: &mut Obstacles,
) -> Result<Option<u64>, Failure> {
    use crate::audit::Status::Partial;
    let Some(Ratchet { budget }) = state.ratchet else {
        let (old, new) = (before.count(Partial), after.count(Partial));
        if new > old {
            let message = format!(
                "there is no ratchet at {} to judge {} by",
                state.paths.ratchet,
                number_of(new - old, "new module")
            );
            let hint = format!("write it as {{\"max_intrinsic_partial\": {old}}}, or restore it from git");
            obstacles.note(Failure::new(Exit::Usage, message, hint), Way::Hand);
        }
        report.notes.push(format!("there is no ratchet at {}", state.paths.ratchet));
        return Ok(None);
    };
    // what cannot be read today is unfinished tomorrow, and needs its place
    let unreadable = |audit: &Audit| audit.unreadable().count() as u64;
    let count = |audit: &Audit| audit.count(Partial) as u64 + unreadable(audit);
    // what was over the budget before stays over it: a refresh answers for its own growth alone
    let growth = count(after).saturating_sub(budget.max(count(before)));
    let mut row = Growth {
        partial_before: before.count(Partial) as u64,
        partial_after: after.count(Partial) as u64,
        unreadable: unreadable(after),
        budget_before: budget,
        budget_after: budget,
        sign_off: None,
    };
    if growth > 0 {
        if sign_off.is_none() {
            let over = count(before).saturating_sub(budget);
            let already = if over > 0 { format!(", besides {over} that are over it already") } else { String::new() };
            let unread = match row.unreadable {
                0 => String::new(),
                unread => format!(" and {unread} that cannot be read"),
            };
            let message = format!(
                "{} intrinsic-partial modules{unread} would be {growth} over the budget of {budget} in {}{already}",
                row.partial_after, state.paths.ratchet
            );
            let hint = "if the growth is accepted, run the same command with --sign-off NAME --reason TEXT";
            let lines = report.stubs.created.iter().map(|name| format!("new stub: {name}"));
            obstacles.note(Failure::new(Exit::Person, message, hint).with_details(lines), Way::sign_off());
        }
        row.budget_after = budget + growth;
        row.sign_off = sign_off.map(|it| format!("{}: {}", it.name, it.reason));
        let sign_off = &sign_off.cloned().unwrap_or_else(SignOff::blank);
        Ratchet { budget: row.budget_after }.write(staged, &state.paths.ratchet)?;
        let release = report.release.as_deref().unwrap_or(&report.series);
        let path = free_exception(staged, &state.paths, release, "ratchet")?;
        let required = state.union.required();
        // one that was missed before is no worse for being a stub
        let new: Vec<&String> = report.stubs.created.iter().filter(|it| !required.contains(it.as_str())).collect();
        staged.write(&path, exception(sign_off, &row, (today, &new), report, &state.paths))?;
    } else if sign_off.is_some() {
        report.notes.push("no growth had to be signed off: the budget is kept".into());
    }
    let after = row.budget_after;
    if row.partial_after > after {
        let over = row.partial_after - after;
        report
            .notes
            .push(format!("the ratchet stays broken: {} over the budget before this run", number_of(over, "module")));
    }
    report.growth = Some(row);
    Ok(Some(after))
}

/// A name that no earlier sign-off has.
pub(in crate::command) fn free_exception(
    staged: &Staged<'_>,
    paths: &Paths,
    release: &str,
    gate: &str,
) -> Result<RelPath, Failure> {
    let taken = staged.list(&paths.exceptions, "")?;
    let name = |n: usize| if n == 1 { String::new() } else { format!("-{n}") };
    let mut names = (1..).map(|n| paths.exceptions.join(&format!("refresh-{release}-{gate}{}.toml", name(n))));
    Ok(names.find(|path| !taken.contains(path)).unwrap_or_else(|| paths.exceptions.clone()))
}

/// Writes down that a gate may break: the findings that were accepted, by whom and why.
pub(in crate::command) fn allow(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    sign_off: &SignOff,
    (gate, findings): (&str, &[String]),
    (release, today): (&str, &str),
) -> Result<(), Failure> {
    let quote = |text: &str| toml_edit::Value::from(text).to_string();
    let lines: String = findings.iter().map(|it| format!("    {},\n", quote(it))).collect();
    let text = format!(
        "# An accepted breach of a gate. Written by `molt-sync refresh`.\n\
         gate = {}\nrelease = {}\nsigned_off_by = {}\nreason = {}\ndate = {}\nfindings = [\n{lines}]\n",
        quote(gate),
        quote(release),
        quote(&sign_off.name),
        quote(&sign_off.reason),
        quote(today)
    );
    let path = free_exception(staged, &state.paths, release, gate)?;
    Ok(staged.write(&path, text)?)
}

/// The days until new stubs have to be converted, or signed for again.
const DAYS: i64 = 180;

/// The sign-off as a file that a later check can hold against the budget's history.
fn exception(
    sign_off: &SignOff,
    growth: &Growth,
    (today, new): (&str, &[&String]),
    report: &RefreshReport,
    paths: &Paths,
) -> String {
    let quote = |text: &str| toml_edit::Value::from(text).to_string();
    let names: String = report.stubs.created.iter().map(|name| format!("    {},\n", quote(name))).collect();
    // the scoreboard counts it as an exception of its own, which ends
    let worse: String = new.iter().map(|name| format!("    {},\n", quote(name))).collect();
    let last = day(today);
    let last = last
        .and_then(|it| it.checked_add(jiff::Span::new().days(DAYS)).ok())
        .map_or(String::new(), |it| it.to_string());
    format!(
        "# Accepted growth of the intrinsic-partial budget. Written by `molt-sync refresh`.\n\
         gate = \"intrinsic-partial-ratchet\"\n\
         release = {}\n\
         signed_off_by = {}\n\
         reason = {}\n\
         date = {}\n\
         budget_before = {}\n\
         budget_after = {}\n\
         new_stubs = [\n{names}]\n\
         expires = \"{last}\"\n\
         \n\
         [figures]\n\
         intrinsic-partial = [\n{worse}]\n\
         \n\
         [rollback]\n\
         plan = {}\n",
        quote(report.release.as_deref().unwrap_or(&report.series)),
        quote(&sign_off.name),
        quote(&sign_off.reason),
        quote(today),
        growth.budget_before,
        growth.budget_after,
        quote(&format!(
            "Revert the commit of this refresh: it restores {} to {} and removes the stubs above. To keep the refresh instead, convert as many modules as the budget grew by and lower it again.",
            paths.ratchet, growth.budget_before
        )),
    )
}
