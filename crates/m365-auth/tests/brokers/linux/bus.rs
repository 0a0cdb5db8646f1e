use std::{
    fs,
    io::{BufRead, BufReader},
    mem::take,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{net::UnixListener, sync::mpsc, task::AbortHandle};
use zbus::{Connection, connection, fdo, interface};

const NAME: &str = "com.microsoft.identity.broker1";
const PATH: &str = "/com/microsoft/identity/broker1";

/// What the broker on the bus does.
#[derive(Clone, Debug)]
pub(super) enum Behaviour {
    Answers(String),
    Refuses(String),
    Hangs,
    /// It does not run, and the bus could start it.
    Activatable,
    /// It does not run.
    Gone,
}

/// What the broker was asked.
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) version: String,
    pub(super) correlation_id: String,
    pub(super) body: Value,
}

/// A bus of its own with a broker on it: a real one where `dbus-daemon` is installed.
pub(super) struct PrivateBus {
    pub(super) address: String,
    calls: mpsc::UnboundedReceiver<Call>,
    /// Those on which the broker is served.
    connections: Arc<Mutex<Vec<Connection>>>,
    tiny: Option<AbortHandle>,
    daemon: Option<Child>,
    _folder: TempDir,
}

impl PrivateBus {
    pub(super) async fn start(behaviour: Behaviour) -> Self {
        let folder = TempDir::new().unwrap();
        let Some((daemon, address)) = start_daemon(folder.path(), &behaviour) else {
            return Self::without_daemon(behaviour).await;
        };
        let (sender, calls) = mpsc::unbounded_channel();
        let broker = match behaviour {
            Behaviour::Gone | Behaviour::Activatable => Vec::new(),
            behaviour => vec![own_name(&address, Broker { behaviour, calls: sender }).await],
        };
        let connections = Arc::new(Mutex::new(broker));
        Self { address, calls, connections, tiny: None, daemon: Some(daemon), _folder: folder }
    }

    /// Plays the bus, too.
    pub(super) async fn without_daemon(behaviour: Behaviour) -> Self {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("bus");
        let (sender, calls) = mpsc::unbounded_channel();
        let listener = UnixListener::bind(&socket).unwrap();
        let connections = Arc::default();
        let broker = Broker { behaviour, calls: sender };
        let tiny = tokio::spawn(serve(listener, broker, Arc::clone(&connections)));
        Self {
            address: format!("unix:path={}", socket.display()),
            calls,
            connections,
            tiny: Some(tiny.abort_handle()),
            daemon: None,
            _folder: folder,
        }
    }

    /// Returns the next call of the broker.
    pub(super) async fn call(&mut self) -> Call {
        let call = tokio::time::timeout(Duration::from_secs(10), self.calls.recv());
        call.await.expect("the broker is called").unwrap()
    }

    /// Ends the broker in the middle of what it does.
    pub(super) async fn end_broker(&mut self) {
        let connections = take(&mut *self.connections.lock().unwrap());
        for connection in connections {
            connection.close().await.unwrap();
        }
    }
}

impl Drop for PrivateBus {
    fn drop(&mut self) {
        if let Some(tiny) = self.tiny.take() {
            tiny.abort();
        }
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Starts a bus that knows nothing of the machine's; `None` where there is no daemon.
fn start_daemon(folder: &Path, behaviour: &Behaviour) -> Option<(Child, String)> {
    let config = folder.join("bus.conf");
    fs::write(&config, config_of(folder)).unwrap();
    if matches!(behaviour, Behaviour::Activatable) {
        let service = format!("[D-BUS Service]\nName={NAME}\nExec=/bin/false\n");
        fs::write(folder.join(format!("{NAME}.service")), service).unwrap();
    }
    let mut daemon = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--print-address=1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut address = String::new();
    BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
    Some((daemon, address.trim().to_owned()))
}

fn config_of(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "<busconfig><type>session</type><listen>unix:path={folder}/bus</listen>\
         <servicedir>{folder}</servicedir><policy context=\"default\">\
         <allow send_destination=\"*\"/><allow receive_sender=\"*\"/>\
         <allow own=\"*\"/></policy></busconfig>"
    )
}

async fn own_name(address: &str, broker: Broker) -> Connection {
    let builder = connection::Builder::address(address).unwrap();
    let builder = builder.serve_at(PATH, broker).unwrap().name(NAME).unwrap();
    builder.build().await.unwrap()
}

/// Serves every connection as the bus and as the broker.
async fn serve(listener: UnixListener, broker: Broker, connections: Arc<Mutex<Vec<Connection>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let builder = connection::Builder::unix_stream(stream);
        let builder = builder.server(zbus::Guid::generate()).unwrap().p2p();
        let builder = builder.serve_at("/org/freedesktop/DBus", Bus(broker.behaviour.clone()));
        let builder = builder.unwrap().serve_at(PATH, broker.clone()).unwrap();
        let connection = builder.build().await.unwrap();
        connections.lock().unwrap().push(connection);
    }
}

#[derive(Clone)]
struct Broker {
    behaviour: Behaviour,
    calls: mpsc::UnboundedSender<Call>,
}

impl Broker {
    async fn answer(
        &self,
        method: &'static str,
        (version, correlation_id, body): (String, String, String),
    ) -> fdo::Result<String> {
        let body = serde_json::from_str(&body).unwrap();
        let _ = self.calls.send(Call { method, version, correlation_id, body });
        match &self.behaviour {
            Behaviour::Answers(answer) => Ok(answer.clone()),
            Behaviour::Refuses(text) => Err(fdo::Error::Failed(text.clone())),
            Behaviour::Gone => Err(fdo::Error::ServiceUnknown("nobody".to_owned())),
            Behaviour::Hangs | Behaviour::Activatable => std::future::pending().await,
        }
    }
}

#[interface(name = "com.microsoft.identity.Broker1")]
impl Broker {
    #[zbus(name = "acquireTokenSilently")]
    async fn silent(&self, version: String, id: String, body: String) -> fdo::Result<String> {
        self.answer("acquireTokenSilently", (version, id, body)).await
    }

    #[zbus(name = "acquireTokenInteractively")]
    async fn interactive(&self, version: String, id: String, body: String) -> fdo::Result<String> {
        self.answer("acquireTokenInteractively", (version, id, body)).await
    }

    #[zbus(name = "removeAccount")]
    async fn remove(&self, version: String, id: String, body: String) -> fdo::Result<String> {
        self.answer("removeAccount", (version, id, body)).await
    }

    #[zbus(name = "cancelInteractiveFlow")]
    async fn cancel(&self, version: String, id: String, body: String) -> fdo::Result<String> {
        self.answer("cancelInteractiveFlow", (version, id, body)).await
    }
}

/// As much of a bus as a client needs.
struct Bus(Behaviour);

#[interface(name = "org.freedesktop.DBus")]
impl Bus {
    fn hello(&self) -> String {
        ":1.1".to_owned()
    }

    fn name_has_owner(&self, name: String) -> bool {
        name == NAME && !matches!(self.0, Behaviour::Gone | Behaviour::Activatable)
    }

    fn list_activatable_names(&self) -> Vec<String> {
        match self.0 {
            Behaviour::Activatable => vec![NAME.to_owned()],
            _ => Vec::new(),
        }
    }

    fn add_match(&self, _rule: String) {}

    fn remove_match(&self, _rule: String) {}
}
