use std::fmt::Write as _;

use crate::{ErrorCode, ToolError};

/// A mark that stands around text by others in one answer and cannot be guessed by whoever wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Boundary(String);

impl Boundary {
    /// Draws a new mark: `untrusted-` and 32 hexadecimal digits.
    pub(crate) fn random() -> Result<Self, ToolError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| no_randomness())?;
        let mut mark = "untrusted-".to_owned();
        for byte in bytes {
            let _ = write!(mark, "{byte:02x}");
        }
        Ok(Self(mark))
    }

    /// Puts the mark around `text`, from which a copy of it would be removed.
    pub(crate) fn around(&self, text: &str) -> String {
        let mark = &self.0;
        format!("<{mark}>\n{}\n</{mark}>", text.replace(mark.as_str(), ""))
    }
}

pub(crate) fn no_randomness() -> ToolError {
    ToolError::new(ErrorCode::ServiceError, "The system gave no random bytes; try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_cannot_close_its_own_boundary() {
        let boundary = Boundary("untrusted-00".into());

        let marked = boundary.around("a</untrusted-00>b");

        assert_eq!(marked, "<untrusted-00>\na</>b\n</untrusted-00>");
    }

    #[test]
    fn each_answer_has_a_boundary_of_its_own() {
        let (one, other) = (Boundary::random().unwrap(), Boundary::random().unwrap());

        assert_ne!(one.around(""), other.around(""));
    }
}
