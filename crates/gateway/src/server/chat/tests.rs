//! The driver with a made-up dialect: nobody stays in the chat core whose socket is gone, and time is kept.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hearth_clock::{Clock, Now};
use tokio::sync::{Notify, mpsc, watch};

use super::super::mailbox::{Fault, Office as _};
use super::super::queue::{Bounds, Farewell, Next, Queue};
use super::clerk::Clerk;
use super::desk::{Desk, Office, look_after};
use super::socket::Socket;
use crate::accounts::{Account, Accounts, Registration, Username};
use crate::chat::{
    Chat, ChatEvent, ChatOptions, Delivery, Ending, Noticed, Output, Outputs, Session, SqliteStore, Status,
};
use crate::hub::ConnectionId;

const CLOSE: Farewell = Farewell { code: 4000, reason: "closed" };
static BOUNDS: Bounds = Bounds { lag: usize::MAX, mark: usize::MAX, limit: usize::MAX, too_slow: CLOSE };

/// Comes in when it is told `in`, and is closed half a minute after the last text.
#[derive(Debug)]
struct Guest {
    until: Instant,
    outputs: Outputs,
}

impl Session for Guest {
    type Request = ();
    type Answer = ();

    fn opened(&mut self, _: Now) -> Option<()> {
        self.outputs.send("hello");
        None
    }

    fn receive(&mut self, now: Now, text: &str) -> Option<()> {
        self.until = now.instant + Duration::from_secs(30);
        (text == "in").then_some(())
    }

    fn answered(&mut self, _: Now, (): ()) -> Option<()> {
        None
    }

    fn noticed(&mut self, _: Now, _: Noticed) {}

    fn deliver(&mut self, delivery: &Delivery) {
        if matches!(delivery.event, ChatEvent::Welcome(_)) {
            self.outputs.send("welcome");
        }
    }

    fn end(&mut self, _: Ending) {
        self.outputs.close(4001, "ended");
    }

    fn stop(&mut self) {
        self.outputs.close(1001, "stopped");
    }

    fn woke(&mut self, now: Now) {
        self.until = now.instant + Duration::from_secs(30);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (!self.outputs.is_closed()).then_some(self.until)
    }

    fn handle_timeout(&mut self, _: Now) {
        self.outputs.close(CLOSE.code, CLOSE.reason);
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }
}

/// Lets everybody in as the same account, when the door is opened.
#[derive(Clone, Debug)]
struct Porter {
    account: Account,
    door: Arc<Notify>,
    done: Arc<Notify>,
}

impl Clerk for Porter {
    type Session = Guest;
    type Hello = ();

    const LARGEST_MESSAGE: usize = 1024;

    fn bounds() -> &'static Bounds {
        &BOUNDS
    }

    fn farewell(_: Fault) -> Farewell {
        CLOSE
    }

    fn session(&self, now: Now, (): ()) -> Guest {
        Guest { until: now.instant + Duration::from_secs(30), outputs: Outputs::default() }
    }

    async fn carry_out(&self, socket: &Socket<Guest>, (): ()) {
        self.door.notified().await;
        socket.enter(self.account.clone()).await.unwrap();
        self.done.notify_one();
    }
}

/// The time of tokio, which tests move.
#[expect(clippy::disallowed_methods, reason = "the clock of these tests is made of it")]
fn virtual_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

struct Place {
    desk: Desk<Porter>,
    porter: Porter,
    chat: Chat,
    stop: watch::Sender<bool>,
    /// Hours that the computer slept.
    slept: Arc<AtomicU64>,
    _alive: mpsc::Receiver<()>,
}

