use schemars::JsonSchema;
use serde::Deserialize;

use crate::{OneOrMany, ToolError, asked};

/// What `sharepoint_search` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SharepointSearchInput {
    /// Words and KQL, up to 2,000 characters: `budget title:plan NOT draft`; `*`: all.
    pub(super) query: Option<String>,
    /// `docx`, or an array.
    pub(super) file_type: Option<OneOrMany>,
    /// Name or address, up to 500 characters.
    pub(super) author: Option<String>,
    /// Name, path (`Documents/Budget`) or address; subfolders count.
    pub(super) folder_name: Option<String>,
    /// Name, address or id; subsites count.
    pub(super) site: Option<String>,
    /// Name, e.g. `Documents`.
    pub(super) library: Option<String>,
    /// The https:// address it lies below.
    pub(super) path: Option<String>,
    /// Default: file and page.
    pub(super) content_type: Option<ContentType>,
    /// Modified from, e.g. `2026-11-01`, `last week`.
    pub(super) after_date_time: Option<String>,
    /// Modified until, that day included.
    pub(super) before_date_time: Option<String>,
    /// Default: relevance, if there is a query.
    pub(super) order: Option<Order>,
    /// 1 to 50, default 10.
    #[schemars(range(min = 1))]
    pub(super) limit: Option<i64>,
    /// The last answer's `nextOffset`.
    #[schemars(range(min = 0))]
    pub(super) offset: Option<i64>,
}

/// What kind of thing is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum ContentType {
    File,
    Page,
    List,
    Site,
}

/// The order of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Order {
    Relevance,
    Newest,
}

/// What is looked for, checked, apart from where and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    pub(super) query: Option<String>,
    pub(super) author: Option<String>,
    pub(super) file_types: Vec<String>,
    pub(super) content_type: Option<ContentType>,
    pub(super) newest: bool,
}

impl Conditions {
    /// Takes what is given, and refuses what contradicts itself.
    pub(super) fn of(input: &SharepointSearchInput) -> Result<Self, ToolError> {
        let query = asked::given(input.query.as_ref()).filter(|query| query != "*");
        let conditions = Self {
            newest: query.is_none() || input.order == Some(Order::Newest),
            query,
            author: asked::given(input.author.as_ref()).map(asked::person),
            file_types: file_types(input)?,
            content_type: input.content_type,
        };
        conditions.fit_the_kind(input)?;
        Ok(conditions)
    }

    /// Refuses what only files have for things that are none.
    fn fit_the_kind(&self, input: &SharepointSearchInput) -> Result<(), ToolError> {
        let of_files = [
            ("fileType", !self.file_types.is_empty()),
            ("folderName", asked::given(input.folder_name.as_ref()).is_some()),
            ("library", asked::given(input.library.as_ref()).is_some()),
        ];
        let asked = of_files.into_iter().find(|(_, given)| *given).map(|(name, _)| name);
        match (self.content_type, asked) {
            (Some(kind @ (ContentType::List | ContentType::Site)), Some(field)) => {
                Err(ToolError::validation(format!(
                    "{field}: only files and pages have it; leave it out for contentType {}.",
                    kind.as_str()
                )))
            }
            _ => Ok(()),
        }
    }
}

impl ContentType {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Page => "page",
            Self::List => "list",
            Self::Site => "site",
        }
    }
}

/// Reads extensions as people write them: `.DOCX` is `docx`.
fn file_types(input: &SharepointSearchInput) -> Result<Vec<String>, ToolError> {
    let given = input.file_type.as_ref().map(OneOrMany::as_slice).unwrap_or_default();
    let plain = given.iter().map(|one| one.trim().trim_start_matches(['.', '*']).to_lowercase());
    let types: Vec<_> = plain.filter(|one| !one.is_empty()).collect();
    let is_type = |one: &&String| {
        (1..=16).contains(&one.len()) && one.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match types.iter().find(|one| !is_type(one)) {
        _ if types.len() > 20 => Err(ToolError::validation("fileType: up to 20 are accepted.")),
        None => Ok(types),
        Some(wrong) => Err(ToolError::validation(format!(
            "fileType: {:?} is not accepted; a file extension such as docx is.",
            m365_extract::excerpt(wrong, 60)
        ))),
    }
}
