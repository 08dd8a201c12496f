//! temp
use domain::ShopperKey;
use ports::{BlindId, IdKind, Records, ShopperRecord};
use std::time::Instant;
#[tokio::main]
async fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let batch: u32 = std::env::args().nth(2).unwrap().parse().unwrap();
    let dir = tempfile::TempDir::new_in("/work/main/target").unwrap();
    let r = records_sql::SqlRecords::connect(&records_sql::SqlRecords::sqlite_url(&dir.path().join("r.db"))).await.unwrap();
    let mk = |n: u32| {
        let a: [u8; 16] = *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap();
        let b: [u8; 16] = *blake3::hash(&(n as u64).to_be_bytes()).as_bytes().first_chunk().unwrap();
        (BlindId { kind: IdKind::Visitor, fingerprint: a }, ShopperRecord { key: ShopperKey::from_bytes(b), wrapped_seal_key: vec![1; 60] })
    };
    let t = Instant::now();
    let mut last = Instant::now();
    for i in 0..n / batch {
        let w: Vec<_> = (i * batch..(i + 1) * batch).map(mk).collect();
        r.assign(w).await.unwrap();
        if (i + 1) % (n / batch / 5).max(1) == 0 { println!("{} {:.0}/s", (i+1)*batch, (n as f64/5.0)/last.elapsed().as_secs_f64()); last = Instant::now(); }
    }
    println!("assign {:.0} ids/s", n as f64 / t.elapsed().as_secs_f64());
    let t = Instant::now();
    for i in 0..n / batch {
        let w: Vec<_> = (i * batch..(i + 1) * batch).map(|n| mk(n).0).collect();
        r.resolve(&w).await.unwrap();
    }
    println!("resolve {:.0} ids/s", n as f64 / t.elapsed().as_secs_f64());
    r.close().await.unwrap();
    let len = std::fs::metadata(dir.path().join("r.db")).unwrap().len();
    println!("{} bytes a visitor", len / n as u64);
}
