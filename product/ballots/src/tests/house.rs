//! Votes on a desk, with their keys in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ejia_audit::Actor;
use ejia_db::{Desk, Migration, TestDatabase, args};
use ejia_documents::{FileKey, FileStore, FilesAway};
use ejia_jobs::Handlers;
use ejia_kernel::{Instant, MemberId, OrganizationId, Problem};

use crate::model::Ended;
use crate::{BallotBox, BallotId, Cast, NewBallot, Outcome, Sheet, Standing};

/// The tables that votes need.
pub(crate) const TABLES: &[&[Migration]] = &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, crate::MIGRATIONS];

/// By which the tests are told.
pub(crate) const TELL: &str = "test.ended";

/// Runs a test on each of the two databases.
pub(crate) fn both(test: impl Fn(&House)) {
    TestDatabase::both(TABLES, |desk| test(&House::over(desk)));
}

/// Key files in memory.
#[derive(Default)]
pub(crate) struct Drawer {
    files: Mutex<BTreeMap<FileKey, Vec<u8>>>,
    away: AtomicBool,
}

impl Drawer {
    fn files(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<FileKey, Vec<u8>>>, FilesAway> {
        if self.away.load(Ordering::SeqCst) {
            return Err(FilesAway::Away("the drawer is shut".to_owned()));
        }
        Ok(self.files.lock().unwrap())
    }
}

impl FileStore for Drawer {
    fn put(&self, key: &FileKey, bytes: &[u8]) -> Result<(), FilesAway> {
        self.files()?.insert(key.clone(), bytes.to_vec());
        Ok(())
    }

    fn get(&self, key: &FileKey) -> Result<Option<Vec<u8>>, FilesAway> {
        Ok(self.files()?.get(key).cloned())
    }

    fn delete(&self, key: &FileKey) -> Result<(), FilesAway> {
        self.files()?.remove(key);
        Ok(())
    }
}

/// The jobs of this crate on a desk, and who voted what.
pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) ballots: BallotBox,
    drawer: Arc<Drawer>,
    handlers: Handlers,
    told: Arc<Mutex<Vec<BallotId>>>,
}

impl House {
    pub(crate) fn over(desk: &Desk) -> Self {
        let drawer = Arc::new(Drawer::default());
        let ballots = BallotBox::new(drawer.clone()).telling(TELL);
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let handlers = crate::handlers(Handlers::new(), &ballots).on(TELL, move |job, _| {
            let Ended { ballot } = job.payload()?;
            heard.lock().unwrap().push(ballot);
            Ok(())
        });
        Self { desk: desk.clone(), ballots, drawer, handlers, told }
    }

    /// A vote about a resolution by these voters, as its caller would ask for it.
    pub(crate) fn asked(voters: &[MemberId]) -> NewBallot {
        NewBallot {
            purpose: "test.vote".to_owned(),
            organization_id: OrganizationId::new(Instant::from_ms(0)),
            title: "关于修缮活动室的决议".to_owned(),
            options: ["赞成", "反对", "弃权"].map(str::to_owned).to_vec(),
            most: 1,
            voters: voters.to_vec(),
            tell: TELL,
        }
    }

    pub(crate) fn open(&self, new: NewBallot, passphrase: Option<&str>) -> Result<BallotId, Problem> {
        let (ballots, prepared) = (self.ballots.clone(), self.ballots.prepare(&self.desk, passphrase)?);
        self.desk.write_now(move |txn| ballots.open(txn, &Actor::System, &prepared, &new))
    }

    /// An open vote by so many voters.
    pub(crate) fn opened(&self, voters: usize) -> (BallotId, Vec<MemberId>) {
        let members = members(voters);
        (self.open(Self::asked(&members), None).unwrap(), members)
    }

    /// What a member's paper says.
    pub(crate) fn sheet(&self, id: BallotId, member: MemberId) -> Result<Sheet, Problem> {
        self.desk.read_now(move |txn| Ok(crate::paper(txn, id, member)?.sheet))
    }

    /// A paper of a member, filled in.
    pub(crate) fn filled(&self, id: BallotId, member: MemberId, chosen: &[usize]) -> Cast {
        let Sheet::Blank { code, mark } = self.sheet(id, member).unwrap() else { panic!("no blank paper") };
        Cast { code, mark, chosen: chosen.to_vec() }
    }

