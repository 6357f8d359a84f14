//! The room of the group: access by its gateway, a session of its own, and the members that people are.

use std::time::Duration;

use hearth_companion::contract::{Command, VoiceStage};
use hearth_companion::controller::{Held, Input, Output, VoiceNews, VoiceWish};
use hearth_gateway_client::chat::{
    self, Channel, ChannelKind, Event, Member, Refusal, Request, Room, Server, Status, User,
};
use hearth_gateway_client::group::{self, AccessToken, NoVoice, Voice, VoiceAccess};

use super::{failed, participants, same, voice};
use crate::desk::{Desk, member};

const TOKEN: &str = "canary-of-the-token";

fn live(voice: bool) -> Input {
    let status = group::Status::Connected { latency: None, resumed: false, countdown: None, voice };
    Input::Gateway(group::Event::Status(status))
}

fn access() -> Result<Box<VoiceAccess>, NoVoice> {
    let token = AccessToken { text: TOKEN.into(), good_for: Duration::from_secs(900) };
    Ok(Box::new(VoiceAccess { token, user: "guest".into(), server: "club".into(), channel: "talk".into() }))
}

impl Desk {
    /// In a group with Ada, on a gateway with voice.
    fn with_ada(&mut self) -> &mut Self {
        self.put(live(true)).in_group_that(|group| {
            let mut ada = member("ada-session", Some("Ember"));
            ada.voice = Some(Voice { id: "ada".into(), name: "voice".into() });
            group.members.push(ada);
        })
    }

    fn answered(&mut self, access: Result<Box<VoiceAccess>, NoVoice>) -> &mut Self {
        self.put(Input::Gateway(group::Event::VoiceAccess { group: "abc123".into(), access }))
    }

    fn session_tells(&mut self, turn: u64, event: Event) -> &mut Self {
        let event = Box::new(event);
        self.put(Input::Voice(VoiceNews::Session { turn, event, held: Held::default() }))
    }

    /// The session is ready and has told of the room, in which Ada is.
    fn session_ready(&mut self, turn: u64) -> &mut Self {
        let user = || Box::new(User { id: "guest".into(), username: "Guest 1".into(), avatar_url: None });
        self.session_tells(turn, Event::Status(Status::Connected { user: user(), latency: None }));
        self.session_tells(turn, Event::Ready { user: user(), servers: vec![Server::default()] });
        let channel = |id: &str, kind| Channel { id: id.into(), kind, ..Channel::default() };
        let person =
            |id: &str| Member { user: id.into(), username: format!("{id} there"), ..Member::default() };
        let Event::Voice(ada) = voice("ada", Some("talk")) else { unreachable!() };
        self.session_tells(
            turn,
            Event::Server {
                id: "club".into(),
                channels: vec![channel("chat", ChannelKind::Text), channel("talk", ChannelKind::Voice)],
                members: vec![person("ada"), person("bob"), person("guest")],
                rooms: vec![Room { channel: "talk".into(), voices: vec![*ada] }],
            },
        )
    }

    /// What was asked of the session since the last look, and how often the gateway was asked for access.
    fn asked_of_session(&mut self) -> (Vec<Request>, usize) {
        let access = |output: &Output| matches!(output, Output::Gateway(group::Request::VoiceAccess));
        let asked = self.asked.iter().filter(|output| access(output)).count();
        self.asked.retain(|output| !access(output));
        let request = |wish| match wish {
            VoiceWish::Ask(request) => Some(request),
            _ => None,
        };
        (self.wished().into_iter().filter_map(request).collect(), asked)
    }
}

/// In the room of the group with Ada; the number of the session.
fn in_sesh() -> (Desk, u64) {
    let mut desk = Desk::new();
    desk.with_ada().command(Command::JoinSeshVoice).answered(access());
    let connect = desk.wished().into_iter().find_map(|wish| match wish {
        VoiceWish::Connect { turn, .. } => Some(turn),
        _ => None,
    });
    let turn = connect.unwrap();
    desk.session_ready(turn).session_tells(turn, voice("guest", Some("talk")));
    assert_eq!(desk.entered().unwrap().me, "guest");
    desk.pass(Duration::from_millis(300));
    same(&desk.asked_of_room(), &[participants(&["ada"])]);
    desk.asked.clear();
    (desk, turn)
}

#[test]
fn voice_is_offered_in_a_group_of_a_gateway_that_has_it() {
    let mut desk = Desk::new();
    desk.put(live(true));
    assert!(!desk.voice().offered, "outside a group there is none");
    desk.with_ada();
    assert!(desk.voice().offered);
    let in_voice = desk.controller.view().group.unwrap().members.into_iter().filter(|member| member.in_voice);
    assert_eq!(in_voice.map(|member| member.name).collect::<Vec<_>>(), ["Ember"]);
    desk.put(live(false));
    assert!(!desk.voice().offered);
    desk.command(Command::JoinSeshVoice);
    assert!(failed(&desk) && desk.asked_of_session() == (Vec::new(), 0));
}

