//! Brings what the relay says to all pages: each message is encoded once, with names and without, and shared. A
//! page that does not keep up is let go; it comes back by itself and is told everything anew.

use axum::extract::ws::Utf8Bytes;
use hearth_clock::Clock;
use tokio::sync::{mpsc, watch};

use crate::relay::Relay;
use crate::view::{OverlayMessage, OverlayView};

/// Messages that may wait for a page: about a second's.
const WAITING: usize = 32;

/// Where pages come to.
#[derive(Clone, Debug)]
pub(crate) struct Audience(mpsc::Sender<Join>);

/// A page that comes.
#[derive(Debug)]
struct Join {
    names: bool,
    queue: mpsc::Sender<Utf8Bytes>,
}

impl Audience {
    /// An audience of the view in `views`, until all copies of this are gone.
    pub fn of(views: watch::Receiver<OverlayView>) -> Self {
        let (joins, joining) = mpsc::channel(WAITING);
        tokio::spawn(serve(views, joining));
        Self(joins)
    }

    /// What one page is told; ends when it is let go.
    pub async fn join(&self, names: bool) -> mpsc::Receiver<Utf8Bytes> {
        let (queue, queued) = mpsc::channel(WAITING);
        // When nobody is there to take it, the queue ends at once.
        let _ = self.0.send(Join { names, queue }).await;
        queued
    }
}

async fn serve(mut views: watch::Receiver<OverlayView>, mut joining: mpsc::Receiver<Join>) {
    let clock = Clock::new();
    let mut pages: Vec<Join> = Vec::new();
    let mut relay = Relay::new(views.borrow_and_update().clone(), clock.now().instant);
    loop {
        let due = relay.due().map(|due| clock.until(due));
        tokio::select! {
            changed = views.changed() => {
                // Whoever made the views is gone, and so is what they were about.
                if changed.is_err() {
                    break;
                }
                relay.take(clock.now().instant, views.borrow_and_update().clone());
            }
            join = joining.recv() => {
                let Some(join) = join else { break };
                let hello = relay.hello(clock.now().instant);
                let hello = if join.names { hello } else { hello.nameless() };
                if encode(&hello).is_some_and(|text| join.queue.try_send(text).is_ok()) {
                    pages.push(join);
                }
            }
            () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => {}
        }
        if let Some(message) = relay.poll(clock.now().instant) {
            tell(&mut pages, message);
        }
    }
}

fn tell(pages: &mut Vec<Join>, message: OverlayMessage) {
    let named = pages.iter().any(|page| page.names).then(|| encode(&message)).flatten();
    let nameless = pages.iter().any(|page| !page.names).then(|| encode(&message.nameless())).flatten();
    pages.retain(|page| {
        let text = if page.names { &named } else { &nameless };
        text.as_ref().is_some_and(|text| page.queue.try_send(text.clone()).is_ok())
    });
}

fn encode(message: &OverlayMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(message) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "what the overlay shows cannot be written");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_that_does_not_keep_up_is_let_go_and_the_others_stay() {
        let (views, receiver) = watch::channel(OverlayView::default());
        let audience = Audience::of(receiver);
        let mut slow = audience.join(true).await;
        let mut quick = audience.join(true).await;
        let hello = quick.recv().await.unwrap();
        assert!(hello.contains("hello"), "{hello}");
        for ready in 1..=2 * u32::try_from(WAITING).unwrap() {
            views.send_modify(|view| view.ready = ready);
            let told = quick.recv().await.unwrap();
            assert!(told.contains(&format!("\"ready\":{ready},")), "{told}");
        }
        let mut told = 0;
        while slow.recv().await.is_some() {
            told += 1;
        }
        assert_eq!(told, WAITING);
    }

    #[tokio::test]
    async fn names_reach_only_those_who_want_them_and_are_encoded_once_for_all_of_those() {
        let (views, receiver) = watch::channel(OverlayView::default());
        let audience = Audience::of(receiver);
        let (mut one, mut two, mut none) =
            (audience.join(true).await, audience.join(true).await, audience.join(false).await);
        for page in [&mut one, &mut two, &mut none] {
            page.recv().await.unwrap();
        }
        views.send_modify(|view| view.group = Some("Attic".to_owned()));
        let (first, second) = (one.recv().await.unwrap(), two.recv().await.unwrap());
        assert!(first.contains("Attic"));
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert!(!none.recv().await.unwrap().contains("Attic"));
    }

    #[tokio::test]
    async fn pages_are_let_go_when_the_view_has_no_source_any_more() {
        let (views, receiver) = watch::channel(OverlayView::default());
        let audience = Audience::of(receiver);
        let mut page = audience.join(true).await;
        page.recv().await.unwrap();
        drop(views);
        assert_eq!(page.recv().await, None);
    }
}
