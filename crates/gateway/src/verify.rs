//! Who says whom an op 20 token belongs to. The server asks a [`Verifier`] outside the hub, with a deadline and a
//! limit on how many questions are out; [`crate::hub`] only sees the [`Verdict`].

mod external;

use async_trait::async_trait;

use crate::hub::Verdict;

pub use external::{External, NotAVerifier};

/// Looks tokens up. Called from several tasks at once; dropped in mid-question when it takes too long.
#[async_trait]
pub trait Verifier: Send + Sync {
    /// Whom `token` belongs to. What is not found is [`Verdict::Invalid`]; when nobody can be asked it is
    /// [`Verdict::Unavailable`].
    async fn verify(&self, token: &str) -> Verdict;
}

/// Knows nobody: every token is invalid.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

#[async_trait]
impl Verifier for Nobody {
    async fn verify(&self, _token: &str) -> Verdict {
        Verdict::Invalid
    }
}
