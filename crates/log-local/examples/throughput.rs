//! How many events a second.
#![allow(clippy::all, clippy::disallowed_methods, clippy::print_stdout)]
use log_local::{LocalLog, Options};
use ports::Log;
use ports::conformance::any_event;
use std::sync::Arc;
use std::time::Instant;
fn rss() -> u64 {
    let s = std::fs::read_to_string("/proc/self/statm").unwrap();
    s.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4 / 1024
}
fn main() {
    let args: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let (n, per, callers) = (args[0], args[1], args[2]);
    let rate = args.get(3).copied().unwrap_or(0);
    let dir = tempfile::tempdir_in("/tmp").unwrap();
    let rt =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    println!("event bytes {}", any_event(1_000_000).encode().len());
    rt.block_on(async {
        let log = LocalLog::open(dir.path(), Options::default()).unwrap();
        let t = Instant::now();
        let mut set = tokio::task::JoinSet::new();
        for c in 0..callers {
            let log: Arc<LocalLog> = Arc::clone(&log);
            set.spawn(async move {
                let mut i = c * per;
                let mut lat = vec![];
                while i < n {
                    let ev: Vec<_> = (i..i + per).map(any_event).collect();
                    let s = Instant::now();
                    log.append(ev).await.unwrap();
                    lat.push(s.elapsed().as_micros() as u64);
                    i += per * callers;
                    if rate > 0 {
                        let due = std::time::Duration::from_secs_f64(i as f64 / rate as f64);
                        if let Some(d) = due.checked_sub(t.elapsed()) {
                            tokio::time::sleep(d).await;
                        }
                    }
                }
                lat
            });
        }
        let mon = {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
                    println!(
                        "  t={:?} head={} rss={}MB disk={}MB",
                        t.elapsed(),
                        log.head(),
                        rss(),
                        log.disk_bytes().unwrap() >> 20
                    );
                }
            })
        };
        let mut lat = vec![];
        while let Some(l) = set.join_next().await {
            lat.extend(l.unwrap());
        }
        mon.abort();
        let e = t.elapsed();
        lat.sort();
        println!(
            "{} events in {:?}: {:.0}/s; call p50 {}us p99 {}us max {}us rss {}MB disk {}MB",
            log.head(),
            e,
            log.head().get() as f64 / e.as_secs_f64(),
            lat[lat.len() / 2],
            lat[lat.len() * 99 / 100],
            lat[lat.len() - 1],
            rss(),
            log.disk_bytes().unwrap() >> 20
        );
        let s = std::fs::read_to_string("/proc/self/stat").unwrap();
        let f: Vec<&str> = s.split(' ').collect();
        println!(
            "cpu s: user {} sys {}",
            f[13].parse::<f64>().unwrap() / 100.0,
            f[14].parse::<f64>().unwrap() / 100.0
        );
        let t = Instant::now();
        drop(log);
        println!("close {:?}", t.elapsed());
        let t = Instant::now();
        let log = LocalLog::open(dir.path(), Options::default()).unwrap();
        println!("open {:?} head {}", t.elapsed(), log.head());
        let t = Instant::now();
        let mut after = domain::Position::START;
        loop {
            let r = log.read(after, 4096).await.unwrap();
            let Some(l) = r.last() else { break };
            after = l.position;
        }
        println!(
            "read {} in {:?} disk {} bytes/event {:.1}",
            after,
            t.elapsed(),
            log.disk_bytes().unwrap(),
            log.disk_bytes().unwrap() as f64 / after.get() as f64
        );
    });
}
