//! Those who matter to someone, the closest first.

use serde_json::{Map, Value, json};

use crate::{
    data::random::mix,
    directory::{Kind, User},
    graph::{
        call::{Call, ok},
        fail::Fail,
        filter::{self, Condition, Value as Own},
        mail::{columns, message::Contact},
        owner::Owner,
        page::{self, Count, Cut, Link},
        people::search::tokens,
    },
    http::Response,
};

/// The largest page.
const MAX_TOP: usize = 1000;

/// The least score of whom the list has without a search: who has nothing to do with the user is
/// found by name only.
const CLOSE: usize = 1;

/// What a person has.
const PROPERTIES: [&str; 20] = [
    "id",
    "displayName",
    "givenName",
    "surname",
    "birthday",
    "personNotes",
    "isFavorite",
    "jobTitle",
    "companyName",
    "yomiCompany",
    "department",
    "officeLocation",
    "profession",
    "userPrincipalName",
    "imAddress",
    "scoredEmailAddresses",
    "phones",
    "postalAddresses",
    "websites",
    "personType",
];

/// Somebody, and how much the user has to do with that person.
#[derive(Clone, Debug)]
struct Near<'a> {
    contact: Contact,
    user: Option<&'a User>,
    score: usize,
}

/// What people can be filtered by.
#[derive(Clone, Copy, PartialEq)]
enum Property {
    Class,
    DisplayName,
    Subclass,
}

impl filter::Property for Property {
    fn named(path: &str) -> Result<Self, Fail> {
        match path {
            "displayName" => Ok(Self::DisplayName),
            "personType/class" => Ok(Self::Class),
            "personType/subclass" => Ok(Self::Subclass),
            _ => Err(no_property(path)),
        }
    }

    fn typed(self, literal: Own) -> Option<Own> {
        matches!(literal, Own::Text(_)).then_some(literal)
    }
}

/// Answers a request to `people` of a user.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    call.reading()?;
    call.need(&["People.Read"])?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    match path {
        [] => list(call, owner),
        [id] => get(call, owner, id),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn list(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    let query = call.query;
    let select = selected(call)?;
    let filter = query.get("$filter").map(Condition::<Property>::parse).transpose()?;
    let cut = Cut { top: query.top(10, MAX_TOP)?, count: Count::Nothing, link: Link::Skip };
    let mut found = near(call, owner.user);
    match query.get("$search") {
        Some(text) => found.retain(|own| own.is_called(text)),
        None => found.retain(|own| own.score >= CLOSE),
    }
    found.retain(|own| filter.as_ref().is_none_or(|filter| filter.passes(|name| own.value(name))));
    let context = context(call, owner, &columns(select.as_deref()));
    page::write(call, cut, &context, &found, |own| Value::Object(own.written(select.as_deref())))
}

fn get(call: &Call<'_>, owner: &Owner<'_>, id: &str) -> Result<Response, Fail> {
    let select = selected(call)?;
    let all = near(call, owner.user);
    let own = all.iter().find(|own| own.id() == id).ok_or_else(Fail::item_not_found)?;
    let mut body = own.written(select.as_deref());
    let columns = format!("{}/$entity", columns(select.as_deref()));
    body.insert("@odata.context".to_owned(), context(call, owner, &columns).into());
    Ok(ok(&Value::Object(body)))
}

fn context(call: &Call<'_>, owner: &Owner<'_>, tail: &str) -> String {
    format!("{}/$metadata#users('{}')/people{tail}", call.root(), owner.user.oid)
}

fn selected<'a>(call: &Call<'a>) -> Result<Option<Vec<&'a str>>, Fail> {
    let select = call.query.select();
    match select.iter().flatten().find(|name| !PROPERTIES.contains(name)) {
        Some(name) => Err(no_property(name)),
        None => Ok(select),
    }
}

fn no_property(name: &str) -> Fail {
    Fail::parse_uri(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.person'."
    ))
}

