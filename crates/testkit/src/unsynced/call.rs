//! One system call, read from the line that `strace` writes about it.

use std::path::PathBuf;

/// A path, relative to an open folder if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) folder: Option<i64>,
    pub(super) path: PathBuf,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) creates: bool,
    pub(super) truncates: bool,
    pub(super) appends: bool,
}

/// What a successful system call did, as far as files and answers are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Open { place: Place, manner: Manner, fd: i64 },
    MakeFolder { place: Place },
    Write { fd: i64, at: Option<u64>, bytes: Vec<u8> },
    Receive { fd: i64, bytes: Vec<u8> },
    SetLength { fd: i64, n_bytes: u64 },
    Grow { fd: i64, n_bytes: u64 },
    Seek { fd: i64, to: u64 },
    Sync { fd: i64 },
    Rename { from: Place, to: Place },
    Link { from: Place, to: Place },
    Remove { place: Place },
    Duplicate { fd: i64, copy: i64 },
    Close { fd: i64 },
    Connection { fd: i64 },
}

/// The calls that [`Call::parse`] understands: what `strace` is asked to write down.
pub(super) const TRACED: &str = "openat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,recvfrom,\
                                 ftruncate,fallocate,lseek,fsync,fdatasync,rename,renameat,renameat2,link,\
                                 linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,dup,dup2,dup3,fcntl,close,accept4";

impl Call {
    /// Reads `name(arguments) = result`; `None` for a call that failed or is of no interest.
    pub(super) fn parse(line: &str) -> Result<Option<Call>, &'static str> {
        let (call, result) = line.rsplit_once(" = ").ok_or("there is no result")?;
        let result = result.split(' ').next().unwrap_or_default();
        // A call that was under way at the kill has no result, and any other failed one no effect.
        let Some(result) = result.parse::<i64>().ok().filter(|it| 0 <= *it) else {
            return Ok(None);
        };
        let (name, arguments) = call.split_once('(').ok_or("there are no arguments")?;
        let arguments = arguments.trim_end().strip_suffix(')').ok_or("the arguments do not end")?;
        Arguments { all: split(arguments), result }.read(name)
    }
}

struct Arguments<'l> {
    all: Vec<&'l str>,
    result: i64,
}

impl Arguments<'_> {
    fn read(&self, name: &str) -> Result<Option<Call>, &'static str> {
        let call = match name {
            "openat" => {
                let flags = self.text(2)?;
                let manner = Manner {
                    creates: flags.contains("O_CREAT"),
                    truncates: flags.contains("O_TRUNC"),
                    appends: flags.contains("O_APPEND"),
                };
                Call::Open { place: self.place_in(0)?, manner, fd: self.result }
            }
            "mkdir" => Call::MakeFolder { place: self.place(0)? },
            "mkdirat" => Call::MakeFolder { place: self.place_in(0)? },
            "write" | "writev" | "sendto" | "sendmsg" => self.write(None)?,
            // These two put the place behind what is written; the last of them also has flags.
            "pwrite64" | "pwritev" => self.write(Some(3))?,
            "pwritev2" => self.write(Some(3))?,
            "recvfrom" => Call::Receive { fd: self.fd()?, bytes: self.bytes(1)? },
            "ftruncate" => Call::SetLength { fd: self.fd()?, n_bytes: self.number(1)? },
            "fallocate" => match self.text(1)? {
                "0" => Call::Grow { fd: self.fd()?, n_bytes: self.number(2)? + self.number(3)? },
                _ => return Err("only plain fallocate is understood"),
            },
            "lseek" => Call::Seek { fd: self.fd()?, to: self.result.unsigned_abs() },
            "fsync" | "fdatasync" => Call::Sync { fd: self.fd()? },
            "rename" => Call::Rename { from: self.place(0)?, to: self.place(1)? },
            "renameat" => Call::Rename { from: self.place_in(0)?, to: self.place_in(2)? },
            "renameat2" => match self.text(4)? {
                "0" | "RENAME_NOREPLACE" => {
                    Call::Rename { from: self.place_in(0)?, to: self.place_in(2)? }
                }
                _ => return Err("only plain renames are understood"),
            },
            "link" => Call::Link { from: self.place(0)?, to: self.place(1)? },
            "linkat" => Call::Link { from: self.place_in(0)?, to: self.place_in(2)? },
            "unlink" | "rmdir" => Call::Remove { place: self.place(0)? },
            "unlinkat" => Call::Remove { place: self.place_in(0)? },
            "dup" | "dup2" | "dup3" => Call::Duplicate { fd: self.fd()?, copy: self.result },
            "fcntl" if self.text(1)?.starts_with("F_DUPFD") => {
                Call::Duplicate { fd: self.fd()?, copy: self.result }
            }
            "close" => Call::Close { fd: self.fd()? },
            "accept4" => Call::Connection { fd: self.result },
            _ => return Ok(None),
        };
        Ok(Some(call))
    }

    fn write(&self, place: Option<usize>) -> Result<Call, &'static str> {
        let at = place.map(|it| self.number(it)).transpose()?;
        Ok(Call::Write { fd: self.fd()?, at, bytes: self.bytes(1)? })
    }

    fn text(&self, nth: usize) -> Result<&str, &'static str> {
        self.all.get(nth).copied().ok_or("an argument is missing")
    }

    fn number(&self, nth: usize) -> Result<u64, &'static str> {
        self.text(nth)?.parse().map_err(|_| "an argument is not a number")
    }

    fn fd(&self) -> Result<i64, &'static str> {
        self.text(0)?.parse().map_err(|_| "a file's number is not a number")
    }

    fn place(&self, nth: usize) -> Result<Place, &'static str> {
        let path = unescape(self.text(nth)?)?;
        let path = String::from_utf8(path).map_err(|_| "a path is not UTF-8")?;
        Ok(Place { folder: None, path: PathBuf::from(path) })
    }

    fn place_in(&self, nth: usize) -> Result<Place, &'static str> {
        let folder = self.text(nth)?.parse().ok();
        Ok(Place { folder, ..self.place(nth + 1)? })
    }

    /// What was really written or received: the texts in the argument, as far as the result says.
    fn bytes(&self, nth: usize) -> Result<Vec<u8>, &'static str> {
        let mut bytes = unescape(self.text(nth)?)?;
        let n_done = usize::try_from(self.result).map_err(|_| "the result is too large")?;
        if bytes.len() < n_done {
            return Err("not all that was written is there; let strace keep longer texts");
        }
        bytes.truncate(n_done);
        Ok(bytes)
    }
}

/// Splits arguments at their commas, but not within texts, lists and structures.
fn split(arguments: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut is_text = false;
    let parts = arguments.split(|c| {
        match c {
            '"' => is_text = !is_text,
            '[' | '{' if !is_text => depth += 1,
            ']' | '}' if !is_text => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0 && !is_text
    });
    parts.map(str::trim).collect()
}

/// The bytes of all texts in an argument, where every byte is written as `\xNN`.
fn unescape(argument: &str) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    for text in argument.split('"').skip(1).step_by(2) {
        for digits in text.split("\\x").skip(1) {
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| "a byte is not hexadecimal")?);
        }
    }
    Ok(bytes)
}
