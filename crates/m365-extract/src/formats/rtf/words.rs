//! What control words do.

use super::{
    header::outline_level,
    parser::Parser,
    state::{Dest, Paragraph},
    story::Kind,
};

impl Parser {
    /// Follows a control word.
    pub(super) fn word(&mut self, name: &str, value: Option<i32>) {
        let is_optional = std::mem::take(&mut self.is_optional);
        if let Some(dest) = self.destination(name, value, is_optional) {
            return self.enter(dest);
        }
        if is_optional {
            return self.enter(Dest::Skip);
        }
        let number = value.unwrap_or_default();
        match self.state.dest {
            Dest::Fonts => return self.fonts.define(name, number),
            Dest::Styles => return self.styles.define(name, number),
            Dest::Colors => return self.colors.define(name, number),
            Dest::Skip | Dest::Shape | Dest::Picture | Dest::Info => return,
            _ => {}
        }
        // A switch without a number is on.
        let is_on = value != Some(0);
        if let Some(text) = character(name) {
            if name != "tab" || !self.ends_marker() {
                self.text(text);
            }
        } else if !self.characters(name, number, is_on) && !self.paragraphs(name, number, is_on) {
            self.structure(name, number, is_on);
        }
    }

    /// Where the text of the group goes that begins with this word; none for all other words.
    fn destination(&mut self, name: &str, value: Option<i32>, is_optional: bool) -> Option<Dest> {
        let dest = self.state.dest;
        match name {
            "ud" if is_optional => return self.state.before_upr,
            "title" if dest == Dest::Info => return Some(Dest::Title),
            "shptxt" | "dptxbxtext" if dest == Dest::Shape => return Some(Dest::Story(Kind::Box)),
            "sn" if is_drawn(dest) => return Some(Dest::PropertyName),
            "sv" if is_drawn(dest) => return Some(Dest::PropertyValue),
            "pict" => self.has_picture |= dest != Dest::Skip,
            _ => {}
        }
        if matches!(dest, Dest::Skip | Dest::Info) {
            return None;
        }
        if name == "upr" {
            self.state.before_upr = Some(dest);
        }
        known(name, value)
    }

    fn characters(&mut self, name: &str, value: i32, is_on: bool) -> bool {
        let state = &mut self.state;
        match name {
            "plain" => state.reset_characters(),
            "f" => state.font = Some(value),
            "uc" => state.skip = usize::try_from(value).unwrap_or_default().min(8),
            "b" => state.look.is_bold = is_on,
            "strike" | "striked" => state.look.is_struck = is_on,
            "super" => state.look.is_raised = is_on,
            "nosupersub" | "sub" => state.look.is_raised = false,
            "v" => state.is_hidden = is_on,
            "fs" => state.is_tiny = (1..=3).contains(&value),
            "cf" => state.color = value,
            "cb" | "chcbpat" | "highlight" => state.is_shaded = value > 0,
            "revised" => state.look.inserted = is_on.then_some(0),
            "revauth" => state.look.inserted = state.look.inserted.map(|_| value),
            "deleted" => state.look.deleted = is_on.then_some(0),
            "revauthdel" => state.look.deleted = state.look.deleted.map(|_| value),
            "htmlrtf" => state.is_copy = is_on,
            "ansicpg" => self.fonts.set_page(value),
            "mac" => self.fonts.set_page(10_000),
            "deff" => self.fonts.set_standard(value),
            _ => return false,
        }
        true
    }

    fn paragraphs(&mut self, name: &str, value: i32, is_on: bool) -> bool {
        let paragraph = &mut self.state.paragraph;
        match name {
            "pard" => *paragraph = Paragraph::default(),
            "s" => paragraph.style = value,
            "outlinelevel" => paragraph.outline = outline_level(value),
            "li" | "lin" => paragraph.indent = value,
            "fi" => paragraph.first_indent = value,
            "ls" => paragraph.list = value,
            "ilvl" => paragraph.list_level = usize::try_from(value).unwrap_or_default().min(8),
            "intbl" => paragraph.is_in_table = is_on,
            "itap" => paragraph.is_in_table = value > 0,
            "cbpat" | "shading" => paragraph.is_shaded = value > 0,
            _ => return false,
        }
        true
    }

