//! Any acts in any order, by anybody, in a city of any shape: whatever is done, everybody has one branch and every
//! transfer lies with somebody who can act on it. proves: T4, T5, T9, T10, T12, T13, T14

mod acts;
mod endings;
mod laws;
mod offices;
mod seen;
mod surroundings;
mod world;

use ejia_db::TestDatabase;
use proptest::prelude::*;

use self::acts::{Act, an_act};
use self::seen::Seen;
use self::world::{Plan, World};
use super::city::MIGRATIONS;

/// A sequence: the city, and what is done in it.
fn a_sequence() -> impl Strategy<Value = (Plan, Vec<Act>)> {
    (Plan::any(), prop::collection::vec(an_act(), 1..60))
}

/// Does the acts one after the other and looks at everything after each; then brings what is open to an end.
fn run(database: &TestDatabase, plan: &Plan, acts: &[Act]) {
    let mut world = World::found(&database.desk, plan);
    let mut before = Seen::now(&world.desk);
    for act in acts {
        world.a_minute_passes();
        let outcome = world.do_it(*act, &before);
        let after = Seen::now(&world.desk);
        laws::changed_rightly(&before, &after, &outcome);
        laws::hold(&after);
        laws::lies_with_one_desk(&world, &after, usize::from(act.by));
        world.meet_newcomers(&after);
        before = after;
    }
    laws::lies_with_one_desk(&world, &before, usize::MAX);
    endings::everything_ends(&mut world);
}

/// How many sequences are run; each has thirty acts on average.
const SEQUENCES: u32 = 900;

#[test]
fn whatever_is_done_in_any_order_every_member_has_one_branch_and_no_application_is_stranded() {
    let database = TestDatabase::sqlite(MIGRATIONS);
    let config = ProptestConfig {
        cases: SEQUENCES,
        max_shrink_iters: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |((plan, acts) in a_sequence())| run(&database, &plan, &acts));
}
