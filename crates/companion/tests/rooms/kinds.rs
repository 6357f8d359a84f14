//! E-Magine and i386chat servers, on listeners of their own, and all kinds in one conversation.

use hearth_companion::Options;
use hearth_companion::contract::{
    Command, CommunityKind, CommunityRefusal, CommunityState, LineState, SecretText, View,
};
use hearth_gateway::server::{ListenOn, Server, ServerOptions};

use super::{
    Companion, PASSWORD, add, bound, chat, club, connected, line, open, registered, say, seen, state, texts,
    view,
};

const EMAGINE: CommunityKind = CommunityKind::Emagine;
const I386CHAT: CommunityKind = CommunityKind::I386chat;

fn options() -> ServerOptions {
    let listen = ["127.0.0.1:0", "emagine=127.0.0.1:0", "i386chat=127.0.0.1:0"];
    ServerOptions { listen: listen.map(|on| on.parse().unwrap()).to_vec(), ..ServerOptions::default() }
}

async fn gateway() -> Server {
    Server::bind(options()).await.unwrap()
}

/// Makes a room; its number.
async fn made(companion: &Companion, name: &str, hidden: bool) -> String {
    let create = Command::CreateServer { id: "1".into(), name: name.into(), stream: None, hidden };
    companion.command(create);
    seen(companion, |view| {
        let mut servers = chat(view)?.servers.iter();
        servers.find(|server| server.name == name).map(|server| server.id.clone())
    })
    .await
}

async fn joins(companion: &Companion, code: &str) {
    companion.command(Command::JoinServer { id: "1".into(), code: code.into() });
}

/// Goes into a room of an i386chat server, and opens it.
async fn goes_into(companion: &Companion, code: &str, room: &str) {
    joins(companion, code).await;
    seen(companion, |view| (chat(view)?.here.as_deref() == Some(room)).then_some(())).await;
    open(companion, room).await;
}

fn notice(view: &View, code: &str) -> Option<String> {
    let notice = view.notices.iter().find(|notice| notice.code == code)?;
    Some(notice.advice.english())
}

