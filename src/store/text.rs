//! How `Untrusted` and codes are read from and written to columns.

use crate::types::{Purpose, Untrusted};
use sqlx::{Decode, Encode, Type};

/// A column's value inside a JSON document that the engine takes apart: many rows in one statement.
pub(super) fn in_json(text: &Untrusted) -> serde_json::Value {
    text.raw_for(Purpose::Store).replace('\0', "\u{fffd}").into()
}

impl<DB: sqlx::Database> Type<DB> for Untrusted
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'r, DB: sqlx::Database> Decode<'r, DB> for Untrusted
where
    String: Decode<'r, DB>,
{
    fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        <String as Decode<'r, DB>>::decode(value).map(Untrusted::new)
    }
}

impl<'q, DB: sqlx::Database> Encode<'q, DB> for Untrusted
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(
        &self,
        buffer: &mut <DB as sqlx::Database>::ArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        // PostgreSQL has no place for U+0000 in a text; the raw item keeps the bytes.
        let text = self.raw_for(Purpose::Store);
        if text.contains('\0') {
            return <String as Encode<'q, DB>>::encode_by_ref(&text.replace('\0', "\u{fffd}"), buffer);
        }
        <String as Encode<'q, DB>>::encode_by_ref(&text.to_owned(), buffer)
    }
}
