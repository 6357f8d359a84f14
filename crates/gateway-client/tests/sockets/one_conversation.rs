//! One channel, and people in it who speak different dialects: each hears everything once, and all in the same order.

use futures::future::join_all;
use hearth_gateway_client::chat::{Dialect, Event, Request};

use crate::gateway;
use crate::person::Person;

/// How much each of them says, at once.
const SAID: usize = 8;

/// People of each dialect.
const PEOPLE: usize = 4;

#[tokio::test]
async fn people_of_three_dialects_hear_all_once_and_in_one_order() {
    let gateway = gateway().await;
    let url = gateway.url();
    let mut ada = Person::at_as(Dialect::I386chat, url, "ada").await;
    let number = ada.place("lounge").await;
    ada.join(&number).await;
    let mut people = vec![(ada, number.clone())];
    for n in 1..PEOPLE {
        let mut person = Person::at_as(Dialect::I386chat, url, &format!("ian{n}")).await;
        person.join(&number).await;
        people.push((person, number.clone()));
    }
    for n in 0..PEOPLE {
        let mut person = Person::at_as(Dialect::Emagine, url, &format!("eve{n}")).await;
        person.join(&number).await;
        people.push((person, number.clone()));
    }
    for n in 0..PEOPLE {
        // The account joins by its number in one dialect, and has the channel in the other.
        let name = format!("tom{n}");
        let person = Person::at_as(Dialect::Together, url, &name).await;
        let mut same = Person::sign_in_as(Dialect::Emagine, url, &name, "correct horse", false);
        same.ready().await;
        same.join(&number).await;
        drop(person);
        let mut person = Person::sign_in_as(Dialect::Together, url, &name, "correct horse", false);
        let servers = person.ready().await;
        let server = servers.first().expect("a community").id.clone();
        person.handle.request(Request::LoadServer { server });
        let channel = person
            .until("its channels", |event| match event {
                Event::Server { channels, .. } => Some(channels[0].id.clone()),
                _ => None,
            })
            .await;
        people.push((person, channel));
    }
    let all = people.len() * SAID;
    for (n, (person, channel)) in people.iter_mut().enumerate() {
        for number in 0..SAID {
            let (channel, content) = (channel.clone(), format!("{n} says {number}"));
            let ticket = 1000 + number as u64;
            person.handle.request(Request::Say { ticket, channel, content, reply_to: None });
        }
    }
    let heard = join_all(people.iter_mut().map(|(person, _)| person.hear_all(all))).await;
    let contents = |heard: &[(String, String)]| -> Vec<String> {
        heard.iter().map(|(_, content)| content.clone()).collect()
    };
    let first = contents(&heard[0]);
    for heard in &heard {
        assert_eq!(contents(heard), first);
    }
    for n in 0..people.len() {
        let of_one: Vec<&String> =
            first.iter().filter(|said| said.starts_with(&format!("{n} says"))).collect();
        assert_eq!(of_one.len(), SAID, "{of_one:?}");
    }
    gateway.shutdown().await;
}
