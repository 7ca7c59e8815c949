//! The budget of intrinsic-partial modules in a refresh: new stubs count, and growth is somebody's decision.

use crate::{
    audit::{Audit, Ratchet, Status::Partial},
    base::{Staged, day, number_of},
    command::support::{
        failure::{Exit, Failure},
        remarks::Remarks,
        state::WorkspaceState,
        way::Way,
    },
    config::Paths,
    report::{Growth, StubChanges},
    workspace::{SignOff, SignedToday, free_sign_off, quoted, quoted_list},
};

/// Holds the number of intrinsic-partial modules against the budget, and raises the ratchet where it grows by what the stubs of
/// `release` bring. Returns the budget, where there is one.
pub(in crate::command) fn judge(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    (before, after): (&Audit, &Audit),
    (release, stubs): (&str, &StubChanges),
    signed: SignedToday<'_>,
) -> Result<(Option<Growth>, Remarks), Failure> {
    let mut remarks = Remarks::default();
    let Some(Ratchet { budget }) = state.ratchet else {
        let (old, new) = (before.count(Partial), after.count(Partial));
        if new > old {
            let path = &state.paths.ratchet;
            let message = format!("there is no ratchet at {path} to judge {} by", number_of(new - old, "new module"));
            let hint = format!("write it as {{\"max_intrinsic_partial\": {old}}}, or restore it from git");
            remarks.obstacle(Failure::new(Exit::Usage, message, hint), Way::Hand);
        }
        remarks.note(format!("there is no ratchet at {}", state.paths.ratchet));
        return Ok((None, remarks));
    };
    let row = grown((before, after), budget, signed.sign_off);
    let growth = row.budget_after - budget;
    if growth > 0 {
        if signed.sign_off.is_none() {
            remarks.obstacle(over_budget(&row, before, state, stubs), Way::sign_off());
        }
        Ratchet { budget: row.budget_after }.write(staged, &state.paths.ratchet)?;
        let path = free_sign_off(staged, &state.paths, release, "ratchet")?;
        let required = state.union.required();
        // one that was missed before is no worse for being a stub
        let new: Vec<&String> = stubs.created.iter().filter(|it| !required.contains(it.as_str())).collect();
        staged.write(&path, exception(&row, (release, stubs, &new), signed, &state.paths))?;
    } else if signed.sign_off.is_some() {
        remarks.note("no growth had to be signed off: the budget is kept");
    }
    if row.partial_after > row.budget_after {
        let over = number_of(row.partial_after - row.budget_after, "module");
        remarks.note(format!("the ratchet stays broken: {over} over the budget before this run"));
    }
    Ok((Some(row), remarks))
}

/// How a budget has to grow, and who accepts that.
fn grown((before, after): (&Audit, &Audit), budget: u64, sign_off: Option<&SignOff>) -> Growth {
    // what was over the budget before stays over it: a refresh answers for its own growth alone
    let growth = counted(after).saturating_sub(budget.max(counted(before)));
    Growth {
        partial_before: before.count(Partial) as u64,
        partial_after: after.count(Partial) as u64,
        unreadable: unreadable(after),
        budget_before: budget,
        budget_after: budget + growth,
        sign_off: sign_off.filter(|_| growth > 0).map(|it| format!("{}: {}", it.name, it.reason)),
    }
}

/// What cannot be read today is unfinished tomorrow, and needs its place.
fn counted(audit: &Audit) -> u64 {
    audit.count(Partial) as u64 + unreadable(audit)
}

fn unreadable(audit: &Audit) -> u64 {
    audit.unreadable().count() as u64
}

/// That somebody has to accept it.
fn over_budget(row: &Growth, before: &Audit, state: &WorkspaceState, stubs: &StubChanges) -> Failure {
    let Growth { partial_after, budget_before: budget, .. } = row;
    let over = counted(before).saturating_sub(*budget);
    let already = if over > 0 { format!(", besides {over} that are over it already") } else { String::new() };
    let unread = match row.unreadable {
        0 => String::new(),
        unread => format!(" and {unread} that cannot be read"),
    };
    let message = format!(
        "{partial_after} intrinsic-partial modules{unread} would be {} over the budget of {budget} in {}{already}",
        row.budget_after - budget,
        state.paths.ratchet
    );
    let hint = "if the growth is accepted, run the same command with --sign-off NAME --reason TEXT";
    let lines = stubs.created.iter().map(|name| format!("new stub: {name}"));
    Failure::new(Exit::Person, message, hint).with_details(lines)
}

/// The days until new stubs have to be converted, or signed for again.
const DAYS: i64 = 180;

/// The sign-off as a file that a later check can hold against the budget's history.
fn exception(
    growth: &Growth,
    (release, stubs, new): (&str, &StubChanges, &[&String]),
    signed: SignedToday<'_>,
    paths: &Paths,
) -> String {
    let last = day(signed.today);
    let last = last
        .and_then(|it| it.checked_add(jiff::Span::new().days(DAYS)).ok())
        .map_or(String::new(), |it| it.to_string());
    // the scoreboard counts it as an exception of its own, which ends
    let plan = format!(
        "Revert the commit of this refresh: it restores {} to {} and removes the stubs above. To keep the refresh instead, convert as many modules as the budget grew by and lower it again.",
        paths.ratchet, growth.budget_before
    );
    let rest = format!(
        "budget_before = {}\nbudget_after = {}\nnew_stubs = {}\nexpires = \"{last}\"\n\n\
         [figures]\nintrinsic-partial = {}\n\n[rollback]\nplan = {}\n",
        growth.budget_before,
        growth.budget_after,
        quoted_list(&stubs.created),
        quoted_list(new),
        quoted(&plan)
    );
    signed.text("Accepted growth of the intrinsic-partial budget", ("intrinsic-partial-ratchet", release), &[], &rest)
}
