//! The Hearth app.
fn main() {}
