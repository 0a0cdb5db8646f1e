//! A Microsoft Graph client that can only read.
