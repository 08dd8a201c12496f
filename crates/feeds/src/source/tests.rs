//! Files as they are packed, and lines as they are cut.

use std::io::Write;

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// Writes a file of that name, reads it back line by line, and shows what came of it.
#[track_caller]
fn check(name: &str, bytes: &[u8], expect: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let shown = match read(&path) {
        Ok(lines) => lines,
        Err(err) => {
            let cause = std::error::Error::source(&err).map(ToString::to_string);
            let said = err.to_string().replace(&folder.path().display().to_string(), "");
            format!("{said}: {}", cause.unwrap_or_default())
        }
    };
    expect.assert_eq(&shown);
}

fn read(path: &Path) -> Result<String, FeedError> {
    let source = Source::open(path, &Meter::default())?;
    let mut shown = format!("{}\n", source.checksum()?.get(..8).unwrap());
    for line in source.lines(12)? {
        let line = line?;
        shown += &match line.text {
            Ok(text) => format!("{} {text}\n", line.number),
            Err(why) => format!("{} {} {why}\n", line.number, why.code),
        };
    }
    Ok(shown)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
    bytes.into_inner()
}

const TEXT: &[u8] = b"\xef\xbb\xbfone\r\n\n  \ntwo\nthis is much too long\n\xff\nlast";

#[test]
fn a_file_is_the_same_however_it_is_packed() {
    let same = || {
        expect![[r#"
            b81fa4a5
            1 one
            4 two
            5 ROW_TOO_LARGE row `this is much ` is longer than 12 bytes; shorten it
            6 BROKEN_ROW row `�` is not UTF-8; convert the file first
            7 last
        "#]]
    };
    check("plain.txt", TEXT, same());
    check("packed.txt.gz", &packed(TEXT), same());
    check("packed.zip", &zipped(&[("a.txt", TEXT), ("__MACOSX/a.txt", b"x")]), same());
}

#[test]
fn what_is_not_packed_as_its_name_says_is_refused_by_name() {
    check("a.gz", b"this is not packed", expect![["unpacking /a.gz: invalid gzip header"]]);
    let cut = packed(TEXT);
    check("b.gz", &cut[..cut.len() - 9], expect![["unpacking /b.gz: incomplete deflate stream"]]);
    check(
        "c.zip",
        b"nothing",
        expect![["unpacking /c.zip: invalid Zip archive: Could not find EOCD"]],
    );
    let two = zipped(&[("a", b"1"), ("b", b"2")]);
    check(
        "d.zip",
        &two,
        expect![["/d.zip holds 2 files; pack one file, or unpack it and name the file: "]],
    );
}

#[test]
fn an_archive_with_a_password_is_refused_rather_than_read_as_noise() {
    let mut archive = zipped(&[("feed/products.csv", TEXT)]);
    // The first bit of the flags, in the header before the file and in the one at the archive's end.
    for (header, place_of_flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let start = archive.windows(4).position(|it| it == header).unwrap();
        archive[start + place_of_flags] |= 1;
    }
    check(
        "a.zip",
        &archive,
        expect![[
            "/a.zip is encrypted: `feed/products.csv` in it needs a password, and none is asked for; pack it without one, or unpack it and name the file: "
        ]],
    );
}

/// What is said of the first row of a packed file that cannot be read.
fn failure<T>(
    name: &str,
    content: &[u8],
    rows: impl Fn(&Source) -> Vec<Result<T, FeedError>>,
) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, packed(content)).unwrap();
    let source = Source::open(&path, &Meter::default()).unwrap();
    let failed = rows(&source).into_iter().find_map(Result::err);
    let cause = failed.as_ref().and_then(std::error::Error::source).map(ToString::to_string);
    cause.unwrap_or_default()
}

#[test]
fn a_row_that_never_ends_is_given_up_before_it_fills_memory() {
    let too_long = "a row is longer than 16777216 bytes; is a quote or an end missing?";
    let endless = |before: &str, part: &str| {
        let n_parts = (17 << 20) / part.len();
        [before, &part.repeat(n_parts)].concat().into_bytes()
    };
    let table = |source: &Source| {
        let table = crate::table::csv(source, crate::mapping::CsvForm::default());
        table.unwrap().records.collect::<Vec<_>>()
    };
    let row = format!("1,{}\n", "x".repeat(4_000));
    assert_eq!(failure("open.csv.gz", &endless("id,title\n1,\"", &row), table), too_long);
    assert_eq!(failure("long.csv.gz", &endless("id,title\n", &row), table), "");

    let feed = |source: &Source| {
        let rules = crate::test_rules(domain::Currency::EUR);
        match crate::google::xml_rows(source, &rules, &crate::Facts::default()) {
            Ok(_) => Vec::new(),
            Err(err) => vec![Err::<(), _>(err)],
        }
    };
    for (before, part) in [("<rss><!--", &*row), ("<rss><item>", "<g:product_detail/>")] {
        assert_eq!(failure("open.xml.gz", &endless(before, part), feed), too_long, "{before}");
    }
}
