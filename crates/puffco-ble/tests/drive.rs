//! The actor around a machine, over a radio that does what the test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use hearth_clock::Clock;
use puffco::device::{
    DeviceConfig, Event, Input, Phase, Problem, Request, RequestError, RequestId, SetupStep,
};
use puffco::gatt;
use puffco::link::{
    Connection, DeviceId, Gatt, Link, LinkError, LinkEvent, Radio, RadioEvent, SleepEvent, SleepHold,
    WriteMode,
};
use puffco_ble::DeviceHandle;
use tokio::sync::{Mutex, mpsc, oneshot};
use uuid::Uuid;

type Answer = oneshot::Sender<Result<Connection, LinkError>>;

/// Hands every try to connect to the test.
struct Scripted {
    tries: mpsc::UnboundedSender<Answer>,
    sleeps: std::sync::Mutex<Option<BoxStream<'static, SleepEvent>>>,
}

#[async_trait]
impl Radio for Scripted {
    fn is_simulated(&self) -> bool {
        true
    }
    fn events(&self) -> BoxStream<'static, RadioEvent> {
        stream::pending().boxed()
    }
    async fn start_scan(&self) -> Result<(), LinkError> {
        Ok(())
    }
    async fn stop_scan(&self) -> Result<(), LinkError> {
        Ok(())
    }
    fn sleeps(&self) -> BoxStream<'static, SleepEvent> {
        self.sleeps.lock().unwrap().take().unwrap_or_else(|| stream::pending().boxed())
    }
    async fn connect(&self, _device: &DeviceId) -> Result<Connection, LinkError> {
        let (answer, result) = oneshot::channel();
        self.tries.send(answer).unwrap();
        result.await.unwrap_or(Err(LinkError::TimedOut))
    }
}

/// A link on which nothing is ever answered.
#[derive(Default)]
struct Silent {
    reads: AtomicU32,
    dropped_reads: Arc<AtomicU32>,
    closed: Mutex<Option<oneshot::Sender<()>>>,
}

struct CountsDrop(Arc<AtomicU32>);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Link for Silent {
    async fn read(&self, _characteristic: Uuid) -> Result<Vec<u8>, LinkError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let _dropped = CountsDrop(self.dropped_reads.clone());
        std::future::pending().await
    }
    async fn write(&self, _: Uuid, _: &[u8], _: WriteMode) -> Result<(), LinkError> {
        std::future::pending().await
    }
    async fn subscribe(&self, _: Uuid) -> Result<(), LinkError> {
        std::future::pending().await
    }
    async fn disconnect(&self) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        if let Some(closed) = self.closed.lock().await.take() {
            let _ = closed.send(());
        }
    }
}

struct World {
    device: DeviceHandle,
    tries: mpsc::UnboundedReceiver<Answer>,
    events: mpsc::UnboundedReceiver<(DeviceId, Event)>,
    sleeps: futures::channel::mpsc::UnboundedSender<SleepEvent>,
}

fn world() -> World {
    world_at(Clock::new())
}

fn world_at(clock: Clock) -> World {
    let (sender, tries) = mpsc::unbounded_channel();
    let (sleeps, announced) = futures::channel::mpsc::unbounded();
    let radio = Scripted { tries: sender, sleeps: std::sync::Mutex::new(Some(announced.boxed())) };
    let (sender, events) = mpsc::unbounded_channel();
    let id = DeviceId("test".to_owned());
    let device = DeviceHandle::spawn(Arc::new(radio), id, DeviceConfig::default(), Arc::new(clock), sender);
    World { device, tries, events, sleeps }
}

/// A connection to a Lorax device, the other end of its events, and word of its end.
fn connection() -> (Connection, Arc<Silent>, mpsc::UnboundedSender<LinkEvent>, oneshot::Receiver<()>) {
    let (sender, closed) = oneshot::channel();
    let link = Arc::new(Silent { closed: Mutex::new(Some(sender)), ..Silent::default() });
    let mut services = Gatt::default();
    let lorax = [gatt::VERSION, gatt::COMMAND, gatt::REPLY, gatt::EVENT];
    services.services.insert(gatt::LORAX_SERVICE, lorax.into_iter().collect());
    let (events, receiver) = mpsc::unbounded_channel();
    let events_end = stream::unfold(receiver, |mut receiver: mpsc::UnboundedReceiver<LinkEvent>| async {
        receiver.recv().await.map(|event| (event, receiver))
    });
    let connection = Connection { link: link.clone(), gatt: services, events: events_end.boxed() };
    (connection, link, events, closed)
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("took too long")
}

