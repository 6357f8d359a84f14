//! The wire types of the E-Magine dialect, by chance.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod by_chance;
