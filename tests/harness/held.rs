//! What simulated devices hold, read from their files and not from the window.

use super::services::Simulator;

/// What a device holds of its first profile.
#[derive(Debug, PartialEq)]
pub struct HeldProfile {
    pub name: String,
    pub celsius: f32,
    pub seconds: f32,
    pub light: Vec<u8>,
    pub boost_celsius: f32,
    pub boost_seconds: f32,
}

impl HeldProfile {
    /// Asks a device, which is called by its number.
    pub async fn of(simulator: &mut Simulator, device: usize, numbers: Numbers) -> Self {
        let mut file = async |leaf| simulator.holds(device, &format!("/u/app/hc/0/{leaf}")).await;
        Self {
            name: text(&file("name").await),
            celsius: numbers.of(&file("temp").await, 10.0),
            seconds: numbers.of(&file("time").await, 200.0),
            light: light(file("colr").await),
            boost_celsius: numbers.of(&file("btmp").await, 10.0),
            boost_seconds: numbers.of(&file("btim").await, 200.0),
        }
    }
}

/// How a device keeps numbers.
#[derive(Clone, Copy, Debug)]
pub enum Numbers {
    /// A Peak Pro: as floats.
    Float,
    /// A Proxy: as whole numbers, so many to one.
    Whole,
}

impl Numbers {
    #[expect(clippy::cast_precision_loss, reason = "numbers of a profile are small")]
    fn of(self, bytes: &[u8], per_unit: f32) -> f32 {
        let bytes = *bytes.first_chunk().expect("a number has four bytes");
        match self {
            Self::Float => f32::from_le_bytes(bytes),
            Self::Whole => i32::from_le_bytes(bytes) as f32 / per_unit,
        }
    }
}

/// A light without the zeros that fill up its file.
fn light(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    file
}

/// Text up to its NUL.
pub fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8(bytes[..end].to_vec()).expect("names are UTF-8")
}
