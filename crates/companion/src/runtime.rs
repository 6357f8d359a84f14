//! Runs a companion on tokio: moves what the controller asks for to radios, devices and the gateway, and
//! what they report back to it.

mod community;
mod faces;
mod gathered;
mod listing;
mod network;
mod overlay;
mod rooms;
mod sessions;
mod voice;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_clock::Clock;
use hearth_lan::Lan;
use hearth_seat::Seat;
use jiff::tz::TimeZone;
use puffco::link::DeviceId;
use tokio::sync::{mpsc, oneshot, watch};

use crate::contract::{Command, Event};
use crate::controller::{Controller, FaceId, Input, Look, Start};
use crate::history::keeper::Keeper;
use crate::host::Openness;
use crate::radios::{RadioChoice, Radios, demo_device};
use crate::saved::{Loaded, Saved, Store, StoreReport};
use crate::secrets::{Keychain, Secrets};
use crate::shell::{Offers, Shell, ShellEvent};
use crate::sound::{Sound, VoiceOptions};
use crate::{downloads, logging};
use faces::Faces;
use network::Network;
use work::{Parts, Work};

/// How long the end may take: stopping an own heat, leaving the group.
const FAREWELL: Duration = Duration::from_secs(4);

/// How long the rest of it may take: guests are told, what happened is kept.
const LAST_THINGS: Duration = Duration::from_secs(4);

/// How a companion runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// A gateway for this run; `None`: the remembered one, at first the one in this program.
    pub gateway: Option<String>,
    /// A Bluetooth adapter for this run, by id or name; `None`: the remembered one, at first whichever works.
    pub adapter: Option<String>,
    /// Create a group with this name.
    pub create: Option<String>,
    /// Join the group with this code.
    pub join: Option<String>,
    /// Where settings are kept; `None`: nowhere.
    pub data_dir: Option<PathBuf>,
    /// Secrets are kept in the keychain of the system; otherwise until the program ends.
    pub keychain: bool,
    /// Where files that a person asks for are kept; `None`: the face gets them, and keeps them itself.
    pub downloads: Option<PathBuf>,
    /// Where log files are written, from [`logging::start`](crate::logging::start); `None`: nowhere.
    pub log_folder: Option<PathBuf>,
    /// The local network, in which gateways are announced and found.
    pub lan: Lan,
    /// Who can come to a gateway that this computer hosts.
    pub openness: Openness,
    /// The radios.
    pub radios: RadioChoice,
    /// Microphones and speakers, and how others in a voice room are reached.
    pub voice: VoiceOptions,
    /// The person at the computer, from [`seat::watch`](crate::seat::watch); `None`: nobody sits there.
    pub seat: Option<watch::Receiver<Seat>>,
}

impl Options {
    /// Settings in the user's directory for them; Bluetooth, and a simulated device for a first look.
    #[must_use]
    pub fn for_app() -> Self {
        let directories = directories::ProjectDirs::from("social", "Hearth", "Hearth");
        Self {
            data_dir: directories.map(|directories| directories.data_dir().to_owned()),
            keychain: true,
            downloads: downloads::directory(),
            radios: RadioChoice { bluetooth: true, simulated: vec![demo_device()] },
            voice: VoiceOptions { sound: Sound::Computer, ..VoiceOptions::default() },
            ..Self::ephemeral()
        }
    }

    /// Starts the program's log, beside the settings where those are kept. Once in a program.
    #[must_use]
    pub fn logged(mut self) -> Self {
        let folder = self.data_dir.as_deref().map(|directory| directory.join("logs"));
        self.log_folder = logging::start(folder.as_deref());
        self
    }

    /// Nothing kept, no radios.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self {
            gateway: None,
            adapter: None,
            create: None,
            join: None,
            data_dir: None,
            keychain: false,
            downloads: None,
            log_folder: None,
            lan: Lan::new(),
            openness: Openness::Network,
            radios: RadioChoice::default(),
            voice: VoiceOptions::default(),
            seat: None,
        }
    }
}

