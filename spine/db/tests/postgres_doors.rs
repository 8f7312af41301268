//! The ways into a PostgreSQL server: each kind of password, the socket of the same machine, and none.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use ejia_db::{Connections, Desk, TestDatabase, args};
use ejia_kernel::{Problem, Vault};

/// Who comes in how.
const DOORS: [&str; 5] = [
    "host all guarded 127.0.0.1/32 scram-sha-256",
    "host all older 127.0.0.1/32 md5",
    "host all plain 127.0.0.1/32 password",
    "host all all 127.0.0.1/32 trust",
    "local all all trust",
];

fn shown(desk: &Desk, setting: &'static str) -> String {
    let sql = "SELECT setting FROM pg_settings WHERE name = $1";
    desk.read_now(move |txn| Ok(txn.one(sql, &args![setting], |row| row.get(0))?)).unwrap()
}

fn opened(desk: &Desk, url: &str) -> Result<String, Problem> {
    let connections = Connections { postgres: 1, ..Connections::default() };
    let desk = Desk::open_with(url, Vault::new([7; 32]), desk.clock().clone(), connections)?;
    desk.read_now(|txn| Ok(txn.one("SELECT CAST(current_user AS TEXT)", &[], |row| row.get(0))?))
}

#[test]
fn whoever_knows_the_password_comes_in_and_nobody_else() {
    let database = TestDatabase::postgres(&[]);
    let hba = shown(&database.desk, "hba_file");
    let lines = DOORS.map(|line| format!("'{line}'")).join(", ");
    database
        .desk
        .write_now(move |txn| {
            for (user, hash) in [("guarded", "scram-sha-256"), ("older", "md5"), ("plain", "scram-sha-256")] {
                txn.execute(&format!("SET LOCAL password_encryption = '{hash}'"), &[])?;
                txn.execute(&format!("CREATE ROLE {user} LOGIN PASSWORD 'a sésame 芝麻'"), &[])?;
            }
            txn.execute(&format!("COPY (SELECT unnest(ARRAY[{lines}])) TO '{hba}'"), &[])?;
            txn.execute("SELECT pg_reload_conf()", &[])?;
            Ok(())
        })
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let (_, place) = database.url.split_once("postgres@").unwrap();
    for user in ["guarded", "older", "plain"] {
        let url = |password: &str| format!("postgres://{user}:{password}@{place}");
        assert_eq!(opened(&database.desk, &url("a%20s%C3%A9same%20%E8%8A%9D%E9%BA%BB")).unwrap(), user);
        assert!(opened(&database.desk, &url("another")).is_err());
        assert!(opened(&database.desk, &format!("postgres://{user}@{place}")).is_err());
    }
    let (folder, name) = (shown(&database.desk, "unix_socket_directories"), place.rsplit('/').next().unwrap());
    let port = shown(&database.desk, "port");
    let socket = format!("postgres://postgres@/{name}?host={folder}&port={port}");
    assert_eq!(opened(&database.desk, &socket).unwrap(), "postgres");
    assert!(opened(&database.desk, &format!("{}?sslmode=require", database.url)).is_err());
    assert!(opened(&database.desk, "postgres://postgres@127.0.0.1:1/nowhere").is_err());
}
