//! The bundle for whoever helps: what Hearth knows of itself, in a few files that a person reads before they give them
//! away, in English whatever they speak: whoever helps reads them. Made of what is listed here and nothing else; device names, addresses, serial numbers, codes and keys are not
//! part of it.

use std::io::{Cursor, Write};
use std::path::Path;

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

use crate::contract::{BundleFile, BundleView, FailureView, PartView, Said};
use crate::logging::end_of_log;
use crate::redaction::redacted;
use crate::said;
use crate::saved::Saved;

/// How much of the log is taken, bytes.
const LOG: u64 = 512 << 10;

/// How much of each file is shown before it is saved, characters.
const PREVIEW: usize = 4_000;

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    name: &'static str,
    about: Said,
    text: String,
}

impl Page {
    fn new(name: &'static str, about: Said, text: String) -> Self {
        Self { name, about, text }
    }
}

/// How Hearth is: its parts, and what failed of late.
#[must_use]
pub fn health(parts: &[PartView], failures: &[FailureView], now_ms: u64) -> Vec<Page> {
    let mut lines = String::new();
    for part in parts {
        // What people call their devices is theirs.
        lines += &format!("{}: {}", part.part, redacted(&part.state.english()));
        if let Some(since) = part.since {
            lines += &format!(", for {} s", now_ms.saturating_sub(since as u64) / 1000);
        }
        if let Some(pace) = part.pace {
            let (usual, slow, last) = (pace.usual_ms, pace.slow_ms, pace.last_ms);
            lines += &format!(", round trip {usual} ms, slow {slow} ms, last {last} ms");
        }
        if let Some(ahead) = part.clock_ahead_ms {
            lines += &format!(", clock ahead by {ahead} ms");
        }
        lines.push('\n');
        for (name, value) in &part.facts {
            lines += &format!("    {}: {}\n", name.english(), redacted(&value.english()));
        }
    }
    let mut failed = String::new();
    for failure in failures {
        let ago = now_ms.saturating_sub(failure.at as u64) / 1000;
        failed += &format!("{ago} s ago: {}\n", redacted(&failure.title.english()));
        if let Some(details) = &failure.details {
            failed += &format!("    {}\n", redacted(details));
        }
    }
    if failed.is_empty() {
        failed.push_str("Nothing.\n");
    }
    vec![
        Page::new("parts.txt", said!("What is connected, since when, and how well"), lines),
        Page::new("failures.txt", said!("What failed of late"), failed),
    ]
}

/// The settings, without what is a person's own.
#[must_use]
pub fn settings(saved: &Saved) -> Page {
    let device =
        |device: &crate::saved::SavedDevice| json!({ "model": device.model, "simulated": device.simulated });
    let mut settings = serde_json::to_value(&saved.settings).unwrap_or_default();
    if let Some(name) = settings.get_mut("hostName").filter(|name| name.as_str() != Some("")) {
        *name = Value::from("[removed]");
    }
    if let Some(voice) = settings.get_mut("voice") {
        for device in ["microphone", "speaker"] {
            if let Some(name) = voice.get_mut(device).filter(|name| !name.is_null()) {
                *name = Value::from("[removed]");
            }
        }
        if let Some(servers) = voice.get_mut("servers") {
            *servers = Value::from(saved.settings.voice.servers.len());
        }
    }
    let all = json!({
        "version": saved.version,
        "settings": settings,
        "gateway": if saved.gateway.is_some() { "another computer's" } else { "in this program" },
        "gatewaysRemembered": saved.gateways.len(),
        "devices": saved.devices.iter().map(device).collect::<Vec<_>>(),
        "communityGateways": saved.community.len(),
        "adapterChosen": saved.adapter.is_some(),
        "overlayPort": saved.overlay_port,
    });
    let text = serde_json::to_string_pretty(&all).unwrap_or_default() + "\n";
    Page::new("settings.json", said!("Your settings, without names and addresses"), text)
}

