//! The targets under libFuzzer: `EJIA_FUZZ_TARGET` names the one that is run. `scripts/fuzz.sh` builds and starts it.
#![no_main]

use std::sync::OnceLock;

use ejia_fuzz::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<&Target> = OnceLock::new();

fn chosen() -> &'static Target {
    let name = std::env::var("EJIA_FUZZ_TARGET").unwrap_or_default();
    ejia_fuzz::target(&name).unwrap_or_else(|| panic!("EJIA_FUZZ_TARGET: no target is called {name:?}"))
}

fuzz_target!(
    init: {
        // libFuzzer's hook ends the program at any panic, also at one of a picture's decoder, which is caught and means
        // that the picture is broken. A panic that nobody catches ends it all the same.
        drop(std::panic::take_hook());
    },
    |bytes: &[u8]| {
        (TARGET.get_or_init(chosen).run)(bytes);
    }
);
