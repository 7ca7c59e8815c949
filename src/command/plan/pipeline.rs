//! The plan as a value: from a workspace and what is to change in it to one changeset and its report. Nothing is
//! written here, so a run that stops has changed nothing.

use crate::{
    base::{Files, Staged, text::meaningful_words},
    changeset::Changeset,
    command::{
        docs::{EarlierClaims, Present, unjudged},
        plan::{
            accepted_breaches::allow,
            board, doubts,
            files::{imported, write_record, write_stubs},
            follow_up, growth, judge,
            regions::{stale_before, write_documents},
            series_lists,
            step::{RefreshStep, record, remember},
            supported::disagreement,
        },
        support::{
            failure::Failure, obstacles::Obstacles, remarks::Remarks, state::WorkspaceState, unknown::refuse, way::Way,
        },
    },
    report::{RefreshReport, Statement, UnionCounts},
    stdlib::{ReleaseFacts, Union, bundled},
    workspace::{SignedToday, lock_text},
};

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
    mut state: WorkspaceState,
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
    // no document gets a count of modules of which one has no state
    state.snapshot.unknown.extend(unjudged(&before.audit));
    let now = Present { union: &state.union, audit: &before.audit, budget: state.ratchet.map(|it| it.budget) };
    let documents = EarlierClaims::read(files, &state, &now)?;
    let stale = [stale_before(files, &state, &before.audit, now.budget)?, documents.wrong_before()].concat();

    // what is recorded, and the stubs that follow from it
    let (state, recorded, said) = record(state, step)?;
    remarks.add(said);
    let union = if recorded.drift.is_some() { state.union.clone() } else { united(&state) };
    if recorded.drift.is_none() {
        if let Some(failure) = disagreement(files, &state, &union)? {
            remarks.obstacle(failure, Way::Hand);
        }
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
    let lock = lock_text(&state.lock, &state.paths)?;
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
    let exceptions = follow_up::exceptions(&state, &changeset);
    if let Some(it) = signed.sign_off.filter(|it| !exceptions.is_empty() && meaningful_words(&it.reason) < 2) {
        remarks.note(format!(
            "the reason `{}` is vague, and `molt-sync scoreboard check` takes no such exception: say it in some words with --reason",
            it.reason
        ));
    }
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
        exceptions,
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

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use super::*;
    use crate::{
        base::{FileError, Memory, RelPath, Series},
        command::{init, support::checkout::Checkout},
        config::Config,
        stdlib::{Baseline, ModuleKind, StdlibModule},
        workspace::SignOff,
    };

    /// A checkout that is a repository where it knows what a file said.
    #[derive(Debug, Default)]
    struct Remembered(Vec<String>);

    impl Checkout for Remembered {
        fn is_repository(&self) -> Result<bool, Failure> {
            Ok(!self.0.is_empty())
        }

        fn names(&self) -> Result<Vec<String>, Failure> {
            Ok(Vec::new())
        }

        fn repositories_in(&self, _: &RelPath) -> Result<Vec<RelPath>, Failure> {
            Ok(Vec::new())
        }

        fn earlier_texts(&self, _: &RelPath) -> Result<Vec<String>, Failure> {
            Ok(self.0.clone())
        }

        fn merge(&self, _: &str, ours: &str, _: &str) -> Result<String, Failure> {
            Ok(ours.to_owned())
        }

        fn glance(&self, _: &RelPath, _: u64) -> Result<Option<Vec<u8>>, FileError> {
            Ok(None)
        }
    }

    fn series(text: &str) -> Series {
        text.parse().unwrap()
    }

    /// A new workspace of two series.
    fn workspace() -> Memory {
        init::files(&init::chosen(&[series("3.12"), series("3.13")]).unwrap()).unwrap().0
    }

    /// The recorded release of 3.13 but one number later, with a module that it did not have.
    fn release() -> Box<Baseline> {
        let mut res = init::chosen(&[series("3.13")]).unwrap().remove(0);
        let recorded = res.facts.release.unwrap();
        res.facts.release = Some(format!("{}.{}", recorded.series, recorded.patch + 1).parse().unwrap());
        let module = StdlibModule { kind: ModuleKind::Module, path: None, platforms: Vec::new() };
        res.facts.modules.insert("brandnew".into(), module);
        res.facts.top_level.insert("brandnew".into());
        Box::new(res)
    }

    /// What is planned, and what stands in the way: each in words, with what resolves it.
    struct Planned {
        plan: RefreshPlan,
        ways: Vec<String>,
    }

    impl Planned {
        fn files(&self) -> Vec<String> {
            self.plan.changeset.edits.iter().map(|it| it.path.to_string()).collect()
        }
    }

    fn planned(files: &Memory, step: RefreshStep, sign_off: Option<&SignOff>, checkout: Remembered) -> Planned {
        let config = Config::parse("[paths]\nstdlib = \"src/molt/stdlib\"\n").unwrap();
        let state = WorkspaceState::then(files, Path::new("/nowhere"), &config).unwrap();
        let state = WorkspaceState { checkout: Arc::new(checkout), ..state };
        let signed = SignedToday { sign_off, today: "2026-02-13" };
        let plan = plan(files, state, step, signed, Obstacles::default()).unwrap();
        let ways = plan.obstacles.iter().map(|(failure, way)| format!("{}: {way:?}", failure.message)).collect();
        Planned { plan, ways }
    }

    fn ann() -> SignOff {
        SignOff { name: "Ann".into(), reason: "it is small".into(), gates: Vec::new() }
    }

    #[test]
    fn a_release_with_a_new_module_brings_its_record_its_stub_and_the_documents_and_waits_for_who_accepts_the_growth() {
        let files = workspace();
        let before = files.clone();
        let found = planned(&files, RefreshStep::Record(release(), None), None, Remembered::default());
        assert_eq!(files.0, before.0, "a plan writes nothing");
        let paths = found.files();
        for wanted in [
            "baselines/3.13.json",
            "src/molt/stdlib/brandnew.py",
            "docs/spec/STATUS.md",
            "tools/stdlib_module_union.py",
        ] {
            assert!(paths.iter().any(|it| it == wanted), "{wanted} is not in {paths:?}");
        }
        let report = &found.plan.report;
        assert_eq!((report.action.as_str(), report.series.as_str()), ("refresh", "3.13"));
        assert_eq!((&report.stubs.created, report.delta.added()), (&vec!["brandnew".to_owned()], vec!["brandnew"]));
        let growth = report.growth.as_ref().unwrap();
        assert_eq!((growth.budget_after - growth.budget_before, &growth.sign_off), (1, &None));
        assert_eq!(found.ways.len(), 1, "{:?}", found.ways);
        assert!(found.ways[0].contains("would be 1 over the budget"), "{:?}", found.ways);
        assert!(found.ways[0].contains("--sign-off"), "{:?}", found.ways);
    }

    #[test]
    fn who_accepts_growth_is_written_down_and_nothing_stands_in_the_way() {
        let found = planned(&workspace(), RefreshStep::Record(release(), None), Some(&ann()), Remembered::default());
        assert_eq!(found.ways, Vec::<String>::new());
        let [exception] = &found.plan.report.exceptions[..] else { panic!("{:?}", found.plan.report.exceptions) };
        let edit = found.plan.changeset.edits.iter().find(|it| it.path.as_str() == exception).unwrap();
        let text = String::from_utf8(edit.after.clone().unwrap()).unwrap();
        assert!(text.contains("signed_off_by = \"Ann\"") && text.contains("\"brandnew\""), "{text}");
    }

    #[test]
    fn the_same_release_again_changes_nothing() {
        let recorded = Box::new(init::chosen(&[series("3.13")]).unwrap().remove(0));
        let found = planned(&workspace(), RefreshStep::Record(recorded, None), None, Remembered::default());
        assert_eq!((found.files(), found.ways), (Vec::<String>::new(), Vec::<String>::new()));
    }

    #[test]
    fn a_series_that_is_dropped_takes_its_record_along() {
        let found = planned(&workspace(), RefreshStep::Drop(series("3.12")), None, Remembered::default());
        let deleted: Vec<&String> = found.plan.report.files["deleted"].iter().collect();
        assert!(deleted.iter().any(|it| *it == "baselines/3.12.json"), "{deleted:?}");
        assert_eq!((found.plan.report.action.as_str(), found.ways), ("drop", Vec::new()));
    }

    #[test]
    fn words_in_a_managed_region_stand_in_the_way_and_are_joined_where_the_checkout_knows_what_was_there() {
        let mut files = workspace();
        let path = RelPath::new("docs/spec/STATUS.md").unwrap();
        let early = String::from_utf8(files.0[&path].clone()).unwrap();
        let end = early.find("<!-- molt-sync:end").unwrap();
        let edited = format!("{}A word of a person.\n{}", &early[..end], &early[end..]);
        files.0.insert(path, edited.into_bytes());
        let ways =
            |checkout: Remembered| planned(&files, RefreshStep::Record(release(), None), Some(&ann()), checkout).ways;
        let (alone, known) = (ways(Remembered::default()), ways(Remembered(vec![early.clone()])));
        for (ways, side) in [(&alone, "ours=docs/spec/STATUS.md"), (&known, "merge=docs/spec/STATUS.md")] {
            assert_eq!(ways.len(), 1, "{ways:?}");
            assert!(ways[0].starts_with("a person's words stand in a managed region"), "{ways:?}");
            assert!(ways[0].contains(side), "{ways:?}");
        }
    }
}
