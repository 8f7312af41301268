//! What a browser says it is, in the few words by which its owner knows his own devices again. More is not kept.

/// What is looked for in what a browser says, in this order: most of them claim to be others as well.
const SYSTEMS: [(&str, &str); 9] = [
    ("Windows", "Windows电脑"),
    ("OpenHarmony", "鸿蒙设备"),
    ("HarmonyOS", "鸿蒙设备"),
    ("iPhone", "iPhone手机"),
    ("iPad", "iPad平板"),
    ("Android", "安卓设备"),
    ("Mac OS X", "苹果电脑"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux电脑"),
];
const BROWSERS: [(&str, &str); 10] = [
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ浏览器"),
    ("360SE", "360浏览器"),
    ("360EE", "360浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("Edg", "Edge浏览器"),
    ("OPR/", "Opera浏览器"),
    ("Firefox/", "火狐浏览器"),
    ("Chrome/", "谷歌内核浏览器"),
    ("Safari/", "Safari浏览器"),
];

/// The device as a session keeps it, for who looks at sessions.
pub(crate) fn shown(device: String) -> String {
    if device.is_empty() { "其他设备".to_owned() } else { device }
}

/// The device in words; empty when nothing is known of it.
pub(crate) fn named(agent: &str) -> String {
    let found =
        |known: &[(&str, &'static str)]| known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let words: Vec<&str> = [found(&SYSTEMS), found(&BROWSERS)].into_iter().flatten().collect();
    words.join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_in_a_few_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 \
                    Safari/537.36 Edg/130.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                     Mobile/15E148 MicroMessenger/8.0.50";
        for (agent, name) in [
            (edge, "Windows电脑，Edge浏览器"),
            (phone, "iPhone手机，微信"),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", "Linux电脑，谷歌内核浏览器"),
            ("Mozilla/5.0 (Linux; Android 14) Gecko/120.0 Firefox/120.0", "安卓设备，火狐浏览器"),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(named(agent), name);
        }
    }
}
