//! The whole way through a real Bluetooth stack: btleplug, bluetoothd and a Linux kernel, in a virtual machine
//! with a virtual device on its radio. `cargo xtask vm` starts it, once for each device.
//!
//! Outside of that machine there is no such device, so these tests are ignored unless they are asked for.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "test")]

mod bluetoothd;
mod rig;
mod story;
mod vm;

use story::Kind;
use vm::Vm;

/// Runs the whole story of one device.
fn run(name: &'static str, kind: Kind) {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let vm = Vm::here().expect("there is no virtual device here: `cargo xtask vm` starts one");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(story::tell(name, kind, vm));
}

#[test]
#[ignore = "runs in a virtual machine with a device on its radio: cargo xtask vm peak-lorax"]
fn peak_lorax() {
    run("peak-lorax", Kind { bonds: true, restarts_bluetoothd: true, ..Kind::default() });
}

#[test]
#[ignore = "runs in a virtual machine with a device on its radio: cargo xtask vm peak-lorax-cbor"]
fn peak_lorax_cbor() {
    run("peak-lorax-cbor", Kind { bonds: true, ..Kind::default() });
}

#[test]
#[ignore = "runs in a virtual machine with a device on its radio: cargo xtask vm peak-legacy"]
fn peak_legacy() {
    run("peak-legacy", Kind { legacy: true, ..Kind::default() });
}

#[test]
#[ignore = "runs in a virtual machine with a device on its radio: cargo xtask vm proxy-lorax"]
fn proxy_lorax() {
    run("proxy-lorax", Kind { bonds: true, drops_first: true, ..Kind::default() });
}
