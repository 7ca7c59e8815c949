//! With what exit code a run ends that did several things.

use crate::command::support::failure::Exit;

/// From what is gravest to what is not: what cannot be believed, what a person has to correct, decide or repair, and what
/// may be gone the next time.
const GRAVITY: [Exit; 7] = [Exit::Trust, Exit::Usage, Exit::Person, Exit::No, Exit::Io, Exit::Changed, Exit::Done];

/// The graver of two: a run of several series ends with the worst of what became of them.
pub(super) fn worse(one: Exit, other: Exit) -> Exit {
    GRAVITY.into_iter().find(|it| [one, other].contains(it)).unwrap_or(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_code_is_the_one_that_needs_a_person_most() {
        use Exit::{Changed, Done, Io, No, Person, Trust, Usage};
        for (one, other, worst) in [
            (Done, Changed, Changed),
            (Io, Done, Io),
            (Io, Trust, Trust),
            (Changed, Io, Io),
            (No, Io, No),
            (No, Person, Person),
            (Usage, Person, Usage),
            (Person, Trust, Trust),
        ] {
            assert_eq!((worse(one, other), worse(other, one)), (worst, worst), "{one:?} {other:?}");
        }
    }
}
