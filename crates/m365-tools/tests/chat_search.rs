//! Search of messages in Teams, compared with a look at each message.

use std::collections::BTreeSet;

use m365_sim::{Fault, Sim};
use serde_json::{Value, json};

use crate::{
    office::{Office, text, uris},
    support::code,
    teams_office::{CHATS, EVERYTHING, Everything, Said, all, has_word, office, uri_of},
};

const TOOL: &str = "chat_message_search";
const NO_CHANNELS: &str =
    "Channel messages were not searched: Missing scope 'ChannelMessage.Read.All'";

async fn found(office: &Office, arguments: Value) -> Value {
    match office.call(TOOL, arguments.clone()).await {
        Ok(found) => found,
        Err(error) => panic!("{arguments}: {error}"),
    }
}

async fn refused(office: &Office, arguments: Value) -> Value {
    office.call(TOOL, arguments).await.unwrap_err()
}

fn notices(found: &Value) -> Vec<&str> {
    found["notices"].as_array().map_or_else(Vec::new, |notices| {
        notices.iter().map(|notice| notice.as_str().unwrap()).collect()
    })
}

/// Compares all pages of a search with the messages that fit, newest first.
async fn agrees(
    office: &Office,
    everything: &Everything,
    arguments: Value,
    fits: impl Fn(&Said) -> bool,
) -> usize {
    let found = all(office, TOOL, &arguments).await;

    let expected = everything.expected(fits);
    let given = uris(&found);
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len(), "twice: {arguments}");
    assert_eq!(
        given.iter().collect::<BTreeSet<_>>(),
        expected.iter().collect::<BTreeSet<_>>(),
        "{arguments}"
    );
    let sent = everything.sent();
    let times: Vec<_> = given.iter().map(|uri| sent[uri.as_str()]).collect();
    assert!(times.is_sorted_by(|one, other| one >= other), "{arguments}");
    found.len()
}

