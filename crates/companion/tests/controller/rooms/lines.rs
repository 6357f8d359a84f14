//! What this person says: at most once, in its order, and what others change.

use hearth_companion::contract::{Command, LineState};
use hearth_gateway_client::chat::{Event, Failure, Message, Outcome, Request, Server, Status};

use super::{at_home, message};
use crate::desk::Desk;

fn own(id: &str, text: &str) -> Event {
    Event::Message(Box::new(Message { content: text.into(), ..message(id, "me", 30) }))
}

#[test]
fn a_line_is_on_its_way_until_it_is_heard_and_is_never_there_twice() {
    let mut desk = at_home();
    desk.says("hello");
    assert_eq!(desk.lines(), ["hello sending"]);
    let ticket = desk.said_last();
    desk.hears(own("m1", "hello"));
    assert_eq!(desk.lines(), ["hello said"]);
    desk.done(ticket, Outcome::Said("m1".into()));
    assert_eq!(desk.lines(), ["hello said"]);
    assert_eq!(desk.den().unread, 0, "own lines are read");
}

#[test]
fn the_same_words_twice_are_two_lines() {
    let mut desk = at_home();
    desk.says("again").says("again");
    desk.hears(own("m1", "again"));
    assert_eq!(desk.lines(), ["again said", "again sending"]);
    desk.hears(own("m2", "again"));
    assert_eq!(desk.lines(), ["again said", "again said"]);
}

#[test]
fn what_failed_stays_and_is_said_again_only_when_asked_to() {
    let mut desk = at_home();
    desk.says("one");
    let first = desk.said_last();
    desk.says("two");
    let second = desk.said_last();
    desk.fails(first, Failure::TooMany);
    desk.hears(own("m2", "two")).done(second, Outcome::Said("m2".into()));
    assert_eq!(desk.lines(), ["two said", "one failed"]);
    desk.asked_of_rooms();
    desk.hears(Event::Status(Status::Connecting)).signed_in().page(vec![message("m2", "me", 30)], false);
    let said = |request: &Request| matches!(request, Request::Say { .. });
    assert!(!desk.asked_of_rooms().iter().any(said), "nothing is said by itself");
    let line = desk.room().lines.last().unwrap().id.clone();
    desk.command(Command::RetryLine { line: line.clone() });
    assert_eq!(desk.lines().last().unwrap(), "one sending");
    // While it is on its way it is not said once more, nor dropped.
    desk.command(Command::RetryLine { line: line.clone() }).command(Command::DropLine { line: line.clone() });
    assert_eq!(desk.asked_of_rooms().iter().filter(|request| said(request)).count(), 1);
    desk.hears(Event::Status(Status::Connecting));
    desk.says("alone");
    assert_eq!(desk.lines().last().unwrap(), "alone failed", "without a connection");
    let line = desk.room().lines.last().unwrap().id.clone();
    desk.command(Command::DropLine { line });
    assert!(!desk.lines().contains(&"alone failed".into()));
}

#[test]
fn a_line_whose_answer_was_lost_goes_when_it_is_heard_after_all() {
    let mut desk = at_home();
    desk.says("maybe");
    let ticket = desk.said_last();
    desk.fails(ticket, Failure::NoAnswer);
    let LineState::Failed { why } = desk.room().lines[0].state.clone() else { unreachable!() };
    assert!(why.english().contains("may have arrived"));
    desk.hears(own("m1", "maybe"));
    assert_eq!(desk.lines(), ["maybe said"]);
    // What is known not to have arrived is another line than the same words from elsewhere.
    desk.says("sure");
    let ticket = desk.said_last();
    desk.fails(ticket, Failure::NotArrived).hears(own("m2", "sure"));
    assert_eq!(desk.lines(), ["maybe said", "sure said", "sure failed"]);
}

#[test]
fn a_line_on_its_way_outlives_the_room_and_comes_back_with_it() {
    let mut desk = at_home();
    desk.says("slow");
    let ticket = desk.said_last();
    desk.command(Command::OpenRoom { id: Some("1".into()), channel: Some("attic".into()) });
    desk.fails(ticket, Failure::Broken).reads(Vec::new(), false);
    assert_eq!(desk.lines(), ["slow failed"]);
    // A session that is replaced answers nothing any more.
    desk.says("lost");
    desk.command(Command::EditCommunity { id: "1".into(), name: None, secret: None, keep: None });
    assert_eq!(desk.lines(), ["slow failed", "lost failed"]);
}

