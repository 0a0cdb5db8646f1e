//! Collections whose pages lead nowhere.

use m365_sim::{Fault, Sim};

use super::{Answer, messages, request};

const TOP: &str = "/v1.0/me/messages?$top=5&$select=id";

fn next(answer: &Answer) -> String {
    answer.json()["@odata.nextLink"].as_str().unwrap_or_default().to_owned()
}

async fn follow(tenant: &Sim, link: &str) -> Answer {
    let path = link.strip_prefix(tenant.graph_endpoint()).unwrap();
    Answer::of(request(tenant, path)).await
}

#[tokio::test]
async fn g20_a_next_link_leads_to_a_foreign_host() {
    let tenant = Sim::start().await;
    let link = format!("{}/v1.0/me/messages?$skip=10", tenant.foreign_endpoint());
    tenant.graph().next_response(Fault::foreign_next_link(link.as_str()));

    let page = messages(&tenant).await;

    assert_eq!(next(&page), link);
    assert!(!page.json()["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn g21_a_next_link_leads_to_its_own_page() {
    let tenant = Sim::start().await;
    tenant.graph().on("/v1.0/me/messages", Fault::looping_next_link());

    let page = Answer::of(request(&tenant, TOP)).await;
    let again = follow(&tenant, &next(&page)).await;

    assert!(next(&page).ends_with(TOP));
    assert_eq!(next(&again), next(&page));
}

#[tokio::test]
async fn g21_three_pages_lead_to_each_other() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::ring());

    let first = next(&Answer::of(request(&tenant, TOP)).await);
    let second = next(&follow(&tenant, &first).await);
    let third = next(&follow(&tenant, &second).await);
    let fourth = next(&follow(&tenant, &third).await);

    assert!(first != second && second != third && first != third);
    assert_eq!(fourth, first);
}

#[tokio::test]
async fn g21_empty_pages_come_before_the_right_one() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::empty_pages(2));

    let first = Answer::of(request(&tenant, TOP)).await;
    let second = follow(&tenant, &next(&first)).await;
    let right = follow(&tenant, &next(&second)).await;

    let items = |page: &Answer| page.json()["value"].as_array().unwrap().len();
    assert_eq!([items(&first), items(&second), items(&right)], [0, 0, 5]);
}
