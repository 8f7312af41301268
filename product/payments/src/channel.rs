//! The channels money comes in by, as orders see them. Their protocols live in the adapters.

use ejia_kernel::{Date, Fen, Instant, OrderId, RefundId, labelled};

labelled! {
    /// A way money comes in.
    pub enum ChannelKind {
        /// China Construction Bank's counter on the web.
        Ccb => "ccb", "建设银行";
        /// Industrial and Commercial Bank of China's counter on the web.
        Icbc => "icbc", "工商银行";
        /// Alipay.
        Alipay => "alipay", "支付宝";
        /// UnionPay's gateway: any debit card of any bank.
        UnionPay => "unionpay", "银联储蓄卡";
        /// Cash, registered by the branch.
        Cash => "cash", "现金";
    }
}

/// What is to be paid at a channel's counter: all that a channel learns of an order. No name, no number of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The order; its text (26 lower-case letters and digits) is the number the channel knows it by.
    pub order: OrderId,
    /// How much.
    pub amount: Fen,
    /// What it is called at the counter: 党费.
    pub subject: String,
    /// When the order was opened. Some channels know an order by number and this instant together.
    pub opened_at: Instant,
    /// From this instant on the counter takes no money for it.
    pub expires_at: Instant,
}

/// What the payer sits at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A wide screen.
    Desktop,
    /// A phone.
    Phone,
}

/// How the payer's browser leaves for the counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// By following an address.
    Link(String),
    /// By sending a form (POST).
    Form {
        /// Where to.
        action: String,
        /// The character set the form is sent in, e.g. `UTF-8`, `GBK`.
        charset: &'static str,
        /// Its fields, in order.
        fields: Vec<(String, String)>,
    },
}

/// A call from outside as it came in; signatures are checked over exactly these bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCall {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it came, without `?`; empty when there was none.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is answered to a call from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// What was paid with, as far as the channel tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A debit card or a balance.
    Debit,
    /// A credit card or another credit: not allowed for dues, goes back.
    Credit,
    /// The channel does not tell; its contract admits debit cards only.
    Untold,
}

/// Money came in, says a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The order's number as the channel repeats it; it may be none of ours.
    pub order: String,
    /// The channel's own number of the transaction; unique within the channel.
    pub trade: String,
    /// How much came in.
    pub amount: Fen,
    /// When, by the channel's clock.
    pub paid_at: Instant,
    /// The day (China) in whose statement the channel lists it.
    pub day: Date,
    /// What with.
    pub means: Means,
}

/// A notification whose signature and merchant have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Money came in.
    Paid(Paid),
    /// What became of money that was to go back: the refund's number (text of a [`RefundId`]) and its state.
    Refund(String, RefundState),
    /// Nothing that changes anything: the payer gave up, a trade was closed, a kind that is of no interest.
    Nothing,
}

/// Why a notification is not believed. The texts go to the event list and the log: codes, never names or numbers of
/// persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disbelief {
    /// The signature does not hold.
    Forged(String),
    /// Signed well, but for another merchant or application.
    Stranger(String),
    /// Not readable at all.
    Malformed(String),
}

/// What a channel knows of an order when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Paid.
    Paid(Paid),
    /// Known or not, but no money has come; it may still come.
    Unpaid,
    /// Closed: no money can come any more.
    Closed,
}

/// Why a call to a channel brought nothing. The texts hold codes of the channel, never names or numbers of persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelFault {
    /// Certainly not done; out of reach or out of order for the moment.
    Unreachable(String),
    /// Nobody knows whether it was done: ask before doing it again.
    Unknown(String),
    /// Refused for good, with the channel's code.
    Refused(String),
}

/// Money that is to go back: all of a payment or part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAsk {
    /// The refund; its text is the number the channel knows it by. Asked again with the same number, it goes back once.
    pub refund: RefundId,
    /// The order's number as the channel knows it.
    pub order: String,
    /// When the order was opened.
    pub opened_at: Instant,
    /// The channel's number of the payment.
    pub trade: String,
    /// How much was paid.
    pub paid: Fen,
    /// How much goes back.
    pub amount: Fen,
    /// When the refund was asked for first.
    pub asked_at: Instant,
}

/// How far a refund has come at the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The channel has never heard of it.
    Unheard,
    /// Taken, on its way.
    Underway,
    /// Gone back.
    Done,
    /// Refused, with the channel's code.
    Refused(String),
}

/// What came of asking a channel to close an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Closed, or never heard of, or it closes by itself when it expires: no money comes any more.
    Closed,
    /// Too late: it has been paid.
    Paid(Paid),
}

/// One line of a channel's statement of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// Whether money came in or went back.
    pub kind: StatementKind,
    /// Our number: the order's for money that came in, the refund's for money that went back (the order's where the
    /// channel does not repeat the refund's).
    pub number: String,
    /// The channel's number of the transaction.
    pub trade: String,
    /// How much, never negative.
    pub amount: Fen,
}

labelled! {
    /// What a statement's line is about.
    pub enum StatementKind {
        /// Money came in.
        Payment => "payment", "收款";
        /// Money went back.
        Refund => "refund", "退款";
    }
}

/// A company that money comes in by. Every call but [`Channel::depart`], [`Channel::hear`] and [`Channel::answer`] uses
/// the network: they are made outside any transaction, and come back within half a minute.
pub trait Channel: Send + Sync {
    /// Which it is.
    fn kind(&self) -> ChannelKind;

    /// The origins (`https://host:port`) that the payer's browser sends forms to or is led on to.
    fn origins(&self) -> Vec<String>;

    /// How the payer's browser leaves for the counter. Signs, and touches no network.
    ///
    /// # Errors
    /// [`ChannelFault::Refused`] when the charge does not fit the protocol.
    fn depart(&self, charge: &Charge, device: Device) -> Result<Departure, ChannelFault>;

    /// Reads a notification and checks its signature and merchant.
    ///
    /// # Errors
    /// [`Disbelief`]; nothing of it may count then.
    fn hear(&self, call: &RawCall) -> Result<Notice, Disbelief>;

    /// What to answer: taken, or not (the channel will call again).
    fn answer(&self, call: &RawCall, taken: bool) -> RawAnswer;

    /// Asks what became of an order.
    ///
    /// # Errors
    /// [`ChannelFault`].
    fn query(&self, charge: &Charge) -> Result<Found, ChannelFault>;

    /// Sends money back.
    ///
    /// # Errors
    /// [`ChannelFault`].
    fn refund(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault>;

    /// Asks what became of money that was to go back.
    ///
    /// # Errors
    /// [`ChannelFault`].
    fn refund_state(&self, ask: &RefundAsk) -> Result<RefundState, ChannelFault>;

    /// Closes an order, so that no money comes for it any more.
    ///
    /// # Errors
    /// [`ChannelFault`].
    fn close(&self, charge: &Charge) -> Result<Closing, ChannelFault>;

    /// The statement of a day (China) that is over; none while the channel has not made it yet.
    ///
    /// # Errors
    /// [`ChannelFault`].
    fn statement(&self, day: Date) -> Result<Option<Vec<StatementLine>>, ChannelFault>;
}
