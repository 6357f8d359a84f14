//! Serial number and MAC address of a device, keys and passwords, and what is said in rooms are told to nobody who did
//! not ask: they are in no log, at any level, in no history, export or bundle, whatever is done; and the keys and
//! passwords are in no settings.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::fs::{self, File};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::stream::BoxStream;
use hearth_companion::contract::{
    ChatView, Command, CommunityContent, CommunityKind, CommunityState, DeviceChange, DeviceView, Event,
    ExportFormat, GatewayState, HostState, LineState, LinkView, LogName, LogState, ProfileChanges,
    SecretText, Stage, View,
};
use hearth_companion::host::Openness;
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::server::{ConciergeOptions, Server, ServerOptions};
use waiting::{overlay_url, seen, serve_overlay, until};
use zip::ZipArchive;

fn ready(event: Event) -> Option<DeviceView> {
    match event {
        Event::Devices { devices } => devices.into_iter().find(|device| device.link == LinkView::Ready),
        _ => None,
    }
}

/// What must not be found, in the forms in which it could be written.
fn canaries(serial: &str, address: [u8; 6]) -> Vec<Vec<u8>> {
    let mut canaries = vec![
        serial.to_lowercase(),
        serial.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "),
    ];
    canaries.extend(forms(address));
    let mut bytes: Vec<Vec<u8>> = canaries.into_iter().map(String::into_bytes).collect();
    bytes.push(address.to_vec());
    bytes
}

fn forms(address: [u8; 6]) -> Vec<String> {
    let hex: Vec<String> = address.iter().map(|byte| format!("{byte:02x}")).collect();
    let reversed: Vec<String> = hex.iter().rev().cloned().collect();
    let joined = |separator| [hex.join(separator), reversed.join(separator)];
    ["", ":", "-", "_"].into_iter().flat_map(joined).collect()
}

fn assert_clean(what: &str, content: &[u8], canaries: &[Vec<u8>]) {
    let content = content.to_ascii_lowercase();
    for canary in canaries {
        let found = content.windows(canary.len()).any(|window| window == canary);
        assert!(!found, "{what} holds {:?}", String::from_utf8_lossy(canary));
    }
}

