use crate::{
    BrokerOutcome,
    broker::{stage::Stage, verdict::Failure},
};

const INTERACTION: [u32; 3] = [0xCAA2_000C, 0xCAA1_0001, 0xCAA2_0003];
const NO_NETWORK: [u32; 2] = [0xCAA7_0004, 0x8007_04CF];
const CANCELLED: u32 = 0x8007_04C7;
const CLASS_NOT_REGISTERED: u32 = 0x8004_0154;
const KEY_LOST: u32 = 0x8009_0016;
const NOT_FOUND: u32 = 0x8007_0490;
/// The facilities under which WinINet's numbers 12000 to 12175 appear.
const WININET_FACILITIES: [u32; 2] = [0xCAA8, 0x8007];
const WININET: std::ops::RangeInclusive<u32> = 12_000..=12_175;

/// Reads an error of Windows; the number of Entra ID in its message goes before the code.
pub(super) fn outcome(stage: Stage, code: u32, message: &str) -> BrokerOutcome {
    failure(stage, code, message).or_else(|failure| by_code(failure, code))
}

/// Writes an error's code as Windows does.
pub(super) fn failure(stage: Stage, code: u32, message: &str) -> Failure {
    Failure::new(stage, format!("0x{code:08X}"), message)
}

fn by_code(failure: Failure, code: u32) -> BrokerOutcome {
    match code {
        _ if INTERACTION.contains(&code) => failure.interaction(),
        _ if NO_NETWORK.contains(&code) || is_wininet(code) => failure.retryable(None),
        CANCELLED => BrokerOutcome::Cancelled,
        CLASS_NOT_REGISTERED => BrokerOutcome::Unavailable,
        KEY_LOST => failure.fallback(
            "the key in this device's security chip is lost; sign in to Windows again, or have \
             the device registered anew",
        ),
        NOT_FOUND => failure.fallback("Windows does not find the account"),
        _ => failure.fallback("Windows refused the request"),
    }
}

fn is_wininet(code: u32) -> bool {
    WININET_FACILITIES.contains(&(code >> 16)) && WININET.contains(&(code & 0xFFFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silently(code: u32) -> BrokerOutcome {
        outcome(Stage::Silent, code, "")
    }

    #[test]
    fn codes_for_the_network_are_tried_again_without_a_browser() {
        for code in [0xCAA7_0004, 0xCAA8_2EE7, 0xCAA8_2EFD, 0x8007_2EE2, 0x8007_04CF] {
            assert!(matches!(silently(code), BrokerOutcome::Retryable { .. }), "{code:X}");
        }
    }

    #[test]
    fn codes_for_an_interaction_ask_for_it_and_end_it() {
        for code in INTERACTION {
            let interactive = outcome(Stage::Interactive, code, "");

            assert!(matches!(silently(code), BrokerOutcome::InteractionRequired { .. }));
            assert!(matches!(interactive, BrokerOutcome::Fallback { .. }), "{interactive:?}");
        }
    }

    #[test]
    fn other_codes_fall_back_with_the_number_as_windows_writes_it() {
        for (number, words) in [
            (0x8009_0016, "security chip"),
            (0x8007_0490, "account"),
            (0x8000_FFFF, "refused"),
            (0x8007_0005, "refused"),
        ] {
            let BrokerOutcome::Fallback { stage, code, reason } = silently(number) else {
                panic!("{number:X} is no fallback");
            };
            assert_eq!((stage, code), ("silent", format!("0x{number:08X}")));
            assert!(reason.contains(words), "{reason}");
        }
    }

    #[test]
    fn a_windows_without_the_class_has_no_broker() {
        assert!(matches!(silently(0x8004_0154), BrokerOutcome::Unavailable));
    }

    #[test]
    fn the_number_in_the_message_goes_before_the_code() {
        let message = "AADSTS53003: Access has been blocked by Conditional Access policies.";

        let outcome = outcome(Stage::Interactive, 0xCAA2_0003, message);

        assert!(matches!(outcome, BrokerOutcome::Final { aadsts: Some(53_003), .. }));
    }
}
