//! The menu at the foot of the official account.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Account;
use crate::account::Done;
use crate::answers::Fault;

/// A button: it opens a page, tells us a key, or opens the buttons above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub name: String,
    /// `view` or `click`; empty for one that opens others.
    #[serde(rename = "type", default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The page that it opens.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The key that it tells.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The buttons above it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_button: Vec<Button>,
}

impl Button {
    /// A button that opens a page.
    pub fn page(name: &str, address: &str) -> Self {
        Self { kind: "view".to_owned(), url: address.to_owned(), ..Self::named(name) }
    }

    /// A button that tells us a key.
    pub fn key(name: &str, key: &str) -> Self {
        Self { kind: "click".to_owned(), key: key.to_owned(), ..Self::named(name) }
    }

    /// A button that opens others.
    pub fn over(name: &str, buttons: Vec<Self>) -> Self {
        Self { sub_button: buttons, ..Self::named(name) }
    }

    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: String::new(),
            url: String::new(),
            key: String::new(),
            sub_button: Vec::new(),
        }
    }
}

impl Account {
    /// Puts this menu in place of the old one. Phones show it within five minutes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn set_menu(&self, buttons: &[Button]) -> Result<(), Fault> {
        let Done {} = self.post("/cgi-bin/menu/create", &json!({ "button": buttons }))?;
        Ok(())
    }

    /// The menu as it stands; empty when there is none.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn menu(&self) -> Result<Vec<Button>, Fault> {
        #[derive(Deserialize)]
        struct Told {
            menu: Menu,
        }
        #[derive(Deserialize)]
        struct Menu {
            button: Vec<Button>,
        }
        match self.get::<Told>("/cgi-bin/menu/get", &[]) {
            Ok(Told { menu: Menu { button } }) => Ok(button),
            Err(Fault::Refused(46003)) => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }

    /// Takes the menu away.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn delete_menu(&self) -> Result<(), Fault> {
        let Done {} = self.get("/cgi-bin/menu/delete", &[])?;
        Ok(())
    }
}
