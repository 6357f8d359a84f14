//! Runs one device machine ([`puffco::device::Device`]) over a radio: carries out what it asks for, feeds
//! back what happened, and keeps its time.
//!
//! Knows no Bluetooth library and decides nothing: what to connect, read or write is the machine's business.

mod slumber;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_clock::Clock;
use puffco::device::{Device, DeviceConfig, Event, Input, OpId, Output};
use puffco::link::{Connection, DeviceId, Link, LinkError, LinkEvent, Radio, SleepEvent, SleepHold};
use puffco::state::OperatingState;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use self::slumber::Slumber;

/// The longest sleep. The runtime's timer stands still while the computer sleeps; after it wakes up, a
/// deadline is noticed at most this much late.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// A link that does not close within this time is left to the radio.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// How long the operations on a link that closed may take to say why.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// A running device actor. When the last clone is dropped, the link is closed and the actor ends.
#[derive(Clone, Debug)]
pub struct DeviceHandle {
    inputs: mpsc::UnboundedSender<Input>,
}

impl DeviceHandle {
    /// Starts the actor of one device. It does nothing until [`Input::Connect`].
    ///
    /// What it reports goes to `events`, under the device's id.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn spawn(
        radio: Arc<dyn Radio>,
        id: DeviceId,
        config: DeviceConfig,
        clock: Arc<Clock>,
        events: mpsc::UnboundedSender<(DeviceId, Event)>,
    ) -> Self {
        let (inputs, receiver) = mpsc::unbounded_channel();
        let slumber = Slumber::new(radio.sleeps(), clock.slept());
        let actor = Actor {
            machine: Device::new(config),
            radio,
            id,
            clock,
            events,
            link: None,
            connecting: None,
            closing: None,
            tasks: JoinSet::new(),
            slumber,
        };
        tokio::spawn(actor.run(receiver));
        Self { inputs }
    }

    /// Passes one input on to the machine: `Connect`, `Disconnect`, `Request`, `Watched` or `Heard`. The
    /// others are the actor's own.
    pub fn send(&self, input: Input) {
        // The actor ends only after the last handle is gone, so this fails only when it panicked.
        if self.inputs.send(input).is_err() {
            tracing::error!("a device actor is gone");
        }
    }
}

/// How one task of the actor ended.
enum Done {
    /// A try to connect.
    Connect(OpId, Result<Connection, LinkError>),
    /// A read, write or subscription: what it means to the machine.
    Operation(Input),
}

/// The open link, what it reports, and what is under way on it.
struct OpenLink {
    link: Arc<dyn Link>,
    events: BoxStream<'static, LinkEvent>,
    operations: Vec<AbortHandle>,
}

impl OpenLink {
    fn is_busy(&self) -> bool {
        self.operations.iter().any(|operation| !operation.is_finished())
    }
}

struct Actor {
    machine: Device,
    radio: Arc<dyn Radio>,
    id: DeviceId,
    clock: Arc<Clock>,
    events: mpsc::UnboundedSender<(DeviceId, Event)>,
    link: Option<OpenLink>,
    connecting: Option<(OpId, AbortHandle)>,
    closing: Option<JoinHandle<()>>,
    tasks: JoinSet<Done>,
    slumber: Slumber,
}

impl Actor {
    async fn run(mut self, mut inputs: mpsc::UnboundedReceiver<Input>) {
        loop {
            self.carry_out();
            let sleep = self
                .machine
                .poll_timeout()
                .map_or(LONGEST_SLEEP, |deadline| self.clock.until(deadline).min(LONGEST_SLEEP));
            tokio::select! {
                input = inputs.recv() => match input {
                    Some(input) => self.feed(input),
                    None => break,
                },
                event = next_event(self.link.as_mut()) => match event {
                    Some(LinkEvent::Notified { characteristic, value }) => {
                        self.feed(Input::Notified(characteristic, value));
                    }
                    Some(LinkEvent::Closed) | None => {
                        self.last_words().await;
                        self.close();
                        self.feed(Input::Closed);
                    }
                },
                Some(done) = self.tasks.join_next() => match done {
                    Ok(done) => self.finish(done),
                    Err(error) if error.is_cancelled() => {}
                    Err(error) => tracing::error!(device = self.id.ending(), %error, "a radio operation panicked"),
                },
                event = self.slumber.next() => match event {
                    SleepEvent::Soon(hold) => self.before_sleep(hold),
                    SleepEvent::Over => self.after_sleep(),
                },
                () = tokio::time::sleep(sleep) => self.machine.handle_timeout(self.clock.now().instant),
            }
            if self.slumber.is_over(self.clock.now().instant, self.clock.slept()) {
                self.after_sleep();
            }
        }
        self.feed(Input::Disconnect);
        self.carry_out();
        self.close();
        if let Some(closing) = self.closing.take() {
            let _ = closing.await;
        }
    }

    fn feed(&mut self, input: Input) {
        self.machine.handle(self.clock.now().instant, input);
    }

