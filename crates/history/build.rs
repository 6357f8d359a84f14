//! A new migration is a change of the program, which embeds it.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
