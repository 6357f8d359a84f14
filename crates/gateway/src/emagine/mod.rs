//! The E-Magine dialect as a view of the chat core (facts/other-gateways.md §4): the rules of its connections, and REST.
//! Its sockets are in the server. A channel of it is a community with one text channel; the text channels of other
//! communities are its channels too, for whoever is a member or knows the number.

pub(crate) mod rest;
pub(crate) mod session;
pub(crate) mod show;
