//! Waiting for what a companion tells, in tests that use real time.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::contract::Event;

/// The longest that one step of a story may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

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
