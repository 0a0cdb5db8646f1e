//! What Entra ID remembers: grants, sessions, consents and the state of accounts.

mod consents;

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

use super::{
    apps::{self, App, Credentials, Platform},
    interaction::Interaction,
    interactive::Pending,
    policy::Policy,
    scopes::{Asked, Resource},
};
use crate::directory::UserId;

pub(crate) use self::consents::Consents;

/// What Entra ID remembers, behind a lock that is never held while waiting.
pub(crate) struct Store {
    memory: Mutex<Memory>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Starts with registered apps and an administrator's consent.
    pub(crate) fn new(apps: Vec<App>, consents: Consents) -> Self {
        Self { memory: Mutex::new(Memory { apps, consents, ..Memory::default() }) }
    }

    /// Reads or changes what is remembered.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        work(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The remembered things themselves.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) apps: Vec<App>,
    pub(crate) consents: Consents,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    pub(crate) access_tokens: HashMap<String, AccessToken>,
    /// Accounts by session cookie, the latest last.
    pub(crate) sessions: HashMap<String, Vec<Session>>,
    pub(crate) attempts: HashMap<String, Pending>,
    pub(crate) script: VecDeque<Interaction>,
    /// What the person in front of one attempt does, by the attempt's `state`.
    pub(crate) arranged: HashMap<String, Interaction>,
    pub(crate) policies: Vec<Policy>,
    /// Each secret given out so far.
    pub(crate) secrets: Vec<String>,
    accounts: HashMap<UserId, Account>,
}

impl Memory {
    /// Finds an app by its client id.
    pub(crate) fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id))
    }

    /// Changes what the remote connector proves itself with.
    pub(crate) fn connector(&mut self, change: impl FnOnce(&mut Credentials)) {
        let connector = self.apps.iter_mut().find(|app| app.client_id == apps::CONNECTOR);
        if let Some(app) = connector {
            change(&mut app.credentials);
        }
    }

    /// Lets Graph challenge a user's access tokens.
    pub(crate) fn distrust(&mut self, user: &UserId, why: &Distrust) {
        let own = self.access_tokens.values_mut().filter(|token| token.user == *user);
        own.for_each(|token| token.distrusted = Some(why.clone()));
    }

    /// Returns the state of an account.
    pub(crate) fn account(&mut self, user: &UserId) -> &mut Account {
        self.accounts.entry(user.clone()).or_default()
    }

    /// Ends an account's sessions and grants; a new password spares those of web apps.
    pub(crate) fn end_grants(&mut self, user: &UserId, now: Timestamp, new_password: bool) {
        self.account(user).ended = Some(now);
        let spared = |platform| new_password && platform == Platform::Web;
        for token in self.refresh_tokens.values_mut().filter(|token| token.user == *user) {
            token.ended |= !spared(token.platform);
        }
        for code in self.codes.values_mut().filter(|code| code.user == *user) {
            code.ended |= !spared(code.platform);
        }
        self.distrust(user, &Distrust::since(now));
        self.sessions.values_mut().for_each(|session| session.retain(|entry| entry.user != *user));
    }
}

/// The changeable part of a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) disabled: bool,
    pub(crate) needs_mfa: bool,
    pub(crate) unassigned: bool,
    /// Signs in on a device that the organisation manages.
    pub(crate) has_device: bool,
    /// When sessions ended last; what is older does not count.
    pub(crate) ended: Option<Timestamp>,
}

/// How, and when, a user proved who it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignIn {
    /// When the user was asked last.
    pub(crate) at: Timestamp,
    /// Whether there was a second factor.
    pub(crate) mfa: bool,
    /// Whether it happened on a device that the organisation manages.
    pub(crate) device: bool,
}

/// An account in a browser session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) user: UserId,
    pub(crate) sign_in: SignIn,
}

impl Session {
    /// Adds a second factor.
    pub(crate) fn with_second_factor(mut self) -> Self {
        self.sign_in.mfa = true;
        self
    }
}

/// What an authorization code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) platform: Platform,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) asked: Asked,
    pub(crate) user: UserId,
    pub(crate) sign_in: SignIn,
    pub(crate) issued: Timestamp,
    pub(crate) used: bool,
    /// Sessions were revoked since.
    pub(crate) ended: bool,
}

/// A PKCE challenge.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) value: String,
    pub(crate) hashed: bool,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) client_id: String,
    pub(crate) platform: Platform,
    pub(crate) asked: Asked,
    pub(crate) user: UserId,
    pub(crate) sign_in: SignIn,
    pub(crate) expires: Timestamp,
    /// Sessions were revoked since.
    pub(crate) ended: bool,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) resource: Resource,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) user: UserId,
    /// Whether Graph evaluates it continuously.
    pub(crate) cae: bool,
    pub(crate) sign_in: SignIn,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    /// Why Graph's continuous evaluation does not trust it.
    pub(crate) distrusted: Option<Distrust>,
}

/// Why a token that has not expired is not trusted.
#[derive(Clone, Debug)]
pub(crate) struct Distrust {
    /// Tokens that were issued later are trusted.
    pub(crate) since: Timestamp,
    /// The address that it is used from and that policies forbid, if that is why.
    pub(crate) address: Option<String>,
}

impl Distrust {
    /// Trusts later tokens only.
    pub(crate) fn since(since: Timestamp) -> Self {
        Self { since, address: None }
    }
}
