/// What the sign-in page should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prompt {
    /// Ask for consent, also where it was given.
    Consent,
    /// Ask for the password, also where a session exists.
    Login,
    /// Let the user choose an account.
    SelectAccount,
}

impl Prompt {
    /// Returns the value of the `prompt` parameter.
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Login => "login",
            Self::SelectAccount => "select_account",
        }
    }
}

/// Wishes for one sign-in.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SignInOptions {
    /// What the page should do; else it lets the user choose, or goes by the hint.
    pub prompt: Option<Prompt>,
    /// The account to begin with, as a sign-in name or an opaque hint.
    pub login_hint: Option<String>,
    /// Claims to be fulfilled, JSON text; else those that the last refusal asked for.
    pub claims: Option<String>,
}

impl SignInOptions {
    /// Wishes for nothing in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses what the page should do.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Names the account to begin with.
    #[must_use]
    pub fn with_login_hint(mut self, hint: impl Into<String>) -> Self {
        self.login_hint = Some(hint.into());
        self
    }

    /// Asks for claims to be fulfilled, JSON text.
    #[must_use]
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }
}
