//! The gateways that were found, as a bounded list that things are put into and taken out of. No I/O.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::Trouble;

/// A gateway of somebody in this network. Everything in it was said by a stranger, and cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Names it while it is there.
    pub id: String,
    /// Name that its host gave it: one line, at most 40 characters, never empty.
    pub name: String,
    /// Its first address with the port, for people: names of computers are not told.
    pub host: String,
    /// Its addresses, the likeliest first. IPv6 link-local ones have the interface as scope.
    pub addresses: Vec<SocketAddr>,
    /// What to connect to. `None`: it has IPv6 link-local addresses only, which no URL can name.
    pub url: Option<String>,
    /// People on it, when it tells.
    pub people: Option<u32>,
    /// Its public groups, when it tells.
    pub groups: Option<u32>,
    /// It is announced by this program.
    pub own: bool,
    /// When it was found, in ms since 1970.
    pub since_unix_ms: u64,
}

/// What there is around here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbourhood {
    /// By name. At most 64.
    pub gateways: Vec<Found>,
    /// Why nothing can be found at the moment. What was found before stays until it goes.
    pub trouble: Option<Trouble>,
}

/// Gateways that are kept. A household has one or two.
const MOST: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct List {
    by_name: BTreeMap<String, Found>,
    last_id: u64,
}

impl List {
    /// A gateway was heard of, or something of it changed.
    pub fn put(&mut self, fullname: &str, mut found: Found) {
        let key = fullname.to_lowercase();
        match self.by_name.get_mut(&key) {
            Some(known) => {
                (found.id, found.since_unix_ms) = (std::mem::take(&mut known.id), known.since_unix_ms);
                *known = found;
            }
            None => {
                if self.by_name.len() >= MOST && !(found.own && self.make_room()) {
                    return;
                }
                self.last_id += 1;
                found.id = self.last_id.to_string();
                self.by_name.insert(key, found);
            }
        }
    }

    /// A gateway went, or what it announces makes no sense any more.
    pub fn take(&mut self, fullname: &str) {
        self.by_name.remove(&fullname.to_lowercase());
    }

    pub fn clear(&mut self) {
        self.by_name.clear();
    }

    /// By name; the same in the order in which they came.
    pub fn gateways(&self) -> Vec<Found> {
        let mut gateways: Vec<Found> = self.by_name.values().cloned().collect();
        gateways.sort_by(|a, b| (&a.name, a.since_unix_ms, &a.id).cmp(&(&b.name, b.since_unix_ms, &b.id)));
        gateways
    }

    fn make_room(&mut self) -> bool {
        let stranger = self.by_name.iter().rfind(|(_, found)| !found.own).map(|(key, _)| key.clone());
        stranger.is_some_and(|key| self.by_name.remove(&key).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, own: bool) -> Found {
        Found {
            id: String::new(),
            name: name.into(),
            host: String::new(),
            addresses: Vec::new(),
            url: None,
            people: None,
            groups: None,
            own,
            since_unix_ms: 1,
        }
    }

    #[test]
    fn a_gateway_keeps_its_id_while_it_is_there() {
        let mut list = List::default();
        list.put("A", found("one", false));
        list.put("b", found("two", false));
        let id = list.gateways()[0].id.clone();
        list.put("a", Found { people: Some(4), since_unix_ms: 9, ..found("one", false) });
        let [one, two] = &list.gateways()[..] else { panic!() };
        assert_eq!((&one.id, one.people, one.since_unix_ms), (&id, Some(4), 1));
        assert_ne!(one.id, two.id);
        list.take("A");
        assert_eq!(list.gateways().len(), 1);
    }

    #[test]
    fn thousands_of_strangers_are_a_bounded_list_in_which_the_own_gateway_has_its_place() {
        let mut list = List::default();
        for number in 0..5000 {
            list.put(&format!("x{number}"), found("stranger", false));
        }
        assert_eq!(list.gateways().len(), MOST);
        list.put("mine", found("mine", true));
        assert_eq!(list.gateways().len(), MOST);
        assert!(list.gateways().iter().any(|found| found.own));
    }
}
