//! What the committed documents claim and those of the work tree do not: git is asked which files differ, and those alone are
//! read and judged twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use globset::GlobSet;

use super::brought::other_texts;
use super::load::{LoadedDocs, bindings_of};
use super::settings::{settings, settings_error};
use super::waivers::{NAMELESS, line_of};
use crate::{
    base::{Files as _, Memory, RelPath, limits, number_of, says_something},
    command::support::{
        base_commit::Base, context::Context, failure::Failure, state::WorkspaceState, workspace::Workspace,
    },
    config::Config,
    docs::{
        self, BLOCKS, Binding, Claim, ClaimKind, ClaimState, Code, DocsOptions, DocsRules, Document, Dropped, Markers,
        Stand, patterns,
    },
    host::git,
    report::HistoryComparison,
};

/// The commit that documents are compared with, and the files that differ from it.
pub(super) struct Changes {
    commit: String,
    /// As users know it: `HEAD`, or where the branch left another.
    name: String,
    paths: BTreeSet<RelPath>,
    /// Where the branch left another, with its own settings; none for the last commit.
    pub(super) then: Option<Base>,
}

/// What binds a document that the tool manages.
pub(super) const MANAGED: &str = "managed document";

/// What git says, or why there is nothing to compare with.
pub(super) type ChangesResult = Result<Result<Changes, &'static str>, Failure>;

/// Asks git what differs from the last commit, or from where this branch left `base`.
pub(super) fn changes(workspace: &Workspace, base: Option<&str>) -> ChangesResult {
    let (root, config) = (&workspace.root, &workspace.config);
    if !git::is_repository(root)? {
        return Ok(Err("the workspace is in no git repository"));
    }
    let then = base.map(|base| Base::where_left(workspace, base)).transpose()?;
    if let Some(then) = &then {
        let roots = [config, &then.config].map(|it| it.docs.roots.as_slice()).concat();
        then.others.refuse_documents(&roots)?;
    }
    let (commit, name) = match base.zip(then.as_ref()) {
        Some((base, then)) => {
            let commit = then.commit.clone();
            let name = format!("{} (where this branch left {base})", &commit[..commit.len().min(9)]);
            (commit, name)
        }
        None => ("HEAD".to_owned(), "HEAD".to_owned()),
    };
    let mut places = places(config);
    if let Some(then) = &then {
        places = places.zip(self::places(&then.config)).map(|(a, b)| a.into_iter().chain(b).collect());
    }
    match git::changed(root, &commit, places.as_ref()) {
        Ok(paths) => Ok(Ok(Changes { commit, name, paths, then })),
        // before the first commit there is no HEAD
        Err(error) => match (base, git::head(root)?) {
            (None, None) => Ok(Err("there is no commit yet")),
            _ => Err(error.into()),
        },
    }
}

/// The files and folders, besides the top, that documents, settings and bindings can lie in; none where that is anywhere.
fn places(config: &Config) -> Option<BTreeSet<RelPath>> {
    let is_open = |it: &str| it.contains(['*', '?', '[', '{', '\\']);
    let mut res = BTreeSet::new();
    for root in &config.docs.roots {
        let plain: Vec<&str> = root.split('/').take_while(|it| !is_open(it)).collect();
        match RelPath::new(plain.join("/")) {
            Ok(path) if !plain.is_empty() => _ = res.insert(path),
            // any file at the top
            _ if !root.contains('/') => {}
            _ => return None,
        }
    }
    res.extend([config.docs.bindings.clone(), settings()]);
    Some(res)
}

/// What was lost since, and what is said of it.
pub(super) struct Losses {
    pub(super) claims: Vec<Claim>,
    pub(super) compared: HistoryComparison,
}

