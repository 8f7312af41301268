//! A branch to which something of every kind belongs, for tests that try what everybody may do with it.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

use ejia_db::args;
use ejia_kernel::{AdministratorId, OrganizationId, OrganizationKind, OrganizationPath, Problem, TokenId};

use crate::browser::Browser;
use crate::dues::Person;
use crate::form::Form;
use crate::house::House;
use crate::meetings::Published;
use crate::routes::Belongings;
use crate::transfers::Move;

/// A branch, people and organizations around it, and what belongs to it.
pub struct Estate {
    /// The branch, one under the same committee, one of another committee; and the member whose everything is.
    pub scene: Move,
    /// Another member of the branch.
    pub fellow: Person,
    /// The phone of somebody from outside who applies to come in.
    pub applicant: &'static str,
    /// Ids of something of each kind.
    pub ids: Belongings,
}

/// The phone of the applicant.
const APPLICANT: &str = "13950001234";

impl House {
    /// The branch of a move, in which money, meetings, transfers, cases and papers are under way.
    ///
    /// # Panics
    /// When something of it does not come about, or of a kind there is nothing.
    pub fn estate(&self) -> Estate {
        let scene = self.a_move();
        let people = self.persons_of(&scene.from.branch);
        let [owner, payer, fellow, ..] = people.as_slice() else { panic!("too few people") };
        let (owner, fellow) = (owner.clone(), fellow.clone());
        self.live_dues(&scene.from.branch);
        self.set_dues(&scene.far.branch, "2026-03", "3000");
        self.delegate(&owner, payer);
        self.edit_and_clash(&scene, &owner);
        self.comes_in(&scene);
        self.leaves(&scene);
        self.import_and_export(&scene);
        self.meets(&scene, &owner);
        self.invent(&scene);
        self.work();
        let ids = Belongings::of(self, &scene.from.branch, owner.id);
        assert_eq!(ids.missing(), [""; 0], "of these there is nothing");
        Estate { scene, fellow, applicant: APPLICANT, ids }
    }

    /// A member has another pay his dues.
    fn delegate(&self, principal: &Person, payer: &Person) {
        let mut member = self.inside_as_member(principal.id);
        member.open("/member/dues/delegations");
        let form = member.form("提交授权").fill("对方姓名", &payer.name).fill("对方手机号", &payer.phone);
        accepted(&mut member, &form);
    }

    /// He changes his record, and the branch enters a phone for him that somebody else has.
    fn edit_and_clash(&self, scene: &Move, owner: &Person) {
        let mut member = self.inside_as_member(owner.id);
        member.open("/member/record");
        let form = member.page().form_with("民族").fill("民族", "土家族");
        assert!(member.submit(&form).says("待审核"), "{}", member.page().text());
        let other = self.persons_of(&scene.far.branch);
        let other = other.first().expect("somebody elsewhere");
        let mut officer = self.inside_as_officer_of(&scene.from.branch);
        officer.open(&format!("/office/members/{}/edit", owner.id));
        let form = officer.form("保存").fill("手机号", &other.phone);
        assert!(officer.submit(&form).says("手机号被占用"), "{}", officer.page().text());
    }

    /// The committee reads a table in, the branch has a paper made.
    fn import_and_export(&self, scene: &Move) {
        let mut committee = self.inside_as_officer_of(&scene.from.committee);
        committee.open("/office/import");
        let form = committee.form("上传并核对").attach("党员.csv", "姓名,公民身份证号\n张三,1\n".into());
        accepted(&mut committee, &form);
        let mut officer = self.inside_as_officer_of(&scene.from.branch);
        let session = officer.bears("ejia_office").expect("a session").to_owned();
        officer.headers.push(("authorization".to_owned(), format!("Bearer {session}")));
        let asked = officer.post("/api/v1/office/dues/records/notice", "application/json", b"{\"month\": \"2026-03\"}");
        assert_eq!(asked.status, 200, "{}", asked.body());
    }

    /// Somebody from outside applies, with a photo.
    fn comes_in(&self, scene: &Move) {
        let mut person = self.inside_as_applicant(APPLICANT);
        person.open("/transfers/in/new");
        let form = person.application_to(&scene.from);
        assert!(person.submit(&form).says("申请已提交"), "{}", person.page().text());
        let form = person.form("上传照片").attach("证件.jpg", self.a_photo());
        assert!(person.submit(&form).says("照片已上传"), "{}", person.page().text());
    }

    /// A member goes out of the city; he has his letter and sends the receipt.
    fn leaves(&self, scene: &Move) {
        let (mut member, _) = self.issued(scene);
        member.open("/member/transfers");
        member.click("【回执】");
        let form = member.form("上传回执").attach("回执.jpg", self.a_photo());
        accepted(&mut member, &form);
    }

