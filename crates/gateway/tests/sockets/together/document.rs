//! The document of the dialect.
