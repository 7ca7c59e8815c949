//! `[lanes.NAME]` of `molt-sync.toml`, as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a test program is started by an interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Launcher {
    /// As Molt's own runner starts it: through `runpy`, from the workspace, with `PYTHONPATH=src`.
    Molt,
    /// As a script: the interpreter and the file.
    Script,
}

/// A table `[lanes.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LaneSettings {
    /// A ready-made lane that this one begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// The interpreter whose behaviour is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Vec<String>>,
    /// The interpreter that is held against it, started with the same launcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Vec<String>>,
    /// Or what builds a program of the test. In it, in `run` and in `artefact`, `{file}` stands for the test, `{stem}` for its name without the
    /// ending, `{out}` for the folder of what is built, `{tmp}` for that of what the test writes, and `{root}` for the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<Vec<String>>,
    /// And what runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Vec<String>>,
    /// The file that the build has to leave behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artefact: Option<String>,
    /// Variables for both sides.
    pub env: BTreeMap<String, String>,
    /// Variables for the build and the candidate alone.
    pub candidate_env: BTreeMap<String, String>,
    /// Variables of the caller's environment that both sides see.
    pub pass_env: Vec<String>,
    /// Variables of the caller's environment that the build alone sees.
    pub build_pass_env: Vec<String>,
    /// Seconds that a program may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<f64>,
    /// Seconds that a build may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_timeout: Option<f64>,
    /// Lines of the candidate's stderr that do not count, as expressions.
    pub drop_stderr: Vec<String>,
    /// Programs and files without which the lane says nothing.
    pub needs: Vec<String>,
    /// How an interpreter is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launcher: Option<Launcher>,
    /// Whether the candidate runs as WebAssembly, for tests that name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wasm: Option<bool>,
}

impl LaneSettings {
    /// What it says where it says something, and else what `other` says.
    pub(super) fn over(self, other: Self) -> Self {
        // a lane that says itself how its candidate runs has nothing of the other one's way
        let is_own = self.candidate.is_some() || self.run.is_some() || self.build.is_some();
        let (candidate, build, run, artefact) = if is_own {
            (self.candidate, self.build, self.run, self.artefact)
        } else {
            (other.candidate, other.build, other.run, other.artefact)
        };
        let joined =
            |below: BTreeMap<String, String>, own: BTreeMap<String, String>| below.into_iter().chain(own).collect();
        let either = |own: Vec<String>, below: Vec<String>| if own.is_empty() { below } else { own };
        Self {
            like: None,
            reference: self.reference.or(other.reference),
            candidate,
            build,
            run,
            artefact,
            env: joined(other.env, self.env),
            candidate_env: joined(other.candidate_env, self.candidate_env),
            pass_env: either(self.pass_env, other.pass_env),
            build_pass_env: either(self.build_pass_env, other.build_pass_env),
            timeout: self.timeout.or(other.timeout),
            build_timeout: self.build_timeout.or(other.build_timeout),
            drop_stderr: either(self.drop_stderr, other.drop_stderr),
            needs: either(self.needs, other.needs),
            launcher: self.launcher.or(other.launcher),
            wasm: self.wasm.or(other.wasm),
        }
    }
}
