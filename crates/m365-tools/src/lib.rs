//! The tool catalog: what an AI host may ask of a user's Microsoft 365.
