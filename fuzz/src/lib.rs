//! What the fuzz targets do: plain functions of bytes that panic when something is wrong. They need no fuzzer,
//! so the tests of `puffco` replay the corpus with them on every run.

mod bytes;
mod device;
mod frames;
mod texts;
mod values;

pub use device::machine;
pub use frames::{event, limits, reply, request};
pub use texts::{advertisement, text};
pub use values::{attribute, cbor, evidence, legacy, light, log};

/// A target: what it is called, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each has a folder of that name in `corpus/`.
pub const TARGETS: [Target; 13] = [
    ("advertisement", advertisement),
    ("attribute", attribute),
    ("cbor", cbor),
    ("event", event),
    ("evidence", evidence),
    ("legacy", legacy),
    ("light", light),
    ("limits", limits),
    ("log", log),
    ("machine", machine),
    ("reply", reply),
    ("request", request),
    ("text", text),
];
