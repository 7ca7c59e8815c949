//! When another try is worth it, and how long to wait before it.

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    blocking::Response,
    header::{HeaderMap, RETRY_AFTER},
};

use super::{
    super::clock::random_seed,
    Cause, FetchError, NetworkOptions,
    address::shown,
    attempt::FailedAttempt,
    transfer::{Received, receive},
};

/// The longest wait that a server is granted.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The same for what is asked for again another time anyway, and how often that is tried.
const BRIEF_WAIT: Duration = Duration::from_secs(5);
const BRIEF_ATTEMPTS: u32 = 2;

/// How long one such thing may take in all: a server that sends a byte now and then holds up nobody for longer.
const BRIEF_TOTAL: Duration = Duration::from_mins(1);

/// How long to stay away from a server that wants it and does not say how long.
const UNSAID: Duration = Duration::from_hours(1);

/// How much of the patience for one file is left.
pub(super) struct RetryPolicy {
    /// When it has to be there.
    pub(super) deadline: Instant,
    attempts: u32,
    longest_wait: Duration,
    is_brief: bool,
    idle: u32,
    tries: u32,
    restarted: bool,
}

impl RetryPolicy {
    pub(super) fn new(options: &NetworkOptions) -> Self {
        Self {
            deadline: Instant::now() + options.total,
            attempts: options.attempts,
            longest_wait: LONGEST_WAIT,
            is_brief: false,
            idle: 0,
            tries: 0,
            restarted: false,
        }
    }

    /// For what is asked for again another time: one more try, and no waiting for a server that wants to be left alone.
    pub(super) fn brief(options: &NetworkOptions) -> Self {
        let attempts = options.attempts.min(BRIEF_ATTEMPTS);
        let deadline = Instant::now() + brief_total(options);
        Self { deadline, attempts, longest_wait: BRIEF_WAIT, is_brief: true, ..Self::new(options) }
    }

    /// Waits until the next try, and says what for; the error if there is to be none. Progress renews the patience, but
    /// not the time in all.
    pub(super) fn after(&mut self, url: &str, trouble: FailedAttempt, progress: bool) -> Result<String, FetchError> {
        self.tries += 1;
        let tries = self.tries;
        let given_up = |cause: Cause| FetchError::Network { url: url.into(), cause, tries };
        let (cause, asked) = match trouble {
            FailedAttempt::Final(error) => return Err(error),
            FailedAttempt::Lasting(cause) => return Err(given_up(cause)),
            FailedAttempt::Unfit(cause, error) if self.restarted => {
                return Err(error.unwrap_or_else(|| given_up(cause)));
            }
            FailedAttempt::Unfit(cause, _) => {
                self.restarted = true;
                (cause, None)
            }
            FailedAttempt::Passing(_, Some(wait)) if wait > self.longest_wait => {
                return Err(FetchError::Throttled { url: url.into(), wait });
            }
            FailedAttempt::TooOften(_) if self.is_brief => {
                return Err(FetchError::Throttled { url: url.into(), wait: UNSAID });
            }
            FailedAttempt::Passing(cause, asked) => (cause, asked),
            FailedAttempt::TooOften(cause) => (cause, None),
        };
        self.idle = if progress { 0 } else { self.idle + 1 };
        let wait = asked.unwrap_or_else(|| backoff(self.idle));
        let left = self.deadline.saturating_duration_since(Instant::now());
        if self.idle >= self.attempts || wait >= left {
            return Err(given_up(cause));
        }
        thread::sleep(wait);
        Ok(cause.to_string())
    }
}

/// How long one thing that is asked for again another time may take in all.
pub(super) fn brief_total(options: &NetworkOptions) -> Duration {
    options.total.min(BRIEF_TOTAL)
}

/// Half a second, doubled each time up to 16, plus up to a quarter of it.
fn backoff(idle: u32) -> Duration {
    let base = Duration::from_millis(500) * 2_u32.pow(idle.min(6).saturating_sub(1));
    base + base / 4000 * u32::try_from(random_seed() % 1000).unwrap_or_default()
}

/// What an answer without content means.
pub(super) fn refusal(url: &Url, response: Response, stall: Duration, deadline: Instant) -> FailedAttempt {
    let status = response.status();
    match status.as_u16() {
        408 | 425 | 429 | 500..=599 => {
            let asked = wait_of(response.headers(), jiff::Timestamp::now()).or_else(|| {
                let said = (status.as_u16() == 429).then(|| small_body(response, stall, deadline));
                said.and_then(|body| wait_in(&String::from_utf8_lossy(&body)))
            });
            let cause = Cause::busy(status);
            if status.as_u16() == 429 && asked.is_none() {
                return FailedAttempt::TooOften(cause);
            }
            FailedAttempt::Passing(cause, asked)
        }
        _ => FailedAttempt::Final(FetchError::Status { url: shown(url.as_str()), status }),
    }
}

