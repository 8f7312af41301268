//! A member between two branches, and everybody who has a say in it: for tests about transfers.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

use ejia_kernel::{IdCardNumber, OrganizationId, OrganizationKind};

use crate::browser::Browser;
use crate::dues::Person;
use crate::form::Form;
use crate::house::House;
use crate::page::Page;

/// The branch out of the city that a member goes to.
pub const THERE: &str = "中共福州市鼓楼区东街街道第一支部委员会";

/// A branch with the organizations above it that have a say.
#[derive(Debug, Clone)]
pub struct Place {
    /// The branch's code.
    pub branch: String,
    /// Its name.
    pub name: String,
    /// Its work unit.
    pub unit: String,
    /// The general branch above it, if there is one.
    pub general: Option<String>,
    /// The committee above it.
    pub committee: String,
    /// The committee's name.
    pub committee_name: String,
}

/// A member, where he is, and two places where he may go.
#[derive(Debug, Clone)]
pub struct Move {
    /// Who.
    pub person: Person,
    /// A branch under a general branch.
    pub from: Place,
    /// Another branch of the same committee.
    pub near: Place,
    /// A branch of another committee.
    pub far: Place,
}

impl House {
    /// Every branch of the city, with what stands above it.
    ///
    /// # Panics
    /// When the city has branches without a committee.
    pub fn places(&self) -> Vec<Place> {
        self.desk()
            .read_now(|txn| {
                let tree = ejia_directory::tree(txn)?;
                let branches = tree.all().iter().filter(|node| node.kind == OrganizationKind::Branch);
                Ok(branches
                    .map(|branch| {
                        let above = |kind| {
                            let way = tree.way(&branch.path);
                            way.into_iter().rev().find(|node| node.kind == kind).cloned()
                        };
                        let committee = above(OrganizationKind::Committee).expect("a committee above");
                        Place {
                            branch: branch.code.to_string(),
                            name: branch.name.clone(),
                            unit: branch.work_unit.clone(),
                            general: above(OrganizationKind::GeneralBranch).map(|node| node.code.to_string()),
                            committee: committee.code.to_string(),
                            committee_name: committee.name,
                        }
                    })
                    .collect())
            })
            .expect("the tree can be read")
    }

    /// A member of a branch that lies under a general branch, with two places to go to.
    ///
    /// # Panics
    /// When the city has no such.
    pub fn a_move(&self) -> Move {
        let places = self.places();
        let from = places.iter().find(|place| place.general.is_some() && self.persons_of(&place.branch).len() > 3);
        let from = from.expect("a branch under a general branch");
        let elsewhere = |fits: &dyn Fn(&&Place) -> bool| places.iter().find(fits).expect("another branch").clone();
        Move {
            person: self.persons_of(&from.branch).swap_remove(0),
            near: elsewhere(&|place| place.committee == from.committee && place.branch != from.branch),
            far: elsewhere(&|place| place.committee != from.committee && place.general.is_some()),
            from: from.clone(),
        }
    }

    /// The branch a member stands in now.
    pub fn branch_of(&self, person: &Person) -> String {
        self.look(
            "SELECT o.code FROM member m JOIN organization o ON o.id = m.organization_id WHERE m.id = $1",
            &[person.id.into()],
        )
    }

