//! What one side cannot show: a name that it lacks may be there all the same.

use super::api::{Api, ModuleApi, Name};

/// Why a name is not known to be gone, or new, where the module of the other side, `other` of `side`, does not show it. What goes is
/// often given by a function for some releases more.
pub(super) fn of_side(
    name: &str,
    it: &Name,
    (side, other, is_newer): (&Api, &ModuleApi, bool),
) -> Option<&'static str> {
    let file = |it: &String| it.split_once(' ').map(|(_, place)| place.split(':').next().unwrap_or(place).to_owned());
    if it.provenance.iter().filter_map(file).any(|it| side.unread.contains_key(&it)) {
        return Some("a file that gives it names was not read on one side");
    }
    let is_asked = |it: &String| it.contains("__getattr__");
    if is_newer && !name.contains('.') && other.not_looked_at.iter().any(is_asked) {
        return Some("names that a __getattr__ of the module may give on one side");
    }
    None
}

/// Whether a file is about a module, by what it is called.
pub(crate) fn is_about(path: &str, module: &str) -> bool {
    let last = module.rsplit('.').next().unwrap_or(module);
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    name == format!("{module}.rst") || stem == last || stem == format!("{last}module")
}

impl Api {
    /// The module that a file is about: the one whose file it is, or that it is called after.
    pub(super) fn module_of_file(&self, path: &str) -> Option<&str> {
        let of_python = path.strip_prefix("Lib/").and_then(|it| it.strip_suffix(".py"));
        let dotted = of_python.map(|it| it.trim_end_matches("/__init__").replace('/', "."));
        let page = path.strip_prefix("Doc/library/").and_then(|it| it.strip_suffix(".rst"));
        let known = |module: &str| {
            let found = self.modules.get_key_value(module).map(|(it, _)| it);
            found.or_else(|| self.not_looked_at.get_key_value(module).map(|(it, _)| it)).map(String::as_str)
        };
        if let Some(exact) = dotted.as_deref().or(page).and_then(known) {
            return Some(exact);
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name);
        let mut called = [stem.strip_suffix("module"), Some(stem)].into_iter().flatten();
        if of_python.is_none() { called.find_map(known) } else { None }
    }
}
