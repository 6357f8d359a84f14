//! Loads a gateway from the outside and tells what it costs: `cargo xtask bench gateway` runs it.
//!
//! The gateway is a process of its own, started anew for every row, so its processor time and memory can be read
//! from `/proc` without those of its clients. Clients keep to a schedule (open loop): a gateway that falls behind
//! shows it in its latency.
#![allow(clippy::print_stdout, reason = "a program that prints a table")]

mod client;
mod concierge;
mod crowd;
mod fanout;
mod gateway;
mod http;
mod idle;
mod latency;
mod together;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Groups, members of each, and sends a second and member, of which the gateway allows 25. The larger groups are there
/// to find out where it ends.
const CROWDS: [(usize, usize, &[u32]); 3] =
    [(100, 10, &[1, 2, 5, 10, 20, 24]), (40, 25, &[10, 20, 24]), (10, 100, &[5, 10, 20])];
const IDLE_SESSIONS: usize = 5_000;

#[tokio::main(worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = PathBuf::from(arguments.next().context("usage: load GATEWAY-PROGRAM [REPEATS [TABLE]]")?);
    let repeats = arguments.next().map_or(Ok(1), |text| text.parse());
    let repeats: usize = repeats.context("how often each row is measured is a number")?;
    match arguments.next().as_deref() {
        None => {
            deliveries(&program, repeats).await?;
            idle_sessions(&program, repeats).await?;
            services(&program, repeats).await?;
            chat(&program, repeats).await
        }
        Some("deliveries") => deliveries(&program, repeats).await,
        Some("idle") => idle_sessions(&program, repeats).await,
        Some("concierge") => services(&program, repeats).await,
        Some("together") => chat(&program, repeats).await,
        Some(_) => bail!("the tables are `deliveries`, `idle`, `concierge` and `together`"),
    }
}

async fn deliveries(program: &Path, repeats: usize) -> anyhow::Result<()> {
    println!("Members send op 4, everybody else in the group gets it. Latency is from send to receipt.\n");
    println!(
        "| groups × members | sends/s each | wanted/s | delivered/s | p50 ms | p99 ms | CPU % of a core | CPU µs per delivery | RSS MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (groups, members, rates) in CROWDS {
        for &rate in rates {
            for _ in 0..repeats {
                println!("{}", fanout::run(program, groups, members, rate).await?);
            }
        }
    }
    Ok(())
}

async fn idle_sessions(program: &Path, repeats: usize) -> anyhow::Result<()> {
    println!(
        "\n{IDLE_SESSIONS} sessions that only beat. Bytes are what the gateway grew by, divided by the sessions.\n"
    );
    println!(
        "| sessions | connected/s | RSS before, MiB | bytes each at once | bytes each after 20 s | CPU % of a core |"
    );
    println!("|---|---|---|---|---|---|");
    for kind in [idle::Kind::Alone, idle::Kind::WithDevice] {
        for _ in 0..repeats {
            println!("{}", idle::run(program, IDLE_SESSIONS, kind).await?);
        }
    }
    Ok(())
}

async fn services(program: &Path, repeats: usize) -> anyhow::Result<()> {
    println!("\nA service sends to its subscribers (ert-concierge). Latency is from send to receipt.\n");
    println!(
        "| subscribers | messages/s | wanted/s | delivered/s | p50 ms | p99 ms | CPU % of a core | CPU µs per delivery | RSS MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for rate in [5, 50, 200, 500] {
        for _ in 0..repeats {
            println!("{}", concierge::fanout(program, 200, rate).await?);
        }
    }
    println!("\n64 messages of 1 MiB for ten subscribers, of whom one reads nothing.\n");
    println!("| RSS before, MiB | largest RSS, MiB | RSS 5 s after, MiB | seconds | received by each |");
    println!("|---|---|---|---|---|");
    for _ in 0..repeats {
        println!("{}", concierge::stalled(program).await?);
    }
    Ok(())
}

async fn chat(program: &Path, repeats: usize) -> anyhow::Result<()> {
    use crowd::Crowd::{Mixed, Together};
    use together::Kind::{FullPace, LoginStorm, Rate};
    println!(
        "\nEight of a hundred members of a channel write over HTTP (Together), all hear it. Latency is from before the \
         request to the event at each member, and to the answer. Data is on the disk.\n"
    );
    println!(
        "| writers | messages/s | delivered/s | event p50 / p99 ms | answer p50 / p99 ms | CPU % of a core | CPU µs per delivery | RSS MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in [FullPace(Together), FullPace(Mixed), Rate(200), LoginStorm(200)] {
        for _ in 0..repeats {
            println!("{}", together::fanout(program, kind).await?);
        }
    }
    println!("\nConnections of a hundred accounts that do nothing (Together).\n");
    println!("| connections | RSS before, MiB | RSS, MiB | bytes each | CPU % of a core |");
    println!("|---|---|---|---|---|");
    for _ in 0..repeats {
        println!("{}", together::idle(program, 1_000).await?);
    }
    Ok(())
}
