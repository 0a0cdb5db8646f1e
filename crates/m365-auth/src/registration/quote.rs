//! Text that others chose, as it stands in each language without meaning anything there.

/// Quotes for a POSIX shell.
pub(super) fn sh(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Quotes for PowerShell, to which typographic quotation marks are quotation marks too.
pub(super) fn powershell(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

/// Quotes for Terraform, where an escaped sign begins no template.
pub(super) fn hcl(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace("${", "\\u0024{").replace("%{", "\\u0025{"))
}

/// Writes a filter of Graph that finds apps by their name.
pub(super) fn filter_by_name(name: &str) -> String {
    format!("displayName eq '{}'", name.replace('\'', "''"))
}
