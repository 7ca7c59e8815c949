//! What the settings excuse: the claims that a waiver is about, and what there is to say of the waiver itself.

use crate::{
    base::{RelPath, number_of, says_something},
    command::support::failure::{Exit, Failure},
    docs::{self, Claim, ClaimKind, ClaimState, Code, Waiver},
};

/// What is done with an excuse of a branch's own that nobody signs.
pub(super) const NAMELESS: &str = "add `by = \"NAME\"` to it in molt-sync.toml, or delete it";

/// The most pairs of a waiver and a claim that are compared.
const MOST_WAIVED: usize = 20_000_000;

/// Takes out what the configuration waives; a waiver that waives nothing or is over is a claim of its own.
/// What a branch waives that its base, which has `known`, does not, counts with a name and is told. Where not all `is_judged`, nobody
/// knows of a waiver that it waives nothing.
pub(super) fn waive(
    claims: &mut [Claim],
    (waivers, known): (&[Waiver], Option<&[Waiver]>),
    (today, is_judged): (&str, bool),
    (file, text): (&RelPath, &str),
) -> Result<Vec<Claim>, Failure> {
    let mut res = Vec::new();
    let is_open = |it: &Claim| it.is_wrong() && it.kind != ClaimKind::Invariant;
    let open = claims.iter().enumerate().filter(|(_, it)| !waivers.is_empty() && is_open(it));
    let open: Vec<(usize, String)> = open.map(|(at, it)| (at, it.id())).collect();
    if open.len().saturating_mul(waivers.len()) > MOST_WAIVED {
        let message = format!("cannot hold {} waivers against {} claims", waivers.len(), open.len());
        return Err(Failure::new(Exit::Usage, message, "repair the documents first, or delete waivers"));
    }
    for waiver in waivers {
        let pattern = globset::GlobBuilder::new(&waiver.claim).build().map_err(|error| {
            Failure::new(
                Exit::Usage,
                format!("cannot use the waiver {}: {error}", waiver.claim),
                "correct it in molt-sync.toml",
            )
        })?;
        let pattern = pattern.compile_matcher();
        if let Some(until) = waiver.until.as_deref().filter(|it| !docs::is_date(it)) {
            let message = format!("cannot use the waiver of {}: until = \"{until}\" is not a day", waiver.claim);
            return Err(Failure::new(Exit::Usage, message, "write it as until = \"2026-02-12\""));
        }
        let mut about = |code: Code, why: String, repair: &str| {
            let mut claim = Claim::about(ClaimKind::Document, file, ClaimState::Broken, code, why);
            claim.binding.clone_from(&waiver.claim);
            claim.line = line_of(text, "claim", &waiver.claim);
            if !repair.is_empty() {
                repair.clone_into(&mut claim.repair);
            }
            res.push(claim);
        };
        if let Some(until) = waiver.until.as_deref().filter(|it| *it < today) {
            let why = format!("the waiver of {} was good until {until}", waiver.claim);
            about(Code::UnusedWaiver, why, "repair what it was for and delete it, or give it a later `until`");
            continue;
        }
        let found: Vec<&(usize, String)> = open.iter().filter(|(_, id)| pattern.is_match(id)).collect();
        let Some((_, first)) = found.first() else {
            if !is_judged {
                continue;
            }
            about(Code::UnusedWaiver, format!("nothing is wrong with {}", waiver.claim), "");
            continue;
        };
        let is_own = known.is_some_and(|it| !it.contains(waiver));
        let what = format!("the waiver of {}, which this branch brings,", waiver.claim);
        let many = format!("{}, the first of which is {first}", number_of(found.len(), "claim"));
        match waiver.by.as_deref().map(str::trim).filter(|it| says_something(it)) {
            None if is_own => {
                let why = format!("{what} says not by whom (`by`), and excuses nothing of {many}");
                about(Code::UnusedWaiver, why, NAMELESS);
                continue;
            }
            Some(by) if is_own => {
                about(Code::OwnExcuse, format!("{by} excuses {many}, by {what} because: {}", waiver.why), "");
            }
            _ => {}
        }
        for (at, _) in found {
            claims[*at].waived = Some(waiver.why.clone());
        }
    }
    Ok(res)
}

/// The line of the settings, from one, on which a key has that value; the first one where none has, as where it is in an inline table.
pub(super) fn line_of(text: &str, key: &str, value: &str) -> usize {
    let is_it = |line: &str| {
        let rest = line.trim_start().strip_prefix(key).map(str::trim_start).and_then(|it| it.strip_prefix('='));
        rest.is_some_and(|it| ['"', '\''].iter().any(|mark| it.contains(&format!("{mark}{value}{mark}"))))
    };
    text.lines().position(is_it).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_its_value_is_found_on_its_line() {
        let text = "# claim = \"b\"\n[[docs.waiver]]\nclaim = \"a\"\n  claim=\"b\"\nclaim = 'ab'\n";
        assert_eq!(["a", "b", "ab", "c"].map(|it| line_of(text, "claim", it)), [3, 4, 5, 1]);
    }
}
