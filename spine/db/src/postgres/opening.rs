//! Opens a connection: the address, the stream, the start of the conversation, the password.

use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use ::postgres::Config;
use ::postgres::config::{Host, SslMode};
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{self, ChannelBinding, ScramSha256};
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;
use socket2::{SockRef, TcpKeepalive};

use super::client::{Client, lost};
use super::stream::Stream;
use crate::DbError;

const PORT: u16 = 5432;
/// How long a host is waited for: until it takes the connection, and at each word of the beginning.
const PATIENCE: Duration = Duration::from_secs(5);
/// A silent peer is asked after so long whether it is still there …
const SILENCE: Duration = Duration::from_secs(30);
/// … and again at these intervals, so often; what it does not acknowledge for so long is taken for lost.
const BETWEEN: Duration = Duration::from_secs(10);
const PROBES: u32 = 3;
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
/// What holds for every connection unless the address says otherwise (`?options=…`): nobody waits for a lock or works on
/// a statement for ever, and when we are gone (power, network, a stopped process) the server soon lets go of what we held.
const LIMITS: &str = "-c lock_timeout=5s -c statement_timeout=5min -c idle_in_transaction_session_timeout=1min \
    -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000";

pub(super) fn connect(url: &str) -> Result<Client, DbError> {
    let config: Config = url.parse().map_err(|error| other(format!("the database address: {error}")))?;
    if matches!(config.get_ssl_mode(), SslMode::Require) {
        return Err(other("sslmode=require: connect over a private network or a tunnel"));
    }
    let mut client = Client::over(first_stream(&config)?);
    client.wait_at_most(Some(PATIENCE))?;
    start(&mut client, &config)?;
    client.wait_at_most(None)?;
    Ok(client)
}

/// The first host of the address that answers.
fn first_stream(config: &Config) -> Result<Box<dyn Stream>, DbError> {
    let mut fault = other("the database address names no host");
    for (place, host) in config.get_hosts().iter().enumerate() {
        let ports = config.get_ports();
        let port = ports.get(place).or(ports.first()).copied().unwrap_or(PORT);
        match stream(host, port, config) {
            Ok(stream) => return Ok(stream),
            Err(error) => fault = lost(error),
        }
    }
    Err(fault)
}

fn stream(host: &Host, port: u16, config: &Config) -> std::io::Result<Box<dyn Stream>> {
    let name = match host {
        Host::Unix(folder) => return Ok(Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")))?)),
        Host::Tcp(name) => name,
    };
    let timeout = config.get_connect_timeout().copied().filter(|timeout| *timeout > Duration::ZERO).unwrap_or(PATIENCE);
    let mut fault = std::io::Error::other("the host has no address");
    for address in (name.as_str(), port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                watch(&stream, config)?;
                return Ok(Box::new(stream));
            }
            Err(error) => fault = error,
        }
    }
    Err(fault)
}

/// Has the system notice within a minute that the other machine or the network between is gone.
fn watch(stream: &TcpStream, config: &Config) -> std::io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_user_timeout(Some(config.get_tcp_user_timeout().copied().unwrap_or(UNACKNOWLEDGED)))?;
    if !config.get_keepalives() {
        return Ok(());
    }
    // Without a word of the address the driver means two hours.
    let alive = TcpKeepalive::new()
        .with_time(config.get_keepalives_idle().min(SILENCE))
        .with_interval(config.get_keepalives_interval().unwrap_or(BETWEEN))
        .with_retries(config.get_keepalives_retries().unwrap_or(PROBES));
    socket.set_tcp_keepalive(&alive)
}

/// Says who we are, and waits until the server is ready.
fn start(client: &mut Client, config: &Config) -> Result<(), DbError> {
    let user = config.get_user().ok_or_else(|| other("the database address names no user"))?;
    let mut said = vec![("client_encoding", "UTF8"), ("user", user)];
    said.extend(config.get_dbname().map(|name| ("database", name)));
    // What comes last counts.
    let options = format!("{LIMITS} {}", config.get_options().unwrap_or_default());
    said.push(("options", &options));
    said.extend(config.get_application_name().map(|name| ("application_name", name)));
    frontend::startup_message(said, &mut client.out).map_err(lost)?;
    client.send().map_err(lost)?;
    let password = || config.get_password().ok_or_else(|| other("the server wants a password"));
    loop {
        match client.receive().map_err(lost)? {
            Message::AuthenticationCleartextPassword => tell(client, password()?)?,
            Message::AuthenticationMd5Password(body) => {
                let hash = md5_hash(user.as_bytes(), password()?, body.salt());
                tell(client, hash.as_bytes())?;
            }
            Message::AuthenticationSasl(body) => {
                if !body.mechanisms().any(|name| Ok(name == sasl::SCRAM_SHA_256)).map_err(lost)? {
                    return Err(other("the server knows no way to log in that we know"));
                }
                scram(client, password()?)?;
            }
            Message::AuthenticationGss | Message::AuthenticationSspi | Message::AuthenticationKerberosV5 => {
                return Err(other("the server wants another way to log in than a password"));
            }
            Message::ErrorResponse(body) => return Err(DbError::said(&body)),
            Message::ReadyForQuery(_) => return Ok(()),
            _ => {}
        }
    }
}

fn tell(client: &mut Client, password: &[u8]) -> Result<(), DbError> {
    frontend::password_message(password, &mut client.out).map_err(lost)?;
    client.send().map_err(lost)
}

/// RFC 7677: each side proves that it knows the password, and neither says it.
fn scram(client: &mut Client, password: &[u8]) -> Result<(), DbError> {
    let mut scram = ScramSha256::new(password, ChannelBinding::unsupported());
    frontend::sasl_initial_response(sasl::SCRAM_SHA_256, scram.message(), &mut client.out).map_err(lost)?;
    client.send().map_err(lost)?;
    loop {
        match client.receive().map_err(lost)? {
            Message::AuthenticationSaslContinue(body) => {
                scram.update(body.data()).map_err(|error| other(error.to_string()))?;
                frontend::sasl_response(scram.message(), &mut client.out).map_err(lost)?;
                client.send().map_err(lost)?;
            }
            Message::AuthenticationSaslFinal(body) => {
                return scram.finish(body.data()).map_err(|error| other(error.to_string()));
            }
            Message::ErrorResponse(body) => return Err(DbError::said(&body)),
            _ => return Err(other("the server left the conversation about the password")),
        }
    }
}

fn other(text: impl Into<String>) -> DbError {
    DbError::Other(text.into())
}
