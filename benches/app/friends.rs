//! Friends with simulated devices, each a whole companion, in one group of a real gateway.

use anyhow::Context;
use futures::StreamExt;
use hearth_companion::contract::{Command, Event, LinkView, Stage};
use hearth_companion::radios::RadioChoice;
use hearth_companion::{Companion, Options};
use puffco_sim::{SimConfig, SimModel};
use tokio::sync::{mpsc, watch};

use crate::harness::{PATIENCE, until};

/// Friends in a group.
pub struct Friends {
    /// The code of the group.
    pub code: String,
    companions: Vec<Companion>,
    together: watch::Receiver<usize>,
}

impl Friends {
    /// So many create a group and come together in it; each presses the button of their device when somebody asks.
    pub async fn meet(gateway: &str, count: u8) -> anyhow::Result<Self> {
        let (codes, mut code) = mpsc::unbounded_channel();
        let (size, together) = watch::channel(0);
        let first = Options { create: Some("Sunday slow burn".into()), ..options(gateway, 0) };
        let first = Companion::start(first).await;
        let mut events = first.subscribe();
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if let Event::Group { group: Some(group) } = event {
                    let _ = codes.send(group.code);
                    size.send_replace(group.members.iter().filter(|member| member.sesher).count());
                }
            }
        });
        tokio::spawn(behave(first.clone()));
        let code = tokio::time::timeout(PATIENCE, code.recv()).await?.context("no group was created")?;
        let mut companions = vec![first];
        for number in 1..count {
            let options = Options { join: Some(code.clone()), ..options(gateway, number) };
            let friend = Companion::start(options).await;
            tokio::spawn(behave(friend.clone()));
            companions.push(friend);
        }
        let friends = Self { code, companions, together };
        friends.are(usize::from(count)).await?;
        Ok(friends)
    }

    /// Waits until so many with a device are in the group.
    pub async fn are(&self, count: usize) -> anyhow::Result<()> {
        let together = until(PATIENCE * 2, async || (*self.together.borrow() == count).then_some(()));
        together.await.with_context(|| format!("only {} of {count} came together", *self.together.borrow()))
    }

    /// One of them asks everybody to start.
    pub fn ask(&self) {
        self.companions[0].command(Command::AskToStart);
    }

    /// All go home.
    pub async fn leave(self) {
        for friend in self.companions {
            friend.shutdown().await;
        }
    }
}

fn options(gateway: &str, number: u8) -> Options {
    const MODELS: [SimModel; 3] = [SimModel::Pearl, SimModel::Storm, SimModel::PeakPro];
    let model = MODELS[usize::from(number) % MODELS.len()];
    let device = SimConfig::new(model).numbered(40 + number);
    Options {
        gateway: Some(gateway.to_owned()),
        radios: RadioChoice { bluetooth: false, simulated: vec![device] },
        ..Options::ephemeral()
    }
}

/// Picks up the own device, and presses its button when somebody asks.
async fn behave(friend: Companion) {
    let mut events = friend.subscribe();
    friend.command(Command::StartScan);
    let (mut wanted, mut device, mut asked) = (false, None, false);
    while let Some(event) = events.next().await {
        match event {
            Event::Scan { scan } if !wanted => {
                if let Some(found) = scan.found.first() {
                    wanted = true;
                    friend.command(Command::ConnectDevice { id: found.id.clone() });
                }
            }
            Event::Devices { devices } => {
                device = devices.into_iter().find(|device| device.link == LinkView::Ready).map(|it| it.id);
            }
            Event::Stage { stage } => {
                let asks = stage.stage == Stage::Awaiting && !stage.me_ready;
                if let Some(id) = device.clone().filter(|_| asks && !asked) {
                    friend.command(Command::PressButton { id });
                }
                asked = asks;
            }
            _ => {}
        }
    }
}
