//! What must be true whenever the house was killed; and what must be true when all has come to rest.

mod files;
mod members;
mod money;
mod votes;

use crate::world::World;

/// Statements that find what must not be, in words; each answers a number, which must be 0.
type Never = [(&'static str, &'static str)];

/// What must be true whenever the house was killed. `after` names the kill.
pub(crate) fn nothing_is_lost(world: &World, after: &str) {
    money::nothing_is_lost(world, after);
    members::nothing_is_lost(world, after);
    votes::nothing_is_lost(world, after);
    files::are_there(world, after);
}

/// What must be true when everybody has gone home and every job is done.
pub(crate) fn all_is_settled(world: &World) {
    nothing_is_lost(world, "at the end");
    let sql = "SELECT kind, state, COALESCE(last_fault, ''), CAST(attempts AS TEXT) FROM job WHERE state <> 'done'";
    let undone: Vec<[String; 4]> = world.rows(sql);
    assert!(undone.is_empty(), "jobs have failed or wait: {undone:?}");
    money::all_is_settled(world);
    members::all_is_settled(world);
    votes::all_is_settled(world);
    let chain = ejia_audit::verify(&world.database.desk).unwrap_or_else(|broken| panic!("the record: {broken:?}"));
    assert!(chain.sealed > 0, "nothing was recorded");
}

fn never(world: &World, after: &str, never: &Never) {
    for (what, sql) in never {
        assert_eq!(count(world, sql), 0, "{after}: {what}");
    }
}

fn count(world: &World, sql: &str) -> i64 {
    world.rows::<i64, 1>(sql).first().map_or(0, |[count]| *count)
}
