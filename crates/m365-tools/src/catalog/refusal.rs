use crate::{ErrorCode, PolicyMode, ToolError};

/// Refuses a call that the policy does not let through.
pub(super) fn check(mode: PolicyMode, tool: &str, approved: bool) -> Result<(), ToolError> {
    match mode {
        PolicyMode::Allow => Ok(()),
        PolicyMode::Ask if approved => Ok(()),
        PolicyMode::Ask => Err(unasked(tool)),
        PolicyMode::Blocked => Err(blocked(tool)),
    }
}

fn blocked(tool: &str) -> ToolError {
    ToolError::new(
        ErrorCode::Forbidden,
        format!(
            "toolPolicy of this connector sets {tool} to blocked; an administrator can change that."
        ),
    )
}

fn unasked(tool: &str) -> ToolError {
    ToolError::new(
        ErrorCode::Forbidden,
        format!(
            "toolPolicy of this connector sets {tool} to ask, and the user has not approved this call: the \
             host cannot show the question, or the user said no."
        ),
    )
}
