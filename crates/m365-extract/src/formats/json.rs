use super::{Reader, text};
use crate::{
    clean::clean_text,
    document::{Document, Input, Options},
    escape,
    format::Format,
    refusal::Refusal,
};

/// JSON: indented when it can be parsed, else as it is; in a fenced block either way.
pub(crate) struct Json;

impl Reader for Json {
    fn read(&self, input: &Input<'_>, _: &Options) -> Result<Document, Refusal> {
        let raw = text::decode(input);
        let parsed = serde_json::from_str::<serde_json::Value>(raw.trim_start_matches('\u{feff}'));
        let mut warnings = Vec::new();
        let shown = match parsed {
            Ok(value) => format!("{value:#}"),
            Err(_) => {
                warnings.push("The JSON cannot be parsed; it is shown as it is.".to_owned());
                raw
            }
        };
        let mut document =
            text::whole(Format::Json, None, escape::fenced(&clean_text(&shown), "json"))?;
        document.warnings = warnings;
        Ok(document)
    }
}
