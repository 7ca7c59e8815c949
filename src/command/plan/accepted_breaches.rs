//! Gates that break although a person accepts it, or that somebody has to accept, written down as sign-offs.

use std::collections::BTreeMap;

use crate::{
    base::Staged,
    command::support::{failure::Failure, state::WorkspaceState},
    workspace::{SignedToday, free_sign_off, quoted_list},
};

/// Writes down which gates break and who accepts that, or that somebody has to. Returns what is to be said of it.
pub(in crate::command) fn allow(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    broken: &BTreeMap<&'static str, Vec<String>>,
    (release, signed): (&str, SignedToday<'_>),
) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for (gate, findings) in broken {
        let by = signed.sign_off.filter(|it| it.gates.iter().any(|it| it == gate));
        let rest = format!("findings = {}\n", quoted_list(findings));
        let signed = SignedToday { sign_off: by, ..signed };
        let text = signed.text("An accepted breach of a gate", (gate, release), &[], &rest);
        staged.write(&free_sign_off(staged, &state.paths, release, gate)?, text)?;
        if let Some(it) = by {
            notes.push(format!("{} accepts that `{gate}` breaks: {}", it.name, it.reason));
        }
    }
    Ok(notes)
}
