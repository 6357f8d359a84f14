//! The program's commands besides `serve`.

pub mod account;
