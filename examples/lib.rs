//! One program per use of the crates.
