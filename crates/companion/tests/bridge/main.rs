//! The rules of the bridge between device and group: when a heater is started, and when it is not.

mod away;
mod countdown;
mod heat;
mod press;
mod start;
mod table;
