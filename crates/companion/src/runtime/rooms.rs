//! Runs the session with a chat server. Passwords and tokens that are not kept live here until the program ends. What strangers
//! send is cut and bounded here before it comes to the controller.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway_client::chat::{self, ChatConfig, ChatHandle, Event, Request};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::sessions::Around;
use super::voice::VoiceFunnel;
use crate::controller::{Held, Input, PasswordWish, RoomsNews, RoomsWish};
use crate::secrets::{Secret, SecretName, Secrets};

/// So many events of one server wait for the controller; what happens there meanwhile is passed over, and read anew.
const WAITING: usize = 512;

/// After events were passed over, it is looked so often whether the controller has come to the others.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// It is told of them after so many looks in any case: in a flood that does not end it never comes to all others.
const MOST_LOOKS: u32 = 20;

/// The session with a chat server.
pub(super) struct Session {
    id: u32,
    secrets: Secrets,
    clock: Arc<Clock>,
    inputs: mpsc::UnboundedSender<Input>,
    /// Until the program ends.
    password: Option<Secret>,
    /// It is in the keychain, or is to be when there is one.
    keeps: bool,
    running: Option<Running>,
    funnel: Funnel,
}

struct Running {
    handle: ChatHandle,
    events: mpsc::UnboundedReceiver<Event>,
}

impl super::sessions::Session for Session {
    type Wish = RoomsWish;

    fn new(id: u32, Around { secrets, clock, inputs }: Around) -> Self {
        let funnel = Funnel::default();
        Self { id, secrets, clock, inputs, password: None, keeps: false, running: None, funnel }
    }

    fn is_last(wish: &RoomsWish) -> bool {
        *wish == RoomsWish::Forget
    }

    async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<RoomsWish>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                wish = wishes.recv() => match wish {
                    Some(wish) => self.carry_out(wish).await,
                    None => return,
                },
                Some(event) = next(&mut self.running) => self.happened(event).await,
                _ = looks.tick(), if self.funnel.has_missed() => self.catch_up(),
            }
        }
    }
}

impl Session {
    async fn carry_out(&mut self, wish: RoomsWish) {
        match wish {
            RoomsWish::Open { dialect, url, places, username, password, register } => {
                // What the one of before still says is heard no more.
                self.running = None;
                self.funnel = Funnel::default();
                self.tell(RoomsNews::Begun);
                let config = ChatConfig { dialect, url, channels: places, seed: rand::random() };
                match self.password(password).await {
                    Some(password) => self.open(config, username, &password, register),
                    None => self.tell(RoomsNews::NoPassword),
                }
            }
            RoomsWish::Ask(request) => {
                if let Some(running) = &self.running {
                    running.handle.request(request);
                }
            }
            RoomsWish::Keep(keep) => {
                self.password(PasswordWish::Keep(keep)).await;
            }
            RoomsWish::Close => self.running = None,
            RoomsWish::Forget => {
                self.running = None;
                self.secrets.delete(SecretName::Community(self.id)).await;
            }
        }
    }

    async fn password(&mut self, wish: PasswordWish) -> Option<Secret> {
        let name = SecretName::Community(self.id);
        match wish {
            PasswordWish::New { password, keep } => {
                self.password = Some(password);
                self.keep(keep).await;
            }
            PasswordWish::Told { keep } => {
                // That of an account of before is nobody's any more.
                self.password = None;
                self.keep(keep).await;
                return Some(Secret::new(""));
            }
            PasswordWish::Keep(keep) => {
                if self.password.is_none() {
                    self.password = self.secrets.get(name).await;
                }
                self.keep(keep).await;
            }
            PasswordWish::Known { kept } => {
                self.keeps = kept;
                if kept && self.password.is_none() {
                    self.password = self.secrets.get(name).await;
                }
            }
        }
        self.password.clone()
    }

    async fn keep(&mut self, keep: bool) {
        self.keeps = keep;
        let name = SecretName::Community(self.id);
        match self.password.clone().filter(|_| keep) {
            Some(password) => self.secrets.set(name, password).await,
            None => self.secrets.delete(name).await,
        }
    }

    fn open(&mut self, config: ChatConfig, username: String, password: &Secret, register: bool) {
        let (events, queue) = mpsc::unbounded_channel();
        match ChatHandle::spawn(config, Arc::clone(&self.clock), events) {
            Ok(handle) => {
                let password = password.reveal().into();
                handle.request(Request::Connect { username, password, register });
                self.running = Some(Running { handle, events: queue });
            }
            Err(error) => {
                tracing::warn!(%error, "address of a community gateway");
                self.tell(RoomsNews::BadAddress);
            }
        }
    }

