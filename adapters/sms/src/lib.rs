//! Text messages through the Aliyun SMS service (dysmsapi 2017-05-25) or Tencent Cloud SMS, and the other side of both for
//! trying out.
//!
//! [`Aliyun`] is a carrier of `messages`: SendSms hands a letter over, QuerySendDetails asks what became of it, both
//! signed with ACS3-HMAC-SHA256 and sent with plain blocking calls under time-outs, since the deliver job owns its
//! thread. The service is not idempotent, so every letter carries our message id as OutId; a call that ended without
//! an answer is told as *unknown*, and the job asks for that OutId before it sends again.
//!
//! [`callback`] is the address the service calls with delivery reports (SmsReport). The calls are not signed; a secret
//! in the path protects it, and a report only counts when message and phone number fit.
//!
//! [`sandbox`] is a real HTTP server in the company's place. It checks signature, date, nonce, sign name, templates,
//! numbers and limits, answers and reports like the company, keeps an inbox, and can be told to be unpleasant. The
//! client knows nothing of it: only address and keys differ. Aliyun's own client libraries (Node and Python, 4.6.0) send,
//! ask and are refused by it as by the real service.
//!
//! [`Tencent`] is another carrier (Tencent Cloud SMS 2021-01-11, TC3-HMAC-SHA256) with a callback and a sandbox of its own
//! ([`sandbox::tencent`]). It lists only letters that have arrived or are lost, so a call that ended without an answer is not
//! repeated: what it does not list stays in doubt.
//!
//! What the company sees: the number, the sign name, the number of a template, its parameters (codes and minutes),
//! and our random message id. No name, no ID-card number, no address (R1).

mod aliyun;
mod answers;
pub mod callback;
mod line;
pub mod sandbox;
mod signature;
mod tencent;
#[cfg(test)]
mod tests;

pub use aliyun::{Aliyun, AliyunSettings};
pub use tencent::{Tencent, TencentSettings};
