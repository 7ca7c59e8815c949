//! What the workspace's modules lack of the names that CPython has, by the series that require them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    public_names::PublicNames,
    shims::{ShimStanding, Shims},
};
use crate::base::Series;

/// One module.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, JsonSchema)]
pub struct SurfaceRow {
    /// Its name.
    pub module: String,
    /// How many public names it has to have.
    pub required: usize,
    /// Those that it binds.
    pub present: Vec<String>,
    /// Those that it does not.
    pub missing: Vec<String>,
    /// Those of which its syntax does not say it.
    pub unknown: Vec<String>,
    /// How many of those every usual build has: they would be missing where the module's own text showed that it does not bind them.
    pub uncounted: usize,
    /// Whether it is attested as fully covered.
    pub attested: bool,
    /// The platforms that it is limited to, as `sys.platform` spells them, where Linux is none of them: CPython has it nowhere else,
    /// and the totals leave it out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// The series that require each name that is missing, where those are not all that were looked at.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub required_by: BTreeMap<String, Vec<Series>>,
    /// What of the module in CPython was not looked at, in words: there may be more names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<String>,
    /// Why its names are not known, where no series says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_looked_at: Option<String>,
    /// The series in which it could not be looked at, whether or not another one says its names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub unread_in: Vec<Series>,
}

impl SurfaceRow {
    /// Whether only other platforms than Linux have the module.
    pub fn is_elsewhere(&self) -> bool {
        !self.platforms.is_empty()
    }

    /// Whether it may lack names that nobody could count, be it for its own text or for that of CPython.
    pub fn is_uncounted(&self) -> bool {
        self.uncounted > 0 || !self.unread_in.is_empty()
    }
}

/// Sums over modules.
#[derive(Debug, Clone, Copy, Default, Serialize, PartialEq, Eq, JsonSchema)]
pub struct SurfaceTotals {
    /// Modules whose names are known.
    pub modules: usize,
    /// Public names that they have to have.
    pub required: usize,
    /// Names that are bound.
    pub present: usize,
    /// Names that are not.
    pub missing: usize,
    /// Names of which it is not known.
    pub unknown: usize,
    /// Those of them that would be missing where the modules' own text showed that they are not bound.
    pub uncounted: usize,
    /// Modules whose names are not known.
    pub not_looked_at: usize,
    /// Modules that only other platforms than Linux have, which the numbers above leave out.
    pub other_platforms: usize,
    /// Names that those lack.
    pub missing_on_other_platforms: usize,
    /// Attested modules that lack a name.
    pub attested_with_missing: usize,
}

/// The platform whose names count, as those of modules do.
const USUAL: &str = "linux";

/// Whether a module is another one's, together with the private modules beside it and below it.
pub fn is_family(owner: &str, module: &str) -> bool {
    if owner == module {
        return true;
    }
    let private = |rest: &str| rest.split('.').any(|it| it.starts_with('_'));
    if let Some(below) = module.strip_prefix(owner).and_then(|it| it.strip_prefix('.')) {
        return private(below);
    }
    let (folder, last) = owner.rsplit_once('.').unwrap_or(("", owner));
    let (other, name) = module.rsplit_once('.').unwrap_or(("", module));
    let rest = name.strip_prefix('_').and_then(|it| it.strip_prefix(last));
    folder == other && rest.is_some_and(|it| it.is_empty() || it.starts_with('_'))
}

