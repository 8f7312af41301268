//! 【会议管理】: the meetings of an organization, the latest first; a committee looks into those under it one by one.

mod pages;
mod views;

pub(crate) use pages::routes;
pub(crate) use views::meant;
