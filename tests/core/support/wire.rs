//! A wire to the database server, so that a test takes the real server away and gives it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A wire to the database server that can be cut and mended.
pub struct Wire {
    port: u16,
    whole: watch::Sender<bool>,
    used: Arc<AtomicBool>,
}

impl Wire {
    /// A wire before the server of this desk's address, and the address through it.
    pub async fn before(url: &str) -> (Self, String) {
        let server = url.rsplit_once('@').and_then(|(_, rest)| rest.split_once('/')).expect("a server").0;
        let wire = Self::to(server.to_owned()).await;
        let through = url.replace(server, &format!("127.0.0.1:{}", wire.port));
        (wire, through)
    }

    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let (whole, cut) = watch::channel(true);
        let used = Arc::new(AtomicBool::new(false));
        let asked = used.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                asked.store(true, Ordering::SeqCst);
                if *cut.borrow() {
                    tokio::spawn(carry(client, server.clone(), cut.clone()));
                }
            }
        });
        Self { port, whole, used }
    }

    pub fn is(&self, whole: bool) {
        self.used.store(false, Ordering::SeqCst);
        self.whole.send_replace(whole);
    }

    /// Whether somebody called since the wire was last cut or mended.
    pub fn was_used(&self) -> bool {
        self.used.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, server: String, mut cut: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _ = cut.wait_for(|whole| !*whole) => {}
    }
}
