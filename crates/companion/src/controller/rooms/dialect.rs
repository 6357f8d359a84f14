//! What the kinds of chat servers are: what they speak, what can be done there, how one is let in. Nothing else here
//! knows the kinds apart.

use hearth_gateway_client::chat::{Dialect, Features, Longest};

use crate::contract::{
    AccountKind, ChatCan, ChatView, CommunityContent, CommunityKind, CommunityOffer, JoinBy, LongestLine,
};

/// The kinds that can be added, in the order in which they are offered.
pub(in crate::controller) fn offers() -> Vec<CommunityOffer> {
    let kinds =
        [CommunityKind::Together, CommunityKind::Emagine, CommunityKind::I386chat, CommunityKind::Concierge];
    kinds.into_iter().map(|kind| CommunityOffer { kind, account: account(kind) }).collect()
}

/// What a chat server of this kind speaks; `None`: it is no chat server.
pub(in crate::controller) const fn dialect(kind: CommunityKind) -> Option<Dialect> {
    match kind {
        CommunityKind::Concierge => None,
        CommunityKind::Together => Some(Dialect::Together),
        CommunityKind::Emagine => Some(Dialect::Emagine),
        CommunityKind::I386chat => Some(Dialect::I386chat),
    }
}

/// How one is let in.
pub(in crate::controller) fn account(kind: CommunityKind) -> AccountKind {
    match dialect(kind).map(Dialect::features) {
        None => AccountKind::Secret,
        Some(Features { passwords: true, .. }) => AccountKind::Password,
        Some(Features { passwords: false, .. }) => AccountKind::Token,
    }
}

pub(super) const fn content(dialect: Dialect, chat: ChatView) -> CommunityContent {
    match dialect {
        Dialect::Together => CommunityContent::Together(chat),
        Dialect::Emagine => CommunityContent::Emagine(chat),
        Dialect::I386chat => CommunityContent::I386chat(chat),
    }
}

/// What can be done.
pub(super) fn can(features: Features) -> ChatCan {
    let Longest { characters, bytes } = features.message;
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    ChatCan {
        edit: features.edits,
        delete: features.deletes,
        reply: features.replies,
        typing: features.typing,
        status: features.presence,
        voice: features.voice,
        past: features.history,
        channels: features.channels,
        many: features.many,
        streams: features.streams,
        hidden: features.hidden,
        join: match features {
            Features { names: true, .. } => JoinBy::NumberOrName,
            Features { channels: false, .. } => JoinBy::Number,
            _ => JoinBy::Code,
        },
        line: LongestLine { characters: count(characters), bytes: bytes.map(count) },
    }
}