    pub(crate) fn cast(&self, id: BallotId, member: MemberId, cast: &Cast) -> Result<(), Problem> {
        let cast = cast.clone();
        self.desk.write_now(move |txn| crate::cast(txn, id, member, &cast))
    }

    /// A member votes; answers his code.
    pub(crate) fn vote(&self, id: BallotId, member: MemberId, chosen: &[usize]) -> String {
        let filled = self.filled(id, member, chosen);
        self.cast(id, member, &filled).unwrap();
        filled.code
    }

    pub(crate) fn close(&self, id: BallotId) -> Result<(), Problem> {
        self.desk.write_now(move |txn| crate::close(txn, &Actor::System, id))
    }

    /// Closes a vote and does every job that comes of it.
    pub(crate) fn count(&self, id: BallotId) -> Outcome {
        self.close(id).unwrap();
        self.work();
        self.outcome(id)
    }

    pub(crate) fn abandon(&self, id: BallotId) -> Result<(), Problem> {
        let ballots = self.ballots.clone();
        self.desk.write_now(move |txn| ballots.abandon(txn, &Actor::System, id))
    }

    pub(crate) fn outcome(&self, id: BallotId) -> Outcome {
        self.desk.read_now(move |txn| crate::outcome(txn, id)).unwrap()
    }

    pub(crate) fn standing(&self, id: BallotId) -> Standing {
        self.desk.read_now(move |txn| crate::standing(txn, id)).unwrap()
    }

    pub(crate) fn voted(&self, id: BallotId, member: MemberId) -> Option<bool> {
        self.desk.read_now(move |txn| crate::voted(txn, id, member)).unwrap()
    }

    /// Does every job that is due.
    pub(crate) fn work(&self) {
        self.handlers.drain(&self.desk).unwrap();
    }

    /// Does the jobs that are due now and those that are tried again, until the last attempt.
    pub(crate) fn work_to_the_last(&self) {
        for _ in 0..=ejia_jobs::MAX_ATTEMPTS {
            self.work();
            self.wait(Duration::from_mins(11));
        }
    }

    /// Time passes.
    pub(crate) fn wait(&self, time: Duration) {
        let clock = self.desk.clock();
        clock.set(clock.now().plus(time));
    }

    /// Of which ends the caller was told.
    pub(crate) fn told(&self) -> Vec<BallotId> {
        self.told.lock().unwrap().clone()
    }

    /// How many key files there are.
    pub(crate) fn key_files(&self) -> usize {
        self.drawer.files.lock().unwrap().len()
    }

    /// Takes all key files away.
    pub(crate) fn lose_keys(&self) -> BTreeMap<FileKey, Vec<u8>> {
        std::mem::take(&mut *self.drawer.files.lock().unwrap())
    }

    pub(crate) fn lay_keys(&self, keys: BTreeMap<FileKey, Vec<u8>>) {
        *self.drawer.files.lock().unwrap() = keys;
    }

    /// Whether the store of keys can be had.
    pub(crate) fn keys_are_away(&self, away: bool) {
        self.drawer.away.store(away, Ordering::SeqCst);
    }

    /// Somebody writes into the database.
    pub(crate) fn meddle(&self, sql: &'static str, id: BallotId) -> u64 {
        self.desk.write_now(move |txn| Ok(txn.execute(sql, &args![id])?)).unwrap()
    }

    /// What is counted by this.
    pub(crate) fn number(&self, sql: &'static str) -> i64 {
        self.desk.read_now(move |txn| Ok(txn.one(sql, &[], |row| row.get(0))?)).unwrap()
    }
}

/// So many members.
pub(crate) fn members(many: usize) -> Vec<MemberId> {
    (0..many).map(|_| MemberId::new(Instant::from_ms(1_773_968_400_000))).collect()
}

/// The codes of a problem's fields, or its own.
pub(crate) fn why(problem: &Problem) -> String {
    match problem.fields.as_slice() {
        [] => problem.code.to_owned(),
        fields => fields.iter().map(|field| field.code).collect::<Vec<_>>().join(" "),
    }
}
