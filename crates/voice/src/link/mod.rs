//! One connection to one other person, without I/O: how it is agreed on, how it is found through the network, and what
//! is done when it breaks.

pub(crate) mod connection;
pub(crate) mod gathering;
pub(crate) mod peer;
pub mod servers;
