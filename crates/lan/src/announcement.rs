//! What is announced, and how it is written into the TXT record. Nothing of it names a person's computer.

use std::net::IpAddr;

use mdns_sd::{IfKind, ServiceInfo};

use crate::{Lan, Reach, SERVICE, label};

/// A gateway to announce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Name that others see, chosen by whoever hosts.
    pub name: String,
    /// Port of the gateway.
    pub port: u16,
    /// Path of the gateway's socket.
    pub path: String,
    /// The only address that the gateway listens on; `None`: it listens on all.
    pub address: Option<IpAddr>,
}

/// How many are there. Told so that a lobby can show it; nobody depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    /// People on the gateway.
    pub people: u32,
    /// Its public groups.
    pub groups: u32,
}

/// The version of what is in the TXT record.
pub(crate) const VERSION: &str = "1";

/// The path that every gateway of ours has.
pub(crate) const USUAL_PATH: &str = "/socket";

impl Announcement {
    /// A gateway of ours that listens on all addresses.
    #[must_use]
    pub fn new(name: &str, port: u16) -> Self {
        Self { name: label::cleaned(name), port, path: USUAL_PATH.to_owned(), address: None }
    }

    pub(crate) fn service(&self, lan: &Lan, id: &str, crowd: Crowd) -> Result<ServiceInfo, mdns_sd::Error> {
        let (groups, people) = (crowd.groups.to_string(), crowd.people.to_string());
        let text = [
            ("v", VERSION),
            ("id", id),
            ("path", &self.path),
            ("name", &self.name),
            ("groups", &groups),
            ("people", &people),
            ("tls", "0"),
        ];
        let instance = label::instance(&self.name, id);
        // Not the computer's name: that is nobody's business, and its records belong to the system's responder.
        let host = format!("hearth-{id}.local.");
        let mut service = match self.address {
            None => ServiceInfo::new(SERVICE, &instance, &host, "", self.port, &text[..])?.enable_addr_auto(),
            Some(address) => {
                let mut service = ServiceInfo::new(SERVICE, &instance, &host, address, self.port, &text[..])?;
                if lan.reach == Reach::Network {
                    service.set_interfaces(vec![IfKind::Addr(address)]);
                }
                service
            }
        };
        // The names have a random id in them: there is nothing to probe for, and it is found at once.
        service.set_requires_probe(false);
        Ok(service)
    }
}