#[test]
fn the_gateway_is_asked_the_session_signs_in_and_only_then_there_is_a_room() {
    let mut desk = Desk::new();
    desk.with_ada().command(Command::JoinSeshVoice);
    assert_eq!(desk.asked_of_session(), (Vec::new(), 1));
    desk.answered(access());
    let wishes = desk.wished();
    let [VoiceWish::Connect { turn, token }] = &wishes[..] else { panic!("{wishes:?}") };
    assert!(token.text.reveal() == TOKEN && !format!("{wishes:?}{:?}", desk.told).contains(TOKEN));
    let turn = *turn;
    desk.session_ready(turn);
    let join = Request::JoinVoice { channel: "talk".into() };
    assert_eq!(desk.asked_of_session().0, [Request::LoadServer { server: "club".into() }, join]);
    // A session of before is none.
    desk.session_tells(turn - 1, voice("guest", Some("talk")));
    assert!(desk.entered().is_none());
    desk.session_tells(turn, voice("guest", Some("talk")));
    assert_eq!(desk.entered().unwrap().me, "guest");
    desk.session_tells(turn, voice("bob", Some("talk")));
    let people = desk.voice().people;
    let seen: Vec<_> = people.iter().map(|person| (person.name.as_str(), person.member.as_deref())).collect();
    assert_eq!(seen, [("Ember", Some("ada-session")), ("bob there", None)]);
    let place = desk.voice().place.unwrap();
    assert!(place.sesh && place.community.is_none() && place.channel == "talk" && place.name == "Test");
    assert!(!serde_json::to_string(&desk.controller.view()).unwrap().contains(TOKEN));
}

#[test]
fn the_room_of_the_group_is_the_same_by_the_door_of_its_community() {
    let mut desk = Desk::new();
    desk.command(Command::UseGateway { url: "ws://127.0.0.1:8080/socket".into() });
    desk.with_ada().together("robin", false).signed_in().loaded(&["ada"]);
    let join = || Command::JoinVoice { id: "1".into(), server: "club".into(), channel: "talk".into() };
    let of = |sesh: Option<&str>| {
        let sesh = sesh.map(str::to_owned);
        let user = User { id: "me".into(), username: "me".into(), avatar_url: None };
        Event::Ready {
            user: Box::new(user),
            servers: vec![Server { id: "club".into(), sesh, ..Server::default() }],
        }
    };
    for (sesh, is) in [(None, false), (Some("other1"), false), (Some("abc123"), true)] {
        desk.hears(of(sesh)).loaded(&["ada"]).hears(voice("ada", Some("talk")));
        desk.command(join()).is_in();
        let voice = desk.voice();
        assert_eq!(voice.place.unwrap().sesh, is, "{sesh:?}");
        // Who is a member of the group is shown as one.
        let member = voice.people[0].member.as_deref();
        assert_eq!(member, is.then_some("ada-session"));
        desk.asked.clear();
        desk.command(Command::JoinSeshVoice);
        let (_, asked) = desk.asked_of_session();
        assert_eq!(asked == 0, is, "who is in it does not join it again");
        desk.command(Command::LeaveVoice).hears(super::voice("me", None));
    }
    // Another gateway may say what it likes.
    desk.command(join()).is_in();
    assert!(desk.voice().place.unwrap().sesh);
    desk.command(Command::UseGateway { url: "wss://sesh.example".into() }).with_ada();
    assert!(desk.voice().place.is_none_or(|place| !place.sesh));
}

#[test]
fn why_there_is_no_access_is_told() {
    for why in [
        NoVoice::NotOffered,
        NoVoice::NotInGroup,
        NoVoice::NotConnected,
        NoVoice::TooOften(Duration::from_secs(5)),
        NoVoice::Later,
        NoVoice::Refused("closed for tonight".into()),
    ] {
        let mut desk = Desk::new();
        desk.with_ada().command(Command::JoinSeshVoice).answered(Err(why.clone()));
        assert!(failed(&desk), "{why:?}");
        desk.is_silent("");
        desk.answered(access());
        assert!(desk.wished().is_empty(), "nobody waits for it any more");
    }
}

