//! What a release announces to be removed and an older one did not, with the objects that each announcement is about.

use std::collections::BTreeSet;

use super::{
    api::{Api, Removal},
    own::is_public,
};

/// Each new announcement by module and name, which is empty where it is about something that is no object of its own.
pub(super) fn announced<'a>(old: &Api, new: &'a Api) -> Vec<(String, String, &'a Removal)> {
    let known: BTreeSet<(&str, &[String])> =
        old.removals.iter().map(|it| (it.version.as_str(), it.targets.as_slice())).collect();
    let mut res = Vec::new();
    for it in new.removals.iter().filter(|it| !known.contains(&(it.version.as_str(), it.targets.as_slice()))) {
        let mut places = subjects(it, old, new);
        if places.is_empty() {
            let listed = it.module.clone().filter(|it| new.modules.contains_key(it));
            let linked = || Some(module_of(new, it.targets.first()?, None)?.0);
            places.extend(listed.or_else(linked).map(|module| (module, String::new())));
        }
        res.extend(places.into_iter().filter(|(module, _)| is_public(module)).map(|(module, name)| (module, name, it)));
    }
    res
}

/// The objects that an announcement is about, as far as they are known.
fn subjects(it: &Removal, old: &Api, new: &Api) -> Vec<(String, String)> {
    let known = |target: &&str| {
        let (module, name) = module_of(new, target, it.module.as_deref())?;
        let has = |side: &Api| {
            let module = side.modules.get(&module);
            module.is_some_and(|it| name.is_empty() || it.names.contains_key(&name) || it.private.contains(&name))
        };
        (has(new) || has(old)).then_some((module, name))
    };
    it.subjects().iter().filter_map(known).collect()
}

/// The module and the name that a dotted target means.
fn module_of(api: &Api, target: &str, around: Option<&str>) -> Option<(String, String)> {
    let mut end = target.len();
    loop {
        let module = &target[..end];
        if api.modules.contains_key(module) {
            return Some((module.to_owned(), target[end..].trim_start_matches('.').to_owned()));
        }
        match module.rfind('.') {
            Some(at) => end = at,
            None => break,
        }
    }
    let around = around.filter(|it| api.modules.contains_key(*it))?;
    Some((around.to_owned(), target.to_owned()))
}
