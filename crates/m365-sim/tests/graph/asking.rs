//! A client that knows the main user's token.

use m365_sim::Sim;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

use crate::client;

/// The user whose mailbox holds most of the demo data.
pub(crate) const MIRA: &str = "mira.solberg@fjordlight.example";

/// Asks Graph in the name of one user.
pub(crate) struct Asking {
    pub(crate) tenant: Sim,
    http: reqwest::Client,
    token: String,
}

impl Asking {
    /// Starts a demo tenant and signs the main user in with `scopes`.
    pub(crate) async fn with(scopes: &[&str]) -> Self {
        Self::on(Sim::start().await, MIRA, scopes)
    }

    /// Starts a demo tenant and signs the main user in with all that mail needs.
    pub(crate) async fn mail() -> Self {
        Self::with(&["Mail.Read", "Mail.Read.Shared", "User.Read", "Calendars.Read"]).await
    }

    /// Signs a user in to a running demo tenant.
    pub(crate) fn on(tenant: Sim, upn: &str, scopes: &[&str]) -> Self {
        let token = tenant.issue_token(upn, scopes);
        Self { tenant, http: client::http(), token }
    }

    /// Starts a GET; `path` is below the version, its query encoded.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("http") {
            Some(_) => path.to_owned(),
            None => format!("{}/v1.0{path}", self.tenant.graph_endpoint()),
        };
        self.http.get(url).bearer_auth(&self.token)
    }

    /// Starts a POST of JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}/v1.0{path}", self.tenant.graph_endpoint());
        let request = self.http.post(url).bearer_auth(&self.token);
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// Gets JSON, which must come with 200.
    pub(crate) async fn json(&self, path: &str) -> Value {
        read(self.get(path).send().await.unwrap(), StatusCode::OK).await
    }

    /// Posts JSON, and gets some back with 200.
    pub(crate) async fn posted(&self, path: &str, body: &Value) -> Value {
        read(self.post(path, body).send().await.unwrap(), StatusCode::OK).await
    }

    /// Gets an error: its status and code.
    pub(crate) async fn error(&self, path: &str) -> (u16, String) {
        refused(self.get(path).send().await.unwrap()).await
    }

    /// Posts what is answered with an error: its status and code.
    pub(crate) async fn refused(&self, path: &str, body: &Value) -> (u16, String) {
        refused(self.post(path, body).send().await.unwrap()).await
    }

    /// Gets the ids of a list.
    pub(crate) async fn ids(&self, path: &str) -> Vec<String> {
        texts(&self.json(path).await["value"], "id")
    }

    /// Searches, and gets the container of hits.
    pub(crate) async fn search(&self, query: &str) -> Value {
        let body = serde_json::json!({"requests": [{
            "entityTypes": ["message"], "query": {"queryString": query}, "from": 0, "size": 25,
        }]});
        self.posted("/search/query", &body).await["value"][0]["hitsContainers"][0].clone()
    }
}

/// Reads one member of each object of a list.
pub(crate) fn texts(list: &Value, member: &str) -> Vec<String> {
    let rows = list.as_array().into_iter().flatten();
    rows.map(|row| row[member].as_str().unwrap_or_default().to_owned()).collect()
}

async fn read(response: Response, status: StatusCode) -> Value {
    let found = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

async fn refused(response: Response) -> (u16, String) {
    let status = response.status();
    assert!(status.as_u16() >= 400, "{status}");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (status.as_u16(), body["error"]["code"].as_str().unwrap_or_default().to_owned())
}

/// A 400 with an error code.
pub(crate) fn bad(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

impl Asking {
    /// Gets the ids of a list and of all that its next links lead to.
    pub(crate) async fn all_ids(&self, path: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let mut link = Some(path.to_owned());
        while let Some(path) = link {
            let page = self.json(&path).await;
            ids.extend(texts(&page["value"], "id"));
            link = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        ids
    }

    /// Returns the path of the newest message that a query finds.
    pub(crate) async fn message(&self, query: &str) -> String {
        let container = self.search(query).await;
        let hit = container["hits"][0]["hitId"].as_str().unwrap();
        format!("/me/messages/{}", hit.replace('/', "-").replace('+', "_"))
    }

    /// Returns the id of the folder that has a name, from a list of folders.
    pub(crate) async fn folder(&self, path: &str, name: &str) -> String {
        let page = self.json(&format!("{path}?$top=100")).await;
        let mut rows = page["value"].as_array().unwrap().iter();
        let row = rows.find(|row| row["displayName"] == name).unwrap();
        row["id"].as_str().unwrap().to_owned()
    }
}

impl Asking {
    /// Gets what a list and all that its next links lead to have.
    pub(crate) async fn rows(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut link = Some(path.to_owned());
        while let Some(path) = link {
            let page = self.json(&path).await;
            rows.extend(page["value"].as_array().unwrap().iter().cloned());
            link = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        rows
    }

    /// Gets an error: its status, its message, and the code inside.
    pub(crate) async fn refusal(&self, path: &str) -> (u16, String, String) {
        let response = self.get(path).send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (status, text(&body["error"]["message"]), text(&body["error"]["innerError"]["code"]))
    }
}
