//! `[differential]` of `molt-sync.toml`: what holds for every lane.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpikeRule;
use crate::base::RelPath;

/// The table `[differential]`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DifferentialSettings {
    /// The folder of the tests.
    pub tests: RelPath,
    /// The index of which tests cover which module.
    pub index: RelPath,
    /// The list of tests that cannot tell anything, as `differential vet` writes it.
    pub vetted: RelPath,
    /// The lanes of `--policy` for a cluster, in order.
    pub policy: Vec<String>,
    /// Groups of modules, by the names that `--cluster` takes.
    pub clusters: BTreeMap<String, Vec<String>>,
    /// Mebibytes that may be charged to one program and all that it starts.
    pub memory: u64,
    /// Mebibytes that may be charged to all programs at a time; by default most of what is free.
    pub total_memory: Option<u64>,
    /// From how many times the recorded peak on more memory is a spike.
    pub spike_factor: f64,
    /// And from how many mebibytes more.
    pub spike_floor: u64,
    /// Mebibytes that a program may print on each stream.
    pub output: u64,
    /// Mebibytes of the largest file that a program may write.
    pub file: u64,
    /// Mebibytes that a program may write to disks in all.
    pub disk: u64,
    /// Processes and threads that a program may have at a time.
    pub processes: u32,
    /// The machines between which a workflow divides the tests.
    pub parts: u32,
}

impl Default for DifferentialSettings {
    fn default() -> Self {
        // each is a constant and clean; a test of the settings makes sure of it
        let path = |text: &str| RelPath::new(text).unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            tests: path("tests/differential"),
            index: path("tests/differential/COVERAGE_INDEX.yaml"),
            vetted: path("tests/differential/VETTED.json"),
            policy: vec!["native".into(), "wasm".into()],
            clusters: BTreeMap::new(),
            memory: 10 * 1024,
            total_memory: None,
            spike_factor: 1.5,
            spike_floor: 64,
            output: 16,
            file: 2048,
            disk: 4096,
            processes: 512,
            parts: 4,
        }
    }
}

impl DifferentialSettings {
    /// From where on more memory is a spike.
    pub fn spikes(&self) -> SpikeRule {
        SpikeRule { factor: self.spike_factor, floor_kb: self.spike_floor.saturating_mul(1024) }
    }

    /// The key that cannot be used, and why.
    ///
    /// # Errors
    /// When there is one.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let numbers = [
            ("memory", self.memory),
            ("output", self.output),
            ("file", self.file),
            ("disk", self.disk),
            ("processes", self.processes.into()),
            ("total-memory", self.total_memory.unwrap_or(1)),
        ];
        if let Some((key, _)) = numbers.into_iter().find(|(_, it)| *it == 0 || *it > 1 << 30) {
            return Err((key, format!("{key} is not between 1 and {}", 1 << 30)));
        }
        // a matrix has 256 jobs at most
        if !(1..=256).contains(&self.parts) {
            return Err(("parts", "parts is not between 1 and 256".into()));
        }
        if !self.spike_factor.is_finite() || self.spike_factor < 1.0 {
            return Err(("spike-factor", "spike-factor is less than 1".into()));
        }
        Ok(())
    }
}
