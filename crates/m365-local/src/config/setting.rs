use std::{cell::RefCell, fmt, path::PathBuf, str::FromStr};

use m365_auth::{Endpoint, InvalidSetting, ScopeSet};
use m365_tools::ANSWER_LIMITS;
use url::Url;

use super::{Entry, Environment};

/// A wrong option, variable or file, in one sentence that says what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConfigError(String);

impl ConfigError {
    /// Wraps the sentence.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Where values are looked up: a flag wins over the environment, which wins over the entry.
///
/// Under device management only the entry says what an entry can say. What the user says of it is
/// taken down, so that it can be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    env: &'a Environment,
    entry: Option<&'a Entry>,
    ignored: Option<&'a RefCell<Vec<String>>>,
}

impl<'a> Source<'a> {
    pub(super) const fn new(env: &'a Environment, entry: Option<&'a Entry>) -> Self {
        Self { env, entry, ignored: None }
    }

    /// Lets nothing but the entry say what an entry can say, and takes down in `ignored` who tried.
    pub(super) const fn ignoring(self, ignored: Option<&'a RefCell<Vec<String>>>) -> Self {
        Self { ignored, ..self }
    }

    pub(super) fn entry_name(&self) -> Option<&'a str> {
        self.entry.map(|entry| entry.name.as_str())
    }

    /// Finds a value with the place that it comes from; an empty `key` has none in files.
    pub(super) fn setting(
        &self,
        flag_value: &Option<String>,
        flag: &str,
        variable: &str,
        key: &str,
    ) -> Option<Setting> {
        let said = self.said(flag_value.as_deref(), flag, variable);
        let said = match self.ignored.filter(|_| !key.is_empty()) {
            Some(ignored) => {
                ignored.borrow_mut().extend(said.map(|setting| setting.place));
                None
            }
            None => said,
        };
        said.or_else(|| {
            let entry = self.entry?;
            entry.value(key).map(|value| Setting::new(entry.place(key), value.trim()))
        })
    }

    /// Finds what the user says, by a flag or a variable.
    fn said(&self, flag_value: Option<&str>, flag: &str, variable: &str) -> Option<Setting> {
        let of_flag = flag_value.map(|value| (flag, value));
        let (place, value) = of_flag.or_else(|| Some((variable, self.env.get(variable)?)))?;
        Some(Setting::new(place, value.trim()))
    }

    pub(super) fn text(
        &self,
        flag_value: &Option<String>,
        flag: &str,
        variable: &str,
        key: &str,
    ) -> Option<String> {
        self.setting(flag_value, flag, variable, key).map(|setting| setting.value)
    }

    pub(super) fn path(
        &self,
        flag_value: Option<&PathBuf>,
        flag: &str,
        variable: &str,
        key: &str,
    ) -> Option<PathBuf> {
        match flag_value.filter(|_| self.ignored.is_none() || key.is_empty()) {
            Some(path) => Some(path.clone()),
            None => {
                let given = flag_value.map(|path| path.display().to_string());
                self.text(&given, flag, variable, key).map(PathBuf::from)
            }
        }
    }

    pub(super) fn switch(
        &self,
        flag_value: bool,
        flag: &str,
        variable: &str,
        key: &str,
    ) -> Result<bool, ConfigError> {
        let given = flag_value.then(|| "true".to_owned());
        self.setting(&given, flag, variable, key).map_or(Ok(false), |setting| setting.switch())
    }
}

/// One value and where it was found.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    place: String,
    value: String,
}

impl Setting {
    /// Creates a setting that stands at `place`.
    pub(crate) fn new(place: impl Into<String>, value: impl Into<String>) -> Self {
        Self { place: place.into(), value: value.into() }
    }

    /// Says that the value is wrong and what would be right.
    pub(crate) fn refuse(&self, expected: impl fmt::Display) -> ConfigError {
        ConfigError(format!("{}: `{}` is not {expected}", self.place, self.value))
    }

    /// Reads a value whose type itself says what it accepts.
    pub(crate) fn accepted<T: FromStr<Err = InvalidSetting>>(&self) -> Result<T, ConfigError> {
        self.value.parse().map_err(|error| self.explain(error))
    }

    fn explain(&self, error: InvalidSetting) -> ConfigError {
        let error = error.to_string();
        match error.contains(&self.value) {
            true => ConfigError(format!("{}: {error}", self.place)),
            false => ConfigError(format!("{}: `{}`: {error}", self.place, self.value)),
        }
    }

    pub(crate) fn parse<T: FromStr>(&self, expected: &str) -> Result<T, ConfigError> {
        self.value.parse().map_err(|_| self.refuse(expected))
    }

    pub(crate) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        choices
            .iter()
            .find(|(name, _)| *name == self.value)
            .map(|(_, choice)| *choice)
            .ok_or_else(|| self.refuse(format_args!("one of {}", names())))
    }

    /// Reads what is on or off.
    pub(crate) fn switch(&self) -> Result<bool, ConfigError> {
        self.one_of(&[("true", true), ("1", true), ("false", false), ("0", false)])
    }

    /// Reads how many characters an answer may have.
    pub(crate) fn answer_limit(&self) -> Result<usize, ConfigError> {
        let (least, most) = (ANSWER_LIMITS.start(), ANSWER_LIMITS.end());
        let expected = format!("a number of characters from {least} to {most}");
        match self.parse(&expected)? {
            limit if ANSWER_LIMITS.contains(&limit) => Ok(limit),
            _ => Err(self.refuse(expected)),
        }
    }

    /// Reads the address that replaces a cloud's own.
    pub(crate) fn endpoint(&self) -> Result<Url, ConfigError> {
        Endpoint::parse(&self.value).map_err(|error| self.explain(error))
    }

    /// Reads a window's handle, decimal or hexadecimal.
    pub(crate) fn window(&self) -> Option<isize> {
        let digits = self.value.strip_prefix("0x").or_else(|| self.value.strip_prefix("0X"));
        match digits {
            Some(digits) => usize::from_str_radix(digits, 16).ok().map(usize::cast_signed),
            None => self.value.parse().ok(),
        }
    }

    /// Reads a list of permissions.
    pub(crate) fn scopes(&self) -> Result<ScopeSet, ConfigError> {
        if self.value.is_empty() {
            return Err(self.refuse("a list of permissions such as `Mail.Read Calendars.Read`"));
        }
        self.accepted()
    }
}
