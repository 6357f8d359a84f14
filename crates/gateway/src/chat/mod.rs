//! The chat core: communities, channels, messages, members, presence, typing and voice rooms, the same for every
//! dialect. Fronts translate; what one writes the others see.
//!
//! - `model`, `people` and `event`: what there is, and what happens. `store`: what outlives a restart, behind a trait.
//! - `switchboard`: who is there and who is told what, as a state machine without I/O.
//! - `session`: what a socket of a dialect is to the one who drives it.
//! - `handle`: what can be asked of it. `desk`: the one task through which everything goes that others see, so that all see it
//!   in one order.
//!
//! A message is told to anybody only after it is stored, so that nothing that was seen is missing later.

mod changes;
mod desk;
mod error;
mod event;
mod handle;
mod limits;
mod model;
mod people;
mod request;
mod rows;
mod session;
mod sqlite;
mod store;
mod switchboard;

pub use error::ChatError;
pub use event::{ChatEvent, Delivery, Ending, Outlet, Welcome};
pub use handle::Chat;
pub use limits::{ChatOptions, Limits};
pub use model::{
    Channel, ChannelId, ChannelKind, Community, CommunityId, Extra, Message, MessageId, TooMuch,
};
pub use people::{Author, Member, Person, Presence, Status, VoiceState};
pub use request::{SeshLink, SeshMessage, SeshVoice, VoiceChange};
pub(crate) use session::{Noticed, Output, Outputs, Session};
pub use sqlite::SqliteStore;
pub use store::{
    ChatRefusal, ChatStore, NewChannel, NewCommunity, NewMessage, SeshCommunity, Write, Written,
};
pub use switchboard::{ConnectionKey, Switchboard};