async fn until(condition: impl Fn() -> bool) {
    soon(async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_handle_gives_up_connecting_and_ends_the_actor() {
    let World { device, mut tries, mut events, .. } = world();
    let other = device.clone();
    device.send(Input::Connect);
    let mut answer = soon(tries.recv()).await.unwrap();
    drop(device);
    assert!(!answer.is_closed(), "another handle is left");
    drop(other);
    soon(answer.closed()).await;
    soon(async { while events.recv().await.is_some() {} }).await;
}

#[tokio::test]
async fn the_last_handle_closes_the_link_and_ends_what_is_under_way_on_it() {
    let World { device, mut tries, mut events, .. } = world();
    device.send(Input::Connect);
    let (connection, link, _events, closed) = connection();
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    until(|| link.reads.load(Ordering::SeqCst) > 0).await;
    drop(device);
    soon(closed).await.unwrap();
    soon(async { while events.recv().await.is_some() {} }).await;
    assert_eq!(link.dropped_reads.load(Ordering::SeqCst), link.reads.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_link_that_closes_is_let_go_and_the_machine_knows() {
    let World { device, mut tries, mut events, .. } = world();
    device.send(Input::Connect);
    let (connection, _link, link_events, closed) = connection();
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    link_events.send(LinkEvent::Closed).unwrap();
    soon(closed).await.unwrap();
    soon(async { while !matches!(events.recv().await, Some((_, Event::Phase(Phase::Waiting { .. })))) {} })
        .await;
}

/// A link whose reads end with it, and know that a bond was refused.
struct Refusing(tokio::sync::watch::Receiver<bool>);

#[async_trait]
impl Link for Refusing {
    async fn read(&self, _: Uuid) -> Result<Vec<u8>, LinkError> {
        let _ = self.0.clone().wait_for(|closed| *closed).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(LinkError::NotPaired("refused".to_owned()))
    }
    async fn write(&self, _: Uuid, _: &[u8], _: WriteMode) -> Result<(), LinkError> {
        std::future::pending().await
    }
    async fn subscribe(&self, _: Uuid) -> Result<(), LinkError> {
        std::future::pending().await
    }
    async fn disconnect(&self) {}
}

#[tokio::test]
async fn a_read_may_say_why_its_link_closed() {
    let World { device, mut tries, mut events, .. } = world();
    device.send(Input::Connect);
    let (connection, _silent, link_events, _closed) = connection();
    let (closed, seen) = tokio::sync::watch::channel(false);
    let connection = Connection { link: Arc::new(Refusing(seen)), ..connection };
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    soon(async {
        let bonding = |phase: &Phase| matches!(phase, Phase::SettingUp { step: SetupStep::Authenticate, .. });
        while !matches!(events.recv().await, Some((_, Event::Phase(phase))) if bonding(&phase)) {}
    })
    .await;
    link_events.send(LinkEvent::Closed).unwrap();
    closed.send(true).unwrap();
    soon(async {
        let told = Event::Phase(Phase::Failed(Problem::PairingNeeded));
        while !matches!(events.recv().await, Some((_, event)) if event == told) {}
    })
    .await;
}

#[tokio::test]
async fn the_next_try_waits_for_the_end_of_the_last_link() {
    let World { device, mut tries, .. } = world();
    device.send(Input::Connect);
    let (connection, link, _events, mut closed) = connection();
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    until(|| link.reads.load(Ordering::SeqCst) > 0).await;
    device.send(Input::Disconnect);
    device.send(Input::Connect);
    soon(tries.recv()).await.unwrap();
    assert_eq!(closed.try_recv(), Ok(()));
}

#[tokio::test]
async fn a_request_without_a_link_is_answered() {
    let World { device, mut events, .. } = world();
    device.send(Input::Request(RequestId(7), Request::Abort));
    let (_, event) = soon(events.recv()).await.unwrap();
    assert_eq!(event, Event::Done(RequestId(7), Err(RequestError::NotConnected)));
}

/// Knows when it is dropped.
fn hold() -> (SleepHold, std::sync::Weak<()>) {
    let kept = Arc::new(());
    let dropped = Arc::downgrade(&kept);
    (SleepHold::new(kept), dropped)
}

#[tokio::test]
async fn an_idle_device_is_let_go_before_a_sleep_and_taken_up_after_it() {
    let World { device, mut tries, mut events, sleeps } = world();
    device.send(Input::Connect);
    let (connection, _link, _link_events, mut closed) = connection();
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    let taken = |event: &Option<(DeviceId, Event)>| {
        let authenticates = SetupStep::Authenticate;
        matches!(event, Some((_, Event::Phase(Phase::SettingUp { step, .. }))) if *step == authenticates)
    };
    soon(async { while !taken(&events.recv().await) {} }).await;
    let (hold, held) = hold();
    sleeps.unbounded_send(SleepEvent::Soon(hold)).unwrap();
    until(|| held.strong_count() == 0).await;
    assert_eq!(closed.try_recv(), Ok(()), "the sleep is held off until the link has ended");

    // Trying again is due within a second, and waits.
    soon(async { while !matches!(events.recv().await, Some((_, Event::Phase(Phase::Waiting { .. })))) {} })
        .await;
    device.send(Input::Heard);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(tries.try_recv().is_err(), "the computer is about to sleep");
    sleeps.unbounded_send(SleepEvent::Over).unwrap();
    soon(tries.recv()).await.unwrap();
}

#[tokio::test]
async fn a_sleep_of_which_nobody_said_the_end_is_over_when_the_clock_says_so() {
    let seconds = Arc::new(AtomicU32::new(1_000_000));
    let wall = seconds.clone();
    let real = Clock::new();
    let clock = Clock::reading(move || {
        (real.now().instant, Duration::from_secs(u64::from(wall.load(Ordering::SeqCst))))
    });
    let World { device, mut tries, sleeps, .. } = world_at(clock);
    device.send(Input::Connect);
    let mut first = soon(tries.recv()).await.unwrap();
    let (hold, held) = hold();
    sleeps.unbounded_send(SleepEvent::Soon(hold)).unwrap();
    soon(first.closed()).await;
    until(|| held.strong_count() == 0).await;
    assert!(tries.try_recv().is_err(), "given up for the sleep");
    seconds.fetch_add(7, Ordering::SeqCst);
    soon(tries.recv()).await.unwrap();
}

/// A link whose replies come before the write that asked for them returns.
struct Hasty {
    events: mpsc::UnboundedSender<LinkEvent>,
    writes: AtomicU32,
}

#[async_trait]
impl Link for Hasty {
    async fn read(&self, _: Uuid) -> Result<Vec<u8>, LinkError> {
        Ok(vec![1, 0])
    }
    async fn write(&self, _: Uuid, frame: &[u8], _: WriteMode) -> Result<(), LinkError> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        // The limits (facts/puffco-ble.md §7.1), whatever was asked.
        let value = [&frame[..2], &[0, 125, 0, 40, 0, 8, 0]].concat();
        self.events.send(LinkEvent::Notified { characteristic: gatt::REPLY, value }).unwrap();
        std::future::pending().await
    }
    async fn subscribe(&self, _: Uuid) -> Result<(), LinkError> {
        Ok(())
    }
    async fn disconnect(&self) {}
}

#[tokio::test]
async fn a_reply_may_come_before_the_write_returns() {
    let World { device, mut tries, .. } = world();
    device.send(Input::Connect);
    let (connection, _silent, link_events, _closed) = connection();
    let link = Arc::new(Hasty { events: link_events, writes: AtomicU32::new(0) });
    let connection = Connection { link: link.clone(), ..connection };
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    // The answer to the first command brings the second, though the first write never returns.
    let second =
        tokio::time::timeout(Duration::from_secs(1), until(|| link.writes.load(Ordering::SeqCst) > 1));
    second.await.expect("the machine waits for the write");
}

#[tokio::test]
async fn a_bonding_read_that_hangs_is_given_up() {
    // A minute passes in a moment.
    let real = Clock::new();
    let start = real.now().instant;
    let clock = Clock::reading(move || {
        let passed = real.now().instant.saturating_duration_since(start);
        (start + passed * 60, Duration::from_secs(1_000_000))
    });
    let World { device, mut tries, mut events, .. } = world_at(clock);
    device.send(Input::Connect);
    let (connection, _silent, _link_events, closed) = connection();
    assert!(soon(tries.recv()).await.unwrap().send(Ok(connection)).is_ok());
    soon(closed).await.unwrap();
    let given_up = |phase: &Phase| matches!(phase, Phase::Waiting { problem: Problem::TimedOut, .. });
    soon(async {
        while !matches!(events.recv().await, Some((_, Event::Phase(phase))) if given_up(&phase)) {}
    })
    .await;
}
