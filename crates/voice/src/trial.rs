//! What tests and measurements need of voice rooms: a network in bad weather, and ears that measure. The same for rooms in
//! virtual time, for rooms on real sockets and for whole companions.

pub mod listening;
pub mod weather;
