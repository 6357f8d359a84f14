//! The overlay for streams: a page on this computer that a streaming program shows over its picture.
//!
//! A small web server on loopback. It hands out one page and, over a WebSocket, what that page shows. Whoever has
//! the address may watch, and nobody can do anything: there are no commands, and what a page sends is ignored.
//! Where the view comes from is not known here: the companion puts it into a [`watch`](tokio::sync::watch) channel.

mod audience;
mod door;
mod key;
mod page;
mod relay;
mod server;
mod socket;
mod trails;
mod view;

pub use key::{Key, NoRandomness};
pub use server::{Overlay, OverlayError, OverlayOptions, PREFERRED_PORT};
pub use view::{
    OverlayActivity, OverlayLayout, OverlayLook, OverlayMember, OverlayMessage, OverlayPosition,
    OverlayStage, OverlayTongue, OverlayUnit, OverlayView, Trail,
};
