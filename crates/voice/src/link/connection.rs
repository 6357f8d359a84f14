//! One WebRTC connection with one voice each way: the only place that knows the library. It gathers nothing and agrees
//! on nothing by itself; what it wants is fetched with the `poll_` functions after every call.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::interceptor::Registry;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::RTCConfigurationBuilder;
use rtc::peer_connection::configuration::interceptor_registry::configure_rtcp_reports;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MediaEngine};
use rtc::peer_connection::configuration::setting_engine::SettingEngineBuilder;
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::RTCMessage;
use rtc::peer_connection::sdp::{RTCSdpType, RTCSessionDescription};
use rtc::peer_connection::state::{RTCIceConnectionState, RTCPeerConnectionState};
use rtc::peer_connection::transport::{
    CandidateConfig, CandidateHostConfig, CandidateRelayConfig, CandidateServerReflexiveConfig,
    RTCIceCandidate, RTCIceCandidateInit,
};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp_transceiver::RTCRtpSenderId;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};

use crate::audio::frame::RATE;
use crate::audio::speaker;

/// Nothing came for so long: the way is lost. Consent is asked for every second, so two answers are missing.
const LOST_AFTER: Duration = Duration::from_millis(2_500);

/// After this, the library gives up a way; it is restarted or rebuilt before.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(25);

const ASKED_EVERY: Duration = Duration::from_secs(1);

/// As browsers number it; what is agreed on counts.
const PAYLOAD_TYPE: u8 = 111;

/// What Opus is to the other end: error correction is wanted, silence need not be sent.
const FORMAT: &str = "minptime=10;useinbandfec=1;usedtx=1";

/// How the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Both ends know who the other is, and hear each other.
    Found,
    /// Nothing comes any more.
    Lost,
    /// It cannot be used again.
    Failed,
}

/// A packet of sound.
#[derive(Debug)]
pub(crate) struct Sound {
    pub source: u32,
    pub sequence: u16,
    pub time: u32,
    pub data: Bytes,
}

/// A packet for the network.
#[derive(Debug)]
pub(crate) struct Datagram {
    /// From this socket, or from this address of a relay.
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub data: BytesMut,
}

/// An address of this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// A socket of this computer.
    Socket(SocketAddr),
    /// A socket, as others see it.
    Reflexive { seen: SocketAddr, socket: SocketAddr },
    /// One of a relay, asked for by a socket.
    Relayed { relay: SocketAddr, socket: SocketAddr },
}

/// The library refused something.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(#[from] rtc::shared::error::Error);

pub(crate) struct Connection {
    pc: RTCPeerConnection,
    sender: RTCRtpSenderId,
    source: u32,
    sequence: u16,
    /// Added to the time of all packets, which must not tell how long somebody is in a room.
    offset: u32,
    payload_type: Option<u8>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Connection {
    pub(crate) fn new(now: Instant) -> Result<Self, Refused> {
        let codec = RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.into(),
            clock_rate: RATE,
            // Opus is always announced with two (RFC 7587 §7); one is sent.
            channels: 2,
            sdp_fmtp_line: FORMAT.into(),
            rtcp_feedback: Vec::new(),
        };
        let mut media = MediaEngine::default();
        let parameters = RTCRtpCodecParameters { rtp_codec: codec.clone(), payload_type: PAYLOAD_TYPE };
        media.register_codec(parameters, RtpCodecKind::Audio)?;
        let settings = SettingEngineBuilder::new()
            .with_ice_timeouts(Some(LOST_AFTER), Some(GIVEN_UP_AFTER), Some(ASKED_EVERY))
            .with_include_loopback_candidate(true)
            .build();
        let mut pc = RTCPeerConnectionBuilder::new()
            .with_configuration(RTCConfigurationBuilder::new().build())
            .with_media_engine(media)
            .with_setting_engine(settings)
            .with_interceptor_registry(configure_rtcp_reports(Registry::new()))
            .build(now)?;
        let source = rand::random();
        let coding = RTCRtpCodingParameters { ssrc: Some(source), ..Default::default() };
        let encoding =
            RTCRtpEncodingParameters { rtp_coding_parameters: coding, codec, ..Default::default() };
        let name = || "voice".to_owned();
        let track = MediaStreamTrack::new(name(), name(), name(), RtpCodecKind::Audio, vec![encoding]);
        let sender = pc.add_track(track)?;
        let (sequence, offset) = (rand::random(), rand::random());
        Ok(Self { pc, sender, source, sequence, offset, payload_type: None })
    }

    pub(crate) fn offer(&mut self, now: Instant, anew: bool) -> Result<String, Refused> {
        if anew {
            self.pc.restart_ice();
        }
        let offer = self.pc.create_offer(None)?;
        self.pc.set_local_description(now, offer.clone())?;
        Ok(offer.sdp)
    }

    /// Takes back an offer that was not answered.
    pub(crate) fn take_back(&mut self, now: Instant) -> Result<(), Refused> {
        let mut nothing = RTCSessionDescription::default();
        nothing.sdp_type = RTCSdpType::Rollback;
        Ok(self.pc.set_local_description(now, nothing)?)
    }

    /// Takes an offer of theirs, and says what to answer.
    pub(crate) fn answer(&mut self, now: Instant, offer: String) -> Result<String, Refused> {
        self.pc.set_remote_description(now, RTCSessionDescription::offer(offer)?)?;
        let answer = self.pc.create_answer(None)?;
        self.pc.set_local_description(now, answer.clone())?;
        self.agreed();
        Ok(answer.sdp)
    }

