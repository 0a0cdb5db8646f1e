use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::{
    Address,
    blocks::Blocks,
    budget::Budgets,
    gate::{Lanes, Places},
    session::Core,
};

/// How many entries a table may have before the first search for such as can be forgotten.
const FEW: usize = 64;

/// The tenants of a pool, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Tenants(RwLock<Table<Tenant>>);

/// What the users of one tenant share.
#[derive(Debug)]
pub(crate) struct Tenant {
    /// The places of its requests in flight.
    pub(crate) places: Places,
    /// What it may retry.
    pub(crate) budgets: Budgets,
    users: Mutex<Table<User>>,
    /// The places of all users' requests in flight to the mailboxes that they name.
    mailboxes: Mutex<Table<Semaphore>>,
}

/// What one user has alone.
#[derive(Debug, Default)]
pub(crate) struct User {
    /// The places of the user's requests in flight.
    pub(crate) lanes: Lanes,
    /// Until when Graph asks this user to stay away.
    pub(crate) blocks: Blocks,
}

impl Tenants {
    /// Returns the tenant of that id.
    pub(crate) fn tenant(&self, id: &str, core: &Core) -> Arc<Tenant> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(id);
        known.unwrap_or_else(|| {
            let mut table = self.0.write().unwrap_or_else(PoisonError::into_inner);
            table.get_or_add(id, core.clock.now(), Tenant::new)
        })
    }
}

impl Tenant {
    fn new(now: Timestamp) -> Self {
        let budgets = Budgets::of_tenant(now);
        let places = Places::default();
        Self { places, budgets, users: Mutex::default(), mailboxes: Mutex::default() }
    }

    /// Returns the user of that id.
    pub(crate) fn user(&self, id: &str, core: &Core) -> Arc<User> {
        let mut table = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(user) = table.get(id) {
            return user;
        }
        table.get_or_add(id, core.clock.now(), |_| User::default())
    }

    /// Returns the places of requests to the mailbox at `address`, in whatever case it is written.
    pub(crate) fn mailbox(&self, address: &Address, core: &Core) -> Arc<Semaphore> {
        let mut table = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let places = || Semaphore::new(core.limits.per_mailbox.max(1) as usize);
        table.get_or_add(&address.key(), core.clock.now(), |_| places())
    }
}

/// Something that may be forgotten once it is like new.
trait Forgettable {
    /// Tells whether it differs from a new one, users of it aside.
    fn matters(&self, now: Timestamp) -> bool;
}

impl Forgettable for Tenant {
    fn matters(&self, now: Timestamp) -> bool {
        any(&self.users, now) || any(&self.mailboxes, now) || !self.budgets.are_full(now)
    }
}

/// Tells whether anything is left of a table once it has forgotten what it can.
fn any<T: Forgettable>(table: &Mutex<Table<T>>, now: Timestamp) -> bool {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    table.forget(now);
    !table.entries.is_empty()
}

impl Forgettable for User {
    fn matters(&self, now: Timestamp) -> bool {
        self.blocks.any(now)
    }
}

/// Places that nobody holds or waits for are like new; whoever does keeps them remembered.
impl Forgettable for Semaphore {
    fn matters(&self, _: Timestamp) -> bool {
        false
    }
}

/// What is remembered by id, as long as it is in use or differs from a new one: so nothing is lost
/// by forgetting, and no timer is needed.
#[derive(Debug)]
struct Table<T> {
    entries: HashMap<Box<str>, Arc<T>>,
    /// The length at which the next search is due.
    many: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), many: FEW }
    }
}

impl<T: Forgettable> Table<T> {
    fn get(&self, id: &str) -> Option<Arc<T>> {
        self.entries.get(id).map(Arc::clone)
    }

    fn get_or_add(
        &mut self,
        id: &str,
        now: Timestamp,
        make: impl FnOnce(Timestamp) -> T,
    ) -> Arc<T> {
        if self.entries.len() >= self.many && !self.entries.contains_key(id) {
            self.forget(now);
        }
        let entry = self.entries.entry(id.into()).or_insert_with(|| Arc::new(make(now)));
        Arc::clone(entry)
    }

    /// Forgets what is like new. The next search waits until the table has doubled, so that each
    /// entry pays for it only a little.
    fn forget(&mut self, now: Timestamp) {
        self.entries.retain(|_, entry| Arc::strong_count(entry) > 1 || entry.matters(now));
        self.many = (self.entries.len() * 2).max(FEW);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Workload;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn user(_: Timestamp) -> User {
        User::default()
    }

    #[test]
    fn users_of_whom_nothing_is_known_are_forgotten() {
        let mut users = Table::default();

        for number in 0..10_000 {
            users.get_or_add(&number.to_string(), NOW, user);
        }

        assert!(users.entries.len() <= FEW, "{}", users.entries.len());
    }

    #[test]
    fn mailboxes_that_nobody_reads_are_forgotten() {
        let mut mailboxes = Table::default();
        let in_use = mailboxes.get_or_add("in use", NOW, |_| Semaphore::new(3));

        for number in 0..10_000 {
            mailboxes.get_or_add(&number.to_string(), NOW, |_| Semaphore::new(3));
        }

        assert!(mailboxes.entries.len() <= FEW, "{}", mailboxes.entries.len());
        assert!(Arc::ptr_eq(&in_use, &mailboxes.get("in use").unwrap()));
    }

    #[test]
    fn a_user_in_use_and_one_who_must_wait_are_remembered() {
        let mut users = Table::default();
        let in_use = users.get_or_add("in use", NOW, user);
        let until = NOW + Duration::from_secs(3600);
        users.get_or_add("waiting", NOW, user).blocks.note(Workload::Outlook, until);

        for number in 0..1000 {
            users.get_or_add(&number.to_string(), NOW, user);
        }

        let waiting = users.get("waiting").unwrap();
        assert!(waiting.blocks.any(NOW));
        assert!(Arc::ptr_eq(&in_use, &users.get("in use").unwrap()));
    }

    #[test]
    fn a_user_whose_wait_is_over_is_forgotten() {
        let mut users = Table::default();
        let until = NOW + Duration::from_secs(60);
        users.get_or_add("waiting", NOW, user).blocks.note(Workload::Outlook, until);

        users.forget(until);

        assert!(users.get("waiting").is_none());
    }
}
