use m365_tools::DEFAULT_ANSWER_LIMIT;

use super::{
    ConfigError,
    file::File,
    setting::{Setting, Source},
};
use crate::cli::Options;

/// What holds for every tool, whoever calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolsConfig {
    /// How many characters of text one answer may have.
    pub(crate) answer_limit: usize,
    /// Whether a boundary stands around text that others wrote.
    pub(crate) mark_untrusted: bool,
    /// Whether a policy of `ask` is left to hosts.
    pub(crate) policy_by_host: bool,
}

impl Default for ToolsConfig {
    fn default() -> Self {
        Self { answer_limit: DEFAULT_ANSWER_LIMIT, mark_untrusted: false, policy_by_host: false }
    }
}

impl ToolsConfig {
    /// Reads flags, environment and file.
    pub(super) fn read(
        source: Source<'_>,
        options: &Options,
        file: &File,
    ) -> Result<Self, ConfigError> {
        let flag = |given: bool| given.then(|| "true".to_owned());
        let switch = |found: Option<Setting>| found.map_or(Ok(false), |setting| setting.switch());
        let limit = source.setting(
            ("--answer-limit", &options.answer_limit),
            "M365_ANSWER_LIMIT",
            ("answer_limit", file.answer_limit.as_ref()),
        );
        Ok(Self {
            answer_limit: limit.map_or(Ok(DEFAULT_ANSWER_LIMIT), |it| it.answer_limit())?,
            mark_untrusted: switch(source.setting(
                ("--mark-untrusted", &flag(options.mark_untrusted)),
                "M365_MARK_UNTRUSTED",
                ("mark_untrusted", file.mark_untrusted.as_ref()),
            ))?,
            policy_by_host: switch(source.setting(
                ("--tool-policy-by-host", &flag(options.tool_policy_by_host)),
                "M365_TOOL_POLICY_BY_HOST",
                ("tool_policy_by_host", file.tool_policy_by_host.as_ref()),
            ))?,
        })
    }
}
