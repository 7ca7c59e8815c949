//! Everything that documents are held against, read once from a view of the workspace: on disk, or as a refresh would
//! leave it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use globset::GlobSet;

use super::{
    documents::{FoundDocuments, documents, whole},
    scripts::called_scripts,
    settings::{settings, settings_error, tools},
    stated::where_stated,
    subject::Present,
};
use crate::{
    audit::{Ratchet, document_path, patch_document},
    base::{
        FileError, Files, RelPath, one_file,
        template::{StepMeter, Template},
    },
    command::support::{context::CommandLine, failure::Failure, state::WorkspaceState},
    docs::{
        self, BLOCKS, Binding, Claim, ClaimKind, ClaimState, Code, Collected, DocsOptions, DocsRules, Document,
        DocumentStatements, Facts, Markers, OptionNames, Script, patterns,
    },
    gates::{CheckersLists, Queue, checkers_lists_of},
    python,
    stdlib::Baseline,
    workspace::{Damage, DamageKind, Input, SourceEffect, forget, last_row_facts},
};

/// What documents are held against, and the documents.
pub(in super::super) struct LoadedDocs {
    pub(super) documents: Vec<Document>,
    pub(super) facts: Facts,
    pub(super) page: RelPath,
    /// What was wrong before any document was looked at.
    odd: Vec<Claim>,
    /// What was not looked at.
    pub(super) unread: Vec<String>,
    bindings: Vec<Binding>,
    has_defaults: bool,
    pub(super) bindings_file: RelPath,
    blocks: BTreeMap<String, String>,
    legacy: Vec<String>,
    files: BTreeMap<RelPath, String>,
    archival: GlobSet,
    manuals: GlobSet,
    messages: Vec<String>,
    checker: Vec<String>,
    checker_options: OptionNames,
    pub(super) scripts: BTreeSet<RelPath>,
    called: BTreeMap<RelPath, Script>,
    /// The audit document, and what it should say.
    pub(super) audit: (RelPath, Option<Result<String, String>>),
    /// What it says.
    pub(super) audit_text: String,
    /// The queues that it should have, and the file that says so.
    queues: Option<Vec<Queue>>,
    queues_file: RelPath,
    checker_file: RelPath,
    /// Where the audit document was before.
    pub(super) early_audit: RelPath,
    command_line: CommandLine,
    /// Whether every source says what it should.
    pub(super) is_whole: bool,
    /// Why gates that a document speaks of were not judged.
    pub(super) open_gates: BTreeMap<&'static str, String>,
}

/// What is read without knowing anything else.
pub(super) struct DocsInputs {
    found: FoundDocuments,
    /// The words in Molt's checker, and its lists.
    checker: (Vec<String>, CheckersLists),
}

impl DocsInputs {
    pub(super) fn new(files: &dyn Files, options: &DocsOptions, checker: &RelPath) -> Result<Self, Failure> {
        let words = || {
            // one that is not text has no words
            let text = match files.text(checker) {
                Err(error) if error.is_about_the_file() => String::new(),
                text => text?.unwrap_or_default(),
            };
            let (words, constants) = python::strings_and_constants(&text);
            Ok::<_, FileError>((words, checkers_lists_of(&constants)))
        };
        let (found, checker) = rayon::join(|| documents(files, options), words);
        Ok(Self { found: found?, checker: checker? })
    }
}

impl LoadedDocs {
    /// Reads the rest.
    pub(in super::super) fn load(
        files: &dyn Files,
        state: &WorkspaceState,
        now: &Present<'_>,
        read: DocsInputs,
        command_line: CommandLine,
    ) -> Result<Self, Failure> {
        let index = || state.checkout.names().map_err(|failure| failure.message);
        Self::load_with(files, state, now, read, (command_line, &index))
    }

