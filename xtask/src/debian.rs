//! A clean Debian 12 in a folder, made by debootstrap and entered by chroot: what somebody has who installed nothing
//! yet. It needs root, or sudo, and a system that lets it mount.
//!
//! The root that debootstrap made, and the packages that were downloaded, stay in the target folder; each trial gets
//! a copy of the root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::cargo::target;
use crate::process::succeed;
use crate::report::Report;
use crate::system;

const MIRROR: &str = "http://deb.debian.org/debian";

/// Debian 12.
const SUITE: &str = "bookworm";

/// Enters a root: `$0` the root, `$1` downloaded packages, `$2` what is shared with this system, `$3` what to do.
/// All that is mounted, and all that runs, ends with it.
const ENTER: &str = r#"set -eu
mkdir -p "$0/shared" "$0/tmp/.X11-unix"
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
mount --bind "$1" "$0/var/cache/apt/archives"
mount --bind "$2" "$0/shared"
mount --bind /tmp/.X11-unix "$0/tmp/.X11-unix"
exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive sh -euc "$3""#;

/// A clean Debian, for one trial.
pub struct Debian {
    root: PathBuf,
    packages: PathBuf,
    shared: PathBuf,
}

impl Debian {
    /// Makes one.
    pub fn new(report: &mut Report) -> anyhow::Result<Self> {
        system::debootstrap(report)?;
        let folder = std::path::absolute(target())?.join("debian-12");
        let (base, root) = (folder.join("base"), folder.join("trial"));
        let (packages, shared) = (folder.join("packages"), folder.join("shared"));
        if !base.exists() {
            report.step("Making a clean Debian 12 (debootstrap)", || {
                let part = folder.join("base.part");
                succeed(system::as_root("rm").arg("-rf").arg(&part))?;
                std::fs::create_dir_all(&folder)?;
                let mut make = system::as_root("debootstrap");
                succeed(make.args(["--variant=minbase", SUITE]).arg(&part).arg(MIRROR))?;
                succeed(system::as_root("mv").arg(&part).arg(&base))
            })?;
        }
        report.step("Copying it for this trial", || {
            succeed(system::as_root("rm").arg("-rf").arg(&root).arg(&shared))?;
            for folder in [&packages, &shared, Path::new("/tmp/.X11-unix")] {
                std::fs::create_dir_all(folder)?;
            }
            succeed(system::as_root("cp").args(["--archive", "--reflink=auto"]).args([&base, &root]))?;
            succeed(system::as_root("cp").arg("/etc/resolv.conf").arg(root.join("etc/resolv.conf")))
        })?;
        Ok(Self { root, packages, shared })
    }

    /// What is seen inside as `/shared`.
    pub fn shared(&self) -> &Path {
        &self.shared
    }

    /// A shell that does this inside.
    pub fn command(&self, script: &str) -> Command {
        let mut command = system::as_root("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER]);
        command.args([&self.root, &self.packages, &self.shared]).arg(script);
        command
    }

    /// Does this inside.
    pub fn does(&self, script: &str) -> anyhow::Result<()> {
        succeed(&mut self.command(script))
    }

    /// What it prints when it does this inside.
    pub fn tells(&self, script: &str) -> anyhow::Result<String> {
        let output = self.command(script).output().context("unshare could not be started")?;
        if !output.status.success() {
            bail!("inside the root: {script}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}
