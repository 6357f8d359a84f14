//! The gateway in this program, for a first look and for hosting: with simulated friends, each a whole
//! companion with a simulated device, who join the group that the person creates.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use hearth_gateway::{Server, ServerOptions};
use puffco_sim::{SimConfig, SimModel};
use rand::RngExt;
use tokio::sync::watch;

use crate::contract::{Command, Event, LinkView, Stage};
use crate::radios::RadioChoice;
use crate::runtime::{Companion, Options};

/// The gateway in this program.
pub struct LocalGateway {
    server: Server,
    /// Dropping a sender sends the friends of that group home.
    friends: BTreeMap<String, watch::Sender<()>>,
}

impl LocalGateway {
    /// Starts it on a free port of the loopback interface.
    ///
    /// # Errors
    /// No port could be opened, in technical words.
    pub async fn start() -> Result<Self, String> {
        let server = Server::bind(ServerOptions::default()).await.map_err(|error| error.to_string())?;
        Ok(Self { server, friends: BTreeMap::new() })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url().to_owned()
    }

    /// Lets simulated friends join a group. Friends in other groups go home.
    pub fn invite_friends(&mut self, code: &str) {
        self.friends.retain(|invited, _| invited == code);
        if self.friends.contains_key(code) {
            return;
        }
        let (stay, _) = watch::channel(());
        for (number, friend) in [mika(), theo()].into_iter().enumerate() {
            let arrival = Duration::from_millis(900 + 1_100 * number as u64);
            tokio::spawn(visit(self.url(), code.to_owned(), friend, arrival, stay.subscribe()));
        }
        self.friends.insert(code.to_owned(), stay);
    }

    /// Sends all simulated friends home.
    pub fn send_friends_home(&mut self) {
        self.friends.clear();
    }
}

fn mika() -> SimConfig {
    let mut friend = SimConfig::new(SimModel::Pearl).numbered(11);
    friend.name = "Mika".into();
    friend.profiles[0].celsius = 262.0;
    friend.profiles[0].seconds = 40.0;
    friend.total_dabs = 811;
    friend
}

fn theo() -> SimConfig {
    let mut friend = SimConfig::new(SimModel::Storm).numbered(12);
    friend.name = "Theo".into();
    friend.profiles[0].celsius = 271.0;
    friend.profiles[0].seconds = 50.0;
    friend.battery_percent = 64.0;
    friend.total_dabs = 1_204;
    friend
}

/// One friend's visit: connects the own device, joins, and presses the button when somebody asks.
///
/// Boxed, because a friend is a companion, whose runtime has friends.
fn visit(
    gateway: String,
    code: String,
    device: SimConfig,
    arrival: Duration,
    mut stay: watch::Receiver<()>,
) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        tokio::time::sleep(arrival).await;
        let options = Options {
            gateway: Some(gateway),
            radios: RadioChoice { bluetooth: false, simulated: vec![device] },
            ..Options::ephemeral()
        };
        let friend = Companion::start(options).await;
        tokio::select! {
            () = behave(&friend, code) => {}
            // Nothing is ever sent: this ends when the sender is gone.
            _ = stay.changed() => {}
        }
        friend.shutdown().await;
    })
}

/// Picks up the own device, joins, then gets ready a moment after each ask.
async fn behave(friend: &Companion, code: String) {
    let mut events = friend.subscribe();
    friend.command(Command::StartScan);
    let mut device = None;
    let mut asked = false;
    while let Some(event) = events.next().await {
        match event {
            Event::Scan { scan } if device.is_none() => {
                if let Some(found) = scan.found.iter().find(|found| !found.known) {
                    friend.command(Command::ConnectDevice { id: found.id.clone() });
                }
            }
            Event::Devices { devices } => {
                let ready = devices.into_iter().find(|device| device.link == LinkView::Ready);
                if let Some(ready) = ready.filter(|_| device.is_none()) {
                    device = Some(ready.id);
                    friend.command(Command::JoinGroup { code: code.clone() });
                }
            }
            Event::Stage { stage } => {
                let asks = stage.stage == Stage::Awaiting && !stage.me_ready;
                if asks
                    && !asked
                    && let Some(id) = device.clone()
                {
                    let friend = friend.clone();
                    let hesitation = Duration::from_millis(rand::rng().random_range(1_200..3_200));
                    tokio::spawn(async move {
                        tokio::time::sleep(hesitation).await;
                        friend.command(Command::PressButton { id });
                    });
                }
                asked = asks;
            }
            _ => {}
        }
    }
}
