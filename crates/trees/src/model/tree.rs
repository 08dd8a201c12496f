//! One tree: nodes in a list, the children of each after it.

use crate::config::LEAVES_MAX;

/// How many rows are scored side by side.
pub(super) const SIDE_BY_SIDE: usize = 64;

/// A leaf's or inner node's place in its tree.
type NodeAt = u16;

/// A test of one bin, which sends a row left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// Left up to and with bin `last`; what is missing (bin 0) goes to `missing`.
    ///
    /// With `last` 0 only what is missing goes left, so `missing` is then [`Side::Left`].
    Number { last: u8, missing: Side },
    /// Left if the bit of the bin is set.
    Category([u64; 4]),
}

/// Left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
}

/// A node in eight bytes, so that a whole tree stays in the nearest cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) feature: u16,
    /// Of a leaf both are the leaf itself.
    pub(super) left: NodeAt,
    pub(super) right: NodeAt,
    pub(super) kind: Kind,
    /// Of numbers the last bin that goes left, less one where missing values go right; of categories
    /// which of the tree's sets goes left.
    pub(super) bin: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    MissingLeft = 0,
    MissingRight = 1,
    Category = 2,
}

/// A tree that gives every row of bins a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// By node: its value, or what it would be if it were a leaf.
    pub(super) values: Vec<f32>,
    /// Sets of bins that go left.
    pub(super) sets: Vec<[u64; 4]>,
}

impl Test {
    /// Whether a bin goes left.
    pub(crate) fn is_left(self, bin: u8) -> bool {
        match self {
            Test::Number { last, missing } => {
                let shift = u8::from(missing == Side::Right);
                bin.wrapping_sub(shift) <= last.wrapping_sub(shift)
            }
            Test::Category(bins) => holds(&bins, bin),
        }
    }
}

fn holds(set: &[u64; 4], bin: u8) -> bool {
    set[usize::from(bin / 64)] >> (bin % 64) & 1 == 1
}

impl Node {
    fn leaf(at: NodeAt) -> Node {
        Node { feature: 0, left: at, right: at, kind: Kind::MissingLeft, bin: 0 }
    }
}

impl Tree {
    /// A tree that gives every row the same value.
    pub(crate) fn of_leaf(value: f32) -> Tree {
        Tree { nodes: vec![Node::leaf(0)], values: vec![value], sets: Vec::new() }
    }

    /// Splits a leaf; gives the new leaves, which have `values`.
    pub(crate) fn split(
        &mut self,
        at: NodeAt,
        feature: u16,
        test: Test,
        values: [f32; 2],
    ) -> [NodeAt; 2] {
        let left = NodeAt::try_from(self.nodes.len()).expect("a tree has at most 256 leaves");
        let right = left + 1;
        let (kind, bin) = match test {
            Test::Number { last, missing: Side::Left } => (Kind::MissingLeft, last),
            Test::Number { last, missing: Side::Right } => (Kind::MissingRight, last - 1),
            Test::Category(set) => {
                self.sets.push(set);
                let set = u8::try_from(self.sets.len() - 1).expect("a tree has at most 255 splits");
                (Kind::Category, set)
            }
        };
        self.nodes[usize::from(at)] = Node { feature, left, right, kind, bin };
        self.nodes.extend([Node::leaf(left), Node::leaf(right)]);
        self.values.extend(values);
        [left, right]
    }

    /// The value of a node.
    pub(crate) fn value(&self, at: NodeAt) -> f32 {
        self.values[usize::from(at)]
    }

    pub(super) fn is_leaf(&self, at: NodeAt) -> bool {
        self.nodes[usize::from(at)].left == at
    }

    /// The value of the leaf in which a row ends.
    pub(crate) fn score(&self, row: &[u8]) -> f32 {
        let mut at = 0;
        while !self.is_leaf(at) {
            at = self.next(at, row);
        }
        self.value(at)
    }

    /// Adds the tree's values to the scores of rows side by side, which are given by feature.
    ///
    /// All nodes are tested for all rows, whether they come there or not: a mask of the rows that do goes
    /// down the tree. That needs no guessing of branches, and sixteen rows or more take one instruction.
    pub(super) fn add_scores(
        &self,
        columns: &[[u8; SIDE_BY_SIDE]],
        scores: &mut [f32; SIDE_BY_SIDE],
        reached: &mut Vec<[u8; SIDE_BY_SIDE]>,
    ) {
        reached.resize(self.nodes.len().max(reached.len()), [0; SIDE_BY_SIDE]);
        reached[0] = [u8::MAX; SIDE_BY_SIDE];
        let mut values = [0.0; LEAVES_MAX as usize];
        let (mut leaf_of, mut leaves) = ([0; SIDE_BY_SIDE], 0..=u8::MAX);
        for (at, node) in self.nodes.iter().enumerate() {
            let here = reached[at];
            if usize::from(node.left) == at {
                let leaf = leaves.next().expect("a tree has at most 256 leaves");
                values[usize::from(leaf)] = self.values[at];
                leaf_of.iter_mut().zip(here).for_each(|(of, is_here)| *of |= leaf & is_here);
                continue;
            }
            let is_left = self.are_left(*node, &columns[usize::from(node.feature)]);
            let [left, right] = [node.left, node.right].map(usize::from);
            reached[left] = std::array::from_fn(|row| here[row] & is_left[row]);
            reached[right] = std::array::from_fn(|row| here[row] & !is_left[row]);
        }
        for (score, leaf) in scores.iter_mut().zip(leaf_of) {
            *score += values[usize::from(leaf)];
        }
    }

    /// All bits for each row that goes left, none for the others.
    fn are_left(&self, node: Node, column: &[u8; SIDE_BY_SIDE]) -> [u8; SIDE_BY_SIDE] {
        let mask = |is_left| if is_left { u8::MAX } else { 0 };
        match node.kind {
            Kind::Category => {
                let set = &self.sets[usize::from(node.bin)];
                column.map(|bin| mask(holds(set, bin)))
            }
            kind => column.map(|bin| mask(bin.wrapping_sub(kind as u8) <= node.bin)),
        }
    }

    /// Where a row goes from a node; a leaf leads to itself.
    pub(super) fn next(&self, at: NodeAt, row: &[u8]) -> NodeAt {
        let node = self.nodes[usize::from(at)];
        let bin = row[usize::from(node.feature)];
        let is_left = match node.kind {
            Kind::Category => holds(&self.sets[usize::from(node.bin)], bin),
            kind => bin.wrapping_sub(kind as u8) <= node.bin,
        };
        if is_left { node.left } else { node.right }
    }

    /// Bytes of memory held.
    pub(super) fn heap_bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.values.capacity() * size_of::<f32>()
            + self.sets.capacity() * size_of::<[u64; 4]>()
    }
}
