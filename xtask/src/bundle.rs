//! Installers.

use std::process::Command;

use crate::cargo::target;
use crate::process::succeed;
use crate::report::{Report, say};
use crate::system::{Purpose, packages};
use crate::ui;

/// Makes an installer for this system: deb on Linux, dmg on macOS, setup on Windows.
pub fn bundle(report: &mut Report) -> anyhow::Result<()> {
    packages(report, Purpose::Run)?;
    ui::install(report)?;
    let (name, kind) = match std::env::consts::OS {
        "macos" => ("app,dmg", "dmg"),
        "windows" => ("nsis", "nsis"),
        _ => ("deb", "deb"),
    };
    report.step("Building the app and its installer (tauri build)", || {
        let cli = if cfg!(windows) { "ui/node_modules/.bin/tauri.cmd" } else { "ui/node_modules/.bin/tauri" };
        succeed(Command::new(cli).args(["build", "--bundles", name]))
    })?;
    let folder = target().join("release/bundle").join(kind);
    say(&format!("\nThe installer is in {}.", folder.display()));
    Ok(())
}
