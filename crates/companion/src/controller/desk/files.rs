//! Files for the person: kept by the shell among their downloads, or by the face where there is no shell.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Controller;
use crate::contract::{Event, NoticeKind, Said};
use crate::downloads::cleaned;
use crate::said;
use crate::shell::Request;

/// The largest file that is taken from a face.
const LARGEST: usize = 64 << 20;

impl Controller {
    /// A face made a file.
    pub(super) fn save_file(&mut self, name: &str, base64: &str) {
        let content = (base64.len() / 4 * 3 <= LARGEST).then(|| STANDARD.decode(base64).ok()).flatten();
        match content {
            Some(content) => self.keep_file(name, content),
            None => {
                tracing::warn!(bytes = base64.len(), "a face sent a file that cannot be kept");
                self.file_not_kept(said!("Try once more."));
            }
        }
    }

    /// Keeps a file for the person; it comes as [`Event::File`].
    pub(in crate::controller) fn keep_file(&mut self, name: &str, content: Vec<u8>) {
        let name = cleaned(name);
        if self.desk.offers.is_some() {
            self.shell(Request::Keep { name, content });
        } else {
            self.emit(Event::File { name, path: None, base64: STANDARD.encode(content) });
        }
    }

    pub(super) fn file_kept(&mut self, name: String, result: Result<PathBuf, String>) {
        match result {
            Ok(path) => {
                self.notices.settle("file_not_kept");
                let name = path.file_name().map_or(name, |name| name.to_string_lossy().into_owned());
                self.emit(Event::File {
                    name,
                    path: Some(path.display().to_string()),
                    base64: String::new(),
                });
            }
            Err(why) => {
                tracing::warn!(why, "a file could not be kept");
                self.file_not_kept(said!(
                    "Make room in your downloads folder, or allow Hearth to write there."
                ));
            }
        }
    }

    fn file_not_kept(&mut self, advice: Said) {
        self.notices.add(NoticeKind::Error, "file_not_kept", said!("The file could not be saved"), advice);
    }
}
