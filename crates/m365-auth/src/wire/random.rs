#[cfg(feature = "client")]
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{Error, ErrorKind, Result};

/// Returns a random number in 0..1; a machine without random numbers gets a middle one.
pub(crate) fn fraction() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / (f64::from(u32::MAX) + 1.0))
}

/// Returns `N` random bytes as text that fits into a URL.
#[cfg(feature = "client")]
pub(crate) fn random_text<const N: usize>() -> Result<String> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns a random GUID, see [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.4).
pub(crate) fn random_guid() -> Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let all = u128::from_be_bytes(bytes);
    let group = |shift: u32| (all >> shift) & 0xffff;
    let (first, last) = (all >> 96, all & 0xffff_ffff_ffff);
    Ok(format!("{first:08x}-{:04x}-{:04x}-{:04x}-{last:012x}", group(80), group(64), group(48)))
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(ErrorKind::Unavailable)
            .with_message("The operating system gives no random numbers")
            .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_are_of_version_4_and_differ() {
        let (one, other) = (random_guid().unwrap(), random_guid().unwrap());

        assert!(crate::authority::is_guid(&one), "{one}");
        assert_eq!(&one[14..15], "4");
        assert_ne!(one, other);
    }
}
