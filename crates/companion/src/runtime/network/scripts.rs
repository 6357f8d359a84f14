//! Which programs can come to the gateway that is hosted: the secret that they need, from the keychain, and new ones.

use hearth_gateway::concierge::Access;
use rand::RngExt;

use crate::controller::{HostSecretReport, HostSecretWish};
use crate::saved::SavedScripts;
use crate::secrets::{Secret, SecretName, Secrets};

const NAME: SecretName = SecretName::HostScripts;

/// Who is let in, and whether the keychain did not give the secret: nobody is, then.
pub(super) async fn access(secrets: &Secrets, scripts: SavedScripts) -> (Access, bool) {
    let secret = match scripts.on && scripts.secret {
        true => secrets.get(NAME).await.map(|secret| secret.reveal().to_owned()),
        false => None,
    };
    let lost = scripts.on && scripts.secret && secret.is_none();
    (Access { open: scripts.on && !lost, secret }, lost)
}

/// Does what was wished. Waits for the person when the keychain asks them to unlock it.
pub(super) async fn carry_out(secrets: &Secrets, wish: HostSecretWish) -> HostSecretReport {
    match wish {
        HostSecretWish::Make => {
            let made = fresh();
            secrets.set(NAME, made.clone()).await;
            HostSecretReport::Made(made)
        }
        HostSecretWish::Forget => {
            secrets.delete(NAME).await;
            HostSecretReport::Forgotten
        }
        HostSecretWish::Reveal => HostSecretReport::Kept(secrets.get(NAME).await),
    }
}

/// Sixteen characters of which none is taken for another one (79 bits), in groups that can be read out.
fn fresh() -> Secret {
    const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let mut random = rand::rng();
    let mut group = || -> String {
        (0..4).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect()
    };
    Secret::new([group(), group(), group(), group()].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH: SavedScripts = SavedScripts { on: true, secret: true };

    #[tokio::test]
    async fn without_its_secret_nobody_is_let_in() {
        let secrets = Secrets::in_memory();
        assert_eq!(access(&secrets, WITH).await, (Access { open: false, secret: None }, true));
        let HostSecretReport::Made(made) = carry_out(&secrets, HostSecretWish::Make).await else { panic!() };
        let known = Access { open: true, secret: Some(made.reveal().to_owned()) };
        assert_eq!(access(&secrets, WITH).await, (known, false));
        let kept = carry_out(&secrets, HostSecretWish::Reveal).await;
        assert_eq!(kept, HostSecretReport::Kept(Some(made)));
        assert_eq!(carry_out(&secrets, HostSecretWish::Forget).await, HostSecretReport::Forgotten);
        assert!(!access(&secrets, WITH).await.0.open);
        let without = SavedScripts { on: true, secret: false };
        assert_eq!(access(&secrets, without).await, (Access { open: true, secret: None }, false));
    }

    #[test]
    fn a_fresh_secret_is_long_can_be_read_out_and_is_another_one_each_time() {
        let (one, two) = (fresh(), fresh());
        assert_ne!(one, two);
        assert_eq!(one.reveal().split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        assert!(!one.reveal().contains(['0', 'o', '1', 'l', 'i']));
    }
}
