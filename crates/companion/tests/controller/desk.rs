//! The desk at which a controller is tried: inputs in, what it tells and asks out, and time.

use std::time::Duration;

use hearth_clock::{Clock, Now};
use hearth_companion::contract::{ChatLine, Command, DeviceView, Event, Said, Stage};
use hearth_companion::controller::{Controller, Input, Output, Start};
use hearth_companion::saved::Saved;
use hearth_companion::shell::{self, Offers, ShellEvent};
use hearth_gateway_client::group::{
    self, DeviceReport, Group, GroupPhase, Member, Request, SessionId, Status, Visibility,
};
use puffco::device::{self as machine, Phase, RequestError, RequestId};
use puffco::link::{Advertisement, DeviceId};
use puffco::state::DeviceState;

/// A controller, what it was told and what it asks for, in a time of its own.
pub struct Desk {
    pub now: Now,
    pub controller: Controller,
    pub told: Vec<Event>,
    pub asked: Vec<Output>,
}

impl Desk {
    pub fn new() -> Self {
        Self::starting(|_| {})
    }

    pub fn starting(change: impl FnOnce(&mut Start)) -> Self {
        let mut start = Start {
            saved: Saved::default(),
            gateway: None,
            adapter: None,
            create: None,
            join: None,
            fresh_salt: [5; 16],
        };
        change(&mut start);
        let now = Clock::new().now();
        let mut desk =
            Self { now, controller: Controller::new(now, start), told: Vec::new(), asked: Vec::new() };
        desk.settle();
        desk
    }

    pub fn put(&mut self, input: Input) -> &mut Self {
        self.controller.handle(self.now, input);
        self.settle();
        self
    }

    pub fn command(&mut self, command: Command) -> &mut Self {
        self.put(Input::Command(command))
    }

    /// Passes the moment in which changes are gathered.
    pub fn settle(&mut self) {
        self.pass(Duration::from_millis(50));
    }

    pub fn pass(&mut self, time: Duration) -> &mut Self {
        let end = self.now.later(time);
        loop {
            while let Some(output) = self.controller.poll_output() {
                match output {
                    Output::Emit(event) => self.told.push(event),
                    other => self.asked.push(other),
                }
            }
            let due = self.controller.poll_timeout();
            if due > end.instant {
                break;
            }
            self.now = self.now.later(due.saturating_duration_since(self.now.instant));
            self.controller.handle_timeout(self.now);
        }
        self.now = end;
        self
    }

    pub fn requests(&self) -> Vec<Request> {
        let request = |output: &Output| match output {
            Output::Gateway(request) => Some(request.clone()),
            _ => None,
        };
        self.asked.iter().filter_map(request).collect()
    }

    pub fn connected(&mut self) -> &mut Self {
        self.put(Input::Gateway(group::Event::Status(Status::Connected {
            latency: None,
            resumed: false,
            countdown: None,
            voice: false,
        })))
    }

    pub fn in_group(&mut self, phase: GroupPhase) -> &mut Self {
        self.in_group_with(phase, Vec::new())
    }

    pub fn in_group_with(&mut self, phase: GroupPhase, others: Vec<Member>) -> &mut Self {
        self.in_group_ready(phase, others, Vec::new())
    }

    pub fn in_group_ready(
        &mut self,
        phase: GroupPhase,
        others: Vec<Member>,
        ready: Vec<SessionId>,
    ) -> &mut Self {
        self.in_group_that(|group| {
            group.phase = phase;
            group.ready = ready;
            group.members.extend(others);
        })
    }

    /// In the group that one owns, after a change of it.
    pub fn in_group_that(&mut self, change: impl FnOnce(&mut Group)) -> &mut Self {
        let own = SessionId("own".into());
        let mut group = Group {
            id: "abc123".into(),
            name: "Test".into(),
            visibility: Visibility::Private,
            phase: GroupPhase::Chilling,
            sesh_counter: 0,
            countdown: None,
            counts_to: None,
            owner: own.clone(),
            own,
            ready: Vec::new(),
            members: vec![member("own", None)],
        };
        change(&mut group);
        self.put(Input::Gateway(group::Event::Group(Some(Box::new(group)))))
    }

    /// The lines of chat.
    pub fn chat(&self) -> Vec<String> {
        self.controller.view().chat.into_iter().map(words_of).collect()
    }

    pub fn stage(&self) -> Stage {
        self.controller.view().stage.stage
    }

    pub fn hear_ember(&mut self) -> &mut Self {
        let advertisement =
            Advertisement { name: Some("Peak Ember".into()), rssi: Some(-50), ..Advertisement::default() };
        self.put(Input::Heard { id: ember(), advertisement, simulated: false })
    }

    pub fn notices(&self) -> Vec<String> {
        self.controller.view().notices.into_iter().map(|notice| notice.code).collect()
    }

