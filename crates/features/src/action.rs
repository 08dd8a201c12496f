//! What a shopper can do with a product, and how much that counts.

/// What a shopper did with a product, weakest first.
///
/// The order says what an action tells about interest: a later one outranks all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Action {
    /// Took it out of the cart.
    Removed = 0,
    /// Followed a link to it. The view that follows is an event of its own.
    Clicked = 1,
    /// Looked at its page.
    Viewed = 2,
    /// Put it on a wish list.
    Wished = 3,
    /// Put it into the cart.
    Added = 4,
    /// Ordered it.
    Ordered = 5,
}

impl Action {
    /// Every action, weakest first.
    pub const ALL: [Action; 6] = [
        Action::Removed,
        Action::Clicked,
        Action::Viewed,
        Action::Wished,
        Action::Added,
        Action::Ordered,
    ];

    /// What the action adds to shared counts.
    pub const fn weight(self) -> Weight {
        match self {
            Action::Removed => Weight::ZERO,
            Action::Clicked => Weight::CLICKED,
            Action::Viewed => Weight::VIEWED,
            Action::Wished => Weight::WISHED,
            Action::Added => Weight::ADDED,
            Action::Ordered => Weight::ORDERED,
        }
    }

    /// The action with that number in a snapshot.
    pub(crate) fn from_number(number: u8) -> Option<Action> {
        Action::ALL.get(usize::from(number)).copied()
    }
}

/// How much an event counts: finite and never negative. A view weighs 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Weight(f32);

impl Weight {
    /// Nothing.
    pub const ZERO: Weight = Weight(0.0);
    /// A click, which is usually followed by the view it leads to.
    pub const CLICKED: Weight = Weight(0.5);
    /// A view.
    pub const VIEWED: Weight = Weight(1.0);
    /// A wish.
    pub const WISHED: Weight = Weight(3.0);
    /// An addition to a cart.
    pub const ADDED: Weight = Weight(4.0);
    /// An order.
    pub const ORDERED: Weight = Weight(10.0);

    /// Wraps `value`, or returns `None` unless it is finite and not negative.
    pub const fn new(value: f32) -> Option<Weight> {
        if value.is_finite() && value >= 0.0 { Some(Weight(value)) } else { None }
    }

    /// The value.
    pub const fn get(self) -> f32 {
        self.0
    }

    /// Whether it counts for nothing.
    pub fn is_zero(self) -> bool {
        self.0 <= 0.0
    }
}
