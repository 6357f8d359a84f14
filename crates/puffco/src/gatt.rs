//! The GATT ids of a Puffco (facts/puffco-ble.md §4). What is said over them is elsewhere: [`crate::lorax`].
//!
//! The update services are named to recognise a device; nothing here ever writes to them.

use uuid::Uuid;

/// Service of newer firmware: a small file-system RPC.
pub const LORAX_SERVICE: Uuid = Uuid::from_u128(0xe276967f_ea8a_478a_a92e_d78f5dd15dd5);
/// Service of older firmware: one characteristic per value.
pub const LEGACY_SERVICE: Uuid = Uuid::from_u128(0x06caf9c0_74d3_454f_9be9_e30cd999c17a);
/// Update service of newer units. Never written.
pub const PUP_SERVICE: Uuid = Uuid::from_u128(0x420b9b40_457d_4abe_a3bf_71609d79581b);
/// Update service of the chip vendor. Never written.
pub const OTA_SERVICE: Uuid = Uuid::from_u128(0x1d14d6ee_fd63_4fa1_bfa4_8f47b42119f0);

/// Lorax protocol version, u16. Encrypted: reading it makes the operating system bond.
pub const VERSION: Uuid = Uuid::from_u128(0x05434bca_cc7f_4ef6_bbb3_b1c520b9800c);
/// Lorax requests: write without response.
pub const COMMAND: Uuid = Uuid::from_u128(0x60133d5c_5727_4f2c_9697_d842c5292a3c);
/// Lorax replies: notify.
pub const REPLY: Uuid = Uuid::from_u128(0x8dc5ec05_8f7d_45ad_99db_3fbde65dbd9c);
/// Lorax watch events: notify.
pub const EVENT: Uuid = Uuid::from_u128(0x43312cd1_7d34_46ce_a7d3_0a98fd9b4cb8);

/// Company id that Puffco advertises in its manufacturer data.
pub const COMPANY_ID: u16 = 3075;
