//! Bodies of requests about one thing, read into a form with the field at fault named.

use app::Rejection;
use serde::de::DeserializeOwned;

use super::nesting::{NESTING_MAX, is_nested_too_deeply};
use super::value::refuse;
use crate::{ErrorCode, Problem, RejectionCode};

/// Reads a body as `T`.
///
/// # Errors
///
/// The [`Problem`] to answer: no JSON, nested too deeply, or a field that does not fit.
#[expect(clippy::result_large_err, reason = "a problem is made once a refused request")]
pub fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if is_nested_too_deeply(body) {
        let detail = format!("the body is nested more than {NESTING_MAX} deep");
        return Err(Problem::new(ErrorCode::NestedTooDeeply, detail));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let form = serde_path_to_error::deserialize(&mut deserializer).map_err(|err| {
        let field = err.path().to_string();
        let err = err.into_inner();
        if err.is_data() {
            Problem::rejected(&misfit(&field, &err))
        } else {
            Problem::new(ErrorCode::InvalidJson, format!("the body is not readable: {err}"))
        }
    })?;
    let ended = deserializer.end();
    ended.map_err(|err| Problem::new(ErrorCode::InvalidJson, format!("after the body: {err}")))?;
    Ok(form)
}

fn misfit(field: &str, err: &serde_json::Error) -> Rejection {
    let words = err.to_string();
    let words = words.rsplit_once(" at line ").map_or(&*words, |(words, _)| words);
    let code = if words.starts_with("unknown field") {
        RejectionCode::UnknownField
    } else if words.starts_with("missing field") {
        RejectionCode::MissingField
    } else {
        RejectionCode::WrongType
    };
    let field = if field == "." { "it" } else { field };
    refuse(code, field, "", format!("does not fit: {words}"))
}
