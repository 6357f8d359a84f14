//! What a connection wants done in the chat core, and what came of it.

use hearth_dialects::i386chat::{ErrorCode, Fault, Number, Room, User, Whither};

use crate::chat::{ChannelId, CommunityId, Person, Status};

/// What takes a while.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// To come in with this token.
    Present(String),
    /// To be told which rooms one is a member of.
    Rooms,
    /// To say something.
    Say {
        /// The client's count.
        s: Option<Number>,
        /// Where.
        channel: ChannelId,
        /// What.
        content: String,
        /// Comes back with it.
        nonce: Option<Number>,
    },
    /// To delete a message of a room.
    Delete {
        /// The client's count.
        s: Option<Number>,
        /// Where.
        channel: ChannelId,
        /// Which.
        message: Number,
    },
    /// To be seen writing.
    Type(ChannelId),
    /// To ban somebody from the server.
    Ban {
        /// The client's count.
        s: Option<Number>,
        /// Whom.
        id: Number,
        /// Why.
        reason: Option<String>,
    },
    /// To make a room.
    Add {
        /// The client's count.
        s: Option<Number>,
        /// What it is called.
        name: String,
        /// About it.
        description: Option<String>,
        /// Whether everybody finds it.
        visibility: bool,
    },
    /// To move into a room.
    Move {
        /// The client's count.
        s: Option<Number>,
        /// Where to.
        to: Whither,
    },
    /// To be told who is in the room that one has moved into, after leaving the one of before.
    Look {
        /// Where one is.
        community: CommunityId,
        /// The same.
        channel: ChannelId,
        /// Where one was.
        left: Option<CommunityId>,
    },
    /// To be a member no more.
    Leave(CommunityId),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is done; what there is to tell comes as an event.
    Done,
    /// It was not done.
    Refused(Fault),
    /// One is this user, or does not come in.
    Presented(Result<Box<User>, ErrorCode>),
    /// These rooms.
    Rooms(Vec<Room>),
    /// The room was made.
    Added(Box<Room>),
    /// This user is banned.
    Banned(Box<User>),
    /// One may be here.
    Arrived {
        /// Where.
        community: CommunityId,
        /// Where.
        channel: ChannelId,
        /// As it is shown.
        room: Box<Room>,
    },
    /// Who is a member of the room, and whether they are there.
    Here(ChannelId, Vec<(Person, Status)>),
}
