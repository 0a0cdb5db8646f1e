use std::sync::Arc;

use oauth2::PkceCodeChallenge;
use tokio::time::Instant;

use super::{Prompt, Secrets, SignIn, SignInOptions, no_port};
use crate::{
    Error, ErrorKind, Result,
    client::{core::Core, vault::Lock},
    flow::listener::Listener,
    store::PendingKind,
    wire::{
        claims,
        fault::Fault,
        form::Form,
        metadata::{Endpoints, Unusable},
        random::{random_guid, random_text},
        transport::{NoReply, Reply, RequestIds},
    },
};

/// Prepares a sign-in: checks the tenant's metadata, takes a port, and writes the address.
pub(crate) async fn begin(core: &Arc<Core>, options: &SignInOptions) -> Result<SignIn> {
    core.sign_ins.send_modify(|count| *count += 1);
    let (newer, signed_out) = (core.sign_ins.subscribe(), core.sign_outs.subscribe());
    let client_request_id = random_guid()?;
    core.vault.look(&Lock::NotHeld).await;
    check_metadata(core, &client_request_id).await?;
    let listener = Listener::bind().await.map_err(no_port)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let secrets = Secrets { state: random_text::<32>()?, nonce: random_text::<32>()?, verifier };
    let options = completed(core, options);
    let form = authorize_form(core, &options, &secrets, &challenge)?
        .set("redirect_uri", redirect_uri(&listener))
        .set("client-request-id", client_request_id.clone());
    let url = form.address(&core.endpoints().authorize);
    let deadline = Instant::now() + core.settings.timeouts.sign_in;
    let (core, claims) = (core.clone(), options.claims);
    Ok(SignIn {
        core,
        listener,
        url,
        secrets,
        claims,
        client_request_id,
        deadline,
        newer,
        signed_out,
    })
}

/// Takes over the tenant's endpoints from its metadata, if those are where they must be.
async fn check_metadata(core: &Core, id: &str) -> Result<()> {
    let authority = &core.settings.authority;
    let ids = RequestIds { client_request_id: id, anchor: None };
    let reply = core.transport.get(&authority.metadata_url(), &ids).await;
    let reply = reply.map_err(NoReply::into_error)?;
    core.vault.memory().note_server_time(reply.received_at, reply.server_time());
    match Endpoints::from_reply(&reply, authority) {
        Ok(endpoints) => *core.endpoints() = endpoints,
        Err(Unusable::Cloud(clouds)) => return Err(wrong_cloud(core, &clouds, id)),
        Err(error) => {
            refuse_tenant(core, &reply, id)?;
            tracing::warn!(%error, "the tenant's metadata is not used");
        }
    }
    Ok(())
}

/// Reports a tenant of another cloud, whose tokens would be refused at the end.
fn wrong_cloud(core: &Core, clouds: &str, id: &str) -> Error {
    let authority = &core.settings.authority;
    let (tenant, cloud) = (authority.tenant(), authority.cloud());
    Error::new(ErrorKind::Configuration)
        .with_message(format!(
            "The tenant {tenant} is not in the cloud {cloud}; set azureCloud to {clouds}"
        ))
        .with_ids(Some(id.to_owned()), None)
}

/// Reports a tenant that Entra ID does not know: its pages would never come back to us.
fn refuse_tenant(core: &Core, reply: &Reply, id: &str) -> Result<()> {
    let fault = Fault::from_reply(reply, id);
    if reply.status != 400 || fault.aadsts.is_none() {
        return Ok(());
    }
    Err(fault.into_error(ErrorKind::Configuration, &core.settings.context(None)))
}

/// Fills in what the last refusal asked for, and the account that is expected.
pub(crate) fn completed(core: &Core, options: &SignInOptions) -> SignInOptions {
    let memory = core.vault.memory();
    let pending = memory.record.as_ref().and_then(|record| record.pending.as_ref());
    let consent = pending.filter(|pending| pending.kind == PendingKind::ConsentRequired);
    SignInOptions {
        prompt: options.prompt.or(consent.map(|_| Prompt::Consent)),
        login_hint: options.login_hint.clone().or_else(|| core.settings.account_pin.clone()),
        claims: options.claims.clone().or_else(|| pending?.claims.clone()),
    }
}

fn authorize_form(
    core: &Core,
    options: &SignInOptions,
    secrets: &Secrets,
    challenge: &PkceCodeChallenge,
) -> Result<Form> {
    let hint = options.login_hint.as_deref();
    // A hint is ignored by the page that lets the user choose.
    let prompt = options.prompt.or(hint.is_none().then_some(Prompt::SelectAccount));
    Ok(Form::new()
        .set("client_id", core.settings.client_id.as_str())
        .set("response_type", "code")
        .set("response_mode", "query")
        .set("scope", all_scopes(core))
        .set("state", secrets.state.as_str())
        .set("nonce", secrets.nonce.as_str())
        .set("code_challenge", challenge.as_str())
        .set("code_challenge_method", "S256")
        .set("client_info", "1")
        .set_if("prompt", prompt.map(Prompt::parameter))
        .set_if("login_hint", hint)
        .set("claims", claims::parameter(options.claims.as_deref())?))
}

pub(super) fn all_scopes(core: &Core) -> String {
    core.settings.scopes.parameter(core.settings.authority.cloud(), |_| true)
}

pub(super) fn redirect_uri(listener: &Listener) -> String {
    format!("http://localhost:{}", listener.port())
}
