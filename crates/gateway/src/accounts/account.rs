//! One account as it is stored, and as each dialect shows it.

use hearth_dialects::puff::User;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::flags::Flags;

/// An account without its password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Stays the same for ever.
    pub id: Uuid,
    /// The same as a number, at random; 1..=2^53 - 1, and 0 for somebody of another account service.
    pub number: u64,
    /// Unique, however it is capitalised.
    pub username: String,
    /// The name to show, when it is another.
    pub display_name: Option<String>,
    /// Where its owner is reached. Not checked, and shown to nobody else.
    pub email: Option<String>,
    /// The picture's address.
    pub avatar_url: Option<String>,
    /// The banner's address.
    pub banner_url: Option<String>,
    /// About.
    pub bio: Option<String>,
    /// Where it says that it lives.
    pub location: Option<String>,
    /// What it is.
    pub flags: Flags,
    /// Must not be used until that is taken back.
    pub suspended: bool,
    /// Signed tokens from before are void, ms since 1970.
    pub signed_after_ms: u64,
    /// Counts the changes of all accounts; the larger, the later.
    pub revision: u64,
    /// When it was made, ms since 1970.
    pub created_ms: u64,
    /// When it changed last, ms since 1970.
    pub updated_ms: u64,
    /// Made by the gateway for a member of the sesh group with this code: nobody signs in to it, and it may only listen and
    /// speak there.
    pub guest_of: Option<String>,
}

impl Account {
    /// Reads a row that has a column for every field.
    pub(super) fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let number = |column: &str| row.try_get::<i64, _>(column).map(i64::cast_unsigned);
        let id: &str = row.try_get("id")?;
        Ok(Self {
            id: id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            number: number("number")?,
            username: row.try_get("username")?,
            display_name: row.try_get("display_name")?,
            email: row.try_get("email")?,
            avatar_url: row.try_get("avatar_url")?,
            banner_url: row.try_get("banner_url")?,
            bio: row.try_get("bio")?,
            location: row.try_get("location")?,
            flags: Flags::from_bits(number("flags")?),
            suspended: number("suspended")? != 0,
            signed_after_ms: number("signed_after_ms")?,
            revision: number("revision")?,
            created_ms: number("created_ms")?,
            updated_ms: number("updated_ms")?,
            guest_of: row.try_get("guest_of")?,
        })
    }

    /// As the puff.social dialect shows it to others.
    #[must_use]
    pub fn puff_user(&self) -> User {
        User {
            id: self.id.to_string(),
            name: self.username.clone(),
            display_name: self.display_name.clone(),
            image: self.avatar_url.clone(),
            banner: self.banner_url.clone(),
            flags: self.flags.bits() | if self.suspended { User::SUSPENDED } else { 0 },
            bio: self.bio.clone(),
            location: self.location.clone(),
        }
    }

    /// As `/auth/login` shows it to its owner (facts/other-gateways.md §3.2 TOG-R9). Nobody is online by
    /// signing in.
    #[must_use]
    pub fn together_user(&self) -> Value {
        json!({
            "id": self.id,
            "username": self.username,
            "email": self.email,
            "avatar_url": self.avatar_url,
            "status": "offline",
            "custom_status": null,
            "created_at": iso8601(self.created_ms),
        })
    }
}

/// A time as people and programs write it; the start of 1970 for one that no calendar has.
#[must_use]
pub fn iso8601(unix_ms: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).ok();
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_see_that_an_account_is_suspended_but_not_its_address() {
        let account = Account {
            username: "ada".into(),
            email: Some("ada@example.org".into()),
            flags: Flags::from_bits(2),
            suspended: true,
            ..Account::default()
        };
        let user = account.puff_user();
        assert_eq!(user.flags, 2 | 8);
        assert!(!serde_json::to_string(&user).unwrap().contains("example.org"));
    }

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(iso8601(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
    }
}
