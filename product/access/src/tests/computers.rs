//! Computers of the encrypted channel: enrolled, told apart, renewed, shut out; authorities that follow one another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ejia_kernel::{Instant, Problem};
use ejia_web::{Doorkeeper, Officer, Way};

use super::city::{BRANCH, CITY, COMMITTEE, City, HOME, OTHER_COMMITTEE, both, phone_of};
use crate::channel::{AuthorityKeys, Certificates, ComputerOrder};
use crate::model::{Account, Came, Side};
use crate::operations::log_in::{Beside, Step, officer};
use crate::operations::{authorities, computers, knock};
use crate::passwords::Hash;
use crate::{SessionDoor, computer_reminders, computer_stands};

const OWN: &str = "Gulangyu2026";
const DAYS: u64 = 24 * 3600;

/// Makes certificates of plain words.
struct Stamps(AtomicU64);

impl Certificates for Stamps {
    fn authority(&self, name: &str, _: Instant, _: Instant) -> Result<AuthorityKeys, Problem> {
        Ok(AuthorityKeys { certificate: name.as_bytes().to_vec(), key: b"key".to_vec() })
    }

    fn serial(&self) -> Result<String, Problem> {
        Ok(format!("{:032x}", self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn computer_file(&self, order: &ComputerOrder) -> Result<Vec<u8>, Problem> {
        Ok(format!("{} {}", order.authorities.len(), order.password).into_bytes())
    }
}

/// A house with a channel in a city.
struct Street<'c> {
    city: &'c City,
    keeper: Arc<SessionDoor>,
    stamps: Arc<Stamps>,
}

impl<'c> Street<'c> {
    fn of(city: &'c City) -> Self {
        let keeper = Arc::new(SessionDoor::new(&city.desk).keeping_channel(true));
        Self { city, keeper, stamps: Arc::new(Stamps(AtomicU64::new(1))) }
    }

    /// The login of an administrator with his own password, over this way, and with the code where one is asked for.
    fn log_in(&self, login: &str, computer: Option<&str>) -> Result<Step, Problem> {
        let account = Account::Administrator(self.city.administrator(login));
        let hash = Hash::of(OWN).unwrap();
        self.city
            .write(move |txn| {
                if crate::first_password_stands(txn, account)? {
                    crate::set_password(txn, account, &hash)
                } else {
                    Ok(())
                }
            })
            .unwrap();
        let came = Came { channel: true, computer: computer.map(str::to_owned), ..Came::default() };
        match self.step(login, "", &came)? {
            Step::Code(_) => {
                let code = self.city.code(&phone_of(login));
                self.step(login, &code, &came)
            }
            step => Ok(step),
        }
    }

    fn step(&self, login: &str, code: &str, came: &Came) -> Result<Step, Problem> {
        self.city.pass(61);
        let (login, came) = (login.to_owned(), came.clone());
        let beside = Beside { code: code.to_owned(), wants_code: false };
        let knocked = self.city.write(move |txn| knock::knock(txn, Side::Office, &login, HOME))?;
        let right = knocked.secret().opens(OWN);
        self.city.write(move |txn| officer(txn, &knocked, right, &beside, &came))?.answer()
    }

    /// Enrols a computer after a login on the open side; answers its serial number and the token of its file.
    fn enrol(&self, login: &str) -> (String, String) {
        let Ok(Step::Computer(awaited)) = self.log_in(login, None) else { panic!("no enrolment for {login}") };
        let (pending, stamps) = (awaited.pending.clone(), Arc::clone(&self.stamps));
        let prepare = move |txn: &mut ejia_db::Txn<'_>| {
            computers::prepare_first(txn, stamps.as_ref(), &pending, " 办公室 电脑 ", false)
        };
        let prepared = self.city.write(prepare).unwrap();
        let (pending, serial) = (awaited.pending, prepared.order.serial.clone());
        let again = (pending.clone(), prepared.clone());
        let enrol = |(pending, prepared): (String, computers::Prepared)| {
            self.city.write(move |txn| computers::enrol(txn, &pending, &prepared, "办公室", b"file"))
        };
        let enrolled = enrol((pending, prepared)).unwrap();
        assert_eq!(enrolled.password.len(), 10);
        assert!(enrol(again).is_err(), "one computer for each login");
        (serial, enrolled.file)
    }

    /// A session over the channel from this computer.
    fn session(&self, login: &str, serial: &str) -> String {
        let Ok(Step::In(token)) = self.log_in(login, Some(serial)) else { panic!("{login} is not in") };
        token
    }

    fn officer(&self, token: &str, computer: Option<&str>) -> Result<Option<Officer>, Problem> {
        let way = computer.map_or(Way::Open, |serial| Way::Encrypted(serial.into()));
        let (keeper, token) = (Arc::clone(&self.keeper), token.to_owned());
        self.city.desk.read_now(move |txn| keeper.officer_over(txn, &token, &way))
    }

    fn inside(&self, login: &str, serial: &str) -> Officer {
        let token = self.session(login, serial);
        self.officer(&token, Some(serial)).unwrap().unwrap()
    }

    fn stands(&self, serial: &str) -> bool {
        let serial = serial.to_owned();
        self.city.desk.read_now(move |txn| computer_stands(txn, &serial)).unwrap()
    }

    fn file(&self, token: &str) -> Result<Vec<u8>, Problem> {
        let token = token.to_owned();
        self.city.desk.read_now(move |txn| computers::file(txn, &token))
    }

    fn revoke(&self, by: &Officer, serial: &str) -> Result<(), Problem> {
        let (by, serial) = (by.clone(), serial.to_owned());
        self.city.write(move |txn| computers::revoke(txn, &by, &serial).map(drop))
    }

    fn generations(&self) -> Vec<i64> {
        let stamps = Arc::clone(&self.stamps);
        let trust = self.city.write(move |txn| authorities::trust(txn, stamps.as_ref())).unwrap();
        trust.authorities.into_iter().map(|(generation, _)| generation).collect()
    }
}

#[test]
fn above_branch_level_the_open_side_leads_to_the_enrolment_alone() {
    both(|city| {
        let street = Street::of(city);
        for login in [CITY, COMMITTEE] {
            assert!(matches!(street.log_in(login, None), Ok(Step::Computer(_))), "{login}");
        }
        let Ok(Step::In(token)) = street.log_in(BRANCH, None) else { panic!("a branch goes straight in") };
        assert!(street.officer(&token, None).unwrap().is_some());
        // A session from before the channel was kept: the pages are not there.
        let account = Account::Administrator(city.administrator(COMMITTEE));
        let before = city.write(move |txn| crate::open_session(txn, account)).unwrap();
        assert_eq!(street.officer(&before, None).unwrap_err().code, "web.no_such_page");
    });
}

#[test]
fn a_session_counts_on_its_computer_and_nowhere_else() {
    both(|city| {
        let street = Street::of(city);
        let ((serial, _), (other, _)) = (street.enrol(COMMITTEE), street.enrol(COMMITTEE));
        let token = street.session(COMMITTEE, &serial);
        let inside = street.officer(&token, Some(&serial)).unwrap().unwrap();
        assert_eq!(inside.computer(), Some(serial.as_str()));
        assert!(street.officer(&token, Some(&other)).unwrap().is_none());
        assert!(street.officer(&token, Some("strange")).unwrap().is_none());
        assert_eq!(street.officer(&token, None).unwrap_err().code, "web.no_such_page");
        let Ok(Step::In(open)) = street.log_in(BRANCH, None) else { panic!("in") };
        assert!(street.officer(&open, Some(&serial)).unwrap().is_none(), "an open session is none over the channel");
    });
}

#[test]
fn a_certificate_lets_in_only_the_administrator_it_was_issued_to() {
    both(|city| {
        let street = Street::of(city);
        let (serial, _) = street.enrol(COMMITTEE);
        for login in [OTHER_COMMITTEE, BRANCH] {
            assert_eq!(street.log_in(login, Some(&serial)).unwrap_err().code, "access.computer_of_another");
        }
        assert!(city.actions().contains(&"access.strange_computer".to_owned()));
        assert!(matches!(street.log_in(COMMITTEE, Some(&serial)), Ok(Step::In(_))));
    });
}

#[test]
fn a_computer_shut_out_is_out_at_once() {
    both(|city| {
        let street = Street::of(city);
        let (serial, _) = street.enrol(COMMITTEE);
        let token = street.session(COMMITTEE, &serial);
        let superior = city.officer(CITY);
        for stranger in [city.officer(OTHER_COMMITTEE), city.officer(BRANCH)] {
            assert_eq!(street.revoke(&stranger, &serial).unwrap_err().code, "access.no_such_computer");
        }
        assert!(street.stands(&serial));
        street.revoke(&superior, &serial).unwrap();
        assert!(!street.stands(&serial));
        assert!(street.officer(&token, Some(&serial)).unwrap().is_none());
        assert!(street.log_in(COMMITTEE, Some(&serial)).is_err());
        let (own, _) = street.enrol(COMMITTEE);
        let oneself = street.inside(COMMITTEE, &own);
        street.revoke(&oneself, &own).unwrap();
        assert!(!street.stands(&own));
        let stamps = Arc::clone(&street.stamps);
        let trust = city.write(move |txn| authorities::trust(txn, stamps.as_ref())).unwrap();
        assert_eq!(trust.revoked.len(), 2);
    });
}

#[test]
fn a_file_waits_a_quarter_of_an_hour_and_not_after_the_first_login() {
    both(|city| {
        let street = Street::of(city);
        let ((serial, file), (_, late)) = (street.enrol(COMMITTEE), street.enrol(COMMITTEE));
        assert_eq!(street.file(&file).unwrap(), b"file");
        street.session(COMMITTEE, &serial);
        assert!(street.file(&file).is_err());
        assert!(street.file(&late).is_ok());
        city.pass(16 * 60);
        assert!(street.file(&late).is_err());
    });
}

#[test]
fn a_certificate_is_renewed_in_its_last_month_and_then_ends_with_the_first_login_by_the_new_one() {
    both(|city| {
        let street = Street::of(city);
        let (serial, _) = street.enrol(COMMITTEE);
        let reminded = |by: &Officer| {
            let by = by.clone();
            city.desk.read_now(move |txn| computer_reminders(txn, &by)).unwrap()[0].count
        };
        let prepare = |by: &Officer| {
            let (by, stamps) = (by.clone(), Arc::clone(&street.stamps));
            city.write(move |txn| computers::prepare_renewal(txn, stamps.as_ref(), &by, false))
        };
        let early = street.inside(COMMITTEE, &serial);
        assert_eq!(reminded(&early), 0);
        assert_eq!(prepare(&early).err().unwrap().code, "access.renewal_too_early");
        city.pass(340 * DAYS);
        let late = street.inside(COMMITTEE, &serial);
        assert_eq!(reminded(&late), 1);
        let prepared = prepare(&late).unwrap();
        let next = prepared.order.serial.clone();
        let by = late.clone();
        city.write(move |txn| computers::renew(txn, &by, &prepared, b"file")).unwrap();
        assert!(street.stands(&serial) && street.stands(&next));
        street.session(COMMITTEE, &next);
        assert!(!street.stands(&serial) && street.stands(&next));
        city.pass(366 * DAYS);
        assert!(!street.stands(&next), "run out");
    });
}

#[test]
fn authorities_follow_one_another_and_the_old_one_goes_with_its_last_computer() {
    both(|city| {
        let street = Street::of(city);
        let keep_up = || {
            let stamps = Arc::clone(&street.stamps);
            city.write(move |txn| authorities::keep_up(txn, stamps.as_ref())).unwrap();
        };
        keep_up();
        keep_up();
        assert_eq!(street.generations(), [1]);
        let (old, _) = street.enrol(COMMITTEE);
        let stamps = Arc::clone(&street.stamps);
        city.write(move |txn| authorities::rotate(txn, stamps.as_ref(), false)).unwrap();
        keep_up();
        assert_eq!(street.generations(), [1, 2]);
        assert!(street.stands(&old));
        street.revoke(&street.inside(COMMITTEE, &old), &old).unwrap();
        keep_up();
        assert_eq!(street.generations(), [2]);
        city.pass(9 * 365 * DAYS);
        keep_up();
        assert_eq!(street.generations(), [3], "the next one in time; the second has no computer");
    });
}

#[test]
fn a_key_that_a_stranger_knows_ends_every_computer() {
    both(|city| {
        let street = Street::of(city);
        let (one, _) = street.enrol(COMMITTEE);
        let stamps = Arc::clone(&street.stamps);
        city.write(move |txn| authorities::rotate(txn, stamps.as_ref(), true)).unwrap();
        assert!(!street.stands(&one));
        assert_eq!(street.generations(), [2]);
        let (two, _) = street.enrol(COMMITTEE);
        street.session(COMMITTEE, &two);
    });
}
