//! Meetings and the people on their lists, as they are kept.

use schemars::JsonSchema;
use std::time::Duration;

use ejia_kernel::{AdministratorId, GroupId, Instant, MeetingId, MemberId, OrganizationId, labelled};

use crate::kinds::MeetingKind;

/// So long before it begins people may check in.
pub(crate) const EARLY: Duration = Duration::from_hours(1);

labelled! {
    /// 会议方式.
    pub enum Way {
        /// In a room.
        Offline => "offline", "线下";
        /// On the platform: answering 【参加】 is checking in.
        Online => "online", "线上";
    }
}

labelled! {
    /// Whether a meeting was announced before it was held.
    pub enum Recorded {
        /// Announced, and recorded from what people did.
        Live => "live", "实时记录";
        /// Entered when it was over (会后补录).
        Afterwards => "afterwards", "会后补录";
    }
}

labelled! {
    /// How far a meeting is.
    pub enum Phase {
        /// It lies ahead.
        Coming => "coming", "未开始";
        /// It is being held.
        UnderWay => "under_way", "进行中";
        /// It is over, and its record is still open.
        Over => "over", "待归档";
        /// Its record stands in the register.
        Archived => "archived", "已归档";
        /// It was not held.
        CalledOff => "called_off", "已取消";
    }
}

labelled! {
    /// What somebody on the list has said.
    pub enum AnswerKind {
        /// Nothing yet.
        None => "none", "未确认";
        /// He comes.
        Coming => "coming", "已报名";
        /// He asks leave.
        Leave => "leave", "请假";
    }
}

labelled! {
    /// Whether somebody on the list was there.
    pub enum Attendance {
        /// Nobody has said so far.
        Unknown => "unknown", "未登记";
        /// He was.
        Present => "present", "到会";
        /// He was not, and had a reason.
        Excused => "excused", "请假";
        /// He was not.
        Absent => "absent", "缺席";
    }
}

labelled! {
    /// How it became known that somebody was there.
    pub enum Source {
        /// He scanned the code.
        Qr => "qr", "扫码签到";
        /// He took part online.
        Online => "online", "线上参加";
        /// The administrator marked him.
        ByHand => "by_hand", "手工登记";
    }
}

impl AnswerKind {
    /// How a badge of it is coloured.
    pub(crate) const fn tone(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Coming => "good",
            Self::Leave => "wait",
        }
    }
}

impl Attendance {
    /// How a badge of it is coloured.
    pub(crate) const fn tone(self) -> &'static str {
        match self {
            Self::Unknown => "plain",
            Self::Present => "good",
            Self::Excused => "wait",
            Self::Absent => "bad",
        }
    }
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// Which.
    pub(crate) id: MeetingId,
    /// Whose meeting it is.
    pub(crate) organization_id: OrganizationId,
    /// 会议类型.
    pub(crate) kind: MeetingKind,
    /// The group, at a meeting of one.
    pub(crate) group_id: Option<GroupId>,
    /// 会议名称.
    pub(crate) name: String,
    /// 会议主题.
    pub(crate) topic: String,
    /// 会议方式.
    pub(crate) way: Way,
    /// 会议地点; may be empty online.
    pub(crate) place: String,
    /// 召开时间.
    pub(crate) starts_at: Instant,
    /// 结束时间.
    pub(crate) ends_at: Instant,
    /// 主持人.
    pub(crate) chair: String,
    /// 记录人.
    pub(crate) recorder: String,
    /// 列席人员, as they are to be read: one text.
    pub(crate) guests: String,
    /// The minutes, as far as they are written.
    pub(crate) minutes: String,
    /// Whether it was announced or entered afterwards.
    pub(crate) recorded: Recorded,
    /// The administrator who published it: only he sees its code.
    pub(crate) published_by: AdministratorId,
    /// His name.
    pub(crate) publisher: String,
    /// When.
    pub(crate) published_at: Instant,
    /// When it was called off, if it was.
    pub(crate) called_off_at: Option<Instant>,
    /// Why.
    pub(crate) call_off_reason: String,
    /// When its record was put into the register, if it was.
    pub(crate) archived_at: Option<Instant>,
    /// Counts the writes of what was published, so that two forms do not overwrite each other.
    pub(crate) version: i64,
}

impl Meeting {
    /// How far it is at an instant.
    pub(crate) fn phase(&self, now: Instant) -> Phase {
        if self.called_off_at.is_some() {
            Phase::CalledOff
        } else if self.archived_at.is_some() {
            Phase::Archived
        } else if now < self.starts_at {
            Phase::Coming
        } else if now < self.ends_at {
            Phase::UnderWay
        } else {
            Phase::Over
        }
    }

    /// Whether people may check in by its code: from a while before it begins until it ends.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        let early = self.starts_at.minus(EARLY);
        matches!(self.phase(now), Phase::Coming | Phase::UnderWay) && early <= now && now < self.ends_at
    }

    /// Whether it can be noted by hand who is there: from when people may come until the record stands in the register.
    pub(crate) fn may_be_marked(&self, now: Instant) -> bool {
        !matches!(self.phase(now), Phase::CalledOff | Phase::Archived) && self.starts_at.minus(EARLY) <= now
    }

    /// The time in words: `2026-03-05 14:30 至 16:00`.
    pub(crate) fn time(&self) -> String {
        time_in_words(self.starts_at, self.ends_at)
    }
}

/// From when to when, in words: `2026-03-05 14:30 至 16:00`.
pub(crate) fn time_in_words(starts_at: Instant, ends_at: Instant) -> String {
    let (from, to) = (starts_at.to_string(), ends_at.to_string());
    let same_day = starts_at.china_date() == ends_at.china_date();
    let to = if same_day { to.split_once(' ').map_or(to.as_str(), |(_, time)| time) } else { &to };
    format!("{from} 至 {to}")
}

/// Somebody on the list of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// Which meeting.
    pub(crate) meeting_id: MeetingId,
    /// Who.
    pub(crate) member_id: MemberId,
    /// His name when he was put on the list.
    pub(crate) name: String,
    /// What lists are sorted by.
    pub(crate) sort_key: String,
    /// Whether he has a vote: full members have.
    pub(crate) voting: bool,
    /// When he was told last, if he was.
    pub(crate) notified_at: Option<Instant>,
    /// What he has said.
    pub(crate) answer: AnswerKind,
    /// Why he asks leave.
    pub(crate) leave_reason: String,
    /// When he said it.
    pub(crate) answered_at: Option<Instant>,
    /// Whether he was there.
    pub(crate) attendance: Attendance,
    /// Why not, or what else is to be said.
    pub(crate) reason: String,
    /// How it became known.
    pub(crate) source: Option<Source>,
    /// When it was noted.
    pub(crate) marked_at: Option<Instant>,
}

/// How many stand on a list, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub(crate) struct Turnout {
    /// 应到.
    pub(crate) due: i64,
    /// Of them, with a vote.
    pub(crate) due_voting: i64,
    /// 实到.
    pub(crate) present: i64,
    /// Of them, with a vote.
    pub(crate) present_voting: i64,
    /// Excused.
    pub(crate) excused: i64,
    /// Absent.
    pub(crate) absent: i64,
    /// Have said that they come.
    pub(crate) coming: i64,
    /// Have asked leave.
    pub(crate) leave: i64,
    /// Have said nothing.
    pub(crate) unanswered: i64,
    /// Were told.
    pub(crate) notified: i64,
}
