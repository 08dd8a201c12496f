//! `tastemaker keys`: keys of the interface.

use app::Caller;
use clap::{Args, Subcommand, ValueEnum};
use ports::KeyScope;

use super::say;
use crate::compose::{Shop, ShopOptions};

/// Options of `keys`.
#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    shop: ShopOptions,
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Lists the keys, without their texts.
    List,
    /// Makes a key and prints it, once.
    Create {
        /// What it may do.
        scope: ScopeName,
        /// A web origin from which a publishable key is accepted; may be given again.
        #[arg(long = "origin")]
        origins: Vec<String>,
    },
    /// Revokes a key.
    Revoke {
        /// Its id, such as `key_4f1c…`.
        id: String,
    },
    /// Prints the secret with which the shop's servers sign shoppers' ids.
    SigningSecret,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScopeName {
    Secret,
    Publishable,
}

pub(super) async fn run(args: KeysArgs) -> anyhow::Result<()> {
    let shop = Shop::open(args.shop.settings()?).await?;
    let caller = Caller::command();
    match args.command {
        KeysCommand::List => {
            for key in shop.app.keys().await? {
                let state = key.revoke_time.map_or("in force".into(), |it| format!("revoked {it}"));
                say(format_args!("{}  {:?}  made {}  {state}", key.id, key.scope, key.create_time));
            }
        }
        KeysCommand::Create { scope, origins } => {
            let scope = match scope {
                ScopeName::Secret => KeyScope::Secret,
                ScopeName::Publishable => KeyScope::Publishable,
            };
            say(shop.app.create_key(&caller, scope, origins).await?.text);
        }
        KeysCommand::Revoke { id } => {
            if !shop.app.revoke_key(&caller, &id).await? {
                anyhow::bail!("there is no key `{id}` in force; `keys list` names them");
            }
        }
        KeysCommand::SigningSecret => say(shop.app.signing_secret()),
    }
    shop.close().await
}
