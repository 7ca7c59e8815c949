//! The settings, read and checked.

use std::collections::{BTreeMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{External, Feeds, SurfaceOptions, WatchSettings};
use crate::{
    acceptance::Thresholds,
    audit::Status,
    base::{
        Dialect, RelPath,
        limits::{SETTINGS, too_large_toml},
        printable,
        template::understand,
        text::position,
    },
    differential::{DifferentialSettings, LaneSettings},
    docs::{DocsOptions, ManagedDocument, patterns},
    gates::{self, Policy},
};

/// The name of the file, at the root of the workspace.
pub const FILE: &str = "molt-sync.toml";

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where files are.
    pub paths: Paths,
    /// The mirror that `--mirror` overrides.
    #[serde(rename = "mirror")]
    pub releases_from: Option<String>,
    /// How modules are classified.
    pub audit: AuditOptions,
    /// What the gates hold the tree to.
    pub gates: Policy,
    /// What a thin shim may hold.
    pub acceptance: Thresholds,
    /// What the tree may lack of CPython's public names.
    pub surface: SurfaceOptions,
    /// What documents are held to.
    pub docs: DocsOptions,
    /// Who is asked for releases besides the mirror.
    pub feeds: Feeds,
    /// How they are watched for.
    pub watch: WatchSettings,
    /// Commands of the workspace's own that a refresh has to pass: code of the workspace, which is run.
    #[serde(rename = "external-gates")]
    pub external: Vec<External>,
    /// How test programs are run, for every lane.
    pub differential: DifferentialSettings,
    /// How the reference and the candidate are started for a test, by the names of the lanes: commands of the workspace's own too.
    pub lanes: BTreeMap<String, LaneSettings>,
}

/// How modules are classified.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditOptions {
    /// Molt's rules of which month; found out from the tree where it is not set.
    pub dialect: Option<Dialect>,
}

/// Where files are, relative to the workspace.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// The tree of stdlib modules.
    pub stdlib: RelPath,
    /// The intrinsics manifest.
    pub manifest: RelPath,
    /// The stub file that is generated from the manifest.
    #[serde(rename = "bindings-stub")]
    pub bindings_stub: RelPath,
    /// The Rust table that is generated from the manifest.
    #[serde(rename = "bindings-table")]
    pub bindings_table: RelPath,
    /// The runtime's Rust sources.
    pub runtime: RelPath,
    /// The list of the core lane's tests.
    #[serde(rename = "core-lane")]
    pub core_lane: RelPath,
    /// The union for Molt's Python tools.
    pub union: RelPath,
    /// The budget of intrinsic-partial modules.
    pub ratchet: RelPath,
    /// The modules attested as fully covered.
    pub attestation: RelPath,
    /// Molt's own checker of the tree.
    pub checker: RelPath,
    /// Where the compiler declares the Python versions that it supports as targets.
    #[serde(rename = "target-versions")]
    pub target_versions: RelPath,
    /// The table of the modules that the compiler lets programs import.
    #[serde(rename = "module-table")]
    pub module_table: RelPath,
    /// The folder of the recorded facts.
    pub baselines: RelPath,
    /// What was verified.
    pub lock: RelPath,
    /// The status page.
    pub status: RelPath,
    /// The roadmap.
    pub roadmap: RelPath,
    /// The operations handbook.
    pub operations: RelPath,
    /// The audit document.
    pub audit: RelPath,
    /// The plan of the conversion, with the order of its clusters.
    pub plan: RelPath,
    /// The index of the differential tests, by module.
    #[serde(rename = "coverage-index")]
    pub coverage_index: RelPath,
    /// The scoreboard's history, one JSON object a line.
    pub scoreboard: RelPath,
    /// The folder of sign-offs.
    pub exceptions: RelPath,
    /// The folder of the workspace's own stub template, if it has one.
    pub stub_templates: RelPath,
    /// The folder of the workspace's own document templates, if it has any.
    pub doc_templates: RelPath,
}

