//! How one request wants to see calendars.

use serde_json::{Value, json};

use crate::{
    graph::{
        calendar::{
            Calendars,
            event::{Event, Occasion, day_of},
        },
        call::Call,
        fail::Fail,
        mail::ids::{Form, Item},
        schedule::zone::Zone,
    },
    http::Response,
};

/// Calendars as one request may and wants to see them.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) calendars: &'a Calendars,
    /// The zone of all times.
    zone: Zone,
    /// Which ids to show.
    form: Form,
    /// Bodies as text.
    pub(crate) text: bool,
    /// Bodies and attachments are out of bounds (`Calendars.ReadBasic`).
    pub(crate) basic: bool,
    /// The owner looks, who sees what is private too.
    pub(crate) is_owner: bool,
}

impl<'a> View<'a> {
    /// Looks at calendars with the preferences of a request.
    ///
    /// # Errors
    ///
    /// 400 for a zone that nobody knows.
    pub(crate) fn new(
        call: &'a Call<'a>,
        calendars: &'a Calendars,
        basic: bool,
    ) -> Result<Self, Fail> {
        let immutable = call.prefers("idtype").is_some_and(|form| form == "ImmutableId");
        Ok(Self {
            call,
            calendars,
            zone: Zone::preferred(call)?,
            form: if immutable { Form::Immutable } else { Form::Rest },
            text: call.prefers("outlook.body-content-type").is_some_and(|kind| kind == "text"),
            basic,
            is_owner: calendars.owner.oid == call.grant.user_id,
        })
    }

    /// Says in `Preference-Applied` which preferences a response follows.
    pub(crate) fn applied_to(&self, response: Response) -> Response {
        let named = |name: &str| self.call.prefers(name).map(|value| format!("{name}=\"{value}\""));
        let body = named("outlook.body-content-type");
        let body = body.filter(|body| body.ends_with("\"text\"") || body.ends_with("\"html\""));
        let ids = (self.form == Form::Immutable).then(|| "IdType=\"ImmutableId\"".to_owned());
        let applied: Vec<_> =
            named("outlook.timezone").into_iter().chain(body).chain(ids).collect();
        if applied.is_empty() {
            return response;
        }
        response.named("preference-applied", applied.join(", "))
    }

    /// Returns an `@odata.context` below the owner, e.g. of `/calendarView`.
    pub(crate) fn context(&self, tail: &str) -> String {
        format!("{}/$metadata#users('{}'){tail}", self.call.root(), self.calendars.owner.oid)
    }

    /// Returns what of an occasion nobody but the owner sees is hidden.
    pub(crate) fn hides(&self, occasion: &Occasion<'_>) -> bool {
        occasion.event.meeting.private && !self.is_owner
    }

    /// Returns an occasion's id.
    pub(crate) fn id(&self, occasion: &Occasion<'_>) -> String {
        let item = Item::Event(occasion.event.key, occasion.day_number());
        self.calendars.ids.id(item, self.form)
    }

    /// Returns the id of the series that an occasion is one of.
    pub(crate) fn master_id(&self, event: &Event) -> String {
        self.calendars.ids.id(Item::Event(event.key, 0), self.form)
    }

    /// Returns the id of a calendar.
    pub(crate) fn calendar_id(&self, place: usize) -> String {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.calendars.ids.id(Item::Calendar(place), Form::Rest)
    }

    /// Writes when an occasion begins and ends.
    pub(crate) fn times(&self, occasion: &Occasion<'_>) -> (Value, Value) {
        if occasion.event.meeting.all_day {
            let day = |local: jiff::civil::DateTime| {
                json!({
                    "dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000").to_string(),
                    "timeZone": self.zone.name(),
                })
            };
            return (day(occasion.start), day(occasion.end));
        }
        (self.zone.written(occasion.starts()), self.zone.written(occasion.ends()))
    }

    /// Finds an occasion by its id.
    pub(crate) fn occasion(&self, id: &str) -> Result<Occasion<'a>, Fail> {
        let Some(Item::Event(key, day)) = self.parse(id)? else {
            return Err(Fail::item_not_found());
        };
        let event = self.calendars.by_key(key).filter(|event| self.is_owner || event.calendar == 0);
        let event = event.ok_or_else(Fail::item_not_found)?;
        let found = match (day, event.meeting.series.is_some()) {
            (0, _) => Some(event.whole()),
            (_, false) => None,
            (number, true) => day_of(number).and_then(|day| event.on(day)),
        };
        found.ok_or_else(Fail::item_not_found)
    }

    /// Finds a calendar by its id.
    pub(crate) fn calendar(&self, id: &str) -> Result<usize, Fail> {
        match self.parse(id)? {
            Some(Item::Calendar(place)) if (place as usize) < self.visible() => Ok(place as usize),
            _ => Err(Fail::item_not_found()),
        }
    }

    /// Returns how many of the calendars can be seen: others see the first one only.
    pub(crate) fn visible(&self) -> usize {
        if self.is_owner { self.calendars.list.len() } else { 1 }
    }

    /// Reads an id.
    pub(crate) fn parse(&self, id: &str) -> Result<Option<Item>, Fail> {
        self.calendars.ids.parse(id).map_err(|_| Fail::malformed_id())
    }
}
