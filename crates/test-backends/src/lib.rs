//! Real servers that tests start: one file a server.
//!
//! A server runs on a free port of this machine, with a folder of its own, and ends with the value that
//! stands for it, also when the test panics. It can be killed and started again on the same folder. Where
//! its programs are absent there is none: that is said aloud and counted, or fails where they are required.
//!
//! # Where to start
//!
//! [`Postgres`] is a PostgreSQL server, [`NatsServer`] a NATS server with JetStream, [`S3Server`] keeps
//! objects as S3 does, and [`Ballista`] runs plans on several executors. `S3Server` is a library, and always
//! there; `Ballista` is an example of this crate, which Cargo builds with the tests, so that who only tests
//! against the others need not build it.
//!
//! # What does not live here
//!
//! What the servers are asked: that is for the adapters' tests. This crate uses none of ours, so that
//! the smallest adapter can be tested without building the others. No product crate may use it, except
//! for its own tests.

mod ballista;
mod nats;
mod needed;
mod ports;
mod postgres;
mod programs;
mod s3;

pub use ballista::Ballista;
pub use nats::NatsServer;
pub use postgres::Postgres;
pub use s3::S3Server;
