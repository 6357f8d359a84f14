//! Installers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::cargo::target;
use crate::process::succeed;
use crate::report::{Report, say};
use crate::system::{Purpose, packages};
use crate::{trial, ui};

/// `bundle`: makes an installer for this system, deb on Linux, dmg on macOS, setup on Windows. `bundle --try [FILE]`:
/// installs it, or the one in FILE, on a clean Debian 12, starts it there, and removes it again.
pub fn bundle(report: &mut Report, arguments: &[String]) -> anyhow::Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.first() == Some(&"--try") && !cfg!(target_os = "linux") {
        bail!("the installer can be tried on Linux only");
    }
    match arguments[..] {
        [] => make(report).map(|_| ()),
        ["--try"] => {
            let folder = make(report)?;
            trial::trial(report, &newest(&folder)?)
        }
        ["--try", file] => trial::trial(report, Path::new(file)),
        _ => bail!("`bundle` knows `--try [FILE]`"),
    }
}

/// Makes it; the folder in which it is.
fn make(report: &mut Report) -> anyhow::Result<PathBuf> {
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
    Ok(folder)
}

/// The package that was made last: an earlier version may lie beside it.
fn newest(folder: &Path) -> anyhow::Result<PathBuf> {
    let files = std::fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let packages = files.filter(|path| path.extension().is_some_and(|extension| extension == "deb"));
    let newest = packages.max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok());
    newest.with_context(|| format!("there is no package in {}", folder.display()))
}
