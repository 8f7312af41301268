//! The bare handler that 我的档案 is compared with: axum, the bare driver, the same point selects, no product.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::routing::get;
use postgres::NoTls;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

/// Connections of the bare handler; as many as the product has for reading.
const SQLITE_CONNECTIONS: usize = 2;
const POSTGRES_CONNECTIONS: usize = 16;

/// The point selects of the page: whose session it is, who he is, what is kept of him, what awaits review.
const SESSION: &str = "SELECT account_id, opened_at, seen_at FROM session WHERE token_hash = $1";
const MEMBER: &str = "SELECT * FROM member WHERE id = $1";
const PASSWORD: &str = "SELECT must_change FROM member_password WHERE member_id = $1";
const TREE: &str = "SELECT version FROM tree_version WHERE id = 1";
const CHANGES: &str = "SELECT id, member_id, path, field, before_sealed, after_sealed, source, by_name, made_at, state,
    decided_by_name, decided_at, reason FROM record_change WHERE member_id = $1 ORDER BY made_at DESC, id DESC LIMIT 200";

enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<(postgres::Client, [postgres::Statement; 5])>),
}

#[derive(Clone)]
struct Pool(Arc<Mutex<Vec<Connection>>>);

/// Serves the bare handler until the process is ended.
pub(super) fn serve(url: &str, address: SocketAddr) -> Result<(), String> {
    let connections = match url.strip_prefix("sqlite://") {
        Some(path) => (0..SQLITE_CONNECTIONS).map(|_| sqlite(path)).collect::<Result<Vec<_>, _>>()?,
        None => (0..POSTGRES_CONNECTIONS).map(|_| postgres(url)).collect::<Result<Vec<_>, _>>()?,
    };
    let most = connections.len();
    let pool = Pool(Arc::new(Mutex::new(connections)));
    let router =
        Router::new().route("/", get(|| async { "bare" })).route("/member/record", get(record)).with_state(pool);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(most)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| error.to_string())?;
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    })
}

fn sqlite(path: &str) -> Result<Connection, String> {
    let open = || -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(PathBuf::from(path))?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA query_only = ON; PRAGMA cache_size = -16000")?;
        Ok(connection)
    };
    open().map(Connection::Sqlite).map_err(|error| error.to_string())
}

fn postgres(url: &str) -> Result<Connection, String> {
    let open = || -> Result<Connection, postgres::Error> {
        let mut client = postgres::Client::connect(url, NoTls)?;
        let statements = [
            client.prepare(SESSION)?,
            client.prepare(PASSWORD)?,
            client.prepare(TREE)?,
            client.prepare(MEMBER)?,
            client.prepare(CHANGES)?,
        ];
        Ok(Connection::Postgres(Box::new((client, statements))))
    };
    open().map_err(|error| error.to_string())
}

async fn record(State(pool): State<Pool>, headers: HeaderMap) -> Result<String, String> {
    let cookie = headers.get(header::COOKIE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let token = cookie.strip_prefix("ejia_member=").unwrap_or_default();
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    let answer = tokio::task::spawn_blocking(move || {
        let lock = || pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = lock().pop().ok_or("no connection is free")?;
        let answer = match &mut connection {
            Connection::Sqlite(connection) => select_sqlite(connection, &hash).map_err(|error| error.to_string()),
            Connection::Postgres(both) => {
                let (client, statements) = both.as_mut();
                select_postgres(client, statements, &hash).map_err(|error| error.to_string())
            }
        };
        lock().push(connection);
        answer
    });
    answer.await.map_err(|error| error.to_string())?
}

fn select_sqlite(connection: &rusqlite::Connection, hash: &[u8]) -> rusqlite::Result<String> {
    let one = |sql: &str, value: &dyn rusqlite::ToSql| -> rusqlite::Result<Option<String>> {
        let mut statement = connection.prepare_cached(&sql.replace('$', "?"))?;
        let columns = statement.column_count();
        statement
            .query_row([value], |row| {
                for index in 1..columns {
                    row.get_ref(index)?;
                }
                row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}"))
            })
            .optional()
    };
    let account: Option<String> =
        connection.prepare_cached(&SESSION.replace('$', "?"))?.query_row([hash], |row| row.get(0)).optional()?;
    let Some(account) = account else { return Ok(String::new()) };
    one(PASSWORD, &account)?;
    connection.prepare_cached(TREE)?.query_row([], |row| row.get::<_, String>(0))?;
    let member = one(MEMBER, &account)?.unwrap_or_default();
    one(CHANGES, &account)?;
    Ok(member)
}

fn select_postgres(
    client: &mut postgres::Client,
    [session, password, tree, member, changes]: &[postgres::Statement; 5],
    hash: &[u8],
) -> Result<String, postgres::Error> {
    let Some(row) = client.query_opt(session, &[&hash])? else { return Ok(String::new()) };
    let account: String = row.get(0);
    client.query_opt(password, &[&account])?;
    client.query_one(tree, &[])?;
    let member = client.query_one(member, &[&account])?;
    client.query(changes, &[&account])?;
    Ok(member.get::<_, String>(0))
}
