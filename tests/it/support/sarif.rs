//! The objects of SARIF 2.1.0 (OASIS, errata 01) that a log of the program is made of: which properties each has, which of them it must
//! have, and of what kind they are. A log with another property, or without one that is required, is refused.

use std::{collections::BTreeMap, num::NonZeroU64};

use serde::Deserialize;
use serde_json::Value;

/// Whether a log is one of the standard, which it says itself.
///
/// # Panics
/// Where an object has a property that is not one of the standard, or lacks one, or says a value that it may not have.
pub fn assert_is_sarif(log: &Value) {
    let read: Log = serde_json::from_value(log.clone()).unwrap();
    for run in &read.runs {
        let rules = run.tool.driver.rules.len();
        for result in run.results.iter().flatten() {
            // section 3.27.5 and 3.27.6: the index is that of the rule whose id it is
            assert!(result.rule_index < rules && run.tool.driver.rules[result.rule_index].id == result.rule_id);
            result.assert_whole();
        }
    }
}

macro_rules! objects {
    ($($(#[$about:meta])* $name:ident { $($(#[$more:meta])* $key:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$about])*
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[allow(dead_code)]
        struct $name { $($(#[$more])* $key: $kind),* }
    )*};
}

objects! {
    /// Section 3.13, of which `version` and `runs` are required.
    Log {
        #[serde(rename = "$schema")]
        schema: Option<String>,
        version: LogVersion,
        runs: Vec<Run>,
    }
    /// Section 3.14: `tool` is required; results are left out where none were computed, and are a list otherwise, also an empty one.
    Run {
        tool: Tool,
        results: Option<Vec<ResultObject>>,
        automation_details: Option<Automation>,
        column_kind: Option<ColumnKind>,
        original_uri_base_ids: Option<BTreeMap<String, Base>>,
        invocations: Option<Vec<Invocation>>,
    }
    /// Section 3.20, of which `executionSuccessful` is required.
    Invocation { execution_successful: bool, exit_code: Option<u8>, tool_execution_notifications: Vec<Notification> }
    /// Section 3.58, of which `message` is required.
    Notification { level: Option<Level>, message: Message }
    /// Section 3.17.
    Automation { id: String }
    /// Section 3.4, as a root that is not told where it lies.
    Base { description: Message }
    /// Section 3.18.
    Tool { driver: Driver }
    /// Section 3.19, of which `name` is required.
    Driver { name: String, semantic_version: Option<String>, rules: Vec<Rule> }
    /// Section 3.49, of which `id` is required.
    Rule {
        id: String,
        short_description: Option<Message>,
        full_description: Option<Message>,
        help: Option<Message>,
        default_configuration: Option<Configuration>,
        properties: Option<Properties>,
    }
    /// Section 3.50.
    Configuration { level: Level }
    /// Section 3.8, of which tags are a list of different words.
    Properties { tags: Vec<String> }
    /// Section 3.27, of which `message` is required.
    ResultObject {
        rule_id: String,
        rule_index: usize,
        level: Level,
        message: Message,
        locations: Vec<Location>,
        partial_fingerprints: BTreeMap<String, String>,
        baseline_state: Option<BaselineState>,
        fixes: Option<Vec<Fix>>,
        suppressions: Option<Vec<Suppression>>,
    }
    /// Section 3.11, or 3.12 where a rule has it: one of `text` and `id` is required.
    Message { text: String }
    /// Section 3.28.
    Location { physical_location: PhysicalLocation }
    /// Section 3.29.
    PhysicalLocation { artifact_location: Artifact, region: Option<Region> }
    /// Section 3.4.
    Artifact { uri: String, uri_base_id: Option<String> }
    /// Section 3.30: lines and columns are counted from one, bytes from zero.
    Region {
        start_line: Option<NonZeroU64>,
        start_column: Option<NonZeroU64>,
        end_column: Option<NonZeroU64>,
        byte_offset: Option<u64>,
        byte_length: Option<u64>,
    }
    /// Section 3.55, of which `artifactChanges` is required.
    Fix { description: Option<Message>, artifact_changes: Vec<ArtifactChange> }
    /// Section 3.56, both required.
    ArtifactChange { artifact_location: Artifact, replacements: Vec<Replacement> }
    /// Section 3.57, of which `deletedRegion` is required.
    Replacement { deleted_region: Region, inserted_content: Option<Message> }
    /// Section 3.35, of which `kind` is required.
    Suppression { kind: SuppressionKind, justification: Option<String> }
}

macro_rules! words {
    ($($name:ident { $($variant:ident),* })*) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        enum $name { $($variant),* }
    )*};
}

words! {
    Level { None, Note, Warning, Error }
    ColumnKind { Utf16CodeUnits, UnicodeCodePoints }
    BaselineState { New, Unchanged, Updated, Absent }
    SuppressionKind { InSource, External }
}

/// Section 3.13.2.
#[derive(Deserialize)]
enum LogVersion {
    #[serde(rename = "2.1.0")]
    This,
}

impl ResultObject {
    /// What the standard says of lists that may not be empty, and of regions.
    fn assert_whole(&self) {
        for fix in self.fixes.iter().flatten() {
            assert!(!fix.artifact_changes.is_empty(), "section 3.55.3");
            for change in &fix.artifact_changes {
                assert!(!change.replacements.is_empty(), "section 3.56.3");
            }
        }
        for region in self.locations.iter().filter_map(|it| it.physical_location.region.as_ref()) {
            assert!(region.start_line.is_some() || region.byte_offset.is_some(), "section 3.30.4");
        }
    }
}
