//! What sending and fetching have in common: the address of a server as people write it, what is demanded of the line to
//! it, and the line itself. It knows no protocol.

use std::io;
use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How the line is made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// STARTTLS, or nothing is sent (RFC 3207).
    StartTls,
    /// No TLS needed: the server is on this machine.
    Plain,
}

/// Why an address of a server is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EndpointError {
    #[error("expected smtp:// or smtps://")]
    Scheme,
    #[error("the host is missing or is not a host")]
    Host,
    #[error("the port is not a port")]
    Port,
    /// A password in an address ends up in process lists and shell histories.
    #[error("a password must not stand in the address: name a file or use the environment")]
    Password,
    #[error("nothing may follow host and port")]
    Path,
    #[error("the user name cannot be read")]
    User,
}

impl Security {
    /// What is demanded before a password or a letter goes over the line.
    pub(super) fn demanded(implicit_tls: bool, host: &str) -> Self {
        match (implicit_tls, is_loopback(host)) {
            (true, _) => Security::Tls,
            (false, true) => Security::Plain,
            (false, false) => Security::StartTls,
        }
    }
}

/// An address as people write it, without the password, which never stands in one.
pub(super) fn shown(scheme: &str, user: Option<&str>, host: &str, port: u16) -> String {
    let user = user.map_or_else(String::new, |user| format!("{user}@"));
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    format!("{scheme}://{user}{host}:{port}")
}

/// Connects to the first address of the host that answers, each given `limit` at most, without Nagle's delay: what is said
/// last is a write of its own and must not wait for the other side's acknowledgement.
pub(super) async fn dial(host: &str, port: u16, limit: Duration) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in lookup_host((host, port)).await? {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                tcp.set_nodelay(true)?;
                return Ok(tcp);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
        }
    }
    Err(last)
}

pub(super) fn read_user(text: &str) -> Result<String, EndpointError> {
    if text.contains(':') {
        return Err(EndpointError::Password);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            bytes.push(super::parse::transfer::hex_pair(after).ok_or(EndpointError::User)?);
            rest = &after[2..];
        } else {
            bytes.push(*byte);
        }
    }
    let user = String::from_utf8(bytes).map_err(|_| EndpointError::User)?;
    if user.is_empty() || user.chars().any(char::is_control) { Err(EndpointError::User) } else { Ok(user) }
}

pub(super) fn read_place(place: &str) -> Result<(String, Option<u16>), EndpointError> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(EndpointError::Host)?;
            let port = if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':').ok_or(EndpointError::Port)?)
            };
            host.parse::<std::net::Ipv6Addr>().map_err(|_| EndpointError::Host)?;
            (host, port)
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = port
        .map(|port| port.parse::<u16>().ok().filter(|p| *p > 0).ok_or(EndpointError::Port))
        .transpose()?;
    let host =
        if host.contains(':') { host.to_owned() } else { idna::domain_to_ascii(host).unwrap_or_default() };
    let valid = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:_".contains(&b));
    if valid { Ok((host, port)) } else { Err(EndpointError::Host) }
}

/// Whether the host is this machine, by its name or address alone: what a name server says must not decide whether a
/// letter goes out in the clear.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
