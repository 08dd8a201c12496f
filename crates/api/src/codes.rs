//! The stable codes of everything that can be refused, and the page that documents them.
//!
//! Wording may change, codes never do. `docs/errors.md` is generated from these tables.

use std::fmt::Write as _;

macro_rules! codes {
    ($(#[$doc:meta])* $table:ident { $($code:ident = $name:literal, $status:literal: $when:literal, $remedy:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $table {
            $(#[doc = $when] $code,)*
        }

        impl $table {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [$table] = &[$($table::$code,)*];

            /// The code itself.
            pub const fn name(self) -> &'static str {
                match self { $($table::$code => $name,)* }
            }

            /// The status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $($table::$code => $status,)* }
            }

            /// When it is given, as a sentence.
            pub const fn when(self) -> &'static str {
                match self { $($table::$code => $when,)* }
            }

            /// What to do about it, as a sentence.
            pub const fn remedy(self) -> &'static str {
                match self { $($table::$code => $remedy,)* }
            }
        }
    };
}

codes! {
    /// Why a whole request was refused: the `code` of a problem.
    ErrorCode {
        InvalidJson = "INVALID_JSON", 400:
            "The body is not JSON, not UTF-8, or ends early.",
            "Send what `JSON.stringify` writes.";
        InvalidField = "INVALID_FIELD", 400:
            "A field, parameter or header of the request cannot be used.",
            "`detail` and `errors` name it and say what it may be.";
        NestedTooDeeply = "NESTED_TOO_DEEPLY", 400:
            "Objects and lists of the body lie more than 32 deep in each other.",
            "Flatten the data.";
        InvalidFilter = "INVALID_FILTER", 400:
            "The filter is not in the filter language.",
            "`detail` says where it stops being understood.";
        NoVisitor = "NO_VISITOR", 400:
            "The request names a shopper whom nobody vouches for, and no visitor.",
            "Send `visitor_id`, or `user_id` with `user_signature`.";
        BadCompression = "BAD_COMPRESSION", 400:
            "The body is marked as gzip but is not, or is cut short.",
            "Send it again, compressed whole, or not compressed.";
        MissingKey = "MISSING_KEY", 401:
            "No key came with the request.",
            "Send `Authorization: Bearer KEY`, or the key as the user name of Basic authentication.";
        UnknownKey = "UNKNOWN_KEY", 401:
            "The key is not one of this shop's, or was revoked.",
            "Make a new key with a secret key or on the command line.";
        SecretKeyNeeded = "SECRET_KEY_NEEDED", 403:
            "A publishable key was used for what only a secret key may do.",
            "Call from your server with a secret key.";
        SecretKeyInBrowser = "SECRET_KEY_IN_BROWSER", 403:
            "A secret key came from a web page of another site, where everybody can read it.",
            "Revoke that key and use a publishable one in pages.";
        OriginNotAllowed = "ORIGIN_NOT_ALLOWED", 403:
            "The publishable key is not meant for the web site that the request came from.",
            "Use a key that allows this origin.";
        ForgedShopperId = "FORGED_SHOPPER_ID", 403:
            "The signature does not belong to the shopper's id.",
            "Sign the id on your server: HMAC-SHA256 with the shop's signing secret, in hexadecimal.";
        NoSuchRoute = "NO_SUCH_ROUTE", 404:
            "There is nothing at this path.",
            "See /docs for all paths.";
        UnknownPlacement = "UNKNOWN_PLACEMENT", 404:
            "The shop has no placement of that id.",
            "Create it with `PUT /v1/placements/{id}`, or ask for one that exists.";
        UnknownProduct = "UNKNOWN_PRODUCT", 404:
            "The catalogue has no product of that id.",
            "Put it into the catalogue first.";
        UnknownDecision = "UNKNOWN_DECISION", 404:
            "There is no decision of that id, or it is not yet written: that takes a moment.",
            "Use the id as it was answered.";
        UnknownKeyId = "UNKNOWN_KEY_ID", 404:
            "There is no key of that id in force.",
            "List the keys with `GET /v1/keys`.";
        UnknownModel = "UNKNOWN_MODEL", 404:
            "The registry has no model of that id.",
            "List the models with `GET /v1/models`.";
        UnknownRefusedEvent = "UNKNOWN_REFUSED_EVENT", 404:
            "No refused event of that id waits in the quarantine: it was taken in, or made way.",
            "List them with `GET /v1/quarantine`.";
        MethodNotAllowed = "METHOD_NOT_ALLOWED", 405:
            "The path exists, but not for this method.",
            "See /docs for its methods.";
        BodyTimeout = "BODY_TIMEOUT", 408:
            "The body did not arrive in time.",
            "Send it again over a better connection, or in smaller pieces.";
        NoEarlierModel = "NO_EARLIER_MODEL", 409:
            "There is no earlier model of the generator to go back to.",
            "Promote another one with `POST /v1/models:promote`.";
        ModelRefused = "MODEL_REFUSED", 409:
            "The model's file is missing, damaged, foreign or newer than the program; nothing was changed.",
            "`detail` says what is wrong with it and what to do.";
        BodyTooLarge = "BODY_TOO_LARGE", 413:
            "The body is larger than the path allows, compressed or not.",
            "Send it in several requests.";
        TooManyItems = "TOO_MANY_ITEMS", 413:
            "The batch has more items than the path allows.",
            "Send it in several requests.";
        UnsupportedEncoding = "UNSUPPORTED_ENCODING", 415:
            "The body is compressed in a way that is not understood.",
            "Use gzip or none.";
        RateLimited = "RATE_LIMITED", 429:
            "The key sent more requests than it may, or one address range (`/24`, `/48`) more than its part of a publishable key's.",
            "Wait as long as `Retry-After` says, send in batches, and use a secret key on servers.";
        Internal = "INTERNAL", 500:
            "Something failed that should not.",
            "Tell the operator the `request_id`.";
        Overloaded = "OVERLOADED", 503:
            "There is more to do than can be done; reading goes first, then intake, decisions last.",
            "Try again after `Retry-After` seconds.";
        StorageFull = "STORAGE_FULL", 503:
            "So little disk is left that something acknowledged could be lost. Decisions go on.",
            "Free disk space; keep the events and send them again.";
        BackendUnavailable = "BACKEND_UNAVAILABLE", 503:
            "A backend did not answer.",
            "Try again. Twice is safe for catalogue changes, and for events with a `messageId`.";
        TimedOut = "TIMED_OUT", 503:
            "The answer took longer than a request may take.",
            "Try again. Twice is safe for catalogue changes, and for events with a `messageId`.";
    }
}

