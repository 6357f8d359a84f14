//! Somebody who writes, changes and deletes as fast as they are answered, and what they know to have happened.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::gateway::Http;

/// By id.
pub type Messages = BTreeMap<String, Said>;

/// A message whose writer has an answer. `None` is deleted.
#[derive(Clone, Debug)]
pub struct Said {
    certain: Option<String>,
    /// What was asked for and not answered.
    possible: Option<Option<String>>,
}

impl Said {
    pub const fn certain(content: Option<String>) -> Self {
        Self { certain: content, possible: None }
    }

    /// Whether the database may have it like this.
    pub fn may_be(&self, kept: Option<&str>) -> bool {
        self.certain.as_deref() == kept
            || self.possible.as_ref().is_some_and(|other| other.as_deref() == kept)
    }
}

/// Somebody.
pub struct Writer<'a> {
    http: Http,
    token: &'a str,
    path: String,
    seed: u64,
    said: Messages,
}

impl<'a> Writer<'a> {
    pub fn new(http: Http, token: &'a str, channel: &str, seed: u64) -> Self {
        Self { http, token, path: format!("/channels/{channel}/messages"), seed, said: Messages::new() }
    }

    /// What was answered, and what may have happened without an answer.
    pub fn write_until_it_ends(mut self, answered: &AtomicU32) -> Messages {
        let mut number = 0;
        while self.write(number).is_some() {
            answered.fetch_add(1, Ordering::Relaxed);
            number += 1;
        }
        self.said
    }

    fn write(&mut self, number: u64) -> Option<()> {
        let content = format!("{} {number} {}", self.seed, "x".repeat((number * 97 % 900) as usize));
        let chosen = (self.seed * 31 + number * 7) as usize;
        let mut alive = self.said.iter_mut().filter(|(_, said)| said.certain.is_some());
        let earlier = alive.nth(chosen % 5);
        match (number % 4, earlier) {
            (2, Some((id, said))) => {
                let id = id.clone();
                said.possible = Some(Some(content.clone()));
                let body = json!({ "content": content });
                let (status, _) = self.http.call(self.token, "PATCH", &format!("/messages/{id}"), &body)?;
                assert_eq!(status, 200);
                self.said.insert(id, Said::certain(Some(content)));
            }
            (3, Some((id, said))) => {
                let id = id.clone();
                said.possible = Some(None);
                let (status, _) =
                    self.http.call(self.token, "DELETE", &format!("/messages/{id}"), &Value::Null)?;
                assert_eq!(status, 204);
                self.said.insert(id, Said::certain(None));
            }
            _ => {
                let body = json!({ "content": content });
                let (status, answer) = self.http.call(self.token, "POST", &self.path, &body)?;
                assert_eq!(status, 201, "{answer}");
                let id = answer["id"].as_str()?.to_owned();
                assert!(
                    self.said.insert(id, Said::certain(Some(content))).is_none(),
                    "an id was given twice"
                );
            }
        }
        Some(())
    }
}
