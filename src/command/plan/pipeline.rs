//! The plan as a value: from a workspace and what is to change in it to one changeset and its report. Nothing is
//! written here, so a run that stops has changed nothing.

use crate::{
    base::{Files, Series, Staged},
    changeset::Changeset,
    command::{
        docs::{EarlierClaims, Present},
        plan::{
            board, doubts,
            files::{imported, write_record, write_stubs},
            follow_up, growth, judge,
            recorded::{record, remember},
            regions::{stale_before, write_documents},
            series_lists,
            sign_off::{SignedToday, allow},
            supported::disagreement,
        },
        support::{
            failure::Failure, obstacles::Obstacles, remarks::Remarks, state::WorkspaceState, unknown::refuse, way::Way,
        },
    },
    release::Locked,
    report::{RefreshReport, Statement, UnionCounts},
    stdlib::{Baseline, ReleaseFacts, Union, bundled},
    stubs::Drift,
};

/// What is to change.
pub(in crate::command) enum RefreshStep {
    /// A series is recorded from these facts.
    Record(Box<Baseline>, Option<Box<Locked>>),
    /// A series is no longer supported.
    Drop(Series),
    /// The stubs alone follow the union as it is; nothing is recorded.
    Stubs(Box<Drift>),
}

/// What is to be applied, and what there is to say of it.
pub(in crate::command) struct RefreshPlan {
    pub(in crate::command) changeset: Changeset,
    pub(in crate::command) report: RefreshReport,
    /// What stands in its way.
    pub(in crate::command) obstacles: Obstacles,
}

/// Plans one step on a workspace. `obstacles` are those that were met before.
pub(in crate::command) fn plan(
    files: &dyn Files,
    state: WorkspaceState,
    step: RefreshStep,
    signed: SignedToday<'_>,
    obstacles: Obstacles,
) -> Result<RefreshPlan, Failure> {
    if !state.is_fresh {
        refuse(&state.unknown)?;
    }
    let mut remarks = Remarks { obstacles, ..Remarks::default() };
    let mut staged = Staged::new(files);
    let before = judge::inputs(files, &state, &state.union)?;
    judge::undamaged(files, &before)?;
    let now = Present { union: &state.union, audit: &before.audit, budget: state.ratchet.map(|it| it.budget) };
    let documents = EarlierClaims::read(files, &state, &now)?;
    let stale = [stale_before(files, &state, &before.audit, now.budget)?, documents.wrong_before()].concat();

    // what is recorded, and the stubs that follow from it
    let (state, recorded, said) = record(state, step)?;
    remarks.add(said);
    let union = if recorded.drift.is_some() { state.union.clone() } else { united(&state) };
    if recorded.drift.is_none() {
        let disagreement = disagreement(files, &state, &union)?;
        disagreement.into_iter().for_each(|it| remarks.obstacle(it, Way::Hand));
        remarks.add(write_record(&mut staged, &state, &union)?);
    }
    remarks.add(imported(&state));
    let (stubs, said) = write_stubs(files, &mut staged, &state, &union, &recorded)?;
    remarks.add(said);

    // the tree as it will be, its budget, and the documents that state it
    let mut after = judge::inputs(&staged, &state, &union)?;
    remarks.notes.extend(after.audit.unreadable().map(|(path, why)| format!("{path} cannot be judged: {why}")));
    let audits = (&*before.audit, &*after.audit);
    let (growth, said) = growth::judge(&mut staged, &state, audits, (recorded.label(), &stubs), signed)?;
    remarks.add(said);
    let state = if recorded.is_news { remember(state, &recorded, &stubs) } else { state };
    let lock = state.lock.text();
    if !lock.is_empty() {
        staged.write(&state.paths.lock, lock)?;
    }
    let now = Present { union: &union, audit: &after.audit, budget: growth.as_ref().map(|it| it.budget_after) };
    let (mut docs, said) = write_documents(&mut staged, &state, &now)?;
    remarks.add(said);
    let (followed, said) = documents.follow(&mut staged, &state, &now)?;
    docs.extend(followed.docs);
    remarks.add(said);
    remarks.for_a_person.extend(documents.lists_for_a_person(&staged, &state.union, &union, &state.paths.checker)?);
    remarks.for_a_person.extend(follow_up::beside_the_union(&staged, &state, &union)?);

    // every gate, before and after
    after.reread(&staged);
    let (gates, said) = judge::compare(&before, &after, &state, signed.gates());
    remarks.add(said);
    remarks.notes.extend(allow(&mut staged, &state, &gates.broken, (recorded.label(), signed))?);
    remarks.notes.extend(doubts::write(&mut staged, &state, signed)?);
    remarks.notes.extend_from_slice(&state.notes);

    // what comes behind it
    let changeset = Changeset { edits: staged.into_edits() };
    remarks.for_a_person.extend(series_lists::for_a_person(&state, &union, &changeset)?);
    remarks.for_a_person.extend(follow_up::afterwards(files, &state)?);
    let (figures, said) = board::figures(files, &state, (&before, &after), &changeset)?;
    remarks.add(said);
    let report = RefreshReport {
        action: recorded.action.into(),
        series: recorded.series,
        release: recorded.release,
        is_new_series: recorded.is_new_series,
        before: recorded.before,
        nearest: recorded.nearest,
        source: recorded.source,
        sha256: recorded.sha256,
        checked: recorded.checked,
        delta: recorded.delta,
        not_importable: recorded.not_importable,
        union: UnionCounts::change(&state.union, &union),
        stubs,
        stub_modules: (before.audit.count_stubs(), after.audit.count_stubs()),
        statuses: RefreshReport::status_change(&before.audit, &after.audit),
        figures,
        growth,
        gates_before: gates.before,
        gates_after: gates.after,
        docs,
        still_wrong: followed.still_wrong,
        statements: Statement::of(&changeset, &stale),
        exceptions: follow_up::exceptions(&state, &changeset),
        files: RefreshReport::files_of(&changeset),
        for_a_person: remarks.for_a_person,
        notes: remarks.notes,
        // the rest is what the command knows of the release, and what becomes of the plan
        ..RefreshReport::default()
    };
    Ok(RefreshPlan { changeset, report, obstacles: remarks.obstacles })
}

/// The union of what is recorded.
fn united(state: &WorkspaceState) -> Union {
    let known = bundled();
    let known: Vec<&ReleaseFacts> = known.iter().map(|it| &it.facts).collect();
    Union::new(state.baselines.values(), &state.union, &known)
}
