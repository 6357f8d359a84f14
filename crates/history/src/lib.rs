//! What happened: dabs, seshes with everybody's curves, the groups that were visited. Kept in SQLite
//! ([`Store`]); [`Recorder`] turns what is going on into what is to be kept, without I/O. Nothing here knows of
//! the window, of Bluetooth or of gateways. Documented in docs/history.md.

mod calendar;
mod curve;
mod dab;
mod error;
mod export;
mod figures;
mod matching;
mod recorder;
mod sesh;
mod store;
mod write;

pub use calendar::{Calendar, Day, UnknownZone};
pub use curve::{CurveError, Sample, decode as decode_curve, encode as encode_curve};
pub use dab::{Dab, DabId, Device, Ending, Profile, Source};
pub use error::{Cause, OpenError, StoreError};
pub use figures::{DayFigures, Figures, ProfileFigures, Range};
pub use matching::{LogDab, LogReading, LogTaken};
pub use recorder::{Activity, DeviceSeen, GroupSeen, Input, MemberSeen, Recorder, Said, Start};
pub use sesh::{Line, LineKind, Member, Recap, RecentGroup, SeshId, SeshKey, SeshPage, SeshRow};
pub use store::{Erased, Export, Page, Store};
pub use write::{DabWrite, LineWrite, SeshWrite, Write};
