//! Who is in a voice room, as its gateway tells: the same picture of a channel and of the room of the group.

use hearth_gateway_client::chat::VoiceState;
use hearth_voice::MOST_PEOPLE;
use jiff::Timestamp;

/// A room, and whether its gateway is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::controller) struct Roster {
    /// The gateway can be asked.
    pub connected: bool,
    /// It will not have us, and nothing is tried.
    pub refused: bool,
    /// This person there.
    pub me: Option<String>,
    /// The room.
    pub room: Known,
}

/// What is known of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::controller) enum Known {
    /// Nothing yet.
    #[default]
    NotYet,
    /// There is none.
    None,
    /// Who is in it, in the order of joining.
    Room(Vec<InVoice>),
}

/// Somebody in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::controller) struct InVoice {
    pub id: String,
    /// What people call them; empty where nobody knows it.
    pub name: String,
    pub muted: bool,
    pub deafened: bool,
    /// Since when, by the gateway's clock, when it tells.
    pub since: Option<Timestamp>,
}

impl InVoice {
    pub fn new(state: &VoiceState, name: String) -> Self {
        let VoiceState { user, muted, deafened, joined_at, .. } = state;
        let since = joined_at.as_ref().and_then(|at| at.parse().ok());
        Self { id: user.clone(), name, muted: *muted, deafened: *deafened, since }
    }
}

impl Roster {
    /// Everybody else, in the order of joining, and whether this person is among them.
    pub fn others(&self) -> (Vec<&InVoice>, bool) {
        let mut people = self.in_order();
        let all = people.len();
        people.retain(|person| !self.is_me(person));
        let is_there = people.len() < all;
        (people, is_there)
    }

    /// So many people hear each other at most, and this person came after them. Whoever else is in the room finds the same:
    /// the gateway's clock says who came first, and of two at once it is the one with the smaller id.
    pub fn has_no_place(&self) -> bool {
        let people = self.in_order();
        people.iter().position(|person| self.is_me(person)).unwrap_or(people.len()) >= MOST_PEOPLE
    }

    fn is_me(&self, person: &InVoice) -> bool {
        self.me.as_ref() == Some(&person.id)
    }

    fn in_order(&self) -> Vec<&InVoice> {
        let Known::Room(people) = &self.room else { return Vec::new() };
        let mut people: Vec<_> = people.iter().collect();
        // What one gateway tells comes in its order, but the answer to this person's joining may overtake the news of others.
        if people.iter().all(|person| person.since.is_some()) {
            people.sort_by(|one, other| (one.since, &one.id).cmp(&(other.since, &other.id)));
        }
        people
    }

    /// Ids of everybody else.
    pub fn other_ids(&self) -> Vec<String> {
        self.others().0.into_iter().map(|person| person.id.clone()).collect()
    }
}
