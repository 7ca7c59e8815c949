//! `molt-sync init`: a workspace of Molt's shape from nothing.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    audit::{Audit, Ratchet, Rules, Status, patch_document},
    base::{Dialect, Files as _, Memory, RelPath, Series, Staged},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    config::{FILE, Paths},
    docs::{BLOCKS, DocFacts, DocTemplates, adopt},
    host::{self, Disk, Recovered},
    release::Lock,
    report::{envelope, json_document},
    stdlib::{Baseline, ROOT_MODULE, ReleaseFacts, Union, UnionFile, bundled},
    stubs::{self, Templates},
    workspace::{baseline_path, paths_by_role},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Init {
    /// Where.
    pub dir: PathBuf,
    /// The series; all that are bundled where none is named.
    pub series: Vec<Series>,
}

const CONFIG: &str = "# Settings of molt-sync. Every key has a default that fits this layout; `molt-sync config show` prints all of them.\n\n[paths]\nstdlib = \"src/molt/stdlib\"\n";

/// Runs it.
pub(super) fn run(context: &Context, init: &Init) -> Result<(), Failure> {
    if let Ok(root) = Context::found()? {
        // a checkout around it is not to choose another place
        let failed = |error: std::io::Error| Failure::io("write to", &init.dir, &error);
        host::must_not_lead_out(&init.dir.join(FILE), &root).map_err(failed)?;
    }
    let made = create(init)?;
    let dir = init.dir.display();
    match context.options.format {
        Format::Json => {
            let text = envelope(
                serde_json::json!({ "workspace": init.dir, "files": made.files, "series": made.series, "modules": made.modules }),
            );
            context.print(&json_document(&text))
        }
        _ => context.print(&format!(
            "{dir} is a workspace now: {} files, {} modules, series {}\n",
            made.files,
            made.modules,
            made.series.join(", ")
        )),
    }
}

/// What was made.
pub(super) struct InitOutcome {
    files: usize,
    modules: usize,
    series: Vec<String>,
}

/// Writes the workspace, or nothing.
pub(super) fn create(init: &Init) -> Result<InitOutcome, Failure> {
    let baselines = chosen(&init.series)?;
    // one that was cut off here before is finished first
    let recovered = host::settle(&init.dir, &host::command_line())?;
    let (memory, modules) = files(&baselines)?;
    let (disk, paths) = (Disk::new(&init.dir), Paths::default());
    let series = || baselines.iter().map(|it| it.series.to_string()).collect();
    if matches!(recovered, Recovered::Finished(..)) && has_all(&disk, &memory)? {
        return Ok(InitOutcome { files: memory.0.len(), modules, series: series() });
    }
    let mut staged = Staged::new(&disk);
    for (path, bytes) in &memory.0 {
        if disk.read(path)?.is_some() {
            let message = format!("cannot make a workspace in {}: {path} is there already", init.dir.display());
            let is_workspace = disk.has_folder(&paths.stdlib)?;
            let hint = if is_workspace {
                "it is a workspace already, and a Molt checkout needs no `init`: `molt-sync` alone, in it, says where it stands and what comes next"
            } else {
                "name a new folder, or one that has none of the files of a workspace"
            };
            return Err(Failure::new(Exit::Usage, message, hint));
        }
        staged.write(path, bytes.as_slice())?;
    }
    let edits = staged.into_edits();
    make_folder(&init.dir)?;
    host::apply(&init.dir, &edits)?;
    Ok(InitOutcome { files: edits.len(), modules, series: series() })
}