/// Each wanted module; all that a series has where none is named.
pub fn surface(
    releases: &BTreeMap<Series, PublicNames>,
    shims: &Shims,
    attested: &BTreeSet<String>,
    wanted: &[String],
) -> Vec<SurfaceRow> {
    let mut required: BTreeMap<&str, BTreeMap<&str, Vec<Series>>> = BTreeMap::new();
    let mut unseen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut unread: BTreeMap<&str, Vec<Series>> = BTreeMap::new();
    let mut partly: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // the platforms of what no series has on Linux
    let mut platforms: BTreeMap<&str, &[String]> = BTreeMap::new();
    let mut usual: BTreeSet<&str> = BTreeSet::new();
    // names that a usual build may or may not have
    let mut sure: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (series, release) in releases {
        for (module, it) in &release.modules {
            let names = required.entry(module).or_default();
            for (name, is_sure) in &it.names {
                names.entry(name).or_default().push(*series);
                if *is_sure {
                    sure.insert((module, name));
                }
            }
            if it.platforms.is_empty() || it.platforms.iter().any(|it| it == USUAL) {
                usual.insert(module);
            } else {
                platforms.insert(module, &it.platforms);
            }
            partly.entry(module).or_default().extend(it.not_looked_at.iter().map(String::as_str));
        }
        for (module, why) in &release.not_looked_at {
            unseen.insert(module, why);
            unread.entry(module).or_default().push(*series);
        }
    }
    platforms.retain(|module, _| !usual.contains(module));
    let is_wanted = |module: &str| wanted.is_empty() || wanted.iter().any(|it| is_family(it, module));
    required.retain(|module, _| is_wanted(module));
    let asked: Vec<(&str, Vec<&str>)> =
        required.iter().map(|(module, names)| (*module, names.keys().copied().collect())).collect();
    let standings = shims.all(&asked);
    let mut res: Vec<SurfaceRow> = Vec::new();
    for ((module, names), standings) in required.iter().zip(standings) {
        let judged = |(name, it): &(&str, ShimStanding)| match it {
            ShimStanding::Missing if !sure.contains(&(*module, *name)) => ShimStanding::Unknown,
            other => *other,
        };
        let is_uncounted = |name: &str, it| it == ShimStanding::Unknown && sure.contains(&(*module, name));
        let of = |wanted: ShimStanding| -> Vec<String> {
            standings.iter().filter(|it| judged(it) == wanted).map(|(name, _)| (*name).to_owned()).collect()
        };
        let missing = of(ShimStanding::Missing);
        let by = missing.iter().filter_map(|name| {
            let series = names.get(name.as_str()).filter(|it| it.len() < releases.len())?;
            Some((name.clone(), series.clone()))
        });
        res.push(SurfaceRow {
            module: (*module).to_owned(),
            required: names.len(),
            present: of(ShimStanding::Present),
            required_by: by.collect(),
            missing,
            unknown: of(ShimStanding::Unknown),
            uncounted: standings.iter().filter(|(name, it)| is_uncounted(name, *it)).count(),
            attested: attested.contains(*module),
            platforms: platforms.get(module).map_or_else(Vec::new, |it| it.to_vec()),
            partly: partly.get(module).into_iter().flatten().map(|it| (*it).to_owned()).collect(),
            not_looked_at: None,
            unread_in: unread.get(*module).cloned().unwrap_or_default(),
        });
    }
    for (module, why) in unseen.into_iter().filter(|(it, _)| is_wanted(it) && !required.contains_key(*it)) {
        res.push(SurfaceRow {
            module: module.to_owned(),
            required: 0,
            present: Vec::new(),
            missing: Vec::new(),
            unknown: Vec::new(),
            uncounted: 0,
            attested: attested.contains(module),
            platforms: Vec::new(),
            required_by: BTreeMap::new(),
            partly: Vec::new(),
            not_looked_at: Some(why.to_owned()),
            unread_in: unread.get(module).cloned().unwrap_or_default(),
        });
    }
    res.sort_by(|a, b| a.module.cmp(&b.module));
    res
}

