//! Reads the members of a JSON object with limits. One reader serves both directions: a strict one refuses the
//! whole object at the first member out of limits, a tolerant one drops just that member.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// A member had the wrong type, was out of range or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

type Read<T> = Result<Option<T>, Invalid>;

/// An object being read. `null` counts as a missing member everywhere, except for [`Fields::is_null`].
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    strict: bool,
}

impl<'a> Fields<'a> {
    /// Refuses the object for one bad member.
    pub fn strict(value: &'a Value) -> Result<Self, Invalid> {
        value.as_object().map(|map| Self { map, strict: true }).ok_or(Invalid)
    }

    /// Drops bad members.
    pub fn tolerant(value: &'a Value) -> Result<Self, Invalid> {
        value.as_object().map(|map| Self { map, strict: false }).ok_or(Invalid)
    }

    /// The raw member.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is there and `null`.
    pub fn is_null(self, name: &str) -> bool {
        self.map.get(name).is_some_and(Value::is_null)
    }

    /// Reads a member with a function of the caller's; the strictness of this object applies.
    pub fn read<T>(self, name: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Read<T> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None if self.strict => Err(Invalid),
                None => Ok(None),
            },
        }
    }

    /// A text of at most `limit` UTF-16 units.
    pub fn text(self, name: &str, limit: usize) -> Read<String> {
        self.read(name, |value| {
            let text = value.as_str()?;
            (text.len() <= limit || text.encode_utf16().count() <= limit).then(|| text.to_owned())
        })
    }

    /// A finite number inside `range`.
    pub fn number(self, name: &str, range: RangeInclusive<f64>) -> Read<f64> {
        self.read(name, |value| value.as_f64().filter(|number| range.contains(number)))
    }

    /// A whole number from 0 to `most`, also when it is written with a fraction of zero.
    pub fn whole(self, name: &str, most: u64) -> Read<u64> {
        self.read(name, |value| whole(value).filter(|number| *number <= most))
    }

    /// A byte.
    pub fn byte(self, name: &str, most: u8) -> Read<u8> {
        Ok(self.whole(name, u64::from(most))?.and_then(|number| u8::try_from(number).ok()))
    }

    /// True or false.
    pub fn flag(self, name: &str) -> Read<bool> {
        self.read(name, Value::as_bool)
    }

    /// A nested object, read by `read` with the same strictness.
    pub fn object<T>(self, name: &str, read: impl FnOnce(Fields<'a>) -> Result<T, Invalid>) -> Read<T> {
        let strict = self.strict;
        self.read(name, |value| {
            let map = value.as_object()?;
            read(Fields { map, strict }).ok()
        })
    }
}

/// A non-negative whole number, however it is written.
pub(super) fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be whole and in range"
        )]
        (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64)
    })
}