/// Finds it. `claims` are those of the present documents.
pub(super) fn losses(
    context: &Context,
    workspace: &Workspace,
    state: &WorkspaceState,
    loaded: &LoadedDocs,
    (claims, asked): (&[Claim], Result<Changes, &'static str>),
) -> Result<Losses, Failure> {
    let dropped = &state.config.docs.dropped;
    let changes = match asked {
        Ok(changes) => changes,
        Err(why) => return Ok(Losses { claims: Vec::new(), compared: HistoryComparison::Not(why) }),
    };
    let mut differs = changes.then.as_ref().map(|it| it.differs.clone()).unwrap_or_default();
    if let Some(then) = &changes.then {
        differs.extend(other_texts(workspace, then)?);
    }
    let compared = HistoryComparison::With { revision: changes.name.clone(), settings: differs };
    let before = CommittedDocuments::read(workspace, state, loaded, &changes)?;
    // one that the commit has too has done its work, and must not hide the next loss
    let is_named = changes.then.as_ref().map_or(context.options.config.is_some(), |it| it.is_given);
    let own: Vec<&Dropped> =
        dropped.iter().filter(|it| is_named || !before.as_ref().is_none_or(|old| old.dropped.contains(it))).collect();
    let mut drops = Drops::new(&own, changes.then.is_some() && !is_named)?;
    let mut res = match before {
        Some(before) => before.losses(workspace, loaded, &changes, (claims, &mut drops))?,
        None => Vec::new(),
    };
    // they were read already, and only the line is looked for
    let text = workspace.disk.text(&settings()).unwrap_or(None).unwrap_or_default();
    res.extend(drops.told(&settings(), &text));
    Ok(Losses { claims: res, compared })
}

/// The drops of this change, and which of them were needed.
struct Drops<'a> {
    all: Vec<(&'a Dropped, GlobSet, Option<GlobSet>)>,
    used: Vec<usize>,
    /// Whether they are a branch's own, which count with a name.
    are_own: bool,
    /// How many more pairs of a drop and a statement are compared.
    left: usize,
}

/// Who accepts a drop.
fn by(it: &Dropped) -> Option<&str> {
    it.by.as_deref().map(str::trim).filter(|it| says_something(it))
}

/// The most pairs of a drop and a statement that are compared; what is beyond them is not dropped.
const MOST_DROPPED: usize = 20_000_000;

impl<'a> Drops<'a> {
    fn new(all: &[&'a Dropped], are_own: bool) -> Result<Self, Failure> {
        let set = |it: &String| patterns([it]).map_err(|why| settings_error(&why));
        let each = all.iter().map(|it| Ok((*it, set(&it.path)?, it.fact.as_ref().map(set).transpose()?)));
        Ok(Self { all: each.collect::<Result<_, Failure>>()?, used: vec![0; all.len()], are_own, left: MOST_DROPPED })
    }

    fn is_dropped(&mut self, loss: &docs::Loss<'_>) -> bool {
        let is_it = |(_, path, fact): &(&Dropped, GlobSet, Option<GlobSet>)| {
            path.is_match(loss.claim.path.as_str()) && fact.as_ref().is_none_or(|it| it.is_match(&loss.about))
        };
        self.left = self.left.saturating_sub(self.all.len());
        let found = if self.left == 0 { None } else { self.all.iter().position(is_it) };
        let Some(at) = found else { return false };
        self.used[at] += 1;
        !self.are_own || by(self.all[at].0).is_some()
    }

    /// What there is to say of them: those that nothing needs, and what a branch drops by itself.
    fn told(&self, file: &RelPath, text: &str) -> Vec<Claim> {
        let claim = |((dropped, ..), used): (&(&Dropped, GlobSet, Option<GlobSet>), &usize)| {
            let fact = dropped.fact.as_deref().unwrap_or("*");
            let what = format!("the entry of docs.dropped for {} and {fact}, which this branch brings,", dropped.path);
            let many = number_of(*used, "statement");
            let by = by(dropped);
            let (code, why) = match by {
                _ if *used == 0 => {
                    let why = format!("nothing that {} states of {fact} is lost by this change", dropped.path);
                    (Code::UnusedWaiver, why)
                }
                _ if !self.are_own => return None,
                None => (Code::UnusedWaiver, format!("{what} says not by whom (`by`), and excuses nothing of {many}")),
                Some(by) => (Code::OwnExcuse, format!("{by} excuses {many}, by {what} because: {}", dropped.reason)),
            };
            let mut claim = Claim::about(ClaimKind::Document, file, ClaimState::Broken, code, why);
            claim.binding = format!("{}: {fact}", dropped.path);
            claim.line = line_of(text, "path", &dropped.path);
            if by.is_none() && *used > 0 {
                NAMELESS.clone_into(&mut claim.repair);
            }
            Some(claim)
        };
        self.all.iter().zip(&self.used).filter_map(claim).collect()
    }
}

/// What the commit holds of what differs.
struct CommittedDocuments {
    documents: Vec<Document>,
    dropped: Vec<Dropped>,
    bindings: Option<Vec<Binding>>,
    options: Option<DocsOptions>,
}

impl CommittedDocuments {
    /// Reads it; none where nothing that matters differs.
    fn read(
        workspace: &Workspace,
        state: &WorkspaceState,
        loaded: &LoadedDocs,
        changes: &Changes,
    ) -> Result<Option<Self>, Failure> {
        let root = &workspace.root;
        let now = &state.config.docs;
        let of = |paths: &[&RelPath], is_wanted: &dyn Fn(&RelPath) -> bool| -> Result<Memory, Failure> {
            Ok(git::files_where(root, &changes.commit, paths, is_wanted)?)
        };
        let file = settings();
        let mut options = None;
        if let Some(then) = &changes.then {
            options = (!then.differs.is_empty()).then(|| then.config.docs.clone());
        } else if changes.paths.contains(&file)
            // one that git does not know yet has dropped nothing before
            || (workspace.named.is_none()
                && !now.dropped.is_empty()
                && !git::names_at(root, &changes.commit, &[&file])?.contains(&file))
        {
            let old = text(&of(&[&file], &|it| *it == file)?, &file).unwrap_or_default();
            // what cannot be read now has bound nothing then
            options = Some(Config::parse(&old).map_or_else(|_| now.clone(), |it| it.docs));
        }
        let then = options.as_ref().unwrap_or(now);
        let mut bindings = None;
        let mut again: Vec<&Binding> = Vec::new();
        if changes.paths.contains(&then.bindings) || options.is_some() {
            let old = text(&of(&[&then.bindings], &|it| *it == then.bindings)?, &then.bindings);
            bindings = bindings_of(then.defaults, old.as_deref(), &then.bindings).ok();
        }
        let present: HashSet<(Option<&str>, &str)> = loaded.rules().bindings.iter().map(key).collect();
        again.extend(bindings.iter().flatten().filter(|it| !it.is_default() && !present.contains(&key(it))));
        let roots = patterns(&then.roots).map_err(|why| settings_error(&why))?;
        let is_document =
            |it: &RelPath| (roots.is_match(it.as_str()) && it.extension() == Some("md")) || then.files.contains_key(it);
        let is_wanted = |it: &RelPath| {
            is_document(it)
                && (options.is_some()
                    || changes.paths.contains(it)
                    || again.len() > FEW
                    || again.iter().any(|binding| binding.applies_to(it)))
        };
        let changed: Vec<&RelPath> = changes.paths.iter().filter(|it| is_document(it)).collect();
        let is_more = options.is_some() || !again.is_empty();
        if changed.is_empty() && !is_more {
            return Ok(None);
        }
        // named one by one they are found at once, and many of them are too long a command line
        let few: &[&RelPath] = if is_more || changed.len() > FEW { &[] } else { &changed };
        let files = of(few, &is_wanted)?;
        let document = |path: &RelPath| Some(Document { path: path.clone(), text: text(&files, path)? });
        let documents = files.0.keys().filter_map(document).filter(|it| it.text.len() <= limits::DOCUMENT).collect();
        let dropped = options.as_ref().map_or_else(|| now.dropped.clone(), |it| it.dropped.clone());
        Ok(Some(Self { documents, dropped, bindings, options }))
    }

    /// What it claims and the present documents do not.
    fn losses(
        mut self,
        workspace: &Workspace,
        loaded: &LoadedDocs,
        changes: &Changes,
        (claims, drops): (&[Claim], &mut Drops<'_>),
    ) -> Result<Vec<Claim>, Failure> {
        let now: HashMap<&RelPath, &Document> = loaded.documents.iter().map(|it| (&it.path, it)).collect();
        if self.options.is_none() && self.bindings.is_none() {
            let is_same = |it: &Document| now.get(&it.path).is_some_and(|new| is_same_text(&new.text, &it.text));
            self.documents.retain(|it| !is_same(it));
        }
        let unreadable: HashSet<&RelPath> = loaded.unreadable().collect();
        self.documents.retain(|it| !unreadable.contains(&it.path));
        if self.documents.is_empty() {
            return Ok(Vec::new());
        }
        let was = self.claims(workspace, loaded);
        let paths: HashSet<&RelPath> = self.documents.iter().map(|it| &it.path).collect();
        let bindings = &loaded.bindings_file;
        let of = |is_it: &dyn Fn(&RelPath) -> bool| -> Vec<Claim> {
            claims.iter().filter(|it| is_it(&it.path) || it.path == *bindings).cloned().collect()
        };
        if docs::losses(&was, &of(&|it| paths.contains(it))).is_empty() {
            return Ok(Vec::new());
        }
        // what is new may say it instead, whether git knows of it yet or not
        let mut places = places(&workspace.config).unwrap_or_default();
        if !places.is_empty() {
            places.extend(now.keys().filter(|it| it.top().is_none()).map(|it| (*it).clone()));
        }
        let known = git::names_at(&workspace.root, &changes.commit, &places.iter().collect::<Vec<_>>())?;
        let is_here = |it: &RelPath| paths.contains(it) || !known.contains(it);
        let is = of(&is_here);
        let here: Vec<Document> = loaded.documents.iter().filter(|it| is_here(&it.path)).cloned().collect();
        let stands = (Stand { documents: &self.documents, claims: &was }, Stand { documents: &here, claims: &is });
        Ok(docs::lost(stands.0, stands.1, &changes.name, &mut |it| drops.is_dropped(it)))
    }

    /// Its claims, by the bindings and the settings of then and the facts of now.
    fn claims(&self, workspace: &Workspace, loaded: &LoadedDocs) -> Vec<Claim> {
        let rules = loaded.rules();
        let bindings = self.bindings.as_deref().unwrap_or(rules.bindings);
        let Some(options) = &self.options else {
            return docs::check(&self.documents, &DocsRules { bindings, ..rules });
        };
        let mut facts = loaded.facts.clone();
        let gone = options.facts.iter().filter(|(id, _)| facts.get(id).is_none());
        let gone: BTreeMap<_, _> = gone.map(|(id, it)| (id.clone(), it.clone())).collect();
        let index = || Ok(Vec::new());
        let from = docs::FactSources { files: &workspace.disk, index: &index };
        // of a fact without a source nothing can have been stated
        drop(docs::configured(&mut facts, &gone, &from));
        let (mut blocks, mut legacy, mut files) = (rules.blocks.clone(), rules.legacy.to_vec(), rules.files.clone());
        for (name, block) in &options.blocks {
            blocks.entry(name.clone()).or_default();
            if block.markers == Markers::Generated && !legacy.contains(name) {
                legacy.push(name.clone());
            }
        }
        options.files.keys().for_each(|it| _ = files.entry(it.clone()).or_default());
        let (archival, manuals) = (patterns(&options.archival), patterns(&options.manuals));
        let archival = archival.as_ref().unwrap_or(rules.archival);
        let manuals = manuals.as_ref().unwrap_or(rules.manuals);
        let then = DocsRules {
            facts: &facts,
            bindings,
            has_defaults: options.defaults,
            blocks: &blocks,
            legacy: &legacy,
            files: &files,
            archival,
            manuals,
            ..rules
        };
        docs::check(&self.documents, &then)
    }
}

/// Whether two texts are the same but for how their lines end.
fn is_same_text(a: &str, b: &str) -> bool {
    a == b || a.lines().eq(b.lines())
}

/// Whether two lists are of the same documents, with the same texts.
pub(super) fn is_same(a: &[Document], b: &[Document]) -> bool {
    let texts = |all: &[Document]| -> BTreeMap<RelPath, String> {
        all.iter().map(|it| (it.path.clone(), it.text.lines().collect::<Vec<_>>().join("\n"))).collect()
    };
    a.len() == b.len() && texts(a) == texts(b)
}

/// The documents that the tool manages and that are not read: a check that has nothing to look at never passes.
pub(super) fn missing(workspace: &Workspace, state: &WorkspaceState, loaded: &LoadedDocs) -> Vec<Claim> {
    if !state.config.docs.defaults {
        return Vec::new();
    }
    let absent = &state.config.docs.absent;
    // what a workspace leaves out of its roots, it leaves out on purpose
    let is_all = state.config.docs.roots == DocsOptions::default().roots;
    let managed = BLOCKS.iter().map(|it| (it.document.role(), state.paths.document(it.document)));
    let managed: BTreeMap<&RelPath, &str> =
        managed.chain([("audit", &loaded.audit.0)]).map(|(role, path)| (path, role)).collect();
    let mut res = Vec::new();
    for (path, role) in &managed {
        let is_listed = absent.contains(path);
        let is_read = loaded.documents.iter().any(|it| it.path == **path);
        // one that cannot be read is told of by that
        let is_there = is_read || !matches!(workspace.disk.read(path), Ok(None));
        let settings = settings();
        if is_there && is_listed {
            let why = format!("docs.absent names {path}, which is there");
            res.push(Claim::about(ClaimKind::Document, &settings, ClaimState::Broken, Code::UnusedWaiver, why));
        } else if !is_there && !is_listed {
            let why =
                format!("there is no {path}, the {role} document (`paths.{role}`), so that nothing in it is judged");
            let mut claim = Claim::about(ClaimKind::Document, path, ClaimState::Broken, Code::Floor, why);
            claim.binding = MANAGED.into();
            claim.repair = format!(
                "restore it, name its place as `paths.{role}` in molt-sync.toml, or list it in `docs.absent` there where the workspace has none"
            );
            res.push(claim);
        } else if is_there && !is_read && is_all && *role != "audit" && !loaded.is_told(path) {
            let why = format!("{path}, the {role} document, is a link, so that nothing in it is judged");
            let mut claim = Claim::about(ClaimKind::Document, path, ClaimState::Broken, Code::Floor, why);
            claim.binding = MANAGED.into();
            claim.repair = format!("put the document itself there, or name it as `paths.{role}` in molt-sync.toml");
            res.push(claim);
        }
    }
    for path in absent.iter().filter(|it| !managed.contains_key(it)) {
        let why = format!("docs.absent names {path}, which is not a document that the tool manages");
        res.push(Claim::about(ClaimKind::Document, &settings(), ClaimState::Broken, Code::UnusedWaiver, why));
    }
    res
}

/// Changed documents, or bindings, that are looked at one by one.
const FEW: usize = 200;

/// What tells two bindings apart.
fn key(it: &Binding) -> (Option<&str>, &str) {
    (it.doc(), &it.phrase)
}

fn text(files: &Memory, path: &RelPath) -> Option<String> {
    // one that is not text has stated nothing
    files.text(path).ok().flatten()
}
