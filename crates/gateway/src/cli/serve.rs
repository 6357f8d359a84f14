//! `hearth-gateway serve`: its options, and how it starts and ends.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use hearth_gateway::accounts::AuthOptions;
use hearth_gateway::chat::ChatOptions;
use hearth_gateway::concierge::BrokerConfig;
use hearth_gateway::hub::{HubConfig, RateLimit};
use hearth_gateway::server::{
    AdminOptions, ConciergeOptions, ConnectionLimits, EmagineRules, I386chatOptions, Identity, ListenOn,
    Network, StaticTokens, TogetherOptions, address_from,
};
use hearth_gateway::verify::External;
use hearth_gateway::{Server, ServerOptions};
use hearth_lan::{Announcement, Announcer, Crowd, Lan};
use serde_json::json;

/// How to serve.
#[derive(Args)]
pub struct ServeCommand {
    /// Where to listen: ADDR for everything, or DIALECT=ADDR for one dialect on any path. May be repeated;
    /// port 0 takes a free one.
    #[arg(long, value_name = "ADDR | DIALECT=ADDR", default_value = "127.0.0.1:9000")]
    listen: Vec<ListenOn>,
    /// Announce the gateway in the local network under this name (mDNS), so that every Hearth there finds it by itself.
    /// Needs a --listen that others reach, for example 0.0.0.0:9000.
    #[arg(long, value_name = "NAME")]
    announce: Option<String>,
    /// Directory for what outlives a restart: accounts, groups, and on a clean end also everybody's session. Created
    /// when it is missing. Without it everything is kept in memory.
    #[arg(long, value_name = "DIR", env = "HEARTH_GATEWAY_DATA", conflicts_with = "ephemeral")]
    data: Option<PathBuf>,
    /// Keep everything in memory (the default).
    #[arg(long)]
    ephemeral: bool,
    /// How long a lost connection can be resumed, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(10..=600))]
    grace: u64,

    /// Ask this account service whom op 20 tokens belong to (GET URL/verify), in place of accounts of our own.
    #[arg(long, value_name = "URL", value_parser = verifier)]
    verifier: Option<Arc<External>>,
    /// Nobody makes an account for themselves; `hearth-gateway account create` still does.
    #[arg(long, conflicts_with = "verifier")]
    closed_registration: bool,

