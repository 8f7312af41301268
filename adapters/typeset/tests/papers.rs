//! The executable as the product runs it: papers in, PDF out, read again with another program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod press;

use serde_json::{Value, json};

use press::{Press, text};

fn receipt(name: &str) -> Value {
    json!({
        "title": "党费交纳电子收据", "number": "01jd8m3k2v9x7q4t5n6p8r0s1w",
        "facts": [["交纳人", name], ["交纳方式", "建设银行"]],
        "columns": ["党员", "党支部", "月份", "金额（元）"],
        "rows": [[name, "第一党支部", "2026年4月", "30.00"]],
        "capitals": "叁拾元整", "sum": "30.00", "note": "",
    })
}

#[test]
fn a_receipt_is_a_pdf_that_says_what_it_was_told() {
    let mut press = Press::start();
    for name in ["陈建国", "买买提·艾力", "𬱖㛃", "#eval(\"1\") $x$ *粗*"] {
        let (kind, pdf) = press.set("receipt", &receipt(name), &[]);
        assert_eq!(kind, 0, "{}", String::from_utf8_lossy(&pdf));
        assert!(pdf.starts_with(b"%PDF"));
        let text = text(&pdf);
        assert!(text.contains(name), "{name} in {text}");
        assert!(text.contains("叁拾元整") && text.contains("30.00"), "{text}");
    }
}

#[test]
fn a_long_sheet_repeats_its_heading_and_ends_with_the_seal() {
    let mut press = Press::start();
    let column = |name: &str, number: bool| json!({ "name": name, "width": 6, "number": number, "wide": !number });
    let rows: Vec<_> = (1..=120).map(|n| json!([n.to_string(), "林秀英", "15.00"])).collect();
    let sheet = json!({
        "title": "2026年4月党费交纳情况公示表", "below": "第一党支部", "facts": [["党支部", "第一党支部"]],
        "columns": [column("序号", true), column("姓名", false), column("应交（元）", true)],
        "rows": rows, "sums": [["合计", "1,800.00 元"]], "seal": ["第一党支部", "2026年5月16日"], "note": "",
        "landscape": false,
    });
    let (kind, pdf) = press.set("sheet", &sheet, &[]);
    assert_eq!(kind, 0, "{}", String::from_utf8_lossy(&pdf));
    let text = text(&pdf);
    assert_eq!(text.matches("应交（元）").count(), 4, "{text}");
    assert_eq!(text.matches("林秀英").count(), 120);
    assert!(text.contains("第一党支部（盖章）") && text.contains("第 4 页，共 4 页"), "{text}");
}

#[test]
fn what_cannot_be_set_is_said_and_the_press_goes_on() {
    let mut press = Press::start();
    assert_eq!(press.set("../receipt", &json!({}), &[]).0, 1);
    assert_eq!(press.set("receipt", &json!({ "title": "x" }), &[]).0, 1);
    assert_eq!(press.set("receipt", &receipt("陈建国"), &[]).0, 0);
}
