//! The HTML pages of the sign-in host: no scripts but one, nothing loaded from elsewhere.

use http::{StatusCode, header};

use super::failure::{Failure, Ids};
use crate::{directory::User, http::Response, random};

const STYLE: &str = include_str!("pages/style.css");

/// Shows who can sign in.
pub(crate) fn account_picker(id: &str, app: &str, users: &[User]) -> Response {
    let choices: String = users.iter().map(choice).collect();
    let body = format!(
        "<h1>Pick an account</h1><p>to continue to <strong>{}</strong></p>\
         <form method=\"post\" action=\"login\">{}{choices}\
         <p class=\"buttons\"><button name=\"action\" value=\"cancel\">Cancel</button></p></form>",
        escape(app),
        context(id)
    );
    page("Sign in to your account", &body)
}

/// Asks for a second factor.
pub(crate) fn second_factor(id: &str, upn: &str) -> Response {
    let body = format!(
        "<h1>Approve the sign-in request</h1><p>{}</p>\
         <p>The demo tenant asks for a second factor; here the button is one.</p>\
         <form method=\"post\" action=\"login\">{}{}</form>",
        escape(upn),
        context(id),
        buttons("approve", "Approve")
    );
    page("Approve the sign-in request", &body)
}

/// Asks for consent, naming the permissions.
pub(crate) fn consent(id: &str, app: &str, upn: &str, scopes: &[String]) -> Response {
    let list: String = scopes.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    let body = format!(
        "<h1>Permissions requested</h1><p>{}</p><p><strong>{}</strong> would like to:</p>\
         <ul>{list}</ul><form method=\"post\" action=\"login\">{}{}</form>",
        escape(upn),
        escape(app),
        context(id),
        buttons("accept", "Accept")
    );
    page("Permissions requested", &body)
}

/// Asks an administrator for everyone's consent, and who is asked.
pub(crate) fn admin_consent<'a>(
    query: &str,
    app: &str,
    scopes: &[String],
    users: impl Iterator<Item = &'a User>,
) -> Response {
    let options: String = users.map(option).collect();
    let list: String = scopes.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
    let body = format!(
        "<h1>Permissions requested for your organization</h1>\
         <p><strong>{}</strong> would like to:</p><ul>{list}</ul>\
         <form method=\"post\" action=\"?{}\"><p><label>Account \
         <select name=\"account\">{options}</select></label></p>{}</form>",
        escape(app),
        escape(query),
        buttons("accept", "Accept")
    );
    page("Permissions requested", &body)
}

/// Shows an error that must not be sent to the app.
pub(crate) fn error(failure: &Failure, ids: &Ids) -> Response {
    let body = format!(
        "<h1>Sorry, but we\u{2019}re having trouble signing you in.</h1>\
         <p>AADSTS{}</p><p>{}</p>",
        failure.code,
        escape(&failure.description(ids))
    );
    Response { status: StatusCode::BAD_REQUEST, ..page("Sign in to your account", &body) }
}

/// Sends parameters to the app by a form that submits itself.
pub(crate) fn form_post(action: &str, parts: &[(&str, String)]) -> Response {
    let nonce = random::opaque::<16>("");
    let fields: String = parts.iter().map(|(name, value)| hidden(name, value)).collect();
    let body = format!(
        "<form method=\"post\" action=\"{}\">{fields}\
         <noscript><p><button>Continue</button></p></noscript></form>\
         <script nonce=\"{nonce}\">document.forms[0].submit()</script>",
        escape(action)
    );
    let policy =
        format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'");
    page("Working\u{2026}", &body).header(header::CONTENT_SECURITY_POLICY, policy)
}

/// Returns the page of a redirect.
pub(crate) fn moved() -> String {
    document("Object moved", "<h1>Object moved</h1>")
}

/// Returns the page after a sign-out.
pub(crate) fn signed_out() -> String {
    let body = "<h1>You signed out of your account</h1><p>You may close this window.</p>";
    document("Signed out", body)
}

fn page(title: &str, body: &str) -> Response {
    Response::html(StatusCode::OK, document(title, body))
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")
        .header(header::X_FRAME_OPTIONS, "DENY")
        .header(header::REFERRER_POLICY, "strict-origin-when-cross-origin")
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><main>{body}</main>\
         <footer>Demo tenant of Fjordlight Energy, an invented company</footer></body></html>",
        escape(title)
    )
}

fn choice(user: &User) -> String {
    let (upn, name) = (escape(&user.upn), escape(&user.display_name));
    format!(
        "<button class=\"account\" name=\"account\" value=\"{upn}\">\
         <strong dir=\"auto\">{name}</strong><span>{upn}</span></button>"
    )
}

fn option(user: &User) -> String {
    let (upn, name) = (escape(&user.upn), escape(&user.display_name));
    format!("<option value=\"{upn}\">{name} ({upn})</option>")
}

fn buttons(action: &str, label: &str) -> String {
    format!(
        "<p class=\"buttons\"><button name=\"action\" value=\"cancel\">Cancel</button>\
         <button class=\"primary\" name=\"action\" value=\"{action}\">{label}</button></p>"
    )
}

fn context(id: &str) -> String {
    hidden("ctx", id)
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
