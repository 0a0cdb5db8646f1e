//! Microsoft Graph; one module per area.
