//! Presentations of PowerPoint.

use m365_extract::{Document, Input, Options, PageKind, RefusalKind, extract};
use proptest::prelude::*;

use super::{
    package::{content, package},
    properties::acts,
    read, refusal,
};

const SPACES: &str = concat!(
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" "#,
    r#"xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" "#,
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" "#,
    r#"xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" "#,
    r#"xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" "#,
    r#"xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" "#,
    r#"xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main""#,
);

/// A presentation under way: slides with what they refer to.
#[derive(Default)]
struct Deck {
    parts: Vec<(String, String)>,
    slides: usize,
    more: String,
}

impl Deck {
    /// A presentation of one slide with these shapes.
    fn of(shapes: &str) -> Self {
        Self::default().slide("", shapes, &[])
    }

    /// Adds a slide with these attributes, shapes, and relations of a kind to a part.
    fn slide(mut self, attributes: &str, shapes: &str, relations: &[(&str, &str)]) -> Self {
        self.slides += 1;
        let path = format!("ppt/slides/slide{}.xml", self.slides);
        let slide = format!(
            "<p:sld {SPACES} {attributes}><p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{shapes}\
             </p:spTree></p:cSld></p:sld>"
        );
        let list: String =
            relations.iter().map(|(kind, target)| relation(kind, kind, target)).collect();
        self.parts
            .push((format!("ppt/slides/_rels/slide{}.xml.rels", self.slides), relations_of(&list)));
        self.parts.push((path, slide));
        self
    }

    /// Adds a part with a root element.
    fn part(mut self, path: &str, root: &str, content: &str) -> Self {
        self.parts.push((path.to_owned(), format!("<{root} {SPACES}>{content}</{root}>")));
        self
    }

    /// Adds elements to the part that lists the slides.
    fn listing(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let numbers = || 1..=self.slides;
        let ids: String = numbers()
            .map(|number| format!("<p:sldId id=\"{}\" r:id=\"s{number}\"/>", 255 + number))
            .collect();
        let list = format!(
            "<p:presentation {SPACES}><p:sldIdLst>{ids}</p:sldIdLst>{}</p:presentation>",
            self.more
        );
        let slides: String = numbers()
            .map(|number| {
                relation(&format!("s{number}"), "slide", &format!("slides/slide{number}.xml"))
            })
            .collect();
        let authors = relation("au", "authors", "authors.xml");
        let relations = relations_of(&format!("{slides}{authors}"));
        let mut parts = vec![
            ("ppt/presentation.xml", list.as_str()),
            ("ppt/_rels/presentation.xml.rels", &relations),
        ];
        parts.extend(self.parts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        package(&parts)
    }

    fn read(&self) -> Document {
        read("a.pptx", &self.bytes())
    }

    fn text(&self) -> String {
        self.read().markdown()
    }
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    let mode = if target.contains(':') { " TargetMode=\"External\"" } else { "" };
    format!("<Relationship Id=\"{id}\" Type=\"x/relationships/{kind}\" Target=\"{target}\"{mode}/>")
}

fn relations_of(list: &str) -> String {
    format!("<Relationships>{list}</Relationships>")
}

/// A shape in a role, at a place in centimetres, with paragraphs.
fn shape(role: &str, place: Option<(i64, i64)>, paragraphs: &str) -> String {
    let role = if role.is_empty() { String::new() } else { format!("<p:ph {role}/>") };
    let place = place.map(|(x, y)| {
        let (x, y) = (x * 360_000, y * 360_000);
        format!(
            "<a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"1800000\" cy=\"720000\"/></a:xfrm>"
        )
    });
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id=\"1\" name=\"x\"/><p:nvPr>{role}</p:nvPr></p:nvSpPr>\
         <p:spPr>{}</p:spPr><p:txBody>{paragraphs}</p:txBody></p:sp>",
        place.unwrap_or_default()
    )
}

/// A paragraph with properties.
fn paragraph(properties: &str, text: &str) -> String {
    format!("<a:p><a:pPr {properties}</a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>")
}

fn plain(text: &str) -> String {
    paragraph(">", text)
}

fn title(text: &str) -> String {
    shape("type=\"title\"", None, &plain(text))
}

fn frame(content: &str) -> String {
    format!(
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"2\" name=\"x\"/><p:nvPr/>\
         </p:nvGraphicFramePr><a:graphic><a:graphicData>{content}</a:graphicData></a:graphic>\
         </p:graphicFrame>"
    )
}

