//! The gateway under load: a process, and what the system says of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

pub struct Gateway {
    process: Child,
    /// Where the puff dialect is served.
    pub url: String,
    /// Where the ert-concierge dialect is served; empty for a gateway that does not speak it.
    pub concierge: String,
    /// Where the Together dialect is served; empty for a gateway that does not speak it.
    pub together: String,
    /// The same of E-Magine.
    pub emagine: String,
    /// The same of i386chat.
    pub i386chat: String,
}

impl Gateway {
    pub fn start(program: &Path) -> anyhow::Result<Self> {
        Self::start_with(program, &["--ephemeral"])
    }

    pub fn start_with(program: &Path, options: &[&str]) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(options)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line).context("the gateway did not say where")?;
        let url = told["dialects"]["puff"].as_str().context("the gateway does not speak puff")?.to_owned();
        let of = |name: &str| told["dialects"][name].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            process,
            url,
            concierge: of("concierge"),
            together: of("together"),
            emagine: of("emagine"),
            i386chat: of("i386chat"),
        })
    }

    /// Processor time so far, of all threads, in user and system mode.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        /// What the kernel counts in, on every common system (`getconf CLK_TCK`).
        const TICKS_A_SECOND: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))
            .context("processor time is read from /proc, which only Linux has")?;
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
        let ticks: f64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Ok(Duration::from_secs_f64(ticks / TICKS_A_SECOND))
    }

    /// Resident memory, bytes.
    pub fn rss(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
