//! A small city, the people in it, and what they do at the doors.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ejia_db::{Desk, Migration, TestDatabase, args};
use ejia_directory::{NewAdministrator, NewMember, NewOrganization, OrganizationCard, Seat, sample_record};
use ejia_jobs::Handlers;
use ejia_kernel::{
    AdministratorId, IdCardNumber, Instant, MemberId, OrganizationCode, OrganizationId, OrganizationKind, PersonName,
    Phone, Problem,
};
use ejia_messages::{Carrier, CarryFault, Delivery, Outgoing, Receipt};
use ejia_web::{Doorkeeper, Member, Officer};

use crate::model::{Account, Came, Side};
use crate::operations::log_in::{Awaited, Beside, Step};
use crate::operations::{Ended, knock, log_in};
use crate::passwords::Hash;
use crate::{SessionDoor, operations};

pub(super) const GROUPS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    crate::MIGRATIONS,
];

pub(super) const CITY: &str = "350200000000";
pub(super) const COMMITTEE: &str = "350200000001";
pub(super) const OTHER_COMMITTEE: &str = "350200000002";
pub(super) const BRANCH: &str = "350200000011";
pub(super) const SIBLING: &str = "350200000012";
const TREE: [(&str, Option<&str>, OrganizationKind); 5] = [
    (CITY, None, OrganizationKind::CityCommittee),
    (COMMITTEE, Some(CITY), OrganizationKind::Committee),
    (OTHER_COMMITTEE, Some(CITY), OrganizationKind::Committee),
    (BRANCH, Some(COMMITTEE), OrganizationKind::Branch),
    (SIBLING, Some(COMMITTEE), OrganizationKind::Branch),
];

pub(super) const CHEN: &str = "13800138003";
pub(super) const CHEN_ID: &str = "350203198405060017";
pub(super) const HOME: &str = "10.0.0.1";

/// A city on a desk.
pub(super) struct City {
    pub(super) desk: Desk,
    pub(super) keeper: Arc<SessionDoor>,
    post: Arc<Post>,
    handlers: Handlers,
    pub(super) chen: MemberId,
    pub(super) lin: MemberId,
}

/// Keeps every letter it is given.
#[derive(Default)]
struct Post(Mutex<Vec<Outgoing>>);

impl Carrier for Post {
    fn company(&self) -> &'static str {
        "post"
    }

    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault> {
        self.0.lock().unwrap().push(letter.clone());
        Ok(Receipt { number: letter.id.to_string() })
    }

    fn delivery(&self, _: &Outgoing, _: Option<&str>, _: Instant) -> Result<Delivery, CarryFault> {
        Ok(Delivery::Delivered)
    }
}

/// Runs a test in a city on each database.
pub(super) fn both(test: impl Fn(&City)) {
    TestDatabase::both(GROUPS, |desk| test(&City::build(desk)));
}

pub(super) fn phone_of(code: &str) -> String {
    format!("1390000{}", code.chars().skip(8).collect::<String>())
}

impl City {
    fn build(desk: &Desk) -> Self {
        let now = desk.now();
        let ids: Vec<(&str, OrganizationId)> =
            TREE.iter().map(|(code, ..)| (*code, OrganizationId::new(now))).collect();
        let id_of = move |code: &str| ids.iter().find(|(known, _)| *known == code).map(|(_, id)| *id).unwrap();
        let (chen, lin) = (MemberId::new(now), MemberId::new(now));
        desk.write_now(move |txn| {
            for (code, parent, kind) in TREE {
                let card = OrganizationCard {
                    code: OrganizationCode::parse(code).unwrap(),
                    name: format!("第{}{}", &code[10..], kind.label()),
                    kind,
                    work_unit: String::new(),
                    secretary: String::new(),
                    contact: String::new(),
                    contact_phone: None,
                    founded_on: None,
                    term_ends_on: None,
                };
                let new = NewOrganization { id: id_of(code), parent_id: parent.map(&id_of), level: None, card };
                let paths = ejia_directory::insert_organizations(txn, &[new])?;
                let administrator = NewAdministrator {
                    id: AdministratorId::new(now),
                    organization_id: id_of(code),
                    seat: Seat::First,
                    user_name: None,
                    name: format!("管{}", &code[10..]),
                    phone: Phone::parse(&phone_of(code)).ok(),
                };
                ejia_directory::insert_administrator(txn, &administrator)?;
                if code == BRANCH {
                    let member = |id, number: &str, name: &str, phone: &str| {
                        let mut record = sample_record();
                        record.id_card = IdCardNumber::complete(number).unwrap();
                        record.name = PersonName::parse(name).unwrap();
                        record.phone = Phone::parse(phone).ok();
                        NewMember { id, organization_id: id_of(code), path: paths[0].clone(), record }
                    };
                    let people = [
                        member(chen, "35020319840506001", "陈建国", CHEN),
                        member(lin, "35020319840506002", "林秀英", ""),
                    ];
                    ejia_directory::insert_members(txn, &people)?;
                }
            }
            Ok(())
        })
        .unwrap();
        let post = Arc::new(Post::default());
        let handlers = ejia_messages::handlers(Handlers::new(), Arc::clone(&post) as Arc<dyn Carrier>);
        Self { desk: desk.clone(), keeper: Arc::new(SessionDoor::new(desk)), post, handlers, chen, lin }
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.desk.clock().set(self.desk.now().plus(Duration::from_secs(seconds)));
    }

