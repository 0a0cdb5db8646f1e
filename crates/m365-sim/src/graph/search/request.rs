//! A search request and the rules that it must keep.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    graph::fail::Fail,
    kql::{self, Dialect},
};

/// The largest page of messages and events.
const MAX_MAIL_SIZE: usize = 25;
/// The largest page of chat messages.
const MAX_CHAT_SIZE: usize = 50;
/// The largest page of anything else.
const MAX_SIZE: usize = 1000;
/// No page starts beyond this.
const MAX_FROM: usize = 100_000;
/// No request is sorted by more than this.
const MAX_SORTS: usize = 5;

/// What Graph searches, by the groups that may be mixed.
const GROUPS: [&[&str]; 6] = [
    &["message"],
    &["event"],
    &["chatMessage"],
    &["person"],
    &["drive", "driveItem", "externalItem", "list", "listItem", "site"],
    &["acronym", "bookmark", "qna"],
];

/// The members of a request that are lists.
const LISTS: [&str; 8] = [
    "aggregationFilters",
    "aggregations",
    "collapseProperties",
    "contentSources",
    "entityTypes",
    "fields",
    "resultTemplateOptions",
    "sortProperties",
];

/// The other members of a request.
const MEMBERS: [&str; 7] = [
    "enableTopResults",
    "from",
    "query",
    "queryAlterationOptions",
    "region",
    "sharePointOneDriveOptions",
    "size",
];

/// The areas that searches belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Message,
    Event,
    ChatMessage,
    /// Sites, lists, libraries and what is in them, in any mix.
    SharePoint,
    /// What the demo tenant has nothing of.
    Elsewhere,
}

/// One search.
#[derive(Clone, Debug)]
pub(crate) struct SearchRequest<'a> {
    raw: &'a Value,
    /// The types of hits that are wanted.
    pub(crate) kinds: Vec<&'a str>,
    /// The query text.
    pub(crate) query: &'a str,
    /// How many hits to skip.
    pub(crate) from: usize,
    /// How many hits to give.
    pub(crate) size: usize,
    /// The best three hits first.
    pub(crate) top_results: bool,
}

impl<'a> SearchRequest<'a> {
    /// Reads the body of a request.
    pub(crate) fn read(posted: &'a Value) -> Result<Self, Fail> {
        let requests = posted["requests"].as_array().map(Vec::as_slice);
        let Some([raw]) = requests else {
            return Err(Fail::search_request("Exactly one request is expected"));
        };
        let kinds = raw["entityTypes"].as_array().into_iter().flatten();
        let kinds = kinds.map(|kind| kind.as_str().unwrap_or_default()).collect();
        Ok(Self {
            raw,
            kinds,
            query: raw["query"]["queryString"].as_str().unwrap_or_default(),
            from: number(raw, "from", 0)?,
            size: number(raw, "size", 25)?,
            top_results: raw["enableTopResults"].as_bool().unwrap_or_default(),
        })
        .and_then(Self::of_known_kinds)
    }

    fn of_known_kinds(self) -> Result<Self, Fail> {
        let unknown =
            self.kinds.iter().find(|kind| !GROUPS.iter().any(|group| group.contains(kind)));
        match unknown {
            Some(kind) => Err(no_kind(kind)),
            None if self.kinds.is_empty() => Err(Fail::search_request("entityTypes is required")),
            None => Ok(self),
        }
    }

    /// Returns the area that the search belongs to.
    pub(crate) fn group(&self) -> Group {
        match self.kinds.first().copied().unwrap_or_default() {
            "message" => Group::Message,
            "event" => Group::Event,
            "chatMessage" => Group::ChatMessage,
            _ if self.kinds.contains(&"externalItem") => Group::Elsewhere,
            _ if self.is_of_sharepoint() => Group::SharePoint,
            _ => Group::Elsewhere,
        }
    }

    /// Checks the rules.
    pub(crate) fn check(&self) -> Result<(), Fail> {
        self.check_members()?;
        self.check_kinds()?;
        self.check_query()?;
        self.check_page()?;
        self.check_sorting()
    }

    /// Parses the query text.
    pub(crate) fn parse(&self, now: Timestamp) -> Result<kql::Query, Fail> {
        let dialect = match self.group() {
            Group::SharePoint => Dialect::Files,
            Group::ChatMessage => Dialect::Chat,
            _ => Dialect::Mail,
        };
        kql::Query::parse_as(dialect, self.query, now)
            .map_err(|error| Fail::search_entity(format!("The query cannot be parsed: {error}")))
    }

    /// Returns the free words of the query, as the answer repeats them.
    pub(crate) fn words(&self, now: Timestamp) -> Result<Vec<String>, Fail> {
        let query = self.parse(now)?;
        Ok(query.words().iter().map(|word| word.trim().to_owned()).collect())
    }

    /// Refuses members that version 1.0 does not have, such as `trimDuplicates` of the beta, and
    /// lists that are none.
    fn check_members(&self) -> Result<(), Fail> {
        let names = self.raw.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let unknown = |name: &&str| {
            !LISTS.contains(name) && !MEMBERS.contains(name) && !name.starts_with('@')
        };
        if let Some(name) = names.into_iter().find(unknown) {
            return Err(Fail::bad_request(format!(
                "The property '{name}' does not exist on type 'microsoft.graph.searchRequest'."
            )));
        }
        match LISTS.iter().find(|name| self.is_given(name) && !self.raw[**name].is_array()) {
            Some(name) => Err(Fail::search_request(&format!("{name} is invalid"))),
            None => Ok(()),
        }
    }

