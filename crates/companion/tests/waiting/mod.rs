//! Waiting for what a companion tells or shows, in tests that use real time; and one that serves the overlay.

#![allow(dead_code, reason = "each test uses what its story needs")]

use std::panic::Location;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::Companion;
use hearth_companion::contract::{Event, View};

/// The longest that one step of a story may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// What the first event that `is` the one holds.
///
/// # Panics
/// It did not come in time, or the companion ended.
pub async fn until<T>(events: &mut BoxStream<'static, Event>, mut is: impl FnMut(Event) -> Option<T>) -> T {
    let story = async {
        loop {
            if let Some(found) = is(events.next().await.expect("the companion goes on")) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, story).await.expect("it comes in time")
}

/// Everything there is to see now.
///
/// # Panics
/// The companion has ended.
pub async fn view(companion: &Companion) -> Box<View> {
    match companion.subscribe().next().await.expect("the companion goes on") {
        Event::View { view } => view,
        other => unreachable!("{other:?}"),
    }
}

/// What there is to see as soon as it is so, in whatever order it came.
///
/// # Panics
/// It was not in time; tells who waited, and what there was.
#[track_caller]
pub fn seen<T>(companion: &Companion, is: impl Fn(&View) -> Option<T>) -> impl Future<Output = T> {
    let who = Location::caller();
    async move {
        let story = async {
            loop {
                if let Some(found) = is(&*view(companion).await) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, story).await {
            Ok(found) => found,
            Err(_) => {
                let view = view(companion).await;
                unreachable!("{who}: {:#?} {:#?} {:?}", view.community, view.room, view.notices)
            }
        }
    }
}

/// Settings of a companion that serves the overlay on any port.
///
/// # Panics
/// The directory cannot be written.
pub fn serve_overlay(directory: &Path) {
    let saved = r#"{ "version": 1, "settings": { "overlay": { "on": true } }, "overlayPort": 0 }"#;
    std::fs::write(directory.join("companion.json"), saved).expect("it can be written");
}

/// The address of the overlay, with its key.
pub async fn overlay_url(events: &mut BoxStream<'static, Event>) -> String {
    until(events, |event| match event {
        Event::View { view } => view.overlay.url,
        Event::Overlay { overlay } => overlay.url,
        _ => None,
    })
    .await
}
