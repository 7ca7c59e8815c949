//! A copy of the checkout whose code has the drawn changes in it, each behind a switch.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use syn::Item;

use crate::places::{Edit, NUMBER, Place, places};

/// A variable with the number of the change that is on, and one with the file that gets the numbers of those that were come by.
pub const ON: &str = "MOLT_SYNC_MUTANT";
pub const SEEN: &str = "MOLT_SYNC_MUTANTS_SEEN";

const SWITCH: &str = r#"

/// Whether a change is on.
#[doc(hidden)]
#[allow(missing_docs, clippy::all, clippy::pedantic, clippy::disallowed_methods)]
pub fn mutant(number: usize) -> bool {
    use std::{
        io::Write as _,
        sync::{
            OnceLock,
            atomic::{AtomicBool, Ordering},
        },
    };
    static ON: OnceLock<(usize, Option<std::ffi::OsString>)> = OnceLock::new();
    static SEEN: [AtomicBool; 16384] = [const { AtomicBool::new(false) }; 16384];
    let (on, seen) = ON.get_or_init(|| {
        let on = std::env::var("MOLT_SYNC_MUTANT").ok().and_then(|it| it.parse().ok()).unwrap_or(0);
        (on, std::env::var_os("MOLT_SYNC_MUTANTS_SEEN"))
    });
    if let Some(path) = seen
        && !SEEN[number].swap(true, Ordering::Relaxed)
    {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        file.write_all(format!("{number}\n").as_bytes()).unwrap();
    }
    *on == number
}
"#;

/// A change that was drawn.
pub struct Mutant {
    pub number: usize,
    pub folder: &'static str,
    pub path: String,
    pub place: Place,
}

/// The files of the checkout that git knows.
pub fn copy(root: &Path, tree: &Path) {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output().expect("git runs");
    for path in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|it| !it.is_empty()) {
        let target = tree.join(path);
        fs::create_dir_all(target.parent().expect("a file is in a folder")).expect("a folder is made");
        if root.join(path).is_file() {
            fs::copy(root.join(path), target).expect("a file is copied");
        }
    }
}

/// Every change of the code in a folder of `src`, in the order of files and lines.
pub fn all(tree: &Path, folder: &'static str, defaults: &BTreeSet<String>) -> Vec<Mutant> {
    let mut res = Vec::new();
    for path in sources(&tree.join("src").join(folder)) {
        let source = fs::read_to_string(&path).expect("a file is read");
        let file = syn::parse_file(&source).expect("a file is Rust");
        let name = path.strip_prefix(tree).expect("it is in the tree").display().to_string();
        let found = places(&source, &file, &|it| defaults.contains(it));
        res.extend(found.into_iter().map(|place| Mutant { number: 0, folder, path: name.clone(), place }));
    }
    res
}

/// The types that have an empty value.
pub fn defaults(tree: &Path) -> BTreeSet<String> {
    let mut res = BTreeSet::new();
    for path in sources(&tree.join("src")) {
        let file = syn::parse_file(&fs::read_to_string(path).expect("a file is read")).expect("a file is Rust");
        for item in file.items {
            if let Item::Struct(it) = item {
                let derives = it.attrs.iter().any(|it| quote::quote!(#it).to_string().contains("Default"));
                res.extend(derives.then(|| it.ident.to_string()));
            }
        }
    }
    res
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).expect("a folder is read").flatten().map(|it| it.path()).collect();
    entries.sort();
    let each = entries.into_iter().filter(|it| !it.ends_with("tests") && !it.ends_with("tests.rs"));
    each.flat_map(|it| {
        if it.is_dir() {
            sources(&it)
        } else if it.extension().is_some_and(|it| it == "rs") {
            vec![it]
        } else {
            Vec::new()
        }
    })
    .collect()
}

/// Writes the changes into the files of the tree, and the switch.
pub fn write(root: &Path, tree: &Path, mutants: &[Mutant]) {
    copy(root, tree);
    let mut files: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for it in mutants {
        let number = |edit: &Edit| Edit { text: edit.text.replace(NUMBER, &it.number.to_string()), ..edit.clone() };
        files.entry(&it.path).or_default().extend(it.place.edits.iter().map(number));
    }
    for (path, mut edits) in files {
        edits.sort_by_key(|it| (it.from, it.order));
        let source = fs::read_to_string(tree.join(path)).expect("a file is read");
        let (mut text, mut at) = (String::new(), 0);
        for it in edits {
            text += &source[at..it.from.max(at)];
            text += &it.text;
            at = it.to.max(at);
        }
        text += &source[at..];
        fs::write(tree.join(path), text).expect("a file is written");
    }
    let top = tree.join("src/lib.rs");
    let text = fs::read_to_string(&top).expect("a file is read") + SWITCH;
    fs::write(top, text).expect("a file is written");
}
