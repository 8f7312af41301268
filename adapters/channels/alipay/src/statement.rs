//! A day's statement: a zip of GBK tables, of which the one with the single transactions is read.

use ejia_kernel::Fen;
use ejia_payments::{StatementKind, StatementLine};
use ejia_wire::{Charset, packed};

/// The most a package may hold unpacked: some 800,000 lines.
const UNPACKED: u64 = 256 * 1024 * 1024;

/// Where the columns stand that are read; the heading tells.
struct Columns {
    trade: usize,
    order: usize,
    kind: usize,
    amount: usize,
    refund: Option<usize>,
}

/// Reads a statement's package. The fault is a word for the log.
pub(crate) fn read(package: &[u8]) -> Result<Vec<StatementLine>, &'static str> {
    let files = packed::unzip(package, UNPACKED).ok_or("no package")?;
    for (_, table) in &files {
        // The summary has another heading; the one with the transactions is found by its own.
        if let Some(lines) = transactions(table)? {
            return Ok(lines);
        }
    }
    Err("no list of transactions")
}

/// The lines of a table of transactions; none when it is another table.
fn transactions(table: &[u8]) -> Result<Option<Vec<StatementLine>>, &'static str> {
    let mut columns = None;
    let mut complete = false;
    let mut lines = Vec::new();
    // No second byte of a GBK character is a line feed or a comma.
    for line in table.split(|byte| *byte == b'\n') {
        let line = Charset::Gbk.decode(line).ok_or("not GBK")?;
        let line = line.trim();
        if line.starts_with('#') {
            complete |= columns.is_some() && line.contains("结束");
        } else if let Some(columns) = &columns {
            if !line.is_empty() {
                lines.push(transaction(columns, &cells(line)).ok_or("a line not understood")?);
            }
        } else {
            columns = heading(&cells(line));
        }
    }
    match columns {
        None => Ok(None),
        // A table that was cut off must not pass for a day on which less happened.
        Some(_) if !complete => Err("no end"),
        Some(_) => Ok(Some(lines)),
    }
}

fn heading(cells: &[String]) -> Option<Columns> {
    let place = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
    Some(Columns {
        trade: place(&["支付宝交易号"])?,
        order: place(&["商户订单号"])?,
        kind: place(&["业务类型"])?,
        amount: place(&["订单金额（元）", "订单金额(元)"])?,
        refund: place(&["退款批次号/请求号"]),
    })
}

fn transaction(columns: &Columns, cells: &[String]) -> Option<StatementLine> {
    let cell = |at: usize| cells.get(at).map(String::as_str);
    let amount = cell(columns.amount)?;
    let (negative, amount) = amount.strip_prefix('-').map_or((false, amount), |size| (true, size));
    let amount: Fen = amount.parse().ok()?;
    let kind = match cell(columns.kind)? {
        "交易" => StatementKind::Payment,
        "退款" => StatementKind::Refund,
        // A kind that is not known yet is told by where the money went.
        _ if negative => StatementKind::Refund,
        _ => StatementKind::Payment,
    };
    let order = cell(columns.order)?;
    let refund = columns.refund.and_then(cell).filter(|number| !number.is_empty() && kind == StatementKind::Refund);
    Some(StatementLine {
        kind,
        number: refund.unwrap_or(order).to_owned(),
        trade: cell(columns.trade).filter(|trade| !trade.is_empty())?.to_owned(),
        amount,
    })
}

/// The cells of a line, without the blanks and tabs that keep spreadsheets from rounding long numbers.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match (character, cells.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => cells.push(String::new()),
            (_, Some(cell)) => cell.push(character),
            (_, None) => {}
        }
    }
    for cell in &mut cells {
        *cell = cell.trim().to_owned();
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "支付宝交易号,商户订单号,业务类型,商品名称,订单金额（元）,退款批次号/请求号,备注";
    const END: &str = "#-----业务明细列表结束-----\r\n#导出时间：[2026年03月21日 10:00:00]";

    fn package(rows: &str) -> Vec<u8> {
        let table = |text: &str| Charset::Gbk.encode(text).into_owned();
        let summary = table("#支付宝业务汇总\r\n门店编号,交易订单总笔数\r\n合计,2\r\n#-----结束-----");
        let list = table(&format!("#支付宝业务明细查询\r\n{HEADING}\r\n{rows}"));
        packed::zip(&[("汇总.csv", &summary), ("明细.csv", &list)]).unwrap()
    }

    #[test]
    fn payments_and_refunds_are_read_from_the_list() {
        let rows = format!("T1\t,A1\t,交易     ,党费,12.30,,\r\nT1\t,A1\t,退款,\"党费,补交\",-2.30,R1\t,\r\n{END}");
        let line = |kind, number: &str, fen| StatementLine {
            kind,
            number: number.to_owned(),
            trade: "T1".to_owned(),
            amount: Fen::new(fen),
        };
        assert_eq!(
            read(&package(&rows)),
            Ok(vec![line(StatementKind::Payment, "A1", 1230), line(StatementKind::Refund, "R1", 230)])
        );
        assert_eq!(read(&package(END)), Ok(Vec::new()));
    }

    #[test]
    fn a_table_cut_off_or_damaged_is_no_statement() {
        assert_eq!(read(&package("T1,A1,交易,党费,12.30,,\r\n")), Err("no end"));
        assert_eq!(read(&package(&format!("T1,A1,交易,党费,many,,\r\n{END}"))), Err("a line not understood"));
        assert_eq!(read(&package(&format!("T1,A1\r\n{END}"))), Err("a line not understood"));
        assert_eq!(read(b"PK"), Err("no package"));
        assert_eq!(read(&packed::zip(&[("x", b"#")]).unwrap()), Err("no list of transactions"));
    }
}
