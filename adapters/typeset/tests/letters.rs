//! The introduction letter as the product writes it, set and read again: short and long, plain and rare names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod press;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use ejia_documents::{IntroducedMember, LetterPaper, OldCommittee, Paper};
use ejia_kernel::{Date, IdCardNumber, MemberKind, PersonName, Sex};
use serde_json::Value;

use press::{Press, text, through};

fn member(name: &str) -> IntroducedMember {
    IntroducedMember {
        name: PersonName::parse(name).unwrap(),
        sex: Sex::Male,
        born_on: Date::new(1985, 6, 14).unwrap(),
        ethnic_group: "汉族".to_owned(),
        kind: MemberKind::Full,
        id_card: IdCardNumber::complete("35020319850614001").unwrap(),
        contact: "13800008003".to_owned(),
    }
}

/// A letter as most are.
fn letter() -> LetterPaper {
    LetterPaper {
        number: "厦委组字〔2026〕第0012号".to_owned(),
        replaces: None,
        addressee: "中共福州市委组织部".to_owned(),
        member: member("陈建国"),
        from: "中共厦门市思明区筼筜街道第一支部".to_owned(),
        to: "中共福州市鼓楼区东街街道第二支部".to_owned(),
        dues_paid_to: Some("2026-03".parse().unwrap()),
        valid_days: 30,
        issuer: "中共厦门市委组织部".to_owned(),
        issued_on: Date::new(2026, 3, 20).unwrap(),
        committee: OldCommittee {
            name: "中共厦门市思明区筼筜街道委员会".to_owned(),
            address: "福建省厦门市思明区湖滨北路1号".to_owned(),
            phone: "0592-2000001".to_owned(),
            fax: "0592-2000002".to_owned(),
            postcode: "361000".to_owned(),
        },
        check_address: "https://ejia.example/letters/7K3M9QXRW2".to_owned(),
        check_code: "7K3M 9QXR W2".to_owned(),
        receipt_address: "https://ejia.example/letters/7K3M9QXRW2/receipt".to_owned(),
    }
}

/// A letter whose every name and address is long.
fn long() -> LetterPaper {
    let organization = "中共厦门火炬高技术产业开发区电子信息产业链联合总支部第三支部委员会";
    LetterPaper {
        number: "厦火炬工委组转字〔2026〕第000123号".to_owned(),
        replaces: Some("厦火炬工委组转字〔2026〕第000098号".to_owned()),
        addressee: "中共新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县委员会组织部".to_owned(),
        member: IntroducedMember {
            ethnic_group: "外国血统中国籍人士".to_owned(),
            kind: MemberKind::Probationary,
            contact: "13800008003；新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县友谊路甲3号院5号楼1单元1201室"
                .to_owned(),
            ..member("阿卜杜热西提·买买提依明·努尔艾合买提江")
        },
        from: organization.to_owned(),
        to: "中共新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县孙扎齐牛录镇委员会第一支部".to_owned(),
        dues_paid_to: Some("2026-12".parse().unwrap()),
        valid_days: 90,
        issuer: "中共厦门火炬高技术产业开发区工作委员会组织人事部党员管理处".to_owned(),
        issued_on: Date::new(2026, 12, 31).unwrap(),
        committee: OldCommittee {
            name: organization.to_owned(),
            address:
                "福建省厦门市湖里区火炬高技术产业开发区创业路与安岭二路交叉口厦门创新创业园综合服务大楼北楼9层908室"
                    .to_owned(),
            phone: "0592-2000001转8012".to_owned(),
            fax: "0592-2000002".to_owned(),
            postcode: "361006".to_owned(),
        },
        ..letter()
    }
}

/// A letter with nothing in it that may be empty.
fn bare() -> LetterPaper {
    let blank = String::new;
    LetterPaper {
        dues_paid_to: None,
        issuer: "厦门市委".to_owned(),
        member: IntroducedMember { sex: Sex::Female, contact: blank(), ..member("𬱖㛃") },
        committee: OldCommittee {
            address: blank(),
            phone: blank(),
            fax: blank(),
            postcode: blank(),
            ..letter().committee
        },
        check_code: blank(),
        ..letter()
    }
}