    /// The same, with the names of all files from elsewhere.
    pub(super) fn load_with(
        files: &dyn Files,
        state: &WorkspaceState,
        now: &Present<'_>,
        read: DocsInputs,
        (command_line, index): (CommandLine, &dyn Fn() -> Result<Vec<String>, String>),
    ) -> Result<Self, Failure> {
        let DocsInputs { found: FoundDocuments { documents, mut odd, unread }, checker: (checker, lists) } = read;
        let (options, paths) = (&state.config.docs, &state.paths);
        let audit_path = document_path(files, &paths.audit)?;
        let baselines: Vec<&Baseline> = state.baselines.values().collect();
        let mut facts = docs::collect(&Collected {
            baselines: &baselines,
            union: now.union,
            audit: now.audit,
            ratchet: now.budget.map(|budget| Ratchet { budget }),
            policy: &state.config.gates,
            paths: paths.roles(),
            stdlib: &paths.stdlib,
            union_file: &paths.union,
            ratchet_file: &paths.ratchet,
            audit_document: &audit_path,
        });
        forget(&mut facts, &state.unknown);
        let bindings = bindings(files, state)?;
        let asked = (&checker[..], &lists);
        let (broken, open_gates) = where_stated(&mut facts, (files, state, now), (&documents, &bindings), asked)?;
        odd.extend(broken);
        let errors = docs::configured(&mut facts, &options.facts, &docs::FactSources { files, index });
        let settings = settings();
        odd.extend(state.unknown.iter().filter(|it| it.of != SourceEffect::NoUnion).map(|it| {
            let why = it.why.as_str();
            let mut claim = Claim::about(ClaimKind::Document, &it.path, ClaimState::Broken, Code::Source, why);
            claim.repair.clone_from(&it.repair);
            claim
        }));
        odd.extend(errors.into_iter().map(|error| {
            Claim::about(ClaimKind::Document, &settings, ClaimState::Broken, Code::Source, error.to_string())
        }));
        if let Err(damage) = last_row_facts(&mut facts, files, &paths.scoreboard) {
            odd.push(damaged(&paths.scoreboard, damage)?);
        }
        let audit_text = documents.iter().find(|it| it.path == audit_path).map(|it| it.text.as_str());
        let is_odd = odd.iter().any(|it| it.path == audit_path);
        let elsewhere = if audit_text.is_none() && !is_odd { files.text(&audit_path)? } else { None };
        let audit_text = audit_text.or(elsewhere.as_deref());
        // what is not known is in no document's place
        let is_known = !state.unknown.iter().any(|it| it.of == SourceEffect::Statuses);
        let patched = audit_text.filter(|_| is_known);
        let patched = patched.map(|text| patch_document(text, now.audit).map_err(|error| error.to_string()));
        let audit_text = audit_text.unwrap_or_default().to_owned();
        let policy = &state.config.gates;
        let queues = docs::take_checkers_lists(&mut facts, lists, &paths.checker, policy);
        let (queues, queues_file) = if policy.is_own("queues") {
            (Some(policy.queues.iter().map(|it| (String::new(), it.clone())).collect()), settings.clone())
        } else {
            (queues, paths.checker.clone())
        };
        let messages = match facts.get("gates.lines").map(|it| &it.value) {
            Some(docs::Value::List(lines)) => lines.clone(),
            _ => Vec::new(),
        };
        // the operations' document is one wherever it lies
        let operations = one_file(paths.document(docs::ManagedDocument::Operations).as_str());
        let manuals = options.manuals.iter().chain([&operations]);
        let manuals = patterns(manuals).map_err(|why| settings_error(&why))?;
        let scripts = files.list(&tools(), ".py")?;
        let called = called_scripts(files, (&documents, &manuals), &scripts)?;
        let doc_facts = state.doc_facts(now.union, now.audit, now.budget);
        let mut res = Self {
            bindings,
            has_defaults: options.defaults,
            bindings_file: options.bindings.clone(),
            blocks: BTreeMap::new(),
            legacy: Vec::new(),
            files: BTreeMap::new(),
            archival: patterns(&options.archival).map_err(|why| settings_error(&why))?,
            manuals,
            messages,
            checker_options: OptionNames::among(checker.iter().cloned()),
            checker,
            called,
            scripts,
            audit: (audit_path, patched),
            audit_text,
            queues,
            queues_file,
            checker_file: paths.checker.clone(),
            early_audit: paths.audit.clone(),
            page: options.page.clone(),
            command_line,
            documents,
            facts,
            odd,
            unread,
            open_gates,
            is_whole: state.unknown.iter().all(|it| it.of == SourceEffect::NoUnion),
        };
        for block in BLOCKS {
            let wanted = state.documents.render(block.name, &doc_facts)?.unwrap_or_default();
            res.blocks.insert(block.name.to_owned(), wanted);
        }
        res.own_templates(files, state)?;
        Ok(res)
    }