/// The longest pattern of documents or claims, in bytes.
const LONGEST_PATTERN: usize = 500;

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ConfigError {
    /// One-based.
    pub line: usize,
    /// One-based, in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Config {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        if let Some(message) = too_large_toml(text, SETTINGS) {
            return Err(ConfigError { line: 1, column: 1, message });
        }
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let (line, column) = position(text, error.span().map_or(0, |it| it.start));
            let message = printable(&error.message().lines().collect::<Vec<_>>().join(", "));
            ConfigError { line, column, message }
        })?;
        config.check().map_err(|(key, message)| {
            let (line, column) = position(text, text.find(key).unwrap_or(0));
            ConfigError { line, column, message }
        })?;
        config.find_rules(text);
        config.expressions().map_err(|(at, expression, why)| {
            let (line, column) = position(text, at.or_else(|| text.find(expression)).unwrap_or(0));
            let shown: String = expression.chars().take(60).collect();
            let more = if shown.len() < expression.len() { "…" } else { "" };
            let message = format!("`{}{more}` is not an expression: {why}", printable(&shown));
            ConfigError { line, column, message }
        })?;
        Ok(config)
    }

    /// How many of a kind there may be: each is looked for in every document or module, or takes a step of its own.
    fn counts(&self) -> Result<(), (&'static str, String)> {
        let (docs, gates) = (&self.docs, &self.gates);
        let terms = docs.lexicon.values().map(|it| it.terms.len()).sum();
        let queued = gates.queues.iter().map(Vec::len).sum::<usize>() + gates.queues.len();
        let critical = gates.critical_roots.as_ref().map_or(0, Vec::len);
        for (key, count, most) in [
            ("external-gates", self.external.len(), 100),
            ("docs.facts", docs.facts.len(), 1000),
            ("docs.invariant", docs.invariants.len(), 1000),
            ("docs.blocks", docs.blocks.len(), 1000),
            ("docs.files", docs.files.len(), 1000),
            ("builtin:facts", docs.files.values().filter(|it| it.template == "builtin:facts").count(), 4),
            ("docs.waiver", docs.waivers.len(), 500),
            ("docs.dropped", docs.dropped.len(), 500),
            ("absent", docs.absent.len(), 100),
            ("docs.lexicon", terms, 200),
            ("roots", docs.roots.len(), 200),
            ("archival", docs.archival.len(), 200),
            ("manuals", docs.manuals.len(), 200),
            ("strict-roots", gates.strict_roots.len(), 10_000),
            ("bootstrap-modules", gates.bootstrap_modules.len(), 10_000),
            ("critical-roots", critical, 10_000),
            ("pass-fallback-modules", gates.pass_fallback_modules.len(), 10_000),
            ("exempt-prefixes", gates.exempt_prefixes.len(), 100),
            ("allowed-policy-gates", gates.allowed_policy_gates.len(), 10_000),
            ("core-lane-statuses", gates.core_lane_statuses.len(), 100),
            ("queues", queued, 10_000),
            ("lanes", self.lanes.len(), 100),
            ("clusters", self.differential.clusters.len(), 1000),
        ] {
            if count > most {
                return Err((key, format!("{key} has {count} entries, and more than {most} are not used")));
            }
        }
        self.instructs_nobody()?;
        let patterns = docs.roots.iter().chain(&docs.archival).chain(&docs.manuals);
        let claims = docs.waivers.iter().map(|it| &it.claim);
        match patterns.chain(claims).find(|it| it.len() > LONGEST_PATTERN) {
            Some(it) => {
                Err(("docs", format!("a pattern has {} bytes, and more than {LONGEST_PATTERN} are not used", it.len())))
            }
            None => Ok(()),
        }
    }

    /// Notes where each rule over facts stands in the text.
    fn find_rules(&mut self, text: &str) {
        #[derive(Deserialize)]
        struct Settings {
            docs: DocsTable,
        }
        #[derive(Deserialize)]
        struct DocsTable {
            invariant: Vec<Rule>,
        }
        #[derive(Deserialize)]
        struct Rule {
            expr: toml::Spanned<String>,
        }
        if self.docs.invariants.is_empty() {
            return;
        }
        // the text has been read as settings already, and this reads a part of it once more
        let Ok(found) = toml::from_str::<Settings>(text) else { return };
        for (rule, it) in self.docs.invariants.iter_mut().zip(found.docs.invariant) {
            rule.at = it.expr.span().start;
            rule.line = position(text, rule.at).0;
        }
    }

    /// The first expression that cannot be understood, where it stands if that is known, and why.
    fn expressions(&self) -> Result<(), (Option<usize>, &str, String)> {
        let rules = self.docs.invariants.iter().filter(|it| it.nonincreasing().is_none());
        let rules = rules.map(|it| (Some(it.at), it.expr.as_str()));
        let sources = self.docs.facts.values().filter_map(|it| Some((None, it.source.strip_prefix("expr:")?)));
        let mut all = rules.chain(sources);
        all.try_for_each(|(at, it)| match it.trim() {
            "" => Err((at, it, "it is empty".to_owned())),
            _ => understand(it).map_err(|why| (at, it, why)),
        })
    }

    /// What the types do not hold: the key that is wrong, and why.
    fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some(word) = self.gates.core_lane_statuses.iter().find(|it| Status::from_word(it).is_none()) {
            return Err(("core-lane-statuses", format!("`{word}` is not a status")));
        }
        self.counts()?;
        self.differential.check()?;
        let mut names = HashSet::new();
        for it in &self.external {
            if !names.insert(&it.name) || gates::by_id(&it.name).is_some() {
                return Err(("external-gates", format!("there are two gates called `{}`", it.name)));
            }
        }
        if let Err(why) = patterns(self.docs.roots.iter().chain(&self.docs.archival).chain(&self.docs.manuals)) {
            return Err(("docs", why));
        }
        self.external.iter().find_map(External::fault).map_or(Ok(()), |why| Err(("external-gates", why)))
    }
}

