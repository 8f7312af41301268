//! A house with two banks, a purpose that settles each subject once, and what can be asked of its books.

use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, Migration, TestDatabase, Txn, args};
use ejia_directory::{NewOrganization, OrganizationCard};
use ejia_jobs::Handlers;
use ejia_kernel::{
    AdministratorId, Date, Fen, Instant, MemberId, OrderId, OrganizationCode, OrganizationId, OrganizationKind,
    OrganizationPath, Problem, SessionId,
};
use ejia_web::Officer;

use super::bank::Bank;
use crate::{
    Cashier, Channel, ChannelKind, HowLearned, LineVerdict, NewOrder, Notice, Order, Paid, Payer, Purpose, SettledOrder,
};

const SUBJECTS: &[Migration] =
    &[Migration { name: "test.001", sql: "CREATE TABLE test_subject (subject TEXT PRIMARY KEY, order_id TEXT)" }];

pub(super) const GROUPS: &[&[Migration]] =
    &[ejia_jobs::MIGRATIONS, ejia_audit::MIGRATIONS, ejia_directory::MIGRATIONS, crate::MIGRATIONS, SUBJECTS];

pub(super) fn on_both(test: impl Fn(&Desk)) {
    TestDatabase::both(GROUPS, test);
}

/// Each subject is settled once; what comes for it afterwards goes back.
fn settle_once(txn: &mut Txn<'_>, order: &SettledOrder) -> Result<Vec<LineVerdict>, Problem> {
    let mut verdicts = Vec::new();
    for line in &order.lines {
        let settled = txn.execute(
            "INSERT INTO test_subject (subject, order_id) VALUES ($1, $2) ON CONFLICT (subject) DO NOTHING",
            &args![&line.subject, order.id],
        )?;
        verdicts.push(if settled == 1 { LineVerdict::Settled } else { LineVerdict::GiveBack("test.paid_already") });
    }
    Ok(verdicts)
}

pub(super) struct House {
    pub(super) desk: Desk,
    pub(super) alipay: Arc<Bank>,
    pub(super) ccb: Arc<Bank>,
    pub(super) cashier: Cashier,
    pub(super) branch: OrganizationId,
    pub(super) other: OrganizationId,
}

impl House {
    pub(super) fn on(desk: &Desk) -> Self {
        let (alipay, ccb) = (Bank::new(ChannelKind::Alipay, desk.clock()), Bank::new(ChannelKind::Ccb, desk.clock()));
        let channels: Vec<Arc<dyn Channel>> = vec![alipay.clone(), ccb.clone()];
        let cashier = Cashier::new(channels, vec![Purpose { name: "test", settle: settle_once }]);
        let (branch, other) = (OrganizationId::new(desk.now()), OrganizationId::new(desk.now()));
        Self { desk: desk.clone(), alipay, ccb, cashier, branch, other }
    }

    pub(super) fn bank(&self, kind: ChannelKind) -> &Arc<Bank> {
        if kind == ChannelKind::Ccb { &self.ccb } else { &self.alipay }
    }

    pub(super) fn new_order(&self, kind: ChannelKind, lines: &[(&str, i64)]) -> NewOrder {
        let payer = Payer::Member(MemberId::new(self.desk.now()), "林小红".to_owned());
        let organizations = [self.branch, self.other];
        let lines = lines.iter().zip(organizations.iter().cycle());
        let lines = lines.map(|((subject, fen), id)| ((*subject).to_owned(), *id, Fen::new(*fen))).collect();
        NewOrder { purpose: "test", channel: kind, payer, lines, remark: String::new() }
    }

    pub(super) fn open(&self, kind: ChannelKind, lines: &[(&str, i64)]) -> Order {
        let (cashier, new) = (self.cashier.clone(), self.new_order(kind, lines));
        self.desk.write_now(move |txn| cashier.open(txn, &new)).unwrap()
    }

    pub(super) fn order(&self, id: OrderId) -> Order {
        self.desk.read_now(move |txn| crate::order(txn, id)).unwrap().unwrap()
    }

