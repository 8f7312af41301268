//! The day's file: zip in zlib in base64; in the zip lines of fixed width, GBK, fields parted by one blank.

use std::ops::Range;

use ejia_payments::{StatementKind, StatementLine};
use ejia_wire::{from_base64, packed};

use crate::answers::amount;

/// The widths of the fields of a line of the file of transactions (ZM).
pub(crate) const ZM: [usize; 42] = [
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13,
    13, 8, 32, 13, 13, 12, 2, 1, 32, 98,
];
/// The widths of the fields of a line of the file of corrections (ZME).
pub(crate) const ZME: [usize; 22] = [3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135];

// Fields by their number in UnionPay's table, from 1. Both files begin alike.
pub(crate) const TRADE_CODE: usize = 1;
pub(crate) const TRACE_NUMBER: usize = 4;
pub(crate) const TRACE_TIME: usize = 5;
pub(crate) const AMOUNT: usize = 7;
pub(crate) const QUERY_ID: usize = 10;
pub(crate) const ORDER_ID: usize = 12;
pub(crate) const TXN_TYPE: usize = 20;

/// The most the package may hold, packed once and unpacked: a line has some 600 bytes, a busy day some 100,000 of them.
const PACKAGE_BYTES: u64 = 64 << 20;
const FILE_BYTES: u64 = 512 << 20;

/// The lines of a file as it was handed over; else why they cannot be read.
pub(crate) fn read(content: &str) -> Result<Vec<StatementLine>, String> {
    let package = from_base64(content).ok_or("file: base64")?;
    let package = packed::inflate(&package, PACKAGE_BYTES).ok_or("file: zlib")?;
    let files = packed::unzip(&package, FILE_BYTES).ok_or("file: zip")?;
    let mut lines = Vec::new();
    for (name, bytes) in &files {
        let name = name.rsplit('/').next().unwrap_or_default();
        let read = if name.contains("ZME_") {
            correction
        } else if name.contains("ZM_") {
            transaction
        } else {
            continue;
        };
        for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.iter().all(u8::is_ascii_whitespace) {
                lines.push(read(line).map_err(|field| format!("{name} line {}: {field}", number + 1))?);
            }
        }
    }
    Ok(lines)
}

/// A line of the file of transactions.
fn transaction(line: &[u8]) -> Result<StatementLine, &'static str> {
    let kind = match field(line, &ZM, TXN_TYPE) {
        "01" => StatementKind::Payment,
        // A refund; a payment undone on the same day.
        "04" | "31" => StatementKind::Refund,
        _ => return Err("transaction type"),
    };
    let number = Some(field(line, &ZM, ORDER_ID)).filter(|number| !number.is_empty()).ok_or("order number")?;
    let trade = Some(field(line, &ZM, QUERY_ID)).filter(|trade| !trade.is_empty()).ok_or("query number")?;
    let amount = amount(field(line, &ZM, AMOUNT)).ok_or("amount")?;
    Ok(StatementLine { kind, number: number.to_owned(), trade: trade.to_owned(), amount })
}

/// A line of the file of corrections: money moved by hand between the banks after a dispute. It names no order of ours,
/// so it stands as money gone back that nobody here knows of, and somebody has to look.
fn correction(line: &[u8]) -> Result<StatementLine, &'static str> {
    let part = |number| field(line, &ZME, number);
    Ok(StatementLine {
        kind: StatementKind::Refund,
        number: String::new(),
        trade: format!("ZME-{}-{}-{}", part(TRADE_CODE), part(TRACE_NUMBER), part(TRACE_TIME)),
        amount: amount(part(AMOUNT)).ok_or("amount")?,
    })
}

/// Where a field stands in its line.
pub(crate) fn place(widths: &[usize], number: usize) -> Range<usize> {
    let before = number.saturating_sub(1);
    let start = widths.iter().take(before).sum::<usize>() + before;
    start..start + widths.get(before).copied().unwrap_or_default()
}

