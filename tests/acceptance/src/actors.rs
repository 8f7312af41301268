//! People of the invented city who are already inside, for tests that are not about the door.

use ejia_access::{Account, Hash};
use ejia_db::args;
use ejia_kernel::{AdministratorId, MemberId, OrganizationKind, Phone};

use crate::browser::Browser;
use crate::house::House;

/// The password that people of these tests have set for themselves.
pub const OWN_PASSWORD: &str = "Ludao2026";

impl House {
    /// A member's browser, logged in.
    ///
    /// # Panics
    /// When no session can be opened.
    pub fn inside_as_member(&self, member: MemberId) -> Browser {
        self.inside(Account::Member(member), "ejia_member")
    }

    /// The browser of a member's phone, logged in.
    ///
    /// # Panics
    /// When no session can be opened.
    pub fn inside_on_phone(&self, member: MemberId) -> Browser {
        self.own_password(Account::Member(member));
        let opened = self.desk().write_now(move |txn| ejia_access::open_phone_session(txn, member));
        self.bearing("ejia_phone", &opened.unwrap_or_else(|problem| panic!("{problem:?}")))
    }

    /// An administrator's browser, logged in.
    ///
    /// # Panics
    /// When no session can be opened.
    pub fn inside_as_administrator(&self, administrator: AdministratorId) -> Browser {
        self.inside(Account::Administrator(administrator), "ejia_office")
    }

    /// The browser of the administrator of an organization, logged in.
    ///
    /// # Panics
    /// When there is none.
    pub fn inside_as_officer_of(&self, organization_code: &str) -> Browser {
        self.inside_as_administrator(self.administrator_of(organization_code))
    }

    /// The browser of the administrator of the first organization of this kind, logged in.
    ///
    /// # Panics
    /// When the city has none.
    pub fn inside_as(&self, kind: OrganizationKind) -> Browser {
        let organization = self.city().organizations().iter().find(|one| one.kind == kind);
        let organization = organization.unwrap_or_else(|| panic!("no {kind:?} in the city"));
        self.inside_as_officer_of(organization.code())
    }

    /// The browser of somebody from outside who has proven that this phone is his.
    ///
    /// # Panics
    /// When it is no phone, or no session can be opened.
    pub fn inside_as_applicant(&self, phone: &str) -> Browser {
        let phone = Phone::parse(phone).unwrap_or_else(|fault| panic!("{fault:?}"));
        let opened = self.desk().write_now(move |txn| {
            let id = ejia_access::admit_applicant(txn, &phone)?;
            ejia_access::open_session(txn, Account::Applicant(id))
        });
        self.bearing("ejia_applicant", &opened.unwrap_or_else(|problem| panic!("{problem:?}")))
    }

    /// The first administrator of an organization.
    ///
    /// # Panics
    /// When there is none.
    pub fn administrator_of(&self, organization_code: &str) -> AdministratorId {
        let code = organization_code.to_owned();
        self.look(
            "SELECT a.id FROM administrator a JOIN organization o ON o.id = a.organization_id
             WHERE o.code = $1 AND a.removed_at IS NULL ORDER BY a.seat LIMIT 1",
            &[code.into()],
        )
    }

    /// The member with this ID-card number.
    ///
    /// # Panics
    /// When there is none.
    pub fn member(&self, id_card: &str) -> MemberId {
        let number = ejia_kernel::IdCardNumber::parse(id_card).unwrap_or_else(|fault| panic!("{fault:?}"));
        let found = self.desk().read_now(move |txn| ejia_directory::member_by_id_card(txn, &number));
        found.unwrap_or_else(|problem| panic!("{problem:?}")).unwrap_or_else(|| panic!("no such member")).id
    }

    /// One value out of the database.
    ///
    /// # Panics
    /// When there is none.
    pub fn look<T: ejia_db::FromValue + Send + 'static>(&self, sql: &'static str, values: &[ejia_db::Value]) -> T {
        let values = values.to_vec();
        self.desk()
            .read_now(move |txn| Ok(txn.one(sql, &values, |row| row.get(0))?))
            .unwrap_or_else(|problem| panic!("{sql}: {problem:?}"))
    }

    /// Counts rows.
    ///
    /// # Panics
    /// When it cannot.
    pub fn count(&self, sql: &'static str) -> i64 {
        self.look(sql, &args![])
    }

    fn inside(&self, account: Account, cookie: &str) -> Browser {
        self.own_password(account);
        let opened = self.desk().write_now(move |txn| ejia_access::open_session(txn, account));
        self.bearing(cookie, &opened.unwrap_or_else(|problem| panic!("{problem:?}")))
    }

    /// Has its first login behind it.
    fn own_password(&self, account: Account) {
        let set = self.desk().write_now(move |txn| {
            if ejia_access::first_password_stands(txn, account)? {
                ejia_access::set_password(txn, account, &Hash::of(OWN_PASSWORD)?)?;
            }
            Ok(())
        });
        set.unwrap_or_else(|problem| panic!("{problem:?}"));
    }

    fn bearing(&self, cookie: &str, token: &str) -> Browser {
        let mut browser = self.visitor();
        browser.set_cookie(cookie, token);
        browser
    }
}
