//! Small documents and questions about files: asked for once, with what was sent the last time as a validator.

use reqwest::{
    StatusCode, Url,
    blocking::Response,
    header::{ACCEPT, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER},
};

use super::{Client, FetchError, Received, Trouble, chain, pause, receive, send_within, usable};

/// What a server has of a small document.
#[derive(Debug)]
pub enum Document {
    /// What was sent before.
    NotModified,
    /// Nothing (404, 410).
    Absent,
    /// It wants to be asked again in so many seconds.
    Throttled(i64),
    /// This.
    Fresh {
        /// The bytes.
        bytes: Vec<u8>,
        /// What to show the next time.
        validator: Option<Validator>,
    },
}

/// What a server has said of a document, to be shown to it the next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator {
    etag: String,
    modified: String,
}

impl Validator {
    /// In one line.
    pub fn text(&self) -> String {
        format!("{}\t{}", self.etag, self.modified)
    }

    /// Reads that line.
    pub fn parse(text: &str) -> Option<Self> {
        let (etag, modified) = text.split_once('\t')?;
        Some(Self { etag: etag.to_owned(), modified: modified.to_owned() })
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let res = Self { etag: text(ETAG), modified: text(LAST_MODIFIED) };
        (!res.etag.is_empty() || !res.modified.is_empty()).then_some(res)
    }
}

impl Client {
    /// A small document, asked for once; a second time where the connection broke.
    pub fn document(&self, url: &str, limit: u64, known: Option<&Validator>) -> Result<Document, FetchError> {
        let address = usable(url)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let mut request = self.http.get(address.clone()).header(ACCEPT, "application/json, text/html, */*");
            if let Some(known) = known {
                request = if known.etag.is_empty() {
                    request.header(IF_MODIFIED_SINCE, &known.modified)
                } else {
                    request.header(IF_NONE_MATCH, &known.etag)
                };
            }
            let reason = match send_within(request, self.options.stall) {
                Ok(response) => match self.read(&address, response, limit)? {
                    Ok(document) => return Ok(document),
                    Err(reason) => reason,
                },
                Err(Trouble::Passing(reason, _)) => reason,
                Err(Trouble::Lasting(reason) | Trouble::Unfit(reason)) => {
                    return Err(FetchError::Network { url: url.into(), reason, tries });
                }
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Absent) => return Ok(Document::Absent),
            };
            if tries >= 2 {
                return Err(FetchError::Network { url: url.into(), reason, tries });
            }
            pause(1);
        }
    }

    fn read(&self, url: &Url, response: Response, limit: u64) -> Result<Result<Document, String>, FetchError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let after = headers.get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.trim().parse::<i64>().ok());
        match status.as_u16() {
            304 => return Ok(Ok(Document::NotModified)),
            404 | 410 => return Ok(Ok(Document::Absent)),
            429 if after.is_some() => return Ok(Ok(Document::Throttled(after.unwrap_or_default()))),
            503 if after.is_some_and(|it| it > 5) => return Ok(Ok(Document::Throttled(after.unwrap_or_default()))),
            429 | 200 => {}
            500..=599 => return Ok(Err(format!("the server answered {status}"))),
            _ => return Err(FetchError::Status { url: url.to_string(), status }),
        }
        let mut bytes = Vec::new();
        let length = response.content_length();
        let received =
            receive(response, (self.options.stall, std::time::Instant::now() + self.options.total), |chunk| {
                bytes.extend_from_slice(chunk);
                bytes.len() as u64 <= limit
            });
        match received {
            Received::TooMuch => Err(FetchError::TooLarge { url: url.to_string(), limit }),
            Received::Broken(reason) => Ok(Err(reason)),
            Received::Whole if length.is_some_and(|it| it != bytes.len() as u64) => {
                Ok(Err("the body was short".into()))
            }
            // python.org's API says in its body how long
            Received::Whole if status.as_u16() == 429 => Ok(Ok(Document::Throttled(wait_in(&bytes)))),
            Received::Whole => Ok(Ok(Document::Fresh { bytes, validator: Validator::of(&headers) })),
        }
    }

    /// Whether something is there, without reading it.
    pub fn exists(&self, url: &str) -> Result<bool, FetchError> {
        let address = usable(url)?;
        let network = |reason: String| FetchError::Network { url: url.into(), reason, tries: 1 };
        let response = self.http.head(address).send().map_err(|error| network(chain(&error)))?;
        match response.status() {
            status if status.is_success() => Ok(true),
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN => Ok(false),
            status => Err(FetchError::Status { url: url.into(), status }),
        }
    }

    /// The length that the server states for `url`; none where it states none, or says no.
    pub fn size(&self, url: &str) -> Result<Option<u64>, FetchError> {
        let address = usable(url)?;
        let network = |reason: String| FetchError::Network { url: url.into(), reason, tries: 1 };
        let response = self.http.head(address).send().map_err(|error| network(chain(&error)))?;
        let length =
            response.headers().get(reqwest::header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
        Ok(length.filter(|_| response.status().is_success()))
    }
}

/// The seconds in "Expected available in 42578 seconds."; an hour where nothing is said.
fn wait_in(body: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = words.windows(2).find(|it| it[1].starts_with("second")).and_then(|it| it[0].parse().ok());
    number.unwrap_or(3600)
}
