//! The Hearth app: see `hearth_app`.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    hearth_app::run()
}