/// This computer. Reads files.
#[must_use]
pub fn system() -> Page {
    let mut lines = format!(
        "Hearth {}\n{} {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    if let Ok(release) = std::fs::read_to_string("/etc/os-release")
        && let Some(name) = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))
    {
        lines += &format!("{}\n", name.trim_matches('"'));
    }
    if let Ok(kernel) = std::fs::read_to_string("/proc/sys/kernel/osrelease") {
        lines += &format!("kernel {}\n", kernel.trim());
    }
    for variable in ["XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "LANG"] {
        if let Ok(value) = std::env::var(variable) {
            lines += &format!("{variable} {}\n", redacted(&value));
        }
    }
    Page::new("system.txt", said!("Hearth's version and this computer's system"), lines)
}

/// The end of the log. Reads files.
#[must_use]
pub fn log(folder: Option<&Path>) -> Option<Page> {
    let text = redacted(&end_of_log(folder?, LOG));
    Some(Page::new("hearth.log", said!("What Hearth wrote down while it ran"), text))
}

/// As a person reads it before it is saved.
#[must_use]
pub fn view(pages: &[Page]) -> BundleView {
    let file = |page: &Page| BundleFile {
        name: page.name.into(),
        bytes: u32::try_from(page.text.len()).unwrap_or(u32::MAX),
        about: page.about.clone(),
        preview: page.text.chars().take(PREVIEW).collect(),
    };
    BundleView { files: pages.iter().map(file).collect() }
}

/// As one file.
///
/// # Errors
/// It became too large, which it does not.
pub fn zipped(pages: &[Page]) -> ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for page in pages {
        writer.start_file(page.name, SimpleFileOptions::default())?;
        writer.write_all(page.text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::contract::{Health, PaceView, VoiceServer};
    use crate::saved::SavedDevice;

    #[test]
    fn what_is_a_persons_own_is_not_in_it() {
        let id = puffco::link::DeviceId("ble:84:2E:14:A1:B2:C3".into());
        let mut saved = Saved {
            gateway: Some("wss://me:token@host.example".into()),
            gateways: vec!["wss://me:token@host.example".into()],
            devices: vec![SavedDevice::new(&id, "Ember of Robin".into(), "Peak Pro".into(), false)],
            in_use: Some(id.0),
            adapter: Some("hci0 00:11:22:33:44:55".into()),
            ..Saved::default()
        };
        saved.salt([7; 16]);
        saved.settings.host_name = "Robin's attic".into();
        saved.settings.voice.microphone = Some("Robin's earbuds".into());
        let relay = VoiceServer { url: "turn:host.example".into(), username: "robin".into() };
        saved.settings.voice.servers.push(relay);
        let part = PartView {
            part: "device".into(),
            name: Said::verbatim("Ember of Robin"),
            health: Health::Good,
            state: Said::verbatim("Ready"),
            since: Some(1_000.0),
            pace: Some(PaceView { last_ms: 61, usual_ms: 58, slow_ms: 140 }),
            clock_ahead_ms: None,
            facts: vec![(Said::verbatim("links"), Said::verbatim("2"))],
        };
        let failure = FailureView {
            at: 0.0,
            title: said!("The link to the device broke"),
            advice: Said::default(),
            details: Some("84:2E:14:A1:B2:C3 is gone".into()),
        };
        let mut pages = health(&[part], &[failure], 61_000);
        pages.push(settings(&saved));
        let text: String = pages.iter().map(|page| page.text.clone()).collect();
        assert!(
            text.contains("device: Ready, for 60 s, round trip 58 ms, slow 140 ms, last 61 ms")
                && text.contains("links: 2"),
            "{text}"
        );
        let lower = text.to_lowercase();
        for own in ["robin", "84:2e", "token", "host.example", "hci0", "0707"] {
            assert!(!lower.contains(own), "{own} in {text}");
        }
    }

    #[test]
    fn the_file_holds_what_was_shown() {
        let pages = vec![system(), settings(&Saved::default())];
        let shown = view(&pages);
        let zip = zipped(&pages).expect("a file");
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
        for file in shown.files {
            let mut text = String::new();
            archive.by_name(&file.name).expect("in it").read_to_string(&mut text).expect("text");
            assert_eq!(text, file.preview);
            assert_eq!(text.len(), file.bytes as usize);
        }
    }
}
