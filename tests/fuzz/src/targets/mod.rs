//! The targets: what is read, and what the reader promises for all bytes.

mod nouns;
mod payments;
mod photos;
mod tables;
mod web;
mod wechat;
mod wire;

use crate::Target;

/// Every target. "Refuses" means: with a value that has a sentence or a status below 500, never with a panic.
pub const TARGETS: [Target; 17] = [
    Target {
        name: "tables",
        promises: "a file is read as rows within the limits or refused, whatever its name says",
        run: tables::opened,
        seeds: tables::files,
        tries: 1_500,
    },
    Target {
        name: "sheets",
        promises: "what we write as .csv and .xlsx we read again, cell by cell, and no cell becomes a formula",
        run: tables::written,
        seeds: tables::texts,
        tries: 100,
    },
    Target {
        name: "photos",
        promises: "a photo becomes a small JPEG without a trace of where it was taken, and that one is a photo again",
        run: photos::fitted,
        seeds: photos::files,
        tries: 600,
    },
    Target {
        name: "wechat",
        promises: "an unsigned call reaches nothing; a signed one is taken or refused, and its key names nobody",
        run: wechat::called,
        seeds: wechat::calls,
        tries: 1_500,
    },
    Target {
        name: "sms",
        promises: "reports are taken or refused, and only at the secret address",
        run: wire::reported,
        seeds: wire::reports,
        tries: 1_500,
    },
    Target {
        name: "alipay",
        promises: "nothing is believed but what the company signed, and it is read as it was signed",
        run: payments::alipay,
        seeds: payments::alipay_calls,
        tries: 600,
    },
    Target {
        name: "unionpay",
        promises: "nothing is believed without the gateway's signature; certificates of strangers are refused",
        run: payments::unionpay,
        seeds: payments::unionpay_calls,
        tries: 600,
    },
    Target {
        name: "ccb",
        promises: "nothing is believed but what the bank signed, in whichever order it comes",
        run: payments::ccb,
        seeds: payments::ccb_calls,
        tries: 600,
    },
    Target {
        name: "icbc",
        promises: "nothing is believed but what the bank signed, and it is read as it was signed",
        run: payments::icbc,
        seeds: payments::icbc_calls,
        tries: 150,
    },
    Target {
        name: "nouns",
        promises: "a number, phone, day, month, amount or name that is read prints as one that reads the same",
        run: nouns::read,
        seeds: nouns::texts,
        tries: 20_000,
    },
    Target {
        name: "tokens",
        promises: "what a QR code or an address holds is an id in its one spelling, or none",
        run: nouns::tokens,
        seeds: nouns::codes,
        tries: 20_000,
    },
    Target {
        name: "wire",
        promises: "documents, packages, certificates and forms of other houses are read within limits or refused",
        run: wire::read,
        seeds: wire::documents,
        tries: 3_000,
    },
    Target {
        name: "forms",
        promises: "a form or JSON body is understood or refused, and what is understood holds no NUL",
        run: web::form,
        seeds: web::forms,
        tries: 1_500,
    },
    Target {
        name: "uploads",
        promises: "a form with a file is understood or refused; its name is no path, and the file is gone afterwards",
        run: web::upload,
        seeds: web::uploads,
        tries: 1_500,
    },
    Target {
        name: "cookies",
        promises: "cookies and headers let nobody in, are not echoed and break no page",
        run: web::cookies,
        seeds: web::cookie_lines,
        tries: 2_000,
    },
    Target {
        name: "addresses",
        promises: "an address is answered below 500, and nothing in it stands on the page as it came",
        run: web::address,
        seeds: web::addresses,
        tries: 2_000,
    },
    Target {
        name: "next",
        promises: "where a login goes on is a page of this house, under the portal that its first part names",
        run: web::next,
        seeds: web::nexts,
        tries: 20_000,
    },
];
