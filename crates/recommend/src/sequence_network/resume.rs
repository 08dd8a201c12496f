//! The bytes of a training that is to be gone on with.
//!
//! ```text
//! configuration, seed, sizes │ learned, means, squares │ steps done │ best so far
//! ```
//!
//! The lesson is not among them: whoever goes on has it, and what does not belong to it is refused.

use features::SnapshotError;
use features::snapshot::{Reader, Writer};

use super::adam::Adam;
use super::snapshot::{read_numbers, write_numbers};
use super::training::{Best, Learned, State, Training};

const WHAT: &str = "training of a sequence network";
const FORMAT: u8 = 1;

impl Training {
    /// Appends all that [`resume`](Training::resume) needs to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out, FORMAT);
        self.identity().into_iter().for_each(|it| w.f64(it));
        let State { learned, adam, rows_adam, n_steps, epoch, n_done, best, n_worse } = &self.state;
        write_learned(&mut w, learned);
        for it in [adam, rows_adam] {
            write_numbers(&mut w, &it.means);
            write_numbers(&mut w, &it.squares);
        }
        w.varint(*n_steps);
        [epoch, n_done, n_worse].into_iter().for_each(|it| w.u32(*it));
        w.u8(u8::from(best.is_some()));
        if let Some(best) = best {
            w.f64(best.worth);
            write_learned(&mut w, &best.learned);
        }
    }

    /// This training, just begun, as far as the one that [`encode`](Training::encode) wrote: what comes out
    /// in the end is the same to the bit as if it had never been broken off.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`] for a newer format or damaged bytes, also where they are of a training with another
    /// configuration, seed or size.
    pub fn resume(mut self, bytes: &[u8]) -> Result<Training, SnapshotError> {
        let mut r = Reader::new(WHAT, FORMAT, bytes)?;
        for own in self.identity() {
            let is_same = r.f64()?.to_bits() == own.to_bits();
            r.require(is_same.then_some(()))?;
        }
        let learned = self.read_learned(&mut r)?;
        let adam = read_adam(&mut r, learned.numbers.len())?;
        let rows_adam = read_adam(&mut r, learned.rows.len())?;
        let n_steps = r.varint()?;
        let (epoch, n_done, n_worse) = (r.u32()?, r.u32()?, r.u32()?);
        r.require((epoch <= self.n_epochs()).then_some(()))?;
        let best = match r.u8()? {
            0 => None,
            1 => {
                let worth = r.f64()?;
                r.require(worth.is_finite().then_some(()))?;
                Some(Best { worth, learned: self.read_learned(&mut r)? })
            }
            _ => return Err(r.damaged()),
        };
        r.finish()?;
        self.set_state(State { learned, adam, rows_adam, n_steps, epoch, n_done, best, n_worse });
        Ok(self)
    }

    fn read_learned(&self, r: &mut Reader<'_>) -> Result<Learned, SnapshotError> {
        let own = &self.state.learned;
        let numbers = read_as_many(r, own.numbers.len())?;
        Ok(Learned { numbers, rows: read_as_many(r, own.rows.len())? })
    }
}

fn write_learned(w: &mut Writer<'_>, learned: &Learned) {
    write_numbers(w, &learned.numbers);
    write_numbers(w, &learned.rows);
}

fn read_adam(r: &mut Reader<'_>, n: usize) -> Result<Adam, SnapshotError> {
    let (means, squares) = (read_as_many(r, n)?, read_as_many(r, n)?);
    r.require(squares.iter().all(|it| *it >= 0.0).then_some(Adam { means, squares }))
}

fn read_as_many(r: &mut Reader<'_>, n: usize) -> Result<Vec<f32>, SnapshotError> {
    let numbers = read_numbers(r)?;
    r.require((numbers.len() == n).then_some(numbers))
}
