//! The marks of paragraphs, and where they are inherited from.

use crate::{formats::docx::numeral, xml::Element};

/// How many levels of paragraphs there are.
const LEVELS: usize = 9;

/// What stands before a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bullet {
    /// Nothing: it is no item of a list.
    None,
    /// A sign or a small picture.
    Sign,
    /// A number that looks as its scheme says.
    Number { scheme: String, start: usize },
}

/// The marks of each level, as far as they are said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bullets([Option<Bullet>; LEVELS]);

impl Bullet {
    /// What the properties of a paragraph or level say.
    pub(super) fn of(properties: &Element<'_>) -> Option<Self> {
        properties.elements().find_map(|element| match element.name() {
            ("a", "buNone") => Some(Self::None),
            ("a", "buChar" | "buBlip") => Some(Self::Sign),
            ("a", "buAutoNum") => Some(Self::Number {
                scheme: element.attribute("type").unwrap_or_default().to_owned(),
                start: element.number("startAt").unwrap_or(1),
            }),
            _ => None,
        })
    }
}

impl Bullets {
    /// Reads a list of levels, e.g. `a:lstStyle` or `p:bodyStyle`.
    pub(super) fn of(levels: &Element<'_>) -> Self {
        let mut bullets = Self::default();
        for element in levels.elements() {
            let digits = element.name().1.strip_prefix("lvl").and_then(|l| l.strip_suffix("pPr"));
            let level = digits.and_then(|digits| digits.parse::<usize>().ok());
            let place = level.and_then(|level| bullets.0.get_mut(level.wrapping_sub(1)));
            if let Some(place) = place {
                *place = Bullet::of(element);
            }
        }
        bullets
    }

    /// These, and what `others` say where these do not.
    pub(super) fn or(mut self, others: &Self) -> Self {
        for (own, other) in self.0.iter_mut().zip(&others.0) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        self
    }

    /// The mark of paragraphs on a level, 0 for the outermost.
    pub(super) fn at(&self, level: usize) -> Option<&Bullet> {
        self.0.get(level.min(LEVELS - 1))?.as_ref()
    }
}

/// The numbers of the paragraphs of a shape so far.
#[derive(Debug, Default)]
pub(super) struct Counter {
    counts: Vec<(String, usize)>,
}

impl Counter {
    /// The marker of the next paragraph in markdown; none when it is no item.
    pub(super) fn next(&mut self, level: usize, bullet: &Bullet) -> Option<String> {
        self.counts.truncate(level + 1);
        match bullet {
            Bullet::None | Bullet::Sign => {
                self.counts.truncate(level);
                (*bullet == Bullet::Sign).then(|| "-".to_owned())
            }
            Bullet::Number { scheme, start } => Some(self.number(level, scheme, *start)),
        }
    }

    fn number(&mut self, level: usize, scheme: &str, start: usize) -> String {
        self.counts.resize(level + 1, (String::new(), 0));
        let Some(count) = self.counts.get_mut(level) else { return "-".to_owned() };
        let goes_on = count.1 > 0 && count.0 == scheme;
        let number = if goes_on { count.1.saturating_add(1) } else { start };
        *count = (scheme.to_owned(), number);
        spelled(scheme, number)
    }
}

/// A number with its mark, by ECMA-376 part 1, 20.1.10.61.
fn spelled(scheme: &str, number: usize) -> String {
    const FORMATS: [(&str, &str); 4] = [
        ("alphaLc", "lowerLetter"),
        ("alphaUc", "upperLetter"),
        ("romanLc", "lowerRoman"),
        ("romanUc", "upperRoman"),
    ];
    let format = FORMATS.iter().find(|(start, _)| scheme.starts_with(start));
    let number = numeral(number, format.map_or("decimal", |(_, format)| format));
    let end = if scheme.contains("Paren") { ")" } else { "." };
    format!("{number}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    #[test]
    fn numbers_go_on_until_something_else_stands_between() {
        let number = |scheme: &str| Bullet::Number { scheme: scheme.into(), start: 1 };
        let (digits, letters) = (number("arabicPeriod"), number("alphaLcParenR"));
        let mut counter = Counter::default();

        let steps = [(0, &digits), (1, &letters), (1, &letters), (0, &digits), (0, &Bullet::None)];
        let marks = steps.map(|(level, bullet)| counter.next(level, bullet));

        assert_eq!(marks.map(Option::unwrap_or_default), ["1.", "a)", "b)", "2.", ""]);
        assert_eq!(counter.next(0, &digits).as_deref(), Some("1."));
    }

    #[test]
    fn a_level_says_what_stands_before_its_paragraphs() {
        let styles = "<a:lstStyle xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'>\
                      <a:lvl1pPr><a:buNone/></a:lvl1pPr><a:lvl2pPr/></a:lstStyle>";
        let signs = Bullets(std::array::from_fn(|_| Some(Bullet::Sign)));

        let bullets = Bullets::of(&xml::parse(styles).unwrap()).or(&signs);

        assert_eq!(bullets.at(0), Some(&Bullet::None));
        assert_eq!(bullets.at(1), Some(&Bullet::Sign));
    }
}