codes! {
    /// Why one event, row or field was refused: the `code` of an entry of `rejected` or `errors`.
    ///
    /// Those of time, identity and unknown products are given by `app`, which alone knows them.
    RejectionCode {
        NotAnObject = "NOT_AN_OBJECT", 400:
            "Something that must be a JSON object is not.",
            "Send an object.";
        MissingField = "MISSING_FIELD", 400:
            "A field that is needed is missing or empty.",
            "Send it.";
        UnknownField = "UNKNOWN_FIELD", 400:
            "A product or request has a field of no known name.",
            "Mend its name, or put it under `attributes`.";
        WrongType = "WRONG_TYPE", 400:
            "A field holds a value of the wrong JSON type.",
            "Send the type that is named.";
        OutOfRange = "OUT_OF_RANGE", 400:
            "A number, text or list is smaller or larger than it may be.",
            "Keep to the range that is named.";
        InvalidId = "INVALID_ID", 400:
            "An id is longer than 256 bytes, holds control characters, or is no slug where one is needed.",
            "Use the shop's own short id.";
        InvalidPrice = "INVALID_PRICE", 400:
            "An amount of money is negative, not decimal, or finer than its currency.",
            "Write it like 19.99, rounded at the source.";
        InvalidCurrency = "INVALID_CURRENCY", 400:
            "A currency is no code of ISO 4217.",
            "Use three letters, such as EUR.";
        InvalidTime = "INVALID_TIME", 400:
            "A time is not written as RFC 3339 with its zone.",
            "Write it like 2026-11-21T09:30:00Z.";
        UnknownName = "UNKNOWN_NAME", 400:
            "A field holds a word that is not one of those it may hold.",
            "Use one of the words that are named.";
        EventTooLarge = "EVENT_TOO_LARGE", 400:
            "One event is larger than the shop takes: 32 KB unless set otherwise.",
            "Send less in its properties and context.";
        RowTooLarge = "ROW_TOO_LARGE", 400:
            "One row of a catalogue is larger than 256 KB.",
            "Shorten its description.";
        MessageIdTooLong = "MESSAGE_ID_TOO_LONG", 400:
            "A message id has more than 100 characters.",
            "Send a UUID or another short random id.";
        NestedTooDeeply = "NESTED_TOO_DEEPLY", 400:
            "Objects and lists lie more than 32 deep in each other.",
            "Flatten the data.";
        TooManyFields = "TOO_MANY_FIELDS", 400:
            "One object has more than 512 fields.",
            "Send fewer, or a list.";
        BrokenRow = "BROKEN_ROW", 400:
            "A row of a catalogue or an imported file is not JSON, not UTF-8, or has other columns than its first row names.",
            "Write one JSON object a line, without line breaks inside; quote what holds a separator.";
        NoUserAnonId = "NO_USER_ANON_ID", 400:
            "An event names neither a visitor nor a shopper who is vouched for.",
            "Send `anonymousId`, or `userId` with a secret key or a signature.";
        ForgedShopperId = "FORGED_SHOPPER_ID", 400:
            "The signature does not belong to the shopper's id.",
            "Sign the id on your server with the shop's signing secret.";
        UnknownProduct = "UNKNOWN_PRODUCT", 404:
            "A change or deletion names a product that the catalogue does not have.",
            "Send the whole product first.";
        CatalogueFull = "CATALOGUE_FULL", 400:
            "A product is one more than a shop can ever have had, deleted ones included.",
            "Use ids again instead of inventing new ones.";
        EventTimeInFuture = "EVENT_TIME_IN_FUTURE", 400:
            "An event claims to have happened later than clocks may differ.",
            "Mend the clock, or send `sentAt` with it.";
        EventTimeTooOld = "EVENT_TIME_TOO_OLD", 400:
            "An event is older than its key may send.",
            "Send older events with a secret key.";
    }
}

