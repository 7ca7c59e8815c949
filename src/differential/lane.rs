//! A lane: how the reference and the candidate are started for one test, as `[lanes.NAME]` of `molt-sync.toml` says it.

use std::{collections::BTreeMap, time::Duration};

use regex::bytes::Regex;

use super::{LaneSettings, Launcher, ready_made::ready_made};

/// A lane, checked and complete.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// The interpreter whose behaviour is right.
    pub reference: Vec<String>,
    /// What is held against it.
    pub candidate: How,
    /// Variables for both sides.
    pub env: BTreeMap<String, String>,
    /// Variables for the build and the candidate alone.
    pub candidate_env: BTreeMap<String, String>,
    /// Variables of the caller's environment that both sides see.
    pub pass_env: Vec<String>,
    /// Variables of the caller's environment that the build alone sees.
    pub build_pass_env: Vec<String>,
    /// What a program may take.
    pub timeout: Duration,
    /// What a build may take.
    pub build_timeout: Duration,
    /// Lines of the candidate's stderr that do not count.
    pub drop_stderr: Vec<Regex>,
    /// Programs and files without which the lane says nothing.
    pub needs: Vec<String>,
    /// How an interpreter is started.
    pub launcher: Launcher,
    /// Whether the candidate runs as WebAssembly.
    pub is_wasm: bool,
    /// All of it as text, of which a fingerprint is made.
    pub shown: String,
}

/// How the candidate comes to run.
#[derive(Debug, Clone)]
pub enum How {
    /// An interpreter.
    Interpreter(Vec<String>),
    /// A program that is built of the test, where there is something to build.
    Program {
        /// What builds it.
        build: Option<Vec<String>>,
        /// What runs it.
        run: Vec<String>,
        /// The file that the build has to leave behind.
        artefact: Option<String>,
    },
}

/// Seconds that a program may take where nothing is said.
const TIMEOUT: f64 = 60.0;

/// The variables that a command of a lane may have in braces.
const VARIABLES: [&str; 5] = ["file", "stem", "out", "tmp", "root"];

impl LaneSettings {
    /// The lane `name` of these settings; `launcher` and `timeout` are for what they leave open.
    ///
    /// # Errors
    /// When something is missing, unknown or contradicts itself: the sentence behind "lane `NAME`".
    pub fn lane(&self, name: &str, launcher: Launcher, timeout: Option<f64>) -> Result<Lane, String> {
        let mut it = self.clone();
        if let Some(like) = &self.like {
            let other =
                ready_made(like).ok_or_else(|| format!("is like `{like}`, and there is no such ready-made lane"))?;
            it = it.over(other);
        }
        let shown = serde_json::to_string(&it).map_err(|error| error.to_string())?;
        let reference = it
            .reference
            .filter(|it| !it.is_empty())
            .ok_or("names no reference, an interpreter such as [\"python3.12\"]")?;
        let candidate = match (it.candidate, it.build, it.run) {
            (Some(candidate), None, None) if !candidate.is_empty() => How::Interpreter(candidate),
            (None, build, Some(run)) if !run.is_empty() => How::Program { build, run, artefact: it.artefact },
            (Some(_), _, _) => {
                return Err("has a candidate, an interpreter, beside build or run: name one of the two ways".into());
            }
            (None, Some(_), _) => return Err("builds a program and does not say how it is run: add run".into()),
            (None, None, _) => return Err("names no candidate, an interpreter, and no run".into()),
        };
        let seconds = |value: f64| {
            let is_usable = value.is_finite() && value > 0.0 && value <= 86_400.0;
            is_usable
                .then(|| Duration::from_secs_f64(value))
                .ok_or("has a timeout that is not between 0 and 86400 seconds")
        };
        let run_timeout = it.timeout.or(timeout).unwrap_or(TIMEOUT);
        // as Molt's runner has it
        let build_timeout = it.build_timeout.unwrap_or((2.0 * run_timeout).max(300.0));
        let expression = |text: &String| {
            Regex::new(text).map_err(|_| format!("has `{text}` in drop-stderr, which is not an expression"))
        };
        let res = Lane {
            name: name.to_owned(),
            reference,
            candidate,
            env: it.env,
            candidate_env: it.candidate_env,
            pass_env: it.pass_env,
            build_pass_env: it.build_pass_env,
            timeout: seconds(run_timeout)?,
            build_timeout: seconds(build_timeout)?,
            drop_stderr: it.drop_stderr.iter().map(expression).collect::<Result<_, _>>()?,
            needs: it.needs,
            launcher: it.launcher.unwrap_or(launcher),
            is_wasm: it.wasm.unwrap_or(false),
            shown: format!("{shown} {launcher:?} {run_timeout} {build_timeout}"),
        };
        res.check()?;
        Ok(res)
    }
}

