//! Why a test is not run here: its headers name another platform, another version, or ask for it.

use super::{
    Headers,
    header::{is_false, is_true, series},
};

/// Where a test would run.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// `linux`, `macos`, `freebsd` or `windows`
    pub system: String,
    /// Whether the lane's programs run as WebAssembly.
    pub is_wasm: bool,
    /// The version of Python that the reference speaks; none where it did not say.
    pub python: Option<Vec<u32>>,
}

impl Host {
    /// Every name that a header can call this platform.
    fn tags(&self) -> Vec<&str> {
        let mut res = vec![self.system.as_str()];
        if self.system != "windows" {
            res.extend(["posix", "unix"]);
        }
        if self.is_wasm {
            res.push("wasm");
        }
        res
    }

    /// Why the test is not run here; none where it is. In the order of Molt's runner.
    pub fn skips(&self, headers: &Headers) -> Option<String> {
        if headers.values("skip").iter().any(|it| is_true(it)) {
            return Some("its header says skip".into());
        }
        let platforms: Vec<&String> = headers.values("platforms").iter().chain(headers.values("platform")).collect();
        let tags = self.tags();
        if !platforms.is_empty() && !platforms.iter().any(|it| tags.iter().any(|tag| it.eq_ignore_ascii_case(tag))) {
            let names: Vec<&str> = platforms.into_iter().map(String::as_str).collect();
            return Some(format!("it is for {}, and this is {}", names.join(", "), self.system));
        }
        let wasm = headers.values("wasm");
        if !self.is_wasm && wasm.iter().any(|it| is_true(it) || it.eq_ignore_ascii_case("only")) {
            return Some("it is for WebAssembly alone".into());
        }
        if self.is_wasm && wasm.iter().any(|it| is_false(it)) {
            return Some("it is not for WebAssembly".into());
        }
        let python = self.python.as_ref()?;
        // a header means every release of a series
        let own: [u32; 2] = python.get(..2)?.try_into().ok()?;
        let mut exact =
            headers.values("py").iter().chain(headers.values("python")).filter_map(|it| series(it)).peekable();
        if exact.peek().is_some() && !exact.any(|it| it == own) {
            return Some(format!("it is for other versions of Python than {}", shown(python)));
        }
        let bound = |key| headers.values(key).iter().find_map(|it| series(it));
        if let Some(least) = bound("min_py").filter(|it| own < *it) {
            return Some(format!("it needs Python {} or newer, and the reference is {}", shown(&least), shown(python)));
        }
        if let Some(most) = bound("max_py").filter(|it| own > *it) {
            return Some(format!("it needs Python {} or older, and the reference is {}", shown(&most), shown(python)));
        }
        None
    }
}

fn shown(version: &[u32]) -> String {
    version.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skips(header: &str, is_wasm: bool) -> bool {
        let host = Host { system: "linux".into(), is_wasm, python: Some(vec![3, 12, 1]) };
        host.skips(&Headers::read(&format!("# MOLT_META: {header}\n"))).is_some()
    }

    #[test]
    fn each_rule_skips_what_it_is_for_and_nothing_else() {
        for (header, native, wasm) in [
            ("skip=1", true, true),
            ("skip=no", false, false),
            ("platforms=windows", true, true),
            ("platforms=windows,posix", false, false),
            ("platform=linux", false, false),
            ("platforms=wasm", true, false),
            ("wasm=no", false, true),
            ("wasm=only", true, false),
            ("wasm=yes", true, false),
            ("py=3.12", false, false),
            ("py=3.11,3.13", true, true),
            ("python=3.12.2", false, false),
            ("py=3", false, false),
            ("py=x,3.11", true, true),
            ("skip=no,YES", true, true),
            ("platforms=Linux", false, false),
            ("wasm=0,Only", true, true),
            ("wasm=off", false, false),
            ("min_py=x,3.99", true, true),
            ("min_py=3.2,3.99", false, false),
            ("min_py=3.12.9", false, false),
            ("min_py=3.12", false, false),
            ("min_py=3.13", true, true),
            ("max_py=3.12", false, false),
            ("max_py=3.11", true, true),
            ("min_py=x", false, false),
        ] {
            assert_eq!((skips(header, false), skips(header, true)), (native, wasm), "{header}");
        }
        let unknown = Host { system: "linux".into(), is_wasm: false, python: None };
        assert_eq!(
            unknown.skips(&Headers::read("# MOLT_META: min_py=3.99")),
            None,
            "a version that is not known skips nothing"
        );
    }
}
