//! The history in forms that other programs read (docs/history.md, "Exports").

pub mod csv;
pub mod json;
