use super::*;

fn tenant(digit: char) -> TenantId {
    let digits = |count: usize| digit.to_string().repeat(count);
    let id = [8, 4, 4, 4, 12].map(digits).join("-");
    id.parse().unwrap()
}

fn limits(options: &LimitOptions) -> (Limits, Metrics) {
    let metrics = Metrics::new(["get_me"]);
    (Limits::new(options, metrics.clone()), metrics)
}

#[test]
fn r29_a_tenant_that_calls_too_often_does_not_limit_another() {
    let options = LimitOptions { tenant_per_minute: 10, ..LimitOptions::default() };
    let (limits, metrics) = limits(&options);

    let passed = (0..1_000).filter(|n| limits.check_rate(&tenant('1'), &n.to_string()).is_ok());

    assert_eq!(passed.count(), 10);
    assert!(limits.check_rate(&tenant('2'), "a").is_ok());
    assert!(metrics.text().contains("m365_rate_limited_total{scope=\"tenant\"} 990"));
}

#[test]
fn the_answer_says_whose_limit_it_is_and_when_to_come_back() {
    let (limits, _) = limits(&LimitOptions { user_burst: 1, ..LimitOptions::default() });
    limits.check_rate(&tenant('1'), "a").unwrap();

    let limited = limits.check_rate(&tenant('1'), "a").unwrap_err();

    assert_eq!(limited.scope(), Scope::User);
    assert_eq!((limited.status().as_u16(), limited.code()), (429, -31001));
    assert_eq!(limited.retry_after_seconds(), 1);
    assert_eq!(limited.to_string(), "You have called too often; try again in 1 s");
}

#[test]
fn r11_a_source_of_rejected_tokens_is_limited_and_no_other() {
    let (limits, _) = limits(&LimitOptions { rejected_per_minute: 3, ..LimitOptions::default() });
    let check = |source: &str| limits.check_source(source.parse().unwrap());

    assert!((0..3).all(|_| check("203.0.113.9").is_ok()));

    assert_eq!(check("203.0.113.9").unwrap_err().scope(), Scope::Source);
    assert!(check("::ffff:203.0.113.9").is_err(), "the same address in another form");
    assert!(check("203.0.113.10").is_ok());
}

#[test]
fn a_network_of_64_bits_is_one_source() {
    let (limits, _) = limits(&LimitOptions { rejected_per_minute: 1, ..LimitOptions::default() });
    let check = |source: &str| limits.check_source(source.parse().unwrap());

    assert!(check("2001:db8::1").is_ok());
    assert!(check("2001:db8::2").is_err());
    assert!(check("2001:db8:0:1::1").is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_user_without_places_is_told_that_his_calls_still_run() {
    let (limits, metrics) =
        limits(&LimitOptions { user_concurrency: 1, ..LimitOptions::default() });
    let place = limits.enter(&tenant('1'), "a").await.unwrap();

    let limited = limits.enter(&tenant('1'), "a").await.unwrap_err();

    assert_eq!((limited.scope(), limited.status().as_u16()), (Scope::User, 429));
    assert_eq!((limited.code(), limited.retry_after_seconds()), (-31002, 1));
    assert!(limits.enter(&tenant('1'), "b").await.is_ok());
    assert_eq!(limits.in_flight(), 1);
    assert!(metrics.text().contains("m365_in_flight{scope=\"process\"} 1"));
    drop(place);
    assert_eq!(limits.in_flight(), 0);
    assert!(metrics.text().contains("m365_in_flight{scope=\"user\"} 0"));
}

#[tokio::test(start_paused = true)]
async fn a_full_process_is_nobodys_fault() {
    let (limits, metrics) = limits(&LimitOptions { concurrency: 1, ..LimitOptions::default() });
    let _place = limits.enter(&tenant('1'), "a").await.unwrap();

    let limited = limits.enter(&tenant('2'), "b").await.unwrap_err();

    assert_eq!((limited.scope(), limited.status().as_u16()), (Scope::Process, 503));
    assert!(metrics.text().contains("m365_shed_total{scope=\"process\"} 1"));
}

#[tokio::test(start_paused = true)]
async fn new_options_hold_at_once_and_take_no_place_away() {
    let (limits, _) = limits(&LimitOptions { tenant_concurrency: 1, ..LimitOptions::default() });
    let _place = limits.enter(&tenant('1'), "a").await.unwrap();

    limits.replace(&LimitOptions {
        tenant_concurrency: 2,
        user_burst: 1,
        ..LimitOptions::default()
    });

    assert!(limits.enter(&tenant('1'), "b").await.is_ok());
    assert!(limits.check_rate(&tenant('1'), "c").is_ok());
    assert!(limits.check_rate(&tenant('1'), "c").is_err());
}
