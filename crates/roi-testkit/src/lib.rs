//! Comparison, golden files and the device getter that tests share.
