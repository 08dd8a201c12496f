//! The strictest disk: what a folder holds at a moment of a run if only what was synced is left.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use super::call::{Call, Manner, Place};
use super::trace::{Step, Trace};

/// A file or folder, however it is called.
type NodeId = usize;
type Names = BTreeMap<String, NodeId>;

/// The root's node.
const ROOT: NodeId = 0;

#[derive(Debug)]
enum Node {
    Folder { live: Names, durable: Names },
    File(Box<Content>),
}

/// A file's content, in two parts.
#[derive(Debug, Default)]
struct Content {
    /// How long it is for the program.
    n_bytes: u64,
    /// What is on disk.
    durable: Vec<u8>,
    /// What is not, in order, and how many changes came before.
    pending: VecDeque<Change>,
    n_synced: usize,
}

/// A change of a file's content.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// The bytes that the call of this number wrote.
    Write {
        at: u64,
        call: usize,
    },
    SetLength(u64),
}

/// What a sync that is under way will have made durable.
#[derive(Debug)]
enum Covered {
    File { node: NodeId, n_changes: usize },
    Folder { node: NodeId, names: Names },
}

/// What the number of an open file stands for.
#[derive(Clone, Copy, Debug)]
enum Open {
    File { node: NodeId, description: usize },
    Folder(NodeId),
    Connection,
}

/// Where the next write without a place of its own goes.
#[derive(Clone, Copy, Debug)]
struct Description {
    at: u64,
    appends: bool,
}

/// A part of a file that has become durable.
#[derive(Clone, Debug)]
pub(super) struct Synced {
    node: NodeId,
    range: Range<usize>,
}

/// A folder during a run.
#[derive(Debug)]
pub struct Replay<'t> {
    trace: &'t Trace,
    next: usize,
    root: PathBuf,
    nodes: Vec<Node>,
    open: BTreeMap<i64, Open>,
    descriptions: Vec<Description>,
    syncing: BTreeMap<usize, Covered>,
}

