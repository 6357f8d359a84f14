//! The app's brain: controller, bridge, settings; no window, no Tauri.
