//! Why a test is not run here: its headers name another platform, another version, or ask for it.

use super::{
    Headers,
    header::{is_false, is_true, version},
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
        if headers.first(&["skip"]).is_some_and(is_true) {
            return Some("its header says skip".into());
        }
        let platforms: Vec<&String> = headers.values("platforms").iter().chain(headers.values("platform")).collect();
        let tags = self.tags();
        if !platforms.is_empty() && !platforms.iter().any(|it| tags.contains(&it.as_str())) {
            let names: Vec<&str> = platforms.into_iter().map(String::as_str).collect();
            return Some(format!("it is for {}, and this is {}", names.join(", "), self.system));
        }
        match headers.first(&["wasm"]) {
            Some(it) if !self.is_wasm && (it == "only" || is_true(it)) => {
                return Some("it is for WebAssembly alone".into());
            }
            Some(it) if self.is_wasm && is_false(it) => return Some("it is not for WebAssembly".into()),
            _ => {}
        }
        let python = self.python.as_ref()?;
        let exact = headers.values("py").iter().chain(headers.values("python")).filter_map(|it| version(it));
        let exact: Vec<Vec<u32>> = exact.collect();
        // a header that names a series means every release of it
        if !exact.is_empty() && !exact.iter().any(|it| python.starts_with(it)) {
            return Some(format!("it is for other versions of Python than {}", shown(python)));
        }
        let bound = |key| headers.first(&[key]).and_then(version);
        if let Some(least) = bound("min_py").filter(|it| cut(python, it) < *it) {
            return Some(format!("it needs Python {} or newer, and the reference is {}", shown(&least), shown(python)));
        }
        if let Some(most) = bound("max_py").filter(|it| cut(python, it) > *it) {
            return Some(format!("it needs Python {} or older, and the reference is {}", shown(&most), shown(python)));
        }
        None
    }
}

/// As many numbers of a version as the header gives.
fn cut(python: &[u32], header: &[u32]) -> Vec<u32> {
    python.iter().copied().take(header.len()).collect()
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
            ("python=3.12.2", true, true),
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
