//! What differs between the interfaces of two releases, name by name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    announced::announced,
    api::{Api, Kind, ModuleApi, Name, Note, NoteKind},
    dated::is_between,
    own::{Around, counts, is_inherited, is_passed_on, is_public, is_told, is_twin, told},
    parameters,
    stated::StatedNames,
    unseen,
};

/// What happened to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is elsewhere, or called otherwise.
    Moved,
    /// It takes other arguments.
    Signature,
    /// It is another kind of thing, or it is public and was not, or the other way round.
    Kind,
    /// It, or a use of it, is deprecated.
    Deprecated,
    /// It does something else, as the documentation says.
    Behaviour,
}

impl ChangeKind {
    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Signature => "signature",
            Self::Kind => "kind",
            Self::Deprecated => "deprecated",
            Self::Behaviour => "behaviour",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApiChange {
    /// The module.
    pub module: String,
    /// The name in it, dotted; empty for the module itself.
    pub name: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The same in words; what is deprecated in part, the words say.
    pub text: String,
    /// What the name depends on, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The series in which it is to be removed, or takes effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// The places that say so: P and a file of the library, C and one of C code, D and one of the documentation, W and a list of what is
    /// to be removed.
    pub provenance: Vec<String>,
}

/// What could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unseen {
    /// The module; empty where a file was not read that is about none.
    pub module: String,
    /// Why, and on which side.
    pub why: String,
}

/// All differences of public modules, by module and name; and what was not looked at.
pub(super) fn differences(old: &Api, new: &Api) -> (Vec<ApiChange>, Vec<Unseen>) {
    let (told, stated) = ((told(old), told(new)), StatedNames::new(old.release, new));
    let mut it = Compare { old, new, changes: Vec::new(), unseen: BTreeSet::new(), told, stated };
    let known =
        |api: &Api| -> BTreeSet<String> { api.modules.keys().chain(api.not_looked_at.keys()).cloned().collect() };
    let (before, after) = (known(old), known(new));
    for module in before.union(&after).filter(|it| is_public(it)) {
        it.module(module, before.contains(module), after.contains(module));
    }
    it.unread();
    it.moves();
    it.notes();
    it.announcements();
    let Compare { mut changes, unseen, .. } = it;
    changes.sort_by(|a, b| (&a.module, &a.name, a.kind).cmp(&(&b.module, &b.name, b.kind)));
    (changes, unseen.into_iter().collect())
}

struct Compare<'a> {
    old: &'a Api,
    new: &'a Api,
    changes: Vec<ApiChange>,
    unseen: BTreeSet<Unseen>,
    /// The classes of each side that are told of by themselves.
    told: (BTreeSet<&'a str>, BTreeSet<&'a str>),
    /// What the new release says of names.
    stated: StatedNames<'a>,
}

