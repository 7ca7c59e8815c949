//! Where releases are watched for, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The addresses of the feeds; one that is empty is not asked. The mirror's own address is `mirror`, at the top.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Feeds {
    /// The folder of python.org's release API, version 2.
    pub api: String,
    /// The dates of the PEP calendar.
    pub calendar: String,
    /// The lives of series, by the same.
    pub cycle: String,
    /// endoflife data, in any of its forms.
    pub endoflife: String,
    /// The tags of a series, as `git ls-remote` or GitHub's API lists them; `{series}` is the series.
    pub tags: String,
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            api: "https://www.python.org/api/v2/downloads".into(),
            calendar: "https://peps.python.org/api/python-releases.json".into(),
            cycle: "https://peps.python.org/api/release-cycle.json".into(),
            endoflife: "https://endoflife.date/api/v1/products/python/".into(),
            tags: "https://api.github.com/repos/python/cpython/git/matching-refs/tags/v{series}.".into(),
        }
    }
}

/// How the watcher looks.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WatchSettings {
    /// Whether pre-releases count.
    pub pre: bool,
    /// Requests that may be made on one day.
    pub budget: u32,
    /// Days after which a planned release that is not there is told.
    pub patience: u16,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self { pre: false, budget: 39, patience: 3 }
    }
}
