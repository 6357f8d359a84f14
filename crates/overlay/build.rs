//! Makes sure that there is something to embed when the overlay's page was not built yet.

use std::io::Write;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new("../../ui/dist-overlay");
    let page = dist.join("overlay.html");
    if !page.exists() {
        std::fs::create_dir_all(dist)?;
        std::fs::write(&page, "<!doctype html><title>Hearth</title><!-- not built: cargo xtask run -->\n")?;
    }
    for line in ["cargo::rerun-if-changed=../../ui/dist-overlay", "cargo::rerun-if-changed=build.rs"] {
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(())
}
