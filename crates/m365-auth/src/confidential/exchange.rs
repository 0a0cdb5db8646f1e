use std::sync::Arc;

use secrecy::ExposeSecret;
use tokio::sync::SemaphorePermit;

use super::{
    Proof, ProofRequest,
    cache::Cached,
    core::Core,
    key::{CacheKey, UserKey},
    verdict::{Asked, Failure, Verdict},
};
use crate::{
    AccessToken, CallerToken, Error, ErrorKind, Result, TokenRequest,
    wire::{
        answer::{Granted, TokenAnswer},
        claims,
        fault::Fault,
        form::Form,
        random::{fraction, random_guid},
        refusal::Refusal,
        transport::{NoReply, RequestIds},
    },
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What is exchanged, and what the result is for.
pub(crate) struct Exchange {
    pub(crate) key: CacheKey,
    pub(crate) caller: CallerToken,
    pub(crate) request: TokenRequest,
}

/// What may still be done about a refusal.
struct Chances {
    repeat: bool,
    renew_proof: bool,
}

/// Exchanges the caller's token, unless another exchange has just brought what is wanted.
pub(crate) async fn exchange(core: Arc<Core>, wanted: Exchange) -> Result<AccessToken> {
    if let Some((token, false)) = core.fresh(&wanted.key, &wanted.request) {
        return Ok(token);
    }
    let _place = place(&core).await?;
    if let Some(error) = core.over_budget(wanted.caller.tenant()) {
        return Err(error);
    }
    let epoch = core.cache.begin();
    match redeem(&core, &wanted).await {
        Ok(granted) => {
            core.refusals.forgive(wanted.caller.tenant());
            Ok(keep(&core, &wanted, granted, epoch))
        }
        Err(Refusal::Fault(fault)) => Err(react(&core, &wanted, *fault)),
        Err(Refusal::NoReply(error)) => Err(error.into_error()),
        Err(Refusal::Useless(error)) => Err(error),
    }
}

/// Waits for a place among the exchanges that run at the same time.
async fn place(core: &Core) -> Result<SemaphorePermit<'_>> {
    let place = tokio::time::timeout(core.settings.wait_for_place, core.places.acquire()).await;
    place.ok().and_then(Result::ok).ok_or_else(|| {
        Error::new(ErrorKind::Unavailable)
            .with_message("Too many requests wait for Entra ID; try again")
            .with_retry_after(std::time::Duration::from_secs(1))
    })
}

/// Posts the request; one that fails for a moment, or for its credential, is repeated once.
async fn redeem(core: &Core, wanted: &Exchange) -> Result<Granted, Refusal> {
    let authority = core.authority(wanted.caller.tenant());
    let mut chances = Chances { repeat: true, renew_proof: true };
    loop {
        let client_id = core.settings.client_id.clone();
        let asked = ProofRequest::new(authority.clone(), client_id, core.clock.now());
        let proof = prove(core, &asked).await.map_err(Refusal::Useless)?;
        let refusal = match redeem_once(core, wanted, &proof).await {
            Ok(answer) => return Ok(answer.access),
            Err(refusal) => refusal,
        };
        let again = chances.renewed(core, &asked, &proof, &refusal).await
            || chances.waited(core, &refusal).await;
        if !again {
            return Err(refusal);
        }
    }
}

impl Chances {
    /// Gets another proof of who we are if Entra ID refused this one.
    async fn renewed(
        &mut self,
        core: &Core,
        asked: &ProofRequest,
        proof: &Proof,
        refusal: &Refusal,
    ) -> bool {
        let number = match refusal {
            Refusal::Fault(fault) if self.renew_proof => fault.aadsts,
            _ => None,
        };
        let Some(number) = number else { return false };
        let renewed = core.credential.refused(asked, proof, number).await;
        self.renew_proof = !renewed;
        renewed
    }

    /// Waits before a repetition, if one is worth it; whoever waited in vain for an answer has
    /// waited long enough.
    async fn waited(&mut self, core: &Core, refusal: &Refusal) -> bool {
        if !self.repeat || matches!(refusal, Refusal::NoReply(NoReply::TimedOut(_))) {
            return false;
        }
        let Some(wait) = refusal.repeat_after().filter(|_| core.retries.take()) else {
            return false;
        };
        self.repeat = false;
        core.clock.sleep(wait).await;
        true
    }
}

async fn prove(core: &Core, asked: &ProofRequest) -> Result<Proof> {
    core.credential.proof(asked).await.map_err(|error| {
        tracing::error!("the connector's credential cannot be used: {error}");
        error.into_error()
    })
}

async fn redeem_once(
    core: &Core,
    wanted: &Exchange,
    proof: &Proof,
) -> Result<TokenAnswer, Refusal> {
    let caller = &wanted.caller;
    let id = random_guid().map_err(Refusal::Useless)?;
    let form = form(core, wanted, proof).map_err(Refusal::Useless)?;
    let anchor = Some(format!("{}@{}", caller.user(), caller.tenant()));
    let ids = RequestIds { client_request_id: &id, anchor };
    let url = core.authority(caller.tenant()).token_url();
    let reply = core.transport.post(&url, &form, &ids).await.map_err(Refusal::NoReply)?;
    TokenAnswer::from_reply(&reply, &ids, &core.settings.scope)
}

/// Writes the request, see
/// [on-behalf-of](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow).
fn form(core: &Core, wanted: &Exchange, proof: &Proof) -> Result<Form> {
    let form = Form::new()
        .set("client_id", core.settings.client_id.as_str())
        .set("grant_type", GRANT)
        .set("assertion", wanted.caller.secret())
        .set("requested_token_use", "on_behalf_of")
        .set("scope", &core.settings.scope)
        .set("client_info", "1")
        .set("claims", claims::parameter(wanted.request.claims.as_deref())?);
    Ok(match proof {
        Proof::Secret(secret) => form.set("client_secret", secret.expose_secret()),
        Proof::Assertion(assertion) => form
            .set("client_assertion_type", ASSERTION)
            .set("client_assertion", assertion.expose_secret()),
    })
}

/// Keeps a token for the next calls with the same token of the caller.
fn keep(core: &Core, wanted: &Exchange, granted: Granted, epoch: u64) -> AccessToken {
    let caller = &wanted.caller;
    let user = UserKey::of(caller);
    let cached = Cached::new(granted, user, epoch, caller.expires_on(), fraction());
    let token = cached.token.clone();
    core.cache.insert(wanted.key, cached);
    token
}

/// Draws the consequences of a refusal, and returns the error for the caller.
fn react(core: &Core, wanted: &Exchange, fault: Fault) -> Error {
    let caller = &wanted.caller;
    let asked = Asked {
        authority: &core.authority(caller.tenant()),
        client_id: &core.settings.client_id,
        claims: wanted.request.claims.as_deref(),
        has_stepped_up: core.has_stepped_up(caller),
    };
    let verdict = Verdict::of(fault, &asked);
    if verdict.drops_token {
        core.cache.remove(&wanted.key);
    }
    if verdict.forgets_user {
        core.cache.forget_user(UserKey::of(caller));
    }
    if verdict.demands_step_up {
        core.note_step_up(caller);
    }
    match verdict.failure {
        Some(Failure::OfTenant) => core.failures.spend(caller.tenant()),
        Some(Failure::OfCredential) => core.refusals.spend(caller.tenant()),
        None => {}
    }
    if let Some(hold) = verdict.hold {
        core.holds.add(&wanted.key, asked.claims, hold, &verdict.error);
    }
    verdict.error
}
