//! What one try to get something came to, where it brought nothing.

use std::time::Duration;

use super::{Cause, FetchError};

/// Why a try brought no answer.
pub(super) enum FailedAttempt {
    /// Nothing that another try would change.
    Final(FetchError),
    /// The same, with what was the matter.
    Lasting(Cause),
    /// What is here already cannot be continued: from the start, once. The error is the one of the second time.
    Unfit(Cause, Option<FetchError>),
    /// It may go better in a while; the server may have said in how long.
    Passing(Cause, Option<Duration>),
    /// It was asked too often, and does not say when it may be asked again.
    TooOften(Cause),
}

pub(super) fn passing<T>(cause: impl Into<Cause>) -> Result<T, FailedAttempt> {
    Err(FailedAttempt::Passing(cause.into(), None))
}
