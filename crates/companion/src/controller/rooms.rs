//! Chat servers: which there are, and their connections. What their kinds are is in [`dialect`]. What is known of one is
//! in [`hall`], the lines of a channel in [`room`]; what happens there in [`heard`], what a person asks in [`account`],
//! [`wishes`] and [`writing`], what is read in [`reading`], how they are seen there in [`activity`].

mod account;
mod activity;
mod dialect;
mod hall;
mod heard;
mod reading;
mod room;
pub(in crate::controller) mod tidy;
mod view;
mod voice;
mod wishes;
mod words;
mod writing;

use std::time::{Duration, Instant};

use hearth_clock::Now;
use hearth_gateway_client::chat::{self, Dialect, Refusal, Request, Status};

use super::device::wall;
use super::{Controller, Held, Output};
use crate::contract::{NoticeKind, RoomView};
use crate::saved::{Saved, SavedCommunity};
use crate::secrets::Secret;
pub(in crate::controller) use dialect::{account, offers};
use hall::Hall;
use words::Text;
pub(in crate::controller) use words::why as why_not;

/// What others bring about is shown at most so often.
const SHOW_EVERY: Duration = Duration::from_millis(200);

/// How far channels were read is written down at most so often.
const SAVE_EVERY: Duration = Duration::from_secs(10);

/// Which password to sign in with. Where there are none, the server tells a token once, which takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordWish {
    /// The one that this program still knows, or else that of the keychain.
    Known {
        /// It may be in the keychain.
        kept: bool,
    },
    /// The same; keep it from now on, or no longer.
    Keep(bool),
    /// None: the server tells it.
    Told {
        /// Keep it.
        keep: bool,
    },
    /// This one.
    New {
        /// The password.
        password: Secret,
        /// Keep it.
        keep: bool,
    },
}

/// What the runtime is asked to do with the session of a chat server.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomsWish {
    /// Run a session with it, in place of the present one, and sign in.
    Open {
        /// What it speaks.
        dialect: Dialect,
        /// Its address.
        url: String,
        /// The communities that this person is in, where it does not list them.
        places: Vec<String>,
        /// Name of the account.
        username: String,
        /// Its password.
        password: PasswordWish,
        /// Make the account first.
        register: bool,
    },
    /// Ask the session.
    Ask(Request),
    /// Keep the password from now on, or no longer; the session goes on.
    Keep(bool),
    /// End the session; the password is still known until the program ends.
    Close,
    /// End the session, and forget the password.
    Forget,
}

/// What the runtime reports of a session.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomsNews {
    /// What was asked for with [`RoomsWish::Open`] begins: what follows is of the new session.
    Begun,
    /// From the session.
    Told {
        /// What.
        event: Box<chat::Event>,
        /// It waits until it was looked at.
        held: Held,
    },
    /// The server told the token of the account that was made.
    Registered,
    /// So much came that some of it was passed over: what is shown has to be read anew.
    Missed,
    /// Nobody knows the password any more.
    NoPassword,
    /// Its address is none.
    BadAddress,
}

/// The chat servers.
#[derive(Debug, Default)]
pub struct Rooms {
    halls: Vec<Hall>,
    /// The channel that is open, and on which.
    open: Option<(u32, String)>,
    last_ticket: u64,
    last_pending: u64,
    /// There may be something else to see.
    changed: bool,
    /// A person waits to see it.
    urgent: bool,
    show_next: Option<Instant>,
    show_due: Option<Instant>,
    shown_room: Option<RoomView>,
    /// What was read is not written down yet.
    unsaved: bool,
    saved_at: Option<Instant>,
    /// Somebody could read the open one.
    reading: bool,
    /// When the open one's writing was told last.
    typed_at: Option<Instant>,
}

impl Rooms {
    /// The remembered ones, not connected yet.
    #[must_use]
    pub fn new(saved: &Saved) -> Self {
        let halls = saved.community.iter().cloned().filter_map(Hall::new).collect();
        Self { halls, changed: true, ..Self::default() }
    }

    /// What is to be remembered.
    pub fn saved(&self) -> impl Iterator<Item = SavedCommunity> + '_ {
        self.halls.iter().map(|hall| hall.saved.clone())
    }

    /// Whether one has this number.
    pub fn has(&self, id: u32) -> bool {
        self.get(id).is_some()
    }

    /// When something is due.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let typing = self.halls.iter().filter_map(Hall::typing_until);
        typing.chain(self.show_due).min()
    }

    fn get(&self, id: u32) -> Option<&Hall> {
        self.halls.iter().find(|hall| hall.saved.id == id)
    }

    fn get_mut(&mut self, id: u32) -> Option<&mut Hall> {
        self.halls.iter_mut().find(|hall| hall.saved.id == id)
    }

    fn ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }

    /// The channel that is open there.
    fn open_in(&self, id: u32) -> Option<&str> {
        self.open.as_ref().filter(|(of, _)| *of == id).map(|(_, channel)| channel.as_str())
    }
}

