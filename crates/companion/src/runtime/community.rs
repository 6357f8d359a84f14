//! Runs the session with a concierge. What strangers send is cut and counted here before it comes to the controller.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_clock::Clock;
use hearth_gateway_client::concierge::{ConciergeConfig, ConciergeHandle, Event};
use tokio::sync::mpsc;

use super::sessions::Around;
use crate::controller::{CommunityNews, CommunityWish, Heard, HeardAs, Held, Input, SecretWish};
use crate::secrets::{SecretName, Secrets};

/// So many messages of one service, or of one sender, wait for the controller; further ones are only counted.
const WAITING: usize = 16;

/// So many services and senders are told apart.
const TOLD_APART: usize = 1_024;

/// The session with a concierge.
pub(super) struct Session {
    id: u32,
    secrets: Secrets,
    clock: Arc<Clock>,
    inputs: mpsc::UnboundedSender<Input>,
    running: Option<Running>,
}

struct Running {
    handle: ConciergeHandle,
    events: mpsc::UnboundedReceiver<Event>,
    funnel: Funnel,
}

impl super::sessions::Session for Session {
    type Wish = CommunityWish;

    fn new(id: u32, Around { secrets, clock, inputs }: Around) -> Self {
        Self { id, secrets, clock, inputs, running: None }
    }

    fn is_last(wish: &CommunityWish) -> bool {
        *wish == CommunityWish::Forget
    }

    async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<CommunityWish>) {
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(wish) => self.carry_out(wish).await,
                    None => return,
                },
                Some(event) = next(&mut self.running) => self.happened(event),
            }
        }
    }
}

impl Session {
    async fn carry_out(&mut self, wish: CommunityWish) {
        match wish {
            CommunityWish::Open { url, name, secret } => {
                // What the one of before still says is heard no more.
                self.running = None;
                let secret = self.secret(secret).await;
                self.open(url, name, secret);
            }
            CommunityWish::Ask(request) => {
                if let Some(running) = &self.running {
                    running.handle.request(request);
                }
            }
            CommunityWish::Close => self.running = None,
            CommunityWish::Forget => {
                self.running = None;
                self.secrets.delete(SecretName::Community(self.id)).await;
            }
        }
    }

    async fn secret(&self, wish: SecretWish) -> Option<String> {
        let name = SecretName::Community(self.id);
        match wish {
            SecretWish::Without => None,
            SecretWish::Kept => self.secrets.get(name).await.map(|secret| secret.reveal().to_owned()),
            SecretWish::New(secret) => {
                let text = secret.reveal().to_owned();
                self.secrets.set(name, secret).await;
                Some(text)
            }
            SecretWish::Forget => {
                self.secrets.delete(name).await;
                None
            }
        }
    }

    fn open(&mut self, url: String, name: String, secret: Option<String>) {
        let tags = vec!["hearth".to_owned()];
        let config = ConciergeConfig { url, name, nickname: None, tags, secret, seed: rand::random() };
        let (events, queue) = mpsc::unbounded_channel();
        match ConciergeHandle::spawn(config, Arc::clone(&self.clock), events) {
            Ok(handle) => {
                self.running = Some(Running { handle, events: queue, funnel: Funnel::default() });
            }
            Err(error) => {
                tracing::warn!(%error, "address of a community gateway");
                self.tell(CommunityNews::BadAddress);
            }
        }
    }

    fn happened(&mut self, event: Event) {
        let Some(running) = &mut self.running else { return };
        let news = match event {
            Event::Status(status) => CommunityNews::Status(status),
            Event::Directory(directory) => CommunityNews::Directory(directory),
            Event::ServiceCreated { service } => CommunityNews::Created(service),
            Event::ServiceTaken { service } => CommunityNews::Taken(service),
            Event::ServiceRefused { service } => CommunityNews::Refused(service),
            Event::Message { origin, target, data } => {
                let heard_as = HeardAs::of(&origin, &target);
                let Some((count, held)) = running.funnel.let_in(&heard_as, &origin.client.uuid) else {
                    return;
                };
                let mut heard = Heard::new(*origin, &target, &data, count);
                heard.held = held;
                CommunityNews::Heard(heard)
            }
            Event::Sent { ticket } => CommunityNews::Sent(ticket),
            Event::NotSent { ticket, why } => CommunityNews::NotSent(ticket, why),
        };
        self.tell(news);
    }

