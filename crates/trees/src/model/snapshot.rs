//! The bytes of a model: CBOR with numbered fields, and a format.
//!
//! Reading checks everything that asking relies on: every node's children lie behind it, every feature
//! and set is there, every mark ascends and every number is finite. So bytes that were damaged are
//! refused or are another valid model; that they are the ones that were written is for the checksum of
//! the artifact around them to say.

use minicbor::{Decode, Encode};

use super::tree::{Kind, Node};
use super::{Model, Tree};
use crate::bins::{BINS_MAX, Bins, FEATURES_MAX, FeatureBins, FeatureKind};
use crate::config::{LEAVES_MAX, TREES_MAX};

const FORMAT: u8 = 1;

/// Why bytes are no model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A newer program wrote it.
    #[error(
        "the trees have format {found}, but this program knows none above {FORMAT}; train anew, or run the newer program"
    )]
    Newer {
        /// The format found.
        found: u8,
    },
    /// The bytes are not those of a model.
    #[error("the bytes are no trees; train anew")]
    Unreadable(#[source] minicbor::decode::Error),
    /// They hold what no model can hold.
    #[error("the trees are damaged: {0}; train anew")]
    Damaged(&'static str),
}

/// What every format begins with.
#[derive(Decode)]
struct Head {
    #[n(0)]
    format: u8,
}

#[derive(Decode, Encode)]
struct Saved {
    #[n(0)]
    format: u8,
    #[n(1)]
    features: Vec<SavedFeature>,
    #[n(2)]
    start: f32,
    #[n(3)]
    trees: Vec<SavedTree>,
    #[n(4)]
    gains: Vec<f64>,
}

#[derive(Decode, Encode)]
struct SavedFeature {
    #[n(0)]
    is_category: bool,
    #[n(1)]
    marks: Vec<f32>,
}

#[derive(Decode, Encode)]
struct SavedTree {
    #[n(0)]
    nodes: Vec<SavedNode>,
    #[n(1)]
    sets: Vec<[u64; 4]>,
}

#[derive(Decode, Encode)]
struct SavedNode {
    #[n(0)]
    feature: u16,
    #[n(1)]
    left: u16,
    #[n(2)]
    right: u16,
    #[n(3)]
    kind: u8,
    #[n(4)]
    bin: u8,
    #[n(5)]
    value: f32,
}

impl Model {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let features = self.bins.features.iter().map(|it| SavedFeature {
            is_category: it.kind == FeatureKind::Category,
            marks: it.marks.clone(),
        });
        let saved = Saved {
            format: FORMAT,
            features: features.collect(),
            start: self.start,
            trees: self.trees.iter().map(saved_tree).collect(),
            gains: self.gains.clone(),
        };
        minicbor::encode(&saved, out).expect("a vector takes any number of bytes");
    }

    /// Reads what [`encode`](Model::encode) wrote.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format, and for bytes that are no model.
    pub fn decode(bytes: &[u8]) -> Result<Model, SnapshotError> {
        let Head { format: found } = minicbor::decode(bytes).map_err(SnapshotError::Unreadable)?;
        if found > FORMAT {
            return Err(SnapshotError::Newer { found });
        }
        let mut decoder = minicbor::Decoder::new(bytes);
        let saved: Saved = decoder.decode().map_err(SnapshotError::Unreadable)?;
        require(decoder.position() == bytes.len(), "something follows them")?;
        require(saved.format == FORMAT, "there is no such format")?;

        let n_features = saved.features.len();
        require((1..=FEATURES_MAX).contains(&n_features), "no number of features")?;
        require(saved.trees.len() <= TREES_MAX, "too many trees")?;
        require(saved.start.is_finite(), "no score to start from")?;
        let is_gain = |it: &f64| it.is_finite() && *it >= 0.0;
        require(saved.gains.len() == n_features && saved.gains.iter().all(is_gain), "no gains")?;
        let features = saved.features.into_iter().map(feature).collect::<Result<_, _>>()?;
        let trees = saved.trees.into_iter().map(|it| tree(it, n_features));
        let trees = trees.collect::<Result<_, _>>()?;
        Ok(Model { bins: Bins { features }, start: saved.start, trees, gains: saved.gains })
    }
}

fn require(holds: bool, problem: &'static str) -> Result<(), SnapshotError> {
    if holds { Ok(()) } else { Err(SnapshotError::Damaged(problem)) }
}

fn saved_tree(tree: &Tree) -> SavedTree {
    let nodes = tree.nodes.iter().zip(&tree.values).map(|(node, &value)| SavedNode {
        feature: node.feature,
        left: node.left,
        right: node.right,
        kind: node.kind as u8,
        bin: node.bin,
        value,
    });
    SavedTree { nodes: nodes.collect(), sets: tree.sets.clone() }
}

fn feature(saved: SavedFeature) -> Result<FeatureBins, SnapshotError> {
    let kind = if saved.is_category { FeatureKind::Category } else { FeatureKind::Number };
    let ascend = saved.marks.is_sorted_by(|a, b| a < b);
    require(ascend && !saved.marks.iter().any(|it| it.is_nan()), "marks do not ascend")?;
    let bins = FeatureBins { kind, marks: saved.marks };
    require(bins.n_bins() <= BINS_MAX, "too many bins")?;
    Ok(bins)
}

fn tree(saved: SavedTree, n_features: usize) -> Result<Tree, SnapshotError> {
    let n_nodes = saved.nodes.len();
    let n_nodes_max = 2 * usize::from(LEAVES_MAX) - 1;
    require((1..=n_nodes_max).contains(&n_nodes), "no number of nodes")?;
    let mut tree = Tree { nodes: Vec::new(), values: Vec::new(), sets: saved.sets };
    let mut has_parent = vec![false; n_nodes];
    for (at, it) in saved.nodes.into_iter().enumerate() {
        let kind = match it.kind {
            0 => Kind::MissingLeft,
            1 => Kind::MissingRight,
            2 => Kind::Category,
            _ => return Err(SnapshotError::Damaged("a test of no kind")),
        };
        let (left, right) = (usize::from(it.left), usize::from(it.right));
        let is_leaf = left == at && right == at;
        let is_inner = at < left.min(right) && left.max(right) < n_nodes;
        require(is_leaf || is_inner, "a node leads astray")?;
        require(at == 0 || has_parent[at], "a node is not led to")?;
        if is_inner {
            let is_new = left != right && !has_parent[left] && !has_parent[right];
            require(is_new, "two nodes lead to one")?;
            (has_parent[left], has_parent[right]) = (true, true);
        }
        let has_set = kind != Kind::Category || usize::from(it.bin) < tree.sets.len();
        require(usize::from(it.feature) < n_features && has_set, "a test of nothing")?;
        require(it.value.is_finite(), "a value is no number")?;
        let (feature, left, right, bin) = (it.feature, it.left, it.right, it.bin);
        tree.nodes.push(Node { feature, left, right, kind, bin });
        tree.values.push(it.value);
    }
    Ok(tree)
}
