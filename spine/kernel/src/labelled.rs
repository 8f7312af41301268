//! Closed lists of kinds: each with a code for programs and a label for people.

/// Declares an enum whose variants each have a code (database, JSON) and a label (pages, tables).
#[macro_export]
macro_rules! labelled {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident => $code:literal, $label:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $code)] $variant, )+
        }

        impl $name {
            /// Every kind, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code kept in the database and shown in JSON.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word people read.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// The kind with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            /// The kind with this label; blanks around and inside it are overlooked.
            pub fn from_label(label: &str) -> Option<Self> {
                match $crate::narrow_solid(label).as_str() {
                    $($label => Some(Self::$variant),)+ _ => None
                }
            }
        }

        $crate::text_schema!(
            $name,
            "enum": [$($code),+],
            "description": [$(concat!($code, " ", $label)),+].join("；"),
        );

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.label())
            }
        }
    };
}
