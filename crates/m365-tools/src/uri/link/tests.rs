use super::*;

fn resolved_in(cloud: Cloud, link: &str) -> Option<String> {
    parse(link, cloud).map(|uri| uri.to_string())
}

fn resolved(link: &str) -> Option<String> {
    resolved_in(Cloud::Global, link)
}

#[test]
fn links_of_other_clouds_are_refused() {
    let clouds = [Cloud::Global, Cloud::UsGovHigh, Cloud::UsGovDod];

    for (own, other) in clouds.iter().flat_map(|own| clouds.map(|other| (*own, other))) {
        for host in outlook::hosts(other) {
            let link = format!("https://{host}/mail/deeplink/read/AAMkA%3D");
            assert_eq!(resolved_in(own, &link).is_some(), own == other, "{link} in {own:?}");
        }
    }
}

#[test]
fn links_of_outlook_on_the_web_name_their_message() {
    assert_eq!(
        resolved("https://outlook.office365.com/owa/?ItemID=AAMk%2BA%2Fb%3D&exvsurl=1"),
        Some("mail:///messages/AAMk_A-b=".into())
    );
    assert_eq!(
        resolved("https://outlook.office.com/mail/deeplink/read/AAMkA%3D?x=1"),
        Some("mail:///messages/AAMkA=".into())
    );
    assert_eq!(
        resolved("https://outlook.cloud.microsoft/mail/inbox/id/AAQkA%3D"),
        Some("mail:///conversations/AAQkA=".into())
    );
}

#[test]
fn a_host_counts_in_any_case_of_letters() {
    assert_eq!(
        resolved("https://Outlook.Office.com/mail/deeplink/read/AAMkA%3D"),
        Some("mail:///messages/AAMkA=".into())
    );
    assert!(resolved("https://Contoso.SharePoint.com/sites/Finance").is_some());
}

#[test]
fn links_to_other_places_are_refused() {
    let links = [
        "https://evil.example/owa/?ItemID=AAMk",
        "https://outlook.office.com@evil.example/owa/?ItemID=AAMk",
        "https://outlook.office.com.evil.example/owa/?ItemID=AAMk",
        "https://outlook.office.com./owa/?ItemID=AAMk",
        "https://outlook.office.com:8443/owa/?ItemID=AAMk",
        "https://outlook.office.com\\@evil.example/?ItemID=AAMk",
        "https://%6futlook.office.com/owa/?ItemID=AAMk",
        "https://outlook.office.com/owa/?ItemID=../me",
        "https://outlook.office.com/owa/",
        "https://outlook.office.com/calendar/view/month",
        "https://169.254.169.254/?ItemID=AAMk",
    ];

    for link in links {
        assert_eq!(resolved(link), None, "{link}");
    }
}

#[test]
fn links_to_events_are_read_in_both_forms() {
    let event = Some("calendar:///events/AAMkA-b=".to_owned());

    let owa =
        "https://outlook.office365.com/owa/?itemid=AAMkA%2Fb%3D&exvsurl=1&path=/calendar/item";
    assert_eq!(resolved(owa), event);
    assert_eq!(resolved("https://outlook.office.com/calendar/item/AAMkA%2Fb%3D"), event);
}

#[test]
fn links_of_teams_name_messages_chats_channels_and_meetings() {
    let team = "6f1f0c1e-0000-4000-8000-000000000b01";
    let cases = [
        (
            "https://teams.microsoft.com/l/message/19%3Aab%40thread.v2/17?context=%7B%22contextType%22%3A%22chat%22%7D".to_owned(),
            "teams:///chats/19%3Aab%40thread.v2/messages/17".to_owned(),
        ),
        (
            format!("https://teams.microsoft.com/l/message/19:ab@thread.tacv2/18?tenantId=x&groupId={team}&parentMessageId=17"),
            format!("teams:///teams/{team}/channels/19%3Aab%40thread.tacv2/messages/17"),
        ),
        (
            "https://teams.cloud.microsoft/l/chat/19:ab@unq.gbl.spaces/0?tenantId=x".to_owned(),
            "teams:///chats/19%3Aab%40unq.gbl.spaces/messages".to_owned(),
        ),
        (
            format!("https://teams.microsoft.com/l/channel/19%3Aab%40thread.tacv2/General?groupId={team}"),
            format!("teams:///teams/{team}/channels/19%3Aab%40thread.tacv2/messages"),
        ),
    ];

    for (link, uri) in cases {
        assert_eq!(resolved(&link), Some(uri), "{link}");
    }
}

#[test]
fn a_meeting_keeps_its_join_address_to_the_letter() {
    for link in [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d",
        "https://teams.microsoft.com/meet/2713344556677?p=abc",
    ] {
        let Some(ResourceUri::Transcript(uri)) = parse(link, Cloud::Global) else {
            panic!("{link}")
        };
        assert_eq!(uri.join_url.as_str(), link);
    }
}

#[test]
fn sharepoint_links_are_kept_for_graph() {
    let link = "https://fjordlight-my.sharepoint.com/:w:/g/personal/mira/Eabc?e=1";

    assert_eq!(resolved(link).as_deref(), Some(link));
    assert_eq!(resolved("https://sharepoint.com/x"), None);
    assert_eq!(resolved("https://a.b.sharepoint.com/x"), None);
    assert_eq!(resolved("https://evilsharepoint.com/x"), None);
    assert_eq!(resolved_in(Cloud::UsGovHigh, link), None);
}