    fn structure(&mut self, name: &str, value: i32, is_on: bool) {
        match name {
            "par" => self.end_paragraph(),
            "line" | "lbr" => self.line_break(),
            "page" | "sect" => {
                self.end_open_paragraph();
                self.break_page(true);
            }
            "pagebb" => self.break_page(is_on),
            "sbknone" => self.break_page(false),
            "cell" => self.end_cell(false),
            "nestcell" | "nestrow" => self.end_cell(true),
            "trowd" => {
                self.end_open_paragraph();
                self.row(|table| table.define_row());
            }
            "row" => self.row(|table| table.end_row()),
            "trleft" | "clmrg" | "clvmrg" | "cellx" => self.row(|table| table.define(name, value)),
            _ => {}
        }
    }

    /// Ends a paragraph that has no end of its own because something else follows.
    fn end_open_paragraph(&mut self) {
        let has_text = self.story_mut().is_some_and(|(story, _)| story.has_text());
        if has_text && !self.is_in_table() {
            self.end_paragraph();
        }
    }

    fn line_break(&mut self) {
        match self.is_html() {
            true => self.end_paragraph(),
            false => self.story_mut().map_or((), |(story, _)| story.line_break()),
        }
    }

    fn break_page(&mut self, is_break: bool) {
        if let Some((story, _)) = self.story_mut() {
            story.break_page(is_break);
        }
    }

    fn row(&mut self, change: impl FnOnce(&mut super::table::Table)) {
        if let Some((story, _)) = self.story_mut() {
            change(&mut story.table);
        }
    }
}

/// Whether the group is a drawing or a picture, which have properties.
fn is_drawn(dest: Dest) -> bool {
    matches!(dest, Dest::Shape | Dest::Picture)
}

/// Words that begin a destination.
fn known(name: &str, value: Option<i32>) -> Option<Dest> {
    let dest = match name {
        "fonttbl" => Dest::Fonts,
        "stylesheet" => Dest::Styles,
        "colortbl" => Dest::Colors,
        "revtbl" => Dest::Authors,
        "info" => Dest::Info,
        "field" => Dest::Field,
        "fldinst" => Dest::FieldCode,
        "fldrslt" => Dest::Result,
        "listtext" | "pntext" => Dest::Marker,
        "footnote" => Dest::Story(Kind::Note),
        "annotation" => Dest::Story(Kind::Comment),
        "atnauthor" => Dest::CommentAuthor,
        "header" | "headerf" | "headerl" | "headerr" | "footer" | "footerf" | "footerl"
        | "footerr" => Dest::Story(Kind::Running),
        "shpinst" | "do" => Dest::Shape,
        "shppict" | "pict" | "picprop" => Dest::Picture,
        "moMath" | "moMathPara" => Dest::Text,
        "htmltag" if value.is_some() => Dest::Tag,
        _ if is_passed_over(name) => Dest::Skip,
        _ => return None,
    };
    Some(dest)
}

/// Destinations without text for a reader, beside those that are marked as optional.
fn is_passed_over(name: &str) -> bool {
    const NAMES: [&str; 26] = [
        "aftncn",
        "aftnsep",
        "aftnsepc",
        "atnid",
        "bkmkend",
        "bkmkstart",
        "bxe",
        "filetbl",
        "formfield",
        "ftncn",
        "ftnsep",
        "ftnsepc",
        "listtable",
        "nonesttables",
        "nonshppict",
        "objalias",
        "objclass",
        "objdata",
        "objsect",
        "private",
        "rxe",
        "shprslt",
        "tc",
        "tcn",
        "upr",
        "xe",
    ];
    NAMES.contains(&name) || (name.starts_with('m') && name.ends_with("Pr"))
}

/// Words that stand for a character.
fn character(name: &str) -> Option<&'static str> {
    let text = match name {
        "tab" => "\t",
        "emdash" => "—",
        "endash" => "–",
        "emspace" | "enspace" | "qmspace" => " ",
        "bullet" => "•",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "zwj" => "\u{200d}",
        "zwnj" => "\u{200c}",
        _ => return None,
    };
    Some(text)
}
