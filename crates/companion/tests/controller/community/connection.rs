//! Which gateways there are, and their connections.

use std::time::Duration;

use hearth_companion::contract::{
    Command, CommunityKind, CommunityRefusal, CommunityState, Health, MessageTo, Permission, SecretText,
};
use hearth_companion::controller::{CommunityNews, CommunityWish, Input, SecretWish};
use hearth_companion::secrets::Secret;
use hearth_gateway_client::concierge::{NotSent, Refusal, Request, Status, Target};

use super::{service, sharing};
use crate::desk::Desk;

fn open(name: &str, secret: SecretWish) -> CommunityWish {
    CommunityWish::Open { url: "ws://127.0.0.1:64209".into(), name: name.into(), secret }
}

#[test]
fn a_gateway_is_added_connected_and_remembered_without_its_secret() {
    let mut desk = Desk::new();
    desk.community("robin", Some("canary-4711"));
    let secret = SecretWish::New(Secret::new("canary-4711"));
    assert_eq!(desk.wishes(), [open("robin", secret), CommunityWish::Ask(Request::Connect)]);
    assert_eq!(desk.gateway().state, CommunityState::Connecting);
    assert!(desk.gateway().has_secret);
    desk.on_concierge();
    assert!(matches!(desk.gateway().state, CommunityState::Connected { .. }));
    let saved = desk.saved().unwrap();
    assert!(!serde_json::to_string(&saved).unwrap().contains("canary"));
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains("canary"));
    let command = Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: String::new(),
        name: String::new(),
        secret: Some(SecretText("canary-4711".into())),
        register: false,
        keep: false,
    };
    assert!(!format!("{command:?}{:?}", desk.asked).contains("canary"));

    let mut again = Desk::starting(|start| start.saved = saved);
    assert_eq!(again.wishes(), [open("robin", SecretWish::Kept), CommunityWish::Ask(Request::Connect)]);
}

#[test]
fn what_cannot_be_a_gateway_or_a_name_there_is_not_added() {
    let mut desk = Desk::new();
    desk.command(Command::AddCommunity {
        kind: CommunityKind::Concierge,
        url: "what is this".into(),
        name: "robin".into(),
        secret: None,
        register: false,
        keep: false,
    });
    assert_eq!(desk.notices(), ["community_address"]);
    for name in ["", "robin hood", "robin!", &"x".repeat(40)] {
        desk.community(name, None);
        assert!(desk.notices().contains(&"community_name".to_owned()), "{name}");
    }
    desk.community("robin", None).community("robin", None);
    assert!(desk.notices().contains(&"community_known".to_owned()));
    assert_eq!(desk.controller.view().community.gateways.len(), 1);
}

#[test]
fn one_that_will_not_have_us_is_told_and_tried_again_when_something_is_changed() {
    let mut desk = Desk::new();
    desk.community("robin", None);
    desk.news(CommunityNews::Status(Status::Refused(Refusal::BadSecret)));
    assert_eq!(desk.gateway().state, CommunityState::Refused { why: CommunityRefusal::BadSecret });
    assert_eq!(desk.notices(), ["community_refused"]);
    let part = |desk: &Desk| {
        let parts = desk.controller.view().diagnostics.parts;
        parts.into_iter().find(|part| part.part == "community").unwrap()
    };
    assert_eq!(part(&desk).health, Health::Bad);
    assert_eq!(part(&desk).state, "Refused: wrong secret");
    desk.wishes();
    let secret = Some(SecretText("right".into()));
    desk.command(Command::EditCommunity { id: "1".into(), name: Some("mika".into()), secret, keep: None });
    let wish = open("mika", SecretWish::New(Secret::new("right")));
    assert_eq!(desk.wishes(), [wish, CommunityWish::Ask(Request::Connect)]);
    desk.on_concierge();
    assert_eq!(desk.notices(), <[&str; 0]>::default());
    assert_eq!(part(&desk).health, Health::Good);
    assert!(part(&desk).since.is_some());
}