    /// Has a linked device that told this.
    pub fn linked(&mut self, id: &DeviceId, state: DeviceState) -> &mut Self {
        let advertisement =
            Advertisement { name: Some(format!("Peak {}", id.0)), ..Advertisement::default() };
        self.put(Input::Heard { id: id.clone(), advertisement, simulated: false });
        self.command(Command::ConnectDevice { id: id.0.clone() });
        self.tells(id, state).phase(id, Phase::Ready)
    }

    pub fn phase(&mut self, id: &DeviceId, phase: Phase) -> &mut Self {
        self.put(Input::Device(id.clone(), machine::Event::Phase(phase)))
    }

    pub fn tells(&mut self, id: &DeviceId, state: DeviceState) -> &mut Self {
        self.put(Input::Device(id.clone(), machine::Event::State(Box::new(state))))
    }

    pub fn answers(
        &mut self,
        id: &DeviceId,
        request: RequestId,
        result: Result<(), RequestError>,
    ) -> &mut Self {
        self.put(Input::Device(id.clone(), machine::Event::Done(request, result)))
    }

    /// What was asked of a device since the last look.
    pub fn requested(&mut self, of: &DeviceId) -> Vec<(RequestId, machine::Request)> {
        let (requests, others) = std::mem::take(&mut self.asked).into_iter().partition(
            |output| matches!(output, Output::Device(id, machine::Input::Request(..)) if id == of),
        );
        self.asked = others;
        let requests: Vec<Output> = requests;
        let request = |output| match output {
            Output::Device(_, machine::Input::Request(id, request)) => Some((id, request)),
            _ => None,
        };
        requests.into_iter().filter_map(request).collect()
    }

    pub fn device(&self, id: &DeviceId) -> DeviceView {
        self.controller.view().devices.into_iter().find(|device| device.id == id.0).unwrap()
    }

    /// The last thing that was told to a machine about being looked at.
    pub fn watched(&self, of: &DeviceId) -> Option<bool> {
        self.asked.iter().rev().find_map(|output| match output {
            Output::Device(id, machine::Input::Watched(watched)) if id == of => Some(*watched),
            _ => None,
        })
    }

    /// Whether its machine was told that it is needed, whoever looks.
    pub fn held(&self, of: &DeviceId) -> Option<bool> {
        self.asked.iter().rev().find_map(|output| match output {
            Output::Device(id, machine::Input::Held(held)) if id == of => Some(*held),
            _ => None,
        })
    }

    /// A desktop that has everything, with a tray.
    pub fn attached(&mut self) -> &mut Self {
        let offers = Offers { autostart: true, shortcuts: true, locale: "en_GB.UTF-8".into() };
        self.put(Input::Shell(ShellEvent::Attached(offers)));
        self.put(Input::Shell(ShellEvent::Notifications(true)));
        self.put(Input::Shell(ShellEvent::Tray(true)))
    }

    pub fn desktop(&mut self, event: ShellEvent) -> &mut Self {
        self.put(Input::Shell(event))
    }

    /// What the shell was asked for since the last look.
    pub fn shell_asked(&mut self) -> Vec<shell::Request> {
        let (shell, others) = std::mem::take(&mut self.asked)
            .into_iter()
            .partition::<Vec<_>, _>(|output| matches!(output, Output::Shell(_)));
        self.asked = others;
        let request = |output| match output {
            Output::Shell(request) => Some(request),
            _ => None,
        };
        shell.into_iter().filter_map(request).collect()
    }

    pub fn saved(&self) -> Option<Saved> {
        self.asked.iter().rev().find_map(|output| match output {
            Output::Save(saved) => Some(Saved::clone(saved)),
            _ => None,
        })
    }
}

pub fn member(id: &str, device_name: Option<&str>) -> Member {
    let device =
        device_name.map(|name| DeviceReport { device_name: Some(name.into()), ..DeviceReport::default() });
    Member {
        session_id: SessionId(id.into()),
        user_name: None,
        away: false,
        disconnected: false,
        mobile: false,
        voice: None,
        strain: None,
        device,
    }
}

pub fn ember() -> DeviceId {
    DeviceId("ble:ember".into())
}

/// A desk with two linked devices, of which Ember is in use.
pub fn with_two_devices() -> Desk {
    let mut desk = Desk::new();
    desk.hear_ember().command(Command::ConnectDevice { id: ember().0 });
    desk.put(Input::Device(ember(), machine::Event::Phase(Phase::Ready)));
    let advertisement = Advertisement { name: Some("Peak Storm".into()), ..Advertisement::default() };
    desk.put(Input::Heard { id: storm(), advertisement, simulated: false });
    desk.command(Command::ConnectDevice { id: storm().0 });
    desk.put(Input::Device(storm(), machine::Event::Phase(Phase::Ready)));
    desk.asked.clear();
    desk
}

pub fn storm() -> DeviceId {
    DeviceId("ble:storm".into())
}

pub fn in_use(desk: &Desk) -> Vec<String> {
    desk.controller.view().devices.into_iter().filter(|d| d.in_use).map(|d| d.id).collect()
}

/// What a line of the chat says: what somebody wrote, or what happened.
pub fn words_of(line: ChatLine) -> String {
    line.happened.as_ref().map_or(line.text, Said::english)
}
