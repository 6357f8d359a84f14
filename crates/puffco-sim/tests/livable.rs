//! The quirks that a seed draws are such that the driver can live with them, and heats at most once all the same.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "machine/pair.rs"]
#[expect(dead_code, reason = "one of its tests needs less than all of them")]
mod pair;

use std::time::Duration;

use puffco::device::{Input, Phase};
use puffco_sim::{Quirks, SimConfig, SimModel};

#[test]
fn with_any_drawn_quirks_the_driver_gets_ready_and_heats_at_most_once() {
    let mut heated = 0;
    for seed in 0..300_u64 {
        let (_, model) = SimModel::ALL[seed as usize % SimModel::ALL.len()];
        let quirks = Quirks::drawn(seed);
        let config = SimConfig { seed, quirks: quirks.clone(), ..SimConfig::new(model) };
        let mut pair = pair::Pair::new(config);
        pair.input(Input::Connect);
        let mut waited = 0;
        while *pair.device.phase() != Phase::Ready {
            pair.advance(Duration::from_millis(500));
            waited += 1;
            assert!(waited < 240, "seed {seed}, {model}: {:?} with {quirks:?}", pair.device.phase());
            if pair.sim.advertisement().is_some() {
                pair.input(Input::Heard);
            }
        }
        assert_eq!(pair.sim.heat_writes(), 0, "seed {seed}");
        let heat = pair.heat(1);
        let asked = pair.now;
        pair.advance(Duration::from_secs(30));
        let result = pair.result(heat);
        let written = pair.sim.counters().heats_written_at();
        heated += written.len();
        assert!(written.len() <= 1, "seed {seed}, {model}: {written:?}");
        assert!(
            written.iter().all(|at| *at <= asked + Duration::from_millis(1600)),
            "seed {seed}, {model}: late"
        );
        assert!(result != Some(Ok(())) || written.len() == 1, "seed {seed}, {model}: {result:?}");
        assert!(pair.sim.counters().forbidden().is_empty(), "seed {seed}");
    }
    assert!(heated > 200, "{heated} of 300 heats");
}
