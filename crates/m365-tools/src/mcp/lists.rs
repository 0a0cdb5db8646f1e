use rmcp::{
    ErrorData,
    model::{CacheScope, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult},
};

use super::{Context, Inner, Page, host, resources};

/// How long a host may keep a list, which changes with the configuration only.
const TTL_MS: u64 = 300_000;

/// Each list fits one page, so no cursor was ever given out.
fn first_page(page: Page) -> Result<(), ErrorData> {
    match page.and_then(|page| page.cursor) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params("unknown cursor", None)),
    }
}

macro_rules! hints {
    ($list:ident, $server:ident, $ctx:ident) => {
        if host::is_modern($ctx) {
            $list.ttl_ms = Some(TTL_MS);
            $list.cache_scope = Some(CacheScope::Private);
        }
        host::stamp($server, $ctx, &mut $list.meta);
    };
}

pub(super) fn tools(
    server: &Inner,
    page: Page,
    ctx: &Context,
) -> Result<ListToolsResult, ErrorData> {
    first_page(page)?;
    let mut list = ListToolsResult::with_all_items(server.tools.clone());
    hints!(list, server, ctx);
    Ok(list)
}

/// What a user has is found by searching: there is nothing to enumerate.
pub(super) fn resources(
    server: &Inner,
    page: Page,
    ctx: &Context,
) -> Result<ListResourcesResult, ErrorData> {
    resources::check_offered(&server.catalog)?;
    first_page(page)?;
    let mut list = ListResourcesResult::with_all_items(Vec::new());
    hints!(list, server, ctx);
    Ok(list)
}

pub(super) fn templates(
    server: &Inner,
    page: Page,
    ctx: &Context,
) -> Result<ListResourceTemplatesResult, ErrorData> {
    resources::check_offered(&server.catalog)?;
    first_page(page)?;
    let mut list = ListResourceTemplatesResult::with_all_items(resources::templates());
    hints!(list, server, ctx);
    Ok(list)
}
