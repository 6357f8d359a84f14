//! Tries the installer as somebody does who has a clean Debian 12: installs it with apt, starts it, looks at its
//! window, and removes it again.
//!
//! Nothing but the package and what it depends on is ever installed there: display, bus and the tools that look at
//! them are this system's.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::debian::Debian;
use crate::process::{Background, succeed};
use crate::report::{Report, say};
use crate::{cargo, system};

/// What the installer may weigh, bytes.
const LARGEST: u64 = 15_000_000;

/// What the desktop file says, among more.
const DESKTOP: [&str; 4] =
    ["Type=Application", "Name=Hearth", "Exec=hearth %u", "MimeType=x-scheme-handler/hearth;"];

/// Who starts it there.
const PERSON: u32 = 1000;

/// How long the window may take to show something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window that shows something has more colours than this.
const FEW_COLOURS: usize = 40;

/// Tries a package.
pub fn trial(report: &mut Report, package: &Path) -> anyhow::Result<()> {
    let size = package.metadata()?.len();
    report.noted_step("Weighing the package", || {
        let note = format!("{:.1} MB of at most {} MB", size as f64 / 1e6, LARGEST / 1_000_000);
        let result = if size <= LARGEST { Ok(()) } else { Err(anyhow::anyhow!("it is too large: {note}")) };
        (Some(note), result)
    })?;
    let debian = Debian::new(report)?;
    std::fs::copy(package, debian.shared().join("hearth.deb"))?;
    let before = installed(&debian)?;
    report.step("Looking into the package", || contents(&debian))?;
    report.step("Installing it with apt", || {
        // No service is started in a root.
        debian.does(
            "printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d",
        )?;
        debian.does("apt-get update -q")?;
        debian.does("apt-get install -y -q --no-install-recommends /shared/hearth.deb")?;
        debian.does("dpkg --verify hearth; useradd --create-home person")
    })?;
    let came = installed(&debian)?.len() - before.len();
    say(&format!("{came} packages were installed, Hearth among them."));
    report.step("Looking at what was installed", || what_is_there(&debian))?;
    report.noted_step("Starting it", || match start(&debian) {
        Ok(picture) => (Some(format!("its window: {}", picture.display())), Ok(())),
        Err(error) => (None, Err(error)),
    })?;
    report.step("Removing it", || remove(&debian))
}

fn installed(debian: &Debian) -> anyhow::Result<BTreeSet<String>> {
    let list = debian.tells("dpkg-query -W -f '${Package}\\n'")?;
    Ok(list.lines().map(str::to_owned).collect())
}

/// Its fields, and whose its files are.
fn contents(debian: &Debian) -> anyhow::Result<()> {
    let field = |name: &str| debian.tells(&format!("dpkg-deb --field /shared/hearth.deb {name}"));
    for name in ["Package", "Version", "Architecture", "Maintainer", "Section", "Priority", "Installed-Size"]
    {
        ensure!(!field(name)?.trim().is_empty(), "the package has no {name}");
    }
    ensure!(field("Description")?.lines().count() > 1, "the package has no long description");
    let depends = field("Depends")?;
    say(&format!("It depends on {}", depends.trim()));
    for line in debian.tells("dpkg-deb --contents /shared/hearth.deb")?.lines() {
        let mut words = line.split_whitespace();
        let (mode, owner) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        ensure!(matches!(owner, "root/root" | "0/0"), "a file that is not root's: {line}");
        ensure!(matches!(mode, "drwxr-xr-x" | "-rw-r--r--" | "-rwxr-xr-x"), "an unusual mode: {line}");
    }
    Ok(())
}

/// Libraries, desktop file, icons.
fn what_is_there(debian: &Debian) -> anyhow::Result<()> {
    let missing = debian.tells("ldd /usr/bin/hearth | grep 'not found' || true")?;
    ensure!(missing.is_empty(), "libraries that the package does not depend on:\n{missing}");
    say(debian.tells("hearth --version")?.trim());

    let files = debian.tells("dpkg -L hearth")?;
    let desktop: Vec<_> = files.lines().filter(|file| file.ends_with(".desktop")).collect();
    let [desktop] = desktop[..] else { bail!("one desktop file is wanted, not {desktop:?}") };
    ensure!(desktop.starts_with("/usr/share/applications/"), "{desktop} is where no desktop looks");
    let text = debian.tells(&format!("cat '{desktop}'"))?;
    for line in DESKTOP {
        ensure!(text.lines().any(|there| there == line), "{desktop} does not say {line}:\n{text}");
    }
    let copy = debian.shared().join("hearth.desktop");
    std::fs::write(&copy, &text)?;
    succeed(Command::new("desktop-file-validate").arg(copy))?;
    let icon = text.lines().find_map(|line| line.strip_prefix("Icon=")).context("it has no icon")?;
    let icons = files.lines().filter(|file| file.starts_with("/usr/share/icons/hicolor/"));
    let icons = icons.filter(|file| file.ends_with(&format!("/apps/{icon}.png"))).count();
    ensure!(icons > 0, "there is no icon `{icon}`");
    Ok(())
}

