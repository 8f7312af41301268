//! The work register of organisation life (组织生活台账) on paper: what was held in a period, meeting by meeting.

use bytes::Bytes;
use ejia_kernel::{Date, Problem};
use serde::{Serialize, Serializer};

use crate::paper::{Paper, PaperFile};

/// No register has more photos: what is more is printed in parts.
pub const MOST_REGISTER_PHOTOS: usize = 400;
/// No photo of a register is larger, in bytes.
pub const MOST_REGISTER_PHOTO: usize = 4 << 20;
/// No register has more bytes of photos.
pub const MOST_REGISTER_BYTES: usize = 160 << 20;

/// What a register says. An empty text leaves its line out, or open to be written on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterPaper {
    /// The title: 中共…支部委员会2026年度组织生活台账.
    pub title: String,
    /// Whose register it is.
    pub organization: String,
    /// The period in words: 2026年1月1日至2026年12月31日.
    pub period: String,
    /// What it was narrowed to: 主题党日. Empty when it holds everything.
    pub narrowed: String,
    /// The day on which it was made.
    #[serde(serialize_with = "chinese")]
    pub made_on: Date,
    /// Each kind and how many times it was held, in the order of the rules.
    pub overview: Vec<RegisterCount>,
    /// What was held, in order of time.
    pub entries: Vec<RegisterEntry>,
}

/// A kind of organisation life and how many times it was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterCount {
    /// The kind: 党员大会.
    pub kind: String,
    /// How many times.
    pub held: u32,
}

/// A meeting, or whatever else was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterEntry {
    /// Its number in this register, from 1.
    pub number: u32,
    /// What it was: 党员大会.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its topic; empty when the name says it all.
    pub topic: String,
    /// From when to when, in words: 2026年3月5日 14:30 至 16:00.
    pub time: String,
    /// Where.
    pub place: String,
    /// How people came together: 线下, 线上.
    pub way: String,
    /// Who was in the chair.
    pub chair: String,
    /// Who kept the record.
    pub recorder: String,
    /// Who was there and who was not.
    pub attendance: RegisterAttendance,
    /// What was on the agenda.
    pub agenda: Vec<RegisterItem>,
    /// The minutes; each line is a paragraph.
    pub minutes: String,
    /// Photos, printed two side by side.
    pub photos: Vec<RegisterPhoto>,
    /// Whether it was recorded while it was held.
    pub recorded: RegisterRecorded,
    /// When the record was written, in words; may be empty.
    pub recorded_at: String,
    /// What was corrected later, in order of time.
    pub corrections: Vec<RegisterCorrection>,
    /// The code of the record in its chain, short, as 校验码.
    pub check_code: String,
}

/// When a record was written: shown openly at every entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterRecorded {
    /// While it was held: 实时记录.
    Live,
    /// Afterwards: 会后补录.
    Afterwards,
}

/// Who was there, in numbers and by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegisterAttendance {
    /// Members due.
    pub due: u32,
    /// Of them with a vote.
    pub due_voting: u32,
    /// Members present.
    pub present: u32,
    /// Of them with a vote.
    pub present_voting: u32,
    /// Members who were excused.
    pub excused: u32,
    /// Members absent without excuse.
    pub absent: u32,
    /// Names of those present.
    pub names: Vec<String>,
    /// Who was not there, and why.
    pub away: Vec<RegisterAway>,
    /// Guests, as they are to be printed: 林秀英（镇党委组织委员）.
    pub guests: Vec<String>,
}

/// A member who was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterAway {
    /// The name.
    pub name: String,
    /// 请假 or 缺席.
    pub state: String,
    /// The reason; may be empty.
    pub reason: String,
}

/// A point of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterItem {
    /// Its title.
    pub title: String,
    /// What it was: 学习, 讨论, 表决, 选举.
    pub kind: String,
    /// What was said or done; each line is a paragraph; may be empty.
    pub points: String,
    /// What was decided: 通过, or a sentence; may be empty.
    pub outcome: String,
    /// The votes, when there was a vote.
    pub votes: Option<RegisterVotes>,
}

/// How a vote went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RegisterVotes {
    /// In favour: 赞成.
    pub in_favour: u32,
    /// Against: 反对.
    pub against: u32,
    /// Abstaining: 弃权.
    pub abstaining: u32,
}

/// A photo of an entry.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RegisterPhoto {
    /// The JPEG, upright; from a `Vec<u8>` by `into()`. It goes to the typesetter beside the content.
    #[serde(skip)]
    pub jpeg: Bytes,
    /// What it shows; may be empty.
    pub caption: String,
}

impl std::fmt::Debug for RegisterPhoto {
    /// Without the picture.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "RegisterPhoto({}, {} bytes)", self.caption, self.jpeg.len())
    }
}

/// A correction of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterCorrection {
    /// When, in words.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Why, and what was changed.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over so")]
fn chinese<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&date.chinese())
}

impl Paper {
    /// A register on paper. The photos go beside its content, named by entry and place: `3-1.jpg`.
    ///
    /// # Errors
    /// `documents.register_photos` when there are too many photos, or too many bytes of them; `documents.register_photo`
    /// when one is too large. Both say what to do.
    pub fn register(register: &RegisterPaper) -> Result<Self, Problem> {
        let content = serde_json::to_value(register).map_err(Problem::fault)?;
        let files = files(&register.entries)?;
        Ok(Self { files, long: true, ..Self::of("register", content) })
    }
}

/// The photos as they travel, held to the limits.
fn files(entries: &[RegisterEntry]) -> Result<Vec<PaperFile>, Problem> {
    let (mut files, mut all) = (Vec::new(), 0_usize);
    for (entry, RegisterEntry { photos, .. }) in (1..).zip(entries) {
        for (place, RegisterPhoto { jpeg, .. }) in (1..).zip(photos) {
            if jpeg.len() > MOST_REGISTER_PHOTO {
                let most = MOST_REGISTER_PHOTO >> 20;
                return Err(Problem::refused("documents.register_photo").with("entry", entry).with("most", most));
            }
            all = all.saturating_add(jpeg.len());
            files.push(PaperFile { name: format!("{entry}-{place}.jpg"), bytes: jpeg.clone() });
        }
    }
    if files.len() > MOST_REGISTER_PHOTOS || all > MOST_REGISTER_BYTES {
        let refused = Problem::refused("documents.register_photos").with("photos", files.len());
        return Err(refused.with("most", MOST_REGISTER_PHOTOS).with("most_mb", MOST_REGISTER_BYTES >> 20));
    }
    Ok(files)
}
