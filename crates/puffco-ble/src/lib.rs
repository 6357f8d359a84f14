//! The radio: Bluetooth LE through btleplug, behind the border of [`puffco::link`].
//!
//! [`radio`] scans and connects on Linux, macOS and Windows; what only one system needs lives in a file of
//! its own (on Linux: adapters coming and going, and the pairing agent). [`drive`] runs device machines over
//! any radio and knows nothing of btleplug. What is said over a link is not here: that is `puffco`.


