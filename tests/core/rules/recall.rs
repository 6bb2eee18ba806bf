//! How often the member look-up still finds whom a mistaken query means, among invented people. The full run is of 2,000
//! queries of each kind over a million rows (`cargo bench --bench desk -- lookup`); here it is a smaller registry.

#[path = "../../bench/support/mistakes.rs"]
pub mod mistakes;
#[path = "../../bench/support/people.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
pub mod people;
#[path = "../../bench/support/random.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
pub mod random;

use mistakes::{MISTAKES, registered, typed};
use otklik_core::rules::lookup::{Lookup, LookupRow};
use otklik_core::rules::normalise::fold_name;
use random::Random;

const ROWS: u64 = 20_000;
const SHOWN: usize = 10;

#[test]
fn each_kind_of_mistake_still_finds_whom_it_means() {
    let scale: f64 = std::env::var("OTKLIK_TEST_SCALE").map_or(0.1, |text| text.parse().expect("a number"));
    let seed: u64 = std::env::var("OTKLIK_TEST_SEED").map_or(7, |text| text.parse().expect("a number"));
    println!("OTKLIK_TEST_SEED={seed}");
    let asked = ((2_000.0 * scale) as u32).max(50);
    let names: Vec<String> = (1..=ROWS).map(|number| registered(number).join(" ")).collect();
    let row = |(key, name): (u32, &String)| LookupRow { key, name: name.clone(), ..LookupRow::default() };
    let index = Lookup::build((0..).zip(&names).map(row), []);
    let mut random = Random::new(seed);
    let mut all = 0;
    for (mistake, what) in MISTAKES {
        let (mut found, mut missed) = (0, Vec::new());
        for _ in 0..asked {
            let number = random.below(ROWS);
            let query = typed(&registered(number + 1), mistake, &mut random);
            let meant = fold_name(&names[number as usize]);
            let is_meant = |key: u32| fold_name(&names[key as usize]) == meant;
            match index.find(&query, SHOWN, None).iter().any(|hit| is_meant(hit.key)) {
                true => found += 1,
                false => missed.push(query),
            }
        }
        all += found;
        assert!(found * 100 >= asked * 95, "{what}: {found} of {asked}, such as {:?}", missed.first());
    }
    let asked = asked * MISTAKES.len() as u32;
    assert!(all * 100 >= asked * 97, "{all} of {asked}");
}
