//! Connections that are cut at random bytes, a thousand times: nothing that was said is lost, nothing is heard twice,
//! and everybody sees the same in the end.

use std::time::Duration;

use hearth_gateway::hub::HubConfig;
use hearth_gateway_client::group::{ActionRefusal, DeviceReport, Event, Request, Status};
use rand::RngExt;

use crate::town::{MS, Town};

const PEOPLE: usize = 5;

fn device(n: usize, battery: f64) -> DeviceReport {
    DeviceReport {
        device_name: Some(format!("Peak {n}")),
        device_model: Some("0".into()),
        battery: Some(battery),
        state: Some(5),
        total_dabs: Some(420.0),
        ..DeviceReport::default()
    }
}

/// What a client heard being said, in order.
fn heard(town: &Town, n: usize) -> Vec<String> {
    let said = |event: &Event| match event {
        Event::Message { content, .. } => Some(content.clone()),
        _ => None,
    };
    town.clients[n].events.iter().filter_map(|(_, event)| said(event)).collect()
}

fn resumes(town: &Town, n: usize) -> usize {
    // A change of the latency is told with the same status.
    let mut lost = false;
    let mut resumes = 0;
    for (_, event) in &town.clients[n].events {
        match event {
            Event::Status(Status::Reconnecting { .. }) => lost = true,
            Event::Status(Status::Connected { resumed: true, .. }) if std::mem::take(&mut lost) => {
                resumes += 1
            }
            _ => {}
        }
    }
    resumes
}

#[test]
fn a_thousand_cuts_at_random_bytes_lose_and_repeat_nothing() {
    // Some cuts hit several tries in a row; the session must outlive those.
    let config = HubConfig { grace: Duration::from_secs(60), ..HubConfig::default() };
    let mut town = Town::new(7, PEOPLE, config);
    town.settle(Duration::from_secs(2), PEOPLE);
    let own: Vec<_> = town.clients.iter().map(|client| client.group.as_ref().unwrap().own.clone()).collect();
    town.cut_within = Some(60_000);
    for n in 0..PEOPLE {
        town.cut_client(n);
    }
    let mut said: Vec<String> = vec![];
    let mut tick = 0_u64;
    while town.cuts < 1000 {
        tick += 1;
        assert!(tick < 200_000, "only {} cuts", town.cuts);
        town.run(250 * MS);
        for n in 0..PEOPLE {
            let battery = f64::from(town.rng.random_range(0..100_u32));
            town.request(n, Request::Device(Some(Box::new(device(n, battery)))));
            if town.is_connected(n) && town.rng.random_bool(1.0 / 16.0) {
                let content = format!("{n}: {tick}");
                let before = town.clients[n].events.len();
                town.request(n, Request::Message(content.clone()));
                let refused = town.clients[n].events[before..]
                    .iter()
                    .any(|(_, event)| matches!(event, Event::Refused(ActionRefusal::NotConnected)));
                if !refused {
                    said.push(content);
                }
            }
        }
    }
    town.cut_within = None;
    for n in 0..PEOPLE {
        town.cut_client(n);
    }
    town.run(Duration::from_secs(60));

    assert!(said.len() > 500, "{} messages", said.len());
    said.sort();
    let order = heard(&town, 0);
    for n in 0..PEOPLE {
        let unexpected: Vec<&Event> = town.clients[n]
            .events
            .iter()
            .map(|(_, event)| event)
            .filter(|event| {
                let known = matches!(
                    event,
                    Event::Status(_)
                        | Event::Message { .. }
                        | Event::PublicGroups(_)
                        | Event::RoundTrip { .. }
                );
                !known
            })
            .collect();
        assert!(unexpected.is_empty(), "{unexpected:?}");
        let heard = heard(&town, n);
        assert!(heard == order, "{n} heard it in another order");
        let mut heard = heard;
        heard.sort();
        assert!(heard == said, "{n} heard {} of {}", heard.len(), said.len());
        assert!(resumes(&town, n) >= 10, "{n}: {} resumes", resumes(&town, n));
        let group = town.clients[n].group.as_ref().unwrap();
        assert_eq!(group.own, own[n], "the session was never lost");
        assert_eq!(group.members.len(), PEOPLE);
        for member in &group.members {
            let whose = own.iter().position(|own| *own == member.session_id).unwrap();
            let theirs = town.clients[whose].group.as_ref().unwrap();
            let known = theirs.members.iter().find(|known| known.session_id == member.session_id).unwrap();
            assert_eq!(member.device, known.device, "{n} sees {whose} as they are");
            assert!(!member.disconnected);
        }
    }
    let resumes: Vec<usize> = (0..PEOPLE).map(|n| resumes(&town, n)).collect();
    println!("{} cuts, {} messages to {PEOPLE} each, resumes {resumes:?}", town.cuts, said.len());
}

#[test]
fn a_session_that_was_given_up_meanwhile_is_replaced_in_the_same_group_with_its_whole_device() {
    for seed in 0..20 {
        let mut town = Town::new(seed, 2, HubConfig::default());
        town.settle(Duration::from_secs(1), 2);
        town.request(1, Request::Device(Some(Box::new(device(1, 42.0)))));
        town.run(Duration::from_secs(1));
        let before = town.clients[1].group.clone().unwrap();
        // Longer than the grace time without a gateway in reach.
        town.cut_within = Some(1);
        town.cut_client(1);
        town.run(Duration::from_secs(25));
        assert_eq!(town.clients[0].group.as_ref().unwrap().members.len(), 1, "seed {seed}");
        town.cut_within = None;
        town.run(Duration::from_secs(25));
        let after = town.clients[1].group.clone().unwrap();
        assert_eq!(after.id, before.id);
        assert_ne!(after.own, before.own);
        let seen = town.clients[0].group.as_ref().unwrap();
        let member = seen.members.iter().find(|member| member.session_id == after.own).unwrap();
        assert_eq!(member.device, Some(device(1, 42.0)), "seed {seed}");
    }
}
