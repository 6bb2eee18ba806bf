//! A mailbox server that does exactly what a test tells it, one step for each line that it hears.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Says this without being asked.
    Greet(&'static str),
    /// Hears a line and says this.
    Ask(&'static str),
    /// Hears a line; says the first, then the second behind the line's tag.
    Tagged(&'static str, &'static str),
    /// Says this again and again and never comes to an end.
    Endless(&'static str),
    /// Says nothing and keeps the line.
    Silent,
    /// Hangs up.
    Cut,
}

pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Plays the steps to the first who connects; what comes after the last is silence.
    pub async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = heard.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                play(stream, &steps, &told).await;
            }
        });
        Self { port, heard, task }
    }

    /// The lines that came, oldest first.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("what was heard").clone()
    }
}

async fn play(stream: TcpStream, steps: &[Step], told: &Mutex<Vec<String>>) {
    let mut stream = BufReader::new(stream);
    let mut tag = String::new();
    for step in steps {
        if matches!(step, Step::Ask(_) | Step::Tagged(..) | Step::Endless(_)) {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end().to_owned();
            if let Some((first, _)) = line.split_once(' ') {
                tag = first.to_owned();
            }
            told.lock().expect("what was heard").push(line);
        }
        let said = match step {
            Step::Greet(text) | Step::Ask(text) => (*text).to_owned(),
            Step::Tagged(before, after) => format!("{before}{tag} {after}"),
            Step::Endless(text) => {
                let text = text.repeat(64);
                while stream.write_all(text.as_bytes()).await.is_ok() {}
                return;
            }
            Step::Silent => break,
            Step::Cut => return,
        };
        if stream.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
    let mut rest = String::new();
    while stream.read_line(&mut rest).await.unwrap_or(0) > 0 {
        rest.clear();
    }
}
