#![no_main]
#[path = "../wire/mod.rs"]
mod wire;

libfuzzer_sys::fuzz_target!(|data: &[u8]| wire::emagine(data));
