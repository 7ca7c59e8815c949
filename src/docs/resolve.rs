//! Merge conflicts that lie wholly in managed regions: both sides were generated, so the facts decide, and neither side
//! has to be chosen.

use std::collections::{BTreeMap, BTreeSet};

use super::region::{RegionState, regions_with, replace, state};

/// What became of a document with conflicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The document.
    pub text: String,
    /// Conflicts that were settled.
    pub settled: usize,
    /// Conflicts that are left to a person, by their line.
    pub left: Vec<usize>,
}

enum ConflictPart<'a> {
    Plain(&'a str),
    Conflict { ours: String, theirs: String, whole: String, line: usize },
}

/// Settles what lies in regions; `blocks` is what each of them should say. `sides` are the two documents as they were
/// before they were merged, where they are known: git joins lines of both that do not touch, and then neither side of a
/// conflict is what was generated.
///
/// # Errors
/// Why the document cannot be read at all.
pub fn resolve(
    text: &str,
    blocks: &BTreeMap<String, String>,
    legacy: &[String],
    sides: Option<[&str; 2]>,
) -> Result<Resolved, String> {
    let parts = parts(text)?;
    let generated = sides.map_or_else(BTreeSet::new, |sides| generated(sides, legacy));
    let side = |take_ours: bool| -> (String, Vec<std::ops::Range<usize>>) {
        let mut out = String::new();
        let mut hunks = Vec::new();
        for part in &parts {
            match part {
                ConflictPart::Plain(it) => out += it,
                ConflictPart::Conflict { ours, theirs, .. } => {
                    let start = out.len();
                    out += if take_ours { ours } else { theirs };
                    hunks.push(start..out.len());
                }
            }
        }
        (out, hunks)
    };
    // a conflict is ours to settle where both sides have it in the same region, as it was generated
    let inside = |(text, hunks): &(String, Vec<std::ops::Range<usize>>)| -> Vec<Option<String>> {
        let found = regions_with(text, legacy).unwrap_or_default();
        let clean = |it: &&super::region::Region| {
            let is_whole = || state(text, it, it.content(text)) == RegionState::Current;
            blocks.contains_key(&it.name) && (generated.contains(&it.name) || is_whole())
        };
        let owned: Vec<_> = found.iter().filter(clean).collect();
        let region = |hunk: &std::ops::Range<usize>| {
            owned
                .iter()
                .find(|it| it.whole().start <= hunk.start && hunk.end <= it.whole().end)
                .map(|it| it.name.clone())
        };
        hunks.iter().map(region).collect()
    };
    let (ours, theirs) = (inside(&side(true)), inside(&side(false)));
    let mut out = String::new();
    let mut res = Resolved { text: String::new(), settled: 0, left: Vec::new() };
    let mut stale: Vec<&str> = Vec::new();
    let mut index = 0;
    for part in &parts {
        match part {
            ConflictPart::Plain(it) => out += it,
            ConflictPart::Conflict { ours: text, whole, line, .. } => {
                match (&ours[index], &theirs[index]) {
                    (Some(a), Some(b)) if a == b => {
                        out += text;
                        stale.push(a);
                        res.settled += 1;
                    }
                    _ => {
                        out += whole;
                        res.left.push(*line);
                    }
                }
                index += 1;
            }
        }
    }
    for name in stale {
        let found = regions_with(&out, legacy).map_err(|error| error.to_string())?;
        let Some(region) = found.iter().find(|it| it.name == name) else { continue };
        out = replace(&out, region, &blocks[name]).map_err(|error| error.to_string())?;
    }
    res.text = out;
    Ok(res)
}

/// The regions that are as they were generated on both sides.
fn generated(sides: [&str; 2], legacy: &[String]) -> BTreeSet<String> {
    let [ours, theirs] = sides.map(|text| {
        let found = regions_with(text, legacy).unwrap_or_default();
        found.into_iter().filter(|it| it.is_as_written(text)).map(|it| it.name).collect::<BTreeSet<_>>()
    });
    ours.intersection(&theirs).cloned().collect()
}

fn parts(text: &str) -> Result<Vec<ConflictPart<'_>>, String> {
    let mut res = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    // where the conflict begins, its line, and what of it was read
    let mut open: Option<(usize, usize, [String; 3], usize)> = None;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let is = |marker: &str| line.trim_end() == marker || line.starts_with(&format!("{marker} "));
        match &mut open {
            None if is("<<<<<<<") => {
                res.push(ConflictPart::Plain(&text[plain..start]));
                open = Some((start, number + 1, Default::default(), 0));
            }
            None => {}
            Some((_, line, _, _)) if is("<<<<<<<") => return Err(format!("line {line}: the conflict does not end")),
            Some((_, _, _, side)) if is("|||||||") => *side = 1,
            Some((_, _, _, side)) if line.trim_end() == "=======" => *side = 2,
            Some((begin, line, sides, 2)) if is(">>>>>>>") => {
                let [ours, _, theirs] = std::mem::take(sides);
                res.push(ConflictPart::Conflict { ours, theirs, whole: text[*begin..at].to_owned(), line: *line });
                plain = at;
                open = None;
            }
            Some((_, _, sides, side)) => sides[*side] += line,
        }
    }
    if let Some((_, line, _, _)) = open {
        return Err(format!("line {line}: the conflict does not end"));
    }
    res.push(ConflictPart::Plain(&text[plain..]));
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::region::adopt;

    fn document(before: &str, content: &str) -> String {
        adopt(&format!("# T\n\n{before}\n"), "b", content, None).unwrap()
    }

    fn conflict(a: &str, b: &str) -> String {
        // the lines that differ, between the markers that git writes
        let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
        let mut out = String::new();
        for (left, right) in a.iter().zip(&b) {
            if left == right {
                out += &format!("{left}\n");
            } else {
                out += &format!("<<<<<<< ours\n{left}\n=======\n{right}\n>>>>>>> theirs\n");
            }
        }
        out
    }

    #[test]
    fn conflicts_in_regions_are_settled_by_the_facts_and_others_stay() {
        let blocks = BTreeMap::from([("b".to_owned(), "new words".to_owned())]);
        let both = conflict(&document("same", "one"), &document("same", "two"));
        let done = resolve(&both, &blocks, &[], None).unwrap();
        assert_eq!((done.settled, done.left.len()), (2, 0));
        assert_eq!(done.text, document("same", "new words"));
        let mixed = conflict(&document("mine", "one"), &document("yours", "two"));
        let done = resolve(&mixed, &blocks, &[], None).unwrap();
        assert_eq!((done.settled, done.left), (2, vec![3]));
        assert!(done.text.contains("<<<<<<< ours\nmine\n=======\nyours\n>>>>>>> theirs\n"));
        assert!(done.text.contains("\n\nnew words\n\n"));
    }

    #[test]
    fn what_a_person_wrote_in_a_region_is_not_settled() {
        let blocks = BTreeMap::from([("b".to_owned(), "new words".to_owned())]);
        let edited = document("same", "one").replace("\none\n", "\nmine\n");
        let both = conflict(&edited, &document("same", "two"));
        let done = resolve(&both, &blocks, &[], None).unwrap();
        assert_eq!((done.settled, done.text), (0, both));
        assert!(resolve("<<<<<<< a\nx\n", &blocks, &[], None).is_err());
    }
}