impl Controller {
    /// Connects to those that are wanted.
    pub(super) fn open_rooms(&mut self) {
        let wanted = self.rooms.halls.iter().filter(|hall| hall.saved.on);
        let wanted: Vec<(u32, PasswordWish)> = wanted.map(|hall| (hall.saved.id, hall.password())).collect();
        for (id, password) in wanted {
            self.open_hall(id, password);
        }
    }

    /// The program ends.
    pub(super) fn close_rooms(&mut self) {
        if std::mem::take(&mut self.rooms.unsaved) {
            self.save();
        }
        let open: Vec<u32> = self.rooms.halls.iter().map(|hall| hall.saved.id).collect();
        for id in open {
            self.rooms_wish(id, RoomsWish::Close);
        }
    }

    /// Runs a session; a new one knows nothing of what is wanted there.
    fn open_hall(&mut self, id: u32, password: PasswordWish) {
        self.leave_voice_of_hall(id);
        let Some(hall) = self.rooms.get_mut(id) else { return };
        hall.begin_anew();
        hall.begins = true;
        hall.status = Status::SigningIn;
        let (url, username) = (hall.saved.url.clone(), hall.saved.name.clone());
        let (dialect, register) = (hall.dialect, hall.registers);
        let places = hall.saved.rooms.places.iter().map(|place| place.id.clone()).collect();
        self.rooms_wish(id, RoomsWish::Open { dialect, url, places, username, password, register });
    }

    fn rooms_wish(&mut self, id: u32, wish: RoomsWish) {
        self.outputs.push_back(Output::Rooms(id, wish));
    }

    pub(in crate::controller) fn rooms_ask(&mut self, id: u32, request: Request) {
        self.rooms_wish(id, RoomsWish::Ask(request));
    }

    fn rooms_notice(&mut self, kind: NoticeKind, code: &str, (title, advice): Text) {
        self.notices.add(kind, code, title, advice);
    }

    /// A session told something.
    pub(super) fn rooms_news(&mut self, now: Now, id: u32, news: RoomsNews) {
        if self.rooms.get(id).is_none_or(|hall| !hall.saved.on) {
            return;
        }
        let Some(hall) = self.rooms.get_mut(id) else { return };
        if news == RoomsNews::Begun {
            hall.begins = false;
        }
        // What is still told of the session of before.
        if hall.begins {
            return;
        }
        self.rooms.changed = true;
        match news {
            RoomsNews::Begun => {}
            RoomsNews::Told { event, held: _held } => self.told_in_hall(now, id, *event),
            RoomsNews::Registered => self.registered(id),
            RoomsNews::Missed => self.read_anew(id),
            RoomsNews::NoPassword => self.hall_status(now, id, Status::Refused(Refusal::SignInAgain)),
            RoomsNews::BadAddress => self.hall_status(now, id, Status::Refused(Refusal::Stranger)),
        }
    }

    fn hall_status(&mut self, now: Now, id: u32, status: Status) {
        let Some(hall) = self.rooms.get_mut(id) else { return };
        let was_connected = hall.is_connected();
        match &status {
            Status::Connected { .. } if !was_connected => {
                hall.since_ms = now.unix_ms as f64;
                // The account is there now.
                hall.registers = false;
            }
            Status::Waiting { retry_at } => hall.retry_at_ms = wall(now, *retry_at),
            _ => {}
        }
        let before = std::mem::replace(&mut hall.status, status);
        if hall.is_connected() {
            return self.notices.settle("community_refused");
        }
        hall.disconnected();
        if let Status::Refused(why) = &hall.status
            && hall.status != before
        {
            let text = words::refused(&hall.shown_name(), why, hall.features().passwords);
            let kind = if *why == Refusal::SignInAgain { NoticeKind::Info } else { NoticeKind::Error };
            self.rooms_notice(kind, "community_refused", text);
        }
    }

    /// Time has passed, or something has happened.
    pub(super) fn follow_rooms(&mut self, now: Now) {
        if self.rooms.halls.is_empty() {
            return;
        }
        let mut stale = Vec::new();
        for hall in &mut self.rooms.halls {
            self.rooms.changed |= hall.expire_typing(now.instant);
            if hall.is_connected() {
                let id = hall.saved.id;
                stale.extend(hall.take_stale(now.instant).into_iter().map(|server| (id, server)));
            }
        }
        for (id, server) in stale {
            self.rooms_ask(id, Request::LoadServer { server });
        }
        self.read_open_room();
        self.share_activity();
        let saved_of_late = self.rooms.saved_at.is_some_and(|at| now.instant < at + SAVE_EVERY);
        if self.rooms.unsaved && !saved_of_late {
            self.rooms.unsaved = false;
            self.rooms.saved_at = Some(now.instant);
            self.save();
        }
    }
}
