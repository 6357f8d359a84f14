//! Servers that help people to reach each other, as the settings have them. Their passwords are in the keychain alone.

use hearth_voice::link::servers::{BadServer, IceServer, MOST_SERVERS};

use super::{Controller, VoiceWish, words};
use crate::contract::{NoticeKind, VoiceServer};
use crate::secrets::Secret;

/// The longest address, name and password, bytes.
const LONGEST: usize = 256;

/// Shown in place of a password that is in the keychain.
const KEPT: &str = "kept";

impl Controller {
    pub(super) fn add_voice_server(&mut self, url: &str, username: &str, secret: Option<String>) {
        let (url, username) = (url.trim(), username.trim());
        let known = &self.saved.settings.voice.servers;
        let at = known.iter().position(|server| server.url == url);
        let secret = secret.filter(|secret| !secret.is_empty());
        // Who changes the name alone keeps the password.
        let kept = at.is_some_and(|at| !known[at].username.is_empty()).then_some(KEPT);
        let password = secret.as_deref().or(kept).unwrap_or_default();
        let fits = [url, username, password].iter().all(|text| text.len() <= LONGEST);
        let server = IceServer::parse(url, username, password)
            .and_then(|server| if fits { Ok(server) } else { Err(BadServer::NoAddress) });
        let server = match server {
            Ok(server) => server,
            Err(why) => return self.voice_notice("bad_voice_server", words::bad_server(why)),
        };
        if at.is_none() && known.len() >= MOST_SERVERS {
            return self.voice_notice("voice_servers_many", words::too_many_servers(MOST_SERVERS));
        }
        for code in ["bad_voice_server", "voice_servers_many"] {
            self.notices.settle(code);
        }
        let relays = matches!(server, IceServer::Turn { .. });
        let username = if relays { username.to_owned() } else { String::new() };
        let entry = VoiceServer { url: url.to_owned(), username };
        let servers = &mut self.saved.settings.voice.servers;
        match at {
            Some(at) => servers[at] = entry,
            None => servers.push(entry),
        }
        if let Some(secret) = secret.filter(|_| relays) {
            self.voice_wish(VoiceWish::KeepSecret { url: url.to_owned(), secret: Secret::new(secret) });
        }
        self.save();
    }

    pub(super) fn remove_voice_server(&mut self, url: &str) {
        let servers = &mut self.saved.settings.voice.servers;
        let Some(at) = servers.iter().position(|server| server.url == url) else { return };
        let gone = servers.remove(at);
        if !gone.username.is_empty() {
            self.voice_wish(VoiceWish::ForgetSecret { url: gone.url });
        }
        self.save();
    }

    fn voice_notice(&mut self, code: &str, (title, advice): words::Text) {
        self.notices.add(NoticeKind::Error, code, title, advice);
    }
}
