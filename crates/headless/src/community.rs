//! Takes part in a community gateway without a person: adds it, shares the devices on it, follows services.

use std::time::Duration;

use futures::StreamExt;
use hearth_companion::Companion;
use hearth_companion::contract::{
    Command, CommunityContent, CommunityGateway, CommunityKind, CommunityView, Event, SecretText,
};

/// A gateway that is not there after this long will not be added: its address or the name is none.
const ADDED_WITHIN: Duration = Duration::from_secs(10);

/// A community gateway to take part in.
pub struct Community {
    /// Its address.
    pub url: String,
    /// The name to have there.
    pub name: String,
    /// Its secret.
    pub secret: Option<String>,
    /// Services to follow; the first is looked at.
    pub follow: Vec<String>,
}

impl Community {
    /// Connects to the gateway, and says there what is to be shared and followed.
    pub async fn join(self, companion: Companion) {
        let (url, name) = (self.url.clone(), self.name.clone());
        match tokio::time::timeout(ADDED_WITHIN, self.added(&companion)).await {
            Ok(Some(id)) => self.take_part(&companion, &id),
            Ok(None) => {}
            Err(_) => tracing::error!(%url, %name, "this community gateway cannot be used under this name"),
        }
    }

    /// What names the gateway in commands; `None` when the program ends first.
    async fn added(&self, companion: &Companion) -> Option<String> {
        let mut events = companion.subscribe();
        let mut asked = false;
        while let Some(event) = events.next().await {
            let community = match event {
                Event::View { view } => view.community,
                Event::Community { community } => community,
                _ => continue,
            };
            let known = self.find(&community).map(|gateway| gateway.id.clone());
            match (known, asked) {
                (Some(id), true) => return Some(id),
                (Some(id), false) => {
                    let secret = self.secret.clone().map(SecretText);
                    companion.command(Command::EditCommunity {
                        id: id.clone(),
                        name: None,
                        secret,
                        keep: None,
                    });
                    return Some(id);
                }
                (None, true) => {}
                (None, false) => {
                    asked = true;
                    companion.command(Command::AddCommunity {
                        kind: CommunityKind::Concierge,
                        url: self.url.clone(),
                        name: self.name.clone(),
                        secret: self.secret.clone().map(SecretText),
                        register: false,
                        keep: false,
                    });
                }
            }
        }
        None
    }

    fn find<'a>(&self, community: &'a CommunityView) -> Option<&'a CommunityGateway> {
        community
            .gateways
            .iter()
            .filter(|gateway| matches!(gateway.content, CommunityContent::Concierge(_)))
            .find(|gateway| gateway.url == self.url.trim() && gateway.me == self.name.trim())
    }

    fn take_part(&self, companion: &Companion, id: &str) {
        let id = id.to_owned();
        companion.command(Command::ShareTelemetry { id: id.clone(), on: true });
        for service in &self.follow {
            let (id, service) = (id.clone(), service.clone());
            companion.command(Command::FollowService { id, service, on: true });
        }
        if let Some(service) = self.follow.first().cloned() {
            companion.command(Command::LookAtService { id: Some(id), service: Some(service) });
        }
    }
}
