//! A message as it comes to the controller: cut to what anything is made of, because strangers decide how long it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_gateway_client::concierge::{Origin, Target};

/// So much of a message is kept, bytes. The longest command and the longest telemetry fit.
const KEPT: usize = 8_192;

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Names the sender as long as it is there.
    pub uuid: String,
    /// Its name.
    pub from: String,
    /// Why it came here.
    pub heard_as: HeardAs,
    /// Its data, or the beginning of it.
    pub text: String,
    /// How long its data is, bytes.
    pub bytes: usize,
    /// For how many messages it stands: those before it that were not passed on, and itself.
    pub count: u32,
    /// It waits to be looked at.
    pub held: Held,
}

/// Why a message came here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeardAs {
    /// Its service is followed.
    Follower {
        /// The service.
        service: String,
    },
    /// The service is ours, and the sender follows it.
    Owner {
        /// The service.
        service: String,
    },
    /// It names this person.
    Person,
    /// It is for all who are there.
    Everybody,
}

impl HeardAs {
    /// Why a message came here.
    #[must_use]
    pub fn of(origin: &Origin, target: &Target) -> Self {
        let is_owners = origin.service.as_ref().is_none_or(|service| service.owner == origin.client.uuid);
        match target {
            Target::Service { service } if is_owners => Self::Follower { service: service.clone() },
            Target::Service { service } => Self::Owner { service: service.clone() },
            Target::ServiceClient { service, .. } => Self::Follower { service: service.clone() },
            Target::Name { .. } | Target::Uuid { .. } => Self::Person,
            Target::All => Self::Everybody,
        }
    }
}

impl Heard {
    /// A message, and those before it that it stands for.
    #[must_use]
    pub fn new(origin: Origin, target: &Target, data: &str, count: u32) -> Self {
        let heard_as = HeardAs::of(&origin, target);
        let text = data[..data.floor_char_boundary(KEPT)].to_owned();
        let Origin { client, .. } = origin;
        Self {
            uuid: client.uuid,
            from: client.name,
            heard_as,
            text,
            bytes: data.len(),
            count,
            held: Held::default(),
        }
    }

    /// Nothing of it was cut off.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.text.len() == self.bytes
    }
}

/// Counts a message as waiting until it was looked at.
#[derive(Clone, Debug, Default)]
pub struct Held(#[expect(dead_code, reason = "it counts until it is dropped")] Option<Arc<Count>>);

#[derive(Debug)]
struct Count(Arc<AtomicUsize>);

impl Held {
    /// One more.
    #[must_use]
    pub fn in_count(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Some(Arc::new(Count(Arc::clone(count)))))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl PartialEq for Held {
    /// It says nothing about the message.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
