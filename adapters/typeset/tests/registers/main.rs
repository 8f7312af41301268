//! The work register as the product writes it, set and read again: one meeting, forty with photos, very long, empty.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

mod content;
#[path = "../press/mod.rs"]
mod press;

use std::fs;
use std::path::Path;

use bytes::Bytes;
use ejia_documents::{Paper, RegisterEntry, RegisterPaper, RegisterPhoto, RegisterRecorded};

use content::{ONE, entry, kinds, photo, register};
use press::{Press, text, through};

/// The register set; it is left beside the build, to be looked at.
fn set(press: &mut Press, name: &str, register: &RegisterPaper) -> Vec<u8> {
    let Paper { template, content, files, .. } = Paper::register(register).unwrap();
    let photos: Vec<(&str, &[u8])> = files.iter().map(|file| (file.name.as_str(), file.bytes.as_ref())).collect();
    let (kind, pdf) = press.set(template, &content, &photos);
    assert_eq!(kind, 0, "{}", String::from_utf8_lossy(&pdf));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("register-{name}.pdf")), &pdf).unwrap();
    pdf
}

/// All that a PDF says in the order it was set, without blanks and ends of lines.
fn words(pdf: &[u8]) -> String {
    let text = String::from_utf8(through("pdftotext", &["-raw", "-", "-"], pdf)).unwrap();
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn pages(pdf: &[u8]) -> Vec<String> {
    let text = text(pdf);
    text.split_terminator('\u{c}')
        .map(|page| page.chars().filter(|character| !character.is_whitespace()).collect())
        .collect()
}

/// Width and height of the pictures in a PDF, in pixels.
fn pictures(pdf: &[u8]) -> Vec<(u32, u32)> {
    let list = String::from_utf8(through("pdfimages", &["-list", "-"], pdf)).unwrap();
    let number = |word: Option<&str>| word.unwrap().parse().unwrap();
    list.lines()
        .skip(2)
        .map(|line| {
            let mut words = line.split_whitespace().skip(3);
            (number(words.next()), number(words.next()))
        })
        .collect()
}

#[test]
fn a_meeting_is_told_whole_with_its_photos_and_lines_to_sign_on() {
    let pdf = set(&mut Press::start(), "one", &register(vec![entry(1)]));
    let said = words(&pdf);
    for word in ONE {
        assert!(said.contains(word), "{word} in {said}");
    }
    // A wide one, an upright one, a panorama: whole, and no larger than print needs.
    assert_eq!(pictures(&pdf), [(1000, 750), (750, 1000), (1000, 250)]);
    let pages = pages(&pdf);
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("第{number}页，共{}页", pages.len())), "{page}");
    }
    assert!(pages[1].starts_with("中共厦门市思明区筼筜街道第一支部委员会组织生活台账第1次党员大会"), "{}", pages[1]);
}

#[test]
fn the_fonts_are_carried_and_rare_names_are_printed_whole() {
    let pdf = set(&mut Press::start(), "rare", &register(vec![entry(1)]));
    let said = words(&pdf);
    for name in ["𬱖㛃", "买买提·艾力", "#eval(\"1\")$x$*粗*"] {
        assert!(said.contains(name), "{name} in {said}");
    }
    let list = String::from_utf8(through("pdffonts", &["-"], &pdf)).unwrap();
    let carried = |font: &str| font.split_whitespace().rev().skip(2).take(3).all(|yes| yes == "yes");
    assert!(list.lines().count() > 2 && list.lines().skip(2).all(carried), "{list}");
}

#[test]
fn each_of_forty_meetings_begins_on_a_page_that_the_contents_name() {
    let pdf = set(&mut Press::start(), "forty", &register((1..=40).map(entry).collect()));
    assert_eq!(pictures(&pdf).len(), 120);
    let pages = pages(&pdf);
    let contents =
        pages.iter().take_while(|page| !page.contains("主持人（签字）")).fold(String::new(), |all, page| all + page);
    for number in 1..=40 {
        let begins = format!("第{number}次{}", kinds(number));
        // The running head says it on each page of a record, its first page twice.
        let page = 1 + pages.iter().position(|page| page.matches(&begins).count() == 2).unwrap();
        let recorded = if number.is_multiple_of(4) { "补录" } else { "实时" };
        assert!(contents.contains(&format!("{recorded}{page}")), "{begins}: {page} in {contents}");
    }
    let all = pages.concat();
    for word in ["主持人（签字）", "记录人（签字）", "校验码"] {
        assert_eq!(all.matches(word).count(), 40, "{word}");
    }
    assert_eq!(all.matches("本记录为会后补录").count(), 10);
}

#[test]
fn very_long_minutes_run_over_pages_to_their_end() {
    let paragraph = "会议认为，要把学习教育同中心工作结合起来，做到两手抓、两促进，切实解决群众急难愁盼问题。";
    let minutes: Vec<String> = (1..=400).map(|number| format!("第{number}段。{}", paragraph.repeat(4))).collect();
    let long = RegisterEntry { minutes: minutes.join("\n"), ..entry(2) };
    let pdf = set(&mut Press::start(), "long", &register(vec![entry(1), long, entry(3)]));
    let (said, pages) = (words(&pdf), pages(&pdf));
    assert!(pages.len() > 40, "{}", pages.len());
    assert!((1..=400).all(|number| said.contains(&format!("第{number}段。"))));
    // The heading of the minutes stands with their beginning, and the signature with the end of something.
    assert!(pages.iter().any(|page| page.contains("会议记录第1段。")));
    for (page, before) in pages.iter().skip(1).zip(&pages) {
        assert!(!before.trim_end_matches(|c: char| "第页，共0123456789".contains(c)).ends_with("会议记录"), "{page}");
    }
}

#[test]
fn an_empty_register_says_so() {
    let pdf = set(&mut Press::start(), "empty", &RegisterPaper { overview: Vec::new(), ..register(Vec::new()) });
    let pages = pages(&pdf);
    assert_eq!(pages.len(), 1);
    assert!(pages[0].contains("这段时间没有组织生活记录") && pages[0].contains("第1页，共1页"), "{}", pages[0]);
}

#[test]
fn what_is_not_known_is_left_out_and_a_photo_that_cannot_be_read_is_said_to_be_one() {
    let broken = |bytes: &[u8]| RegisterPhoto { jpeg: Bytes::copy_from_slice(bytes), caption: "签到表".to_owned() };
    let cut = photo(800, 600);
    let bare = RegisterEntry {
        topic: String::new(),
        minutes: String::new(),
        agenda: Vec::new(),
        corrections: Vec::new(),
        recorded: RegisterRecorded::Afterwards,
        photos: vec![broken(b"no photo"), broken(&cut[..40]), broken(&cut)],
        check_code: String::new(),
        ..entry(1)
    };
    let mut press = Press::start();
    let pdf = set(&mut press, "bare", &register(vec![bare]));
    let said = words(&pdf);
    assert_eq!(said.matches("照片无法读取").count(), 2, "{said}");
    assert_eq!((pictures(&pdf).len(), said.matches("签到表").count()), (1, 3));
    for word in ["会议记录第", "议程与决议", "更正记录", "校验码"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    // The press goes on.
    assert_eq!(pictures(&set(&mut press, "again", &register(vec![entry(1)]))).len(), 3);
}
