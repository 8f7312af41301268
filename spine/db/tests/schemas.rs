//! Several houses in one PostgreSQL, each in a schema of its own that its address names.

use ejia_db::{Connections, Desk, Migration, PostgresCluster, args};
use ejia_kernel::{Clock, Problem, Vault};

const STEPS: &[Migration] = &[Migration {
    name: "cities.001_noted",
    sql: "CREATE TABLE noted (id BIGINT PRIMARY KEY, said TEXT NOT NULL);
          CREATE UNIQUE INDEX noted_said_key ON noted(said);",
}];

fn city(url: &str, name: &str) -> Result<Desk, Problem> {
    let url = format!("{url}?options=-c%20search_path%3D{name}");
    Desk::open_with(&url, Vault::new([7; 32]), Clock::system(), Connections { sqlite_readers: 1, postgres: 2 })
}

#[test]
fn two_cities_in_one_database_know_nothing_of_one_another() {
    let url = PostgresCluster::shared().new_database();
    let whole = Desk::open(&url, Vault::new([7; 32]), Clock::system()).unwrap();
    for name in ["xiamen", "fuzhou"] {
        let make = format!("CREATE SCHEMA {name}");
        whole.write_now(move |txn| Ok(txn.execute(&make, &args![])?)).unwrap();
    }
    let (here, there) = (city(&url, "xiamen").unwrap(), city(&url, "fuzhou").unwrap());
    // Both for the first time and at once, as two processes may.
    std::thread::scope(|scope| {
        let applied = [&here, &there, &here, &there].map(|desk| scope.spawn(|| desk.migrate(&[STEPS]).unwrap().len()));
        assert_eq!(applied.map(|one| one.join().unwrap()).iter().sum::<usize>(), 2);
    });
    let note = |desk: &Desk, said: &'static str| {
        desk.write_now(move |txn| Ok(txn.execute("INSERT INTO noted (id, said) VALUES (1, $1)", &args![said])?))
    };
    note(&here, "鼓浪屿").unwrap();
    note(&there, "鼓浪屿").unwrap();
    assert!(note(&here, "三坊七巷").is_err(), "a city's own keys hold");
    for desk in [&here, &there] {
        let said = desk.read_now(|txn| Ok(txn.query("SELECT said FROM noted", &args![], |row| row.get::<String>(0))?));
        assert_eq!(said.unwrap(), ["鼓浪屿"]);
    }
    assert!(whole.schema().is_err(), "nothing lies where both would see it");
}
