//! What the window costs, beside a Chromium that shows the same page as an app: memory with a device that heats, work
//! for each event in a sesh of twenty, the way from an event to the document, and processor time in the tray.
//!
//! `cargo xtask bench app [memory|sesh|idle]`. Nothing fails by a figure: goals are printed as met or missed.

#![cfg_attr(not(target_os = "linux"), allow(unused, reason = "it is measured on Linux only"))]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement stops at the first surprise")]

#[cfg(target_os = "linux")]
mod chromium;
#[cfg(target_os = "linux")]
mod friends;
#[cfg(target_os = "linux")]
#[path = "../../tests/harness/mod.rs"]
mod harness;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod scenes;
#[cfg(target_os = "linux")]
mod table;

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let parts: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut scenes = scenes::Scenes::open().await?;
    let mut rows = Vec::new();
    if wanted("memory") {
        rows.extend(scenes.memory().await?);
    }
    if wanted("sesh") {
        rows.extend(scenes.sesh().await?);
    }
    if wanted("idle") {
        rows.extend(scenes.idle().await?);
    }
    println!("\n| what | Hearth | Chromium --app | ratio | goal |\n|---|---|---|---|---|");
    for row in &rows {
        println!("{}", row.line());
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The window is measured on Linux only.");
}