    pub(super) fn tell(&self, kind: ChannelKind, notice: Notice) {
        let cashier = self.cashier.clone();
        self.desk.write_now(move |txn| cashier.take(txn, kind, HowLearned::Notified, &notice)).unwrap();
    }

    pub(super) fn told(&self, kind: ChannelKind, paid: &Paid) {
        self.tell(kind, Notice::Paid(paid.clone()));
    }

    pub(super) fn turn(&self) {
        crate::handlers(Handlers::new(), &self.cashier).drain(&self.desk).unwrap();
    }

    /// Turns of the worker, so many minutes apart.
    pub(super) fn turns(&self, count: usize, minutes: u64) {
        for _ in 0..count {
            self.wait(minutes);
            self.turn();
        }
    }

    pub(super) fn wait(&self, minutes: u64) {
        self.desk.clock().set(self.desk.now().plus(Duration::from_mins(minutes)));
    }

    /// Sets the clock to an hour of a day and lets everything run.
    pub(super) fn at(&self, date: &str, hour: u64) {
        let day: Date = date.parse().unwrap();
        self.desk.clock().set(Instant::start_of(day).plus(Duration::from_hours(hour)));
        self.turn();
    }

    pub(super) fn number(&self, sql: &'static str) -> i64 {
        self.desk.read_now(move |txn| Ok(txn.one(sql, &[], |row| row.get(0))?)).unwrap()
    }

    pub(super) fn words(&self, sql: &'static str) -> Vec<String> {
        self.desk.read_now(move |txn| Ok(txn.query(sql, &[], |row| row.get(0))?)).unwrap()
    }

    /// The balance (debit less credit) of an account.
    pub(super) fn balance(&self, account: &'static str) -> i64 {
        self.desk
            .read_now(move |txn| {
                let sql =
                    "SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM payment_journal WHERE account = $1";
                Ok(txn.one(sql, &args![account], |row| row.get(0))?)
            })
            .unwrap()
    }

    pub(super) fn out_of_balance(&self) -> i64 {
        self.number("SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM payment_journal")
    }

    // What is made in one instant has no order: these lists are sorted by their words.
    pub(super) fn reasons(&self) -> Vec<String> {
        self.words("SELECT reason FROM payment_refund ORDER BY reason")
    }

    pub(super) fn refund_states(&self) -> Vec<String> {
        self.words("SELECT state FROM payment_refund ORDER BY state")
    }

    pub(super) fn events(&self) -> Vec<String> {
        self.words("SELECT kind FROM payment_event ORDER BY kind")
    }

    pub(super) fn differences(&self) -> Vec<String> {
        self.words("SELECT about || ' ' || kind || ' ' || state FROM payment_difference ORDER BY about, kind, state")
    }

    /// The city committee, with the branch under it, and an officer of each.
    pub(super) fn officers(&self) -> (Officer, Officer) {
        let (city, branch) = (OrganizationId::new(self.desk.now()), self.branch);
        let card = |code: &str, name: &str, kind| OrganizationCard {
            code: OrganizationCode::parse(code).unwrap(),
            name: name.to_owned(),
            kind,
            work_unit: String::new(),
            secretary: String::new(),
            contact: String::new(),
            contact_phone: None,
            founded_on: None,
            term_ends_on: None,
        };
        let over = card("350200000001", "市委", OrganizationKind::CityCommittee);
        let under = card("350200000002", "第一党支部", OrganizationKind::Branch);
        let organizations = [
            NewOrganization { id: city, parent_id: None, level: Some(1), card: over },
            NewOrganization { id: branch, parent_id: Some(city), level: None, card: under },
        ];
        let paths = self.desk.write_now(move |txn| ejia_directory::insert_organizations(txn, &organizations)).unwrap();
        let officer = |id, kind, path: &OrganizationPath| {
            let now = self.desk.now();
            Officer::admitted(AdministratorId::new(now), id, "组织", kind, path.clone(), "王芳", SessionId::new(now))
        };
        (
            officer(city, OrganizationKind::CityCommittee, &paths[0]),
            officer(branch, OrganizationKind::Branch, &paths[1]),
        )
    }
}