/// Whether every file is there as it has to be: a run that was cut off and is finished now made this workspace.
fn has_all(disk: &Disk, wanted: &Memory) -> Result<bool, Failure> {
    for (path, bytes) in &wanted.0 {
        if disk.read(path)?.as_ref() != Some(bytes) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn make_folder(dir: &Path) -> Result<(), Failure> {
    host::create_dir(dir).map_err(|error| Failure::io("create", dir, &error))
}

/// The bundled records of these series; all of them where none is named.
pub(super) fn chosen(series: &[Series]) -> Result<Vec<Baseline>, Failure> {
    let all = bundled();
    let known: Vec<String> = all.iter().map(|it| it.series.to_string()).collect();
    if let Some(unknown) = series.iter().find(|it| !all.iter().any(|known| known.series == **it)) {
        let message = format!("there is no bundled baseline of {unknown} to start from");
        return Err(Failure::new(Exit::Usage, message, format!("the bundled series are {}", known.join(", "))));
    }
    let wanted: BTreeSet<Series> = series.iter().copied().collect();
    Ok(all.into_iter().filter(|it| wanted.is_empty() || wanted.contains(&it.series)).collect())
}

/// Every file of the new workspace, and how many modules it has.
pub(super) fn files(baselines: &[Baseline]) -> Result<(Memory, usize), Failure> {
    let paths = Paths::default();
    let known = bundled();
    let known: Vec<&ReleaseFacts> = known.iter().map(|it| &it.facts).collect();
    let union = Union::new(baselines, &Union::default(), &known);
    let nothing = Memory::default();
    let mut staged = Staged::new(&nothing);
    for (path, text) in [
        (&RelPath::new(FILE).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "report this"))?, CONFIG),
        (&paths.stdlib.join("__init__.py"), include_str!("../../stubs/init/root.py")),
        (&paths.stdlib.join("_intrinsics.py"), include_str!("../../stubs/init/intrinsics.py")),
        (&paths.manifest, include_str!("../../stubs/init/manifest.pyi")),
        (&paths.bindings_stub, include_str!("../../stubs/init/bindings.pyi")),
        (&paths.bindings_table, include_str!("../../stubs/init/generated.rs")),
        (&paths.runtime.join("lib.rs"), include_str!("../../stubs/init/runtime.rs")),
        (&paths.core_lane, include_str!("../../stubs/init/core_tests.txt")),
        (&paths.attestation, include_str!("../../stubs/init/attestation.py")),
    ] {
        staged.write(path, text)?;
    }
    for baseline in baselines {
        staged.write(&baseline_path(&paths, baseline.series), baseline.render())?;
    }
    let mut lock = Lock::default();
    lock.begin(baselines.iter().map(|it| it.series));
    staged.write(&paths.lock, lock.text())?;
    staged.write(&paths.union, UnionFile::fresh(&union))?;
    let templates = Templates::new(None)?;
    for stub in stubs::plan(&nothing, &paths.stdlib, &Union::default(), &union, &templates)?.create {
        staged.write(&stub.path, stub.text)?;
    }
    let nothing_attested = BTreeSet::new();
    let rules =
        Rules { dialect: Dialect::February, attested: &nothing_attested, stubs: Some(&templates), is_early: false };
    let audit = Audit::run(&staged, &paths.stdlib, rules)?;
    debug_assert!(audit.records.iter().any(|it| it.name == ROOT_MODULE));
    let ratchet = Ratchet { budget: audit.count(Status::Partial) as u64 };
    ratchet.write(&mut staged, &paths.ratchet)?;
    documents(&mut staged, &paths, baselines, &union, &audit, ratchet)?;
    let files = staged.into_edits().into_iter().filter_map(|it| Some((it.path, it.after?))).collect();
    Ok((Memory(files), audit.records.len()))
}

fn documents(
    staged: &mut Staged<'_>,
    paths: &Paths,
    baselines: &[Baseline],
    union: &Union,
    audit: &Audit,
    ratchet: Ratchet,
) -> Result<(), Failure> {
    let own = std::collections::BTreeMap::new();
    let templates = DocTemplates::new(&own)?;
    let baselines: Vec<&Baseline> = baselines.iter().collect();
    let facts = DocFacts::new(&baselines, union, audit, Some(ratchet.budget), None).with_paths(paths_by_role(paths));
    let defect = |error: &dyn std::fmt::Display| {
        Failure::new(Exit::Usage, format!("a built-in template is damaged: {error}"), "report this")
    };
    for block in BLOCKS {
        let path = paths.document(block.document);
        // a document can have several blocks
        let before = staged.text(path)?.unwrap_or_else(|| block.document.skeleton().to_owned());
        let content = templates.render(block.name, &facts)?.unwrap_or_default();
        let text = adopt(&before, block.name, &content, None).map_err(|error| defect(&error))?;
        staged.write(path, text)?;
    }
    let text =
        patch_document(include_str!("../../docs-templates/init/audit.md"), audit).map_err(|error| defect(&error))?;
    staged.write(&paths.audit, text)?;
    Ok(())
}
