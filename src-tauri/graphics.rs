//! What draws the window on Linux, and how its scripts run: the graphics card as WebKitGTK likes it, NVIDIA's own driver without the DMA-BUF
//! renderer, with which it shows an empty window, and the processor by itself where there is no card. WebKitGTK would
//! have the processor play a graphics card there, which takes twice the memory and shows everything later
//! (`docs/benchmarks.md`). Scripts are compiled, but not optimised: the page has little to compute, and optimising it takes 13 MiB.
//! All that has to be said before GTK starts; who has chosen how to draw is told nothing about that.

/// How to draw is chosen by variables that begin so.
#[cfg(any(target_os = "linux", test))]
const CHOICE: &str = "WEBKIT_DISABLE_";

/// How scripts run.
#[cfg(any(target_os = "linux", test))]
const SCRIPTS: (&str, &str) = ("JSC_useDFGJIT", "0");

/// What draws.
#[cfg(any(target_os = "linux", test))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawing {
    /// NVIDIA's own driver.
    Nvidia,
    /// Another graphics card.
    Card,
    /// The processor.
    Processor,
}

#[cfg(any(target_os = "linux", test))]
impl Drawing {
    /// What there is, by the folder of a system's files.
    fn of(root: &std::path::Path) -> Self {
        if root.join("proc/driver/nvidia/version").exists() {
            return Self::Nvidia;
        }
        let cards = std::fs::read_dir(root.join("dev/dri")).into_iter().flatten().flatten();
        // One that can draw, and not only show.
        let draws = |entry: std::fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b"renderD");
        if cards.into_iter().any(draws) { Self::Card } else { Self::Processor }
    }

    /// What GTK and WebKitGTK have to be told.
    const fn told(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Nvidia => &[("WEBKIT_DISABLE_DMABUF_RENDERER", "1")],
            Self::Card => &[],
            Self::Processor => &[
                ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
                ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
                // The program itself draws nothing with OpenGL; asking for it loads Mesa with a whole compiler.
                ("GDK_GL", "disable"),
                ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
                ("MALLOC_ARENA_MAX", "2"),
            ],
        }
    }

    /// That, and how scripts run, less what is `set` already; nothing about drawing to who has chosen how, or was told.
    fn missing(self, set: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
        let chosen = self.told().iter().any(|(name, _)| name.starts_with(CHOICE) && set(name));
        let told = if chosen { &[] } else { self.told() };
        told.iter().copied().chain([SCRIPTS]).filter(|(name, _)| !set(name)).collect()
    }
}

/// Starts the program anew with what has to be said, where something has.
#[cfg(target_os = "linux")]
pub fn choose() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let drawing = Drawing::of(std::path::Path::new("/"));
    let missing = drawing.missing(|name| std::env::var_os(name).is_some());
    let Some(program) = std::env::current_exe().ok().filter(|_| !missing.is_empty()) else { return };
    // Takes the place of this program, with the same process id. It returns only when it fails; the window may stay
    // empty or be slow then, and everything else works.
    let _ = Command::new(program).args(std::env::args_os().skip(1)).envs(missing).exec();
}

/// Other systems draw by other means.
#[cfg(not(target_os = "linux"))]
pub fn choose() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system with these files.
    fn system(files: &[&str]) -> Drawing {
        let root = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
            std::fs::write(path, "").expect("a file");
        }
        Drawing::of(root.path())
    }

    #[test]
    fn the_processor_draws_where_no_card_can() {
        assert_eq!(system(&[]), Drawing::Processor);
        assert_eq!(system(&["dev/dri/card0"]), Drawing::Processor, "it only shows");
        assert_eq!(system(&["dev/dri/card0", "dev/dri/renderD128"]), Drawing::Card);
        assert_eq!(system(&["dev/dri/renderD128", "proc/driver/nvidia/version"]), Drawing::Nvidia);
    }

    #[test]
    fn a_card_draws_as_webkit_likes_and_what_somebody_chose_stays() {
        assert_eq!(Drawing::Card.missing(|_| false), [SCRIPTS]);
        for drawing in [Drawing::Nvidia, Drawing::Processor] {
            assert_eq!(drawing.missing(|_| false), [drawing.told(), &[SCRIPTS]].concat());
            assert_eq!(drawing.missing(|name| name == "WEBKIT_DISABLE_DMABUF_RENDERER"), [SCRIPTS]);
        }
        let rest = Drawing::Processor.missing(|name| name == "GDK_GL");
        assert_eq!(
            rest.len(),
            Drawing::Processor.told().len(),
            "the value of others stays, and nothing else"
        );
    }

    #[test]
    fn who_has_chosen_how_scripts_run_is_told_nothing_about_that() {
        for drawing in [Drawing::Card, Drawing::Nvidia, Drawing::Processor] {
            assert_eq!(drawing.missing(|name| name == SCRIPTS.0), drawing.told());
        }
    }

    #[test]
    fn a_program_that_was_started_anew_is_not_started_again() {
        for drawing in [Drawing::Card, Drawing::Nvidia, Drawing::Processor] {
            let said = |name: &str| drawing.missing(|_| false).iter().any(|(said, _)| *said == name);
            assert!(drawing.missing(said).is_empty());
        }
    }
}