/// The page that documents every code: `docs/errors.md`.
pub fn errors_markdown() -> String {
    let mut page = String::from(PAGE_HEAD);
    for code in ErrorCode::ALL {
        writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            code.name(),
            code.status(),
            code.when(),
            code.remedy()
        )
        .expect("writing to a text cannot fail");
    }
    page.push_str(REJECTIONS_HEAD);
    for code in RejectionCode::ALL {
        writeln!(page, "| `{}` | {} | {} |", code.name(), code.when(), code.remedy())
            .expect("writing to a text cannot fail");
    }
    page
}

const PAGE_HEAD: &str = "\
# Errors

<!-- Generated from crates/api/src/codes.rs; run `cargo xtask gen` after changing it. -->

A request that is refused as a whole is answered with `application/problem+json` (RFC 9457):

```json
{
  \"type\": \"urn:tastemaker:problem:UNKNOWN_PLACEMENT\",
  \"title\": \"The shop has no placement of that id.\",
  \"status\": 404,
  \"detail\": \"there is no placement `hme`; the shop has cart, category, home\",
  \"code\": \"UNKNOWN_PLACEMENT\",
  \"remedy\": \"Create it with `PUT /v1/placements/{id}`, or ask for one that exists.\",
  \"request_id\": \"8c1f0b7a-000012\"
}
```

Codes never change; wording may. Answers with 429 and 503 carry `Retry-After`.

| code | status | when | what to do |
| --- | --- | --- | --- |
";

const REJECTIONS_HEAD: &str = "
## One event, one row, one field

In a batch, what is bad is refused alone: the answer is 200, and `rejected` names the index, the code,
the field, its value and what to do. Refused events wait in the quarantine (`GET /v1/quarantine`). Where
the request is about one thing only, the same entries stand in the `errors` of a problem.

| code | when | what to do |
| --- | --- | --- |
";
