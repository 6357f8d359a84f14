//! Which test shows which requirement of a protocol: requirements are the numbered rows of `docs/requirements`, and a
//! test shows those that its name (`con_18_…`) or the comment directly above it (`CON-18`, `CON-45…48`) names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::report::{Report, say};

/// Where the requirements are, a file for each dialect, named like its module.
const REQUIREMENTS: &str = "docs/requirements";
/// Where tests are.
const TESTS: [&str; 4] = ["crates", "src-tauri", "tests", "xtask"];
/// A dialect is built when its wire types are.
const DIALECTS: &str = "crates/dialects/src";

/// The requirements of one dialect.
struct Dialect {
    name: String,
    is_built: bool,
    /// Text by id, in the order of the file.
    requirements: Vec<(String, String)>,
}

/// Prints the table of all requirements and their tests; an error when a built dialect has a gap.
pub fn trace(report: &mut Report, shows_table: bool) -> anyhow::Result<()> {
    report.noted_step("Looking for the test of every requirement", || match traced(shows_table) {
        Ok((note, gaps)) if gaps.is_empty() => (Some(note), Ok(())),
        Ok((note, gaps)) => (Some(note), Err(anyhow::anyhow!("no test names {}", gaps.join(", ")))),
        Err(error) => (None, Err(error)),
    })
}

fn traced(shows_table: bool) -> anyhow::Result<(String, Vec<String>)> {
    let dialects = dialects(Path::new(REQUIREMENTS))?;
    let mut tests = BTreeMap::new();
    for folder in TESTS {
        for file in sources(Path::new(folder))? {
            let text = std::fs::read_to_string(&file)?;
            for (id, test) in named_in(&text) {
                tests.entry(id).or_insert_with(BTreeSet::new).insert(format!("{}: {test}", file.display()));
            }
        }
    }
    let (mut gaps, mut counts) = (Vec::new(), Vec::new());
    for Dialect { name, is_built, requirements } in &dialects {
        let mut shown = 0;
        for (id, text) in requirements {
            let by = tests.get(id);
            shown += usize::from(by.is_some());
            if by.is_none() && *is_built {
                gaps.push(id.clone());
            }
            if shows_table {
                say(&format!("{id:<8} {text}"));
                match by {
                    Some(by) => by.iter().for_each(|test| say(&format!("         {test}"))),
                    None => say("         no test"),
                }
            }
        }
        let rest = if *is_built { "" } else { " (not spoken yet)" };
        counts.push(format!("{name} {shown} of {}{rest}", requirements.len()));
    }
    Ok((counts.join(", "), gaps))
}

fn dialects(folder: &Path) -> anyhow::Result<Vec<Dialect>> {
    let files =
        std::fs::read_dir(folder).with_context(|| format!("no requirements in {}", folder.display()))?;
    let mut files: Vec<PathBuf> = files.map_while(Result::ok).map(|file| file.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let mut dialects = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let requirements = requirements(&std::fs::read_to_string(&file)?);
        if requirements.is_empty() {
            bail!("{} has no requirements", file.display());
        }
        let is_built = Path::new(DIALECTS).join(&name).exists();
        dialects.push(Dialect { name, is_built, requirements });
    }
    if dialects.is_empty() {
        bail!("no requirements in {}", folder.display());
    }
    Ok(dialects)
}

/// The rows `| ID | text |` of a table.
fn requirements(text: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (id, text) = line.strip_prefix("| ")?.split_once(" | ")?;
        let is_id = ids(id).iter().eq([id]);
        is_id.then(|| (id.to_owned(), text.trim_end_matches('|').trim().to_owned()))
    };
    text.lines().filter_map(row).collect()
}

fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The requirements that the tests of a file name, each with the test.
fn named_in(source: &str) -> Vec<(String, String)> {
    let (mut named, mut above, mut is_test) = (Vec::new(), String::new(), false);
    for line in source.lines().map(str::trim) {
        if line.starts_with("//") {
            above.push_str(line);
            above.push('\n');
        } else if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else {
            let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
            if let Some(name) = name.filter(|_| is_test).and_then(|rest| rest.split('(').next()) {
                let mut found = ids(&above);
                found.extend(ids(&name.replace('_', "-").to_uppercase()));
                named.extend(found.into_iter().map(|id| (id, name.to_owned())));
            }
            above.clear();
            is_test = false;
        }
    }
    named
}

/// Ids in a text: capital letters and digits, a dash, two digits or more; `CON-45…48` stands for four.
fn ids(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('-') {
        let before = &text[..at];
        let head = before
            .trim_end_matches(|letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit())
            .len();
        let prefix = &before[head..];
        let (digits, rest) = digits(&text[at + 1..]);
        if prefix.len() < 2
            || !prefix.starts_with(|letter: char| letter.is_ascii_uppercase())
            || digits.len() < 2
        {
            continue;
        }
        let Ok(first) = digits.parse::<u32>() else { continue };
        let last = rest.strip_prefix('…').map(|rest| self::digits(rest).0).and_then(|last| last.parse().ok());
        let numbers = first..=last.filter(|last| (first..first + 100).contains(last)).unwrap_or(first);
        found.extend(numbers.map(|number| format!("{prefix}-{number:02}")));
    }
    found
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_shows_what_its_name_and_the_comment_above_it_name() {
        let source = "
            /// What happens (CON-17, CON-45…47), as CON-R9 says.
            #[tokio::test]
            async fn con_18_answers_are_numbered() {}

            // CON-01
            fn helper() {}

            #[test]
            fn nothing_is_named() {}
        ";
        let named = named_in(source);
        let ids: Vec<&str> = named.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["CON-17", "CON-45", "CON-46", "CON-47", "CON-18"]);
        assert!(named.iter().all(|(_, test)| test == "con_18_answers_are_numbered"));
    }

    #[test]
    fn requirements_are_the_numbered_rows() {
        let text = "# Title\n\n| id | requirement |\n|---|---|\n| I386-01 | one |\n| TOG-31 | a | b |\n| other | x |\n";
        let expected = [("I386-01", "one"), ("TOG-31", "a | b")];
        assert_eq!(requirements(text), expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
    }

    #[test]
    fn numbers_of_something_else_are_no_ids() {
        assert!(ids("CON-R13, 2026-11-21, utf-8, a-12, X-1, SHA-1").is_empty());
        assert_eq!(ids("I386-07 and EMG-02"), ["I386-07", "EMG-02"]);
    }
}