    /// The blocks and generated files of the workspace's own.
    fn own_templates(&mut self, files: &dyn Files, state: &WorkspaceState) -> Result<(), Failure> {
        let options = &state.config.docs;
        let has_any = !(options.blocks.is_empty() && options.files.is_empty());
        let tables = if has_any { self.facts.all_tables() } else { serde_json::Value::Null };
        let meter = StepMeter::default();
        for (name, block) in &options.blocks {
            if block.markers == Markers::Generated {
                self.legacy.push(name.clone());
            }
            if let Some(wanted) = self.rendered(files, &block.template, (&tables, &meter))? {
                self.blocks.insert(name.clone(), wanted);
            }
        }
        for (path, file) in &options.files {
            let wanted = if file.template == "builtin:facts" {
                Some(docs::page(&self.facts, &self.claims_afterwards(), path))
            } else {
                let template =
                    RelPath::new(file.template.as_str()).map_err(|error| settings_error(&error.to_string()))?;
                self.rendered(files, &template, (&tables, &meter))?
            };
            if let Some(wanted) = wanted {
                self.generate(files, path, wanted)?;
            }
        }
        self.page_of_links(files, options)
    }

    /// A file that is generated as a whole.
    fn generate(&mut self, files: &dyn Files, path: &RelPath, wanted: String) -> Result<(), Failure> {
        if !self.documents.iter().any(|it| it.path == *path) {
            match files.text(path)? {
                Some(text) => self.documents.push(whole(path.clone(), text)?),
                None => self.odd.push(docs::missing_file(path, &wanted)),
            }
        }
        self.files.insert(path.clone(), wanted);
        Ok(())
    }

    /// The page that fact links lead to, where there are some: without it they lead nowhere. One that a person wrote is theirs.
    fn page_of_links(&mut self, files: &dyn Files, options: &DocsOptions) -> Result<(), Failure> {
        let page = self.page.clone();
        let has_links = |it: &Document| it.path != page && docs::has_links(&it.text);
        if options.files.contains_key(&page) || !self.documents.iter().any(has_links) {
            return Ok(());
        }
        let read = self.documents.iter().find(|it| it.path == page).map(|it| it.text.clone());
        let there = if read.is_none() { files.text(&page)? } else { read };
        let claims = self.claims_afterwards();
        if there.is_some_and(|it| !docs::is_generated(&it))
            || !claims.iter().any(|it| it.kind == ClaimKind::Link && it.code != Some(Code::Unknown))
        {
            return Ok(());
        }
        let wanted = docs::page(&self.facts, &claims, &page);
        self.generate(files, &page, wanted)
    }

    /// What documents claim once they are repaired: the page of facts is written in the same step, and counts them.
    fn claims_afterwards(&self) -> Vec<Claim> {
        let rules = self.rules();
        let mut claims = docs::check(&self.documents, &rules);
        let now: Vec<Claim> = claims.iter().filter(|it| it.as_of.is_none()).cloned().collect();
        // what cannot be repaired is told by whoever repairs; the page then counts the documents as they are
        let repaired = docs::sync(&self.documents, &now, &rules, &self.page, false).unwrap_or_default();
        let paths: HashSet<&RelPath> = repaired.iter().map(|it| &it.path).collect();
        claims.retain(|it| !paths.contains(&it.path));
        claims.extend(docs::check(&repaired, &rules));
        claims
    }

