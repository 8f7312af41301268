//! What the payment channels' protocols share: keys, signatures, forms, calls.
