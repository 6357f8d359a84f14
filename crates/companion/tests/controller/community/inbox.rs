//! What comes for this person: said to their name or to all, or sent to their services without being a command.

use std::time::Duration;

use hearth_companion::contract::{CommunityContent, DirectMessage, DirectTarget, Event};
use hearth_companion::controller::{CommunityNews, Heard, HeardAs, Held, Input};

use super::{SERVICE, sharing};
use crate::desk::Desk;

fn heard(who: &str, heard_as: HeardAs, data: &str) -> CommunityNews {
    CommunityNews::Heard(Heard {
        uuid: who.into(),
        from: who.into(),
        heard_as,
        text: data.into(),
        bytes: data.len(),
        count: 1,
        held: Held::default(),
    })
}

fn says(desk: &mut Desk, who: &str, heard_as: HeardAs, data: &str) {
    desk.news(heard(who, heard_as, data));
}

fn inbox(desk: &Desk) -> Vec<DirectMessage> {
    desk.broker().inbox
}

/// What faces were told since the last look.
fn told(desk: &mut Desk) -> Vec<Vec<DirectMessage>> {
    let told = std::mem::take(&mut desk.told).into_iter().filter_map(|event| match event {
        Event::Community { community } => match community.gateways.into_iter().next()?.content {
            CommunityContent::Concierge(broker) => Some(broker.inbox),
            _ => None,
        },
        _ => None,
    });
    told.collect()
}

#[test]
fn what_is_said_to_this_person_or_to_all_is_shown_with_who_said_it() {
    let mut desk = sharing(None);
    told(&mut desk);
    says(&mut desk, "deck", HeardAs::Person, r#"{"hello":"robin"}"#);
    let first = told(&mut desk);
    assert_eq!(first.len(), 1, "at once");
    let message = &first[0][0];
    assert_eq!((message.from.as_str(), message.uuid.as_str(), message.bytes), ("deck", "deck", 17));
    assert_eq!((&message.to, message.text.as_str()), (&DirectTarget::Me, r#"{"hello":"robin"}"#));
    says(&mut desk, "stranger", HeardAs::Everybody, "1");
    says(&mut desk, "me", HeardAs::Everybody, "2");
    let said: Vec<_> = inbox(&desk).into_iter().map(|message| (message.from, message.to)).collect();
    let everybody = ("stranger".to_owned(), DirectTarget::Everybody);
    assert_eq!(said, [everybody, ("deck".to_owned(), DirectTarget::Me)], "not what this person said to all");
}

#[test]
fn what_comes_to_an_own_service_and_is_no_command_is_shown_and_a_command_is_not() {
    let mut desk = sharing(None);
    let to = DirectTarget::Service { service: SERVICE.into() };
    for data in [r#""what is this?""#, "nonsense", r#"{"type":"note","text":"hi"}"#] {
        desk.sends("stranger", data);
        assert_eq!((&inbox(&desk)[0].to, inbox(&desk)[0].text.as_str()), (&to, data));
    }
    desk.asks("stranger", "ready");
    desk.sends("stranger", r#"{"hearth":2,"command":"ready"}"#);
    assert_eq!(inbox(&desk).len(), 3);
}

#[test]
fn a_flood_leaves_thirty_short_messages_and_faces_are_told_five_times_a_second() {
    let mut desk = sharing(None);
    let data = format!("\"{}\"", "ä".repeat(3_000));
    told(&mut desk);
    for _ in 0..1_000 {
        let news = Input::Community(1, heard("stranger", HeardAs::Person, &data));
        desk.controller.handle(desk.now, news);
        desk.pass(Duration::from_millis(2));
    }
    let times = told(&mut desk).len();
    assert!((9..=14).contains(&times), "{times}");
    desk.pass(Duration::from_secs(1));
    assert_eq!(told(&mut desk).last().unwrap()[0].number, 1_000, "the last one is told as well");
    assert_eq!(inbox(&desk).len(), 30);
    assert!(inbox(&desk).iter().all(|message| message.text.chars().count() == 500 && message.bytes == 6_002));
}