    /// Clients of the concierge dialect have to know this secret. In the environment or in a file it is not seen in the
    /// list of processes.
    #[arg(
        long,
        value_name = "SECRET",
        env = "HEARTH_CONCIERGE_SECRET",
        hide_env_values = true,
        value_parser = clap::builder::NonEmptyStringValueParser::new(),
        conflicts_with = "concierge_secret_file"
    )]
    concierge_secret: Option<String>,
    /// File with that secret; white space around it does not count.
    #[arg(long, value_name = "FILE")]
    concierge_secret_file: Option<PathBuf>,
    /// Serve files of concierge clients at /fs, kept in this directory while they are connected. WARNING: the key to a
    /// client's files is its uuid, which every other client is told: whoever is connected can read, replace and delete
    /// everybody's files. Only for people who trust each other.
    #[arg(long, value_name = "DIR")]
    concierge_files: Option<PathBuf>,

    /// Where to listen for administration (user updates, remote actions).
    #[arg(long, value_name = "ADDR", value_parser = address_from)]
    admin: Option<SocketAddr>,
    /// File with the token for administration. Without it a random one is left in DIR/admin-token. Addresses beyond
    /// loopback need one.
    #[arg(long, value_name = "FILE", requires = "admin")]
    admin_token_file: Option<PathBuf>,
    /// Where to serve Prometheus metrics, at /metrics. Whoever reaches it may read it.
    #[arg(long, value_name = "ADDR", value_parser = address_from)]
    metrics: Option<SocketAddr>,

    /// Believe the X-Forwarded-For of a reverse proxy at this address or network. May be repeated.
    #[arg(long, value_name = "CIDR")]
    trust_proxy: Vec<Network>,
    /// Connections in all.
    #[arg(long, value_name = "N", default_value_t = ConnectionLimits::default().total)]
    max_connections: usize,
    /// Connections of one address (IPv6: of a /64 network).
    #[arg(long, value_name = "N", default_value_t = ConnectionLimits::default().per_address)]
    max_connections_per_address: usize,
    /// Sockets with compression=zlib, which take about 0.3 MB each.
    #[arg(long, value_name = "N", default_value_t = ConnectionLimits::default().compressed)]
    max_compressed: usize,
    /// What an account may change in ten seconds: messages, their edits, joins, voice rooms, and so on together.
    #[arg(long, value_name = "N", default_value_t = ChatOptions::default().changes.count)]
    max_changes_per_account: u32,
    /// Sockets of one account; the oldest of more is closed.
    #[arg(long, value_name = "N", default_value_t = ChatOptions::default().connections)]
    max_connections_per_account: usize,
    /// Sockets of the Together dialect from which nothing came for this long are closed with 1001.
    #[arg(long, value_name = "SECONDS", default_value_t = TogetherOptions::default().silence.as_secs(), value_parser = clap::value_parser!(u64).range(35..=3600))]
    together_silence: u64,
    /// Close sockets of the Together dialect with 4001 when the token is over with which they were opened. The real web
    /// client comes back with the same token, and is locked out then.
    #[arg(long)]
    together_close_at_expiry: bool,
    /// Sockets of the E-Magine dialect that do not identify within this time are closed with 4003.
    #[arg(long, value_name = "SECONDS", default_value_t = EmagineRules::default().identify.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3600))]
    emagine_identify: u64,
    /// Tokens of the i386chat dialect that you choose: a file with a line `NAME TOKEN` for each.
    #[arg(long, value_name = "FILE", conflicts_with = "verifier")]
    i386chat_tokens: Option<PathBuf>,
    /// Limits per address hold for this computer too.
    #[arg(long)]
    limit_loopback: bool,
}

fn verifier(url: &str) -> Result<Arc<External>, String> {
    External::new(url).map(Arc::new).map_err(|error| error.to_string())
}

impl ServeCommand {
    fn options(self) -> anyhow::Result<ServerOptions> {
        let secret = match &self.concierge_secret_file {
            None => self.concierge_secret,
            Some(file) => Some(secret_in(file)?),
        };
        let mut hub = HubConfig { grace: Duration::from_secs(self.grace), ..HubConfig::default() };
        hub.restart_grace = hub.restart_grace.max(hub.grace);
        hub.address.loopback = self.limit_loopback;
        let identity = match self.verifier {
            Some(verifier) => Identity::External(verifier),
            None => Identity::Accounts(AuthOptions {
                closed_registration: self.closed_registration,
                loopback: self.limit_loopback,
                ..AuthOptions::default()
            }),
        };
        let token_file = self.admin_token_file;
        let chat = ChatOptions::default();
        Ok(ServerOptions {
            listen: self.listen,
            data: self.data,
            hub,
            connections: ConnectionLimits {
                total: self.max_connections,
                per_address: self.max_connections_per_address,
                compressed: self.max_compressed,
                loopback: self.limit_loopback,
            },
            trusted_proxies: self.trust_proxy,
            identity,
            admin: self.admin.map(|address| AdminOptions { address, token_file }),
            metrics: self.metrics,
            concierge: ConciergeOptions {
                broker: BrokerConfig { secret, loopback: self.limit_loopback, ..BrokerConfig::default() },
                files: self.concierge_files,
                ..ConciergeOptions::default()
            },
            chat: ChatOptions {
                changes: RateLimit { count: self.max_changes_per_account, ..chat.changes },
                connections: self.max_connections_per_account.max(1),
                ..chat
            },
            together: TogetherOptions {
                silence: Duration::from_secs(self.together_silence),
                closes_at_expiry: self.together_close_at_expiry,
            },
            emagine: EmagineRules {
                identify: Duration::from_secs(self.emagine_identify),
                ..EmagineRules::default()
            },
            i386chat: I386chatOptions {
                tokens: self.i386chat_tokens.as_deref().map(tokens_in).transpose()?.unwrap_or_default(),
                ..I386chatOptions::default()
            },
            ..ServerOptions::default()
        })
    }
}

