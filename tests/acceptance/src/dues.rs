//! People who pay dues, and what a branch and a bank do about it: for tests about money.

use std::collections::HashMap;
use std::time::{Duration, Instant as Machine};

use ejia_kernel::MemberId;

use crate::browser::Browser;
use crate::house::House;
use crate::page::Page;

/// How long a test waits for a call that another thread makes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A member who can be told apart from the others of his branch, and reached.
#[derive(Debug, Clone)]
pub struct Person {
    /// Which.
    pub id: MemberId,
    /// His name, borne by nobody else in the branch.
    pub name: String,
    /// His phone.
    pub phone: String,
    /// His ID-card number.
    pub id_card: String,
}

impl House {
    /// Sets everybody's clock, in China's time: `2026-04-16 09:00`.
    ///
    /// # Panics
    /// When this is no time.
    pub fn at(&self, when: &str) {
        let text = format!("{}:00+08:00", when.replace(' ', "T"));
        let now = text.parse().unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        self.desk().clock().set(now);
    }

    /// The members of a branch who can be told apart by name and have a phone.
    pub fn persons_of(&self, branch: &str) -> Vec<Person> {
        let people = self.people_of(branch);
        let mut names: HashMap<&str, usize> = HashMap::new();
        for person in &people {
            *names.entry(person.name()).or_default() += 1;
        }
        let only = |name: &str| names.get(name) == Some(&1);
        let fit = people.iter().filter(|person| !person.phone().is_empty() && only(person.name()));
        fit.map(|person| Person {
            id: self.member(person.id_card()),
            name: person.name().to_owned(),
            phone: person.phone().to_owned(),
            id_card: person.id_card().to_owned(),
        })
        .collect()
    }

    /// The branch with most members, and those of them who can be told apart.
    pub fn paying_branch(&self) -> (String, Vec<Person>) {
        let branch = self.branch_with_members();
        let people = self.persons_of(&branch);
        (branch, people)
    }

    /// The branch's administrator submits a month's dues, everybody's reckoned from this base.
    ///
    /// # Panics
    /// When it is refused.
    pub fn set_dues(&self, branch: &str, month: &str, base: &str) -> Browser {
        let mut officer = self.inside_as_officer_of(branch);
        officer.open(&format!("/office/dues/standards?month={month}"));
        let form = officer.form("提交并通知交纳").fill_column(" 党费基数", base);
        let page = officer.submit(&form);
        assert!(page.status == 200 && page.says("已提交"), "{month}: {}: {}", page.status, page.text());
        officer
    }

    /// A branch in which dues are alive: paid by bank, paid in cash, given back, delegated, a download made.
    ///
    /// # Panics
    /// When something of it is refused.
    pub fn live_dues(&self, branch: &str) {
        let people = self.persons_of(branch);
        let [bank, cash, ..] = people.as_slice() else { panic!("{branch} has too few people") };
        for month in ["2026-02", "2026-03", "2026-04"] {
            self.set_dues(branch, month, "3000");
        }
        self.inside_as_member(bank.id).pay_dues("支付宝");
        let mut officer = self.inside_as_officer_of(branch);
        for month in ["2026年2月", "2026年3月"] {
            officer.open("/office/dues/cash");
            let form = officer.form("下一步：核对合计").fill(&format!("{}{month}，15.00元", cash.name), "");
            officer.submit(&form);
            officer.click("确认登记");
        }
        officer.open("/office/dues/delegations/new");
        let form = officer.form("确认委托").fill("受托党员", &bank.name);
        officer.submit(&form);
        // Both have paid too much: one gets it back from the bank, the other from the branch.
        officer.open("/office/dues/standards?month=2026-02");
        let form = officer.form("提交并通知交纳").fill(&format!("{} 党费基数", bank.name), "2000");
        let form = form.fill(&format!("{} 党费基数", cash.name), "2000");
        officer.submit(&form);
        self.work();
        assert_eq!(officer.page().status, 200, "{}", officer.page().text());
    }

    /// Waits until this is so: calls of the sandboxes come by threads of their own.
    ///
    /// # Panics
    /// When it is not so after ten seconds.
    pub fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let end = Machine::now() + PATIENCE;
        while !so(self) {
            assert!(Machine::now() < end, "it did not come about: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many bills of a member stand in this state.
    pub fn bills_of(&self, member: MemberId, state: &str) -> i64 {
        self.look(
            "SELECT COUNT(*) FROM dues_bill WHERE member_id = $1 AND state = $2",
            &[member.into(), state.to_owned().into()],
        )
    }

    /// Debits less credits of the whole journal, and the sum of debits, in fen.
    pub fn journal(&self) -> (i64, i64) {
        let difference = self.count("SELECT CAST(COALESCE(SUM(debit - credit), 0) AS BIGINT) FROM payment_journal");
        (difference, self.count("SELECT CAST(COALESCE(SUM(debit), 0) AS BIGINT) FROM payment_journal"))
    }
}

impl Browser {
    /// On 【我要交党费】 or the sum of 【代交党费】: chooses the channel and opens the order; answers its number.
    ///
    /// # Panics
    /// When no order is opened.
    pub fn order_over(&mut self, channel: &str, remark: &str) -> String {
        let button = if self.page().form("确认交纳").is_some() { "确认交纳" } else { "交党费" };
        let form = self.form(button).fill(channel, "").fill("备注", remark);
        let page = self.submit(&form);
        let order = page.path.split('?').next().unwrap_or_default().rsplit_once("/dues/orders/").map(|(_, id)| id);
        order.unwrap_or_else(|| panic!("no order: {} {}: {}", page.status, page.path, page.text())).to_owned()
    }

    /// On the page of an order: goes to the counter, pays with a debit card, and comes back.
    ///
    /// # Panics
    /// When the counter does not let him.
    pub fn pay_at_the_counter(&mut self) -> &Page {
        self.click("去支付");
        let counter = self.page();
        assert!(counter.path.starts_with("/sandbox/bank/"), "{}: {}", counter.path, counter.text());
        assert_eq!(counter.heading(), "确认付款", "{}", counter.path);
        self.click("用储蓄卡支付");
        assert_eq!(self.page().heading(), "付款成功");
        self.click("返回商户")
    }

    /// 【我要交党费】 from the first page to the counter and back, over this channel; answers the order's number.
    ///
    /// # Panics
    /// When it is not paid.
    pub fn pay_dues(&mut self, channel: &str) -> String {
        self.open("/member/dues");
        let order = self.order_over(channel, "");
        let page = self.pay_at_the_counter();
        assert!(page.says("交纳成功"), "{channel}: {}: {}", page.path, page.text());
        order
    }
}
