#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| puffco_fuzz::advertisement(data));
