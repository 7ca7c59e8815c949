//! How the two outcomes of one test are compared, and what the end of a program's stderr says.

use super::{
    Headers, Outcome,
    normalize::{Normalize, Stderr},
};

/// How a test's two outcomes are compared.
#[derive(Debug, Clone, Default)]
pub struct ComparisonRules {
    /// What is made equal before.
    pub normalize: Normalize,
    /// Which part of stderr counts.
    pub stderr: Stderr,
    /// Why the candidate is expected to fail; none where it is not.
    pub expected_to_fail: Option<String>,
}

impl ComparisonRules {
    /// The rules that a test's headers ask for.
    pub fn of(headers: &Headers) -> Self {
        let mut normalize = Normalize::default();
        for it in headers.values("normalize").iter().filter_map(|it| Normalize::of(it)) {
            normalize.newlines |= it.newlines;
            normalize.paths |= it.paths;
        }
        Self {
            normalize,
            stderr: headers.first(&["stderr"]).map(Stderr::of).unwrap_or_default(),
            expected_to_fail: headers.expected_to_fail().map(str::to_owned),
        }
    }
}

impl ComparisonRules {
    /// Whether two outcomes are the same in all that is compared.
    pub fn same(&self, a: &Outcome, b: &Outcome) -> bool {
        let form = |text: &[u8]| self.normalize.apply(text);
        let stderr = match self.stderr {
            Stderr::Ignore => true,
            Stderr::Exact => form(&a.stderr) == form(&b.stderr),
            Stderr::Exception => signature(&a.stderr) == signature(&b.stderr),
        };
        a.end == b.end && form(&a.stdout) == form(&b.stdout) && stderr
    }
}

/// The type and the message of the exception that ended a program: the last line of stderr that looks like `Type` or
/// `Type: message`.
pub(super) fn exception(stderr: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(stderr);
    text.lines().rev().find_map(|line| {
        let line = line.trim_end();
        let (name, message) = line.split_once(':').unwrap_or((line, ""));
        is_type(name).then(|| (name.to_owned(), message.trim().to_owned()))
    })
}

/// What Molt's runner takes for an exception where a header asks for one: the last line that is a dotted name, with or without `: `
/// and a message. Names of any kind count, so that a word alone on the last line is one too.
pub(super) fn signature(stderr: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(stderr);
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let (name, message) = line.split_once(": ").unwrap_or((line, ""));
        let is_first = |it: char| it.is_ascii_alphabetic() || it == '_';
        let is_name =
            name.starts_with(is_first) && name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.'));
        is_name.then(|| (name.to_owned(), message.to_owned()))
    })
}

/// `ValueError`, `json.decoder.JSONDecodeError`: dotted names, the last of which begins with a capital.
fn is_type(name: &str) -> bool {
    let is_name = |it: &str| {
        it.starts_with(|it: char| it.is_alphabetic() || it == '_')
            && it.chars().all(|it| it.is_alphanumeric() || it == '_')
    };
    let last = name.rsplit('.').next().unwrap_or_default().trim_start_matches('_');
    name.split('.').all(is_name) && last.starts_with(char::is_uppercase)
}

/// The kind of syntax error that a text speaks of.
pub(super) fn syntax_error(stderr: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(stderr);
    ["IndentationError", "TabError", "SyntaxError"].into_iter().find(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(header: &str) -> ComparisonRules {
        ComparisonRules::of(&Headers::read(&format!("# MOLT_META: {header}\n")))
    }

    #[test]
    fn what_the_headers_ask_for() {
        let all = rules("normalize=newlines,paths stderr=traceback xfail=molt");
        assert_eq!(all.normalize, Normalize { newlines: true, paths: true });
        assert_eq!((all.stderr, all.expected_to_fail.is_some()), (Stderr::Exception, true));
        for (word, mode) in [("match", Stderr::Exact), ("anything", Stderr::Exact), ("ignore", Stderr::Ignore)] {
            assert_eq!(rules(&format!("stderr={word}")).stderr, mode);
        }
    }

    #[test]
    fn texts_are_made_equal_as_far_as_asked_and_no_further() {
        let text = b"a\\b\r\nc\rd";
        let apply = |word: &str| String::from_utf8(Normalize::of(word).unwrap().apply(text)).unwrap();
        assert_eq!([apply("newlines"), apply("paths"), apply("all")], ["a\\b\nc\rd", "a/b\r\nc\rd", "a/b\nc\rd"]);
        assert_eq!(Normalize::default().apply(text), text);
    }

    #[test]
    fn the_exception_is_the_last_line_that_looks_like_one() {
        let of = |text: &str| exception(text.as_bytes()).map(|(name, message)| format!("{name}|{message}"));
        assert_eq!(of("Traceback:\n  File x\nValueError: a: b\n").as_deref(), Some("ValueError|a: b"));
        assert_eq!(of("json.decoder.JSONDecodeError: x\nnote\n").as_deref(), Some("json.decoder.JSONDecodeError|x"));
        assert_eq!(of("KeyboardInterrupt\n").as_deref(), Some("KeyboardInterrupt|"));
        assert_eq!(of("it went wrong\n  at: 3\n"), None);
        assert_eq!(of(""), None);
    }

    proptest! {
        #[test]
        fn what_is_equal_stays_equal_and_twice_is_once(text in prop::collection::vec(any::<u8>(), 0..60)) {
            for it in ["newlines", "paths", "all"].map(|it| Normalize::of(it).unwrap()) {
                let once = it.apply(&text);
                let is_stable = !once.windows(2).any(|it| it == b"\r\n");
                prop_assert!(!is_stable || it.apply(&once) == once);
                prop_assert!(!it.paths || !once.contains(&b'\\'));
            }
        }
    }
}
