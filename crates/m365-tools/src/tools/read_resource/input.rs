use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pages::Selection;
use crate::{OneOrMany, ToolError};

/// What `read_resource` is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReadResourceInput {
    /// The `uri` of a hit, or a pasted https:// link; an array of up to 10 is accepted too.
    pub(super) uri: OneOrMany,
    /// The first page, slide or sheet to read, from 1.
    #[schemars(range(min = 1))]
    start_page: Option<i64>,
    /// The last one; as many as fit unless given.
    #[schemars(range(min = 1))]
    end_page: Option<i64>,
    /// The `nextCursor` of an earlier answer to the same arguments.
    pub(super) cursor: Option<String>,
    /// One sheet of an Excel workbook, by its name.
    sheet: Option<String>,
    /// `markdown` unless given; `html`: bodies as plain HTML; `raw`: MIME, WebVTT or text as it is.
    pub(super) format: Option<Format>,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Format {
    #[default]
    Markdown,
    Html,
    Raw,
}

impl ReadResourceInput {
    /// Checks which pages are asked for.
    pub(super) fn selection(&self) -> Result<Selection, ToolError> {
        let start = page("startPage", self.start_page)?;
        let end = page("endPage", self.end_page)?;
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            return Err(ToolError::validation(format!(
                "endPage: {end} is not accepted; {start} (startPage) or more is."
            )));
        }
        let sheet = self.sheet.clone().filter(|sheet| !sheet.trim().is_empty());
        Ok(Selection { start, end, sheet })
    }
}

fn page(field: &str, asked: Option<i64>) -> Result<Option<usize>, ToolError> {
    let Some(asked) = asked else { return Ok(None) };
    let page = usize::try_from(asked).ok().filter(|page| *page >= 1);
    let refused =
        || ToolError::validation(format!("{field}: {asked} is not accepted; 1 or more is."));
    page.map(Some).ok_or_else(refused)
}
