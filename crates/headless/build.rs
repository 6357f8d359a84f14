//! Makes sure that there is something to embed when the web UI was not built yet.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new("../../ui/dist");
    let index = dist.join("index.html");
    if !index.exists() {
        std::fs::create_dir_all(dist)?;
        std::fs::write(
            &index,
            "<!doctype html><title>Hearth</title><p>Build the UI first: cargo xtask run</p>\n",
        )?;
    }
    for line in ["cargo::rerun-if-changed=../../ui/dist", "cargo::rerun-if-changed=build.rs"] {
        use std::io::Write;
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(())
}
