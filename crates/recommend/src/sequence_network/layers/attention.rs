//! Looking back over what was done before.

use std::ops::Range;

use linalg::curves::exp_inlined;
use linalg::vectors::{add_scaled_inlined, dot_inlined, with_widest};

use super::super::config::ACTS_MAX;
use super::super::packed::Packed;

/// Causal attention of several heads, each of which knows a position by how long ago it was.
///
/// Of queries, keys and values `q`, `k`, `v`, the act at moment `t` gets
///
/// ```text
/// share(t,j) = softmax over j ≤ t of q(t)·k(j) / √(width of a head) + ago(t − j)
/// out(t)     = Σ share(t,j)·v(j)
/// ```
///
/// Positions are counted back from the act that looks, so what is learned at one length holds at another.
///
/// Source: A. Vaswani and others, "Attention Is All You Need", NeurIPS 2017; positions as in P. Shaw,
/// J. Uszkoreit and A. Vaswani, "Self-Attention with Relative Position Representations", NAACL 2018,
/// reduced to one number each as in C. Raffel and others, JMLR 2020.
#[derive(Clone, Debug)]
pub(in super::super) struct Attention {
    width: usize,
    n_heads: usize,
    ago: Range<usize>,
}

/// How much each act looked at each before it: by moment, sequence and head, the earliest first.
#[derive(Debug)]
pub(in super::super) struct Attended(Vec<f32>);

impl Attention {
    pub(in super::super) fn new(width: usize, n_heads: usize, n_numbers: &mut usize) -> Attention {
        Attention { width, n_heads, ago: super::take(n_numbers, n_heads * ACTS_MAX) }
    }

    fn head_width(&self) -> usize {
        self.width / self.n_heads
    }

    /// What each act gets; a row of `qkv` is a query, a key and a value.
    pub(in super::super) fn forward(
        &self,
        numbers: &[f32],
        packed: &Packed,
        qkv: &[f32],
    ) -> (Vec<f32>, Attended) {
        let (width, head_width) = (self.width, self.head_width());
        let scale = (head_width as f32).sqrt().recip();
        let mut out = vec![0.0; packed.n_rows() * width];
        let mut shares = Vec::new();
        let looks = Looks { packed, n_heads: self.n_heads };
        with_widest(
            #[inline(always)]
            || {
                for (moment, sequence, head) in looks.iter() {
                    let row = packed.row(sequence, moment);
                    let at = head * head_width;
                    let query = &qkv[3 * row * width + at..][..head_width];
                    let ago = &numbers[self.ago.start + head * ACTS_MAX..][..moment + 1];
                    let start = shares.len();
                    let mut most = f32::NEG_INFINITY;
                    for j in 0..=moment {
                        let key = (3 * packed.row(sequence, j) + 1) * width + at;
                        let logit =
                            dot_inlined(query, &qkv[key..][..head_width]) * scale + ago[moment - j];
                        most = most.max(logit);
                        shares.push(logit);
                    }
                    let shares = &mut shares[start..];
                    let mut sum = 0.0;
                    for it in shares.iter_mut() {
                        *it = exp_inlined(*it - most);
                        sum += *it;
                    }
                    let out = &mut out[row * width + at..][..head_width];
                    for (j, it) in shares.iter_mut().enumerate() {
                        *it /= sum;
                        let value = (3 * packed.row(sequence, j) + 2) * width + at;
                        add_scaled_inlined(out, *it, &qkv[value..][..head_width]);
                    }
                }
            },
        );
        (out, Attended(shares))
    }

    /// How the loss changes with `qkv`.
    pub(in super::super) fn backward(
        &self,
        packed: &Packed,
        (qkv, kept): (&[f32], &Attended),
        dy: &[f32],
        slopes: &mut [f32],
    ) -> Vec<f32> {
        let (width, head_width) = (self.width, self.head_width());
        let scale = (head_width as f32).sqrt().recip();
        let mut dqkv = vec![0.0; qkv.len()];
        let mut shares = kept.0.as_slice();
        let mut back = [0.0_f32; ACTS_MAX];
        let looks = Looks { packed, n_heads: self.n_heads };
        with_widest(
            #[inline(always)]
            || {
                for (moment, sequence, head) in looks.iter() {
                    let row = packed.row(sequence, moment);
                    let at = head * head_width;
                    let dy = &dy[row * width + at..][..head_width];
                    let (share, rest) = shares.split_at(moment + 1);
                    shares = rest;
                    let mut mean = 0.0;
                    for j in 0..=moment {
                        let value = (3 * packed.row(sequence, j) + 2) * width + at;
                        add_scaled_inlined(&mut dqkv[value..][..head_width], share[j], dy);
                        back[j] = dot_inlined(dy, &qkv[value..][..head_width]);
                        mean += share[j] * back[j];
                    }
                    let ago = &mut slopes[self.ago.start + head * ACTS_MAX..][..moment + 1];
                    let query = 3 * row * width + at;
                    for j in 0..=moment {
                        let d = share[j] * (back[j] - mean);
                        ago[moment - j] += d;
                        let key = (3 * packed.row(sequence, j) + 1) * width + at;
                        let d = d * scale;
                        add_scaled_inlined(
                            &mut dqkv[query..][..head_width],
                            d,
                            &qkv[key..][..head_width],
                        );
                        add_scaled_inlined(
                            &mut dqkv[key..][..head_width],
                            d,
                            &qkv[query..][..head_width],
                        );
                    }
                }
            },
        );
        dqkv
    }

    /// How much the last act of a single sequence looked at each of its acts, all heads together.
    pub(in super::super) fn last_shares(&self, kept: &Attended, n_acts: usize) -> Vec<f32> {
        let mut shares = vec![0.0; n_acts];
        let last = &kept.0[kept.0.len() - n_acts * self.n_heads..];
        for head in last.chunks_exact(n_acts) {
            shares.iter_mut().zip(head).for_each(|(sum, it)| *sum += it / self.n_heads as f32);
        }
        shares
    }
}

/// Who looks back, in the order in which shares are kept.
struct Looks<'a> {
    packed: &'a Packed,
    n_heads: usize,
}

impl Looks<'_> {
    #[inline(always)]
    fn iter(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let n_heads = self.n_heads;
        (0..self.packed.n_moments()).flat_map(move |moment| {
            let n_sequences = self.packed.rows_at(moment).len();
            (0..n_sequences).flat_map(move |it| (0..n_heads).map(move |head| (moment, it, head)))
        })
    }
}
