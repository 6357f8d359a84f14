//! The lobby: what is listed, groups of late, this network, and hosting.

use std::net::SocketAddr;

use hearth_companion::contract::{Command, HostState, Stage};
use hearth_companion::controller::{HostNews, Input, Output};
use hearth_companion::history::{Job, News, Visited};
use hearth_companion::host::{self, HostError, QrCode};
use hearth_gateway_client::group::{self, GroupPhase, PublicGroup, Request};
use hearth_history::RecentGroup;
use hearth_lan::{Found, Neighbourhood};
use puffco::state::{DeviceState, OperatingState};

use crate::desk::{Desk, ember};
use crate::edits::idle;

const OWN: &str = "ws://127.0.0.1:9420";
const ELSEWHERE: &str = "wss://gateway.example";

fn recent(gateway: &str, code: &str) -> RecentGroup {
    RecentGroup { gateway_url: gateway.into(), code: code.into(), name: "Friday".into(), last_ms: 5_000 }
}

fn gateways(desk: &mut Desk) -> Vec<Option<String>> {
    let asked = std::mem::take(&mut desk.asked);
    let used = asked.iter().filter_map(|output| match output {
        Output::UseGateway(url) => Some(url.clone()),
        _ => None,
    });
    used.collect()
}

fn public_group(code: &str) -> PublicGroup {
    PublicGroup {
        id: code.into(),
        name: "Open".into(),
        phase: GroupPhase::Awaiting,
        sesh_counter: 4,
        seshers: 2,
        watchers: 1,
    }
}

#[test]
fn public_groups_are_told_with_their_time_and_are_of_one_gateway() {
    let mut desk = Desk::new();
    assert_eq!(desk.controller.view().lobby.as_of, None);
    let heard = desk.now.unix_ms;
    desk.put(Input::Gateway(group::Event::PublicGroups(vec![public_group("b"), public_group("a")])));
    let lobby = desk.controller.view().lobby;
    let codes: Vec<&str> = lobby.groups.iter().map(|group| group.code.as_str()).collect();
    assert_eq!(codes, ["b", "a"], "in the gateway's order");
    assert_eq!((lobby.groups[0].stage, lobby.groups[0].seshers), (Stage::Awaiting, 2));
    assert_eq!(lobby.as_of, Some(heard as f64));
    desk.command(Command::UseGateway { url: ELSEWHERE.into() });
    let lobby = desk.controller.view().lobby;
    assert_eq!((lobby.groups.len(), lobby.as_of), (0, None));
}

#[test]
fn the_list_is_asked_for_when_the_gateway_answers_and_is_older_than_what_it_tells() {
    let asked = |desk: &Desk| desk.asked.iter().filter(|output| matches!(output, Output::ListGroups)).count();
    let listed = |desk: &Desk| {
        let groups = desk.controller.view().lobby.groups;
        groups.into_iter().map(|group| group.code).collect::<Vec<_>>()
    };
    let mut desk = Desk::new();
    desk.put(Input::Listed(vec![public_group("x")]));
    assert_eq!(listed(&desk), Vec::<String>::new(), "nobody asked");
    desk.connected().connected();
    assert_eq!(asked(&desk), 1, "once for each connection");
    desk.put(Input::Listed(vec![public_group("a")]));
    assert_eq!(listed(&desk), ["a"]);
    let retry_at = desk.now.instant;
    desk.put(Input::Gateway(group::Event::Status(group::Status::Reconnecting { retry_at, attempt: 1 })));
    desk.connected();
    assert_eq!(asked(&desk), 2, "what happened meanwhile was missed");
    desk.put(Input::Gateway(group::Event::PublicGroups(vec![public_group("b")])));
    desk.put(Input::Listed(vec![public_group("a")]));
    assert_eq!(listed(&desk), ["b"]);
}

#[test]
fn a_group_of_before_is_joined_on_its_gateway() {
    let mut desk = Desk::new();
    desk.connected().put(Input::History(News::Recent(vec![recent(ELSEWHERE, "q7xk2m")])));
    let listed = desk.controller.view().lobby.recent;
    assert_eq!((listed[0].gateway_name.as_str(), listed[0].at), ("gateway.example", 5_000.0));
    desk.asked.clear();
    desk.command(Command::Rejoin { gateway: ELSEWHERE.into(), code: "q7xk2m".into() });
    assert!(!desk.requests().contains(&Request::Join("q7xk2m".into())), "not before it answers");
    assert_eq!(desk.stage(), Stage::Joining);
    desk.connected();
    assert!(desk.requests().contains(&Request::Join("q7xk2m".into())));
    assert_eq!(gateways(&mut desk), [Some(ELSEWHERE.to_owned())]);
    // The second time it is the gateway in use.
    desk.command(Command::Rejoin { gateway: ELSEWHERE.into(), code: "q7xk2m".into() });
    assert_eq!(desk.requests(), [Request::Join("q7xk2m".into())]);
}

