//! PDF documents.

use std::fmt::Write as _;

/// Makes a document in Helvetica; each form feed begins a new page. What Windows-1252 does not
/// share with Latin-1 becomes a question mark.
pub(crate) fn pdf(text: &str) -> Vec<u8> {
    let pages: Vec<_> = text.split('\u{c}').map(content).collect();
    let kids: String = (0..pages.len()).fold(String::new(), |mut kids, place| {
        let _ = write!(kids, "{} 0 R ", 4 + 2 * place);
        kids
    });
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for (place, content) in pages.iter().enumerate() {
        let stream = 5 + 2 * place;
        objects.push(format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {stream} 0 R >>"));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    written(&objects).into_bytes()
}

fn content(page: &str) -> String {
    let lines = page.trim().lines().map(|line| {
        let (size, text) = line.strip_prefix("# ").map_or((11, line), |heading| (16, heading));
        format!("/F1 {size} Tf ({}) Tj 0 -18 Td", escaped(text))
    });
    format!("BT 56 780 Td {} ET", lines.collect::<Vec<_>>().join("\n"))
}

/// Everything but plain letters by its octal code, so that the file is ASCII.
fn escaped(text: &str) -> String {
    let one = |c: char| match c {
        '(' | ')' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        _ => format!("\\{:03o}", u8::try_from(c).unwrap_or(b'?')),
    };
    text.chars().map(one).collect()
}

fn written(objects: &[String]) -> String {
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(out.len());
        let _ = write!(out, "{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, count) = (out.len(), objects.len() + 1);
    let _ = write!(out, "xref\n0 {count}\n0000000000 65535 f \n");
    for offset in offsets {
        let _ = writeln!(out, "{offset:010} 00000 n ");
    }
    let _ = write!(out, "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out
}
