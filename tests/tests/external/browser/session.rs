use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Duration, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

const PATIENCE: Duration = Duration::from_secs(30);

/// A conversation with one tab: a command, its answer, and whatever happens meanwhile.
pub(super) struct Session {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    tab: Value,
    commands: u64,
    complaints: Vec<String>,
}

impl Session {
    pub(super) async fn begin(address: &str) -> Self {
        let (socket, _) = connect_async(address).await.expect("the browser answers");
        let mut session = Self {
            socket,
            tab: Value::Null,
            commands: 0,
            complaints: Vec::new(),
        };
        let target = session
            .call("Target.createTarget", json!({ "url": "about:blank" }))
            .await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        session.tab = session.call("Target.attachToTarget", attach).await["sessionId"].take();
        session
    }

    /// Does something, and answers what came of it.
    pub(super) async fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.commands += 1;
        let mut command = json!({ "id": self.commands, "method": method, "params": parameters });
        if !self.tab.is_null() {
            command["sessionId"] = self.tab.clone();
        }
        self.socket
            .send(Message::text(command.to_string()))
            .await
            .expect("the browser listens");
        loop {
            let mut message = self.hears(method).await;
            if message["id"] == self.commands {
                assert_eq!(message["error"], Value::Null, "{method} {parameters}");
                return message["result"].take();
            }
            self.complaints.extend(complaint(&message));
        }
    }

    async fn hears(&mut self, while_: &str) -> Value {
        let heard = timeout(PATIENCE, self.socket.next()).await;
        let message = heard.unwrap_or_else(|_| panic!("{while_}: no answer within {PATIENCE:?}"));
        let message = message.expect("the browser goes on").expect("a message");
        serde_json::from_str(message.to_text().expect("text")).expect("JSON")
    }

    pub(super) fn complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }
}

/// What a developer would see in red or yellow.
fn complaint(event: &Value) -> Option<String> {
    let said = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(said["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if said["type"] == "error" || said["type"] == "warning" => {
            Some(said["args"].to_string())
        }
        "Log.entryAdded" if said["entry"]["level"] != "info" && said["entry"]["level"] != "verbose" => {
            let entry = &said["entry"];
            Some(format!("{} {}", entry["text"], entry["url"]))
        }
        "Network.responseReceived" if said["response"]["status"].as_u64()? >= 400 => {
            let response = &said["response"];
            Some(format!("{} {}", response["status"], response["url"]))
        }
        _ => None,
    }
}
