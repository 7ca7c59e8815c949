//! Point 9: the public names that the module lacks, in each series.

use crate::acceptance::{
    facts::{Facts, Subject},
    point::{Evidence, Findings, Judgement},
};

pub(in crate::acceptance) fn surface(_: &Facts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    let text = format!("the public names of `{}` in CPython were not compared with the tree", subject.module);
    found.not_measured(Evidence::words(text));
    found.outcome()
}
