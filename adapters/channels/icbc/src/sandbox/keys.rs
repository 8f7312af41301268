//! The sandbox's keys: made for trying out, known to everybody, never to be used for money.

use ejia_wire::{PrivateKey, PublicKey};

/// The sandbox merchant's private key (PKCS#8, base64).
pub const SANDBOX_MERCHANT_KEY: &str = "\
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDFquNojgf9LrSZF/DASXcAaP1mWSUXQHgYBcbwJ4LvUEIfbHiaPu8cpyMVZd\
    pXYrO70lq/0Ft4FRx9vVbgCdcDut6yxqvTHqvOyiZlLAhl8PJ4nSSiRw4YisqQ3WHEqyk034Ouo4dykLBYp3JbDi5KGwLcb9+BSrGD1a6QrULn\
    IG2t7RD/4Ylug5xfEdBvU6Iev+5++3VFO55RMsbpcH4/XtAOfZ/dHsn1oK6IaNIaApre5QcIV5fxL15JwP30M8jWXbDB4AtQXWSeGlpmcaDM9J\
    ht9T/+R/EXfZEEBk0D4bk5/q74UglSS0d+0PZsMzHjCD6WuSOqRWwI/KibtyRnAgMBAAECggEAJCd8jrwjw/BOAg5574HAbWfGqXi2qwkUrjgo\
    SfbAISuJ3JuHd5b5P0Fmzlwh0ofwHfN8u8bNZCpgWrNN9451MG52mzZxaR0cCae53Blws8ydXOhJMhFTB7QjFtoXLtSrpcsYF9I7TP4f8yc1aG\
    gwmUdVf6JKvChATb/AvR+jtAhMt/8qkrtTiGA23T312DrsmAkbj4cuEQ9clywOc5P0QUUnqpKEhWgLAMFYHCC8onhrpJqVWUVizqe0G1N3pw1O\
    b4JEhig7VOvhHAhMZpKq1YcHdWV6P8fJhB2Yan44ThRA+xJ4LPQTfn6tagsxtlTHb/W9hGGvdRDHhsSe+BV8OQKBgQD4FzCPDSPYXfabrXjw1N\
    5ZLDghvejrNMhHpfZAbwMj7xzdHAqSibax6IImZHxVZrfRw38othCBK2Q0wvx30pXIbVFAJOCADF/nXajyJQsX+2a/iVbEeatSuN5Es5KcnU83\
    DZ19bWEDOgJg2lwCu35AKqRoa8DYj0OcDbHzvmllBQKBgQDL+CrCRqyO4Rokejk8wZaP5Pm5TmTKrw5O/ZK6YdvKaKjIIhd+sAR//1u4kRR4s8\
    g7Jmm8J3aw29KT92kpU4yrzMomEfOS7eXTXOcHiOaJU7QN5AW/o7+t+7fTSQcTCjGR+F32oe/h4invnjqnakM/UFvcRfBUsyq4AgmNs/gfewKB\
    gFm2cQ3Zz5OHbw0ervRP1dPjRK0W8qpTXPVj02e7fSQ6bHKcmEojWJh/HslpXvi2+1P0YQBEzjUXjtXxiMB/u0BOH6qVa0WCtA+Dc/uUX62dcK\
    tkq6bC5Kw2Q9IOKb9Ot32OA9x+eC1lhcSmUc1/JYlooilMheEJ9YXyAd7FhXFNAoGAAqhrNjjhisMYKh2FnWsQYTOkpWuGGLYLQ7A+NzuLN6oB\
    eQoosDfu9xQGx/LsB16gX1Tyz8bb3xYeOltg/W7fSGXUxIY7XFDJS+XMBOcdyfBTSlMMWCD0IHpFPPWYqADcAIDyCIK3s4PU9BBlx0S1N5/+cn\
    Je3VuwVNGB+ly8AP0CgYEAsPNbFwMGrKKGWhOweovIEZvH4wEiQclvkm+gUpLrrdv03weUC2DbDDsru01M/GtT/YlnEirxtr4l2UQFiP27ns5f\
    wGqlrQ1rBzrDpAoF7BGERt41m/ApZAwEvzH/dAgd8HkR9TxTtFx/SFcrlp+Mgg7gzhsadupZ2dMkavHK2YA=";

/// The public half, as it is registered for the sandbox's application.
pub(crate) const SANDBOX_MERCHANT_PUBLIC: &str = "\
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxarjaI4H/S60mRfwwEl3AGj9ZlklF0B4GAXG8CeC71BCH2x4mj7vHKcjFWXaV2Kzu9\
    Jav9BbeBUcfb1W4AnXA7ressar0x6rzsomZSwIZfDyeJ0kokcOGIrKkN1hxKspNN+DrqOHcpCwWKdyWw4uShsC3G/fgUqxg9WukK1C5yBtre0Q\
    /+GJboOcXxHQb1OiHr/ufvt1RTueUTLG6XB+P17QDn2f3R7J9aCuiGjSGgKa3uUHCFeX8S9eScD99DPI1l2wweALUF1knhpaZnGgzPSYbfU//k\
    fxF32RBAZNA+G5Of6u+FIJUktHftD2bDMx4wg+lrkjqkVsCPyom7ckZwIDAQAB";

