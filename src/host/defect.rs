//! What is done when this program itself is wrong: a panic of any thread ends the run as a failure does.
//!
//! Nothing is unwound, in a build for release there is no code for it: that would be a quarter of the program. So whatever must not
//! outlast a run is taken away from beside it, as where a run takes too much, and a change that was being written is finished or taken
//! back as after a kill.

use std::{
    panic,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{guard, leftovers};

/// How long telling it and tidying up may take: the thread that is wrong may hold what either needs.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// From here on a panic ends this process with `code`. Behind where it was, `tell` says what that means; it is told whether some of
/// the result may be on stdout already.
pub fn end_at_defects(code: u8, tell: impl Fn(bool) + Send + Sync + 'static) {
    let (place, tell) = (panic::take_hook(), Arc::new(tell));
    panic::set_hook(Box::new(move |about| {
        place(about);
        let tell = Arc::clone(&tell);
        let (sender, receiver) = mpsc::channel();
        let told = thread::Builder::new().spawn(move || {
            tell(guard::may_have_printed());
            leftovers::take_away(super::remove_tree);
            let _ = sender.send(());
        });
        if told.is_ok() {
            let _ = receiver.recv_timeout(LAST_WORDS);
        }
        std::process::exit(i32::from(code));
    }));
}
