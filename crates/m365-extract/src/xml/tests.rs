use super::*;

const ODF: &str = "xmlns:x='urn:oasis:names:tc:opendocument:xmlns:text:1.0'";

#[test]
fn names_have_the_usual_prefix_whatever_the_file_calls_them() {
    let source = format!("<x:p {ODF} x:style-name='a&amp;b'>one <x:span>two</x:span>&#33;</x:p>");

    let root = parse(&source).unwrap();

    assert!(root.is("text:p"));
    assert_eq!(root.attribute("text:style-name"), Some("a&b"));
    assert_eq!(root.text(), "one two!");
    assert_eq!(root.child("text:span").unwrap().name(), ("text", "span"));
}

#[test]
fn an_empty_element_ends_where_it_begins() {
    let root = parse("<a><b/><c>x</c></a>").unwrap();

    let names: Vec<_> = root.elements().map(|element| element.name().1).collect();

    assert_eq!(names, ["b", "c"]);
}

#[test]
fn elements_are_passed_over_as_a_whole() {
    let mut reader = XmlReader::new("<a><b><c/>x<d>y</d></b><e/></a>");
    reader.read();
    reader.read();

    reader.skip();

    assert!(matches!(reader.read(), Some(Event::Start(element)) if element.name().1 == "e"));
}

#[test]
fn an_empty_element_is_passed_over_too() {
    let mut reader = XmlReader::new("<a><b/><e/></a>");
    reader.read();
    reader.read();

    reader.skip();

    assert!(matches!(reader.read(), Some(Event::Start(element)) if element.name().1 == "e"));
}

#[test]
fn c07_a_part_that_declares_entities_is_not_read() {
    let source = "<!DOCTYPE a [<!ENTITY b \"boom\">]><a>&b;</a>";

    assert_eq!(parse(source), Err(Problem::Entities));
    assert!(parse("<!DOCTYPE a SYSTEM \"https://evil.example/a.dtd\"><a>&b;&lt;</a>").is_ok());
}

#[test]
fn c07_elements_nested_too_deeply_are_not_read() {
    assert_eq!(parse(&"<a>".repeat(100_000)), Err(Problem::TooLarge));
}

#[test]
fn c07_very_long_attributes_are_dropped() {
    let source = format!("<a b='{}' c='d'/>", "x".repeat(MAX_VALUE + 1));

    let root = parse(&source).unwrap();

    assert_eq!((root.attribute("b"), root.attribute("c")), (None, Some("d")));
}

#[test]
fn a_part_that_breaks_off_is_kept_as_far_as_it_goes() {
    let mut reader = XmlReader::new("<a><b>one</b><b>two");
    let Some(Event::Start(root)) = reader.read() else { panic!("an element begins") };

    let root = reader.finish(root);

    assert_eq!(root.text(), "onetwo");
    assert_eq!(reader.problem(), Some(Problem::Broken));
}

#[test]
fn an_end_that_is_missing_or_too_much_costs_no_text() {
    let (root, problem) = parse_partly("<a><b>one<c>two</b></d><e/ ><f>three</f></a>");
    let root = root.unwrap();

    let names: Vec<_> = root.elements().map(|element| element.name().1).collect();

    assert_eq!(names, ["b", "e", "f"]);
    assert_eq!(root.text(), "onetwothree");
    assert_eq!(problem, Some(Problem::Broken));
    assert!(parse("<a><e/ >x</a>").is_ok());
}
