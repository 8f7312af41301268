//! What people type and tables hold: each noun from any text, and back.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use ejia_kernel::{
    Date, Fen, IdCardNumber, Instant, MeetingId, MemberId, Month, OpenId, OrganizationCode, OrganizationPath,
    PersonName, Phone, UploadId, folded, narrow, narrow_solid,
};

pub(super) fn read(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Ok(number) = IdCardNumber::parse(text) {
        assert_eq!(IdCardNumber::parse(number.expose()).ok(), Some(number.clone()));
        assert_eq!(number.expose().len(), 18);
        assert!(!format!("{number:?}{}", number.masked()).contains(&number.expose()[4..14]), "shows the day of birth");
    }
    if let Ok(phone) = Phone::parse(text) {
        assert_eq!(Phone::parse(phone.expose()).ok(), Some(phone.clone()));
        assert!(!format!("{phone:?}{}", phone.masked()).contains(&phone.expose()[3..7]), "shows the middle");
    }
    if let Ok(date) = Date::parse_loose(text) {
        assert_eq!(Date::parse_loose(&date.to_string()), Ok(date));
    }
    if let Ok(instant) = Instant::parse_loose(text) {
        let written = instant.rfc3339();
        assert_eq!(Instant::parse_loose(&written[..16]), Ok(instant), "{text:?} as {written}");
        assert!(!narrow(text).contains('+'), "{text:?} is no time of day");
    }
    if let Ok(instant) = text.parse::<Instant>() {
        assert_eq!(instant.rfc3339().parse(), Ok(instant), "{text:?}");
    }
    if let Ok(name) = PersonName::parse(text) {
        assert_eq!(PersonName::parse(name.as_str()).ok().as_ref().map(PersonName::as_str), Some(name.as_str()));
    }
    if let Ok(id) = OpenId::parse(text) {
        assert!(!format!("{id:?}").contains(id.expose()) || id.expose().len() < 3, "prints an OpenID");
    }
    same::<Date>(text);
    same::<Month>(text);
    same::<Fen>(text);
    same::<OrganizationPath>(text);
    if let Ok(code) = OrganizationCode::parse(text) {
        assert_eq!(OrganizationCode::parse(code.as_str()).ok(), Some(code.clone()));
    }
    let solid = narrow_solid(text);
    assert_eq!(narrow_solid(&solid), solid, "folding twice changes more than folding once");
    drop(folded(text));
}

pub(super) fn tokens(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    same::<UploadId>(text);
    same::<MeetingId>(text);
    same::<MemberId>(text);
    if let Ok(id) = text.parse::<UploadId>() {
        assert_eq!(id.to_string(), text.to_ascii_lowercase(), "an id of two spellings");
    }
}

/// What is read prints as something that reads the same.
fn same<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().ok().as_ref(), Some(&value), "{text:?}");
    }
}

pub(super) fn texts() -> Vec<Vec<u8>> {
    [
        "11010519491231002X",
        "１１０１０５ 1949 1231 002x",
        "+86 138-0013-8003",
        "1980年1月2日",
        "19800102",
        "2026-03-05T14:30",
        "2026年3月5日 9:05",
        "2026-03",
        "1234567.89",
        "-0.01",
        "2026-03-20T09:00:00+08:00",
        "欧阳·买买提",
        "oA-b_1xyzxyzxyzxyzxyzxyzxyzxy",
        "035020001",
        "00010002",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

pub(super) fn codes() -> Vec<Vec<u8>> {
    let id = "01arz3ndektsv4rrffq69g5fav";
    [id.to_owned(), id.to_uppercase(), format!("{id}0123456789abcdef0123"), "zzzzzzzzzzzzzzzzzzzzzzzzzz".to_owned()]
        .map(String::into_bytes)
        .into()
}
