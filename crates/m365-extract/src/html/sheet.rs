//! Style sheets, as far as it takes to see what they hide.

mod selector;

use std::collections::HashMap;

use self::selector::Selector;
use super::{
    dom::{Dom, Element, Id, ROOT},
    style,
};

/// The most text of sheets that is read.
const MAX_TEXT: usize = 512 * 1024;
/// The most rules that are kept, and the most that end in the same tag, class or id.
const MAX_RULES: usize = 2_000;
const MAX_ALIKE: usize = 8;
/// The most declarations of a rule, and the longest of their values.
const MAX_DECLARATIONS: usize = 16;
const MAX_VALUE: usize = 100;
/// The most classes of an element that are looked up.
const MAX_CLASSES: usize = 16;

/// The rules of a page, by the tag, class or id that their selectors end in.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, Vec<Rule>>,
    count: usize,
}

#[derive(Debug)]
struct Rule {
    selector: Selector,
    declarations: String,
    order: usize,
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

    /// The declarations that hold for an element, the most specific last.
    pub(super) fn declarations(&self, dom: &Dom, id: Id, element: &Element) -> Vec<&str> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut keys = vec![element.name().to_owned()];
        keys.extend(element.classes().take(MAX_CLASSES).map(|class| format!(".{class}")));
        keys.extend(element.attribute("id").map(|id| format!("#{id}")));
        let mut found: Vec<&Rule> = keys
            .iter()
            .filter_map(|key| self.rules.get(key))
            .flatten()
            .filter(|rule| rule.selector.matches(dom, id))
            .collect();
        found.sort_by_key(|rule| (rule.selector.specificity(), rule.order));
        found.into_iter().map(|rule| rule.declarations.as_str()).collect()
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
        let kept = deciding(body);
        if kept.is_empty() {
            return;
        }
        for selector in selectors.split(',').filter_map(Selector::parse) {
            let alike = self.rules.entry(selector.key()).or_default();
            if self.count < MAX_RULES && alike.len() < MAX_ALIKE {
                let declarations = kept.clone();
                alike.push(Rule { selector, declarations, order: self.count });
                self.count += 1;
            }
        }
    }
}

/// The declarations of a block that say whether something is seen.
fn deciding(body: &str) -> String {
    let all = declarations(body);
    let deciding = all.filter(|(name, value)| style::decides(name) && value.len() <= MAX_VALUE);
    let kept: Vec<String> =
        deciding.take(MAX_DECLARATIONS).map(|(name, value)| format!("{name}:{value}")).collect();
    kept.join(";")
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