    async fn happened(&mut self, event: Event) {
        if let Event::Secret(token) = event {
            return self.told(&token).await;
        }
        if !self.funnel.lets_in(&event) {
            return;
        }
        let held = self.funnel.hold(&event);
        let news = RoomsNews::Told { event: Box::new(cut(event)), held };
        self.tell(news);
    }

    /// The token of the account that was made, which is told once: it is kept before anything else is done.
    async fn told(&mut self, token: &chat::Secret) {
        self.password = Some(Secret::new(token.reveal()));
        if self.keeps {
            self.keep(true).await;
        }
        self.tell(RoomsNews::Registered);
    }

    /// The controller is told that there was more than what was let in.
    fn catch_up(&mut self) {
        if self.funnel.take_missed() {
            self.tell(RoomsNews::Missed);
        }
    }

    fn tell(&self, news: RoomsNews) {
        // Without a listener everything here ends.
        let _ = self.inputs.send(Input::Rooms(self.id, news));
    }
}

/// The next event of a session; waits for ever without one.
async fn next(running: &mut Option<Running>) -> Option<Event> {
    match running {
        Some(running) => running.events.recv().await,
        None => std::future::pending().await,
    }
}

/// Keeps a flood from the controller.
#[derive(Debug, Default)]
struct Funnel {
    waiting: Arc<AtomicUsize>,
    /// Some were passed over.
    missed: bool,
    /// How often it was looked since then.
    looks: u32,
    voice: VoiceFunnel,
}

impl Funnel {
    /// What others do is passed over while too much waits; what answers this person is not.
    fn lets_in(&mut self, event: &Event) -> bool {
        let of_others = matches!(
            event,
            Event::Message(_)
                | Event::MessageEdited(_)
                | Event::MessageDeleted { .. }
                | Event::Presence { .. }
                | Event::Typing { .. }
                | Event::Notice(_)
        );
        if of_others && self.waiting.load(Ordering::Relaxed) >= WAITING {
            self.missed = true;
            return false;
        }
        self.voice.lets_in(event)
    }

    fn hold(&self, event: &Event) -> Held {
        if VoiceFunnel::is_for(event) { self.voice.hold() } else { Held::in_count(&self.waiting) }
    }

    /// Looks whether the controller is to be told that there was more: it has come to everything, or was waited for long
    /// enough.
    fn take_missed(&mut self) -> bool {
        if !self.has_missed() {
            return false;
        }
        self.looks += 1;
        let empty = self.waiting.load(Ordering::Relaxed) == 0 && self.voice.is_empty();
        let due = empty || self.looks >= MOST_LOOKS;
        if due {
            (self.missed, self.voice.missed, self.looks) = (false, false, 0);
        }
        due
    }

    const fn has_missed(&self) -> bool {
        self.missed || self.voice.missed
    }
}

/// A line as long as it is shown at most.
fn cut(mut event: Event) -> Event {
    /// Bytes; a line has 4,000 characters at most.
    const MOST: usize = 16_000;
    if let Event::Message(message) | Event::MessageEdited(message) = &mut event {
        let end = message.content.floor_char_boundary(MOST);
        message.content.truncate(end);
    }
    event
}

#[cfg(test)]
mod tests {
    use hearth_gateway_client::chat::{Message, Outcome};

    use super::*;

    fn message(content: &str) -> Event {
        Event::Message(Box::new(Message { content: content.into(), ..Message::default() }))
    }

