use schemars::JsonSchema;
use serde::Deserialize;

/// What `sharepoint_folder_search` is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SharepointFolderSearchInput {
    /// Words of the name, or how they begin; below a parent folder also parts inside words. Up to 200
    /// characters.
    pub(super) name: String,
    /// Only in this site, subsites included: its name, address or id.
    pub(super) site: Option<String>,
    /// Only below this folder, library or site: the `uri` of a hit or an https:// address.
    pub(super) parent: Option<String>,
    /// 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    pub(super) limit: Option<i64>,
    /// The `nextOffset` of an earlier answer.
    #[schemars(range(min = 0))]
    pub(super) offset: Option<i64>,
    /// The `nextCursor` of an earlier answer to the same arguments.
    pub(super) cursor: Option<String>,
}
