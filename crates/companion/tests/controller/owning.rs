//! What the owner of a group may, what others are told of it, and what gateways refuse.

use std::collections::BTreeSet;

use hearth_companion::contract::{Command, NoticeKind, Stage};
use hearth_companion::controller::Input;
use hearth_gateway_client::group::{
    self, ActionRefusal, Group, GroupPhase, Refusal, Request, SessionId, Status, Visibility,
};

use crate::desk::{Desk, member};

fn session(id: &str) -> SessionId {
    SessionId(id.into())
}

/// A desk in a group that this person owns, with Ann in it.
fn owner() -> Desk {
    let mut desk = Desk::new();
    desk.connected().in_group_with(GroupPhase::Chilling, vec![member("ann", Some("Ann"))]);
    desk.asked.clear();
    desk
}

/// The same, owned by Ann.
fn guest() -> Desk {
    let mut desk = Desk::new();
    desk.connected().in_group_that(of_ann);
    desk.asked.clear();
    desk
}

fn of_ann(group: &mut Group) {
    group.members.push(member("ann", Some("Ann")));
    group.owner = session("ann");
}

fn edit(name: Option<&str>, public: Option<bool>) -> Command {
    Command::EditGroup { name: name.map(Into::into), public, countdown_ms: None }
}

#[test]
fn the_owner_changes_hands_over_removes_and_deletes() {
    let mut desk = owner();
    desk.command(edit(Some(" Friday "), Some(true)))
        .command(edit(None, Some(false)))
        .command(Command::MakeOwner { member: "ann".into() })
        .command(Command::KickMember { member: "ann".into() })
        .command(Command::DeleteGroup);
    assert_eq!(
        desk.requests(),
        [
            Request::Edit {
                name: Some("Friday".into()),
                visibility: Some(Visibility::Public),
                countdown: None
            },
            Request::Edit { name: None, visibility: Some(Visibility::Private), countdown: None },
            Request::Transfer(session("ann")),
            Request::Kick(session("ann")),
            Request::Delete,
        ]
    );
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn what_cannot_be_is_said_and_not_sent() {
    let too_long = "x".repeat(33);
    for (command, code) in [
        (edit(Some("  "), None), "name_empty"),
        (edit(Some(""), Some(true)), "name_empty"),
        (edit(Some(&too_long), None), "name_too_long"),
        (Command::KickMember { member: "own".into() }, "owner_stays"),
        (Command::KickMember { member: "gone".into() }, "member_gone"),
        (Command::MakeOwner { member: "gone".into() }, "member_gone"),
    ] {
        let mut desk = owner();
        desk.command(command);
        assert_eq!(desk.notices(), [code]);
        assert_eq!(desk.requests(), []);
    }
    let mut desk = owner();
    desk.command(edit(None, None)).command(Command::MakeOwner { member: "own".into() });
    assert_eq!(desk.requests(), [], "nothing would change");
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn a_name_that_is_right_takes_the_words_about_the_wrong_one_away() {
    let mut desk = owner();
    desk.command(edit(Some(""), None)).command(edit(Some("Friday"), None));
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn who_does_not_own_the_group_is_told_so_before_a_gateway_that_lets_anybody_do_it() {
    for command in [
        edit(Some("Mine"), None),
        Command::DeleteGroup,
        Command::MakeOwner { member: "own".into() },
        Command::KickMember { member: "own".into() },
    ] {
        let mut desk = guest();
        desk.command(command);
        assert_eq!(desk.notices(), ["not_owner"]);
        assert_eq!(desk.requests(), []);
    }
}

#[test]
fn everybody_reads_of_a_new_name_of_being_listed_and_of_a_new_owner() {
    let mut desk = owner();
    desk.in_group_that(|group| {
        of_ann(group);
        group.name = "Friday".into();
        group.visibility = Visibility::Public;
    });
    assert_eq!(
        desk.chat(),
        ["The group is called Friday now", "The group is listed for everyone now", "Ann owns the group now"]
    );
    desk.in_group_that(of_ann);
    assert_eq!(desk.chat().last().unwrap(), "The group is found only by its code now");
}

#[test]
fn who_becomes_the_owner_is_told() {
    let mut desk = guest();
    desk.command(Command::DeleteGroup);
    desk.in_group_with(GroupPhase::Chilling, vec![member("ann", Some("Ann"))]);
    assert_eq!(desk.chat(), ["You own the group now"]);
    assert!(desk.notices().contains(&"own_group_now".to_owned()));
    assert!(!desk.notices().contains(&"not_owner".to_owned()), "that holds no more");
}

#[test]
fn an_owner_whose_session_began_anew_is_told_nothing() {
    let mut desk = owner();
    desk.in_group_that(|group| {
        group.own = session("own2");
        group.owner = session("own2");
        group.members = vec![member("own2", None), member("ann", Some("Ann"))];
    });
    assert_eq!(desk.chat(), <[&str; 0]>::default());
    assert_eq!(desk.notices(), <[&str; 0]>::default());
}

#[test]
fn a_group_that_is_gone_says_why() {
    let ends = [
        (guest as fn() -> Desk, group::Event::Kicked, "kicked", "The owner removed you from the group"),
        (guest, group::Event::GroupDeleted, "group_deleted", "The owner deleted the group"),
        (owner, group::Event::GroupDeleted, "group_deleted", "The group is deleted"),
        (guest, group::Event::GroupClosed, "group_closed", "That group has closed"),
    ];
    for (desk, event, code, title) in ends {
        let mut desk = desk();
        desk.put(Input::Gateway(event));
        let notices = desk.controller.view().notices;
        let words: Vec<_> = notices.iter().map(|n| (n.code.as_str(), n.title.english())).collect();
        assert_eq!(words, [(code, title.to_owned())]);
        assert!(!notices[0].advice.is_empty());
        assert_eq!(desk.stage(), Stage::Alone);
        // And in another group it is past.
        desk.in_group(GroupPhase::Chilling);
        assert_eq!(desk.notices(), <[&str; 0]>::default());
    }
}

/// All that a gateway refuses.
pub fn refusals() -> Vec<ActionRefusal> {
    vec![
        ActionRefusal::NoSuchGroup,
        ActionRefusal::AlreadyInGroup,
        ActionRefusal::NotInGroup,
        ActionRefusal::NotReady,
        ActionRefusal::NobodyReady,
        ActionRefusal::NoDevices,
        ActionRefusal::WrongPhase,
        ActionRefusal::NotOwner,
        ActionRefusal::NotPermitted,
        ActionRefusal::MemberGone,
        ActionRefusal::OwnerStays,
        ActionRefusal::GroupStays,
        ActionRefusal::RateLimited,
        ActionRefusal::InvalidData,
        ActionRefusal::InvalidName,
        ActionRefusal::Unsupported,
        ActionRefusal::GatewayFault,
        ActionRefusal::NoAnswer,
        ActionRefusal::ConnectionLost,
        ActionRefusal::NotConnected,
        ActionRefusal::Other("SOMETHING_NEW".into()),
    ]
}

#[test]
fn every_refusal_has_words_of_its_own() {
    let all = refusals();
    let mut titles = BTreeSet::new();
    for refusal in &all {
        let mut desk = Desk::new();
        desk.put(Input::Gateway(group::Event::Refused(refusal.clone())));
        let notice = desk.controller.view().notices.remove(0);
        assert_eq!(notice.kind, NoticeKind::Error);
        assert!(!notice.advice.is_empty(), "{refusal:?}");
        titles.insert((notice.code, notice.title.english()));
    }
    assert_eq!(titles.len(), all.len());
}

#[test]
fn a_suspended_account_is_told_and_asks_for_nothing_by_itself() {
    let mut desk = owner();
    desk.put(Input::Gateway(group::Event::Group(None)));
    desk.put(Input::Gateway(group::Event::Status(Status::Refused(Refusal::Suspended))));
    let notice = desk.controller.view().notices.remove(0);
    assert_eq!(notice.title, "The gateway has suspended this account");
    assert_eq!(notice.advice, "Ask whoever runs it, or choose another gateway.");
    desk.pass(std::time::Duration::from_secs(600));
    assert_eq!(desk.requests(), []);
    desk.command(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    assert_eq!(desk.requests(), [], "nobody would answer");
}