#[test]
fn the_next_token_is_asked_for_as_often_as_it_takes() {
    let (mut desk, turn) = in_sesh();
    desk.session_tells(turn, Event::TokenWanted);
    assert_eq!(desk.asked_of_session(), (Vec::new(), 1));
    desk.answered(Err(NoVoice::TooOften(Duration::from_secs(10))));
    desk.pass(Duration::from_secs(9));
    assert_eq!(desk.asked_of_session().1, 0);
    desk.pass(Duration::from_secs(1));
    assert_eq!(desk.asked_of_session().1, 1);
    desk.answered(Err(NoVoice::Later)).pass(Duration::from_secs(3));
    assert_eq!(desk.asked_of_session().1, 1);
    desk.answered(access());
    let (asked, _) = desk.asked_of_session();
    assert!(matches!(&asked[..], [Request::Token { token }] if token.text.reveal() == TOKEN), "{asked:?}");
    assert_eq!(desk.voice().stage, VoiceStage::In);
    desk.pass(Duration::from_secs(60));
    assert_eq!(desk.asked_of_session(), (Vec::new(), 0));
    // Who is in the group no more gets none, and is out.
    desk.session_tells(turn, Event::TokenWanted).answered(Err(NoVoice::NotInGroup));
    assert!(failed(&desk));
    desk.is_silent("");
}

#[test]
fn a_token_is_asked_for_when_the_gateway_is_there_again() {
    let (mut desk, turn) = in_sesh();
    let retry_at = desk.now.instant + Duration::from_secs(2);
    let lost = group::Status::Reconnecting { attempt: 1, retry_at };
    desk.put(Input::Gateway(group::Event::Status(lost))).session_tells(turn, Event::TokenWanted);
    desk.pass(Duration::from_secs(7));
    assert_eq!(desk.asked_of_session().1, 0);
    desk.put(live(true)).pass(Duration::from_secs(3));
    assert_eq!(desk.asked_of_session().1, 1);
}

#[test]
fn every_end_of_the_sesh_closes_the_microphone_and_ends_the_session() {
    type End = fn(&mut Desk, u64);
    let ends: [(&str, End); 10] = [
        ("leaving voice", |desk, _| {
            desk.command(Command::LeaveVoice);
        }),
        ("leaving the group", |desk, _| {
            desk.put(Input::Gateway(group::Event::Group(None)));
        }),
        ("being removed", |desk, _| {
            desk.put(Input::Gateway(group::Event::Kicked));
        }),
        ("the end of the group", |desk, _| {
            desk.put(Input::Gateway(group::Event::GroupDeleted));
        }),
        ("a group that closed meanwhile", |desk, _| {
            desk.put(Input::Gateway(group::Event::GroupClosed));
        }),
        ("another group", |desk, _| {
            desk.in_group_that(|group| group.id = "other".into());
        }),
        ("another gateway", |desk, _| {
            desk.command(Command::UseGateway { url: "wss://other.example".into() });
        }),
        ("a gateway that will not have us", |desk, _| {
            let status = group::Status::Refused(group::Refusal::HostStopped);
            desk.put(Input::Gateway(group::Event::Status(status)));
        }),
        ("a community that will not have us", |desk, turn| {
            desk.session_tells(turn, Event::Status(Status::Refused(Refusal::SignInAgain)));
        }),
        ("the end of the program", |desk, _| {
            desk.put(Input::Shutdown);
        }),
    ];
    for (what, end) in ends {
        let (mut desk, turn) = in_sesh();
        end(&mut desk, turn);
        let ended = desk.asked.iter().any(|output| matches!(output, Output::Voice(VoiceWish::Disconnect)));
        assert!(ended, "{what}");
        desk.is_silent(what);
        desk.session_tells(turn, voice("guest", Some("talk")));
        desk.session_tells(turn, Event::TokenWanted).pass(Duration::from_secs(10));
        assert!(desk.entered().is_none() && desk.asked_of_session().1 == 0, "{what}");
    }
}

#[test]
fn a_session_that_is_lost_joins_again_when_it_is_back_and_a_flood_is_read_anew() {
    let (mut desk, turn) = in_sesh();
    let retry_at = desk.now.instant + Duration::from_secs(2);
    desk.session_tells(turn, Event::Status(Status::Waiting { retry_at }));
    assert_eq!(desk.voice().stage, VoiceStage::Rejoining);
    assert_eq!(desk.voice().people.len(), 1, "those who were there may still be heard");
    desk.pass(Duration::from_secs(2)).session_ready(turn);
    let join = Request::JoinVoice { channel: "talk".into() };
    assert_eq!(desk.asked_of_session().0, [join], "what there is, is told by itself");
    desk.session_tells(turn, voice("guest", Some("talk")));
    assert!(desk.entered().is_some());
    desk.put(Input::Voice(VoiceNews::Missed { turn }));
    assert_eq!(desk.asked_of_session().0, [Request::LoadServer { server: "club".into() }]);
    let signal = chat::Signal::description("offer", "v=0");
    desk.pass(Duration::from_millis(300)).session_tells(turn, Event::Signal { from: "ada".into(), signal });
    assert_eq!(desk.asked_of_room().len(), 2);
}
