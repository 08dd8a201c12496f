//! The bytes of rankers.
//!
//! ```text
//! n rankers × (n generators × name │ n ranked │ weights │ n bytes │ trees, which have a format of their own)
//! ```

use std::num::NonZeroUsize;

use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::declared;
use super::linear::{Linear, n_inputs};
use super::model::{RANKED_MAX, Ranker, Rankers};

const WHAT: &str = "rankers";
const FORMAT: u8 = 1;
/// A ranker has at least the numbers of its generators, of what it ranks, and of its trees' bytes.
const RANKER_BYTES_MIN: usize = 3;
/// A name has a length.
const NAME_BYTES_MIN: usize = 1;

impl Rankers {
    /// Appends all of them to `out`: equal ones give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        w.count(self.all().len());
        for ranker in self.all() {
            w.count(ranker.generators.len());
            for name in &ranker.generators {
                w.count(name.len());
                w.bytes(name.as_bytes());
            }
            w.count(ranker.n_ranked.get());
            ranker.linear.weights.iter().for_each(|it| w.u32(it.to_bits()));
            let mut trees = Vec::new();
            if let Some(model) = &ranker.trees {
                model.encode(&mut trees);
            }
            w.count(trees.len());
            w.bytes(&trees);
        }
    }

    /// Reads what [`encode`](Rankers::encode) wrote.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes.
    pub fn decode(bytes: &[u8]) -> Result<Rankers, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let n = r.count(RANKER_BYTES_MIN)?;
        let rankers = (0..n).map(|_| ranker(&mut r)).collect::<Result<_, _>>()?;
        r.finish()?;
        Ok(Rankers::of(rankers))
    }
}

fn ranker(r: &mut Reader<'_>) -> Result<Ranker, SnapshotError> {
    let n = r.count(NAME_BYTES_MIN)?;
    let generators = (0..n).map(|_| name(r)).collect::<Result<Vec<String>, _>>()?;
    let n_ranked = usize::try_from(r.varint()?).ok().and_then(NonZeroUsize::new);
    let n_ranked = r.require(n_ranked.filter(|it| *it <= RANKED_MAX))?;
    let weight = |r: &mut Reader<'_>| {
        let weight = f32::from_bits(r.u32()?);
        r.require(weight.is_finite().then_some(weight))
    };
    let weights = (0..n_inputs(n)).map(|_| weight(r)).collect::<Result<_, _>>()?;
    let n_bytes = r.count(1)?;
    let bytes = r.bytes(n_bytes)?;
    let trees = match bytes {
        [] => None,
        bytes => {
            let model = trees::Model::decode(bytes).ok();
            Some(r.require(model.filter(|it| it.bins().n_features() == declared::width(n)))?)
        }
    };
    Ok(Ranker { generators, linear: Linear { weights }, trees, n_ranked })
}

fn name(r: &mut Reader<'_>) -> Result<String, SnapshotError> {
    let n = r.count(1)?;
    let bytes = r.bytes(n)?;
    r.require(std::str::from_utf8(bytes).ok().map(str::to_owned))
}
