//! Real sockets that are cut at random bytes again and again: nothing that was said is lost, nothing is heard twice.

use std::time::Duration;

use hearth_gateway_client::group::{ActionRefusal, Event, Request, Status};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::proxy::Proxy;
use crate::{Person, gateway};

const CUTS: u32 = 250;

/// What one end heard, and what it said that was not refused at once.
#[derive(Debug, Default)]
struct Diary {
    heard: Vec<String>,
    resumes: u32,
    refused: Vec<ActionRefusal>,
}

impl Diary {
    fn note(&mut self, person: &Person, event: Event) {
        match event {
            Event::Message { content, .. } => self.heard.push(content),
            // Whoever presses "reconnect" does not wait for the next try; here somebody always does.
            Event::Status(Status::Reconnecting { .. }) => person.handle.request(Request::ReconnectNow),
            Event::Status(Status::Connected { latency: None, resumed: true, .. }) => self.resumes += 1,
            Event::Refused(refusal) => self.refused.push(refusal),
            _ => {}
        }
    }

    fn read(&mut self, person: &mut Person) {
        while let Ok(event) = person.events.try_recv() {
            self.note(person, event);
        }
    }
}

#[tokio::test]
async fn cut_at_random_bytes_again_and_again_nothing_is_lost_or_repeated() {
    let gateway = gateway().await;
    let proxy = Proxy::to(gateway.local_addr()).await;
    let (mut ann, mut bob) = (Person::at(gateway.url()), Person::at(&proxy.url));
    ann.until_connected(false).await;
    bob.until_connected(false).await;
    let code = ann.create().await;
    bob.join(&code).await;
    let mut rng = StdRng::seed_from_u64(5);
    let (mut of_ann, mut of_bob) = (Diary::default(), Diary::default());
    let mut said = vec![];
    proxy.cut_within(2500);
    proxy.cut();
    let mut tick = 0_u32;
    while proxy.cuts() < CUTS {
        tick += 1;
        assert!(tick < 20_000, "only {} cuts", proxy.cuts());
        tokio::time::sleep(Duration::from_millis(10)).await;
        of_ann.read(&mut ann);
        of_bob.read(&mut bob);
        // Ten messages in ten seconds are allowed.
        if tick.is_multiple_of(110) {
            let content = format!("ann {tick}");
            ann.say(&content).await;
            said.push(content);
        }
        if tick % 110 == 55 {
            let content = format!("bob {tick}");
            bob.say(&content).await;
            said.push(content);
        }
        // So that there are bytes to be cut.
        let battery = Some(f64::from(rng.random_range(0..100_u32)));
        let device = hearth_gateway_client::group::DeviceReport { battery, ..Default::default() };
        let teller = if tick.is_multiple_of(2) { &ann } else { &bob };
        teller.handle.request(Request::Device(Some(Box::new(device))));
    }
    proxy.cut_within(usize::MAX);
    proxy.cut();
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(25)).await;
        of_ann.read(&mut ann);
        of_bob.read(&mut bob);
    }
    // What bob said without a connection was refused at once, and told so.
    let refused = of_bob.refused.len();
    assert!(
        of_bob.refused.iter().all(|refusal| *refusal == ActionRefusal::NotConnected),
        "{:?}",
        of_bob.refused
    );
    assert_eq!(of_ann.refused, []);
    assert_eq!(of_ann.heard, of_bob.heard, "both heard the same in the same order");
    let mut once = of_ann.heard.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), of_ann.heard.len(), "heard twice");
    assert_eq!(of_ann.heard.len() + refused, said.len(), "said and neither heard nor refused");
    assert!(of_bob.resumes >= 10, "{} resumes", of_bob.resumes);
    println!("{} cuts, {} resumes, {} messages, {refused} refused", proxy.cuts(), of_bob.resumes, said.len());
}
