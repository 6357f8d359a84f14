//! One connection to one other person, without I/O: how it is agreed on, how it is found through the network, and what
//! is done when it breaks.

pub(crate) mod connection;
pub mod gathering;
mod loss;
pub mod peer;
pub mod servers;
