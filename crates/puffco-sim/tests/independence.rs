//! The simulator is written from the fact sheet: of the driver it uses nothing but the border to a radio.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What follows `puffco::` at each place where code names the driver.
fn named(text: &str) -> Vec<String> {
    let mut named = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut rest = line;
        while let Some(at) = rest.find("puffco::") {
            let is_whole = !rest[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            rest = &rest[at + "puffco::".len()..];
            if is_whole {
                named.push(rest.chars().take_while(|next| next.is_alphanumeric() || *next == '_').collect());
            }
        }
    }
    named
}

#[test]
fn the_simulator_shares_nothing_with_the_driver_but_the_border_to_a_radio() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.len() > 20, "{} sources", sources.len());
    let mut uses = 0;
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        let named = named(&text);
        uses += named.len();
        let others: Vec<_> = named.iter().filter(|module| *module != "link").collect();
        assert!(others.is_empty(), "{} uses {others:?} of the driver", path.display());
        for word in ["extern crate", "use puffco;", "use puffco as", "use puffco_ble", "puffco_ble::"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    assert!(uses > 0, "the border is used");
}

#[test]
fn a_use_of_the_driver_would_be_found() {
    let text = "use puffco::{lorax, link};\nlet x = puffco::gatt::REPLY;\n// puffco::color\npuffco::link::Gatt\nmy_puffco::x";
    assert_eq!(named(text), ["", "gatt", "link"]);
}
