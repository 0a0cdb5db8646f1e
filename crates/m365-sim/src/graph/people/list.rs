//! The directory's list of users.

use serde_json::{Map, Value};

use crate::{
    directory::{Kind, User},
    graph::{
        call::Call,
        fail::Fail,
        filter::{self, Condition, Sorting, Value as Own},
        mail::columns,
        owner::{USUAL, property},
        page::{self, Count, Cut, Link},
        people::search::{Search, unsupported},
    },
    http::Response,
};

/// The largest page.
const MAX_TOP: usize = 999;

/// What `User.ReadBasic.All` shows; the rest is there and empty.
const BASIC: [&str; 6] = ["displayName", "givenName", "id", "mail", "surname", "userPrincipalName"];

/// What users can be filtered and sorted by.
#[derive(Clone, Copy, PartialEq)]
enum Property {
    DisplayName,
    GivenName,
    Id,
    Mail,
    PrincipalName,
    Surname,
    UserType,
}

impl filter::Property for Property {
    fn named(path: &str) -> Result<Self, Fail> {
        Ok(match path {
            "displayName" => Self::DisplayName,
            "givenName" => Self::GivenName,
            "id" => Self::Id,
            "mail" => Self::Mail,
            "surname" => Self::Surname,
            "userPrincipalName" => Self::PrincipalName,
            "userType" => Self::UserType,
            _ => return Err(unsupported(format!("Property '{path}' cannot be filtered by."))),
        })
    }

    fn typed(self, literal: Own) -> Option<Own> {
        matches!(literal, Own::Text(_) | Own::Null).then_some(literal)
    }
}

impl Property {
    fn value(self, user: &User) -> Own {
        let (given, family) = user.names();
        let text = match self {
            Self::DisplayName => &user.display_name,
            Self::GivenName => given,
            Self::Id => &user.oid,
            Self::Mail | Self::PrincipalName => &user.upn,
            Self::Surname => family,
            Self::UserType => user.user_type(),
        };
        Own::Text(text.to_lowercase())
    }
}

/// Answers a request to `/users`.
pub(crate) fn users(call: &Call<'_>) -> Result<Response, Fail> {
    call.reading()?;
    let caller = call.grant.tenant.directory.find(&call.grant.user_id);
    let is_guest = caller.is_some_and(|user| user.kind == Kind::Guest);
    let full = call.has(&["User.Read.All"]);
    if is_guest || !full && !call.has(&["User.ReadBasic.All"]) {
        return Err(Fail::directory_denied());
    }
    check(call)?;
    let cut = Cut { top: call.query.top(100, MAX_TOP)?, count: Count::OfAll, link: Link::Token };
    let (select, found) = (call.query.select(), found(call)?);
    let rows = found.into_iter().map(|user| row(user, select.as_deref(), full));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let context = format!("{}/$metadata#users{}", call.root(), columns(select.as_deref()));
    page::write(call, cut, &context, &rows, |row| Value::Object(row.clone()))
}

/// Refuses what the directory does not do at all, or only for who accepts to read old data.
fn check(call: &Call<'_>) -> Result<(), Fail> {
    let query = call.query;
    let level = call.headers.get("consistencylevel").and_then(|value| value.to_str().ok());
    let eventual = level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    if query.get("$skip").is_some() {
        return Err(unsupported("'$skip' is not supported by the service."));
    }
    if query.get("$search").is_some() && !eventual {
        return Err(unsupported(
            "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
        ));
    }
    let sorted = query.get("$orderby").is_some() && query.get("$filter").is_some();
    if (query.count()? || sorted) && !eventual {
        return Err(unsupported("The query needs the header 'ConsistencyLevel: eventual'."));
    }
    Ok(())
}

fn found<'a>(call: &Call<'a>) -> Result<Vec<&'a User>, Fail> {
    let filter = call.query.get("$filter").map(condition).transpose()?;
    let search = call.query.get("$search").map(Search::parse).transpose()?;
    let all = call.grant.tenant.directory.users().iter().filter(|user| user.kind != Kind::Group);
    let mut found: Vec<_> = all
        .filter(|user| {
            filter.as_ref().is_none_or(|filter| filter.passes(|own| own.value(user)))
                && search.as_ref().is_none_or(|search| search.holds(user))
        })
        .collect();
    if let Some(text) = call.query.get("$orderby") {
        let order = Sorting::<Property>::parse(text)?;
        found.sort_by(|a, b| order.compare(|own| own.value(a), |own| own.value(b)));
    }
    Ok(found)
}

/// The directory cannot look into the middle of its properties.
fn condition(text: &str) -> Result<Condition<Property>, Fail> {
    if text.contains("contains(") || text.contains("endswith(") {
        return Err(unsupported("The function is not supported by the service."));
    }
    Condition::parse(text).map_err(|_| unsupported("The $filter is not supported by the service."))
}

fn row(user: &User, select: Option<&[&str]>, full: bool) -> Result<Map<String, Value>, Fail> {
    let names = select.unwrap_or(&USUAL);
    let value = |name: &&str| {
        let value = property(user, name)?;
        let shown = full || BASIC.contains(name) || value.is_array();
        Ok(((*name).to_owned(), if shown { value } else { Value::Null }))
    };
    names.iter().map(value).collect()
}