/// The sandbox gateway's private key, which signs answers and notifications.
pub(crate) const SANDBOX_GATEWAY_PRIVATE: &str = "\
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAK8FUj6XSBjzZcCk5HAheMTxUfItZUc9AQkVXsvrQ9MbPTv1Xu2s7L8kvSBmIr\
    b0QvoOxOB+8aiwT9K/dp6YJJZnnyZ1b8ANsyqptYHipReSy13jaOytg8z9OwVvvHUJp5XTEcz77jDpthbiPlAynEDdr/F688/eQIWwOZUNanuD\
    AgMBAAECgYBYlzPzNLYs0v8dTRnIXFj6L0CQekP6lDly9JtAUvzI3c/YCrKbUd2gPyNwQ+KsguVoF5O2IuuFvIEbJwkO6+oQVUeAc/ElA5uqR5\
    v0PqEiyIb+tKiH+2ueRgGMpWY7dUNoUkHT2B+3zFaDFq8py+mGjl/l7E6cNWUmNUywZqHrEQJBANr+ojBA4UqzYEY2zvCgEBrFkCzA2NS4MspN\
    qZ06F6YBPEG0zOhGawD0bDuzn91x7cz0GEIEh0tcV9bAMnJRdskCQQDMmHJXBzZUbE1Gzv8rq9rMCmitCgigZNvlzbySfSwamcBDGlLX38zK3Z\
    9X7O6GPGrhlCRDGBJ8BdIykbBOmmnrAkADZtUqHrfhKywhqxRH1JSrdcoph81WcI4Jam9qC872OyqucpqEOSPMXf+YZc/j5rMk7d26mMtpNkP/\
    B/lAoVdRAkEAmtoreIlB6sYJ+zUC10f8k4CxV38HpnaQJTABsRJChmOmrGNJHpEKTOVPDFqM8lbaQqBAjfOzUeGKBbJVMjkXPwJBAMt9eWL0He\
    /rO27KgOaX3GiC4wShnIPsa0YBjxatEB/TtBarQk8N/c+uecxRkzcODWmm/SvZZZhp2sts62C9J10=";

/// The public half, with which they are checked.
pub const SANDBOX_GATEWAY_KEY: &str = "\
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCvBVI+l0gY82XApORwIXjE8VHyLWVHPQEJFV7L60PTGz079V7trOy/JL0gZiK29EL6DsTgfv\
    GosE/Sv3aemCSWZ58mdW/ADbMqqbWB4qUXkstd42jsrYPM/TsFb7x1CaeV0xHM++4w6bYW4j5QMpxA3a/xevPP3kCFsDmVDWp7gwIDAQAB";

/// A certificate of the merchant's key as the bank would issue it (DER, base64), for signing with CA.
pub const SANDBOX_CERTIFICATE: &str = "\
    MIIDRzCCAi+gAwIBAgIUezgWvRtw7yWRU2pv8kyvFPoSCr8wDQYJKoZIhvcNAQELBQAwMjEVMBMGA1UECgwMZWppYSBzYW5kYm94MRkwFwYDVQ\
    QDDBBzYW5kYm94IG1lcmNoYW50MCAXDTI2MTEyMzIyNDE0MFoYDzIxMjYxMDMwMjI0MTQwWjAyMRUwEwYDVQQKDAxlamlhIHNhbmRib3gxGTAX\
    BgNVBAMMEHNhbmRib3ggbWVyY2hhbnQwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDFquNojgf9LrSZF/DASXcAaP1mWSUXQHgYBc\
    bwJ4LvUEIfbHiaPu8cpyMVZdpXYrO70lq/0Ft4FRx9vVbgCdcDut6yxqvTHqvOyiZlLAhl8PJ4nSSiRw4YisqQ3WHEqyk034Ouo4dykLBYp3Jb\
    Di5KGwLcb9+BSrGD1a6QrULnIG2t7RD/4Ylug5xfEdBvU6Iev+5++3VFO55RMsbpcH4/XtAOfZ/dHsn1oK6IaNIaApre5QcIV5fxL15JwP30M8\
    jWXbDB4AtQXWSeGlpmcaDM9Jht9T/+R/EXfZEEBk0D4bk5/q74UglSS0d+0PZsMzHjCD6WuSOqRWwI/KibtyRnAgMBAAGjUzBRMB0GA1UdDgQW\
    BBRmWV4XE9ALDUO+f0JVar28HhUsCjAfBgNVHSMEGDAWgBRmWV4XE9ALDUO+f0JVar28HhUsCjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQ\
    EBCwUAA4IBAQDDpraEMGmZsDfyP5gRfv+SDdBs+dSUAWp+7bc1QGV25n3bki+FnHBQP6Kp1Z9DC+WtHUCwHxOnjw3Oq05hENT4Ppjf8yL2lV4t\
    HDqC7SibQh/pzkuy3MgCvHcNXmLILRlTTcsaltsU4do+XE2cvizW/eB4HCgB8Z5A4ti6l6kvQNGiB+jnILxpGfgv+Xl6tNcKWMJ00RFGWBiZlL\
    y7kiJ0CvAFX+g/l7wos4NeO4U6yBt4gPTVhDypqCFnLbfn0wH9DeRxrSTG02QXa3oP12KqZusaEpHhcLiY79UrwBOdUFgz7F7DU6pwjBsH31Od\
    F2e1o1HM60C26R8mpjDp/SI+";

/// Whether a key is one of the sandbox's, which production refuses: ours or the gateway's.
pub fn is_sandbox_key(key: &[u8]) -> bool {
    let sandbox = [SANDBOX_MERCHANT_PUBLIC, SANDBOX_GATEWAY_KEY];
    let public = PublicKey::read(key).or_else(|_| PrivateKey::read(key).map(|key| key.public()));
    public.is_ok_and(|key| {
        sandbox.into_iter().any(|known| PublicKey::read(known.as_bytes()).is_ok_and(|known| known == key))
    })
}
