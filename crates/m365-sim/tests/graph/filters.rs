//! `$filter` and `$orderby`.

use super::asking::{Asking, bad, texts};

async fn subjects(graph: &Asking, filter: &str) -> Vec<String> {
    let filter = filter.replace(' ', "%20").replace('\'', "%27");
    let path = format!("/me/messages?$filter={filter}&$select=subject&$top=1000");
    texts(&graph.json(&path).await["value"], "subject")
}

#[tokio::test]
async fn filters_compare_dates_text_and_truth() {
    let graph = Asking::mail().await;

    let exact = subjects(&graph, "subject eq 'Q3 budget'").await;
    let start = subjects(&graph, "startswith(subject,'Apollo: crane')").await;
    let inside = subjects(&graph, "contains(subject,'steel')").await;
    let sender = subjects(&graph, "from/emailAddress/address eq 'bjorn.aas@fjordlight.example' and importance eq 'high' and contains(subject,'boat')").await;

    assert_eq!(exact, ["Q3 budget"]);
    assert_eq!(start, ["Apollo: crane slot moved to Thursday"]);
    assert_eq!(inside, ["Offshore Digest: steel prices fall, seabirds win"]);
    assert_eq!(sender, ["Crew boat is in the harbour"]);
}

#[tokio::test]
async fn a_quote_in_text_is_written_twice() {
    let graph = Asking::mail().await;

    let found = subjects(&graph, "contains(subject,'d''avenant n° 2 – à')").await;

    assert_eq!(found, ["Projet d'avenant n° 2 – à relire"]);
}

#[tokio::test]
async fn not_and_or_and_parentheses_count() {
    let graph = Asking::mail().await;

    let either = subjects(
        &graph,
        "(subject eq 'Q3 budget' or subject eq 'RE: Q3 budget') and not (isRead eq true)",
    )
    .await;

    assert_eq!(either, ["RE: Q3 budget"]);
}

#[tokio::test]
async fn a_window_of_dates_holds_what_lies_in_it() {
    let graph = Asking::mail().await;
    let now = graph.tenant.clock().now();
    let start = now.checked_sub(std::time::Duration::from_secs(30 * 86_400)).unwrap();
    let start = start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();

    let path = format!(
        "/me/messages?$filter=receivedDateTime%20ge%20{start}&$orderby=receivedDateTime&$top=1000&$select=receivedDateTime"
    );
    let dates = texts(&graph.json(&path).await["value"], "receivedDateTime");

    assert!(dates.len() > 10);
    assert!(dates.is_sorted(), "{dates:?}");
    assert!(dates[0] >= start);
}

#[tokio::test]
async fn s17_what_is_sorted_by_must_come_first_in_the_filter() {
    let graph = Asking::mail().await;
    let inefficient = bad("InefficientFilter");

    for filter in [
        "isRead%20eq%20false",
        "isRead%20eq%20false%20and%20receivedDateTime%20ge%202020-01-01",
        "contains(subject,%27a%27)",
        "receivedDateTime%20ge%202020-01-01%20and%20contains(subject,%27a%27)",
        "receivedDateTime%20ge%202020-01-01%20and%20not%20contains(subject,%27a%27)",
        "conversationId%20eq%20%27x%27",
        "receivedDateTime%20ge%202020-01-01%20and%20conversationId%20eq%20%27x%27",
    ] {
        let path = format!("/me/messages?$filter={filter}&$orderby=receivedDateTime%20desc");

        assert_eq!(graph.error(&path).await, inefficient, "{filter}");
    }
}

#[tokio::test]
async fn the_ordering_trick_with_an_old_date_works() {
    let graph = Asking::mail().await;

    let path = "/me/messages?$filter=receivedDateTime%20ge%201900-01-01T00:00:00Z%20and%20isRead%20eq%20false&$orderby=receivedDateTime%20desc&$select=isRead";
    let page = graph.json(path).await;

    assert_eq!(page["value"].as_array().unwrap().len(), 10);
    assert!(page["value"].as_array().unwrap().iter().all(|row| row["isRead"] == false));
}

#[tokio::test]
async fn what_contains_looks_into_can_be_sorted_by() {
    let graph = Asking::mail().await;

    let path = "/me/messages?$filter=contains(subject,%27budget%27)&$orderby=subject&$select=subject&$top=1000";
    let subjects = texts(&graph.json(path).await["value"], "subject");

    assert!(subjects.len() > 1 && subjects.is_sorted_by_key(|text| text.to_lowercase()));
}

#[tokio::test]
async fn filters_of_the_wrong_type_or_form_are_refused() {
    let graph = Asking::mail().await;

    for (filter, code) in [
        ("isRead%20eq%20%27false%27", "ErrorInvalidUrlQueryFilter"),
        ("receivedDateTime%20ge%20%272026-01-01%27", "ErrorInvalidUrlQueryFilter"),
        ("toRecipients/any(r:r/emailAddress/address%20eq%20%27a%27)", "ErrorInvalidUrlQueryFilter"),
        ("isread%20eq%20false", "RequestBroker--ParseUri"),
        ("isRead%20eq", "RequestBroker--ParseUri"),
        ("(isRead%20eq%20false", "RequestBroker--ParseUri"),
        ("isRead%20is%20false", "RequestBroker--ParseUri"),
        ("subject%20eq%20%27open", "RequestBroker--ParseUri"),
    ] {
        let refused = graph.error(&format!("/me/messages?$filter={filter}")).await;

        assert_eq!(refused, bad(code), "{filter}");
    }
}

#[tokio::test]
async fn a_conversation_is_found_by_its_id() {
    let graph = Asking::mail().await;
    let path = "/me/messages?$filter=subject%20eq%20%27Q3%20budget%27&$select=conversationId";
    let id = texts(&graph.json(path).await["value"], "conversationId").remove(0);

    let thread = subjects(&graph, &format!("conversationId eq '{id}'")).await;

    assert_eq!(thread.len(), 5);
    assert!(thread.iter().all(|subject| subject.ends_with("Q3 budget")), "{thread:?}");
}
