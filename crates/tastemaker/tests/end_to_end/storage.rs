//! A disk that fills up: intake refuses before it could lose anything, decisions go on, and intake
//! goes on too as soon as there is room.

use std::path::Path;
use std::process::Command;

use rustix::fs::{FallocateFlags, fallocate};
use serde_json::{Value, json};

use crate::server::{Server, views};
use crate::site::Site;

/// A file system of its own in a folder, and no longer when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// Mounts it, where this process may.
    fn mount(folder: &'a Path, size: &str) -> Option<SmallDisk<'a>> {
        std::fs::create_dir(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder);
        let is_mounted = mount.output().is_ok_and(|it| it.status.success());
        is_mounted.then_some(SmallDisk(folder))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        // Lazily, so that it goes even when a failed test still has files open in it.
        drop(Command::new("umount").arg("--lazy").arg(self.0).output());
    }
}

async fn tell(server: &Server, key: &str, id: &str) -> String {
    let mut event = views("me", &["tent"]).remove(0);
    event["messageId"] = json!(id);
    let answer = server.call(key, "POST /v1/batch", json!({"batch": [event]})).await;
    match answer.header("retry-after") {
        "" => answer.summary(),
        wait => format!("{}, retry after {wait} s", answer.summary()),
    }
}

/// What intake answers, and what the server says of it.
async fn intake(server: &Server, key: &str, id: &str) -> (String, String) {
    let told = tell(server, key, id).await;
    let readiness = server.call(key, "GET /readyz", Value::Null).await;
    assert_eq!(readiness.json["ready"], true, "{}", readiness.text);
    (told, readiness.json["intake"].as_str().unwrap().to_owned())
}

fn open() -> (String, String) {
    ("200".to_owned(), "open".to_owned())
}

fn full() -> (String, String) {
    ("503 STORAGE_FULL, retry after 30 s".to_owned(), "storage_full".to_owned())
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what they did not do")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

async fn decides(server: &Server, key: &str) {
    let decision = server.decide(key, json!({"visitor_id": "me"})).await;
    assert_eq!(decision.shown(), ["tent"], "{}", decision.text);
}

#[tokio::test]
async fn intake_stops_while_the_disk_is_full_and_decisions_go_on() {
    // The log itself leaves 256 MiB free, so there is room for about 64.
    let site = Site::with("[limits]\ndisk_watermark_bytes = 16_777_216\n");
    let data = site.path("data");
    let Some(_disk) = SmallDisk::mount(&data, "320m") else {
        skipped("this process may not mount a small disk");
        return;
    };
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199"]).await;
    assert_eq!(intake(&server, &keys.secret, "1").await, open());

    let filler = data.join("filler");
    let file = std::fs::File::create(&filler).unwrap();
    fallocate(file, FallocateFlags::empty(), 0, 50 << 20).unwrap();
    assert_eq!(intake(&server, &keys.secret, "2").await, full());
    decides(&server, &keys.publishable).await;

    std::fs::remove_file(filler).unwrap();
    assert_eq!(intake(&server, &keys.secret, "2").await, open());
    server.stop();
    let log = site.log();
    assert_eq!(log.iter().filter(|it| it["kind"] == "product_viewed").count(), 2);
    site.state();
}

#[tokio::test]
async fn intake_stops_below_the_watermark_that_the_operator_sets() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199"]).await;
    assert_eq!(intake(&server, &keys.secret, "1").await, open());
    server.stop();
    // A tebibyte, the most that can be set: few disks have more room than that.
    site.write("tastemaker.toml", "[limits]\ndisk_watermark_bytes = 1_099_511_627_776\n");
    let server = Server::start(&site);
    if rustix::fs::statvfs(site.path("data")).is_ok_and(|it| it.f_bavail * it.f_frsize > 1 << 40) {
        skipped("there is more room than a watermark can ask for");
        return;
    }
    assert_eq!(intake(&server, &keys.secret, "2").await, full());
    decides(&server, &keys.publishable).await;
    server.stop();
    site.write("tastemaker.toml", "");
    let server = Server::start(&site);
    assert_eq!(intake(&server, &keys.secret, "2").await, open());
}
