//! How patient a client is.

use std::time::Duration;

/// How patient a client is.
#[derive(Debug, Clone)]
pub struct NetworkOptions {
    /// How long nothing may arrive.
    pub stall: Duration,
    /// How long one file may take in all.
    pub total: Duration,
    /// How often in a row nothing new may arrive before it gives up.
    pub attempts: u32,
}
