//! Tells a Puffco from its neighbours in a scan (facts/puffco-ble.md §2).
//!
//! No client's filter finds all devices, so this is the union of all known ones, with how sure it is. Service
//! ids are often missing from advertisements: scan unfiltered and ask here.

use crate::gatt;
use crate::generation::Generation;
use crate::link::Advertisement;
use crate::model::Series;
use crate::oui;

/// How sure it is that something heard is a Puffco.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// Only the chip vendor fits: show it under "other devices".
    Hint,
    /// A name that owners or the factory give.
    Likely,
    /// It says so itself.
    Certain,
}

/// Something heard that may be a Puffco.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How sure that is.
    pub likelihood: Likelihood,
    /// Product line, guessed from the name.
    pub series: Option<Series>,
    /// Protocol generation, where advertised.
    pub generation: Option<Generation>,
    /// The owner's name for it; `None` when the name is only its address, as the factory sets it.
    pub given_name: Option<String>,
}

/// Words that begin a word of a device's name.
const NAME_WORDS: [&str; 6] = ["puffco", "peak", "proxy", "pivot", "pearl", "lorax"];

/// What is heard, if it may be a Puffco.
#[must_use]
pub fn recognise(heard: &Advertisement) -> Option<Candidate> {
    let name = heard.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let factory_address = name.and_then(factory_name);
    let generation = [(gatt::LORAX_SERVICE, Generation::Lorax), (gatt::LEGACY_SERVICE, Generation::Legacy)]
        .into_iter()
        .find(|(service, _)| heard.services.contains(service))
        .map(|(_, generation)| generation);
    let word = name.and_then(name_word);

    let certain = generation.is_some()
        || heard.services.contains(&gatt::PUP_SERVICE)
        || heard.manufacturer_data.contains_key(&gatt::COMPANY_ID);
    let likely = word.is_some()
        || factory_address.is_some()
        || name.is_some_and(|name| matches!(name, "Peak2OTA" | "AppLoader"))
        || heard.services.contains(&gatt::OTA_SERVICE);
    let hint = heard.address.is_some_and(oui::is_known);
    let likelihood = match (certain, likely, hint) {
        (true, _, _) => Likelihood::Certain,
        (_, true, _) => Likelihood::Likely,
        (_, _, true) => Likelihood::Hint,
        _ => return None,
    };
    Some(Candidate {
        likelihood,
        series: name.and_then(named_series),
        generation,
        given_name: name.filter(|_| factory_address.is_none()).map(str::to_owned),
    })
}

/// The product line that a device's name tells.
#[must_use]
pub fn named_series(name: &str) -> Option<Series> {
    match name_word(name)? {
        "proxy" => Some(Series::Proxy),
        "peak" | "pearl" => Some(Series::PeakPro),
        _ => None,
    }
}

/// The address in a name as the factory sets it: exactly 12 hexadecimal digits.
#[must_use]
pub fn factory_name(name: &str) -> Option<[u8; 6]> {
    if name.len() != 12 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u64::from_str_radix(name, 16).ok()?;
    let [_, _, address @ ..] = number.to_be_bytes();
    Some(address)
}

/// The first known word that begins a word of the name: "My Peak", not "Loudspeaker".
fn name_word(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    NAME_WORDS.into_iter().find(|word| {
        name.match_indices(word)
            .any(|(at, _)| !name[..at].chars().next_back().is_some_and(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Advertisement {
        Advertisement { name: Some(name.to_owned()), ..Advertisement::default() }
    }

    fn likelihood(heard: &Advertisement) -> Option<Likelihood> {
        recognise(heard).map(|candidate| candidate.likelihood)
    }

    #[test]
    fn a_name_is_enough_when_services_are_missing() {
        assert_eq!(likelihood(&named("PEAKSHI V2")), Some(Likelihood::Likely));
        assert_eq!(likelihood(&named("Dana's proxy")), Some(Likelihood::Likely));
        assert_eq!(recognise(&named("Dana's proxy")).and_then(|found| found.series), Some(Series::Proxy));
    }

    #[test]
    fn a_loudspeaker_is_not_a_peak() {
        assert_eq!(likelihood(&named("Living room speaker")), None);
        assert_eq!(likelihood(&named("Étépeak")), None);
    }

    #[test]
    fn a_factory_name_is_an_address_and_no_given_name() {
        let candidate = recognise(&named("842E14A1B2C3")).unwrap();
        assert_eq!(candidate.given_name, None);
        assert_eq!(factory_name("842e14a1b2c3"), Some([0x84, 0x2e, 0x14, 0xa1, 0xb2, 0xc3]));
        assert_eq!(factory_name("842E14A1B2C"), None);
        assert_eq!(factory_name("842E14A1B2CG"), None);
    }

    #[test]
    fn the_chip_vendor_alone_is_only_a_hint() {
        let heard = Advertisement { address: Some([0x0c, 0x43, 0x14, 0, 0, 1]), ..Advertisement::default() };
        assert_eq!(likelihood(&heard), Some(Likelihood::Hint));
    }

    #[test]
    fn company_data_is_certain_whatever_the_name() {
        let mut heard = named("Snowdrop");
        assert_eq!(likelihood(&heard), None);
        heard.manufacturer_data.insert(3075, vec![1, 3]);
        assert_eq!(likelihood(&heard), Some(Likelihood::Certain));
        assert_eq!(recognise(&heard).and_then(|found| found.given_name).as_deref(), Some("Snowdrop"));
    }

    #[test]
    fn the_advertised_service_tells_the_generation() {
        let heard = Advertisement { services: vec![gatt::LEGACY_SERVICE], ..Advertisement::default() };
        assert_eq!(recognise(&heard).unwrap().generation, Some(Generation::Legacy));
    }
}