    /// What a template of the workspace gives; none where it cannot be used, which is a claim of its own then.
    fn rendered(
        &mut self,
        files: &dyn Files,
        path: &RelPath,
        (tables, meter): (&serde_json::Value, &StepMeter),
    ) -> Result<Option<String>, Failure> {
        let mut fail = |code: Code, why: String| {
            self.odd.push(Claim::about(ClaimKind::Document, path, ClaimState::Broken, code, why));
            Ok(None)
        };
        let Some(text) = files.text(path)? else { return fail(Code::Source, format!("there is no template {path}")) };
        let parsed = meter.parse(path.as_str(), &text).and_then(|()| Template::new(path.as_str(), &text));
        let template = match parsed {
            Ok(template) => template,
            Err(error) => return fail(Code::Unusable, error.to_string()),
        };
        let is_known = |name: &str| tables.pointer(&format!("/{}", name.replace('.', "/"))).is_some();
        if let Some(name) = template.names().into_iter().find(|it| !is_known(it)) {
            let id = name.replace('_', "-");
            if self.facts.is_unknown(&id) {
                return Ok(None);
            }
            let like =
                self.facts.like(&id).map_or(String::new(), |it| format!("; did you mean `{}`?", it.replace('-', "_")));
            return fail(Code::Unknown, format!("there is no fact `{name}`{like}"));
        }
        match template.render_within(meter, tables) {
            Ok(text) => Ok(Some(text)),
            Err(error) => fail(Code::Unusable, error.to_string()),
        }
    }

    pub(super) fn rules(&self) -> DocsRules<'_> {
        DocsRules {
            facts: &self.facts,
            bindings: &self.bindings,
            has_defaults: self.has_defaults,
            blocks: &self.blocks,
            legacy: &self.legacy,
            files: &self.files,
            audit: &self.audit.0,
            archival: &self.archival,
            manuals: &self.manuals,
            messages: &self.messages,
            checker: &self.checker,
            checker_options: &self.checker_options,
            command_line: &self.command_line,
            scripts: &self.scripts,
            called: &self.called,
        }
    }

    /// Goals that are not bound so in `before`.
    pub(super) fn own_goals(&self, claims: &mut [Claim], before: &[Binding]) -> Vec<Claim> {
        docs::hold_goals(claims, (&self.bindings, before), &self.facts, &self.bindings_file)
    }

    /// Whether something is wrong with a file that keeps it from being read.
    pub(super) fn is_told(&self, path: &RelPath) -> bool {
        self.odd.iter().any(|it| it.path == *path)
    }

    /// Documents that are there and cannot be read: of what they state nothing is known.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = &RelPath> {
        self.odd.iter().filter(|it| it.code == Some(Code::Malformed)).map(|it| &it.path)
    }

    /// Documents that are there and were not looked at, be it for what is in them or for their names.
    pub(super) fn unlooked(&self) -> impl Iterator<Item = &Claim> {
        self.odd.iter().filter(|it| it.kind == ClaimKind::Document)
    }

    /// What is wrong with the sources of facts: those that follow from them are not among the facts.
    pub(super) fn damaged_sources(&self) -> impl Iterator<Item = &str> {
        let sources = self.odd.iter().filter(|it| it.code == Some(Code::Source));
        sources.flat_map(|it| it.why.iter().map(String::as_str))
    }

    /// How many of these claims are bound by the workspace itself: by a phrase, a link, a region or a template.
    pub(super) fn bound(&self, claims: &[Claim]) -> usize {
        let own = self.bindings.iter().filter(|it| !it.is_default()).map(|it| it.phrase.as_str());
        let own: HashSet<&str> = own.collect();
        let is_own = |it: &&Claim| it.kind != ClaimKind::Phrase || own.contains(it.binding.as_str());
        claims.iter().filter(|it| is_bound(it)).filter(is_own).count()
    }

    /// The documents in which something is bound by anybody: what a refresh writes to.
    pub(super) fn bound_documents(&self) -> BTreeSet<RelPath> {
        self.claims().into_iter().filter(is_bound).map(|it| it.path).collect()
    }

    /// Every claim, as far as the files themselves tell.
    pub(in super::super) fn claims(&self) -> Vec<Claim> {
        self.of_files(docs::check(&self.documents, &self.rules()))
    }

    /// The same, and lists of what Molt targets that a person may not have followed a series in.
    pub(super) fn claims_and_former(&self) -> DocumentStatements {
        let said = docs::check_and_former(&self.documents, &self.rules());
        DocumentStatements { claims: self.of_files(said.claims), ..said }
    }

    /// Claims of documents, and those of all else that is read.
    fn of_files(&self, mut claims: Vec<Claim>) -> Vec<Claim> {
        let rules = self.rules();
        claims.extend(docs::check_bindings(&self.bindings_file, &self.documents, self.unreadable(), &rules));
        claims.extend(self.odd.iter().cloned());
        let (path, wanted) = &self.audit;
        if let (Some(wanted), true) = (wanted, self.has_defaults) {
            claims.push(docs::audit_claim(path, &self.audit_text, wanted));
            let titles = docs::Heads::titles(&self.checker);
            let heads = docs::Heads {
                queues: self.queues.as_deref().map(|it| (it, self.queues_file.as_str())),
                titles: (titles, self.checker_file.as_str()),
            };
            claims.extend(docs::audit_heads(path, &self.audit_text, &heads));
        }
        // templates state everything at once
        let is_of_template = |it: &Claim| !self.is_whole && matches!(it.kind, ClaimKind::Block | ClaimKind::File);
        // that a person wrote in one is seen without knowing what should stand there
        let is_edited = |it: &Claim| it.code == Some(Code::EditedBlock);
        claims.retain(|it| !is_of_template(it) || it.code.is_none() || is_edited(it));
        claims.iter_mut().filter(|it| is_of_template(it)).for_each(|it| it.wanted = None);
        claims.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        claims
    }
}

