//! What is done to sound, without devices, networks or clocks: the codec, the buffer that evens out the network, the
//! mix, levels, and the cleaning of the microphone.

pub mod cleaning;
pub mod codec;
pub mod frame;
pub mod jitter;
pub mod level;
pub mod listener;
pub mod mixer;
pub mod resample;
pub mod speaker;
