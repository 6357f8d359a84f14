//! What a whole companion keeps of what happens, over simulated devices and a real gateway; and what it says when its
//! history cannot be used.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

mod waiting;

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use hearth_companion::contract::{
    Activity, Command, DeviceView, Event, ExportFormat, HistoryRange, HistoryView, LinkView, LogName,
    LogState, RecapView, Stage,
};
use hearth_companion::radios::{RadioChoice, demo_device};
use hearth_companion::{Companion, Options};
use hearth_gateway::{Server, ServerOptions};
use puffco_sim::SimConfig;
use waiting::until;

type Events = BoxStream<'static, Event>;

/// A companion, what it tells, and its device.
struct Person {
    companion: Companion,
    events: Events,
    device: String,
}

impl Person {
    /// With a device that is twenty times as fast as a real one, and linked.
    async fn new(number: u8, options: Options) -> Self {
        let device = SimConfig { speed: 20.0, ..demo_device() }.numbered(number);
        let radios = RadioChoice { bluetooth: false, simulated: vec![device] };
        let companion = Companion::start(Options { radios, ..options }).await;
        let mut person = Self { events: companion.subscribe(), companion, device: String::new() };
        person.companion.command(Command::StartScan);
        person.device = person
            .until(|event| match event {
                Event::Scan { scan } => scan.found.first().map(|found| found.id.clone()),
                _ => None,
            })
            .await;
        person.command(Command::ConnectDevice { id: person.device.clone() });
        person.device(|device| device.link == LinkView::Ready && device.profiles.len() == 4).await;
        person
    }

    fn command(&self, command: Command) {
        self.companion.command(command);
    }

    async fn until<T>(&mut self, is: impl FnMut(Event) -> Option<T>) -> T {
        until(&mut self.events, is).await
    }

    async fn device(&mut self, is: impl Fn(&DeviceView) -> bool) {
        self.until(|event| match event {
            Event::Devices { devices } => devices.iter().any(&is).then_some(()),
            _ => None,
        })
        .await;
    }

