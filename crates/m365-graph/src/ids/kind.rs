/// Declares a type for one kind of id, which takes what its check lets through.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident: $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes `id` as Graph spells it; see [the shapes](crate#ids).
            ///
            /// # Errors
            ///
            /// [`BadRequest`](crate::ErrorKind::BadRequest) when `id` cannot be one.
            pub fn new(id: &str) -> crate::Result<Self> {
                $check(id).map(Self)
            }

            /// Returns the id as it stands in Graph's answers.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.len())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            fn from_str(id: &str) -> crate::Result<Self> {
                Self::new(id)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let id = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::new(&id).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use id_type;
