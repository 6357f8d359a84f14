//! The defects of the recorded gateways (facts/puff-gateway.md §10), each as the behaviour that this one has
//! instead. `defect_N_…` is number N of the TypeScript gateway, `elixir_defect_…` one of the Elixir gateway's list,
//! `api_defect_…` the one of the account service. What is not about the core is held elsewhere: 12's stalled
//! reader and 13's open listener where the sockets are, 6's MAC address (a pseudonym) in the companion.

mod accounts;
mod elixir;
mod groups;
mod limits;
mod lobby;
mod seshes;
mod sessions;