impl Default for Paths {
    fn default() -> Self {
        // each is a constant and clean; the test below makes sure of it
        let path = |text: &str| RelPath::new(text).unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            stdlib: path("src/molt/stdlib"),
            manifest: path("runtime/molt-runtime/src/intrinsics/manifest.pyi"),
            bindings_stub: path("src/molt/_intrinsics.pyi"),
            bindings_table: path("runtime/molt-runtime/src/intrinsics/generated.rs"),
            runtime: path("runtime/molt-runtime/src"),
            core_lane: path("tests/differential/basic/CORE_TESTS.txt"),
            union: path("tools/stdlib_module_union.py"),
            ratchet: path("tools/stdlib_intrinsics_ratchet.json"),
            checker: path("tools/check_stdlib_intrinsics.py"),
            target_versions: path("src/molt/target_python.py"),
            module_table: path("docs/spec/areas/compat/0015_STDLIB_COMPATIBILITY_MATRIX.md"),
            attestation: path("tools/stdlib_full_coverage_manifest.py"),
            baselines: path("baselines"),
            lock: path("baselines/releases.lock.toml"),
            status: path("docs/spec/STATUS.md"),
            roadmap: path("ROADMAP.md"),
            operations: path("docs/OPERATIONS.md"),
            audit: path("docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md"),
            plan: path("docs/spec/areas/compat/0028_STDLIB_INTRINSICS_EXECUTION_PLAN.md"),
            coverage_index: path("tests/differential/COVERAGE_INDEX.yaml"),
            scoreboard: path("docs/scoreboard/history.jsonl"),
            exceptions: path("docs/scoreboard/exceptions"),
            stub_templates: path("tools/molt-sync/stubs"),
            doc_templates: path("tools/molt-sync/docs-templates"),
        }
    }
}

impl Paths {
    /// Every path with its role.
    pub fn roles(&self) -> Vec<(&'static str, RelPath)> {
        let all = [
            ("stdlib", &self.stdlib),
            ("manifest", &self.manifest),
            ("bindings-stub", &self.bindings_stub),
            ("bindings-table", &self.bindings_table),
            ("runtime", &self.runtime),
            ("core-lane", &self.core_lane),
            ("union", &self.union),
            ("ratchet", &self.ratchet),
            ("attestation", &self.attestation),
            ("checker", &self.checker),
            ("target-versions", &self.target_versions),
            ("module-table", &self.module_table),
            ("baselines", &self.baselines),
            ("lock", &self.lock),
            ("status", &self.status),
            ("roadmap", &self.roadmap),
            ("operations", &self.operations),
            ("audit", &self.audit),
            ("plan", &self.plan),
            ("coverage-index", &self.coverage_index),
            ("scoreboard", &self.scoreboard),
            ("exceptions", &self.exceptions),
        ];
        all.map(|(role, path)| (role, path.clone())).into()
    }

    /// Where a document is that has managed blocks.
    pub fn document(&self, which: ManagedDocument) -> &RelPath {
        match which {
            ManagedDocument::Status => &self.status,
            ManagedDocument::Roadmap => &self.roadmap,
            ManagedDocument::Operations => &self.operations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_clean_path_and_can_be_set() {
        assert_eq!(Config::parse("").unwrap().paths.stdlib.as_str(), "src/molt/stdlib");
        let config = Config::parse("mirror = \"https://example.org\"\n[paths]\nstdlib = \"lib\"\n").unwrap();
        assert_eq!(
            (config.paths.stdlib.as_str(), config.paths.union.as_str()),
            ("lib", "tools/stdlib_module_union.py")
        );
    }

    #[test]
    fn every_managed_document_has_a_role_among_the_paths() {
        let paths = Paths::default();
        for it in ManagedDocument::ALL {
            let path = paths.roles().into_iter().find(|(role, _)| *role == it.role()).map(|it| it.1);
            assert_eq!(path.as_ref(), Some(paths.document(it)), "{}", it.role());
        }
    }

    #[test]
    fn a_broken_file_is_refused_with_its_place() {
        for (text, what) in [
            ("[paths]\nstdlb = \"x\"\n", "line 2, column 1: unknown field `stdlb`"),
            ("[paths]\nstdlib = \"../x\"\n", "line 2, column 10: `../x` is not a clean relative path"),
            ("[paths\n", "line 1"),
            ("[audit]\ndialect = \"2025\"\n", "line 2, column 11: unknown variant `2025`"),
            ("[gates]\ncore-lane-statuses = [\"done\"]\n", "line 2, column 1: `done` is not a status"),
            ("[[external-gates]]\nname = \"x\"\ncommand = []\n", "line 1, column 3: a command needs"),
            ("paths = 1\n", "line 1, column 9: invalid type"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }
}