/// A field without the blanks around it; empty when it is absent or no ASCII, which those we read are.
fn field<'a>(line: &'a [u8], widths: &[usize], number: usize) -> &'a str {
    let place = place(widths, number);
    let bytes = line.get(place.start..place.end.min(line.len())).unwrap_or_default();
    str::from_utf8(bytes).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use ejia_kernel::Fen;
    use ejia_wire::base64;
    use proptest::prelude::*;

    use super::*;

    fn line(widths: &[usize], values: &[(usize, &[u8])]) -> Vec<u8> {
        let mut line = vec![b' '; widths.iter().sum::<usize>() + widths.len() - 1];
        for (number, value) in values {
            let start = place(widths, *number).start;
            line[start..start + value.len()].copy_from_slice(value);
        }
        line
    }

    fn content(files: &[(&str, &[u8])]) -> String {
        base64(&packed::deflate(&packed::zip(files).unwrap()).unwrap())
    }

    fn payment() -> Vec<u8> {
        line(
            &ZM,
            &[
                (1, b"S22"),
                (5, b"0320090102"),
                (6, b"6221558812340000"),
                (7, b"000000001250"),
                (10, b"952603200901021234567"),
                (12, b"01jpk3z3q8vw0c5h0d2rj6ytbn"),
                (20, b"01"),
                // 党费, in GBK.
                (35, b"\xb5\xb3\xb7\xd1"),
            ],
        )
    }

    #[test]
    fn a_line_is_as_long_as_the_official_table_says() {
        assert_eq!(ZM.iter().sum::<usize>() + ZM.len() - 1, 607);
        assert_eq!(place(&ZM, AMOUNT), 66..78);
        assert_eq!(place(&ZM, QUERY_ID), 87..108);
        assert_eq!(place(&ZM, ORDER_ID), 112..144);
        assert_eq!(place(&ZM, TXN_TYPE), 215..217);
    }

    #[test]
    fn payments_refunds_and_corrections_are_read_from_their_files() {
        let refund = line(
            &ZM,
            &[(7, b"000000000250"), (10, b"952603201001021234568"), (12, b"01jpk4000000000000000refnd"), (20, b"04")],
        );
        let zm = [payment(), b"\r\n".to_vec(), refund, b"\n\n".to_vec()].concat();
        let zme = line(&ZME, &[(1, b"E74"), (4, b"123456"), (5, b"0319120000"), (7, b"000000000099")]);
        let files: [(&str, &[u8]); 3] =
            [("INN26032088ZM_777290058110097", &zm), ("INN26032088ZME_777290058110097", &zme), ("readme.txt", b"x")];
        let lines = read(&content(&files)).unwrap();
        let of = |kind, number: &str, trade: &str, fen| StatementLine {
            kind,
            number: number.to_owned(),
            trade: trade.to_owned(),
            amount: Fen::new(fen),
        };
        assert_eq!(
            lines,
            [
                of(StatementKind::Payment, "01jpk3z3q8vw0c5h0d2rj6ytbn", "952603200901021234567", 1250),
                of(StatementKind::Refund, "01jpk4000000000000000refnd", "952603201001021234568", 250),
                of(StatementKind::Refund, "", "ZME-E74-123456-0319120000", 99),
            ]
        );
        assert_eq!(read(&content(&[])), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_cannot_be_read_says_where() {
        assert_eq!(read("*"), Err("file: base64".to_owned()));
        assert_eq!(read("AAAA"), Err("file: zlib".to_owned()));
        assert_eq!(read(&base64(&packed::deflate(b"no zip").unwrap())), Err("file: zip".to_owned()));
        let mut strange = payment();
        strange[215..217].copy_from_slice(b"02");
        let both = [payment(), b"\n".to_vec(), strange].concat();
        assert_eq!(read(&content(&[("ZM_1", &both)])), Err("ZM_1 line 2: transaction type".to_owned()));
        assert_eq!(read(&content(&[("ZM_1", &payment()[..200])])), Err("ZM_1 line 1: transaction type".to_owned()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]
        #[test]
        fn no_line_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..800)) {
            let _ = transaction(&bytes);
            let _ = correction(&bytes);
            let _ = read(&content(&[("ZM_1", &bytes)]));
        }
    }
}
