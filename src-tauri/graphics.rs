//! WebKitGTK draws an empty window on NVIDIA's own driver, unless it is told to leave the DMA-BUF renderer. That has
//! to be said before GTK starts, and costs speed on other drivers, so it is said there only.

/// Starts the program anew with what NVIDIA's driver needs, where that driver is loaded and nobody has chosen already.
#[cfg(target_os = "linux")]
pub fn work_around() {
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    let driver = Path::new("/proc/driver/nvidia/version").exists();
    let chosen = std::env::var_os(RENDERER).is_some();
    let Some(program) = std::env::current_exe().ok().filter(|_| driver && !chosen) else { return };
    // Takes the place of this program, with the same process id. It returns only when it fails; the window may stay
    // empty then, and everything else works.
    let _ = Command::new(program).args(std::env::args_os().skip(1)).env(RENDERER, "1").exec();
}

/// Other systems draw by other means.
#[cfg(not(target_os = "linux"))]
pub fn work_around() {}
