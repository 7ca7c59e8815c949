//! What this run may take at most: its memory and its processor time, whatever the workspace makes it do.
//!
//! A workspace may be a stranger's, and there is always one more input for which one algorithm of many takes too much. So one
//! thread looks at the process itself and ends it. The limits are the caller's; nothing in a workspace says anything about
//! them. Time that passes does not count, because networks and disks are slow; only what this process works does, and on Linux what a
//! git works that it asks. From the moment when a changeset begins to be applied until the next run within the process, nothing is ended.

use std::{
    cell::Cell,
    io,
    process::Child,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use super::leftovers;

/// What a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Memory in bytes, as much as is resident at once.
    pub memory: u64,
    /// Processor time of all threads together, in seconds.
    pub work: u64,
}

/// What a run took too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrun {
    /// More memory than so many bytes.
    Memory(u64),
    /// More processor time than so many seconds.
    Work(u64),
}

/// What the run is doing, as far as it matters for whether it may be ended.
#[derive(Debug)]
struct State {
    allowance: Option<Allowance>,
    /// Whether it has come to where it is not ended any more.
    is_past: bool,
    /// How many parts of it are at work that are not ended half-way.
    undisturbed: usize,
    /// From where its processor time counts.
    since: Duration,
    /// Its processor time when the first of those parts began.
    paused: Duration,
    /// Whether some of the result may be on stdout.
    has_printed: bool,
}

impl State {
    fn may_end(&self) -> bool {
        self.allowance.is_some() && !self.is_past && self.undisturbed == 0
    }
}

static STATE: Mutex<State> = Mutex::new(State {
    allowance: None,
    is_past: false,
    undisturbed: 0,
    since: Duration::ZERO,
    paused: Duration::ZERO,
    has_printed: false,
});
static CHANGED: Condvar = Condvar::new();

/// How long between two looks. A program fills some 50 MB of memory in that time.
const PAUSE: Duration = Duration::from_millis(20);
/// How long whoever reads stdout and stderr may take to hear why the run was ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is done about what the run has made, before it is ended.
type LastDeed = Box<dyn FnOnce() + Send>;

static LAST_DEED: Mutex<Option<LastDeed>> = Mutex::new(None);

thread_local! {
    /// Whether this thread is the one that ends the run.
    static ENDS: Cell<bool> = const { Cell::new(false) };
}

/// Whoever holds it when the run is to be ended never gives it back: nobody prints or applies anything behind that.
fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same; none for whoever ends the run, which holds it.
fn state_of_others() -> Option<MutexGuard<'static, State>> {
    (!ENDS.get()).then(state)
}

fn last_deed() -> MutexGuard<'static, Option<LastDeed>> {
    LAST_DEED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends this process with `code` as soon as it takes more than `allowance`. Before that `tell` says why; it is told whether
/// some of the result may be on stdout already.
pub fn guard(allowance: Allowance, code: u8, tell: impl FnOnce(Overrun, bool) + Send + 'static) -> io::Result<()> {
    state().allowance = Some(allowance);
    thread::Builder::new().name("guard".into()).spawn(move || watch(allowance, code, tell)).map(drop)
}

