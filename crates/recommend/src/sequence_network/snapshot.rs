//! The bytes of a sequence network, in the products' numbers of the data set.
//!
//! ```text
//! shape, scale │ numbers of the encoder │ n products × number │ n products × direction
//! ```
//!
//! Numbers of products mean something only beside the data set's list of products, which the artifact
//! around these bytes keeps; reading translates them into today's.

use domain::ProductIdx;
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::SequenceNetwork;
use super::config::{Encoding, Shape};
use super::encoder::Encoder;

const WHAT: &str = "sequence network";
const FORMAT: u8 = 1;
/// Directions that are longer or shorter by more than this are damaged.
const LENGTH_SLACK: f32 = 1e-3;
/// No network that learned anything has larger numbers; those that are damaged could overflow on the way.
const NUMBER_MAX: f32 = 1e4;

impl SequenceNetwork {
    /// Appends the whole model to `out`: equal models give equal bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        write_shape(&mut w, self.shape);
        w.u32(self.scale.to_bits());
        write_numbers(&mut w, &self.numbers);
        w.count(self.products.len());
        self.products.iter().for_each(|&it| w.varint(it.into()));
        self.directions.iter().for_each(|it| w.u32(it.to_bits()));
    }

    /// Reads what [`encode`](SequenceNetwork::encode) wrote; `today[i]` is today's number of the product
    /// that was number `i` then, or nothing if there is none any more, and no two are alike.
    ///
    /// Products that are gone are left out, as candidates and as evidence.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where `today` has fewer products than the
    /// model.
    pub fn decode(
        bytes: &[u8],
        today: &[Option<ProductIdx>],
    ) -> Result<SequenceNetwork, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        let shape = read_shape(&mut r)?;
        let scale = f32::from_bits(r.u32()?);
        r.require((scale > 0.0 && scale <= NUMBER_MAX).then_some(()))?;
        let numbers = read_numbers(&mut r)?;
        r.require(numbers.iter().all(|it| it.abs() <= NUMBER_MAX).then_some(()))?;
        r.require((numbers.len() == Encoder::new(shape).n_numbers()).then_some(()))?;
        let width = usize::from(shape.width);
        let n_products = r.count(1 + width * size_of::<f32>())?;
        let mut places = Vec::with_capacity(n_products);
        let mut least = 0;
        for _ in 0..n_products {
            let then = usize::try_from(r.varint()?).ok().filter(|it| *it >= least);
            let then = r.require(then)?;
            places.push(*r.require(today.get(then))?);
            least = then + 1;
        }
        let rows = read_directions(&mut r, n_products, width)?;
        r.finish()?;
        let mut known: Vec<(u32, usize)> =
            (0..).zip(places).filter_map(|(row, place)| place.map(|it| (it.get(), row))).collect();
        known.sort_unstable();
        let directions =
            known.iter().flat_map(|&(_, row)| &rows[row * width..][..width]).copied().collect();
        let products = known.into_iter().map(|it| it.0).collect();
        Ok(SequenceNetwork::of_directions(shape, scale, (numbers, directions), products))
    }
}

fn write_shape(w: &mut Writer<'_>, shape: Shape) {
    w.u8(u8::from(shape.encoding == Encoding::Attentive));
    w.u32(shape.width.into());
    w.u8(shape.n_blocks);
    w.u8(shape.n_heads);
}

fn read_shape(r: &mut Reader<'_>) -> Result<Shape, SnapshotError> {
    let encoding = match r.u8()? {
        0 => Encoding::Recurrent,
        1 => Encoding::Attentive,
        _ => return Err(r.damaged()),
    };
    let width = u16::try_from(r.u32()?).map_err(|_| r.damaged())?;
    let shape = Shape { encoding, width, n_blocks: r.u8()?, n_heads: r.u8()? };
    r.require(shape.problem().is_none().then_some(shape))
}

pub(super) fn write_numbers(w: &mut Writer<'_>, numbers: &[f32]) {
    w.count(numbers.len());
    numbers.iter().for_each(|it| w.u32(it.to_bits()));
}

pub(super) fn read_numbers(r: &mut Reader<'_>) -> Result<Vec<f32>, SnapshotError> {
    let n = r.count(size_of::<f32>())?;
    read_finite(r, n)
}

fn read_finite(r: &mut Reader<'_>, n: usize) -> Result<Vec<f32>, SnapshotError> {
    let n_bytes = n.checked_mul(size_of::<f32>());
    let bytes = r.bytes(r.require(n_bytes)?)?;
    let (numbers, _) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().map(|it| f32::from_le_bytes(*it)).collect();
    r.require(numbers.iter().all(|it| it.is_finite()).then_some(numbers))
}

/// Numbers that are finite and make up rows of length 1.
fn read_directions(
    r: &mut Reader<'_>,
    n_rows: usize,
    width: usize,
) -> Result<Vec<f32>, SnapshotError> {
    let rows = read_finite(r, n_rows * width)?;
    let is_unit = |row: &[f32]| {
        let square: f32 = row.iter().map(|it| it * it).sum();
        (square - 1.0).abs() <= LENGTH_SLACK
    };
    r.require(rows.chunks_exact(width).all(is_unit).then_some(())).map(|()| rows)
}
