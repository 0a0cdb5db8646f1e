//! What slides take from their layout: where placeholders are, and how their paragraphs begin.

use super::{
    bullet::Bullets,
    shape::{area, placeholder},
};
use crate::{formats::slide::Area, xml::Element};

/// The layout of a slide together with its master.
#[derive(Debug, Default)]
pub(super) struct Layout {
    placeholders: Vec<Placeholder>,
    /// How paragraphs begin in the text of slides, and elsewhere.
    body: Bullets,
    other: Bullets,
}

/// A place on a layout that slides fill.
#[derive(Clone, Debug)]
struct Placeholder {
    role: Role,
    area: Option<Area>,
    bullets: Bullets,
}

/// What a placeholder is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    /// E.g. `title` or `body`; `obj` where nothing is said.
    pub(super) kind: String,
    pub(super) index: String,
}

impl Role {
    /// Whether it holds the title of the slide.
    pub(super) fn is_title(&self) -> bool {
        matches!(self.kind.as_str(), "title" | "ctrTitle")
    }

    /// Whether it holds what stands on many slides: a date, a footer or a number.
    pub(super) fn is_repeated(&self) -> bool {
        matches!(self.kind.as_str(), "dt" | "ftr" | "hdr" | "sldNum")
    }

    fn is_body(&self) -> bool {
        !self.is_title() && !self.is_repeated()
    }

    /// Whether the master has one place for both.
    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            || (self.is_title() && other.is_title())
            || (self.is_body() && other.is_body())
    }
}

impl Layout {
    /// Reads a master.
    pub(super) fn of_master(root: &Element<'_>) -> Self {
        let styles = root.child("p:txStyles");
        let style = |name| styles.and_then(|styles| styles.child(name)).map(Bullets::of);
        Self {
            placeholders: placeholders(root),
            body: style("p:bodyStyle").unwrap_or_default(),
            other: style("p:otherStyle").unwrap_or_default(),
        }
    }

    /// Reads a layout, which goes back to `master`.
    pub(super) fn of_layout(root: &Element<'_>, master: &Self) -> Self {
        let mut placeholders = placeholders(root);
        for one in &mut placeholders {
            let above = master.placeholders.iter().find(|above| above.role.is_like(&one.role));
            one.area = one.area.or(above.and_then(|above| above.area));
            let said = above.map(|above| one.bullets.clone().or(&above.bullets));
            let said = said.unwrap_or_else(|| one.bullets.clone());
            one.bullets = if one.role.is_body() { said.or(&master.body) } else { said };
        }
        Self { placeholders, body: master.body.clone(), other: master.other.clone() }
    }

    /// Where a placeholder is.
    pub(super) fn area(&self, role: &Role) -> Option<Area> {
        self.find(role)?.area
    }

    /// How paragraphs begin in a shape of this role.
    pub(super) fn bullets(&self, role: Option<&Role>) -> &Bullets {
        let found = role.and_then(|role| self.find(role));
        let default = if role.is_some_and(Role::is_body) { &self.body } else { &self.other };
        found.map_or(default, |found| &found.bullets)
    }

    fn find(&self, role: &Role) -> Option<&Placeholder> {
        let same = |one: &&Placeholder| one.role.index == role.index && one.role.is_like(role);
        let like = |one: &&Placeholder| one.role.kind == role.kind;
        let placeholders = || self.placeholders.iter();
        placeholders().find(same).or_else(|| placeholders().find(like))
    }
}

fn placeholders(root: &Element<'_>) -> Vec<Placeholder> {
    let shapes = root.descendants().filter(|element| element.is("p:sp"));
    let read = |shape: &Element<'_>| {
        let levels = shape.child("p:txBody").and_then(|body| body.child("a:lstStyle"));
        let bullets = levels.map(Bullets::of).unwrap_or_default();
        Some(Placeholder { role: placeholder(shape)?, area: area(shape), bullets })
    };
    shapes.filter_map(read).collect()
}
