//! `translateExchangeIds`: one id in several spellings.

use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        mail::{
            Mailbox,
            ids::{Form, Ids, rest},
        },
        owner::Owner,
    },
    http::Response,
};

/// The most ids of one request.
const MAX_IDS: usize = 1000;

/// Answers a request to `translateExchangeIds`.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    let posted = call.posted()?;
    call.need(&["User.Read", "User.ReadBasic.All"])?;
    let mailbox = call.grant.tenant.mail.mailbox(&owner.user.oid).ok_or_else(Fail::no_mailbox)?;
    let ids = posted["inputIds"].as_array().filter(|ids| (1..=MAX_IDS).contains(&ids.len()));
    let ids = ids.ok_or_else(|| Fail::bad_request("inputIds must hold 1 to 1000 ids."))?;
    let kind = |name: &str| Kind::named(posted[name].as_str().unwrap_or_default());
    let (source, target) = (kind("sourceIdType")?, kind("targetIdType")?);
    let value: Vec<_> = ids.iter().map(|id| translated(mailbox, id, source, target)).collect();
    let context = format!("{}/$metadata#Collection(microsoft.graph.convertIdResult)", call.root());
    Ok(ok(&json!({"@odata.context": context, "value": value})))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ews,
    Rest,
    Immutable,
}

impl Kind {
    fn named(name: &str) -> Result<Self, Fail> {
        match name {
            "ewsId" => Ok(Self::Ews),
            "restId" => Ok(Self::Rest),
            "restImmutableEntryId" => Ok(Self::Immutable),
            "entryId" | "immutableEntryId" => {
                Err(Fail::not_here(&format!("translateExchangeIds for {name}")))
            }
            _ => Err(Fail::bad_request(format!("Requested value '{name}' was not found."))),
        }
    }
}

fn translated(mailbox: &Mailbox, id: &Value, source: Kind, target: Kind) -> Value {
    let id = id.as_str().unwrap_or_default();
    match spelled(&mailbox.ids, id, source, target) {
        Some(to) => json!({"sourceId": id, "targetId": to}),
        None => json!({"sourceId": id, "errorDetails": {
            "code": "ErrorInvalidIdMalformed", "message": "Id is malformed.",
        }}),
    }
}

fn spelled(ids: &Ids, id: &str, source: Kind, target: Kind) -> Option<String> {
    let id = if source == Kind::Ews { rest(id) } else { id.to_owned() };
    let item = ids.parse(&id).ok()??;
    Some(match target {
        Kind::Ews => ids.standard(item, Form::Rest),
        Kind::Rest => ids.id(item, Form::Rest),
        Kind::Immutable => ids.id(item, Form::Immutable),
    })
}
