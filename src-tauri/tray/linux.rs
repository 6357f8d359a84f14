//! The tray of Linux desktops: a StatusNotifierItem on the session bus, in pure Rust.

use std::sync::Arc;

use hearth_companion::Companion;
use hearth_companion::shell::{ShellEvent, TrayAction, TrayItem, TrayView};
use ksni::menu::{CheckmarkItem, StandardItem};
use ksni::{Handle, Icon, MenuItem, OfflineReason, ToolTip, TrayMethods};
use tauri::AppHandle;
use tokio::sync::watch;

use super::ID;
use crate::gauge;

/// Panels choose the size that fits them.
const SIZES: [u16; 3] = [22, 32, 48];

/// The tray.
pub struct Tray {
    view: watch::Sender<Option<TrayView>>,
    there: watch::Receiver<Option<bool>>,
}

impl Tray {
    /// Looks for a tray; it is shown as soon as there is one.
    pub fn start(_app: &AppHandle, companion: Companion) -> Self {
        let (view, views) = watch::channel(None);
        let (tell, there) = watch::channel(None);
        tauri::async_runtime::spawn(run(companion, views, Arc::new(tell)));
        Self { view, there }
    }

    /// Shows this from now on.
    pub fn show(&self, view: TrayView) {
        self.view.send_replace(Some(view));
    }

    /// Whether there is one; `None` until that is known.
    pub fn there(&self) -> watch::Receiver<Option<bool>> {
        self.there.clone()
    }
}

async fn run(
    companion: Companion,
    mut views: watch::Receiver<Option<TrayView>>,
    there: Arc<watch::Sender<Option<bool>>>,
) {
    let item =
        Item { view: None, icons: Vec::new(), companion: companion.clone(), there: Arc::clone(&there) };
    // Without a watcher the item waits for one.
    let handle: Handle<Item> = match item.assume_sni_available(true).spawn().await {
        Ok(handle) => handle,
        Err(error) => {
            tracing::info!(%error, "there is no tray");
            there.send_replace(Some(false));
            return;
        }
    };
    // Whether it is offline was told before.
    if there.send_if_modified(|there| there.replace(there.unwrap_or(true)).is_none()) {
        companion.shell_event(ShellEvent::Tray(true));
    }
    loop {
        let view = views.borrow_and_update().clone();
        if handle.update(|item| item.take(view)).await.is_none() || views.changed().await.is_err() {
            return;
        }
    }
}

/// The item in the tray.
struct Item {
    view: Option<TrayView>,
    icons: Vec<Icon>,
    companion: Companion,
    there: Arc<watch::Sender<Option<bool>>>,
}

impl Item {
    fn take(&mut self, view: Option<TrayView>) {
        let shown = |view: &Option<TrayView>| view.as_ref().map(|view| (view.gauge, view.microphone));
        if shown(&view) != shown(&self.view) {
            let icons = shown(&view).map(|shown| SIZES.map(|size| icon(shown, size)).into());
            self.icons = icons.unwrap_or_default();
        }
        self.view = view;
    }

    fn tell(&self, there: bool) {
        tracing::debug!("{}", if there { "there is a tray" } else { "the tray is gone" });
        self.there.send_replace(Some(there));
        self.companion.shell_event(ShellEvent::Tray(there));
    }
}

fn icon((gauge, microphone): (hearth_companion::shell::Gauge, bool), size: u16) -> Icon {
    let mut data = gauge::draw(gauge, microphone, size, false);
    // From red, green, blue, alpha to alpha first.
    data.chunks_mut(4).for_each(|pixel| pixel.rotate_right(1));
    Icon { width: size.into(), height: size.into(), data }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        ID.into()
    }

    fn title(&self) -> String {
        "Hearth".into()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        self.icons.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        let text = self.view.as_ref().map(|view| view.tooltip.as_str()).unwrap_or_default();
        ToolTip { title: "Hearth".into(), description: without_markup(text), ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.companion.shell_event(ShellEvent::TrayPressed);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.view.iter().flat_map(|view| &view.items).map(row).collect()
    }

    fn watcher_online(&self) {
        self.tell(true);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.tell(false);
        true
    }
}

fn row(item: &TrayItem) -> MenuItem<Item> {
    match item {
        TrayItem::Separator => MenuItem::Separator,
        TrayItem::Line(text) => {
            StandardItem { label: plain(text), enabled: false, ..StandardItem::default() }.into()
        }
        TrayItem::Action { action, label, enabled, checked: None } => StandardItem {
            label: plain(label),
            enabled: *enabled,
            activate: choose(*action),
            ..StandardItem::default()
        }
        .into(),
        TrayItem::Action { action, label, enabled, checked: Some(checked) } => CheckmarkItem {
            label: plain(label),
            enabled: *enabled,
            checked: *checked,
            activate: choose(*action),
            ..CheckmarkItem::default()
        }
        .into(),
    }
}

fn choose(action: TrayAction) -> Box<dyn Fn(&mut Item) + Send> {
    Box::new(move |item| item.companion.shell_event(ShellEvent::Chosen(action)))
}

/// A single underscore would mark a letter.
fn plain(label: &str) -> String {
    label.replace('_', "__")
}

/// Tooltips are markup.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_are_shown_as_they_are() {
        assert_eq!(plain("my_peak"), "my__peak");
        assert_eq!(without_markup("<b>Tom & Jerry</b>"), "&lt;b&gt;Tom &amp; Jerry&lt;/b&gt;");
    }
}
