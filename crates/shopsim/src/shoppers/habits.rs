//! How people live with the shop: how often they come and when, on which devices, what they allow, and
//! when a message would reach them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;

/// How the hours of a day share the visits, from midnight on.
pub(crate) const VISITS_BY_HOUR: [u32; 24] =
    [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 12, 11, 10, 10, 11, 13, 16, 19, 21, 18, 11, 5];

/// The most devices of one person.
const DEVICES_MAX: usize = 3;
/// How likely somebody has another device, after each that they have.
const ANOTHER_DEVICE: f64 = 0.4;
/// How likely somebody takes the first of their devices rather than another.
const FIRST_DEVICE: f64 = 0.65;
/// The share of devices whose browser sends Global Privacy Control.
const GPC_SHARE: f64 = 0.06;
/// The share of people with an account.
const ACCOUNT_SHARE: f64 = 0.55;
/// How likely somebody with an account logs in when a visit begins on a device where they are not.
const LOGS_IN: f64 = 0.3;

/// How somebody lives with the shop.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    /// How often they come, in visits per day.
    pub(crate) visits_per_day: f64,
    /// Their devices; the first is the one they use most. Never empty.
    pub(crate) devices: Vec<Device>,
    /// Their id as a customer, when they have an account.
    pub(crate) account: Option<String>,
    /// What they answer when they are asked.
    pub(crate) attitude: Attitude,
    /// When and where a message would reach them.
    pub(crate) messages: MessageHabits,
}

/// A browser on a device.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// The anonymous id that it keeps.
    pub(crate) visitor: String,
    /// What it says to every shop.
    pub(crate) signal: Signal,
}

/// What a browser says to every shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Nothing.
    #[default]
    None,
    /// That it is not to be sold or shared: Global Privacy Control.
    PrivacyControl,
}

/// What somebody answers when the shop asks whether it may be personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attitude {
    /// Nothing; the banner is closed.
    Silent,
    /// Yes.
    Accepts,
    /// No.
    Refuses,
    /// Yes, and no when they come for the visit of this number, counted from 0.
    Withdraws {
        /// The visit.
        at_visit: u32,
    },
}

/// Through what a message can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// A letter to the mailbox.
    Mail,
    /// A note on the phone's screen.
    Push,
    /// A text message.
    Text,
}

impl Channel {
    /// Every channel.
    pub(crate) const ALL: [Channel; 3] = [Channel::Mail, Channel::Push, Channel::Text];

    /// The name in exports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Push => "push",
            Channel::Text => "text",
        }
    }
}

/// When and where a message would reach somebody. Nothing sends any yet: this is truth to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MessageHabits {
    /// The channel they mind least.
    pub(crate) channel: Channel,
    /// The hour of the day (UTC) at which they have time.
    pub(crate) hour: u8,
    /// The chance that a message at that hour through that channel is opened.
    pub(crate) opens: f64,
    /// After how many messages in a week they stop opening any.
    pub(crate) weekly_max: u8,
}

impl MessageHabits {
    /// The chance that the next message is opened, after `n_this_week` others.
    pub(crate) fn open_chance(&self, channel: Channel, hour: u8, n_this_week: u8) -> f64 {
        if n_this_week >= self.weekly_max {
            return 0.0;
        }
        let apart = i16::from(self.hour) - i16::from(hour);
        let apart = apart.rem_euclid(24).min((-apart).rem_euclid(24));
        let in_time = (-f64::from(apart * apart) / 18.0).exp();
        let through = if channel == self.channel { 1.0 } else { 0.35 };
        self.opens * through * (0.25 + 0.75 * in_time)
    }
}

impl Habits {
    /// Draws habits of the person of this number.
    pub(crate) fn draw(seed: u64, number: usize, rng: &mut ChaCha12Rng) -> Habits {
        let mut devices = Vec::new();
        while devices.is_empty() || devices.len() < DEVICES_MAX && rng.random_bool(ANOTHER_DEVICE) {
            let suffix = ["", "-b", "-c"].get(devices.len()).copied().unwrap_or_default();
            let signal = match rng.random_bool(GPC_SHARE) {
                true => Signal::PrivacyControl,
                false => Signal::None,
            };
            devices.push(Device { visitor: format!("sim-{seed}-{number}{suffix}"), signal });
        }
        let has_account = rng.random_bool(ACCOUNT_SHARE);
        Habits {
            // Few come daily, many come now and then: squared, so that the mean is a third.
            visits_per_day: 0.04 + 0.9 * rng.random_range(0.0_f64..1.0).powi(2),
            devices,
            account: has_account.then(|| format!("customer-{seed}-{number}")),
            attitude: match rng.random_range(0..100) {
                0..25 => Attitude::Silent,
                25..80 => Attitude::Accepts,
                80..93 => Attitude::Refuses,
                _ => Attitude::Withdraws { at_visit: rng.random_range(2..8) },
            },
            messages: MessageHabits {
                channel: Channel::ALL[rng.random_range(0..3)],
                hour: rng.random_range(7..22),
                opens: rng.random_range(0.05..0.6),
                weekly_max: rng.random_range(1..6),
            },
        }
    }

    /// The device that somebody takes this time, by its number.
    pub(crate) fn device(&self, rng: &mut ChaCha12Rng) -> usize {
        if self.devices.len() == 1 || rng.random_bool(FIRST_DEVICE) {
            return 0;
        }
        rng.random_range(1..self.devices.len())
    }

    /// Whether somebody logs in as a visit begins.
    pub(crate) fn logs_in(&self, rng: &mut ChaCha12Rng) -> bool {
        self.account.is_some() && rng.random_bool(LOGS_IN)
    }

    /// When they come again after `time`: at random, at the hours when people shop, and `rush` times as
    /// often as usually.
    pub(crate) fn next_visit(
        &self,
        time: Timestamp,
        rush: f64,
        rng: &mut ChaCha12Rng,
    ) -> Timestamp {
        // Candidates come as often as in the busiest hour, and are thinned to the hour that they fall
        // into: P. Lewis and G. Shedler, "Simulation of Nonhomogeneous Poisson Processes by Thinning",
        // Naval Research Logistics Quarterly 26, 1979.
        let busiest = VISITS_BY_HOUR.iter().copied().max().unwrap_or(1);
        let mean = f64::from(VISITS_BY_HOUR.iter().sum::<u32>()) / 24.0;
        let per_second = rush * self.visits_per_day / 86_400.0 * f64::from(busiest) / mean;
        let mut next = time;
        loop {
            let wait = -rng.random_range(f64::MIN_POSITIVE..1.0).ln() / per_second;
            next += SignedDuration::from_millis(millis(wait).max(1));
            let hour = usize::try_from(next.to_zoned(TimeZone::UTC).hour()).unwrap_or(0);
            if rng.random_range(0..busiest) < VISITS_BY_HOUR[hour % 24] {
                return next;
            }
        }
    }
}

/// The longest that anybody stays away, in seconds: a year.
const AWAY_MAX: f64 = 31_557_600.0;

/// Whole milliseconds of a number of seconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to a year, far below the limits of i64"
)]
fn millis(seconds: f64) -> i64 {
    (seconds.clamp(0.0, AWAY_MAX) * 1_000.0) as i64
}
