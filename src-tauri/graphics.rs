//! How WebKitGTK draws, which has to be said before GTK starts.
//!
//! The processor draws: Hearth's pages are small and mostly stand still, and to draw them with a graphics card takes a
//! hundred megabytes and more (docs/benchmarks.md). `WEBKIT_FORCE_COMPOSITING_MODE=1` leaves it to the card. It
//! cannot be changed later: WebKitGTK 2.50 crashes when the setting is withdrawn from a page that is shown already.
//!
//! And WebKitGTK draws an empty window on NVIDIA's own driver, unless it is told to leave the DMA-BUF renderer.

/// Starts the program anew with what WebKitGTK is to be told, where nobody has chosen already.
#[cfg(target_os = "linux")]
pub fn choose() {
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    const BY_CARD: &str = "WEBKIT_FORCE_COMPOSITING_MODE";
    const BY_PROCESSOR: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    let is_free = |names: &[&str]| names.iter().all(|name| std::env::var_os(name).is_none());
    let mut told = Vec::new();
    if is_free(&[BY_CARD, BY_PROCESSOR]) {
        told.push((BY_PROCESSOR, "1"));
    }
    if Path::new("/proc/driver/nvidia/version").exists() && is_free(&[RENDERER]) {
        told.push((RENDERER, "1"));
    }
    let Some(program) = std::env::current_exe().ok().filter(|_| !told.is_empty()) else { return };
    // Takes the place of this program, with the same process id. It returns only when it fails; then the window takes
    // more memory, or may stay empty, and everything else works.
    let _ = Command::new(program).args(std::env::args_os().skip(1)).envs(told).exec();
}

/// Other systems draw by other means.
#[cfg(not(target_os = "linux"))]
pub fn choose() {}
