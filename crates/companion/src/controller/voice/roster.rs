//! Who is in a voice room, as its gateway tells: the same picture of a channel and of the room of the group.

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
}

impl Roster {
    /// Everybody else, and whether this person is among them.
    pub fn others(&self) -> (Vec<&InVoice>, bool) {
        let Known::Room(people) = &self.room else { return (Vec::new(), false) };
        let is_me = |person: &&InVoice| self.me.as_ref() == Some(&person.id);
        (people.iter().filter(|person| !is_me(person)).collect(), people.iter().any(|person| is_me(&person)))
    }

    /// Ids of everybody else.
    pub fn other_ids(&self) -> Vec<String> {
        self.others().0.into_iter().map(|person| person.id.clone()).collect()
    }
}
