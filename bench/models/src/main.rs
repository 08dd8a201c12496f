//! `cargo xtask bench NAME`, for the names of models' benchmarks.

fn main() -> anyhow::Result<()> {
    bench_models::cli::run()
}
