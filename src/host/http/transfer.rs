//! One request and its answer's body, each bounded by how long nothing may arrive and by a time for all of it.

use std::{
    io::{self, Read as _},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    blocking::{RequestBuilder, Response},
};

use super::{
    Cause,
    attempt::{FailedAttempt, passing},
};

/// The answer's headers.
pub(super) fn send(
    request: RequestBuilder,
    address: &Url,
    stall: Duration,
    deadline: Instant,
) -> Result<Response, FailedAttempt> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || drop(sender.send(request.send())));
    match receiver.recv_timeout(left(stall, deadline)) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) if is_certificate(&error) => Err(FailedAttempt::Lasting(Cause::of(&error, address))),
        Ok(Err(error)) => passing(Cause::of(&error, address)),
        Err(_) => passing(Cause::slow(or_all(deadline, "the server did not answer in time"))),
    }
}

const TOO_LONG: &str = "it took too long in all";

/// What took too long: this step, or everything together.
fn or_all(deadline: Instant, step: &'static str) -> &'static str {
    if Instant::now() < deadline { step } else { TOO_LONG }
}

fn left(stall: Duration, deadline: Instant) -> Duration {
    stall.min(deadline.saturating_duration_since(Instant::now()))
}

/// How a body ended.
pub(super) enum Received {
    Whole,
    TooMuch,
    Broken(Cause),
}

/// Gives the body to `take`, until that wants no more. It is read on a thread of its own, so that a server that stops
/// sending is noticed.
pub(super) fn receive(
    mut response: Response,
    stall: Duration,
    deadline: Instant,
    mut take: impl FnMut(&[u8]) -> bool,
) -> Received {
    let (sender, receiver) = mpsc::sync_channel(4);
    let address = response.url().clone();
    thread::spawn(move || {
        loop {
            let mut chunk = vec![0; 64 << 10];
            let result = response.read(&mut chunk).map(|n| {
                chunk.truncate(n);
                chunk
            });
            let is_last = !matches!(&result, Ok(chunk) if !chunk.is_empty());
            if sender.send(result).is_err() || is_last {
                break;
            }
        }
    });
    loop {
        if left(stall, deadline).is_zero() {
            return Received::Broken(Cause::slow(TOO_LONG));
        }
        match receiver.recv_timeout(left(stall, deadline)) {
            Ok(Ok(chunk)) if chunk.is_empty() => return Received::Whole,
            Ok(Ok(chunk)) if take(&chunk) => {}
            Ok(Ok(_)) => return Received::TooMuch,
            Ok(Err(error)) => return Received::Broken(Cause::of(&error, &address)),
            Err(_) => return Received::Broken(Cause::slow(or_all(deadline, "the server stopped sending"))),
        }
    }
}

/// Whether the server's certificate is what is wrong: it will be the same one the next time.
fn is_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    // the source of an io error is not what it wraps, but that one's source
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.is_some_and(|it| is_certificate(it)) || error.source().is_some_and(is_certificate)
}
