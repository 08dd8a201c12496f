//! Where a lake or a store of artifacts is: a folder, or a prefix of a bucket.

use std::fmt;
use std::path::PathBuf;

use object_store::path::Path;
use ports::PortError;
use url::Url;

/// How operators know S3 and what speaks like it.
const OBJECT_STORAGE: &str = "the object storage";

/// Where tables or artifacts are kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a folder of this machine, which is made if there is none. One process uses it.
    Folder(PathBuf),
    /// In S3 or what speaks like it. Any number of processes use it at once.
    S3(S3Location),
}

/// How S3 is reached. What is not given is looked for in the usual variables (`AWS_REGION`,
/// `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, …), and credentials then in the machine's own role.
#[derive(Clone, Default)]
pub struct S3Access {
    /// The address of the service, as `https://storage.example:9000`; none for Amazon's own. Only where
    /// it begins with `http://` is anything sent in the clear.
    pub endpoint: Option<String>,
    /// The region; `us-east-1` where nobody says anything.
    pub region: Option<String>,
    /// The name of an access key, given together with its secret.
    pub access_key_id: Option<String>,
    /// Its secret.
    pub secret_access_key: Option<String>,
    /// Whether the bucket is named in the path of an address, as most services of one's own want it,
    /// rather than in its host.
    pub path_style: bool,
}

/// A prefix of a bucket, and how it is reached.
#[derive(Clone)]
pub struct S3Location {
    pub(crate) bucket: String,
    pub(crate) prefix: Path,
    pub(crate) access: S3Access,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => write!(f, "the folder {}", folder.display()),
            Place::S3(location) => write!(f, "{location}"),
        }
    }
}

impl fmt::Debug for S3Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Access")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

impl fmt::Debug for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} by {:?}", self.access)
    }
}

impl S3Location {
    /// The location that `url` names: `s3://bucket/prefix`, or a whole bucket.
    ///
    /// # Errors
    ///
    /// [`PortError::Refused`] when `url`, the endpoint or the credentials cannot be those of S3; what they
    /// are worth is found out when the place is opened.
    pub fn parse(url: &str, access: S3Access) -> Result<S3Location, PortError> {
        let wrong = || refused(format!("the address `{url}`; give one such as s3://bucket/prefix"));
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let bucket = parsed.host_str().filter(|it| !it.is_empty()).ok_or_else(wrong)?;
        let has_more = parsed.query().is_some()
            || parsed.fragment().is_some()
            || parsed.port().is_some()
            || !parsed.username().is_empty();
        if parsed.scheme() != "s3" || has_more {
            return Err(wrong());
        }
        let prefix = Path::parse(parsed.path()).map_err(|_| wrong())?;
        if let Some(endpoint) = &access.endpoint {
            check_endpoint(endpoint)?;
        }
        if access.access_key_id.is_some() != access.secret_access_key.is_some() {
            return Err(refused(
                "an access key id without its secret, or a secret without its id; give both, or neither \
                 and let AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY say them"
                    .to_owned(),
            ));
        }
        Ok(S3Location { bucket: bucket.to_owned(), prefix, access })
    }
}

fn check_endpoint(endpoint: &str) -> Result<(), PortError> {
    let parsed = Url::parse(endpoint).ok();
    let is_good = |it: &Url| matches!(it.scheme(), "http" | "https") && it.host_str().is_some();
    if parsed.as_ref().is_some_and(is_good) {
        return Ok(());
    }
    Err(refused(format!(
        "the endpoint `{endpoint}`; give one such as https://storage.example:9000"
    )))
}

fn refused(what: String) -> PortError {
    PortError::Refused { backend: OBJECT_STORAGE, what, source: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let parsed = S3Location::parse(url, S3Access::default());
        assert_eq!(parsed.ok().map(|it| it.to_string()).as_deref(), expected, "{url}");
    }

    #[test]
    fn an_address_names_a_bucket_and_a_prefix_in_it() {
        check("s3://shop", Some("s3://shop/"));
        check("s3://shop/", Some("s3://shop/"));
        check("s3://shop/one/lake/", Some("s3://shop/one/lake"));
        check("s3://my.shop_1/lake", Some("s3://my.shop_1/lake"));
    }

    #[test]
    fn what_is_no_address_of_a_bucket_is_refused() {
        for url in
            ["", "shop", "s3:", "s3:///lake", "http://shop/lake", "s3://shop/a?b=c", "s3://a@b/c"]
        {
            check(url, None);
        }
    }

    #[test]
    fn half_of_the_credentials_and_a_wrong_endpoint_are_refused_and_secrets_are_not_shown() {
        let parse = |access| S3Location::parse("s3://shop/lake", access);
        let half = S3Access { access_key_id: Some("me".to_owned()), ..S3Access::default() };
        assert!(parse(half).unwrap_err().to_string().contains("give both"));
        let odd = S3Access { endpoint: Some("storage:9000".to_owned()), ..S3Access::default() };
        assert!(parse(odd).unwrap_err().to_string().contains("storage:9000"));
        let both = S3Access {
            access_key_id: Some("me".to_owned()),
            secret_access_key: Some("hush".to_owned()),
            ..S3Access::default()
        };
        assert!(!format!("{:?}", parse(both).unwrap()).contains("hush"));
    }
}
