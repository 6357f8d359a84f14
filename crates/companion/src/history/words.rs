//! What does not work of the history, in words for people.

use hearth_history::{OpenError, StoreError};

use super::{Asked, Trouble};
use crate::contract::{ProblemView, Said};
use crate::said;

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
            said!("Your history is damaged"),
            said!("The file is left as it is. Put it aside to begin a new one; nothing of it is deleted."),
        ),
        "history_from_future" => (
            said!("A newer Hearth wrote your history"),
            said!(
                "Use that version, or put the history aside and begin a new one. Nothing of it is deleted."
            ),
        ),
        "history_in_use" => (
            said!("Another Hearth has your history open"),
            said!("Close that one. What happens here meanwhile is added then."),
        ),
        "history_read_only" => (
            said!("Your history cannot be written"),
            said!("Check that its disk and folder can be written. What happens meanwhile is added then."),
        ),
        "history_disk_full" => (
            said!("No room for your history"),
            said!("Make room on the disk. What happens meanwhile is added then."),
        ),
        NOT_KEPT => (said!("No history is kept"), said!("Hearth was started without a place to keep one.")),
        _ => (said!("Your history cannot be read"), said!("Look at the disk, then open this page again.")),
    };
    ProblemView { code: trouble.code.to_owned(), title, advice, details: trouble.details.clone() }
}

/// What was asked for and not done: title and advice.
pub(crate) fn failed(asked: Asked, trouble: &Trouble) -> (Said, Said) {
    let title = match asked {
        Asked::Reading => said!("Your history could not be read"),
        Asked::Erasing => said!("Nothing was deleted"),
        Asked::Exporting => said!("The history was not exported"),
    };
    let advice = match trouble.code {
        "export_failed" => {
            said!("Check that there is room and that the folder for downloads can be written.")
        }
        "history_busy" => said!("The history is busy. Try again in a moment."),
        _ => {
            let ProblemView { title, advice, .. } = problem(trouble);
            said!("{what}. {advice}", what = title, advice = advice)
        }
    };
    (title, advice)
}
