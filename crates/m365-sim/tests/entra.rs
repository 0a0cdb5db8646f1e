//! Sign-in and tokens.