impl Place {
    async fn new() -> Self {
        let start = Clock::new().now().instant;
        let began = virtual_now();
        let slept = Arc::new(AtomicU64::new(0));
        let hours = Arc::clone(&slept);
        let clock = Arc::new(Clock::reading(move || {
            let ran = began.elapsed();
            (start + ran, ran + Duration::from_secs(3600 * hours.load(Ordering::SeqCst)))
        }));
        let accounts = Arc::new(Accounts::open(None, Arc::clone(&clock)).await.unwrap());
        let username = Username::parse("ada").unwrap();
        let registration = Registration { username, password: None, email: None, display_name: None };
        let account = accounts.register(registration).await.unwrap();
        let store = Arc::new(SqliteStore::new(accounts, Arc::clone(&clock)));
        let (link, _) = mpsc::unbounded_channel();
        let chat = Chat::start(store, Arc::clone(&clock), link, ChatOptions::default());
        let porter = Porter { account, door: Arc::default(), done: Arc::default() };
        let (alive, ended) = mpsc::channel(1);
        let (stop, stopped) = watch::channel(false);
        let desk = Desk::new(porter.clone(), chat.clone(), clock, &alive);
        tokio::spawn(look_after(desk.clone(), stopped, alive));
        tokio::task::yield_now().await;
        Self { desk, porter, chat, stop, slept, _alive: ended }
    }

    async fn connect(&self) -> (Office<Porter>, ConnectionId, Arc<Queue>) {
        let office = self.desk.office(());
        let (id, queue) = (office.next_id(), Arc::new(office.queue()));
        assert!(office.connected(id, IpAddr::from([127, 0, 0, 1]), Arc::clone(&queue)).await);
        (office, id, queue)
    }

    async fn status(&self) -> Status {
        self.chat.statuses(vec![self.porter.account.id]).await.unwrap()[0]
    }
}

async fn closed(queue: &Queue) -> u16 {
    loop {
        if let Next::Close(farewell) = queue.next().await {
            return farewell.code;
        }
    }
}

#[tokio::test]
async fn nobody_stays_whose_socket_closes_while_they_are_let_in() {
    let place = Place::new().await;
    let (office, id, _queue) = place.connect().await;
    {
        let mut received = Box::pin(office.received(id, "in".into()));
        // Nobody waits for what was asked for any more, as when the writer ends the socket.
        assert!(futures::poll!(&mut received).is_pending());
    }
    office.disconnected(id).await;
    place.porter.door.notify_one();
    place.porter.done.notified().await;
    assert_eq!(place.status().await, Status::Offline);
}

#[tokio::test]
async fn who_comes_in_is_there_until_the_socket_is_gone() {
    let place = Place::new().await;
    let (office, id, queue) = place.connect().await;
    place.porter.door.notify_one();
    assert!(office.received(id, "in".into()).await);
    assert_eq!(place.status().await, Status::Online);
    let mut texts = Vec::new();
    while texts.len() < 2 {
        let Next::Frames(frames) = queue.next().await else { panic!() };
        texts.extend(frames);
    }
    assert_eq!(texts, ["hello", "welcome"]);
    place.chat.shut(place.porter.account.id).await;
    assert_eq!(closed(&queue).await, 4001);
    office.disconnected(id).await;
    assert_eq!(place.status().await, Status::Offline);
}

#[tokio::test]
async fn timers_ring_when_their_time_has_come_and_move_with_what_comes() {
    let place = Place::new().await;
    let (office, id, queue) = place.connect().await;
    tokio::time::pause();
    let began = virtual_now();
    tokio::time::sleep(Duration::from_secs(20)).await;
    office.received(id, "still here".into()).await;
    assert_eq!(closed(&queue).await, CLOSE.code);
    let took = began.elapsed();
    assert!((Duration::from_secs(50)..Duration::from_millis(50_100)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn nobody_is_late_because_the_computer_slept() {
    let place = Place::new().await;
    let (_office, _, queue) = place.connect().await;
    tokio::time::pause();
    let began = virtual_now();
    place.slept.store(8, Ordering::SeqCst);
    assert_eq!(closed(&queue).await, CLOSE.code);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(30) && took <= Duration::from_millis(35_100), "{took:?}");
}

#[tokio::test]
async fn all_are_closed_when_the_server_stops_also_who_was_on_the_way_in() {
    let place = Place::new().await;
    let (_office, _, queue) = place.connect().await;
    place.stop.send_replace(true);
    assert_eq!(closed(&queue).await, 1001);
    let (_office, _, late) = place.connect().await;
    assert_eq!(closed(&late).await, 1001);
}