/// All files in a directory and below.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn nothing_that_is_written_down_has_a_serial_number_an_address_or_a_key_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let (data, downloads, logs) =
        (directory.path().join("data"), directory.path().join("downloads"), directory.path().join("logs"));
    fs::create_dir_all(&logs).unwrap();
    fs::create_dir_all(&data).unwrap();
    serve_overlay(&data);
    let log = File::create(logs.join("hearth.log")).unwrap();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(Mutex::new(log))
        .init();
    let mut device = demo_device();
    device.speed = 20.0;
    let (serial, address) = (device.serial.clone(), device.address);
    let options = Options {
        data_dir: Some(data.clone()),
        downloads: Some(downloads.clone()),
        log_folder: Some(logs.clone()),
        openness: Openness::ThisComputer,
        radios: RadioChoice { bluetooth: false, simulated: vec![device] },
        ..Options::ephemeral()
    };
    let companion = Companion::start(options).await;
    let mut events = companion.subscribe();
    let url = overlay_url(&mut events).await;
    let key = url.split('/').nth(3).unwrap().to_owned();
    assert_eq!(key.len(), 32);

    companion.command(Command::StartScan);
    let id = until(&mut events, |event| match event {
        Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
        _ => None,
    })
    .await;
    companion.command(Command::ConnectDevice { id: id.clone() });
    until(&mut events, ready).await;
    companion.command(Command::Look { visible: true, device: Some(id.clone()) });
    companion.command(Command::RevealSerial { id: id.clone() });
    let told = until(&mut events, |event| match event {
        Event::Serial { serial, .. } => Some(serial),
        _ => None,
    })
    .await;
    assert_eq!(told, serial, "a face that asks is told");
    let changes = ProfileChanges { celsius: Some(270.0), ..ProfileChanges::default() };
    companion.command(Command::EditProfile { id: id.clone(), slot: 0, changes });
    companion.command(Command::ChangeDevice { id: id.clone(), change: DeviceChange::Clock });
    companion.command(Command::ReadLog { id: id.clone(), log: LogName::Activity });
    until(&mut events, |event| match event {
        Event::Log { log } if !matches!(log.state, LogState::Reading { .. }) => Some(()),
        _ => None,
    })
    .await;

    let concierge = share_on_a_concierge(&companion).await;
    let chats = Server::bind(ServerOptions::default()).await.unwrap();
    let kinds = [CommunityKind::Together, CommunityKind::Emagine, CommunityKind::I386chat];
    for (kind, me) in kinds.into_iter().zip(["robin", "sam", "kim"]) {
        talk_on(&companion, kind, me, &chats).await;
    }

    // A sesh, on a gateway that this computer hosts.
    companion.command(Command::HostHere { on: true });
    seen(&companion, |view| {
        let running = view.lobby.host.state == HostState::Running;
        (running && view.gateway.state == GatewayState::Connected).then_some(())
    })
    .await;
    let host_secret = secret_of_host(&companion, &mut events).await;
    companion.command(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    stage(&mut events, Stage::Chilling).await;
    companion.command(Command::AskToStart);
    stage(&mut events, Stage::Awaiting).await;
    companion.command(Command::Ready);
    stage(&mut events, Stage::Seshing).await;
    stage(&mut events, Stage::Chilling).await;

    // Everything that can be given away.
    companion.command(Command::ExportHistory { format: ExportFormat::Json });
    until(&mut events, |event| matches!(event, Event::File { .. }).then_some(())).await;
    companion.command(Command::PrepareBundle);
    let bundle = until(&mut events, |event| match event {
        Event::Diagnostics { diagnostics } => diagnostics.bundle,
        _ => None,
    })
    .await;
    companion.command(Command::FinishBundle { save: true });
    let zip = until(&mut events, |event| match event {
        Event::File { base64, .. } => Some(base64),
        _ => None,
    })
    .await;
    companion.shutdown().await;
    concierge.shutdown().await;
    chats.shutdown().await;

    let mut secrets = canaries(&serial, address);
    secrets.extend([key.into_bytes(), host_secret.into_bytes()]);
    secrets.extend([SECRET, PASSWORD, WORDS, TOKEN].map(|secret| secret.as_bytes().to_vec()));
    let mut packed = ZipArchive::new(Cursor::new(STANDARD.decode(zip).unwrap())).unwrap();
    assert_eq!(packed.len(), bundle.files.len());
    for index in 0..packed.len() {
        let mut page = packed.by_index(index).unwrap();
        let mut text = Vec::new();
        page.read_to_end(&mut text).unwrap();
        let name = page.name().unwrap().into_owned();
        assert_clean(&format!("the bundle's {name}"), &text, &secrets);
    }
    assert!(bundle.files.iter().any(|file| file.name == "hearth.log" && file.bytes > 1_000));
    let settings = data.join("companion.json");
    let written: Vec<_> = [&data, &downloads, &logs].into_iter().flat_map(|folder| files(folder)).collect();
    assert!(written.len() >= 4, "{written:?}");
    for file in written.iter().filter(|file| **file != settings) {
        assert_clean(&file.display().to_string(), &fs::read(file).unwrap(), &secrets);
    }
    // Radios name devices by their addresses, and settings have to name the device to connect.
    let addresses: Vec<Vec<u8>> =
        forms(address).into_iter().map(String::into_bytes).chain([address.to_vec()]).collect();
    secrets.retain(|secret| !addresses.contains(secret));
    assert_clean("the settings", &fs::read(&settings).unwrap(), &secrets);
}

/// Makes one that programs need at the hosted gateway, and has it told again; it is in no view.
async fn secret_of_host(companion: &Companion, events: &mut BoxStream<'static, Event>) -> String {
    let told = |event: Event| match event {
        Event::HostSecret { secret } => Some(secret.0),
        _ => None,
    };
    companion.command(Command::NewHostSecret);
    let secret = until(events, told).await;
    assert_eq!(secret.len(), 19);
    companion.command(Command::RevealHostSecret);
    assert_eq!(until(events, told).await, secret, "a face that asks is told");
    let view = waiting::view(companion).await;
    assert!(view.lobby.host.scripts.secret);
    assert!(!serde_json::to_string(&view).unwrap().contains(&secret));
    secret
}