    /// Every letter to a phone so far, the code of the last one last.
    pub(super) fn letters(&self, phone: &str) -> Vec<Outgoing> {
        self.handlers.drain(&self.desk).unwrap();
        let letters = self.post.0.lock().unwrap();
        letters.iter().filter(|letter| letter.to.expose() == phone).cloned().collect()
    }

    /// The code that last went to a phone.
    pub(super) fn code(&self, phone: &str) -> String {
        let letter = self.letters(phone).pop().unwrap();
        letter.params.iter().find(|(name, _)| name == "code").map(|(_, code)| code.clone()).unwrap()
    }

    pub(super) fn wrong_code(&self, phone: &str) -> String {
        let code: u32 = self.code(phone).parse().unwrap();
        format!("{:06}", (code + 1) % 1_000_000)
    }

    /// What happens when somebody types login and password at 【党员登录】.
    pub(super) fn member_login(&self, login: &str, password: &str) -> Result<Step, Problem> {
        self.try_login(Side::Member, login, password, "", HOME)
    }

    /// What happens when somebody types all there is at 【党组织登录】.
    pub(super) fn office_login(&self, login: &str, password: &str, code: &str) -> Result<Step, Problem> {
        self.try_login(Side::Office, login, password, code, HOME)
    }

    pub(super) fn try_login(
        &self,
        side: Side,
        login: &str,
        password: &str,
        code: &str,
        address: &str,
    ) -> Result<Step, Problem> {
        let (login, address) = (login.to_owned(), address.to_owned());
        let beside = Beside { code: code.to_owned(), wants_code: false };
        let knocked = self.desk.write_now(move |txn| knock::knock(txn, side, &login, &address))?;
        let right = knocked.secret().opens(password);
        self.desk
            .write_now(move |txn| match side {
                Side::Member => log_in::member(txn, &knocked, right, &Came::default()),
                Side::Office => log_in::officer(txn, &knocked, right, &beside, &Came::default()),
            })?
            .answer()
    }

    /// Sets an account's own password, as after a first login.
    pub(super) fn settled(&self, account: Account, password: &str) {
        let hash = Hash::of(password).unwrap();
        self.desk.write_now(move |txn| crate::set_password(txn, account, &hash)).unwrap();
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut ejia_db::Txn<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.desk.write_now(work)
    }

    pub(super) fn id_card(&self, member: MemberId) -> String {
        let found = self.desk.read_now(move |txn| ejia_directory::load(txn, member)).unwrap();
        found.unwrap().record.id_card.expose().to_owned()
    }

    pub(super) fn organization(&self, code: &str) -> OrganizationId {
        let code = code.to_owned();
        self.desk.read_now(move |txn| Ok(ejia_directory::tree(txn)?.by_code(&code).unwrap().id)).unwrap()
    }

    pub(super) fn administrator(&self, login: &str) -> AdministratorId {
        let login = login.to_owned();
        let found = self.desk.read_now(move |txn| ejia_directory::administrator_by_login(txn, &login)).unwrap();
        found.unwrap().id
    }

    /// An officer inside, by organization code or user name.
    pub(super) fn officer(&self, login: &str) -> Officer {
        let account = Account::Administrator(self.administrator(login));
        let token = self.write(move |txn| operations::sessions::open_session(txn, account)).unwrap();
        self.officer_of(&token).unwrap()
    }

    pub(super) fn officer_of(&self, token: &str) -> Option<Officer> {
        let (keeper, token) = (Arc::clone(&self.keeper), token.to_owned());
        self.desk.read_now(move |txn| keeper.officer(txn, &token)).unwrap()
    }

    pub(super) fn member_of(&self, token: &str) -> Option<Member> {
        let (keeper, token) = (Arc::clone(&self.keeper), token.to_owned());
        self.desk.read_now(move |txn| keeper.member(txn, &token)).unwrap()
    }

    pub(super) fn actions(&self) -> Vec<String> {
        self.desk
            .read_now(
                |txn| Ok(txn.query("SELECT action FROM audit_entry ORDER BY at, id", &args![], |row| row.get(0))?),
            )
            .unwrap()
    }
}

pub(super) fn token(step: Result<Step, Problem>) -> String {
    match step {
        Ok(Step::In(token)) => token,
        other => panic!("not inside: {other:?}"),
    }
}

pub(super) fn awaited(step: Result<Step, Problem>) -> Awaited {
    match step {
        Ok(Step::Code(awaited) | Step::Factor(awaited) | Step::NewPassword(awaited)) => awaited,
        other => panic!("no further step: {other:?}"),
    }
}

pub(super) fn field<T: std::fmt::Debug>(answer: Result<T, Problem>) -> (String, &'static str) {
    let problem = answer.unwrap_err();
    let field = problem.fields.first().unwrap_or_else(|| panic!("no field: {problem:?}"));
    (field.field.clone(), field.code)
}

pub(super) fn ended<T>(answer: Result<Ended<T>, Problem>) -> Result<T, Problem> {
    answer?.answer()
}
