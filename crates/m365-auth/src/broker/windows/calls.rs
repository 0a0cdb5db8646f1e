//! The calls that Windows offers in no safe form.
#![expect(
    unsafe_code,
    reason = "windows, COM interop and a process's apartment are reached by raw system calls"
)]

use std::sync::OnceLock;

use ::windows::{
    Security::{
        Authentication::Web::Core::{WebAuthenticationCoreManager, WebTokenRequest},
        Credentials::WebAccount,
    },
    Win32::{
        Foundation::HWND,
        System::{
            Com::CoIncrementMTAUsage, Console::GetConsoleWindow,
            WinRT::IWebAuthenticationCoreManagerInterop,
        },
        UI::WindowsAndMessaging::{
            CreateWindowExW, DestroyWindow, DispatchMessageW, GA_ROOTOWNER, GetAncestor, IsWindow,
            IsWindowVisible, MSG, PM_REMOVE, PeekMessageW, SetForegroundWindow, TranslateMessage,
            WS_EX_TOOLWINDOW, WS_POPUP, WS_VISIBLE,
        },
    },
    core::{Interface, Result, factory, w},
};

use crate::ParentWindow;

/// Puts threads without an apartment of their own into the one for all threads, for good: what is
/// kept of Windows' classes would not outlive it.
pub(super) fn enter_apartment() {
    static ENTERED: OnceLock<()> = OnceLock::new();
    // SAFETY: the call takes nothing from us; the cookie is never given back.
    ENTERED.get_or_init(|| unsafe {
        let _ = CoIncrementMTAUsage();
    });
}

/// Starts an interactive request before a window; `T` is the operation that waits for its end.
pub(super) fn request_before<T: Interface>(
    window: &Window,
    request: &WebTokenRequest,
    account: Option<&WebAccount>,
) -> Result<T> {
    let interop = factory::<WebAuthenticationCoreManager, IWebAuthenticationCoreManagerInterop>()?;
    // SAFETY: request and account live through the call, the window through the operation; a window
    // that is gone makes the call fail.
    unsafe {
        match account {
            Some(account) => interop.RequestTokenWithWebAccountForWindowAsync::<_, _, T>(
                window.handle,
                request,
                account,
            ),
            None => interop.RequestTokenForWindowAsync::<_, T>(window.handle, request),
        }
    }
}

/// The window before which that of Windows stands; belongs to the thread that made it.
pub(super) struct Window {
    handle: HWND,
    ours: bool,
}

impl Window {
    /// Takes the window given, else the terminal's, else makes one too small to be seen.
    pub(super) fn before(parent: ParentWindow) -> Result<Self> {
        let given = HWND(parent.handle() as *mut _);
        match [given, terminal()].into_iter().find(|handle| is_seen(*handle)) {
            Some(handle) => Ok(Self { handle, ours: false }),
            None => tiny().map(|handle| Self { handle, ours: true }),
        }
    }

    /// Lets the window answer Windows, which takes one that is silent for hung.
    pub(super) fn pump(&self) {
        let mut message = MSG::default();
        // SAFETY: `message` is ours and outlives each call.
        unsafe {
            while PeekMessageW(&mut message, None, 0, 0, PM_REMOVE).as_bool() {
                let _ = TranslateMessage(&message);
                DispatchMessageW(&message);
            }
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if self.ours {
            // SAFETY: this thread made the window and nobody else has its handle any more.
            let _ = unsafe { DestroyWindow(self.handle) };
        }
    }
}

/// Returns the window of the terminal in which this process runs, also where a host of consoles is
/// between the two.
fn terminal() -> HWND {
    // SAFETY: neither call keeps anything; no console is no window.
    unsafe { GetAncestor(GetConsoleWindow(), GA_ROOTOWNER) }
}

/// Tells whether a handle is that of a window that the user can see.
fn is_seen(handle: HWND) -> bool {
    // SAFETY: both calls accept whatever the handle is.
    !handle.is_invalid()
        && unsafe { IsWindow(Some(handle)).as_bool() && IsWindowVisible(handle).as_bool() }
}

fn tiny() -> Result<HWND> {
    let style = WS_POPUP | WS_VISIBLE;
    // SAFETY: the class is one of Windows' own, the texts are literals.
    unsafe {
        let (class, title) = (w!("STATIC"), w!("Microsoft 365"));
        let handle = CreateWindowExW(
            WS_EX_TOOLWINDOW,
            class,
            title,
            style,
            0,
            0,
            1,
            1,
            None,
            None,
            None,
            None,
        )?;
        let _ = SetForegroundWindow(handle);
        Ok(handle)
    }
}
