use std::{io, process::Command};

use url::Url;

/// Opens addresses in the user's browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    command: Option<String>,
}

impl Browser {
    /// Uses the system's browser.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses the first command of a `$BROWSER` value: colon-separated, `%s` stands for the address.
    ///
    /// An empty value means the system's browser.
    #[must_use]
    pub fn with_command(mut self, value: &str) -> Self {
        let first = value.split(':').map(str::trim).find(|command| !command.is_empty());
        self.command = first.map(str::to_owned);
        self
    }

    /// Opens `url`; returns as soon as the browser has been started.
    ///
    /// # Errors
    ///
    /// Whatever the operating system says when there is no browser to start. The text holds no
    /// address.
    pub fn open(&self, url: &Url) -> io::Result<()> {
        match &self.command {
            Some(command) => start(command, url),
            None => webbrowser::open_browser_with_options(
                webbrowser::Browser::Default,
                url.as_str(),
                webbrowser::BrowserOptions::new().with_suppress_output(true),
            ),
        }
    }
}

fn start(command: &str, url: &Url) -> io::Result<()> {
    let (program, arguments) = command_line(command, url);
    let mut command = Command::new(program);
    command.args(arguments).stdin(std::process::Stdio::null());
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn()?;
    // Reaped in the background, so that no zombie is left in a server that runs for weeks.
    std::thread::Builder::new().spawn(move || child.wait())?;
    Ok(())
}

fn command_line(command: &str, url: &Url) -> (String, Vec<String>) {
    let mut words = command.split_whitespace().map(str::to_owned);
    let program = words.next().unwrap_or_default();
    let mut arguments: Vec<String> = words.collect();
    match arguments.iter().any(|argument| argument.contains("%s")) {
        true => {
            for argument in &mut arguments {
                *argument = argument.replace("%s", url.as_str());
            }
        }
        false => arguments.push(url.to_string()),
    }
    (program, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_stands_where_the_command_wants_it_and_else_at_its_end() {
        let url = Url::parse("https://login.example/?a=b&c=d%20e").unwrap();

        let line = |command| command_line(command, &url).1.join("|");

        assert_eq!(line("lynx --new %s --quiet"), format!("--new|{url}|--quiet"));
        assert_eq!(line("firefox"), url.as_str());
    }

    #[test]
    fn the_first_command_of_the_variable_counts_and_an_empty_one_is_none() {
        assert_eq!(Browser::new().with_command("a %s:b").command.as_deref(), Some("a %s"));
        assert_eq!(Browser::new().with_command(""), Browser::new());
    }
}
