//! Bills: what a sheet makes of them, on paper and in both databases.

mod issuing;
mod planning;

use ejia_kernel::{Fen, MemberId};

use super::{NewBill, Why};
use crate::rules::Basis;

/// A reason as good as any.
pub(crate) fn why() -> Why {
    Why {
        basis: Basis::Wage,
        base: Some(Fen::new(500_000)),
        computed: Some(Fen::new(5_000)),
        rate: "1%".to_owned(),
        article: "第一条".to_owned(),
        rounding: "half_up/fen".to_owned(),
        typed_reason: String::new(),
        exemption: String::new(),
    }
}

/// A line of a sheet.
pub(crate) fn line(member_id: MemberId, fen: i64) -> NewBill {
    NewBill { member_id, member_name: "林晓东".to_owned(), amount: Fen::new(fen), why: why() }
}
