//! What comes over a network, as plain functions of bytes that panic when something is wrong. They need no fuzzer, so the
//! tests of `hearth-dialects` replay the corpus with them on every run.

mod emagine;
mod i386chat;

pub use emagine::emagine;
pub use i386chat::i386chat;

/// A target: what it is called, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each has a folder of that name in `corpus/`.
pub const TARGETS: [Target; 2] = [("emagine", emagine), ("i386chat", i386chat)];