fn small_body(response: Response, stall: Duration, deadline: Instant) -> Vec<u8> {
    let mut body = Vec::new();
    let result = receive(response, stall, deadline, |chunk| {
        body.extend_from_slice(chunk);
        body.len() <= 4096
    });
    if matches!(result, Received::Whole) { body } else { Vec::new() }
}

/// `Retry-After`, in seconds or as a date.
fn wait_of(headers: &HeaderMap, now: jiff::Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// The wait that Django REST framework, and with it python.org's API, states in the body alone.
fn wait_in(body: &str) -> Option<Duration> {
    let (_, rest) = body.split_once("available in ")?;
    let (seconds, unit) = rest.split_once(' ')?;
    unit.starts_with("second").then(|| seconds.parse().ok().map(Duration::from_secs))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_understood_in_all_its_forms() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let header = |value: &'static str| {
            wait_of(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]), now).map(|it| it.as_secs())
        };
        assert_eq!(header("120"), Some(120));
        assert_eq!(header("Mon, 23 Nov 2026 12:01:30 GMT"), Some(90));
        assert_eq!(header("Mon, 23 Nov 2026 11:00:00 GMT"), Some(0), "it has passed");
        assert_eq!(header("soon"), None);
        assert_eq!(header("-5"), None);
        let body = r#"{"detail":"Request was throttled. Expected available in 42578 seconds."}"#;
        assert_eq!(wait_in(body), Some(Duration::from_secs(42578)));
        assert_eq!(wait_in("Expected available in 1 second."), Some(Duration::from_secs(1)));
        assert_eq!(wait_in("available in many seconds"), None);
        assert_eq!(wait_in("Request was throttled."), None);
    }

    #[test]
    fn waits_grow_to_a_bound() {
        for (idle, least) in [(0, 500), (1, 500), (2, 1000), (3, 2000), (6, 16000), (20, 16000)] {
            let wait = backoff(idle).as_millis();
            assert!((least..=least + least / 4).contains(&wait), "{idle}: {wait}");
        }
    }

    #[test]
    fn who_is_asked_again_another_time_is_left_alone() {
        let options = NetworkOptions { stall: Duration::from_secs(1), total: Duration::from_mins(10), attempts: 9 };
        let left = |it: &RetryPolicy| it.deadline.saturating_duration_since(Instant::now());
        assert!(left(&RetryPolicy::brief(&options)) <= BRIEF_TOTAL && left(&RetryPolicy::new(&options)) > BRIEF_TOTAL);
        let short = NetworkOptions { total: Duration::from_secs(3), ..options.clone() };
        assert!(left(&RetryPolicy::brief(&short)) <= Duration::from_secs(3), "what was asked for counts");
        let busy = |wait| FailedAttempt::Passing("busy".into(), Some(Duration::from_secs(wait)));
        let wait = |trouble| match RetryPolicy::brief(&options).after("u", trouble, false) {
            Err(FetchError::Throttled { wait, .. }) => wait.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!((wait(busy(6)), wait(FailedAttempt::TooOften("429".into()))), (6, 3600));
        let mut policy = RetryPolicy::brief(&options);
        policy.after("u", busy(0), false).unwrap();
        let last = policy.after("u", busy(0), false).unwrap_err();
        assert_eq!(last.to_string(), "cannot download u: busy (tried 2 times)");
    }

    #[test]
    fn patience_ends() {
        let options = NetworkOptions { stall: Duration::from_secs(1), total: Duration::from_mins(10), attempts: 2 };
        let mut policy = RetryPolicy::new(&options);
        let busy = |wait| FailedAttempt::Passing("busy".into(), Some(Duration::from_secs(wait)));
        assert!(matches!(
            policy.after("u", busy(61), true),
            Err(FetchError::Throttled { wait, .. }) if wait.as_secs() == 61
        ));
        assert_eq!(policy.after("u", busy(0), false).unwrap(), "busy");
        assert_eq!(policy.after("u", busy(0), true).unwrap(), "busy", "progress renews it");
        assert_eq!(policy.after("u", busy(0), false).unwrap(), "busy");
        let last = policy.after("u", busy(0), false).unwrap_err();
        assert_eq!(last.to_string(), "cannot download u: busy (tried 5 times)");
        let mut short = RetryPolicy::new(&NetworkOptions { total: Duration::from_secs(5), ..options });
        assert!(matches!(short.after("u", busy(30), true), Err(FetchError::Network { .. })), "no time is left");
    }
}
