//! Equations as a line of text.

use crate::xml::Element;

/// The text of an equation, e.g. `x=(-b±√(b^2-4ac))/(2a)`.
pub(super) fn text(element: &Element<'_>) -> String {
    let mut out = String::new();
    for child in element.elements() {
        part(child, &mut out);
    }
    out
}

fn part(element: &Element<'_>, out: &mut String) {
    match element.name() {
        ("m", "r") => run(element, out),
        ("m", "f") => fraction(element, out),
        ("m", "sSup") => join(element, &[("m:e", ""), ("m:sup", "^")], out),
        ("m", "sSub") => join(element, &[("m:e", ""), ("m:sub", "_")], out),
        ("m", "sSubSup") => join(element, &[("m:e", ""), ("m:sub", "_"), ("m:sup", "^")], out),
        ("m", "sPre") => join(element, &[("m:sub", "_"), ("m:sup", "^"), ("m:e", "")], out),
        ("m", "limLow") => join(element, &[("m:e", ""), ("m:lim", "_")], out),
        ("m", "limUpp") => join(element, &[("m:e", ""), ("m:lim", "^")], out),
        ("m", "rad") => root(element, out),
        ("m", "nary") => operator(element, out),
        ("m", "d") => delimited(element, out),
        ("m", "m") => rows(element, "m:mr", out),
        ("m", "eqArr") => lines(element, out),
        ("m", "func") => function(element, out),
        ("m", name) if name.ends_with("Pr") => {}
        _ => out.push_str(&text(element)),
    }
}

fn run(element: &Element<'_>, out: &mut String) {
    for child in element.elements() {
        match child.name() {
            // The sign between a function and what it is of is not seen: a space is.
            ("m" | "w", "t") => out.push_str(&child.text().replace('\u{2061}', " ")),
            ("w", "br") => out.push(' '),
            _ => {}
        }
    }
}

/// Parts that follow each other, each after its sign; what is more than a word is in brackets.
fn join(element: &Element<'_>, parts: &[(&str, &str)], out: &mut String) {
    for (name, sign) in parts {
        let text = child_text(element, name);
        if !text.is_empty() {
            out.push_str(&match *sign {
                "" => text,
                "^" if matches!(text.as_str(), "∘" | "°") => "°".to_owned(),
                sign => format!("{sign}{}", grouped(text)),
            });
        }
    }
}

fn fraction(element: &Element<'_>, out: &mut String) {
    let [over, under] = ["m:num", "m:den"].map(|name| grouped(child_text(element, name)));
    let has_bar = property(element, "m:fPr", "m:type") != Some("noBar");
    out.push_str(&format!("{over}{}{under}", if has_bar { "/" } else { " " }));
}

fn root(element: &Element<'_>, out: &mut String) {
    let degree = child_text(element, "m:deg");
    let sign = match degree.as_str() {
        "" => "√".to_owned(),
        "3" => "∛".to_owned(),
        degree => format!("{degree}√"),
    };
    out.push_str(&format!("{sign}({})", child_text(element, "m:e")));
}

/// A sum, an integral or the like, with its bounds.
fn operator(element: &Element<'_>, out: &mut String) {
    out.push_str(property(element, "m:naryPr", "m:chr").unwrap_or("∫"));
    join(element, &[("m:sub", "_"), ("m:sup", "^")], out);
    let of = child_text(element, "m:e");
    if !of.is_empty() {
        out.push(' ');
        out.push_str(&of);
    }
}

fn delimited(element: &Element<'_>, out: &mut String) {
    let sign = |name: &str, usual: &'static str| {
        property(element, "m:dPr", name).map_or(usual.to_owned(), str::to_owned)
    };
    let parts: Vec<String> = element.elements().filter(|e| e.is("m:e")).map(text).collect();
    out.push_str(&sign("m:begChr", "("));
    out.push_str(&parts.join(&sign("m:sepChr", "|")));
    out.push_str(&sign("m:endChr", ")"));
}

fn rows(element: &Element<'_>, name: &str, out: &mut String) {
    let row = |row: &Element<'_>| {
        let cells: Vec<String> = row.elements().filter(|e| e.is("m:e")).map(text).collect();
        cells.join(", ")
    };
    let rows: Vec<String> = element.elements().filter(|e| e.is(name)).map(row).collect();
    out.push_str(&format!("[{}]", rows.join("; ")));
}

fn lines(element: &Element<'_>, out: &mut String) {
    let lines: Vec<String> = element.elements().filter(|e| e.is("m:e")).map(text).collect();
    out.push_str(&lines.join("; "));
}

/// A function with its name, which needs a space or brackets before what it is of.
fn function(element: &Element<'_>, out: &mut String) {
    let name = child_text(element, "m:fName");
    let of = child_text(element, "m:e");
    let gap = if of.starts_with(['(', '[', '{', '|']) { "" } else { " " };
    out.push_str(&format!("{name}{gap}{of}"));
}

fn child_text(element: &Element<'_>, name: &str) -> String {
    element.child(name).map(|child| text(child).trim().to_owned()).unwrap_or_default()
}

fn property<'e>(element: &'e Element<'_>, properties: &str, name: &str) -> Option<&'e str> {
    element.child(properties)?.child(name)?.attribute("m:val")
}

fn grouped(text: String) -> String {
    let is_word = text.chars().all(|c| c.is_alphanumeric() || ".,'′∞-".contains(c))
        && !text.trim_start_matches('-').contains('-');
    if is_word { text } else { format!("({text})") }
}

#[cfg(test)]
mod tests {
    use crate::xml;

    fn read(inner: &str) -> String {
        let source = format!(
            "<m:oMath xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\">{inner}</m:oMath>"
        );
        super::text(&xml::parse(&source).unwrap_or_default())
    }

    #[test]
    fn fractions_powers_and_roots_are_read_as_they_are_said() {
        let run = |text: &str| format!("<m:r><m:t>{text}</m:t></m:r>");
        let power = format!("<m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup>", run("x"), run("2"));
        let root = format!("<m:rad><m:deg/><m:e>{power}{}</m:e></m:rad>", run("-4ac"));
        let fraction =
            format!("<m:f><m:num>{}{root}</m:num><m:den>{}</m:den></m:f>", run("-b±"), run("2a"));

        assert_eq!(read(&fraction), "(-b±√(x^2-4ac))/2a");
    }
}
