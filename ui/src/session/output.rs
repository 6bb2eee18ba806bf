//! Frames on their way to the terminal: one is in flight, and no other is made before it has gone.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A terminal that takes no byte for this long is gone.
const STUCK: Duration = Duration::from_secs(60);

/// The writing end: its own task, so that a key or a hang-up is seen while a slow terminal takes its frame.
pub struct Output {
    frames: mpsc::Sender<Vec<u8>>,
    written: mpsc::Receiver<io::Result<()>>,
    busy: bool,
}

impl Output {
    pub fn new<W: AsyncWrite + Unpin + Send + 'static>(writer: W) -> Self {
        let (frames, to_write) = mpsc::channel(1);
        let (done, written) = mpsc::channel(1);
        tokio::spawn(write_all(writer, to_write, done));
        Self { frames, written, busy: false }
    }

    /// Whether a frame is still on its way.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// Sends a frame. Only to be called when none is on its way.
    pub fn send(&mut self, frame: Vec<u8>) {
        if !frame.is_empty() {
            self.busy = self.frames.try_send(frame).is_ok();
        }
    }

    /// Waits until the frame on its way has gone; for ever if there is none.
    pub async fn written(&mut self) -> io::Result<()> {
        if !self.busy {
            return std::future::pending().await;
        }
        let result = self.written.recv().await.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()));
        self.busy = false;
        result
    }
}

async fn write_all<W: AsyncWrite + Unpin>(
    mut writer: W,
    mut frames: mpsc::Receiver<Vec<u8>>,
    done: mpsc::Sender<io::Result<()>>,
) {
    while let Some(frame) = frames.recv().await {
        let writing = async {
            writer.write_all(&frame).await?;
            writer.flush().await
        };
        let result = timeout(STUCK, writing).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let failed = result.is_err();
        if done.send(result).await.is_err() || failed {
            return;
        }
    }
}
