//! The committed TypeScript types are the ones that the page's contract generates.
//!
//! `HEARTH_UPDATE_TYPES=1` writes them anew (`cargo xtask types`).

use std::path::Path;

use hearth_overlay::{
    OverlayActivity, OverlayLayout, OverlayLook, OverlayMember, OverlayMessage, OverlayPosition,
    OverlayStage, OverlayTongue, OverlayUnit, OverlayView, Trail,
};
use ts_rs::{Config, TS};

fn generated() -> String {
    let config = Config::default();
    let mut text =
        String::from("// Generated from crates/overlay/src/view.rs by `cargo xtask types`. Do not edit.\n");
    macro_rules! export {
        ($($type:ty),* $(,)?) => {$(
            text.push_str("\nexport ");
            text.push_str(&<$type as TS>::decl(&config));
            text.push('\n');
        )*};
    }
    export!(
        OverlayMessage,
        OverlayView,
        OverlayStage,
        OverlayMember,
        OverlayActivity,
        OverlayUnit,
        OverlayTongue,
        OverlayLook,
        OverlayLayout,
        OverlayPosition,
        Trail,
    );
    text
}

#[test]
fn contract_types_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/overlay/contract.ts");
    let generated = generated();
    if std::env::var_os("HEARTH_UPDATE_TYPES").is_some() {
        std::fs::write(&path, &generated).expect("contract.ts can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "ui/src/overlay/contract.ts is stale: run `cargo xtask types`");
}