impl Compare<'_> {
    fn push(&mut self, module: &str, name: &str, kind: ChangeKind, text: String, provenance: &[String]) {
        let (module, name, provenance) = (module.to_owned(), name.to_owned(), provenance.to_vec());
        self.changes.push(ApiChange { module, name, kind, text, condition: None, removal: None, provenance });
    }

    fn module(&mut self, module: &str, was: bool, is: bool) {
        let listed = || vec!["C Python/stdlib_module_names.h".to_owned()];
        let path = |it: Option<&ModuleApi>| {
            it.and_then(|it| it.path.as_ref()).map_or_else(listed, |it| vec![format!("P {it}")])
        };
        let (old, new) = (self.old.modules.get(module), self.new.modules.get(module));
        if !was {
            self.push(module, "", ChangeKind::Added, "the module is new".into(), &path(new));
        } else if !is {
            self.push(module, "", ChangeKind::Removed, "the module is gone".into(), &path(old));
        }
        if !was || !is {
            return;
        }
        for (api, side) in [(self.old, "old"), (self.new, "new")] {
            let whole = api.not_looked_at.get(module).into_iter();
            let parts = api.modules.get(module).into_iter().flat_map(|it| &it.not_looked_at);
            let unseen =
                whole.chain(parts).map(|why| Unseen { module: module.to_owned(), why: format!("{why} ({side})") });
            self.unseen.extend(unseen);
        }
        let (Some(old), Some(new)) = (old, new) else { return };
        if let (None, Some(it)) = (&old.deprecated, &new.deprecated) {
            let removal = it.removal.clone();
            let text = format!("the module is deprecated{}", until(removal.as_deref()));
            self.push(module, "", ChangeKind::Deprecated, text, &path(Some(new)));
            if let Some(last) = self.changes.last_mut() {
                last.removal = removal;
            }
        }
        self.names(module, old, new);
    }

    /// Names the files that were not read on either side, under the module that each is about as far as its name says.
    fn unread(&mut self) {
        for (api, side) in [(self.old, "old"), (self.new, "new")] {
            for (path, why) in &api.unread {
                let module = api.module_of_file(path).unwrap_or_default();
                self.unseen.insert(Unseen { module: module.to_owned(), why: format!("{path}: {why} ({side})") });
            }
        }
    }

    /// Takes over what the name of the last change depends on.
    fn depends(&mut self, it: &Name) {
        if let Some(last) = self.changes.last_mut() {
            last.condition.clone_from(&it.condition);
        }
    }

    /// Whether the members that C code gives to a class were seen on one side alone; then they are no difference.
    fn is_unseen(&mut self, module: &str, name: &str, it: &Name, (side, other): (&Api, &ModuleApi)) -> bool {
        if let Some(why) = unseen::of_side(name, it, (side, other, std::ptr::eq(side, self.new))) {
            self.unseen.insert(Unseen { module: module.to_owned(), why: why.to_owned() });
            return true;
        }
        let Some((owner, _)) = name.rsplit_once('.') else { return false };
        // what Python code has in place of C code has other members
        let is_c = |side: &Api| side.modules.get(module).and_then(|it| it.names.get(owner)).is_some_and(is_native);
        if !is_native(it) && is_c(side) != is_c(if std::ptr::eq(side, self.new) { self.old } else { self.new }) {
            let why =
                format!("members of `{owner}`: one side shows those of C code, and the other those of Python code");
            self.unseen.insert(Unseen { module: module.to_owned(), why });
            return true;
        }
        if !is_native(it) {
            return false;
        }
        let below = format!("{owner}.");
        let mut members = other.names.range(below.clone()..).take_while(|(key, _)| key.starts_with(&below));
        if members.any(|(_, it)| is_native(it)) {
            return false;
        }
        let why = format!("members that C code gives to `{owner}`: only one side shows them");
        self.unseen.insert(Unseen { module: module.to_owned(), why });
        true
    }

    fn names(&mut self, module: &str, old: &ModuleApi, new: &ModuleApi) {
        let (old, new) = (&Around::new(old), &Around::new(new));
        for (name, it) in &new.names {
            let is_own = counts(it, name, module, new, &old.names) && !is_told(it, name, new, &self.told.1);
            if old.names.contains_key(name) || !is_own || is_twin(name, it, new) {
                continue;
            }
            if old.private.contains(name) {
                let public = if it.described { "documented" } else { "public" };
                let text = format!("{} `{name}` is {public} now, and was there before", it.kind.word());
                self.push(module, name, ChangeKind::Kind, text, &it.provenance);
                self.depends(it);
                continue;
            }
            if self.stated.is_older(module, name) || self.is_unseen(module, name, it, (self.old, old)) {
                continue;
            }
            let signature = it.signature.as_ref().map_or(String::new(), ToString::to_string);
            let text = format!("new {} `{name}{signature}`{}", it.kind.word(), condition_of(it));
            self.push(module, name, ChangeKind::Added, text, &it.provenance);
            self.depends(it);
        }
        for (name, it) in &old.names {
            match new.names.get(name) {
                None if counts(it, name, module, old, &new.names) && !is_twin(name, it, old) => {
                    if self.is_unseen(module, name, it, (self.new, new))
                        || name == "__doc__"
                        || is_told(it, name, old, &self.told.0)
                        || self.stated.goes_later(module, name)
                    {
                        continue;
                    }
                    if new.private.contains(name) {
                        let public = if it.described { "documented" } else { "public" };
                        let text = format!("{} `{name}` is not {public} any more, and still there", it.kind.word());
                        self.push(module, name, ChangeKind::Kind, text, &it.provenance);
                        self.depends(it);
                        continue;
                    }
                    let text = format!("{} `{name}` is gone{}", it.kind.word(), condition_of(it));
                    self.push(module, name, ChangeKind::Removed, text, &it.provenance);
                    self.depends(it);
                }
                None => {}
                Some(now) => self.name(module, name, (it, now), new),
            }
        }
    }

    fn name(&mut self, module: &str, name: &str, (was, is): (&Name, &Name), around: &Around<'_>) {
        if is_inherited(is, name, module, around) || is_passed_on(name, module, around) || !is.is_usual() {
            return;
        }
        if was.kind != is.kind && was.kind != Kind::Data && is.kind != Kind::Data {
            let text = format!("`{name}` is a {} and was a {}", is.kind.word(), was.kind.word());
            self.push(module, name, ChangeKind::Kind, text, &is.provenance);
        }
        if let (Some(a), Some(b)) = (&was.signature, &is.signature) {
            let differences = parameters::differences(a, b);
            if !differences.is_empty() {
                let text = format!("`{name}{b}`: {}", differences.join("; "));
                self.push(module, name, ChangeKind::Signature, text, &is.provenance);
            }
        }
        let removal = |it: &Name| it.deprecated.as_ref().and_then(|it| it.removal.clone());
        if is.deprecated.is_some()
            && (was.deprecated.is_none() || (removal(is).is_some() && removal(was) != removal(is)))
        {
            let text = match is.deprecated.as_ref().filter(|it| it.partly) {
                Some(it) => {
                    let date = it.removal.as_ref().map_or(String::new(), |it| format!(", with effect in {it}"));
                    format!("`{name}` is deprecated in part{date}")
                }
                None => format!("`{name}` is deprecated{}", until(removal(is).as_deref())),
            };
            self.push(module, name, ChangeKind::Deprecated, text, &is.provenance);
            if let Some(last) = self.changes.last_mut() {
                last.removal = removal(is);
            }
        }
    }

    /// A name that is gone from one module and new in another, or both in one module, is the same one.
    fn moves(&mut self) {
        let mut added: BTreeMap<(String, Option<String>), Vec<usize>> = BTreeMap::new();
        for (at, it) in self
            .changes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.kind == ChangeKind::Added && !it.name.contains('.') && !it.name.is_empty())
        {
            let kind = self
                .new
                .modules
                .get(&it.module)
                .and_then(|module| module.names.get(&it.name))
                .map(|it| it.kind.word().to_owned());
            added.entry((it.name.clone(), kind)).or_default().push(at);
        }
        let mut gone = BTreeSet::new();
        let mut texts = Vec::new();
        for (at, it) in
            self.changes.iter().enumerate().filter(|(_, it)| it.kind == ChangeKind::Removed && !it.name.contains('.'))
        {
            let kind = self
                .old
                .modules
                .get(&it.module)
                .and_then(|module| module.names.get(&it.name))
                .map(|it| it.kind.word().to_owned());
            if let Some([one]) = added.get(&(it.name.clone(), kind)).map(Vec::as_slice) {
                texts.push((at, self.changes[*one].module.clone()));
                gone.insert(*one);
            }
        }
        for (at, target) in texts {
            let it = &mut self.changes[at];
            it.kind = ChangeKind::Moved;
            it.text = format!("`{}` is `{target}.{}` now", it.name, it.name);
        }
        let mut at = 0;
        self.changes.retain(|_| {
            at += 1;
            !gone.contains(&(at - 1))
        });
    }

    /// Where the changes of each name stand.
    fn places(&self) -> HashMap<(String, String, ChangeKind), Vec<usize>> {
        let mut res: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, it) in self.changes.iter().enumerate() {
            res.entry((it.module.clone(), it.name.clone(), it.kind)).or_default().push(at);
        }
        res
    }

    /// What the new documentation dates behind the old release.
    fn notes(&mut self) {
        let (Some(old), Some(new)) = (self.old.release, self.new.release) else { return };
        let mut known = self.places();
        let mut provenance: HashMap<usize, HashSet<String>> = HashMap::new();
        let is_new = |it: &&Note| is_between(it, old, new);
        for note in self.new.notes.iter().filter(is_new) {
            let kind = match note.kind {
                NoteKind::Changed => ChangeKind::Behaviour,
                NoteKind::Deprecated => ChangeKind::Deprecated,
                NoteKind::Removed => ChangeKind::Removed,
                NoteKind::Added => ChangeKind::Added,
            };
            let key = (note.module.clone(), note.name.clone(), kind);
            let place = format!("D {}", note.place);
            // what is dated twice is told once
            if let Some(places) = known.get(&key).filter(|_| kind != ChangeKind::Behaviour) {
                let words = if note.text.is_empty() { None } else { Some(format!(": {}", note.text)) };
                for at in places {
                    let it = &mut self.changes[*at];
                    let words = words.as_deref().unwrap_or_default();
                    it.text.push_str(if it.text.ends_with(words) { "" } else { words });
                    it.removal = it.removal.take().or_else(|| note.removal.clone());
                    let own = provenance.entry(*at).or_insert_with(|| it.provenance.iter().cloned().collect());
                    if own.insert(place.clone()) {
                        it.provenance.push(place.clone());
                    }
                }
                continue;
            }
            let was_there = self
                .old
                .modules
                .get(&note.module)
                .is_some_and(|it| it.names.contains_key(&note.name) || it.private.contains(&note.name));
            let is_there = self.new.modules.get(&note.module).is_some_and(|it| it.names.contains_key(&note.name));
            match kind {
                ChangeKind::Removed if is_there => continue,
                // it would say nothing
                _ if note.name.is_empty() && note.text.is_empty() => continue,
                _ => {}
            }
            // what is new in something that was there is new behaviour
            let is_more = kind == ChangeKind::Added && (was_there || note.name.is_empty());
            let kind = if is_more { ChangeKind::Behaviour } else { kind };
            let subject = if note.name.is_empty() { String::new() } else { format!("`{}`", note.name) };
            let text = match (kind, note.text.is_empty()) {
                (ChangeKind::Deprecated, true) => format!("{subject} is deprecated{}", until(note.removal.as_deref())),
                (ChangeKind::Added, true) => format!("new in the documentation: {subject}"),
                (ChangeKind::Removed, true) => format!("{subject} is gone"),
                (_, true) if is_more => {
                    format!(
                        "{subject} was there before, and the documentation dates it, or a part of it, {}",
                        note.version
                    )
                }
                (_, true) => format!("{subject} changed in {}", note.version),
                _ if subject.is_empty() => note.text.clone(),
                _ => format!("{subject}: {}", note.text),
            };
            if !note.name.is_empty() {
                known.entry((note.module.clone(), note.name.clone(), kind)).or_default().push(self.changes.len());
            }
            self.push(&note.module, &note.name, kind, text, &[place]);
            if let Some(last) = self.changes.last_mut() {
                last.removal.clone_from(&note.removal);
            }
        }
    }

    /// What the new release announces to be removed and the old one did not.
    fn announcements(&mut self) {
        let mut known = self.places();
        for (module, name, it) in announced(self.old, self.new) {
            let place = format!("W {}", it.place);
            let own = known.entry((module.clone(), name.clone(), ChangeKind::Deprecated)).or_default();
            let is_same =
                |at: &&usize| self.changes[**at].removal.as_ref().is_none_or(|removal| *removal == it.version);
            if let Some(at) = own.iter().find(is_same).filter(|_| !name.is_empty()) {
                let other = &mut self.changes[*at];
                if other.removal.is_none() {
                    other.text.push_str(&format!("; announced for {}: {}", it.version, it.text));
                }
                other.removal = Some(it.version.clone());
                other.provenance.push(place);
                continue;
            }
            own.push(self.changes.len());
            let text = format!("announced for {}: {}", it.version, it.text);
            self.push(&module, &name, ChangeKind::Deprecated, text, &[place]);
            if let Some(last) = self.changes.last_mut() {
                last.removal = Some(it.version.clone());
            }
        }
    }
}

fn is_native(it: &Name) -> bool {
    it.provenance.first().is_some_and(|it| it.starts_with("C "))
}

fn condition_of(it: &Name) -> String {
    it.condition.as_ref().map_or(String::new(), |it| format!(", {it}"))
}

fn until(removal: Option<&str>) -> String {
    removal.map_or(String::new(), |it| format!(", to be removed in {it}"))
}