/// The secret of a community gateway.
const SECRET: &str = "canary-of-the-concierge";

/// Shares the device on a gateway with a secret, after a try with a wrong name.
async fn share_on_a_concierge(companion: &Companion) -> Server {
    let broker = BrokerConfig { secret: Some(SECRET.into()), ..BrokerConfig::default() };
    let concierge = ConciergeOptions { broker, ..ConciergeOptions::default() };
    let server = Server::bind(ServerOptions { concierge, ..ServerOptions::default() }).await.unwrap();
    for name in ["robin hood", "robin"] {
        companion.command(Command::AddCommunity {
            kind: CommunityKind::Concierge,
            url: format!("ws://{}", server.local_addr()),
            name: name.into(),
            secret: Some(SecretText(SECRET.into())),
            register: false,
            keep: false,
        });
    }
    companion.command(Command::ShareTelemetry { id: "1".into(), on: true });
    let shared = |view: &View| {
        view.community.gateways.iter().find_map(|gateway| {
            let CommunityContent::Concierge(broker) = &gateway.content else { return None };
            let connected = matches!(gateway.state, CommunityState::Connected { .. });
            (connected && !broker.sharing.services.is_empty()).then_some(())
        })
    };
    seen(companion, shared).await;
    server
}

async fn stage(events: &mut BoxStream<'static, Event>, wanted: Stage) {
    until(events, |event| match event {
        Event::Stage { stage } if stage.stage == wanted => Some(()),
        _ => None,
    })
    .await;
}

/// The password of an account on a chat server, what is said there, and how the tokens of its accounts begin.
const PASSWORD: &str = "canary-of-together";
const WORDS: &str = "canary that was said";
const TOKEN: &str = "eyj0exaioijkv1qi";

/// Makes an account of this kind, after a try to sign in without one where that can be; talks, and is seen in its activity.
async fn talk_on(companion: &Companion, kind: CommunityKind, me: &str, server: &Server) {
    let tokens = kind == CommunityKind::I386chat;
    for (name, register) in [("nobody", false), (me, true)].into_iter().skip(usize::from(tokens)) {
        companion.command(Command::AddCommunity {
            kind,
            url: format!("http://{}", server.local_addr()),
            name: name.into(),
            secret: Some(SecretText(PASSWORD.into())).filter(|_| !tokens),
            register,
            keep: true,
        });
    }
    let chat = |view: &View| {
        let mut gateways = view.community.gateways.iter().filter(|gateway| gateway.me == me);
        let (gateway, chat) = gateways.find_map(|gateway| Some((gateway, gateway.content.chat()?)))?;
        let connected = matches!(gateway.state, CommunityState::Connected { .. });
        connected.then(|| (gateway.id.clone(), chat.clone()))
    };
    let (id, ChatView { can, .. }) = seen(companion, chat).await;
    companion.command(Command::CreateServer {
        id: id.clone(),
        name: "Club".into(),
        stream: None,
        hidden: false,
    });
    let club = seen(companion, |view| Some(chat(view)?.1.servers.first()?.id.clone())).await;
    if can.channels {
        let (id, server) = (id.clone(), club.clone());
        companion.command(Command::CreateChannel { id, server, name: "den".into(), voice: false });
    }
    if !can.many {
        companion.command(Command::JoinServer { id: id.clone(), code: club });
        seen(companion, |view| chat(view)?.1.here).await;
    }
    let first = |view: &View| Some(chat(view)?.1.servers.first()?.channels.first()?.id.clone());
    let channel = seen(companion, first).await;
    companion.command(Command::OpenRoom { id: Some(id.clone()), channel: Some(channel.clone()) });
    seen(companion, |view| (view.room.as_ref()?.channel == channel).then_some(())).await;
    companion.command(Command::SayInRoom { text: WORDS.into(), reply_to: None });
    let said = |view: &View| {
        let line = view.room.as_ref()?.lines.first()?;
        (line.state == LineState::Said).then(|| line.id.clone())
    };
    let line = seen(companion, said).await;
    if can.edit {
        companion.command(Command::EditLine { line, text: format!("{WORDS}!") });
        seen(companion, |view| view.room.as_ref()?.lines.first()?.edited.then_some(())).await;
    }
}
