//! Pasted links of SharePoint and OneDrive.

use url::Url;

use super::{
    file,
    reader::{Read, Reader},
    request::Request,
};
use crate::{
    ToolError,
    drives::{
        access,
        links::{self, Target},
    },
    uri::{ResourceUri, SiteUri},
};

/// Reads what a link leads to, as if its own address had been given.
pub(super) async fn read(
    reader: &Reader<'_>,
    request: &Request,
    url: &Url,
) -> Result<Read, ToolError> {
    let reach = access::check(reader.ctx).await?;
    let uri = match links::resolve(reader.ctx, reach, "uri", url).await? {
        Target::Item(item) => return file::read_known(reader, request, *item, reach).await,
        Target::Page { site, page } => SiteUri::Page { site, page },
        Target::Site(site) => SiteUri::Site(site),
    };
    Box::pin(reader.read_uri(request, ResourceUri::Site(uri))).await
}