fn watch(allowance: Allowance, code: u8, tell: impl FnOnce(Overrun, bool) + Send + 'static) {
    let mut own = state();
    loop {
        if !own.may_end() {
            own = CHANGED.wait(own).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        if let Some(overrun) = overrun(allowance, own.since) {
            let (has_printed, (sender, receiver)) = (own.has_printed, mpsc::channel());
            // another thread may hold stderr, and wait for somebody who reads it
            let told = thread::Builder::new().spawn(move || {
                tell(overrun, has_printed);
                let _ = sender.send(());
            });
            if told.is_ok() {
                let _ = receiver.recv_timeout(LAST_WORDS);
            }
            ENDS.set(true);
            if let Some(deed) = last_deed().take() {
                deed();
            }
            leftovers::take_away(super::remove_tree);
            std::process::exit(i32::from(code));
        }
        own = CHANGED.wait_timeout(own, PAUSE).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// From here on the run is not ended: a changeset begins to be applied, or programs of the workspace begin to run, which have
/// limits of their own.
pub fn stand_back() {
    state().is_past = true;
}

/// Another run begins within this process: it may be ended again, but for
/// parts of it that are not ended half-way, and its processor time counts from here. Nothing where there is no guard.
pub fn stand_by() {
    let mut state = state();
    state.is_past = false;
    (state.since, state.paused) = (worked(), worked());
    CHANGED.notify_all();
}

/// The run goes on with something that has a bound of its own, such as another archive: its processor time counts from here.
pub fn begin_anew() {
    let mut state = state();
    (state.since, state.paused) = (worked(), worked());
}

/// As long as one lives, the run is not ended, and its processor time does not count.
#[must_use]
#[derive(Debug)]
pub struct Undisturbed(());

/// Begins a part of the run that is not ended half-way, because something would be left of it: a branch, git's lock, a change
/// that is being finished or taken back.
pub fn undisturbed() -> Undisturbed {
    if let Some(mut state) = state_of_others() {
        if state.undisturbed == 0 {
            state.paused = worked();
        }
        state.undisturbed += 1;
    }
    Undisturbed(())
}

impl Drop for Undisturbed {
    fn drop(&mut self) {
        let Some(mut state) = state_of_others() else { return };
        state.undisturbed = state.undisturbed.saturating_sub(1);
        if state.undisturbed == 0 {
            let spent = worked().saturating_sub(state.paused);
            state.since += spent;
            CHANGED.notify_all();
        }
    }
}

/// As long as one lives, ending the run takes away first what the run has made.
#[must_use]
#[derive(Debug)]
pub struct TakenAway(());

/// From here on, `deed` takes away what this run has made, such as a work tree, where the run is ended. One at a time.
pub fn taken_away_by(deed: impl FnOnce() + Send + 'static) -> TakenAway {
    *last_deed() = Some(Box::new(deed));
    TakenAway(())
}

impl Drop for TakenAway {
    fn drop(&mut self) {
        drop(last_deed().take());
    }
}

/// Some of the result is about to be on stdout.
pub(super) fn prints() {
    state().has_printed = true;
}

/// Whether some of the result is on stdout.
pub fn has_printed() -> bool {
    state().has_printed
}

/// Whether some of the result may be on stdout; also where that cannot be known, because the thread that knows is gone.
pub(super) fn may_have_printed() -> bool {
    STATE.try_lock().map_or(true, |it| it.has_printed)
}

/// What a program that is asked something about the workspace may take: as much memory as this run, and the processor time that is
/// left to it.
#[cfg(target_os = "linux")]
pub(super) fn restrain(child: &Child) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let Some(state) = state_of_others() else { return };
    let Some(Allowance { memory, work }) = state.allowance else { return };
    let now = if state.undisturbed == 0 { worked() } else { state.paused };
    let spent = if state.is_past { 0 } else { now.saturating_sub(state.since).as_secs() };
    let work = work.saturating_sub(spent).max(1);
    drop(state);
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    for (resource, most) in [(Resource::Data, memory), (Resource::Cpu, work)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        // it may be gone already, or may have a lower limit from the caller
        let _ = prlimit(pid, resource, limit);
    }
}

/// Limits of another process are a matter of Linux; elsewhere it has its time alone.
#[cfg(not(target_os = "linux"))]
pub(super) fn restrain(_: &Child) {}

/// The milliseconds that programs have worked that were asked something about the workspace.
static ASKED: AtomicU64 = AtomicU64::new(0);

/// Counts what a program has worked that was asked and has not been waited for, together with those that it has started: each
/// question has a time of its own, and hundreds of questions have none.
pub(super) fn count(child: &Child) {
    let worked = in_ticks(&child.id().to_string(), 4).unwrap_or_default();
    ASKED.fetch_add(u64::try_from(worked.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

fn overrun(allowance: Allowance, since: Duration) -> Option<Overrun> {
    if resident().is_some_and(|it| it > allowance.memory) {
        return Some(Overrun::Memory(allowance.memory));
    }
    let is_long = worked().saturating_sub(since) > Duration::from_secs(allowance.work);
    is_long.then_some(Overrun::Work(allowance.work))
}

/// The memory of this process in bytes. None where the system does not say.
#[cfg(target_os = "linux")]
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes.saturating_mul(1 << 10))
}

/// Other systems say it only to unsafe code.
#[cfg(not(target_os = "linux"))]
fn resident() -> Option<u64> {
    None
}

/// The processor time of all threads of this process, and of the programs that it has asked.
#[cfg(unix)]
fn worked() -> Duration {
    let own = in_ticks("self", 2).unwrap_or_else(|| {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    });
    own + Duration::from_millis(ASKED.load(Ordering::Relaxed))
}

/// The processor time of a process as Linux counts it, in hundredths of a second: `utime`, `stime` and the same of the processes that
/// it has waited for, of proc(5), which stand behind the name of the program. The clock is not asked there, because under valgrind
/// whoever asks it crashes.
fn in_ticks(process: &str, fields: usize) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let all = text.rsplit_once(')')?.1.split_whitespace().skip(11).take(fields);
    let ticks = all.map(|it| it.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(Duration::from_millis(ticks.saturating_mul(10)))
}

/// Other systems say it only to unsafe code.
#[cfg(not(unix))]
fn worked() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_program_works_that_is_asked_counts() {
        use super::*;
        use std::{
            io::Read as _,
            process::{Command, Stdio},
        };

        let (before, asked_before) = (worked(), ASKED.load(Ordering::Relaxed));
        // the loop is what a child of it does
        let busy = "sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done'; echo done";
        let mut child = Command::new("sh").args(["-c", busy]).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        count(&child);
        assert!(child.wait().unwrap().success() && said == "done\n");
        let asked = Duration::from_millis(ASKED.load(Ordering::Relaxed) - asked_before);
        assert!(asked > Duration::from_millis(50) && worked() >= before + asked, "{asked:?}");
    }
}
