//! The program on a workspace in a temporary folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::program;
use molt_sync::stdlib::{Baseline, Union, UnionFile, bundled_series};

/// Every file below a folder with its bytes and whether it is writable; folders end in a slash.
pub type Snapshot = BTreeMap<String, Vec<u8>>;

/// A temporary folder with a workspace `ws` and a cache of its own.
pub struct Sandbox {
    dir: tempfile::TempDir,
}

/// How a run ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A workspace from `init` for these series, such as `3.13` or `3.12,3.13`, with a small library.
    pub fn with_series(series: &str) -> Self {
        let res = Self::empty();
        copy(&made(series, true), &res.ws(""));
        res
    }

    /// A workspace from `init` for these series, as it is made.
    pub fn with_whole_series(series: &str) -> Self {
        let res = Self::empty();
        copy(&made(series, false), &res.ws(""));
        res
    }

    /// A workspace of these files.
    pub fn of(files: &molt_sync::base::Memory) -> Self {
        let res = Self::empty();
        files.0.iter().for_each(|(path, bytes)| res.write(path.as_str(), bytes));
        res
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// A path in the workspace.
    pub fn ws(&self, path: &str) -> PathBuf {
        self.dir.path().join("ws").join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.ws(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.ws(path).parent().unwrap()).unwrap();
        fs::write(self.ws(path), text).unwrap();
    }

    /// Deletes a file or a folder of the workspace.
    pub fn remove(&self, path: &str) {
        let path = self.ws(path);
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
    }

    /// A file outside of the workspace.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program, in the folder above the workspace.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.run_in(self.dir.path(), args)
    }

    /// The program, in the workspace.
    pub fn sync(&self, args: &[&str]) -> Ended {
        self.run_in(&self.ws(""), args)
    }

    /// The program, in a folder of the workspace.
    pub fn run_at(&self, dir: &str, args: &[&str]) -> Ended {
        self.run_in(&self.ws(dir), args)
    }

    /// The program in the workspace, with this in its environment.
    pub fn sync_with(&self, env: &[(&str, &Path)], args: &[&str]) -> Ended {
        Self::ended(self.command(&self.ws(""), args).envs(env.iter().copied()))
    }

    fn run_in(&self, dir: &Path, args: &[&str]) -> Ended {
        Self::ended(&mut self.command(dir, args))
    }

    fn ended(command: &mut Command) -> Ended {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        super::schema::check(command, std::str::from_utf8(&output.stdout).unwrap());
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The program in `dir`, not started yet.
    pub fn command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(args).current_dir(dir);
        command.env_remove("MOLT_SYNC_MIRROR");
        command.env("MOLT_SYNC_CACHE_DIR", self.dir.path().join("cache"));
        command.env("XDG_STATE_HOME", self.dir.path().join("state"));
        command.env("NO_PROXY", "127.0.0.1");
        command
    }

    /// Everything in the workspace.
    pub fn snapshot(&self) -> Snapshot {
        let mut res = Snapshot::new();
        walk(&self.ws(""), "", &mut res);
        res
    }

    /// Runs it and makes sure that it fails with this code, that it says these words and a hint, and that not one byte
    /// of the workspace has changed.
    pub fn refuses(&self, args: &[&str], code: i32, words: &[&str]) {
        let before = self.snapshot();
        let ended = self.sync(args);
        assert_eq!(ended.code, code, "{args:?}\n{}\n{}", ended.out, ended.err);
        assert!(ended.err.contains("error: ") && ended.err.contains("\nhint: "), "{}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        for word in words {
            assert!(ended.err.contains(word), "`{word}` is not in: {}", ended.err);
        }
        assert_eq!(ended.out, "", "a run that fails has no result");
        let after = self.snapshot();
        let changed: Vec<_> = before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).collect();
        assert!(changed.is_empty() && before.len() == after.len(), "the workspace changed: {args:?}");
    }

    /// The same for a workspace that holds what cannot be read to compare it: its folder has the same names afterwards.
    pub fn refuses_as_it_is(&self, args: &[&str], code: i32, words: &[&str]) {
        let ended = self.sync(args);
        assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{args:?}\n{}", ended.err);
        assert!(ended.err.contains("error: ") && ended.err.contains("\nhint: "), "{}", ended.err);
        for word in words {
            assert!(ended.err.contains(word), "`{word}` is not in: {}", ended.err);
        }
    }

    /// Adds a digest to the lock as a reviewer would.
    pub fn trust(&self, version: &str, artifact: &str, bytes: &[u8]) {
        let digest = molt_sync::base::Sha256::of(bytes).to_string();
        self.sync(&["trust", "add", version, "--artifact", artifact, "--sha256", &digest, "--by", "A. Tester"])
            .succeeds();
    }

    /// Puts a release into the folder mirror `mirror` and its digest into the lock.
    pub fn publish(&self, version: &str, suffix: &str, bytes: &[u8]) {
        let name = format!("Python-{version}.{suffix}");
        let base: molt_sync::base::Version = version.parse().unwrap();
        self.file(&format!("mirror/{}/{name}", base.base()), bytes);
        self.trust(version, &name, bytes);
    }
}

