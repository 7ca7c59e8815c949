//! What is done when this program itself is wrong: a panic of any thread ends the run as a failure does.
//!
//! Nothing is unwound, and a build for release has no code for it. So whatever must not outlast a run is taken away from beside it, as
//! where a run takes too much, and a change that was being written is finished or taken back as after a kill.

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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// The process of the test itself, called again, is the one that is wrong.
    const IS_WRONG: &str = "MOLT_SYNC_TEST_IS_WRONG";

    #[test]
    fn a_panic_of_any_thread_is_told_and_ends_the_process_with_its_code() {
        if std::env::var_os(IS_WRONG).is_some() {
            end_at_defects(5, |has_printed| eprintln!("told, {has_printed}"));
            let folder = crate::host::ScratchDir::new().unwrap();
            eprintln!("folder {}", folder.path().display());
            let ended = thread::spawn(|| panic!("of the thread")).join();
            unreachable!("the run went on: {ended:?}");
        }
        let own = std::env::current_exe().unwrap();
        let name = "host::defect::tests::a_panic_of_any_thread_is_told_and_ends_the_process_with_its_code";
        let ended = Command::new(own).args([name, "--exact", "--nocapture"]).env(IS_WRONG, "1").output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(5), "{said}");
        let place = said.find("of the thread").unwrap();
        assert!(said[place..].contains("told, false"), "{said}");
        let folder = said.lines().find_map(|it| it.strip_prefix("folder ")).unwrap();
        assert!(!std::path::Path::new(folder).exists(), "{folder} is left");
    }
}
