//! Style sheets, as far as mail uses them to hide: rules for one tag, class or id.

use std::collections::HashMap;

use super::dom::{Dom, Element, ROOT};

/// The most rules that are kept, and the most text of sheets that is read.
const MAX_RULES: usize = 2_000;
const MAX_TEXT: usize = 512 * 1024;
/// The most classes of an element that are looked up.
const MAX_CLASSES: usize = 16;

/// The rules of a page, by selector; those that need more than one element are left out.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, String>,
}

impl Sheet {
    /// Reads the `style` elements of a page.
    pub(super) fn of(dom: &Dom) -> Self {
        let mut sheet = Self::default();
        let is_style = |id| dom.element(id).is_some_and(|element| element.name() == "style");
        let styles = dom.descendants(ROOT).filter(|id| is_style(*id));
        let texts: String =
            styles.flat_map(|id| dom.children(id)).filter_map(|child| dom.text(child)).collect();
        sheet.read(&texts[..texts.floor_char_boundary(MAX_TEXT)]);
        sheet
    }

    /// Calls `apply` with the declarations that hold for an element, the most specific last.
    pub(super) fn each_rule(&self, element: &Element, mut apply: impl FnMut(&str)) {
        if self.rules.is_empty() {
            return;
        }
        let mut look_up = |selector: String| {
            if let Some(rule) = self.rules.get(&selector) {
                apply(rule);
            }
        };
        let name = element.name();
        look_up(name.to_owned());
        for class in element.classes().take(MAX_CLASSES) {
            look_up(format!(".{class}"));
            look_up(format!("{name}.{class}"));
        }
        if let Some(id) = element.attribute("id") {
            look_up(format!("#{id}"));
            look_up(format!("{name}#{id}"));
        }
    }

    fn read(&mut self, text: &str) {
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some((selectors, body)) = rest.split_once('{') {
            let selectors = selectors.rsplit(';').next().unwrap_or_default().trim();
            let (inner, after) = if selectors.starts_with('@') {
                ("", after_block(body))
            } else {
                body.split_once('}').unwrap_or((body, ""))
            };
            self.add(selectors, inner);
            rest = after;
        }
    }

    fn add(&mut self, selectors: &str, body: &str) {
        for selector in selectors.split(',').map(str::trim).filter(|one| is_simple(one)) {
            if self.rules.len() >= MAX_RULES {
                return;
            }
            let rule = self.rules.entry(selector.to_owned()).or_default();
            for (name, value) in declarations(body).filter(|(name, _)| bears(selector, name)) {
                rule.push_str(&format!("{name}:{value};"));
            }
        }
    }
}

/// Whether a rule counts. A colour for all elements of a name is often met by a background that a
/// longer selector sets, which is not followed here.
fn bears(selector: &str, property: &str) -> bool {
    !property.contains("color") && property != "background" || selector.contains(['.', '#'])
}

/// One tag, class or id, or a tag with one of the others.
fn is_simple(selector: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let marks = selector.chars().filter(|c| matches!(c, '.' | '#')).count();
    marks <= 1
        && !selector.is_empty()
        && selector.chars().all(|c| is_name(c) || matches!(c, '.' | '#'))
}

/// The declarations of a block or a `style` attribute, names in lower case.
pub(super) fn declarations(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim()))
    })
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("/*");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    out.replace("<!--", "").replace("-->", "")
}

/// What follows a block whose opening brace is read already; blocks may nest.
fn after_block(text: &str) -> &str {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[at + 1..];
        }
    }
    ""
}
