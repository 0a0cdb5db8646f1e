//! Web Account Manager, which signs in with the accounts of Windows.
//!
//! What can be decided without Windows lies in [`answer`] and [`wish`] and is tested everywhere.

mod answer;
mod codes;
mod wish;

#[cfg(windows)]
mod calls;
#[cfg(windows)]
mod manager;
#[cfg(windows)]
mod worker;

#[cfg(windows)]
pub use manager::WebAccountManager;
