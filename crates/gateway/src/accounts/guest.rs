//! Guests: accounts that the gateway makes for members of a sesh without one, so that they can be in its voice room. Nobody
//! signs in to them, and they are gone when their member is.

use uuid::Uuid;

use super::store::NewAccount;
use super::{Account, Accounts, StorageError, Username};
use crate::hub::{OsRandom, RandomSource};

/// So many names are tried; each has some 800,000 chances.
const TRIES: u32 = 8;

impl Accounts {
    /// A guest of the sesh group with this code, called much like `name`. `None`: no name was free.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn make_guest(&self, name: &str, sesh: &str) -> Result<Option<Account>, StorageError> {
        for _ in 0..TRIES {
            let Ok(username) = Username::parse(&name_of(name, &mut OsRandom)) else { continue };
            let new = NewAccount {
                username,
                email: None,
                display_name: None,
                password_hash: None,
                guest_of: Some(sesh.to_owned()),
            };
            if let Some(account) = self.store.insert(new, self.now_ms()).await? {
                tracing::debug!(account = %account.id, "a guest came");
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    /// A guest is gone; what else belongs to an account stays. Whether there was one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_guest(&self, id: Uuid) -> Result<bool, StorageError> {
        Ok(self.store.remove_guests(Some(id)).await? > 0)
    }

    /// All guests are gone: those of a gateway that ended, for the one that begins.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn remove_all_guests(&self) -> Result<(), StorageError> {
        let count = self.store.remove_guests(None).await?;
        if count > 0 {
            tracing::info!(count, "guests of before are gone");
        }
        Ok(())
    }
}

/// A name that an account can have, that says that it is a guest's, and that is nobody's yet, most likely.
fn name_of(shown: &str, random: &mut dyn RandomSource) -> String {
    const LONGEST: usize = 20;
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz2345679";
    let mut name = String::new();
    for letter in shown.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => name.push(letter),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
        if name.len() == LONGEST {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let end: String =
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    match name.to_ascii_lowercase().as_str() {
        "" | "guest" => format!("guest-{end}"),
        _ => format!("{name}-guest-{end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::SeededRandom;

    #[test]
    fn a_guest_is_called_much_like_its_member_and_always_as_an_account_can_be() {
        let mut random = SeededRandom::new(7);
        for (shown, begins) in [
            ("Ember", "Ember-guest-"),
            ("Ada's  Peak (Pro)", "Ada-s-Peak-Pro-guest-"),
            ("Guest", "guest-"),
            ("🔥", "guest-"),
            ("", "guest-"),
            ("--x--", "x-guest-"),
            (&"long".repeat(30), "longlonglonglonglong-guest-"),
        ] {
            let name = name_of(shown, &mut random);
            assert!(name.starts_with(begins) && name.len() == begins.len() + 4, "{shown}: {name}");
            assert!(Username::parse(&name).is_ok(), "{name}");
        }
        assert_ne!(name_of("Ember", &mut random), name_of("Ember", &mut random));
    }
}
