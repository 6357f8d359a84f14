//! The questions to a verifier that are out: each in a task of its own with a deadline, only so many at a time, so that
//! a verifier that hangs holds up nobody but those who ask.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::hub::{ConnectionId, Verdict};
use crate::verify::Verifier;

/// Questions and their answers. Dropping it drops the questions.
pub(super) struct Inquiries {
    verifier: Arc<dyn Verifier>,
    at_once: Arc<Semaphore>,
    out: JoinSet<(ConnectionId, Verdict)>,
}

impl Inquiries {
    /// The verifier is asked this many questions at a time.
    const AT_ONCE: usize = 32;
    /// More than this wait for nothing: they could not be answered in time.
    const LONGEST_LINE: usize = 1024;
    /// How long an answer may take, waiting included.
    const DEADLINE: Duration = Duration::from_secs(5);

    pub fn new(verifier: Arc<dyn Verifier>) -> Self {
        Self { verifier, at_once: Arc::new(Semaphore::new(Self::AT_ONCE)), out: JoinSet::new() }
    }

    /// Asks whom a token belongs to. The verdict comes from [`Inquiries::answered`].
    pub fn ask(&mut self, connection: ConnectionId, token: String) {
        if self.out.len() >= Self::LONGEST_LINE {
            self.out.spawn(std::future::ready((connection, Verdict::Unavailable)));
            return;
        }
        let (verifier, at_once) = (Arc::clone(&self.verifier), Arc::clone(&self.at_once));
        self.out.spawn(async move {
            let question = async {
                let _turn = at_once.acquire().await.ok()?;
                AssertUnwindSafe(verifier.verify(&token)).catch_unwind().await.ok()
            };
            let answer = tokio::time::timeout(Self::DEADLINE, question).await;
            if answer.is_err() {
                tracing::warn!("the verifier of tokens does not answer");
            }
            (connection, answer.ok().flatten().unwrap_or(Verdict::Unavailable))
        });
    }

    /// The next answer; never, while nothing is asked.
    pub async fn answered(&mut self) -> (ConnectionId, Verdict) {
        loop {
            match self.out.join_next().await {
                Some(Ok(answer)) => return answer,
                Some(Err(error)) => tracing::error!(%error, "a question to the verifier was lost"),
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Answers after a time that the token tells, in milliseconds; counts how many ask at once.
    #[derive(Default)]
    struct Slow {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    #[async_trait]
    impl Verifier for Slow {
        async fn verify(&self, token: &str) -> Verdict {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let millis = token.parse().expect("a verifier that panics");
            tokio::time::sleep(Duration::from_millis(millis)).await;
            self.now.fetch_sub(1, Ordering::SeqCst);
            Verdict::Suspended
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_belongs_to_who_asked_and_a_slow_one_holds_nobody_up() {
        let mut inquiries = Inquiries::new(Arc::new(Slow::default()));
        inquiries.ask(ConnectionId(1), "60000".into());
        inquiries.ask(ConnectionId(2), "10".into());
        assert_eq!(inquiries.answered().await, (ConnectionId(2), Verdict::Suspended));
        assert_eq!(inquiries.answered().await, (ConnectionId(1), Verdict::Unavailable));
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_asked_at_once_and_all_are_answered() {
        let verifier = Arc::new(Slow::default());
        let mut inquiries = Inquiries::new(Arc::clone(&verifier) as Arc<dyn Verifier>);
        for id in 0..2_000 {
            inquiries.ask(ConnectionId(id), "1".into());
        }
        let mut unavailable = 0;
        for _ in 0..2_000 {
            unavailable += usize::from(inquiries.answered().await.1 == Verdict::Unavailable);
        }
        assert_eq!(verifier.most.load(Ordering::SeqCst), Inquiries::AT_ONCE);
        assert_eq!(unavailable, 2_000 - Inquiries::LONGEST_LINE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_verifier_that_panics_costs_one_answer() {
        let mut inquiries = Inquiries::new(Arc::new(Slow::default()));
        inquiries.ask(ConnectionId(1), "not a number".into());
        assert_eq!(inquiries.answered().await, (ConnectionId(1), Verdict::Unavailable));
    }
}
