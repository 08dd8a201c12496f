//! What `evaluate` and `tune` look at: a shop's own history, or plain files with a published split.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use app::judging::{AskedActs, JudgedData, PlainFile, Split, plain};
use clap::{Args, ValueEnum};

use crate::compose::{Shop, ShopOptions};

/// How many days are held out unless told otherwise.
const HELD_OUT_DAYS: u16 = 30;

/// Which data, and how it is cut.
#[derive(Args, Debug)]
pub(super) struct DataArgs {
    #[command(flatten)]
    shop: ShopOptions,
    /// What is held out: `last-days:30`, `leave-one-out` (what each shopper did last) or `fixed` (as the
    /// files say)
    #[arg(long, value_name = "SPLIT")]
    split: Option<SplitName>,
    /// What is to be foretold; of plain files, everything
    #[arg(long, value_enum, default_value = "ordered")]
    acts: ActsName,
    /// Histories to learn from, `user item item …` a line, in place of the shop's
    #[arg(long, value_name = "FILE", conflicts_with = "sessions")]
    train: Option<PathBuf>,
    /// What the same users went on to, `user item item …` a line
    #[arg(long, value_name = "FILE", requires = "train")]
    test: Option<PathBuf>,
    /// Sessions to learn from, `item item …` a line, oldest first
    #[arg(long, value_name = "FILE", requires = "test_sessions")]
    sessions: Option<PathBuf>,
    /// Later visits and what came next, `item item … TAB item` a line
    #[arg(long, value_name = "FILE", requires = "sessions")]
    test_sessions: Option<PathBuf>,
}

/// The splits by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SplitName {
    LastDays(u16),
    LeaveOneOut,
    Fixed,
}

impl FromStr for SplitName {
    type Err = String;

    fn from_str(text: &str) -> Result<SplitName, String> {
        match text.split_once(':') {
            None if text == "leave-one-out" => return Ok(SplitName::LeaveOneOut),
            None if text == "fixed" => return Ok(SplitName::Fixed),
            None if text == "last-days" => return Ok(SplitName::LastDays(HELD_OUT_DAYS)),
            Some(("last-days", days)) => {
                if let Some(days) = days.parse().ok().filter(|it| (1..=3_650).contains(it)) {
                    return Ok(SplitName::LastDays(days));
                }
            }
            _ => {}
        }
        Err("give `last-days:30` (1 to 3650 days), `leave-one-out` or `fixed`".to_owned())
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ActsName {
    /// Orders
    Ordered,
    /// Views of product pages
    Viewed,
    /// Everything but taking something out of the cart
    All,
}

impl ActsName {
    const fn acts(self) -> AskedActs {
        match self {
            ActsName::Ordered => AskedActs::Ordered,
            ActsName::Viewed => AskedActs::Viewed,
            ActsName::All => AskedActs::All,
        }
    }
}

impl DataArgs {
    /// Reads the data.
    ///
    /// # Errors
    ///
    /// When files are missing or bad, or the shop cannot be opened.
    pub(super) async fn read(self) -> anyhow::Result<JudgedData> {
        match (&self.train, &self.sessions) {
            (None, None) => self.read_shop().await,
            _ => self.read_files(),
        }
    }

    async fn read_shop(self) -> anyhow::Result<JudgedData> {
        let split = match self.split {
            None => Split::LastDays(HELD_OUT_DAYS),
            Some(SplitName::LastDays(days)) => Split::LastDays(days),
            Some(SplitName::LeaveOneOut) => Split::LeaveOneOut,
            Some(SplitName::Fixed) => {
                bail!(
                    "a fixed split is that of files; give --train and --test, or --sessions and --test-sessions"
                )
            }
        };
        let shop = Shop::open(self.shop.settings()?).await?;
        let data = shop.app.judged_data(split, self.acts.acts()).await;
        shop.close().await?;
        Ok(data?)
    }

    fn read_files(&self) -> anyhow::Result<JudgedData> {
        let lasting = |it: &Option<PathBuf>| it.as_deref().map(Text::read).transpose();
        let (train, test) = (lasting(&self.train)?, lasting(&self.test)?);
        let (sessions, visits) = (lasting(&self.sessions)?, lasting(&self.test_sessions)?);
        let material = match (self.split, &train, &test, &sessions, &visits) {
            (None | Some(SplitName::Fixed), Some(train), Some(test), ..) => {
                plain::fixed(train.file(), test.file())?
            }
            (None | Some(SplitName::Fixed), _, _, Some(sessions), Some(visits)) => {
                plain::sessions(sessions.file(), visits.file())?
            }
            (None | Some(SplitName::LeaveOneOut), Some(train), None, ..) => {
                plain::sequences(train.file())?
            }
            _ => bail!(
                "these files cannot be cut so: give --train and --test, --sessions and --test-sessions, \
                 or --train alone with --split leave-one-out"
            ),
        };
        let names = [&train, &test, &sessions, &visits].into_iter().flatten();
        let names: Vec<&str> = names.map(|it| it.name.as_str()).collect();
        Ok(JudgedData { material, source: names.join(", "), left_out: Vec::new() })
    }
}

/// A file's text and its name.
struct Text {
    name: String,
    text: String,
}

impl Text {
    fn read(path: &Path) -> anyhow::Result<Text> {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let mut text = String::new();
        if path.extension().is_some_and(|it| it == "gz") {
            flate2::read::MultiGzDecoder::new(bytes.as_slice())
                .read_to_string(&mut text)
                .with_context(|| format!("unpacking {}", path.display()))?;
        } else {
            text = String::from_utf8(bytes)
                .with_context(|| format!("{} is not UTF-8; convert it first", path.display()))?;
        }
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Text { name, text })
    }

    fn file(&self) -> PlainFile<'_> {
        PlainFile { name: &self.name, text: &self.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_known_by_their_names() {
        assert_eq!("last-days:7".parse(), Ok(SplitName::LastDays(7)));
        assert_eq!("last-days".parse(), Ok(SplitName::LastDays(30)));
        assert_eq!("leave-one-out".parse(), Ok(SplitName::LeaveOneOut));
        assert_eq!("fixed".parse(), Ok(SplitName::Fixed));
        for text in ["", "last-days:0", "last-days:x", "fixed:1", "last-day:3"] {
            assert!(text.parse::<SplitName>().is_err(), "{text}");
        }
    }
}
