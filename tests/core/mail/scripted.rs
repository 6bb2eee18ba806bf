//! A mail server that does exactly what a test tells it, at every step of a conversation.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does at one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Answers this line (or these, joined by CRLF).
    Say(&'static str),
    /// Answers these bytes, which may be no UTF-8.
    SayBytes(&'static [u8]),
    /// Answers and hangs up.
    SayAndCut(&'static str),
    /// Hangs up without a word.
    Cut,
    /// Says nothing and keeps the line.
    Silent,
    /// Says this again and again and never comes to an end.
    Endless(&'static str),
}

use Act::Say;

#[derive(Clone, Debug)]
pub struct Script {
    pub greeting: Act,
    pub ehlo: Act,
    pub auth: Act,
    /// The steps of AUTH LOGIN: name, then password.
    pub login: [Act; 2],
    pub starttls: Act,
    pub mail: Act,
    pub rcpt: Act,
    pub data: Act,
    pub message: Act,
    pub rset: Act,
    /// Hang up after that many bytes of the letter.
    pub cut_letter_after: Option<usize>,
    /// Recipients that start with this are refused with `550`.
    pub refuse: &'static str,
    /// Connections that it has at once; one more is refused.
    pub at_once: usize,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: Say("220 scripted"),
            ehlo: Say("250-scripted\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME"),
            auth: Say("235 signed in"),
            login: [Say("334 UGFzc3dvcmQ6"), Say("235 signed in")],
            starttls: Say("454 not now"),
            mail: Say("250 sender ok"),
            rcpt: Say("250 recipient ok"),
            data: Say("354 go ahead"),
            message: Say("250 taken as 42"),
            rset: Say("250 reset"),
            cut_letter_after: None,
            refuse: "refused",
            at_once: usize::MAX,
        }
    }
}

/// What the server heard.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    pub commands: Vec<String>,
    /// Letters whose end came, with the dots taken out again.
    pub letters: Vec<String>,
    pub connections: usize,
    /// Of the connections those that stand.
    pub standing: usize,
    /// Those that were refused because there were as many as it has at once.
    pub turned_away: usize,
}

pub struct Server {
    pub port: u16,
    script: Arc<Mutex<Script>>,
    heard: Arc<Mutex<Heard>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn start(script: Script) -> Self {
        Self::start_at(0, script).await
    }

    /// On a port that was free a moment ago; 0 takes any.
    pub async fn start_at(port: u16, script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, script) = (Arc::new(Mutex::new(Heard::default())), Arc::new(Mutex::new(script)));
        let (shared, current) = (heard.clone(), script.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut script = current.lock().unwrap().clone();
                let mut heard = shared.lock().unwrap();
                heard.connections += 1;
                heard.standing += 1;
                if heard.standing > script.at_once {
                    heard.turned_away += 1;
                    script.greeting = Act::SayAndCut("421 4.7.0 too many connections");
                }
                drop(heard);
                let talk = Talk { script, heard: shared.clone() };
                tokio::spawn(async move {
                    talk.run(stream).await;
                    talk.heard.lock().unwrap().standing -= 1;
                });
            }
        });
        Self { port, script, heard, task }
    }

    /// What it does from the next connection on.
    pub fn now_does(&self, script: Script) {
        *self.script.lock().unwrap() = script;
    }

    pub fn heard(&self) -> Heard {
        self.heard.lock().unwrap().clone()
    }
}

struct Talk {
    script: Script,
    heard: Arc<Mutex<Heard>>,
}

impl Talk {
    async fn run(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        act(&mut stream, self.script.greeting).await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let command = line.trim_end().to_owned();
            self.heard.lock().unwrap().commands.push(command.clone());
            let upper = command.to_ascii_uppercase();
            let done = match upper.split(' ').next().unwrap_or_default() {
                "EHLO" => self.script.ehlo,
                "STARTTLS" => self.script.starttls,
                "AUTH" if upper.starts_with("AUTH LOGIN") => {
                    act(&mut stream, Say("334 VXNlcm5hbWU6")).await?;
                    self.login(&mut stream).await?
                }
                "AUTH" => self.script.auth,
                "MAIL" => self.script.mail,
                "RCPT" if command.contains(&format!("<{}", self.script.refuse)) => {
                    Say("550 5.1.1 no such person")
                }
                "RCPT" => self.script.rcpt,
                "RSET" => self.script.rset,
                "QUIT" => Act::SayAndCut("221 bye"),
                "DATA" => {
                    act(&mut stream, self.script.data).await?;
                    if !matches!(self.script.data, Say(line) if line.starts_with('3')) {
                        continue;
                    }
                    self.letter(&mut stream).await?;
                    self.script.message
                }
                _ => Say("500 what?"),
            };
            act(&mut stream, done).await?;
        }
    }

    async fn login(&self, stream: &mut BufReader<TcpStream>) -> Option<Act> {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        act(stream, self.script.login[0]).await?;
        stream.read_line(&mut line).await.ok()?;
        Some(self.script.login[1])
    }

    async fn letter(&self, stream: &mut BufReader<TcpStream>) -> Option<()> {
        if let Some(limit) = self.script.cut_letter_after {
            let mut some = vec![0u8; limit];
            stream.read_exact(&mut some).await.ok()?;
            return None;
        }
        let mut letter = String::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            if line == ".\r\n" {
                break;
            }
            letter.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        self.heard.lock().unwrap().letters.push(letter);
        Some(())
    }
}

/// `None` ends the conversation.
async fn act(stream: &mut BufReader<TcpStream>, act: Act) -> Option<()> {
    match act {
        Act::Say(line) | Act::SayAndCut(line) => {
            stream.write_all(line.as_bytes()).await.ok()?;
            stream.write_all(b"\r\n").await.ok()?;
            stream.flush().await.ok()?;
            matches!(act, Say(_)).then_some(())
        }
        Act::SayBytes(bytes) => {
            stream.write_all(&[bytes, b"\r\n"].concat()).await.ok()?;
            stream.flush().await.ok()
        }
        Act::Cut => None,
        Act::Endless(words) => loop {
            stream.write_all(words.as_bytes()).await.ok()?;
        },
        Act::Silent => {
            std::future::pending::<()>().await;
            None
        }
    }
}
