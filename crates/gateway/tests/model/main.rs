//! The hub against a small model of groups: plain sets and the rules as the protocol document words them.
//!
//! A seed makes a room full of people and the things that they do. After every step each client's picture of its
//! group, put together from nothing but the frames that it got, must be the model's picture; who was told to heat
//! must be who the model says; and no frame may hold what is not its reader's business.
//!
//! People sign in, are suspended and follow devices; every fourth room is limited by address; now and then the gateway
//! is restarted or killed.
//!
//! 10,000 seeds of 60 steps run with `--release`, 2,000 without, or as many as `HEARTH_SEEDS` says; `HEARTH_SEED=7`
//! runs one and says what happened in it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod check;
#[path = "../common/dice.rs"]
mod dice;
mod document;
mod model;
mod outage;
mod picture;
mod play;
mod rates;
mod signing;
mod world;

use std::fmt::Write;

const STEPS: usize = 60;
const SEEDS: u64 = if cfg!(debug_assertions) { 2_000 } else { 10_000 };
/// The seeds are dealt out to this many tests, which run side by side.
const PARTS: u64 = 8;

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seed: u64) {
    let mut world = world::World::new(seed);
    if let Err(trouble) = play::play(&mut world, seed, STEPS) {
        let mut story = String::new();
        for line in &world.story {
            let _ = writeln!(story, "{line}");
        }
        panic!("seed {seed}: {trouble}\nWhat happened:\n{story}HEARTH_SEED={seed} repeats it");
    }
}

fn part(number: u64) {
    if let Some(seed) = from_environment("HEARTH_SEED") {
        if seed % PARTS == number {
            run(seed);
        }
        return;
    }
    let seeds = from_environment("HEARTH_SEEDS").unwrap_or(SEEDS);
    for seed in (number..seeds).step_by(PARTS as usize) {
        run(seed);
    }
}

macro_rules! parts {
    ($($name:ident = $number:literal),*) => {
        $(
            #[test]
            fn $name() {
                part($number);
            }
        )*
    };
}

parts!(
    the_hub_does_as_the_model_1_of_8 = 0,
    the_hub_does_as_the_model_2_of_8 = 1,
    the_hub_does_as_the_model_3_of_8 = 2,
    the_hub_does_as_the_model_4_of_8 = 3,
    the_hub_does_as_the_model_5_of_8 = 4,
    the_hub_does_as_the_model_6_of_8 = 5,
    the_hub_does_as_the_model_7_of_8 = 6,
    the_hub_does_as_the_model_8_of_8 = 7
);
