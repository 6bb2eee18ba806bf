//! What every bench stands on: measuring, a made desk of any size on either engine, the statements that the program runs,
//! invented letters. It proves nothing; the figures do.

#![allow(dead_code, unused_imports, reason = "each bench binary uses its own part")]

pub mod copy;
pub mod made;
pub mod measure;
pub mod mistakes;
pub mod people;
pub mod place;
pub mod random;
pub mod rows;
pub mod statements;

/// The benches named on the command line among those there are; all of them when none is named. None under `cargo test`,
/// which runs bench targets too but does not say `--bench`.
pub fn chosen(all: &[&'static str]) -> Vec<&'static str> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if !asked.iter().any(|word| word == "--bench") {
        println!("not run: these are benches; `cargo bench` runs them: {}", all.join(" "));
        return Vec::new();
    }
    let named: Vec<&String> = asked.iter().filter(|word| !word.starts_with('-')).collect();
    for name in &named {
        assert!(all.contains(&name.as_str()), "no bench {name}; there are: {}", all.join(" "));
    }
    all.iter().copied().filter(|name| named.is_empty() || named.iter().any(|n| n == name)).collect()
}

/// A whole number from the environment.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| {
        text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name} is a whole number"))
    })
}

/// How many appeals the great desk has.
pub fn appeals() -> u64 {
    number("OTKLIK_BENCH_APPEALS", 1_000_000)
}
