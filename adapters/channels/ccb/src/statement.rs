//! The statement of a day: 5W1005 has the file made, 6W0111 fetches it, and this reads it.
//!
//! The file is text in GBK: a line of sums with the values in brackets, a line of headings, and a line for each
//! transaction, parted by tabs. Columns are found by their headings. It names payers; their columns are not looked at.

use std::path::Path;

use ejia_kernel::{Date, Fen, Instant};
use ejia_payments::{ChannelFault, StatementKind, StatementLine};
use ejia_wire::{CallFault, Caller, Charset, packed, stamps};

use crate::platform::{NO_SUCH_FLOW, Platform, WELL};
use crate::settings::StatementFiles;

/// The most a statement may hold.
const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The statement of a day; none before the hour from which it is asked for.
pub(crate) fn of_day(
    platform: &Platform,
    files: &StatementFiles,
    counter: &str,
    from_hour: u8,
    day: Date,
) -> Result<Option<Vec<StatementLine>>, ChannelFault> {
    let from = Instant::start_of(day.plus_days(1)).plus(std::time::Duration::from_hours(u64::from(from_hour)));
    if platform.now() < from {
        return Ok(None);
    }
    let mut lines = Vec::new();
    // Asked for payments and for refunds; a bank that puts both into both files is not counted twice.
    for kind in ["0", "1"] {
        let date = stamps::compact_day(day);
        let made = platform.look_up(
            "5W1005",
            &[
                ("DATE", &date),
                ("KIND", "1"),
                ("FILETYPE", "1"),
                ("TYPE", kind),
                ("NORDERBY", "1"),
                ("POS_CODE", counter),
                ("ORDER", ""),
                ("STATUS", "1"),
            ],
        )?;
        if NO_SUCH_FLOW.contains(&made.code.as_str()) {
            continue;
        }
        let name = made.info.text("FILE_NAME");
        if made.code != WELL {
            return Err(ChannelFault::Refused(made.code));
        }
        if name.is_empty() {
            // Large files are made in the background.
            return Ok(None);
        }
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) || name.starts_with('.') {
            return Err(ChannelFault::Refused("ccb.file_name".to_owned()));
        }
        let fetched =
            platform.look_up("6W0111", &[("SOURCE", name), ("FILEPATH", "merchant/shls"), ("LOCAL_REMOTE", "0")])?;
        if fetched.code != WELL {
            return Err(ChannelFault::Refused(fetched.code));
        }
        let unreadable = || ChannelFault::Unreachable("ccb.statement".to_owned());
        for file in unpacked(contents(files, name)?).ok_or_else(unreadable)? {
            for line in read(&file).ok_or_else(unreadable)? {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    Ok(Some(lines))
}

fn contents(files: &StatementFiles, name: &str) -> Result<Vec<u8>, ChannelFault> {
    match files {
        StatementFiles::Folder(folder) => std::fs::read(Path::new(folder).join(name))
            .map_err(|fault| ChannelFault::Unreachable(format!("file ({:?})", fault.kind()))),
        StatementFiles::Address(address) => {
            let reply = Caller::new().get(&format!("{}/{name}", address.trim_end_matches('/')), FILE_BYTES);
            match reply {
                Ok(reply) if reply.status == 200 => Ok(reply.body),
                Ok(reply) => Err(ChannelFault::Unreachable(format!("HTTP {}", reply.status))),
                Err(CallFault::NotSent(why) | CallFault::Unknown(why)) => Err(ChannelFault::Unreachable(why)),
            }
        }
    }
}

/// The file itself, or the files of the package that it is.
fn unpacked(file: Vec<u8>) -> Option<Vec<Vec<u8>>> {
    if file.starts_with(b"PK") {
        Some(packed::unzip(&file, FILE_BYTES)?.into_iter().map(|(_, bytes)| bytes).collect())
    } else {
        Some(vec![file])
    }
}

/// The columns that are looked at.
struct Columns {
    order: usize,
    amount: usize,
    refund: Option<usize>,
    state: Option<usize>,
    serial: Option<usize>,
}

impl Columns {
    fn of(headings: &str) -> Option<Self> {
        let headings: Vec<&str> = headings.split('\t').map(str::trim).collect();
        let place = |names: &[&str]| headings.iter().position(|heading| names.contains(heading));
        Some(Self {
            order: place(&["订单号"])?,
            amount: place(&["交易金额", "支付金额", "退款金额"])?,
            refund: place(&["退款金额"]),
            state: place(&["订单状态", "退款状态"]),
            serial: place(&["银行流水号"]),
        })
    }
}

/// Reads a file. None when it is no statement, or when the sums do not fit the lines: it may have been cut off.
pub(crate) fn read(file: &[u8]) -> Option<Vec<StatementLine>> {
    let text = Charset::Gbk.decode(file)?;
    let mut rows = text.lines().map(str::trim_end).filter(|row| !row.is_empty());
    let sums = rows.next()?;
    let columns = Columns::of(rows.next()?)?;
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split('\t').map(str::trim).collect()).collect();
    if bracketed(sums, "交易笔数")?.parse() != Ok(rows.len()) {
        return None;
    }
    let lines: Option<Vec<_>> = rows.iter().map(|row| read_row(&columns, row)).collect();
    Some(lines?.into_iter().flatten().collect())
}

fn bracketed<'a>(sums: &'a str, name: &str) -> Option<&'a str> {
    let part = sums.split('\t').find(|part| part.contains(name))?;
    part.split_once('[')?.1.split_once(']').map(|(value, _)| value.trim())
}

/// A row as a line; an empty list when the transaction failed.
fn read_row(columns: &Columns, row: &[&str]) -> Option<Vec<StatementLine>> {
    let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).copied().unwrap_or_default();
    let state = cell(columns.state);
    if state.contains("失败") {
        return Some(Vec::new());
    }
    let order = row.get(columns.order).filter(|order| !order.is_empty())?;
    let (negative, amount) = money(row.get(columns.amount)?)?;
    let refunded = money(cell(columns.refund)).map(|(_, amount)| amount).filter(|amount| *amount != Fen::ZERO);
    // 已全额退款 is said of a payment; 退款成功 of a refund.
    let kind = if negative || refunded.is_some() || state.starts_with("退款") {
        StatementKind::Refund
    } else {
        StatementKind::Payment
    };
    let serial = cell(columns.serial);
    let trade = match kind {
        // Notifications tell no number of the bank's own: a payment is known by its order's.
        StatementKind::Payment => order,
        StatementKind::Refund if serial.is_empty() => order,
        StatementKind::Refund => &serial,
    };
    let amount = refunded.unwrap_or(amount);
    Some(vec![StatementLine { kind, number: (*order).to_owned(), trade: (*trade).to_owned(), amount }])
}

/// Whether an amount is below nought, and its size.
fn money(text: &str) -> Option<(bool, Fen)> {
    let solid = text.replace(',', "");
    let (negative, size) = solid.strip_prefix('-').map_or((false, solid.as_str()), |size| (true, size));
    Some((negative, size.parse().ok()?))
}

#[cfg(test)]
mod tests;