fn secret_in(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the concierge's secret in {}", file.display()))?;
    let secret = text.trim();
    anyhow::ensure!(!secret.is_empty(), "there is no secret in {}", file.display());
    Ok(secret.to_owned())
}

fn tokens_in(file: &Path) -> anyhow::Result<StaticTokens> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the tokens in {}", file.display()))?;
    StaticTokens::parse(&text).with_context(|| format!("cannot use the tokens in {}", file.display()))
}

/// Serves until a signal comes.
pub async fn run(command: ServeCommand) -> anyhow::Result<()> {
    let signal = Signal::listen()?;
    let name = command.announce.clone();
    let server = Server::bind(command.options()?).await?;
    let announcer = match name {
        None => None,
        Some(name) => Some(Lan::new().announce(announcement(&name, server.local_addr())?)),
    };
    tell(&server).context("cannot write to stdout")?;
    tracing::info!(url = server.url(), "listening");
    tokio::select! {
        () = signal.received() => {}
        () = count(&server, announcer.as_ref()) => {}
    }
    tracing::info!("shutting down");
    let silent = async {
        if let Some(announcer) = announcer {
            announcer.stop().await;
        }
    };
    tokio::join!(silent, server.shutdown());
    Ok(())
}

/// What to announce of a gateway that listens there.
fn announcement(name: &str, listens: SocketAddr) -> anyhow::Result<Announcement> {
    let name = hearth_lan::cleaned_name(name);
    anyhow::ensure!(!name.is_empty(), "--announce needs a name");
    let address = listens.ip();
    anyhow::ensure!(
        !address.is_loopback(),
        "--announce needs a --listen that others reach, for example 0.0.0.0:{}",
        listens.port()
    );
    let address = Some(address).filter(|address| !address.is_unspecified());
    Ok(Announcement { address, ..Announcement::new(&name, listens.port()) })
}

/// Keeps the announced counts current, and logs what stands in the way of announcing. Never ends.
async fn count(server: &Server, announcer: Option<&Announcer>) {
    const EVERY: Duration = Duration::from_secs(2);
    let Some(announcer) = announcer else { return std::future::pending().await };
    let mut trouble = announcer.trouble();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {
                let census = server.census().await.unwrap_or_default();
                let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                announcer.tell(Crowd { people: number(census.people), groups: number(census.public_groups) });
            }
            Ok(()) = trouble.changed() => match *trouble.borrow_and_update() {
                Some(trouble) => tracing::warn!(%trouble, "the gateway is not announced"),
                None => tracing::info!("the gateway is announced again"),
            },
        }
    }
}

