//! Layers, also called optional content: which of them are shown (ISO 32000-1, 8.11).

use std::collections::HashSet;

use hayro_syntax::object::{Array, Dict, Name, ObjRef, ObjectIdentifier};

/// The most layers that are looked at.
const MAX_LAYERS: usize = 10_000;

/// The layers that a reader does not see.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: HashSet<ObjectIdentifier>,
}

impl Layers {
    pub(super) fn of(catalog: &Dict<'_>) -> Self {
        let properties = catalog.get::<Dict<'_>>("OCProperties").unwrap_or_default();
        let config = properties.get::<Dict<'_>>("D").unwrap_or_default();
        let mut off = HashSet::new();
        if config.get::<Name<'_>>("BaseState").is_some_and(|state| state.as_ref() == b"OFF") {
            off.extend(ids(&properties, "OCGs"));
        }
        for id in ids(&config, "ON") {
            off.remove(&id);
        }
        off.extend(ids(&config, "OFF"));
        Self { off }
    }

    /// Whether an object with an entry `OC` is shown.
    pub(super) fn shows(&self, dict: &Dict<'_>) -> bool {
        if self.off.is_empty() {
            return true;
        }
        let layer = dict.get::<Dict<'_>>("OC");
        layer.is_none_or(|layer| self.shows_layer(&layer, dict.get_ref("OC")))
    }

    /// Whether a layer, or any of a group of layers, is shown.
    pub(super) fn shows_layer(&self, layer: &Dict<'_>, id: Option<ObjRef>) -> bool {
        if layer.get::<Name<'_>>("Type").is_none_or(|kind| kind.as_ref() != b"OCMD") {
            return id.is_none_or(|id| !self.off.contains(&id.into()));
        }
        let one = layer.get_ref("OCGs").map(ObjectIdentifier::from);
        let mut members = ids(layer, "OCGs");
        members.extend(one.filter(|_| members.is_empty()));
        let is_off = |id: &ObjectIdentifier| self.off.contains(id);
        match layer.get::<Name<'_>>("P").as_deref() {
            _ if members.is_empty() => true,
            Some(b"AllOn") => !members.iter().any(is_off),
            Some(b"AnyOff") => members.iter().any(is_off),
            Some(b"AllOff") => members.iter().all(is_off),
            _ => !members.iter().all(is_off),
        }
    }
}

fn ids(dict: &Dict<'_>, key: &str) -> Vec<ObjectIdentifier> {
    let array = dict.get::<Array<'_>>(key);
    let items = array.into_iter().flat_map(|array| array.raw_iter()).take(MAX_LAYERS);
    items.filter_map(|item| item.as_obj_ref().map(ObjectIdentifier::from)).collect()
}