    pub(crate) fn answered(&mut self, now: Instant, answer: String) -> Result<(), Refused> {
        self.pc.set_remote_description(now, RTCSessionDescription::answer(answer)?)?;
        self.agreed();
        Ok(())
    }

    fn agreed(&mut self) {
        self.payload_type = self.pc.rtp_sender(self.sender).and_then(|mut sender| {
            let codecs = sender.get_parameters().rtp_parameters.codecs.clone();
            let opus = |codec: &&RTCRtpCodecParameters| {
                codec.rtp_codec.mime_type.eq_ignore_ascii_case(MIME_TYPE_OPUS)
            };
            codecs.iter().find(opus).map(|codec| codec.payload_type)
        });
    }

    /// This end can be reached here; gives the line that tells the other end so.
    pub(crate) fn reachable(&mut self, local: Local) -> Result<String, Refused> {
        let base = |at: SocketAddr| CandidateConfig {
            network: "udp".into(),
            address: at.ip().to_string(),
            port: at.port(),
            component: 1,
            ..Default::default()
        };
        let candidate = match local {
            Local::Socket(at) => {
                CandidateHostConfig { base_config: base(at), ..Default::default() }.new_candidate_host()?
            }
            Local::Reflexive { seen, socket } => CandidateServerReflexiveConfig {
                base_config: base(seen),
                rel_addr: socket.ip().to_string(),
                rel_port: socket.port(),
                ..Default::default()
            }
            .new_candidate_server_reflexive()?,
            Local::Relayed { relay, socket } => CandidateRelayConfig {
                base_config: base(relay),
                rel_addr: socket.ip().to_string(),
                rel_port: socket.port(),
                ..Default::default()
            }
            .new_candidate_relay()?,
        };
        let init = RTCIceCandidate::from(&candidate).to_json()?;
        let line = init.candidate.clone();
        self.pc.add_local_candidate(init)?;
        Ok(line)
    }

    /// The other end may be reached by what this line says.
    pub(crate) fn try_at(&mut self, line: String) -> Result<(), Refused> {
        Ok(self.pc.add_remote_candidate(RTCIceCandidateInit { candidate: line, ..Default::default() })?)
    }

    /// A packet came; `local` is the socket, or the address of the relay, at which it came.
    pub(crate) fn received(
        &mut self,
        now: Instant,
        local: SocketAddr,
        from: SocketAddr,
        data: &[u8],
    ) -> Result<(), Refused> {
        let transport = TransportContext {
            local_addr: local,
            peer_addr: from,
            ecn: None,
            transport_protocol: TransportProtocol::UDP,
        };
        Ok(self.pc.handle_read(TaggedBytesMut { now, transport, message: data.into() })?)
    }

    /// Sends 20 ms; before there is a way it is lost.
    pub(crate) fn send(&mut self, now: Instant, packet: &speaker::Packet) {
        let Some(payload_type) = self.payload_type else { return };
        let header = rtc::rtp::header::Header {
            version: 2,
            marker: packet.begins,
            payload_type,
            sequence_number: self.sequence,
            timestamp: packet.time.wrapping_add(self.offset),
            ssrc: self.source,
            ..Default::default()
        };
        let payload = Bytes::copy_from_slice(&packet.data);
        let packet = rtc::rtp::packet::Packet { header, payload };
        let sent = self.pc.rtp_sender(self.sender).map(|mut sender| sender.write_rtp(now, packet));
        match sent {
            Some(Ok(())) => self.sequence = self.sequence.wrapping_add(1),
            Some(Err(error)) => tracing::trace!(%error, "a packet of sound was not sent"),
            None => {}
        }
    }

    pub(crate) fn poll_datagram(&mut self) -> Option<Datagram> {
        let out = self.pc.poll_write()?;
        Some(Datagram { from: out.transport.local_addr, to: out.transport.peer_addr, data: out.message })
    }

    pub(crate) fn poll_sound(&mut self) -> Option<Sound> {
        loop {
            if let RTCMessage::RtpPacket(_, packet) = self.pc.poll_read()?.message {
                let header = &packet.header;
                return Some(Sound {
                    source: header.ssrc,
                    sequence: header.sequence_number,
                    time: header.timestamp,
                    data: packet.payload,
                });
            }
        }
    }

    pub(crate) fn poll_way(&mut self) -> Option<Way> {
        loop {
            match self.pc.poll_event()? {
                RTCPeerConnectionEvent::OnConnectionStateChangeEvent(RTCPeerConnectionState::Connected) => {
                    return Some(Way::Found);
                }
                RTCPeerConnectionEvent::OnIceConnectionStateChangeEvent(
                    RTCIceConnectionState::Disconnected,
                ) => {
                    return Some(Way::Lost);
                }
                RTCPeerConnectionEvent::OnIceConnectionStateChangeEvent(RTCIceConnectionState::Failed)
                | RTCPeerConnectionEvent::OnConnectionStateChangeEvent(
                    RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed,
                ) => return Some(Way::Failed),
                _ => {}
            }
        }
    }

    pub(crate) fn poll_timeout(&mut self) -> Option<Instant> {
        self.pc.poll_timeout()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), Refused> {
        Ok(self.pc.handle_timeout(now)?)
    }

    /// Says goodbye, where there is somebody to hear it.
    pub(crate) fn close(&mut self) {
        if let Err(error) = self.pc.close() {
            tracing::debug!(%error, "a connection was not closed cleanly");
        }
    }
}
