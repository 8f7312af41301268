//! 【消息发送情况】: how the letters of the last day went, for those who look after the whole platform.

mod pages;
mod views;

pub(crate) use pages::routes;
#[cfg(test)]
pub(crate) use views::OverviewView;
