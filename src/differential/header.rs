//! The headers of a test file: lines that begin with `# MOLT_META:` or `# MOLT_ENV:`, in the words of 2026-02 and of 2026-08.
//! What nobody would understand in one is a finding, because a header with a slip of the pen changes how a test is judged.

use std::collections::BTreeMap;

use super::normalize::{Normalize, Stderr};

/// What a test file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// Each key with its values, in the order of the file.
    pub meta: BTreeMap<String, Vec<String>>,
    /// Variables for both sides; of one that is named twice the last counts.
    pub env: Vec<(String, String)>,
    /// What cannot be understood.
    pub faults: Vec<HeaderFault>,
}

/// A header that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct HeaderFault {
    /// One-based.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

const META: &str = "# MOLT_META:";
const ENV: &str = "# MOLT_ENV:";

/// The keys that Molt's own runner reads: those of 2026-02, then those that came until 2026-08.
const KEYS: [&str; 17] = [
    "skip",
    "platforms",
    "platform",
    "wasm",
    "py",
    "python",
    "min_py",
    "max_py",
    "normalize",
    "stderr",
    "expect_fail",
    "xfail",
    "expect_fail_reason",
    "xfail_reason",
    "stdout",
    "stdlib_profile",
    "tags",
];

/// The platforms that a header can name.
const PLATFORMS: [&str; 7] = ["posix", "unix", "linux", "macos", "freebsd", "windows", "wasm"];

impl Headers {
    /// Reads the lines of a file that are headers, wherever they stand.
    pub fn read(text: &str) -> Self {
        let mut res = Self::default();
        for (line, words) in text.lines().map(str::trim).enumerate().filter(|(_, it)| it.starts_with('#')) {
            if let Some(rest) = words.strip_prefix(META) {
                res.read_meta(line + 1, rest);
            } else if let Some(rest) = words.strip_prefix(ENV) {
                res.read_env(line + 1, rest);
            } else if let Some(tag) = near(words) {
                res.fault(line + 1, format!("`{words}` is not read as a header: it has to begin with `{tag}`"));
            }
        }
        res
    }

    fn fault(&mut self, line: usize, message: String) {
        self.faults.push(HeaderFault { line, message });
    }

    fn read_meta(&mut self, line: usize, rest: &str) {
        if rest.trim().is_empty() {
            self.fault(line, "the header has no key=value".into());
        }
        for token in rest.split_whitespace() {
            let Some((key, values)) = token.split_once('=') else {
                self.fault(
                    line,
                    format!("`{token}` is not read: a key and its value are joined by `=`, without a blank"),
                );
                continue;
            };
            let values: Vec<&str> = values.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
            if values.is_empty() {
                self.fault(line, format!("`{key}` has no value"));
            }
            self.fault_of(line, key, &values);
            self.meta.entry(key.to_owned()).or_default().extend(values.into_iter().map(str::to_owned));
        }
    }

    /// Notes what nobody understands of a key and its values; they are kept all the same.
    fn fault_of(&mut self, line: usize, key: &str, values: &[&str]) {
        if !KEYS.contains(&key) {
            self.fault(line, format!("`{key}` is a key that no runner of Molt's reads"));
            return;
        }
        for value in values {
            let is_known = match key {
                "platforms" | "platform" => PLATFORMS.iter().any(|it| it.eq_ignore_ascii_case(value)),
                "py" | "python" | "min_py" | "max_py" => series(value).is_some(),
                "normalize" => Normalize::of(value).is_some(),
                "stderr" => Stderr::is_known(value),
                "expect_fail" | "xfail" => value.eq_ignore_ascii_case("molt"),
                "wasm" => is_true(value) || is_false(value) || value.eq_ignore_ascii_case("only"),
                "skip" => is_true(value) || is_false(value) || value.eq_ignore_ascii_case("off"),
                "stdout" => matches!(*value, "exact" | "relaxed" | "pyperformance"),
                "stdlib_profile" => matches!(*value, "micro" | "full"),
                _ => true,
            };
            if !is_known {
                self.fault(line, format!("`{value}` is not a value that `{key}` is known to have"));
            }
        }
    }

    fn read_env(&mut self, line: usize, rest: &str) {
        if rest.trim().is_empty() {
            self.fault(line, "the header has no NAME=VALUE".into());
        }
        for token in rest.split_whitespace() {
            match token.split_once('=') {
                Some(_) if self.env.len() >= VARIABLES => {
                    return self.fault(line, format!("more than {VARIABLES} variables are not read"));
                }
                Some((name, value)) if !name.is_empty() && !token.contains('\0') => {
                    self.env.retain(|(it, _)| it != name);
                    self.env.push((name.to_owned(), value.to_owned()));
                }
                _ => self
                    .fault(line, format!("`{token}` is not read: a variable is written NAME=VALUE, without a blank")),
            }
        }
    }

