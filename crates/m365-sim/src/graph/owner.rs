//! The routes below `/me` and `/users/{id}`.

use serde_json::{Map, Value, json};

use crate::{
    cloud::SimCloud,
    directory::{Kind, User},
    graph::{
        calendar,
        call::{Call, ok},
        drives,
        fail::Fail,
        mail, meeting_times, meetings, people, settings, sites, teams, time_zones, translate,
    },
    http::Response,
};

/// The user whom a path is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) user: &'a User,
    /// Whether it is the signed-in user.
    pub(crate) is_caller: bool,
}

impl<'a> Owner<'a> {
    /// Finds the user of `/me`, or of `/users/{name}` by object id or principal name.
    pub(crate) fn find(call: &Call<'a>, name: Option<&str>) -> Result<Self, Fail> {
        let wanted = name.unwrap_or(&call.grant.user_id);
        let user = call.grant.tenant.directory.find(wanted).filter(|user| user.kind != Kind::Group);
        let user = user.ok_or_else(|| Fail::invalid_user(wanted))?;
        Ok(Self { user, is_caller: user.oid == call.grant.user_id })
    }
}

/// Answers a request for a user, of whom the directory says in its own words that there is none.
pub(crate) fn of(call: &Call<'_>, name: &str) -> Result<Response, Fail> {
    match Owner::find(call, Some(name)) {
        Ok(owner) => profile(call, &owner),
        Err(_) => {
            may_read(call, false)?;
            Err(Fail::no_resource(name))
        }
    }
}

/// What Graph has below a user and the demo tenant has not.
const ELSEWHERE: &[&str] = &[
    "activities",
    "authentication",
    "calendarGroups",
    "contactFolders",
    "contacts",
    "getMailTips",
    "inferenceClassification",
    "insights",
    "licenseDetails",
    "manager",
    "memberOf",
    "onenote",
    "photo",
    "photos",
    "planner",
    "presence",
    "sendMail",
    "settings",
    "todo",
    "transitiveMemberOf",
];

/// Answers a request about a user.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    match path {
        [] => profile(call, owner),
        ["messages" | "mailFolders", ..] => mail::route(call, owner, path),
        ["mailboxSettings", rest @ ..] => settings::route(call, owner, rest),
        ["calendar" | "calendarView" | "calendars" | "events", ..] => {
            calendar::route(call, owner, path)
        }
        ["findMeetingTimes"] => meeting_times::route(call, owner),
        ["outlook", rest @ ..] => time_zones::route(call, owner, rest),
        ["people", rest @ ..] => people::route(call, owner, rest),
        ["chats" | "joinedTeams" | "teamwork", ..] => teams::of_user(call, owner, path),
        ["drive" | "drives", ..] => drives::of_owner(call, owner, path),
        ["followedSites"] => sites::followed(call, owner),
        ["onlineMeetings", rest @ ..] => meetings::route(call, owner, rest),
        ["translateExchangeIds"] if call.state.cloud == SimCloud::Global => {
            translate::route(call, owner)
        }
        [first, ..] if ELSEWHERE.contains(first) => Err(Fail::not_here(&format!("/me/{first}"))),
        [first, ..] => Err(Fail::no_segment(first)),
    }
}

/// What a user has when nothing is selected.
pub(crate) const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

const ON_REQUEST: [&str; 6] =
    ["accountEnabled", "companyName", "department", "proxyAddresses", "userType", "usageLocation"];

fn may_read(call: &Call<'_>, own: bool) -> Result<(), Fail> {
    call.reading()?;
    let open =
        call.has(&["User.Read.All", "User.ReadBasic.All"]) || own && call.has(&["User.Read"]);
    if open { Ok(()) } else { Err(Fail::directory_denied()) }
}

fn profile(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    may_read(call, owner.is_caller)?;
    let select = call.query.select();
    let names = select.as_deref().unwrap_or(&USUAL);
    let mut body = Map::new();
    let columns = mail::columns(select.as_deref());
    let context = format!("{}/$metadata#users{columns}/$entity", call.root());
    body.insert("@odata.context".into(), context.into());
    for name in names {
        body.insert((*name).to_owned(), property(owner.user, name)?);
    }
    Ok(ok(&Value::Object(body)))
}

/// Returns one of a user's properties.
pub(crate) fn property(user: &User, name: &str) -> Result<Value, Fail> {
    if !USUAL.contains(&name) && !ON_REQUEST.contains(&name) {
        let message =
            format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.");
        return Err(Fail::bad_request(message));
    }
    let (given, family) = user.names();
    let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    Ok(match name {
        "accountEnabled" => true.into(),
        "businessPhones" => json!([]),
        "companyName" => user.company.as_str().into(),
        "department" => text(&user.department),
        "displayName" => text(&user.display_name),
        "givenName" => text(given),
        "id" => text(&user.oid),
        "jobTitle" => text(&user.job_title),
        "mail" | "userPrincipalName" => text(&user.upn),
        "officeLocation" => text(&user.office),
        "preferredLanguage" => text(&user.language),
        "proxyAddresses" => json!([format!("SMTP:{}", user.upn)]),
        "surname" => text(family),
        "userType" => user.user_type().into(),
        _ => Value::Null,
    })
}
