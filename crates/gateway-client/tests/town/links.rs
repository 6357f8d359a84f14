//! Links that are dead in one direction or both, and nobody is told.

use std::time::Duration;

use hearth_gateway::hub::HubConfig;
use hearth_gateway_client::group::{DeviceReport, Event, Request, Status};
use rand::RngExt;

use crate::town::{MS, Town};

#[test]
fn a_dead_link_is_found_within_ten_seconds_whichever_direction_is_dead() {
    for (up, down) in [(true, false), (false, true), (true, true)] {
        for seed in 0..40 {
            let mut town = Town::new(seed, 2, HubConfig::default());
            town.settle(Duration::from_secs(1), 2);
            let own = town.clients[1].group.as_ref().unwrap().own.clone();
            let phase = town.rng.random_range(0..8000);
            town.run(Duration::from_millis(phase));
            town.deafen(1, up, down);
            let dead = town.now.instant;
            for tick in 0..48_u32 {
                // The other one's device goes on talking, so that the live direction is not silent.
                let temperature = DeviceReport { battery: Some(f64::from(tick)), ..DeviceReport::default() };
                town.request(0, Request::Device(Some(Box::new(temperature))));
                town.run(250 * MS);
            }
            let noticed = |(at, event): &(std::time::Instant, Event)| {
                (*at >= dead && matches!(event, Event::Status(Status::Reconnecting { .. })))
                    .then_some(*at - dead)
            };
            let found = town.clients[1].events.iter().find_map(noticed).expect("never found");
            assert!(found <= Duration::from_secs(10), "seed {seed}, up {up}, down {down}: {found:?}");
            town.run(Duration::from_secs(5));
            assert!(town.is_connected(1));
            assert_eq!(town.clients[1].group.as_ref().unwrap().own, own, "in time to resume");
        }
    }
}
