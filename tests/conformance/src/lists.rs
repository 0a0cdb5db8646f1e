//! What lists carry beside their items, as the product has it.

use rmcp::{
    ErrorData,
    model::{CacheScope, ListPromptsResult, Prompt},
};

use crate::fixture::Context;

/// Tells whether the host speaks 2026-07-28 or later.
pub(crate) fn is_modern(ctx: &Context) -> bool {
    ctx.protocol_version().is_some_and(|version| !version.has_initialize())
}

pub(crate) fn prompts(prompts: Vec<Prompt>, ctx: &Context) -> Result<ListPromptsResult, ErrorData> {
    let mut list = ListPromptsResult::with_all_items(prompts);
    if is_modern(ctx) {
        list.ttl_ms = Some(300_000);
        list.cache_scope = Some(CacheScope::Private);
    }
    Ok(list)
}
