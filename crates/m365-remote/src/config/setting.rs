use std::{fmt, str::FromStr};

use m365_auth::{Endpoint, InvalidSetting};
use m365_tools::ANSWER_LIMITS;
use toml::Spanned;
use url::Url;

use super::{Document, Environment};

/// A wrong option, variable or line, in one sentence that says what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConfigError(String);

impl ConfigError {
    /// Wraps the sentence.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Where values are looked up: a flag wins over the environment, which wins over the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) env: &'a Environment,
    pub(super) document: Option<&'a Document>,
}

impl Source<'_> {
    /// Finds a value with the place that it comes from.
    pub(super) fn setting<T: fmt::Display>(
        &self,
        flag: (&str, &Option<String>),
        variable: &str,
        key: (&str, Option<&Spanned<T>>),
    ) -> Option<Setting> {
        let (name, value) = flag;
        value
            .as_deref()
            .map(|value| Setting::new(name, value))
            .or_else(|| self.env.get(variable).map(|value| Setting::new(variable, value)))
            .or_else(|| key.1.map(|value| self.in_file(key.0, value)))
    }

    /// Places the value of `key` of the file.
    pub(super) fn in_file<T: fmt::Display>(&self, key: &str, value: &Spanned<T>) -> Setting {
        Setting::new(self.place(key, value), &value.get_ref().to_string())
    }

    /// Names the line and the key of a value of the file.
    pub(super) fn place<T>(&self, key: &str, value: &Spanned<T>) -> String {
        match self.document {
            Some(document) => format!("{}: {key}", document.line(value.span().start)),
            None => key.to_owned(),
        }
    }

    /// Refuses something about the file as a whole.
    pub(super) fn missing(&self, what: &str) -> ConfigError {
        match self.document {
            Some(document) => ConfigError::new(format!("{}: {what}", document.name())),
            None => ConfigError::new(what),
        }
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
    pub(crate) fn new(place: impl Into<String>, value: &str) -> Self {
        Self { place: place.into(), value: value.trim().to_owned() }
    }

    /// Returns the value.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// Says that the value is wrong and what would be right.
    pub(crate) fn refuse(&self, expected: impl fmt::Display) -> ConfigError {
        ConfigError(format!("{}: `{}` is not {expected}", self.place, self.value))
    }

    /// Says what is wrong about the value, in words of its own.
    pub(crate) fn wrong(&self, why: impl fmt::Display) -> ConfigError {
        ConfigError(format!("{}: `{}`: {why}", self.place, self.value))
    }

    /// Reads a value whose type itself says what it accepts.
    pub(crate) fn accepted<T: FromStr<Err = InvalidSetting>>(&self) -> Result<T, ConfigError> {
        self.value.parse().map_err(|error| self.explain(&error))
    }

    /// Adds the place to an error that may name the value already.
    pub(crate) fn explain(&self, error: &impl fmt::Display) -> ConfigError {
        let error = error.to_string();
        match error.contains(&self.value) {
            true => ConfigError(format!("{}: {error}", self.place)),
            false => self.wrong(error),
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
        Endpoint::parse(&self.value).map_err(|error| self.explain(&error))
    }
}