    fn tell(&self, news: CommunityNews) {
        // Without a listener everything here ends.
        let _ = self.inputs.send(Input::Community(self.id, news));
    }
}

/// The next event of a session; waits for ever without one.
async fn next(running: &mut Option<Running>) -> Option<Event> {
    match running {
        Some(running) => running.events.recv().await,
        None => std::future::pending().await,
    }
}

/// Keeps a flood from the controller: of each service that is followed, and of each sender of commands, some messages
/// wait; the others are counted.
#[derive(Debug, Default)]
struct Funnel {
    waiting: BTreeMap<String, Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    count: Arc<AtomicUsize>,
    missed: u32,
}

impl Funnel {
    /// For how many messages this one stands, and that it waits now; `None`: it is only counted.
    fn let_in(&mut self, heard_as: &HeardAs, sender: &str) -> Option<(u32, Held)> {
        let key = match heard_as {
            HeardAs::Follower { service } => format!("s{service}"),
            HeardAs::Owner { .. } => format!("o{sender}"),
            HeardAs::Person => format!("p{sender}"),
            HeardAs::Everybody => format!("e{sender}"),
        };
        if !self.waiting.contains_key(&key) && self.waiting.len() >= TOLD_APART {
            self.waiting.retain(|_, waiting| waiting.count.load(Ordering::Relaxed) > 0);
            if self.waiting.len() >= TOLD_APART {
                return None;
            }
        }
        let waiting = self.waiting.entry(key).or_default();
        if waiting.count.load(Ordering::Relaxed) >= WAITING {
            waiting.missed = waiting.missed.saturating_add(1);
            return None;
        }
        let count = std::mem::take(&mut waiting.missed).saturating_add(1);
        Some((count, Held::in_count(&waiting.count)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_flood_some_messages_wait_and_the_others_are_counted() {
        let mut funnel = Funnel::default();
        let flood = HeardAs::Follower { service: "flood".into() };
        let mut held: Vec<_> = (0..1_000).filter_map(|_| funnel.let_in(&flood, "a")).collect();
        assert_eq!(held.len(), WAITING);
        assert!(held.iter().all(|(count, _)| *count == 1));
        held.pop();
        let (count, _again) = funnel.let_in(&flood, "a").expect("one was looked at");
        assert_eq!(count, 1 + 1_000 - WAITING as u32);
        assert!(funnel.let_in(&flood, "a").is_none());
    }

    #[test]
    fn who_floods_a_service_with_commands_keeps_nobody_elses_from_it() {
        let mut funnel = Funnel::default();
        let own = HeardAs::Owner { service: "hearth.Ember".into() };
        let _held: Vec<_> = (0..1_000).filter_map(|_| funnel.let_in(&own, "crowd")).collect();
        assert!(funnel.let_in(&own, "deck").is_some());
    }

    #[test]
    fn a_server_that_makes_senders_up_is_bounded_and_those_that_are_silent_are_forgotten() {
        let mut funnel = Funnel::default();
        let own = HeardAs::Owner { service: "hearth.Ember".into() };
        let held: Vec<_> = (0..5_000).filter_map(|number| funnel.let_in(&own, &number.to_string())).collect();
        assert_eq!((held.len(), funnel.waiting.len()), (TOLD_APART, TOLD_APART));
        drop(held);
        assert!(funnel.let_in(&own, "deck").is_some());
        assert_eq!(funnel.waiting.len(), 1);
    }
}
