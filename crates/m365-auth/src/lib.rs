//! Signs a user in to Microsoft Entra ID and keeps the tokens.

mod clock;
mod error;
mod token;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, ErrorKind, Result};
pub use token::{AccessToken, FixedToken, TokenProvider, TokenRequest};
