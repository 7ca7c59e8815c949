//! What a finding shows of a text that is longer than a value: the lines that change, each cut around what changes in it.

use similar::{ChangeTag, TextDiff};

use crate::{
    base::shortened,
    docs::{Claim, ClaimKind},
};

/// The most lines of a side that are shown.
const LINES: usize = 6;
/// The most characters of a line or of a value that are shown.
const SHOWN: usize = 240;
/// How much of a long line is shown before what changes in it, in bytes.
const BEFORE: usize = 60;
/// The longest texts whose lines are compared, in bytes.
const COMPARED: usize = 1 << 20;

/// What a claim says and should say, as it is shown.
pub(super) struct Excerpt {
    pub(super) stated: Vec<String>,
    pub(super) wanted: Option<Vec<String>>,
}

impl Excerpt {
    /// The changed lines of a claim about many, and the value of another.
    pub(super) fn of(claim: &Claim) -> Self {
        let stated = claim.stated.as_str();
        match (&claim.wanted, claim.kind) {
            // how much of it there is, its diff tells
            (Some(_), ClaimKind::File) => {
                Self { stated: vec![stated.to_owned()], wanted: Some(vec!["another text".into()]) }
            }
            (Some(wanted), _) if has_lines(claim) => Self::changed(stated, wanted),
            (wanted, _) => {
                let short = |it: &str| vec![shortened(it.lines().next().unwrap_or_default(), SHOWN).into_owned()];
                Self { stated: short(stated), wanted: wanted.as_deref().map(short) }
            }
        }
    }

    fn changed(stated: &str, wanted: &str) -> Self {
        if stated.len() + wanted.len() > COMPARED {
            let whole = |it: &str| vec![shortened(it.lines().next().unwrap_or_default(), SHOWN).into_owned()];
            return Self { stated: whole(stated), wanted: Some(whole(wanted)) };
        }
        // how lines end is the document's matter
        let (stated, wanted) = (stated.replace('\r', ""), wanted.replace('\r', ""));
        let diff = TextDiff::from_lines(&stated, &wanted);
        let of = |tag: ChangeTag| -> Vec<String> {
            let changes = diff.iter_all_changes().filter(|it| it.tag() == tag);
            changes.map(|it| it.value().trim_end().to_owned()).filter(|it| !it.is_empty()).collect()
        };
        let (mut old, mut new) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
        for (a, b) in old.iter_mut().zip(&mut new) {
            (*a, *b) = around(a, b);
        }
        Self { stated: limited(old), wanted: Some(limited(new)) }
    }
}

/// Whether a claim is about more than a value.
pub(super) fn has_lines(claim: &Claim) -> bool {
    matches!(claim.kind, ClaimKind::Block | ClaimKind::File | ClaimKind::Audit)
}

/// Two lines, cut where they begin to differ.
fn around(a: &str, b: &str) -> (String, String) {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let cut = |it: &str| {
        let from = it.floor_char_boundary(same.saturating_sub(BEFORE).min(it.len()));
        let left = if from > 0 { "… " } else { "" };
        format!("{left}{}", shortened(&it[from..], SHOWN))
    };
    if a.len().max(b.len()) <= SHOWN { (a.to_owned(), b.to_owned()) } else { (cut(a), cut(b)) }
}

fn limited(lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    let mut res: Vec<String> = lines.into_iter().take(LINES).map(|it| shortened(&it, SHOWN).into_owned()).collect();
    if more > 0 {
        res.push(format!("… and {more} more lines"));
    }
    res
}
