//! Chat sessions on lines that are cut again and again, against the real gateway: what each is told of its own words is
//! true, and nothing is said twice.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_gateway_client::chat::{Dialect, Event, Failure, Outcome, Request, Status};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::person::Person;
use crate::proxy::Proxy;
use crate::{PATIENCE, gateway};

/// So many messages are said in each dialect.
const SAID: u64 = 60;

/// Somebody whose line is cut, and what they were told.
struct Walker {
    person: Person,
    room: String,
    fates: BTreeMap<u64, Result<String, Failure>>,
    losses: u32,
    /// As far as is known.
    live: bool,
    /// What was told of the line last.
    told: Vec<Status>,
}

impl Walker {
    fn listen(&mut self) {
        while let Ok(event) = self.person.events.try_recv() {
            if let Event::Status(status) = &event {
                self.live = matches!(status, Status::Connected { .. });
                self.told.push(status.clone());
            }
            match event {
                // Whoever presses "try again" does not wait for the next try; here somebody always does.
                Event::Status(Status::Waiting { .. }) => {
                    self.losses += 1;
                    self.person.handle.request(Request::Retry);
                }
                Event::Done { ticket, outcome: Outcome::Said(id) } => {
                    assert_eq!(self.fates.insert(ticket, Ok(id)), None, "{ticket} twice");
                }
                Event::Failed { ticket, why, .. } => {
                    assert_eq!(self.fates.insert(ticket, Err(why)), None, "{ticket} twice");
                }
                _ => {}
            }
        }
    }
}

/// However long that takes on a busy computer.
async fn until(walkers: &mut [Walker], what: &str, is: impl Fn(&Walker) -> bool) {
    let all = async {
        loop {
            walkers.iter_mut().for_each(Walker::listen);
            if walkers.iter().all(&is) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(3 * PATIENCE, all).await.is_err() {
        for walker in walkers {
            println!("{:?}", walker.told.iter().rev().take(5).collect::<Vec<_>>());
        }
        unreachable!("never: {what}");
    }
}

#[tokio::test]
async fn what_is_told_of_ones_own_words_is_true_in_any_weather() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let mut ada = Person::at_as(Dialect::Emagine, gateway.url(), "ada").await;
    let room = ada.place("Pub").await;
    let mut walkers = Vec::new();
    for (dialect, name) in [(Dialect::Emagine, "eve"), (Dialect::I386chat, "ian")] {
        let mut person = Person::at_as(dialect, &proxy.url, name).await;
        person.join(&room).await;
        person.page(&room).await;
        walkers.push(Walker {
            person,
            room: room.clone(),
            fates: BTreeMap::new(),
            losses: 0,
            live: true,
            told: Vec::new(),
        });
    }
    let mut rng = StdRng::seed_from_u64(7);
    for ticket in 1000..1000 + SAID {
        // Now and then the weather is good until there is an answer, or nothing would ever be said on a slow computer.
        let is_good = rng.random_bool(0.3);
        if is_good {
            until(&mut walkers, "connected", |walker| walker.live).await;
        }
        for (n, walker) in walkers.iter_mut().enumerate() {
            walker.listen();
            // The same words now and then: they must not be taken for one another.
            let content = format!("{n} says {}", ticket / 3);
            let channel = walker.room.clone();
            walker.person.handle.request(Request::Say { ticket, channel, content, reply_to: None });
        }
        if is_good {
            until(&mut walkers, "an answer", |walker| walker.fates.contains_key(&ticket)).await;
            continue;
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(1..60))).await;
        if rng.random_bool(0.6) {
            for walker in &mut walkers {
                walker.listen();
                walker.live = false;
            }
            proxy.cut();
        }
    }
    until(&mut walkers, "all answers", |walker| walker.fates.len() as u64 == SAID).await;
    // All of it, as somebody heard it whose line was good. Who has read finds what was said, should its answer be late.
    ada.page(&room).await;
    let last = ada.say(&room, "the end").await;
    let mut heard = BTreeMap::new();
    ada.tickets += 1;
    let mut before = None;
    loop {
        let (ticket, channel) = (ada.tickets + 10_000, room.clone());
        ada.tickets += 1;
        ada.handle.request(Request::Page { ticket, channel, before: before.clone() });
        let (page, more) = ada
            .until("a page", |event| match event {
                Event::Page { ticket: of, messages, more, .. } if *of == ticket => {
                    Some((messages.clone(), *more))
                }
                _ => None,
            })
            .await;
        before = page.last().map(|message| message.id.clone());
        heard.extend(page.into_iter().map(|message| (message.id.clone(), message)));
        if !more {
            break;
        }
    }
    assert!(heard.contains_key(&last));
    for (n, walker) in walkers.iter().enumerate() {
        let own: Vec<&String> = heard
            .values()
            .filter(|message| message.author.as_ref() == Some(&walker.person.id))
            .map(|message| &message.id)
            .collect();
        let mut said: Vec<&String> = walker.fates.values().filter_map(|fate| fate.as_ref().ok()).collect();
        let count = said.len();
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), count, "one message for two");
        assert!(said.iter().all(|id| own.contains(id)), "said, and not there");
        let unsure = walker.fates.values().filter(|fate| **fate == Err(Failure::NoAnswer)).count();
        assert!((count..=count + unsure).contains(&own.len()), "{} of {count} and {unsure}", own.len());
        assert_eq!(walker.fates.len() as u64, SAID, "each has its answer");
        println!("{n}: {count} said, {unsure} unsure, {} there, {} losses", own.len(), walker.losses);
        assert!(count >= 5 && walker.losses >= 5, "{count} {}", walker.losses);
    }
    gateway.shutdown().await;
}
