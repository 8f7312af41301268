//! Registers to be set: meetings as they are held, photos as phones take them.

use std::io::Cursor;
use std::sync::LazyLock;

use bytes::Bytes;
use ejia_documents::{
    RegisterAttendance, RegisterAway, RegisterCorrection, RegisterCount, RegisterEntry, RegisterItem, RegisterPaper,
    RegisterPhoto, RegisterRecorded, RegisterVotes,
};
use ejia_kernel::Date;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// What the first entry says.
pub(crate) const ONE: [&str; 30] = [
    "中共厦门市思明区筼筜街道第一支部委员会2026年度组织生活台账2026年1月1日至2026年12月31日",
    "内容范围全部组织生活记录份数1份制作日期2027年1月5日",
    "第1次党员大会实时记录",
    "第1次会议：学习贯彻上级全会精神",
    "主题学习领会上级全会精神，研究本支部全年工作",
    "时间2026年3月5日14:30至16:00",
    "地点街道党群服务中心二楼会议室",
    "方式线下",
    "主持人陈建国记录人林秀英",
    "应到23人（有表决权21人）实到20人（有表决权19人）",
    "请假2人缺席1人",
    "到会人员陈建国、林秀英、",
    "吴志强（请假：外地出差）、郑晓燕（请假：生病住院）、黄大伟（缺席）",
    "列席人员苏文彬（街道党工委组织委员）",
    "审议2025年度支部工作报告",
    "［表决］",
    "结果同意支部工作报告，形成决议。",
    "18013讨论发展对象",
    "会议记录一、会议由",
    "现场照片",
    "会场全景",
    "会议记录原件",
    "支部全体党员合影（横幅）",
    "更正记录",
    "2026年3月6日09:12",
    "应到人数原写24人，经核对流动党员名单更正为23人。",
    "主持人（签字）：",
    "记录人（签字）：",
    "本记录为实时记录，记录时间2026年3月5日16:02",
    "校验码8F3A-61C2-09D4",
];

const KINDS: [&str; 7] = ["组织生活会", "党员大会", "支委会", "党小组会", "党课", "主题党日", "民主评议"];

/// What the meeting of this number was.
pub(crate) fn kinds(number: u32) -> &'static str {
    KINDS[number as usize % KINDS.len()]
}

/// A register of these meetings.
pub(crate) fn register(entries: Vec<RegisterEntry>) -> RegisterPaper {
    RegisterPaper {
        title: "中共厦门市思明区筼筜街道第一支部委员会2026年度组织生活台账".to_owned(),
        organization: "中共厦门市思明区筼筜街道第一支部委员会".to_owned(),
        period: "2026年1月1日至2026年12月31日".to_owned(),
        narrowed: String::new(),
        made_on: Date::new(2027, 1, 5).unwrap(),
        overview: (1..=7).map(|number| RegisterCount { kind: kinds(number).to_owned(), held: number * 2 }).collect(),
        entries,
    }
}

/// A meeting with everything in it.
pub(crate) fn entry(number: u32) -> RegisterEntry {
    let afterwards = number.is_multiple_of(4);
    RegisterEntry {
        number,
        kind: kinds(number).to_owned(),
        name: format!("第{number}次会议：学习贯彻上级全会精神"),
        topic: "学习领会上级全会精神，研究本支部全年工作".to_owned(),
        time: "2026年3月5日 14:30 至 16:00".to_owned(),
        place: "街道党群服务中心二楼会议室".to_owned(),
        way: "线下".to_owned(),
        chair: "陈建国".to_owned(),
        recorder: "林秀英".to_owned(),
        attendance: attendance(),
        agenda: agenda(),
        minutes: minutes(),
        photos: vec![
            shown(&WIDE, "会场全景"),
            shown(&UPRIGHT, "会议记录原件"),
            shown(&PANORAMA, "支部全体党员合影（横幅）"),
        ],
        recorded: if afterwards { RegisterRecorded::Afterwards } else { RegisterRecorded::Live },
        recorded_at: "2026年3月5日 16:02".to_owned(),
        corrections: vec![RegisterCorrection {
            at: "2026年3月6日 09:12".to_owned(),
            by: "林秀英".to_owned(),
            reason: "应到人数原写24人，经核对流动党员名单更正为23人。".to_owned(),
        }],
        check_code: "8F3A-61C2-09D4".to_owned(),
    }
}