    /// All values of a key.
    pub fn values(&self, key: &str) -> &[String] {
        self.meta.get(key).map_or(&[], Vec::as_slice)
    }

    /// The first value of the first of these keys that is there.
    pub fn first(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|it| self.values(it).first()).map(String::as_str)
    }

    /// Why the candidate is expected to fail; none where it is not.
    pub fn expected_to_fail(&self) -> Option<&str> {
        let is = ["expect_fail", "xfail"]
            .iter()
            .any(|key| self.values(key).iter().any(|it| it.eq_ignore_ascii_case("molt")));
        is.then(|| self.first(&["expect_fail_reason", "xfail_reason"]).unwrap_or("the header expects it"))
    }
}

/// The most variables that a test asks for.
const VARIABLES: usize = 1000;

/// The tag that a comment was meant to begin with, where it was meant to be a header.
fn near(words: &str) -> Option<&'static str> {
    let plain: String = words.chars().take(24).filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let is_tag = words.trim_start_matches(['#', ' ', '\t']).split([' ', '=']).next()?.ends_with(':');
    match () {
        () if plain.starts_with("moltmeta") && is_tag => Some(META),
        () if plain.starts_with("moltenv") && is_tag => Some(ENV),
        () => None,
    }
}

pub(super) fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on")
}

pub(super) fn is_false(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "0" | "false" | "no")
}

/// The series of `3.12` or `3.12.1`. Molt's runner looks at no more than two numbers, and ignores what has fewer.
pub(super) fn series(text: &str) -> Option<[u32; 2]> {
    let mut parts = text.split('.').map(|it| it.parse().ok());
    Some([parts.next()??, parts.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_wherever_they_stand_and_values_add_up() {
        let text = "'''x'''\n  # MOLT_META: platforms=linux,macos wasm=no\n# MOLT_ENV: A=1 B=x=y\nx = 1\n# MOLT_META: platforms=freebsd\n# MOLT_ENV: A=2\n";
        let headers = Headers::read(text);
        assert_eq!(headers.values("platforms"), ["linux", "macos", "freebsd"]);
        assert_eq!(headers.first(&["platform", "wasm"]), Some("no"));
        assert_eq!(headers.env, [("B".to_owned(), "x=y".to_owned()), ("A".to_owned(), "2".to_owned())]);
        assert_eq!((headers.faults.len(), headers.expected_to_fail()), (0, None));
        let expected = Headers::read("# MOLT_META: expect_fail=molt expect_fail_reason=too_dynamic_policy");
        assert_eq!(expected.expected_to_fail(), Some("too_dynamic_policy"));
    }

    #[test]
    fn a_test_asks_for_no_more_variables_than_are_read() {
        let all: String = (0..=VARIABLES).map(|it| format!(" A{it}=1")).collect();
        let headers = Headers::read(&format!("# MOLT_ENV:{all}"));
        assert_eq!((headers.env.len(), headers.faults.len()), (VARIABLES, 1));
    }

    #[test]
    fn what_cannot_be_understood_is_a_finding_with_its_line() {
        for (line, words) in [
            ("# MOLT_META: platforms = linux", "joined by `=`"),
            ("# MOLT_META: platfroms=linux", "no runner"),
            ("# MOLT_META: platforms=linx", "`linx`"),
            ("# MOLT_META: min_py=three", "`three`"),
            ("# MOLT_META: stderr=trace", "`trace`"),
            ("# MOLT_META: normalize=lines", "`lines`"),
            ("# MOLT_META: expect_fail=cpython", "`cpython`"),
            ("# MOLT_META: skip=", "no value"),
            ("# MOLT_META:", "no key=value"),
            ("# MOLT_ENV: PATH", "NAME=VALUE"),
            ("#MOLT_META: wasm=no", "has to begin with `# MOLT_META:`"),
            ("# molt_env: A=1", "has to begin with `# MOLT_ENV:`"),
            ("# MOLT-META: skip=1", "has to begin with"),
        ] {
            let faults = Headers::read(&format!("x = 1\n{line}\n")).faults;
            assert!(faults.iter().any(|it| it.line == 2 && it.message.contains(words)), "{line}: {faults:?}");
        }
        for fine in ["# the MOLT_META header", "# MOLT_META headers are described elsewhere", "x = '# MOLT_META: '"] {
            assert_eq!(Headers::read(fine).faults, [], "{fine}");
        }
    }
}
