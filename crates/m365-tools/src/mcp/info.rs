use rmcp::model::{
    CacheScope, DiscoverResult, Implementation, ProtocolVersion, ServerCapabilities, ServerConfig,
};

use crate::{Catalog, INSTRUCTIONS};

/// How long a host may keep what never changes while we run.
const DISCOVERY_TTL_MS: u64 = 3_600_000;

/// The protocol versions that we speak, oldest first; the first of all had no tool annotations yet.
pub(super) fn versions() -> &'static [ProtocolVersion] {
    let known = ProtocolVersion::KNOWN_VERSIONS;
    let oldest = known.iter().position(|version| *version == ProtocolVersion::V_2025_03_26);
    known.get(oldest.unwrap_or_default()..).unwrap_or(known)
}

pub(super) fn config(catalog: &Catalog, name: &str, version: &str) -> ServerConfig {
    ServerConfig::new(capabilities(catalog))
        .with_server_info(Implementation::new(name, version).with_title("Microsoft 365"))
        .with_instructions(INSTRUCTIONS)
}

/// Resources are read by a tool, so where that one is blocked there are none.
fn capabilities(catalog: &Catalog) -> ServerCapabilities {
    let capabilities = ServerCapabilities::builder().enable_tools();
    if super::resources::are_offered(catalog) {
        return capabilities.enable_resources().enable_completions().build();
    }
    capabilities.build()
}

/// What we are is the same for everybody, so a shared cache may keep it.
pub(super) fn discovery(config: ServerConfig) -> DiscoverResult {
    let mut result = DiscoverResult::from_server_info(versions().to_vec(), config);
    result.ttl_ms = DISCOVERY_TTL_MS;
    result.cache_scope = CacheScope::Public;
    result
}