    /// Asks for the history until it is as expected. Nobody is told of an answer in which nothing is new.
    async fn history(&mut self, is: impl Fn(&HistoryView) -> bool) -> HistoryView {
        let story = async {
            loop {
                self.command(Command::ShowHistory { range: HistoryRange::Days14 });
                tokio::time::sleep(Duration::from_millis(100)).await;
                let first = self.companion.subscribe().next().await;
                let Some(Event::View { view }) = first else { panic!("{first:?}") };
                if let Some(history) = view.history.filter(|history| !history.loading && is(history)) {
                    return history;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), story).await.unwrap()
    }

    async fn recap(&mut self, id: &str) -> RecapView {
        self.command(Command::OpenRecap { id: id.into() });
        self.until(|event| match event {
            Event::Recap { recap } => recap,
            _ => None,
        })
        .await
    }

    async fn heat_alone(&mut self) {
        self.command(Command::HeatNow);
        self.device(|device| device.activity == Activity::Active).await;
        self.device(|device| device.activity == Activity::Idle).await;
    }
}

async fn history(events: &mut Events, is: impl Fn(&HistoryView) -> bool) -> HistoryView {
    until(events, |event| match event {
        Event::History { history } => history.filter(|history| !history.loading && is(history)),
        _ => None,
    })
    .await
}

fn kept_in(directory: &Path) -> Options {
    Options { data_dir: Some(directory.to_owned()), ..Options::ephemeral() }
}

/// Every file of the history, as bytes.
fn bytes(directory: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let history = |file: &PathBuf| file.file_name().unwrap().to_string_lossy().starts_with("history");
    files.filter(history).flat_map(|file| std::fs::read(file).unwrap()).collect()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[tokio::test]
async fn a_whole_sesh_is_kept_with_a_curve_for_everybody() {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let downloads = tempfile::tempdir().unwrap();
    let there = |options: Options| Options { gateway: Some(server.url().to_owned()), ..options };
    let own = Options { downloads: Some(downloads.path().to_owned()), ..kept_in(directory.path()) };
    let mut people = vec![Person::new(0, there(own)).await];
    for number in [1, 2] {
        people.push(Person::new(number, there(Options::ephemeral())).await);
    }
    people[0].command(Command::CreateGroup { name: "Friday".into(), public: false, countdown_ms: None });
    let code = people[0]
        .until(|event| if let Event::Group { group } = event { Some(group?.code) } else { None })
        .await;
    for friend in &people[1..] {
        friend.command(Command::JoinGroup { code: code.clone() });
    }
    let all = |event| match event {
        Event::Group { group: Some(group) } => {
            (group.members.iter().filter(|member| member.sesher).count() == 3).then_some(())
        }
        _ => None,
    };
    for person in &mut people {
        person.until(all).await;
    }
    people[0].command(Command::AskToStart);
    for person in &mut people {
        person
            .until(|event| match event {
                Event::Stage { stage } => (stage.stage == Stage::Awaiting).then_some(()),
                _ => None,
            })
            .await;
        person.command(Command::PressButton { id: person.device.clone() });
    }
    let host = &mut people[0];
    let seshing = |event: Event| match event {
        Event::Stage { stage } => (stage.stage == Stage::Seshing).then_some(()),
        _ => None,
    };
    host.until(seshing).await;
    host.command(Command::React { emoji: "🔥".into() });
    host.command(Command::SendMessage { text: "Here we go".into() });
    let id =
        host.until(|event| if let Event::Stage { stage } = event { stage.last_sesh } else { None }).await;

    let recap = host.recap(&id).await;
    assert_eq!((recap.sesh.name.as_str(), recap.sesh.number), ("Friday", 1));
    assert_eq!(recap.members.len(), 3, "{:?}", recap.sesh.people);
    assert_eq!(recap.members.iter().filter(|member| member.person.me).count(), 1);
    for member in &recap.members {
        let highest = member.points.iter().map(|(_, celsius)| *celsius).fold(0.0, f32::max);
        assert!(member.points.len() > 5 && highest > 200.0, "{}: {:?}", member.person.name, member.points);
        assert!(member.began_ms.is_some() && member.time_to_temp_s.is_some(), "{}", member.person.name);
    }
    assert!(recap.skew_ms.is_some());
    assert_eq!(recap.reactions[0].emoji, "🔥");
    assert!(recap.chat.iter().any(|line| line.text == "Here we go"));

    let kept = host.history(|history| history.dabs == 1).await;
    assert_eq!((kept.in_groups, kept.seshes.len(), kept.days.len()), (Some(1.0), 1, 14));
    assert_eq!(kept.days[13].dabs, 1, "today");
    let lobby = host.companion.subscribe().next().await;
    let Some(Event::View { view }) = lobby else { panic!("{lobby:?}") };
    assert_eq!((view.lobby.recent[0].name.as_str(), &view.lobby.recent[0].code), ("Friday", &code));

    host.command(Command::ExportHistory { format: ExportFormat::Csv });
    let file = host
        .until(|event| match event {
            Event::File { path, base64, .. } => Some((path.unwrap(), base64)),
            _ => None,
        })
        .await;
    assert_eq!(file.1, "");
    assert_eq!(std::fs::read_to_string(&file.0).unwrap().lines().count(), 2, "a header and a dab");

    // No address, in whatever form, and no invitation but in the list of what was visited.
    let address = demo_device().address;
    let hex = |separator: &str| address.map(|byte| format!("{byte:02X}")).join(separator);
    let all = bytes(directory.path());
    for form in ["", ":", "-", "_"].map(hex) {
        assert!(!holds(&all, form.as_bytes()) && !holds(&all, form.to_lowercase().as_bytes()), "{form}");
    }
    assert!(!holds(&all, &address) && !holds(&all, demo_device().serial.as_bytes()));

    // What is deleted is gone from the file.
    assert!(holds(&all, b"Here we go"));
    host.command(Command::DeleteSesh { id });
    let left = history(&mut host.events, |history| history.seshes.is_empty()).await;
    assert_eq!(left.dabs, 1, "a dab had in it stays");
    host.command(Command::LeaveGroup);
    host.until(|event| if let Event::Group { group: None } = event { Some(()) } else { None }).await;
    host.command(Command::DeleteHistory);
    history(&mut host.events, |history| history.dabs == 0).await;
    for person in people {
        person.companion.shutdown().await;
    }
    let all = bytes(directory.path());
    for gone in ["Here we go", "Friday", "Hearth Peak", &code] {
        assert!(!holds(&all, gone.as_bytes()), "{gone}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_heat_alone_is_one_dab_and_reading_the_log_does_not_double_it() {
    let directory = tempfile::tempdir().unwrap();
    let mut person = Person::new(0, kept_in(directory.path())).await;
    person.command(Command::ShowHistory { range: HistoryRange::Days14 });
    history(&mut person.events, |history| history.dabs == 0).await;
    person.heat_alone().await;
    // A face that shows the history is told of it.
    let seen = person.history(|history| history.dabs == 1).await;
    assert_eq!((seen.in_groups, seen.seshes.len()), (Some(0.0), 0));
    assert!(seen.time_to_temp_s.is_some_and(|seconds| seconds > 0.1), "{seen:?}");
    let in_log = read_log(&mut person).await;
    assert!(in_log >= 1, "the device knows of it too");
    let read = person.history(|_| true).await;
    let of_before = u32::try_from(in_log).unwrap() - 1;
    assert_eq!(read.dabs, 1 + of_before, "those of before, and this one once");
    read_log(&mut person).await;
    let again = person.history(|_| true).await;
    assert_eq!(again.dabs, read.dabs, "reading it again adds nothing");
    person.companion.shutdown().await;

    // The next run has it all.
    let companion = Companion::start(kept_in(directory.path())).await;
    let mut events = companion.subscribe();
    companion.command(Command::ShowHistory { range: HistoryRange::Days14 });
    assert_eq!(history(&mut events, |_| true).await.favourite, read.favourite);
    companion.shutdown().await;
}

/// Reads the activity log; how many dabs it tells of.
async fn read_log(person: &mut Person) -> usize {
    person.command(Command::ReadLog { id: person.device.clone(), log: LogName::Activity });
    let device = person.device.clone();
    person
        .until(|event| match event {
            Event::Log { log } if log.device == device && matches!(log.state, LogState::Ready { .. }) => {
                Some(log.entries.iter().filter(|line| line.dab.is_some() && line.at.is_some()).count())
            }
            Event::Log { log } => {
                assert!(!matches!(log.state, LogState::Failed { .. }), "{:?}", log.state);
                None
            }
            _ => None,
        })
        .await
}

/// Starts a companion whose history cannot be used, and looks at what it says. It goes on with the rest.
async fn names(options: Options, code: &str) -> (Companion, Events) {
    let companion = Companion::start(options).await;
    let mut events = companion.subscribe();
    companion.command(Command::ShowHistory { range: HistoryRange::Days14 });
    let shown = history(&mut events, |history| history.problem.is_some()).await;
    assert_eq!(shown.problem.unwrap().code, code);
    companion.command(Command::CreateGroup {
        name: "All the same".into(),
        public: false,
        countdown_ms: None,
    });
    until(&mut events, |event| if let Event::Group { group } = event { group } else { None }).await;
    (companion, events)
}

#[tokio::test]
async fn a_damaged_history_is_named_and_kept_when_it_is_put_aside() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("history.sqlite");
    std::fs::write(&file, b"once upon a time there was a file that was no database").unwrap();
    let before = std::fs::read(&file).unwrap();
    let (companion, mut events) = names(kept_in(directory.path()), "history_damaged").await;
    assert_eq!(std::fs::read(&file).unwrap(), before, "nothing was written over it");
    companion.command(Command::SetHistoryAside);
    history(&mut events, |history| history.problem.is_none()).await;
    companion.shutdown().await;
    assert_eq!(std::fs::read(directory.path().join("history.sqlite.aside-1")).unwrap(), before);
}

#[tokio::test]
async fn a_history_from_the_future_is_named_and_left_as_it_is() {
    use sqlx::{ConnectOptions, Connection};
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("history.sqlite");
    hearth_history::Store::open(&file).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut connection = options.connect().await.unwrap();
    let future = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                  VALUES (9001, 'of the future', 1, x'00', 0)";
    sqlx::query(future).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let (companion, _) = names(kept_in(directory.path()), "history_from_future").await;
    companion.shutdown().await;
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

/// Nobody can write there, whoever runs the test.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let (companion, _) = names(kept_in(Path::new("/sys/kernel")), "history_read_only").await;
    companion.shutdown().await;
}

#[tokio::test]
async fn a_second_hearth_says_that_the_first_has_the_history() {
    let directory = tempfile::tempdir().unwrap();
    let first = Companion::start(kept_in(directory.path())).await;
    let mut events = first.subscribe();
    first.command(Command::ShowHistory { range: HistoryRange::All });
    history(&mut events, |history| history.problem.is_none()).await;
    let (second, mut events) = names(kept_in(directory.path()), "history_in_use").await;
    first.shutdown().await;
    second.command(Command::ShowHistory { range: HistoryRange::All });
    history(&mut events, |history| history.problem.is_none()).await;
    second.shutdown().await;
}
