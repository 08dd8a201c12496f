//! Small runs, written as `strace` writes them, and what is left of them on the strictest disk.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};

use super::*;

/// Writes texts as `strace -xx` does.
fn as_strace(run: &str) -> String {
    let mut trace = String::new();
    for (n, part) in run.split('"').enumerate() {
        if n % 2 == 0 {
            trace.push_str(part);
        } else {
            trace.push('"');
            for byte in part.bytes() {
                write!(trace, "\\x{byte:02x}").unwrap();
            }
            trace.push('"');
        }
    }
    trace.lines().map(|it| it.trim().to_owned() + "\n").collect()
}

fn list(folder: &Path, depth: usize, listing: &mut String) {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy();
        let space = "  ".repeat(depth);
        if path.is_dir() {
            writeln!(listing, "{space}{name}/").unwrap();
            list(&path, depth + 1, listing);
        } else {
            let content = fs::read_to_string(&path).unwrap().replace('\0', ".");
            writeln!(listing, "{space}{name}: {content}").unwrap();
        }
    }
}

/// Runs to the end and lists what is left of `/data`.
#[track_caller]
fn check(run: &str, expect: Expect) {
    let trace = Trace::parse(&as_strace(run)).unwrap();
    let mut replay = Replay::new(&trace, Path::new("/data"));
    replay.advance_to(trace.n_steps());
    let folder = tempfile::tempdir().unwrap();
    replay.save(folder.path()).unwrap();
    let mut listing = String::new();
    list(folder.path(), 0, &mut listing);
    expect.assert_eq(&listing);
}

#[test]
fn only_what_was_written_before_the_sync_is_left() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_CREAT|O_EXCL, 0666) = 4
           7  fsync(3)                          = 0
           7  write(4, "one ", 4)               = 4
           7  fdatasync(4)                      = 0
           7  write(4, "two", 3)                = 3
           7  +++ killed by SIGKILL +++"#,
        expect![[r#"
            a: one 
        "#]],
    );
}

#[test]
fn a_write_that_overtakes_a_sync_is_not_covered_by_it() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_CREAT, 0666) = 4
           7  fsync(3)                          = 0
           7  pwrite64(4, "before ", 7, 0)      = 7
           7  fsync(4 <unfinished ...>
           8  pwrite64(4, "during", 6, 7)       = 6
           7  <... fsync resumed>)              = 0"#,
        expect![[r#"
            a: before 
        "#]],
    );
}

#[test]
fn a_write_that_is_not_complete_when_a_sync_begins_is_not_covered_by_it() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_CREAT, 0666) = 4
           7  fsync(3)                          = 0
           8  writev(4, [{iov_base="la", iov_len=2}, {iov_base="te", iov_len=2}], 2 <unfinished ...>
           7  fdatasync(4 <unfinished ...>
           8  <... writev resumed>)             = 4
           7  <... fdatasync resumed>)          = 0"#,
        expect![[r#"
            a: 
        "#]],
    );
}

#[test]
fn a_failed_or_unfinished_sync_makes_nothing_durable() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_CREAT, 0666) = 4
           7  fsync(3)                          = 0
           7  write(4, "lost", 4)               = 4
           7  fdatasync(4)                      = -1 EIO (Input/output error)
           7  fdatasync(4 <unfinished ...>)     = ?
           7  +++ killed by SIGKILL +++"#,
        expect![[r#"
            a: 
        "#]],
    );
}

#[test]
fn a_name_is_as_durable_as_its_folder() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  mkdir("/data/kept", 0777)         = 0
           7  openat(AT_FDCWD, "/data/kept", O_RDONLY|O_DIRECTORY) = 9
           7  openat(AT_FDCWD, "/data/kept/old", O_WRONLY|O_CREAT, 0666) = 4
           7  write(4, "old", 3)                = 3
           7  fsync(4)                          = 0
           7  fsync(9)                          = 0
           7  fsync(3)                          = 0
           7  openat(9, "new", O_WRONLY|O_CREAT, 0666) = 5
           7  write(5, "new", 3)                = 3
           7  fsync(5)                          = 0
           7  unlink("/data/kept/old")          = 0
           7  mkdirat(3, "lost", 0777)          = 0"#,
        expect![[r#"
            kept/
              old: old
        "#]],
    );
}

