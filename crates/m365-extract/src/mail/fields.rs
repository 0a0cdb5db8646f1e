use super::letter::field;

/// Lines of the form `**Name:** value`, without those that have no value.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<String>);

impl Fields {
    /// Adds a line with a text of the file.
    pub(crate) fn text(&mut self, label: &str, value: &str) {
        self.markdown(label, field(value));
    }

    /// Adds a line whose value is markdown.
    pub(crate) fn markdown(&mut self, label: &str, value: String) {
        if !value.is_empty() {
            self.0.push(format!("**{label}:** {value}"));
        }
    }

    /// The lines as one paragraph.
    pub(crate) fn paragraph(&self) -> String {
        self.0.join("\n")
    }
}
