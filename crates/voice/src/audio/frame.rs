//! The unit in which sound moves inside: ten milliseconds, mono, 48 kHz.

use std::time::Duration;

/// Samples a second.
pub const RATE: u32 = 48_000;

/// Samples of a frame.
pub const FRAME: usize = 480;

/// How long a frame lasts.
pub const FRAME_TIME: Duration = Duration::from_millis(10);

/// Samples of a packet: two frames, 20 ms.
pub const PACKET: usize = 2 * FRAME;

/// Ten milliseconds of sound: samples from -1 to 1.
pub type Frame = [f32; FRAME];

/// Nothing to hear.
pub const SILENCE: Frame = [0.0; FRAME];
