//! `tastemaker demo`: a generated shop, its past, live visitors and a storefront, on one port.
//!
//! Everything but the server talks to it over HTTP, as a real shop would. The demo keeps its data in a
//! temporary folder unless it is given one, and makes its own keys, the root key among them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use app::Caller;
use clap::Args;
use domain::Timestamp;
use ports::{Clock, KeyScope};
use settings::Settings;
use shopsim::{Client, DemoShop, Keys};

use super::say;
use super::serve::Running;
use crate::ambient::SystemClock;

/// Options of `demo`.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// The port to listen on; 0 for any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The folder to keep the demo in; a temporary one by default, new each time.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The seed of the shop and its shoppers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}
