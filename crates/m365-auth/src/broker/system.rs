use std::sync::Arc;

use super::Broker;

/// Returns the operating system's broker; `None` where it has none, or this build does not know it.
///
/// Whether it serves a tenant is for [`Broker::availability`] to say. The one of Linux comes with
/// the feature `linux-broker`.
#[must_use]
pub fn system_broker() -> Option<Arc<dyn Broker>> {
    platform()
}

#[cfg(windows)]
fn platform() -> Option<Arc<dyn Broker>> {
    Some(Arc::new(super::WebAccountManager::new()))
}

#[cfg(target_os = "macos")]
fn platform() -> Option<Arc<dyn Broker>> {
    super::MacHelper::beside_executable().map(|helper| Arc::new(helper) as Arc<dyn Broker>)
}

#[cfg(all(target_os = "linux", feature = "linux-broker"))]
fn platform() -> Option<Arc<dyn Broker>> {
    Some(Arc::new(super::LinuxBroker::new()))
}

#[cfg(not(any(windows, target_os = "macos", all(target_os = "linux", feature = "linux-broker"))))]
fn platform() -> Option<Arc<dyn Broker>> {
    None
}
