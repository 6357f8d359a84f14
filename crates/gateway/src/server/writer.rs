//! The writing half of a socket: the only one who writes on it, so that frames never mix. Holds a buffer only while
//! something is on its way, because most sockets are idle most of the time.

use std::collections::VecDeque;

use axum::body::Bytes;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::compression::{Deflater, Encoding};
use super::mailbox::Office;
use super::queue::{Farewell, Next, Queue};

/// The socket is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The writing half.
#[derive(Debug)]
pub(super) struct Writer {
    half: OwnedWriteHalf,
    deflater: Option<Box<Deflater>>,
    /// What is on its way. Kept when writing is given up, so that what follows begins where a frame begins.
    unsent: Bytes,
}

impl Writer {
    pub fn new(half: OwnedWriteHalf, encoding: Encoding) -> Self {
        let deflater = (encoding == Encoding::Zlib).then(|| Box::new(Deflater::new()));
        Self { half, deflater, unsent: Bytes::new() }
    }

    /// Writes until the queue ends; how to say goodbye.
    pub async fn run<O: Office>(&mut self, queue: &Queue) -> Result<Farewell, Broken> {
        loop {
            self.unsent = match queue.next().await {
                Next::Close(farewell) => return Ok(farewell),
                Next::Pong(payload) => encoded(Frame::pong(payload))?,
                Next::Ping => encoded(Frame::ping(Bytes::new()))?,
                Next::Frames(frames) => self.encode::<O>(frames)?,
            };
            tokio::select! {
                written = self.write_out() => written?,
                () = queue.cut() => {}
            }
        }
    }

    /// Writes a text, after what is on its way.
    pub async fn say<O: Office>(&mut self, text: &'static str) -> Result<(), Broken> {
        self.write_out().await?;
        self.unsent = self.encode::<O>(VecDeque::from([Bytes::from_static(text.as_bytes())]))?;
        self.write_out().await
    }

    /// Writes the close frame, after what is on its way.
    pub async fn close(&mut self, frame: Option<CloseFrame>) -> Result<(), Broken> {
        self.write_out().await?;
        self.unsent = encoded(Frame::close(frame))?;
        self.write_out().await
    }

    async fn write_out(&mut self) -> Result<(), Broken> {
        self.half.write_all_buf(&mut self.unsent).await.map_err(|_| Broken)?;
        self.unsent = Bytes::new();
        Ok(())
    }

    /// As one buffer, which is written with one system call. One frame alone that is made up already is written as it
    /// is: however many readers it has, it is in memory once.
    fn encode<O: Office>(&mut self, mut frames: VecDeque<Bytes>) -> Result<Bytes, Broken> {
        /// The longest head of a frame that is not masked (RFC 6455 §5.2).
        const HEAD: usize = 10;
        if O::FRAMES
            && frames.len() == 1
            && let Some(frame) = frames.pop_front()
        {
            return Ok(frame);
        }
        let mut buffer = Vec::with_capacity(frames.iter().map(|frame| HEAD + frame.len()).sum());
        for frame in frames {
            match &mut self.deflater {
                _ if O::FRAMES => buffer.extend_from_slice(&frame),
                None => {
                    let frame = Frame::message(frame, OpCode::Data(Data::Text), true);
                    frame.format(&mut buffer).map_err(|_| Broken)?;
                }
                Some(deflater) => {
                    let part = deflater.deflate(&frame).map_err(|_| Broken)?;
                    let frame = Frame::message(part, OpCode::Data(Data::Binary), true);
                    frame.format(&mut buffer).map_err(|_| Broken)?;
                }
            }
        }
        Ok(buffer.into())
    }
}

fn encoded(frame: Frame) -> Result<Bytes, Broken> {
    let mut buffer = Vec::with_capacity(frame.len());
    frame.format(&mut buffer).map_err(|_| Broken)?;
    Ok(buffer.into())
}