#[test]
fn who_may_change_and_take_back_is_told_and_held_to() {
    let mut desk = at_home();
    desk.hears(Event::Message(Box::new(message("theirs", "ada", 1)))).hears(own("mine", "x"));
    let may = |desk: &Desk| -> Vec<(bool, bool)> {
        desk.room().lines.iter().map(|line| (line.may_edit, line.may_delete)).collect()
    };
    assert_eq!(may(&desk), [(false, false), (true, true)]);
    desk.asked_of_rooms();
    let edit = |line: &str| Command::EditLine { line: line.into(), text: "y".into() };
    let delete = |line: &str| Command::DeleteLine { line: line.into() };
    desk.command(edit("theirs")).command(delete("theirs"));
    assert!(desk.asked_of_rooms().is_empty());
    desk.command(edit("mine")).command(delete("mine"));
    let asked = desk.asked_of_rooms();
    assert!(
        matches!(&asked[0], Request::Edit { message, content, .. } if message == "mine" && content == "y")
    );
    assert!(matches!(&asked[1], Request::Delete { message, .. } if message == "mine"));

    let owned = Server { id: "club".into(), owner: Some("me".into()), ..Server::default() };
    desk.hears(Event::Servers(vec![owned]));
    assert_eq!(may(&desk), [(false, true), (true, true)]);
    assert!(desk.club().mine);
    desk.command(delete("theirs"));
    assert!(matches!(&desk.asked_of_rooms()[..], [Request::Delete { message, .. }] if message == "theirs"));
    desk.hears(Event::MessageDeleted { id: "theirs".into(), channel: "den".into() });
    let edited = Message { content: "z".into(), edited_at: Some("now".into()), ..message("mine", "me", 30) };
    desk.hears(Event::MessageEdited(Box::new(edited)));
    assert_eq!((desk.lines(), desk.room().lines[0].edited), (vec!["z said".to_owned()], true));
}

#[test]
fn what_cannot_be_done_is_said_and_settled_when_it_can() {
    let mut desk = at_home();
    desk.command(Command::CreateServer { id: "1".into(), name: " ".into(), stream: None, hidden: false });
    assert_eq!(desk.notices(), ["room_title"]);
    let create = || Command::CreateServer { id: "1".into(), name: "Den".into(), stream: None, hidden: false };
    desk.command(create());
    let ticket = |request: Request| match request {
        Request::CreateServer { ticket, .. } => Some(ticket),
        _ => None,
    };
    let asked = desk.asked_of_rooms().into_iter().find_map(ticket).unwrap();
    desk.fails(asked, Failure::NotAllowed);
    assert_eq!(desk.notices(), ["room_not_done"]);
    desk.command(create());
    let asked = desk.asked_of_rooms().into_iter().find_map(ticket).unwrap();
    let made = Server { id: "new".into(), name: "Den".into(), ..Server::default() };
    desk.done(asked, Outcome::ServerCreated(Box::new(made.clone())));
    assert!(desk.notices().is_empty());
    let club = Server { id: "club".into(), ..Server::default() };
    desk.hears(Event::Servers(vec![club, made]));
    let loads = |request: &Request| matches!(request, Request::LoadServer { server } if server == "new");
    assert_eq!(desk.asked_of_rooms().iter().filter(|request| loads(request)).count(), 1);
    desk.hears(Event::Status(Status::Connecting)).command(create());
    assert_eq!(desk.notices(), ["room_not_done"]);
}

#[test]
fn lines_that_are_too_long_or_too_many_are_not_taken() {
    let mut desk = at_home();
    desk.says("  ").says(&"x".repeat(4_001));
    assert_eq!((desk.lines().len(), desk.notices()), (0, vec!["room_line".to_owned()]));
    for _ in 0..60 {
        desk.says("x");
    }
    assert_eq!(desk.lines().len(), 50);
}
