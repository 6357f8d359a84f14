//! `hearth-gateway account …`: the accounts of a data directory, also while a server runs on it. The server sees
//! every change at its next look.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use hearth_clock::Clock;
use hearth_gateway::accounts::{
    Account, Accounts, Flag, FlagChange, KeptToken, Password, Registration, Username, iso8601,
};
use serde_json::json;

/// Manages the accounts that people link to their sessions.
#[derive(Args)]
pub struct AccountCommand {
    #[command(subcommand)]
    action: Action,
    /// The server's data directory.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Make an account. Without a password it works with tokens only.
    Create {
        /// 3 to 32 of a-z, digits, and . _ -
        name: String,
        /// The name that others see.
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// Read the password from the first line of stdin.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give an account another password, read from the first line of stdin, and void what it signed in with.
    Password {
        /// Whose.
        name: String,
        /// Read the password from the first line of stdin (there is no other way).
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Make a token for op 20. It is printed now and never again.
    Token {
        /// Whose.
        name: String,
        /// What it is for, to revoke it by.
        #[arg(long, default_value = "", value_parser = label)]
        label: String,
        /// How long it is good for.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
    /// Take back tokens: those with a label, or all, with everything that signing in gave.
    Revoke {
        /// Whose.
        name: String,
        /// Only these.
        #[arg(long)]
        label: Option<String>,
    },
    /// Lock an account out. Its sessions are closed within seconds.
    Suspend {
        /// Whom.
        name: String,
    },
    /// Take a suspension back.
    Unsuspend {
        /// Whom.
        name: String,
    },
    /// Set and clear flags.
    Flags {
        /// Whose.
        name: String,
        /// +tester, +supporter, +admin; - clears.
        #[arg(required = true, value_name = "+FLAG | -FLAG")]
        changes: Vec<FlagChange>,
    },
    /// Show all accounts and their tokens.
    List {
        /// One JSON object per line.
        #[arg(long)]
        json: bool,
    },
}

/// The program's arguments with a minus sign in place of the hyphen of `-admin`, so that it is not taken for an
/// option, and options may follow it.
pub fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().map(|argument| {
        let cleared = argument.to_str().and_then(|text| text.strip_prefix('-'));
        match cleared.filter(|name| Flag::ALL.iter().any(|flag| flag.name() == *name)) {
            Some(name) => format!("−{name}").into(),
            None => argument,
        }
    })
}

/// A label that fits on a line.
fn label(text: &str) -> Result<String, &'static str> {
    const LONGEST: usize = 64;
    let fits = text.chars().count() <= LONGEST && !text.contains(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err("a label has at most 64 characters on one line") }
}

/// Does what was asked; what it found out is on stdout.
pub async fn run(AccountCommand { action, data }: AccountCommand) -> anyhow::Result<()> {
    let data = data.context("say whose accounts: --data DIR, the server's data directory")?;
    // A directory that was mistyped has no accounts to change, and must not come into being.
    let makes_first = matches!(action, Action::Create { .. });
    anyhow::ensure!(makes_first || data.is_dir(), "there is no data directory {}", data.display());
    let accounts = Accounts::open(Some(&data), Arc::new(Clock::new())).await?;
    let done = act(&accounts, action).await;
    accounts.close().await;
    let lines = done?;
    let mut stdout = std::io::stdout().lock();
    for line in lines {
        writeln!(stdout, "{line}").context("cannot write to stdout")?;
    }
    Ok(stdout.flush()?)
}

async fn act(accounts: &Accounts, action: Action) -> anyhow::Result<Vec<String>> {
    Ok(match action {
        Action::Create { name, display_name, password_stdin } => {
            let username = Username::parse(&name)?;
            let password = if password_stdin { Some(password_from_stdin()?) } else { None };
            let account =
                accounts.register(Registration { username, password, email: None, display_name }).await?;
            vec![account.id.to_string()]
        }
        Action::Password { name, password_stdin: _ } => {
            // Better to hear of a wrong name before a password is typed.
            accounts.find(&name).await?;
            accounts.set_password(&name, password_from_stdin()?).await?;
            Vec::new()
        }
        Action::Token { name, label, days } => {
            const DAY: Duration = Duration::from_secs(24 * 60 * 60);
            let (token, _) = accounts.create_token(&name, &label, DAY * days).await?;
            vec![token.reveal().to_owned()]
        }
        Action::Revoke { name, label } => {
            let count = accounts.revoke(&name, label.as_deref()).await?;
            vec![format!("{count} revoked")]
        }
        Action::Suspend { name } => {
            accounts.set_suspended(&name, true).await?;
            Vec::new()
        }
        Action::Unsuspend { name } => {
            accounts.set_suspended(&name, false).await?;
            Vec::new()
        }
        Action::Flags { name, changes } => {
            let account = accounts.change_flags(&name, &changes).await?;
            vec![account.flags.to_string()]
        }
        Action::List { json } => {
            let mut lines = Vec::new();
            for account in accounts.list().await? {
                let tokens = accounts.tokens(&account).await?;
                lines.push(if json { as_json(&account, &tokens) } else { as_text(&account, &tokens) });
            }
            lines
        }
    })
}

fn password_from_stdin() -> anyhow::Result<Password> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password from stdin")?;
    let password =
        line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Password::choose(password.to_owned())?)
}

fn as_json(account: &Account, tokens: &[KeptToken]) -> String {
    let tokens: Vec<_> = tokens
        .iter()
        .map(|KeptToken { label, created_ms, expires_ms }| {
            json!({ "label": label, "created_at": iso8601(*created_ms), "expires_at": iso8601(*expires_ms) })
        })
        .collect();
    json!({
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "flags": account.flags.names().collect::<Vec<_>>(),
        "suspended": account.suspended,
        "created_at": iso8601(account.created_ms),
        "updated_at": iso8601(account.updated_ms),
        "tokens": tokens,
    })
    .to_string()
}

fn as_text(account: &Account, tokens: &[KeptToken]) -> String {
    let mut line = format!("{}  {}  since {}", account.username, account.id, iso8601(account.created_ms));
    if account.suspended {
        line += "  SUSPENDED";
    }
    if account.flags.bits() != 0 {
        line += &format!("  {}", account.flags);
    }
    for KeptToken { label, expires_ms, .. } in tokens {
        line += &format!("\n  token {label:?} until {}", iso8601(*expires_ms));
    }
    line
}