fn tell(server: &Server) -> std::io::Result<()> {
    let mut line = json!({ "event": "listening", "url": server.url(), "dialects": server.dialects() });
    for (name, address) in [("admin", server.admin_addr()), ("metrics", server.metrics_addr())] {
        if let Some(address) = address {
            line[name] = json!(format!("http://{address}"));
        }
    }
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// A request to end: Ctrl-C anywhere, SIGTERM where there is one.
struct Signal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signal {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("cannot listen for SIGTERM")?,
        })
    }

    #[cfg(unix)]
    async fn received(mut self) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn received(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        serve: ServeCommand,
    }

    fn options(arguments: &str) -> Result<ServerOptions, String> {
        let arguments = std::iter::once("serve").chain(arguments.split_whitespace());
        let parsed = Program::try_parse_from(arguments).map_err(|error| error.to_string())?;
        parsed.serve.options().map_err(|error| error.to_string())
    }

    #[test]
    fn without_options_only_this_computer_is_served_and_nothing_is_kept() {
        let options = options("").unwrap();
        assert_eq!(options.listen, ["127.0.0.1:9000".parse().unwrap()]);
        assert_eq!((options.data, options.admin, options.metrics), (None, None, None));
        assert_eq!(options.connections, ConnectionLimits::default());
        assert_eq!(options.hub, HubConfig::default());
    }

    #[test]
    fn options_are_what_they_say() {
        let options = options(
            "--listen localhost:1 --data d --admin localhost:2 --admin-token-file f --metrics 127.0.0.1:3 \
             --trust-proxy 10.0.0.0/8 --trust-proxy ::1 --max-connections 7 --limit-loopback --grace 45",
        )
        .unwrap();
        assert_eq!(options.listen, ["127.0.0.1:1".parse().unwrap()]);
        let admin = AdminOptions { address: "127.0.0.1:2".parse().unwrap(), token_file: Some("f".into()) };
        assert_eq!(options.admin, Some(admin));
        assert_eq!(options.trusted_proxies.len(), 2);
        assert_eq!((options.connections.total, options.connections.loopback), (7, true));
        assert!(options.hub.address.loopback && options.concierge.broker.loopback);
        assert_eq!((options.hub.grace.as_secs(), options.hub.restart_grace.as_secs()), (45, 45));
    }

    #[test]
    fn the_concierge_has_no_secret_and_no_files_unless_it_is_told() {
        let concierge = options("").unwrap().concierge;
        assert_eq!((concierge.broker, concierge.files), (BrokerConfig::default(), None));
        let concierge = options("--concierge-secret s3cret --concierge-files d").unwrap().concierge;
        assert_eq!((concierge.broker.secret.as_deref(), concierge.files), (Some("s3cret"), Some("d".into())));
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("secret");
        std::fs::write(&file, " s3cret\n").unwrap();
        let from_file = format!("--concierge-secret-file {}", file.display());
        assert_eq!(options(&from_file).unwrap().concierge.broker.secret.as_deref(), Some("s3cret"));
        std::fs::write(&file, "\n").unwrap();
        assert!(options(&from_file).is_err(), "an empty file is no secret");
        assert!(options(&format!("{from_file} --concierge-secret s")).is_err());
    }

    /// TOG-R17, TOG-R18, EMG-R15.
    #[test]
    fn times_of_chat_sockets_can_be_set() {
        let usual = options("").unwrap();
        assert_eq!((usual.together, usual.emagine), (TogetherOptions::default(), EmagineRules::default()));
        let set = options("--together-silence 40 --together-close-at-expiry --emagine-identify 5").unwrap();
        let expected = TogetherOptions { silence: Duration::from_secs(40), closes_at_expiry: true };
        assert_eq!((set.together, set.emagine.identify), (expected, Duration::from_secs(5)));
    }

    /// I386-15
    #[test]
    fn tokens_of_the_host_come_from_a_file_that_can_be_read() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("tokens");
        let set = || options(&format!("--i386chat-tokens {}", file.display()));
        assert!(set().is_err(), "there is no file");
        std::fs::write(&file, "kiosk 0123456789abcdef\n").unwrap();
        assert_eq!(set().unwrap().i386chat.tokens.names().count(), 1);
        std::fs::write(&file, "kiosk short").unwrap();
        assert!(set().is_err());
    }

    #[test]
    fn only_what_others_reach_is_announced() {
        let at = |address: &str| announcement("  Sam's den ", address.parse().unwrap());
        assert_eq!(at("0.0.0.0:9000").unwrap(), Announcement::new("Sam's den", 9000));
        let address = Some("192.168.1.5".parse().unwrap());
        assert_eq!(
            at("192.168.1.5:9").unwrap(),
            Announcement { address, ..Announcement::new("Sam's den", 9) }
        );
        assert!(at("127.0.0.1:9000").is_err());
        assert!(at("[::1]:9000").is_err());
        assert!(announcement(" \u{7}", "0.0.0.0:9000".parse().unwrap()).is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            "--data d --ephemeral",
            "--admin-token-file f",
            "--verifier ftp://x",
            "--verifier http://x --closed-registration",
            "--grace 5",
            "--together-silence 30",
            "--emagine-identify 0",
            "--trust-proxy example.org",
            "--admin example.org:1",
        ] {
            assert!(options(wrong).is_err(), "{wrong}");
        }
    }
}
