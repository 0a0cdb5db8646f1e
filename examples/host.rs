//! A host of one's own: starts `m365-local`, signs the user in when the server asks for it, and answers
//! "What did Adele send about the budget?".
//!
//! `cargo build -p m365-local` first; another program than the one of this build is given as argument. The
//! tenant is the demo one: with your own, give the server `--tenant-id` and `--client-id` alone.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{
    env,
    error::Error,
    path::{Path, PathBuf},
    process::Stdio,
};

use m365_sim::Sim;
use rmcp::{
    ClientHandler, RoleClient, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig,
        ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability, ErrorData,
        Implementation,
    },
    service::{RequestContext, RunningService},
};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

const QUESTION: &str = "What did Adele send about the budget?";

/// What this host can do for a server: show an address to its user.
struct Host;

impl ClientHandler for Host {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = Some(ElicitationCapability::new().with_url(<_>::default()));
        ClientConfig::new(capabilities, Implementation::new("example-host", "1.0.0"))
    }

    async fn create_elicitation(
        &self,
        question: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::UrlElicitationParams { message, url, .. } = question else {
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        println!("The server says: {message}");
        println!("The user agrees, and the browser opens {}", without_query(&url));
        tokio::spawn(browse(url));
        Ok(ElicitResult::new(ElicitationAction::Accept))
    }
}

/// Opens an address, as a browser would whose user is signed in already.
async fn browse(url: String) {
    match reqwest::get(url).await {
        Ok(page) => println!("The browser shows a page with status {}", page.status()),
        Err(error) => println!("The browser shows no page: {}", error.without_url()),
    }
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let tenant = Sim::builder().auto_sign_in("mira.solberg@fjordlight.example").start().await?;
    let mut child = start(&program()?, &tenant)?;
    let pipes = child.stdout.take().zip(child.stdin.take()).ok_or("the server has no pipes")?;
    let server = Host.serve(pipes).await?;

    for tool in server.list_all_tools().await? {
        println!("{}: {}", tool.name, tool.title.unwrap_or_default());
    }
    println!("\n{QUESTION}");
    print(&answer(&server).await?);

    server.cancel().await?;
    child.wait().await?;
    Ok(())
}

/// Returns the server's program: the one given, or the one beside this example.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(program) = env::args_os().nth(1) {
        return Ok(program.into());
    }
    let this = env::current_exe()?;
    let folder = this.parent().and_then(Path::parent).ok_or("there is no folder of builds")?;
    let program = folder.join("m365-local").with_extension(env::consts::EXE_EXTENSION);
    match program.exists() {
        true => Ok(program),
        false => Err("m365-local is not built: run `cargo build -p m365-local`".into()),
    }
}

fn start(program: &Path, tenant: &Sim) -> std::io::Result<Child> {
    Command::new(program)
        .args(["--tenant-id", tenant.tenant_id(), "--client-id", tenant.local_client_id()])
        .args(["--login-endpoint", tenant.login_endpoint()])
        .args(["--graph-endpoint", tenant.graph_endpoint()])
        .args(["--token-store", "memory", "--log-level", "error", "serve"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Asks the server. A host gives question and tools to a model, whose choice would be this call.
async fn answer(
    server: &RunningService<RoleClient, Host>,
) -> Result<CallToolResult, Box<dyn Error>> {
    let chosen = json!({ "sender": "Adele", "query": "budget", "limit": 3 });
    let call = CallToolRequestParams::new("outlook_email_search")
        .with_arguments(chosen.as_object().cloned().unwrap_or_default());
    Ok(server.call_tool(call).await?)
}

/// Prints the answer as a person wants it; the model reads `content`.
fn print(answer: &CallToolResult) {
    if answer.is_error == Some(true) {
        println!("{:?}", answer.content);
    }
    let results = answer.structured_content.as_ref().and_then(|it| it["results"].as_array());
    for mail in results.into_iter().flatten() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        println!("{}  {}", text(&mail["receivedDateTime"]), text(&mail["subject"]));
        println!("  {}", text(&mail["summary"]));
    }
}