#[test]
fn a_presentation_is_read_slide_by_slide() {
    let document = read("a.pptx", include_bytes!("corpus/own_slides.pptx"));

    assert!(document.pages.iter().all(|page| page.kind == PageKind::Slide));
    assert_eq!(document.title.as_deref(), Some("Quarterly review"));
    insta::assert_snapshot!(document.markdown());
}

#[test]
fn shapes_are_read_by_rows_and_columns_whatever_their_order_in_the_file() {
    let shapes = [
        shape("", Some((12, 6)), &plain("right")),
        shape("", Some((1, 9)), &plain("left below")),
        shape("", Some((1, 6)), &plain("left")),
        title("Plan"),
    ];

    assert_eq!(Deck::of(&shapes.concat()).text(), "## Plan\n\nleft\n\nleft below\n\nright");
}

#[test]
fn shapes_of_a_group_stay_together() {
    let group = format!(
        "<p:grpSp><p:nvGrpSpPr><p:cNvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x=\"0\" \
         y=\"360000\"/><a:ext cx=\"360000\" cy=\"360000\"/></a:xfrm></p:grpSpPr>{}{}</p:grpSp>",
        shape("", Some((90, 50)), &plain("b")),
        shape("", Some((1, 40)), &plain("a")),
    );
    let below = shape("", Some((0, 20)), &plain("c"));

    assert_eq!(Deck::of(&format!("{below}{group}")).text(), "## Slide 1\n\na\n\nb\n\nc");
}

#[test]
fn bullets_come_from_the_paragraph_the_layout_or_the_master() {
    let own = "lvl=\"1\"><a:buAutoNum type=\"alphaLcParenR\"/>";
    let body = [
        plain("from the master"),
        paragraph(own, "numbered"),
        paragraph(own, "again"),
        paragraph("><a:buNone/>", "none"),
    ];
    let other = shape("idx=\"7\"", None, &plain("from the layout"));
    let shapes = shape("type=\"body\" idx=\"1\"", None, &body.concat()) + &other;
    let relations = [("slideLayout", "../slideLayouts/l.xml")];
    let layout =
        shape("idx=\"7\"", None, "<a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle>");

    let text = Deck::default()
        .slide("", &shapes, &relations)
        .part("ppt/slideLayouts/l.xml", "p:sldLayout", &layout)
        .part(
            "ppt/slideMasters/m.xml",
            "p:sldMaster",
            "<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char=\"•\"/></a:lvl1pPr></p:bodyStyle></p:txStyles>",
        )
        .raw("ppt/slideLayouts/_rels/l.xml.rels", &relations_of(&relation("m", "slideMaster", "../slideMasters/m.xml")))
        .text();

    assert_eq!(
        text,
        "## Slide 1\n\n- from the master\n  a) numbered\n  b) again\n\nnone\n\nfrom the layout"
    );
}

impl Deck {
    /// Adds a part as it is.
    fn raw(mut self, path: &str, content: &str) -> Self {
        self.parts.push((path.to_owned(), content.to_owned()));
        self
    }
}

#[test]
fn tables_keep_merged_cells_in_their_first_place() {
    let cell = |attributes: &str, text: &str| {
        format!("<a:tc {attributes}><a:txBody>{}</a:txBody></a:tc>", plain(text))
    };
    let rows = format!(
        "<a:tbl><a:tr>{}{}{}</a:tr><a:tr>{}{}{}</a:tr></a:tbl>",
        cell("gridSpan=\"2\"", "a"),
        cell("hMerge=\"1\"", "gone"),
        cell("rowSpan=\"2\"", "b|c"),
        cell("", "d"),
        cell("", "e"),
        cell("vMerge=\"1\"", "gone"),
    );

    assert_eq!(
        Deck::of(&frame(&rows)).text(),
        "## Slide 1\n\n| a |  | b\\|c |\n| --- | --- | --- |\n| d | e |  |"
    );
}