impl<'t> Replay<'t> {
    /// The folder `root`, an absolute path, before the run: existing and empty.
    pub fn new(trace: &'t Trace, root: &Path) -> Replay<'t> {
        Replay {
            trace,
            next: 0,
            root: root.to_owned(),
            nodes: vec![Node::Folder { live: Names::new(), durable: Names::new() }],
            open: BTreeMap::new(),
            descriptions: Vec::new(),
            syncing: BTreeMap::new(),
        }
    }

    /// Goes on until `n_steps` of the run are done; never back.
    pub fn advance_to(&mut self, n_steps: usize) {
        while self.next < n_steps && self.step().is_some() {}
    }

    /// Writes what is left of the folder into `into`, which must be empty.
    ///
    /// # Errors
    ///
    /// When the files cannot be written.
    pub fn save(&self, into: &Path) -> io::Result<()> {
        self.save_node(ROOT, into)
    }

    fn save_node(&self, node: NodeId, path: &Path) -> io::Result<()> {
        match &self.nodes[node] {
            Node::Folder { durable, .. } => {
                fs::create_dir_all(path)?;
                durable.iter().try_for_each(|(name, id)| self.save_node(*id, &path.join(name)))
            }
            Node::File(content) => {
                let zeros = [0; 4_096];
                let pages = content.durable.rchunks(zeros.len());
                let n_zeros: usize =
                    pages.take_while(|it| **it == zeros[..it.len()]).map(<[u8]>::len).sum();
                let mut file = File::create(path)?;
                file.write_all(&content.durable[..content.durable.len() - n_zeros])?;
                file.set_len(content.durable.len() as u64)
            }
        }
    }

    /// Does one more step; answers what it made durable, or `None` at the end of the run.
    pub(super) fn step(&mut self) -> Option<Vec<Synced>> {
        let step = *self.trace.steps.get(self.next)?;
        self.next += 1;
        let trace = self.trace;
        Some(match step {
            Step::Begin(number) => {
                if let Call::Sync { fd } = trace.calls[number] {
                    self.begin_sync(number, fd);
                }
                Vec::new()
            }
            Step::End(number) => self.end(number, &trace.calls[number]),
        })
    }

    /// The bytes of a synced part, with `n_around` more on each side where there are any.
    pub(super) fn synced_bytes(&self, synced: &Synced, n_around: usize) -> &[u8] {
        let Node::File(content) = &self.nodes[synced.node] else { return &[] };
        let start = synced.range.start.saturating_sub(n_around);
        let end = (synced.range.end + n_around).min(content.durable.len());
        content.durable.get(start..end).unwrap_or_default()
    }

    /// Whether the number is that of a connection.
    pub(super) fn is_connection(&self, fd: i64) -> bool {
        matches!(self.open.get(&fd), Some(Open::Connection))
    }

    fn begin_sync(&mut self, number: usize, fd: i64) {
        let covered = match self.open.get(&fd) {
            Some(Open::File { node, .. }) => match &self.nodes[*node] {
                Node::File(it) => {
                    Covered::File { node: *node, n_changes: it.n_synced + it.pending.len() }
                }
                Node::Folder { .. } => return,
            },
            Some(Open::Folder(node)) => match &self.nodes[*node] {
                Node::Folder { live, .. } => Covered::Folder { node: *node, names: live.clone() },
                Node::File(_) => return,
            },
            _ => return,
        };
        self.syncing.insert(number, covered);
    }

    fn end_sync(&mut self, number: usize) -> Vec<Synced> {
        match self.syncing.remove(&number) {
            Some(Covered::Folder { node, names }) => {
                if let Node::Folder { durable, .. } = &mut self.nodes[node] {
                    *durable = names;
                }
                Vec::new()
            }
            Some(Covered::File { node, n_changes }) => match &mut self.nodes[node] {
                Node::File(content) => content
                    .sync(self.trace, n_changes)
                    .into_iter()
                    .map(|range| Synced { node, range })
                    .collect(),
                Node::Folder { .. } => Vec::new(),
            },
            None => Vec::new(),
        }
    }

    fn end(&mut self, number: usize, call: &Call) -> Vec<Synced> {
        match call {
            Call::Open { place, manner, fd } => self.open(place, *manner, *fd),
            Call::MakeFolder { place } => {
                if let Some((folder, name)) = self.find(place) {
                    let empty = Node::Folder { live: Names::new(), durable: Names::new() };
                    self.add(folder, name, empty);
                }
            }
            Call::Write { fd, at, bytes } => self.write(number, *fd, *at, bytes.len()),
            Call::SetLength { fd, n_bytes } => {
                if let Some(Open::File { node, .. }) = self.open.get(fd) {
                    self.change(*node, Change::SetLength(*n_bytes));
                }
            }
            Call::Grow { fd, n_bytes } => {
                if let Some(Open::File { node, .. }) = self.open.get(fd).copied()
                    && self.n_bytes(node) < *n_bytes
                {
                    self.change(node, Change::SetLength(*n_bytes));
                }
            }
            Call::Seek { fd, to } => {
                if let Some(Open::File { description, .. }) = self.open.get(fd) {
                    self.descriptions[*description].at = *to;
                }
            }
            Call::Sync { .. } => return self.end_sync(number),
            Call::Rename { from, to } => {
                if let Some(node) = self.take(from)
                    && let Some((folder, name)) = self.find(to)
                {
                    self.name(folder, name, node);
                }
            }
            Call::Link { from, to } => {
                if let Some((folder, name)) = self.find(from)
                    && let Some(node) = self.child(folder, &name)
                    && let Some((folder, name)) = self.find(to)
                {
                    self.name(folder, name, node);
                }
            }
            Call::Remove { place } => {
                self.take(place);
            }
            Call::Duplicate { fd, copy } => {
                match self.open.get(fd).copied() {
                    Some(open) => self.open.insert(*copy, open),
                    None => self.open.remove(copy),
                };
            }
            Call::Close { fd } => {
                self.open.remove(fd);
            }
            Call::Connection { fd } => {
                self.open.insert(*fd, Open::Connection);
            }
            Call::Receive { .. } => {}
        }
        Vec::new()
    }

    fn open(&mut self, place: &Place, manner: Manner, fd: i64) {
        self.open.remove(&fd);
        let Some((folder, name)) = self.find(place) else { return };
        let node = match self.child(folder, &name) {
            Some(node) => node,
            None if manner.creates => self.add(folder, name, Node::File(Box::default())),
            None => return,
        };
        if manner.truncates {
            self.change(node, Change::SetLength(0));
        }
        let open = match self.nodes[node] {
            Node::Folder { .. } => Open::Folder(node),
            Node::File(_) => {
                self.descriptions.push(Description { at: 0, appends: manner.appends });
                Open::File { node, description: self.descriptions.len() - 1 }
            }
        };
        self.open.insert(fd, open);
    }

    fn write(&mut self, call: usize, fd: i64, at: Option<u64>, n_written: usize) {
        let Some(Open::File { node, description }) = self.open.get(&fd).copied() else { return };
        let end_of_file = self.n_bytes(node);
        let description = &mut self.descriptions[description];
        // Linux appends to a file opened so even when the call names a place.
        let start = match at {
            _ if description.appends => end_of_file,
            Some(at) => at,
            None => description.at,
        };
        if at.is_none() {
            description.at = start + n_written as u64;
        }
        self.change(node, Change::Write { at: start, call });
    }

    fn n_bytes(&self, node: NodeId) -> u64 {
        match &self.nodes[node] {
            Node::File(content) => content.n_bytes,
            Node::Folder { .. } => 0,
        }
    }

    fn change(&mut self, node: NodeId, change: Change) {
        let Node::File(content) = &mut self.nodes[node] else { return };
        content.n_bytes = match change {
            Change::SetLength(n_bytes) => n_bytes,
            Change::Write { at, call } => {
                content.n_bytes.max(at + written(self.trace, call).len() as u64)
            }
        };
        content.pending.push_back(change);
    }

    /// The folder and the name that a place stands for, if it is under the root.
    fn find(&self, place: &Place) -> Option<(NodeId, String)> {
        let (mut folder, path) = match place.folder {
            Some(fd) if place.path.is_relative() => match self.open.get(&fd)? {
                Open::Folder(node) => (*node, place.path.as_path()),
                _ => return None,
            },
            _ => (ROOT, place.path.strip_prefix(&self.root).ok()?),
        };
        let mut names: Vec<String> = path
            .components()
            .filter_map(|it| match it {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect();
        // The folder itself is called by no name.
        let last = names.pop().unwrap_or_default();
        for name in names {
            folder = self.child(folder, &name)?;
        }
        Some((folder, last))
    }

    fn child(&self, folder: NodeId, name: &str) -> Option<NodeId> {
        match &self.nodes[folder] {
            _ if name.is_empty() => Some(folder),
            Node::Folder { live, .. } => live.get(name).copied(),
            Node::File(_) => None,
        }
    }

    fn add(&mut self, folder: NodeId, name: String, node: Node) -> NodeId {
        self.nodes.push(node);
        let id = self.nodes.len() - 1;
        self.name(folder, name, id);
        id
    }

    fn name(&mut self, folder: NodeId, name: String, node: NodeId) {
        if let Node::Folder { live, .. } = &mut self.nodes[folder] {
            live.insert(name, node);
        }
    }

    fn take(&mut self, place: &Place) -> Option<NodeId> {
        let (folder, name) = self.find(place)?;
        match &mut self.nodes[folder] {
            Node::Folder { live, .. } => live.remove(&name),
            Node::File(_) => None,
        }
    }
}

impl Content {
    /// Makes durable what came before the change of number `n_changes`.
    fn sync(&mut self, trace: &Trace, n_changes: usize) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        while self.n_synced < n_changes {
            let Some(change) = self.pending.pop_front() else { break };
            self.n_synced += 1;
            match change {
                Change::SetLength(n_bytes) => self.durable.resize(index(n_bytes), 0),
                Change::Write { at, call } => {
                    let bytes = written(trace, call);
                    let range = index(at)..index(at) + bytes.len();
                    if self.durable.len() < range.end {
                        self.durable.resize(range.end, 0);
                    }
                    self.durable[range.clone()].copy_from_slice(bytes);
                    ranges.push(range);
                }
            }
        }
        ranges
    }
}

fn index(n_bytes: u64) -> usize {
    usize::try_from(n_bytes).expect("files of tests fit into memory")
}

fn written(trace: &Trace, call: usize) -> &[u8] {
    match &trace.calls[call] {
        Call::Write { bytes, .. } => bytes,
        _ => &[],
    }
}
