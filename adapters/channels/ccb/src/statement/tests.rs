//! The statement's file as the bank writes it.

use super::*;

const HEADINGS: &str = "交易时间\t记账日期\t银行流水号\t商户流水号\t订单号\t订单状态\t付款方账号\t付款方户名\t订单金额\t\
                        交易金额\t手续费\t结算金额\t柜台代码\t发卡行/通道\t支付卡种";

fn row(order: &str, state: &str, serial: &str, amount: &str) -> String {
    format!(
        "2026-03-20 09:00:01\t20260320\t{serial}\t\t{order}\t{state}\t6217***1234\t*某\t{amount}\t{amount}\t0.00\t\
         {amount}\t000000001\t建行\t借记卡"
    )
}

fn file(rows: &[String]) -> Vec<u8> {
    let sums = format!(
        "出单日期[20260321]\t交易日期[20260320]\t交易笔数[{}]\t交易金额[0.00]\t手续费[0.00]\t结算金额[0.00]",
        rows.len()
    );
    Charset::Gbk.encode(&format!("{sums}\r\n{HEADINGS}\r\n{}\r\n", rows.join("\r\n"))).into_owned()
}

fn line(kind: StatementKind, number: &str, trade: &str, fen: i64) -> StatementLine {
    StatementLine { kind, number: number.to_owned(), trade: trade.to_owned(), amount: Fen::new(fen) }
}

#[test]
fn payments_and_refunds_are_told_apart_and_failures_left_out() {
    let rows = [
        row("a1", "成功", "B1", "1,016.50"),
        row("a2", "失败", "B2", "3.00"),
        row("a3", "已全额退款", "B3", "5.00"),
        row("a3", "退款成功", "B4", "5.00"),
        row("a4", "成功", "B5", "-2.00"),
    ];
    let expected = [
        line(StatementKind::Payment, "a1", "a1", 101_650),
        line(StatementKind::Payment, "a3", "a3", 500),
        line(StatementKind::Refund, "a3", "B4", 500),
        line(StatementKind::Refund, "a4", "B5", 200),
    ];
    assert_eq!(read(&file(&rows)), Some(expected.to_vec()));
}

#[test]
fn a_file_of_refunds_has_its_own_column() {
    let text = "交易笔数[1]\n银行流水号\t订单号\t支付金额\t退款金额\t退款流水号\nR1\ta1\t10.00\t4.00\tabc\n";
    let expected = line(StatementKind::Refund, "a1", "R1", 400);
    assert_eq!(read(&Charset::Gbk.encode(text)), Some(vec![expected]));
}

#[test]
fn a_file_that_was_cut_off_is_not_believed() {
    let whole = file(&[row("a1", "成功", "B1", "1.00"), row("a2", "成功", "B2", "2.00")]);
    let text = Charset::Gbk.decode(&whole).unwrap();
    let cut: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(read(&Charset::Gbk.encode(&cut.join("\n"))), None);
    for text in ["", "交易笔数[0]", "交易笔数[0]\n订单号", "交易笔数[1]\n订单号\t交易金额\na1\tx", "nonsense\nmore"]
    {
        assert_eq!(read(&Charset::Gbk.encode(text)), None, "{text}");
    }
    assert_eq!(read(&file(&[])), Some(Vec::new()));
}
