//! The steps of an order that were not the usual ones, for administrators to read.

use ejia_kernel::{Fen, OrderId, labelled};

use crate::channel::ChannelKind;

labelled! {
    /// What happened. The opening and the paying of an order are told by the order itself.
    pub enum EventKind {
        /// Money goes back.
        GoesBack => "goes_back", "款项不能入账，将自动退回";
        /// A line's money goes back.
        LineGoesBack => "line_goes_back", "部分款项已另行交纳，将自动退回";
        /// What had counted goes back.
        TakenBack => "taken_back", "已入账款项需要退回";
        /// The channel took the refund.
        RefundUnderway => "refund_underway", "渠道已受理退款";
        /// The refund is done.
        RefundDone => "refund_done", "退款完成";
        /// The channel refused the refund.
        RefundRefused => "refund_refused", "渠道拒绝退款，请管理员处理";
        /// An administrator had a refused refund tried again.
        RefundRetried => "refund_retried", "管理员要求重新退款";
        /// A branch took a registration of cash back.
        CashReversed => "cash_reversed", "支部冲销了这笔现金登记";
        /// Cash was handed back.
        HandedBack => "handed_back", "现金已退还";
        /// A refund that is none of ours.
        RefundUnknown => "refund_unknown", "收到不属于本平台的退款通知";
        /// Money for no order of ours.
        Stray => "stray", "收到没有对应订单的款项，等待核查";
        /// The same trade was told with another amount or for another order.
        Contradiction => "contradiction", "渠道对同一笔交易的说法前后不一致，以第一次为准";
        /// A payment of nothing or less.
        Nonsense => "nonsense", "收到金额无效的支付通知，未予采信";
        /// The channel was asked and had the money; its notification had not come.
        FoundByAsking => "found_by_asking", "未收到通知，主动查询确认已支付";
        /// The statement had the money.
        FoundInStatement => "found_in_statement", "未收到通知，从对账单确认已支付";
        /// Closed because nobody paid.
        Expired => "expired", "超过支付时限，订单关闭";
        /// Closed because what it pays was paid otherwise.
        ClosedAsPaidElsewhere => "closed_as_paid_elsewhere", "所交党费已通过其他订单交纳，订单关闭";
        /// Closed by the channel.
        ClosedThere => "closed_there", "支付渠道关闭了订单";
        /// Closed although the channel did not answer.
        ClosedUnanswered => "closed_unanswered", "支付渠道一直没有答复，订单关闭；如有款项将自动退回";
        /// A notification whose signature does not hold.
        Forged => "forged", "收到签名不符的通知，未予采信";
        /// A notification for another merchant.
        Stranger => "stranger", "收到其他商户的通知，未予采信";
        /// A notification that cannot be read.
        Malformed => "malformed", "收到无法识别的通知，未予采信";
    }
}

/// One step to be written down.
#[derive(Clone, Debug)]
pub(crate) struct Event<'a> {
    pub(crate) order: Option<OrderId>,
    pub(crate) channel: ChannelKind,
    pub(crate) kind: EventKind,
    pub(crate) amount: Option<Fen>,
    /// A number or code of the channel, or the code of a reason; never a person's.
    pub(crate) detail: &'a str,
}