/// A message to the task that owns the controller.
enum Message {
    Input(Input),
    Subscribe(oneshot::Sender<BoxStream<'static, Event>>),
    Attach(Box<dyn Shell>, Offers),
}

/// A running companion. Clones are the same one; it ends with [`Companion::shutdown`].
#[derive(Clone)]
pub struct Companion {
    messages: mpsc::UnboundedSender<Message>,
    last_face: Arc<AtomicU64>,
    ended: watch::Receiver<bool>,
}

impl Companion {
    /// Starts on the current tokio runtime. Whatever is missing for it costs only itself, and is said in notices.
    pub async fn start(options: Options) -> Self {
        let store = options.data_dir.as_deref().map(Store::new);
        let (store, saved, trouble) = match store.map(|store| (store.load(), store)) {
            None => (None, Saved::default(), None),
            Some((Ok(Loaded { saved, trouble }), store)) => (Some(store), saved, trouble),
            // Nothing is written over what could not be read.
            Some((Err(error), _)) => (None, Saved::default(), Some(StoreReport::Closed(error.to_string()))),
        };
        let fresh_salt = rand::random();
        let secrets = if options.keychain {
            Secrets::in_keychain(&saved.clone().salt(fresh_salt))
        } else {
            Secrets::in_memory()
        };
        let clock = Arc::new(Clock::new());
        let start = Start {
            saved,
            gateway: options.gateway,
            adapter: options.adapter,
            create: options.create,
            join: options.join,
            fresh_salt,
        };
        let controller = Controller::new(clock.now(), start);
        let (inputs, input_queue) = mpsc::unbounded_channel();
        let (messages, message_queue) = mpsc::unbounded_channel();
        let (ended_sender, ended) = watch::channel(false);
        let radios = Radios::open(&options.radios);
        radios.listen(&inputs);
        if let Some(seat) = options.seat {
            tokio::spawn(watch_seat(seat, inputs.clone()));
        }
        tokio::spawn(watch_keychain(secrets.keychain(), inputs.clone()));
        if let Some(trouble) = trouble {
            let _ = inputs.send(Input::Store(trouble));
        }
        if let Some(folder) = options.log_folder {
            let _ = inputs.send(Input::LogsInto(folder));
        }
        let history = options.data_dir.as_deref().map(|directory| {
            let file = directory.join("history.sqlite");
            Keeper::start(file, options.downloads.clone(), Arc::clone(&clock), inputs.clone())
        });
        let groups = options.data_dir.as_deref().map(|directory| directory.join("host"));
        let network = Network::new(options.lan, options.openness, groups, secrets.clone(), inputs.clone());
        let parts = Parts { radios, store, secrets, history, network, voice: options.voice };
        let work = Work::new(parts, Arc::clone(&clock), inputs);
        let run = Run { controller, clock, work, faces: Faces::new(), shell: None };
        tokio::spawn(run.until_shutdown(message_queue, input_queue, ended_sender));
        Self { messages, last_face: Arc::default(), ended }
    }

    /// Does what a person asks for. What comes of it arrives as events.
    pub fn command(&self, command: Command) {
        // After the end there is nobody left to ask.
        let _ = self.messages.send(Message::Input(Input::Command(command)));
    }

    /// A face that comes and goes, such as one of several browser tabs: what it looks at counts while it is
    /// there. It is taken for visible until it says otherwise.
    #[must_use]
    pub fn face(&self) -> Face {
        let id = FaceId(self.last_face.fetch_add(1, Ordering::Relaxed) + 1);
        let face = Face { companion: self.clone(), id };
        face.look(Some(Look::default()));
        face
    }

    /// Everything there is to see, then what changes. A face that falls behind gets the whole view again.
    #[must_use]
    pub fn subscribe(&self) -> BoxStream<'static, Event> {
        let (sender, receiver) = oneshot::channel();
        let _ = self.messages.send(Message::Subscribe(sender));
        Box::pin(
            futures::stream::once(async move {
                receiver.await.unwrap_or_else(|_| Box::pin(futures::stream::empty()))
            })
            .flatten(),
        )
    }

    /// Gives the companion a desktop. It is asked for things from now on, and reports with
    /// [`Companion::shell_event`].
    pub fn attach(&self, shell: Box<dyn Shell>, offers: Offers) {
        let _ = self.messages.send(Message::Attach(shell, offers));
        self.shell_event(ShellEvent::Zone(TimeZone::system()));
    }

    /// Something happened on the desktop.
    pub fn shell_event(&self, event: ShellEvent) {
        // Who travels opens the lid somewhere else.
        if event == ShellEvent::Focused(true) {
            self.shell_event(ShellEvent::Zone(TimeZone::system()));
        }
        let _ = self.messages.send(Message::Input(Input::Shell(event)));
    }

    /// Stops a heat that this companion started, leaves the group and ends; at most a few seconds.
    pub async fn shutdown(&self) {
        let _ = self.messages.send(Message::Input(Input::Shutdown));
        let mut ended = self.ended.clone();
        let _ = tokio::time::timeout(FAREWELL + LAST_THINGS, ended.wait_for(|ended| *ended)).await;
    }
}

/// One of several faces. See [`Companion::face`].
pub struct Face {
    companion: Companion,
    id: FaceId,
}

impl Face {
    /// As [`Companion::command`]; what it looks at is this face's own.
    pub fn command(&self, command: Command) {
        match command {
            Command::Look { visible, device } => {
                self.look(Some(Look { visible, device: device.map(DeviceId) }));
            }
            command => self.companion.command(command),
        }
    }

