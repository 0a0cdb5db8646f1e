//! The remote connector, built and run, between a host and the demo tenant.