/// A workspace that `init` made for these series, once for each program that is tested: to make it takes seven times as long as to
/// copy it.
fn made(series: &str, small: bool) -> PathBuf {
    let program = program();
    let about = fs::metadata(&program).unwrap();
    let age = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let (folder, own) = (Path::new(env!("CARGO_TARGET_TMPDIR")), format!("workspaces-{age}-{}", about.len()));
    let place = folder.join(&own).join(if small { format!("{series}-small") } else { series.to_owned() });
    if !place.exists() {
        let old = fs::read_dir(folder).unwrap().map(Result::unwrap).map(|it| it.path());
        let is_old = |it: &PathBuf| {
            it.file_name().unwrap().to_str().is_some_and(|it| it.starts_with("workspaces-") && it != own)
        };
        old.filter(is_old).for_each(|it| drop(fs::remove_dir_all(it)));
        let sandbox = Sandbox::empty();
        sandbox.run(&["init", "ws", "--series", series]).succeeds();
        if small {
            reduce(&sandbox, series);
        }
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let beside = tempfile::tempdir_in(place.parent().unwrap()).unwrap();
        copy(&sandbox.ws(""), &beside.path().join("ws"));
        // another test may have been quicker
        drop(fs::rename(beside.path().join("ws"), &place));
    }
    place
}

/// Takes all but a small library out of what `init` made.
fn reduce(sandbox: &Sandbox, series: &str) {
    let mut recorded = Vec::new();
    for series in series.split(',') {
        let path = format!("baselines/{series}.json");
        let release = Baseline::parse(&sandbox.read(&path)).unwrap().facts.release.unwrap().to_string();
        // one before it: that one's names are known to the program
        let before = match release.rsplit_once('.').unwrap() {
            (series, "0") => format!("{series}.0rc3"),
            (series, patch) => format!("{series}.{}", patch.parse::<u16>().unwrap() - 1),
        };
        let baseline = super::release::recorded(series, &before);
        sandbox.write(&path, baseline.render());
        recorded.push(baseline);
    }
    // a name that once had a file is told from those of every series
    let whole = ["3.12", "3.13", "3.14"].map(|it| bundled_series(it.parse().unwrap()).unwrap().facts);
    let union = Union::new(&recorded, &Union::default(), &whole.iter().collect::<Vec<_>>());
    sandbox.write(super::tree::UNION, UnionFile::fresh(&union));
    let mut left = 0;
    for path in sandbox.snapshot().into_keys() {
        let Some(module) = path.strip_prefix("src/molt/stdlib/").and_then(|it| it.strip_suffix(".py")) else {
            continue;
        };
        let name = module.strip_suffix("/__init__").unwrap_or(module).replace('/', ".");
        if ["__init__", "_intrinsics"].contains(&name.as_str()) || super::release::is_kept(&name) {
            left += 1;
        } else {
            sandbox.remove(&path);
        }
    }
    // the deepest first: what still holds a file stays
    let folders = sandbox.snapshot().into_keys().filter(|it| it.ends_with('/')).rev();
    folders.for_each(|it| drop(fs::remove_dir(sandbox.ws(&it))));
    sandbox.write(super::tree::RATCHET, format!("{{\n  \"max_intrinsic_partial\": {left}\n}}\n"));
    sandbox.sync(&["docs", "sync"]).succeeds();
    sandbox.sync(&["gates"]).succeeds();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&from, &to);
        } else {
            let _ = fs::copy(&from, &to).unwrap();
        }
    }
}

fn walk(dir: &Path, prefix: &str, res: &mut Snapshot) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if [".molt-sync", ".git/molt-sync"].contains(&path.as_str()) {
            // where changesets lie while they happen
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            res.insert(format!("{path}/"), Vec::new());
            walk(&entry.path(), &format!("{path}/"), res);
        } else {
            res.insert(path, content(&entry.path()));
        }
    }
}

/// What a file holds, also behind a link; where a link leads and what is no file say what they are.
fn content(path: &Path) -> Vec<u8> {
    let link = fs::read_link(path).map(|it| it.into_os_string().into_encoded_bytes()).unwrap_or_default();
    match fs::metadata(path) {
        Ok(about) if about.is_file() => [link, fs::read(path).unwrap()].concat(),
        Ok(about) => [link, format!("{:?}", about.file_type()).into_bytes()].concat(),
        Err(_) => link,
    }
}

impl Ended {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.out.contains(words), "`{words}` is not in:\n{}\n{}", self.out, self.err);
        self
    }
}