    fn check_kinds(&self) -> Result<(), Fail> {
        let mixes = |group: &&&[&str]| self.kinds.iter().all(|kind| group.contains(kind));
        if GROUPS.iter().find(mixes).is_none() {
            return Err(Fail::search_entity(format!(
                "Entity types {} cannot be combined",
                self.kinds.join(", ")
            )));
        }
        if self.is_given("contentSources") && !self.kinds.contains(&"externalItem") {
            return Err(Fail::search_entity("contentSources is for externalItem only"));
        }
        Ok(())
    }

    fn check_query(&self) -> Result<(), Fail> {
        if self.query.trim().is_empty() {
            return Err(Fail::search_entity(
                "searchRequest -> query is invalid (queryString required)",
            ));
        }
        if self.is_given("region") {
            return Err(Fail::search_request(
                "Region is not supported when request with delegated permission.",
            ));
        }
        if self.kinds.contains(&"drive") && self.query.contains('*') {
            return Err(Fail::search_entity("Wildcards are not supported for Drive"));
        }
        let templated = !self.raw["query"]["queryTemplate"].is_null();
        if templated && !self.is_of_sharepoint() {
            return Err(Fail::search_entity("queryTemplate is not supported"));
        }
        Ok(())
    }

    fn check_page(&self) -> Result<(), Fail> {
        let max = match self.group() {
            Group::Message | Group::Event => MAX_MAIL_SIZE,
            Group::ChatMessage => MAX_CHAT_SIZE,
            Group::SharePoint | Group::Elsewhere => MAX_SIZE,
        };
        if self.size > max {
            let rule = format!("The maximum allowed page size is {max}");
            return Err(Fail::search_entity(rule));
        }
        if self.size == 0 || self.from > MAX_FROM {
            return Err(Fail::search_entity("from or size is out of range"));
        }
        Ok(())
    }

    fn check_sorting(&self) -> Result<(), Fail> {
        let sorts = self.raw["sortProperties"].as_array().map_or(0, Vec::len);
        let unsorted = |kind: &&str| *kind == "externalItem" || !GROUPS[4].contains(kind);
        if let Some(kind) = self.kinds.iter().copied().find(unsorted).filter(|_| sorts > 0) {
            let (first, rest) = kind.split_at(kind.len().min(1));
            let name = format!("{}{rest}", first.to_ascii_uppercase());
            return Err(Fail::search_entity(format!("Don't support sort for {name}")));
        }
        if sorts > MAX_SORTS {
            return Err(Fail::search_entity("Too many sort properties"));
        }
        self.check_refining()
    }

    fn check_refining(&self) -> Result<(), Fail> {
        let uncounted = !self.is_of_sharepoint() || self.kinds.contains(&"drive");
        let barred = [
            ("aggregations", uncounted),
            ("aggregationFilters", uncounted),
            ("collapseProperties", !self.is_of_sharepoint()),
        ];
        match barred.iter().find(|(name, barred)| *barred && self.is_given(name)) {
            Some((name, _)) => Err(Fail::search_entity(format!("{name} is not supported"))),
            None => Ok(()),
        }
    }

    fn is_of_sharepoint(&self) -> bool {
        self.kinds.iter().all(|kind| GROUPS[4].contains(kind))
    }

    fn is_given(&self, name: &str) -> bool {
        !self.raw[name].is_null()
    }

    /// Returns a member that only some areas understand.
    pub(crate) fn member(&self, name: &str) -> &'a Value {
        &self.raw[name]
    }

    /// Returns whether a query that finds nothing is replaced by its correction.
    pub(crate) fn modifies(&self) -> bool {
        self.asks("enableModification")
    }

    /// Returns the same request with another query text.
    pub(crate) fn asking<'b>(&self, query: &'b str) -> SearchRequest<'b>
    where
        'a: 'b,
    {
        SearchRequest { query, ..self.clone() }
    }

    /// Returns whether an option of spelling is set.
    pub(crate) fn asks(&self, option: &str) -> bool {
        self.raw["queryAlterationOptions"][option].as_bool().unwrap_or_default()
    }

    /// Returns the query text with its template around it.
    pub(crate) fn whole_query(&self, query: &str) -> String {
        match self.raw["query"]["queryTemplate"].as_str() {
            Some(template) => template.replace("{searchTerms}", query),
            None => query.to_owned(),
        }
    }

    /// Returns the properties to give, or nothing for all.
    pub(crate) fn fields(&self) -> Option<Vec<&str>> {
        let fields = self.raw["fields"].as_array()?;
        Some(fields.iter().filter_map(Value::as_str).collect())
    }
}

/// Says that there is no such type of hit.
pub(crate) fn no_kind(kind: &str) -> Fail {
    Fail::search_request(&format!("Requested value '{kind}' was not found"))
}

fn number(raw: &Value, name: &str, default: usize) -> Result<usize, Fail> {
    let value = &raw[name];
    if value.is_null() {
        return Ok(default);
    }
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| Fail::search_request(&format!("{name} is invalid")))
}
