//! The official account of a settings file: who we are with WeChat, and the forms that letters take.

use std::path::PathBuf;

use ejia_messages::Template;
use ejia_wechat::{AccountSettings, AesKey, PushForms, Writing};
use schemars::JsonSchema;
use serde::Deserialize;

use super::read_word;
use crate::wechat::WeChat;

/// Settings of the official account. Without them phones come in by password, and letters go by text message.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeChatSettings {
    /// AppID.
    pub app_id: String,
    /// File with the AppSecret.
    pub app_secret_file: PathBuf,
    /// File with the token of the server's configuration.
    pub token_file: PathBuf,
    /// File with the EncodingAESKey.
    pub aes_key_file: PathBuf,
    /// `encrypted` (安全模式), `both` (兼容模式) or `clear` (明文模式), as the account's console says.
    #[serde(default)]
    pub mode: Mode,
    /// The forms of letters, by the names of docs/operating.md; a letter without one goes by text message.
    #[serde(default)]
    pub forms: PushForms,
}

/// How the service's calls are written.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// 安全模式.
    #[default]
    Encrypted,
    /// 兼容模式.
    Both,
    /// 明文模式.
    Clear,
}

impl WeChatSettings {
    /// The account, with the secrets that lie in files.
    ///
    /// # Errors
    /// A sentence for the operator: which setting is wrong and what to do.
    pub fn open(&self) -> Result<WeChat, String> {
        if self.app_id.to_lowercase().contains("sandbox") || !self.app_id.starts_with("wx") {
            return Err("wechat.app_id: begins with wx, as the account's console shows it".to_owned());
        }
        if let Some(name) = self.forms.keys().find(|name| Template::from_code(name).is_none_or(Template::is_code)) {
            return Err(format!("wechat.forms.{name}: no letter of this name goes by WeChat"));
        }
        let key = read_word("wechat.aes_key_file", &self.aes_key_file)?;
        let key = AesKey::parse(&key).ok_or("wechat.aes_key_file: an EncodingAESKey has 43 letters and digits")?;
        let writing = match self.mode {
            Mode::Encrypted => Writing::Encrypted(key),
            Mode::Both => Writing::Both(key),
            Mode::Clear => Writing::Clear,
        };
        let secret = read_word("wechat.app_secret_file", &self.app_secret_file)?;
        let token = read_word("wechat.token_file", &self.token_file)?;
        let settings = AccountSettings::new(&self.app_id, &secret, &token, writing);
        Ok(WeChat { settings, forms: self.forms.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(app_id: &str, key: &str, form: &str) -> Result<WeChat, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, word: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("{word}\n")).unwrap();
            path.display().to_string()
        };
        let text = format!(
            "app_id = \"{app_id}\"\napp_secret_file = \"{}\"\ntoken_file = \"{}\"\naes_key_file = \"{}\"\n\
             [forms.{form}]\nid = \"TM00015\"\n",
            file("secret", "0123456789abcdef0123456789abcdef"),
            file("token", "ejiaToken"),
            file("key", key)
        );
        toml::from_str::<WeChatSettings>(&text).map_err(|error| error.to_string())?.open()
    }

    #[test]
    fn what_is_wrong_in_the_settings_of_the_account_is_said() {
        let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
        let (good, form) = ("wx49f0ab532d5d035a", Template::MeetingCalled.code());
        assert!(opened(good, key, form).is_ok());
        let wrong = [
            (opened("gh_1", key, form), "wechat.app_id"),
            (opened(good, "short", form), "wechat.aes_key_file"),
            (opened(good, key, Template::ResetCode.code()), "wechat.forms"),
            (opened(good, key, "nothing"), "wechat.forms"),
        ];
        for (opened, setting) in wrong {
            let told = opened.err().unwrap();
            assert!(told.starts_with(setting), "{told}");
        }
    }
}
