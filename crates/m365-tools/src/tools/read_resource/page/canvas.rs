use m365_graph::{Canvas, CanvasSection, KeyValue, PartContent, WebPart};
use url::Url;

/// Joins what is readable on a page into one piece of HTML: sections from top to bottom, columns from
/// left to right. `base` is the page's address, below whose host links may be.
pub(super) fn html(canvas: &Canvas, base: &str) -> String {
    let base = Url::parse(base).ok();
    let sections = canvas.horizontal_sections.iter().chain(&canvas.vertical_section);
    sections.map(|section| section_html(section, base.as_ref())).collect()
}

fn section_html(section: &CanvasSection, base: Option<&Url>) -> String {
    let columns: String = section.columns.iter().map(|column| section_html(column, base)).collect();
    let parts: String = section.webparts.iter().map(|part| part_html(part, base)).collect();
    format!("{columns}{parts}")
}

fn part_html(part: &WebPart, base: Option<&Url>) -> String {
    if let Some(html) = &part.inner_html {
        return format!("<div>{html}</div>");
    }
    let Some(data) = &part.data else { return String::new() };
    let content = content_html(&data.server_processed_content, base);
    let title = data.title.as_deref().filter(|title| !title.is_empty() && !content.is_empty());
    let heading = title.map(|title| format!("<h3>{}</h3>", escaped(title))).unwrap_or_default();
    format!("{heading}{content}")
}

/// Joins the texts of a part with the links in the same places of it.
fn content_html(content: &PartContent, base: Option<&Url>) -> String {
    let mut places: Vec<&str> = Vec::new();
    for one in content.searchable_plain_texts.iter().chain(&content.links) {
        if !places.contains(&place(one)) {
            places.push(place(one));
        }
    }
    let items: String = places.into_iter().map(|place| item_html(content, place, base)).collect();
    let rich: String =
        content.html_strings.iter().map(|one| format!("<div>{}</div>", one.value)).collect();
    if items.is_empty() { rich } else { format!("<ul>{items}</ul>{rich}") }
}

fn item_html(content: &PartContent, wanted: &str, base: Option<&Url>) -> String {
    let here = |list: &[KeyValue]| -> Vec<String> {
        let found = list.iter().filter(|one| place(one) == wanted && !one.value.trim().is_empty());
        found.map(|one| one.value.clone()).collect()
    };
    let text = here(&content.searchable_plain_texts).join(" – ");
    let link = here(&content.links).into_iter().find_map(|link| absolute(&link, base));
    match (text.is_empty(), link) {
        (true, None) => String::new(),
        (false, None) => format!("<li>{}</li>", escaped(&text)),
        (true, Some(link)) => format!("<li><a href=\"{0}\">{0}</a></li>", escaped(&link)),
        (false, Some(link)) => {
            format!("<li><a href=\"{}\">{}</a></li>", escaped(&link), escaped(&text))
        }
    }
}

/// Returns the place of a text in its part: `items[0]` of `items[0].title`.
fn place(one: &KeyValue) -> &str {
    match one.key.find(']') {
        Some(end) => one.key.get(..=end).unwrap_or_default(),
        None => &one.key,
    }
}

fn absolute(link: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(link).ok()?,
        None => Url::parse(link).ok()?,
    };
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.to_string())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
