//! Events for a page that is drawn: those that come together are delivered together, each part of the view as it is by then,
//! and of a group only the members that changed. What goes on and on the controller tells forty times a second; in a sesh of
//! twenty each time the whole group.

use std::time::Duration;

use futures::stream::{BoxStream, Fuse};
use futures::{FutureExt, StreamExt};
use tokio::time::{Interval, MissedTickBehavior};

use crate::contract::{Event, GroupView, MemberView};

/// Events that follow the first of a delivery by less come with it.
const TOGETHER: Duration = Duration::from_millis(2);

/// Between two deliveries, whatever comes. Shorter than what the controller takes from one telling to the next: there nothing waits.
const SPACING: Duration = Duration::from_millis(16);

/// More events are left for the next delivery.
const MOST: usize = 4096;

/// Gathers `events`. None of the deliveries is empty.
pub(super) fn gathered(events: BoxStream<'static, Event>) -> BoxStream<'static, Vec<Event>> {
    Box::pin(futures::stream::unfold(
        Gathering { events: events.fuse(), pace: None, told: None },
        async |mut gathering| Some((gathering.next().await?, gathering)),
    ))
}

struct Gathering {
    events: Fuse<BoxStream<'static, Event>>,
    /// Made with the first event: before there may be no runtime.
    pace: Option<Interval>,
    /// The group as the page knows it.
    told: Option<GroupView>,
}

impl Gathering {
    async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            let mut all = vec![self.events.next().await?];
            self.pace.get_or_insert_with(pace).tick().await;
            tokio::time::sleep(TOGETHER).await;
            while all.len() < MOST
                && let Some(Some(event)) = self.events.next().now_or_never()
            {
                all.push(event);
            }
            let told = self.shorten(all);
            if !told.is_empty() {
                return Some(told);
            }
        }
    }

    /// Without what is over already, and what the page knows.
    fn shorten(&mut self, all: Vec<Event>) -> Vec<Event> {
        let mut later = Later::default();
        let mut code = self.told.as_ref().map(|group| group.code.clone());
        let enters: Vec<bool> = all.iter().map(|event| enters(event, &mut code)).collect();
        let mut kept: Vec<Event> = Vec::with_capacity(all.len());
        for (event, enters) in all.into_iter().zip(enters).rev() {
            if !later.replaces(&event, enters) {
                kept.push(event);
            }
        }
        kept.into_iter().rev().filter_map(|event| self.only_changes(event)).collect()
    }

    /// In place of a group whose members changed, those members.
    fn only_changes(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Group { group } => {
                let members =
                    self.told.as_mut().zip(group.as_ref()).and_then(|(told, now)| changed(told, now));
                match members {
                    Some(members) if members.is_empty() => None,
                    Some(members) => {
                        self.told = group;
                        Some(Event::Members { members })
                    }
                    None => {
                        self.told.clone_from(&group);
                        Some(Event::Group { group })
                    }
                }
            }
            Event::View { view } => {
                self.told.clone_from(&view.group);
                Some(Event::View { view })
            }
            event => Some(event),
        }
    }
}

/// Whether an event leads into another group than `code`, or out of it.
fn enters(event: &Event, code: &mut Option<String>) -> bool {
    let now = match event {
        Event::View { view } => view.group.as_ref(),
        Event::Group { group } => group.as_ref(),
        _ => return false,
    };
    let now = now.map(|group| group.code.clone());
    let enters = now != *code;
    *code = now;
    enters
}

/// What comes later in the same delivery.
#[derive(Default)]
struct Later {
    devices: bool,
    group: bool,
    voice: bool,
    diagnostics: bool,
}

impl Later {
    /// Whether something later says all that this event says. Whoever enters a group is told so: it begins an empty chat.
    fn replaces(&mut self, event: &Event, enters: bool) -> bool {
        match event {
            Event::Devices { .. } => std::mem::replace(&mut self.devices, true),
            Event::Group { .. } => std::mem::replace(&mut self.group, true) && !enters,
            Event::Voice { .. } => std::mem::replace(&mut self.voice, true),
            Event::Diagnostics { .. } => std::mem::replace(&mut self.diagnostics, true),
            _ => false,
        }
    }
}

/// The members that changed, where nothing else of the group did.
fn changed(told: &mut GroupView, now: &GroupView) -> Option<Vec<MemberView>> {
    let same = |one: &MemberView, other: &MemberView| one.id == other.id;
    if told.members.len() != now.members.len()
        || !told.members.iter().zip(&now.members).all(|(one, other)| same(one, other))
    {
        return None;
    }
    let before = std::mem::replace(&mut told.members, now.members.clone());
    if told != now {
        return None;
    }
    let pairs = now.members.iter().zip(&before).filter(|(now, before)| now != before);
    Some(pairs.map(|(now, _)| now.clone()).collect())
}

