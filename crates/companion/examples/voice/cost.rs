//! What a room of five costs: each companion is a program of its own, and what the processor spent on it is read from the
//! system.

use std::process::Stdio;
use std::time::Duration;

use hearth_clock::Clock;
use hearth_gateway::server::{Server, ServerOptions};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::person::{CONNECTED, Manner};

const PEOPLE: usize = 5;

struct Person {
    program: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Person {
    fn start(gateway: &str, number: usize, manner: Manner) -> Self {
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args(["person", gateway, &PEOPLE.to_string(), &number.to_string()])
            .args(manner.arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = program.stdin.take().unwrap();
        let output = BufReader::new(program.stdout.take().unwrap()).lines();
        Self { program, input, output }
    }

    async fn told(&mut self, code: &str) {
        self.input.write_all(format!("{code}\n").as_bytes()).await.unwrap();
    }

    async fn says(&mut self) -> String {
        self.output.next_line().await.unwrap().unwrap()
    }

    /// Seconds that the processor has spent on it.
    fn spent(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.program.id().unwrap())).unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1;
        let spent = after_name.split_whitespace().skip(11).take(2);
        // Linux counts in hundredths for programs.
        spent.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
    }

    async fn end(mut self) {
        drop(self.input);
        assert!(self.program.wait().await.unwrap().success());
    }
}

/// Goal: 10 % of a core.
pub async fn table(seconds: u64) {
    println!("\n| one of five, all of whom speak half the time | % of a core | at most |\n|---|---|---|");
    let cleaned = Manner { echo: true, noise: true, muted: false };
    for (what, manner) in [
        ("microphone cleaned of echo and noise", cleaned),
        ("of echo only", Manner { noise: false, ..cleaned }),
        ("not cleaned", Manner { echo: false, noise: false, ..cleaned }),
        ("all muted", Manner { muted: true, ..cleaned }),
    ] {
        let (mean, most) = spent_by_one(seconds, manner).await;
        println!("| {what} | {mean:.1} | {most:.1} |");
    }
}

/// Percent of a core, on average and of whom it was most.
async fn spent_by_one(seconds: u64, manner: Manner) -> (f64, f64) {
    let server = Server::bind(ServerOptions::default()).await.unwrap();
    let gateway = &server.dialects()["puff"];
    let mut people: Vec<_> = (0..PEOPLE).map(|number| Person::start(gateway, number, manner)).collect();
    people[0].told("").await;
    let code = people[0].says().await;
    for person in &mut people[1..] {
        person.told(&code).await;
        assert_eq!(person.says().await, code);
    }
    for person in &mut people {
        assert_eq!(person.says().await, CONNECTED);
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let spent = |people: &[Person]| people.iter().map(Person::spent).collect::<Vec<_>>();
    let clock = Clock::new();
    let (before, began) = (spent(&people), clock.now().instant);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let after = spent(&people);
    let took = clock.now().instant.saturating_duration_since(began).as_secs_f64();
    for person in people {
        person.end().await;
    }
    server.shutdown().await;
    let used: Vec<f64> =
        after.iter().zip(&before).map(|(after, before)| (after - before) / took * 100.0).collect();
    (used.iter().sum::<f64>() / used.len() as f64, used.iter().copied().fold(0.0, f64::max))
}
