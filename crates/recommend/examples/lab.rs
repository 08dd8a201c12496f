//! lab
use std::collections::{BTreeMap, BTreeSet, HashMap}; use std::num::NonZeroU32;
use domain::{ProductIdx, Timestamp};
use recommend::*; use recommend::co_occurrence::*;
fn main() {
    let t = std::fs::read_to_string("/tmp/sess/retail.tsv").unwrap();
    let mut orders: Vec<(String, Vec<ProductIdx>)> = vec![]; let mut idx: HashMap<String, u32> = HashMap::new(); let mut names: Vec<BTreeMap<String, u32>> = vec![];
    let mut sold = vec![];
    for l in t.lines() { let f: Vec<&str> = l.split('\t').collect();
        let n = idx.len() as u32; let p = *idx.entry(f[1].into()).or_insert(n); if p as usize == names.len() { names.push(BTreeMap::new()); sold.push(0); }
        *names[p as usize].entry(f[2].into()).or_default() += 1; sold[p as usize] += 1;
        if orders.last().is_none_or(|o| o.0 != f[0]) { orders.push((f[0].into(), vec![])); }
        orders.last_mut().unwrap().1.push(ProductIdx::new(p)); }
    let name = |p: usize| names[p].iter().max_by_key(|x| x.1).map_or("", |x| x.0.as_str());
    let words = |p: usize| -> BTreeSet<&str> { name(p).split_whitespace().filter(|w| w.len() > 2 && !["SET","THE","AND","OF","WITH"].contains(w)).collect() };
    let mut top: Vec<usize> = (0..names.len()).filter(|&p| words(p).len() >= 2).collect(); top.sort_by_key(|&p| std::cmp::Reverse(sold[p])); top.truncate(600);
    let show = ["PINK REGENCY TEACUP AND SAUCER","JUMBO BAG RED RETROSPOT","WOODEN FRAME ANTIQUE WHITE","LUNCH BAG RED RETROSPOT","ALARM CLOCK BAKELIKE RED","SPACEBOY LUNCH BOX","SET/5 RED RETROSPOT LID GLASS BOWLS","GARDENERS KNEELING PAD KEEP CALM","HAND WARMER OWL DESIGN","STRAWBERRY CHARLOTTE BAG"];
    println!("{} orders {} products", orders.len(), names.len());
    for aff in [Affinity::Cosine, Affinity::Lift] { for shr in [0.0f32, 2.0, 5.0, 10.0, 20.0, 40.0] { for c in [32u16, 64, 128, 256, 4000] { for window in [64u16, 4000] {
        if (c > 256) != (window > 64) && c != 256 { continue }
        let t0 = std::time::Instant::now();
        let mut m = CoOccurrence::new(Config { affinity: aff, shrinkage: shr, neighbors_per_product: c, window, ..Config::bought_together() });
        for o in &orders { m.append_group(&o.1); }
        let el = t0.elapsed();
        let mut ok = 0; let mut shared = 0.0; let mut avg = 0.0;
        for &p in &top { let mut out = vec![]; m.generate(&Context { anchors: &[ProductIdx::new(p as u32)], ..Context::at(Timestamp::default()) }, NonZeroU32::new(5).unwrap(), &mut out);
            let n = out.iter().filter(|c| words(c.product.as_usize()).intersection(&words(p)).count() >= 1).count(); if n >= 3 { ok += 1; } shared += n as f64;
            avg += out.iter().map(|c| sold[c.product.as_usize()] as f64).sum::<f64>() / out.len().max(1) as f64; }
        println!("{aff:?} s={shr} c={c} w={window}: {}% shared {:.2} pop {:.0} bytes {} fit {:?}", 100 * ok / top.len(), shared / top.len() as f64, avg / top.len() as f64, m.heap_bytes(), el);
        if c == 256 && window == 64 && (shr == 5.0 || shr == 20.0) { for s in show { let Some(p) = (0..names.len()).find(|&p| name(p) == s) else { println!("no {s}"); continue };
            let mut out = vec![]; m.generate(&Context { anchors: &[ProductIdx::new(p as u32)], ..Context::at(Timestamp::default()) }, NonZeroU32::new(5).unwrap(), &mut out);
            println!("   {s} ({}): {}", sold[p], out.iter().map(|c| format!("{} ({}) {:.2}", name(c.product.as_usize()), sold[c.product.as_usize()], c.score)).collect::<Vec<_>>().join(" | ")); } }
    }}}}
}
