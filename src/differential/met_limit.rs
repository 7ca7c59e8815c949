//! Limits that a program can run into and go on: the system refuses something, and what the program makes of that is not the test's.

use super::{End, Outcome};

/// What the system says when a limit is met, as programs print it, and the limit's name behind "the limit of".
struct Limit {
    name: &'static str,
    /// The name, the number and the words of the error.
    says: [&'static str; 4],
}

const FILE_SIZE: Limit = Limit {
    name: "the size of one file (`file` below [differential])",
    says: ["EFBIG", "[Errno 27]", "(os error 27)", "File too large"],
};

const OPEN_FILES: Limit =
    Limit { name: "open files (`ulimit -n`)", says: ["EMFILE", "[Errno 24]", "(os error 24)", "Too many open files"] };

const DISK: Limit = Limit {
    name: "space, which a disk here has no more of",
    says: ["ENOSPC", "[Errno 28]", "(os error 28)", "No space left on device"],
};

/// What a shell ends with when its child was ended for the size of a file.
const SHELL_OF_XFSZ: i32 = 128 + 25;

/// Whether only a run without the limits on the size of a file and on open files tells if one of them was met. A test may well print
/// the words of an error that it never met.
pub fn is_suspect(outcome: &Outcome, may_have_filled_a_file: bool) -> bool {
    let is_said = [FILE_SIZE, OPEN_FILES].iter().any(|it| it.is_said(outcome));
    outcome.end.is_own() && (may_have_filled_a_file || outcome.end == End::Exit(SHELL_OF_XFSZ) || is_said)
}

/// The limit that a program met, by what it did, and by what it did without the limits where it was run like that.
pub fn met_limit(outcome: &Outcome, without: Option<&Outcome>, may_have_filled_a_file: bool) -> Option<&'static str> {
    if !outcome.end.is_own() {
        return None;
    }
    if let Some(without) = without {
        // one that was ended there for what it wrote would have gone on writing here
        let goes_on = matches!(without.end, End::Limit(_));
        let is_other = goes_on || (without.end.is_own() && without != outcome);
        let is_filled = may_have_filled_a_file || outcome.end == End::Exit(SHELL_OF_XFSZ);
        if is_other && (is_filled || (FILE_SIZE.is_said(outcome) && (goes_on || !FILE_SIZE.is_said(without)))) {
            return Some(FILE_SIZE.name);
        }
        if is_other && OPEN_FILES.is_said(outcome) && !OPEN_FILES.is_said(without) {
            return Some(OPEN_FILES.name);
        }
    }
    // whatever ends for the want of these has not come to its own end, however much more of them it was given
    [OPEN_FILES, DISK].iter().find(|it| it.ended(outcome)).map(|it| it.name)
}

impl Limit {
    fn is_said(&self, outcome: &Outcome) -> bool {
        let says = |text: &[u8]| self.says.iter().any(|it| memchr::memmem::find(text, it.as_bytes()).is_some());
        says(&outcome.stderr) || says(&outcome.stdout)
    }

    /// Whether its last words are about it.
    fn ended(&self, outcome: &Outcome) -> bool {
        let text = String::from_utf8_lossy(&outcome.stderr);
        let last = text.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default();
        !outcome.succeeded() && self.says.iter().any(|it| last.contains(it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(code: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome { end: End::Exit(code), stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn a_limit_is_met_where_a_run_without_it_goes_otherwise() {
        let fine = outcome(0, "done\n", "");
        let large = "Traceback\nOSError: [Errno 27] File too large\n";
        let many = "Traceback\nOSError: [Errno 24] Too many open files: 'x'\n";
        let full = "Traceback\nOSError: [Errno 28] No space left on device\n";
        let ended = |end| Outcome { end, ..outcome(0, "", "") };
        for (first, without, filled, limit) in [
            (outcome(1, "", large), &fine, false, Some("size of one file")),
            (outcome(0, "EFBIG\n", ""), &fine, false, Some("size of one file")),
            (outcome(0, "refused\n", ""), &fine, true, Some("size of one file")),
            (outcome(153, "", ""), &fine, false, Some("size of one file")),
            (outcome(1, "", large), &ended(End::Limit("disks".into())), false, Some("size of one file")),
            (outcome(1, "", many), &fine, false, Some("open files")),
            (outcome(1, "", many), &outcome(1, "", many), false, Some("open files")),
            (outcome(1, "", full), &outcome(1, "", full), false, Some("space")),
            // words that a test prints of its own, and what says nothing
            (outcome(0, "File too large\n", ""), &outcome(0, "File too large\n", ""), false, None),
            (outcome(0, "EMFILE 24\n", ""), &outcome(0, "EMFILE 24\n", ""), false, None),
            (outcome(0, "ENOSPC\n", ""), &outcome(0, "ENOSPC\n", ""), false, None),
            (outcome(1, "", large), &outcome(1, "", large), false, None),
            (outcome(0, "EMFILE\n", ""), &ended(End::Timeout), false, None),
            (fine.clone(), &fine, true, None),
            (ended(End::Timeout), &fine, true, None),
        ] {
            let met = met_limit(&first, Some(without), filled);
            assert_eq!(met.is_some(), limit.is_some(), "{first:?} {without:?} {met:?}");
            assert!(limit.is_none_or(|it| met.is_some_and(|met| met.contains(it))), "{first:?} {met:?}");
        }
    }

    #[test]
    fn only_what_could_have_met_one_is_run_again() {
        assert!(is_suspect(&outcome(0, "", ""), true) && is_suspect(&outcome(153, "", ""), false));
        assert!(is_suspect(&outcome(0, "EMFILE\n", ""), false));
        assert!(!is_suspect(&outcome(0, "fine\n", ""), false) && !is_suspect(&outcome(1, "", "ENOSPC"), false));
        assert!(!is_suspect(&Outcome { end: End::Timeout, ..outcome(0, "EFBIG", "") }, true));
    }
}