    /// An assembly online is under way, with items, a file, a photo, and the branch has a party group; another branch has
    /// the same.
    fn meets(&self, scene: &Move, owner: &Person) {
        let day = self.desk().now().china_date().plus_days(1).to_string();
        let [own, theirs] = [&scene.from.branch, &scene.far.branch].map(|branch| {
            let Published { mut officer, path } = self.publish_meeting(branch, &day, "线上");
            officer.open(&format!("{path}/files"));
            let form = officer.form("上传附件").attach("议程.pdf", b"%PDF-1.4\n%%EOF\n".to_vec());
            accepted(&mut officer, &form);
            officer.open("/office/meetings/groups/new");
            let form = officer.form("保存").with("name", "第一党小组");
            accepted(&mut officer, &form);
            (branch, path)
        });
        self.at(&format!("{day} 14:35"));
        let mut member = self.inside_on_phone(owner.id);
        member.open(&own.1.replace("/office/", "/wechat/"));
        assert!(member.click("【参加】").says("签到成功"), "{}", member.page().text());
        for (branch, path) in [own, theirs] {
            let mut officer = self.inside_as_officer_of(branch);
            officer.open(&format!("{path}/record"));
            let form = officer.form("上传照片").attach("会议.jpg", self.a_photo());
            accepted(&mut officer, &form);
            for (kind, title) in [("讨论", "学习心得"), ("表决", "修缮活动室")] {
                officer.add_item(&path, kind, title);
            }
        }
    }

    /// What only the world outside, or another kind of house, brings about: a difference in a bank's statement, a computer.
    fn invent(&self, scene: &Move) {
        let administrator = self.administrator_of(&scene.from.branch);
        let id = OrganizationId::random().to_string();
        let invented = self.desk().write_now(move |txn| {
            let (now, nothing): (_, &[u8]) = (txn.now(), b"");
            txn.execute(
                "INSERT INTO payment_difference (id, channel, day, kind, about, number, trade, found_at, state, remedy, note)
                 VALUES ($1, 'alipay', '2026-03-19', 'missing_here', 'payment', '1', '1', $2, 'open', '', '')",
                &args![id.as_str(), now],
            )?;
            txn.execute(
                "INSERT INTO channel_authority (generation, certificate, key_sealed, issued_at, expires_at)
                 VALUES (1, $1, $1, $2, $2)",
                &args![nothing.to_vec(), now],
            )?;
            txn.execute(
                "INSERT INTO computer (serial, administrator_id, generation, name, issued_at, expires_at)
                 VALUES ('01f4c0ffee', $1, 1, '办公室', $2, $2)",
                &args![administrator, now],
            )?;
            txn.execute(
                "INSERT INTO organization_token (token_hash, id, organization_id, administrator_id, name, scopes, addresses,
                   made_at, expires_at, uses)
                 SELECT $1, $2, organization_id, id, '统计系统', 'members:read', '', $3, $3, 0 FROM administrator
                 WHERE id = $4",
                &args![nothing.to_vec(), TokenId::new(now), now, administrator],
            )?;
            Ok(())
        });
        invented.expect("it is written");
    }

    /// The code of what stands above a branch and is of this kind.
    ///
    /// # Panics
    /// When there is no such.
    pub fn above(&self, branch: &str, kind: OrganizationKind) -> String {
        let branch = branch.to_owned();
        let found = self.desk().read_now(move |txn| {
            let tree = ejia_directory::tree(txn)?;
            let node = tree.by_code(&branch).expect("the branch");
            Ok(tree.way(&node.path).into_iter().find(|node| node.kind == kind).map(|node| node.code.to_string()))
        });
        found.expect("the tree can be read").unwrap_or_else(|| panic!("no {kind:?} above"))
    }

    /// The administrator of a second city committee, which the product lets nobody make: it is written into the database.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn second_root(&self) -> Browser {
        let written = self.desk().write_now(|txn| {
            let (id, now) = (OrganizationId::random(), txn.now());
            let path = OrganizationPath::root(35).map_err(Problem::fault)?;
            txn.execute(
                "INSERT INTO organization (id, code, name, kind, level, path, work_unit, secretary, contact, version,
                   created_at, changed_at)
                 VALUES ($1, '999999999999', '中共另一市委员会', 'city_committee', 1, $2, '', '', '', 1, $3, $3)",
                &args![id, path.as_str(), now],
            )?;
            txn.execute(
                "INSERT INTO administrator (id, organization_id, seat, name, version, created_at, changed_at)
                 VALUES ($1, $2, 1, '外市', 1, $3, $3)",
                &args![AdministratorId::random(), id, now],
            )?;
            txn.execute("UPDATE tree_version SET version = $1 WHERE id = 1", &args![id])
                .map(drop)
                .map_err(Problem::fault)
        });
        written.expect("it is written");
        self.inside_as_officer_of("999999999999")
    }
}

/// Sends a form that must not be refused.
fn accepted(browser: &mut Browser, form: &Form) {
    let page = browser.submit(form);
    assert_eq!(page.status, 200, "{}", page.text());
}