    #[test]
    fn of_a_flood_some_events_wait_and_answers_come_through() {
        let mut funnel = Funnel::default();
        let mut held = Vec::new();
        for _ in 0..5_000 {
            let x = message("x");
            held.extend(funnel.lets_in(&x).then(|| funnel.hold(&x)));
        }
        assert_eq!(held.len(), WAITING);
        assert!(funnel.missed && !funnel.take_missed());
        let signal = Event::Signal { from: "ada".into(), signal: chat::Signal::opaque(true.into()) };
        assert!(funnel.lets_in(&signal), "what is said does not keep voice out");
        assert!(funnel.lets_in(&Event::Done { ticket: 1, outcome: Outcome::Ok }));
        drop(held);
        assert!(funnel.take_missed() && !funnel.take_missed() && funnel.lets_in(&message("x")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_that_does_not_end_does_not_keep_the_controller_from_what_it_missed() {
        let (inputs, mut told) = mpsc::unbounded_channel();
        let (flood, events) = mpsc::unbounded_channel();
        let config = ChatConfig {
            dialect: chat::Dialect::Together,
            url: "http://127.0.0.1:9".into(),
            channels: Vec::new(),
            seed: 1,
        };
        let (unheard, _) = mpsc::unbounded_channel();
        let handle = ChatHandle::spawn(config, Arc::new(Clock::new()), unheard).expect("an address");
        let running = Some(Running { handle, events });
        let (_wishes, queue) = mpsc::unbounded_channel();
        let session = Session { inputs, running, ..session(&Secrets::in_memory()) };
        tokio::spawn(crate::runtime::sessions::Session::run(session, queue));
        // The controller never comes to what it was told.
        let mut untouched = Vec::new();
        let mut found = Vec::new();
        for ms in 0..30_000 {
            flood.send(message("x")).expect("the session goes on");
            tokio::time::sleep(Duration::from_millis(1)).await;
            while let Ok(Input::Rooms(_, news)) = told.try_recv() {
                match news {
                    RoomsNews::Missed => found.push(ms),
                    news => untouched.push(news),
                }
            }
        }
        assert_eq!(untouched.len(), WAITING);
        assert!(found.first().is_some_and(|ms| *ms < 6_500), "{found:?}");
        assert!((4..=6).contains(&found.len()), "as often again, and not more: {found:?}");
    }

    fn session(secrets: &Secrets) -> Session {
        let (inputs, _) = mpsc::unbounded_channel();
        Session {
            id: 3,
            secrets: secrets.clone(),
            clock: Arc::new(Clock::new()),
            inputs,
            password: None,
            keeps: false,
            running: None,
            funnel: Funnel::default(),
        }
    }

    #[tokio::test]
    async fn a_password_outlives_the_session_and_only_a_kept_one_the_program() {
        let secrets = Secrets::in_memory();
        let name = SecretName::Community(3);
        let password = Secret::new("correct horse");
        let new = |keep| PasswordWish::New { password: password.clone(), keep };
        let mut first = session(&secrets);
        assert_eq!(first.password(new(false)).await, Some(password.clone()));
        assert_eq!(secrets.get(name).await, None);
        assert_eq!(first.password(PasswordWish::Known { kept: false }).await, Some(password.clone()));
        assert_eq!(session(&secrets).password(PasswordWish::Known { kept: true }).await, None);
        first.password(PasswordWish::Keep(true)).await;
        let mut later = session(&secrets);
        assert_eq!(later.password(PasswordWish::Known { kept: true }).await, Some(password.clone()));
        assert_eq!(later.password(PasswordWish::Keep(false)).await, Some(password.clone()));
        assert_eq!(secrets.get(name).await, None);
        first.password(new(true)).await;
        first.carry_out(RoomsWish::Forget).await;
        assert_eq!(secrets.get(name).await, None);
    }

    #[tokio::test]
    async fn a_token_that_is_told_outlives_the_session_and_only_a_kept_one_the_program() {
        let secrets = Secrets::in_memory();
        let name = SecretName::Community(3);
        let told = || Event::Secret("token".into());
        for keep in [false, true] {
            let mut first = session(&secrets);
            assert_eq!(first.password(PasswordWish::Told { keep }).await, Some(Secret::new("")));
            first.happened(told()).await;
            let kept = keep.then(|| Secret::new("token"));
            assert_eq!(secrets.get(name).await, kept);
            let again = first.password(PasswordWish::Known { kept: keep }).await;
            assert_eq!(again, Some(Secret::new("token")));
            assert_eq!(session(&secrets).password(PasswordWish::Known { kept: keep }).await, kept);
            // It can be kept later, too, as long as it is known.
            first.carry_out(RoomsWish::Keep(true)).await;
            assert_eq!(secrets.get(name).await, Some(Secret::new("token")));
            // Another account has another one.
            first.password(PasswordWish::Told { keep: false }).await;
            assert_eq!((first.password.clone(), secrets.get(name).await), (None, None));
        }
    }

    #[test]
    fn a_line_is_cut_between_letters() {
        let Event::Message(cut) = cut(message(&"é".repeat(50_000))) else { unreachable!() };
        assert_eq!(cut.content.len(), 16_000);
    }
}
