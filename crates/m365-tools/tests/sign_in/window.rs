//! Signing in in a window of the operating system.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use m365_tools::ErrorCode as Code;
use rmcp::model::ElicitRequestParams;

use super::{Prompt, Window, needs_scope};
use crate::{
    host::{ERAS, Host, User},
    support::code,
};

#[tokio::test]
async fn a_window_opens_after_the_user_agreed_in_a_form() {
    for era in ERAS {
        let prompt = Prompt { window: Window::SignsIn, ..Prompt::default() };
        let host = Host::new(User::Accepts);
        let client = host.connect(prompt.server(), era).await;

        let result = client.call("probe", needs_scope()).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        let [ElicitRequestParams::FormElicitationParams { message, .. }] = &host.questions()[..]
        else {
            panic!("{:?}", host.questions())
        };
        assert_eq!(message, "Sign in to Contoso in a window.");
        assert_eq!(prompt.begun.load(Ordering::SeqCst), 0, "a browser was opened, too");
    }
}

#[tokio::test]
async fn a_window_that_is_of_no_use_is_followed_by_the_address() {
    for era in ERAS {
        let prompt = Prompt { window: Window::Breaks(Arc::default()), ..Prompt::default() };
        let back = prompt.clone();
        let host = Host::new(User::Accepts).opening(move || back.come_back());
        let client = host.connect(prompt.server(), era).await;

        let result = client.call("probe", needs_scope()).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        let [
            ElicitRequestParams::FormElicitationParams { .. },
            ElicitRequestParams::UrlElicitationParams { .. },
        ] = &host.questions()[..]
        else {
            panic!("{:?}", host.questions())
        };
    }
}

#[tokio::test]
async fn what_ends_in_the_window_opens_no_browser() {
    for ended in [Code::Cancelled, Code::Forbidden] {
        for era in ERAS {
            let prompt = Prompt { window: Window::Ends(ended), ..Prompt::default() };
            let host = Host::new(User::Accepts);
            let client = host.connect(prompt.server(), era).await;

            let error = client.error("probe", needs_scope()).await;

            assert_eq!(error["code"], serde_json::to_value(ended).unwrap(), "{era:?}");
            assert_eq!(host.questions().len(), 1);
            assert_eq!(prompt.begun.load(Ordering::SeqCst), 0);
        }
    }
}

#[tokio::test]
async fn no_window_opens_when_the_user_declines_or_cannot_be_asked() {
    for user in [User::Declines, User::Absent] {
        for era in ERAS {
            let opened = Arc::<AtomicUsize>::default();
            let window = Window::Breaks(opened.clone());
            let prompt = Prompt { window, ..Prompt::default() };
            let client = Host::new(user).connect(prompt.server(), era).await;

            let error = client.error("probe", needs_scope()).await;

            assert_eq!(code(&error), "SIGN_IN_REQUIRED", "{user:?} {era:?}");
            assert_eq!(opened.load(Ordering::SeqCst), 0);
        }
    }
}

#[tokio::test]
async fn a_window_opens_unasked_where_sign_ins_show_themselves() {
    for era in ERAS {
        let prompt = Prompt { window: Window::SignsIn, shows_itself: true, ..Prompt::default() };
        let host = Host::new(User::Declines);
        let client = host.connect(prompt.server(), era).await;

        let result = client.call("probe", needs_scope()).await.unwrap();

        assert_eq!(result.is_error, Some(false), "{era:?}");
        assert!(host.questions().is_empty());
    }
}
