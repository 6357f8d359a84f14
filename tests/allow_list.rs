//! What pages of the app may call, and what they may load: all of it is in `tests/allow_list.txt`, so that a new
//! permission, command or source is seen by whoever reviews it. `HEARTH_UPDATE_ALLOW_LIST=1` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test's story stops at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&text(path)).unwrap()
}

/// The files of a folder, by name, without those that the build makes.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The commands that the program answers to, as the builder is given them.
fn handlers() -> Vec<String> {
    let program = text("src-tauri/lib.rs");
    let lists: Vec<&str> = program.split("generate_handler![").skip(1).collect();
    assert_eq!(lists.len(), 1, "a second list would take the place of the first");
    let (list, _) = lists[0].split_once(']').unwrap();
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Functions that Tauri would let a page call, in all files of the shell.
fn commands() -> Vec<String> {
    let mut commands = Vec::new();
    for file in files("src-tauri") {
        let Some(name) = file.file_stem().filter(|_| file.extension().is_some_and(|kind| kind == "rs"))
        else {
            continue;
        };
        for after in text(&file).split("#[tauri::command").skip(1) {
            let (_, after) = after.split_once("fn ").unwrap();
            let function = after.split(['(', '<']).next().unwrap();
            commands.push(format!("{}::{function}", name.to_string_lossy()));
        }
    }
    commands
}

/// What an object holds, by name.
fn parts(object: &Value) -> BTreeMap<String, Value> {
    object.as_object().unwrap().clone().into_iter().collect()
}

fn allow_list() -> String {
    let mut list = String::from("Commands of the program\n");
    for handler in handlers() {
        list += &format!("  {handler}\n");
    }
    list += "\nPermissions of its own\n";
    for file in files("src-tauri/permissions") {
        let told = |line: &&str| {
            line.starts_with("identifier") || line.starts_with("commands") || line.starts_with("scope")
        };
        for line in text(&file).lines().filter(told) {
            list += &format!("  {line}\n");
        }
    }
    for file in files("src-tauri/capabilities") {
        list += &format!("\nCapability {}\n", file.file_name().unwrap().to_string_lossy());
        for (name, value) in parts(&json(&file)).into_iter().filter(|(name, _)| name != "description") {
            list += &format!("  {name} {value}\n");
        }
    }
    let conf = json("tauri.conf.json");
    list += "\nSecurity\n";
    for (name, value) in parts(&conf["app"]["security"]) {
        if value.is_object() {
            for (part, value) in parts(&value) {
                list += &format!("  {name} {part} {value}\n");
            }
        } else {
            list += &format!("  {name} {value}\n");
        }
    }
    list
}

#[test]
fn the_allow_list_is_the_one_that_was_reviewed() {
    let path = root().join("tests/allow_list.txt");
    let present = allow_list();
    if std::env::var_os("HEARTH_UPDATE_ALLOW_LIST").is_some() {
        fs::write(&path, &present).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert!(reviewed == present, "HEARTH_UPDATE_ALLOW_LIST=1 writes what is allowed now:\n{present}");
}

#[test]
fn each_command_is_handled_and_permitted_and_no_other_is() {
    let mut commands = commands();
    commands.sort();
    let mut handlers: Vec<String> = handlers();
    handlers.sort();
    assert_eq!(commands, handlers);
    let permissions = text("src-tauri/permissions/app.toml");
    let (_, allowed) = permissions.split_once("commands.allow = ").unwrap();
    let allowed: Vec<String> = serde_json::from_str(allowed.lines().next().unwrap()).unwrap();
    let mut allowed: Vec<String> = allowed.iter().map(|command| format!("ipc::{command}")).collect();
    allowed.sort();
    assert_eq!(allowed, handlers);
}

#[test]
fn a_window_that_nobody_named_may_call_nothing() {
    let mut named = Vec::new();
    for file in files("src-tauri/capabilities") {
        let capability = json(&file);
        for key in capability.as_object().unwrap().keys() {
            let known = ["identifier", "description", "windows", "permissions"].contains(&key.as_str());
            assert!(known, "{key} may give more than a window named in {} is to have", file.display());
        }
        for window in capability["windows"].as_array().unwrap() {
            let window = window.as_str().unwrap().to_owned();
            assert!(
                window.chars().all(|letter| letter.is_ascii_lowercase()),
                "{window} may stand for others"
            );
            named.push(window);
        }
        for permission in capability["permissions"].as_array().unwrap() {
            let permission = permission.as_str().expect("no scopes");
            for host in ["fs:", "shell:", "http:", "opener:", "process:", "webview:allow-create", "default"] {
                assert!(!permission.contains(host), "{permission}");
            }
        }
    }
    named.sort();
    assert_eq!(named, ["main", "mini"], "each window has one capability");
    let conf = json("tauri.conf.json");
    let given = conf["app"]["security"]["capabilities"].as_array().unwrap();
    assert_eq!(given.len(), files("src-tauri/capabilities").len(), "each is in a file of its own");
    assert!(given.iter().all(Value::is_string));
    let windows = conf["app"]["windows"].as_array().unwrap();
    assert_eq!(windows.iter().map(|window| window["label"].as_str().unwrap()).collect::<Vec<_>>(), ["main"]);
    assert_ne!(conf["app"]["withGlobalTauri"], true);
}

#[test]
fn pages_run_only_scripts_of_the_program() {
    let conf = json("tauri.conf.json");
    let security = &conf["app"]["security"];
    let policy = &security["csp"];
    assert_eq!(
        (policy["default-src"].as_str(), policy["script-src"].as_str()),
        (Some("'none'"), Some("'self'"))
    );
    for name in ["script-src-elem", "script-src-attr", "worker-src", "frame-src", "object-src"] {
        assert_eq!(policy[name], Value::Null, "{name} falls back to what is stricter");
    }
    for (name, sources) in policy.as_object().unwrap() {
        let sources = sources.as_str().unwrap();
        assert!(!sources.contains("unsafe-eval") && !sources.contains('*'), "{name} {sources}");
        // Sizes and colours of what is drawn stand in attributes; what can run does not.
        assert!(!sources.contains("unsafe-inline") || name == "style-src-attr", "{name} {sources}");
    }
    assert_eq!(security["dangerousDisableAssetCspModification"], Value::Null);
    assert_eq!(security["devCsp"], Value::Null, "pages under development obey the same");
    for page in ["ui/index.html", "ui/mini.html", "ui/overlay.html"] {
        let page = text(page);
        for tag in page.split("<script").skip(1) {
            let (attributes, rest) = tag.split_once('>').unwrap();
            assert!(
                attributes.contains("src=") && rest.trim_start().starts_with("</script>"),
                "{attributes}"
            );
        }
        let handler = page.split_whitespace().find(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(handler, None);
    }
}
