//! Modules that only some platforms have.
//!
//! What a release says itself is read from it: a module whose own first statements raise `ImportError` elsewhere, and a
//! package that is built on a platform's extension module. For extension modules the release says it in C and build
//! files that are not read, so they are listed here, from the availability notes of the library reference, `PC/config.c`
//! and `configure.ac` of CPython 3.11 to 3.14.

use crate::python::Guard;

const WINDOWS: &str = "win32";
const UNIX: &[&str] = &["aix", "android", "darwin", "freebsd", "ios", "linux", "sunos"];

/// The platforms that a module's own guard leaves.
pub(super) fn guarded(guard: &Guard) -> Vec<String> {
    match guard {
        Guard::Only(platform) => vec![platform.clone()],
        Guard::Except(platform) => {
            let all = UNIX.iter().copied().chain([WINDOWS]);
            all.filter(|it| it != platform).map(str::to_owned).collect()
        }
    }
}

/// `sys.platform` values that `name`, a top-level name, is limited to; empty for all.
pub(super) fn of(name: &str) -> Vec<String> {
    let one: &[&str] = match name {
        "_msi" | "_overlapped" | "_winapi" | "_wmi" | "msilib" | "msvcrt" | "nt" | "winreg" | "winsound" => &[WINDOWS],
        "_scproxy" => &["darwin"],
        "_android_support" => &["android"],
        "_apple_support" => &["darwin", "ios"],
        "_ios_support" => &["ios"],
        "ossaudiodev" => &["freebsd", "linux"],
        "_crypt" | "_curses" | "_curses_panel" | "_dbm" | "_gdbm" | "_posixshmem" | "_posixsubprocess" | "fcntl"
        | "grp" | "nis" | "posix" | "pwd" | "readline" | "resource" | "spwd" | "syslog" | "termios" => UNIX,
        _ => &[],
    };
    one.iter().map(|&it| it.to_owned()).collect()
}

/// The comparison that a guard for these platforms has, if one guard can say it.
pub(super) fn guard_for(platforms: &[String]) -> Option<(&'static str, &str)> {
    match platforms {
        [only] => Some(("!=", only)),
        _ if platforms == guarded(&Guard::Except(WINDOWS.into())) => Some(("==", WINDOWS)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_its_names_and_the_rest_is_for_all() {
        for (name, platforms) in [
            ("winreg", &["win32"][..]),
            ("_scproxy", &["darwin"]),
            ("_android_support", &["android"]),
            ("_apple_support", &["darwin", "ios"]),
            ("_ios_support", &["ios"]),
            ("ossaudiodev", &["freebsd", "linux"]),
            ("fcntl", UNIX),
            ("json", &[]),
        ] {
            assert_eq!(of(name), platforms, "{name}");
        }
    }

    #[test]
    fn a_guard_says_one_platform_or_all_but_windows() {
        let one = ["darwin".to_owned()];
        assert_eq!(guard_for(&one), Some(("!=", "darwin")));
        assert_eq!(guard_for(&guarded(&Guard::Except(WINDOWS.into()))), Some(("==", WINDOWS)));
        assert_eq!(guard_for(&guarded(&Guard::Except("linux".into()))), None);
        assert_eq!(guarded(&Guard::Only("ios".into())), ["ios"]);
    }
}
