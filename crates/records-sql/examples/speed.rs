//! temp
use domain::ShopperKey;
use ports::{BlindId, IdKind, Records, ShopperRecord};
use std::time::Instant;
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.rsplit(") ").next().unwrap().split(" ").collect(); (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0 }
#[tokio::main]
async fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let batch: u32 = std::env::args().nth(2).unwrap().parse().unwrap();
    let dir = tempfile::TempDir::new_in("/work/main/target").unwrap();
    let r = records_sql::SqlRecords::connect(&records_sql::SqlRecords::sqlite_url(
        &dir.path().join("r.db"),
    ))
    .await
    .unwrap();
    let mk = |n: u32| {
        let a: [u8; 16] = *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap();
        let b: [u8; 16] =
            *blake3::hash(&(n as u64).to_be_bytes()).as_bytes().first_chunk().unwrap();
        (
            BlindId { kind: IdKind::Visitor, fingerprint: a },
            ShopperRecord { key: ShopperKey::from_bytes(b), wrapped_seal_key: vec![1; 60] },
        )
    };
    let t = Instant::now();
    let mut last = Instant::now();
    for i in 0..n / batch {
        let w: Vec<_> = (i * batch..(i + 1) * batch).map(mk).collect();
        r.assign(w).await.unwrap();
        if (i + 1) % (n / batch / 5).max(1) == 0 {
            println!(
                "{} {:.0}/s",
                (i + 1) * batch,
                (n as f64 / 5.0) / last.elapsed().as_secs_f64()
            );
            last = Instant::now();
        }
    }
    println!("assign {:.0} ids/s, cpu {:.1}us/id", n as f64 / t.elapsed().as_secs_f64(), cpu()*1e6/n as f64); let c0 = cpu();
    let t = Instant::now();
    for i in 0..n / batch {
        let w: Vec<_> = (i * batch..(i + 1) * batch).map(|n| mk(n).0).collect();
        r.resolve(&w).await.unwrap();
    }
    println!("resolve {:.0} ids/s, cpu {:.1}us/id", n as f64 / t.elapsed().as_secs_f64(), (cpu()-c0)*1e6/n as f64);
    r.close().await.unwrap();
    let len = std::fs::metadata(dir.path().join("r.db")).unwrap().len();
    println!("{} bytes a visitor", len / n as u64);
}
