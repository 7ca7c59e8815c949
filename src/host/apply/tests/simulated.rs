//! A file system that loses what was not made durable: bytes of files that were not synced, and any of the names that
//! were made, moved or removed in a folder that was not. It can stop at any step, and it can say no at any step.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    io,
    sync::Arc,
};

use super::super::fs::{At, Fs, NodeKind};

/// Shared, because a thousand crashes have the same files.
type Bytes = Arc<[u8]>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Folder,
    File { bytes: Bytes, durable: Option<Bytes>, mode: u32 },
}

/// Names to numbers of nodes.
type Names = BTreeMap<String, usize>;

/// A change to names, in the folders that it touches.
#[derive(Debug, Clone)]
enum Change {
    Link(String, usize),
    Unlink(String),
    Rename(String, String, usize),
    Exchange(String, String, usize, usize),
}

/// What becomes of bytes that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    Kept,
    Empty,
    Half,
    Zeros,
}

pub(super) const LOSSES: [Loss; 4] = [Loss::Kept, Loss::Empty, Loss::Half, Loss::Zeros];

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    nodes: Vec<Node>,
    names: Names,
    /// As they are on the disk.
    durable: Names,
    pending: Vec<Change>,
    steps: u64,
    ops: Vec<&'static str>,
    was_saved: bool,
    /// The names at the start.
    first: Names,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Simulated {
    pub(super) state: RefCell<State>,
    /// Nothing happens behind this step.
    pub(super) stops_at: Option<u64>,
    /// At this step the answer is no, for this reason; and at all later steps of the same kind, where it lasts.
    pub(super) fault: Option<(u64, io::ErrorKind, bool)>,
    pub(super) has_no_exchange: bool,
    pub(super) is_case_blind: bool,
    /// Runs right before a change, with its number: somebody else's hand.
    pub(super) meanwhile: Option<(u64, &'static str, Vec<u8>)>,
    /// That hand has had the file open since before the run.
    pub(super) has_it_open: bool,
}

fn name(at: At<'_>) -> String {
    match at {
        At::Tree("") => "tree".into(),
        At::Store("") => "store".into(),
        At::Tree(path) => format!("tree/{path}"),
        At::Store(path) => format!("store/{path}"),
    }
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file whose bytes are on the disk.
fn saved(bytes: &[u8]) -> Node {
    Node::File { bytes: bytes.into(), durable: Some(bytes.into()), mode: 0o644 }
}

fn there_is_none(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, name.to_owned())
}

impl Change {
    fn make(&self, names: &mut Names) {
        match self {
            Self::Link(name, node) => _ = names.insert(name.clone(), *node),
            Self::Unlink(name) => _ = names.remove(name),
            Self::Rename(from, to, node) => {
                let below: Vec<(String, usize)> =
                    names.range(format!("{from}/")..format!("{from}0")).map(|(a, b)| (a.clone(), *b)).collect();
                for (name, node) in below {
                    names.remove(&name);
                    names.insert(format!("{to}{}", &name[from.len()..]), node);
                }
                names.remove(from);
                names.insert(to.clone(), *node);
            }
            Self::Exchange(a, b, node_a, node_b) => {
                names.insert(a.clone(), *node_b);
                names.insert(b.clone(), *node_a);
            }
        }
    }

    fn is_in(&self, place: &str) -> bool {
        match self {
            Self::Link(name, _) | Self::Unlink(name) => folder(name) == place,
            Self::Rename(a, b, _) | Self::Exchange(a, b, ..) => folder(a) == place || folder(b) == place,
        }
    }
}

impl Simulated {
    /// With these files of the tree, all of them durable.
    pub(super) fn with(files: &[(&str, &[u8])]) -> Self {
        let mut state = State::default();
        let mut folders: BTreeSet<String> = ["tree".to_owned(), "store".to_owned()].into();
        for (path, _) in files {
            let path = format!("tree/{path}");
            folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        }
        for folder in folders {
            state.nodes.push(Node::Folder);
            state.names.insert(folder, state.nodes.len() - 1);
        }
        for (path, bytes) in files {
            state.nodes.push(saved(bytes));
            state.names.insert(format!("tree/{path}"), state.nodes.len() - 1);
        }
        state.durable = state.names.clone();
        state.first = state.names.clone();
        Self { state: RefCell::new(state), ..Self::default() }
    }

    /// The steps so far, by name.
    pub(super) fn ops(&self) -> Vec<&'static str> {
        self.state.borrow().ops.clone()
    }

    pub(super) fn pending(&self) -> usize {
        self.state.borrow().pending.len()
    }

    /// What is there after a crash that keeps only some of the pending changes.
    pub(super) fn crash(&self, keeps: impl Fn(usize) -> bool, loss: Loss) -> Self {
        let state = self.state.borrow();
        let mut names = state.durable.clone();
        for (_, change) in state.pending.iter().enumerate().filter(|(number, _)| keeps(*number)) {
            change.make(&mut names);
        }
        // what lies in a folder that is gone is gone
        let whole = |name: &str| {
            let mut at = folder(name);
            while !at.is_empty() && names.contains_key(at) {
                at = folder(at);
            }
            at.is_empty()
        };
        let kept: Names = names.iter().filter(|(name, _)| whole(name)).map(|(a, b)| (a.clone(), *b)).collect();
        let survive = |node: &Node| match node {
            Node::Folder => Node::Folder,
            Node::File { bytes, durable, mode } => {
                let bytes = match (durable, loss) {
                    (Some(durable), _) => durable.clone(),
                    (None, Loss::Kept) => bytes.clone(),
                    (None, Loss::Empty) => Bytes::from([]),
                    (None, Loss::Half) => bytes[..bytes.len() / 2].into(),
                    (None, Loss::Zeros) => vec![0; bytes.len()].into(),
                };
                Node::File { durable: Some(bytes.clone()), bytes, mode: *mode }
            }
        };
        // nodes are numbered anew, so that equal images are equal
        let mut nodes = Vec::new();
        let mut numbers = BTreeMap::new();
        let names: Names = kept
            .into_iter()
            .map(|(name, old)| {
                let number = *numbers.entry(old).or_insert_with(|| {
                    nodes.push(survive(&state.nodes[old]));
                    nodes.len() - 1
                });
                (name, number)
            })
            .collect();
        let state = State { nodes, durable: names.clone(), names, ..State::default() };
        Self { state: RefCell::new(state), has_no_exchange: self.has_no_exchange, ..Self::default() }
    }

    /// Whether there are bytes that a crash could lose.
    pub(super) fn may_lose_bytes(&self) -> bool {
        let state = self.state.borrow();
        state.nodes.iter().any(|it| matches!(it, Node::File { durable: None, .. }))
    }

    /// Equal for equal images, after a crash.
    pub(super) fn fingerprint(&self) -> u64 {
        let state = self.state.borrow();
        let mut hasher = DefaultHasher::new();
        (&state.names, &state.nodes).hash(&mut hasher);
        hasher.finish()
    }

    /// All that is there: files with their bytes, folders with none.
    pub(super) fn image(&self) -> BTreeMap<String, Option<Bytes>> {
        let state = self.state.borrow();
        let bytes = |node: usize| match &state.nodes[node] {
            Node::Folder => None,
            Node::File { bytes, .. } => Some(bytes.clone()),
        };
        state.names.iter().map(|(name, node)| (name.clone(), bytes(*node))).collect()
    }

    /// Somebody saves a file in place, where there is one.
    pub(super) fn save(&self, path: &str, bytes: &[u8]) {
        let mut state = self.state.borrow_mut();
        let names = if self.has_it_open { &state.first } else { &state.names };
        if let Some(node) = names.get(&format!("tree/{path}")).copied() {
            state.nodes[node] = saved(bytes);
            state.was_saved = true;
        }
    }

    /// Whether somebody has saved something.
    pub(super) fn was_saved(&self) -> bool {
        self.state.borrow().was_saved
    }

    /// A file of the store goes bad.
    pub(super) fn damage(&self, path: &str) {
        let mut state = self.state.borrow_mut();
        let node = state.names[&format!("store/{path}")];
        state.nodes[node] = saved(b"?");
    }

    fn step(&self, op: &'static str) -> io::Result<()> {
        let number = {
            let mut state = self.state.borrow_mut();
            state.steps += 1;
            state.ops.push(op);
            state.steps
        };
        if let Some((at, path, bytes)) = &self.meanwhile
            && *at == number
        {
            self.save(path, bytes);
        }
        if self.stops_at.is_some_and(|at| number > at) {
            return Err(io::Error::other("the power is gone"));
        }
        match self.fault {
            Some((at, kind, lasts)) if number == at || (lasts && number > at && op == self.op(at)) => Err(kind.into()),
            _ => Ok(()),
        }
    }

    fn op(&self, number: u64) -> &'static str {
        usize::try_from(number - 1).ok().and_then(|at| self.state.borrow().ops.get(at).copied()).unwrap_or("")
    }

    fn node(&self, name: &str) -> io::Result<usize> {
        self.state.borrow().names.get(&self.folded(name)).copied().ok_or_else(|| there_is_none(name))
    }

    /// The name under which a file is known.
    fn folded(&self, name: &str) -> String {
        if !self.is_case_blind {
            return name.to_owned();
        }
        let state = self.state.borrow();
        state.names.keys().find(|it| it.eq_ignore_ascii_case(name)).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn change(&self, change: Change) {
        let mut state = self.state.borrow_mut();
        change.make(&mut state.names);
        state.pending.push(change);
    }

    fn new_node(&self, node: Node) -> usize {
        let mut state = self.state.borrow_mut();
        state.nodes.push(node);
        state.nodes.len() - 1
    }

    fn must_be_free(&self, name: &str) -> io::Result<()> {
        match (self.node(name), self.node(folder(name))) {
            (Ok(_), _) => Err(io::ErrorKind::AlreadyExists.into()),
            (_, Err(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

impl Fs for Simulated {
    fn kind(&self, at: At<'_>) -> io::Result<NodeKind> {
        let Ok(node) = self.node(&name(at)) else { return Ok(NodeKind::Missing) };
        Ok(match &self.state.borrow().nodes[node] {
            Node::Folder => NodeKind::Folder,
            Node::File { mode, .. } => NodeKind::File(*mode),
        })
    }

    fn read(&self, at: At<'_>) -> io::Result<Option<Vec<u8>>> {
        let Ok(node) = self.node(&name(at)) else { return Ok(None) };
        match &self.state.borrow().nodes[node] {
            Node::Folder => Err(io::ErrorKind::IsADirectory.into()),
            Node::File { bytes, .. } => Ok(Some(bytes.to_vec())),
        }
    }

    fn read_own(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        self.read(At::Store(name))
    }

    fn list(&self, at: At<'_>) -> io::Result<Vec<String>> {
        let start = format!("{}/", name(at));
        let state = self.state.borrow();
        let below = state.names.keys().filter_map(|it| it.strip_prefix(&start));
        Ok(below.filter(|it| !it.contains('/')).map(str::to_owned).collect())
    }

    fn create(&self, at: At<'_>, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        self.step("create")?;
        let name = name(at);
        self.must_be_free(&name)?;
        let half = bytes[..bytes.len() / 2].into();
        let node = self.new_node(Node::File { bytes: half, durable: None, mode: mode.unwrap_or(0o644) });
        self.change(Change::Link(name, node));
        self.step("write")?;
        let mut state = self.state.borrow_mut();
        state.nodes[node] = Node::File { bytes: bytes.into(), durable: None, mode: mode.unwrap_or(0o644) };
        Ok(())
    }

    fn sync(&self, at: At<'_>) -> io::Result<()> {
        self.step("sync")?;
        let node = self.node(&name(at))?;
        if let Node::File { bytes, durable, .. } = &mut self.state.borrow_mut().nodes[node] {
            *durable = Some(bytes.clone());
        }
        Ok(())
    }

    fn sync_folder(&self, at: At<'_>) -> io::Result<()> {
        self.step("sync folder")?;
        let place = name(at);
        self.node(&place)?;
        let mut state = self.state.borrow_mut();
        let (synced, left): (Vec<Change>, Vec<Change>) = state.pending.drain(..).partition(|it| it.is_in(&place));
        for change in &synced {
            change.make(&mut state.durable);
        }
        state.pending = left;
        Ok(())
    }

    fn rename(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        self.step("rename")?;
        let (from, to) = (name(from), name(to));
        let node = self.node(&from)?;
        self.node(folder(&to))?;
        self.change(Change::Rename(from, to, node));
        Ok(())
    }

    fn rename_new(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        if self.has_no_exchange {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.must_be_free(&name(to))?;
        self.rename(from, to)
    }

    fn exchange(&self, a: At<'_>, b: At<'_>) -> io::Result<()> {
        if self.has_no_exchange {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.step("exchange")?;
        let (a, b) = (name(a), name(b));
        let (node_a, node_b) = (self.node(&a)?, self.node(&b)?);
        self.change(Change::Exchange(a, b, node_a, node_b));
        Ok(())
    }

    fn link(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        self.step("link")?;
        let to = name(to);
        self.must_be_free(&to)?;
        let node = self.node(&name(from))?;
        self.change(Change::Link(to, node));
        Ok(())
    }

    fn remove(&self, at: At<'_>) -> io::Result<()> {
        self.step("remove")?;
        let name = name(at);
        self.node(&name)?;
        self.change(Change::Unlink(name));
        Ok(())
    }

    fn make_folder(&self, at: At<'_>) -> io::Result<()> {
        self.step("make folder")?;
        let name = name(at);
        self.must_be_free(&name)?;
        let node = self.new_node(Node::Folder);
        self.change(Change::Link(name, node));
        Ok(())
    }

    fn remove_folder(&self, at: At<'_>) -> io::Result<()> {
        if !self.list(at)?.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.remove(at)
    }

    fn is_beside_store(&self, _: At<'_>) -> bool {
        true
    }

    fn shown(&self, at: At<'_>) -> String {
        name(at)
    }

    fn is_writable(&self, _: At<'_>) -> bool {
        true
    }
}