#[test]
fn leaving_holds_until_the_person_comes_back_and_forgetting_takes_the_secret_along() {
    let mut desk = sharing(Some("s"));
    desk.command(Command::FollowService { id: "1".into(), service: "weather".into(), on: true });
    desk.wishes();
    desk.command(Command::ConnectCommunity { id: "1".into(), on: false });
    assert_eq!(desk.wishes(), [CommunityWish::Close]);
    assert_eq!(desk.gateway().state, CommunityState::Off);
    desk.on_concierge();
    assert_eq!(desk.gateway().state, CommunityState::Off, "what the old session still says is heard no more");
    let saved = desk.saved().unwrap();
    assert!(Desk::starting(|start| start.saved = saved).wishes().is_empty());
    desk.command(Command::ConnectCommunity { id: "1".into(), on: true });
    let wishes = desk.wishes();
    assert_eq!(wishes[0], open("robin", SecretWish::Kept));
    let service = "weather".to_owned();
    assert!(wishes.contains(&CommunityWish::Ask(Request::Subscribe { service })));
    desk.command(Command::RemoveCommunity { id: "1".into() });
    assert_eq!(desk.wishes(), [CommunityWish::Forget]);
    assert!(desk.saved().unwrap().community.is_empty());
}

#[test]
fn one_that_waits_is_tried_at_once_when_the_person_asks() {
    let mut desk = Desk::new();
    desk.community("robin", None);
    let retry_at = desk.now.instant + Duration::from_secs(30);
    desk.news(CommunityNews::Status(Status::Waiting { retry_at })).wishes();
    assert!(matches!(desk.gateway().state, CommunityState::Waiting { .. }));
    desk.command(Command::ConnectCommunity { id: "1".into(), on: true });
    assert_eq!(desk.wishes(), [CommunityWish::Ask(Request::Retry)]);
}

#[test]
fn the_end_of_the_program_says_goodbye() {
    let mut desk = sharing(None);
    desk.put(Input::Shutdown);
    assert!(desk.wishes().contains(&CommunityWish::Close));
}

#[test]
fn a_persons_message_is_json_or_a_text_and_what_became_of_it_is_said() {
    let mut desk = sharing(None);
    desk.sent();
    let send = |desk: &mut Desk, to: MessageTo, text: &str| {
        desk.command(Command::SendToService { id: "1".into(), to, text: text.into() });
        desk.sent()
    };
    let weather = MessageTo::Service { name: "weather".into() };
    let sent = send(&mut desk, weather.clone(), r#" {"at": [1, 2]} "#);
    assert_eq!(sent[0].0, Target::Service { service: "weather".into() });
    assert_eq!(sent[0].1["at"][1], 2);
    let sent = send(&mut desk, MessageTo::Client { uuid: "deck".into() }, "how is it \"there\"?");
    assert_eq!(sent[0].1, "how is it \"there\"?");
    assert_eq!(send(&mut desk, weather.clone(), &"x".repeat(16_001)), []);
    assert_eq!(desk.notices(), ["community_too_long"]);
    desk.command(Command::SendToService { id: "1".into(), to: weather.clone(), text: "x".into() });
    let ticket = desk.asked.iter().rev().find_map(|output| match output {
        hearth_companion::controller::Output::Community(
            _,
            CommunityWish::Ask(Request::Send { ticket, .. }),
        ) => Some(*ticket),
        _ => None,
    });
    desk.news(CommunityNews::NotSent(ticket.unwrap(), NotSent::NotAllowed));
    assert!(desk.notices().contains(&"community_not_sent".to_owned()));
    desk.news(CommunityNews::NotSent(9_999, NotSent::NotAllowed));
    desk.sent();
    let retry_at = desk.now.instant + Duration::from_secs(2);
    desk.news(CommunityNews::Status(Status::Waiting { retry_at }));
    assert_eq!(send(&mut desk, weather, "x"), [], "nothing is sent some time later");
}

#[test]
fn who_is_there_is_shown_with_what_they_may_do() {
    let mut desk = sharing(None);
    desk.allow("deck", Some(Permission::Take));
    desk.there(vec![service("weather", "stranger", &["deck", "me"]), service("", "gone", &[])]);
    let broker = desk.broker();
    let allowed: Vec<_> =
        broker.clients.iter().map(|client| (client.name.as_str(), client.me, client.allowed)).collect();
    assert_eq!(
        allowed,
        [("me", true, None), ("deck", false, Some(Permission::Take)), ("stranger", false, None)]
    );
    let weather = &broker.services[0];
    assert_eq!((weather.owner.as_str(), weather.mine, weather.subscribers), ("stranger", false, 2));
    assert_eq!(broker.services[1].owner, "", "who owns it is not known");
}
