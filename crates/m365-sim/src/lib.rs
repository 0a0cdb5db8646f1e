//! A demo Microsoft 365 tenant, Entra ID and Graph, as strict as the real service.