/// Starts it as a person who has a desktop, waits until its window shows something, and ends it. Where the picture is.
fn start(debian: &Debian) -> anyhow::Result<PathBuf> {
    let shared = debian.shared();
    let screen = tempfolder(shared, "screen")?;
    let bus = tempfolder(shared, "bus")?;
    succeed(system::as_root("chown").arg(PERSON.to_string()).arg(&bus))?;
    let mut display = Command::new("Xvfb");
    display.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
    display.args(["-ac", "-fbdir"]);
    let mut display = Background::start(display.arg(&screen))?;
    let name = format!(":{}", display.first_line().context("Xvfb")?);
    let mut daemon = system::as_root("setpriv");
    daemon.args([&format!("--reuid={PERSON}"), &format!("--regid={PERSON}"), "--clear-groups"]);
    daemon.args(["dbus-daemon", "--session", "--nofork", "--print-address", "--address"]);
    let mut daemon = Background::start(daemon.arg(format!("unix:path={}", bus.join("socket").display())))?;
    daemon.first_line().context("dbus-daemon")?;

    // It is asked to end as a desktop does, by a signal, once this system has seen enough.
    let script = format!(
        "cd /home/person; setpriv --reuid={PERSON} --regid={PERSON} --clear-groups env HOME=/home/person \
         DISPLAY={name} DBUS_SESSION_BUS_ADDRESS=unix:path=/shared/bus/socket hearth & id=$!; \
         while kill -0 $id && ! [ -e /shared/enough ]; do sleep 0.2; done; kill $id; wait $id"
    );
    let mut hearth = debian.command(&script).stdin(Stdio::null()).spawn().context("unshare")?;
    let seen = (0..PATIENCE.as_secs()).find_map(|_| {
        sleep(Duration::from_secs(1));
        let ended = hearth.try_wait().ok().flatten().is_some();
        let picture =
            window_is_shown(&name).then(|| Picture::read(&screen.join("Xvfb_screen0")).ok()).flatten();
        let shown = picture.filter(|picture| picture.colours() > FEW_COLOURS);
        (ended || shown.is_some()).then_some(shown)
    });
    let picture = seen.flatten().map(|_| {
        // Some more, so that it is seen as it stays.
        sleep(Duration::from_secs(3));
        Picture::read(&screen.join("Xvfb_screen0"))
    });
    File::create(shared.join("enough"))?;
    let status = hearth.wait()?;
    let path = std::path::absolute(cargo::target())?.join("debian-12").join("window.png");
    picture.context("its window showed nothing")??.write(&path)?;
    ensure!(status.success(), "it did not end well: {status}");
    Ok(path)
}

fn tempfolder(parent: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn window_is_shown(display: &str) -> bool {
    let seen = Command::new("xwininfo").args(["-display", display, "-name", "Hearth"]).output();
    seen.is_ok_and(|seen| String::from_utf8_lossy(&seen.stdout).contains("IsViewable"))
}

/// Purges it; then nothing is left of it but what the person made.
fn remove(debian: &Debian) -> anyhow::Result<()> {
    let files = debian.tells("dpkg -L hearth")?;
    debian.does("apt-get purge -y -q hearth")?;
    let left = debian.tells(
        "find / -xdev \\( -path /proc -o -path /dev -o -path /shared -o -path /home/person \
         -o -path /var/cache/apt -o -path /var/log \\) -prune -o -iname '*hearth*' -print",
    )?;
    ensure!(left.is_empty(), "this is left:\n{left}");
    let own = files.lines().filter(|file| file.contains("earth"));
    for file in own {
        ensure!(
            debian.tells(&format!("[ ! -e '{file}' ] && echo gone || true"))?.trim() == "gone",
            "{file} is left"
        );
    }
    Ok(())
}

/// A picture of a screen.
struct Picture {
    width: u32,
    height: u32,
    /// Red, green, blue.
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads what Xvfb keeps of its screen, a window dump (XWD): 32-bit words, of which the first 25 are a header.
    fn read(file: &Path) -> anyhow::Result<Self> {
        let dump = std::fs::read(file)?;
        let word = |index: usize| -> anyhow::Result<usize> {
            let bytes = dump.get(index * 4..index * 4 + 4).context("the dump is cut off")?;
            Ok(usize::try_from(u32::from_be_bytes(bytes.try_into()?))?)
        };
        let (start, width, height) = (word(0)?, word(4)?, word(5)?);
        let (bits, line, colours) = (word(11)?, word(12)?, word(19)?);
        ensure!(bits == 32, "pixels of {bits} bits");
        let rows = dump.get(start + colours * 12..).context("the dump is cut off")?;
        let rows = rows.chunks(line).take(height);
        // Blue first, and a byte that is not used.
        let pixels =
            rows.flat_map(|row| row.chunks(4).take(width).flat_map(|it| [it[2], it[1], it[0]])).collect();
        Ok(Self { width: u32::try_from(width)?, height: u32::try_from(height)?, pixels })
    }

    fn colours(&self) -> usize {
        self.pixels.chunks(3).collect::<BTreeSet<_>>().len()
    }

    fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(())
    }
}
