//! What the owner of a session wants to own and to follow, and what has to be asked of the server so that it comes
//! true. Wishes outlive connections; how far they have come does not.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::replica::Replica;
use super::{Event, wire};

/// What is to be asked of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create { service: String, text: String },
    Subscribe { service: String },
}

/// How far a service that is to be ours has come on this connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Unmade,
    Asked,
    Mine,
    Taken,
    Refused,
}

#[derive(Debug)]
struct Owning {
    nickname: Option<String>,
    progress: Progress,
}

#[derive(Debug, Default)]
struct Following {
    /// It was asked for since it is there.
    asked: bool,
}

/// All wishes.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    own: BTreeMap<String, Owning>,
    follow: BTreeMap<String, Following>,
}

impl Wishes {
    /// A service is to be ours. True when it is already, under another nickname: it has to be deleted first, servers
    /// keep the nickname of what is there (facts CON-R15).
    pub fn own(&mut self, service: String, nickname: Option<String>) -> bool {
        let progress = Progress::default();
        let wish = self.own.entry(service).or_insert_with(|| Owning { nickname: nickname.clone(), progress });
        let renamed = wish.nickname != nickname;
        wish.nickname = nickname;
        renamed && wish.progress == Progress::Mine
    }

    /// A service is not to be ours any more. True when the server may have it as ours.
    pub fn disown(&mut self, service: &str) -> bool {
        let wish = self.own.remove(service);
        wish.is_some_and(|wish| matches!(wish.progress, Progress::Asked | Progress::Mine))
    }

    /// A service is to be followed.
    pub fn follow(&mut self, service: String) {
        self.follow.entry(service).or_default();
    }

    /// A service is not to be followed any more. True when it was.
    pub fn unfollow(&mut self, service: &str) -> bool {
        self.follow.remove(service).is_some()
    }

    /// The connection is gone, and everything that was had there.
    pub fn lost(&mut self) {
        self.own.values_mut().for_each(|wish| wish.progress = Progress::Unmade);
        self.follow.values_mut().for_each(|wish| wish.asked = false);
    }

    /// The server will not make a service that was asked for.
    pub fn not_made(&mut self, service: &str) -> Option<Event> {
        let wish = self.own.get_mut(service).filter(|wish| wish.progress == Progress::Asked)?;
        wish.progress = Progress::Refused;
        Some(Event::ServiceRefused { service: service.to_owned() })
    }

    /// The server says that a service is not followed (any more).
    pub fn not_followed(&mut self, service: &str) {
        if let Some(wish) = self.follow.get_mut(service) {
            wish.asked = false;
        }
    }

    /// Which services are to be followed.
    pub fn followed(&self) -> impl Iterator<Item = &String> {
        self.follow.keys()
    }

    /// Which services are ours.
    pub fn mine(&self) -> impl Iterator<Item = &String> {
        let mine = self.own.iter().filter(|(_, wish)| wish.progress == Progress::Mine);
        mine.map(|(service, _)| service)
    }

    /// Compares the wishes with what there is: what has to be asked for, and what came true or did not.
    pub fn compare(&mut self, there: &Replica, own: Uuid) -> (Vec<Step>, Vec<Event>) {
        let (mut steps, mut events) = (Vec::new(), Vec::new());
        for (service, wish) in &mut self.own {
            let owner = there.service(service).map(|known| known.owner_uuid);
            let mut told = |event| events.push(event);
            wish.progress = match (wish.progress, owner) {
                (Progress::Mine, Some(owner)) if owner == own => Progress::Mine,
                (_, Some(owner)) if owner == own => {
                    told(Event::ServiceCreated { service: service.clone() });
                    Progress::Mine
                }
                (Progress::Taken, Some(_)) => Progress::Taken,
                (_, Some(_)) => {
                    told(Event::ServiceTaken { service: service.clone() });
                    Progress::Taken
                }
                (Progress::Unmade | Progress::Mine | Progress::Taken, None) => {
                    if let Some(text) = wire::creation(service, wish.nickname.as_deref()) {
                        steps.push(Step::Create { service: service.clone(), text });
                        Progress::Asked
                    } else {
                        told(Event::ServiceRefused { service: service.clone() });
                        Progress::Refused
                    }
                }
                (progress, None) => progress,
            };
        }
        for (service, wish) in &mut self.follow {
            wish.asked = match there.service(service) {
                None => false,
                Some(known) if known.subscribers.contains(&own) => true,
                Some(_) => {
                    if !wish.asked {
                        steps.push(Step::Subscribe { service: service.clone() });
                    }
                    true
                }
            };
        }
        (steps, events)
    }
}
