//! What does not work of the history, in words for people.

use hearth_history::{OpenError, StoreError};

use super::{Asked, Trouble};
use crate::contract::ProblemView;

/// Nothing is kept in this run.
const NOT_KEPT: &str = "history_not_kept";

/// There is no place to keep a history in.
pub(crate) fn not_kept() -> Trouble {
    Trouble { code: NOT_KEPT, details: None }
}

impl From<&OpenError> for Trouble {
    fn from(error: &OpenError) -> Self {
        Self { code: error.code(), details: Some(with_causes(error)) }
    }
}

impl From<&StoreError> for Trouble {
    fn from(error: &StoreError) -> Self {
        Self { code: error.code(), details: Some(with_causes(error)) }
    }
}

/// An error and what led to it.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !words.contains(&said) {
            words.push_str(": ");
            words.push_str(&said);
        }
        cause = next.source();
    }
    words
}

/// Why there is no history.
pub(crate) fn problem(trouble: &Trouble) -> ProblemView {
    let (title, advice) = match trouble.code {
        "history_damaged" => (
            "Your history is damaged",
            "The file is left as it is. Put it aside to begin a new one; nothing of it is deleted.",
        ),
        "history_from_future" => (
            "A newer Hearth wrote your history",
            "Use that version, or put the history aside and begin a new one. Nothing of it is deleted.",
        ),
        "history_in_use" => (
            "Another Hearth has your history open",
            "Close that one. What happens here meanwhile is added then.",
        ),
        "history_read_only" => (
            "Your history cannot be written",
            "Check that its disk and folder can be written. What happens meanwhile is added then.",
        ),
        "history_disk_full" => {
            ("No room for your history", "Make room on the disk. What happens meanwhile is added then.")
        }
        NOT_KEPT => ("No history is kept", "Hearth was started without a place to keep one."),
        _ => ("Your history cannot be read", "Look at the disk, then open this page again."),
    };
    let (title, advice) = (title.to_owned(), advice.to_owned());
    ProblemView { code: trouble.code.to_owned(), title, advice, details: trouble.details.clone() }
}

/// What was asked for and not done: title and advice.
pub(crate) fn failed(asked: Asked, trouble: &Trouble) -> (&'static str, String) {
    let title = match asked {
        Asked::Reading => "Your history could not be read",
        Asked::Erasing => "Nothing was deleted",
        Asked::Exporting => "The history was not exported",
    };
    let advice = match trouble.code {
        "export_failed" => {
            "Check that there is room and that the folder for downloads can be written.".into()
        }
        "history_busy" => "The history is busy. Try again in a moment.".into(),
        _ => {
            let ProblemView { title, advice, .. } = problem(trouble);
            format!("{title}. {advice}")
        }
    };
    (title, advice)
}
