//! What happened in a sesh is kept in English, as it is exported. Looked at again it is understood, so that it is said
//! in the language of today. What an earlier Hearth said in other words is shown as it was kept.

use crate::contract::{Argument, Said};
use crate::said;

/// All that is said of what happens in a group.
fn sayings() -> [Said; 18] {
    let name = "";
    [
        said!("You asked everyone to get ready"),
        said!("Somebody asked everyone to get ready"),
        said!("{name} asked everyone to get ready", name = name),
        said!("{count} devices started within {skew} ms", count = name, skew = name),
        said!("That was sesh {number}", number = name),
        said!("You called the countdown off"),
        said!("The countdown was called off"),
        said!("{name} called the countdown off", name = name),
        said!("The group is listed for everyone now"),
        said!("The group is found only by its code now"),
        said!("The group is called {name} now", name = name),
        said!("You own the group now"),
        said!("{name} owns the group now", name = name),
        said!("A guest joined"),
        said!("{name} is away", name = name),
        said!("{name} is back", name = name),
        said!("{name} joined", name = name),
        said!("{name} left", name = name),
    ]
}

/// What was said, from its English.
pub(super) fn understood(english: &str) -> Said {
    let known = sayings().into_iter().find_map(|saying| filled(saying, english));
    known.unwrap_or_else(|| Said::verbatim(english))
}

/// Whether somebody went away or is back.
pub(super) fn is_about_away(said: &Said) -> bool {
    matches!(&*said.text, "{name} is away" | "{name} is back")
}

/// The saying with its arguments, if this is how it is said in English.
fn filled(mut saying: Said, english: &str) -> Option<Said> {
    let mut rest = english;
    let mut pattern: &str = &saying.text;
    let mut args = Vec::new();
    while let Some((before, after)) = pattern.split_once('{') {
        let (name, after) = after.split_once('}')?;
        rest = rest.strip_prefix(before)?;
        let until = after.split('{').next().unwrap_or_default();
        // A name may hold the words that follow it.
        let end =
            if after.contains('{') { rest.find(until)? } else { rest.len().checked_sub(until.len())? };
        let value = rest.get(..end)?;
        args.push((name.to_owned(), argument(name, value)?));
        rest = rest.get(end..)?;
        pattern = after;
    }
    if rest != pattern {
        return None;
    }
    for (name, value) in args {
        *saying.args.get_mut(&*name)? = value;
    }
    Some(saying)
}

fn argument(name: &str, value: &str) -> Option<Argument> {
    match name {
        "name" if value == "Guest" => Some(Argument::Words(said!("Guest"))),
        "name" => Some(value.into()),
        _ => value.parse::<u64>().ok().map(Argument::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tongue::Tongue;

    #[test]
    fn what_is_kept_in_english_is_said_in_german() {
        for (kept, said) in [
            ("Kim is away", "Kim ist abwesend"),
            ("Guest joined", "Gast ist dazugekommen"),
            ("3 devices started within 84 ms", "3 Geräte sind innerhalb von 84 ms gestartet"),
            ("That was sesh 12", "Das war Sesh 12"),
            ("The group is called Night now now", "Die Gruppe heißt jetzt Night now"),
            ("Robin left joined", "Robin left ist dazugekommen"),
        ] {
            let understood = understood(kept);
            assert_eq!(understood.spoken(Tongue::German), said);
            assert_eq!(understood, kept);
        }
    }

    #[test]
    fn what_is_not_known_is_shown_as_it_was_kept() {
        for kept in ["", "{name} is away?", "x devices started within 84 ms", "The kettle is on", " ms"] {
            assert_eq!(understood(kept), kept);
        }
    }

    #[test]
    fn away_is_known() {
        assert!(is_about_away(&understood("Kim is back")));
        assert!(!is_about_away(&understood("Kim is away joined")));
    }
}
