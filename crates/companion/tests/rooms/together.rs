//! Together servers.

use hearth_companion::contract::{
    Command, CommunityKind, CommunityRefusal, CommunityState, GatewayState, LineState, PersonStatus,
    SecretText, View,
};
use hearth_companion::{Companion, Options};
use hearth_gateway::server::{ListenOn, Server, ServerOptions};

use super::{
    PASSWORD, bound, channel, club, connected, line, open, registered, say, seen, state, texts, view,
};

/// Makes a community with a channel; its id and the channel's.
async fn club_of(companion: &Companion) -> (String, String) {
    companion.command(Command::CreateServer {
        id: "1".into(),
        name: "Club".into(),
        stream: None,
        hidden: false,
    });
    let server = seen(companion, |view| Some(club(view)?.id.clone())).await;
    let create = |name: &str, voice| Command::CreateChannel {
        id: "1".into(),
        server: server.clone(),
        name: name.into(),
        voice,
    };
    companion.command(create("den", false));
    companion.command(create("talk", true));
    let den = seen(companion, |view| {
        channel(view, "talk")?;
        Some(channel(view, "den")?.id.clone())
    })
    .await;
    (server, den)
}

#[tokio::test]
async fn two_people_talk_change_and_take_back_and_see_each_other() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let ada = registered(CommunityKind::Together, &server, "ada", Options::ephemeral()).await;
    let (club_id, den) = club_of(&ada).await;
    let bob = registered(CommunityKind::Together, &server, "bob", Options::ephemeral()).await;
    bob.command(Command::JoinServer { id: "1".into(), code: club_id.clone() });
    seen(&bob, |view| channel(view, "den").map(drop)).await;
    open(&ada, &den).await;
    say(&ada, "hello");
    say(&ada, "anybody there?");

    // Unread until the room is open.
    seen(&bob, |view| (channel(view, "den")?.unread == 2).then_some(())).await;
    open(&bob, &den).await;
    let hello = seen(&bob, |view| {
        let lines = texts(view)?;
        let wanted = [("ada".into(), "hello".into()), ("ada".into(), "anybody there?".into())];
        (lines == wanted && channel(view, "den")?.unread == 0).then(|| line(view, "hello"))?
    })
    .await;
    assert!(!hello.mine && !hello.may_edit && !hello.may_delete);
    assert_eq!(view(&bob).await.room.unwrap().new_from, Some(hello.id.clone()));

    bob.command(Command::Typing);
    seen(&ada, |view| (channel(view, "den")?.typing == ["bob"]).then_some(())).await;
    bob.command(Command::SayInRoom { text: "me".into(), reply_to: Some(hello.id.clone()) });
    let me = seen(&ada, |view| line(view, "me")).await;
    assert_eq!((me.author.as_str(), me.reply_to.as_deref()), ("bob", Some(hello.id.as_str())));
    assert!(me.may_delete && !me.may_edit, "ada owns the club");
    assert_eq!(channel(&*view(&ada).await, "den").unwrap().typing, Vec::<String>::new());

    bob.command(Command::EditLine { line: me.id.clone(), text: "me!".into() });
    seen(&ada, |view| line(view, "me!")?.edited.then_some(())).await;
    ada.command(Command::DeleteLine { line: me.id });
    for companion in [&ada, &bob] {
        let gone = |view: &View| texts(view)?.iter().all(|(_, text)| text != "me!").then_some(());
        seen(companion, gone).await;
    }

    let away =
        Command::SetCommunityStatus { id: "1".into(), status: PersonStatus::Idle, text: "lunch".into() };
    bob.command(away);
    let lunch = |view: &View| {
        let bob = club(view)?.members.iter().find(|member| member.name == "bob")?;
        let seen = (bob.status, bob.custom_status.as_deref());
        (seen == (PersonStatus::Idle, Some("lunch"))).then_some(())
    };
    seen(&ada, lunch).await;
    seen(&bob, lunch).await;
    bob.shutdown().await;
    seen(&ada, |view| {
        let members = &club(view)?.members;
        (members.iter().find(|member| member.name == "bob")?.status == PersonStatus::Offline).then_some(())
    })
    .await;
    ada.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_comes_back_signs_in_again_and_finds_what_was_said_meanwhile() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let ada = registered(CommunityKind::Together, &server, "ada", Options::ephemeral()).await;
    let (club_id, den) = club_of(&ada).await;
    open(&ada, &den).await;
    let directory = tempfile::tempdir().unwrap();
    let options = || Options { data_dir: Some(directory.path().to_path_buf()), ..Options::ephemeral() };
    let bob = registered(CommunityKind::Together, &server, "bob", options()).await;
    bob.command(Command::JoinServer { id: "1".into(), code: club_id });
    seen(&bob, |view| channel(view, "den").map(drop)).await;
    open(&bob, &den).await;
    say(&ada, "one");
    seen(&bob, |view| line(view, "one")).await;
    bob.shutdown().await;
    let settings = std::fs::read_to_string(directory.path().join("companion.json")).unwrap();
    assert!(settings.contains("\"bob\"") && !settings.contains(PASSWORD));

    say(&ada, "two");
    say(&ada, "three");
    seen(&ada, |view| line(view, "three")).await;
    let bob = Companion::start(options()).await;
    seen(&bob, |view| {
        let wanted = CommunityState::Refused { why: CommunityRefusal::SignInAgain };
        (*state(view)? == wanted).then_some(())
    })
    .await;
    let edit = |secret: &str| Command::EditCommunity {
        id: "1".into(),
        name: None,
        secret: Some(SecretText(secret.into())),
        keep: None,
    };
    bob.command(edit("wrong horse"));
    seen(&bob, |view| {
        let wanted = CommunityState::Refused { why: CommunityRefusal::WrongPassword };
        (*state(view)? == wanted).then_some(())
    })
    .await;
    bob.command(edit(PASSWORD));
    connected(&bob).await;
    seen(&bob, |view| (channel(view, "den")?.unread == 2).then_some(())).await;
    open(&bob, &den).await;
    seen(&bob, |view| {
        let two = line(view, "two")?;
        let room = view.room.as_ref()?;
        (room.lines.len() == 3 && room.new_from == Some(two.id) && channel(view, "den")?.unread == 0)
            .then_some(())
    })
    .await;
    // Off and on again in one run needs no password.
    for on in [false, true] {
        bob.command(Command::ConnectCommunity { id: "1".into(), on });
    }
    connected(&bob).await;
    say(&ada, "four");
    seen(&bob, |view| line(view, "four")).await;
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn when_the_server_was_gone_both_come_back_and_what_failed_is_said_once_when_asked_to() {
    let directory = tempfile::tempdir().unwrap();
    let options = ServerOptions { data: Some(directory.path().to_path_buf()), ..ServerOptions::default() };
    let server = Server::bind(options.clone()).await.unwrap();
    let ada = registered(CommunityKind::Together, &server, "ada", Options::ephemeral()).await;
    let (club_id, den) = club_of(&ada).await;
    let bob = registered(CommunityKind::Together, &server, "bob", Options::ephemeral()).await;
    bob.command(Command::JoinServer { id: "1".into(), code: club_id });
    seen(&bob, |view| channel(view, "den").map(drop)).await;
    for companion in [&ada, &bob] {
        open(companion, &den).await;
    }
    say(&ada, "before");
    seen(&bob, |view| line(view, "before")).await;
    let address = server.local_addr();
    server.shutdown().await;
    let waiting = |view: &View| matches!(state(view)?, CommunityState::Waiting { .. }).then_some(());
    seen(&ada, waiting).await;
    say(&ada, "meanwhile");
    let failed = seen(&ada, |view| {
        let line = view.room.as_ref()?.lines.last()?.clone();
        matches!(line.state, LineState::Failed { .. }).then_some(line)
    })
    .await;
    let listen = vec![ListenOn { dialect: None, address }];
    let server = bound(ServerOptions { listen, ..options }).await;
    for companion in [&ada, &bob] {
        companion.command(Command::ConnectCommunity { id: "1".into(), on: true });
        connected(companion).await;
    }
    ada.command(Command::RetryLine { line: failed.id });
    let all = [("ada".into(), "before".into()), ("ada".into(), "meanwhile".into())];
    for companion in [&ada, &bob] {
        seen(companion, |view| (texts(view)? == all).then(|| line(view, "meanwhile"))?.map(drop)).await;
    }
    ada.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_member_of_a_group_and_somebody_on_together_talk_to_each_other() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let gateway = Some(server.dialects()["puff"].clone());
    let sol = Companion::start(Options { gateway, ..Options::ephemeral() }).await;
    seen(&sol, |view| (view.gateway.state == GatewayState::Connected).then_some(())).await;
    sol.command(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    let code = seen(&sol, |view| Some(view.group.as_ref()?.code.clone())).await;

    let bob = registered(CommunityKind::Together, &server, "bob", Options::ephemeral()).await;
    bob.command(Command::JoinServer { id: "1".into(), code: code.clone() });
    let chat = seen(&bob, |view| {
        let server = club(view)?;
        assert_eq!((server.sesh.as_ref(), server.name.as_str()), (Some(&code), "Friday"));
        Some(server.channels.first()?.id.clone())
    })
    .await;
    open(&bob, &chat).await;
    say(&bob, "from Together");
    let heard = seen(&sol, |view| view.chat.iter().find(|line| line.text == "from Together").cloned()).await;
    assert_eq!((heard.by.as_ref(), heard.name.as_deref(), heard.me), (None, Some("bob"), false));

    sol.command(Command::SendMessage { text: "from the group".into() });
    let heard = seen(&bob, |view| line(view, "from the group")).await;
    assert_eq!((heard.author_id.as_ref(), heard.mine), (None, false));
    assert!(!heard.author.is_empty());
    sol.shutdown().await;
    bob.shutdown().await;
    server.shutdown().await;
}
