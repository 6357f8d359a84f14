//! All that is logged, to be looked through for what must not be in it.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

/// Collects what is logged.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Of all threads and at every level: the database has a thread of its own. Once in a process.
    pub fn of_everything() -> Self {
        let log = Self::default();
        let level = tracing::Level::TRACE;
        let everything = tracing_subscriber::fmt().with_max_level(level).with_writer(log.clone());
        tracing::subscriber::set_global_default(everything.finish()).unwrap();
        log
    }

    /// What was logged since it was taken last.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Whether a secret is in it.
pub fn holds(text: &[u8], secret: &str) -> bool {
    text.windows(secret.len()).any(|part| part == secret.as_bytes())
}