/// Returns everybody whom the user may know: who meets the user most often comes first.
fn near<'a>(call: &Call<'a>, user: &User) -> Vec<Near<'a>> {
    let colleagues = call.grant.tenant.directory.users().iter().filter(|own| own.oid != user.oid);
    let mut all: Vec<_> = colleagues
        .map(|own| Near {
            contact: Contact::new(&own.display_name, &own.upn),
            user: Some(own),
            score: 0,
        })
        .collect();
    let events =
        call.grant.tenant.calendars.of(&user.oid).map(|own| own.events()).unwrap_or_default();
    for event in events {
        let meeting = &event.meeting;
        let invited = meeting.attendees.iter().map(|own| &own.who);
        for contact in invited.chain([&meeting.organizer]) {
            meet(&mut all, contact, &user.upn);
        }
    }
    all.retain(|own| own.user.is_none_or(|user| user.kind != Kind::Room));
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.contact.name.cmp(&b.contact.name)));
    all
}

/// Counts one more meeting with somebody, who may have been unknown.
fn meet(all: &mut Vec<Near<'_>>, contact: &Contact, own: &str) {
    if *contact.address == *own || contact.name.is_empty() || !contact.address.contains('@') {
        return;
    }
    match all.iter_mut().find(|near| near.contact.address == contact.address) {
        Some(near) => near.score += 1,
        None => all.push(Near { contact: contact.clone(), user: None, score: 1 }),
    }
}

impl Near<'_> {
    /// Returns whether each word begins a part of the name or the address.
    fn is_called(&self, text: &str) -> bool {
        let mut own = tokens(&self.contact.name);
        own.extend(tokens(&self.contact.address));
        let words = tokens(text);
        !words.is_empty()
            && words.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
    }

    fn id(&self) -> String {
        match self.user {
            Some(user) => user.oid.clone(),
            None => {
                let sum = self.contact.address.bytes();
                let sum = sum.fold(7_u64, |sum, byte| mix(sum ^ u64::from(byte)));
                format!("{:08x}-0000-4000-8000-00000000e000", sum >> 32)
            }
        }
    }

    fn kind(&self) -> (&'static str, &'static str) {
        match self.user.map(|user| user.kind) {
            Some(Kind::Group) => ("Group", "UnifiedGroup"),
            Some(Kind::Shared) => ("Other", "Unknown"),
            Some(_) => ("Person", "OrganizationUser"),
            None => ("Person", "PersonalContact"),
        }
    }

    fn value(&self, property: Property) -> Own {
        let (class, subclass) = self.kind();
        let text = match property {
            Property::Class => class,
            Property::DisplayName => &self.contact.name,
            Property::Subclass => subclass,
        };
        Own::Text(text.to_lowercase())
    }

    fn written(&self, select: Option<&[&str]>) -> Map<String, Value> {
        let names = select.unwrap_or(&PROPERTIES).iter().chain(&["id"]);
        names.map(|name| ((*name).to_owned(), self.property(name))).collect()
    }

    fn property(&self, name: &str) -> Value {
        let (given, family) =
            self.contact.name.rsplit_once(' ').unwrap_or((&self.contact.name, ""));
        let own = |text: fn(&User) -> &str| {
            let text = self.user.map(text).filter(|text| !text.is_empty());
            text.map_or(Value::Null, Value::from)
        };
        match name {
            "id" => self.id().into(),
            "displayName" => (*self.contact.name).into(),
            "givenName" => given.into(),
            "surname" => family.into(),
            "birthday" | "personNotes" => "".into(),
            "isFavorite" => false.into(),
            "jobTitle" => own(|user| &user.job_title),
            "department" => own(|user| &user.department),
            "officeLocation" => own(|user| &user.office),
            "companyName" => self.company(),
            "userPrincipalName" => own(|user| &user.upn),
            "imAddress" if self.user.is_some() => format!("sip:{}", self.contact.address).into(),
            "scoredEmailAddresses" => json!([{
                "address": &*self.contact.address,
                "relevanceScore": self.score,
                "selectionLikelihood": "notSpecified",
            }]),
            "phones" | "postalAddresses" | "websites" => json!([]),
            "personType" => json!({"class": self.kind().0, "subclass": self.kind().1}),
            _ => Value::Null,
        }
    }

    /// A guest's own company is not known here.
    fn company(&self) -> Value {
        match self.user {
            None | Some(User { kind: Kind::Guest | Kind::Group, .. }) => Value::Null,
            Some(user) => user.company.as_str().into(),
        }
    }
}
