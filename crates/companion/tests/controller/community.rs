//! Community gateways: what is shared, what is followed, and above all what others can and cannot bring about.

mod commands;
mod connection;
mod feed;
mod inbox;
mod sharing;

use hearth_companion::contract::{
    BrokerView, Command, CommunityContent, CommunityGateway, CommunityKind, Permission, SecretText,
};
use hearth_companion::controller::{CommunityNews, CommunityWish, Heard, HeardAs, Held, Input, Output};
use hearth_gateway_client::concierge::{Client, Directory, Request, Service, Status, Target};
use puffco::state::{DeviceState, OperatingState};
use serde_json::Value;

use crate::desk::{Desk, ember};

const SERVICE: &str = "hearth.Peak ble:ember";

fn at(operating: OperatingState) -> DeviceState {
    DeviceState { operating: Some(operating), ..DeviceState::default() }
}

fn client(uuid: &str) -> Client {
    Client { uuid: uuid.into(), name: uuid.into(), nickname: None, tags: Vec::new() }
}

fn service(name: &str, owner: &str, subscribers: &[&str]) -> Service {
    let subscribers = subscribers.iter().map(|uuid| (*uuid).to_owned()).collect();
    Service { name: name.into(), nickname: None, owner: owner.into(), subscribers }
}

impl Desk {
    /// Adds a gateway.
    fn community(&mut self, name: &str, secret: Option<&str>) -> &mut Self {
        self.command(Command::AddCommunity {
            kind: CommunityKind::Concierge,
            url: "ws://127.0.0.1:64209".into(),
            name: name.into(),
            secret: secret.map(|secret| SecretText(secret.into())),
            register: false,
            keep: false,
        })
    }

    fn news(&mut self, news: CommunityNews) -> &mut Self {
        self.put(Input::Community(1, news))
    }

    /// Connected, as the client `me`.
    fn on_concierge(&mut self) -> &mut Self {
        self.news(CommunityNews::Status(Status::Connected { uuid: "me".into(), latency: None }))
    }

    fn there(&mut self, services: Vec<Service>) -> &mut Self {
        let clients = ["me", "deck", "stranger"].map(client).to_vec();
        self.news(CommunityNews::Directory(Directory { clients, services }))
    }

    /// The service of Ember is ours, and these follow it.
    fn followed_by(&mut self, followers: &[&str]) -> &mut Self {
        let all: Vec<&str> = ["me"].iter().chain(followers).copied().collect();
        self.there(vec![service(SERVICE, "me", &all)])
    }

    /// A follower sends something to the service of Ember.
    fn sends(&mut self, who: &str, data: &str) -> &mut Self {
        self.news(CommunityNews::Heard(Heard {
            uuid: who.into(),
            from: who.into(),
            heard_as: HeardAs::Owner { service: SERVICE.into() },
            text: data.into(),
            bytes: data.len(),
            count: 1,
            held: Held::default(),
        }))
    }

    fn asks(&mut self, who: &str, command: &str) -> Value {
        self.asked.retain(|output| !matches!(output, Output::Community(..)));
        self.sends(who, &format!(r#"{{"hearth":1,"command":"{command}","id":"x"}}"#));
        let mut answers = self.answers_to(who);
        assert_eq!(answers.len(), 1, "{command}: {answers:?}");
        answers.remove(0)
    }

    /// The answers that a client got since the last look.
    fn answers_to(&mut self, who: &str) -> Vec<Value> {
        let answers = self.sent().into_iter().filter(|(target, message)| {
            message["type"] == "answer" && matches!(target, Target::ServiceClient { uuid, .. } if uuid == who)
        });
        answers.map(|(_, message)| message).collect()
    }

    /// What was sent since the last look.
    fn sent(&mut self) -> Vec<(Target, Value)> {
        let (sent, others) = std::mem::take(&mut self.asked).into_iter().partition::<Vec<_>, _>(|output| {
            matches!(output, Output::Community(_, CommunityWish::Ask(Request::Send { .. })))
        });
        self.asked = others;
        let message = |output| match output {
            Output::Community(_, CommunityWish::Ask(Request::Send { target, data, .. })) => {
                Some((target, serde_json::from_str(&data).unwrap()))
            }
            _ => None,
        };
        sent.into_iter().filter_map(message).collect()
    }

    /// What else was wished since the last look.
    fn wishes(&mut self) -> Vec<CommunityWish> {
        let (wishes, others) = std::mem::take(&mut self.asked)
            .into_iter()
            .partition::<Vec<_>, _>(|output| matches!(output, Output::Community(..)));
        self.asked = others;
        let wish = |output| match output {
            Output::Community(_, wish) => Some(wish),
            _ => None,
        };
        let sent = |wish: &CommunityWish| matches!(wish, CommunityWish::Ask(Request::Send { .. }));
        wishes.into_iter().filter_map(wish).filter(|wish| !sent(wish)).collect()
    }

    fn allow(&mut self, name: &str, permission: Option<Permission>) -> &mut Self {
        self.command(Command::AllowCommands { id: "1".into(), name: name.into(), permission })
    }

    fn gateway(&self) -> CommunityGateway {
        self.controller.view().community.gateways.remove(0)
    }

    fn broker(&self) -> BrokerView {
        let CommunityContent::Concierge(broker) = self.gateway().content else { unreachable!() };
        broker
    }
}

/// A desk whose linked device is shared and followed by `deck` and `stranger`.
fn sharing(secret: Option<&str>) -> Desk {
    let mut desk = Desk::new();
    desk.linked(&ember(), at(OperatingState::IDLE));
    desk.community("robin", secret);
    desk.command(Command::ShareTelemetry { id: "1".into(), on: true });
    desk.on_concierge().news(CommunityNews::Created(SERVICE.into())).followed_by(&["deck", "stranger"]);
    desk.requested(&ember());
    desk.asked.clear();
    desk
}