#[test]
fn a_file_renamed_into_place_is_the_old_or_the_new_one() {
    let run = r#"
           7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_CREAT, 0666) = 4
           7  write(4, "old", 3)                = 3
           7  fsync(4)                          = 0
           7  fsync(3)                          = 0
           7  openat(AT_FDCWD, "/data/a.new", O_WRONLY|O_CREAT, 0666) = 5
           7  write(5, "new", 3)                = 3
           7  fsync(5)                          = 0
           7  rename("/data/a.new", "/data/a")  = 0"#;
    check(
        run,
        expect![[r#"
            a: old
        "#]],
    );
    check(
        &format!("{run}\n7  fsync(3) = 0"),
        expect![[r#"
            a: new
        "#]],
    );
}

#[test]
fn places_lengths_and_copies_of_numbers_are_kept_apart() {
    check(
        r#"7  openat(AT_FDCWD, "/data", O_RDONLY|O_DIRECTORY) = 3
           7  openat(AT_FDCWD, "/data/a", O_RDWR|O_CREAT, 0666) = 4
           7  fsync(3)                          = 0
           7  ftruncate(4, 12)                  = 0
           7  fcntl(4, F_DUPFD_CLOEXEC, 3)      = 6
           7  write(6, "ab", 2)                 = 2
           7  write(4, "cd", 2)                 = 2
           7  lseek(4, 2, SEEK_CUR)             = 6
           7  write(4, "ef", 2)                 = 2
           7  close(4)                          = 0
           7  openat(AT_FDCWD, "/data/a", O_WRONLY|O_APPEND) = 4
           7  write(4, "end!", 4)               = 3
           7  openat(AT_FDCWD, "/elsewhere", O_WRONLY|O_CREAT, 0666) = 8
           7  write(8, "no", 2)                 = 2
           7  fsync(6)                          = 0"#,
        expect![[r#"
            a: abcd..ef....end
        "#]],
    );
}

#[test]
fn a_line_that_makes_no_sense_is_named() {
    let error = Trace::parse("7  close(3) = 0\n7  pwrite64(3, \"\\x61\", 1) = 1\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"line 2 of the trace: an argument is missing: 7  pwrite64(3, "\x61", 1) = 1"#
    );
}

/// The text of a request is its only marker.
fn marker(request: &[u8]) -> Vec<[u8; 16]> {
    request.first_chunk().into_iter().copied().collect()
}

const REQUEST: &str = r#"
           7  openat(AT_FDCWD, "/data/log", O_WRONLY|O_CREAT, 0666) = 4
           7  accept4(3, NULL, NULL, SOCK_CLOEXEC) = 5
           7  recvfrom(5, "sixteen letters!", 900, 0, NULL, NULL) = 16
           8  write(4, "...sixteen let", 14)    = 14
           8  write(4, "ters!...", 8)           = 8"#;

fn answers(rest: &str) -> Vec<Answer> {
    let trace = Trace::parse(&as_strace(&format!("{REQUEST}\n{rest}"))).unwrap();
    check_answers(&trace, Path::new("/data"), marker)
}

#[test]
fn an_answer_after_the_sync_is_in_time() {
    let answers = answers(
        r#"8  fdatasync(4)                      = 0
           7  sendto(5, "HTTP/1.1 200 OK", 15, MSG_NOSIGNAL, NULL, 0) = 15"#,
    );
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].early, None);
    assert_eq!(answers[0].markers, [*b"sixteen letters!"]);
}

#[test]
fn an_answer_before_the_end_of_the_sync_is_early() {
    let before = answers(
        r#"7  writev(5, [{iov_base="HTTP/1.1 200 OK", iov_len=15}], 1) = 15
           8  fdatasync(4)                      = 0"#,
    );
    let during = answers(
        r#"8  fdatasync(4 <unfinished ...>
           7  sendto(5, "HTTP/1.1 200 OK", 15, MSG_NOSIGNAL, NULL, 0) = 15
           8  <... fdatasync resumed>)          = 0"#,
    );
    for answers in [before, during] {
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].early, Some(*b"sixteen letters!"));
    }
}

#[test]
fn a_refusal_acknowledges_nothing() {
    let answers = answers(
        r#"7  sendto(5, "HTTP/1.1 503 Service Unavailable", 32, MSG_NOSIGNAL, NULL, 0) = 32"#,
    );
    assert_eq!(answers, []);
}
