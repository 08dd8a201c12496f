//! Counts as bytes. The configuration is part of them: counts of another half-life are other counts.

use domain::{ProductIdx, Span};

use super::scope::{Scope, Scopes};
use super::{Cell, Counts, CountsConfig, Overall, PRODUCTS_MAX, SCOPE_CELLS_MAX, SCOPES_MAX};
use crate::snapshot::{Reader, SnapshotError, Writer};
use crate::{HalfLife, LogCount, Weight};

const VERSION: u8 = 1;
const CELL_BYTES: usize = 16;

impl Counts {
    /// Appends the counts in canonical bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut to = Writer::new(out, VERSION);
        write_half_life(&mut to, self.config.popularity);
        write_half_life(&mut to, self.config.trend);
        to.f64(f64::from(self.config.trend_shrinkage.get()));
        to.count(self.overall.cells().len());
        for cell in self.overall.cells() {
            write_cell(&mut to, cell);
        }
        write_scopes(&mut to, &self.categories);
        write_scopes(&mut to, &self.markets);
    }

    /// Reads what [`encode`](Counts::encode) wrote, with the configuration of that time.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] if the bytes are damaged or of a newer format.
    pub fn decode(bytes: &[u8]) -> Result<Counts, SnapshotError> {
        let mut from = Reader::new("counts", VERSION, bytes)?;
        let popularity = read_half_life(&mut from)?;
        let trend = read_half_life(&mut from)?;
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was written")]
        let shrinkage = from.f64()? as f32;
        let trend_shrinkage = from.require(Weight::new(shrinkage))?;

        let n = from.count(CELL_BYTES)?;
        from.require((n <= PRODUCTS_MAX).then_some(()))?;
        let cells = (0..n).map(|_| read_cell(&mut from)).collect::<Result<_, _>>()?;
        let categories = read_scopes(&mut from)?;
        let markets = read_scopes(&mut from)?;
        from.finish()?;
        Ok(Counts {
            config: CountsConfig { popularity, trend, trend_shrinkage },
            overall: Overall::from_cells(cells),
            categories,
            markets,
        })
    }
}

/// Microseconds, and zero for forever.
fn write_half_life(to: &mut Writer<'_>, half_life: HalfLife) {
    to.i64(half_life.span().unwrap_or_default().as_micros());
}

fn read_half_life(from: &mut Reader<'_>) -> Result<HalfLife, SnapshotError> {
    match from.i64()? {
        0 => Ok(HalfLife::FOREVER),
        micros => from.require(HalfLife::new(Span::from_micros(micros))),
    }
}

fn write_cell(to: &mut Writer<'_>, cell: &Cell) {
    to.f64(cell.popularity.to_bare());
    to.f64(cell.trend.to_bare());
}

fn read_cell(from: &mut Reader<'_>) -> Result<Cell, SnapshotError> {
    let (popularity, trend) = (from.f64()?, from.f64()?);
    let popularity = from.require(LogCount::from_bare(popularity))?;
    let trend = from.require(LogCount::from_bare(trend))?;
    Ok(Cell { popularity, trend })
}

fn write_scopes(to: &mut Writer<'_>, scopes: &Scopes) {
    to.count(scopes.iter().len());
    for scope in scopes.iter() {
        to.f64(scope.total().to_bare());
        to.count(scope.iter().len());
        for (product, cell) in scope.iter() {
            to.u32(product.get());
            write_cell(to, &cell);
        }
    }
}

fn read_scopes(from: &mut Reader<'_>) -> Result<Scopes, SnapshotError> {
    let n = from.count(size_of::<f64>())?;
    from.require((n <= SCOPES_MAX).then_some(()))?;
    let scopes = (0..n).map(|_| read_scope(from)).collect::<Result<_, _>>()?;
    Ok(Scopes::from_scopes(scopes))
}

fn read_scope(from: &mut Reader<'_>) -> Result<Scope, SnapshotError> {
    let total = from.f64()?;
    let total = from.require(LogCount::from_bare(total))?;
    let n = from.count(size_of::<u32>() + CELL_BYTES)?;
    from.require((n <= SCOPE_CELLS_MAX).then_some(()))?;
    let (mut products, mut cells) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        products.push(ProductIdx::new(from.u32()?));
        cells.push(read_cell(from)?);
    }
    from.require(Scope::from_parts(total, products, cells))
}
