//! The sessions with gateways of one kind, each on a task of its own, by the number that its gateway is remembered under. The
//! first wish begins a session. Its start may wait for the keychain, and that for the person, so nobody waits for it here.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearth_clock::Clock;
use tokio::sync::mpsc;

use crate::controller::Input;
use crate::secrets::Secrets;

/// What a session is given of this program.
#[derive(Clone)]
pub(super) struct Around {
    pub secrets: Secrets,
    pub clock: Arc<Clock>,
    pub inputs: mpsc::UnboundedSender<Input>,
}

/// A session with a gateway.
pub(super) trait Session: Sized + Send + 'static {
    /// What it is asked to do.
    type Wish: Send + 'static;

    /// One that is not connected, with the gateway of this number.
    fn new(id: u32, around: Around) -> Self;

    /// Whether there is nothing left to wish after this.
    fn is_last(wish: &Self::Wish) -> bool;

    /// Does what is wished, until nobody wishes anything any more.
    fn run(self, wishes: mpsc::UnboundedReceiver<Self::Wish>) -> impl Future<Output = ()> + Send;
}

/// The sessions of one kind.
pub(super) struct Sessions<S: Session> {
    running: BTreeMap<u32, mpsc::UnboundedSender<S::Wish>>,
    around: Around,
}

impl<S: Session> Sessions<S> {
    pub(super) const fn new(around: Around) -> Self {
        Self { running: BTreeMap::new(), around }
    }

    /// Gives a wish to the session with a gateway.
    pub(super) fn carry_out(&mut self, id: u32, wish: S::Wish) {
        let session = self.running.entry(id).or_insert_with(|| {
            let (wishes, queue) = mpsc::unbounded_channel();
            tokio::spawn(S::new(id, self.around.clone()).run(queue));
            wishes
        });
        let is_last = S::is_last(&wish);
        // The task ends after the last one.
        let _ = session.send(wish);
        if is_last {
            self.running.remove(&id);
        }
    }

    /// The program ends.
    pub(super) fn end(&mut self) {
        self.running.clear();
    }
}
