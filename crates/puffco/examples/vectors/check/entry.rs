//! One entry of a file: its inputs by name and form, and how what came of them is compared.

use serde_json::Value;

/// See the module.
pub struct Entry {
    pub name: String,
    pub category: String,
    pub inputs: Value,
    pub expected: Value,
    pub tolerance: Option<f64>,
    advisory: bool,
}

impl Entry {
    pub fn new(index: usize, value: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            name: text("name").unwrap_or_else(|| format!("entry {index}")),
            category: text("category").unwrap_or_default(),
            inputs: value.get("inputs").cloned().unwrap_or_default(),
            expected: value.get("expected").cloned().unwrap_or_default(),
            tolerance: value.get("tolerance").and_then(Value::as_f64),
            advisory: value.get("advisory").and_then(Value::as_bool).unwrap_or_default(),
        }
    }

    /// Marked so, or of a category that is so as a whole.
    pub fn is_advisory(&self) -> bool {
        let categories = ["trap.known_wrong", "lenient_number.", "int_dialect."];
        self.advisory || categories.iter().any(|start| self.category.starts_with(start))
    }

    /// What is to be produced: of a mistake of another client, the correction.
    pub fn wanted(&self) -> &Value {
        if self.category == "trap.known_wrong" { &self.expected["correct"] } else { &self.expected }
    }

    pub fn text(&self, key: &str) -> Result<&str, String> {
        self.inputs.get(key).and_then(Value::as_str).ok_or_else(|| format!("no text `{key}`"))
    }

    pub fn bytes(&self, key: &str) -> Result<Vec<u8>, String> {
        from_hex(self.text(key)?).ok_or_else(|| format!("`{key}` is no hexadecimal text"))
    }

    pub fn float(&self, key: &str) -> Result<f64, String> {
        self.inputs.get(key).and_then(Value::as_f64).ok_or_else(|| format!("no number `{key}`"))
    }

    pub fn flag(&self, key: &str) -> Result<bool, String> {
        self.inputs.get(key).and_then(Value::as_bool).ok_or_else(|| format!("no `{key}`"))
    }

    /// A whole number that fits.
    pub fn whole<T: TryFrom<u64>>(&self, key: &str) -> Result<T, String> {
        let number = self.inputs.get(key).and_then(as_whole);
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| format!("no number `{key}`"))
    }

    /// A list of whole numbers that fit.
    pub fn wholes<T: TryFrom<u64>>(&self, key: &str) -> Result<Vec<T>, String> {
        let bad = || format!("no list of numbers `{key}`");
        let list = self.inputs.get(key).and_then(Value::as_array).ok_or_else(bad)?;
        let fitting = list.iter().map(|number| T::try_from(as_whole(number)?).ok());
        fitting.collect::<Option<Vec<T>>>().ok_or_else(bad)
    }
}

/// A whole number, also when it is written as 3.0.
fn as_whole(value: &Value) -> Option<u64> {
    let float = || value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number));
    value.as_u64().or_else(|| float().map(|number| number as u64))
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether something that is expected is not there. What is there beside it counts only if `exact`.
pub fn differs(expected: &Value, got: &Value, tolerance: Option<f64>, exact: bool) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let missing = |(key, value): (&String, &Value)| {
                differs(value, got.get(key).unwrap_or(&Value::Null), tolerance, exact)
            };
            let surplus = || got.iter().any(|(key, value)| !value.is_null() && !expected.contains_key(key));
            expected.iter().any(missing) || (exact && surplus())
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() != got.len()
                || expected.iter().zip(got).any(|(expected, got)| differs(expected, got, tolerance, exact))
        }
        (Value::Number(expected), Value::Number(got)) if expected != got => {
            match (expected.as_f64(), got.as_f64()) {
                (Some(expected), Some(got)) => {
                    // What is computed in 32 bits has seven digits.
                    let tolerance = tolerance.unwrap_or(0.0).max(1e-6 * expected.abs());
                    (expected - got).abs() > tolerance
                }
                _ => true,
            }
        }
        (Value::String(expected), Value::String(got)) => !expected.eq_ignore_ascii_case(got),
        (expected, got) => expected != got,
    }
}