#[tokio::test]
async fn emagine_people_find_a_channel_by_its_number_and_talk_there() {
    let server = gateway().await;
    let ada = registered(EMAGINE, &server, "ada", Options::ephemeral()).await;
    let room = made(&ada, "How hot?", false).await;
    let directory = tempfile::tempdir().unwrap();
    let kept = || Options { data_dir: Some(directory.path().to_path_buf()), ..Options::ephemeral() };
    let bob = registered(EMAGINE, &server, "bob", kept()).await;
    for wrong in ["1", "no number", "../users/me"] {
        joins(&bob, wrong).await;
        seen(&bob, |view| notice(view, "room_not_done")?.contains("none with").then_some(())).await;
    }
    joins(&bob, &room).await;
    seen(&bob, |view| (club(view)?.id == room).then_some(())).await;
    open(&ada, &room).await;
    open(&bob, &room).await;
    say(&ada, "anybody there?");
    let hello = seen(&bob, |view| line(view, "anybody there?")).await;
    assert_eq!((hello.author.as_str(), hello.mine, hello.may_delete), ("ada", false, false));
    say(&bob, "me \"quoted\" 🔥");
    let answer = seen(&ada, |view| line(view, "me \"quoted\" 🔥")).await;
    assert_eq!((answer.author.as_str(), answer.may_edit), ("bob", false));
    seen(&ada, |view| (club(view)?.members.len() == 2).then_some(())).await;
    bob.shutdown().await;

    // It is remembered by its number, and what was said meanwhile is read.
    say(&ada, "gone already?");
    seen(&ada, |view| line(view, "gone already?")).await;
    let settings = std::fs::read_to_string(directory.path().join("companion.json")).unwrap();
    assert!(settings.contains(&room) && !settings.contains(PASSWORD));
    let bob = Companion::start(kept()).await;
    let secret = Some(SecretText(PASSWORD.into()));
    bob.command(Command::EditCommunity { id: "1".into(), name: None, secret, keep: None });
    connected(&bob).await;
    seen(&bob, |view| (club(view)?.name == "How hot?").then_some(())).await;
    open(&bob, &room).await;
    seen(&bob, |view| (texts(view)?.len() == 3).then_some(())).await;
    bob.command(Command::LeaveServer { id: "1".into(), server: room });
    seen(&bob, |view| chat(view)?.servers.is_empty().then_some(())).await;
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn i386chat_people_go_from_room_to_room_by_name_and_by_number() {
    let server = gateway().await;
    let ada = registered(I386CHAT, &server, "ada", Options::ephemeral()).await;
    let lounge = made(&ada, "lounge", false).await;
    let attic = made(&ada, "attic", true).await;
    goes_into(&ada, &lounge, &lounge).await;
    let bob = registered(I386CHAT, &server, "bob", Options::ephemeral()).await;
    joins(&bob, "attic").await;
    seen(&bob, |view| notice(view, "room_not_done")?.contains("none with").then_some(())).await;
    goes_into(&bob, "lounge", &lounge).await;
    let both = |view: &View| {
        let lounge = chat(view)?.servers.iter().find(|server| server.id == lounge)?;
        (lounge.members.len() == 2).then_some(())
    };
    seen(&ada, both).await;
    seen(&bob, both).await;
    bob.command(Command::Typing);
    seen(&ada, |view| {
        chat(view)?.servers.iter().any(|server| server.channels[0].typing == ["bob"]).then_some(())
    })
    .await;
    say(&bob, "hello");
    let hello = seen(&ada, |view| line(view, "hello")).await;
    assert!(hello.may_delete && !hello.may_edit, "she made the room");
    ada.command(Command::DeleteLine { line: hello.id });
    for companion in [&ada, &bob] {
        seen(companion, |view| texts(view)?.is_empty().then_some(())).await;
    }

    // By its number the hidden one lets in, and leaving one room for another is seen there.
    goes_into(&bob, &attic, &attic).await;
    seen(&ada, |view| {
        let lounge = chat(view)?.servers.iter().find(|server| server.id == lounge)?;
        (lounge.members.len() == 1).then_some(())
    })
    .await;
    // Only where one is can be talked.
    open(&bob, &lounge).await;
    say(&bob, "is anybody here?");
    seen(&bob, |view| {
        let line = view.room.as_ref()?.lines.last()?;
        matches!(&line.state, LineState::Failed { why } if why.english().contains("that room")).then_some(())
    })
    .await;
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_lost_a_token_cannot_have_its_name_again_and_takes_another() {
    let server = gateway().await;
    let directory = tempfile::tempdir().unwrap();
    let kept = || Options { data_dir: Some(directory.path().to_path_buf()), ..Options::ephemeral() };
    let ada = registered(I386CHAT, &server, "ada", kept()).await;
    let room = made(&ada, "lounge", false).await;
    // Off and on again in one run needs nothing.
    for on in [false, true] {
        ada.command(Command::ConnectCommunity { id: "1".into(), on });
    }
    connected(&ada).await;
    seen(&ada, |view| (club(view)?.id == room).then_some(())).await;
    ada.shutdown().await;
    let settings = std::fs::read_to_string(directory.path().join("companion.json")).unwrap();
    assert!(settings.contains("lounge") && !settings.contains("eyJ"), "{settings}");

    let ada = Companion::start(kept()).await;
    let refused = async |why| {
        let wanted = CommunityState::Refused { why };
        seen(&ada, |view| (*state(view)? == wanted).then_some(())).await;
    };
    let edit = |name: Option<&str>, secret: Option<&str>| {
        let secret = secret.map(|secret| SecretText(secret.into()));
        ada.command(Command::EditCommunity {
            id: "1".into(),
            name: name.map(Into::into),
            secret,
            keep: None,
        });
    };
    refused(CommunityRefusal::SignInAgain).await;
    edit(None, Some("guessed"));
    refused(CommunityRefusal::WrongPassword).await;
    edit(Some("bob bob"), None);
    refused(CommunityRefusal::BadName).await;
    edit(Some("bob"), None);
    connected(&ada).await;
    let gateway = view(&ada).await.community.gateways.remove(0);
    assert_eq!((gateway.me.as_str(), gateway.has_secret), ("bob", false));
    // Nor can anybody else have the name.
    ada.command(add(I386CHAT, &server, "ada", true));
    seen(&ada, |view| {
        let wanted = CommunityState::Refused { why: CommunityRefusal::NameTaken };
        (view.community.gateways.get(1)?.state == wanted).then_some(())
    })
    .await;
    ada.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_server_that_comes_back_finds_everybody_where_they_were() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_path_buf()), ..options() };
    let server = Server::bind(options.clone()).await.unwrap();
    let own = |name: &str| {
        let url = &server.dialects()[name];
        let address = url.split('/').nth(2).unwrap();
        format!("{name}={address}").parse().unwrap()
    };
    let shared = ListenOn { dialect: None, address: server.local_addr() };
    let listen = vec![shared, own("emagine"), own("i386chat")];
    let ada = registered(EMAGINE, &server, "ada", Options::ephemeral()).await;
    let bob = registered(I386CHAT, &server, "bob", Options::ephemeral()).await;
    let room = made(&ada, "lounge", false).await;
    open(&ada, &room).await;
    goes_into(&bob, "lounge", &room).await;
    server.shutdown().await;
    for companion in [&ada, &bob] {
        let waiting = |view: &View| matches!(state(view)?, CommunityState::Waiting { .. }).then_some(());
        seen(companion, waiting).await;
    }
    let server = bound(ServerOptions { listen, ..options }).await;
    for companion in [&ada, &bob] {
        companion.command(Command::ConnectCommunity { id: "1".into(), on: true });
        connected(companion).await;
    }
    seen(&bob, |view| (chat(view)?.here.as_ref() == Some(&room)).then_some(())).await;
    say(&ada, "still here?");
    seen(&bob, |view| line(view, "still here?")).await;
    say(&bob, "still here");
    seen(&ada, |view| line(view, "still here")).await;
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn people_of_all_kinds_are_in_one_conversation() {
    let server = gateway().await;
    let ada = registered(EMAGINE, &server, "ada", Options::ephemeral()).await;
    let room = made(&ada, "lounge", false).await;
    open(&ada, &room).await;
    let bob = registered(I386CHAT, &server, "bob", Options::ephemeral()).await;
    goes_into(&bob, "lounge", &room).await;
    say(&ada, "from E-Magine");
    seen(&bob, |view| line(view, "from E-Magine")).await;
    say(&bob, "from i386chat");
    seen(&ada, |view| line(view, "from i386chat")).await;
    for companion in [&ada, &bob] {
        let lines = texts(&*view(companion).await).unwrap();
        let said = [("ada", "from E-Magine"), ("bob", "from i386chat")];
        assert_eq!(lines, said.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}
