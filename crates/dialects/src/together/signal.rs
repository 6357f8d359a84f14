//! What one peer of a voice room tells another: nested in `signal` as the document has it, flat as the real server
//! and its web client have it (TOG-R14).

use serde_json::{Map, Value, json};

/// A signal. Servers do not look into it (TOG-21).
#[derive(Clone, Debug, PartialEq)]
pub struct Signal(Value);

impl Signal {
    /// An offer or an answer (TOG-22).
    #[must_use]
    pub fn description(kind: &str, sdp: &str) -> Self {
        Self(json!({ "type": kind, "sdp": sdp }))
    }

    /// A candidate (TOG-22).
    #[must_use]
    pub fn candidate(candidate: &str, mid: Option<&str>, line: Option<u16>) -> Self {
        Self(json!({ "candidate": candidate, "sdpMid": mid, "sdpMLineIndex": line }))
    }

    /// Any JSON.
    #[must_use]
    pub const fn opaque(value: Value) -> Self {
        Self(value)
    }

    /// As the document has it.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }

    /// Kind and SDP of an offer or an answer.
    #[must_use]
    pub fn as_description(&self) -> Option<(&str, &str)> {
        let kind = self.0.get("type")?.as_str().filter(|kind| matches!(*kind, "offer" | "answer"))?;
        Some((kind, self.0.get("sdp")?.as_str()?))
    }

    /// The candidate, as browsers write it.
    #[must_use]
    pub fn as_candidate(&self) -> Option<&Value> {
        self.0.get("candidate")?.is_string().then_some(&self.0)
    }

    /// Reads either shape from `d`; `None` when there is neither.
    #[must_use]
    pub fn read(d: &Map<String, Value>) -> Option<Self> {
        if let Some(signal) = d.get("signal").filter(|signal| !signal.is_null()) {
            return Some(Self(signal.clone()));
        }
        match d.get("type")?.as_str()? {
            kind @ ("offer" | "answer") => Some(Self::description(kind, d.get("sdp")?.as_str()?)),
            // The object's JSON in a text.
            "candidate" => {
                let candidate: Value = serde_json::from_str(d.get("candidate")?.as_str()?).ok()?;
                candidate.is_object().then_some(Self(candidate))
            }
            _ => None,
        }
    }

    /// Writes both shapes into `d`, the flat one as far as it can say it.
    pub fn write(&self, d: &mut Map<String, Value>) {
        d.insert("signal".into(), self.0.clone());
        if let Some((kind, sdp)) = self.as_description() {
            d.insert("type".into(), kind.into());
            d.insert("sdp".into(), sdp.into());
        } else if let Some(candidate) = self.as_candidate() {
            d.insert("type".into(), "candidate".into());
            d.insert("candidate".into(), candidate.to_string().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    /// TOG-21, TOG-22
    #[test]
    fn both_shapes_are_read_and_written() {
        let offer = Signal::description("offer", "v=0");
        let candidate = Signal::candidate("candidate:1", Some("0"), Some(0));
        for signal in [offer, candidate] {
            let mut both = Map::new();
            signal.write(&mut both);
            assert_eq!(Signal::read(&both), Some(signal.clone()));
            both.remove("signal");
            assert_eq!(Signal::read(&both), Some(signal), "flat");
        }
        let flat =
            d(json!({ "type": "candidate", "candidate": "{\"candidate\":\"c\",\"sdpMLineIndex\":1}" }));
        assert_eq!(Signal::read(&flat).unwrap().as_candidate().unwrap()["sdpMLineIndex"], 1);
    }

    /// TOG-21
    #[test]
    fn what_nobody_knows_is_passed_on_as_it_is() {
        let strange = d(json!({ "signal": { "renegotiate": [1, 2] } }));
        let signal = Signal::read(&strange).unwrap();
        let mut written = Map::new();
        signal.write(&mut written);
        assert_eq!(written, strange);
    }

    #[test]
    fn shapes_that_are_none_are_not_read() {
        for wrong in [
            json!({}),
            json!({ "signal": null }),
            json!({ "type": "hello", "sdp": "x" }),
            json!({ "type": "offer", "sdp": {} }),
            json!({ "type": "candidate", "candidate": { "candidate": "x" } }),
            json!({ "type": "candidate", "candidate": "no json" }),
        ] {
            assert_eq!(Signal::read(&d(wrong.clone())), None, "{wrong}");
        }
    }
}