fn pace() -> Interval {
    let mut pace = tokio::time::interval(SPACING);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use tokio::sync::mpsc;

    use super::*;
    use crate::contract::{ChatKind, ChatLine, Notice};

    fn member(id: &str, celsius: f32) -> MemberView {
        let json = serde_json::json!({
            "id": id, "name": id, "me": false, "owner": false, "sesher": true, "ready": false, "away": false,
            "mobile": false, "inVoice": false, "lostSince": null, "strain": null, "model": null, "activity": "preheat",
            "celsius": celsius, "targetCelsius": null, "leftS": null, "battery": null, "chamber": null, "led": null,
        });
        serde_json::from_value(json).unwrap()
    }

    fn group(code: &str, members: &[(&str, f32)]) -> GroupView {
        let members: Vec<MemberView> = members.iter().map(|(id, celsius)| member(id, *celsius)).collect();
        let json = serde_json::json!({
            "code": code, "name": "Sunday", "public": false, "own": false, "seshCounter": 3, "members": members,
            "awayBecause": null, "countdownMs": null,
        });
        serde_json::from_value(json).unwrap()
    }

    fn told(code: &str, members: &[(&str, f32)]) -> Event {
        Event::Group { group: Some(group(code, members)) }
    }

    fn sample(ms: u32) -> Event {
        Event::Sample { member: "a".into(), ms, celsius: 20.0 }
    }

    async fn all(events: Vec<Event>) -> Vec<Vec<Event>> {
        gathered(Box::pin(stream::iter(events))).collect().await
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_tells_of_a_group_once_and_then_only_the_members_that_changed() {
        let first = told("one", &[("a", 20.0), ("b", 20.0)]);
        let (sender, receiver) = mpsc::unbounded_channel();
        let events = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
        let mut gathered = gathered(Box::pin(events));
        sender.send(first.clone()).unwrap();
        assert_eq!(gathered.next().await, Some(vec![first]));
        for celsius in [21.0, 22.0] {
            sender.send(told("one", &[("a", 20.0), ("b", celsius)])).unwrap();
            sender.send(sample(celsius as u32)).unwrap();
        }
        let members = Event::Members { members: vec![member("b", 22.0)] };
        assert_eq!(gathered.next().await, Some(vec![sample(21), members, sample(22)]));
        // The same once more is nothing new.
        sender.send(told("one", &[("a", 20.0), ("b", 22.0)])).unwrap();
        let more = told("one", &[("a", 20.0), ("b", 22.0), ("c", 20.0)]);
        sender.send(more.clone()).unwrap();
        assert_eq!(gathered.next().await, Some(vec![more]));
        drop(sender);
        assert_eq!(gathered.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_enters_a_group_is_told_so_before_what_is_said_in_it() {
        let line = ChatLine {
            id: 1,
            at: 0.0,
            by: None,
            name: None,
            led: None,
            me: false,
            kind: ChatKind::Message,
            text: "hello".into(),
            happened: None,
        };
        let entered = told("two", &[("a", 20.0)]);
        let heard = Event::Chat { line };
        let later = told("two", &[("a", 21.0)]);
        let events =
            vec![told("one", &[]), Event::Group { group: None }, entered.clone(), heard.clone(), later];
        let members = Event::Members { members: vec![member("a", 21.0)] };
        let expected = vec![told("one", &[]), Event::Group { group: None }, entered, heard, members];
        assert_eq!(all(events).await.concat(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_left_out_and_everything_else_keeps_its_order() {
        let notices = |ids: &[u32]| Event::Notices {
            notices: ids.iter().map(|id| Notice { id: *id, ..notice() }).collect(),
        };
        let devices = Event::Devices { devices: Vec::new() };
        let events = vec![devices.clone(), notices(&[1]), devices.clone(), notices(&[]), sample(5)];
        assert_eq!(all(events).await.concat(), vec![notices(&[1]), devices, notices(&[]), sample(5)]);
    }

    fn notice() -> Notice {
        let json = serde_json::json!({
            "id": 0, "kind": "info", "code": "saved", "title": { "text": "Saved" }, "advice": { "text": "" }, "device": null,
        });
        serde_json::from_value(json).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_goes_on_and_on_comes_sixty_times_a_second() {
        let (sender, receiver) = mpsc::unbounded_channel();
        let events = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
        tokio::spawn(async move {
            for ms in 0..1000 {
                if sender.send(sample(ms)).is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        let deliveries: Vec<Vec<Event>> = gathered(Box::pin(events)).collect().await;
        assert!((55..=64).contains(&deliveries.len()), "{}", deliveries.len());
        assert_eq!(deliveries.concat(), (0..1000).map(sample).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn events_may_end_together_with_the_last_one() {
        let (sender, receiver) = mpsc::unbounded_channel();
        let events = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
        sender.send(sample(1)).unwrap();
        drop(sender);
        assert_eq!(gathered(Box::pin(events)).collect::<Vec<_>>().await, [[sample(1)]]);
    }
}
