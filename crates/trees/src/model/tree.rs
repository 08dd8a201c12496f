//! One tree: nodes in a list, the children of each after it.

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

    /// Adds the values of `N` rows to their scores.
    ///
    /// They go down side by side, so that the processor waits for all of them at once.
    pub(super) fn add_scores<const N: usize>(&self, rows: [&[u8]; N], scores: &mut [f32; N]) {
        let mut at: [NodeAt; N] = [0; N];
        loop {
            let mut moved = 0;
            for (at, row) in at.iter_mut().zip(rows) {
                let next = self.next(*at, row);
                moved |= *at ^ next;
                *at = next;
            }
            if moved == 0 {
                break;
            }
        }
        for (score, at) in scores.iter_mut().zip(at) {
            *score += self.value(at);
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