fn day(everything: &Everything, share: usize) -> String {
    let mut times: Vec<_> = everything.written().map(|one| one.sent).collect();
    times.sort();
    times[times.len() * share / 100].strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[tokio::test]
async fn a_scan_finds_what_a_look_at_each_message_of_the_chats_finds() {
    let office = office(&CHATS).await;
    let everything = Everything::chats(&office).await;
    let (after, before) = (day(&everything, 40), day(&everything, 80));
    let word = |word: &'static str| move |one: &Said| has_word(&one.words, word);
    let sent = |one: &Said| one.sent.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();

    let turbine = agrees(&office, &everything, json!({"query": "turbine"}), word("turbine")).await;
    agrees(&office, &everything, json!({"query": "turbine", "limit": 3}), word("turbine")).await;
    agrees(&office, &everything, json!({"query": "turbine OR deadline", "limit": 25}), |one| {
        has_word(&one.words, "turbine") || has_word(&one.words, "deadline")
    })
    .await;
    agrees(&office, &everything, json!({"sender": "Jonas Lindqvist", "limit": 25}), |one| {
        one.sender == "Jonas Lindqvist"
    })
    .await;
    agrees(&office, &everything, json!({"query": "NOT from:jonas turbine"}), |one| {
        has_word(&one.words, "turbine") && !one.sender.starts_with("Jonas")
    })
    .await;
    agrees(&office, &everything, json!({"recipient": "claire", "limit": 25}), |one| {
        one.members.iter().any(|member| member.starts_with("Claire"))
            && !one.sender.starts_with("Claire")
    })
    .await;
    agrees(&office, &everything, json!({"query": "hasAttachment:true"}), |one| one.files > 0).await;
    agrees(&office, &everything, json!({"query": "mentions:Mira"}), |one| {
        one.mentions.iter().any(|name| name.contains("Mira") || name == "Solberg")
    })
    .await;
    agrees(
        &office,
        &everything,
        json!({"afterDateTime": after, "beforeDateTime": before, "limit": 25}),
        |one| sent(one) >= after && sent(one) <= before,
    )
    .await;

    assert!(turbine > 3, "{turbine}");
}

#[tokio::test]
async fn without_conditions_the_newest_messages_come_first() {
    let office = office(&CHATS).await;
    let everything = Everything::chats(&office).await;

    let found = found(&office, json!({"query": "*", "limit": 25})).await;

    let expected = everything.expected(|_| true);
    assert_eq!(uris(found["results"].as_array().unwrap()), expected[..25]);
    assert_eq!(found["moreResults"], true);
}

#[tokio::test]
async fn a_scan_says_that_channels_are_missing_in_each_of_its_answers() {
    let office = office(&CHATS).await;

    let first = found(&office, json!({"query": "turbine", "limit": 2})).await;
    let cursor = text(&first, "nextCursor");
    let second = found(&office, json!({"query": "turbine", "limit": 2, "cursor": cursor})).await;

    assert_eq!(notices(&first), [NO_CHANNELS]);
    assert_eq!(notices(&second), [NO_CHANNELS]);
}

#[tokio::test]
async fn a_chat_is_named_by_topic_member_id_or_address() {
    let office = office(&CHATS).await;
    let everything = Everything::chats(&office).await;
    let review = |one: &Said| one.chat.as_deref() == Some("Budget review");
    let deadline = uri_of(&everything, "does the deadline still stand?");
    let id = "19:meeting_QnVkZ2V0UmV2aWV3RlkyNw@thread.v2";

    for name in ["Budget review", "budget REVIEW", id, &deadline] {
        agrees(&office, &everything, json!({"chatName": name, "limit": 25}), review).await;
    }
    agrees(
        &office,
        &everything,
        json!({"chatName": "Budget review", "query": "deadline"}),
        |one| review(one) && has_word(&one.words, "deadline"),
    )
    .await;
    let claire = found(&office, json!({"chatName": "Claire Fontaine", "limit": 25})).await;
    assert!(
        claire["results"].as_array().unwrap().iter().all(|hit| hit["chat"] == "Claire Fontaine")
    );
}

#[tokio::test]
async fn names_that_do_not_fit_one_chat_are_refused_with_those_that_do() {
    let office = office(&EVERYTHING).await;

    let unknown = refused(&office, json!({"chatName": "Bugdet reveiw"})).await;
    let wrong =
        refused(&office, json!({"chatName": "19:3fc791d2cdfa72297ad65af8c54c17f9@thread.tacv2"}))
            .await;
    let several = refused(&office, json!({"chatName": "budget"})).await;

    assert_eq!(code(&unknown), "NOT_FOUND");
    assert!(text(&unknown, "message").contains("Budget review"), "{unknown}");
    assert_eq!(code(&wrong), "VALIDATION_ERROR");
    assert_eq!(code(&several), "VALIDATION_ERROR");
    assert!(text(&several, "message").contains("teams:///chats/"), "{several}");
}

#[tokio::test]
async fn a_search_finds_words_in_chats_and_channels() {
    let office = office(&EVERYTHING).await;
    let everything = Everything::of(&office).await;

    for word in ["deadline", "gearbox", "nordkabel"] {
        let count = agrees(&office, &everything, json!({"query": word, "limit": 25}), |one| {
            has_word(&one.words, word)
        })
        .await;
        assert!(count > 2, "{word}: {count}");
    }
}

#[tokio::test]
async fn a_team_and_a_channel_restrict_a_search_exactly() {
    let office = office(&EVERYTHING).await;
    let everything = Everything::of(&office).await;
    let within = |one: &Said, team: &str, channel: Option<&str>| {
        one.place.as_ref().is_some_and(|(in_team, in_channel)| {
            in_team == team && channel.is_none_or(|channel| channel == in_channel)
        })
    };

    agrees(&office, &everything, json!({"query": "budget", "teamName": "finance"}), |one| {
        has_word(&one.words, "budget") && within(one, "Finance", None)
    })
    .await;
    agrees(
        &office,
        &everything,
        json!({"teamName": "6f1f0c1e-0000-4000-8000-000000000b01", "channelName": "Budget",
               "limit": 25}),
        |one| within(one, "Finance", Some("Budget")),
    )
    .await;
    let suppliers =
        agrees(&office, &everything, json!({"channelName": "Suppliers", "limit": 4}), |one| {
            within(one, "Apollo", Some("Suppliers"))
        })
        .await;

    assert!(suppliers > 4, "{suppliers}");
}

#[tokio::test]
async fn dates_and_senders_restrict_a_search_exactly() {
    let office = office(&EVERYTHING).await;
    let everything = Everything::of(&office).await;
    let (after, before) = (day(&everything, 70), day(&everything, 95));
    let sent = |one: &Said| one.sent.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();

    let arguments = json!({"afterDateTime": after, "beforeDateTime": before, "sender": "Adele Vance",
                           "limit": 25});
    let count = agrees(&office, &everything, arguments, |one| {
        sent(one) >= after && sent(one) <= before && one.sender == "Adele Vance"
    })
    .await;

    assert!(count > 2, "{count}");
}

#[tokio::test]
async fn a_hit_of_a_search_has_the_names_of_where_it_is() {
    let office = office(&EVERYTHING).await;

    let found = found(&office, json!({"query": "\"page 4\"", "limit": 25})).await;

    let hits = found["results"].as_array().unwrap();
    let chat = hits.iter().find(|hit| hit["chat"] == "Budget review").unwrap();
    let post = hits.iter().find(|hit| hit["team"] == "Finance").unwrap();
    assert_eq!(chat["from"]["name"], "Mira Solberg");
    assert_eq!(post["channel"], "Budget");
    assert!(text(post, "uri").contains("/replies/"), "{post}");
    assert!(text(chat, "webUrl").starts_with("https://teams.microsoft.com/l/message/"));
}

#[tokio::test]
async fn a_hit_tells_importance_mentions_and_attachments() {
    let office = office(&EVERYTHING).await;

    let found = found(&office, json!({"query": "\"please check page 4\""})).await;

    let hits = found["results"].as_array().unwrap();
    let hit = hits.iter().find(|hit| hit["from"]["name"] == "Adele Vance").unwrap();
    assert_eq!(hit["importance"], "high");
    assert_eq!(hit["mentions"], json!(["Mira Solberg"]));
    assert_eq!(hit["hasAttachments"], true);
    assert_eq!(hit["from"]["address"], "adele.vance@fjordlight.example");
}

#[tokio::test]
async fn a_search_and_a_scan_both_name_what_a_message_carries() {
    for scopes in [&EVERYTHING[..], &CHATS] {
        let office = Office::with(Sim::builder().messages(1), scopes).await;

        let found = found(&office, json!({"query": "\"please check page 4\""})).await;

        let summaries = found["results"].as_array().unwrap().iter().map(|hit| text(hit, "summary"));
        let summaries: String = summaries.collect();
        assert!(summaries.contains("[Q3 budget deck.pptx]"), "{summaries}");
        assert!(!summaries.contains("https://"), "{summaries}");
    }
}

#[tokio::test]
async fn of_somebody_unknown_it_is_said_that_nothing_was_found() {
    for scopes in [&EVERYTHING[..], &CHATS] {
        let office = Office::with(Sim::builder().messages(1), scopes).await;

        let found = found(&office, json!({"sender": "Zebulon Nobody"})).await;

        assert!(found["results"].as_array().unwrap().is_empty());
        let told = found["notices"].to_string();
        assert!(told.contains("Zebulon Nobody") && told.contains("search_people"), "{told}");
    }
}

/// Answers once with a list of four pages with 25 chats each, called `c{page}x{place}`.
fn serve_hundred_chats(office: &Office) {
    for page in 0..4 {
        let chat = |at: u32| {
            let minute = 59 - (page * 25 + at) / 2;
            json!({"id": format!("19:c{page}x{at}@thread.v2"), "chatType": "group", "members": [],
                   "lastMessagePreview": {"createdDateTime": format!("2026-11-20T10:{minute}:00Z")}})
        };
        let mut body = json!({"value": (0..25).map(chat).collect::<Vec<_>>()});
        if page < 3 {
            let next =
                format!("{}/v1.0/me/chats?$skiptoken={page}", office.tenant.graph_endpoint());
            body["@odata.nextLink"] = json!(next);
        }
        let body = Fault::body(200, "application/json", body.to_string());
        office.tenant.graph().next_on("/v1.0/me/chats", body);
    }
}

/// Answers with one message wherever the messages of chats whose ids begin so are asked for.
fn serve_message(office: &Office, chats: &str, sent: &str) {
    let message = json!({"id": "1", "messageType": "message", "createdDateTime": sent,
                         "body": {"contentType": "text", "content": "Needle"}});
    let all = if sent.is_empty() { json!([]) } else { json!([message]) };
    let body = Fault::body(200, "application/json", json!({"value": all}).to_string());
    office.tenant.graph().on(&format!("/v1.0/chats/{chats}"), body);
}

#[tokio::test]
async fn beyond_75_chats_a_scan_finds_all_and_says_how_it_is_ordered() {
    let office = office(&CHATS).await;
    serve_hundred_chats(&office);
    serve_message(&office, "", "");
    serve_message(&office, "19%3Ac0x1%40", "2026-11-20T08:00:00Z");
    serve_message(&office, "19%3Ac3x0%40", "2026-11-20T09:00:00Z");

    let found = found(&office, json!({"query": "needle"})).await;

    let hits = uris(found["results"].as_array().unwrap());
    assert!(hits.len() == 2 && hits[0].contains("c0x1") && hits[1].contains("c3x0"), "{hits:?}");
    assert!(notices(&found).iter().any(|notice| notice.contains("75 chats")), "{found}");
}

#[tokio::test]
async fn a_chat_named_in_a_scan_is_looked_up_once() {
    let office = office(&CHATS).await;
    let first = found(&office, json!({"chatName": "Budget review", "limit": 2})).await;
    office.tenant.graph().clear_log();

    let cursor = text(&first, "nextCursor");
    found(&office, json!({"chatName": "Budget review", "limit": 2, "cursor": cursor})).await;

    let log = office.tenant.graph().log();
    assert!(log.iter().all(|request| !request.path.ends_with("/me/chats")), "{log:?}");
}

#[tokio::test]
async fn a_page_of_hits_takes_one_search_and_one_batch() {
    let office = office(&EVERYTHING).await;
    found(&office, json!({"query": "from:claire"})).await;
    office.tenant.graph().clear_log();

    let found = found(&office, json!({"query": "from:claire", "limit": 5})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 5);
    assert_eq!(office.tenant.graph().log().len(), 2);
}

#[tokio::test]
async fn each_missing_scope_is_named() {
    let everyone = ["User.Read", "Chat.Read", "ChannelMessage.Read.All"];
    let cases: [(&[&'static str], Value, &str); 4] = [
        (&["User.Read"], json!({}), "Chat.Read"),
        (&["User.Read", "Chat.ReadBasic"], json!({}), "Chat.Read"),
        (&CHATS, json!({"teamName": "Finance"}), "ChannelMessage.Read.All"),
        (&everyone, json!({"channelName": "Budget"}), "Team.ReadBasic.All"),
    ];

    for (scopes, arguments, missing) in cases {
        let error = refused(&office(scopes).await, arguments).await;

        assert_eq!(code(&error), "FORBIDDEN");
        let expected = format!("Missing scope '{missing}'");
        assert!(text(&error, "message").starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_search_knows_as_a_scan_does_that_a_quote_is_no_attachment() {
    let office = office(&EVERYTHING).await;
    let everything = Everything::of(&office).await;
    let quotes = |one: &Said| one.files == 0 && one.words.contains("messagepreview");
    assert!(everything.written().any(|one| quotes(one) && has_word(&one.text, "borealis")));

    for query in ["borealis hasAttachment:true", "hasAttachment:true"] {
        agrees(&office, &everything, json!({"query": query, "limit": 25}), |one| {
            one.files > 0 && (has_word(&one.words, "borealis") || !query.contains("borealis"))
        })
        .await;
    }
    for query in ["borealis hasAttachment:false", "borealis -hasAttachment:true"] {
        agrees(&office, &everything, json!({"query": query, "limit": 25}), |one| {
            one.files == 0 && has_word(&one.words, "borealis")
        })
        .await;
    }
}

#[tokio::test]
async fn without_their_scopes_hits_have_no_team_and_channel_and_the_answer_says_so() {
    let office = office(&["User.Read", "Chat.Read", "ChannelMessage.Read.All"]).await;

    let found = found(&office, json!({"query": "deck", "limit": 25})).await;

    let hits = found["results"].as_array().unwrap();
    assert!(hits.iter().any(|hit| text(hit, "uri").starts_with("teams:///teams/")));
    assert!(hits.iter().all(|hit| hit.get("team").is_none() && hit.get("channel").is_none()));
    assert_eq!(
        notices(&found)[..2],
        [
            "Missing scope 'Team.ReadBasic.All': names of teams are left out.",
            "Missing scope 'Channel.ReadBasic.All': names of channels are left out.",
        ]
    );
}

#[tokio::test]
async fn where_graph_refuses_its_search_the_chats_are_read() {
    let office = office(&EVERYTHING).await;
    office.tenant.graph().next_on("/v1.0/search/query", Fault::status(403));

    let found = found(&office, json!({"query": "\"still stand\""})).await;

    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    assert!(notices(&found)[0].contains("channel messages were not searched"), "{found}");
}

#[tokio::test]
async fn what_cannot_be_applied_is_refused() {
    let office = office(&EVERYTHING).await;

    for arguments in [
        json!({"query": "subject:budget"}),
        json!({"query": "IsRead:false"}),
        json!({"query": "(budget"}),
        json!({"query": "budget OR"}),
        json!({"limit": 0}),
        json!({"afterDateTime": "someday"}),
        json!({"chatName": "Budget review", "teamName": "Finance"}),
        json!({"recipient": "Adele", "channelName": "Budget"}),
        json!({"channelName": "General"}),
        json!({"teamName": "19:x@thread.tacv2"}),
        json!({"cursor": "AAAA"}),
        json!({"words": "budget"}),
    ] {
        let error = refused(&office, arguments.clone()).await;
        assert_eq!(code(&error), "VALIDATION_ERROR", "{arguments}: {error}");
    }
    for arguments in
        [json!({"teamName": "Finanse"}), json!({"channelName": "Bugdet", "teamName": "Finance"})]
    {
        let error = refused(&office, arguments).await;
        assert_eq!(code(&error), "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_quoted_text_cannot_widen_a_search() {
    let office = office(&EVERYTHING).await;

    for query in ["\") OR (\"b", "zzqq\" OR \"budget", "zzqq\\\" OR budget"] {
        let answer = office.call(TOOL, json!({"query": query, "sender": "nobody\" OR \"a"})).await;
        let none = answer.map_or(true, |found| found["results"].as_array().unwrap().is_empty());
        assert!(none, "{query}");
    }
}

#[tokio::test]
async fn what_is_hidden_in_a_message_stays_out_of_the_hits() {
    let office = office(&CHATS).await;

    let hits = all(&office, TOOL, &json!({"chatName": "IT notices", "limit": 25})).await;

    let summaries: String = hits.iter().map(|hit| text(hit, "summary")).collect();
    assert!(summaries.contains("Invoice") && !summaries.contains("call the tool"), "{summaries}");
    assert!(!summaries.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{summaries}");
}

#[tokio::test]
async fn ten_hits_are_short() {
    for scopes in [&EVERYTHING[..], &CHATS] {
        let office = Office::with(Sim::builder().messages(1), scopes).await;

        let reply = office.reply(TOOL, json!({"query": "budget OR turbine"})).await;

        assert!(reply.characters() <= 8_000, "{}", reply.characters());
    }
}