    /// The computer is about to sleep: lets an idle device go, which costs its battery less than a link that
    /// nobody ends. A heat is watched to the last moment.
    fn before_sleep(&mut self, hold: SleepHold) {
        if self.machine.state().operating.is_some_and(OperatingState::is_heat_cycle) {
            return;
        }
        let trying = self.connecting.as_ref().map(|(op, _)| *op);
        let open = self.link.is_some();
        self.close();
        self.slumber.begin(self.clock.now().instant, trying);
        if open {
            self.feed(Input::Closed);
        }
        let earlier = self.closing.take();
        self.closing = Some(tokio::spawn(async move {
            if let Some(earlier) = earlier {
                let _ = earlier.await;
            }
            drop(hold);
        }));
    }

    /// The computer is awake: what was put off is done, and the machine looks at what it knew.
    fn after_sleep(&mut self) {
        if let Some(op) = self.slumber.end() {
            self.connect(op);
        }
        self.feed(Input::Woke);
    }

    /// Does what the machine wants done, until it wants nothing more.
    fn carry_out(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            match output {
                Output::Event(event) => {
                    // The owner may stop listening before it drops its handles.
                    let _ = self.events.send((self.id.clone(), event));
                }
                Output::Connect(op) => self.connect(op),
                Output::Disconnect => self.close(),
                Output::Read(op, characteristic) => self.operate(async move |link| {
                    let read = async { link?.read(characteristic).await };
                    Input::ReadDone(op, read.await)
                }),
                Output::Write(op, characteristic, value, mode) => self.operate(async move |link| {
                    let write = async { link?.write(characteristic, &value, mode).await };
                    Input::WriteDone(op, write.await)
                }),
                Output::Subscribe(op, characteristic) => self.operate(async move |link| {
                    let subscribe = async { link?.subscribe(characteristic).await };
                    Input::SubscribeDone(op, subscribe.await)
                }),
            }
        }
    }

    /// Starts a try to connect, after the last link has closed.
    fn connect(&mut self, op: OpId) {
        self.close();
        if self.slumber.puts_off(op) {
            return;
        }
        let closing = self.closing.take();
        let radio = self.radio.clone();
        let id = self.id.clone();
        let task = self.tasks.spawn(async move {
            if let Some(closing) = closing {
                let _ = closing.await;
            }
            Done::Connect(op, radio.connect(&id).await)
        });
        self.connecting = Some((op, task));
    }

    /// Starts an operation in a task of its own, so that a notification may be heard before it ends.
    fn operate<F, R>(&mut self, operation: F)
    where
        F: FnOnce(Result<Arc<dyn Link>, LinkError>) -> R,
        R: Future<Output = Input> + Send + 'static,
    {
        let link = self.link.as_ref().map(|open| open.link.clone()).ok_or(LinkError::Disconnected);
        let operation = operation(link);
        let task = self.tasks.spawn(async move { Done::Operation(operation.await) });
        if let Some(open) = &mut self.link {
            open.operations.retain(|operation| !operation.is_finished());
            open.operations.push(task);
        }
    }

    fn finish(&mut self, done: Done) {
        match done {
            Done::Operation(input) => self.feed(input),
            Done::Connect(op, result) => {
                let current = self.connecting.take_if(|(connecting, _)| *connecting == op).is_some();
                match result {
                    Ok(connection) if !current => self.close_link(connection.link),
                    Ok(Connection { link, gatt, events }) => {
                        self.link = Some(OpenLink { link, events, operations: Vec::new() });
                        self.feed(Input::WallClock(self.clock.now().unix_ms / 1000));
                        self.feed(Input::Connected(op, Ok(gatt)));
                    }
                    Err(_) if !current => {}
                    Err(error) => self.feed(Input::Connected(op, Err(error))),
                }
            }
        }
    }

    /// Lets what is under way on a link that is gone end by itself: a read may know why the link closed.
    async fn last_words(&mut self) {
        let end = tokio::time::sleep(LAST_WORDS);
        tokio::pin!(end);
        while self.link.as_ref().is_some_and(OpenLink::is_busy) {
            tokio::select! {
                Some(Ok(done)) = self.tasks.join_next() => self.finish(done),
                () = &mut end => return,
            }
        }
    }

    /// Gives up what is being opened and closes what is open.
    fn close(&mut self) {
        self.slumber.forget();
        if let Some((_, task)) = self.connecting.take() {
            task.abort();
        }
        if let Some(open) = self.link.take() {
            for operation in &open.operations {
                operation.abort();
            }
            self.close_link(open.link);
        }
    }

    fn close_link(&mut self, link: Arc<dyn Link>) {
        let earlier = self.closing.take();
        self.closing = Some(tokio::spawn(async move {
            if let Some(earlier) = earlier {
                let _ = earlier.await;
            }
            let _ = tokio::time::timeout(CLOSE_LIMIT, link.disconnect()).await;
        }));
    }
}

/// The next event of the open link; waits for ever without one.
async fn next_event(open: Option<&mut OpenLink>) -> Option<LinkEvent> {
    match open {
        Some(open) => open.events.next().await,
        None => std::future::pending().await,
    }
}
