//! What people type, and what they find.

use crate::handbook::Handbook;

#[test]
fn what_people_type_finds_what_they_mean() {
    let book = Handbook::read("厦门").unwrap();
    let typed = [
        ("忘记密码", "forgotten-password"),
        ("密码忘了怎么办", "forgotten-password"),
        ("登陆不上去", "member-login-refused"),
        ("怎么缴党费", "pay-online"),
        ("交党费 灰色", "button-is-grey"),
        ("让老伴替我交党费", "let-somebody-pay"),
        ("补缴上个月党费", "pay-arrears"),
        ("信用卡", "which-cards"),
        ("开会扫码", "check-in"),
        ("我要请假", "sign-up"),
        ("投票会不会记名", "vote-secret"),
        ("介绍信打成黑白了", "printed-grey"),
        ("转移流程", "my-transfer-progress"),
        ("组织关系转到外地", "transfer-out"),
        ("外地转进来 没有账号", "apply-in"),
        ("vpn一直转圈", "channel-stuck"),
        ("新增管理员", "second-administrator"),
        ("手机号被占用", "phone-taken"),
        ("作废介绍信", "void-letter"),
        ("台帐导出", "register-checked"),
        ("补录会议", "recorded-afterwards"),
        ("字太小", "large-letters"),
        ("党统 导出", "statistics-export"),
        ("短信删了去哪里看通知", "messages"),
        ("解绑", "unbind-wechat"),
    ];
    for (typed, wanted) in typed {
        let found: Vec<&str> = book.search(typed).iter().map(|one| one.id.as_str()).collect();
        assert!(found.iter().take(3).any(|id| *id == wanted), "{typed}: {found:?}");
    }
}

#[test]
fn each_way_of_asking_finds_its_own_answer() {
    let book = Handbook::read("厦门").unwrap();
    let mut lost = Vec::new();
    for article in book.articles() {
        for asked in article.manual.iter().chain(&article.also).chain([&article.question]) {
            let found = book.search(asked);
            if !found.iter().take(3).any(|one| one.id == article.id) {
                lost.push(format!("{asked}: {}", article.id));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn nonsense_finds_nothing() {
    let book = Handbook::read("厦门").unwrap();
    for typed in ["", "   ", "？？", "的吗呢", "红烧肉", "qwertz", "天气预报明天下雨"] {
        let found: Vec<&str> = book.search(typed).iter().map(|one| one.id.as_str()).collect();
        assert!(found.is_empty(), "{typed}: {found:?}");
    }
}

#[test]
fn a_page_is_answered_by_its_own_articles_first() {
    let book = Handbook::read("厦门").unwrap();
    let first = |at: &str| book.of_page(at).first().map(|one| one.id.clone()).unwrap_or_default();
    assert_eq!(first("/office/transfers/out"), "handle-out");
    assert_eq!(first("/office/transfers/-/receipt"), "register-receipt");
    assert_eq!(first("/office/members/-/remove"), "already-left");
    assert_eq!(first("/member/dues"), "ways-to-pay");
    assert_eq!(first("/wechat/dues"), "ways-to-pay");
    assert_eq!(first("/wechat/transfers/in/new"), "apply-in");
    assert_eq!(first("/wechat/bind"), "safe-with-wechat");
    assert_eq!(first("/office"), "office-home");
    assert!(book.of_page("/office/nowhere").is_empty());
    assert!(book.of_page("").is_empty());
    assert!(book.of_page("/officers").is_empty());
}