    /// As [`Companion::subscribe`].
    #[must_use]
    pub fn subscribe(&self) -> BoxStream<'static, Event> {
        self.companion.subscribe()
    }

    /// As [`Face::subscribe`], for a page that is drawn: what came together is delivered together, without what is over
    /// by then; of a group whose members changed, [`Event::Members`].
    #[must_use]
    pub fn gathered(&self) -> BoxStream<'static, Vec<Event>> {
        gathered::gathered(self.subscribe())
    }

    fn look(&self, look: Option<Look>) {
        // After the end nobody asks who looks.
        let _ = self.companion.messages.send(Message::Input(Input::Look(self.id, look)));
    }
}

impl Drop for Face {
    fn drop(&mut self) {
        self.look(None);
    }
}

/// Reports the seat as it is, then what changes, until nobody listens.
async fn watch_seat(mut seat: watch::Receiver<Seat>, inputs: mpsc::UnboundedSender<Input>) {
    loop {
        let present = *seat.borrow_and_update();
        if inputs.send(Input::Seat(present)).is_err() {
            return;
        }
        tokio::select! {
            changed = seat.changed() => if changed.is_err() { return },
            () = inputs.closed() => return,
        }
    }
}

/// Reports how the keychain is once something was kept there, then what changes.
async fn watch_keychain(mut keychain: watch::Receiver<Keychain>, inputs: mpsc::UnboundedSender<Input>) {
    while keychain.changed().await.is_ok() {
        let present = keychain.borrow_and_update().clone();
        if inputs.send(Input::Keychain(present)).is_err() {
            return;
        }
    }
}

struct Run {
    controller: Controller,
    clock: Arc<Clock>,
    work: Work,
    faces: Faces,
    shell: Option<Box<dyn Shell>>,
}

impl Run {
    async fn until_shutdown(
        mut self,
        mut messages: mpsc::UnboundedReceiver<Message>,
        mut inputs: mpsc::UnboundedReceiver<Input>,
        ended: watch::Sender<bool>,
    ) {
        let mut shutting_down = false;
        self.carry_out().await;
        while !shutting_down {
            let rest = self.clock.until(self.controller.poll_timeout());
            tokio::select! {
                message = messages.recv() => match message {
                    Some(Message::Input(input)) => {
                        shutting_down = matches!(input, Input::Shutdown);
                        self.controller.handle(self.clock.now(), input);
                    }
                    Some(Message::Subscribe(answer)) => {
                        let stream = self.faces.subscribe(self.controller.view());
                        let _ = answer.send(stream);
                    }
                    Some(Message::Attach(shell, offers)) => {
                        self.shell = Some(shell);
                        let attached = Input::Shell(ShellEvent::Attached(offers));
                        self.controller.handle(self.clock.now(), attached);
                    }
                    None => {
                        shutting_down = true;
                        self.controller.handle(self.clock.now(), Input::Shutdown);
                    }
                },
                Some(input) = inputs.recv() => self.controller.handle(self.clock.now(), input),
                input = self.work.gateway_event() => self.controller.handle(self.clock.now(), input),
                () = tokio::time::sleep(rest) => self.controller.handle_timeout(self.clock.now()),
            }
            self.carry_out().await;
        }
        let farewell = self.say_farewell(&mut inputs);
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::warn!("a heat that this program started may still be running");
        }
        self.controller.finish(self.clock.now());
        self.carry_out().await;
        self.work.end().await;
        let _ = ended.send(true);
    }

    /// Goes on until no own heat runs any more.
    async fn say_farewell(&mut self, inputs: &mut mpsc::UnboundedReceiver<Input>) {
        while self.controller.heats() {
            let rest = self.clock.until(self.controller.poll_timeout());
            tokio::select! {
                Some(input) = inputs.recv() => self.controller.handle(self.clock.now(), input),
                input = self.work.gateway_event() => self.controller.handle(self.clock.now(), input),
                () = tokio::time::sleep(rest) => self.controller.handle_timeout(self.clock.now()),
            }
            self.carry_out().await;
        }
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.controller.poll_output() {
            match output {
                crate::controller::Output::Emit(event) => self.faces.tell(event),
                crate::controller::Output::Shell(request) => {
                    if let Some(shell) = &mut self.shell {
                        shell.carry_out(request);
                    }
                }
                output => {
                    if let Some(input) = self.work.carry_out(output).await {
                        self.controller.handle(self.clock.now(), input);
                    }
                }
            }
        }
        if self.faces.fell_behind() {
            let view = Box::new(self.controller.view());
            self.faces.tell(Event::View { view });
        }
    }
}