fn attendance() -> RegisterAttendance {
    let away = |name: &str, state: &str, reason: &str| RegisterAway {
        name: name.to_owned(),
        state: state.to_owned(),
        reason: reason.to_owned(),
    };
    let names = "陈建国 林秀英 𬱖㛃 买买提·艾力 #eval(\"1\")$x$*粗* 王海峰 李桂兰 张明 刘洋 阿卜杜热西提·买买提依明 欧阳文静 \
                 赵敏 孙立 周涛 徐静 马超 朱琳 胡斌 郭磊 何平";
    RegisterAttendance {
        due: 23,
        due_voting: 21,
        present: 20,
        present_voting: 19,
        excused: 2,
        absent: 1,
        names: names.split(' ').map(str::to_owned).collect(),
        away: vec![away("吴志强", "请假", "外地出差"), away("郑晓燕", "请假", "生病住院"), away("黄大伟", "缺席", "")],
        guests: vec!["苏文彬（街道党工委组织委员）".to_owned()],
    }
}

fn agenda() -> Vec<RegisterItem> {
    let item = |title: &str, kind: &str, points: &str, outcome: &str, votes| RegisterItem {
        title: title.to_owned(),
        kind: kind.to_owned(),
        points: points.to_owned(),
        outcome: outcome.to_owned(),
        votes,
    };
    vec![
        item("传达学习上级全会精神", "学习", "支部书记领学全会公报，与会党员围绕本职工作交流体会。", "", None),
        item(
            "审议2025年度支部工作报告",
            "表决",
            "支部书记作工作报告。\n党员就党群服务、流动党员管理提出三条意见，支委会已吸收。",
            "同意支部工作报告，形成决议。",
            Some(RegisterVotes { in_favour: 18, against: 0, abstaining: 1 }),
        ),
        item(
            "讨论发展对象李晓东的预备党员接收问题",
            "无记名表决",
            "介绍人汇报培养考察情况，本人作答。",
            "赞成人数超过应到有表决权党员的半数，同意接收为预备党员，报上级党委审批。",
            Some(RegisterVotes { in_favour: 19, against: 0, abstaining: 0 }),
        ),
    ]
}

fn minutes() -> String {
    [
        "一、会议由支部书记陈建国主持。他首先通报了应到、实到人数，宣布到会党员超过应到有表决权党员的半数，会议有效。",
        "二、陈建国领学全会公报。林秀英结合党群服务中心的工作谈了体会，认为要把群众的事情一件一件办好；王海峰建议把学习时间固定下来，\
         每月第一个星期五下午为支部学习时间；李桂兰介绍了社区独居老人结对帮扶的情况，希望年轻党员多参加。",
        "三、陈建国作2025年度支部工作报告，从组织建设、党员教育、服务群众三个方面总结了工作，也指出流动党员联系不够及时、\
         主题党日形式单一等不足。与会党员逐项讨论，一致认为报告实事求是。",
        "四、会议最后，苏文彬同志讲话，肯定了支部一年的工作，要求支部把学习教育同基层治理结合起来。",
    ]
    .join("\n")
}

static WIDE: LazyLock<Bytes> = LazyLock::new(|| photo(2000, 1500));
static UPRIGHT: LazyLock<Bytes> = LazyLock::new(|| photo(1500, 2000));
static PANORAMA: LazyLock<Bytes> = LazyLock::new(|| photo(2000, 500));

fn shown(jpeg: &LazyLock<Bytes>, caption: &str) -> RegisterPhoto {
    RegisterPhoto { jpeg: Bytes::clone(jpeg), caption: caption.to_owned() }
}

/// A photo with a frame, so that a cut would be seen, and as much in it as a phone sees.
pub(crate) fn photo(width: u32, height: u32) -> Bytes {
    let picture = RgbImage::from_fn(width, height, |across, down| {
        let edge = across < 30 || down < 30 || across + 30 >= width || down + 30 >= height;
        let grain = (across.wrapping_mul(2_654_435_761) ^ down.wrapping_mul(40_503)).rotate_left(across % 7) % 24;
        let shade = |of: u32, most: u32| u8::try_from(60 + 150 * of / most + grain).unwrap();
        let window = (across / 160 + down / 160).is_multiple_of(2);
        if edge {
            Rgb([179, 25, 31])
        } else {
            Rgb([shade(across, width), shade(down, height), if window { 120 } else { 190 }])
        }
    });
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 82)).unwrap();
    jpeg.into_inner().into()
}
