//! The Hearth app.