#[test]
fn what_was_not_visited_cannot_be_rejoined() {
    let mut desk = Desk::new();
    desk.connected().put(Input::History(News::Recent(vec![recent(ELSEWHERE, "q7xk2m")])));
    desk.asked.clear();
    for (gateway, code) in [("wss://evil.example", "q7xk2m"), (ELSEWHERE, "other1")] {
        desk.command(Command::Rejoin { gateway: gateway.into(), code: code.into() });
        assert_eq!(desk.notices(), ["no_such_recent"]);
    }
    assert_eq!(gateways(&mut desk), Vec::<Option<String>>::new());
}

#[test]
fn a_group_of_before_is_forgotten_at_once_and_in_the_history() {
    let mut desk = Desk::new();
    desk.put(Input::History(News::Recent(vec![recent(ELSEWHERE, "a"), recent(ELSEWHERE, "b")])));
    desk.command(Command::ForgetRecent { gateway: ELSEWHERE.into(), code: "a".into() });
    let left: Vec<_> = desk.controller.view().lobby.recent.into_iter().map(|group| group.code).collect();
    assert_eq!(left, ["b"]);
    let wanted = Visited { gateway: ELSEWHERE.into(), code: "a".into() };
    let asked =
        |output: &Output| matches!(output, Output::History(Job::ForgetGroup(visited)) if *visited == wanted);
    assert!(desk.asked.iter().any(asked));
    assert!(!format!("{:?}", desk.asked).contains("\"a\""), "an invitation is not logged");
}

fn found(name: &str, own: bool) -> Found {
    let address: SocketAddr = "192.168.1.5:9420".parse().unwrap();
    Found {
        id: "7".into(),
        name: name.into(),
        host: address.to_string(),
        addresses: vec![address],
        url: Some(format!("ws://{address}/socket")),
        people: Some(3),
        groups: Some(1),
        own,
        since_unix_ms: 1,
    }
}

#[test]
fn gateways_of_others_are_listed_while_somebody_looks() {
    let mut desk = Desk::new();
    let around =
        Neighbourhood { gateways: vec![found("Mine", true), found("Sam's den", false)], trouble: None };
    desk.put(Input::Around(around.clone()));
    assert_eq!(desk.controller.view().lobby.network, [], "nobody looks");
    desk.asked.clear();
    desk.command(Command::LookAround { on: true }).command(Command::LookAround { on: true });
    desk.put(Input::Around(around.clone()));
    let network = desk.controller.view().lobby.network;
    assert_eq!(network.len(), 1);
    assert_eq!((network[0].name.as_str(), network[0].people), ("Sam's den", Some(3)));
    desk.command(Command::UseGateway { url: network[0].url.clone() });
    assert_eq!(desk.controller.view().gateway.name, "Sam's den");
    desk.command(Command::LookAround { on: false }).put(Input::Around(around));
    assert_eq!(desk.controller.view().lobby.network, [], "what comes late is not listed");
    let looks: Vec<bool> = desk
        .asked
        .iter()
        .filter_map(|output| if let Output::LookAround(on) = output { Some(*on) } else { None })
        .collect();
    assert_eq!(looks, [true, false]);
}

pub fn running(people: u32) -> Input {
    let address = "ws://192.168.1.5:9420".to_owned();
    let state = host::HostState {
        own_url: OWN.into(),
        port: 9420,
        code: QrCode::of(&address),
        addresses: vec![address],
        people,
        guests: 0,
        groups: 0,
        unannounced: None,
    };
    Input::Host(HostNews::Running { name: "Sam's den".into(), state, secret_lost: false })
}

fn starts(desk: &Desk) -> Vec<(Option<String>, Option<u16>)> {
    let starts = desk.asked.iter().filter_map(|output| match output {
        Output::StartHost { name, port, .. } => Some((name.clone(), *port)),
        _ => None,
    });
    starts.collect()
}

fn stops(desk: &Desk) -> usize {
    desk.asked.iter().filter(|output| matches!(output, Output::StopHost)).count()
}

/// A desk that hosts, and is connected to what it hosts.
pub fn hosting() -> Desk {
    let mut desk = Desk::starting(|start| start.saved.gateway = Some(ELSEWHERE.into()));
    desk.command(Command::HostHere { on: true });
    assert_eq!(desk.controller.view().lobby.host.state, HostState::Starting);
    assert_eq!(starts(&desk), [(None, None)]);
    desk.put(running(0)).connected();
    desk
}