    /// Closes an organization, as the tree would be written by whoever does.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn close(&self, code: &str) {
        let (code, version) = (code.to_owned(), OrganizationId::random().to_string());
        self.desk()
            .write_now(move |txn| {
                let now = txn.now();
                let values = [ejia_db::Value::from(now), code.as_str().into()];
                txn.execute("UPDATE organization SET closed_at = $1 WHERE code = $2", &values)?;
                txn.execute("UPDATE tree_version SET version = $1 WHERE id = 1", &[version.as_str().into()])?;
                Ok(())
            })
            .expect("it is closed");
    }

    /// The phone of an organization's first administrator.
    ///
    /// # Panics
    /// When he has none.
    pub fn administrator_phone(&self, code: &str) -> String {
        let id = self.administrator_of(code);
        let found = self.desk().read_now(move |txn| ejia_directory::administrator(txn, id)).expect("it can be read");
        found.and_then(|administrator| administrator.phone).expect("he has a phone").expose().to_owned()
    }

    /// The address at which anyone checks the letter that was issued last.
    pub fn letter_check(&self) -> String {
        let token: String =
            self.look("SELECT check_token FROM transfer_letter ORDER BY issued_at DESC, id DESC LIMIT 1", &[]);
        format!("/letters/{token}")
    }

    /// A photo as a phone would send it.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn a_photo(&self) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(320, 240, image::Rgb([90, 120, 160]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture");
        bytes.into_inner()
    }

    /// The member applies for a transfer inside the city, by the manual's words.
    ///
    /// # Panics
    /// When it is refused.
    pub fn apply_within(&self, person: &Person, to: &Place) -> Browser {
        let mut member = self.inside_as_member(person.id);
        member.open("/member/record");
        member.click("【组织关系转移】");
        member.click("【我要转移组织关系】");
        member.click("【平台内】");
        let form = member.form("提交申请").fill("拟转入党支部", &to.name).fill("转出原因", "工作调动");
        assert!(member.submit(&form).says("申请已提交"), "{}", member.page().text());
        member
    }

    /// An organization does what awaits it under this heading of 【组织关系接转】, by the word of the row and of the button.
    pub fn handle(&self, organization: &str, room: &str, list: &str, row: &str, button: &str) -> Browser {
        let mut officer = self.inside_as_officer_of(organization);
        officer.open("/office");
        officer.click("【组织关系接转】");
        officer.click(room);
        officer.click(list);
        officer.click(row);
        officer.click(button);
        officer
    }

    /// An organization of the side that is left reviews.
    ///
    /// # Panics
    /// When it is refused.
    pub fn review(&self, organization: &str) -> Browser {
        let officer = self.handle(organization, "【转出办理】", "待审核", "【审核】", "审核通过");
        assert!(officer.page().says("审核通过"), "{}", officer.page().text());
        officer
    }
}

impl House {
    /// The member applies out of the city, everybody up to the committee reviews, and the letter is made; answers his
    /// browser and the committee's.
    ///
    /// # Panics
    /// When it is refused.
    pub fn issued(&self, scene: &Move) -> (Browser, Browser) {
        let mut member = self.inside_as_member(scene.person.id);
        member.open("/member/record");
        member.click("【组织关系转移】");
        member.click("【我要转移组织关系】");
        member.click("【平台外】");
        let form = member.form("提交申请").fill("介绍信接受地党组织", "中共福州市鼓楼区委组织部");
        let form = form.fill("拟转入党组织", THERE).fill("拟转入单位", "东街街道办事处").fill("转出原因", "工作调动");
        assert!(member.submit(&form).says("申请已提交"), "{}", member.page().text());
        self.review(&scene.from.branch);
        self.review(scene.from.general.as_deref().expect("under a general branch"));
        let mut committee = self.review(&scene.from.committee);
        assert_eq!(committee.page().heading(), "开具介绍信", "{}", committee.page().text());
        committee.click("【开具介绍信】");
        self.work();
        (member, committee)
    }
}

/// An ID-card number that nobody in the city bears.
///
/// # Panics
/// Never.
pub fn outsiders_id_card() -> String {
    IdCardNumber::complete("35010219880808123").expect("17 digits make a number").expose().to_owned()
}

impl Browser {
    /// On 【添加申请】: the form of somebody from outside who wants to this place, filled in.
    pub fn application_to(&self, place: &Place) -> Form {
        let form = self.form("提交申请").fill("姓名", "欧阳·𬱖㛃").fill("公民身份证号", &outsiders_id_card());
        let form = form.fill("民族", "汉族").fill("人员类别", "正式党员").fill("加入党组织日期", "2010-07-01");
        let form = form.fill("转为正式党员日期", "2011-07-01").fill("原党组织", THERE);
        let form = form.fill("拟转入党委", &place.committee_name).fill("拟转入党支部", &place.name);
        form.fill("拟转入单位", &place.unit).fill("转入原因", "工作调动")
    }
}

/// What a page of a transfer says of its course: each act with whoever did it, in order.
pub fn course(page: &Page) -> Vec<String> {
    let steps = page.root().matching(|e| e.name == "li" && e.attribute("class").is_some());
    steps.iter().map(|step| step.text().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