/// A source that is damaged, as a claim that cannot be kept. A disk that failed ends the run.
fn damaged(path: &RelPath, damage: Damage) -> Result<Claim, Failure> {
    if damage.kind == DamageKind::Failed {
        return Err(damage.into());
    }
    let mut claim = Claim::about(ClaimKind::Document, path, ClaimState::Broken, Code::Source, damage.to_string());
    claim.repair = damage.repair;
    Ok(claim)
}

/// The tool's own bindings, and the workspace's.
fn bindings(files: &dyn Files, state: &WorkspaceState) -> Result<Vec<Binding>, Failure> {
    let options = &state.config.docs;
    bindings_of(options.defaults, files.text(&options.bindings)?.as_deref(), &options.bindings)
}

/// The same, from the text of the workspace's file.
pub(super) fn bindings_of(defaults: bool, text: Option<&str>, file: &RelPath) -> Result<Vec<Binding>, Failure> {
    let mut res = Vec::new();
    if defaults {
        let own = docs::defaults().map_err(|error| settings_error(&error.to_string()))?;
        // what this dialect has no fact for is not stated in its documents
        res.extend(own);
    }
    if let Some(text) = text {
        res.extend(
            docs::bindings(text)
                .map_err(|error| Damage::text(Input::Bindings, file.as_str(), text, error.to_string()))?,
        );
    }
    Ok(res)
}

/// Whether a claim is bound to a fact by a phrase, a link, a region or a template.
fn is_bound(claim: &Claim) -> bool {
    let kinds = [ClaimKind::Block, ClaimKind::Link, ClaimKind::File, ClaimKind::Audit, ClaimKind::Phrase];
    claim.state != ClaimState::Lost && kinds.contains(&claim.kind)
}