#[test]
fn who_hosts_uses_that_gateway_and_goes_back_at_the_end() {
    let mut desk = hosting();
    let view = desk.controller.view();
    assert_eq!((view.gateway.url.as_str(), view.gateway.name.as_str()), (OWN, "Sam's den"));
    assert_eq!(view.lobby.host.addresses, ["ws://192.168.1.5:9420"]);
    assert!(view.lobby.host.qr.is_some() && view.lobby.host.qr_size >= 29);
    let saved = desk.saved().unwrap();
    assert_eq!(saved.gateway.as_deref(), Some(ELSEWHERE), "the next start does not look for what is gone");
    assert_eq!((saved.host_port, saved.gateways.len()), (Some(9420), 0));
    desk.put(running(3));
    assert_eq!(desk.controller.view().lobby.host.guests, 2, "this person is no guest");

    desk.asked.clear();
    desk.command(Command::HostHere { on: false });
    assert_eq!(desk.controller.view().lobby.host.state, HostState::Stopping);
    assert_eq!(stops(&desk), 1);
    assert_eq!(gateways(&mut desk), [Some(ELSEWHERE.to_owned())]);
    desk.put(running(1));
    assert_eq!(
        desk.controller.view().lobby.host.state,
        HostState::Stopping,
        "what comes late changes nothing"
    );
    desk.put(Input::Host(HostNews::Stopped));
    assert_eq!(desk.controller.view().lobby.host.state, HostState::Off);
    desk.command(Command::HostHere { on: true });
    assert_eq!(starts(&desk), [(None, Some(9420))], "addresses that friends have stay right");
}

#[test]
fn hosting_does_not_end_by_the_way_while_the_own_device_heats_in_its_group() {
    let mut desk = hosting();
    let heating = || DeviceState { operating: Some(OperatingState::PREHEAT), ..idle() };
    desk.linked(&ember(), idle()).in_group(GroupPhase::Chilling);
    desk.command(Command::HeatNow).tells(&ember(), heating());
    desk.asked.clear();
    desk.command(Command::HostHere { on: false });
    assert_eq!((desk.controller.view().lobby.host.state, stops(&desk)), (HostState::Running, 0));
    assert!(desk.notices().contains(&"device_heats".to_owned()));
    desk.tells(&ember(), idle()).command(Command::HostHere { on: false });
    assert_eq!(stops(&desk), 1);
}

#[test]
fn who_went_elsewhere_meanwhile_stays_there() {
    let mut desk = hosting();
    desk.command(Command::UseGateway { url: "wss://third.example".into() });
    desk.asked.clear();
    desk.command(Command::HostHere { on: false });
    assert_eq!((stops(&desk), gateways(&mut desk).len()), (1, 0));
    assert_eq!(desk.controller.view().gateway.url, "wss://third.example");
}

#[test]
fn what_stands_in_the_way_of_hosting_is_named_and_the_gateway_stays() {
    let errors = [
        HostError::NoNetwork,
        HostError::PortsBusy,
        HostError::NotPermitted,
        HostError::HostsAlready,
        HostError::Data("read-only".into()),
        HostError::Broken("why".into()),
    ];
    for error in errors {
        let mut desk = Desk::starting(|start| start.saved.gateway = Some(ELSEWHERE.into()));
        desk.command(Command::HostHere { on: true });
        desk.asked.clear();
        desk.put(Input::Host(HostNews::Failed(error.clone())));
        let host = desk.controller.view().lobby.host;
        let problem = host.problem.unwrap();
        assert_eq!((host.state, problem.code.as_str()), (HostState::Failed, error.code()));
        assert!(!problem.title.is_empty() && !problem.advice.is_empty());
        assert_eq!(desk.controller.view().gateway.url, ELSEWHERE);
        desk.command(Command::HostHere { on: true });
        assert_eq!(starts(&desk).len(), 1, "it can be tried again");
    }
}

#[test]
fn a_host_that_ends_by_itself_is_left() {
    let mut desk = hosting();
    desk.asked.clear();
    desk.put(Input::Host(HostNews::Failed(HostError::Broken("it ended".into()))));
    assert_eq!(desk.controller.view().lobby.host.state, HostState::Failed);
    assert_eq!(gateways(&mut desk), [Some(ELSEWHERE.to_owned())]);
}

#[test]
fn a_group_of_the_own_gateway_is_rejoined_by_hosting_again() {
    let mut desk = Desk::starting(|start| start.saved.host_port = Some(9420));
    desk.connected().put(Input::History(News::Recent(vec![recent(OWN, "q7xk2m")])));
    desk.asked.clear();
    desk.command(Command::Rejoin { gateway: OWN.into(), code: "q7xk2m".into() });
    assert_eq!(starts(&desk), [(None, Some(9420))]);
    desk.put(running(0)).connected();
    assert!(desk.requests().contains(&Request::Join("q7xk2m".into())));
}
