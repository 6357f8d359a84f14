//! Feeds `tauri.conf.json`, the capabilities and the icons to Tauri.

use std::{error::Error, fs, io::Write, path::Path};

use tauri_build::{AppManifest, Attributes};

fn main() -> Result<(), Box<dyn Error>> {
    placeholder_page()?;
    // Tauri watches only the directory that it would use by itself. Cargo reads standard output.
    writeln!(std::io::stdout(), "cargo::rerun-if-changed=src-tauri/capabilities")?;
    writeln!(std::io::stdout(), "cargo::rerun-if-changed=src-tauri/permissions")?;
    // With permissions of its own, a command of the app is denied to each window that was not given it.
    let app = AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes = Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes.app_manifest(app))?;
    Ok(())
}

/// The app embeds `ui/dist`, which must exist for it to compile: a page that says what is missing stands in
/// until the window's UI has been built.
fn placeholder_page() -> std::io::Result<()> {
    let page = Path::new("ui/dist/index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all("ui/dist")?;
    fs::write(
        page,
        "<!doctype html><title>Hearth</title><p>This Hearth was compiled without its window. \
         <code>cargo xtask run</code> builds both.</p>\n",
    )
}