/// The letter set; it is left beside the build, to be looked at.
fn set(press: &mut Press, name: &str, letter: &LetterPaper) -> Vec<u8> {
    let Paper { template, content, .. } = Paper::letter(letter).unwrap();
    let (kind, pdf) = press.set(template, &content, &[]);
    assert_eq!(kind, 0, "{}", String::from_utf8_lossy(&pdf));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("letter-{name}.pdf")), &pdf).unwrap();
    pdf
}

/// All that a PDF says in the order it was set, without blanks and ends of lines.
fn words(pdf: &[u8]) -> String {
    let text = String::from_utf8(through("pdftotext", &["-raw", "-", "-"], pdf)).unwrap();
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn pages(pdf: &[u8]) -> usize {
    text(pdf).matches('\u{c}').count()
}

/// The first page as a grey picture: 150 pixels an inch, a byte each.
struct Picture {
    wide: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn of(pdf: &[u8]) -> Self {
        let map = through("pdftoppm", &["-gray", "-r", "150", "-"], pdf);
        // Three lines (P5, width and height, 255), then the pixels.
        let mut parts = map.splitn(4, |byte| *byte == b'\n').skip(1);
        let size = String::from_utf8(parts.next().unwrap().to_vec()).unwrap();
        let wide = size.split(' ').next().unwrap().parse().unwrap();
        Self { wide, pixels: parts.nth(1).unwrap().to_vec() }
    }

    /// Whether the code stands somewhere on the page, so many millimetres wide, within its quiet zone.
    fn shows(&self, code: &Value, millimetres: usize) -> bool {
        let side: usize = serde_json::from_value(code["side"].clone()).unwrap();
        let bars: Vec<(usize, usize, usize)> = serde_json::from_value(code["bars"].clone()).unwrap();
        let around = side + 8;
        let dark: HashSet<usize> = bars
            .into_iter()
            .flat_map(|(column, row, length)| (column..column + length).map(move |column| (row, column)))
            .map(|(row, column)| (row + 4) * around + column + 4)
            .collect();
        // The pixel in the middle of a square: 25.4 mm are an inch.
        let middle = |square: usize| (2 * square + 1) * millimetres * 1500 / (2 * around * 254);
        let at = |square: usize| middle(square / around) * self.wide + middle(square % around);
        let mut squares: Vec<(bool, usize)> =
            (0..around * around).map(|square| (dark.contains(&square), at(square))).collect();
        // Dark ones first: most of a page is light, and said to be no code at once.
        squares.sort_by_key(|(dark, _)| !dark);
        (0..self.pixels.len()).any(|corner| {
            squares.iter().all(|(dark, at)| self.pixels.get(corner + at).is_some_and(|grey| (*grey < 128) == *dark))
        })
    }
}

#[test]
fn a_letter_is_one_page_of_three_parts_with_one_number_over_both_seams() {
    let mut press = Press::start();
    for (name, letter) in [("usual", letter()), ("long", long()), ("bare", bare())] {
        let pdf = set(&mut press, name, &letter);
        let said = words(&pdf);
        assert_eq!(pages(&pdf), 1, "{name}");
        assert_eq!(said.matches(&letter.number).count(), 5, "{name}: {said}");
        assert_eq!(said.matches("中国共产党党员组织关系介绍信").count(), 3, "{name}");
        assert_eq!(said.matches(letter.member.name.as_str()).count(), 3, "{name}: {said}");
        assert_eq!(said.matches("（有效期").count(), 2, "{name}");
    }
}

#[test]
fn each_part_says_what_the_national_form_says() {
    let said = words(&set(&mut Press::start(), "usual", &letter()));
    for sentence in [
        "陈建国同志系中共正式党员，组织关系由中共厦门市思明区筼筜街道第一支部转到中共福州市鼓楼区东街街道第二支部。",
        "中共福州市委组织部：陈建国同志（男，40岁，汉族），系中共正式党员，身份证号码350203198506140016，",
        "由中共厦门市思明区筼筜街道第一支部去中共福州市鼓楼区东街街道第二支部，请转接组织关系。",
        "该同志党费已交到贰零贰陆年叁月。（有效期叁拾天）",
        "党员联系电话或其他联系方式：13800008003",
        "党员原所在基层党委通讯地址：福建省厦门市思明区湖滨北路1号",
        "中共厦门市思明区筼筜街道委员会：",
        "陈建国同志的党员组织关系已转达我处，特此回复。",
        "2026年3月20日",
        "扫码验真",
        "7K3M9QXRW2",
        "扫码回执",
        "经办人：",
        "（盖章）",
    ] {
        assert!(said.contains(sentence), "{sentence} in {said}");
    }
    assert!(!said.contains("代替"));
}

#[test]
fn long_names_and_addresses_are_said_to_their_end() {
    let mut press = Press::start();
    let letter = long();
    // As long as the house lets names be.
    let longest = LetterPaper {
        from: "一二三四五六七八九十".repeat(10),
        to: "甲乙丙丁戊己庚辛壬癸".repeat(10),
        addressee: "子丑寅卯辰巳午未申酉".repeat(10),
        issuer: "赵钱孙李周吴郑王冯陈".repeat(10),
        member: IntroducedMember { contact: "天地玄黄宇宙洪荒".repeat(25), ..member(&"努尔·".repeat(16)) },
        committee: OldCommittee {
            name: "角亢氐房心尾箕斗牛女".repeat(10),
            address: "日月盈昃辰宿列张".repeat(25),
            ..long().committee
        },
        ..long()
    };
    for (name, letter) in [("long", letter), ("longest", longest)] {
        let pdf = set(&mut press, name, &letter);
        let said = words(&pdf);
        assert_eq!(pages(&pdf), 1, "{name}");
        let LetterPaper { addressee, from, to, issuer, committee, member, replaces, .. } = &letter;
        for word in [addressee, from, to, &member.contact, &committee.name, &committee.address, &committee.phone] {
            assert!(said.contains(word), "{name}: {word} in {said}");
        }
        assert!(said.contains(&format!("{issuer}2026年12月31日")), "{name}: {issuer} in {said}");
        assert_eq!(said.matches(&format!("代替{}", replaces.as_ref().unwrap())).count(), 2, "{name}");
        assert!(said.contains("贰零贰陆年拾贰月") && said.contains("（有效期玖拾天）"), "{name}");
    }
}

#[test]
fn rare_names_are_printed_whole_in_fonts_that_the_paper_carries() {
    let mut press = Press::start();
    for name in ["𬱖㛃", "买买提·艾力", "#eval(\"1\")$x$*粗*", "㐂𠮷𫖯"] {
        let pdf = set(&mut press, "rare", &LetterPaper { member: member(name), ..letter() });
        let said = words(&pdf);
        assert_eq!(said.matches(name).count(), 3, "{name} in {said}");
        let list = String::from_utf8(through("pdffonts", &["-"], &pdf)).unwrap();
        let fonts: Vec<&str> = list.lines().skip(2).collect();
        // The columns are counted from the right: embedded, subset, with a way back to text, and two of the object.
        let carried = |font: &&str| font.split_whitespace().rev().skip(2).take(3).all(|yes| yes == "yes");
        assert!(
            !fonts.is_empty() && fonts.iter().all(|font| font.contains("NotoSerifCJKsc") && carried(font)),
            "{list}"
        );
    }
}

#[test]
fn what_is_not_known_leaves_lines_to_be_written_on() {
    let said = words(&set(&mut Press::start(), "bare", &bare()));
    for blank in
        ["党费已交到年月。", "党员联系电话或其他联系方式：党员原所在基层党委通讯地址：", "联系电话：传真：邮编：第三联"]
    {
        assert!(said.contains(blank), "{blank} in {said}");
    }
}

#[test]
fn both_codes_stand_on_the_paper_square_by_square() {
    let pdf = set(&mut Press::start(), "usual", &letter());
    let (picture, Paper { content, .. }) = (Picture::of(&pdf), Paper::letter(&letter()).unwrap());
    assert!(picture.shows(&content["check"], 26) && picture.shows(&content["receipt"], 24));
    let other = LetterPaper { check_address: "https://ejia.example/letters/7K3M9QXRW3".to_owned(), ..letter() };
    assert!(!picture.shows(&Paper::letter(&other).unwrap().content["check"], 26));
}