impl Lane {
    fn check(&self) -> Result<(), String> {
        let commands: Vec<&String> = match &self.candidate {
            How::Interpreter(words) => words.iter().collect(),
            How::Program { build, run, artefact } => build.iter().flatten().chain(run).chain(artefact).collect(),
        };
        let all =
            commands.into_iter().chain(&self.reference).chain(self.env.values()).chain(self.candidate_env.values());
        for word in all {
            if let Some(name) = unknown_variable(word) {
                return Err(format!("has `{{{name}}}` in `{word}`: the variables are {{{}}}", VARIABLES.join("}, {")));
            }
            if word.contains('\0') {
                return Err("has a NUL in a command".into());
            }
        }
        let is_name = |it: &&String| !it.is_empty() && !it.contains(['=', '\0']);
        let mut names =
            self.env.keys().chain(self.candidate_env.keys()).chain(&self.pass_env).chain(&self.build_pass_env);
        names
            .find(|it| !is_name(it))
            .map_or(Ok(()), |it| Err(format!("has `{it}` in env, which is not the name of a variable")))
    }

    /// The candidate's stderr without the lines that do not count.
    pub fn without_dropped(&self, stderr: &[u8]) -> Vec<u8> {
        let counts = |line: &&[u8]| !self.drop_stderr.iter().any(|it| it.is_match(line.trim_ascii_end()));
        stderr.split_inclusive(|it| *it == b'\n').filter(counts).collect::<Vec<_>>().concat()
    }
}

/// What the variables of a command stand for.
#[derive(Debug, Clone, Copy)]
pub struct LaneVariables<'a> {
    /// The test file, as the reference gets it.
    pub file: &'a str,
    /// Its name without `.py`.
    pub stem: &'a str,
    /// The folder for what is built.
    pub out: &'a str,
    /// The folder for what the test writes.
    pub tmp: &'a str,
    /// The workspace.
    pub root: &'a str,
}

impl LaneVariables<'_> {
    /// A word of a command with its variables filled in.
    pub fn fill(&self, word: &str) -> String {
        let values = [self.file, self.stem, self.out, self.tmp, self.root];
        let mut res = String::new();
        let mut rest = word;
        'next: while let Some(at) = rest.find('{') {
            res += &rest[..at];
            for (name, value) in VARIABLES.iter().zip(values) {
                if let Some(after) = rest[at + 1..].strip_prefix(name).and_then(|it| it.strip_prefix('}')) {
                    res += value;
                    rest = after;
                    continue 'next;
                }
            }
            res.push('{');
            rest = &rest[at + 1..];
        }
        res + rest
    }
}

/// A name in braces that is not a variable: a word in small letters alone, so that JSON and the like stay as they are.
fn unknown_variable(word: &str) -> Option<&str> {
    word.split('{').skip(1).find_map(|it| {
        let (name, _) = it.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
        (is_name && !VARIABLES.contains(&name)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(text: &str) -> Result<Lane, String> {
        toml::from_str::<LaneSettings>(text).unwrap().lane("x", Launcher::Script, None)
    }

    #[test]
    fn a_lane_is_complete_or_is_refused_with_what_is_wrong() {
        let fine = lane("reference = ['a']\ncandidate = ['b']\ntimeout = 1.5\ndrop-stderr = ['^\\(node']\n").unwrap();
        assert_eq!((fine.timeout.as_millis(), fine.build_timeout.as_secs()), (1500, 300));
        assert_eq!(fine.without_dropped(b"(node:1) x\nkept\n"), b"kept\n");
        for (text, words) in [
            ("candidate = ['b']", "no reference"),
            ("reference = ['a']", "no candidate"),
            ("reference = ['a']\ncandidate = ['b']\nrun = ['c']", "one of the two ways"),
            ("reference = ['a']\nbuild = ['b']", "how it is run"),
            ("reference = ['a']\ncandidate = ['b']\ntimeout = 0", "timeout"),
            ("reference = ['a']\nrun = ['{ofile}']", "`{ofile}`"),
            ("reference = ['a']\ncandidate = ['b']\ndrop-stderr = ['(']", "not an expression"),
            ("reference = ['a']\ncandidate = ['b']\nenv = { 'A=' = '1' }", "not the name"),
            ("like = 'nothing'", "no such ready-made lane"),
        ] {
            let error = lane(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        assert!(toml::from_str::<LaneSettings>("timeuot = 1").is_err());
    }

    #[test]
    fn a_lane_like_another_one_has_what_it_does_not_say_itself() {
        let it = lane("like = 'molt-native-2026-02'\nreference = ['python3.13']\nenv = { A = '1' }\n").unwrap();
        assert_eq!(it.reference, ["python3.13"]);
        assert!(
            matches!(&it.candidate, How::Program { build: Some(build), .. } if build.contains(&"{file}".to_owned()))
        );
        let other = lane("like = 'molt-native-2026-02'\ncandidate = ['pypy3']\n").unwrap();
        assert!(matches!(other.candidate, How::Interpreter(_)));
    }

    #[test]
    fn variables_are_filled_in_and_what_they_stand_for_is_not_looked_at() {
        let places = LaneVariables { file: "{out}", stem: "s", out: "/o", tmp: "/t", root: "/r" };
        assert_eq!(places.fill("{file}-{stem}{stem}/{out}/{x} {\"a\": {tmp}}{"), "{out}-ss//o/{x} {\"a\": /t}{");
    }
}
