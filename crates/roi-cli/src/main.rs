//! The roichat command.
fn main() {}