#[test]
fn charts_show_their_data_and_diagrams_their_points() {
    let shapes = frame("<c:chart r:id=\"chart\"/>") + &frame("<dgm:relIds r:dm=\"diagramData\"/>");
    let relations = [("chart", "../charts/c.xml"), ("diagramData", "../diagrams/d.xml")];
    let point = |id: &str, text: &str| {
        format!(
            "<dgm:pt modelId=\"{id}\"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        )
    };
    let link =
        |from: &str, to: &str| format!("<dgm:cxn srcId=\"{from}\" destId=\"{to}\" srcOrd=\"0\"/>");
    let diagram = format!(
        "<dgm:ptLst><dgm:pt modelId=\"0\" type=\"doc\"/>{}{}</dgm:ptLst><dgm:cxnLst>{}{}{}\
         </dgm:cxnLst>",
        point("1", "Plan"),
        point("2", "Build"),
        link("0", "1"),
        link("1", "2"),
        link("2", "1"),
    );
    let chart = "<c:chart><c:title><a:t>Sales</a:t></c:title><c:ser><c:tx><c:v>2025</c:v></c:tx>\
                 <c:cat><c:pt idx=\"0\"><c:v>North</c:v></c:pt></c:cat><c:val><c:pt idx=\"0\"><c:v>4\
                 </c:v></c:pt></c:val></c:ser></c:chart>";

    let text = Deck::default()
        .slide("", &shapes, &relations)
        .part("ppt/charts/c.xml", "c:chartSpace", chart)
        .part("ppt/diagrams/d.xml", "dgm:dataModel", &diagram)
        .text();

    assert_eq!(
        text,
        "## Slide 1\n\n**Chart:** Sales\n\n|  | 2025 |\n| --- | --- |\n| North | 4 |\n\n- Plan\n  - Build"
    );
}

#[test]
fn notes_comments_and_hidden_slides_are_told_from_the_text() {
    let relations = [("notesSlide", "../notes/n.xml"), ("comments", "../comments/c.xml")];
    let notes = shape("type=\"body\"", None, &plain("Say hello."))
        + &shape("type=\"sldNum\"", None, &plain("7"));
    let body = |text: &str| format!("<p188:txBody>{}</p188:txBody>", plain(text));
    let comment = format!(
        "<p188:cm authorId=\"{{A}}\"><p188:replyLst><p188:reply authorId=\"{{B}}\">{}</p188:reply>\
         </p188:replyLst>{}</p188:cm>",
        body("Because."),
        body("Why?"),
    );

    let document = Deck::default()
        .slide("show=\"0\"", &title("Plan"), &relations)
        .part(
            "ppt/notes/n.xml",
            "p:notes",
            &format!("<p:cSld><p:spTree>{notes}</p:spTree></p:cSld>"),
        )
        .part("ppt/comments/c.xml", "p188:cmLst", &comment)
        .part(
            "ppt/authors.xml",
            "p188:authorLst",
            "<p188:author id=\"{A}\" name=\"Ann\"/><p188:author id=\"{B}\" name=\"Bob\"/>",
        )
        .read();

    assert_eq!(
        document.markdown(),
        "## Plan\n\n*Hidden slide.*\n\n**Notes:** Say hello.\n\n**Comment (Ann):** Why?\n\n\
         **Comment (Bob):** Because."
    );
    assert!(document.pages[0].is_hidden);
}

#[test]
fn what_stands_on_many_slides_is_said_once() {
    let footer = shape("type=\"ftr\"", None, &plain("Contoso, confidential"));
    let number = "<a:p><a:fld type=\"slidenum\"><a:t>3</a:t></a:fld></a:p>";
    let shapes = title("One") + &footer + &shape("type=\"sldNum\"", None, number);

    let text = Deck::of(&shapes).slide("", &(title("Two") + &footer), &[]).text();

    assert_eq!(text, "## One\n\nContoso, confidential\n\n## Two");
}

#[test]
fn sections_are_named_where_they_begin() {
    let section = |name: &str, id: usize| {
        format!(
            "<p14:section name=\"{name}\"><p14:sldIdLst><p14:sldId id=\"{id}\"/></p14:sldIdLst></p14:section>"
        )
    };
    let list = section("Background", 256) + &section("Results", 257);

    let text = Deck::of(&title("One")).slide("", &title("Two"), &[]).listing(&list).text();

    assert_eq!(text, "## One\n\n*Section: Background*\n\n## Two\n\n*Section: Results*");
}

#[test]
fn links_and_formulas_are_text_and_nothing_is_live() {
    let run = |text: &str| {
        format!(
            "<a:r><a:rPr b=\"1\"><a:hlinkClick r:id=\"hyperlink\"/></a:rPr><a:t>{text}</a:t></a:r>"
        )
    };
    let formula = "<mc:AlternateContent><mc:Choice Requires=\"a14\"><a14:m><m:oMath><m:sSup><m:e><m:r>\
                   <m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>\
                   </a14:m></mc:Choice></mc:AlternateContent>";
    let body = format!(
        "<a:p>{}{}</a:p><a:p>{formula}</a:p>{}",
        run("the "),
        run("plan"),
        plain("![x](https://evil.example) &lt;img src=x&gt;")
    );
    let relations = [("hyperlink", "https://contoso.example/a")];

    let text = Deck::default().slide("", &shape("", None, &body), &relations).text();

    assert_eq!(
        text,
        "## Slide 1\n\n**the plan** (https://contoso.example/a)\n\nx^2\n\n\
         !\\[x]\\(https://evil.example) \\<img src=x>"
    );
}

#[test]
fn c08_pictures_and_films_outside_are_named_at_most() {
    let picture = |descr: &str, inside: &str| {
        format!(
            "<p:pic><p:nvPicPr><p:cNvPr id=\"1\" name=\"x\" descr=\"{descr}\"/><p:nvPr>{inside}</p:nvPr>\
             </p:nvPicPr></p:pic>"
        )
    };
    let shapes = picture("A map of the site", "<a:videoFile r:link=\"video\"/>")
        + &picture("image1.png", "<a:videoFile r:link=\"file\"/>");
    let relations = [("video", "https://contoso.example/v"), ("file", "file://server/share/v.mp4")];

    let text = Deck::default().slide("", &shapes, &relations).text();

    assert_eq!(text, "## Slide 1\n\n[image: A map of the site] video (https://contoso.example/v)");
}

#[test]
fn c02_hidden_shapes_are_not_read() {
    let hidden = shape("", None, &plain("unseen")).replace("id=\"1\"", "id=\"1\" hidden=\"1\"");

    assert_eq!(Deck::of(&(title("Plan") + &hidden)).text(), "## Plan");
}

#[test]
fn the_strict_edition_is_read_too() {
    let bytes = Deck::of(&title("Plan"));
    let strict = |text: &str| {
        text.replace(
            "http://schemas.openxmlformats.org/presentationml/2006/main",
            "http://purl.oclc.org/ooxml/presentationml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/drawingml/2006/main",
            "http://purl.oclc.org/ooxml/drawingml/main",
        )
    };
    let parts = bytes.parts.iter().map(|(path, text)| (path.clone(), strict(text))).collect();

    assert_eq!(Deck { parts, ..bytes }.text(), "## Plan");
}

#[test]
fn a_slide_that_cannot_be_read_keeps_its_place() {
    let mut deck = Deck::of(&title("One")).slide("", &title("Two"), &[]);
    deck.parts.retain(|(path, _)| path != "ppt/slides/slide1.xml");

    let document = deck.read();

    assert_eq!(
        document.markdown(),
        "## Slide 1\n\n*This slide is damaged and cannot be read.*\n\n## Two"
    );
    assert_eq!(document.warnings.len(), 1);
}

#[test]
fn a_slide_that_breaks_off_is_read_as_far_as_it_goes() {
    let document = Deck::of(&(title("Plan") + "<p:sp><p:broken></p:sp>")).read();

    assert_eq!(document.markdown(), "## Plan");
    assert_eq!(document.warnings.len(), 1);
}

#[test]
fn a_file_without_slides_is_read_and_said_to_have_none() {
    let document = Deck::default().read();

    assert_eq!(document.warnings, ["The document has no text; it is empty or has only pictures."]);
}

#[test]
fn a_file_without_a_list_of_slides_is_damaged() {
    let parts = [("ppt/slides/slide1.xml", "<x/>"), ("_rels/.rels", "<x/>")];

    assert_eq!(refusal("a.pptx", &package(&parts)), RefusalKind::Damaged);
}

#[test]
fn c06_a_slide_that_is_listed_very_often_is_read_within_limits() {
    let long = shape("", None, &plain(&"word ".repeat(20_000)));
    let deck = Deck::of(&long);
    let ids = "<p:sldId id=\"256\" r:id=\"s1\"/>".repeat(20_000);
    let parts = deck.bytes();
    assert!(parts.len() < 10_000);

    let document = deck.listing(&format!("<p:sldIdLst>{ids}</p:sldIdLst>")).read();

    assert!(document.markdown().len() <= 1024 * 1024);
}

/// Shapes made of what slides are made of, in any order.
fn shapes() -> impl Strategy<Value = String> {
    let leaves = vec![
        "<p:pic><p:nvPicPr><p:cNvPr descr='](https://x.example) ![a'/></p:nvPicPr></p:pic>",
        "<a14:m><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></a14:m>",
        "<a:pPr lvl='99'><a:buAutoNum type='romanLcPeriod' startAt='99999999999999'/></a:pPr>",
        "<a:pPr lvl='1'><a:buChar/></a:pPr>",
        "<a:rPr b='1'><a:hlinkClick r:id='link'/></a:rPr>",
        "<a:br/>",
        "<a:r><a:t>a </a:t></a:r>",
        "<a:r><a:t>!</a:t></a:r>",
        "<a:r><a:t>[a]: b</a:t></a:r>",
        "<a:r><a:t>](https://x.example)</a:t></a:r>",
        "<a:r><a:rPr strike='sngStrike'/><a:t>&lt;</a:t></a:r>",
        "<a:r><a:rPr b='1'/><a:t>img src=x></a:t></a:r>",
        "<a:r><a:t>\\</a:t></a:r>",
        "<a:r><a:t>`</a:t></a:r>",
        "<a:r><a:t># &#x202e;| </a:t></a:r>",
        "<a:r><a:t>- [page 1 of 2]</a:t></a:r>",
    ];
    let open = vec![
        "<p:sp><p:nvSpPr><p:nvPr><p:ph type='title'/></p:nvPr></p:nvSpPr><p:txBody>",
        "<p:sp><p:nvSpPr/><p:txBody>",
        "<p:sp><p:nvSpPr/><p:spPr><a:xfrm><a:off x='1' y='1e999'/></a:xfrm></p:spPr><p:txBody>",
        "<p:grpSp>",
        "<a:p>",
        "<a:p>",
        "<a:p>",
        "<a:r>",
        "<a:t>",
        "<p:graphicFrame><p:nvGraphicFramePr/><a:graphic><a:graphicData>",
        "<a:tbl>",
        "<a:tr>",
        "<a:tc gridSpan='99999999999'><a:txBody>",
        "<mc:AlternateContent>",
        "<mc:Choice>",
    ];
    prop::collection::vec(content(leaves, open), 0..6).prop_map(|parts| parts.concat())
}

#[test]
fn pictures_without_a_description_are_counted() {
    let picture = |description: &str| {
        format!("<p:pic><p:nvPicPr><p:cNvPr id=\"1\" descr=\"{description}\"/></p:nvPicPr></p:pic>")
    };
    let slides = [picture(""), picture("image1.png"), picture("Our offices")].concat();

    let found = Deck::of(&slides).read();

    assert_eq!(found.warnings, ["The document has 2 pictures without a description."]);
}

proptest! {
    #[test]
    fn any_slide_is_read_without_acting(shapes in shapes()) {
        let relations = [("link", "https://x.example/![a](b)")];
        let bytes = Deck::default().slide("", &shapes, &relations).bytes();
        let document = extract(&Input::new(&bytes), &Options::default());
        for page in document.map(|document| document.pages).unwrap_or_default() {
            prop_assert!(!acts(&page.markdown), "{}", page.markdown);
        }
    }
}

#[test]
fn c02_text_that_no_one_sees_on_a_slide_is_left_out_and_the_reader_is_told() {
    let box_at = |left: i64, properties: &str, run: &str| {
        format!(
            "<p:sp><p:nvSpPr><p:cNvPr id='2' name='x' {properties}/><p:nvPr/></p:nvSpPr><p:spPr>\
             <a:xfrm><a:off x='{left}' y='0'/><a:ext cx='1000' cy='1000'/></a:xfrm></p:spPr>\
             <p:txBody><a:p><a:r><a:rPr {run}/><a:t>text</a:t></a:r></a:p></p:txBody></p:sp>"
        )
    };
    let read =
        |shapes: &str| Deck::of(shapes).listing("<p:sldSz cx='12192000' cy='6858000'/>").read();

    for unseen in [
        box_at(0, "", "sz='100'"),
        box_at(-99_999_999, "", ""),
        box_at(12_200_000, "", ""),
        box_at(0, "hidden='1'", ""),
    ] {
        let document = read(&unseen);
        assert!(!document.markdown().contains("text"), "{unseen}");
        let hidden = "The document has hidden text, which was left out.";
        assert!(document.warnings.iter().any(|warning| warning == hidden), "{unseen}");
    }
    for seen in [box_at(-500, "", "sz='800'"), box_at(12_191_999, "", "")] {
        let document = read(&seen);
        assert!(document.markdown().contains("text"), "{seen}");
        assert_eq!(document.warnings, [""; 0], "{seen}");
    }
}