impl SurfaceTotals {
    /// The sums.
    pub fn of(rows: &[SurfaceRow]) -> Self {
        let mut res = Self::default();
        for it in rows {
            if it.not_looked_at.is_some() {
                res.not_looked_at += 1;
                continue;
            }
            res.attested_with_missing += usize::from(it.attested && !it.missing.is_empty());
            if it.is_elsewhere() {
                res.other_platforms += 1;
                res.missing_on_other_platforms += it.missing.len();
                continue;
            }
            res.modules += 1;
            res.required += it.required;
            res.present += it.present.len();
            res.missing += it.missing.len();
            res.unknown += it.unknown.len();
            res.uncounted += it.uncounted;
        }
        res
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Memory, RelPath},
        impact::api::{Api, tests::api_of},
    };

    fn rows(lib: &[(&str, &str)], tree: &[(&str, &str)], attested: &[&str], wanted: &[&str]) -> Vec<SurfaceRow> {
        let api = api_of(lib);
        let root = RelPath::new("s").unwrap();
        let files = Memory(tree.iter().map(|(path, text)| (root.join(path), text.as_bytes().to_vec())).collect());
        let shims = Shims::read(&files, &root).unwrap();
        let wanted: Vec<String> = wanted.iter().map(|it| (*it).to_owned()).collect();
        let attested = attested.iter().map(|it| (*it).to_owned()).collect();
        surface(&[("3.13".parse().unwrap(), PublicNames::of(&api))].into(), &shims, &attested, &wanted)
    }

    #[test]
    fn names_are_present_missing_or_unknown() {
        let lib = [("Lib/m.py", "def a(): pass\ndef b(): pass\nc = 1\n")];
        for (shim, present, missing, unknown) in [
            ("def a(): pass\nb = require_intrinsic('molt_b')\n", "a b", "c", ""),
            ("from _m import a\nfrom _m import x as b, c\n", "a b c", "", ""),
            ("def a(): pass\nglobals().update(f())\n", "a", "", "b c"),
            ("def __getattr__(name):\n    raise RuntimeError(name)\n", "", "a b c", ""),
            ("def __getattr__(name):\n    return f(name)\n", "", "", "a b c"),
            ("from _m import *\n", "a b", "c", ""),
            ("from _elsewhere import *\n", "", "", "a b c"),
            ("import a, b\nif x:\n    c = 1\n", "a b c", "", ""),
            ("x = (\n", "", "", "a b c"),
        ] {
            let tree = [("m.py", shim), ("_m.py", "a = b = 1\n_c = 2\n")];
            let row = rows(&lib, &tree, &[], &[]).into_iter().find(|it| it.module == "m").unwrap();
            let shown = [row.present, row.missing, row.unknown].map(|it| it.join(" "));
            assert_eq!(shown, [present, missing, unknown], "{shim}");
        }
    }

    #[test]
    fn modules_of_other_platforms_are_told_apart() {
        let mut api = api_of(&[("Lib/m.py", "a = 1\n"), ("Lib/w.py", "b = 1\nc = 1\n"), ("Lib/p.py", "d = 1\n")]);
        let limit = |api: &mut Api, module: &str, all: &[&str]| {
            api.modules.get_mut(module).unwrap().platforms = all.iter().map(|it| (*it).to_owned()).collect();
        };
        limit(&mut api, "w", &["win32"]);
        limit(&mut api, "p", &["darwin", "linux"]);
        let root = RelPath::new("s").unwrap();
        let files = Memory([(root.join("w.py"), b"b = 1\n".to_vec())].into());
        let shims = Shims::read(&files, &root).unwrap();
        let mut releases: BTreeMap<Series, PublicNames> = [("3.13".parse().unwrap(), PublicNames::of(&api))].into();
        let all = surface(&releases, &shims, &["w".to_owned()].into(), &[]);
        let row = all.iter().find(|it| it.module == "w").unwrap();
        assert_eq!((&row.platforms, &row.missing), (&vec!["win32".to_owned()], &vec!["c".to_owned()]));
        assert!(all.iter().all(|it| it.module == "w" || !it.is_elsewhere()));
        let totals = SurfaceTotals::of(&all);
        assert_eq!((totals.modules, totals.required, totals.missing), (2, 2, 2));
        assert_eq!((totals.other_platforms, totals.missing_on_other_platforms), (1, 1));
        assert_eq!(totals.attested_with_missing, 1, "an attested module has to have its names wherever it is");
        // another series has it everywhere
        limit(&mut api, "w", &[]);
        releases.insert("3.14".parse().unwrap(), PublicNames::of(&api));
        assert!(surface(&releases, &shims, &BTreeSet::new(), &[]).iter().all(|it| !it.is_elsewhere()));
    }

    #[test]
    fn a_module_is_shown_with_its_family() {
        let lib = [("Lib/m.py", "a = 1\n"), ("Lib/_m.py", "b = 1\n"), ("Lib/n.py", "c = 1\n")];
        let all = rows(&lib, &[("m.py", "a = 1\n")], &["m"], &["m"]);
        let names: Vec<&str> = all.iter().map(|it| it.module.as_str()).collect();
        assert_eq!(names, ["_m", "m"]);
        assert!(all[1].attested && all[1].missing.is_empty());
        let totals = SurfaceTotals::of(&all);
        assert_eq!((totals.required, totals.present, totals.missing, totals.attested_with_missing), (2, 1, 1, 0));
        for (owner, module, expected) in [
            ("json", "json._x", true),
            ("json", "json.decoder", false),
            ("operator", "_operator", true),
            ("a.b", "a._b", true),
            ("a.b", "a._b_c", true),
            ("a.b", "a._c", false),
            ("io", "_ios", false),
        ] {
            assert_eq!(is_family(owner, module), expected, "{owner} {module}");
        }
    }
}
