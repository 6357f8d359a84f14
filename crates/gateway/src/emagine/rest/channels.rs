//! `/channels`. Whoever knows the number of a channel may look at it and come in, unless they are banned.

use axum::extract::{Path, State};
use hearth_dialects::emagine::rest::{ChannelKind, ChannelOf, Channels, Created};
use hearth_dialects::emagine::{id, limits};
use serde_json::Value;
use uuid::Uuid;

use super::bearer::Bearer;
use super::body::Body;
use super::refusal::Refusal;
use super::{Answer, success};
use crate::accounts::Account;
use crate::chat::{
    Channel, Chat, ChatError, ChatRefusal, Community, Extra, NewChannel, NewCommunity, Write, Written,
};
use crate::emagine::show;

/// Channels of a list.
const LISTED: usize = 1000;

/// The channel with a number, as far as somebody may see it.
pub(super) async fn visible(
    chat: &Chat,
    account: &Account,
    asked: &str,
) -> Result<(Channel, Community), Refusal> {
    let number = id(asked).ok_or_else(Refusal::no_channel)?;
    let channel = chat.store().channel_by_number(number).await?.ok_or_else(Refusal::no_channel)?;
    if chat.store().is_banned(channel.community, account.id).await? {
        return Err(Refusal::no_channel());
    }
    let community = chat.store().community(channel.community).await?.ok_or_else(Refusal::no_channel)?;
    Ok((channel, community))
}

/// Makes somebody a member, if they are none (EMG-R4).
pub(super) async fn enter(chat: &Chat, account: &Account, channel: &Channel) -> Result<(), Refusal> {
    if chat.store().is_member(channel.community, account.id).await? {
        return Ok(());
    }
    match chat.write(account, Write::Join { account: account.id, community: channel.community }).await {
        Ok(_) | Err(ChatError::Refused(ChatRefusal::AlreadyMember)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn number_of(chat: &Chat, owner: Option<Uuid>) -> Result<u64, Refusal> {
    let Some(owner) = owner else { return Ok(0) };
    Ok(chat.store().account(owner).await?.map_or(0, |account| account.number))
}

/// What a channel is for, when it was made, and where a stream is are kept as they were posted, with what else there
/// was.
fn read(Body(body): Body, account: &Account) -> Result<Write, Refusal> {
    let has = |name: &str, missing| body.get(name).ok_or_else(|| Refusal::bad(missing));
    let is_time = match has("timestamp", "Missing timestamp of channel creation!")? {
        Value::Number(_) => true,
        Value::String(text) => text.trim().parse::<f64>().is_ok_and(f64::is_finite),
        _ => false,
    };
    if !is_time {
        return Err(Refusal::bad("The timestamp of channel creation must be a number!"));
    }
    let kind = has("type", "Missing channel type!")?;
    let kind = ChannelKind::of(kind).ok_or_else(|| Refusal::bad("Invalid channel type!"))?;
    let stream = body.get("streamURL");
    let is_address = stream.and_then(Value::as_str).is_some_and(|url| !url.trim().is_empty());
    let mut body = Body(body);
    let description = body.about("description", "Missing channel description!")?;
    let title = body.text("title", "Missing channel title!", *limits::TITLE.end())?;
    let topic = body.about("topic", "Missing channel topic!")?;
    if kind == ChannelKind::Stream && !is_address {
        return Err(Refusal::bad("Missing stream URL"));
    }
    let Body(mut members) = body;
    members.retain(|name, _| !show::OF_CHANNELS.contains(&name.as_str()));
    let extra = Extra::of(members).map_err(|error| Refusal::bad(format!("There are {error}!")))?;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Write::CreateCommunity {
        by: account.id,
        community: NewCommunity {
            name: title.clone(),
            description: given(description),
            open: kind.is_public(),
            ..NewCommunity::default()
        },
        channels: vec![NewChannel {
            topic: given(topic),
            extra,
            ..NewChannel::new(title, crate::chat::ChannelKind::Text)
        }],
    })
}

pub(super) async fn create(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    body: Result<Body, Refusal>,
) -> Answer<Created> {
    match chat.write(&account, read(body?, &account)?).await? {
        Written::Founded(_, channels) if !channels.is_empty() => {
            success(Created { id: channels[0].number.to_string() })
        }
        _ => Err(Refusal::broken()),
    }
}

pub(super) async fn one(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
) -> Answer<ChannelOf> {
    let (channel, community) = visible(&chat, &account, &asked).await?;
    let mut shown = show::channel(&channel, &community, number_of(&chat, community.owner).await?);
    let members = chat.store().members(community.id).await?;
    shown.members = Some(members.iter().map(|member| member.person.number.to_string()).collect());
    success(ChannelOf { channel: shown })
}

/// Where somebody is a member.
pub(super) async fn mine(State(chat): State<Chat>, Bearer(account): Bearer) -> Answer<Channels> {
    let mut channels = Vec::new();
    for community in chat.store().communities_of(account.id).await? {
        let owner = number_of(&chat, community.owner).await?;
        for channel in chat.store().channels(community.id).await? {
            channels.push(show::channel(&channel, &community, owner));
        }
        if channels.len() >= LISTED {
            break;
        }
    }
    channels.truncate(LISTED);
    success(Channels { channels })
}

pub(super) async fn join(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
) -> Answer<Created> {
    let (channel, _) = visible(&chat, &account, &asked).await?;
    enter(&chat, &account, &channel).await?;
    success(Created { id: channel.number.to_string() })
}

pub(super) async fn leave(
    State(chat): State<Chat>,
    Bearer(account): Bearer,
    Path(asked): Path<String>,
) -> Answer<Created> {
    let (channel, community) = visible(&chat, &account, &asked).await?;
    chat.write(&account, Write::Leave { account: account.id, community: community.id }).await?;
    success(Created { id: channel.number.to_string() })
}
