use futures_util::{StreamExt, TryStreamExt, stream};
use m365_graph::Address;

use crate::{ToolContext, ToolError, people, zones};

/// How many people one call may name.
const MOST: usize = 100;

/// How many names are looked up side by side.
const PARALLEL: usize = 4;

/// Who is to meet: the user, and others.
#[derive(Clone, Debug)]
pub(crate) struct Guests {
    pub(crate) organizer: Address,
    /// Without the user, each once.
    pub(crate) others: Vec<Address>,
}

impl Guests {
    /// Finds out who is meant by `names`, which are addresses or names.
    ///
    /// # Errors
    ///
    /// `VALIDATION_ERROR` for too many or an empty one, and those of a name that nobody or several have.
    pub(crate) async fn find(ctx: &ToolContext, names: &[String]) -> Result<Self, ToolError> {
        if names.len() > MOST {
            return Err(ToolError::validation(format!(
                "participants: {} are not accepted; up to {MOST} are.",
                names.len()
            )));
        }
        if names.iter().any(|name| name.trim().is_empty()) {
            return Err(ToolError::validation(
                "participants: \"\" is not accepted; addresses or names are, or no entry at all.",
            ));
        }
        let own = zones::own_addresses(ctx).await?;
        let organizer = own.iter().find_map(|one| Address::new(one).ok()).ok_or_else(|| {
            ToolError::validation("The signed-in account has no mail address, and so no calendar.")
        })?;
        let named: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let found = named.into_iter().map(|name| resolved(ctx, name));
        let found: Vec<Address> = stream::iter(found).buffered(PARALLEL).try_collect().await?;
        let mut others: Vec<Address> = Vec::new();
        for address in found {
            let is = |one: &str| one.eq_ignore_ascii_case(address.as_str());
            let known = own.iter().any(|one| is(one)) || others.iter().any(|one| is(one.as_str()));
            if !known {
                others.push(address);
            }
        }
        Ok(Self { organizer, others })
    }
}

async fn resolved(ctx: &ToolContext, name: String) -> Result<Address, ToolError> {
    Ok(people::resolve(ctx, "participants", &name).await?.address)
}
