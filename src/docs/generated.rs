//! Files that are generated as a whole: the first line holds the digest of all others, so that a person's edit is seen.

use super::{
    canonical,
    claim::{Claim, ClaimKind, ClaimState, digest_of},
    code::Code,
};
use crate::base::RelPath;

const BEGIN: &str = "<!-- molt-sync:file sum=";

/// How a generated file stands to what it should say.
pub(super) fn claim(path: &RelPath, text: Option<&str>, wanted: &str) -> Claim {
    let mut claim = Claim::new(ClaimKind::File, path, 0..text.map_or(0, str::len), "the file");
    claim.wanted = Some(render(wanted));
    claim.binding = path.to_string();
    let Some(text) = text else {
        return claim.wrong(ClaimState::Stale, Code::StaleFile, "it is not there yet");
    };
    let Some((stamp, content)) = parts(text) else {
        claim.words = digest_of(text);
        return claim.wrong(
            ClaimState::Unstamped,
            Code::EditedBlock,
            "its first line has no digest, so whose words it holds cannot be told",
        );
    };
    let now = canonical::sum(content);
    claim.words = digest_of(content);
    if now != stamp {
        return claim.wrong(ClaimState::HandEdited, Code::EditedBlock, "a person changed it");
    }
    if now == canonical::sum(wanted) {
        claim.wanted = None;
        return claim;
    }
    claim.wrong(ClaimState::Stale, Code::StaleFile, "the facts or its template have changed since it was written")
}

/// A generated file that is not there.
pub fn missing_file(path: &RelPath, wanted: &str) -> Claim {
    claim(path, None, wanted)
}

/// Whether a file was written by this program, as far as it says so itself.
pub fn is_generated(text: &str) -> bool {
    parts(text).is_some()
}

/// The whole file.
pub fn render(wanted: &str) -> String {
    let wanted = wanted.trim_matches('\n');
    format!("{BEGIN}{} -->\n\n{wanted}\n", canonical::sum(wanted))
}

fn parts(text: &str) -> Option<(&str, &str)> {
    let (first, content) = text.trim_start_matches('\u{feff}').split_once('\n')?;
    let stamp = first.trim_end().strip_prefix(BEGIN)?.strip_suffix(" -->")?;
    Some((stamp, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_file_is_ok_stale_edited_or_somebody_elses() {
        let path = RelPath::new("FACTS.md").unwrap();
        let text = render("# T\n\nwords\n");
        let state = |text: Option<&str>, wanted: &str| claim(&path, text, wanted).state;
        assert_eq!(state(Some(&text), "# T\n\nwords"), ClaimState::Ok);
        assert_eq!(state(Some(&text.replace('\n', "\r\n")), "# T\n\nwords"), ClaimState::Ok);
        assert_eq!(state(Some(&text), "# T\n\nother words"), ClaimState::Stale);
        assert_eq!(state(None, "# T"), ClaimState::Stale);
        assert_eq!(state(Some(&text.replace("words", "mine")), "# T\n\nwords"), ClaimState::HandEdited);
        assert_eq!(state(Some("# T\n"), "# T\n"), ClaimState::Unstamped);
    }
}
