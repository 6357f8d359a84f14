//! Start at login: on Linux an entry of the session's programs (XDG autostart), elsewhere what the system has.

use std::path::{Path, PathBuf};

use hearth_companion::shell::AtLogin;

/// How this program is started.
struct Start {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Start {
    fn new(data: Option<&Path>, how: AtLogin) -> Option<Self> {
        // An AppImage is mounted elsewhere each time.
        let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
        let program = image.or_else(|| std::env::current_exe().ok())?;
        let data = data.and_then(|data| std::path::absolute(data).ok());
        let data = data.into_iter().flat_map(|data| ["--data".to_owned(), data.display().to_string()]);
        let hidden = how.hidden.then(|| "--minimized".to_owned());
        Some(Self { program, arguments: hidden.into_iter().chain(data).collect() })
    }
}

#[cfg(target_os = "linux")]
pub use linux::Login;
#[cfg(not(target_os = "linux"))]
pub use native::Login;

#[cfg(target_os = "linux")]
mod linux {
    use super::{AtLogin, Path, PathBuf, Start};

    /// The name of the entry.
    const ENTRY: &str = "social.hearth.companion.desktop";

    /// Start at login.
    pub struct Login {
        folder: PathBuf,
        data: Option<PathBuf>,
    }

    impl Login {
        /// `None` where this user has no place for it.
        pub fn new(data: Option<&Path>) -> Option<Self> {
            let folder = directories::BaseDirs::new()?.config_dir().join("autostart");
            Some(Self { folder, data: data.map(Path::to_owned) })
        }

        /// Sets it up, or takes it back.
        ///
        /// # Errors
        /// Why not, in technical words.
        pub fn set(&self, how: Option<AtLogin>) -> Result<(), String> {
            let path = self.folder.join(ENTRY);
            let done = match how {
                None => match std::fs::remove_file(path) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                    removed => removed,
                },
                Some(how) => {
                    let start =
                        Start::new(self.data.as_deref(), how).ok_or("where Hearth is is not known")?;
                    let entry = entry(&start).ok_or("the path of Hearth cannot be put into an entry")?;
                    std::fs::create_dir_all(&self.folder).and_then(|()| std::fs::write(path, entry))
                }
            };
            done.map_err(|error| error.to_string())
        }
    }

    fn entry(start: &Start) -> Option<String> {
        let words = [start.program.to_str()?].into_iter().chain(start.arguments.iter().map(String::as_str));
        let words = words.map(quoted).collect::<Option<Vec<_>>>()?.join(" ");
        Some(format!(
            "[Desktop Entry]\nType=Application\nName=Hearth\nExec={words}\nTerminal=false\nStartupNotify=false\n\
             X-GNOME-Autostart-enabled=true\n"
        ))
    }

    /// A word of a command, as desktop entries want it: quoted, what the quotes hold escaped, and that once more
    /// as every text of an entry.
    fn quoted(word: &str) -> Option<String> {
        if word.chars().any(char::is_control) {
            return None;
        }
        let mut quoted = String::from("\"");
        for letter in word.chars() {
            match letter {
                '"' | '`' | '$' => quoted.extend(["\\\\", letter.encode_utf8(&mut [0; 4])]),
                '\\' => quoted.push_str("\\\\\\\\"),
                '%' => quoted.push_str("%%"),
                letter => quoted.push(letter),
            }
        }
        quoted.push('"');
        Some(quoted)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn an_entry_is_made_and_taken_back() {
            let folder = tempfile::tempdir().expect("a folder");
            let data = folder.path().join("my data");
            let login = Login { folder: folder.path().join("autostart"), data: Some(data.clone()) };
            login.set(None).expect("there is nothing to take back");
            login.set(Some(AtLogin { hidden: true })).expect("written");
            let path = folder.path().join("autostart").join(ENTRY);
            let entry = std::fs::read_to_string(&path).expect("there");
            let command = format!("\" \"--minimized\" \"--data\" \"{}\"\n", data.display());
            assert!(entry.contains(&command), "{entry}");
            login.set(Some(AtLogin { hidden: false })).expect("written");
            assert!(!std::fs::read_to_string(&path).expect("there").contains("--minimized"));
            login.set(None).expect("removed");
            assert!(!path.exists());
        }

        #[test]
        fn a_word_cannot_be_anything_else() {
            assert_eq!(quoted("/opt/my app/hearth").as_deref(), Some("\"/opt/my app/hearth\""));
            assert_eq!(quoted("100%").as_deref(), Some("\"100%%\""));
            assert_eq!(quoted("a\"b`c$d").as_deref(), Some("\"a\\\\\"b\\\\`c\\\\$d\""));
            assert_eq!(quoted("a\\b").as_deref(), Some("\"a\\\\\\\\b\""));
            assert_eq!(quoted("a\nExec=evil"), None);
        }

        #[test]
        fn a_place_that_cannot_be_written_to_is_told() {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("a file");
            std::fs::write(&file, "").expect("written");
            assert!(Login { folder: file, data: None }.set(Some(AtLogin { hidden: true })).is_err());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod native {
    use auto_launch::AutoLaunchBuilder;

    use super::{AtLogin, Path, PathBuf, Start};

    /// Start at login.
    pub struct Login {
        data: Option<PathBuf>,
    }

    impl Login {
        /// These systems always have it.
        pub fn new(data: Option<&Path>) -> Option<Self> {
            Some(Self { data: data.map(Path::to_owned) })
        }

        /// Sets it up, or takes it back.
        ///
        /// # Errors
        /// Why not, in technical words.
        pub fn set(&self, how: Option<AtLogin>) -> Result<(), String> {
            let wanted = how.unwrap_or(AtLogin { hidden: false });
            let start = Start::new(self.data.as_deref(), wanted).ok_or("where Hearth is is not known")?;
            let entry = AutoLaunchBuilder::new()
                .set_app_name("Hearth")
                .set_app_path(&start.program.display().to_string())
                .set_args(&start.arguments)
                .build()
                .map_err(|error| error.to_string())?;
            if how.is_some() { entry.enable() } else { entry.disable() }.map_err(|error| error.to_string())
        }
    }
}
