//! Where and how the record does not hold, in words for who must act on it.

use std::fmt;

use ejia_kernel::{Instant, Problem};

/// Where the record was tampered with.
#[derive(Debug, Clone)]
pub enum Broken {
    /// This entry is not what it was when it was sealed, or stands in another's place.
    Altered {
        /// Its place in the chain.
        number: i64,
        /// Its id.
        entry: String,
        /// Its time, as it stands there now.
        at: Option<Instant>,
        /// The columns that were changed, as far as that can be told; none when it is the link that was.
        columns: Vec<&'static str>,
    },
    /// The entry or the link at this place is gone.
    Missing {
        /// The place in the chain.
        number: i64,
        /// The entry that stood there, where the link still tells.
        entry: Option<String>,
        /// The time of the last entry before.
        after: Option<Instant>,
    },
    /// An entry claims to be sealed but has no link.
    Unlinked {
        /// Its id.
        entry: String,
        /// Its time.
        at: Option<Instant>,
    },
    /// An entry waits for the sealer that this house has not written, or that was changed since.
    Foreign {
        /// Its id.
        entry: String,
        /// Its time.
        at: Option<Instant>,
    },
    /// The signature for good at this place is gone or wrong.
    Checkpoint {
        /// The place in the chain.
        number: i64,
    },
    /// The end of the chain is not where its signature says.
    End {
        /// Where the chain ends.
        number: i64,
        /// The time of the last entry before.
        after: Option<Instant>,
    },
    /// A checkpoint that was kept elsewhere says that the chain was longer: entries were cut off, or the whole database
    /// was put back to an older state.
    Behind {
        /// Where the chain ends.
        number: i64,
        /// Where it stood.
        kept: i64,
        /// When.
        at: String,
    },
    /// The chain agrees with itself but not with a checkpoint that was kept elsewhere: it was laid anew.
    Elsewhere {
        /// The last place at which it agrees with what was kept.
        after: i64,
        /// The place of the checkpoint.
        kept: i64,
        /// When the chain stood there.
        at: String,
    },
    /// A checkpoint that was kept elsewhere is not signed by this house.
    NotOurs {
        /// Which of them, from 1.
        line: usize,
    },
    /// The rows could not be read.
    Unreadable(Problem),
}

/// `，时间为2026-03-20 09:00:00`, or nothing.
fn time(word: &str, at: Option<&Instant>) -> String {
    at.map_or_else(String::new, |at| format!("，{word}{}", at.to_the_second()))
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { number, entry, at, columns } => {
                let what = if columns.is_empty() { "校验值".to_owned() } else { columns.join("、") };
                let at = time("时间为", at.as_ref());
                write!(f, "第 {number} 条记录（{entry}{at}）与封存时不一致，被改动的是：{what}")
            }
            Self::Missing { number, entry, after } => {
                let entry = entry.as_ref().map_or_else(String::new, |entry| format!("（{entry}）"));
                write!(f, "第 {number} 条记录{entry}缺失{}", time("上一条的时间为", after.as_ref()))
            }
            Self::Unlinked { entry, at } => {
                write!(f, "记录 {entry} 标为已封存，但不在链上{}", time("时间为", at.as_ref()))
            }
            Self::Foreign { entry, at } => {
                write!(f, "待封存的记录 {entry} 不是本平台写入的，或写入后被改动{}", time("时间为", at.as_ref()))
            }
            Self::Checkpoint { number } => write!(f, "第 {number} 条处的签名缺失或不符"),
            Self::End { number, after } => {
                let after = time("最后一条的时间为", after.as_ref());
                write!(f, "链的末端（第 {number} 条）与签名不符，可能被截断或改写{after}")
            }
            Self::Behind { number, kept, at } => write!(
                f,
                "链只到第 {number} 条，而检查点证明 {at} 已到第 {kept} 条：第 {} 条起的记录被删除，或数据库被换成旧的",
                number + 1
            ),
            Self::Elsewhere { after, kept, at } => {
                write!(f, "第 {kept} 条与 {at} 的检查点不符：第 {} 条至第 {kept} 条之间的记录被重写", after + 1)
            }
            Self::NotOurs { line } => write!(f, "第 {line} 个检查点不是本平台签名的，或被改动过"),
            Self::Unreadable(problem) => {
                write!(f, "无法读取：{}", problem.detail.as_deref().unwrap_or(problem.code))
            }
        }
    }
}

impl std::error::Error for Broken {}

impl From<Problem> for Broken {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(problem)
    }
}
