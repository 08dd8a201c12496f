//! Whom a figure is about: everybody, the known, or shoppers of whom so much is known.

/// On how many days a shopper was seen before, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HistoryLength {
    /// Never.
    Zero,
    /// On one day.
    One,
    /// On two to four days.
    TwoToFour,
    /// On five to nine days.
    FiveToNine,
    /// On ten to nineteen days.
    TenToNineteen,
    /// On twenty days or more.
    TwentyOrMore,
}

impl HistoryLength {
    /// All, the shortest first.
    pub const ALL: [HistoryLength; 6] = [
        HistoryLength::Zero,
        HistoryLength::One,
        HistoryLength::TwoToFour,
        HistoryLength::FiveToNine,
        HistoryLength::TenToNineteen,
        HistoryLength::TwentyOrMore,
    ];

    /// The step in which a shopper seen on so many days stands.
    pub const fn of(n_days: usize) -> HistoryLength {
        match n_days {
            0 => HistoryLength::Zero,
            1 => HistoryLength::One,
            2..=4 => HistoryLength::TwoToFour,
            5..=9 => HistoryLength::FiveToNine,
            10..=19 => HistoryLength::TenToNineteen,
            _ => HistoryLength::TwentyOrMore,
        }
    }

    /// How it is written in reports.
    pub const fn name(self) -> &'static str {
        match self {
            HistoryLength::Zero => "0",
            HistoryLength::One => "1",
            HistoryLength::TwoToFour => "2-4",
            HistoryLength::FiveToNine => "5-9",
            HistoryLength::TenToNineteen => "10-19",
            HistoryLength::TwentyOrMore => "20+",
        }
    }
}

/// The shoppers that a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Everybody who is asked about.
    All,
    /// Those of whom anything is known.
    Known,
    /// Those of whom so much is known.
    Length(HistoryLength),
}

impl Group {
    /// Whether a shopper seen on so many days belongs to it.
    pub fn contains(self, n_days: usize) -> bool {
        match self {
            Group::All => true,
            Group::Known => n_days > 0,
            Group::Length(length) => HistoryLength::of(n_days) == length,
        }
    }

    /// How it is written in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Group::All => "all",
            Group::Known => "known",
            Group::Length(length) => length.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shopper_stands_in_one_step_and_steps_grow() {
        for n_days in 0..40 {
            let within = |it: &&HistoryLength| Group::Length(**it).contains(n_days);
            assert_eq!(HistoryLength::ALL.iter().filter(within).count(), 1, "{n_days} days");
            assert!(HistoryLength::of(n_days) <= HistoryLength::of(n_days + 1));
            assert_eq!(Group::Known.contains(n_days), n_days > 0);
        }
    }
}
